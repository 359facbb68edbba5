//! What-if tables, by hand and by property: which servers handsets use when which is down,
//! after how long, and when they return.

#[path = "failover/habits.rs"]
mod habits;
#[path = "failover/properties.rs"]
mod properties;
#[path = "support/site.rs"]
mod site;

use assert_cmd::Command;
use serde_json::Value;
use sipdns_lint::handset::failover::{Counted, Figure};
use sipdns_lint::site::{Arguments, LineUp, Site};
use site::Texts;
use tempfile::TempDir;

const HEAD: &str = "\
$TTL 300
@ SOA ns hostmaster 1 900 600 86400 60
@ NS ns
ns A 10.0.0.53
a A 10.0.0.1
b A 10.0.0.2
c A 10.0.0.3
";
const TWO: &str = "_sip._udp SRV 1 0 5060 a\n_sip._udp SRV 2 0 5060 b\n";

/// A zone `lab` and a handset configuration.
fn lab(zone: &str, phone: &str) -> Site {
    Texts {
        zones: vec![("zone".into(), "lab.".into(), format!("{HEAD}{zone}"))],
        phones: vec![("phone".into(), format!("<x {phone}/>"))],
        ..Texts::default()
    }
    .site()
}

/// Scenario by scenario: the hosts that are down, those that are used, milliseconds until a
/// registration reaches one.
fn table(line_up: &LineUp<'_>) -> Vec<String> {
    let what_if = &line_up.what_if;
    let scenarios = what_if.scenarios.iter().map(|scenario| {
        let down: Vec<_> = scenario
            .down
            .iter()
            .map(|at| what_if.machines[*at].to_string())
            .collect();
        let courses = scenario.courses.iter().zip(&line_up.members);
        let courses: Vec<_> = courses
            .map(|(course, member)| {
                let servers = member.lookup.servers();
                let uses: Vec<_> = course
                    .uses
                    .iter()
                    .map(|(at, chance)| format!("{}={chance:.2}", servers[*at].host))
                    .collect();
                format!("{} {}", uses.join(" "), range(&course.register))
            })
            .collect();
        format!("{}: {}", down.join(" "), courses.join(" | "))
    });
    scenarios.collect()
}

fn range(figure: &Figure) -> String {
    match figure.most {
        Some(most) => format!("{}..{most}", figure.least),
        None => format!("{}..", figure.least),
    }
}

fn reasons(figure: &Figure) -> String {
    let reasons: Vec<_> = figure.because.iter().map(ToString::to_string).collect();
    reasons.join("\n")
}

