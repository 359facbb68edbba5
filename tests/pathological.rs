//! Inputs that nobody writes by hand: each is of a size at which work that grows with the
//! square of it would not end, and what is said of it is right. No clock is looked at.

use std::fmt::Write as _;

use serde_json::Value;

#[path = "support/program.rs"]
mod program;

use program::{Folder, folder};

const HEAD: &str = "\
$ORIGIN x.example.
$TTL 300
@ SOA ns1 hostmaster 1 900 600 86400 300
@ NS ns1
ns1 A 10.0.0.1
";

/// A folder with one zone: the head, and so many lines.
fn zone(count: usize, line: impl Fn(usize) -> String) -> Folder {
    let lines: String = (0..count).map(line).collect();
    folder(&[("x.example.zone", &format!("{HEAD}{lines}"))])
}

/// An address of its own for each number.
fn address(number: usize) -> String {
    let [.., a, b, c] = number.to_be_bytes();
    format!("10.{a}.{b}.{c}")
}

fn report(folder: &Folder) -> Value {
    let outcome = folder.run("--quiet --format json .");
    assert!(outcome.status < 2, "{}", outcome.stderr);
    outcome.json()
}

/// How many findings a rule has.
fn findings(report: &Value, rule: &str) -> usize {
    let findings = report["findings"].as_array().expect("a list").iter();
    findings.filter(|finding| finding["rule"] == rule).count()
}

fn records(report: &Value) -> u64 {
    let inputs = report["inputs"].as_array().expect("a list").iter();
    inputs.filter_map(|input| input["records"].as_u64()).sum()
}

#[test]
fn one_owner_has_ten_thousand_srv_records() {
    let many = 10_000;
    let folder = zone(many, |n| {
        format!("_sip._udp SRV {} {} 5060 t{n}\n", n % 65_536, n / 65_536)
    });
    let report = report(&folder);
    assert_eq!(records(&report), many as u64 + 3);
    assert_eq!(findings(&report, "srv-target-missing-address"), many);
}

#[test]
fn findings_are_shown_by_rule_counted_and_all_in_json() {
    let many = 5000;
    let folder = zone(many, |n| format!("a{n} A 10.0.0.999\n"));
    assert_eq!(findings(&report(&folder), "zone-syntax"), many);
    let text = folder.run("--format concise .").stdout;
    assert_eq!(text.matches("zone-syntax").count(), 51, "50, and one line");
    assert!(text.contains("4950 more"), "{text}");
    assert!(text.contains("5000 errors"), "{text}");
    for format in ["pretty", "table", "github", "markdown", "html"] {
        let text = folder.run(&format!("--format {format} .")).stdout;
        assert!(text.len() < 1 << 20, "{format}: {}", text.len());
        assert!(text.contains("5000 errors"), "{format}");
    }
    for format in ["sarif", "gitlab", "junit"] {
        let text = folder.run(&format!("--format {format} .")).stdout;
        assert!(text.matches("zone-syntax").count() >= many, "{format}");
    }
}

#[test]
fn a_hundred_thousand_origins_and_generate_lines_are_read() {
    let many = 100_000;
    let folder = zone(many, |n| {
        format!("$ORIGIN o{n}.x.example.\na A {}\n", address(n))
    });
    assert_eq!(records(&report(&folder)), many as u64 + 3);
    let folder = zone(many, |n| format!("$GENERATE 1-1 g{n}-$ A {}\n", address(n)));
    assert_eq!(records(&report(&folder)), many as u64 + 3);
}

#[test]
fn a_line_of_megabytes_is_one_line() {
    let long = 1 << 20;
    for (start, part, end) in [
        (";", "x", ""),
        ("t TXT ", "x", ""),
        ("t TXT ", "x ", ""),
        ("t TXT ", "\"x\" ", ""),
        ("", "x", " A 10.0.0.2"),
        ("a NONSENSE ", "y ", ""),
    ] {
        let line = format!("{start}{}{end}", part.repeat(long / part.len()));
        let folder = zone(1, |_| format!("{line}\nb A 10.0.0.999\n"));
        let text = folder.run("--format concise .").stdout;
        assert!(text.len() < 4096, "{start}: {text}");
        // What comes behind is read.
        assert!(
            text.contains("x.example.zone:7:5: error"),
            "{start}: {text}"
        );
    }
}

