//! `--format html`: a page that stands alone, whatever its inputs hold and however many.

use std::fmt::Write as _;
use std::path::Path;

use assert_cmd::Command;
use proptest::prelude::*;
use tempfile::TempDir;

fn page(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::cargo_bin("sipdns-lint")
        .expect("cargo builds the program")
        .current_dir(folder)
        .env_clear()
        .args(arguments)
        .args(["--format", "html"])
        .output()
        .expect("the program runs");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The tags of a page in order, without attributes: `p`, `/p`. Fails where `<` or `>` stand
/// for anything else.
fn tags(page: &str) -> Vec<String> {
    let mut tags = Vec::new();
    // The style sheet is the only text in which `>` stands for itself.
    let style = page.find("<style>").expect("a style")..page.find("</style>").expect("its end");
    let body = format!("{}{}", &page[..style.start + 7], &page[style.end..]);
    let mut rest = body.as_str();
    while let Some(at) = rest.find(['<', '>']) {
        assert!(
            rest[at..].starts_with('<'),
            "a stray `>`: {}",
            &rest[at.saturating_sub(40)..at]
        );
        let end = rest[at..].find('>').expect("a tag ends") + at;
        let tag = &rest[at + 1..end];
        assert!(!tag.contains('<'), "a stray `<`: {tag}");
        let name = tag.split_whitespace().next().expect("a name");
        tags.push(name.to_owned());
        rest = &rest[end + 1..];
    }
    tags
}

/// Every element is closed where it was opened, and headings descend one level at a time.
fn is_well_formed(page: &str) {
    let mut open: Vec<String> = Vec::new();
    let mut level = 0;
    for tag in tags(page) {
        if ["!DOCTYPE", "meta", "br"].contains(&&*tag) {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name));
            continue;
        }
        if let Some(heading) = tag
            .strip_prefix('h')
            .and_then(|digit| digit.parse::<u8>().ok())
        {
            assert!(heading <= level + 1, "h{heading} below h{level}");
            level = heading;
        }
        open.push(tag);
    }
    assert!(open.is_empty(), "{open:?} are not closed");
}

/// Nothing is run and nothing is fetched.
fn stands_alone(page: &str) {
    let lower = page.to_ascii_lowercase();
    for forbidden in [
        "<script",
        "<iframe",
        "<img",
        "<link",
        "<object",
        "<form",
        " src=",
        "url(",
        "@import",
        "javascript:",
    ] {
        assert!(!lower.contains(forbidden), "{forbidden}");
    }
    for link in lower.split("href=\"").skip(1) {
        assert!(link.starts_with('#'), "{}", &link[..link.len().min(60)]);
    }
    assert!(page.contains("default-src 'none'; style-src 'unsafe-inline'"));
}

#[test]
fn every_fixture_makes_a_sound_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sites = 0;
    for folder in std::fs::read_dir(root.join("fixtures")).expect("fixtures/ is there") {
        let folder = folder.expect("a readable folder").path();
        if !folder.is_dir() {
            continue;
        }
        let name = format!(
            "fixtures/{}",
            folder.file_name().expect("a name").to_string_lossy()
        );
        let page = page(root, &[&name]);
        is_well_formed(&page);
        stands_alone(&page);
        for heading in [
            "What to do",
            "What handsets find",
            "When servers are down",
            "Findings",
            "How undocumented behaviour was read",
            "What was checked, and what was not",
            "What was read",
        ] {
            assert!(
                page.contains(&format!(">{heading}</h2>")),
                "{name}: {heading}"
            );
        }
        assert_eq!(page.matches("<h1>").count(), 1);
        assert_eq!(page, self::page(root, &[&name]), "the same bytes again");
        sites += 1;
    }
    assert!(sites > 10, "{sites}");
}

#[test]
fn the_chain_goes_from_the_handset_to_the_ptr_record() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = page(root, &["fixtures/good-sub-domain"]);
    let mut at = 0;
    for box_of in [
        "<strong>handset</strong>",
        "<strong>NAPTR</strong>",
        "<strong>SRV</strong>",
        "<strong>1. A</strong>",
        "<strong>PTR</strong><span>31.2.225.10.in-addr.arpa.</span><span>sipprimary.mydomain.local.",
        "<strong>2. A</strong>",
    ] {
        let found = page[at..]
            .find(box_of)
            .unwrap_or_else(|| panic!("no {box_of} behind the others"));
        at += found;
    }
    assert!(page.contains("(holds under every reading)"));
}

