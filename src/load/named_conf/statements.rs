//! What settings of BIND state of zones.

use std::ops::Range;

use crate::dns::Name;

/// Whether a text is such settings: it begins like them, and says of a zone from which file it
/// is served, or of a part of the settings. A zone's file may say so too, in a remark.
pub(in crate::load) fn is_one(text: &str) -> bool {
    let begins = match (Tokens { rest: text }).next() {
        Some(Token::Word(word)) => STATEMENTS.contains(&word),
        _ => false,
    };
    let says_where = || {
        let statements = Statements::of(text);
        !statements.served.is_empty() || !statements.included.is_empty() || includes(text)
    };
    begins && says_where()
}

/// Nothing but statements stands outermost, and one includes a part of the settings.
fn includes(text: &str) -> bool {
    let mut tokens = Tokens { rest: text };
    let (mut depth, mut begins, mut includes) = (0_u32, true, false);
    while let Some(token) = tokens.next() {
        match token {
            Token::Open => depth += 1,
            Token::Close => depth = depth.saturating_sub(1),
            Token::Word("include") if begins => {
                includes |= matches!(tokens.next(), Some(Token::Quoted(_)));
            }
            Token::Word(word) if begins && !STATEMENTS.contains(&word) => return false,
            _ => {}
        }
        begins = depth == 0 && token == Token::End;
    }
    includes
}

/// What stands outermost in such settings.
const STATEMENTS: [&str; 20] = [
    "acl",
    "controls",
    "dlz",
    "dnssec-policy",
    "http",
    "include",
    "key",
    "key-store",
    "logging",
    "managed-keys",
    "masters",
    "options",
    "primaries",
    "server",
    "statistics-channels",
    "tls",
    "trust-anchors",
    "trusted-keys",
    "view",
    "zone",
];

/// A zone that settings say is served.
pub(super) struct Served {
    pub(super) zone: Name,
    /// Where its name stands.
    pub(super) at: Range<usize>,
    pub(super) data: Data,
    pub(super) view: Option<String>,
}

/// Where a server has a zone from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Data {
    File(String),
    /// Another view's (`in-view`).
    View(String),
    /// Other servers: a file holds no more than where they are.
    Elsewhere(Option<String>),
}

/// What settings state of zones, in the order of the text; root hints are none, nor are names
/// for which other servers are only asked.
#[derive(Default)]
pub(super) struct Statements {
    pub(super) served: Vec<Served>,
    /// Files that are included in a view.
    pub(super) included: Vec<(String, String)>,
    /// The folder that files are in whose paths do not begin with `/`.
    pub(super) directory: Option<String>,
}

impl Statements {
    pub(super) fn of(text: &str) -> Self {
        let mut statements = Self::default();
        let mut tokens = Tokens { rest: text };
        let mut depth = 0_u32;
        let mut view: Option<&str> = None;
        let mut is_in_options = false;
        while let Some(token) = tokens.next() {
            match token {
                Token::Open => depth += 1,
                Token::Close => depth = depth.saturating_sub(1),
                Token::Word("view") if depth == 0 => {
                    view = tokens.name();
                    if tokens.opens_block() {
                        depth = 1;
                    }
                }
                Token::Word("options") if depth == 0 => is_in_options = true,
                Token::Word("directory") if depth == 1 && is_in_options => {
                    statements.directory = tokens.name().map(str::to_owned);
                }
                Token::Word("include") if depth == 1 => {
                    let included = tokens.name().zip(view);
                    let included = included.map(|(file, view)| (file.to_owned(), view.to_owned()));
                    statements.included.extend(included);
                }
                Token::Word("zone") => {
                    let Some(name) = tokens.name() else {
                        continue;
                    };
                    if let (true, Ok(zone)) = (tokens.opens_block(), Name::from_ascii(name))
                        && let Some(data) = tokens.data_of_block()
                    {
                        let begin = name.as_ptr() as usize - text.as_ptr() as usize;
                        statements.served.push(Served {
                            zone,
                            at: begin..begin + name.len(),
                            data,
                            view: view.map(str::to_owned),
                        });
                    }
                }
                _ => {}
            }
            if token == Token::End && depth == 0 {
                is_in_options = false;
            }
            if depth == 0 {
                view = None;
            }
        }
        statements
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'t> {
    Word(&'t str),
    Quoted(&'t str),
    Open,
    Close,
    End,
}

struct Tokens<'t> {
    rest: &'t str,
}

impl<'t> Tokens<'t> {
    fn skip_comments(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            let end = match self.rest.as_bytes() {
                [b'#', ..] | [b'/', b'/', ..] => "\n",
                [b'/', b'*', ..] => "*/",
                _ => return,
            };
            self.rest = self.rest.split_once(end).map_or("", |(_, behind)| behind);
        }
    }

    /// What stands behind a word: a name.
    fn name(&mut self) -> Option<&'t str> {
        match self.next() {
            Some(Token::Word(name) | Token::Quoted(name)) => Some(name),
            _ => None,
        }
    }

    /// A block begins, perhaps behind a class.
    fn opens_block(&mut self) -> bool {
        match self.next() {
            Some(Token::Open) => true,
            Some(Token::Word(_)) => self.next() == Some(Token::Open),
            _ => false,
        }
    }

