//! Users' own rules from outside: what they find, how they are refused, how they are tested.

#[path = "support/program.rs"]
mod program;

use program::{Folder, folder};

const ZONE: &str = "\
$ORIGIN eslab.local.
$TTL 3600
@ SOA ns1 hostmaster 1 900 600 86400 900
@ NS ns1
ns1 A 10.225.2.5
_sip._udp 60 SRV 1 10 5060 piper
_sip._udp 60 SRV 2 10 5060 piper2
piper A 10.225.2.31
piper2 A 192.0.2.32
";

const RULE: &str = "\
id: short-ttl
severity: warning
summary: a TTL under five minutes
for: srv-set
assert: records.all(r, r.ttl >= 300)
at: records.filter(r, r.ttl < 300).map(r, r.ttl)
message: \"`{set.owner}` has the TTL {records.map(r, r.ttl).unique()}\"
help: write {{300}} or more
";

fn site(rule: &str) -> Folder {
    folder(&[("a.zone", ZONE), ("lint/short-ttl.yaml", rule)])
}

/// Place, rule and message of the findings of own rules.
fn found(site: &Folder, words: &str) -> Vec<String> {
    let json = site
        .run(&format!("--format json --rules lint {words} a.zone"))
        .json();
    let findings = json["findings"].as_array().expect("a list").iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    findings
        .filter(|finding| finding["rule"] == "short-ttl")
        .map(|finding| {
            let place = &finding["location"];
            let (line, column) = (&place["line"], &place["column"]);
            let message = text(&finding["message"]);
            format!("{line}:{column} {message} ({})", text(&finding["help"]))
        })
        .collect()
}

#[test]
fn a_rule_of_ones_own_finds_points_and_says_what_its_page_says() {
    let expected = "6:11 `_sip._udp.eslab.local.` has the TTL 60 (write {300} or more)";
    assert_eq!(found(&site(RULE), ""), [expected]);
    let later = RULE.replace("help:", "when: set.transport == \"TLS\"\nhelp:");
    assert_eq!(found(&site(&later), ""), Vec::<String>::new());
}

