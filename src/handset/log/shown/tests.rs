use super::*;
use crate::dns::Question;
use crate::handset::{self, Reason, Why};
use crate::source::{Origin, Source, Sources, Span, Spanned};

fn naptr(service: &str, replacement: &str) -> Record {
    Record::Naptr {
        order: 10,
        preference: 20,
        flags: "S".into(),
        service: service.into(),
        regexp: String::new(),
        replacement: replacement.into(),
    }
}

fn srv(priority: u16, port: u16, target: &str) -> Record {
    Record::Srv {
        priority,
        weight: 0,
        port,
        target: target.into(),
    }
}

fn address(last: u8) -> Record {
    Record::Address(Ipv4Addr::new(10, 0, 0, last))
}

fn step(record_type: RecordType, name: &str, records: Vec<Record>) -> Step {
    Step {
        record_type,
        name: name.into(),
        answer: Answer::Records {
            records: Some(records),
            hidden: 0,
            ttl: None,
        },
        from: From::Server,
    }
}

#[test]
fn records_are_the_same_whatever_the_spelling_of_their_names() {
    let sip = naptr("SIP+D2U", "_sip._udp.es");
    assert!(sip.is_same(&naptr("SIP+D2U", "_SIP._udp.ES")));
    assert!(!sip.is_same(&naptr("SIP+D2T", "_sip._udp.es")));
    assert!(srv(1, 5060, "a.lab.").is_same(&srv(1, 5060, "A.lab")));
    assert!(!srv(1, 5060, "a.lab.").is_same(&srv(1, 5060, "b.lab.")));
    assert!(!srv(1, 5060, "a.lab.").is_same(&srv(2, 5060, "a.lab.")));
    assert!(address(1).is_same(&address(1)));
    assert!(!address(1).is_same(&address(2)));
}

#[test]
fn a_replacement_that_may_go_on_ends_in_dots() {
    let shown = |replacement| naptr("SIP+D2U", replacement).to_string();
    assert_eq!(
        shown("_sip._udp.es"),
        r#"10 20 "S" "SIP+D2U" "" _sip._udp.es…"#
    );
    assert_eq!(
        shown("_sip._udp.e"),
        r#"10 20 "S" "SIP+D2U" "" _sip._udp.e"#
    );
}

#[test]
fn a_replacement_is_compared_as_far_as_it_is_shown() {
    for (replacement, name, expected) in [
        ("_sip._udp.es", "_sip._udp.eslab.local", true),
        ("_SIP._udp.es", "_sip._udp.eslab.local", true),
        ("_sip._udp.es", "_sip._udp.lab", false),
        ("_sip._udp.es", "_sip._udp.e", false),
        // Shown whole.
        ("_sip._udp.e", "_sip._udp.e.", true),
        ("_sip._udp.e", "_sip._udp.eslab.local", false),
        ("_sip._udp.e.", "_sip._udp.e", true),
    ] {
        assert_eq!(
            replaced_by(replacement, name),
            expected,
            "{replacement} {name}"
        );
    }
}

#[test]
fn a_question_is_a_name_and_a_type() {
    let one = step(RecordType::A, "a.lab.", Vec::new());
    let asks = |record_type, name| one.asks_the_same(&step(record_type, name, Vec::new()));
    assert!(asks(RecordType::A, "A.lab"));
    assert!(!asks(RecordType::A, "b.lab"));
    assert!(!asks(RecordType::SRV, "a.lab"));
}

#[test]
fn answers_are_compared_as_far_as_they_are_shown() {
    let set = |records| step(RecordType::SRV, "_sip._udp.lab", records);
    let two = set(vec![srv(1, 5060, "a.lab."), srv(2, 5060, "b.lab.")]);
    let any_order = set(vec![srv(2, 5060, "B.lab"), srv(1, 5060, "a.lab.")]);
    assert!(two.answered_the_same(&any_order));
    let one = set(vec![srv(1, 5060, "a.lab.")]);
    assert!(!two.answered_the_same(&one));
    let with = |answer| Step {
        answer,
        ..set(Vec::new())
    };
    let shown = |records, hidden| {
        with(Answer::Records {
            records,
            hidden,
            ttl: Some(300),
        })
    };
    assert!(two.answered_the_same(&shown(None, 0)));
    let first = || Some(vec![srv(1, 5060, "a.lab.")]);
    for (partly, is_same) in [
        (shown(Some(Vec::new()), 2), true),
        (shown(first(), 1), true),
        (shown(first(), 2), false),
        (shown(Some(vec![srv(1, 5061, "a.lab.")]), 1), false),
    ] {
        assert_eq!(two.answered_the_same(&partly), is_same, "{partly:?}");
        assert_eq!(partly.answered_the_same(&two), is_same, "{partly:?}");
        assert!(partly.answered_the_same(&shown(first(), 1)));
    }
    let nothing = |kept| with(Answer::Nothing { kept, code: None });
    assert!(!two.answered_the_same(&nothing(None)));
    assert!(nothing(Some(60)).answered_the_same(&nothing(None)));
    assert!(two.answered_the_same(&with(Answer::Open)));
    assert!(with(Answer::Open).answered_the_same(&nothing(None)));
}