#[test]
fn parentheses_are_as_deep_as_somebody_likes() {
    let deep = 200_000;
    for (line, faults) in [
        (
            format!(
                "s SRV {} 1 1 5060 ns1 {}\n",
                "(".repeat(deep),
                ")".repeat(deep)
            ),
            0,
        ),
        (
            format!(
                "s SRV {} 1 1 5060 ns1 {}\n",
                "(\n".repeat(deep),
                ")\n".repeat(deep)
            ),
            0,
        ),
        (format!("s SRV 1 1 5060 ns1 {}\n", "(".repeat(deep)), 1),
        (format!("s SRV 1 1 5060 ns1 {}\n", ")".repeat(deep)), 1),
        ("s SRV ( 1 1\n".repeat(10_000), 10_000),
    ] {
        let folder = zone(1, |_| line.clone());
        let found = findings(&report(&folder), "zone-syntax");
        assert_eq!(found, faults, "{}", &line[..20]);
    }
}

#[test]
fn aliases_lead_to_aliases_tens_of_thousands_of_times() {
    let many = 50_000;
    for last in ["c50000 A 10.0.0.2\n", "c50000 CNAME c0\n"] {
        let folder = zone(many, |n| format!("c{n} CNAME c{}\n", n + 1));
        let text = folder.read("x.example.zone");
        let text = format!("{text}{last}_sip._udp SRV 1 1 5060 c0\n");
        folder.write("x.example.zone", &text);
        let report = report(&folder);
        assert_eq!(records(&report), many as u64 + 5);
        let told = ["zone-cname-chain-long", "zone-cname-loop"];
        let told: usize = told.iter().map(|rule| findings(&report, rule)).sum();
        assert!(told > 0, "{last}");
    }
    // Thousands of set-ups on one chain: each is told of it.
    let many = 2000;
    let folder = zone(many, |n| {
        format!("_sip._udp.s{n} SRV 1 1 5060 c{n}\nc{n} CNAME c{}\n", n + 1)
    });
    let report = report(&folder);
    let setups = report["setups"].as_array().map(Vec::len);
    assert_eq!(setups, Some(many));
}

#[test]
fn ten_thousand_misspelt_types_are_told_one_by_one() {
    let many = 10_000;
    let folder = zone(many, |n| format!("a{n} SRV{n} 1 1 5060 ns1\n"));
    assert_eq!(findings(&report(&folder), "zone-syntax"), many);
}

#[test]
fn an_xml_element_has_tens_of_thousands_of_attributes() {
    let attributes = |many: usize, attribute: &dyn Fn(usize) -> String| {
        let attributes: String = (1..=many).map(attribute).collect();
        let text = format!("<a><b{attributes}/></a>");
        folder(&[("phone.cfg", &text)])
    };
    let lines = attributes(30_000, &|n| {
        format!(" reg.{n}.server.1.address=\"s.x.example\"")
    });
    let setups = report(&lines)["setups"].as_array().map(Vec::len);
    assert_eq!(setups, Some(1), "they all look up the same");
    let ports = attributes(10_000, &|n| format!(" reg.{n}.server.1.port=\"x\""));
    let report = report(&ports);
    assert!(findings(&report, "phone-value-out-of-range") > 0);
}

/// None takes over from another, since they all lead to one server.
#[test]
fn one_line_of_a_handset_has_thousands_of_server_entries() {
    let many = 5000;
    let folder = zone(many, |n| format!("h{n} A 10.0.0.2\n"));
    let entry = |n| format!(" reg.1.server.{}.address=\"h{n}.x.example\"", n + 1);
    let entries: String = (0..many).map(entry).collect();
    folder.write("phone.cfg", &format!("<a reg.1.address=\"1\"{entries}/>"));
    assert_eq!(findings(&report(&folder), "phone-address-is-host"), many);
}