    /// Where the block that was opened has its zone from, read to its end; `None` for what is no
    /// zone of the server.
    fn data_of_block(&mut self) -> Option<Data> {
        let (mut depth, mut data, mut of_type) = (1_u32, None, "");
        while let Some(token) = self.next() {
            match token {
                Token::Open => depth += 1,
                Token::Close => depth -= 1,
                Token::Word(setting @ ("file" | "in-view" | "type")) if depth == 1 => {
                    match (setting, self.name()) {
                        ("file", Some(value)) => data = Some(Data::File(value.to_owned())),
                        ("in-view", Some(value)) => data = Some(Data::View(value.to_owned())),
                        ("type", Some(value)) => of_type = value,
                        _ => {}
                    }
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        match of_type {
            "hint" | "forward" | "delegation-only" | "redirect" => None,
            "stub" | "static-stub" => match data {
                Some(Data::File(file)) => Some(Data::Elsewhere(Some(file))),
                _ => Some(Data::Elsewhere(None)),
            },
            "slave" | "secondary" | "mirror" => Some(data.unwrap_or(Data::Elsewhere(None))),
            _ => data,
        }
    }
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Self::Item> {
        self.skip_comments();
        let first = self.rest.chars().next()?;
        let (token, length) = match first {
            '{' => (Token::Open, 1),
            '}' => (Token::Close, 1),
            ';' => (Token::End, 1),
            '"' => {
                let inside = &self.rest[1..];
                let end = inside.find('"').unwrap_or(inside.len());
                (
                    Token::Quoted(&inside[..end]),
                    (end + 2).min(self.rest.len()),
                )
            }
            _ => {
                let ends = |c: char| c.is_whitespace() || "{};\"".contains(c);
                let end = self.rest.find(ends).unwrap_or(self.rest.len());
                (Token::Word(&self.rest[..end]), end)
            }
        };
        self.rest = &self.rest[length..];
        Some(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_included_in_the_view_itself() {
        let text = r#"
            include "everywhere";
            view "inside" {
                match-clients { 10.0.0.0/8; };
                include "first";
                server 10.225.2.5 { include "keys"; };
                include "second";
            };
            view "outside" { include "third"; };
        "#;
        let included = Statements::of(text).included;
        let included = included
            .iter()
            .map(|(file, view)| format!("{file} in {view}"));
        assert_eq!(
            included.collect::<Vec<_>>(),
            ["first in inside", "second in inside", "third in outside"]
        );
    }

    #[test]
    fn zones_and_their_files_are_found_in_blocks_of_any_form() {
        let text = r#"
            // zone "no.example" { file "no"; };
            # zone "no.example" { file "no"; };
            /* zone "no.example" { file "no"; }; */
            options { directory "/var/cache/bind"; response-policy { zone "rpz"; }; };
            zone "." { type hint; file "/usr/share/dns/root.hints"; };
            view "inside" {
                zone "eslab.local" IN {
                    type master; # this one
                    allow-update { key "a}b"; }; masters { 192.0.2.1; };
                    file "/etc/bind/zones/voice";
                };
            };
            view "outside" { zone "eslab.local" { in-view "inside"; }; };
            zone 2.225.10.in-addr.arpa{type primary;file reverse;};
            zone "far.example" { type forward; forwarders { 192.0.2.1; }; };
            zone "stub.example" { type stub; file "stub"; masters { 192.0.2.1; }; };
            zone "kept.example" { type secondary; file "kept"; };
            zone "lost.example" { type secondary; };
            zone "cut.example" { file "cut
        "#;
        let found = Statements::of(text).served.into_iter().map(|served| {
            let view = served.view.map(|view| format!(" in {view}"));
            let from = match served.data {
                Data::File(file) => file.trim().to_owned(),
                Data::View(view) => format!("as {view}"),
                Data::Elsewhere(file) => format!("elsewhere {}", file.unwrap_or_default()),
            };
            format!("{} {from}{}", served.zone, view.unwrap_or_default())
        });
        let found: Vec<_> = found.collect();
        assert_eq!(
            found,
            [
                "eslab.local. /etc/bind/zones/voice in inside",
                "eslab.local. as inside in outside",
                "2.225.10.in-addr.arpa. reverse",
                "stub.example. elsewhere stub",
                "kept.example. kept",
                "lost.example. elsewhere ",
                "cut.example. cut"
            ]
        );
        assert!(is_one(text));
        assert!(!is_one(&format!("; {text}")));
        assert!(!is_one("options { directory \"zone\"; file x; };"));
        let statements = Statements::of(text);
        assert_eq!(statements.directory.as_deref(), Some("/var/cache/bind"));
        let names = statements.served.iter();
        let names: Vec<_> = names.map(|served| &text[served.at.clone()]).collect();
        assert_eq!(names[..2], ["eslab.local", "eslab.local"]);
    }

    #[test]
    fn settings_may_be_made_of_parts() {
        for (text, is) in [
            ("include \"/etc/bind/named.conf.local\";\n", true),
            ("acl a { any; }; include \"b\"; options { x \"y\"; };", true),
            ("acl a { any; }; view \"b\" { include \"c\"; };", true),
            ("acl a { any; }; options { include \"b\"; };", false),
            ("include \"b\"; server_name c;", false),
            ("include mime.types;", false),
        ] {
            assert_eq!(is_one(text), is, "{text}");
        }
    }
}
