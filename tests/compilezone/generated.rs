//! Zones out of a random number generator with a fixed seed: entries that are right, entries
//! in which one thing is wrong, and entries in which characters were exchanged.

use crate::data::{
    CLASSES, ODD_CLASSES, ODD_FIELDS, ODD_OWNERS, ODD_TTLS, ODD_TYPES, OWNERS, TTLS, TYPES,
};
use crate::random::Random;

/// The zone that everything is read as.
pub const ORIGIN: &str = "eslab.test.";

/// What makes every text a zone.
const FRAME: &str = "@ 300 SOA ns hostmaster 1 900 600 86400 300\n@ 300 NS ns\nns 300 A 10.0.0.1\n";

/// A text, and what is known of it.
#[derive(Debug, Clone)]
pub struct Case {
    /// A zone.
    pub text: String,
    /// Characters were exchanged, so that nobody can say which lines belong together.
    pub is_wild: bool,
}

/// Zone `number`.
pub fn case(number: u64, fixtures: &[String]) -> Case {
    // Neighbours would begin alike.
    let mut random = Random::seeded(number.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 1);
    for _ in 0..4 {
        random.below(2);
    }
    let mut writer = Writer {
        random,
        number: 0,
        // Half of the zones are right, so that their records can be compared.
        is_right: number.is_multiple_of(2),
        is_wild: false,
    };
    let mut text = if number.is_multiple_of(16) && !fixtures.is_empty() {
        let fixture = writer.random.below(fixtures.len());
        writer.varied(&fixtures[fixture])
    } else {
        writer.zone()
    };
    if writer.one_in(8) {
        text = text.replace('\n', "\r\n");
    }
    if writer.one_in(16) {
        text.truncate(text.trim_end().len());
    }
    Case {
        text,
        is_wild: writer.is_wild,
    }
}

struct Writer {
    random: Random,
    /// Of the entry.
    number: usize,
    is_right: bool,
    is_wild: bool,
}

impl Writer {
    fn one_in(&mut self, count: usize) -> bool {
        self.random.below(count) == 0
    }

    /// Whether the next thing is wrong.
    fn errs(&mut self, one_in: usize) -> bool {
        !self.is_right && self.one_in(one_in)
    }

    fn zone(&mut self) -> String {
        let mut text = String::new();
        if !self.one_in(6) {
            let ttl = self.ttl();
            text = format!("$TTL {ttl}\n");
        }
        text.push_str(FRAME);
        for number in 1..=3 + self.random.below(6) {
            self.number = number;
            let mut entry = match self.random.below(14) {
                0 => self.directive(),
                1 => self.generate(),
                _ => self.record(),
            };
            if self.errs(6) {
                entry = self.exchanged(&entry);
            }
            text.push_str(&entry);
            text.push('\n');
            if self.one_in(12) {
                text.push_str("\n  ; a remark (with \"marks\n");
            }
        }
        text
    }

    fn numbered(&self, text: &str) -> String {
        text.replace("%%", &format!("{:02x}", self.number))
            .replace('%', &self.number.to_string())
    }

