//! What is reported and what is not: severities, ignores in place and in the settings, the
//! baseline.

#[path = "support/program.rs"]
mod program;

use program::{Folder, folder};

const HEAD: &str = "\
$ORIGIN eslab.local.
$TTL 3600
@ SOA ns1 hostmaster 1 900 600 86400 900
@ NS ns1
ns1 A 10.225.2.5
piper A 10.225.2.31
";

fn zone(records: &str) -> Folder {
    folder(&[("zones/a.zone", &format!("{HEAD}{records}"))])
}

/// Severity and rule of every finding at warning or above, then what was suppressed.
fn told(site: &Folder, words: &str) -> (Vec<String>, [u64; 3]) {
    let outcome = site.run(&format!("--format json {words}"));
    let json = outcome.json();
    let findings = json["findings"].as_array().expect("a list").iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let findings = findings
        .filter(|finding| finding["severity"] != "note" || finding["rule"] == "srv-single-target")
        .map(|finding| format!("{} {}", text(&finding["severity"]), text(&finding["rule"])));
    let suppressed = &json["summary"]["suppressed"];
    let number = |key: &str| suppressed[key].as_u64().expect("a number");
    let suppressed = [number("comments"), number("settings"), number("baseline")];
    (findings.collect(), suppressed)
}

const SINGLE: &str = "warning srv-single-target";
const UNUSED: &str = "warning settings-unused-ignore";
const STALE: &str = "warning baseline-stale";

#[test]
fn a_rule_that_is_asked_for_speaks_though_another_stands_for_it() {
    let zone = "$TTL 3600\n@ SOA ns h 1 900 600 86400 900\n@ NS ns\nns A 10.0.0.53\n\
        _sip._udp SRV 1 0 5060 one\n_sip._udp SRV 2 0 5060 two\none A 10.0.0.1\n\
        two CNAME three\ntwo A 10.0.0.2\nthree A 10.0.0.3\n";
    let folder = folder(&[("eslab.local.zone", zone)]);
    let found = |words: &str| {
        let json = folder.run(&format!(". --format json {words}")).json();
        let findings = json["findings"].as_array().expect("a list").clone();
        let rules = findings.iter().map(|finding| finding["rule"].as_str());
        let rules = rules.map(|rule| rule.expect("a text").to_owned());
        let of_alias = rules.filter(|rule| rule.contains("alias") || rule.contains("cname"));
        of_alias.collect::<Vec<_>>()
    };
    assert_eq!(found(""), ["zone-cname-with-other-data"]);
    let alias = ["srv-target-alias"];
    assert_eq!(found("--only srv-target-alias"), alias);
    let list = ["--only", "srv-missing, srv-target-alias", "."];
    let listed = program::outcome(program::program(folder.path()).args(list));
    assert!(!listed.stdout.is_empty(), "{}", listed.stderr);
    assert_eq!(found("--ignore zone-cname-with-other-data"), alias);
    assert_eq!(
        found("--ignore zone-cname-with-other-data,srv-target-alias"),
        [""; 0]
    );
}

#[test]
fn an_ignore_counts_on_its_line_and_the_next_and_nowhere_else() {
    let ignore = "; sipdns-lint: ignore[srv-single-target] -- small clinic";
    let srv = "_sip._udp SRV 0 10 5060 piper";
    for (records, told_of, suppressed) in [
        (format!("{srv}\n"), vec![SINGLE], 0),
        (format!("{srv} {ignore}\n"), vec![], 1),
        (format!("{ignore}\n{srv}\n"), vec![], 1),
        (format!("{ignore}\r\n\r\n; more\r\n{srv}\r\n"), vec![], 1),
        (
            format!("{ignore}\nwww A 10.0.0.1\n{srv}\n"),
            vec![SINGLE, UNUSED],
            0,
        ),
        (format!("{srv}\n{ignore}\n"), vec![SINGLE, UNUSED], 0),
        (
            format!("www A 10.0.0.1 {ignore}\n{srv}\n"),
            vec![SINGLE, UNUSED],
            0,
        ),
        (
            format!("{ignore}\n_sip._udp SRV (\n 0 10 5060\n piper )\n"),
            vec![],
            1,
        ),
        (format!("www TXT \"x {ignore}\n{srv}\n"), vec![SINGLE], 0),
    ] {
        let site = zone(&records);
        let (mut findings, [comments, ..]) = told(&site, "zones --ignore zone-syntax");
        findings.sort();
        let mut told_of: Vec<_> = told_of.into_iter().map(str::to_owned).collect();
        told_of.sort();
        assert_eq!(findings, told_of, "{records}");
        assert_eq!(comments, suppressed, "{records}");
    }
}

