//! The `live-*` rules, on what scripted servers answer.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;

use hickory_proto::op::ResponseCode;
use sipdns_lint::dns::{Dns, Question, RecordType};
use sipdns_lint::finding::Label;
use sipdns_lint::handset::{
    AnswerFrom, Assumptions, Lookup, Model, Outcome, Protocol, Reason, ServerEntry, Step,
    Transport, Why,
};
use sipdns_lint::rules;
use sipdns_lint::site::{Asker, Expectations, Setup, Simulation, Site, Verdict, View};
use sipdns_lint::source::{Origin, Source, Sources, Span, Spanned};

use crate::scripted_server::{ScriptedServer, always, bytes, record, response};
use crate::{SOA, gather_from_one, options, question, serve, with_answers};

/// What the live rules report of one set-up that asks these questions and ends so.
fn live_findings(
    server: SocketAddr,
    questions: &[Question],
    verdict: Verdict,
) -> Vec<(&'static str, String, String)> {
    let sources = Sources::new();
    let id = sources.add(Source::new(
        "<arguments>",
        Origin::Arguments,
        "--live eslab.local",
    ));
    let at = Span::new(id, 7, 18);
    let answers = gather_from_one(&options(server), &sources, [], |dns| {
        for question in questions {
            dns.ask(question);
        }
    });
    let steps = questions
        .iter()
        .map(|question| Step {
            question: question.clone(),
            asked_as: question.name.to_string(),
            why: Why::new(Reason::DnsNaptr, "", at),
            answer: answers.ask(question),
            from: AnswerFrom::Server,
            passed_over: false,
        })
        .collect();
    let entry = ServerEntry {
        address: Spanned::new("eslab.local".to_owned(), at),
        port: Spanned::new(0, at),
        transport: Spanned::new(Transport::DnsNaptr, at),
        static_dns: Arc::default(),
    };
    let mut setup = Setup::new(entry, Asker::Live);
    setup.handsets = BTreeSet::from(["00907a0a0001".parse().expect("a MAC")]);
    let lookup = Lookup {
        steps,
        protocol: Protocol::Udp,
        outcome: Outcome::Undetermined { step: None },
    };
    let site = Site {
        sources: Arc::new(sources),
        inputs: Vec::new(),
        put_aside: Vec::new(),
        zones: Vec::new(),
        configurations: Vec::new(),
        provisioning: sipdns_lint::phone::Provisioning::default(),
        heard: Vec::new(),
        name_servers: Vec::new(),
        planned: Vec::new(),
        views: vec![View::of_answers(Arc::new(answers))],
        setups: vec![setup],
        implied_left_out: 0,
        logs: Vec::new(),
        comparisons: Vec::new(),
        simulations: vec![Simulation {
            setup: 0,
            view: 0,
            lookup,
            verdict,
        }],
        model: Model::spectralink_84(),
        assumptions: Assumptions::default(),
        expectations: Expectations::default(),
        is_part: false,
    };
    let port = server.port().to_string();
    rules::check(&site)
        .into_iter()
        .filter(|finding| finding.rule.id.starts_with("live-"))
        .map(|finding| {
            let mut related = finding.related.iter();
            let asked = |label: &Label| label.span == at || label.message == "the same";
            assert!(related.all(asked));
            let message = finding.message.replace(&port, "PORT");
            let text = site.text(finding.span).to_owned();
            (finding.rule.id, message, text)
        })
        .collect()
}

#[test]
fn each_failure_of_an_own_question_is_a_finding() {
    for (code, message, written) in [
        (
            ResponseCode::ServFail,
            "127.0.0.1:PORT could not find out `_sip._udp.eslab.local. SRV`: SERVFAIL",
            "_sip._udp.eslab.local. SRV: SERVFAIL",
        ),
        (
            ResponseCode::Refused,
            "127.0.0.1:PORT refuses to answer `_sip._udp.eslab.local. SRV`",
            "_sip._udp.eslab.local. SRV: REFUSED",
        ),
        (
            ResponseCode::NotAuth,
            "127.0.0.1:PORT answers `_sip._udp.eslab.local. SRV` with NOTAUTH",
            "_sip._udp.eslab.local. SRV: NOTAUTH",
        ),
    ] {
        let server = always(move |query| vec![bytes(&response(query, code))]);
        let asked = [question("_sip._udp.eslab.local.", RecordType::SRV)];
        let found = live_findings(server.address, &asked, Verdict::Undetermined);
        assert_eq!(
            found,
            [(
                "live-server-failure",
                message.to_owned(),
                written.to_owned()
            )]
        );
    }
}

