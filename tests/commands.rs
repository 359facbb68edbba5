//! The printed commands do to a server's zone what the edits do to its file. A small
//! interpreter runs the PowerShell, dnscmd and master file lines of every repair; a line it
//! does not understand, a record that is added twice or removed without being there fails.

// What examples expect is the matter of other tests.
#[allow(dead_code)]
#[path = "support/example.rs"]
mod example;
#[allow(dead_code)]
#[path = "support/folder.rs"]
mod folder;
#[path = "support/site.rs"]
mod site;

use std::collections::BTreeSet;

use folder::every_folder;
use sipdns_lint::dns::{Name, Record, RecordType};
use sipdns_lint::finding::{Edit, Finding};
use sipdns_lint::fix::{NewRecord, Place, add_record};
use sipdns_lint::site::Site;
use sipdns_lint::source::{Origin, Source, Sources};
use sipdns_lint::zone::{self, Format, Zone};

/// Records as `owner TYPE data`, lower case, without TTL.
type Records = BTreeSet<String>;

const TYPES: [RecordType; 8] = [
    RecordType::A,
    RecordType::AAAA,
    RecordType::CNAME,
    RecordType::NS,
    RecordType::PTR,
    RecordType::SRV,
    RecordType::NAPTR,
    RecordType::SOA,
];

fn line(record: &Record) -> String {
    let owner = record.owner.name.clone();
    let new = NewRecord::from(&record.data);
    let bind = sipdns_lint::fix::Commands::of(&[add_record(Place::new(None, &owner), &new)]).bind;
    normal(&words(&bind.expect("every record has a line"), "bind"))
}

/// One spelling of a record: no TTL, lower case.
fn normal(words: &[String]) -> String {
    let mut words = words.to_vec();
    if words[1].chars().all(|c| c.is_ascii_digit()) {
        words.remove(1);
    }
    words.join(" ").to_ascii_lowercase()
}

fn records(zone: &Zone) -> Records {
    let sets = TYPES.iter().flat_map(|kind| zone.contents.sets(*kind));
    sets.flat_map(|set| &set.records).map(line).collect()
}

/// Words of a line; quotes hold them together. Outside quotes nothing may stand that a shell
/// gives a meaning to.
fn words(line: &str, system: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    for character in line.chars() {
        match character {
            '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            // In quotes too cmd.exe expands variables, and PowerShell expressions.
            '%' if system == "cmd.exe" => panic!("{system}: {line}"),
            '`' | '$' if system == "PowerShell" => panic!("{system}: {line}"),
            '&' | '|' | '<' | '>' | '^' | ';' | '\'' if !quoted && system != "bind" => {
                panic!("{system}: {line}")
            }
            other => word.get_or_insert_default().push(other),
        }
    }
    assert!(!quoted, "{system}: {line}");
    words.extend(word);
    words
}

fn absolute(owner: &str, zone: &str) -> String {
    match owner {
        "@" => format!("{zone}."),
        owner => format!("{owner}.{zone}."),
    }
}

fn add(records: &mut Records, record: String, line: &str) {
    assert!(records.insert(record), "it is there already: {line}");
}

fn remove(records: &mut Records, record: &str, line: &str) {
    assert!(records.remove(record), "it is not there: {line}");
}

fn bind(records: &mut Records, lines: &str) {
    for line in lines.lines() {
        match line.strip_prefix("; remove: ") {
            Some(gone) => remove(records, &normal(&words(gone, "bind")), line),
            None => add(records, normal(&words(line, "bind")), line),
        }
    }
}

fn dnscmd(records: &mut Records, lines: &str) {
    for line in lines.lines() {
        let words = words(line, "cmd.exe");
        assert_eq!(words[0], "dnscmd", "{line}");
        let mut record = vec![absolute(&words[3], &words[2])];
        record.extend_from_slice(&words[4..]);
        match words[1].as_str() {
            "/RecordAdd" => add(records, normal(&record), line),
            "/RecordDelete" => {
                assert_eq!(record.pop().as_deref(), Some("/f"), "{line}");
                remove(records, &normal(&record), line);
            }
            other => panic!("{other}: {line}"),
        }
    }
}

/// Properties of an SOA record in the `DnsServer` module, in the order of its numbers.
const NUMBERS: [&str; 5] = [
    "SerialNumber",
    "RefreshInterval",
    "RetryDelay",
    "ExpireLimit",
    "MinimumTimeToLive",
];

