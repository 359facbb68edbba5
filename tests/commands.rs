//! The printed commands do to a server's zone what the edits do to its file, and the lines of
//! a rule's page do the same on every system. `support/interpreter.rs` runs them.

// What examples expect is the matter of other tests.
#[allow(dead_code)]
#[path = "support/example.rs"]
mod example;
#[allow(dead_code)]
#[path = "support/folder.rs"]
mod folder;
#[path = "support/interpreter.rs"]
mod interpreter;
#[path = "support/site.rs"]
mod site;

use std::collections::BTreeSet;

use folder::every_folder;
use interpreter::{Records, Step, bind, dnscmd, filled, powershell, records};
use sipdns_lint::dns::Name;
use sipdns_lint::finding::{Edit, Finding};
use sipdns_lint::fix::{Change, Commands};
use sipdns_lint::rule::{PAGES, Page};
use sipdns_lint::site::Site;
use sipdns_lint::source::{Origin, Source, Sources};
use sipdns_lint::zone::{self, Format, Zone};

/// The master file that a finding's edits change, if it is one and only one.
fn edited_zone<'s>(site: &'s Site, edits: &[Edit]) -> Option<&'s Zone> {
    let source = edits.first()?.source;
    let is_one = edits.iter().all(|edit| edit.source == source);
    let mut zones = site.zones.iter().map(|zone| &**zone);
    zones.find(|zone| is_one && zone.source == source && zone.format == Format::MasterFile)
}

/// The records of a zone once the edits are made.
fn after(site: &Site, zone: &Zone, edits: &[Edit]) -> Records {
    let mut text = site.sources.get(zone.source).text.to_string();
    let mut edits = edits.to_vec();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.start));
    for edit in edits {
        text.replace_range(edit.start as usize..edit.end as usize, &edit.text);
    }
    read(text, zone.apex.clone())
}

/// The records of a master file.
fn read(text: String, origin: Name) -> Records {
    let sources = Sources::new();
    let id = sources.add(Source::new("zone", Origin::Stdin, text));
    let options = zone::ReadOptions {
        origin: Some(origin),
        ..Default::default()
    };
    records(&zone::read(&sources, id, Format::MasterFile, &options)[0])
}

/// What is there once the steps are taken.
fn ran(before: &Records, steps: &[Step]) -> Records {
    let mut records = before.clone();
    interpreter::run(&mut records, steps);
    records
}

/// Runs the lines of one finding; which systems had some.
fn run(what: &str, site: &Site, finding: &Finding, seen: &mut BTreeSet<&'static str>) {
    let Some(fix) = &finding.fix else { return };
    let commands = Commands::of(&fix.changes);
    let Some(lines) = commands.bind.as_deref().map(filled) else {
        return;
    };
    if lines.contains("named.conf") || lines.contains('\\') {
        return;
    }
    // Here records are told by their owners, which stay the same from one zone to another.
    let stays = |change: &Change| match change {
        Change::Record {
            old: Some(old),
            new: Some(new),
        } => old.place.owner() == new.place.owner() && old.place.zone() != new.place.zone(),
        _ => false,
    };
    if fix.changes.iter().any(stays) {
        return;
    }
    let what = format!("{what}: {}", finding.rule.id);
    // The zones that the lines speak of, all together.
    let mut before = Records::new();
    for zone in &site
        .views
        .iter()
        .flat_map(|view| view.zones.iter().cloned())
        .collect::<Vec<_>>()
    {
        before.extend(records(zone));
    }
    let by_bind = ran(&before, &bind(&lines));
    if let Some(lines) = commands.powershell.as_deref().map(filled) {
        let by_powershell = ran(&before, &powershell(&lines));
        assert_eq!(by_powershell, by_bind, "{what}: PowerShell");
        seen.insert("powershell");
    }
    if let Some(lines) = commands.dnscmd.as_deref().map(filled) {
        let by_dnscmd = ran(&before, &dnscmd(&lines));
        assert_eq!(by_dnscmd, by_bind, "{what}: dnscmd");
        seen.insert("dnscmd");
        if lines.to_ascii_lowercase().contains(" naptr ") {
            assert!(
                commands.powershell.is_none() && commands.reason.is_some(),
                "{what}"
            );
            seen.insert("naptr");
        }
    }
    if let Some(zone) = edited_zone(site, &fix.edits) {
        let by_lines = ran(&records(zone), &bind(&lines));
        // One default may stand in a file for the TTLs of many records.
        let by_edits = after(site, zone, &fix.edits);
        assert!(by_edits.keys().eq(by_lines.keys()), "{what}: edits");
        seen.insert("edits");
    }
}

