//! What the author of a pull request might try, through every command and format: to have
//! files shown that lie outside the folder that is checked, and to make much work or memory
//! out of little text. (What would be obeyed by terminals, browsers and runners is in
//! `tests/formats`.)

#[path = "support/program.rs"]
mod program;

use program::folder;
#[cfg(unix)]
use program::{Folder, formats};

const ZONE: &str = "\
$ORIGIN a.example.
$TTL 300
@ SOA ns1 hostmaster 1 900 600 86400 300
@ NS ns1
ns1 A 10.0.0.1
_sip._udp SRV 1 1 5060 ns1
";

/// What stands in the files outside, and nowhere else.
const OUTSIDE: &str = "not-for-you";

/// A folder that reaches for what lies beside it in every way that inputs have.
#[cfg(unix)]
fn reaching_out() -> Folder {
    use std::os::unix::fs::symlink;
    let zone = format!("{OUTSIDE} A 10.9.9.9\n");
    let phone = format!("<a voIpProt.server.1.address=\"{OUTSIDE}\" x.{OUTSIDE}=\"\"/>");
    let folder = folder(&[
        ("outside/secret.zone", &zone),
        ("outside/secret.cfg", &phone),
        ("outside/secret.yaml", &format!("{OUTSIDE}: 1\n")),
        ("outside/rules/secret.yaml", &format!("id: {OUTSIDE}\n")),
        ("old/a.zone", ZONE),
        (
            "given/00907a0a0001.cfg",
            "<!DOCTYPE a [<!ENTITY x SYSTEM \"../outside/secret.cfg\"><!ENTITY % y SYSTEM \
             \"file:///etc/passwd\">%y;]>\n<a voIpProt.server.1.address=\"&x;\" \
             voIpProt.server.1.transport=\"DNSnaptr\">&x;</a>\n",
        ),
        (
            "given/handset.log",
            "1028171642|dns  |1|00|doDnsLookupForList for record NAPTR: hostname 'a.example' \
             attempting..\n",
        ),
        (
            "given/dnsmasq.conf",
            "conf-file=../outside/secret.zone\naddn-hosts=/etc/passwd\n\
             srv-host=_sip._udp.b.example,ns1.a.example,5060\n",
        ),
    ]);
    let outside = folder.path().join("outside");
    let given = folder.path().join("given");
    symlink("../outside/secret.zone", given.join("link.zone")).expect("a new link");
    symlink("../outside/secret.cfg", given.join("link.cfg")).expect("a new link");
    symlink("../outside/secret.cfg", given.join("00907a0a0002.cfg")).expect("a new link");
    symlink("../outside", given.join("beside")).expect("a new link");
    symlink("/", given.join("root")).expect("a new link");
    let paths = |file: &str| {
        [
            "/etc/passwd".to_owned(),
            "../../../../../../../../etc/passwd".to_owned(),
            "root/etc/passwd".to_owned(),
            "file:///etc/passwd".to_owned(),
            outside.join(file).display().to_string(),
            format!("../outside/{file}"),
            format!("..\\outside\\{file}"),
            format!("./x/../../outside/{file}"),
            format!("beside/{file}"),
            format!("link.{}", &file[7..]),
            "..".to_owned(),
            "../..".to_owned(),
        ]
    };
    let includes = paths("secret.zone").map(|path| format!("$INCLUDE \"{path}\"\n"));
    folder.write("given/a.zone", &format!("{ZONE}{}", includes.concat()));
    let names = paths("secret.cfg").join(", ");
    let master = format!("<APPLICATION CONFIG_FILES=\"{names}\" MISC_FILES=\"{names}\"/>");
    folder.write("given/000000000000.cfg", &master);
    folder
}

#[cfg(unix)]
#[test]
fn no_command_shows_what_lies_outside_the_folder() {
    let folder = reaching_out();
    let mut refused = 0;
    let mut run = |words: &str| {
        let outcome = folder.run(words);
        for text in [&outcome.stdout, &outcome.stderr] {
            assert!(!text.contains(OUTSIDE), "{words}: {text}");
            assert!(!text.contains("root:x:"), "{words}: {text}");
        }
        refused += usize::from(outcome.stdout.contains("lies outside the folder"));
    };
    for command in [
        "given",
        "trace given",
        "trace given --as-log",
        "failover given",
        "log given/handset.log given",
        "diff old given",
    ] {
        for format in formats() {
            run(&format!("{command} --verbose --format {format}"));
        }
    }
    for words in [
        "fix given",
        "fix given --undo",
        "fix given --diff",
        "fix given --write",
        "given --handset-mac 00907a0a0001",
        "given --handset-mac 00907a0a0002",
    ] {
        run(words);
    }
    assert!(
        refused > 10,
        "and it is said that it was asked for: {refused}"
    );
    // So that the test would see it: who names these files means them.
    let named = folder.run("--verbose outside/secret.zone --origin x.example");
    assert!(named.stdout.contains(OUTSIDE) || named.stderr.contains(OUTSIDE) || named.status == 2);
    let shown = folder.run("outside --format json --verbose").stdout;
    assert!(shown.contains(OUTSIDE), "{shown}");
}

