//! The fields of one record's data, read one after the other; what is wrong with one of them
//! is a [`Fault`] at that field.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::lexer::Token;
use super::name::{self, Misnamed, NameFault};
use super::text::Text;
use super::ttl::{self, TtlFault};
use super::{Trouble, TroubleKind};
use crate::dns::{Name, RecordType, WrittenName};
use crate::finding::{Edit, Fix, Label};
use crate::source::{Span, Spanned};

/// Why a record cannot be read, at the smallest text that shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) span: Span,
    /// Lower case, no full stop.
    pub(crate) message: String,
    /// What to change.
    pub(crate) help: Option<String>,
    /// What most probably was meant, to stand at `span`.
    pub(crate) meant: Option<String>,
    /// More text at the end would mend it: the mark of a file that was cut.
    pub(crate) incomplete: bool,
}

impl Fault {
    pub(crate) fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            help: None,
            meant: None,
            incomplete: false,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn meant(mut self, text: impl Into<String>) -> Self {
        self.meant = Some(text.into());
        self
    }

    pub(crate) fn incomplete(mut self) -> Self {
        self.incomplete = true;
        self
    }

    /// The fault as the zone keeps it, with the repair where it is known what was meant.
    pub(crate) fn into_trouble(
        self,
        kind: TroubleKind,
        damaged: Vec<(Name, RecordType)>,
        related: Vec<Label>,
    ) -> Trouble {
        let fix = self.meant.map(|meant| Fix {
            title: format!("write `{meant}`"),
            edits: vec![Edit::replace(self.span, meant)],
            ..Fix::default()
        });
        Trouble {
            kind,
            span: self.span,
            message: self.message,
            help: self.help,
            related,
            fix,
            damaged,
        }
    }
}

/// Where a token stands: a quoted one inside its quotes, an empty one with them.
pub(crate) fn span_of(text: &Text<'_>, token: &Token<'_>) -> Span {
    if token.quoted && token.start == token.end {
        // The closing quote is missing where the string is unterminated at the text's end.
        let end = (token.end + 1).min(text.as_str().len());
        return text.span(token.start.saturating_sub(1), end);
    }
    text.span(token.start, token.end)
}

/// Where a part of a token's text stands; the whole token where it was made, not written.
pub(crate) fn span_in(text: &Text<'_>, token: &Token<'_>, part: Range<usize>) -> Span {
    if token.made || part.is_empty() {
        return span_of(text, token);
    }
    text.span(token.start + part.start, token.start + part.end)
}

/// A token's text, cut for a message.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 64;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Reads a name; `@` is the origin, in quotes as well.
pub(crate) fn read_name(
    text: &Text<'_>,
    token: &Token<'_>,
    origin: &Name,
) -> Result<WrittenName, Fault> {
    name::written(token.text, span_of(text, token), origin)
        .map_err(|misnamed| misnamed_fault(text, token, misnamed))
}

fn misnamed_fault(text: &Text<'_>, token: &Token<'_>, (fault, part): Misnamed) -> Fault {
    let shown_name = shown(token.text);
    let span = span_in(text, token, part);
    match fault {
        NameFault::EmptyLabel if token.text.is_empty() => {
            Fault::new(span, "the name is empty").help("write `.` for the root, `@` for the origin")
        }
        NameFault::EmptyLabel => {
            let message = format!("the name `{shown_name}` has nothing between two dots");
            let fault = Fault::new(span, message)
                .help("remove the dot that is too many; a name never begins with one");
            let mut empty = token.text.match_indices("..");
            let is_only_one = empty.next().is_some_and(|(at, _)| at > 0)
                && empty.next().is_none()
                && !token.text.contains("...");
            if is_only_one && !token.made {
                fault.meant(".")
            } else {
                fault
            }
        }
        NameFault::LongLabel(octets) => Fault::new(
            span,
            format!("this label has {octets} octets, 63 is the most"),
        )
        .help("shorten the part between two dots (RFC 1035 2.3.4)"),
        NameFault::LongName(octets) => Fault::new(
            span,
            format!("the name takes {octets} octets with its origin, 255 is the most"),
        )
        .help("shorten it; a name without a final dot has the origin appended (RFC 1035 2.3.4)"),
        NameFault::Escape => Fault::new(span, "this escape stands for no character")
            .help("a backslash is followed by one character, or by three digits from 000 to 255"),
    }
}