#[test]
fn commands_do_what_the_edits_do() {
    let mut seen = BTreeSet::new();
    for folder in every_folder() {
        let (site, findings) = folder.check();
        // In one of several copies of a zone the same record may be missing.
        if site.views.len() > 1 {
            continue;
        }
        for finding in &findings {
            run(&folder.name, &site, finding, &mut seen);
        }
    }
    let all = ["dnscmd", "edits", "naptr", "powershell"];
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), all);
}

#[test]
fn the_interpreter_refuses_what_a_server_would() {
    let name = Name::from_ascii("a.lab.").expect("a name");
    assert_eq!(name.to_string(), "a.lab.");
    for (lines, ok) in [
        ("dnscmd /RecordAdd lab a A 10.0.0.1", true),
        ("dnscmd /RecordDelete lab a A 10.0.0.1 /f", false),
        ("dnscmd /RecordAdd lab a A 10.0.0.1 & calc", false),
        ("dnscmd /RecordAdd lab b A 10.0.0.2", false),
    ] {
        let run = std::panic::catch_unwind(|| {
            let records = Records::from([("b.lab. a 10.0.0.2".to_owned(), None)]);
            ran(&records, &dnscmd(lines)).len()
        });
        assert_eq!(run.is_ok(), ok, "{lines}");
    }
}

/// Pages whose repair is of a file: no server keeps what is wrong there.
const OF_FILES: [&str; 5] = [
    "settings-unused-ignore",
    "zone-include-unreadable",
    "zone-soa-missing",
    "zone-ttl-missing",
    "zone-typographic-character",
];

/// What stands where PowerShell has no way.
const NO_NAPTR: &str =
    "# The DnsServer module cannot write NAPTR records: run the dnscmd lines in cmd.exe.";

#[test]
fn pages_say_on_every_system_what_is_to_be_done() {
    let mut checked = 0;
    for page in PAGES {
        let fix = &page.fix;
        let Some(zone) = fix.zone else { continue };
        let lines = [fix.powershell, fix.dnscmd, fix.clicks];
        if OF_FILES.contains(&page.id) {
            assert_eq!(lines, [None; 3], "{}", page.id);
            continue;
        }
        assert!(lines.iter().all(Option::is_some), "{}: {lines:?}", page.id);
        let [powershell_lines, dnscmd_lines, _] = lines.map(Option::unwrap_or_default);
        let mut shown = Records::new();
        // A reader leaves out what is of the other zone.
        for apex in ["eslab.local.", "2.225.10.in-addr.arpa."] {
            let apex = Name::from_ascii(apex).expect("a name");
            shown.extend(read(format!("$TTL 3600\n{}", filled(zone)), apex));
        }
        let by_dnscmd = dnscmd(&filled(dnscmd_lines));
        let has_naptr = dnscmd_lines.contains(" NAPTR ");
        assert_eq!(powershell_lines == NO_NAPTR, has_naptr, "{}", page.id);
        let by_powershell = if has_naptr {
            by_dnscmd.clone()
        } else {
            powershell(&filled(powershell_lines))
        };
        agree(page, &shown, &by_dnscmd, &by_powershell);
        checked += 1;
    }
    assert!(checked > 50, "{checked}");
}

/// Both ways end with the same records, and what they add is what the page shows.
fn agree(page: &Page, zone: &Records, by_dnscmd: &[Step], by_powershell: &[Step]) {
    let id = page.id;
    let mut before = Records::new();
    for step in by_powershell {
        match step {
            Step::Add(record, ttl) => {
                assert_eq!(zone.get(record), Some(ttl), "{id}: {record}: {zone:?}");
            }
            Step::Remove(record) => {
                before.insert(record.clone(), None);
            }
            // What PowerShell sets was something else before.
            Step::Soa { apex, fields, .. } => {
                let start = format!("{apex} soa ");
                let soa = zone.keys().find(|record| record.starts_with(&start));
                let soa = soa.expect("the page shows the record");
                let mut words: Vec<_> = soa.split(' ').collect();
                for (index, value) in fields {
                    assert_eq!(words[2 + index], value, "{id}");
                    words[2 + index] = "4";
                }
                before.insert(words.join(" "), None);
            }
        }
    }
    let gone = ran(&before, by_dnscmd);
    assert_eq!(ran(&before, by_powershell), gone, "{id}");
    let stays = |record: &&String| !gone.contains_key(*record);
    for record in before.keys().filter(stays) {
        assert!(
            !zone.contains_key(record),
            "{id}: {record} goes and is shown"
        );
    }
    assert!(!by_dnscmd.is_empty(), "{id}");
}