#[test]
fn a_log_is_told_on_a_page_of_its_own() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let log = "bulletin-log-failed/handset.log";
    let alone = page(&root, &["log", log]);
    let beside = page(&root, &["log", log, "bulletin-log-failed/zones"]);
    for page in [&alone, &beside] {
        is_well_formed(page);
        stands_alone(page);
        for words in [
            "<h1>SIP lookups in bulletin-log-failed/handset.log</h1>",
            ">What the log <code>bulletin-log-failed/handset.log</code> tells</h2>",
            "<h3>Lookup 1: testserver.eslab.local, user 1512: no server found</h3>",
            "<dt>means</dt>",
            "<td data-column=\"question\"><code>SRV _sip._udp.testserver.eslab.local</code></td>",
            "<h3>Course of events</h3>",
        ] {
            assert!(page.contains(words), "no `{words}` in\n{page}");
        }
    }
    assert!(
        !alone.contains("When servers are down"),
        "it says nothing of that"
    );
    assert!(beside.contains("<dt>predicted</dt>") && beside.contains("When servers are down"));
}

#[test]
fn names_in_messages_are_code_and_inputs_have_their_serial() {
    let folder = TempDir::new().expect("a temporary folder");
    let zone = "$ORIGIN x.test.\n$TTL 60\n@ SOA ns h 77 1 1 1 1\n@ NS ns\nns A 10.0.0.1\n\
                _sip._udp SRV 1 1 5060 gone \t \n";
    std::fs::write(folder.path().join("x.zone"), zone).expect("a new file");
    let page = page(folder.path(), &["x.zone"]);
    assert!(
        page.contains("<mark>gone</mark>\n"),
        "no blanks at the end of a line: {page}"
    );
    assert!(
        page.contains("<code>gone.x.test.</code> has no A record"),
        "{page}"
    );
    assert!(
        page.contains("<td data-column=\"serial\">77</td>"),
        "{page}"
    );
}

