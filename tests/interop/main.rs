//! The sites under `fixtures/` as files, in the servers BIND, Knot and NSD and in one of our
//! own, and transferred from each: handsets ask the same questions, get the same answers,
//! find the same servers, and the rules say the same.
//!
//! A server that is not installed (on Debian: packages `bind9`, `knot` and `nsd`) is named on
//! standard error and left out, unless `SIPDNS_REFEREES=required` is in the environment: then
//! the test fails.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use sipdns_lint::dns::{Name, Record, RecordType, RrSet};
use sipdns_lint::load;
use sipdns_lint::run::{Streams, run};
use sipdns_lint::source::Sources;
use sipdns_lint::zone::{Contents, Zone};

#[path = "../support/client.rs"]
mod client;
mod embedded;
#[path = "../support/scripted_server.rs"]
#[allow(dead_code, reason = "most of it is for servers that misbehave")]
mod scripted_server;
#[path = "../support/servers.rs"]
mod servers;

use servers::{Program, Server, TransferKey};

/// Sites whose zones servers refuse or change, and why.
const NOT_SERVED: [(&str, &str); 8] = [
    ("bad-cut-and-broken", "a text that servers cannot read"),
    ("bad-delegated", "an alias beside other records"),
    ("bad-pasted-from-pdf", "a text that servers cannot read"),
    ("bad-powershell-exports", "a text that servers cannot read"),
    (
        "bad-ttl-and-order",
        "a set with several TTLs, of which servers make one",
    ),
    ("bad-typed-by-hand", "a text that servers cannot read"),
    ("bad-windows-export", "a text that servers cannot read"),
    ("good-dns-manager-lists", "a zone without an SOA"),
];

/// Rules about files: how a text is written, and what it speaks of. A server says of names
/// outside its zones that it refuses to answer.
const OF_FILES: [&str; 2] = ["live-server-failure", "phone-address-not-covered"];

/// Rules that need the whole zone, beyond the questions that are put to a server.
const OF_WHOLE_ZONES: [&str; 3] = ["negative-ttl-high", "srv-missing", "srv-owner-misplaced"];

/// A site, read.
struct Fixture {
    name: String,
    folder: PathBuf,
    zones: Vec<Arc<Zone>>,
}

fn fixtures() -> Vec<Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let entries = std::fs::read_dir(folder).expect("the fixtures stand in fixtures/");
    let folders = entries.map(|entry| entry.expect("a readable folder").path());
    let mut fixtures: Vec<_> = folders
        .filter(|path| path.join("zones").is_dir())
        .map(|folder| {
            let options = load::Options {
                paths: vec![folder.join("zones")],
                ..load::Options::default()
            };
            let sources = Arc::new(Sources::new());
            let (loaded, problems) = load::load(
                &options,
                &sources,
                &mut std::io::empty(),
                &load::Progress::default(),
            );
            assert_eq!(problems, []);
            let name = folder
                .file_name()
                .expect("a folder's name")
                .to_string_lossy();
            Fixture {
                name: name.into_owned(),
                zones: loaded.zones,
                folder,
            }
        })
        .collect();
    fixtures.sort_by(|one, two| one.name.cmp(&two.name));
    fixtures
}

/// The records of a zone that servers are given: those of the types that are kept.
fn served(zone: &Zone) -> impl Iterator<Item = &Record> {
    zone.contents.all_sets().flat_map(|set| set.records.iter())
}

