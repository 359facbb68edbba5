//! Every format over one hand-made site, and what must hold for any output.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::finding::{Edit, Fix};
use crate::fix::{Field, NewRecord, Place, add_record};
use crate::phone::Provisioning;
use crate::rule::{FailOn, Page, Repair, Severity};
use crate::site::{self, Arguments, Input, Kind, Loaded, Requested};
use crate::source::{Origin, Source, SourceId, Sources, Span};
use crate::zone;
use crate::zone::by_hand::name;

mod ci;
mod formats;

static ERROR: Page = page("test-error", Severity::Error);
static WARNING: Page = page("test-warning", Severity::Warning);

const fn page(id: &'static str, severity: Severity) -> Page {
    Page {
        id,
        severity,
        section: "Tests",
        needs: &[],
        summary: "",
        why: "",
        fix: Repair {
            text: "",
            zone: None,
            powershell: None,
            dnscmd: None,
            clicks: None,
            xml: None,
        },
        no_repair: None,
        sources: &[],
        examples: &[],
    }
}

const ZONE: &str = "$ORIGIN eslab.local.\r\n\
    $TTL 3600\r\n\
    @\tSOA\tns1 admin 1 900 600 86400 900 ; 管理者 cafe\u{301}\r\n\
    @\tNS\tns1\r\n\
    ns1\tA\t10.225.2.5\r\n\
    _sip._udp\tSRV 0 0 5060 sip1\r\n\
    _sip._udp\tSRV 1 0 5060 sip2\r\n\
    sip1\tA\t10.225.2.31";
const PHONE: &str = "<handset\n  voIpProt.server.1.address=\"eslab.local\"/>\n";

/// A site of one zone and one configuration, and the handset of the command line.
fn site(zone_text: &str) -> (Site, SourceId, SourceId) {
    let sources = Arc::new(Sources::new());
    let zone = sources.add(Source::new("zones/eslab.zone", Origin::Stdin, zone_text));
    let phone = sources.add(Source::new("phones/a.cfg", Origin::Stdin, PHONE));
    let read = zone::master::read(&sources, zone, &zone::master::ReadOptions::default());
    let requested = Requested {
        handset: Some(Arguments {
            address: "eslab.local".into(),
            port: None,
            transport: None,
        }),
        live: Vec::new(),
    };
    let setups = site::configured_setups(&sources, &[], &Provisioning::default(), &requested);
    let input = |source, kind, zone: Option<&zone::Zone>| Input {
        source,
        kind,
        zone: zone.map(|zone| zone.apex.clone()),
        records: zone.map(|zone| zone.record_count),
    };
    let loaded = Loaded {
        inputs: vec![
            input(phone, Kind::PhoneConfig, None),
            input(zone, Kind::Zone(zone::Format::MasterFile), Some(&read)),
        ],
        zones: vec![Arc::new(read)],
        sources,
        ..Loaded::default()
    };
    let built = site::build(loaded, setups, site::Basis::default());
    (built, zone, phone)
}

/// Where `token` stands for the first time.
fn at(site: &Site, source: SourceId, token: &str) -> Span {
    let start = site.sources.get(source).text.find(token).expect("a token");
    Span::new(source, start, start + token.len())
}

fn findings(site: &Site, zone: SourceId, phone: SourceId) -> Vec<Finding> {
    let target = at(site, zone, "sip2");
    let fix = Fix {
        title: "add the A record".into(),
        safe: false,
        edits: vec![Edit::insert_after(target, "\nsip2 A 10.225.2.32")],
        changes: vec![add_record(
            Place::new(Some(&name("eslab.local.")), &name("sip2.eslab.local.")),
            &NewRecord::a(Field::blank("address of sip2")),
        )],
        ..Fix::default()
    };
    let missing = Finding::new(&ERROR, target, "`sip2.eslab.local.` has no A record")
        .label("no address")
        .related(at(site, phone, "eslab.local"), "handsets look this up")
        .related(at(site, zone, "sip1\tA"), "the other server has one")
        .help("add an A record, or remove the SRV record")
        .fix(fix)
        .handsets(&["00907a0a0001", "00907a0a0002"].map(|mac| mac.parse().expect("a MAC")));
    let wide = Finding::new(&WARNING, at(site, zone, "cafe\u{301}"), "a drink");
    let end = site.sources.get(zone).text.len();
    let last = Finding::new(&WARNING, Span::new(zone, end, end), "the file ends here")
        .severity(Severity::Note);
    let retype = Fix {
        title: "write a number".into(),
        safe: true,
        edits: vec![Edit::replace(wide.span, "1")],
        ..Fix::default()
    };
    let wide = wide.fix(retype);
    // In the wrong order, and one of them twice.
    vec![last, missing.clone(), wide, missing]
}