#[test]
fn a_page_may_have_the_short_ending() {
    let site = folder(&[("a.zone", ZONE), ("lint/short-ttl.yml", RULE)]);
    assert_eq!(found(&site, "").len(), 1);
    site.write("lint/short-ttl.yaml", RULE);
    let outcome = site.run("--rules lint a.zone");
    assert_eq!(outcome.status, 2);
    assert!(
        outcome.stderr.contains("two rules of your own"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn every_kind_of_subject_can_be_judged() {
    for (over, assert, at, places) in [
        (
            "record",
            "record.type != 'SRV' || record.ttl > 60",
            "record.ttl",
            vec!["6:11", "7:11"],
        ),
        (
            "record",
            "record.type != 'A' || record.owner != 'piper.eslab.local.'",
            "record.address",
            vec!["8:9"],
        ),
        (
            "record",
            "record.type != 'SOA' || record.minimum < 900",
            "record.minimum",
            vec!["3:38"],
        ),
        (
            "srv-set",
            "records.all(r, r.addresses.all(a, a.inNetwork('10.0.0.0/8')))",
            "records[1].addresses",
            vec!["9:10"],
        ),
        (
            "set-up",
            "setup.verdict != 'registers' || servers.size() < 2",
            "servers[1].host",
            vec!["7:28"],
        ),
        ("set-up", "setup.port != 0", "setup.address", vec!["1:11"]),
        (
            "server",
            "server.address.inNetwork('10.0.0.0/8')",
            "server.address",
            vec!["9:10"],
        ),
    ] {
        let page = format!(
            "id: short-ttl\nseverity: warning\nsummary: x\nfor: {over}\nassert: {assert}\nat: {at}\nmessage: x\n"
        );
        let site = site(&page);
        let found = found(&site, "--address eslab.local");
        let found: Vec<_> = found
            .iter()
            .filter_map(|line| line.split(' ').next())
            .collect();
        assert_eq!(found, places, "{over}: {assert}");
    }
}

#[test]
fn its_name_is_known_wherever_rules_are_named() {
    let site = site(RULE);
    assert_eq!(found(&site, "--only short-ttl").len(), 1);
    assert_eq!(found(&site, "--ignore short-ttl").len(), 0);
    assert_eq!(site.run("--only short-tll --rules lint a.zone").status, 2);
    for format in [
        "pretty", "concise", "table", "json", "sarif", "github", "gitlab", "junit", "markdown",
    ] {
        let outcome = site.run(&format!("--rules lint --format {format} a.zone"));
        assert!(
            outcome.stdout.contains("short-ttl"),
            "{format}: {}",
            outcome.stdout
        );
    }
    site.write(
        "sipdns-lint.yaml",
        "rules: lint\nseverity: {short-ttl: error}\n",
    );
    assert_eq!(site.run("a.zone").status, 1);
    assert!(site.run("rules").stdout.contains("short-ttl"));
    let explained = site.run("explain short-ttl");
    assert_eq!(explained.status, 0, "{}", explained.stderr);
    assert!(
        explained.stdout.contains("a TTL under five minutes"),
        "{}",
        explained.stdout
    );
    site.write(
        "a.zone",
        &ZONE.replace(
            "5060 piper\n",
            "5060 piper ; sipdns-lint: ignore[short-ttl]\n",
        ),
    );
    assert_eq!(site.run("a.zone").status, 0);
}

#[test]
fn what_it_judged_is_known_again_though_it_points_at_a_ttl_of_many() {
    let site = site(&RULE.replace("300", "7200").replace("{7200}", "{{7200}}"));
    let update = "--baseline known.jsonl --update-baseline";
    let owners = |words: &str| -> Vec<String> {
        let found = found(&site, words).into_iter();
        found
            .map(|one| one.split('`').nth(1).unwrap_or_default().to_owned())
            .collect()
    };
    let inherited = ZONE.replace(" 60 SRV", " SRV");
    site.write("a.zone", &inherited);
    assert_eq!(owners("").len(), 1);
    site.run(&format!("--rules lint {update} a.zone"));
    assert_eq!(owners("--baseline known.jsonl"), [""; 0]);
    site.write(
        "a.zone",
        &format!("{inherited}_sip._tcp SRV 1 10 5060 piper\n"),
    );
    let new = owners("--baseline known.jsonl");
    assert_eq!(new, ["_sip._tcp.eslab.local."]);
}

#[test]
fn what_is_wrong_with_a_page_is_shown_where_it_stands() {
    for (from, to, at, says) in [
        ("assert:", "asert:", "5:1", "did you mean `assert`?"),
        ("id: short-ttl", "id: short", "1:5", "its file `short-ttl`"),
        ("id: short-ttl", "id: Short_ttl", "1:5", "kebab case"),
        (
            "for: srv-set",
            "for: srvset",
            "4:6",
            "did you mean `srv-set`?",
        ),
        (
            "r.ttl >= 300",
            "q.ttl >= 300",
            "5:24",
            "nothing is called `q`",
        ),
        (
            "r.ttl >= 300",
            "r.tll >= 300",
            "5:24",
            "did you mean `ttl`?",
        ),
        ("{set.owner}", "{sett.owner}", "7:13", "did you mean `set`?"),
        ("{{300}}", "{300", "8:13", "no partner"),
        (
            "severity: warning",
            "severity: loud",
            "2:11",
            "no value is called `loud`",
        ),
        ("message: ", "massage: ", "7:1", "did you mean `message`?"),
    ] {
        let site = site(&RULE.replace(from, to));
        let outcome = site.run("--rules lint a.zone");
        assert_eq!(outcome.status, 2, "{to}: {}", outcome.stderr);
        let place = format!("lint/short-ttl.yaml:{at}]");
        assert!(outcome.stderr.contains(&place), "{to}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(says), "{to}: {}", outcome.stderr);
    }
    let site = site(RULE);
    site.write(
        "lint/srv-missing.yaml",
        &RULE.replace("short-ttl", "srv-missing"),
    );
    let outcome = site.run("--rules lint a.zone");
    assert!(outcome.stderr.contains("built-in"), "{}", outcome.stderr);
    assert_eq!(site.run("--rules nowhere a.zone").status, 2);
}

#[test]
fn an_expression_that_never_ends_is_stopped() {
    let all = |inner: &str| format!("[1,2,3,4,5,6,7,8,9].all(x, {inner})");
    let endless = (0..12).fold("true".to_owned(), |inner, _| all(&inner));
    let site = site(&RULE.replace("records.all(r, r.ttl >= 300)", &format!("'{endless}'")));
    let outcome = site.run("--rules lint --format json a.zone");
    assert_eq!(outcome.status, 2);
    assert!(
        outcome.stderr.contains("too many steps"),
        "{}",
        outcome.stderr
    );
    assert_eq!(outcome.json()["setups"][0]["verdict"], "registers");
}

#[test]
fn the_worked_examples_do_what_they_say() {
    let root = env!("CARGO_MANIFEST_DIR");
    let site = folder(&[]);
    let outcome = site.run(&format!("rules --test {root}/rules/examples"));
    assert_eq!(outcome.status, 0, "{}{}", outcome.stdout, outcome.stderr);
    assert_eq!(outcome.stdout, "rules: 3, examples: 6, faults: 0\n");
}

#[test]
fn examples_that_are_not_as_they_say_fail() {
    let example = |zone: &str| {
        format!("{RULE}examples:\n  - name: it\n    frame: hosts\n    zone: |\n{zone}")
    };
    let site = site(&example(
        "      _sip._udp 60 SRV 0 10 5060 sip1\n      _sip._udp 60 SRV 1 10 5060 sip2\n",
    ));
    let outcome = site.run("rules --test lint");
    assert_eq!(outcome.status, 1, "{}", outcome.stdout);
    assert!(
        outcome
            .stdout
            .contains("unexpected: zone:7:11-13 short-ttl"),
        "{}",
        outcome.stdout
    );
    assert!(
        outcome.stdout.contains("a near miss that does not"),
        "{}",
        outcome.stdout
    );
    let caret = "      _sip._udp SRV 0 10 5060 sip1\n      ;         ^^^ short-ttl\n      _sip._udp SRV 1 10 5060 sip2\n";
    site.write("lint/short-ttl.yaml", &example(caret));
    let outcome = site.run("rules --test lint");
    assert_eq!(outcome.status, 1);
    assert!(
        outcome.stdout.contains("not found: zone:7:11-14 short-ttl"),
        "{}",
        outcome.stdout
    );
}
