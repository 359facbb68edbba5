//! What `trace --as-log` writes of any site, the reader of logs reads back as the same
//! lookups.

#[path = "support/site.rs"]
mod site;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use sipdns_lint::dns::{Dns, Question};
use sipdns_lint::handset::log::shown::{self, End};
use sipdns_lint::handset::{Assumptions, Handset, Identity, Lookup, Model, ServerEntry, log};
use sipdns_lint::phone_log::{self, Chain, PhoneLog};
use sipdns_lint::run::{Streams, run};
use sipdns_lint::site::{Arguments, Basis, Requested, Setup, Site, View};
use sipdns_lint::source::{Origin, Source, Sources, Spanned};
use site::Texts;

/// The log of a site's set-up in a view: written, then read.
fn written_and_read(site: &Site, setup: &Setup, mut view: &View, again: &[u32]) -> PhoneLog {
    let handset = Handset::new(&mut view, site.model, site.assumptions);
    let mut text = String::new();
    for line in log::since_boot(handset, &setup.identity, &setup.entry, again) {
        writeln!(text, "{line}").expect("a string");
    }
    let sources = Sources::new();
    let mut logs = phone_log::scan_text(&text).into_logs(&sources, "a.log", Origin::Stdin);
    let log = logs.remove(0);
    assert_eq!(log.lines.unknown, 0, "{text}");
    assert_eq!(log.lines.formless, 0, "{text}");
    log
}

/// The lookups that a handset makes: one after the boot, and one after each wait.
fn looked_up(site: &Site, setup: &Setup, mut view: &View, again: &[u32]) -> Vec<shown::Lookup> {
    let mut handset = Handset::new(&mut view, site.model, site.assumptions);
    let mut lookups = vec![handset.look_up(&setup.entry)];
    for seconds in again {
        handset.wait(*seconds);
        lookups.push(handset.look_up(&setup.entry));
    }
    let mut shown: Vec<_> = lookups
        .iter()
        .filter_map(|lookup| shown::Lookup::of(lookup, site.assumptions))
        .collect();
    // The log ends where the data does not say what comes next.
    let open = shown.iter().position(|lookup| lookup.end == End::Open);
    shown.truncate(open.map_or(shown.len(), |open| open + 1));
    shown
}

/// What was read is what was simulated; a lookup that came to the same as the one before is
/// counted only.
fn same(read: &PhoneLog, simulated: &[shown::Lookup]) -> Result<(), TestCaseError> {
    let mut chains = read.chains.iter().peekable();
    let mut left = 0;
    let mut current: Option<&Chain> = None;
    for lookup in simulated {
        if left == 0 {
            let chain = chains.next();
            prop_assert!(chain.is_some(), "too few lookups: {simulated:#?}");
            current = chain;
            left = chain.map_or(0, |chain| chain.repeats.count);
            let chain = chain.map(Chain::shown);
            prop_assert_eq!(chain.as_ref(), Some(lookup));
        } else if let Some(chain) = current {
            let one = chain.shown();
            prop_assert_eq!(&one.end, &lookup.end);
            prop_assert_eq!(one.steps.len(), lookup.steps.len());
            for (one, two) in one.steps.iter().zip(&lookup.steps) {
                prop_assert!(one.asks_the_same(two) && one.answered_the_same(two));
            }
        }
        left = left.saturating_sub(1);
    }
    prop_assert!(left == 0 && chains.next().is_none(), "too many lookups");
    Ok(())
}

fn check(site: &Site, again: &[u32]) -> Result<usize, TestCaseError> {
    let mut compared = 0;
    for (simulation, setup, view) in site.simulated() {
        let lookups = looked_up(site, setup, view, again);
        // A server by its address: repeated lookups of it are those of a server in use.
        let lookups = if setup.entry.literal().is_some() {
            &lookups[..1]
        } else {
            &lookups[..]
        };
        let log = written_and_read(site, setup, view, again);
        same(&log, lookups)?;
        compared += usize::from(!simulation.lookup.steps.is_empty());
    }
    Ok(compared)
}