#[test]
fn servers_are_the_targets_of_the_first_set_or_the_addresses_of_the_name_itself() {
    let of = |steps: &[Step]| {
        let servers = servers("pbx.lab", steps, Protocol::Tcp, 0).into_iter();
        let server = |one: Server| (one.order, one.host, one.address.octets()[3], one.port);
        servers.map(server).collect::<Vec<_>>()
    };
    let set = step(
        RecordType::SRV,
        "_sip._tcp.pbx.lab",
        vec![
            srv(2, 5062, "b.lab."),
            srv(1, 5061, "a.lab."),
            srv(2, 5063, "c.lab."),
        ],
    );
    let a = step(RecordType::A, "a.lab.", vec![address(1), address(4)]);
    let b = step(RecordType::A, "b.lab.", vec![address(2)]);
    let c = step(RecordType::A, "c.lab.", vec![address(3)]);
    let own = step(RecordType::A, "PBX.lab", vec![address(9)]);
    assert_eq!(
        of(&[set.clone(), a, b, c, own.clone()]),
        [
            (1, "a.lab".into(), 1, 5061),
            (1, "a.lab".into(), 4, 5061),
            (2, "b.lab".into(), 2, 5062),
            (2, "c.lab".into(), 3, 5063),
        ]
    );
    // Addresses of other names and other types of the name are not those of the name.
    let naptr = step(RecordType::NAPTR, "pbx.lab", vec![address(8)]);
    let other = step(RecordType::A, "other.lab", vec![address(7)]);
    assert_eq!(
        of(&[naptr, set, other, own]),
        [(1, "pbx.lab".into(), 9, 5060)]
    );
}

#[test]
fn what_sip_travels_over_is_that_of_the_record_that_leads_to_the_set() {
    let mut other = naptr("SIPS+D2T", "_sips._tcp.l");
    if let Record::Naptr { order, .. } = &mut other {
        *order = 5;
    }
    let steps = [
        step(
            RecordType::NAPTR,
            "lab",
            vec![other, naptr("SIP+D2T", "_sip._udp.la")],
        ),
        step(
            RecordType::SRV,
            "_sip._udp.lab.",
            vec![srv(1, 5060, "a.lab.")],
        ),
        step(RecordType::A, "a.lab.", vec![address(1)]),
    ];
    let servers = servers("lab", &steps, Protocol::Udp, 0);
    let protocols: Vec<_> = servers.iter().map(|one| one.protocol).collect();
    assert_eq!(protocols, [Protocol::Tcp]);
}

#[test]
fn only_a_lookup_that_ends_in_servers_has_some() {
    let server = Server {
        order: 1,
        host: "a.lab".into(),
        address: Ipv4Addr::new(10, 0, 0, 1),
        port: 5060,
        protocol: Protocol::Udp,
    };
    assert_eq!(server.to_string(), "a.lab 10.0.0.1:5060 UDP");
    let ends_in = |end| Lookup {
        steps: Vec::new(),
        end,
    };
    assert_eq!(
        ends_in(End::Servers(vec![server.clone()])).servers(),
        [server]
    );
    assert_eq!(ends_in(End::Nothing).servers(), []);
    assert_eq!(ends_in(End::Open).servers(), []);
}

/// A static record is logged as a hit of a cache that never expires; where there is none, and
/// no DNS server either, the miss is that of a server.
#[test]
fn static_records_are_a_cache_and_their_lack_is_not() {
    let sources = Sources::new();
    let text = sources.add(Source::new("phone", Origin::Stdin, "10.0.0.1"));
    let span = Span::new(text, 0, 8);
    let name = Name::from_ascii("a.lab.").expect("a name");
    let record = dns::Record {
        owner: dns::WrittenName {
            name: name.clone(),
            span,
            relative: false,
        },
        ttl: Spanned::new(300, span),
        data: Data::A(Spanned::new(Ipv4Addr::new(10, 0, 0, 1), span)),
        span,
        aging: None,
    };
    let shown = |answer| {
        let step = handset::Step {
            question: Question::new(&name, RecordType::A),
            asked_as: "a.lab".into(),
            why: Why {
                reason: Reason::DnsNaptr,
                source: "",
                span,
            },
            answer,
            from: AnswerFrom::Configuration,
            passed_over: false,
        };
        Step::of(&step, Assumptions::default())
    };
    let held = shown(dns::Answer::Records(vec![record].into()));
    assert_eq!(held.from, From::Cache { remaining: None });
    assert_eq!(
        held.answer,
        Answer::Records {
            records: Some(vec![address(1)]),
            hidden: 0,
            ttl: None
        }
    );
    let missing = shown(dns::Answer::NoData(dns::Negative::default().into()));
    assert_eq!(missing.from, From::Server);
    let code = Some(super::super::NOT_FOUND);
    assert_eq!(missing.answer, Answer::Nothing { kept: None, code });
}
