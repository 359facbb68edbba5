//! A handset's log beside what a server says now.

use std::net::SocketAddr;

use hickory_proto::op::ResponseCode;
use serde_json::{Value, json};

use crate::compare::{BOTH, anywhere, ran, serve};
use crate::scripted_server::{always, bytes, response};

/// The log of a handset that found nothing at `voice.test`.
const LOG: &str = "\
1028171642|dns  |1|00|doDnsLookupForList for record NAPTR: hostname 'voice.test' attempting..
1028171642|dns  |3|00|DNS lookup for (NAPTR) 'voice.test' found no match (err code: 4)
1028171642|dns  |2|00|Added Negative DNS cache entry for voice.test(NAPTR) expires in 3600 seconds
1028171642|dns  |1|00|doDnsLookupForList for record SRV: hostname '_sip._udp.voice.test' attempting..
1028171643|dns  |3|00|DNS lookup for (SRV) '_sip._udp.voice.test' found no match (err code: 4)
1028171643|dns  |2|00|Added Negative DNS cache entry for _sip._udp.voice.test(SRV) expires in 3600 seconds
1028171643|dns  |1|00|doDnsLookupForList for record A: hostname 'voice.test' attempting..
1028171643|dns  |3|00|DNS lookup for (A) 'voice.test' found no match (err code: 4)
1028171643|sip  |4|00|doDnsListLookup(udp): doDnsSrvLookupForARecordList 'voice.test' found no records.
1028171643|sip  |4|00|Registration failed User: 1512, Error Code:480 Temporarily not available
";

/// The lookup's prediction by these servers, and what the report says of it.
fn predicted(servers: &[SocketAddr]) -> Value {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("0004f2abcdef-app.log");
    std::fs::write(&path, LOG).expect("a writable folder");
    let path = path.to_string_lossy();
    let mut words = vec!["log", &path, "--live", "voice.test", "--format", "json"];
    words.extend(["--timeout", "5"]);
    let servers: Vec<_> = servers.iter().map(SocketAddr::to_string).collect();
    for server in &servers {
        words.extend(["--server", server]);
    }
    let mut report: Value = serde_json::from_str(&ran(&words).1).expect("JSON");
    report["logs"][0]["lookups"][0]["prediction"].take()
}

#[test]
fn a_log_is_laid_beside_what_the_server_says_now() {
    let without = serve(anywhere(), 41, "").unwrap();
    let agrees = predicted(&[without.address]);
    assert_eq!(agrees["result"], "agrees", "{agrees}");

    let with = serve(anywhere(), 42, BOTH).unwrap();
    let server = with.address;
    let differs = predicted(&[server]);
    assert_eq!(
        (&differs["result"], &differs["question"]),
        (&json!("differs"), &json!(2))
    );
    assert_eq!(
        differs["handset"],
        "asked for SRV `_sip._udp.voice.test` and got nothing"
    );
    assert_eq!(
        differs["predicted"],
        "SRV `_sip._udp.voice.test`: 2 records"
    );
    assert_eq!(
        differs["explanations"],
        json!([
            format!(
                "the records were made after the handset had asked: the zone on {server}, \
                 serial 42, has them; the handset keeps the miss until 28 Oct 18:16:43"
            ),
            format!(
                "the handset asks another DNS server than {server}, or one whose copy of the \
                 zone is older"
            ),
        ])
    );

    // Of several servers, the one that the handset may have asked.
    let agrees = predicted(&[server, without.address]);
    assert_eq!(agrees["result"], "agrees", "{agrees}");
    assert_eq!(agrees["view"], format!("<server {}>", without.address));
}

#[test]
fn a_server_without_an_answer_predicts_nothing() {
    for code in [ResponseCode::Refused, ResponseCode::ServFail] {
        let server = always(move |query| vec![bytes(&response(query, code))]);
        let silent = predicted(&[server.address]);
        assert_eq!(silent["result"], "silent", "{silent}");
    }
}