/// What settings that lie in the folder name is inside as well.
#[test]
fn settings_in_the_folder_reach_nothing_outside() {
    for settings in [
        "rules: ../outside/rules\n",
        "rules: /etc\n",
        "baseline: ../outside/secret.yaml\n",
        "baseline: /etc/passwd\n",
    ] {
        let folder = folder(&[
            ("given/a.zone", ZONE),
            ("given/sipdns-lint.yaml", settings),
            ("outside/secret.yaml", &format!("{OUTSIDE}: 1\n")),
            ("outside/rules/secret.yaml", &format!("id: {OUTSIDE}\n")),
        ]);
        let outcome = folder.run("given");
        assert_eq!(outcome.status, 2, "{settings}: {}", outcome.stdout);
        let said = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(!said.contains(OUTSIDE), "{settings}: {said}");
        assert!(!said.contains("root:x:"), "{settings}: {said}");
    }
}

/// Little text that would be much if it were done as it says: like an archive that holds
/// archives.
#[test]
fn nothing_grows_without_bounds_out_of_little() {
    let entity = |n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10));
    let laughs: String = (1..20).map(entity).collect();
    let laughs = format!("<!DOCTYPE a [<!ENTITY l0 \"lol\">{laughs}]>\n<a x=\"&l19;\">&l19;</a>");
    let nested: Vec<_> = (0..16)
        .map(|n| {
            let text = format!("$INCLUDE f{0}\n$INCLUDE f{0}\n", n + 1);
            (format!("f{n}"), text)
        })
        .collect();
    let mut include: Vec<_> = nested
        .iter()
        .map(|(name, text)| (&**name, &**text))
        .collect();
    let zone = format!("{ZONE}$INCLUDE f0\n");
    include.extend([("f16", "; nothing\n"), ("a.zone", &*zone)]);
    let deep = format!("{}{}", "<a>".repeat(500_000), "</a>".repeat(500_000));
    let master = |next: &str| {
        let names = vec![next; 2000].join(",");
        format!("<APPLICATION CONFIG_FILES=\"{names}\"/>")
    };
    let (one, two) = (master("two.cfg"), master("000000000000.cfg"));
    for (what, files, rule) in [
        (
            "entities",
            &[("00907a0a0001.cfg", &*laughs)][..],
            "input-limit-reached",
        ),
        ("includes", &include, "input-limit-reached"),
        (
            "elements",
            &[("00907a0a0001.cfg", &deep)],
            "input-limit-reached",
        ),
        (
            "masters",
            &[("000000000000.cfg", &one), ("two.cfg", &two)],
            "",
        ),
    ] {
        let outcome = folder(files).run("--format json .");
        assert!(outcome.status < 2, "{what}: {}", outcome.stderr);
        assert!(outcome.stdout.contains(rule), "{what}: {}", outcome.stdout);
        assert!(
            outcome.stdout.len() < 4 << 20,
            "{what}: {}",
            outcome.stdout.len()
        );
    }
    let alias = |n| format!("a{n}: &a{n} [*a{0}, *a{0}, *a{0}, *a{0}]\n", n - 1);
    let aliases: String = (1..30).map(alias).collect();
    for settings in [
        format!("a0: &a0 [x]\n{aliases}"),
        format!("ignore: {}{}\n", "[".repeat(100_000), "]".repeat(100_000)),
        format!("ignore: {}\n", "{a: ".repeat(100_000)),
    ] {
        let site = [("a.zone", ZONE), ("sipdns-lint.yaml", &settings)];
        let outcome = folder(&site).run(".");
        assert_eq!(outcome.status, 2, "{}", &settings[..40]);
        assert!(outcome.stderr.len() < 4096, "{}", outcome.stderr);
    }
    let json = format!("{}{}", "[".repeat(1 << 20), "]".repeat(1 << 20));
    let outcome = folder(&[("a.json", &json)]).run("--input powershell-json=a.json");
    assert!(outcome.status < 3 && outcome.stdout.len() + outcome.stderr.len() < 1 << 16);
}

#[test]
fn a_zone_may_include_from_the_other_folders_that_are_given() {
    let folder = folder(&[
        (
            "zones/a.zone",
            &format!("{ZONE}$INCLUDE ../shared/sip.inc\n"),
        ),
        (
            "shared/sip.inc",
            "hidden A 10.225.2.99\nother A 10.225.2.300\n",
        ),
        ("shared/b.zone", ZONE),
    ]);
    for (given, is_read) in [
        ("zones shared", true),
        (".", true),
        ("zones", false),
        // A file that is named opens none beside it.
        ("zones shared/b.zone", false),
    ] {
        let shown = folder.run(&format!("--format concise {given}")).stdout;
        assert_eq!(shown.contains("10.225.2.300"), is_read, "{given}: {shown}");
        let is_refused = shown.contains("lies outside the folder");
        assert_eq!(is_refused, !is_read, "{given}: {shown}");
    }
}
