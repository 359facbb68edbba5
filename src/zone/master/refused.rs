//! Records whose fields are sound, and that BIND refuses all the same, and the zone with them.

use super::Reader;
use crate::dns::{Data, Record, RecordType, WrittenName};
use crate::source::{Origin, Spanned};
use crate::zone::Format;
use crate::zone::fields::{Fault, shown};

impl Reader<'_> {
    /// Why BIND refuses a record. Windows servers take any of these, and what a server has
    /// transferred it has taken.
    pub(super) fn refusal(&self, owner: &WrittenName, data: &Data) -> Option<Fault> {
        let fault = match data {
            Data::Ns(_) => wildcard(owner),
            Data::Dname(target) => self.second(owner, target),
            Data::Naptr(naptr) => substitution(&naptr.regexp),
            _ => None,
        };
        let is_served = || self.sources.get(self.zone.source).origin == Origin::Live;
        fault.filter(|_| self.zone.format == Format::MasterFile && !is_served())
    }

    /// A name leads to one place (RFC 6672 2.4).
    fn second(&self, owner: &WrittenName, target: &WrittenName) -> Option<Fault> {
        let set = self.zone.contents.set(&owner.name, RecordType::DNAME)?;
        let is_other =
            |first: &&Record| !matches!(&first.data, Data::Dname(to) if to.name == target.name);
        let first = set.records.first().filter(is_other)?;
        let message = format!("`{}` leads to `{}` already", owner.name, first.data);
        Some(Fault::new(target.span, message).help("keep one DNAME record of a name"))
    }
}

/// RFC 4592 4.2 leaves open what it would mean.
fn wildcard(owner: &WrittenName) -> Option<Fault> {
    let message = "a wildcard cannot be delegated: BIND refuses the zone";
    let help = "write NS records for each name that is delegated";
    let fault = || Fault::new(owner.span, message).help(help);
    owner.name.is_wildcard().then(fault)
}

/// What is wrong with the form of a substitution expression (RFC 3402 3.2): a delimiter, an
/// extended regular expression, the delimiter, what replaces a match, the delimiter, flags.
fn substitution(regexp: &Spanned<String>) -> Option<Fault> {
    let fault = |message: String| {
        let help = "it is written `!regular expression!replacement!`, any character for `!`";
        Some(Fault::new(regexp.span, message).help(help))
    };
    let enclosed = regexp.value.trim().trim_matches('\'');
    if enclosed.is_empty() && !regexp.value.is_empty() {
        let message = "a field without a regular expression is empty, this is not";
        let help = "write `\"\"`: only double quotes enclose a string, and a blank is one";
        return Some(Fault::new(regexp.span, message).help(help));
    }
    let mut characters = regexp.value.chars();
    let delimiter = characters.next()?;
    if delimiter.is_ascii_digit() || matches!(delimiter, '\\' | 'i' | '\0') {
        return fault(format!("`{delimiter}` cannot delimit a substitution"));
    }
    // The regular expression, the replacement, the flags, and what is too much.
    let mut parts = vec![String::new()];
    while let Some(character) = characters.next() {
        if character == delimiter {
            parts.push(String::new());
            continue;
        }
        let is_of_flags = parts.len() > 2;
        let part = parts.last_mut()?;
        part.push(character);
        if character == '\\' && !is_of_flags {
            let Some(escaped) = characters.next() else {
                return fault("the substitution ends in a backslash".to_owned());
            };
            part.push(escaped);
        }
    }
    let [expression, replacement, flags] = parts.as_slice() else {
        let message = format!(
            "a substitution has three `{delimiter}`, this has {}",
            parts.len()
        );
        return fault(message);
    };
    if expression.is_empty() {
        return fault("the substitution has no regular expression".to_owned());
    }
    if let Some(flag) = flags.chars().find(|flag| *flag != 'i') {
        return fault(format!(
            "`{}` is no flag of a substitution: `i` is the only one",
            shown(&flag.to_string())
        ));
    }
    let groups = match groups(expression) {
        Ok(groups) => groups,
        Err(message) => return fault(message.to_owned()),
    };
    let mut escapes = replacement.split('\\').skip(1);
    let wrong = escapes.find_map(|rest| {
        let digit = rest.chars().next()?.to_digit(10)?;
        (digit == 0 || digit > groups).then_some(digit)
    });
    wrong.and_then(|digit| {
        fault(format!(
            "`\\{digit}` stands for a group that the regular expression does not have"
        ))
    })
}

/// The groups of an extended regular expression.
fn groups(expression: &str) -> Result<u32, &'static str> {
    let (mut groups, mut open) = (0, 0_u32);
    let mut characters = expression.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => drop(characters.next()),
            '(' => {
                groups += 1;
                open += 1;
            }
            ')' => {
                open = open
                    .checked_sub(1)
                    .ok_or("a `)` of the regular expression closes nothing")?;
            }
            '[' => {
                // A bracket that comes first, or first behind `^`, is one of the characters.
                characters.next_if_eq(&'^');
                characters.next_if_eq(&']');
                if !characters.any(|inner| inner == ']') {
                    return Err("a `[` of the regular expression is never closed");
                }
            }
            _ => {}
        }
    }
    if open > 0 {
        return Err("a `(` of the regular expression is never closed");
    }
    Ok(groups)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, Sources, Span};

    fn wrong(regexp: &str) -> Option<String> {
        let id = Sources::new().add(Source::new("t", Origin::Stdin, regexp));
        let span = Span::new(id, 0, regexp.len());
        substitution(&Spanned::new(regexp.to_owned(), span)).map(|fault| fault.message)
    }

    #[test]
    fn substitutions_have_three_delimiters() {
        for regexp in [
            "",
            "!^.*$!sip:x@y!",
            "!^(.*)$!sip:\\1@y!i",
            "|a\\|b|c|",
            "!a\\!b!c!",
            "!([^]()]+)(x)!\\2\\1!ii",
        ] {
            assert_eq!(wrong(regexp), None, "{regexp}");
        }
        for (regexp, message) in [
            ("1a1b1", "`1` cannot delimit a substitution"),
            ("iaibi", "`i` cannot delimit a substitution"),
            ("!a!b", "a substitution has three `!`, this has 2"),
            ("!a!b!!", "a substitution has three `!`, this has 4"),
            ("!!b!", "the substitution has no regular expression"),
            (
                "!a!b!x",
                "`x` is no flag of a substitution: `i` is the only one",
            ),
            ("!a!b\\", "the substitution ends in a backslash"),
            ("!a(!b!", "a `(` of the regular expression is never closed"),
            ("!a)!b!", "a `)` of the regular expression closes nothing"),
            ("![a!b!", "a `[` of the regular expression is never closed"),
            (
                "!^(.*)$!\\2!",
                "`\\2` stands for a group that the regular expression does not have",
            ),
            (
                "!^(.*)$!\\0!",
                "`\\0` stands for a group that the regular expression does not have",
            ),
        ] {
            assert_eq!(wrong(regexp).as_deref(), Some(message), "{regexp}");
        }
    }
}
