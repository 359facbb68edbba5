//! What handsets do whichever server is down, and the edges of the times they take.

use crate::site::Texts;
use crate::{HEAD, TWO, lab, range, reasons, table};

#[test]
fn where_all_ttls_are_equal_it_does_not_matter_which_counts() {
    let phone = r#"voIpProt.server.1.address="lab"
        voIpProt.server.1.failOver.failBack.mode="DNSTTL""#;
    let site = lab(TWO, phone);
    let line_ups = site.failover();
    let back = line_ups[0].what_if.scenarios[1].courses[0].back.clone();
    let figure = back.expect("there is a better server").figure;
    assert_eq!(range(&figure), "300000..300000");
    let because = reasons(&figure);
    assert!(!because.contains("which of these records"), "{because}");
}

#[test]
fn retries_that_end_with_the_transaction_leave_nothing_open() {
    let open = |timeout: u32| {
        let phone = format!(
            r#"voIpProt.server.1.address="lab" voIpProt.server.1.retryMaxCount="4"
            voIpProt.server.1.retryTimeOut="{timeout}""#
        );
        let site = lab(TWO, &phone);
        let line_ups = site.failover();
        let register = &line_ups[0].what_if.scenarios[1].courses[0].register;
        (
            range(register),
            reasons(register).contains("not documented"),
        )
    };
    assert_eq!(open(8000), ("32000..32000".into(), false));
    assert_eq!(open(8100), ("32000..32400".into(), true));
}

#[test]
fn habits_follow_the_parameters_and_are_known_of_this_handset_only() {
    let habits = |settings: &str| {
        let phone = format!(r#"voIpProt.server.1.address="lab" {settings}"#);
        let site = lab(TWO, &phone);
        let habits = site.failover()[0].what_if.habits[0].clone();
        let notices = habits.notices.as_ref().map(range);
        let conduct: Vec<_> = habits.conduct.iter().map(|(what, _)| *what).collect();
        (notices, range(&habits.tries_again), conduct.join("; "))
    };
    let set = |name: &str, value: u32| format!(r#" voIpProt.server.1.{name}="{value}""#);
    let (notices, tries_again, conduct) = habits("");
    assert_eq!(notices.as_deref(), Some("0..3540000"));
    assert_eq!(tries_again, "30000..60000");
    assert_eq!(
        conduct,
        "it uses the next server without registering there first: the servers must share \
         registrations, or they refuse its calls"
    );

    let registers = set("failOver.reRegisterOn", 1);
    let drops = set("failOver.failRegistrationOn", 1);
    let with = "it registers with the next server before it uses it";
    let dropped = "its registration with the failed server is dropped silently";
    let silent = "it sends nothing to the failed server until it returns to it";
    assert_eq!(habits(&registers).2, with);
    assert_eq!(
        habits(&(registers.clone() + &drops)).2,
        [with, dropped, silent].join("; ")
    );
    let signals = set("failOver.onlySignalWithRegistered", 0);
    assert_eq!(
        habits(&(registers + &drops + &signals)).2,
        [with, dropped].join("; ")
    );

    let slow = set("registerRetry.baseTimeOut", 20) + &set("registerRetry.maxTimeOut", 90);
    assert_eq!(habits(&slow).1, "20000..90000");
    let late = set("registerRetry.baseTimeOut", 120);
    assert_eq!(habits(&late).1, "30000..120000");
    // What does not register does not notice by itself.
    assert_eq!(habits(&set("register", 0)).0, None);

    let site = Texts {
        zones: vec![("zone".into(), "lab.".into(), format!("{HEAD}{TWO}"))],
        model: Some("rfc3263".into()),
        ..Texts::default()
    }
    .site();
    let of_others = &site.failover()[0].what_if.habits[0];
    assert_eq!(of_others.notices, None);
    assert_eq!(range(&of_others.tries_again), "0..");
    assert!(of_others.conduct.is_empty());
}

#[test]
fn servers_that_are_never_first_share_what_is_left_all_the_same() {
    let zone = "_sip._udp SRV 1 9 5060 a\n_sip._udp SRV 1 5 5060 b\n_sip._udp SRV 1 5 5060 c\n";
    let mut texts = Texts {
        zones: vec![("zone".into(), "lab.".into(), format!("{HEAD}{zone}"))],
        phones: vec![(
            "phone".into(),
            r#"<x voIpProt.server.1.address="lab"/>"#.into(),
        )],
        ..Texts::default()
    };
    let reading = texts.assumptions.set("weight", "higher-first");
    reading.expect("a known reading");
    let site = texts.site();
    let table = table(&site.failover()[0]);
    assert_eq!(table[0], ": a.lab.=1.00 0..0");
    assert_eq!(table[1], "10.0.0.1: b.lab.=0.50 c.lab.=0.50 3500..7500");
}

#[test]
fn each_answer_goes_at_its_own_time_in_an_outage_of_dns() {
    let zone = "_sip._udp 900 SRV 1 0 5060 x\n_sip._udp 900 SRV 2 0 5060 y\nx 300 A 10.0.0.8\ny 400 A 10.0.0.9\n";
    let site = lab(zone, r#"voIpProt.server.1.address="lab""#);
    let line_ups = site.failover();
    let stages: Vec<_> = line_ups[0].what_if.outages[0]
        .warm
        .iter()
        .map(|stage| (stage.from, stage.lookup.servers().len()))
        .collect();
    assert_eq!(stages, [(0, 2), (60, 2), (300, 1), (400, 0)]);
}