/// Handsets may not ask that server at all.
#[test]
fn a_name_server_that_refuses_other_zones_is_told_from_one_that_refuses_its_own() {
    let own = |name: &str| name.ends_with("eslab.local.");
    let server = always(move |query| {
        let name = query.queries[0].name().to_string();
        let target = record("_sip._udp.eslab.local. 60 SRV 1 0 5060 pbx.other.example.");
        let message = if own(&name) {
            with_answers(query, &[target])
        } else {
            let mut message = response(query, ResponseCode::Refused);
            message.metadata.authoritative = false;
            message
        };
        vec![bytes(&message)]
    });
    let asked = [
        question("_sip._udp.eslab.local.", RecordType::SRV),
        question("pbx.other.example.", RecordType::A),
    ];
    let refused = "`pbx.other.example. A`";
    let all = live_findings(server.address, &asked, Verdict::Undetermined);
    let [(_, message, _)] = &all[..] else {
        panic!("{all:?}");
    };
    let expected = format!("127.0.0.1:PORT has zones of its own and refuses to look up {refused}");
    assert_eq!(*message, expected);
    let alone = live_findings(server.address, &asked[1..], Verdict::Undetermined);
    let [(_, message, _)] = &alone[..] else {
        panic!("{alone:?}");
    };
    assert_eq!(
        *message,
        format!("127.0.0.1:PORT refuses to answer {refused}")
    );
}

/// What a server cannot find out fails for one reason, whichever zone it is of.
#[test]
fn what_is_refused_alone_is_told_apart_by_its_zone() {
    let server = always(|query| {
        let is_srv = query.queries[0].query_type() == hickory_proto::rr::RecordType::SRV;
        let target = record("_sip._udp.eslab.local. 60 SRV 1 0 5060 pbx.other.example.");
        vec![bytes(&if is_srv {
            with_answers(query, &[target])
        } else {
            response(query, ResponseCode::ServFail)
        })]
    });
    let asked = [
        question("_sip._udp.eslab.local.", RecordType::SRV),
        question("a._sip._udp.eslab.local.", RecordType::A),
        question("pbx.other.example.", RecordType::A),
    ];
    let found = live_findings(server.address, &asked, Verdict::Undetermined);
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn what_fails_alike_is_one_finding() {
    let server = always(|query| {
        let is_naptr = query.queries[0].query_type() == hickory_proto::rr::RecordType::NAPTR;
        let code = if is_naptr {
            ResponseCode::ServFail
        } else {
            ResponseCode::Refused
        };
        vec![bytes(&response(query, code))]
    });
    let asked = [
        question("eslab.local.", RecordType::NAPTR),
        question("_sip._udp.eslab.local.", RecordType::SRV),
        question("eslab.local.", RecordType::A),
    ];
    let found = live_findings(server.address, &asked, Verdict::Undetermined);
    let mut messages: Vec<_> = found.into_iter().map(|(_, message, _)| message).collect();
    messages.sort();
    let expected = [
        "could not find out `eslab.local. NAPTR`: SERVFAIL",
        "refuses to answer `eslab.local. A` and 1 more question",
    ];
    assert_eq!(
        messages,
        expected.map(|said| format!("127.0.0.1:PORT {said}"))
    );
}

#[test]
fn a_record_and_an_authoritative_miss_are_no_live_findings() {
    let server = serve("sip1.eslab.local. 60 A 10.0.0.1");
    let asked =
        ["sip1.eslab.local.", "sip2.eslab.local."].map(|host| question(host, RecordType::A));
    assert_eq!(live_findings(server.address, &asked, Verdict::Fails), []);
}

#[test]
fn a_cut_answer_is_a_finding_that_says_whether_tcp_works() {
    for tcp_works in [true, false] {
        let server = ScriptedServer::start(move |query, asked| {
            let mut message = with_answers(query, &[record("a. 60 A 10.0.0.1")]);
            message.metadata.truncation = !asked.tcp;
            if asked.tcp && !tcp_works {
                Vec::new()
            } else {
                vec![bytes(&message)]
            }
        });
        let asked = [question("a.", RecordType::A)];
        let found = live_findings(server.address, &asked, Verdict::Undetermined);
        let ids: Vec<_> = found.iter().map(|(id, ..)| *id).collect();
        let (id, end) = if tcp_works {
            ("live-truncated", "over UDP; over TCP it is whole")
        } else {
            (
                "live-server-failure",
                "is whole over TCP, after an answer over UDP that was cut",
            )
        };
        assert_eq!(ids, [id]);
        assert!(found[0].1.ends_with(end), "{found:?}");
    }
}

#[test]
fn a_miss_that_a_resolver_keeps_is_a_finding_unless_it_does_no_harm() {
    let server = always(|query| {
        let mut message = response(query, ResponseCode::NXDomain);
        message.metadata.authoritative = false;
        message.add_authority(record(&SOA.replace("900 SOA", "212 SOA")));
        vec![bytes(&message)]
    });
    let srv = question("_sip._udp.eslab.local.", RecordType::SRV);
    let naptr = question("eslab.local.", RecordType::NAPTR);
    let ids = |question: &Question, verdict| {
        let found = live_findings(server.address, std::slice::from_ref(question), verdict);
        found
            .into_iter()
            .map(|(_, message, _)| message)
            .collect::<Vec<_>>()
    };
    let expected = "127.0.0.1:PORT keeps the miss of `_sip._udp.eslab.local. SRV` for 212 s more";
    assert_eq!(ids(&srv, Verdict::Fails), [expected]);
    assert_eq!(ids(&srv, Verdict::Registers), [expected]);
    assert_eq!(ids(&naptr, Verdict::Fails).len(), 1);
    assert_eq!(ids(&naptr, Verdict::Registers).len(), 0);
}
