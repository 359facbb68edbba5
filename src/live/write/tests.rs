use std::net::{Ipv4Addr, Ipv6Addr};

use hickory_proto::rr::rdata;
use proptest::prelude::*;

use super::*;
use crate::dns::Failure;
use crate::source::{Origin, Source, Sources};

fn name(text: &str) -> Name {
    Name::from_ascii(text).unwrap()
}

fn wire_name(text: &str) -> hickory_proto::rr::Name {
    (&name(text)).into()
}

fn wire(owner: &str, ttl: u32, data: RData) -> WireRecord {
    WireRecord::from_rdata(wire_name(owner), ttl, data)
}

fn naptr(service: &[u8], regexp: &[u8]) -> RData {
    RData::NAPTR(rdata::NAPTR::new(
        2,
        10,
        b"S"[..].into(),
        service.into(),
        regexp.into(),
        wire_name("_sip._udp.eslab.local."),
    ))
}

fn srv(priority: u16, target: &str) -> RData {
    RData::SRV(rdata::SRV::new(priority, 0, 5060, wire_name(target)))
}

fn soa() -> WireRecord {
    let soa = rdata::SOA::new(
        wire_name("ns."),
        wire_name("admin."),
        7,
        900,
        600,
        86400,
        300,
    );
    wire("eslab.local.", 900, RData::SOA(soa))
}

fn heard(outcome: Outcome, aliases: Vec<WireRecord>) -> Heard {
    Heard {
        outcome,
        aliases,
        authoritative: true,
        truncated: false,
        omitted: 0,
    }
}

fn question(owner: &str, record_type: RecordType) -> Question {
    Question::new(&name(owner), record_type)
}

/// Every kind of answer and of data.
fn table() -> Table {
    let alias = || {
        wire(
            "sip.eslab.local.",
            60,
            RData::CNAME(rdata::CNAME(wire_name("Piper.eslab.local."))),
        )
    };
    let address = wire(
        "piper.eslab.local.",
        60,
        RData::A(rdata::A(Ipv4Addr::new(10, 225, 2, 31))),
    );
    let records = |records| heard(Outcome::Records(records), Vec::new());
    let naptrs = vec![
        wire("eslab.local.", 3600, naptr(b"SIP+D2U", b"")),
        wire("eslab.local.", 3600, naptr(b"", b"!^.*$!\"\\\x01\xff!")),
    ];
    let srvs = vec![
        wire("_sip._udp.eslab.local.", 3600, srv(1, "piper.eslab.local.")),
        wire(
            "_sip._udp.eslab.local.",
            3600,
            srv(2, "odd\\.label.eslab.local."),
        ),
    ];
    let pointer = wire(
        "31.2.225.10.in-addr.arpa.",
        60,
        RData::PTR(rdata::PTR(wire_name("piper."))),
    );
    let six = wire(
        "piper.eslab.local.",
        60,
        RData::AAAA(rdata::AAAA(Ipv6Addr::LOCALHOST)),
    );
    Table::from([
        (question("eslab.local.", RecordType::NAPTR), records(naptrs)),
        (
            question("eslab.local.", RecordType::SOA),
            records(vec![soa()]),
        ),
        (
            question("_sip._udp.eslab.local.", RecordType::SRV),
            records(srvs),
        ),
        (
            question("31.2.225.10.in-addr.arpa.", RecordType::PTR),
            records(vec![pointer]),
        ),
        (
            question("piper.eslab.local.", RecordType::AAAA),
            records(vec![six]),
        ),
        (
            question("sip.eslab.local.", RecordType::A),
            heard(Outcome::Records(vec![address]), vec![alias()]),
        ),
        (
            question("sip.eslab.local.", RecordType::AAAA),
            heard(Outcome::NoData(Some(soa())), vec![alias()]),
        ),
        (
            question("_sip._tcp.eslab.local.", RecordType::SRV),
            heard(Outcome::NxDomain(Some(soa())), Vec::new()),
        ),
        (
            question("_sips._tcp.eslab.local.", RecordType::SRV),
            heard(Outcome::Failed(Failure::ServFail), Vec::new()),
        ),
        (
            question("below.eslab.local.", RecordType::A),
            heard(Outcome::Referral, Vec::new()),
        ),
    ])
}

