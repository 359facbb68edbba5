//! Settings from outside: where they are found, what they change, how they are refused.

#[path = "support/program.rs"]
mod program;

use program::{Folder, folder};

const ZONE: &str = "\
$ORIGIN eslab.local.
$TTL 3600
@ SOA ns1 hostmaster 1 900 600 86400 900
@ NS ns1
ns1 A 10.225.2.5
_sip._udp SRV 1 10 5060 piper
piper A 10.225.2.31
";

fn site(settings: &str) -> Folder {
    folder(&[
        ("sipdns-lint.yaml", settings),
        ("zones/eslab.local.zone", ZONE),
        ("other/x.txt", "nothing\n"),
    ])
}

fn nothing_but(settings: &str) -> Folder {
    folder(&[("sipdns-lint.yaml", settings), ("other/x.txt", "nothing\n")])
}

#[test]
fn settings_are_found_from_the_input_upwards_up_to_the_repository() {
    let site = site("fail-on: warning\n");
    for (words, status) in [
        ("zones", 1),
        ("zones/eslab.local.zone", 1),
        ("--fail-on error zones", 0),
        ("--no-settings zones", 0),
        ("--settings sipdns-lint.yaml zones", 1),
    ] {
        assert_eq!(site.run(words).status, status, "{words}");
    }
    site.write("zones/.git/HEAD", "");
    assert_eq!(site.run("zones").status, 0, "a repository ends the search");
    site.write(
        "zones/sipdns-lint.yaml",
        "fail-on: note\nmin-severity: error\n",
    );
    assert_eq!(site.run("zones").status, 0, "the nearest one counts");
}

#[test]
fn inputs_with_different_settings_are_refused() {
    let site = site("fail-on: warning\n");
    site.write("other/sipdns-lint.yaml", "fail-on: never\n");
    let outcome = site.run("zones other");
    assert_eq!(outcome.status, 2);
    assert!(
        outcome.stderr.contains("different settings"),
        "{}",
        outcome.stderr
    );
    let outcome = site.run("zones other --settings other/sipdns-lint.yaml");
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
}

#[test]
fn settings_may_have_the_short_ending() {
    let site = site("fail-on: warning\n");
    site.write("other/sipdns-lint.yml", "fail-on: nonsense\n");
    site.write(
        "other/a.zone",
        "$ORIGIN a.\n$TTL 60\n@ SOA ns h 1 2 3 4 5\n",
    );
    let outcome = site.run("other");
    assert_eq!(outcome.status, 2);
    assert!(
        outcome.stderr.contains("other/sipdns-lint.yml:1:10"),
        "{}",
        outcome.stderr
    );
    site.write("other/sipdns-lint.yaml", "fail-on: never\n");
    let both = "`other/sipdns-lint.yaml` and `other/sipdns-lint.yml`";
    let outcome = site.run("other");
    assert_eq!(outcome.status, 2);
    assert!(outcome.stderr.contains(both), "{}", outcome.stderr);
}

#[test]
fn paths_of_settings_are_read_where_none_is_named() {
    let site = site("zones: zones/\nfail-on: warning\n");
    let json = site.run("--format json").json();
    assert_eq!(json["inputs"][0]["path"], "zones/eslab.local.zone");
    assert_eq!(json["inputs"].as_array().map(Vec::len), Some(1));
    // The settings are no input of the folder they lie in.
    let whole = site.run("--format json .").json();
    let not_checked = whole["not_checked"].to_string();
    assert!(!not_checked.contains("sipdns-lint.yaml"), "{not_checked}");
}

#[test]
fn settings_that_are_found_lead_to_nothing_outside_their_folder() {
    let site = site("zones: zones/\n");
    site.write("inner/sipdns-lint.yaml", "zones: ../zones\n");
    let outcome = site.run_in("inner", "--format json");
    assert_eq!(outcome.status, 2);
    assert!(
        outcome.stderr.contains("outside the folder"),
        "{}",
        outcome.stderr
    );
    assert!(
        outcome.stderr.contains("sipdns-lint.yaml:1:8"),
        "{}",
        outcome.stderr
    );
    let outcome = site.run_in("inner", "--settings sipdns-lint.yaml");
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
}

#[test]
fn bad_settings_are_refused_at_the_place() {
    let site = site("fail-on: warning\nzonse: zones/\n");
    let outcome = site.run("zones");
    assert_eq!(outcome.status, 2);
    assert_eq!(outcome.stdout, "");
    assert_eq!(
        outcome.stderr,
        "\
error: no key is called `zonse`
   ╭─[sipdns-lint.yaml:2:1]
 1 │ fail-on: warning
 2 │ zonse: zones/
   · ─────
   ╰────
  help: did you mean `zones`?
"
    );
    let missing = site.run("--settings nowhere.yaml zones");
    assert_eq!(missing.status, 2);
    assert!(
        missing.stderr.contains("cannot read the settings"),
        "{}",
        missing.stderr
    );
}

