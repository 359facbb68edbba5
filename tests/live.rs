//! `live` against servers that behave, and against servers that do not.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::time::{Duration, Instant};

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::Record;
use sipdns_lint::dns::{Answer, Dns, Failure, Name, Question, RecordType};
use sipdns_lint::handset::{ServerEntry, Transport};
use sipdns_lint::live::{Answers, Options, Reply, gather};
use sipdns_lint::source::{Origin, Source, Sources, Span, Spanned};

#[path = "live/exchange.rs"]
mod exchange;
#[path = "live/rules.rs"]
mod live_rules;
#[path = "support/scripted_server.rs"]
mod scripted_server;

use scripted_server::{
    Asked, ScriptedServer, always, bytes, from_records, record, records, response,
};

const SOA: &str = "eslab.local. 900 SOA ns.eslab.local. admin.eslab.local. 7 900 600 86400 300";

fn name(text: &str) -> Name {
    Name::from_ascii(text).expect("a name")
}

fn question(owner: &str, record_type: RecordType) -> Question {
    Question::new(&name(owner), record_type)
}

fn options(server: SocketAddr) -> Options {
    Options {
        server: Some(server),
        timeout: Duration::from_millis(300),
        retries: 1,
        ..Options::default()
    }
}

/// Asks one question only.
fn ask(options: &Options, owner: &str, record_type: RecordType) -> Reply {
    let question = question(owner, record_type);
    let answers = gather(options, &Sources::new(), [], |dns| {
        dns.ask(&question);
    });
    let mut answers = answers.expect("the runtime starts");
    answers
        .answers
        .remove(&question)
        .expect("what was asked is in the table")
}

/// Gathers what a handset with this address needs.
fn look_up(options: &Options, address: &str) -> (Sources, Answers) {
    let sources = Sources::new();
    let id = sources.add(Source::new("<arguments>", Origin::Arguments, address));
    let span = Span::new(id, 0, address.len());
    let entry = ServerEntry {
        address: Spanned::new(address.to_owned(), span),
        port: Spanned::new(0, span),
        transport: Spanned::new(Transport::DnsNaptr, span),
    };
    let answers = gather(options, &sources, [&entry], |_| {}).expect("the runtime starts");
    (sources, answers)
}

/// A server that knows these records of `eslab.local.` and nothing else.
fn serve(lines: &str) -> ScriptedServer {
    let (records, soa) = (records(lines), record(SOA));
    ScriptedServer::start(move |query, _| vec![bytes(&from_records(&records, &soa, query))])
}

fn with_answers(query: &Message, answers: &[Record]) -> Message {
    let mut message = response(query, ResponseCode::NoError);
    message.add_answers(answers.iter().cloned());
    message
}

fn data(answer: &Answer) -> Vec<String> {
    match answer {
        Answer::Records(records) => records
            .iter()
            .map(|record| record.data.to_string())
            .collect(),
        Answer::NoData(negative) | Answer::NxDomain(negative) => negative
            .aliases
            .iter()
            .map(|record| record.data.to_string())
            .collect(),
        _ => Vec::new(),
    }
}

const FOUR_SERVERS: &str = r#"
    eslab.local. 900 SOA ns.eslab.local. admin.eslab.local. 7 900 600 86400 300
    voice.eslab.local. 3600 NAPTR 2 10 "S" "SIP+D2U" "" _sip._udp.voice.eslab.local.
    _sip._udp.voice.eslab.local. 3600 SRV 1 0 5060 sip1.eslab.local.
    _sip._udp.voice.eslab.local. 3600 SRV 2 0 5060 sip2.eslab.local.
    _sip._udp.voice.eslab.local. 3600 SRV 3 0 5060 sip3.eslab.local.
    _sip._udp.voice.eslab.local. 3600 SRV 4 0 5060 sip4.eslab.local.
    sip1.eslab.local. 3600 A 10.225.2.31
    sip2.eslab.local. 3600 A 10.225.2.32
    sip3.eslab.local. 3600 A 10.225.2.33
    sip4.eslab.local. 3600 A 10.225.2.34
"#;

const REVERSE: &str = "
    31.2.225.10.in-addr.arpa. 3600 PTR sip1.eslab.local.
    32.2.225.10.in-addr.arpa. 3600 PTR sip2.eslab.local.
    33.2.225.10.in-addr.arpa. 3600 PTR sip3.eslab.local.
    34.2.225.10.in-addr.arpa. 3600 PTR other.eslab.local.
";

/// Serves [`FOUR_SERVERS`] and [`REVERSE`], each wave of questions after `delay`.
fn four_servers(host: IpAddr, delay: Duration) -> std::io::Result<ScriptedServer> {
    let (forward, soa) = (records(FOUR_SERVERS), record(SOA));
    let reverse = records(REVERSE);
    let reverse_soa = record("225.10.in-addr.arpa. 900 SOA ns. admin. 7 900 600 86400 300");
    ScriptedServer::start_at(host, delay, move |query, asked| {
        let answer = if asked.record_type == RecordType::PTR {
            from_records(&reverse, &reverse_soa, query)
        } else {
            from_records(&forward, &soa, query)
        };
        vec![bytes(&answer)]
    })
}

