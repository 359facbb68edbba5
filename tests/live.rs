//! `live` against servers that behave, and against servers that do not.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::time::{Duration, Instant};

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::Record;
use sipdns_lint::dns::{Answer, Dns, Failure, Name, Question, RecordType};
use sipdns_lint::handset::{ServerEntry, Transport};
use sipdns_lint::live::{Answers, Asking, Options, Reply, gather};
use sipdns_lint::source::{Origin, Source, Sources, Span, Spanned};

#[path = "live/compare.rs"]
mod compare;
#[path = "live/exchange.rs"]
mod exchange;
#[path = "live/faults.rs"]
mod faults;
#[path = "live/rules.rs"]
mod live_rules;
#[path = "live/logs.rs"]
mod logs;
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
        servers: vec![server],
        timeout: Duration::from_millis(300),
        retries: 1,
        ..Options::default()
    }
}

/// The answers of the only server asked.
fn gather_from_one<'a>(
    options: &Options,
    sources: &Sources,
    entries: impl IntoIterator<Item = &'a ServerEntry>,
    simulate: impl Fn(&mut Asking) + Sync,
) -> Answers {
    let mut asked = gather(options, sources, entries, simulate).expect("the runtime starts");
    assert_eq!(asked.len(), 1);
    asked.remove(0)
}

/// Asks one question only.
fn ask(options: &Options, owner: &str, record_type: RecordType) -> Reply {
    let question = question(owner, record_type);
    let mut answers = gather_from_one(options, &Sources::new(), [], |dns| {
        dns.ask(&question);
    });
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
        static_dns: std::sync::Arc::default(),
    };
    let answers = gather_from_one(options, &sources, [&entry], |_| {});
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

/// How many questions arrived together, wave by wave.
fn waves(server: &ScriptedServer) -> Vec<usize> {
    let mut waves = BTreeMap::new();
    for asked in server.asked() {
        *waves.entry(asked.wave).or_default() += 1;
    }
    waves.into_values().collect()
}

#[test]
fn a_foreseeable_chain_costs_three_round_trips_whatever_its_servers() {
    let (mut known, soa) = (records(FOUR_SERVERS), record(SOA));
    known.extend(records(&REVERSE.replace("other", "sip4")));
    let root = record(". 900 SOA ns. admin. 7 900 600 86400 300");
    let server = ScriptedServer::start_at(
        [127, 0, 0, 1].into(),
        Duration::from_millis(200),
        move |query, asked| {
            let reverse = asked.record_type == RecordType::PTR;
            vec![bytes(&from_records(
                &known,
                if reverse { &root } else { &soa },
                query,
            ))]
        },
    )
    .unwrap();
    let patient = Options {
        timeout: Duration::from_secs(5),
        ..options(server.address)
    };
    let (_, answers) = look_up(&patient, "voice.eslab.local");
    // At the name and below it; the zone's SOA, and A, AAAA, CNAME of the targets; PTR.
    assert_eq!(waves(&server), [8, 13, 4]);
    let pointer = question("34.2.225.10.in-addr.arpa.", RecordType::PTR);
    assert_eq!(data(&answers.ask(&pointer)), ["sip4.eslab.local."]);
}

#[test]
fn questions_are_asked_side_by_side_up_to_a_bound() {
    let soa = record(SOA);
    let server = ScriptedServer::start_at(
        [127, 0, 0, 1].into(),
        Duration::from_millis(100),
        move |query, _| vec![bytes(&from_records(&[], &soa, query))],
    )
    .unwrap();
    let patient = Options {
        timeout: Duration::from_secs(5),
        ..options(server.address)
    };
    let sources = Sources::new();
    let id = sources.add(Source::new("<arguments>", Origin::Arguments, "names"));
    let span = Span::new(id, 0, 5);
    let entries: Vec<_> = (0..40)
        .map(|number| ServerEntry {
            address: Spanned::new(format!("d{number}.eslab.local"), span),
            port: Spanned::new(0, span),
            transport: Spanned::new(Transport::DnsNaptr, span),
            static_dns: std::sync::Arc::default(),
        })
        .collect();
    let answers = gather_from_one(&patient, &sources, &entries, |_| {});
    assert_eq!(
        answers.answers.len(),
        40 * 8 + 1,
        "all names, and the SOA of their zone"
    );
    let most = waves(&server).into_iter().max();
    assert!(most > Some(32) && most <= Some(128), "{most:?} at a time");
}

