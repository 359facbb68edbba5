//! What a text is, told by its content.

use crate::dns::RecordType;
use crate::phone;
use crate::site::Kind;

/// A kind that a text is not of, and what shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// The kind.
    pub kind: Kind,
    /// What is missing or in the way: lower case, no full stop.
    pub why: String,
}

/// Lines with content that are looked at before a text is judged.
const LINES: usize = 2000;

/// Ends of names that zone files have. They decide where the content does not: an empty
/// zone, or one of whose lines few can be read.
const ZONE_NAMES: [&str; 4] = [".zone", ".dns", ".db", ".hosts"];

/// Tells what a text is; else, the kinds it is not of, the nearest one first.
pub fn recognise(text: &str, name: &str) -> Result<Kind, Vec<Rejection>> {
    let evidence = Evidence::of(text);
    if evidence.certain {
        return Ok(Kind::MasterFile);
    }
    if phone::looks_like_phone_config(text) {
        return Ok(Kind::PhoneConfig);
    }
    let markup = text
        .trim_start()
        .chars()
        .next()
        .filter(|first| "<{".contains(*first));
    let named_as_zone = ZONE_NAMES
        .iter()
        .any(|ending| name.to_ascii_lowercase().ends_with(ending));
    let binary = text.contains('\0');
    if !binary && markup.is_none() && (evidence.mostly_records() || named_as_zone) {
        return Ok(Kind::MasterFile);
    }
    let no_zone = if binary {
        "it holds NUL characters".to_owned()
    } else if let Some(first) = markup {
        format!("it begins with `{first}`")
    } else if evidence.lines == 0 {
        "it holds no record".to_owned()
    } else {
        format!(
            "{} of its first {} lines can be DNS records",
            evidence.records, evidence.lines
        )
    };
    let no_phone = if markup == Some('<') {
        "its XML names no parameter of a handset"
    } else {
        "it is no XML"
    };
    let mut rejections = vec![
        Rejection {
            kind: Kind::MasterFile,
            why: no_zone,
        },
        Rejection {
            kind: Kind::PhoneConfig,
            why: no_phone.to_owned(),
        },
    ];
    if markup == Some('<') {
        rejections.reverse();
    }
    Err(rejections)
}

/// What speaks for a master file.
#[derive(Debug, Default)]
struct Evidence {
    /// A directive or an SOA record stands there.
    certain: bool,
    /// Lines with content, outside parentheses.
    lines: usize,
    /// Lines among them that have the shape of a record.
    records: usize,
}

impl Evidence {
    fn of(text: &str) -> Self {
        let mut evidence = Self::default();
        let mut depth = 0_usize;
        for line in text.lines() {
            let bare = without_comment(line);
            if bare.trim().is_empty() {
                continue;
            }
            if depth == 0 {
                evidence.lines += 1;
                match shape(bare) {
                    Shape::Certain => {
                        evidence.certain = true;
                        return evidence;
                    }
                    Shape::Record => evidence.records += 1,
                    Shape::Other => {}
                }
            }
            let opened = bare.matches('(').count();
            depth = (depth + opened).saturating_sub(bare.matches(')').count());
            if evidence.lines >= LINES {
                break;
            }
        }
        evidence
    }

    fn mostly_records(&self) -> bool {
        self.records > 0 && self.records * 2 >= self.lines
    }
}

enum Shape {
    Certain,
    Record,
    Other,
}

/// The line up to a `;` that no quotes enclose.
fn without_comment(line: &str) -> &str {
    let mut quoted = false;
    let end = line.find(|character| {
        quoted ^= character == '"';
        character == ';' && !quoted
    });
    &line[..end.unwrap_or(line.len())]
}