/// Why servers do not take the zones of a site as they are, where they do not.
fn refused(zones: &[Arc<Zone>]) -> Option<&'static str> {
    let apexes: BTreeSet<_> = zones.iter().map(|zone| &zone.apex).collect();
    if apexes.len() < zones.len() {
        return Some("two zones with one apex");
    }
    if zones.iter().any(|zone| !zone.troubles.is_empty()) {
        return Some("a text that servers cannot read");
    }
    let lacks = |zone: &&Arc<Zone>, of_type| zone.contents.set(&zone.apex, of_type).is_none();
    let other = |zone: &&Arc<Zone>| {
        let aliases = zone.contents.sets(RecordType::CNAME).into_iter();
        let mut owners = aliases.map(|set| &set.owner);
        owners.any(|owner| {
            let several =
                |set: &&RrSet| set.record_type != RecordType::CNAME || set.records.len() > 1;
            zone.contents.other_at(owner).is_some()
                || zone.contents.sets_at(owner).iter().any(several)
        })
    };
    let several_ttls = |zone: &&Arc<Zone>| {
        let mut sets = Contents::TYPES
            .iter()
            .flat_map(|of_type| zone.contents.sets(*of_type));
        sets.any(|set| {
            set.records
                .iter()
                .any(|r| r.ttl.value != set.records[0].ttl.value)
        })
    };
    let any = |lacks: &dyn Fn(&&Arc<Zone>) -> bool| zones.iter().any(|zone| lacks(&zone));
    if any(&|zone| lacks(zone, RecordType::SOA)) {
        Some("a zone without an SOA")
    } else if any(&|zone| lacks(zone, RecordType::NS)) {
        Some("a zone without NS records")
    } else if any(&other) {
        Some("an alias beside other records")
    } else if any(&several_ttls) {
        Some("a set with several TTLs, of which servers make one")
    } else {
        None
    }
}

/// The zone as a master file that every server reads alike: names with decimal escapes only,
/// data as octets (RFC 3597 5).
fn master_file(zone: &Zone) -> String {
    let mut text = String::new();
    for record in served(zone) {
        let owner = &record.owner.name;
        for label in owner {
            for octet in label {
                match octet {
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'*' => {
                        text.push(char::from(*octet));
                    }
                    _ => write!(text, "\\{octet:03}").expect("a string"),
                }
            }
            text.push('.');
        }
        let data = embedded::octets(record);
        let (ttl, of_type) = (record.ttl.value, record.record_type());
        write!(text, " {ttl} IN {of_type} \\# {} ", data.len()).expect("a string");
        for octet in data {
            write!(text, "{octet:02x}").expect("a string");
        }
        text.push('\n');
    }
    text
}