#[test]
fn two_servers_by_default() {
    let site = lab(TWO, r#"voIpProt.server.1.address="lab""#);
    let line_ups = site.failover();
    assert_eq!(
        table(&line_ups[0]),
        [
            ": a.lab.=1.00 0..0",
            // Three tries after T1, 2·T1 and 4·T1; the fourth would follow after 8·T1.
            "10.0.0.1: b.lab.=1.00 3500..7500",
            "10.0.0.2: a.lab.=1.00 0..0",
            // The last one is waited for 64·T1.
            "10.0.0.1 10.0.0.2:  35500..39500",
        ]
    );
    let course = &line_ups[0].what_if.scenarios[1].courses[0];
    let because = reasons(&course.register);
    assert!(
        because.contains("voIpProt.server.1.retryMaxCount is 3 by default"),
        "{because}"
    );
    assert!(because.contains("RFC 3261 17.1.2.2"), "{because}");
    let back = course.back.as_ref().expect("there is a better server");
    assert_eq!(back.counted, Counted::FromItsReturn);
    assert_eq!(range(&back.figure), "0..3540000");
    assert!(line_ups[0].what_if.scenarios[2].courses[0].back.is_none());
}

#[test]
fn times_come_from_the_parameters_of_the_entry() {
    let retry = |settings: &str| {
        let site = lab(
            TWO,
            &format!(r#"voIpProt.server.1.address="lab" {settings}"#),
        );
        let line_ups = site.failover();
        range(&line_ups[0].what_if.scenarios[1].courses[0].register)
    };
    for (settings, time) in [
        (r#"voIpProt.server.1.retryTimeOut="400""#, "1200..1200"),
        (
            r#"voIpProt.server.1.retryTimeOut="400" voIpProt.server.1.retryMaxCount="5""#,
            "2000..2000",
        ),
        // 0 means 3.
        (r#"voIpProt.server.1.retryMaxCount="0""#, "3500..7500"),
        (r#"voIpProt.server.1.retryMaxCount="1""#, "500..1500"),
        // No longer than the transaction, unless the retries go on behind its end.
        (r#"voIpProt.server.1.retryMaxCount="20""#, "32000..32000"),
        (r#"voIpProt.server.1.retryTimeOut="20000""#, "32000..60000"),
        // What is not permitted counts as not set; what is another entry's is not this one's.
        (r#"voIpProt.server.1.retryMaxCount="21""#, "3500..7500"),
        (r#"reg.1.server.1.retryTimeOut="400""#, "3500..7500"),
    ] {
        assert_eq!(retry(settings), time, "{settings}");
    }
}

#[test]
fn returns_follow_the_failback_mode() {
    let returns = |settings: &str| {
        let zone = "_sip._udp 900 SRV 1 0 5060 a\n_sip._udp 900 SRV 2 0 5060 b\n";
        let site = lab(
            zone,
            &format!(r#"voIpProt.server.1.address="lab" {settings}"#),
        );
        let line_ups = site.failover();
        let back = line_ups[0].what_if.scenarios[1].courses[0].back.clone();
        let back = back.expect("there is a better server");
        (back.counted, range(&back.figure), reasons(&back.figure))
    };
    let mode = |mode: &str| format!(r#"voIpProt.server.1.failOver.failBack.mode="{mode}""#);
    let (counted, time, because) = returns(&mode("DNSTTL"));
    assert_eq!((counted, &*time), (Counted::FromFailover, "300000..900000"));
    assert!(
        because.contains("SRV _sip._udp.lab. is kept 900 s"),
        "{because}"
    );
    assert!(because.contains("A b.lab. is kept 300 s"), "{because}");
    assert!(!because.contains("A a.lab."), "{because}");
    assert!(
        because.contains("failBack.mode is DNSTTL ("),
        "the mode as it is spelt: {because}"
    );
    assert!(because.contains("which of these records"), "{because}");
    assert!(!because.contains("assumption"), "{because}");

    let timeout = |seconds: u32| {
        let timeout = format!(r#" voIpProt.server.1.failOver.failBack.timeout="{seconds}""#);
        let (counted, time, _) = returns(&(mode("duration") + &timeout));
        (counted, time)
    };
    assert_eq!(
        timeout(120),
        (Counted::FromFailover, "120000..120000".into())
    );
    assert_eq!(timeout(0).0, Counted::NotBeforeFailure);

    let expires = r#" voIpProt.server.1.expires="600" voIpProt.server.1.expires.overlap="400""#;
    let (_, time, _) = returns(&(mode("registration") + expires));
    // Half the period, since that is shorter than the overlap.
    assert_eq!(time, "0..300000");
    let (_, _, because) = returns(&mode("newRequests"));
    assert!(
        because.contains("assumption failback-new-requests=as-set"),
        "{because}"
    );
    let (as_set, ..) = returns(&mode("newRequests"));
    assert_eq!(as_set, Counted::FromNextRequest, "a call may come earlier");
}

#[test]
fn new_requests_may_be_read_as_the_default_of_the_guide() {
    let phone = r#"<x voIpProt.server.1.address="lab" voIpProt.server.1.failOver.failBack.mode="newRequests"/>"#;
    let folder = TempDir::new().expect("a folder");
    std::fs::write(
        folder.path().join("lab.zone"),
        format!("$ORIGIN lab.\n{HEAD}{TWO}"),
    )
    .expect("a new file");
    std::fs::write(folder.path().join("00907a0a0001.cfg"), phone).expect("a new file");
    let table = |reading: &str| {
        let assumption = format!("failback-new-requests={reading}");
        let mut command = Command::cargo_bin("sipdns-lint").expect("the program");
        let command = command
            .current_dir(&folder)
            .args(["failover", "--assume", &assumption, "."]);
        let output = command.output().expect("the program runs");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let at_a_call = |reading| table(reading).contains("at the next call, else");
    assert!(at_a_call("as-set") && !at_a_call("registration"));
}

#[test]
fn tcp_ends_with_the_transaction_and_is_a_range() {
    let tcp = "_sip._tcp SRV 1 0 5060 a\n_sip._tcp SRV 2 0 5060 b\n";
    for (transport, time) in [("TCPOnly", "0..32000"), ("TCPpreferred", "0..39500")] {
        let phone =
            format!(r#"voIpProt.server.1.address="lab" voIpProt.server.1.transport="{transport}""#);
        let site = lab(tcp, &phone);
        let line_ups = site.failover();
        let course = &line_ups[0].what_if.scenarios[1].courses[0];
        assert_eq!(range(&course.register), time, "{transport}");
        assert!(reasons(&course.register).contains("not documented: how long a connection"));
    }
}

#[test]
fn servers_of_one_priority_share_what_is_left() {
    let zone = "_sip._udp SRV 1 10 5060 a\n_sip._udp SRV 1 30 5060 b\n_sip._udp SRV 1 60 5060 c\n";
    let phone = r#"voIpProt.server.1.address="lab" voIpProt.server.1.retryTimeOut="1000""#;
    let site = lab(zone, phone);
    let line_ups = site.failover();
    let table = table(&line_ups[0]);
    assert_eq!(table[0], ": a.lab.=0.10 b.lab.=0.30 c.lab.=0.60 0..0");
    // c may be drawn first, or behind the one that answers.
    assert_eq!(table[3], "10.0.0.3: a.lab.=0.25 b.lab.=0.75 0..3000");
    assert_eq!(table[7], "10.0.0.1 10.0.0.2 10.0.0.3:  38000..38000");
    let scenarios = &line_ups[0].what_if.scenarios;
    assert!(
        scenarios[3].courses[0].back.is_none(),
        "none stands before the other"
    );
    let weights = line_ups[0].members[0].weights.as_ref().expect("a tie");
    let sorted: Vec<_> = weights
        .sorted
        .servers()
        .iter()
        .map(|one| &*one.host)
        .collect();
    assert_eq!(sorted, ["c.lab.", "b.lab.", "a.lab."]);
}

#[test]
fn a_line_registers_with_all_its_entries() {
    let phone = r#"voIpProt.server.1.address="10.0.0.1" voIpProt.server.2.address="10.0.0.2""#;
    let site = lab("", phone);
    let line_ups = site.failover();
    assert_eq!(line_ups.len(), 1);
    assert_eq!(
        table(&line_ups[0])[1],
        // Each list has one server, which is its last.
        "10.0.0.1:  32000..32000 | 10.0.0.2=1.00 0..0"
    );
    // None of them has a next one to be used or registered with.
    let mut habits = line_ups[0].what_if.habits.iter();
    assert!(habits.all(|habits| habits.conduct.is_empty()));
}

#[test]
fn lines_that_fail_over_alike_are_one() {
    let phone = |settings: &str| format!(r#"<x voIpProt.server.1.address="lab" {settings}/>"#);
    let slow = r#"voIpProt.server.1.retryTimeOut="4000""#;
    let texts = Texts {
        zones: vec![("zone".into(), "lab.".into(), format!("{HEAD}{TWO}"))],
        phones: vec![
            ("00907a000001.cfg".into(), phone("")),
            (
                "00907a000002.cfg".into(),
                phone(r#"voIpProt.server.1.expires="3600""#),
            ),
            ("00907a000003.cfg".into(), phone(slow)),
        ],
        ..Texts::default()
    };
    let site = texts.site();
    let handsets: Vec<_> = site
        .failover()
        .iter()
        .map(|one| one.handsets.len())
        .collect();
    assert_eq!(handsets, [2, 1]);
}

#[test]
fn the_cache_outlives_an_outage_of_dns_for_a_while() {
    let zone = "_sip._udp 900 SRV 1 0 5060 a\n";
    let site = lab(zone, r#"voIpProt.server.1.address="lab""#);
    let line_ups = site.failover();
    let outage = &line_ups[0].what_if.outages[0];
    assert!(outage.cold.servers().is_empty());
    let stages: Vec<_> = outage
        .warm
        .iter()
        .map(|stage| (stage.from, stage.lookup.servers().len(), stage.waits))
        .collect();
    // The missing NAPTR is asked for again after 60 s, in vain; the address goes after 300 s.
    assert_eq!(stages, [(0, 1, false), (60, 1, true), (300, 0, true)]);
    let literal = lab("", r#"voIpProt.server.1.address="10.0.0.1""#);
    assert_eq!(
        literal.failover()[0].what_if.outages[0]
            .cold
            .servers()
            .len(),
        1
    );
}

/// Static records of two servers, `lab` as the address.
const STATIC: &str = r#"voIpProt.server.1.address="lab"
    dns.cache.SRV.1.name="_sip._udp.lab" dns.cache.SRV.1.ttl="900" dns.cache.SRV.1.priority="1"
    dns.cache.SRV.1.weight="0" dns.cache.SRV.1.port="5060" dns.cache.SRV.1.target="a.lab"
    dns.cache.A.1.name="a.lab" dns.cache.A.1.ttl="900" dns.cache.A.1.address="10.0.0.1""#;

#[test]
fn dns_is_waited_for_before_static_records() {
    let site = lab(TWO, STATIC);
    let line_ups = site.failover();
    let outage = &line_ups[0].what_if.outages[0];
    assert!(outage.cold_waits);
    assert_eq!(outage.cold.servers().len(), 1);
    let stages = outage.warm.iter();
    let stages = stages.map(|stage| (stage.from, stage.lookup.servers().len(), stage.waits));
    let stages: Vec<_> = stages.collect();
    assert_eq!(stages, [(0, 2, false), (60, 2, true), (300, 1, true)]);
}

#[test]
fn without_a_dns_server_no_outage_of_dns_matters() {
    let none = r#"device.set="1" device.dns.serverAddress.set="1"
        device.dns.serverAddress="0.0.0.0" device.dns.altSrvAddress.set="1"
        device.dns.altSrvAddress="0.0.0.0""#;
    let phone = format!("{STATIC} {none}");
    let site = lab(TWO, &phone);
    let line_ups = site.failover();
    assert!(line_ups[0].dns_servers.is_empty());
    let outage = &line_ups[0].what_if.outages[0];
    assert!(!outage.cold_waits);
    assert!(outage.warm.iter().all(|stage| !stage.waits));
    let folder = folder(&[("phone.cfg", &format!("<x {phone}/>"))]);
    let (_, text) = sipdns_lint(&["failover", "."], &folder);
    assert!(!text.contains("DNS: "), "{text}");
    let says = "the configuration names no DNS server";
    assert!(text.contains(says), "{text}");
}

#[test]
fn a_client_of_rfc_3263_has_no_parameters() {
    let mut texts = Texts {
        zones: vec![("zone".into(), "lab.".into(), format!("{HEAD}{TWO}"))],
        model: Some("rfc3263".into()),
        ..Texts::default()
    };
    texts.requested.handset = Some(Arguments {
        address: "lab".into(),
        port: None,
        transport: None,
    });
    let site = texts.site();
    let line_ups = site.failover();
    assert_eq!(table(&line_ups[0])[1], "10.0.0.1: b.lab.=1.00 32000..32000");
    let course = &line_ups[0].what_if.scenarios[1].courses[0];
    assert_eq!(
        course.back.as_ref().map(|back| back.counted),
        Some(Counted::Unknown)
    );
    let because = reasons(&course.register);
    assert!(!because.contains("voIpProt"), "{because}");
}

fn sipdns_lint(arguments: &[&str], folder: &TempDir) -> (Option<i32>, String) {
    let output = Command::cargo_bin("sipdns-lint")
        .expect("cargo builds the program")
        .current_dir(folder.path())
        .env_clear()
        .args(arguments)
        .output()
        .expect("the program runs");
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    (output.status.code(), text)
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("a new file");
    }
    folder
}

#[test]
fn the_table_names_servers_times_and_where_they_come_from() {
    let zone = format!("$ORIGIN lab.\n{HEAD}{TWO}");
    let phone = r#"<x voIpProt.server.1.address="lab" voIpProt.server.1.retryTimeOut="400"/>"#;
    let folder = folder(&[("lab.zone", &zone), ("phone.cfg", phone)]);
    let (_, text) = sipdns_lint(&["failover", "."], &folder);
    for expected in [
        "│ nothing ",
        "a, then b",
        "│ a (10.0.0.1)",
        "1.2 s [1, 2]",
        "up to 59 min after",
        "DNS: for 60 s after",
        "[2] voIpProt.server.1.retryTimeOut is 400 (UC Software",
    ] {
        assert!(text.contains(expected), "no `{expected}` in\n{text}");
    }
    let (_, text) = sipdns_lint(&["failover", "--format", "concise", "-q", "."], &folder);
    assert!(
        text.contains(
            "lab, port 0, DNSnaptr: down a (10.0.0.1): b, after 1.2 s, back up to 59 min"
        ),
        "{text}"
    );
    for says in [
        "down nothing: a, at once\n",
        "meanwhile: none, after waiting for DNS\n",
    ] {
        assert!(text.contains(says), "no `{says}` in\n{text}");
    }
}

#[test]
fn json_keeps_to_its_schema() {
    let zone = format!("$ORIGIN lab.\n{HEAD}_sip._udp SRV 1 1 5060 a\n_sip._udp SRV 1 2 5060 b\n");
    let folder = folder(&[("lab.zone", &zone)]);
    let (_, text) = sipdns_lint(&["failover", "--format", "json", "lab.zone"], &folder);
    let json: Value = serde_json::from_str(&text).expect("JSON");
    let schema = include_str!("../schema/sipdns-lint-1.json");
    let schema: Value = serde_json::from_str(schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<_> = validator
        .iter_errors(&json)
        .map(|one| one.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    let line = &json["failover"][0];
    assert_eq!(line["scenarios"].as_array().map(Vec::len), Some(4));
    assert_eq!(line["scenarios"][1]["down"][0], "10.0.0.1");
    assert_eq!(line["scenarios"][1]["entries"][0]["uses"][0]["chance"], 1.0);
    assert_eq!(line["entries"][0]["weights"][0]["order_by_weight"], 2);
    let (_, text) = sipdns_lint(&["--format", "json", "lab.zone"], &folder);
    let json: Value = serde_json::from_str(&text).expect("JSON");
    assert!(
        json.get("failover").is_none(),
        "only `failover` tells of it"
    );
}
