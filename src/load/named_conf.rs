//! Which zone a file is, by the settings of BIND: a zone's file need not say its name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::by_end::{by_end, joined, of};
use super::{Admitted, Place};
use crate::dns::Name;
use crate::site::{Kind, StatedViews};
use crate::source::{SourceId, Sources};
use crate::zone::Format;

/// Whether a text is such settings: it begins like them, and says of a zone from which file it
/// is served. A zone's file may say so too, in a remark.
pub(super) fn is_one(text: &str) -> bool {
    let begins = match (Tokens { rest: text }).next() {
        Some(Token::Word(word)) => STATEMENTS.contains(&word),
        _ => false,
    };
    begins && !Statements::of(text).served.is_empty()
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

/// What settings say of texts.
#[derive(Default)]
pub(super) struct Stated {
    /// The zones of master files.
    pub(super) origins: HashMap<SourceId, Name>,
    /// The views that master files are served in.
    pub(super) views: StatedViews,
}

/// Zones that are served from one file, at most, and octets that are read for them. Lists of
/// domains to be blocked have many more, which are none of anybody's.
const MOST_ZONES: usize = 1000;
const MOST_OCTETS: usize = 1 << 26;

/// The zones that are served from a file, in order, each with the views that it is served in.
#[derive(Default)]
struct FromFile {
    zones: Vec<(Name, BTreeSet<(SourceId, String)>)>,
    /// Where each zone is among them.
    at: HashMap<Name, usize>,
}

/// What the settings among texts say of the others. A file that is served as several zones
/// becomes a text for each.
pub(super) fn stated(texts: &mut Vec<Admitted>, sources: &Sources) -> Stated {
    let mut settings = texts.iter().filter(|text| text.kind == Kind::NamedConf);
    if settings.next().is_none() {
        return Stated::default();
    }
    let files_of = |kind: Kind| -> Vec<_> {
        let texts = texts.iter().filter(|text| text.kind == kind);
        let files = texts.filter_map(|text| match &text.found.place {
            Place::File(path) => Some((joined(path)?, text.source)),
            _ => None,
        });
        files.collect()
    };
    let settings = files_of(Kind::NamedConf);
    let read: Vec<_> = settings
        .iter()
        .map(|(_, source)| (*source, Statements::of(&sources.get(*source).text)))
        .collect();
    // What a view includes is stated in that view.
    let by_end_of_settings = by_end(&settings);
    let mut including = StatedViews::new();
    for (source, statements) in &read {
        for (file, view) in &statements.included {
            if let Some(included) = of(file, &by_end_of_settings) {
                let views = including.entry(included).or_default();
                views.insert((*source, view.clone()));
            }
        }
    }
    let files = files_of(Kind::Zone(Format::MasterFile));
    let by_end = by_end(&files);
    let mut files: BTreeMap<SourceId, FromFile> = BTreeMap::new();
    // Which file each view has of a zone.
    let mut file_of: HashMap<(Name, String), SourceId> = HashMap::new();
    let served = read.into_iter().flat_map(|(settings, statements)| {
        let served = statements.served.into_iter();
        served.map(move |served| (settings, served))
    });
    let (of_files, of_views): (Vec<_>, Vec<_>) =
        served.partition(|(_, served)| matches!(served.data, Data::File(_)));
    for (settings, Served { zone, data, view }) in of_files.into_iter().chain(of_views) {
        let of_view = view.map(|view| (settings, view));
        let of_others = including.get(&settings).into_iter().flatten().cloned();
        let in_views: Vec<_> = of_view.into_iter().chain(of_others).collect();
        let file = match data {
            Data::File(file) => of(&file, &by_end),
            Data::View(other) => file_of.get(&(zone.clone(), other)).copied(),
        };
        let Some(file) = file else {
            continue;
        };
        for (_, view) in &in_views {
            file_of.insert((zone.clone(), view.clone()), file);
        }
        let FromFile { zones, at } = files.entry(file).or_default();
        let at = *at.entry(zone.clone()).or_insert(zones.len());
        if at == zones.len() {
            zones.push((zone, BTreeSet::new()));
        }
        zones[at].1.extend(in_views);
    }
    let mut stated = Stated::default();
    for (file, FromFile { zones, .. }) in files {
        let octets = sources.get(file).text.len().saturating_mul(zones.len() - 1);
        if zones.len() > MOST_ZONES || octets > MOST_OCTETS {
            continue;
        }
        for (number, (zone, views)) in zones.into_iter().enumerate() {
            let source = match number {
                0 => file,
                _ => once_more(file, texts, sources),
            };
            stated.origins.insert(source, zone);
            if !views.is_empty() {
                stated.views.insert(source, views);
            }
        }
    }
    stated
}

/// Adds the text of a file once more.
fn once_more(file: SourceId, texts: &mut Vec<Admitted>, sources: &Sources) -> SourceId {
    let source = sources.share(file, sources.get(file).name.clone());
    let own = texts.iter().find(|text| text.source == file);
    let again = own.map(|text| Admitted {
        source,
        kind: text.kind,
        found: text.found.clone(),
        logs: Vec::new(),
    });
    texts.extend(again);
    source
}

/// A zone that settings say is served.
struct Served {
    zone: Name,
    data: Data,
    view: Option<String>,
}

/// Where a server has a zone from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Data {
    File(String),
    /// Another view's (`in-view`).
    View(String),
}

/// What settings state of zones, in the order of the text; root hints are none.
#[derive(Default)]
struct Statements {
    served: Vec<Served>,
    /// Files that are included in a view.
    included: Vec<(String, String)>,
}

impl Statements {
    fn of(text: &str) -> Self {
        let mut statements = Self::default();
        let mut tokens = Tokens { rest: text };
        let mut depth = 0_u32;
        let mut view: Option<&str> = None;
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
                        statements.served.push(Served {
                            zone,
                            data,
                            view: view.map(str::to_owned),
                        });
                    }
                }
                _ => {}
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

    /// Where the block that was opened has its zone from, read to its end; `None` for root hints.
    fn data_of_block(&mut self) -> Option<Data> {
        let (mut depth, mut data, mut is_hint) = (1_u32, None, false);
        while let Some(token) = self.next() {
            match token {
                Token::Open => depth += 1,
                Token::Close => depth -= 1,
                Token::Word(setting @ ("file" | "in-view" | "type")) if depth == 1 => {
                    match (setting, self.next()) {
                        ("file", Some(Token::Word(value) | Token::Quoted(value))) => {
                            data = Some(Data::File(value.to_owned()));
                        }
                        ("in-view", Some(Token::Word(value) | Token::Quoted(value))) => {
                            data = Some(Data::View(value.to_owned()));
                        }
                        ("type", Some(Token::Word("hint"))) => is_hint = true,
                        _ => {}
                    }
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        data.filter(|_| !is_hint)
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
            zone "cut.example" { file "cut
        "#;
        let found = Statements::of(text).served.into_iter().map(|served| {
            let view = served.view.map(|view| format!(" in {view}"));
            let from = match served.data {
                Data::File(file) => file.trim().to_owned(),
                Data::View(view) => format!("as {view}"),
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
                "cut.example. cut"
            ]
        );
        assert!(is_one(text));
        assert!(!is_one(&format!("; {text}")));
        assert!(!is_one("options { directory \"zone\"; file x; };"));
    }
}
