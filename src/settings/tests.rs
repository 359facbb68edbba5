use super::*;
use crate::dns::Name;
use crate::handset::Protocol;
use crate::site::{ExpectedServer, Mode};
use crate::source::{Origin, Source};

fn settings(text: &str) -> (Sources, Result<Settings, Vec<Fault>>) {
    let sources = Sources::new();
    let found = Found {
        source: sources.add(Source::new(FILE_NAME, Origin::Stdin, text)),
        folder: PathBuf::new(),
        named: false,
    };
    let settings = Settings::read(&sources, &found);
    (sources, settings)
}

const WHOLE: &str = "\
zones: zones/
phones: [phones/, spare.cfg]
live: sip.example.com
handset: rfc3263
assume: { weight: higher-first }
severity:
  srv-single-target: note
ignore:
  - rules: [ttl-too-short, ttl-mixed]
    paths: zones/lab/**
    reason: the lab moves often
require-reason: true
expect:
  - address: Eslab.Local
    servers: [piper.eslab.local., 10.225.2.32]
    mode: active-standby
    transports: [UDP, TLS]
  - mode: single
fail-on: warning
min-severity: warning
rules: lint/
baseline: known.json
";

#[test]
fn every_key_is_read_with_its_place() {
    let (sources, settings) = settings(WHOLE);
    let settings = settings.expect("no fault");
    let name = |text: &str| Name::from_ascii(text).expect("a name");
    let values = |list: &[Spanned<String>]| {
        let values = list.iter().map(|one| one.value.clone());
        values.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(values(&settings.zones), "zones/");
    assert_eq!(values(&settings.phones), "phones/ spare.cfg");
    assert_eq!(values(&settings.live), "sip.example.com");
    assert_eq!(values(&settings.rules), "lint/");
    assert_eq!(settings.handset.map(|one| one.value.id), Some("rfc3263"));
    assert_eq!(settings.assume[0].0.value, "weight");
    assert_eq!(settings.assume[0].1.value, "higher-first");
    assert_eq!(settings.severity[0].1.value, Severity::Note);
    let ignore = &settings.ignore[0];
    assert_eq!(values(&ignore.rules), "ttl-too-short ttl-mixed");
    assert_eq!(values(&ignore.paths), "zones/lab/**");
    assert_eq!(ignore.reason.value, "the lab moves often");
    assert_eq!(settings.require_reason.map(|one| one.value), Some(true));
    assert_eq!(settings.fail_on.map(|one| one.value), Some(FailOn::Warning));
    assert_eq!(
        settings.min_severity.map(|one| one.value),
        Some(Severity::Warning)
    );
    assert_eq!(
        settings.baseline.map(|one| one.value).as_deref(),
        Some("known.json")
    );
    let [first, second] = &settings.expect[..] else {
        panic!("two expectations: {:?}", settings.expect);
    };
    let address = first.address.as_ref().expect("an address");
    assert_eq!(address.value, name("eslab.local."));
    assert_eq!(sources.text(address.span), "Eslab.Local");
    let servers: Vec<_> = first.servers.iter().map(|one| one.value.clone()).collect();
    let host = ExpectedServer::Host(name("piper.eslab.local."));
    let address = ExpectedServer::Address([10, 225, 2, 32].into());
    assert_eq!(servers, [host, address]);
    assert_eq!(sources.text(first.servers[1].span), "10.225.2.32");
    assert!(first.is(Mode::ActiveStandby) && second.is(Mode::Single));
    let transports: Vec<_> = first.transports.iter().map(|one| one.value).collect();
    assert_eq!(transports, [Protocol::Udp, Protocol::Tls]);
    assert_eq!(sources.positions(second.span).0.to_string(), "18:5");
}

/// A text, where it is wrong, what is said of it and what is advised.
const WRONG: &[(&str, &str, &str, &str)] = &[
    (
        "failon: error",
        "1:1",
        "no key is called `failon`",
        "`fail-on`",
    ),
    (
        "fail-on: warn",
        "1:10",
        "no value is called `warn`",
        "warning",
    ),
    (
        "handset: spectralink-85",
        "1:10",
        "spectralink-85",
        "`spectralink-84`",
    ),
    (
        "assume: {wieght: rfc2782}",
        "1:10",
        "no key is called `wieght`",
        "`weight`",
    ),
    (
        "assume: {weight: random}",
        "1:18",
        "no value is called `random`",
        "higher-first",
    ),
    ("zones:", "1:1", "`zones` has no value", ""),
    ("zones: [a, [b]]", "1:12", "a single value", ""),
    ("severity: note", "1:11", "keys with values", ""),
    (
        "severity: {srv-missing: off}",
        "1:25",
        "no value is called `off`",
        "error",
    ),
    (
        "ignore: [{rules: ttl-mixed}]",
        "1:11",
        "`reason` is missing",
        "add `reason:`",
    ),
    (
        "ignore:\n- {rules: x, reason: y, paths: 'a[' }",
        "2:32",
        "is no pattern",
        "",
    ),
    (
        "require-reason: yes",
        "1:17",
        "no value is called `yes`",
        "true, false",
    ),
    (
        "expect: {adress: x}",
        "1:10",
        "no key is called `adress`",
        "`address`",
    ),
    (
        "expect: {servers: ['a..b']}",
        "1:20",
        "is no domain name",
        "",
    ),
    ("expect: {servers: [a.b, A.b.]}", "1:25", "named twice", ""),
    (
        "expect: {mode: single, servers: [a.b, c.d]}",
        "1:39",
        "`mode: single`",
        "remove",
    ),
    (
        "expect: [{address: x, mode: single}, {address: X., mode: single}]",
        "1:48",
        "an expectation already",
        "join",
    ),
    (
        "expect: [{mode: single}, {transports: UDP}]",
        "1:27",
        "already",
        "join",
    ),
    (
        "expect: {transports: udp}",
        "1:22",
        "no value is called `udp`",
        "`UDP`",
    ),
    (
        "expect: {servers: [1.2.3]}",
        "1:20",
        "neither an IPv4 address nor",
        "",
    ),
    (
        "expect: {servers: ['2001:db8::1']}",
        "1:20",
        "is an IPv6 address",
        "",
    ),
    (
        "expect: {address: x, servers: []}",
        "1:9",
        "nothing is expected",
        "`servers`",
    ),
    (
        "- a",
        "1:1",
        "keys with values are expected here, not a list",
        "",
    ),
];

#[test]
fn what_is_wrong_is_shown_where_it_stands() {
    for (text, at, says, help) in WRONG {
        let (sources, settings) = settings(text);
        let faults = settings.expect_err(text);
        let fault = &faults[0];
        assert_eq!(
            sources.positions(fault.span).0.to_string(),
            *at,
            "{text}: {fault:?}"
        );
        assert!(fault.message.contains(says), "{text}: {}", fault.message);
        let helps = fault.help.as_deref().unwrap_or_default();
        assert!(helps.contains(help), "{text}: {helps}");
    }
}

#[test]
fn every_fault_is_told_in_the_order_of_the_text() {
    let (_, settings) = settings("fail-on: x\nzone: y\nexpect: {mode: z}\n");
    let faults = settings.expect_err("faults");
    assert_eq!(faults.len(), 3);
    assert!(faults.is_sorted_by_key(|fault| fault.span));
}

#[test]
fn an_empty_file_says_nothing() {
    let (_, settings) = settings("# later\n");
    assert!(settings.is_ok_and(|settings| settings.expect.is_empty()));
}
