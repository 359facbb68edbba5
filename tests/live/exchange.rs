//! One question: what a server may send, and what becomes of it.

use std::net::UdpSocket;
use std::time::Duration;

use hickory_proto::op::{Message, ResponseCode};
use sipdns_lint::dns::{Answer, Failure, RecordType};
use sipdns_lint::live::Options;

use crate::scripted_server::{ScriptedServer, Send, always, bytes, record, records, response};
use crate::{ask, data, name, options, serve, with_answers};

#[test]
fn kinds_of_answers_are_kept_apart() {
    let server = serve("voice.eslab.local. 60 A 10.0.0.1");
    let options = options(server.address);
    let no_data = ask(&options, "voice.eslab.local.", RecordType::SRV);
    assert!(matches!(&no_data.answer, Answer::NoData(negative) if negative.ttl() == Some(300)));
    assert!(no_data.authoritative);
    let missing = ask(&options, "vioce.eslab.local.", RecordType::A);
    assert!(matches!(&missing.answer, Answer::NxDomain(negative) if negative.ttl() == Some(300)));
    let outside = ask(&options, "elsewhere.", RecordType::A);
    assert_eq!(outside.answer, Answer::Failed(Failure::Refused));
    assert_eq!(
        server.count("elsewhere.", RecordType::A),
        1,
        "REFUSED is not retried"
    );
}

#[test]
fn failures_are_kept_apart() {
    for (code, failure, times) in [
        (ResponseCode::ServFail, Failure::ServFail, 1),
        (ResponseCode::Refused, Failure::Refused, 1),
        (ResponseCode::NotAuth, Failure::Code(9), 1),
        // Once more without EDNS.
        (ResponseCode::NotImp, Failure::Code(4), 2),
    ] {
        let server = always(move |query| vec![bytes(&response(query, code))]);
        let reply = ask(&options(server.address), "a.", RecordType::A);
        assert_eq!(reply.answer, Answer::Failed(failure));
        assert_eq!(server.asked().len(), times, "{code}");
        assert_eq!(reply.silence(), None);
    }
}

#[test]
fn silence_is_retried_as_often_as_asked_for_and_at_last_without_edns() {
    for retries in [0, 2] {
        let server = always(|_| Vec::new());
        let options = Options {
            retries,
            timeout: Duration::from_millis(100),
            ..options(server.address)
        };
        let reply = ask(&options, "a.", RecordType::A);
        assert_eq!(reply.answer, Answer::Failed(Failure::Timeout));
        let edns: Vec<_> = server.asked().iter().map(|asked| asked.edns).collect();
        let expected: &[_] = if retries == 0 {
            &[true]
        } else {
            &[true, true, false]
        };
        assert_eq!(edns, expected);
    }
}

