//! Lines of settings (dnsmasq(8), "Config file"): `name=field,field`, comments from `#` on,
//! quotes that take the meaning from commas.

use std::borrow::Cow;

use crate::spelling;
use crate::zone::export::{self, part, trimmed};
use crate::zone::lexer::Token;

/// The options that make records.
pub(super) const RECORDS: [&str; 10] = [
    "srv-host",
    "naptr-record",
    "host-record",
    "ptr-record",
    "cname",
    "address",
    "mx-host",
    "txt-record",
    "caa-record",
    "dns-rr",
];

/// One that looks much like another.
const LOOKALIKE: &str = "localmx";

/// Options that most files have. dnsmasq does not start with one that it does not know.
const COMMON: [&str; 11] = [
    "local",
    "domain",
    "server",
    "local-ttl",
    "auth-zone",
    "dhcp-host",
    "dhcp-range",
    "no-hosts",
    "expand-hosts",
    "domain-needed",
    "bogus-priv",
];

/// An option and its fields.
pub(super) struct Line<'t> {
    pub(super) name: Token<'t>,
    /// The name that was meant, where dnsmasq has none of this spelling.
    pub(super) meant: Option<&'static str>,
    /// The name and the blanks behind it that stand in the place of a `=`.
    pub(super) unsigned: Option<Token<'t>>,
    /// Without the blanks and quotes around them.
    pub(super) fields: Vec<Field<'t>>,
}

impl Line<'_> {
    /// The option, as it was meant.
    pub(super) fn option(&self) -> &str {
        self.meant.unwrap_or(self.name.text)
    }
}

/// One field.
pub(super) struct Field<'t> {
    /// Where it stands, and its text where no escape is in it.
    token: Token<'t>,
    /// What it says, where that is not what stands there.
    said: Option<String>,
}

impl<'t> std::ops::Deref for Field<'t> {
    type Target = Token<'t>;

    fn deref(&self) -> &Token<'t> {
        &self.token
    }
}

impl Field<'_> {
    /// What the field says, escapes resolved.
    pub(super) fn said(&self) -> &str {
        self.said.as_deref().unwrap_or(self.token.text)
    }
}

/// Reads a line; `None` where it holds nothing of interest. The error is a quote that is not
/// closed.
pub(super) fn read<'t>(line: &Token<'t>) -> Result<Option<Line<'t>>, Token<'t>> {
    let content = without_comment(line);
    if content.text.is_empty() {
        return Ok(None);
    }
    let end = content.text.len();
    let (name, value) = match memchr::memchr(b'=', content.text.as_bytes()) {
        Some(at) => (
            trimmed(&part(&content, 0, at, false)),
            trimmed(&part(&content, at + 1, end, false)),
        ),
        None => (content, part(&content, end, end, false)),
    };
    let (name, value, unsigned) = match without_sign(&content, &name) {
        Some((unsigned, value)) => (trimmed(&unsigned), value, Some(unsigned)),
        None => (name, value, None),
    };
    let meant = misspelt(name.text);
    match fields(&value) {
        Ok(fields) => Ok(Some(Line {
            name,
            meant,
            unsigned,
            fields,
        })),
        Err(quote) if RECORDS.contains(&meant.unwrap_or(name.text)) => Err(quote),
        Err(_) => Ok(None),
    }
}

/// A known option with the blanks behind it, and its value, where these blanks stand in the place
/// of the `=`. dnsmasq takes all of it for the name of an option.
fn without_sign<'t>(content: &Token<'t>, name: &Token<'t>) -> Option<(Token<'t>, Token<'t>)> {
    let word = name.text.split([' ', '\t']).next()?;
    let is_known = RECORDS.contains(&word) || COMMON.contains(&word);
    let behind = name.text[word.len()..].trim_start_matches([' ', '\t']);
    let begin = name.text.len() - behind.len();
    (is_known && !behind.is_empty()).then(|| {
        let value = part(content, begin, content.text.len(), false);
        (part(content, 0, begin, false), trimmed(&value))
    })
}

/// The option that makes records, or that most files have, for which a word was meant. dnsmasq has
/// some hundred others, so only a slip of one letter or two neighbours counts.
fn misspelt(name: &str) -> Option<&'static str> {
    let mut known = RECORDS.iter().chain(&COMMON);
    if name == LOOKALIKE || known.any(|option| *option == name) {
        return None;
    }
    let meant = RECORDS[..5].iter().chain(&COMMON).copied();
    let meant = spelling::nearest_mnemonic(name, meant)?;
    (strsim::osa_distance(name, meant) <= 1).then_some(meant)
}

/// The line up to a `#` at its beginning or behind a blank, outside quotes.
fn without_comment<'t>(line: &Token<'t>) -> Token<'t> {
    let bytes = line.text.as_bytes();
    let mut end = bytes.len();
    let mut quoted = false;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            b'#' if !quoted && (at == 0 || bytes[at - 1].is_ascii_whitespace()) => {
                end = at;
                break;
            }
            _ => {}
        }
        at += 1;
    }
    trimmed(&part(line, 0, end, false))
}

