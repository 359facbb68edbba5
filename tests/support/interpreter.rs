//! A small interpreter of the lines that repairs print for master files, PowerShell and
//! `dnscmd`. A line it does not understand, a record that is added twice or removed without
//! being there fails.

use std::collections::BTreeMap;

use sipdns_lint::dns::{Record, RecordType};
use sipdns_lint::fix::{Commands, NewRecord, Place, add_record};
use sipdns_lint::zone::Zone;

/// Records as `owner type data`, lower case, and the TTL where they have one of their own.
pub type Records = BTreeMap<String, Option<u32>>;

/// What one line does to a server's zones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A record comes, with its TTL.
    Add(String, Option<u32>),
    /// A record goes.
    Remove(String),
    /// Fields of a zone's SOA record change, counted from the first name; and its TTL.
    Soa {
        /// The apex with its final dot.
        apex: String,
        fields: Vec<(usize, String)>,
        ttl: Option<u32>,
    },
}

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

/// The records of a zone.
pub fn records(zone: &Zone) -> Records {
    let sets = TYPES.iter().flat_map(|kind| zone.contents.sets(*kind));
    sets.flat_map(|set| set.records.iter()).map(line).collect()
}

fn line(record: &Record) -> (String, Option<u32>) {
    let place = Place::new(None, &record.owner.name);
    let bind = Commands::of(&[add_record(place, &NewRecord::from(record))]).bind;
    normal(&words(&bind.expect("every record has a line"), "bind"))
}

/// One spelling of a record, and its TTL.
fn normal(words: &[String]) -> (String, Option<u32>) {
    let mut words = words.to_vec();
    let ttl = words[1].parse().ok();
    if ttl.is_some() {
        words.remove(1);
    }
    (words.join(" ").to_ascii_lowercase(), ttl)
}

fn adding(words: &[String]) -> Step {
    let (record, ttl) = normal(words);
    Step::Add(record, ttl)
}

fn removing(words: &[String]) -> Step {
    Step::Remove(normal(words).0)
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
        "@" if zone == "." => zone.to_owned(),
        owner if zone == "." => format!("{owner}."),
        "@" => format!("{zone}."),
        owner => format!("{owner}.{zone}."),
    }
}

/// Blanks filled in, so that lines with them can be run.
pub fn filled(text: &str) -> String {
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

/// Takes the steps one after the other.
pub fn run(records: &mut Records, steps: &[Step]) {
    for step in steps {
        match step {
            Step::Add(record, ttl) => {
                let before = records.insert(record.clone(), *ttl);
                assert!(before.is_none(), "it is there already: {record}");
            }
            Step::Remove(record) => {
                let before = records.remove(record);
                assert!(before.is_some(), "it is not there: {record}");
            }
            Step::Soa { apex, fields, ttl } => {
                let start = format!("{apex} soa ");
                let old = records.keys().find(|record| record.starts_with(&start));
                let old = old.unwrap_or_else(|| panic!("no zone {apex}")).clone();
                let had = records.remove(&old).flatten();
                let mut words: Vec<&str> = old.split(' ').collect();
                for (index, value) in fields {
                    words[2 + index] = value;
                }
                records.insert(words.join(" "), ttl.or(had));
            }
        }
    }
}

/// Lines of a master file.
pub fn bind(lines: &str) -> Vec<Step> {
    let step = |line: &str| match line.strip_prefix("; remove: ") {
        Some(gone) => removing(&words(gone, "bind")),
        None => adding(&words(line, "bind")),
    };
    lines.lines().map(step).collect()
}

/// Lines for cmd.exe.
pub fn dnscmd(lines: &str) -> Vec<Step> {
    let step = |line: &str| {
        let words = words(line, "cmd.exe");
        assert_eq!(words[0], "dnscmd", "{line}");
        let apex = absolute("@", &words[2]);
        let mut record = vec![absolute(&words[3], &words[2])];
        // The record for the way back is not one of these.
        let rest = words[4..].iter().filter(|word| *word != "/CreatePTR");
        record.extend(rest.cloned());
        match words[1].as_str() {
            "/RecordAdd" => match adding(&record) {
                Step::Add(text, ttl) if text.starts_with(&format!("{apex} soa ")) => {
                    let fields: Vec<_> = text.split(' ').skip(2).map(str::to_owned).collect();
                    assert_eq!(fields.len(), 7, "{line}");
                    Step::Soa {
                        apex,
                        fields: fields.into_iter().enumerate().collect(),
                        ttl,
                    }
                }
                added => added,
            },
            "/RecordDelete" => {
                assert_eq!(record.pop().as_deref(), Some("/f"), "{line}");
                removing(&record)
            }
            other => panic!("{other}: {line}"),
        }
    };
    lines.lines().map(step).collect()
}

/// Lines for PowerShell.
pub fn powershell(lines: &str) -> Vec<Step> {
    let step = |line: &str| match line.strip_prefix("$old = ") {
        Some(rest) => powershell_soa(rest),
        None => powershell_record(line),
    };
    lines.lines().map(step).collect()
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
fn powershell_soa(line: &str) -> Step {
    let mut statements = line.split("; ");
    let get = statements.next().expect("the record is taken first");
    let get = words(get, "PowerShell");
    assert_eq!(get[0], "Get-DnsServerResourceRecord", "{line}");
    assert_eq!(
        (&*get[1], &*get[3], &*get[4]),
        ("-ZoneName", "-RRType", "Soa"),
        "{line}"
    );
    let copy = statements.next();
    assert_eq!(copy, Some("$new = [ciminstance]::new($old)"), "{line}");
    let (mut fields, mut ttl, mut is_set) = (Vec::new(), None, false);
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
            ttl = digits.parse().ok();
            continue;
        }
        let name = property
            .strip_prefix("$new.RecordData.")
            .expect("a property");
        let number = NUMBERS.iter().position(|known| *known == name);
        fields.push((2 + number.expect("a number of the record"), digits));
    }
    assert!(is_set, "{line}");
    Step::Soa {
        apex: absolute("@", &get[2]).to_ascii_lowercase(),
        fields,
        ttl,
    }
}