fn written(table: &Table) -> (Sources, Answers) {
    let sources = Sources::new();
    let answers = sources.add_with(|id| {
        let (text, answers) = write(id, &[([127, 0, 0, 1], 53).into()], Role::Named, table, 0);
        (Source::new("<server>", Origin::Live, text), answers)
    });
    (sources, answers)
}

/// Each field of a record: where it says it stands, and what must stand there.
fn fields(record: &Record) -> Vec<(Span, String)> {
    let mut fields = vec![(record.ttl.span, record.ttl.value.to_string())];
    let mut names = vec![&record.owner];
    let inside = |text: &Spanned<String>| {
        let quoted = Quoted(&text.value).to_string();
        let bare = if quoted == "\"\"" {
            &quoted
        } else {
            &quoted[1..quoted.len() - 1]
        };
        (text.span, bare.to_owned())
    };
    match &record.data {
        Data::A(address) => fields.push((address.span, address.value.to_string())),
        Data::Aaaa(address) => fields.push((address.span, address.value.to_string())),
        Data::Cname(target) | Data::Dname(target) | Data::Ns(target) | Data::Ptr(target) => {
            names.push(target);
        }
        Data::Srv(srv) => {
            names.push(&srv.target);
            fields.extend(
                [&srv.priority, &srv.weight, &srv.port].map(|n| (n.span, n.value.to_string())),
            );
        }
        Data::Naptr(naptr) => {
            names.push(&naptr.replacement);
            fields.extend([&naptr.order, &naptr.preference].map(|n| (n.span, n.value.to_string())));
            fields.extend([&naptr.flags, &naptr.service, &naptr.regexp].map(inside));
        }
        Data::Soa(soa) => {
            names.extend([&soa.mname, &soa.rname]);
            let numbers = [
                &soa.serial,
                &soa.refresh,
                &soa.retry,
                &soa.expire,
                &soa.minimum,
            ];
            fields.extend(numbers.map(|n| (n.span, n.value.to_string())));
        }
    }
    fields.extend(
        names
            .into_iter()
            .map(|name| (name.span, name.name.to_string())),
    );
    fields
}

fn assert_spans(sources: &Sources, answers: &Answers) {
    let negative = |reply: &Reply| match &reply.answer {
        Answer::NoData(negative) | Answer::NxDomain(negative) => negative
            .soa
            .iter()
            .chain(&negative.aliases)
            .cloned()
            .collect(),
        Answer::Records(records) => records.to_vec(),
        _ => Vec::new(),
    };
    let sets = answers.sets.iter().flat_map(|set| set.records.to_vec());
    for record in sets.chain(answers.answers.values().flat_map(negative)) {
        let line = sources.text(record.span);
        for (span, expected) in fields(&record) {
            assert_eq!(sources.text(span), expected, "in {line}");
            assert!(record.span.start <= span.start && span.end <= record.span.end);
        }
        assert!(line.starts_with(&record.owner.name.to_string()));
        assert!(!line.contains('\n'));
    }
}