/// The shape of a line: `[owner] [TTL] [class] type data`, TTL and class in any order, or a
/// directive (RFC 1035 5.1). Of types that are words of other languages too, the data must
/// be of the right shape.
fn shape(line: &str) -> Shape {
    const DIRECTIVES: [&str; 4] = ["$ORIGIN", "$TTL", "$INCLUDE", "$GENERATE"];
    let mut tokens = line.split_whitespace().peekable();
    let first = tokens.peek().copied().unwrap_or_default();
    if DIRECTIVES
        .iter()
        .any(|word| word.eq_ignore_ascii_case(first))
    {
        return Shape::Certain;
    }
    if !line.starts_with([' ', '\t']) {
        tokens.next();
    }
    // Windows writes the age of a dynamic record in front: `[AGE:3634093]`, `[Aging:…]`.
    let in_front = |token: &&str| {
        is_ttl(token) || is_class(token) || (token.starts_with('[') && token.ends_with(']'))
    };
    let Some(kind) = tokens.by_ref().find(|token| !in_front(token)) else {
        return Shape::Other;
    };
    let data: Vec<&str> = tokens.take(3).collect();
    let number = |at: usize| {
        let token = data.get(at).map(|token| token.trim_start_matches('('));
        token.is_some_and(|token| token.starts_with(|first: char| first.is_ascii_digit()))
    };
    let shaped = match kind.to_ascii_uppercase().as_str() {
        // Two names, then a serial number; the numbers may begin on the next line.
        "SOA" => {
            let opened = data.last().is_some_and(|token| token.ends_with('('));
            return if number(2) || (opened && data.len() != 2) {
                Shape::Certain
            } else {
                Shape::Other
            };
        }
        "A" | "MX" | "SRV" | "NAPTR" => number(0),
        "AAAA" => data.first().is_some_and(|token| token.contains(':')),
        kind => is_type(kind) && !data.is_empty(),
    };
    if shaped { Shape::Record } else { Shape::Other }
}

/// `3600`, `1h30m`.
fn is_ttl(token: &str) -> bool {
    token.starts_with(|first: char| first.is_ascii_digit())
        && token
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"smhdwSMHDW".contains(&byte))
}

fn is_class(token: &str) -> bool {
    ["IN", "CH", "HS", "CS"]
        .iter()
        .any(|class| class.eq_ignore_ascii_case(token))
}

/// A record type, in capital letters.
fn is_type(upper: &str) -> bool {
    let number = upper.strip_prefix("TYPE");
    number.is_some_and(|digits| digits.parse::<u16>().is_ok())
        || upper.parse::<RecordType>().is_ok()
        || [
            "MB", "MG", "MR", "MINFO", "AFSDB", "RP", "WINS", "WINS-R", "LOC", "SPF", "DHCID",
        ]
        .contains(&upper)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn zones_are_told_by_a_directive_an_soa_or_most_of_their_lines() {
        for text in [
            "$ttl 1h\n",
            "; a comment\n@ IN SOA ns1 admin (\n 1 2 3 4 5 )\n",
            "@ 3600 IN soa ns1 admin 1 2 3 4 5\n",
            "sip1 A 10.225.2.31\n     600 IN A 10.225.2.32\nwhat is this\n",
            "a [AGE:3634093] 600 A 10.0.0.1\n",
            "_sip._udp 1h IN SRV 0 0 5060 (\n  sip1\n  and words in parentheses\n)\n",
            "x TYPE65280 \\# 0\n",
        ] {
            assert_eq!(recognise(text, "x"), Ok(Kind::MasterFile), "{text:?}");
        }
    }

    #[test]
    fn a_zone_by_name_may_be_empty_or_broken() {
        assert_eq!(recognise("", "empty.zone"), Ok(Kind::MasterFile));
        let text = "_sip._udp SVR 0 0 5060 sip1\n";
        assert_eq!(recognise(text, "a.DNS"), Ok(Kind::MasterFile));
        assert!(recognise(text, "a").is_err());
        assert!(recognise("<html>", "a.zone").is_err());
        assert!(recognise("SQLite format 3\0", "a.db").is_err());
    }

    #[test]
    fn what_is_neither_says_why() {
        let why = |text| {
            let rejections = recognise(text, "x").expect_err("of no known kind");
            let first = &rejections[0];
            format!("{}: {}", first.kind.word(), first.why)
        };
        assert_eq!(
            why("The SOA record (see below) counts.\nMissing A record? An SRV set is not.\n"),
            "master-file: 0 of its first 2 lines can be DNS records"
        );
        assert_eq!(why("{\"a\": 1}"), "master-file: it begins with `{`");
        assert_eq!(
            why("<project/>"),
            "phone-config: its XML names no parameter of a handset"
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_judged(bytes in any::<Vec<u8>>(), name in any::<String>()) {
            let (text, _) = crate::source::decode(bytes);
            let _ = recognise(&text, &name);
        }
    }
}