fn powershell_record(line: &str) -> Step {
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
    let (kind, parameters): (&str, &[&str]) = match words[0].as_str() {
        "Remove-DnsServerResourceRecord" => {
            assert!(has("-Force"), "it would ask: {line}");
            let start = words.iter().position(|word| word == "-RecordData");
            let start = start.expect("the data of the record") + 1;
            let data = words[start..].iter().take_while(|word| *word != "-Force");
            let record = [owner, need("-RRType")].into_iter().chain(data.cloned());
            return removing(&record.collect::<Vec<_>>());
        }
        "Add-DnsServerResourceRecordA" => ("A", &["-IPv4Address"]),
        "Add-DnsServerResourceRecordAAAA" => ("AAAA", &["-IPv6Address"]),
        "Add-DnsServerResourceRecordCName" => ("CNAME", &["-HostNameAlias"]),
        "Add-DnsServerResourceRecordPtr" => ("PTR", &["-PtrDomainName"]),
        "Add-DnsServerResourceRecord" if has("-NS") => ("NS", &["-NameServer"]),
        "Add-DnsServerResourceRecord" if has("-Srv") => {
            ("SRV", &["-Priority", "-Weight", "-Port", "-DomainName"])
        }
        other => panic!("{other}: {line}"),
    };
    let mut record = vec![owner, kind.to_owned()];
    record.extend(parameters.iter().map(|name| need(name)));
    // A target without its final dot is complete all the same.
    if let Some(name) = record.last_mut()
        && !matches!(kind, "A" | "AAAA")
        && !name.ends_with('.')
    {
        name.push('.');
    }
    Step::Add(
        normal(&record).0,
        value("-TimeToLive").map(|span| seconds(&span)),
    )
}

/// Seconds of a time span, `days.hours:minutes:seconds`.
fn seconds(span: &str) -> u32 {
    let (days, rest) = span.split_once('.').expect("days");
    let units = [days].into_iter().chain(rest.split(':'));
    let numbers: Vec<u32> = units.map(|unit| unit.parse().expect("a number")).collect();
    assert_eq!(numbers.len(), 4, "{span}");
    numbers[0] * 86400 + numbers[1] * 3600 + numbers[2] * 60 + numbers[3]
}