fn written(report: &Report<'_>, format: Format) -> String {
    written_with(report, format, Detail::Normal)
}

fn written_with(report: &Report<'_>, format: Format, detail: Detail) -> String {
    let how = Presentation {
        format,
        content: Content::Findings,
        detail,
        color: false,
    };
    let mut out = Vec::new();
    report.write(&how, &mut out).expect("memory takes it");
    String::from_utf8(out).expect("UTF-8")
}

/// The site with its findings, in a format.
fn sample(format: Format) -> String {
    let (site, zone, phone) = site(ZONE);
    let findings = findings(&site, zone, phone);
    let mut report = Report::new(&site, findings, Vec::new(), &Selection::default());
    // What rules of the catalogue need is none of this test's business.
    report.not_checked = vec![NotChecked {
        what: "PTR records".into(),
        why: "no reverse zone given".into(),
    }];
    written(&report, format)
}

#[test]
fn json_keeps_its_promises() {
    let (site, zone, phone) = site(ZONE);
    let findings = findings(&site, zone, phone);
    let problem = Problem::new("cannot read `x`").help("look");
    let report = Report::new(&site, findings, vec![problem], &Selection::default());
    let json: Value = serde_json::from_str(&written(&report, Format::Json)).expect("JSON");
    let schema: Value = serde_json::from_str(&json::schema()).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<_> = validator
        .iter_errors(&json)
        .map(|e| e.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(json["summary"]["exit_code"], 2);

    let listed = json["findings"].as_array().expect("a list");
    assert_eq!(listed.len(), 3, "equal findings are one");
    let key = |finding: &Value| {
        let place = &finding["location"];
        (
            place["path"].as_str().map(str::to_owned),
            place["line"].as_u64(),
            place["column"].as_u64(),
            finding["rule"].as_str().map(str::to_owned),
            finding["message"].as_str().map(str::to_owned),
        )
    };
    assert!(listed.is_sorted_by(|one, two| key(one) < key(two)));
    for finding in listed {
        let related = finding["related"].as_array().expect("a list");
        for place in related.iter().chain([&finding["location"]]) {
            assert_eq!(place["snippet"], text_at(&site, place), "{place}");
            assert!(!place["path"].as_str().expect("a path").contains('\\'));
        }
    }
}

/// The text of a place, by nothing but its lines and columns.
fn text_at(site: &Site, place: &Value) -> String {
    let number = |field: &str| {
        let number = place[field].as_u64().expect("a number");
        assert!(number >= 1, "{field} counts from 1");
        usize::try_from(number).expect("small")
    };
    let source = site
        .sources
        .iter()
        .find(|(_, source)| source.name == place["path"])
        .expect("the path of a source");
    assert_eq!(place["line"], place["end_line"], "these are single tokens");
    let line = source
        .1
        .text
        .lines()
        .nth(number("line") - 1)
        .expect("a line");
    let width = number("end_column") - number("column");
    line.chars()
        .skip(number("column") - 1)
        .take(width)
        .collect()
}

#[test]
fn the_schema_in_the_repository_is_this_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/sipdns-lint-1.json");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, json::schema()).expect("schema/ is writable");
    }
    let stored = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(stored, json::schema(), "run `UPDATE=1 cargo test`");
}

#[test]
fn the_selection_acts_before_summary_and_exit_status() {
    let (site, zone, phone) = site(ZONE);
    let summary = |selection: &Selection| {
        let report = Report::new(&site, findings(&site, zone, phone), Vec::new(), selection);
        let Summary {
            errors,
            warnings,
            notes,
            ..
        } = report.summary;
        (errors, warnings, notes, report.summary.exit_code)
    };
    let all = Selection::default();
    assert_eq!(summary(&all), (1, 1, 1, 1));
    for (selection, expected) in [
        (
            Selection {
                min_severity: Severity::Warning,
                ..all.clone()
            },
            (1, 1, 0, 1),
        ),
        (
            Selection {
                only: vec![&WARNING],
                ..all.clone()
            },
            (0, 1, 1, 0),
        ),
        (
            Selection {
                ignore: vec![&ERROR],
                ..all.clone()
            },
            (0, 1, 1, 0),
        ),
        (
            Selection {
                ignore: vec![&ERROR],
                fail_on: FailOn::Warning,
                ..all.clone()
            },
            (0, 1, 1, 1),
        ),
        (
            Selection {
                fail_on: FailOn::Never,
                ..all.clone()
            },
            (1, 1, 1, 0),
        ),
    ] {
        assert_eq!(summary(&selection), expected, "{selection:?}");
    }
}