    fn ttl(&mut self) -> &'static str {
        if self.errs(8) {
            self.random.one_of(ODD_TTLS)
        } else {
            self.random.one_of(TTLS)
        }
    }

    fn owner(&mut self) -> String {
        if self.errs(10) {
            return self.random.one_of(ODD_OWNERS).to_owned();
        }
        match self.random.below(40) {
            0..=4 => String::new(),
            5 => format!("{}{}", "x".repeat(62), self.number),
            6 if !self.is_right => format!("{}{}", "x".repeat(63), self.number),
            7 => self.long_name(),
            _ => {
                let owner = self.random.one_of(OWNERS);
                self.numbered(owner)
            }
        }
    }

    /// A name of 255 octets with its origin, or one more.
    fn long_name(&mut self) -> String {
        let octets = if self.errs(2) { 256 } else { 255 };
        let left = octets - 1 - ORIGIN.len() - 1;
        let labels = vec!["abc"; left / 4 - 1].join(".");
        format!(
            "{labels}.{}{}",
            self.number,
            "y".repeat(left - labels.len() - 2)
        )
    }

    /// A record, on one line or over several.
    fn record(&mut self) -> String {
        let (record_type, examples) = self.common_type();
        let mut words = vec![self.owner()];
        let has_class = self.one_in(3);
        if has_class && self.one_in(2) {
            words.push(self.class().to_owned());
        }
        if self.one_in(2) {
            words.push(self.ttl().to_owned());
        }
        if has_class && words.len() < 3 && self.one_in(2) {
            words.push(self.class().to_owned());
        }
        words.push(if self.errs(16) {
            self.random.one_of(ODD_TYPES).to_owned()
        } else if self.one_in(8) {
            record_type.to_lowercase()
        } else {
            record_type.to_owned()
        });
        let data = self.random.one_of(examples);
        let mut fields = fields(&self.numbered(data));
        if self.errs(3) && !fields.is_empty() {
            let at = self.random.below(fields.len());
            let odd = self.random.one_of(ODD_FIELDS).to_owned();
            match self.random.below(5) {
                0 => drop(fields.remove(at)),
                1 => fields.insert(at, odd),
                2 => fields.push(odd),
                _ => fields[at] = odd,
            }
        }
        words.extend(fields);
        self.joined(&words)
    }

    /// A type that handsets ask for more often than others.
    fn common_type(&mut self) -> (&'static str, &'static [&'static str]) {
        const COMMON: [&str; 9] = [
            "A", "AAAA", "SRV", "NAPTR", "PTR", "TXT", "TYPE33", "NS", "CNAME",
        ];
        let common = self.random.one_of(&COMMON);
        let all = self.random.one_of(TYPES);
        let is_common = self.one_in(2);
        let common = TYPES.iter().find(|(name, _)| *name == common);
        let chosen = if is_common {
            common.copied().unwrap_or(all)
        } else {
            all
        };
        // A second one beside that of the frame is no matter of reading.
        if chosen.0 == "SOA" && self.is_right {
            TYPES[0]
        } else {
            chosen
        }
    }

    fn class(&mut self) -> &'static str {
        if self.errs(6) {
            self.random.one_of(ODD_CLASSES)
        } else {
            self.random.one_of(CLASSES)
        }
    }

    /// Words with blanks between them; sometimes parentheses, line ends and remarks as well.
    fn joined(&mut self, words: &[String]) -> String {
        let opens = if self.one_in(6) {
            Some(1 + self.random.below(words.len()))
        } else {
            None
        };
        let mut text = String::new();
        for (at, word) in words.iter().enumerate() {
            if at > 0 {
                let blank = self.random.one_of(&[" ", " ", "\t", "  \t "]);
                text.push_str(blank);
            }
            if opens == Some(at) {
                text.push_str(self.random.one_of(&["(", "( ", "(\n", "( ; remark )\n\t"]));
            } else if opens.is_some_and(|opened| at > opened) && self.one_in(3) {
                text.push_str(self.random.one_of(&["\n", "\n ", "; x\n", "\n\n\t"]));
            }
            text.push_str(word);
        }
        if opens.is_some_and(|opened| opened < words.len()) {
            text.push_str(self.random.one_of(&[")", " )", "\n)", "\n ) ; x"]));
        }
        if self.one_in(8) {
            text.push_str(
                self.random
                    .one_of(&[" ", "\t", " ; remark", ";remark \"(", "  ;"]),
            );
        }
        text
    }

    fn directive(&mut self) -> String {
        let right = [
            "$ORIGIN sub",
            "$ORIGIN sub.eslab.test.",
            "$origin eslab.test.",
            "$ORIGIN @",
            "$TTL 600",
            "$ttl 1d",
            "$TTL\t( 5m )",
            "$ORIGIN eslab.test. ; back",
        ];
        let odd = [
            "$ORIGIN",
            "$ORIGIN a..b",
            "$ORIGIN a b",
            "$ORIGIN \"a\"",
            "$TTL",
            "$TTL x",
            "$TTL 1 2",
            "$TTL 2147483648",
            "$TTL 4294967296",
            "$TTL \"300\"",
            " $TTL 300",
            "$FOO",
            "$",
            "$ORIGIN .",
            "$GENERATE",
            "$DATE 20260101000000",
            "$ORIGIN other.example.",
            "$TTL -1",
            "$INCLUDE",
            "$ORIGIN \\300",
        ];
        if self.errs(2) {
            self.random.one_of(&odd).to_owned()
        } else {
            self.random.one_of(&right).to_owned()
        }
    }

    fn generate(&mut self) -> String {
        let range = if self.errs(4) {
            self.random.one_of(&[
                "3-1",
                "1",
                "1-3/0",
                "-1-3",
                "1-x",
                "1-3-5",
                "0-2147483648",
                "1-2x",
                "1-2/1x",
                "1 - 2",
                "01-02",
            ])
        } else {
            self.random
                .one_of(&["1-3", "0-7/3", "5-5", "10-12", "8-10/1"])
        };
        let owner = if self.errs(4) {
            self.random.one_of(&[
                "g%-${x}",
                "g%-${0,1,q}",
                "g%-${0",
                "g%-$$",
                "g%-\\$",
                "@",
                "g%-${-9}",
                "g%-${0,999}",
                "g%-${}",
                "g%-${,}",
                "g%-${0,}",
                "g%-${0,3,d,4}",
                "g%-${+1}",
                "g%-$$$",
                "\"g%-$\"",
            ])
        } else {
            self.random.one_of(&[
                "g%-$",
                "g%-${0,3}",
                "g%-${1,2,x}",
                "${0,7,n}.g%",
                "g%-${-0}",
                "g%-${5}x$",
                "g%-${0,0,X}",
                "g%-${2,0,o}",
            ])
        };
        let rest = if self.errs(4) {
            self.random.one_of(&[
                "A 10.0.0",
                "SRV 1 2 3 h$",
                "A",
                "",
                "FOO x",
                "300 IN 300 A 10.9.0.$",
                "TXT a b$",
                "A 10.9.0.${-20}",
                "CH A 10.9.0.$",
                "SOA a b 1 2 3 4 5",
                "MX \"10 m$\"",
                "A 10.9.0.$ x",
            ])
        } else {
            self.random.one_of(&[
                "A 10.9.0.$",
                "300 A 10.9.1.$",
                "IN A 10.9.2.${1}",
                "600 IN PTR p$",
                "CNAME h$",
                "AAAA 2001:db8::${0,4,x}",
                "a 10.9.3.$",
                "IN 600 NS ns$",
                "TXT t$",
                "SRV \"1 2 5060 h$\"",
                "DNAME d$.example.",
            ])
        };
        let owner = self.numbered(owner);
        format!("$GENERATE {range} {owner} {rest}")
    }

    /// The text with one to three characters exchanged.
    fn exchanged(&mut self, text: &str) -> String {
        const MARKS: &[char] = &[
            '"', '\\', '(', ')', ';', '@', '.', ' ', '\t', '$', '0', '9', 'A', 'x', '\n', '-',
            '\u{fc}', '\r', '\'', '\u{b}',
        ];
        let mut characters: Vec<_> = text.chars().collect();
        for _ in 0..=self.random.below(3) {
            let at = self.random.below(characters.len() + 1);
            let mark = self.random.one_of(MARKS);
            match self.random.below(3) {
                0 if at < characters.len() => drop(characters.remove(at)),
                1 if at < characters.len() => characters[at] = mark,
                _ => characters.insert(at, mark),
            }
        }
        self.is_wild = true;
        characters.into_iter().collect()
    }

    /// A fixture with a few changes.
    fn varied(&mut self, text: &str) -> String {
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        for _ in 0..self.random.below(4) {
            let at = self.random.below(lines.len());
            lines[at] = self.exchanged(&lines[at].clone());
        }
        self.is_wild = true;
        lines.join("\n") + "\n"
    }
}

/// The fields of a line of data.
fn fields(data: &str) -> Vec<String> {
    let mut fields = Vec::new();
    let mut field = String::new();
    let mut is_quoted = false;
    let mut characters = data.chars();
    while let Some(character) = characters.next() {
        if character == ' ' && !is_quoted {
            fields.push(std::mem::take(&mut field));
            continue;
        }
        is_quoted ^= character == '"';
        field.push(character);
        if character == '\\' {
            field.extend(characters.next());
        }
    }
    fields.push(field);
    fields.retain(|field| !field.is_empty());
    fields
}
