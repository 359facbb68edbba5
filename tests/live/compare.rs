//! Servers compared with the zone file, with each other, and with the zone's name servers.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use hickory_proto::op::Message;
use sipdns_lint::run::{Streams, run};

use crate::scripted_server::{
    ScriptedServer, always, bytes, from_records, record, records, response,
};
use crate::with_answers;

/// What every version of the zone holds.
const COMMON: &str = "
    voice.test. 60 NS ns1.voice.test.
    voice.test. 60 NS ns2.voice.test.
    voice.test. 60 NS ns3.voice.test.
    ns1.voice.test. 60 A 127.0.0.1
    ns2.voice.test. 60 A 127.0.0.2
    sip1.voice.test. 60 A 10.0.0.1
    sip2.voice.test. 60 A 10.0.0.2";

fn zone(serial: u32, own: &str) -> String {
    format!(
        "{COMMON}\n{own}\nvoice.test. 60 SOA ns1.voice.test. a.voice.test. {serial} 900 600 86400 60"
    )
}

pub const BOTH: &str = "_sip._udp.voice.test. 60 SRV 1 0 5060 sip1.voice.test.
    _sip._udp.voice.test. 60 SRV 2 0 5060 sip2.voice.test.";
const FIRST_ONLY: &str = "_sip._udp.voice.test. 60 SRV 1 0 5060 sip1.voice.test.";

/// A name server of `voice.test.` with these records.
pub fn serve(place: SocketAddr, serial: u32, own: &str) -> io::Result<ScriptedServer> {
    serve_but(place, &zone(serial, own), |_, usual| usual)
}

/// A name server of these lines, the SOA the last, that answers otherwise: `answer` is given the
/// query and what the lines say to it.
fn serve_but(
    place: SocketAddr,
    lines: &str,
    answer: impl Fn(&Message, Message) -> Message + Send + Sync + 'static,
) -> io::Result<ScriptedServer> {
    let known = records(lines);
    let soa = known.last().expect("the SOA comes last").clone();
    ScriptedServer::start_on(place, Duration::ZERO, move |query, _| {
        let usual = from_records(&known, &soa, query);
        vec![bytes(&answer(query, usual))]
    })
}

pub fn anywhere() -> SocketAddr {
    ([127, 0, 0, 1], 0).into()
}

/// The exit status of the program and what it writes.
pub fn ran(words: &[&str]) -> (u8, String) {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let status = run(
        ["sipdns-lint"].iter().chain(words).map(Into::into),
        &mut Streams {
            stdin: &mut io::empty(),
            stdout: &mut stdout,
            stderr: &mut stderr,
            color: false,
            summary: None,
            terminal: false,
            progress: false,
        },
    );
    assert_eq!(String::from_utf8_lossy(&stderr), "");
    (status, String::from_utf8(stdout).expect("UTF-8"))
}

/// The file of a version of the zone, in that folder.
fn file(folder: &Path, serial: u32, own: &str) -> String {
    let lines = zone(serial, own);
    let lines = lines.lines().map(str::trim);
    // The SOA first, as files have it.
    let lines: Vec<_> = lines.rev().filter(|line| !line.is_empty()).collect();
    let path = folder.join("voice.test.zone");
    std::fs::write(&path, lines.join("\n")).expect("a writable folder");
    path.to_string_lossy().into_owned()
}

/// The findings of `live-drift` and `live-servers-disagree`: place, severity, rule, message.
fn findings(words: &[&str]) -> Vec<String> {
    let common = [
        "--live",
        "voice.test",
        "--format",
        "concise",
        "-q",
        "--only",
        "live-drift,live-servers-disagree",
        "--timeout",
        "5",
    ];
    let (_, text) = ran(&[&common[..], words].concat());
    text.lines().map(str::to_owned).collect()
}