#[test]
fn a_reverse_record_that_leads_elsewhere_takes_one_round_trip_more() {
    let server = four_servers([127, 0, 0, 1].into(), Duration::from_millis(200)).unwrap();
    let patient = Options {
        timeout: Duration::from_secs(5),
        ..options(server.address)
    };
    let (_, answers) = look_up(&patient, "voice.eslab.local");

    let asked = server.asked();
    assert_eq!(waves(&server), [8, 13, 4, 1]);
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
    assert_eq!(answers.silence(), None);
}

#[test]
fn what_is_known_is_not_asked_again() {
    let server = four_servers([127, 0, 0, 1].into(), Duration::ZERO).unwrap();
    let known = question("sip1.eslab.local.", RecordType::A);
    gather_from_one(&options(server.address), &Sources::new(), [], |dns| {
        let first = dns.ask(&known);
        assert_eq!(data(&first), ["10.225.2.31"]);
        assert_eq!(dns.ask(&known), first);
    });
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
    assert_eq!(answers.silence(), Some(Failure::Timeout));
    assert_eq!(server.asked().len(), 8);

    let later = gather_from_one(&options, &Sources::new(), [], |dns| {
        for host in ["a.", "b.", "c."] {
            let answer = dns.ask(&question(host, RecordType::A));
            assert_eq!(answer, Answer::Failed(Failure::Timeout));
        }
    });
    assert_eq!(later.silence(), Some(Failure::Timeout));
    assert_eq!(
        server.asked().len(),
        9,
        "only the first of the three was sent"
    );
}

#[test]
fn a_server_that_falls_silent_half_way_is_not_waited_for_again_and_again() {
    let (known, soa) = (records(FOUR_SERVERS), record(SOA));
    let server = ScriptedServer::start(move |query, asked| match asked.record_type {
        RecordType::A | RecordType::AAAA | RecordType::PTR if asked.name.starts_with("sip") => {
            Vec::new()
        }
        _ => vec![bytes(&from_records(&known, &soa, query))],
    });
    let impatient = Options {
        retries: 0,
        ..options(server.address)
    };
    let sources = Sources::new();
    let (_, answers) = look_up(&impatient, "voice.eslab.local");
    let address = question("sip1.eslab.local.", RecordType::A);
    assert_eq!(answers.ask(&address), Answer::Failed(Failure::Timeout));
    assert_eq!(answers.silence(), None, "it was heard before");

    let asked = server.asked().len();
    let hosts: Vec<_> = (0..20).map(|n| format!("sip{n}.eslab.local.")).collect();
    gather_from_one(&impatient, &sources, [], |dns| {
        dns.ask(&question("voice.eslab.local.", RecordType::NAPTR));
        for host in &hosts {
            let answer = dns.ask(&question(host, RecordType::A));
            assert_eq!(answer, Answer::Failed(Failure::Timeout));
        }
    });
    assert_eq!(server.asked().len() - asked, 1 + 8, "then it was given up");
}

#[test]
fn servers_that_say_the_same_are_one_and_others_are_not() {
    let lines = "voice.eslab.local. 60 A 10.0.0.1";
    let (one, same) = (serve(lines), serve(&lines.replace(" 60 ", " 30 ")));
    let other = serve(&lines.replace("10.0.0.1", "10.0.0.2"));
    let all = Options {
        servers: vec![one.address, other.address, same.address, one.address],
        ..options(one.address)
    };
    let address = question("voice.eslab.local.", RecordType::A);
    let asked = gather(&all, &Sources::new(), [], |dns| {
        dns.ask(&address);
    });
    let asked = asked.expect("the runtime starts");
    let servers: Vec<_> = asked.iter().map(|answers| &answers.servers[..]).collect();
    assert_eq!(
        servers,
        [&[one.address, same.address][..], &[other.address]]
    );
    assert_eq!(data(&asked[1].ask(&address)), ["10.0.0.2"]);
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
    assert_eq!(answers.silence(), None, "the address question was answered");
}

#[test]
fn a_server_on_ipv6_is_asked_too() {
    // A machine without IPv6 has nothing to bind to.
    let Ok(server) = four_servers(Ipv6Addr::LOCALHOST.into(), Duration::ZERO) else {
        return;
    };
    let (sources, answers) = look_up(&options(server.address), "voice.eslab.local");
    assert_eq!(answers.silence(), None);
    assert_eq!(
        sources.get(answers.source).name,
        format!("<server {}>", server.address)
    );
    assert_eq!(
        data(&answers.ask(&question("sip1.eslab.local.", RecordType::A))),
        ["10.225.2.31"]
    );
}