#[test]
fn a_try_is_one_datagram_however_long_it_waits() {
    let server = always(|_| Vec::new());
    let options = Options {
        retries: 0,
        timeout: Duration::from_millis(1500),
        ..options(server.address)
    };
    ask(&options, "a.", RecordType::A);
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn a_lost_answer_is_asked_for_again() {
    let found = [record("a. 60 A 10.0.0.1")];
    let server = ScriptedServer::start(move |query, asked| match asked.wave {
        1 => Vec::new(),
        _ => vec![bytes(&with_answers(query, &found))],
    });
    let reply = ask(&options(server.address), "a.", RecordType::A);
    assert_eq!(data(&reply.answer), ["10.0.0.1"]);
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn a_port_without_a_server_is_closed_at_once() {
    let free = UdpSocket::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    for tcp in [false, true] {
        let options = Options {
            tcp,
            timeout: Duration::from_secs(3),
            ..options(free)
        };
        let reply = ask(&options, "a.", RecordType::A);
        assert_eq!(reply.answer, Answer::Failed(Failure::PortClosed));
        assert_eq!(reply.silence(), Some(Failure::PortClosed));
    }
}

#[test]
fn a_truncated_answer_is_asked_for_over_tcp() {
    let found = [record("a. 60 A 10.0.0.1"), record("a. 60 A 10.0.0.2")];
    let server = ScriptedServer::start(move |query, asked| {
        let mut message = with_answers(query, &found[..if asked.tcp { 2 } else { 1 }]);
        message.metadata.truncation = !asked.tcp;
        vec![bytes(&message)]
    });
    let reply = ask(&options(server.address), "a.", RecordType::A);
    assert_eq!(data(&reply.answer), ["10.0.0.1", "10.0.0.2"]);
    assert!(reply.truncated);
    let tcp: Vec<_> = server.asked().iter().map(|asked| asked.tcp).collect();
    assert_eq!(tcp, [false, true]);

    let only_tcp = Options {
        tcp: true,
        ..options(server.address)
    };
    let reply = ask(&only_tcp, "a.", RecordType::A);
    assert_eq!(data(&reply.answer), ["10.0.0.1", "10.0.0.2"]);
    assert!(!reply.truncated);
    assert!(server.asked()[2].tcp);
}

#[test]
fn a_truncated_answer_without_tcp_is_a_failure_of_a_server_that_was_heard() {
    let server = ScriptedServer::start(|query, asked| {
        let mut message = response(query, ResponseCode::NoError);
        message.metadata.truncation = true;
        if asked.tcp {
            Vec::new()
        } else {
            vec![bytes(&message)]
        }
    });
    let reply = ask(&options(server.address), "a.", RecordType::A);
    assert_eq!(reply.answer, Answer::Failed(Failure::Closed));
    assert!(reply.truncated && reply.silence().is_none());
}

#[test]
fn an_answer_that_is_cut_over_tcp_too_is_a_failure() {
    let server = always(|query| {
        let mut message = with_answers(query, &[record("a. 60 A 10.0.0.1")]);
        message.metadata.truncation = true;
        vec![bytes(&message)]
    });
    for tcp in [false, true] {
        let options = Options {
            tcp,
            ..options(server.address)
        };
        let reply = ask(&options, "a.", RecordType::A);
        assert_eq!(reply.answer, Answer::Failed(Failure::Cut));
        assert_eq!(reply.truncated, !tcp);
    }
}

/// Forged answers of every kind, one of them with the right ID and question.
fn forgeries(query: &Message) -> Vec<Send> {
    let forged = with_answers(query, &[record("a. 60 A 6.6.6.6")]);
    let mut other_id = forged.clone();
    other_id.metadata.id = !query.metadata.id;
    let with_question = |owner, record_type| {
        let mut other = forged.clone();
        other.queries[0].name = (&name(owner)).into();
        other.queries[0].query_type = record_type;
        other
    };
    let Send::Bytes(right) = bytes(&forged) else {
        panic!("bytes() makes bytes")
    };
    vec![
        bytes(&other_id),
        bytes(&with_question("b.", RecordType::A)),
        bytes(&with_question("a.", RecordType::AAAA)),
        Send::FromElsewhere(right),
        Send::Bytes(vec![0]),
    ]
}

#[test]
fn forged_answers_are_passed_over() {
    let server = always(|query| {
        let mut answers = forgeries(query);
        answers.push(bytes(&with_answers(query, &[record("a. 60 A 10.0.0.1")])));
        answers
    });
    let reply = ask(&options(server.address), "a.", RecordType::A);
    assert_eq!(data(&reply.answer), ["10.0.0.1"]);
    assert_eq!(server.asked().len(), 1);

    let server = always(forgeries);
    let reply = ask(&options(server.address), "a.", RecordType::A);
    assert_eq!(reply.answer, Answer::Failed(Failure::Unrelated));
}

#[test]
fn an_answer_to_another_question_over_tcp_is_passed_over() {
    let server = always(|query| {
        let mut other = with_answers(query, &[record("a. 60 A 6.6.6.6")]);
        other.queries[0].name = (&name("b.")).into();
        vec![bytes(&other)]
    });
    let over_tcp = Options {
        tcp: true,
        ..options(server.address)
    };
    let reply = ask(&over_tcp, "a.", RecordType::A);
    assert_eq!(reply.answer, Answer::Failed(Failure::Unrelated));
}

#[test]
fn garbage_is_malformed() {
    let garbage = |query: &Message| {
        let mut bytes = query.metadata.id.to_be_bytes().to_vec();
        bytes.extend([0x81; 40]);
        vec![Send::Bytes(bytes)]
    };
    let server = always(garbage);
    let reply = ask(&options(server.address), "a.", RecordType::A);
    assert_eq!(reply.answer, Answer::Failed(Failure::Malformed));
    // An echo of the question is none either.
    let server = always(|query| vec![bytes(query)]);
    let reply = ask(&options(server.address), "a.", RecordType::A);
    assert_eq!(reply.answer, Answer::Failed(Failure::Malformed));
}

#[test]
fn a_server_without_edns_is_asked_without_it() {
    let found = [record("a. 60 A 10.0.0.1")];
    let server = ScriptedServer::start(move |query, asked| {
        let answer = if asked.edns {
            response(query, ResponseCode::FormErr)
        } else {
            with_answers(query, &found)
        };
        vec![bytes(&answer)]
    });
    let reply = ask(&options(server.address), "a.", RecordType::A);
    assert_eq!(data(&reply.answer), ["10.0.0.1"]);
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn aliases_come_first_in_the_order_in_which_they_are_followed() {
    let answers = records(
        "z. 60 A 10.0.0.1
         unrelated. 60 A 6.6.6.6
         y. 60 CNAME z.
         a. 60 CNAME y.",
    );
    let server = always(move |query| vec![bytes(&with_answers(query, &answers))]);
    let reply = ask(&options(server.address), "a.", RecordType::A);
    assert_eq!(data(&reply.answer), ["y.", "z.", "10.0.0.1"]);
}

#[test]
fn an_alias_that_the_server_did_not_follow_is_asked_for() {
    let server = ScriptedServer::start(|query, asked| {
        let answer = match asked.name.as_str() {
            "a." => record("a. 60 CNAME b."),
            "b." => record("b. 60 CNAME c."),
            _ => record("c. 60 A 10.0.0.1"),
        };
        vec![bytes(&with_answers(query, &[answer]))]
    });
    let reply = ask(&options(server.address), "a.", RecordType::A);
    assert_eq!(data(&reply.answer), ["b.", "c.", "10.0.0.1"]);
    assert_eq!(server.asked().len(), 3);
}

#[test]
fn a_miss_behind_an_alias_keeps_the_alias() {
    let server = serve("sip.eslab.local. 60 CNAME gone.eslab.local.");
    let reply = ask(&options(server.address), "sip.eslab.local.", RecordType::A);
    assert!(
        matches!(reply.answer, Answer::NxDomain(_)),
        "{:?}",
        reply.answer
    );
    assert_eq!(data(&reply.answer), ["gone.eslab.local."]);
}

#[test]
fn alias_loops_and_endless_chains_end() {
    let server = always(|query| {
        let loops = [record("a. 60 CNAME b."), record("b. 60 CNAME a.")];
        vec![bytes(&with_answers(query, &loops))]
    });
    let reply = ask(&options(server.address), "a.", RecordType::A);
    assert_eq!(reply.answer, Answer::Failed(Failure::AliasLoop));

    let server = ScriptedServer::start(|query, asked| {
        let next = record(&format!("{0} 60 CNAME x{0}", asked.name));
        vec![bytes(&with_answers(query, &[next]))]
    });
    let reply = ask(&options(server.address), "a.", RecordType::A);
    assert_eq!(reply.answer, Answer::Failed(Failure::AliasLoop));
    assert_eq!(server.asked().len(), 17);
}

#[test]
fn a_server_that_refers_to_others_is_a_failure() {
    // The root is where a server without a clue sends everybody.
    for above in ["eslab.local.", "."] {
        let server = always(move |query| {
            let mut message = response(query, ResponseCode::NoError);
            message.metadata.authoritative = false;
            message.add_authority(record(&format!("{above} 60 NS ns.eslab.local.")));
            vec![bytes(&message)]
        });
        let reply = ask(&options(server.address), "sip.eslab.local.", RecordType::A);
        assert_eq!(reply.answer, Answer::Failed(Failure::Lame));
    }
}

#[test]
fn an_answer_with_too_many_records_is_cut_and_says_so() {
    let all: Vec<_> = (0..600)
        .map(|n| record(&format!("a. 60 A 10.0.{}.{}", n / 256, n % 256)))
        .collect();
    let server = always(move |query| vec![bytes(&with_answers(query, &all))]);
    let over_tcp = Options {
        tcp: true,
        ..options(server.address)
    };
    let reply = ask(&over_tcp, "a.", RecordType::A);
    assert_eq!(data(&reply.answer).len(), 512);
    assert_eq!(reply.omitted, 88);
}