#[test]
fn a_server_that_does_not_have_the_file_is_told_from_one_that_has() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = file(folder.path(), 8, BOTH);

    // Another serial alone changes nothing for handsets.
    let same = serve(anywhere(), 7, BOTH).unwrap();
    let server = same.address.to_string();
    assert_eq!(findings(&["--server", &server, &path]), [""; 0]);

    let older = serve(anywhere(), 7, FIRST_ONLY).unwrap();
    let server = older.address.to_string();
    let found = findings(&["--server", &server, &path]);
    assert_eq!(found.len(), 1, "{found:#?}");
    let expected = format!(
        "voice.test.zone:2:1: error[live-drift] {server} answers `_sip._udp.voice.test. SRV` \
         other than the file: it lacks `SRV 2 0 5060 sip2.voice.test.`"
    );
    assert!(found[0].ends_with(&expected), "{found:#?}");
}

#[test]
fn what_comes_of_a_drift_is_told_with_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = file(folder.path(), 8, BOTH);
    // A server that only this one has leads to others that only it has.
    let lacking = zone(8, BOTH).replace("sip2.voice.test. 60 A 10.0.0.2", "");
    let third = "_sip._udp.voice.test. 60 SRV 3 0 5060 sip3.voice.test.\n\
        sip3.voice.test. 60 A 127.0.0.9";
    let third = zone(8, &format!("{BOTH}\n{third}"));
    for (lines, expected) in [
        (&lacking, "`sip2.voice.test. A` other than the file"),
        (&third, "`_sip._udp.voice.test. SRV` other than the file"),
    ] {
        let server = serve_but(anywhere(), lines, |_, usual| usual).unwrap();
        let server = server.address.to_string();
        let words = ["--live", "voice.test", "--server", &server, &path];
        let said = |more: &[&str]| {
            let own = "ttl-too-short,zone-ns-missing-address";
            let shown = ["--format", "concise", "-q", "--ignore", own];
            let (_, said) = ran(&[&words[..], &shown, more].concat());
            let severe = |line: &&str| line.contains(": error[") || line.contains(": warning[");
            said.lines()
                .filter(severe)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let found = said(&[]);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].contains(expected), "{found:#?}");
        // Whoever does not ask for it hears what it stands for.
        let found = said(&["--ignore", "live-drift"]);
        assert!(!found.is_empty(), "{found:#?}");
        assert!(!found[0].contains("live-drift"), "{found:#?}");
    }
}

#[test]
fn a_question_that_a_server_cannot_answer_is_no_drift() {
    use hickory_proto::op::ResponseCode;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = file(folder.path(), 8, BOTH);
    let server = serve_but(anywhere(), &zone(8, BOTH), |query, usual| {
        let fails = query.queries[0].name.to_string() == "sip2.voice.test.";
        if fails {
            response(query, ResponseCode::ServFail)
        } else {
            usual
        }
    });
    let server = server.unwrap();
    let address = server.address.to_string();
    assert_eq!(findings(&["--server", &address, &path]), [""; 0]);
}

#[test]
fn a_reverse_record_that_differs_is_a_warning() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = file(folder.path(), 8, BOTH);
    let reverse = folder.path().join("0.0.10.in-addr.arpa.zone");
    let text = "@ 60 SOA ns1.voice.test. a.voice.test. 8 900 600 86400 60\n\
        @ 60 NS ns1.voice.test.\n\
        1 60 PTR sip1.voice.test.\n\
        2 60 PTR sip2.voice.test.\n";
    std::fs::write(&reverse, text).expect("a writable folder");
    let server = serve_but(anywhere(), &zone(8, BOTH), |query, usual| {
        let pointer = match query.queries[0].name.to_string().as_str() {
            "1.0.0.10.in-addr.arpa." => "1.0.0.10.in-addr.arpa. 60 PTR sip1.voice.test.",
            "2.0.0.10.in-addr.arpa." => "2.0.0.10.in-addr.arpa. 60 PTR pbx.voice.test.",
            _ => return usual,
        };
        with_answers(query, &[record(pointer)])
    });
    let server = server.unwrap();
    let found = findings(&[
        "--server",
        &server.address.to_string(),
        &path,
        &reverse.to_string_lossy(),
    ]);
    let [only] = &found[..] else {
        panic!("{found:#?}");
    };
    assert!(
        only.contains("0.0.10.in-addr.arpa.zone:4:1: warning[live-drift]")
            && only.contains("`2.0.0.10.in-addr.arpa. PTR`"),
        "{only}"
    );
}