/// Light from 0 to 1 of a colour `#rrggbb` (WCAG 2.2, relative luminance).
fn luminance(colour: &str) -> f64 {
    let channel = |from: usize| {
        let value = u8::from_str_radix(&colour[from..from + 2], 16).expect("hexadecimal");
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

/// WCAG 2.2, success criterion 1.4.3: 4.5 to 1 at least.
#[test]
fn colours_can_be_told_apart() {
    let style = include_str!("../src/report/html/page.css");
    let schemes: Vec<_> = style.split(":root {").skip(1).collect();
    assert_eq!(schemes.len(), 3, "light, dark, print");
    for scheme in schemes {
        let scheme = scheme.split('}').next().expect("its end");
        let colours: std::collections::BTreeMap<_, _> = scheme
            .split(';')
            .filter_map(|line| line.trim().strip_prefix("--")?.split_once(": "))
            .collect();
        let contrast = |one: &str, two: &str| {
            let (one, two) = (luminance(colours[one]), luminance(colours[two]));
            (one.max(two) + 0.05) / (one.min(two) + 0.05)
        };
        assert!(contrast("text", "mark") >= 4.5, "marked text");
        for name in colours
            .keys()
            .filter(|name| !["ground", "soft", "mark"].contains(name))
        {
            for ground in ["ground", "soft"] {
                let contrast = contrast(name, ground);
                assert!(contrast >= 4.5, "{name} on {ground}: {contrast:.1}");
            }
        }
    }
}

/// The runner of a CI service reads what a step prints.
#[test]
fn no_runner_takes_a_page_for_orders() {
    let folder = TempDir::new().expect("a temporary folder");
    let zone = "$ORIGIN x.test.\n$TTL 60\n@ SOA ns h 77 1 1 1 1\n@ NS ns\n\
                _sip._udp SRV 1 1 5060 gone ; ##[error]x ##vso[task.complete]\n";
    std::fs::write(folder.path().join("x.zone"), zone).expect("a new file");
    let page = page(folder.path(), &["x.zone"]);
    assert!(
        page.contains("[task.complete]"),
        "the line is shown:\n{page}"
    );
    assert!(!page.contains("##[") && !page.contains("##vso["), "{page}");
}

#[test]
fn a_page_is_bounded_and_counts_what_it_leaves_out() {
    let mut zone =
        String::from("$ORIGIN big.test.\n$TTL 60\n@ SOA ns h 1 1 1 1 1\n@ NS ns\nns A 10.0.0.1\n");
    for number in 0..1500 {
        writeln!(zone, "_sip._udp.site{number} SRV 1 1 5060 gone{number}").expect("a string");
    }
    let folder = TempDir::new().expect("a temporary folder");
    std::fs::write(folder.path().join("big.zone"), zone).expect("a new file");
    let page = page(folder.path(), &["big.zone"]);
    is_well_formed(&page);
    assert!(page.len() < 2_000_000, "{}", page.len());
    assert!(
        page.contains("And 1450 more set-ups"),
        "set-ups are counted"
    );
    assert!(page.contains("more findings"), "findings are counted");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever stands in zone and configuration, it is text on the page.
    #[test]
    fn inputs_are_text_and_nothing_else(
        hostile in prop::collection::vec(
            prop::sample::select(vec![
                "<script>alert(1)</script>", "\"", "'", "&", "&lt;", "-->", "</pre>", "</style>",
                "\u{202e}", "\u{1b}[2J", "href=\"http://x.test\"", " ", "a", "\\", "\u{0}",
            ]),
            1..6,
        ),
    ) {
        let hostile = hostile.concat();
        let folder = TempDir::new().expect("a temporary folder");
        let zone = format!(
            "$ORIGIN x.test.\n$TTL 60\n@ SOA ns h 1 1 1 1 1\n@ NS ns\nns A 10.0.0.1\n\
             _sip._udp SRV 1 1 5060 ns ; {hostile}\n@ NAPTR 1 1 \"{hostile}\" \"SIP+D2U\" \"\" x\n\
             {hostile} A 10.0.0.1\n"
        );
        let escaped = hostile.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
        let phone = format!(
            "<x voIpProt.server.1.address=\"x.test{escaped}\" voIpProt.server.1.transport=\"{escaped}\"/>"
        );
        std::fs::write(folder.path().join("x.zone"), zone).expect("a new file");
        std::fs::write(folder.path().join("phone.cfg"), phone).expect("a new file");
        let page = page(folder.path(), &["."]);
        is_well_formed(&page);
        stands_alone(&page.replace("href=&quot;", ""));
        let obeyed = page.contains(['\u{202e}', '\u{1b}']);
        prop_assert!(!obeyed);
    }

    /// Whatever stands in a log, it is text on the page.
    #[test]
    fn logs_are_text_and_nothing_else(
        hostile in prop::collection::vec(
            prop::sample::select(vec![
                "<script>", "\"", "'", "&", "`", "-->", "</code>", "\u{202e}", "\u{1b}[2J", " ", "a",
            ]),
            1..6,
        ),
    ) {
        let hostile = hostile.concat();
        let folder = TempDir::new().expect("a temporary folder");
        let lines = format!(
            "sip  |*|00|Sip Register Usr:{hostile} Dsp:{hostile} Auth:'u' Inx:0\n\
             dns  |1|00|doDnsLookupForList for record NAPTR: hostname 'a.b' attempting..\n\
             dns  |2|00|doDnsLookupForList for record NAPTR: no match found for '{hostile}'\n\
             sip  |4|00|doDnsListLookup(udp): doDnsSrvLookupForARecordList 'a.b' found no records.\n\
             sip  |4|00|Registration failed User: {hostile}, Error Code:480 {hostile} gone"
        );
        let lines: Vec<_> = lines.lines().map(|line| format!("1028171642|{line}")).collect();
        std::fs::write(folder.path().join("x.log"), lines.join("\n")).expect("a new file");
        let page = page(folder.path(), &["log", "x.log"]);
        prop_assert!(page.contains("Lookup 1: "), "the log was read: {page}");
        is_well_formed(&page);
        stands_alone(&page);
        let obeyed = page.contains(['\u{202e}', '\u{1b}']);
        prop_assert!(!obeyed);
    }
}