/// Takes a zone's SOA record, sets numbers of a copy, and puts that in its place.
fn powershell_soa(records: &mut Records, line: &str) {
    let mut statements = line.split("; ");
    let get = statements
        .next()
        .and_then(|get| get.strip_prefix("$old = "));
    let get = words(get.expect("the record is taken first"), "PowerShell");
    assert_eq!(get[0], "Get-DnsServerResourceRecord", "{line}");
    assert_eq!(
        (&*get[1], &*get[3], &*get[4]),
        ("-ZoneName", "-RRType", "Soa"),
        "{line}"
    );
    let copy = statements.next();
    assert_eq!(copy, Some("$new = [ciminstance]::new($old)"), "{line}");
    let start = format!("{}. soa ", get[2].to_ascii_lowercase());
    let old = records.iter().find(|record| record.starts_with(&start));
    let old = old
        .unwrap_or_else(|| panic!("no such zone: {line}"))
        .clone();
    let mut new: Vec<String> = old.split(' ').map(str::to_owned).collect();
    let mut is_set = false;
    for statement in statements {
        assert!(!is_set, "nothing comes after: {line}");
        let Some((property, value)) = statement.split_once(" = ") else {
            let set = format!(
                "Set-DnsServerResourceRecord -ZoneName \"{}\" -OldInputObject $old \
                 -NewInputObject $new",
                get[2]
            );
            assert_eq!(statement, set, "{line}");
            is_set = true;
            continue;
        };
        let digits: String = value.chars().filter(char::is_ascii_digit).collect();
        let wrapped = format!("[timespan]::FromSeconds({digits})");
        let is_serial = property.ends_with(".SerialNumber");
        assert_eq!(value, if is_serial { &digits } else { &wrapped }, "{line}");
        if property == "$new.TimeToLive" {
            continue;
        }
        let name = property
            .strip_prefix("$new.RecordData.")
            .expect("a property");
        let number = NUMBERS.iter().position(|known| *known == name);
        new[4 + number.expect("a number of the record")] = digits;
    }
    assert!(is_set, "{line}");
    remove(records, &old, line);
    add(records, new.join(" "), line);
}

fn powershell(records: &mut Records, lines: &str) {
    for line in lines.lines() {
        if line.starts_with("$old = ") {
            powershell_soa(records, line);
            continue;
        }
        // A list of quoted values is one value of several words here.
        let spaced = line.replace("\",\"", "\" \"");
        let words = words(&spaced, "PowerShell");
        let value = |name: &str| {
            let at = words.iter().position(|word| word == name);
            at.map(|at| words[at + 1].clone())
        };
        let need = |name: &str| value(name).unwrap_or_else(|| panic!("{name}: {line}"));
        let owner = absolute(&need("-Name"), &need("-ZoneName"));
        let has = |flag: &str| words.iter().any(|word| word == flag);
        let record: Vec<String> = match words[0].as_str() {
            "Remove-DnsServerResourceRecord" => {
                assert!(has("-Force"), "it would ask: {line}");
                let start = words.iter().position(|word| word == "-RecordData");
                let start = start.expect("the data of the record") + 1;
                let data = words[start..].iter().take_while(|word| *word != "-Force");
                let record: Vec<_> = [owner, need("-RRType")]
                    .into_iter()
                    .chain(data.cloned())
                    .collect();
                remove(records, &normal(&record), line);
                continue;
            }
            "Add-DnsServerResourceRecordA" => vec![owner, "A".into(), need("-IPv4Address")],
            "Add-DnsServerResourceRecordAAAA" => vec![owner, "AAAA".into(), need("-IPv6Address")],
            "Add-DnsServerResourceRecordCName" => {
                vec![owner, "CNAME".into(), need("-HostNameAlias")]
            }
            "Add-DnsServerResourceRecordPtr" => vec![owner, "PTR".into(), need("-PtrDomainName")],
            "Add-DnsServerResourceRecord" if has("-NS") => {
                vec![owner, "NS".into(), need("-NameServer")]
            }
            "Add-DnsServerResourceRecord" if has("-Srv") => vec![
                owner,
                "SRV".into(),
                need("-Priority"),
                need("-Weight"),
                need("-Port"),
                need("-DomainName"),
            ],
            other => panic!("{other}: {line}"),
        };
        add(records, normal(&record), line);
    }
}

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
    let sources = Sources::new();
    let id = sources.add(Source::new("zone", Origin::Stdin, text));
    let options = zone::ReadOptions {
        origin: Some(zone.apex.clone()),
        ..Default::default()
    };
    records(&zone::read(&sources, id, Format::MasterFile, &options)[0])
}

/// Blanks filled in, so that lines with them can be run.
fn filled(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, blank)) = rest.split_once('<') {
        let (what, after) = blank.split_once('>').expect("a blank ends");
        out.push_str(before);
        out.push_str(if what.starts_with("address") {
            "192.0.2.199"
        } else {
            "filled.in.example."
        });
        rest = after;
    }
    out + rest
}

/// Runs the lines of one finding; which systems had some.
fn run(what: &str, site: &Site, finding: &Finding, seen: &mut BTreeSet<&'static str>) {
    let Some(fix) = &finding.fix else { return };
    let commands = sipdns_lint::fix::Commands::of(&fix.changes);
    let Some(lines) = commands.bind.as_deref().map(filled) else {
        return;
    };
    if lines.contains("named.conf") || lines.contains('\\') {
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
    let mut by_bind = before.clone();
    bind(&mut by_bind, &lines);
    if let Some(lines) = commands.powershell.as_deref().map(filled) {
        let mut by_powershell = before.clone();
        powershell(&mut by_powershell, &lines);
        assert_eq!(by_powershell, by_bind, "{what}: PowerShell");
        seen.insert("powershell");
    }
    if let Some(lines) = commands.dnscmd.as_deref().map(filled) {
        let mut by_dnscmd = before.clone();
        dnscmd(&mut by_dnscmd, &lines);
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
        let mut by_lines = records(zone);
        bind(&mut by_lines, &lines);
        assert_eq!(after(site, zone, &fix.edits), by_lines, "{what}: edits");
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
            let mut records = Records::from(["b.lab. a 10.0.0.2".to_owned()]);
            dnscmd(&mut records, lines);
            records.len()
        });
        assert_eq!(run.is_ok(), ok, "{lines}");
    }
}