#[test]
fn what_a_cache_has_left_of_a_ttl_is_not_too_short() {
    for authoritative in [true, false] {
        let server = serve_but(anywhere(), &zone(8, BOTH), move |_, mut usual| {
            usual.metadata.authoritative = authoritative;
            usual
        });
        let server = server.unwrap();
        let address = server.address.to_string();
        let only = ["--only", "ttl-too-short", "--format", "concise", "-q"];
        let live = ["--live", "voice.test", "--server", &address];
        let (_, said) = ran(&[&only[..], &live].concat());
        assert_eq!(said.contains("ttl-too-short"), authoritative, "{said}");
        // Nor does it belong into a repair.
        let elsewhere = ["--live", "ward.voice.test", "--only", "srv-owner-misplaced"];
        let (_, said) = ran(&[&["fix", "--as", "bind"], &live[..], &elsewhere].concat());
        let ttl = if authoritative { "60 " } else { "" };
        let added = format!("_sip._udp.ward.voice.test. {ttl}SRV 1 0 5060 sip1.voice.test.");
        assert!(said.lines().any(|line| line == added), "{said}");
    }
}

#[test]
fn how_long_a_miss_is_kept_is_told_of_every_zone_that_is_asked() {
    use hickory_proto::op::ResponseCode;
    let lead_out = "_sip._udp.voice.test. 60 SRV 1 0 5060 sip1.voice.test.
        _sip._udp.voice.test. 60 SRV 2 0 5060 sip2.other.test.";
    let other = "other.test. 86400 SOA ns1.other.test. a.other.test. 8 900 600 86400 86400";
    let other = record(other);
    let server = serve_but(anywhere(), &zone(8, lead_out), move |query, usual| {
        if !other.name.zone_of(&query.queries[0].name) {
            return usual;
        }
        let mut message = response(query, ResponseCode::NXDomain);
        message.add_authority(other.clone());
        message
    });
    let server = server.unwrap();
    let address = server.address.to_string();
    let only = ["--only", "negative-ttl-high", "--format", "concise", "-q"];
    let live = ["--live", "voice.test", "--server", &address];
    let (_, said) = ran(&[&only[..], &live].concat());
    assert!(said.contains("a miss in `other.test.`"), "{said}");
}

#[test]
fn a_resolver_that_has_its_answer_from_the_root_does_not_know_the_zone() {
    use hickory_proto::op::ResponseCode;
    let soa = ". 86400 SOA a.root-servers.net. nstld.verisign-grs.com. 1 1800 900 604800 86400";
    let answer = |is_authority: bool| {
        let server = always(move |query| {
            let mut message = response(query, ResponseCode::NXDomain);
            message.metadata.authoritative = is_authority;
            message.add_authority(record(soa));
            vec![bytes(&message)]
        });
        let address = server.address.to_string();
        let words = ["--live", "voice.test", "--server", &address];
        ran(&[&words[..], &["--format", "json"]].concat()).1
    };
    let said = answer(false);
    assert!(
        said.contains("knows no zone with this name in it"),
        "{said}"
    );
    assert!(!said.contains("negative-ttl-high"), "{said}");
    // One that holds the root zone is asked to say so for a shorter time.
    let said = answer(true);
    assert!(said.contains("negative-ttl-high"), "{said}");
    assert!(
        !said.contains("knows no zone with this name in it"),
        "{said}"
    );
}

#[test]
fn a_server_is_not_taken_to_know_what_it_was_not_asked() {
    let lead = "lead.voice.test. 60 NAPTR 1 1 \"S\" \"SIP+D2U\" \"\" _sip._udp.voice.test.";
    let server = serve(anywhere(), 8, &format!("{lead}\n{BOTH}")).unwrap();
    let address = server.address.to_string();
    let words = ["--live", "lead.voice.test", "--server", &address];
    let (_, said) = ran(&[&words[..], &["--format", "json"]].concat());
    let report: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    let setups = report["setups"].as_array().expect("a list");
    let [only] = &setups[..] else {
        panic!("{setups:?}");
    };
    assert_eq!(only["address"], "lead.voice.test");
    assert_eq!(only["verdict"], "registers");
}