#[test]
fn a_stated_mode_silences_the_rule_that_asks_for_another() {
    let rules = |settings: &str| {
        let json = site(settings).run("--format json zones").json();
        json["findings"].to_string()
    };
    assert!(rules("").contains("srv-single-target"));
    assert!(!rules("expect: {mode: single}").contains("srv-single-target"));
    assert!(!rules("expect: {address: eslab.local, mode: single}").contains("srv-single-target"));
    let both = "expect: [{mode: single}, {address: eslab.local, mode: active-standby}]";
    assert!(
        rules(both).contains("srv-single-target"),
        "the nearer one counts"
    );
}

#[test]
fn an_expectation_that_nothing_matches_is_an_error_in_the_settings() {
    let site = site("expect:\n  - address: eslab.lokal\n    mode: single\n");
    let outcome = site.run("--format json .");
    assert_eq!(outcome.status, 2);
    assert!(
        outcome.stderr.contains("did you mean `eslab.local`?"),
        "{}",
        outcome.stderr
    );
    let json = outcome.json();
    let message = json["problems"][0]["message"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    assert!(message.starts_with("sipdns-lint.yaml:2:14: "), "{message}");
    assert_eq!(
        json["setups"][0]["verdict"], "registers",
        "the rest is still reported"
    );
}

#[test]
fn an_expectation_is_matched_by_handsets_or_by_servers_that_are_listed() {
    for (address, status) in [
        ("eslab.local", 0),
        ("ward.eslab.local", 0),
        ("lab.local", 2),
    ] {
        let site = site(&format!("expect: {{address: {address}, mode: single}}\n"));
        let listed = format!("{ZONE}_sip._udp.ward SRV 1 10 5060 piper\n");
        site.write("zones/eslab.local.zone", &listed);
        let handset = "<x voIpProt.server.1.address=\"eslab.local\"/>";
        site.write("zones/site.cfg", handset);
        assert_eq!(site.run(".").status, status, "{address}");
    }
    let site = site("expect: {address: piper.eslab.local, mode: single}\n");
    let handset =
        "<x voIpProt.server.1.address=\"piper.eslab.local\" voIpProt.server.1.port=\"5060\"/>";
    site.write("zones/site.cfg", handset);
    assert_eq!(site.run("zones").status, 0, "no servers are listed");
}

#[test]
fn an_expectation_of_an_unknown_address_is_told_which_there_are() {
    let settings = "expect: {address: example.com, mode: single}\n";
    for (site, help) in [
        (site(settings), "addresses of handsets here: eslab.local"),
        (nothing_but(settings), "give zones"),
    ] {
        let outcome = site.run(".");
        assert_eq!(outcome.status, 2, "{help}");
        assert!(outcome.stderr.contains(help), "{}", outcome.stderr);
    }
}

#[test]
fn an_expectation_without_an_address_speaks_of_one_at_least() {
    let all = "expect:\n  - mode: single\n  - address: eslab.local\n    mode: single\n";
    let general = "expect: {mode: single}\n";
    for (site, help) in [
        (site(all), "remove this one"),
        (nothing_but(general), "give zones"),
    ] {
        let outcome = site.run(".");
        assert_eq!(outcome.status, 2, "{help}");
        let said = &outcome.stderr;
        assert!(said.contains("no address of handsets is left"), "{said}");
        assert!(said.contains(help), "{said}");
    }
    let outcome = site(general).run("zones");
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
}

#[test]
fn where_a_part_is_given_expectations_of_the_rest_are_not_checked() {
    let both = "expect:\n  - {address: eslab.local, mode: single}\n  \
                - {address: b.example, mode: single}\n";
    let general = "expect:\n  - {address: eslab.local, mode: single}\n  - mode: single\n";
    for (settings, whose) in [(both, "b.example"), (general, "every other address")] {
        let site = site(settings);
        for part in ["zones", "zones/eslab.local.zone"] {
            let outcome = site.run(&format!("--format json {part}"));
            assert_eq!(outcome.status, 0, "{part}: {}", outcome.stderr);
            let left_out = outcome.json()["not_checked"].to_string();
            let said = format!("1 expectation ({whose})");
            assert!(left_out.contains(&said), "{left_out}");
        }
        let whole = site.run("--format json .");
        assert_eq!(whole.status, 2, "{settings}");
        assert!(
            !whole.json()["not_checked"]
                .to_string()
                .contains("expectation (")
        );
        site.write("sipdns-lint.yaml", &format!("zones: zones/\n{settings}"));
        assert_eq!(site.run("").status, 2, "the settings name all there is");
    }
}

#[test]
fn an_address_at_the_apex_that_is_expected_is_a_server() {
    let zone = ZONE.replace("_sip._udp SRV 1 10 5060 piper", "@ A 10.225.2.31");
    let verdict = |settings: &str| {
        let site = folder(&[("sipdns-lint.yaml", settings), ("a.zone", &zone)]);
        let json = site
            .run("--format json --address eslab.local a.zone")
            .json();
        json["setups"][0]["verdict"].to_string()
    };
    assert_eq!(verdict(""), "\"fails\"");
    assert_eq!(verdict("expect: {servers: 10.225.2.31}"), "\"registers\"");
    assert_eq!(verdict("expect: {servers: 10.225.2.32}"), "\"fails\"");
}

/// Compares a schema in `schema/` with the one the program has, or rewrites it under `UPDATE`.
fn hold(file: &str, fresh: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("schema")
        .join(file);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, fresh).expect("a writable schema");
    }
    let written = std::fs::read_to_string(&path)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    assert!(
        written == fresh,
        "schema/{file} is stale: `UPDATE=1 cargo test --test settings`"
    );
}