/// A domain's records, some of them missing, misspelt, outside or doubled.
fn zone() -> impl Strategy<Value = String> {
    let target = prop::sample::select(vec![
        "sip1",
        "sip2",
        "sip3",
        "nowhere",
        "alias",
        "other.test.",
        "sip1.eslab.local.",
        "SIP2",
    ]);
    let owner = prop::sample::select(vec![
        "_sip._udp",
        "_sip._tcp",
        "_sips._tcp",
        "_sip._udp.sub",
        "_sip._udp.x-long-name",
    ]);
    let ttl = prop::sample::select(vec!["0", "60", "3600"]);
    let srv = (
        owner,
        ttl.clone(),
        0..3_u16,
        0..3_u16,
        5060..5063_u16,
        target.clone(),
    )
        .prop_map(|(owner, ttl, priority, weight, port, target)| {
            format!("{owner} {ttl} SRV {priority} {weight} {port} {target}\n")
        });
    let replacement = prop::sample::select(vec![
        "_sip._udp",
        "_sip._tcp",
        "_sips._tcp",
        "_sip._udp.sub",
        "_sip._udp.x-long-name",
        ".",
        "_x._udp",
        "_sip._udp.other.test.",
    ]);
    let service = prop::sample::select(vec!["SIP+D2U", "SIP+D2T", "SIPS+D2T", "", "E2U+sip"]);
    let naptr = (1..3_u16, 1..3_u16, service, replacement).prop_map(
        |(order, preference, service, replacement)| {
            format!("@ NAPTR {order} {preference} \"S\" \"{service}\" \"\" {replacement}\n")
        },
    );
    let host = prop::sample::select(vec!["sip1", "sip2", "sip3", "@", "sub"]);
    let address = (host, ttl, 1..4_u8)
        .prop_map(|(host, ttl, last)| format!("{host} {ttl} A 10.225.2.{last}\n"));
    let record = prop_oneof![4 => srv, 1 => naptr, 4 => address];
    (prop::collection::vec(record, 0..14), any::<bool>()).prop_map(|(records, alias)| {
        let mut zone = String::from("$TTL 600\n@ SOA ns1 h 7 900 600 86400 300\n@ NS ns1\n");
        zone.extend(records);
        if alias {
            zone.push_str("alias CNAME sip3\n");
        }
        zone
    })
}