#[test]
fn diff_shows_what_a_server_does_otherwise_than_the_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = file(folder.path(), 8, BOTH);
    let diff = |servers: &[&ScriptedServer]| {
        let mut words = vec!["diff", &path, "--live", "voice.test", "--timeout", "5"];
        words.extend(["--ignore", "live-servers-disagree"]);
        let servers = servers.iter().map(|server| server.address.to_string());
        let servers: Vec<_> = servers.collect();
        for server in &servers {
            words.extend(["--server", server]);
        }
        ran(&words)
    };
    let same = serve(anywhere(), 8, BOTH).unwrap();
    let (status, said) = diff(&[&same]);
    assert_eq!(status, 0, "{said}");
    assert!(
        !said.contains("live-drift") && !said.contains("sip2"),
        "{said}"
    );

    let older = serve(anywhere(), 7, FIRST_ONLY).unwrap();
    let (status, said) = diff(&[&older]);
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("error[live-drift]"), "{said}");
    let before = said
        .find("sip1.voice.test. 10.0.0.1:5060 UDP")
        .expect("the servers before");
    assert!(
        said[before..].contains("sip2.voice.test. 10.0.0.2:5060 UDP"),
        "{said}"
    );

    // Each server by itself is held against the file.
    let (status, said) = diff(&[&same, &older]);
    assert_eq!(status, 1, "{said}");
    let changed: Vec<_> = said
        .lines()
        .filter(|line| {
            ["  changed", "  gained", "  lost"]
                .iter()
                .any(|word| line.starts_with(word))
        })
        .collect();
    let [only] = changed[..] else {
        panic!("{said}");
    };
    assert!(
        only.contains(&format!("by <server {}>", older.address)),
        "{said}"
    );
    assert!(
        said.contains("set-ups: 1 changed, 0 gained, 0 lost, 1 unchanged"),
        "{said}"
    );
}

#[test]
fn servers_named_together_are_compared_and_so_are_the_name_servers() {
    let first = serve(anywhere(), 8, BOTH).unwrap();
    let port = first.address.port();
    let second = serve(anywhere(), 7, FIRST_ONLY).unwrap();
    // Not every system has more loopback addresses than one.
    let host = |last| SocketAddr::from((IpAddr::from([127, 0, 0, last]), port));
    let Ok(_ns2) = serve(host(2), 6, BOTH) else {
        return;
    };
    let (one, two) = (first.address.to_string(), second.address.to_string());
    let found = findings(&["--server", &one, "--server", &two]);
    let messages: Vec<_> = found
        .iter()
        .filter_map(|line| line.split_once("live-servers-disagree] "))
        .map(|(_, message)| message.to_owned())
        .collect();
    // What differs is told with the serial, and one that was named is no other one as a name
    // server.
    let mut expected = [
        format!(
            "{two} answers `_sip._udp.voice.test. SRV` other than {one}: it lacks \
             `SRV 2 0 5060 sip2.voice.test.`"
        ),
        format!(
            "the name server `ns2.voice.test.` (127.0.0.2:{port}) has serial 6 of \
             `voice.test.`, and {one} has 8"
        ),
        "the name server `ns3.voice.test.` of `voice.test.` has no address".to_owned(),
    ];
    let mut messages = messages;
    messages.sort();
    expected.sort();
    assert_eq!(messages, expected);
    // With one server, nobody compares: its name servers are left alone.
    assert_eq!(findings(&["--server", &one]), [""; 0]);
}