#[test]
fn the_schemas_for_editors_are_fresh() {
    hold("settings-1.json", &sipdns_lint::settings::schema());
    hold("rule-1.json", &sipdns_lint::own::schema());
}

#[test]
fn the_schema_accepts_what_is_read_and_refuses_what_is_not() {
    let schema = serde_json::from_str(&sipdns_lint::settings::schema()).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for (text, is_read) in [
        (
            "zones: zones/\nexpect: {servers: [a.b, c.d], transports: UDP}\n",
            true,
        ),
        ("severity: {srv-missing: note}\n", true),
        (
            "assume: {weight: higher-first}\nrequire-reason: true\n",
            true,
        ),
        ("ignore: {rules: ttl-mixed, reason: known}\n", true),
        ("failon: error\n", false),
        ("fail-on: warn\n", false),
        ("assume: {weight: random}\n", false),
        ("ignore: [{rules: ttl-mixed}]\n", false),
        ("expect: {mode: double}\n", false),
    ] {
        let json = serde_yaml::from_str::<serde_json::Value>(text).expect("YAML");
        assert_eq!(validator.is_valid(&json), is_read, "{text}");
        let outcome = site(text).run("--settings sipdns-lint.yaml zones --fail-on never");
        assert_eq!(outcome.status == 0, is_read, "{text}{}", outcome.stderr);
    }
}

#[test]
fn the_settings_in_effect_are_shown_with_their_origin() {
    let site = site("zones: zones/\nfail-on: warning\nassume: {weight: higher-first}\n");
    let outcome = site.run("--show-settings --min-severity warning --assume naptr-walk=next");
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    let origin = |key: &str| {
        let line = outcome.stdout.lines().find(|line| line.starts_with(key));
        let line = line.unwrap_or_else(|| panic!("{key}: {}", outcome.stdout));
        line.split("  # ")
            .map(|part| part.trim().to_owned())
            .collect::<Vec<_>>()
    };
    for (key, value, from) in [
        ("paths:", "paths: zones", "sipdns-lint.yaml:1:8"),
        ("fail-on:", "fail-on: warning", "sipdns-lint.yaml:2:10"),
        (
            "assume.weight:",
            "assume.weight: higher-first",
            "sipdns-lint.yaml:3:18",
        ),
        (
            "assume.naptr-walk:",
            "assume.naptr-walk: next",
            "command line",
        ),
        ("min-severity:", "min-severity: warning", "command line"),
        ("handset:", "handset: spectralink-84", "default"),
    ] {
        assert_eq!(origin(key), [value, from]);
    }
    assert!(outcome.stdout.starts_with("# settings: sipdns-lint.yaml\n"));
}

#[test]
fn the_settings_that_the_documents_show_are_good_ones() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/settings.md");
    let text = std::fs::read_to_string(path)
        .expect("the document")
        .replace("\r\n", "\n");
    let mut blocks = text
        .split("```yaml\n")
        .skip(1)
        .map(|rest| rest.split("```").next());
    let settings = blocks.next().flatten().expect("settings");
    let rule = blocks.next().flatten().expect("a rule");
    let site = folder(&[
        ("sipdns-lint.yaml", settings),
        (
            "zones/eslab.local.zone",
            &ZONE.replace("eslab.local", "example.com"),
        ),
        (
            "phones/a.cfg",
            "<a voIpProt.server.1.address=\"sip.example.com\"/>\n",
        ),
        ("spare.cfg", "<a/>\n"),
        ("lint/short-ttl.yaml", rule),
        ("known.jsonl", "{\"sipdns-lint\":\"baseline/1\"}\n"),
    ]);
    let outcome = site.run("--show-settings");
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    for key in [
        "paths: zones",
        "expect: sip.example.com.",
        "rules: lint",
        "baseline: known.jsonl",
    ] {
        assert!(outcome.stdout.contains(key), "{key}: {}", outcome.stdout);
    }
}