fn arguments() -> impl Strategy<Value = Arguments> {
    let address = prop::sample::select(vec![
        "eslab.local",
        "sub.eslab.local",
        "ESLAB.local",
        "x-long-name.eslab.local",
        "sip1.eslab.local",
        "other.test",
        "10.225.2.9",
    ]);
    let port = prop::option::of(prop::sample::select(vec![0_u16, 5060, 5080]));
    let transport = prop::sample::select(vec![
        "DNSnaptr",
        "UDPOnly",
        "TCPOnly",
        "TCPpreferred",
        "TLS",
    ]);
    (address, port, transport).prop_map(|(address, port, transport)| Arguments {
        address: address.to_owned(),
        port,
        transport: Some(transport.to_owned()),
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_log_that_was_written_is_read_back(
        zone in zone(),
        handset in arguments(),
        again in prop::collection::vec(prop::sample::select(vec![0_u32, 30, 120, 700, 4000]), 0..4),
        reading in any::<prop::sample::Index>(),
    ) {
        let alternatives: Vec<_> = Assumptions::default().alternatives().collect();
        let readable = |(assumption, ..): &&(&sipdns_lint::handset::assumption::Assumption, _, _)| {
            // The log shows what was answered, not what the handset made of an alias or in
            // which order it draws equal servers.
            !["cname-chasing", "weight"].contains(&assumption.name)
        };
        let mut assumptions: Vec<_> = alternatives.iter().filter(readable).map(|(.., other)| *other).collect();
        assumptions.push(Assumptions::default());
        let texts = Texts {
            zones: vec![("zone".to_owned(), "eslab.local.".to_owned(), zone.clone())],
            requested: Requested { handset: Some(handset), live: Vec::new() },
            assumptions: *reading.get(&assumptions),
            ..Texts::default()
        };
        // Where a handset makes names of the configured address, the log does not show which of
        // two records of crossed transports it went by.
        let by_address = texts.assumptions.get("naptr-replacement") == Some("address");
        prop_assume!(!(by_address && is_crossed(&zone)));
        check(&texts.site(), &again)?;
    }
}

/// A NAPTR record of one SIP service leads to the SRV records of another.
fn is_crossed(zone: &str) -> bool {
    let own = [
        ("\"SIP+D2U\"", " _sip._udp"),
        ("\"SIP+D2T\"", " _sip._tcp"),
        ("\"SIPS+D2T\"", " _sips._tcp"),
    ];
    zone.lines().any(|line| {
        let leads_to = |(_, owner): &(&str, &str)| line.contains(owner);
        let service = own.iter().find(|(service, _)| line.contains(service));
        service.is_some_and(|service| !leads_to(service) && own.iter().any(leads_to))
    })
}

/// Lines of the fixtures' logs, some of them damaged, and bytes that are none.
fn bytes_of_a_log() -> impl Strategy<Value = Vec<u8>> {
    let logs = [
        include_str!("../fixtures/bulletin-log-failed/handset.log"),
        include_str!("../fixtures/bulletin-log-success/handset.log"),
    ];
    let lines: Vec<_> = logs.iter().flat_map(|log| log.lines()).collect();
    let whole = prop::sample::select(lines).prop_map(|line| line.as_bytes().to_vec());
    let damaged = (whole.clone(), any::<prop::sample::Index>(), any::<u8>()).prop_map(
        |(mut line, at, byte)| {
            let at = at.index(line.len());
            line[at] = byte;
            line
        },
    );
    let line = prop_oneof![6 => whole, 3 => damaged, 1 => any::<Vec<u8>>()];
    let stamp = prop::sample::select(vec!["", "1028171642", "0210281716", "000511.006", "12 "]);
    prop::collection::vec((stamp, line), 1..60).prop_map(|lines| {
        let mut bytes = Vec::new();
        for (stamp, line) in lines {
            bytes.extend([stamp.as_bytes(), &line, b"\n"].concat());
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_bytes_are_explained_or_refused(bytes in bytes_of_a_log()) {
        let mut stdout = Vec::new();
        let status = run(
            ["sipdns-lint", "log", "-", "--mask", "--format", "json"].map(Into::into),
            &mut Streams {
                stdin: &mut bytes.as_slice(),
                stdout: &mut stdout,
                stderr: &mut std::io::sink(),
                color: false,
                summary: None,
                terminal: false,
                progress: false,
            },
        );
        let is_log = !phone_log::scan(bytes.as_slice()).expect("bytes can be read").is_no_log();
        prop_assert_eq!(status == 2, !is_log);
        let report: serde_json::Value = serde_json::from_slice(&stdout).expect("JSON");
        let logs = report["logs"].as_array().map_or(0, Vec::len);
        prop_assert_eq!(logs > 0, is_log);
    }
}

/// Every site under `fixtures/` that is made of master files and handset configurations.
#[test]
fn the_logs_of_all_fixtures_are_read_back() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut compared = 0;
    for folder in std::fs::read_dir(root).expect("the fixtures stand in fixtures/") {
        let folder = folder.expect("a readable folder").path();
        let options = sipdns_lint::load::Options {
            paths: vec![folder.clone()],
            ..Default::default()
        };
        let sources = Arc::new(Sources::new());
        let (loaded, _) = sipdns_lint::load::load(
            &options,
            &sources,
            &mut std::io::empty(),
            &sipdns_lint::load::Progress::default(),
        );
        let requested = Requested::default();
        let setups = sipdns_lint::site::configured_setups(
            &loaded.sources,
            &loaded.configurations,
            &loaded.provisioning,
            &requested,
        );
        let site = sipdns_lint::site::build(loaded, setups, Basis::default());
        let done = check(&site, &[180, 4000]);
        compared += done.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    }
    assert!(compared > 30, "{compared} lookups compared");
}

/// A lookup that nothing is known of leaves nothing to read.
#[test]
fn a_comma_list_leaves_no_line() {
    let sources = Sources::new();
    let id = sources.add(Source::new("a", Origin::Stdin, "a,b"));
    let span = sipdns_lint::source::Span::new(id, 0, 3);
    let entry = ServerEntry {
        address: Spanned::new("a,b".to_owned(), span),
        port: Spanned::new(0, span),
        transport: Spanned::new(sipdns_lint::handset::Transport::DnsNaptr, span),
        static_dns: std::sync::Arc::default(),
    };
    let mut dns = |_: &Question| sipdns_lint::dns::Answer::NotLoaded;
    let dns: &mut dyn Dns = &mut dns;
    let assumptions = Assumptions::default();
    let mut handset = Handset::new(dns, Model::spectralink_84(), assumptions);
    let lookup: Lookup = handset.look_up(&entry);
    assert_eq!(shown::Lookup::of(&lookup, assumptions), None);
    let lines = log::since_boot(handset, &Identity::default(), &entry, &[]);
    assert_eq!(lines, []);
    assert_ne!(End::Open, End::Nothing);
}

/// The program in the folder of the fixtures: its status and what it writes.
fn program(args: &[&str], stdin: &[u8]) -> (Option<i32>, String, String) {
    let output = assert_cmd::Command::cargo_bin("sipdns-lint")
        .expect("cargo builds the program")
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"))
        .env_clear()
        .args(args)
        .write_stdin(stdin)
        .output()
        .expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

const FAILED: &str = "bulletin-log-failed/handset.log";

#[test]
fn a_failed_lookup_is_explained_and_fails_the_run() {
    let (status, out, err) = program(&["log", FAILED, "bulletin-log-failed/zones"], b"");
    assert_eq!((status, err.as_str()), (Some(1), ""));
    for words in [
        "lookup 1: testserver.eslab.local, user 1512: no server found",
        "the 480 did not come from a server",
        "predicted  the same, step by step",
        "error[phone-address-not-in-dns]",
    ] {
        assert!(out.contains(words), "{words}: {out}");
    }
}

#[test]
fn a_log_without_lookups_says_how_to_get_one_and_does_not_guess_who_refused() {
    let log = b"1129080000|sip  |*|00|Fast Boot Measurement Point: Ready for Call, uptime: 491.052 sec.\n\
                1129080001|sip  |4|00|Registration failed User: 1512, Error Code:480 Temporarily not available\n";
    let (_, stdout, _) = program(&["log", "-", "--quiet"], log);
    let text = stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for says in [
        "next set `log.render.level=\"0\"` and `log.level.change.dns=\"1\"`",
        "480 Temporarily not available (no lookup that found a server is shown before it:",
    ] {
        assert!(text.contains(says), "{stdout}");
    }
    let (_, json, _) = program(&["log", "-", "--format", "json"], log);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let events = &json["logs"][0]["events"];
    assert_eq!(events[1]["code"], 480, "{events:#}");
    assert!(events[1]["local"].is_null(), "{events:#}");
}

#[test]
fn records_made_later_explain_a_difference_by_the_serials_of_both_zones() {
    let zones = ["bulletin-log-failed/zones", "bulletin-log-success/zones"];
    let newer = program(&["log", FAILED, zones[1]], b"")
        .1
        .replace("\n             ", " ");
    assert!(
        newer.contains("differs    from the prediction at question 1"),
        "{newer}"
    );
    assert!(
        newer.contains("the zone given, serial 42, has them"),
        "{newer}"
    );
    let both = program(&["log", FAILED, zones[0], zones[1]], b"").1;
    assert!(
        both.contains("predicted  the same, step by step by `bulletin-log-failed/zones"),
        "{both}"
    );
}

#[test]
fn subscribers_are_masked_in_every_format() {
    let log = "1028171642|sip  |*|03|Sip Register Usr:31513 Dsp:Ann Lee Auth:'u31513' Inx:0\n\
               1028171642|dns  |1|00|doDnsLookupForList for record NAPTR: hostname 'a.b' attempting..\n\
               1028171644|sip  |4|00|doDnsListLookup(udp): doDnsSrvLookupForARecordList 'a.b' found no records.\n\
               1028171644|sip  |4|00|Registration failed User: 31513, Error Code:480 Temporarily not available\n";
    for format in [
        "pretty", "concise", "table", "json", "sarif", "github", "gitlab", "junit", "markdown",
        "html",
    ] {
        let args = ["log", "-", "--format", format];
        let shown = program(&args, log.as_bytes()).1;
        let masked = program(&[&args[..], &["--mask"]].concat(), log.as_bytes()).1;
        for name in ["31513", "Ann Lee"] {
            assert!(!masked.contains(name), "{format}: {masked}");
        }
        let tells = ["pretty", "json", "sarif", "markdown", "html"].contains(&format);
        assert_eq!(shown.contains("31513"), tells, "{format}: {shown}");
    }
}

#[test]
fn the_render_type_can_be_named_and_what_is_no_log_is_refused() {
    let log = b"0102030405|sip  |4|00|doDnsListLookup(udp): doDnsSrvLookupForARecordList 'a.b' found no records.\n";
    let time = |render_type| {
        let out = program(
            &["log", "-", "--render-type", render_type, "--format", "json"],
            log,
        )
        .1;
        let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        report["logs"][0]["lookups"][0]["began"].clone()
    };
    assert_eq!(time("1"), "2001-02-03 04:05");
    assert_eq!(time("2"), "2 Jan 03:04:05");
    let (status, _, err) = program(&["log", "-"], b"no log\n");
    assert_eq!(status, Some(2));
    assert!(err.contains("`<stdin>` is no handset log"), "{err}");
    let (status, _, err) = program(&["log", "nowhere.log"], b"");
    assert_eq!(status, Some(2));
    assert!(err.contains("no such file"), "{err}");
}

/// A log whose times could have either of two forms, beside configurations.
#[test]
fn the_handset_s_configuration_says_what_the_times_of_its_log_mean() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a writable folder");
        path.to_string_lossy().into_owned()
    };
    let line =
        "|sip  |4|00|doDnsListLookup(udp): doDnsSrvLookupForARecordList 'a.b' found no records.\n";
    let configuration = |render_type: u8| {
        format!("<a log.render.type=\"{render_type}\" reg.1.server.1.address=\"a.b\"/>\n")
    };
    let minutes = write("0004f2aaaaaa.cfg", &configuration(1));
    let seconds = write("0004f2bbbbbb.cfg", &configuration(2));
    let began = |log: &str, stamp: &str, configurations: &[&str]| {
        let log = write(log, &format!("{stamp}{line}"));
        let args = [&["log", &log, "--format", "json"], configurations].concat();
        let report: serde_json::Value = serde_json::from_str(&program(&args, b"").1).expect("JSON");
        report["logs"][0]["lookups"][0]["began"].clone()
    };
    let either = "0102030405";
    assert_eq!(began("a.log", either, &[]), "2 Jan 03:04:05");
    assert_eq!(began("a.log", either, &[&minutes]), "2001-02-03 04:05");
    // Two handsets that differ: the one that the log is named after.
    let both = [minutes.as_str(), seconds.as_str()];
    assert_eq!(began("a.log", either, &both), "2 Jan 03:04:05");
    assert_eq!(
        began("0004F2AAAAAA-app.log", either, &both),
        "2001-02-03 04:05"
    );
    // No time of the form that is set: the log is older than the setting.
    assert_eq!(began("a.log", "1028171642", &[&minutes]), "28 Oct 17:16:42");
}