#[test]
fn servers_that_transfer_the_zone_are_compared_too() {
    use hickory_proto::rr::RecordType;
    let serve = |serial, own: &str| {
        let lines = zone(serial, own);
        let mut whole = records(&lines);
        let soa = whole.pop().expect("the SOA comes last");
        whole.insert(0, soa.clone());
        whole.push(soa);
        serve_but(anywhere(), &lines, move |query, usual| {
            if query.queries[0].query_type == RecordType::AXFR {
                with_answers(query, &whole)
            } else {
                usual
            }
        })
    };
    let (first, second) = (serve(8, BOTH).unwrap(), serve(7, FIRST_ONLY).unwrap());
    let (one, two) = (first.address.to_string(), second.address.to_string());
    let found = findings(&["--axfr", "--server", &one, "--server", &two]);
    let expected = format!(
        "disagree] {two} answers `_sip._udp.voice.test. SRV` other than {one}: it lacks \
         `SRV 2 0 5060 sip2.voice.test.`"
    );
    assert!(
        found.iter().any(|line| line.ends_with(&expected)),
        "{found:#?}"
    );
}

#[test]
fn a_server_that_knows_no_zone_is_not_the_one_that_others_are_compared_with() {
    use hickory_proto::op::ResponseCode;
    let refusing = serve_but(anywhere(), &zone(8, BOTH), |query, _| {
        response(query, ResponseCode::Refused)
    });
    let (refusing, good) = (refusing.unwrap(), serve(anywhere(), 8, BOTH).unwrap());
    let (one, two) = (refusing.address.to_string(), good.address.to_string());
    let found = |servers: [&str; 2]| {
        let [first, second] = servers;
        let found = findings(&["--server", first, "--server", second]);
        let mut found: Vec<_> = found
            .into_iter()
            .filter_map(|line| Some(line.split_once("live-servers-disagree] ")?.1.to_owned()))
            .collect();
        found.sort();
        found
    };
    let expected = found([&two, &one]);
    let of_name_server = "the name server `ns3.voice.test.` of `voice.test.` has no address";
    assert!(
        expected.contains(&of_name_server.to_owned()),
        "{expected:?}"
    );
    assert_eq!(found([&one, &two]), expected);
    // What it refuses is told once.
    let refused = |line: &String| line.contains("REFUSED");
    assert!(!expected.iter().any(refused), "{expected:?}");
}

#[test]
fn servers_may_differ_in_what_no_handset_asks_for() {
    let first = serve(anywhere(), 8, BOTH).unwrap();
    let zone = zone(8, BOTH);
    let less = zone
        .lines()
        .filter(|line| !line.contains("ns3.voice.test."));
    let less: Vec<_> = less.collect();
    let second = serve_but(anywhere(), &less.join("\n"), |_, usual| usual);
    let second = second.unwrap();
    let (one, two) = (first.address.to_string(), second.address.to_string());
    let found = findings(&["--server", &one, "--server", &two]).join("\n");
    assert!(!found.contains(&format!("{two} answers")), "{found}");
}

#[test]
fn a_name_server_that_does_not_serve_the_zone_is_lame() {
    use hickory_proto::op::ResponseCode;
    let first = serve(anywhere(), 8, BOTH).unwrap();
    let port = first.address.port();
    let second = serve(anywhere(), 8, BOTH).unwrap();
    let place = SocketAddr::from(([127, 0, 0, 2], port));
    for (authority, expected) in [(true, "REFUSED"), (false, "it is no authority for it")] {
        let soa = record("voice.test. 60 SOA ns1.voice.test. a.voice.test. 8 900 600 86400 60");
        let lame = ScriptedServer::start_on(place, Duration::ZERO, move |query, _| {
            let mut message = from_records(std::slice::from_ref(&soa), &soa, query);
            message.metadata.authoritative = false;
            let refused = response(query, ResponseCode::Refused);
            vec![bytes(if authority { &refused } else { &message })]
        });
        let Ok(_lame) = lame else { return };
        let (one, two) = (first.address.to_string(), second.address.to_string());
        let found = findings(&["--server", &one, "--server", &two]).join("\n");
        let expected = format!(
            "the name server `ns2.voice.test.` (127.0.0.2:{port}) does not serve \
             `voice.test.`: {expected}"
        );
        assert!(found.contains(&expected), "{found}");
    }
}