/// Every finding of a file of one line has a column of its own.
#[test]
fn one_line_has_tens_of_thousands_of_findings() {
    let many = 15_000;
    let mut text = String::from("<a>");
    for _ in 0..many {
        text.push_str("<é reg.1.server.1.transport=\"UDPx\"/>");
    }
    text.push_str("</a>");
    let report = report(&folder(&[("phone.cfg", &text)]));
    let found = findings(&report, "phone-transport-invalid");
    assert_eq!(found, many);
    let columns: Vec<_> = report["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|finding| finding["rule"] == "phone-transport-invalid")
        .filter_map(|finding| finding["location"]["column"].as_u64())
        .collect();
    let width = "<é reg.1.server.1.transport=\"UDPx\"/>".chars().count() as u64;
    let first = "<a><é reg.1.server.1.transport=\"".chars().count() as u64 + 1;
    let expected: Vec<_> = (0..many as u64).map(|n| first + n * width).collect();
    assert_eq!(columns, expected);
}

#[test]
fn thousands_of_servers_share_an_address_with_thousands_of_ptr_records() {
    let many = 1500;
    let folder = zone(many, |n| {
        format!("_sip._udp.s{n} SRV 1 1 5060 h{n}\nh{n} A 10.0.0.1\nw{n} CNAME h{n}\n")
    });
    let mut reverse = HEAD.replace("x.example.\n$TTL", "10.in-addr.arpa.\n$TTL");
    for n in 0..many {
        writeln!(reverse, "1.0.0 PTR w{n}.x.example.").expect("a string");
    }
    folder.write("10.in-addr.arpa.zone", &reverse);
    let report = report(&folder);
    assert_eq!(findings(&report, "ptr-to-alias"), many, "each is told once");
}

#[test]
fn tens_of_thousands_of_repairs_are_made() {
    let many = 30_000;
    let folder = zone(many, |n| {
        format!("_sip._udp.s{n} SRV 1 1 5060 ns1.x.example\n")
    });
    let outcome = folder.run("fix --write .");
    assert!(outcome.stderr.contains("changed x.example.zone"));
    let text = folder.read("x.example.zone");
    assert_eq!(text.matches("ns1.x.example.\n").count(), many);
}

#[test]
fn one_line_has_tens_of_thousands_of_ignores() {
    let many = 30_000;
    let folder = zone(1, |_| {
        let ignores = "; sipdns-lint: ignore[zone-syntax] ".repeat(many);
        format!("a A 10.0.0.999 {ignores}\nb A 10.0.0.999 {ignores}\n")
    });
    assert_eq!(findings(&report(&folder), "zone-syntax"), 0);
}

#[test]
fn thousands_of_zones_have_a_copy_in_another_folder() {
    let many = 4000_usize;
    let folder = folder(&[]);
    for n in 0..many {
        let text = HEAD.replace("x.example", &format!("x{n}.example"));
        for copy in ["new", "old"] {
            folder.write(&format!("{copy}/x{n}.example.zone"), &text);
        }
    }
    folder.write(
        "old/x0.example.zone",
        &format!("{HEAD}_sip._udp SRV 1 1 5060 gone\n"),
    );
    let report = report(&folder);
    assert_eq!(records(&report), many as u64 * 6 + 1);
    assert_eq!(findings(&report, "srv-target-missing-address"), 1);
}

#[cfg(unix)]
#[test]
fn files_of_nothing_but_holes_are_not_held() {
    let folder = folder(&[("x.example.zone", HEAD)]);
    for name in ["disk.img", "big.zone", "00907a0a0001.cfg"] {
        let file = std::fs::File::create(folder.path().join(name)).expect("a new file");
        file.set_len(3 << 30).expect("a hole takes no room");
    }
    let program = assert_cmd::cargo::cargo_bin!("sipdns-lint");
    let script = format!(
        "ulimit -v 2000000; exec '{}' --format json .",
        program.display()
    );
    let output = std::process::Command::new("sh")
        .current_dir(folder.path())
        .args(["-c", &script])
        .output()
        .expect("a shell");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    let report = serde_json::from_slice(&output.stdout).expect("a report");
    assert_eq!(findings(&report, "input-limit-reached"), 1);
    assert_eq!(records(&report), 3);
}

#[test]
fn thousands_of_handsets_have_addresses_of_their_own_and_share_a_port() {
    let many = 3000;
    let name = |n: usize| format!("00907a{n:06x}-reg.cfg");
    let domains = (0..many).map(|n| {
        format!(
            "_sip._udp.d{n} SRV 1 0 5060 ns1\n_sip._udp.d{n} SRV 2 0 5060 ns2\nd{n} A 10.0.0.1\n"
        )
    });
    let zone = format!("{HEAD}ns2 A 10.0.0.2\n{}", domains.collect::<String>());
    let address =
        |n| format!(r#"<r reg.1.address="{n}" voIpProt.server.1.address="d{n}.x.example"/>"#);
    let own: Vec<_> = (0..many).map(|n| (name(n), address(n))).collect();
    let list = r#"<a CONFIG_FILES="[PHONE_MAC_ADDRESS]-reg.cfg, site.cfg"/>"#;
    let port = r#"<s voIpProt.server.1.port="5060"/>"#;
    let mut files = vec![("x.example.zone", &*zone), ("000000000000.cfg", list)];
    files.push(("site.cfg", port));
    files.extend(own.iter().map(|(name, text)| (&**name, &**text)));
    let report = report(&folder(&files));
    assert_eq!(findings(&report, "phone-port-blocks-srv"), many);
}

#[test]
fn settings_expect_something_of_each_of_ten_thousand_addresses() {
    let many = 10_000;
    let folder = zone(many, |n| format!("_sip._udp.c{n} SRV 0 0 5060 ns1\n"));
    let expect = |n: usize| {
        let server = if n == 0 { "ns2" } else { "ns1" };
        format!("  - {{address: c{n}.x.example, servers: {server}.x.example, mode: single}}\n")
    };
    let expected: String = (0..many).map(expect).collect();
    folder.write("sipdns-lint.yaml", &format!("expect:\n{expected}"));
    assert_eq!(findings(&report(&folder), "srv-expected-server-missing"), 1);
}