/// The fields of a value; the quote that is not closed.
fn fields<'t>(value: &Token<'t>) -> Result<Vec<Field<'t>>, Token<'t>> {
    let bytes = value.text.as_bytes();
    let mut fields = Vec::new();
    if bytes.is_empty() {
        return Ok(fields);
    }
    let mut start = 0;
    let mut quote = None;
    let mut at = 0;
    while at <= bytes.len() {
        match bytes.get(at) {
            Some(b'\\') if quote.is_some() => at += 1,
            Some(b'"') => quote = if quote.is_some() { None } else { Some(at) },
            Some(b',') if quote.is_none() => {
                fields.push(field(&part(value, start, at, false)));
                start = at + 1;
            }
            None => fields.push(field(&part(value, start, at, false))),
            Some(_) => {}
        }
        at += 1;
    }
    match quote {
        Some(at) => Err(part(value, at, at + 1, false)),
        None => Ok(fields),
    }
}

fn field<'t>(whole: &Token<'t>) -> Field<'t> {
    let token = trimmed(whole);
    let inner = token
        .text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    let token = match inner {
        Some("") => part(&token, 1, 1, true),
        Some(inner) if !inner.contains('"') || inner.contains('\\') => {
            part(&token, 1, 1 + inner.len(), false)
        }
        _ => token,
    };
    let said = match unescaped(token.text, inner.is_some()) {
        Cow::Owned(said) => Some(said),
        Cow::Borrowed(_) => None,
    };
    Field { token, said }
}

/// Without quotes, and with their escapes resolved.
fn unescaped(text: &str, mut quoted: bool) -> Cow<'_, str> {
    if !text.contains(['"', '\\']) {
        return text.into();
    }
    let mut said = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => quoted = !quoted,
            '\\' if quoted => said.extend(characters.next().map(|next| match next {
                't' => '\t',
                'n' => '\n',
                'r' => '\r',
                'b' => '\u{8}',
                'e' => '\u{1b}',
                other => other,
            })),
            other => said.push(other),
        }
    }
    said.into()
}

/// Whether a text is a file of settings: options by their form, among them one that is
/// dnsmasq's own.
pub(crate) fn is_one(text: &str) -> bool {
    const LINES: usize = 2000;
    const OWN: [&str; 18] = [
        "srv-host",
        "naptr-record",
        "host-record",
        "ptr-record",
        "txt-record",
        "mx-host",
        "auth-zone",
        "dhcp-range",
        "dhcp-host",
        "addn-hosts",
        "no-resolv",
        "local-ttl",
        "conf-dir",
        "conf-file",
        "domain-needed",
        "bogus-priv",
        "expand-hosts",
        "no-hosts",
    ];
    let (mut options, mut others, mut is_own) = (0_usize, 0_usize, false);
    let lines = export::lines(text);
    for line in lines
        .filter(|line| !line.text.trim().is_empty())
        .take(LINES)
    {
        let content = without_comment(&line);
        if content.text.is_empty() {
            continue;
        }
        let name = content.text.split('=').next().unwrap_or_default().trim();
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if !name.is_empty() && name.bytes().all(is_word) {
            options += 1;
            let address = name == "address" && content.text.contains("=/");
            let local = name == "local" && content.text.contains("=/");
            is_own |= OWN.contains(&name) || address || local;
        } else {
            others += 1;
        }
    }
    is_own && options >= others
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields_of(line: &str) -> Option<Vec<String>> {
        let read = read(&export::token(line, 0, line.len())).ok()??;
        Some(
            read.fields
                .iter()
                .map(|field| field.said().to_owned())
                .collect(),
        )
    }

    #[test]
    fn fields_end_at_commas_outside_quotes() {
        for (line, expected) in [
            ("srv-host = a , b,1 # x", vec!["a", "b", "1"]),
            ("naptr-record=a,\"!b,c!\",\"\",", vec!["a", "!b,c!", "", ""]),
            ("txt-record=a,\"x\\\"y\\t\"", vec!["a", "x\"y\t"]),
            ("txt-record=a,x\"y,z\"w", vec!["a", "xy,zw"]),
            ("naptr-record=a,!\\1!", vec!["a", "!\\1!"]),
            ("cname=a#b,c", vec!["a#b", "c"]),
            ("no-resolv", vec![]),
            ("srv-host  a,b,1", vec!["a", "b", "1"]),
            ("txt-record a,b=c", vec!["a", "b=c"]),
        ] {
            let expected = expected.into_iter().map(str::to_owned).collect();
            assert_eq!(fields_of(line), Some(expected), "{line}");
        }
        for line in ["", "  # srv-host=a", "dhcp-option=\"x"] {
            assert_eq!(fields_of(line), None, "{line}");
        }
    }

    #[test]
    fn slips_in_the_names_of_options_are_told() {
        for (name, meant) in [
            ("srv-hosts", Some("srv-host")),
            ("naptr-recrod", Some("naptr-record")),
            ("host-records", Some("host-record")),
            ("srv-host", None),
            ("dhcp-host", None),
            ("mx-host", None),
            ("txt-record", None),
            ("selfmx", None),
            ("loal", Some("local")),
            ("esrver", Some("server")),
            ("Domain", Some("domain")),
            ("bogus--priv", Some("bogus-priv")),
            ("no-resolv", None),
            ("localmx", None),
            ("rev-server", None),
            ("dhcp-boot", None),
        ] {
            assert_eq!(misspelt(name), meant, "{name}");
        }
    }

    #[test]
    fn settings_are_told_from_other_files() {
        for (text, expected) in [
            ("srv-host=_sip._udp,a,5060\n", true),
            ("# c\nbogus-priv\naddress=/a.b/1.2.3.4\n", true),
            ("address=1.2.3.4\n", false),
            ("[section]\nname=value\n", false),
            (
                "srv-host of dnsmasq is a setting\nand this is prose\n",
                false,
            ),
            ("", false),
        ] {
            assert_eq!(is_one(text), expected, "{text}");
        }
    }
}