#[test]
fn what_is_ignored_counts_neither_for_the_summary_nor_for_the_exit_status() {
    let site = zone("_sip._udp SRV 0 10 5060 piper ; sipdns-lint: ignore[srv-single-target]\n");
    let outcome = site.run("--fail-on warning zones");
    assert_eq!(outcome.status, 0, "{}", outcome.stdout);
    assert!(
        outcome.stdout.contains("0 warnings, "),
        "{}",
        outcome.stdout
    );
    assert!(outcome.stdout.contains("; 1 ignored"), "{}", outcome.stdout);
}

#[test]
fn a_reason_can_be_required() {
    let site = zone("_sip._udp SRV 0 10 5060 piper ; sipdns-lint: ignore[srv-single-target]\n");
    site.write("sipdns-lint.yaml", "require-reason: true\n");
    assert_eq!(told(&site, "zones").0, [SINGLE, UNUSED]);
    for reason in ["-- known", ": known", "– known"] {
        let record = format!(
            "_sip._udp SRV 0 1 5060 piper ; sipdns-lint: ignore[srv-single-target] {reason}\n"
        );
        site.write("zones/a.zone", &format!("{HEAD}{record}"));
        assert_eq!(told(&site, "zones").0, Vec::<String>::new(), "{reason}");
    }
}

#[test]
fn an_ignore_of_a_rule_that_could_not_speak_is_not_called_unused() {
    let site = zone(
        "_sip._udp SRV 0 1 5060 piper ; sipdns-lint: ignore[srv-single-target, ptr-missing] -- no\n",
    );
    assert_eq!(
        told(&site, "zones").0,
        Vec::<String>::new(),
        "no reverse zone was given"
    );
}

#[test]
fn one_line_may_hold_several_comments() {
    let ignores = "; sipdns-lint: ignore[ttl-too-short] ; sipdns-lint: ignore[srv-single-target]";
    let site = zone(&format!("_sip._udp 60 SRV 0 1 5060 piper {ignores}\n"));
    let (findings, suppressed) = told(&site, "zones");
    assert_eq!(findings, Vec::<String>::new());
    assert_eq!(suppressed[0], 2);
}

#[test]
fn dnsmasq_and_xml_have_their_own_comments() {
    let dnsmasq = "# sipdns-lint: ignore[srv-single-target] -- one\n\
        srv-host=_sip._udp.x.test,a.x.test,5060\nhost-record=a.x.test,10.0.0.1\n";
    let site = folder(&[("dnsmasq.conf", dnsmasq)]);
    assert_eq!(
        told(&site, "dnsmasq.conf").1[0],
        1,
        "{}",
        site.run("dnsmasq.conf").stdout
    );
    let phone = |before: &str, behind: &str| {
        format!(
            "<a>\n{before}\n<b\n voIpProt.server.1.address=\"10.0.0.1\"\n \
             voIpProt.server.1.transport=\"naptr\"/>{behind}\n</a>\n"
        )
    };
    let ignore = "<!-- sipdns-lint: ignore[phone-transport-invalid]: as delivered -->";
    for (before, behind, suppressed) in [(ignore, "", 1), ("", ignore, 1), ("", "", 0)] {
        let site = folder(&[("a.cfg", &phone(before, behind))]);
        assert_eq!(told(&site, "a.cfg").1[0], suppressed, "{before}{behind}");
    }
}

