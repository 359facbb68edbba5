//! NAPTR data as Windows' PowerShell commands show it: hexadecimal digits, since they do not
//! know the type.
//!
//! The layout is the server's own and no message's: order and preference with the low octet
//! first, then flags, service, regular expression and replacement, each behind its length;
//! the replacement is a name in dotted text.

use super::fields::{Fault, read_name, shown, span_of};
use super::lexer::Token;
use super::text::Text;
use crate::dns::{Data, Name, Naptr};
use crate::source::{Span, Spanned};

/// Whether a text is a whole number of octets in hexadecimal digits.
pub(super) fn is_hexadecimal(text: &str) -> bool {
    !text.is_empty()
        && text.len().is_multiple_of(2)
        && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether digits, of which the last may be missing, are NAPTR data by their layout: a flag or
/// none, and a service in letters and signs.
pub(super) fn is_likely(text: &str) -> bool {
    let is_digit = |byte: &u8| byte.is_ascii_hexdigit();
    let digits = text.bytes().take_while(is_digit).count();
    let behind = &text[digits..];
    if behind.contains(|character: char| character.is_ascii_alphanumeric()) {
        return false;
    }
    // Dots of a console.
    let is_cut = !behind.is_empty();
    let octet = |at: usize| u8::from_str_radix(text[..digits].get(2 * at..2 * at + 2)?, 16).ok();
    let Some(flags @ 0..=1) = octet(4) else {
        return is_cut && digits < 10;
    };
    let from = 5 + usize::from(flags);
    let Some(length) = octet(from) else {
        return is_cut;
    };
    let service = (from + 1..).map_while(octet).take(usize::from(length));
    let service: Vec<u8> = service.collect();
    let is_whole = service.len() == usize::from(length);
    service.iter().all(u8::is_ascii_graphic) && (is_cut || is_whole)
}

/// Reads the digits; every field points at its own.
pub(super) fn read(text: &Text<'_>, token: &Token<'_>) -> Result<Data, Fault> {
    if !is_hexadecimal(token.text) {
        let message = format!("`{}` is not hexadecimal", shown(token.text));
        let help = "NAPTR data stands here as pairs of hexadecimal digits: export it again";
        return Err(Fault::new(span_of(text, token), message).help(help));
    }
    let mut digits = Digits { text, token, at: 0 };
    let naptr = Naptr {
        order: digits.number("order")?,
        preference: digits.number("preference")?,
        flags: digits.string("flags")?,
        service: digits.string("service")?,
        regexp: digits.string("regexp")?,
        replacement: {
            let name = digits.string("replacement")?;
            let written = Token {
                // The field as it was decoded stands for its digits.
                text: if name.value.is_empty() {
                    "."
                } else {
                    &name.value
                },
                start: name.span.start as usize,
                end: name.span.end as usize,
                quoted: false,
                made: true,
            };
            let mut replacement = read_name(text, &written, &Name::root())?;
            replacement.relative = false;
            replacement
        },
    };
    if digits.at < token.text.len() {
        let message = "more octets follow the replacement than NAPTR data has";
        return Err(Fault::new(
            digits.span(digits.at, token.text.len()),
            message,
        ));
    }
    Ok(Data::Naptr(Box::new(naptr)))
}

/// Hexadecimal digits, read octet by octet.
struct Digits<'d, 't> {
    text: &'d Text<'t>,
    token: &'d Token<'d>,
    /// Digits that were read.
    at: usize,
}

impl Digits<'_, '_> {
    fn span(&self, start: usize, end: usize) -> Span {
        let token = self.token;
        if token.made || start == end {
            return span_of(self.text, token);
        }
        self.text.span(token.start + start, token.start + end)
    }

    fn octet(&mut self, what: &str) -> Result<u8, Fault> {
        let pair = self.token.text.get(self.at..self.at + 2);
        let octet = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok());
        let octet = octet.ok_or_else(|| {
            Fault::new(
                span_of(self.text, self.token),
                format!("the NAPTR data ends inside its {what}"),
            )
            .help("export the record again")
            .incomplete()
        })?;
        self.at += 2;
        Ok(octet)
    }

    fn number(&mut self, what: &str) -> Result<Spanned<u16>, Fault> {
        let start = self.at;
        let octets = [self.octet(what)?, self.octet(what)?];
        let span = self.span(start, self.at);
        Ok(Spanned::new(u16::from_le_bytes(octets), span))
    }

    fn string(&mut self, what: &str) -> Result<Spanned<String>, Fault> {
        let before = self.at;
        let length = self.octet(what)?;
        let start = self.at;
        let octets: Result<Vec<u8>, Fault> = (0..length).map(|_| self.octet(what)).collect();
        let value = String::from_utf8_lossy(&octets?).into_owned();
        // An empty string is shown at its length.
        let start = if length == 0 { before } else { start };
        Ok(Spanned::new(value, self.span(start, self.at)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Origin, Source, Sources};

    /// `10 50 "s" "SIP+D2U" "" _sip._udp.eslab.local.`
    const RECORD: &str =
        "0A0032000173075349502B44325500165F7369702E5F7564702E65736C61622E6C6F63616C2E";

    fn read_digits(digits: &str) -> Result<(String, Vec<String>), (String, String)> {
        let sources = Sources::new();
        let id = sources.add(Source::new("t", Origin::Stdin, digits));
        let text = Text::verbatim(id, digits);
        let token = crate::zone::export::token(digits, 0, digits.len());
        let shown = |span| sources.text(span).to_owned();
        match read(&text, &token) {
            Ok(data) => {
                let Data::Naptr(naptr) = &data else {
                    panic!("no NAPTR data");
                };
                let spans = [
                    naptr.order.span,
                    naptr.preference.span,
                    naptr.flags.span,
                    naptr.service.span,
                    naptr.regexp.span,
                    naptr.replacement.span,
                ];
                Ok((data.to_string(), spans.map(shown).to_vec()))
            }
            Err(fault) => Err((shown(fault.span), fault.message)),
        }
    }

    #[test]
    fn every_field_points_at_its_own_digits() {
        let (data, shown) = read_digits(RECORD).expect("sound data");
        assert_eq!(data, "10 50 \"s\" \"SIP+D2U\" \"\" _sip._udp.eslab.local.");
        assert_eq!(
            shown,
            [
                "0A00",
                "3200",
                "73",
                "5349502B443255",
                "00",
                "5F7369702E5F7564702E65736C61622E6C6F63616C2E"
            ]
        );
    }

    #[test]
    fn naptr_data_is_told_from_that_of_other_types() {
        for (digits, expected) in [
            (RECORD, true),
            ("0A00320000000000", true),
            ("0A0032000173075349502B...", true),
            ("0A00...", true),
            ("0A003200...", true),
            ("0A00320001...", true),
            // It lacks its end, and cannot be anything else.
            (&RECORD[..40], true),
            ("", false),
            ("0A00", false),
            ("0A00320001", false),
            // CAA `0 issue "x"`, SSHFP, TLSA.
            ("0005697373756578", false),
            ("0101B2F8C97A51DD03A6", false),
            ("03010100FF...", false),
            ("not known", false),
        ] {
            assert_eq!(is_likely(digits), expected, "{digits}");
        }
    }

    #[test]
    fn what_is_no_such_data_is_a_fault() {
        for (digits, message) in [
            ("0A0", "`0A0` is not hexadecimal"),
            ("xy", "`xy` is not hexadecimal"),
            ("0A00", "the NAPTR data ends inside its preference"),
            ("0A0032000573", "the NAPTR data ends inside its flags"),
            (
                "0A003200000000000000",
                "more octets follow the replacement than NAPTR data has",
            ),
            (
                "0A00320000000003412E2E",
                "the name `A..` has nothing between two dots",
            ),
        ] {
            let found = read_digits(digits).expect_err(digits);
            assert_eq!(found.1, message, "{digits}");
        }
        let (data, _) = read_digits("0A00320000000000").expect("no replacement is the root");
        assert_eq!(data, "10 50 \"\" \"\" \"\" .");
    }
}