/// The report of a run, and what it says on standard error.
fn report(words: &[String]) -> (Value, String) {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let line = ["sipdns-lint", "--format", "json", "--timeout", "10"];
    let line = line.into_iter().map(OsString::from);
    run(
        line.chain(words.iter().map(OsString::from)),
        &mut Streams {
            stdin: &mut std::io::empty(),
            stdout: &mut stdout,
            stderr: &mut stderr,
            terminal: false,
            progress: false,
            color: false,
            summary: None,
        },
    );
    let errors = String::from_utf8_lossy(&stderr).into_owned();
    let report = serde_json::from_slice(&stdout);
    let report = report.unwrap_or_else(|error| panic!("{words:?}: {error}: {errors}"));
    (report, errors)
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// What becomes of a set-up: verdict, questions with answers, servers.
fn outcome(setup: &Value) -> String {
    let mut outcome = format!("{}\n", text(&setup["verdict"]));
    for step in list(&setup["trace"]) {
        // What files do not speak of, servers refuse.
        let answer = match (text(&step["answer"]), step["failure"].as_str()) {
            ("failed", Some("REFUSED")) => "not-loaded",
            (answer, _) => answer,
        };
        let mut records: Vec<_> = list(&step["records"]).iter().map(text).collect();
        records.sort_unstable();
        let ttl = step.get("negative_ttl").unwrap_or(&Value::Null);
        let (name, of_type) = (text(&step["name"]), text(&step["type"]));
        writeln!(outcome, "{name} {of_type} {answer} {ttl} {records:?}").expect("a string");
    }
    for server in list(&setup["servers"]) {
        writeln!(outcome, "{server}").expect("a string");
    }
    outcome
}

/// Every set-up of a report, by what it looks up.
fn outcomes(report: &Value) -> BTreeMap<String, String> {
    let setups = list(&report["setups"]).iter();
    let key = |setup: &Value| {
        format!(
            "{} {} {}",
            setup["address"], setup["port"], setup["transport"]
        )
    };
    setups.map(|setup| (key(setup), outcome(setup))).collect()
}

/// Rules and messages.
fn findings(report: &Value, without: &[&[&str]]) -> BTreeSet<String> {
    let left_out = |rule: &str| without.iter().any(|rules| rules.contains(&rule));
    list(&report["findings"])
        .iter()
        .filter(|finding| !left_out(text(&finding["rule"])))
        .map(|finding| format!("{}: {}", text(&finding["rule"]), text(&finding["message"])))
        .collect()
}

/// What the site says from its files, and the words that ask a server for the same.
struct Expected {
    from_file: Value,
    words: Vec<String>,
}

impl Expected {
    fn of(fixture: &Fixture) -> Self {
        let path = |name: &str| fixture.folder.join(name);
        let phones = path("phones")
            .is_dir()
            .then(|| path("phones").display().to_string());
        let mut files = vec![path("zones").display().to_string()];
        files.extend(phones.clone());
        let (from_file, errors) = report(&files);
        assert_eq!(errors, "", "{}", fixture.name);
        // One name makes the linter ask; the configurations' own names follow by themselves.
        let addresses = list(&from_file["setups"])
            .iter()
            .map(|setup| text(&setup["address"]));
        let name = addresses.filter_map(|address| {
            let name = Name::from_ascii(address).ok()?;
            let is_held = fixture.zones.iter().any(|zone| zone.apex.zone_of(&name));
            is_held.then(|| address.to_owned())
        });
        let names: BTreeSet<_> = name.collect();
        if phones.is_none() {
            // Every name that owns SIP records is a set-up.
            let live = names
                .into_iter()
                .flat_map(|name| ["--live".to_owned(), name]);
            let words = live.collect();
            return Self { from_file, words };
        }
        let Some(name) = names.into_iter().next() else {
            let words = Vec::new();
            return Self { from_file, words };
        };
        let mut words = vec!["--live".to_owned(), name];
        words.extend(phones);
        Self { from_file, words }
    }

    /// How what a server says differs.
    fn compare(&self, fixture: &str, program: &str, server: SocketAddr, faults: &mut String) {
        // Handsets that are given something else than a name ask nobody.
        if self.words.is_empty() {
            return;
        }
        let who = format!("{fixture} {program}");
        for how in ["", "--axfr"] {
            let mut words = self.words.clone();
            words.extend(["--server".to_owned(), server.to_string()]);
            words.extend((!how.is_empty()).then(|| how.to_owned()));
            let (said, errors) = report(&words);
            for line in errors.lines() {
                writeln!(faults, "{who} {how} {line}").expect("a string");
            }
            let (ours, theirs) = (outcomes(&self.from_file), outcomes(&said));
            for (setup, ours) in &ours {
                let theirs = theirs.get(setup).map_or("not there", String::as_str);
                if ours != theirs {
                    writeln!(faults, "{who} {how} {setup}\n- {ours}\n+ {theirs}")
                        .expect("a string");
                }
            }
            let without: &[&[&str]] = match how {
                "" => &[&OF_FILES, &OF_WHOLE_ZONES],
                _ => &[&OF_FILES],
            };
            let ours = findings(&self.from_file, without);
            let theirs = findings(&said, without);
            for line in ours.difference(&theirs) {
                writeln!(faults, "{who} {how} - {line}").expect("a string");
            }
            for line in theirs.difference(&ours) {
                writeln!(faults, "{who} {how} + {line}").expect("a string");
            }
        }
    }
}

#[test]
fn sites_are_the_same_from_files_from_servers_and_by_transfer() {
    let required = servers::required();
    let mut programs = Vec::new();
    for program in Program::ALL {
        match program.find() {
            Some(executable) => programs.push((program, executable)),
            None if required => panic!("{} is not installed", program.executable()),
            None => eprintln!("{} is not installed: left out", program.executable()),
        }
    }
    let (refused, fixtures): (Vec<_>, Vec<_>) = fixtures()
        .into_iter()
        .map(|fixture| (refused(&fixture.zones), fixture))
        .partition(|(why, _)| why.is_some());
    let refused: Vec<_> = refused
        .iter()
        .map(|(why, fixture)| (fixture.name.as_str(), why.unwrap_or_default()))
        .collect();
    assert_eq!(refused, NOT_SERVED);
    let fixtures: Vec<_> = fixtures.into_iter().map(|(_, fixture)| fixture).collect();
    let expected: Vec<_> = fixtures.iter().map(Expected::of).collect();

    let mut faults = String::new();
    for (fixture, expected) in fixtures.iter().zip(&expected) {
        let server = embedded::serve(&fixture.zones);
        expected.compare(&fixture.name, "embedded", server.address, &mut faults);
    }
    let of_programs: Vec<String> = std::thread::scope(|scope| {
        let (fixtures, expected) = (&fixtures, &expected);
        let threads: Vec<_> = programs
            .iter()
            .map(|(program, executable)| {
                scope.spawn(move || {
                    let mut faults = String::new();
                    for (fixture, expected) in fixtures.iter().zip(expected) {
                        let server = start(*program, executable, fixture);
                        let name = program.executable();
                        expected.compare(&fixture.name, name, server.address, &mut faults);
                    }
                    faults
                })
            })
            .collect();
        let threads = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
        threads
            .map(|faults| faults.expect("no panic while asking"))
            .collect()
    });
    faults.extend(of_programs);
    assert!(faults.is_empty(), "{faults}");
}

fn start(program: Program, executable: &Path, fixture: &Fixture) -> Server {
    let zones = fixture.zones.iter();
    let texts: Vec<_> = zones
        .map(|zone| (zone.apex.to_ascii(), master_file(zone)))
        .collect();
    let texts: Vec<_> = texts
        .iter()
        .map(|(apex, text)| (apex.as_str(), text.as_str()))
        .collect();
    Server::start(program, executable, &texts, None)
}

/// Servers transfer a large zone in many messages, and not all of them sign each.
#[test]
fn signed_transfers_are_taken_with_the_right_key_only() {
    const SECRET: &str = "c2lwZG5zLWxpbnQgdHJhbnNmZXIgdGVzdCBrZXkhISE=";
    let mut zone =
        String::from("$TTL 60\n@ SOA ns h 1 900 600 86400 60\n@ NS ns\nns A 127.0.0.1\n");
    for number in 0..20_000 {
        let (high, low) = (number / 256, number % 256);
        writeln!(zone, "host-with-a-long-name-{number} A 10.0.{high}.{low}").expect("a string");
    }
    zone.push_str("_sip._udp SRV 1 0 5060 host-with-a-long-name-1\n");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = |name: &str, key: &TransferKey| {
        let path = folder.path().join(name);
        std::fs::write(&path, key.file()).expect("a writable folder");
        path.display().to_string()
    };
    let algorithms = ["hmac-sha256", "hmac-sha384", "hmac-sha512"];
    for (program, algorithm) in Program::ALL.into_iter().zip(algorithms) {
        let Some(executable) = program.find() else {
            continue;
        };
        let key = TransferKey {
            algorithm,
            secret: SECRET,
        };
        let other = TransferKey {
            algorithm,
            secret: "b3RoZXI=",
        };
        let zones = [("large.test.", zone.as_str())];
        let server = Server::start(program, &executable, &zones, Some(&key));
        let ask = |more: &[&str]| {
            let address = server.address.to_string();
            let words = ["--live", "large.test", "--axfr", "--server", &address];
            let words: Vec<_> = words.iter().chain(more).map(ToString::to_string).collect();
            report(&words)
        };
        let (said, errors) = ask(&["--tsig-file", &file("right", &key)]);
        assert_eq!(errors, "", "{program:?}");
        let inputs = list(&said["inputs"]).iter();
        let records: Vec<_> = inputs.map(|input| input["records"].as_u64()).collect();
        assert_eq!(records, [Some(20_004)], "{program:?}");
        let mut not_checked = list(&said["not_checked"]).iter();
        let answers = not_checked.find(|one| one["what"] == "what DNS servers answer");
        assert_eq!(
            answers.map(|one| &one["why"]),
            Some(&"zones were transferred in their place; without --axfr they are asked".into()),
            "{program:?}"
        );

        let (_, errors) = ask(&[]);
        let refused = "does not transfer the zone `large.test.`: ";
        assert!(errors.contains(refused), "{program:?}: {errors}");
        let (_, errors) = ask(&["--tsig-file", &file("other", &other)]);
        assert!(errors.contains(refused), "{program:?}: {errors}");
        assert!(errors.contains("key"), "{program:?}: {errors}");
    }
}
