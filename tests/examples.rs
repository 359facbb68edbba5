//! Every page's examples: what they point at is found there and nowhere else, under all
//! rules. `EXAMPLE=rule-id cargo test --test examples` runs one page and prints what was found.

#[path = "support/site.rs"]
mod site;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use serde::Deserialize;
use sipdns_lint::rule::Severity;
use sipdns_lint::site::{Arguments, Requested};
use sipdns_lint::zone::Format;
use site::Texts;

/// A healthy site: two servers with addresses and PTR records.
const ZONE: &str = "\
$TTL 3600
@ SOA ns1 hostmaster 2024010101 900 600 86400 900
@ NS ns1
ns1 A 10.225.2.5
sip1 A 10.225.2.31
sip2 A 10.225.2.32
";
const SRV: &str = "\
_sip._udp SRV 0 10 5060 sip1
_sip._udp SRV 1 10 5060 sip2
";
const REVERSE: &str = "\
$TTL 3600
@ SOA ns1.eslab.local. hostmaster.eslab.local. 2024010101 900 600 86400 900
@ NS ns1.eslab.local.
31 PTR sip1.eslab.local.
32 PTR sip2.eslab.local.
";
const PHONE: &str = r#"<handset
  voIpProt.server.1.address="eslab.local"
  voIpProt.server.1.port="0"
  voIpProt.server.1.transport="DNSnaptr"/>
"#;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    name: String,
    /// What stands around it: `site` (all of the above), `hosts` (without the SRV records),
    /// `none`.
    #[serde(default)]
    frame: Frame,
    /// Lines of the zone eslab.local; the whole of it under `frame: none`.
    zone: Option<String>,
    /// The word of the format that `zone` is in; a master file without it.
    kind: Option<String>,
    /// Lines of the zone 2.225.10.in-addr.arpa; the whole of it under `frame: none`.
    reverse: Option<String>,
    /// Further zones by origin, each the whole text.
    #[serde(default)]
    zones: BTreeMap<String, String>,
    /// A handset configuration in the place of the frame's; an empty text for none.
    phone: Option<String>,
    /// The zone is given in the bytes of Windows-1252, not of UTF-8.
    #[serde(default)]
    windows_1252: bool,
    /// The configuration file's name; without one, that of no handset.
    phone_name: Option<String>,
    address: Option<String>,
    port: Option<u16>,
    transport: Option<String>,
    handset: Option<String>,
    #[serde(default)]
    assume: BTreeMap<String, String>,
    /// Places where no comment fits (an owner in column 1, inside an XML tag): the first
    /// occurrence of a text, in the configuration or else in a zone.
    #[serde(default)]
    expect: Vec<Expected>,
}

#[derive(Deserialize, Default, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Frame {
    #[default]
    Site,
    Hosts,
    None,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    text: String,
    rule: String,
}

/// A place: source, line, columns, rule.
type Place = (String, u32, u32, u32, String);

#[derive(Deserialize)]
struct Page {
    id: String,
    examples: Vec<Example>,
}

/// The text, and where its caret lines point: each counts for the nearest line above that is
/// none itself.
fn carets(source: &str, text: &str, places: &mut BTreeSet<Place>) {
    let mut target = 0;
    for (index, line) in text.lines().enumerate() {
        let number = u32::try_from(index + 1).expect("a short text");
        let comment = line.trim_start();
        let is_comment = comment.starts_with(';') || comment.starts_with("<!--");
        let Some(first) = line.find('^').filter(|_| is_comment) else {
            target = number;
            continue;
        };
        let width = line[first..].chars().take_while(|c| *c == '^').count();
        let start = u32::try_from(line[..first].chars().count() + 1).expect("a short line");
        let rule = line[first + width..].split_whitespace().next();
        places.insert((
            source.to_owned(),
            target,
            start,
            start + u32::try_from(width).expect("a short line"),
            rule.expect("a caret line names its rule").to_owned(),
        ));
    }
}

/// The first occurrence of a text, as a place.
fn occurrence(source: &str, text: &str, wanted: &Expected) -> Option<Place> {
    let at = text.find(&wanted.text)?;
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let count = |text: &str| u32::try_from(text.chars().count()).expect("a short text");
    let column = count(&text[line_start..at]) + 1;
    let line = u32::try_from(before.matches('\n').count() + 1).expect("a short text");
    let end = column + count(&wanted.text);
    Some((source.to_owned(), line, column, end, wanted.rule.clone()))
}

