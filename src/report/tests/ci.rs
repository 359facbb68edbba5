//! The formats for CI services and teams: what they look like, their limits, their places.

#![expect(
    clippy::unicode_not_nfc,
    reason = "columns must be right under combining characters too"
)]

use super::*;

#[test]
fn github_annotates() {
    insta::assert_snapshot!(sample(Format::Github), @r#"
    ::error file=zones/eslab.zone,line=7,col=24,endColumn=28,title=test-error::`sip2.eslab.local.` has no A record%0Aadd an A record, or remove the SRV record
    ::warning file=zones/eslab.zone,line=3,col=43,endColumn=48,title=test-warning::a drink
    ::notice file=zones/eslab.zone,line=8,col=18,endColumn=19,title=test-warning::the file ends here
    1 error, 1 warning, 1 note
    "#);
}

#[test]
fn gitlab_lists() {
    insta::assert_snapshot!(sample(Format::Gitlab), @r#"
    [
      {
        "description": "a drink",
        "check_name": "test-warning",
        "fingerprint": "d42d2891c63d040eb8a5b73489f26adb:1",
        "severity": "major",
        "location": {
          "path": "zones/eslab.zone",
          "lines": {
            "begin": 3,
            "end": 3
          }
        }
      },
      {
        "description": "`sip2.eslab.local.` has no A record",
        "check_name": "test-error",
        "fingerprint": "e2173a6fd4c36fa7bb6872b438a994e5:1",
        "severity": "critical",
        "location": {
          "path": "zones/eslab.zone",
          "lines": {
            "begin": 7,
            "end": 7
          }
        }
      },
      {
        "description": "the file ends here",
        "check_name": "test-warning",
        "fingerprint": "fb45409e323459713daa3895ee343f28:1",
        "severity": "info",
        "location": {
          "path": "zones/eslab.zone",
          "lines": {
            "begin": 8,
            "end": 8
          }
        }
      }
    ]
    "#);
}

#[test]
fn junit_counts() {
    insta::assert_snapshot!(sample(Format::Junit), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="sipdns-lint" tests="4" skipped="2" failures="1" errors="0">
        <testsuite name="phones/a.cfg" tests="1" skipped="0" errors="0" failures="0">
            <testcase name="no findings" classname="phones/a.cfg"/>
        </testsuite>
        <testsuite name="zones/eslab.zone" tests="3" skipped="2" errors="0" failures="1">
            <testcase name="test-warning: a drink" classname="zones/eslab.zone" file="zones/eslab.zone" line="3">
                <skipped message="a drink" type="warning">zones/eslab.zone:3:43: warning[test-warning] a drink</skipped>
            </testcase>
            <testcase name="test-error: `sip2.eslab.local.` has no A record" classname="zones/eslab.zone" file="zones/eslab.zone" line="7">
                <failure message="`sip2.eslab.local.` has no A record" type="error">zones/eslab.zone:7:24: error[test-error] `sip2.eslab.local.` has no A record
    phones/a.cfg:2:30: handsets look this up
    zones/eslab.zone:8:1: the other server has one
    help: add an A record, or remove the SRV record</failure>
            </testcase>
            <testcase name="test-warning: the file ends here" classname="zones/eslab.zone" file="zones/eslab.zone" line="8">
                <skipped message="the file ends here" type="note">zones/eslab.zone:8:18: note[test-warning] the file ends here</skipped>
            </testcase>
        </testsuite>
    </testsuites>
    "#);
}

#[test]
fn markdown_tells() {
    insta::assert_snapshot!(sample(Format::Markdown), @r#"
    ## sipdns-lint: 1 error, 1 warning, 1 note

    ### Errors

    **test-error** `zones/eslab.zone:7:24`

    `sip2.eslab.local.` has no A record

    ```text
    _sip._udp SRV 1 0 5060 sip2
    ```

    - `phones/a.cfg:2:30`: handsets look this up
    - `zones/eslab.zone:8:1`: the other server has one

    add an A record, or remove the SRV record

    Touches 2 handsets.

    Fix: add the A record

    <details><summary>lines to type</summary>

    zone file:

    ```text
    sip2.eslab.local. A <address of sip2>
    ```

    PowerShell:

    ```text
    Add-DnsServerResourceRecordA -ZoneName "eslab.local" -Name "sip2" -IPv4Address "<address of sip2>"
    ```

    dnscmd:

    ```text
    dnscmd /RecordAdd eslab.local sip2 A "<address of sip2>"
    ```

    DNS Manager:

    ```text
    open Forward Lookup Zones > eslab.local (missing folders: right-click > New Domain...); right-click that folder > New Host (A or AAAA)...; Name: sip2; IP address: <address of sip2>; OK
    ```

    </details>

    ### Warnings

    **test-warning** `zones/eslab.zone:3:43`

    a drink

    ```text
    @ SOA ns1 admin 1 900 600 86400 900 ; 管理者 café
    ```

    Fix: write a number

    ### Notes

    **test-warning** `zones/eslab.zone:8:18`

    the file ends here

    ```text
    sip1 A 10.225.2.31
    ```

    ### Set-ups

    | set-up | verdict | servers in order |
    |---|---|---|
    | `eslab.local, port 0, DNSnaptr` | registers | 1. `sip1.eslab.local. 10.225.2.31:5060 UDP` |

    ### Checked

    - 6 records of 1 zone (eslab.local.)
    - 1 set-up, 4 questions of handsets followed
    - not checked: PTR records: no reverse zone given
    "#);
}

#[test]
fn sarif_has_it_all() {
    insta::assert_snapshot!("sarif", sample(Format::Sarif));
}

/// `number` findings of each of two rules, the later ones touching more handsets.
fn many(site: &Site, zone: SourceId, number: usize) -> Vec<Finding> {
    let place = at(site, zone, "sip2");
    let mac = |number| format!("00907a{number:06x}").parse().expect("a MAC");
    let macs: Vec<_> = (0..number).map(mac).collect();
    let of = |rule: &'static Page, n: usize| {
        Finding::new(rule, place, format!("number {n:04}"))
            .severity(Severity::Warning)
            .handsets(&macs[..n])
    };
    let numbers = 0..number;
    numbers
        .flat_map(|n| [of(&ERROR, n), of(&WARNING, n)])
        .collect()
}

#[test]
fn github_shows_the_worst_ten_of_each_level_and_counts_the_rest() {
    let (site, zone, _) = site(ZONE);
    let error = Finding::new(&ERROR, at(&site, zone, "sip1"), "an error");
    let mut all = many(&site, zone, 20);
    all.push(error);
    let report = Report::new(&site, all, Vec::new(), &Selection::default());
    let text = written(&report, Format::Github);
    let lines = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
    assert_eq!(lines("::error "), 1);
    assert_eq!(lines("::warning "), 10);
    // One of each rule in turn: neither rule keeps the other out.
    assert_eq!(text.matches("title=test-error::").count(), 6, "{text}");
    assert_eq!(text.matches("title=test-warning::").count(), 5, "{text}");
    assert!(
        text.contains("30 more findings without an annotation"),
        "{text}"
    );
    // Why the exit status is 2 takes part in the ten.
    let problems = vec![Problem::new("cannot read `x`"); 12];
    let errors = (0..12).map(|n| Finding::new(&ERROR, at(&site, zone, "sip1"), n.to_string()));
    let report = Report::new(&site, errors.collect(), problems, &Selection::default());
    let text = written(&report, Format::Github);
    assert_eq!(text.matches("::error ").count(), 10);
}

#[test]
fn markdown_keeps_to_its_limit_and_counts_what_is_left_out() {
    let (site, zone, _) = site(ZONE);
    let all = many(&site, zone, 1000);
    let report = Report::new(&site, all, Vec::new(), &Selection::default());
    let shown = |text: &str| text.matches("number ").count();
    let text = written(&report, Format::Markdown);
    assert!(text.len() <= markdown::COMMENT, "{}", text.len());
    let hidden = 2000 - shown(&text);
    assert!(hidden > 0 && hidden < 2000);
    assert!(
        text.contains(&format!("and {hidden} more warnings that did not fit")),
        "{text}"
    );
    assert!(
        text.contains("### Set-ups") && text.contains("### Checked"),
        "they have room"
    );
    let text = written_with(&report, Format::Markdown, Detail::Verbose);
    assert_eq!(shown(&text), 2000, "--verbose shows all");
    let how = Presentation {
        format: Format::Github,
        content: Content::Findings,
        detail: Detail::Normal,
        color: false,
    };
    for taken in [0, 1_000_000, 1_048_500, 5_000_000] {
        let summary = report.job_summary(&how, taken);
        assert!(summary.len() as u64 + taken.min(1_048_576) < 1_048_576 + 1);
    }
}

fn parsed(report: &Report<'_>) -> Value {
    serde_json::from_str(&written(report, Format::Sarif)).expect("JSON")
}

#[test]
fn fingerprints_stay_when_lines_move_and_differ_between_findings() {
    let fingerprints = |text: &str, format| {
        let (site, zone, phone) = site(text);
        let mut all = findings(&site, zone, phone);
        // The same rule, message and text at two places.
        let second = at(&site, zone, "SRV 1");
        for span in [at(&site, zone, "SRV 0"), second] {
            let word = Span::new(zone, span.start as usize, span.start as usize + 3);
            all.push(Finding::new(&ERROR, word, "twice"));
        }
        let report = Report::new(&site, all, Vec::new(), &Selection::default());
        let json: Value = serde_json::from_str(&written(&report, format)).expect("JSON");
        let list = match format {
            Format::Sarif => &json["runs"][0]["results"],
            _ => &json,
        };
        let of = |one: &Value| match format {
            Format::Sarif => one["partialFingerprints"]["sipdnsLint/v1"].to_string(),
            _ => one["fingerprint"].to_string(),
        };
        let mut all: Vec<_> = list.as_array().expect("a list").iter().map(of).collect();
        assert_eq!(all.len(), 5);
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 5, "no two the same");
        all
    };
    for format in [Format::Sarif, Format::Gitlab] {
        let moved = ZONE.replacen("$TTL", "; a line more\r\n$TTL", 1);
        assert_eq!(fingerprints(ZONE, format), fingerprints(&moved, format));
    }
}

#[test]
fn what_stands_in_no_file_is_shown_at_a_file_that_has_to_do_with_it() {
    let (site, zone, phone) = site(ZONE);
    let text = "; answers\nsip2.eslab.local. 60 IN A 10.225.2.99\n";
    let name = "<server 192.0.2.53:53>";
    let live = site.sources.add(Source::new(name, Origin::Live, text));
    let address = at(&site, live, "10.225.2.99");
    let alone = Finding::new(&WARNING, address, "alone");
    let related = Finding::new(&WARNING, address, "related")
        .related(Span::new(live, 0, 3), "no file either")
        .related(at(&site, phone, "eslab.local"), "configured here")
        .related(at(&site, zone, "sip2"), "another one");
    let report = Report::new(
        &site,
        vec![alone, related],
        Vec::new(),
        &Selection::default(),
    );
    let log = parsed(&report);
    let results = log["runs"][0]["results"].as_array().expect("a list");
    let [alone, related] = &results[..] else {
        panic!("two")
    };
    let logical = serde_json::json!([{
        "name": "10.225.2.99",
        "fullyQualifiedName": "<server 192.0.2.53:53> sip2.eslab.local. 60 IN A 10.225.2.99",
        "kind": "resource",
    }]);
    for (result, uri) in [(alone, None), (related, Some("phones/a.cfg"))] {
        let location = &result["locations"][0];
        assert_eq!(location["logicalLocations"], logical);
        let file = &location["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!(file.as_str(), uri);
    }
    let github = written(&report, Format::Github);
    assert!(
        github.contains("::warning title=test-warning::alone%0Aat <server"),
        "{github}"
    );
    assert!(
        github.contains("::warning file=phones/a.cfg,line=2,col=30,"),
        "{github}"
    );
    let gitlab: Value = serde_json::from_str(&written(&report, Format::Gitlab)).expect("JSON");
    assert_eq!(gitlab[1]["location"]["path"], "phones/a.cfg");
    let description = gitlab[1]["description"].as_str().expect("a text");
    assert_eq!(description, "related (at <server 192.0.2.53:53>:2:27)");
}

#[test]
fn sarif_leaves_out_no_error_for_a_note_and_says_what_it_leaves_out() {
    let (site, zone, phone) = site(ZONE);
    let all = findings(&site, zone, phone);
    let report = Report::new(&site, all, Vec::new(), &Selection::default());
    let mut out = Vec::new();
    sarif::write_limited(&report, 2, &mut out).expect("memory takes it");
    let json: Value = serde_json::from_slice(&out).expect("JSON");
    let run = &json["runs"][0];
    let levels: Vec<_> = run["results"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| &one["level"])
        .collect();
    assert_eq!(levels, ["warning", "error"]);
    let notifications = &run["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(
        notifications[0]["message"]["text"],
        "1 more finding left out: code scanning takes no more results"
    );
}

#[test]
fn a_repair_is_what_the_edit_says() {
    let (site, zone, phone) = site(ZONE);
    let report = Report::new(
        &site,
        findings(&site, zone, phone),
        Vec::new(),
        &Selection::default(),
    );
    let log = parsed(&report);
    let replacement = |result: usize| {
        log["runs"][0]["results"][result]["fixes"][0]["artifactChanges"][0]["replacements"][0]
            .clone()
    };
    // An insertion behind `sip2` at the end of line 7.
    let region =
        serde_json::json!({"startLine": 7, "startColumn": 28, "endLine": 7, "endColumn": 28});
    assert_eq!(replacement(1)["deletedRegion"], region);
    assert_eq!(
        replacement(1)["insertedContent"]["text"],
        "\nsip2 A 10.225.2.32"
    );
    assert_eq!(replacement(0)["deletedRegion"]["endColumn"], 48);
}

#[test]
fn plain_text_of_sarif_holds_no_link() {
    let (site, zone, _) = site(ZONE);
    let finding = Finding::new(
        &ERROR,
        at(&site, zone, "sip2"),
        "`[x](http://evil.example)`",
    );
    let report = Report::new(&site, vec![finding], Vec::new(), &Selection::default());
    let message = parsed(&report)["runs"][0]["results"][0]["message"].clone();
    assert_eq!(message["text"], "`[x\\](http://evil.example)`");
    assert_eq!(message["markdown"], "`[x](http://evil.example)`");
}
