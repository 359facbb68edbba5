//! Everything that can be wrong with a server, from the command line to what is said of it:
//! each fault is a finding or exit status 2, each has a reason of its own, none hangs.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::rdata::SRV;
use hickory_proto::rr::{Name, RData, Record};
use serde_json::Value;
use sipdns_lint::run::{Streams, run};

use crate::scripted_server::{
    ScriptedServer, Send, always, bytes, from_records, record, records, response,
};
use crate::{SOA, with_answers};

/// Far more than the time-outs of a run add up to, far less than for ever.
const LONG: Duration = Duration::from_secs(30);

/// What a run on a server says.
struct Said {
    status: u8,
    errors: String,
    /// Rule and message of the `live-*` findings.
    findings: Vec<(String, String)>,
    /// The same of the others.
    not_live: Vec<(String, String)>,
}

fn check(server: SocketAddr, options: &str) -> Said {
    let timeout = if options.contains("--timeout") {
        ""
    } else {
        "--timeout 0.3"
    };
    let line = format!(
        "sipdns-lint --live voice.eslab.local --server {server} {timeout} --retries 0 \
         --format json --color never {options}"
    );
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let begin = Instant::now();
    let status = run(
        line.split_whitespace().map(OsString::from),
        &mut Streams {
            stdin: &mut std::io::empty(),
            stdout: &mut stdout,
            stderr: &mut stderr,
            color: false,
            summary: None,
            terminal: false,
            progress: false,
        },
    );
    assert!(begin.elapsed() < LONG, "{options}: {:?}", begin.elapsed());
    let report: Value = serde_json::from_slice(&stdout).expect("a report in JSON");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let findings = report["findings"].as_array().expect("a list").iter();
    let (findings, not_live) = findings
        .map(|finding| (text(&finding["rule"]), text(&finding["message"])))
        .partition(|(rule, _)| rule.starts_with("live-"));
    Said {
        status,
        errors: String::from_utf8(stderr).expect("UTF-8"),
        findings,
        not_live,
    }
}

/// The run ends with 2 and says why, and nothing is made of answers that never came.
#[track_caller]
fn is_not_reached(server: SocketAddr, options: &str, reason: &str) {
    let said = check(server, options);
    assert_eq!(said.status, 2, "{}", said.errors);
    let expected = format!("the DNS server {server} does not answer: {reason}");
    assert!(said.errors.contains(&expected), "{}", said.errors);
    assert_eq!(said.findings, [], "one clear statement");
}

/// Every question of the handset is a finding with this reason.
#[track_caller]
fn fails(server: &ScriptedServer, options: &str, reason: &str) {
    let said = check(server.address, options);
    assert_eq!(said.status, 1, "{}", said.errors);
    let failures = said
        .findings
        .iter()
        .filter(|(rule, _)| rule == "live-server-failure");
    let messages: Vec<_> = failures.map(|(_, message)| message.as_str()).collect();
    assert!(!messages.is_empty());
    for message in messages {
        assert!(message.contains(reason), "{message}");
    }
}

#[test]
fn servers_that_are_not_there() {
    let closed = std::net::UdpSocket::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    for tcp in ["", "--tcp"] {
        is_not_reached(closed, tcp, "nothing listens on that port");
        // Nothing is sent there: no program may, unless it asks for broadcasts.
        let nowhere = SocketAddr::from(([255, 255, 255, 255], 53));
        is_not_reached(nowhere, tcp, "no route to the server");
    }
}

#[test]
fn servers_that_say_nothing_of_use() {
    let silent = always(|_| Vec::new());
    is_not_reached(silent.address, "", "no answer in time");
    let wrong_id = |query: &Message| {
        let mut message = response(query, ResponseCode::NoError);
        message.metadata.id = !query.metadata.id;
        vec![bytes(&message)]
    };
    let wrong_question = |query: &Message| {
        let mut message = response(query, ResponseCode::NoError);
        message.queries[0].name = Name::from_ascii("other.").expect("a name");
        vec![bytes(&message)]
    };
    for tcp in ["", "--tcp"] {
        is_not_reached(
            always(wrong_id).address,
            tcp,
            "only answers to other questions",
        );
        is_not_reached(
            always(wrong_question).address,
            tcp,
            "only answers to other questions",
        );
    }
}

#[test]
fn servers_that_decline() {
    for (code, reason) in [
        (ResponseCode::Refused, "refuses to answer"),
        (ResponseCode::ServFail, "SERVFAIL"),
        (ResponseCode::FormErr, "FORMERR"),
        (ResponseCode::NotImp, "NOTIMP"),
    ] {
        let server = always(move |query| vec![bytes(&response(query, code))]);
        fails(&server, "", reason);
    }
    let lame = always(|query| {
        let mut message = response(query, ResponseCode::NoError);
        message.metadata.authoritative = false;
        vec![bytes(&message)]
    });
    fails(&lame, "", "neither holds the zone of");
}

/// A message whose owner name points at itself.
fn compression_loop(query: &Message) -> Vec<u8> {
    let mut octets = response(query, ResponseCode::NoError)
        .to_vec()
        .expect("a message");
    octets[7] = 1;
    let here = u16::try_from(octets.len()).expect("a short message");
    octets.extend((0xC000 | here).to_be_bytes());
    octets.extend([0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 1]);
    octets
}