fn texts(example: &Example) -> Texts {
    let framed = |parts: &[&str], own: &Option<String>| {
        let mut text = String::new();
        if example.frame != Frame::None {
            text.extend(parts.iter().copied());
        }
        text.push_str(own.as_deref().unwrap_or_default());
        text
    };
    let zone = match example.frame {
        Frame::Hosts => framed(&[ZONE], &example.zone),
        _ => framed(&[ZONE, SRV], &example.zone),
    };
    let reverse = framed(&[REVERSE], &example.reverse);
    let mut texts = Texts {
        windows_1252: example.windows_1252,
        ..Texts::default()
    };
    let mut add = |name: &str, origin: &str, text: String| {
        if !text.is_empty() {
            texts.zones.push((name.to_owned(), origin.to_owned(), text));
        }
    };
    add("zone", "eslab.local.", zone);
    add("reverse", "2.225.10.in-addr.arpa.", reverse);
    for (origin, text) in &example.zones {
        add(origin, origin, text.clone());
    }
    if let Some(word) = &example.kind {
        let mut formats = Format::ALL.into_iter();
        let format = formats.find(|format| format.word() == word);
        let format = format.unwrap_or_else(|| panic!("no format is called `{word}`"));
        texts.formats.insert("zone".to_owned(), format);
    }
    let own_handset = example.address.is_some() || example.frame == Frame::None;
    let phone = match &example.phone {
        Some(text) => text.clone(),
        None if own_handset => String::new(),
        None => PHONE.to_owned(),
    };
    if !phone.is_empty() {
        let name = example.phone_name.clone();
        texts
            .phones
            .push((name.unwrap_or_else(|| "phone".into()), phone));
    }
    texts.requested = Requested {
        handset: example.address.clone().map(|address| Arguments {
            address,
            port: example.port,
            transport: example.transport.clone(),
        }),
        live: Vec::new(),
    };
    texts.model.clone_from(&example.handset);
    for (name, value) in &example.assume {
        texts
            .assumptions
            .set(name, value)
            .expect("a known assumption");
    }
    texts
}

/// What is wrong with an example; empty when all is as it says.
///
/// Notes of other rules may stand beside what it shows, those of its own rule may not.
fn run(rule: &str, example: &Example, show: bool) -> String {
    let texts = texts(example);
    let mut expected = BTreeSet::new();
    for (name, _, text) in &texts.zones {
        carets(name, text, &mut expected);
    }
    let mut faults = String::new();
    for (name, text) in &texts.phones {
        carets(name, text, &mut expected);
    }
    let phones = texts.phones.iter().map(|(name, text)| (name, text));
    let zones = texts.zones.iter().map(|(name, _, text)| (name, text));
    let everything: Vec<_> = phones.chain(zones).collect();
    for wanted in &example.expect {
        let mut places = everything
            .iter()
            .filter_map(|(name, text)| occurrence(name, text, wanted));
        match places.next() {
            Some(place) => drop(expected.insert(place)),
            None => writeln!(faults, "  `{}` does not occur", wanted.text).expect("a string"),
        }
    }
    let (site, findings) = texts.check();
    let mut found = BTreeSet::new();
    for finding in &findings {
        let (from, to) = site.sources.positions(finding.span);
        let name = site.sources.get(finding.span.source).name.clone();
        let end = if to.line == from.line {
            to.column
        } else {
            u32::MAX
        };
        let place = (
            name,
            from.line,
            from.column,
            end,
            finding.rule.id.to_owned(),
        );
        if show {
            #[allow(clippy::print_stdout)] // what EXAMPLE=… asks for
            {
                println!("  {place:?} {} {}", finding.severity, finding.message);
            }
        }
        let counts = finding.severity >= Severity::Warning || finding.rule.id == rule;
        if counts && !expected.contains(&place) {
            writeln!(faults, "  unexpected: {place:?} {}", finding.message).expect("a string");
        }
        found.insert(place);
    }
    for place in expected.difference(&found) {
        writeln!(faults, "  not found: {place:?}").expect("a string");
    }
    faults
}

#[test]
fn every_example_yields_what_it_points_at_and_nothing_else() {
    let only = std::env::var("EXAMPLE").ok();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut faults = String::new();
    for file in std::fs::read_dir(folder).expect("the rules stand in rules/") {
        let path = file.expect("a readable folder").path();
        if path.extension().is_none_or(|ending| ending != "yaml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a page is UTF-8");
        let page: Page = serde_yaml::from_str(&text)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        if only.as_ref().is_some_and(|only| *only != page.id) {
            continue;
        }
        let (mut fires, mut near_misses) = (0, 0);
        for example in &page.examples {
            if only.is_some() {
                println!("{}: {}", page.id, example.name);
            }
            let fault = run(&page.id, example, only.is_some());
            if !fault.is_empty() {
                writeln!(faults, "{}: {}\n{fault}", page.id, example.name).expect("a string");
            }
            let mut carets_of = BTreeSet::new();
            let texts = texts(example);
            for (name, text) in texts.phones.iter().map(|(name, text)| (name, text)) {
                carets(name, text, &mut carets_of);
            }
            for (name, _, text) in &texts.zones {
                carets(name, text, &mut carets_of);
            }
            let named = |rule: &String| *rule == page.id;
            let firing = carets_of.iter().any(|place| named(&place.4))
                || example.expect.iter().any(|expected| named(&expected.rule));
            if firing { fires += 1 } else { near_misses += 1 }
        }
        let live = text.contains("needs: [live") || text.contains(", live");
        if near_misses == 0 || (fires == 0 && !live) {
            writeln!(
                faults,
                "{}: a page has an example that fires and a near miss that does not",
                page.id
            )
            .expect("a string");
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}