#[test]
fn a_long_line_is_cut_around_its_place() {
    let line = format!(
        "x A {} 10.0.0.1 {}",
        "é".repeat(300_000),
        "é".repeat(300_000)
    );
    let (site, zone, _) = site(&line);
    let finding = Finding::new(&ERROR, at(&site, zone, "10.0.0.1"), "here").label("this");
    let all = Finding::new(&ERROR, Span::new(zone, 4, line.len()), "x".repeat(5000));
    let report = Report::new(&site, vec![finding, all], Vec::new(), &Selection::default());
    let text = written_with(&report, Format::Pretty, Detail::Quiet);
    assert!(text.len() < 6000, "{}", text.len());
    let excerpt = text
        .lines()
        .find(|line| line.contains("10.0.0.1"))
        .expect("shown");
    assert!(excerpt.starts_with(" 1 │ …éé"), "{excerpt}");
    assert!(excerpt.ends_with("éé…"), "{excerpt}");
    assert!(text.contains("zones/eslab.zone:1:300006]"), "{text}");
}

#[test]
fn findings_beyond_the_limit_are_counted() {
    let (site, zone, _) = site(ZONE);
    let many: Vec<_> = (0..SHOWN_PER_RULE + 42)
        .map(|number| {
            let message = format!("number {number:03}");
            Finding::new(&ERROR, Span::new(zone, 0, 1), message)
        })
        .collect();
    let report = Report::new(&site, many, Vec::new(), &Selection::default());
    for format in [Format::Pretty, Format::Concise, Format::Table] {
        let text = written(&report, format);
        assert_eq!(
            text.matches("number ").count(),
            SHOWN_PER_RULE,
            "{format:?}"
        );
        assert!(text.contains("test-error: and 42 more"), "{format:?}");
        let text = written_with(&report, format, Detail::Verbose);
        assert_eq!(text.matches("number ").count(), SHOWN_PER_RULE + 42);
    }
    let json: Value = serde_json::from_str(&written(&report, Format::Json)).expect("JSON");
    assert_eq!(json["findings"].as_array().map(Vec::len), Some(92));
}

#[test]
fn what_has_no_shape_is_spelt_out() {
    assert_eq!(
        printable("\u{1b}[2J\u{202e}a\u{9b}"),
        "␛[2J<U+202E>a<U+009B>"
    );
    assert_eq!(printable("é 管"), "é 管");
}

#[test]
fn passwords_are_masked_in_every_format_and_leave_columns_alone() {
    let text = "<a reg.1.auth.password=\"hünter2\" port=\"x\"/>\n";
    let (site, source, _) = site(text);
    let port = text.find("port").expect("it is there");
    let password = text.find("hünter2").expect("it is there");
    let finding = Finding::new(&ERROR, Span::new(source, port, port + 4), "a message")
        .related(Span::new(source, password - 1, password + 3), "a place");
    let report = Report::new(&site, vec![finding], Vec::new(), &Selection::default());
    for format in Format::value_variants().iter().copied() {
        let text = written(&report, format);
        assert!(
            !text.contains('ü') && !text.contains("nter2"),
            "{format:?}: {text}"
        );
    }
    let drawn = written(&report, Format::Pretty);
    assert!(drawn.contains("password=\"*******\" port"), "{drawn}");
    let json: Value = serde_json::from_str(&written(&report, Format::Json)).expect("JSON");
    assert_eq!(json["findings"][0]["related"][0]["snippet"], "\"**");
}

/// Texts of any characters, among which those that terminals obey are frequent.
fn hostile() -> impl Strategy<Value = String> {
    let obeyed = "\u{1b}\u{9b}\u{7}\u{8}\r\n\t\0\u{7f}\u{202e}";
    let obeyed: Vec<char> = obeyed.chars().collect();
    let character = prop_oneof![prop::sample::select(obeyed), any::<char>()];
    prop::collection::vec(character, 0..80).prop_map(String::from_iter)
}

proptest! {
    /// Whatever the inputs hold and wherever a finding points: no panic, and nothing that
    /// steers a terminal.
    #[test]
    fn any_text_at_any_place_is_shown_harmlessly(
        text in hostile(),
        message in hostile(),
        places in prop::collection::vec((0_usize..80, 0_usize..80), 1..5),
    ) {
        let (site, zone, _) = site(&text);
        let spans: Vec<_> = places.iter().map(|(from, to)| Span::new(zone, *from, *to)).collect();
        let mut finding = Finding::new(&ERROR, spans[0], message.clone())
            .help(message.clone())
            .label(message.clone());
        for span in &spans[1..] {
            finding = finding.related(*span, message.clone());
        }
        let report = Report::new(&site, vec![finding], Vec::new(), &Selection::default());
        for format in Format::value_variants().iter().copied() {
            let text = written(&report, format);
            let steers = |character: char| character.is_control() && character != '\n';
            prop_assert!(!text.contains(steers), "{text:?}");
        }
    }
}