#[test]
fn servers_that_send_nonsense() {
    for tcp in ["", "--tcp"] {
        let server = always(|query| vec![Send::Bytes(compression_loop(query))]);
        fails(&server, tcp, "is no DNS answer");
        let server = always(|query| {
            let mut octets = query.metadata.id.to_be_bytes().to_vec();
            octets.extend([0x81; 40]);
            vec![Send::Bytes(octets)]
        });
        fails(&server, tcp, "is no DNS answer");
    }
}

#[test]
fn servers_that_break_off() {
    // Cut over UDP, and over TCP: closed at once, closed in the middle.
    for half in [&[][..], &[0, 100, 1, 2, 3]] {
        let server = ScriptedServer::start(move |query, asked| {
            let mut message = response(query, ResponseCode::NoError);
            message.metadata.truncation = true;
            if asked.tcp {
                vec![Send::Raw(half.to_vec())]
            } else {
                vec![bytes(&message)]
            }
        });
        let reason = "closes the connection before its answer to";
        fails(&server, "", reason);
        let said = check(server.address, "");
        let after = "over TCP, after an answer over UDP that was cut";
        for (rule, message) in &said.findings {
            assert_eq!(rule, "live-server-failure");
            assert!(message.ends_with(after), "{message}");
        }
    }
}

#[test]
fn an_answer_an_octet_at_a_time_is_taken_if_it_comes_in_time() {
    let found = records("voice.eslab.local. 60 A 10.0.0.1");
    let soa = record(SOA);
    let server = always(move |query| {
        let answer = from_records(&found, &soa, query)
            .to_vec()
            .expect("a message");
        vec![Send::Slowly(answer, Duration::from_micros(50))]
    });
    let said = check(server.address, "--tcp --timeout 20");
    assert_eq!(
        (said.status, said.findings.len()),
        (0, 0),
        "{}",
        said.errors
    );

    let endless = always(|query| {
        let answer = response(query, ResponseCode::NXDomain)
            .to_vec()
            .expect("a message");
        vec![Send::Slowly(answer, Duration::from_millis(50))]
    });
    is_not_reached(endless.address, "--tcp", "no answer in time");
}

/// An answer of exactly 65,535 octets: as many SRV records as fit.
fn longest_answer(query: &Message) -> Vec<u8> {
    /// An SRV record with a compressed owner and the root as its target.
    const SHORTEST: usize = 2 + 10 + 6 + 1;
    const LONGEST: usize = u16::MAX as usize;
    let owner = query.queries[0].name.clone();
    let with_first_target = |label: usize| {
        let srv = |index: usize| {
            let target = match index {
                0 => format!("{}.", "x".repeat(label)),
                _ => ".".to_owned(),
            };
            let target = Name::from_ascii(target).expect("a name");
            let port = u16::try_from(index).expect("fewer records than ports");
            let srv = SRV::new(1, 0, port, target);
            Record::from_rdata(owner.clone(), 60, RData::SRV(srv))
        };
        let records: Vec<_> = (0..LONGEST / SHORTEST - 5).map(srv).collect();
        let message = with_answers(query, &records);
        message.to_vec().expect("a message that fits")
    };
    let left = LONGEST - with_first_target(1).len();
    let mut longest = with_first_target(1 + left);
    // What writes messages takes the last octet for one too many, and says that it cut there.
    longest[2] &= !0x02;
    longest
}

#[test]
fn very_long_answers() {
    let soa = record(SOA);
    let server = ScriptedServer::start(move |query, asked| {
        if !asked.name.starts_with("_sip") {
            return vec![bytes(&from_records(&[], &soa, query))];
        }
        if asked.tcp {
            let answer = longest_answer(query);
            assert_eq!(answer.len(), 65_535);
            return vec![Send::Bytes(answer)];
        }
        let mut message = response(query, ResponseCode::NoError);
        message.metadata.truncation = true;
        vec![bytes(&message)]
    });
    let said = check(server.address, "--timeout 10");
    let omitted = said
        .not_live
        .iter()
        .find(|(rule, _)| rule == "input-limit-reached");
    let (_, message) = omitted.expect("a finding for what is not kept");
    assert!(message.ends_with("records more than are kept"), "{message}");
    // Handsets ask for one of the three sets.
    let of_srv = |(_, message): &&(String, String)| message.contains(" SRV`");
    let findings: Vec<_> = said.findings.iter().filter(of_srv).collect();
    let [(rule, message)] = findings[..] else {
        panic!("{findings:?}");
    };
    assert_eq!(rule, "live-truncated");
    assert!(message.ends_with("over TCP it is whole"), "{message}");

    // 5,000 records fit no message: the header says so, and the message ends before.
    let server = always(|query| {
        let mut answer = longest_answer(query);
        answer[6..8].copy_from_slice(&5000_u16.to_be_bytes());
        vec![Send::Bytes(answer)]
    });
    fails(&server, "--tcp --timeout 10", "is no DNS answer");
}

#[test]
fn aliases_that_lead_nowhere() {
    let round = always(|query| {
        let round = records("voice.eslab.local. 60 CNAME b.\nb. 60 CNAME voice.eslab.local.");
        vec![bytes(&with_answers(query, &round))]
    });
    let said = check(round.address, "");
    let told = said
        .not_live
        .iter()
        .filter(|(rule, _)| rule == "zone-cname-loop");
    assert_eq!((told.count(), said.findings), (1, Vec::new()));
    let chain = ScriptedServer::start(|query, asked| {
        let hop = asked.name.trim_matches(['x', '.']).parse().unwrap_or(0);
        let next = record(&format!("{} 60 CNAME x{}.", asked.name, hop + 1));
        vec![bytes(&with_answers(query, &[next]))]
    });
    fails(&chain, "", "do not end");
}