#[test]
fn settings_ignore_by_path_and_say_when_they_need_not() {
    let site = zone("_sip._udp SRV 0 10 5060 piper\n");
    for (ignore, findings, suppressed) in [
        (
            "{rules: srv-single-target, paths: 'zones/**', reason: lab}",
            vec![],
            1,
        ),
        ("{rules: srv-single-target, reason: lab}", vec![], 1),
        (
            "{rules: srv-single-target, paths: 'other/**', reason: lab}",
            vec![SINGLE],
            0,
        ),
        (
            "{rules: srv-single-target, paths: zones/, reason: lab}",
            vec![],
            1,
        ),
        (
            "{rules: srv-single-target, paths: ./zones/**, reason: lab}",
            vec![],
            1,
        ),
        (
            "{rules: [srv-single-target, ttl-mixed], reason: lab}",
            vec![UNUSED],
            1,
        ),
    ] {
        site.write("sipdns-lint.yaml", &format!("ignore: {ignore}\n"));
        let (found, [_, settings, _]) = told(&site, "zones");
        assert_eq!(found, findings, "{ignore}");
        assert_eq!(settings, suppressed, "{ignore}");
    }
    // Where the settings say what is read, a pattern that matches nothing is wrong.
    let stray = "zones: zones\nignore: {rules: ttl-mixed, paths: 'other/**', reason: lab}\n";
    site.write("sipdns-lint.yaml", stray);
    assert_eq!(told(&site, "").0, [UNUSED, SINGLE]);
    // So it is where all below them was named, and not where a part was.
    assert_eq!(told(&site, ".").0, [UNUSED, SINGLE]);
    assert_eq!(told(&site, "zones").0, [SINGLE]);
    site.write(
        "sipdns-lint.yaml",
        "ignore: {rules: srv-single-targt, reason: lab}\n",
    );
    let outcome = site.run("zones");
    assert_eq!(outcome.status, 2);
    assert!(
        outcome.stderr.contains("did you mean `srv-single-target`?"),
        "{}",
        outcome.stderr
    );
    assert!(
        outcome.stderr.contains("sipdns-lint.yaml:1:17"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn settings_set_severities() {
    let site = zone("_sip._udp SRV 0 10 5060 piper\n");
    for (severity, status) in [("note", 0), ("warning", 0), ("error", 1)] {
        site.write(
            "sipdns-lint.yaml",
            &format!("severity: {{srv-single-target: {severity}}}\n"),
        );
        assert_eq!(
            told(&site, "zones").0,
            [format!("{severity} srv-single-target")]
        );
        assert_eq!(site.run("zones").status, status, "{severity}");
    }
}

#[test]
fn a_baseline_lets_in_what_was_there_before() {
    let site = zone("_sip._udp SRV 0 10 5060 piper\n");
    let update = site.run("--baseline known.jsonl --update-baseline --fail-on note zones");
    assert_eq!(update.status, 0, "{}{}", update.stdout, update.stderr);
    let written = site.read("known.jsonl");
    assert!(
        written.starts_with("{\"sipdns-lint\":\"baseline/1\"}\n"),
        "{written}"
    );
    assert!(
        written.contains(
            "{\"rule\":\"srv-single-target\",\"owner\":\"_sip._udp.eslab.local.\",\
             \"record\":\"SRV 0 10 5060 piper.eslab.local.\"}\n"
        ),
        "{written}"
    );
    assert!(written.lines().skip(1).is_sorted(), "{written}");
    // Lines move, names are written another way: the entry still matches.
    let moved = "; a comment\n\n_SIP._udp.eslab.local. 3600 IN SRV 0 10 5060 piper.eslab.local.\n";
    site.write("zones/a.zone", &format!("{HEAD}{moved}"));
    let (found, [_, _, baseline]) = told(&site, "--baseline known.jsonl zones");
    assert_eq!(found, Vec::<String>::new());
    assert_eq!(usize::try_from(baseline), Ok(written.lines().count() - 1));
    // Another record is another finding, and the entry has become stale.
    site.write(
        "zones/a.zone",
        &format!("{HEAD}_sip._udp SRV 0 10 5061 piper\n"),
    );
    let (found, _) = told(&site, "--baseline known.jsonl zones");
    assert!(found.contains(&SINGLE.to_owned()), "{found:?}");
    assert!(found.contains(&STALE.to_owned()), "{found:?}");
    // Written anew it is the same for the same input, and nothing else lies beside it.
    for _ in 0..2 {
        assert_eq!(
            site.run("--baseline known.jsonl --update-baseline zones")
                .status,
            0
        );
        assert!(!site.read("known.jsonl").contains("5060 piper"));
    }
    assert_eq!(site.names(), ["known.jsonl", "zones"]);
    // What could not be checked is not known to be mended.
    let known = site.read("known.jsonl");
    let update = site.run("--baseline known.jsonl --update-baseline absent");
    assert_eq!(update.status, 2);
    assert_eq!(site.read("known.jsonl"), known);
    let (found, _) = told(&site, "--baseline known.jsonl .");
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn an_update_keeps_what_is_let_in_but_not_shown() {
    let site = zone("_sip._udp SRV 0 10 5060 piper\n");
    let update = "--baseline known.jsonl --update-baseline zones";
    site.run(update);
    let all = site.read("known.jsonl");
    site.run(&format!("{update} --only ttl-mixed"));
    assert_eq!(site.read("known.jsonl"), all);
}

#[test]
fn an_attribute_is_known_by_its_name_with_blanks_around_its_equals_sign_or_without() {
    let file = |line: u8, equals: &str| format!("reg.{line}.server.1.transport{equals}\"naptr\"");
    let site = |attributes: &str| folder(&[("a.cfg", &format!("<x {attributes}/>"))]);
    let transports = |site: &Folder| {
        let (told, _) = told(site, "--baseline known.jsonl a.cfg");
        let own = told
            .iter()
            .filter(|one| one.ends_with("phone-transport-invalid"));
        own.count()
    };
    for equals in ["=", " = ", "\n  =\t"] {
        let site = site(&file(1, equals));
        site.run("--baseline known.jsonl --update-baseline a.cfg");
        assert_eq!(transports(&site), 0, "{equals:?}");
        site.write("a.cfg", &format!("<x {}/>", file(1, "=")));
        assert_eq!(transports(&site), 0, "{equals:?}");
        let both = [file(1, equals), file(2, equals)].join(" ");
        site.write("a.cfg", &format!("<x {both}/>"));
        assert_eq!(transports(&site), 1, "{equals:?}");
    }
}

#[test]
fn a_bad_baseline_is_refused() {
    let site = zone("_sip._udp SRV 0 10 5060 piper\n");
    for (text, at) in [
        ("", "known.jsonl:1:1"),
        ("[]\n", "known.jsonl:1:1"),
        (
            "{\"sipdns-lint\":\"baseline/1\"}\n{\"rule\":1}\n",
            "known.jsonl:2:1",
        ),
    ] {
        site.write("known.jsonl", text);
        let outcome = site.run("--baseline known.jsonl zones");
        assert_eq!(outcome.status, 2, "{text}");
        assert!(outcome.stderr.contains(at), "{text}: {}", outcome.stderr);
    }
    // The line is named in its file, and what is written anew has no such line.
    let outcome = site.run("--baseline known.jsonl zones");
    assert!(!outcome.stderr.contains("at line 1"), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("--update-baseline"),
        "{}",
        outcome.stderr
    );
    site.run("--baseline known.jsonl --update-baseline zones");
    let outcome = site.run("--baseline known.jsonl zones");
    assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""));

    let outcome = site.run("--baseline nowhere.jsonl zones");
    assert_eq!(outcome.status, 2);
    assert!(
        outcome.stderr.contains("--update-baseline"),
        "{}",
        outcome.stderr
    );
    assert_eq!(site.run("--update-baseline zones").status, 2);
    let outcome = site.run("--baseline nowhere/known.jsonl --update-baseline zones");
    assert_eq!(outcome.status, 2);
    assert!(
        outcome.stderr.contains("cannot write"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn passwords_do_not_reach_the_baseline() {
    let phone = "<a reg.1.auth.password=\"secret\" voIpProt.server.1.address=\"10.0.0.1\" \
                 voIpProt.server.1.transport=\"naptr\"/>\n";
    let site = folder(&[("a.cfg", phone)]);
    site.run("--baseline known.jsonl --update-baseline a.cfg");
    let written = site.read("known.jsonl");
    assert!(written.contains("transport=\\\"naptr"), "{written}");
    assert!(!written.contains("secret"), "{written}");
}

/// A folder with these files, and the baseline `b.jsonl` of its folder `before`.
fn with_baseline(files: &[(String, String)]) -> Folder {
    let files = files.iter().map(|(name, text)| (&**name, &**text));
    let folder = folder(&files.collect::<Vec<_>>());
    let update = folder.run("--baseline b.jsonl --update-baseline before");
    assert_eq!(update.status, 0, "{}", update.stderr);
    folder
}

/// Two views of a zone, with SIP servers or without, and a handset.
fn two_views(internal: &str, external: &str) -> Folder {
    folder(&[
        ("in/internal/eslab.local.zone", &format!("{HEAD}{internal}")),
        ("in/external/eslab.local.zone", &format!("{HEAD}{external}")),
        (
            "in/phones/00907a0a0001.cfg",
            "<x voIpProt.server.1.address=\"eslab.local\"/>\n",
        ),
    ])
}

const SERVERS: &str = "_sip._udp SRV 0 10 5060 piper\n_sip._udp SRV 1 10 5060 ns1\n";
const MISSING: &str = "error srv-missing";

#[test]
fn an_ignore_of_one_view_counts_for_what_handsets_miss_there() {
    let settings = "ignore:\n- rules: srv-missing\n  paths: external/**\n  reason: not met\n";
    for (internal, external, expected, suppressed) in [
        (SERVERS, "", &[][..], 1),
        // The same is found in the other view too.
        ("", "", &[MISSING], 0),
        ("", SERVERS, &[MISSING, UNUSED], 0),
    ] {
        let site = two_views(internal, external);
        site.write("in/sipdns-lint.yaml", settings);
        let (found, [_, by_settings, _]) = told(&site, "in");
        assert_eq!(found, expected, "{internal:?} {external:?}");
        assert_eq!(by_settings, suppressed, "{internal:?} {external:?}");
    }
}

#[test]
fn a_view_without_sip_servers_is_told_of_the_one_that_lists_them() {
    let below = SERVERS.replace("_udp", "_udp.voice");
    let tls = SERVERS.replace("_sip._udp", "_sips._tcp");
    for (rule, address, internal, external, is_told) in [
        ("srv-missing", "eslab.local", SERVERS, "", true),
        ("srv-missing", "eslab.local", "", "", false),
        (
            "srv-missing-for-transport",
            "eslab.local",
            SERVERS,
            &tls,
            true,
        ),
        (
            "srv-missing-for-transport",
            "eslab.local",
            &tls,
            &tls,
            false,
        ),
        (
            "phone-address-not-in-dns",
            "voice.eslab.local",
            &below,
            "",
            true,
        ),
        (
            "phone-address-not-in-dns",
            "voice.eslab.local",
            "",
            "",
            false,
        ),
    ] {
        let site = two_views(internal, external);
        let handset = format!("<x voIpProt.server.1.address=\"{address}\"/>\n");
        site.write("in/phones/00907a0a0001.cfg", &handset);
        let report = site.run(&format!("--only {rule} --format json in")).json();
        let help = report["findings"][0]["help"].as_str().expect("a text");
        let told = "By `in/internal/eslab.local.zone` handsets find a server: if none asks";
        assert_eq!(help.contains(told), is_told, "{rule}: {help}");
    }
}

#[test]
fn an_ignore_of_one_view_counts_for_what_is_expected_there() {
    let ignores = "- rules: [srv-missing, srv-expected-server-missing]\n  paths: external/**\n  \
                   reason: not met\n";
    let first_only = "_sip._udp SRV 0 10 5060 piper\n";
    for external in ["", first_only] {
        let site = two_views(SERVERS, external);
        let expectation = "expect:\n- address: eslab.local\n  servers: [piper.eslab.local, \
                           ns1.eslab.local]\n  transports: UDP\n";
        let settings = format!("{expectation}ignore:\n{ignores}");
        site.write("in/sipdns-lint.yaml", &settings);
        let outcome = site.run("--format concise -q in");
        assert_eq!(outcome.status, 0, "{}", outcome.stdout);
        assert!(!outcome.stdout.contains("expected"), "{}", outcome.stdout);
        site.write("in/sipdns-lint.yaml", expectation);
        let shown = site.run("--only srv-expected-server-missing in").stdout;
        assert!(
            shown.contains("in: in/external/eslab.local.zone"),
            "{shown}"
        );
    }
}

#[test]
fn what_is_known_of_one_view_is_new_in_another() {
    let site = two_views(SERVERS, "");
    let known = "--baseline known.jsonl";
    site.run(&format!("{known} --update-baseline in"));
    assert!(
        site.read("known.jsonl")
            .contains(",\"views\":[\"external/eslab.local.zone\"],\"file\":\"phones/"),
        "{}",
        site.read("known.jsonl")
    );
    assert_eq!(told(&site, &format!("{known} in")).0, [""; 0]);
    site.write("in/internal/eslab.local.zone", HEAD);
    // What is stale is that the reverse zone of its servers is not given.
    assert_eq!(told(&site, &format!("{known} in")).0, [MISSING, STALE]);
    site.run(&format!("{known} --update-baseline in"));
    assert_eq!(told(&site, &format!("{known} in")).0, [""; 0]);
    site.write("in/external/eslab.local.zone", &format!("{HEAD}{SERVERS}"));
    assert_eq!(told(&site, &format!("{known} in")).0, [""; 0]);
    // Entries that name no view hold for all.
    let entries = site.read("known.jsonl");
    let lines = entries
        .lines()
        .map(|line| match line.split_once(",\"views\"") {
            Some((entry, _)) => format!("{entry}}}\n"),
            None => format!("{line}\n"),
        });
    site.write("known.jsonl", &lines.collect::<String>());
    assert_eq!(told(&site, &format!("{known} in")).0, [""; 0]);
}

#[test]
fn what_is_known_of_one_address_is_new_of_another() {
    let zone = |name: &str| {
        format!(
            "$ORIGIN {name}.\n$TTL 3600\n@ SOA ns h 1 900 600 86400 900\n@ NS ns\nns A 10.0.0.53\n\
             _sip._udp SRV 1 0 5060 a\n_sip._udp SRV 2 0 5060 b\na A 10.0.0.1\nb A 10.0.0.2\n"
        )
    };
    let phone = |address: &str, port: u16| {
        format!(r#"<x voIpProt.server.1.address="{address}" voIpProt.server.1.port="{port}"/>"#)
    };
    let site = |folder: &str, port: u16| {
        [
            (format!("{folder}/one.zone"), zone("one.example")),
            (format!("{folder}/two.zone"), zone("two.example")),
            (format!("{folder}/one.cfg"), phone("one.example", 5060)),
            (format!("{folder}/two.cfg"), phone("two.example", port)),
        ]
    };
    let files = [site("before", 0), site("after", 5060)].concat();
    let folder = with_baseline(&files);
    let found = |words: &str| told(&folder, &format!("--only phone-port-blocks-srv {words}")).0;
    let blocks = "error phone-port-blocks-srv";
    assert_eq!(found("--baseline b.jsonl before"), [""; 0]);
    assert_eq!(found("after"), [blocks; 2]);
    assert_eq!(found("--baseline b.jsonl after"), [blocks]);
    // An entry of an earlier version has no address.
    let known = std::fs::read_to_string(folder.path().join("b.jsonl")).expect("a text");
    let without = known.replace(r#","addresses":["one.example"]"#, "");
    assert_ne!(known, without);
    std::fs::write(folder.path().join("old.jsonl"), without).expect("it is written");
    assert_eq!(found("--baseline old.jsonl before"), [""; 0]);
}

#[test]
fn what_a_baseline_knows_of_one_customer_is_new_of_another() {
    let zone = |name: &str, host: &str, address: &str| {
        format!(
            "$ORIGIN {name}.\n$TTL 3600\n@ SOA ns h 1 900 600 86400 900\n@ NS ns\nns A 10.0.0.53\n\
             _sip._udp SRV 1 0 5060 a\n_sip._udp SRV 2 0 0 {host}\na A 10.0.0.1\nb A {address}\n"
        )
    };
    let phone =
        |address: &str| format!(r#"<x reg.1.address="1" voIpProt.server.1.address="{address}"/>"#);
    let bad = ["b", "10.0.0.300", "sip:"];
    let site = |time: &str, name: &str, [host, address, scheme]: [&str; 3]| {
        let domain = format!("{name}.example");
        [
            (
                format!("{time}/{name}/x.zone"),
                zone(&domain, host, address),
            ),
            (
                format!("{time}/{name}/phones/00907a0000{name}.cfg"),
                phone(&format!("{scheme}{domain}")),
            ),
        ]
    };
    let files = [
        site("before", "aa", bad),
        site("before", "bb", ["b", "10.0.0.2", ""]),
        site("after", "aa", ["B", "10.0.0.300", "sip:"]),
        site("after", "bb", bad),
    ];
    let files = files.concat();
    let folder = with_baseline(&files);
    let only = "--only zone-syntax,phone-address-decorated,srv-port-zero";
    let found = |words: &str| told(&folder, &format!("{only} {words}")).0;
    let new = ["error phone-address-decorated", "error zone-syntax"];
    assert_eq!(found("--baseline b.jsonl before"), [""; 0]);
    assert_eq!(found("--baseline b.jsonl after"), new);
    // An entry of an earlier version has no file.
    let known = std::fs::read_to_string(folder.path().join("b.jsonl")).expect("a text");
    let without = known.replace(r#","file":"aa/x.zone""#, "");
    assert_ne!(known, without);
    std::fs::write(folder.path().join("old.jsonl"), without).expect("it is written");
    assert_eq!(found("--baseline old.jsonl after"), new[..1]);
}