#[test]
fn answers_are_written_in_order_of_owner_and_type() {
    let (sources, answers) = written(&table());
    insta::assert_snapshot!(sources.get(answers.source).text, @r#"
    ; answers of 127.0.0.1:53
    31.2.225.10.in-addr.arpa. 60 IN PTR piper.
    eslab.local. 900 IN SOA ns. admin. 7 900 600 86400 300
    eslab.local. 3600 IN NAPTR 2 10 "S" "" "!^.*$!\"\\\001\195\191!" _sip._udp.eslab.local.
    eslab.local. 3600 IN NAPTR 2 10 "S" "SIP+D2U" "" _sip._udp.eslab.local.
    ; _sip._tcp.eslab.local. SRV: NXDOMAIN (from an authority, kept for 300 s)
    ;   eslab.local. 900 IN SOA ns. admin. 7 900 600 86400 300
    ; _sips._tcp.eslab.local. SRV: SERVFAIL
    _sip._udp.eslab.local. 3600 IN SRV 1 0 5060 piper.eslab.local.
    _sip._udp.eslab.local. 3600 IN SRV 2 0 5060 odd\.label.eslab.local.
    ; below.eslab.local. A: referral to the servers of a delegated zone
    piper.eslab.local. 60 IN A 10.225.2.31
    piper.eslab.local. 60 IN AAAA ::1
    sip.eslab.local. 60 IN CNAME Piper.eslab.local.
    ; sip.eslab.local. AAAA: NODATA (from an authority, kept for 300 s)
    ;   eslab.local. 900 IN SOA ns. admin. 7 900 600 86400 300
    "#);
}

#[test]
fn every_span_covers_the_text_of_its_value() {
    let (sources, answers) = written(&table());
    assert_eq!(
        answers
            .sets
            .iter()
            .map(|set| set.records.len())
            .sum::<usize>(),
        9
    );
    assert_spans(&sources, &answers);
}

#[test]
fn a_reply_points_at_its_first_line() {
    let (sources, answers) = written(&table());
    let first = |owner, record_type| {
        sources
            .text(answers.answers[&question(owner, record_type)].span)
            .to_owned()
    };
    assert_eq!(
        first("sip.eslab.local.", RecordType::A),
        "sip.eslab.local. 60 IN CNAME Piper.eslab.local."
    );
    assert_eq!(
        first("_sip._tcp.eslab.local.", RecordType::SRV),
        "_sip._tcp.eslab.local. SRV: NXDOMAIN (from an authority, kept for 300 s)"
    );
    assert_eq!(
        first("_sips._tcp.eslab.local.", RecordType::SRV),
        "_sips._tcp.eslab.local. SRV: SERVFAIL"
    );
}

#[test]
fn a_positive_and_a_negative_soa_each_prove_an_apex() {
    let (_, answers) = written(&table());
    assert_eq!(answers.apexes, [name("eslab.local.")]);
    let mut only_negative = table();
    only_negative.retain(|_, heard| matches!(heard.outcome, Outcome::NxDomain(_)));
    assert_eq!(written(&only_negative).1.apexes, [name("eslab.local.")]);
}

#[test]
fn a_ttl_with_its_highest_bit_set_is_none() {
    for (given, expected) in [(0x7fff_ffff, 0x7fff_ffff), (0x8000_0000, 0), (u32::MAX, 0)] {
        let address = RData::A(rdata::A(Ipv4Addr::LOCALHOST));
        let mut soa = soa();
        soa.ttl = given;
        let records = [
            wire("a.", given, address),
            wire("b.", given, RData::NULL(rdata::NULL::new())),
        ];
        let server = ([127, 0, 0, 1], 53).into();
        let source = Sources::new().add(Source::new("<server>", Origin::Live, ""));
        let text = zone(source, &name("a."), server, &records);
        let ttl = |line: &str| line.split(' ').nth(1).map(str::to_owned);
        let ttls: Vec<_> = text.lines().skip(1).filter_map(ttl).collect();
        assert_eq!(ttls, [expected.to_string(), expected.to_string()], "{text}");
        let heard = heard(Outcome::NoData(Some(soa.clone())), Vec::new());
        let shown = format!("from an authority, kept for {} s", expected.min(300));
        assert_eq!(kept(Some(&soa), &heard), shown);
    }
}

#[test]
fn a_loose_answer_holds_the_same_data() {
    let table = table();
    let (_, answers) = written(&table);
    let scratch = Sources::new().add(Source::new("s", Origin::Live, ""));
    for (question, heard) in &table {
        let data = |answer: &Answer| {
            let of_type = answer.of_type(question.record_type);
            let records = of_type
                .chain(answer.aliases())
                .map(|record| record.data.to_string());
            (answer.word(), records.collect::<Vec<_>>())
        };
        assert_eq!(
            data(&loose(scratch, heard)),
            data(&answers.ask(question)),
            "{question}"
        );
    }
}

proptest! {
    #[test]
    fn any_octets_are_written_with_right_spans(
        label in proptest::collection::vec(any::<u8>(), 1..20),
        service in proptest::collection::vec(any::<u8>(), 0..20),
    ) {
        let owner = Name::from_labels([&label[..], b"local"]).unwrap();
        let record = WireRecord::from_rdata((&owner).into(), 1, naptr(&service, b""));
        let asked = Question::new(&owner, RecordType::NAPTR);
        let table = Table::from([(asked, heard(Outcome::Records(vec![record]), Vec::new()))]);
        let (sources, answers) = written(&table);
        assert_spans(&sources, &answers);
        let text = &sources.get(answers.source).text;
        prop_assert_eq!(text.lines().count(), 2);
        prop_assert!(text.bytes().all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte)));
    }
}