/// The fields of a record's data.
pub(crate) struct Fields<'e, 't> {
    text: &'e Text<'t>,
    tokens: &'e [Token<'e>],
    next: usize,
    origin: &'e Name,
    record_type: &'e Token<'e>,
    layout: &'static str,
    names_are_complete: bool,
}

impl<'e, 't> Fields<'e, 't> {
    /// The fields `tokens` behind the type; relative names are completed with `origin`.
    pub(crate) fn new(
        text: &'e Text<'t>,
        tokens: &'e [Token<'e>],
        record_type: &'e Token<'e>,
        origin: &'e Name,
    ) -> Self {
        Self {
            text,
            tokens,
            next: 0,
            origin,
            record_type,
            layout: "",
            names_are_complete: false,
        }
    }

    /// The fields of a format in which a name is complete with or without a final dot.
    pub(crate) fn with_complete_names(
        text: &'e Text<'t>,
        tokens: &'e [Token<'e>],
        record_type: &'e Token<'e>,
        root: &'e Name,
    ) -> Self {
        Self {
            names_are_complete: true,
            ..Self::new(text, tokens, record_type, root)
        }
    }

    /// What the fields of this type are, in order, for messages.
    pub(crate) fn set_layout(&mut self, layout: &'static str) {
        self.layout = layout;
    }

    /// The span of a token.
    pub(crate) fn span(&self, token: &Token<'_>) -> Span {
        span_of(self.text, token)
    }

    /// A fault at a token.
    pub(crate) fn fault(&self, token: &Token<'_>, message: impl Into<String>) -> Fault {
        Fault::new(self.span(token), message)
    }

    /// The data is in the generic form (RFC 3597 5). To a TXT record `\#` is text, unless a
    /// number follows.
    pub(crate) fn is_generic(&self, record_type: RecordType) -> bool {
        let is_marked = self.peek().is_some_and(|token| token.is("\\#"));
        let counted = self.tokens.get(self.next + 1).is_some_and(is_number);
        is_marked && (record_type != RecordType::TXT || counted)
    }

    /// The next field, which is not taken.
    pub(crate) fn peek(&self) -> Option<&'e Token<'e>> {
        self.tokens.get(self.next)
    }

    /// The next field, called `what` in messages.
    pub(crate) fn next(&mut self, what: &str) -> Result<&'e Token<'e>, Fault> {
        match self.tokens.get(self.next) {
            Some(token) => {
                self.next += 1;
                Ok(token)
            }
            None => Err(self.missing(what)),
        }
    }

    /// The fields that are left; they count as taken.
    pub(crate) fn rest(&mut self) -> &'e [Token<'e>] {
        let rest = &self.tokens[self.next..];
        self.next = self.tokens.len();
        rest
    }

    fn missing(&self, what: &str) -> Fault {
        let last = self.tokens.last().unwrap_or(self.record_type);
        let fault = self.fault(last, format!("the {what} is missing"));
        self.with_layout(fault).incomplete()
    }

    fn with_layout(&self, fault: Fault) -> Fault {
        if self.layout.is_empty() {
            return fault;
        }
        let record_type = self.record_type.text.to_ascii_uppercase();
        fault.help(format!("behind `{record_type}` stand: {}", self.layout))
    }

    /// No field may be left.
    pub(crate) fn end(&self) -> Result<(), Fault> {
        let Some(token) = self.peek() else {
            return Ok(());
        };
        let count = self.tokens.len() - self.next;
        let fault = self.fault(
            token,
            match count {
                1 => format!("`{}` is one field too many", shown(token.text)),
                _ => format!(
                    "`{}` and what follows are {count} fields too many",
                    shown(token.text)
                ),
            },
        );
        let mut fault = self.with_layout(fault);
        let hint = "a remark needs `;` in front";
        fault.help = Some(match fault.help {
            Some(help) => format!("{help}; {hint}"),
            None => hint.to_owned(),
        });
        Err(fault)
    }

    /// A whole number up to `max`, digits only.
    pub(crate) fn number(&mut self, what: &str, max: u32) -> Result<Spanned<u32>, Fault> {
        let token = self.next(what)?;
        if !is_number(token) {
            let message = format!("the {what} `{}` is not a whole number", shown(token.text));
            return Err(self.with_layout(self.fault(token, message)));
        }
        match token.text.parse::<u32>() {
            Ok(value) if value <= max => Ok(Spanned::new(value, self.span(token))),
            _ => Err(self.fault(
                token,
                format!(
                    "the {what} `{}` is above {max}, the highest there is",
                    shown(token.text)
                ),
            )),
        }
    }

    /// A number of 16 bits.
    pub(crate) fn u16(&mut self, what: &str) -> Result<Spanned<u16>, Fault> {
        let number = self.number(what, u32::from(u16::MAX))?;
        // The maximum was asked for above.
        let value = u16::try_from(number.value).unwrap_or(u16::MAX);
        Ok(Spanned::new(value, number.span))
    }

    /// Seconds, or units as in `1h30m`.
    pub(crate) fn seconds(&mut self, what: &str) -> Result<Spanned<u32>, Fault> {
        let token = self.next(what)?;
        match ttl::read(token.text, u32::MAX) {
            Ok(seconds) if !token.quoted => Ok(Spanned::new(seconds, self.span(token))),
            Err(TtlFault::TooLong) => Err(self.fault(
                token,
                format!(
                    "the {what} `{}` is above {} seconds",
                    shown(token.text),
                    u32::MAX
                ),
            )),
            _ => Err(self
                .fault(
                    token,
                    format!("the {what} `{}` is not a time", shown(token.text)),
                )
                .help("write seconds, or units as in `1h30m` (w, d, h, m, s)")),
        }
    }

    /// A domain name.
    pub(crate) fn name(&mut self, what: &str) -> Result<WrittenName, Fault> {
        let token = self.next(what)?;
        self.check_unquoted(token, what)?;
        let mut name = read_name(self.text, token, self.origin)?;
        name.relative &= !self.names_are_complete;
        Ok(name)
    }

    /// A domain name that is only checked.
    pub(crate) fn check_name(&mut self, what: &str) -> Result<(), Fault> {
        let token = self.next(what)?;
        if token.is("@") {
            return Ok(());
        }
        name::check(token.text, self.origin)
            .map_err(|misnamed| misnamed_fault(self.text, token, misnamed))
    }

    fn check_unquoted(&self, token: &Token<'_>, what: &str) -> Result<(), Fault> {
        if token.quoted {
            let fault = self.fault(token, format!("the {what} stands in quotes"));
            return Err(fault.help("write the name without quotes"));
        }
        Ok(())
    }

    /// A character string (RFC 1035 3.3), its escapes resolved; octets that are no UTF-8
    /// become U+FFFD.
    pub(crate) fn string(&mut self, what: &str) -> Result<Spanned<String>, Fault> {
        let token = self.next(what)?;
        if !token.text.contains('\\') {
            self.check_string_length(token, token.text.len())?;
            return Ok(Spanned::new(token.text.to_owned(), self.span(token)));
        }
        let mut octets = Vec::with_capacity(token.text.len());
        self.string_octets(token, |octet| octets.push(octet))?;
        let value = String::from_utf8(octets)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        Ok(Spanned::new(value, self.span(token)))
    }

    /// Checks a character string; its octets.
    pub(crate) fn check_string(&self, token: &Token<'_>) -> Result<usize, Fault> {
        self.string_octets(token, |_| ())
    }

    /// Checks what is written as a character string and is not one: it may be longer.
    pub(crate) fn check_escapes(&self, token: &Token<'_>) -> Result<(), Fault> {
        self.octets(token, |_| ()).map(drop)
    }

    fn string_octets(&self, token: &Token<'_>, each: impl FnMut(u8)) -> Result<usize, Fault> {
        let count = self.octets(token, each)?;
        self.check_string_length(token, count)?;
        Ok(count)
    }

    fn check_string_length(&self, token: &Token<'_>, count: usize) -> Result<(), Fault> {
        const LONGEST: usize = 255;
        if count > LONGEST {
            let fault = self.fault(
                token,
                format!("this string has {count} octets, {LONGEST} is the most"),
            );
            return Err(fault.help("split it into several strings, each in its own quotes"));
        }
        Ok(())
    }

    fn octets(&self, token: &Token<'_>, mut each: impl FnMut(u8)) -> Result<usize, Fault> {
        let bytes = token.text.as_bytes();
        let (mut at, mut count) = (0, 0_usize);
        while at < bytes.len() {
            let (octet, length) = match bytes[at] {
                b'\\' => name::escape(&bytes[at..]).map_err(|length| {
                    let part = at..at + length;
                    misnamed_fault(self.text, token, (NameFault::Escape, part))
                })?,
                octet => (octet, 1),
            };
            each(octet);
            at += length;
            count += 1;
        }
        Ok(count)
    }

    /// An IPv4 address.
    pub(crate) fn ipv4(&mut self, what: &str) -> Result<Spanned<Ipv4Addr>, Fault> {
        let token = self.next(what)?;
        match token.text.parse() {
            Ok(address) if !token.quoted => Ok(Spanned::new(address, self.span(token))),
            _ => Err(self.not_ipv4(token)),
        }
    }

    fn not_ipv4(&self, token: &Token<'_>) -> Fault {
        let fault = self.fault(
            token,
            format!("`{}` is not an IPv4 address", shown(token.text)),
        );
        let parts: Vec<_> = token.text.split('.').collect();
        let numbers: Option<Vec<u32>> = parts
            .iter()
            .map(|part| {
                part.bytes()
                    .all(|byte| byte.is_ascii_digit())
                    .then(|| part.parse().ok())?
            })
            .collect();
        match numbers {
            Some(numbers) if numbers.iter().any(|number| *number > 255) => {
                fault.help("each of the four numbers is 0 to 255")
            }
            Some(numbers) if numbers.len() == 4 => {
                let meant: Vec<_> = numbers.iter().map(ToString::to_string).collect();
                fault
                    .help("write the numbers without leading zeros; some programs read those as octal")
                    .meant(meant.join("."))
            }
            Some(numbers) if numbers.len() < 4 => fault
                .help("an IPv4 address has four numbers, such as 10.225.2.31")
                .incomplete(),
            _ if token.text.parse::<Ipv6Addr>().is_ok() => {
                fault.help("this is an IPv6 address: its record type is `AAAA`")
            }
            _ => fault.help("write four numbers from 0 to 255 with dots, such as 10.225.2.31"),
        }
    }

    /// An IPv6 address.
    pub(crate) fn ipv6(&mut self, what: &str) -> Result<Spanned<Ipv6Addr>, Fault> {
        let token = self.next(what)?;
        match token.text.parse() {
            Ok(address) if !token.quoted => Ok(Spanned::new(address, self.span(token))),
            _ => {
                let fault = self.fault(
                    token,
                    format!("`{}` is not an IPv6 address", shown(token.text)),
                );
                Err(if token.text.parse::<Ipv4Addr>().is_ok() {
                    fault.help("this is an IPv4 address: its record type is `A`")
                } else {
                    fault.help(
                        "write eight groups of hexadecimal digits, or `::` once for a run of zeros",
                    )
                })
            }
        }
    }
}

/// Digits and nothing else, unquoted.
pub(crate) fn is_number(token: &Token<'_>) -> bool {
    !token.quoted && !token.text.is_empty() && token.text.bytes().all(|byte| byte.is_ascii_digit())
}