#[test]
fn a_domain_with_four_servers_costs_five_round_trips_at_most() {
    let server = four_servers([127, 0, 0, 1].into(), Duration::from_millis(50)).unwrap();
    let patient = Options {
        timeout: Duration::from_secs(5),
        ..options(server.address)
    };
    let (_, answers) = look_up(&patient, "voice.eslab.local");

    let asked = server.asked();
    let waves = asked.iter().map(|asked| asked.wave).max();
    assert!(waves <= Some(5), "{waves:?} waves");
    let different: BTreeSet<_> = asked
        .iter()
        .map(|asked| (&asked.name, u16::from(asked.record_type)))
        .collect();
    assert_eq!(different.len(), asked.len(), "no question is asked twice");

    for (owner, record_type, expected) in [
        (
            "voice.eslab.local.",
            RecordType::NAPTR,
            "2 10 \"S\" \"SIP+D2U\" \"\" _sip._udp.voice.eslab.local.",
        ),
        ("sip4.eslab.local.", RecordType::A, "10.225.2.34"),
        (
            "34.2.225.10.in-addr.arpa.",
            RecordType::PTR,
            "other.eslab.local.",
        ),
    ] {
        assert_eq!(
            data(&answers.ask(&question(owner, record_type))),
            [expected]
        );
    }
    // The way back from the one pointer that leads elsewhere is tried too.
    let back = answers.ask(&question("other.eslab.local.", RecordType::A));
    assert!(matches!(back, Answer::NxDomain(_)), "{back:?}");
    assert_eq!(
        answers.ask(&question("unasked.eslab.local.", RecordType::A)),
        Answer::NotLoaded
    );
    assert_eq!(answers.apexes, [name("eslab.local.")]);
    assert!(answers.reachable());
}

#[test]
fn what_is_known_is_not_asked_again() {
    let server = four_servers([127, 0, 0, 1].into(), Duration::ZERO).unwrap();
    let known = question("sip1.eslab.local.", RecordType::A);
    gather(&options(server.address), &Sources::new(), [], |dns| {
        let first = dns.ask(&known);
        assert_eq!(data(&first), ["10.225.2.31"]);
        assert_eq!(dns.ask(&known), first);
    })
    .unwrap();
    assert_eq!(server.count("sip1.eslab.local.", RecordType::A), 1);
}

#[test]
fn ids_and_ports_are_not_the_same_for_each_question() {
    let server = four_servers([127, 0, 0, 1].into(), Duration::ZERO).unwrap();
    look_up(&options(server.address), "voice.eslab.local");
    let asked = server.asked();
    let distinct = |of: fn(&Asked) -> u16| asked.iter().map(of).collect::<BTreeSet<_>>().len();
    assert!(asked.len() > 20);
    // Drawn at random, two of them may coincide.
    assert!(distinct(|asked| asked.id) + 3 > asked.len());
    assert!(distinct(|asked| asked.port) + 3 > asked.len());
}

#[test]
fn the_same_answers_are_the_same_bytes_however_the_server_rotates_them() {
    let mut texts = BTreeSet::new();
    let mut orders = BTreeSet::new();
    for turn in [0, 1] {
        let (mut records, soa) = (records(FOUR_SERVERS), record(SOA));
        records.rotate_left(3 * turn);
        let server = ScriptedServer::start(move |query, _| {
            vec![bytes(&from_records(&records, &soa, query))]
        });
        let (sources, answers) = look_up(&options(server.address), "voice.eslab.local");
        let set = question("_sip._udp.voice.eslab.local.", RecordType::SRV);
        orders.insert(data(&answers.ask(&set)));
        // The first line names the server, whose port differs.
        let text = &sources.get(answers.source).text;
        texts.insert(text.split_once('\n').unwrap().1.to_owned());
    }
    assert_eq!(texts.len(), 1, "{texts:#?}");
    assert_eq!(orders.len(), 1, "{orders:#?}");
}

#[test]
fn a_silent_server_is_given_up_after_the_first_round() {
    let server = always(|_| Vec::new());
    let options = Options {
        retries: 0,
        ..options(server.address)
    };
    let (_, answers) = look_up(&options, "voice.eslab.local");
    assert!(!answers.reachable());
    assert_eq!(server.asked().len(), 8);

    let later = gather(&options, &Sources::new(), [], |dns| {
        for host in ["a.", "b.", "c."] {
            let answer = dns.ask(&question(host, RecordType::A));
            assert_eq!(answer, Answer::Failed(Failure::Timeout));
        }
    });
    assert!(!later.unwrap().reachable());
    assert_eq!(
        server.asked().len(),
        9,
        "only the first of the three was sent"
    );
}

#[test]
fn the_limit_of_a_run_ends_it() {
    let server = ScriptedServer::start(|query, asked| match asked.record_type {
        RecordType::A => vec![bytes(&response(query, ResponseCode::NXDomain))],
        _ => Vec::new(),
    });
    let options = Options {
        timeout: Duration::from_secs(60),
        limit: Duration::from_millis(300),
        ..options(server.address)
    };
    let begin = Instant::now();
    let (_, answers) = look_up(&options, "voice.eslab.local");
    assert!(begin.elapsed() < Duration::from_secs(20));
    let srv = answers.ask(&question("_sip._udp.voice.eslab.local.", RecordType::SRV));
    assert_eq!(srv, Answer::Failed(Failure::Timeout));
    assert!(answers.reachable(), "the address question was answered");
}

#[test]
fn a_server_on_ipv6_is_asked_too() {
    // A machine without IPv6 has nothing to bind to.
    let Ok(server) = four_servers(Ipv6Addr::LOCALHOST.into(), Duration::ZERO) else {
        return;
    };
    let (sources, answers) = look_up(&options(server.address), "voice.eslab.local");
    assert!(answers.reachable());
    assert_eq!(
        sources.get(answers.source).name,
        format!("<server {}>", server.address)
    );
    assert_eq!(
        data(&answers.ask(&question("sip1.eslab.local.", RecordType::A))),
        ["10.225.2.31"]
    );
}
