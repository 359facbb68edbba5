//! The master-file reader beside BIND's: what BIND loads is loaded here with the same records,
//! what BIND refuses is reported here. `docs/differences-from-bind.md` lists where they differ,
//! and why; nothing else may.
//!
//! Where `named-compilezone` is not installed (Debian: `bind9-utils`) the test says so and is
//! left out, unless `SIPDNS_REFEREES=required` is in the environment. `SIPDNS_ZONES=20000` in
//! the environment reads so many generated zones, `SIPDNS_ZONES=70:71` only that one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;

use sipdns_lint::dns::Name;
use sipdns_lint::run::{Streams, run};
use sipdns_lint::source::{Origin, Source, Sources};
use sipdns_lint::zone::master::{self, ReadOptions};
use sipdns_lint::zone::{Contents, TroubleKind, Zone};

mod bind;
mod cases;
mod data;
mod differences;
mod generated;
#[path = "../support/installed.rs"]
mod installed;
mod line;
#[path = "../support/random.rs"]
mod random;

use bind::Verdict;
use generated::{Case, ORIGIN};
use line::Line;

/// Generated zones that are read unless another number is asked for.
const ZONES: u64 = 1200;

/// The fixtures' master files, but for those that are in several files.
fn fixtures() -> Vec<String> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let listed = |folder: &Path| -> Vec<_> {
        let entries = std::fs::read_dir(folder).into_iter().flatten();
        let mut paths: Vec<_> = entries.map(|one| one.expect("an entry").path()).collect();
        paths.sort();
        paths
    };
    let sites = listed(&fixtures).into_iter();
    let files = sites.flat_map(|site| listed(&site.join("zones")));
    let files = files.filter(|file| file.extension().is_some_and(|ending| ending == "zone"));
    let text = |file| std::fs::read(file).expect("a readable file");
    let texts = files.map(|file| String::from_utf8_lossy(&text(file)).into_owned());
    texts.filter(|text| !text.contains("$INCLUDE")).collect()
}

/// What is wrong with one entry, by each reader.
#[derive(Debug, Default)]
pub struct Judged {
    /// Its text.
    pub entry: String,
    /// What BIND says.
    pub bind: Option<String>,
    /// What we say.
    pub ours: Option<String>,
}

/// Our reading of a text.
struct Read {
    zone: Zone,
    /// What is wrong, by lines.
    wrong: BTreeMap<u32, String>,
    /// That a TTL is missing is said once.
    lacks_ttl: bool,
}

fn read(text: &str) -> Read {
    let sources = Sources::new();
    let id = sources.add(Source::new("zone", Origin::Stdin, text));
    let options = ReadOptions {
        origin: Some(Name::from_ascii(ORIGIN).expect("a name")),
        ..ReadOptions::default()
    };
    let zone = master::read(&sources, id, &options);
    let mut wrong = BTreeMap::new();
    let kinds = zone.troubles.iter().map(|trouble| trouble.kind);
    let lacks_ttl = kinds
        .into_iter()
        .any(|kind| kind == TroubleKind::TtlMissing);
    for trouble in &zone.troubles {
        // Of these BIND warns, as we do.
        if matches!(trouble.kind, TroubleKind::Outside | TroubleKind::TtlMissing) {
            continue;
        }
        let line = sources.positions(trouble.span).0.line;
        wrong.entry(line).or_insert_with(|| trouble.message.clone());
    }
    Read {
        zone,
        wrong,
        lacks_ttl,
    }
}

/// The lines of what the program reports as errors: rules see more than readers do.
fn errors(text: &str) -> BTreeMap<u32, String> {
    let arguments = [
        "sipdns-lint",
        "--no-settings",
        "--origin",
        ORIGIN,
        "--input",
        "master-file=-",
        "--format",
        "json",
    ];
    let mut stdout = Vec::new();
    let mut stdin = text.as_bytes();
    run(
        arguments.map(Into::into),
        &mut Streams {
            stdin: &mut stdin,
            stdout: &mut stdout,
            stderr: &mut std::io::sink(),
            color: false,
            summary: None,
            terminal: false,
            progress: false,
        },
    );
    let report: serde_json::Value = serde_json::from_slice(&stdout).expect("JSON");
    let findings = report["findings"].as_array().expect("a list").iter();
    let errors = findings.filter(|finding| finding["severity"] == "error");
    let places = errors.flat_map(|finding| {
        let related = finding["related"].as_array().into_iter().flatten();
        let lines = related
            .chain([&finding["location"]])
            .map(|place| &place["line"]);
        let lines: Vec<_> = lines.filter_map(serde_json::Value::as_u64).collect();
        let line = |line| {
            (
                u32::try_from(line).expect("a line"),
                finding["message"].to_string(),
            )
        };
        lines.into_iter().map(line)
    });
    places.collect()
}

/// The lines of each entry, from 1: those that parentheses join are one.
fn entries(text: &str) -> Vec<Range<u32>> {
    let mut entries = Vec::new();
    let (mut first, mut number, mut depth) = (1, 1, 0_u32);
    let mut characters = text.chars();
    let (mut is_quoted, mut is_remark) = (false, false);
    while let Some(character) = characters.next() {
        match character {
            '\n' => {
                number += 1;
                (is_quoted, is_remark) = (false, false);
                if depth == 0 {
                    entries.push(first..number);
                    first = number;
                }
            }
            _ if is_remark => {}
            '\\' => drop(characters.next()),
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            ';' => is_remark = true,
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    entries.push(first..number + 1);
    entries
}

/// What BIND says of NS records of a wildcard.
const WILDCARD: &str = "invalid NS owner name";

/// Which entries either reader refuses.
fn judge(case: &Case, bind: &Verdict, ours: &Read) -> Vec<Judged> {
    let entries = if !case.is_wild {
        entries(&case.text)
    } else if bind.refused.is_empty() == ours.wrong.is_empty() {
        // Nobody can say where an entry ends.
        std::iter::once(1..u32::MAX).collect()
    } else {
        let wrong = bind.refused.keys().chain(ours.wrong.keys());
        wrong.map(|line| *line..line + 1).collect()
    };
    let lines: Vec<_> = case.text.lines().collect();
    let first = |wrong: &BTreeMap<u32, String>, range: &Range<u32>| {
        let mut range = wrong.range(range.clone());
        range.next().map(|(_, why)| why.clone())
    };
    let mut errors_of_program = None;
    let mut list = Vec::new();
    let (mut is_lost, mut is_lost_for_good) = (false, false);
    for range in entries {
        let begin = range.start as usize - 1;
        let end = (range.end as usize - 1).min(lines.len());
        let mut judged = Judged {
            entry: lines.get(begin..end).unwrap_or_default().join("\n"),
            bind: first(&bind.refused, &range),
            ours: first(&ours.wrong, &range),
        };
        if let Some(why) = &judged.bind
            && judged.ours.is_none()
        {
            let errors = errors_of_program.get_or_insert_with(|| errors(&case.text));
            // What is wrong with a set may be shown at any of its records.
            let of_set = ["CNAME and other data", "multiple RRs", WILDCARD];
            let is_of_set = of_set.iter().any(|part| why.contains(part));
            let range = if is_of_set { 1..u32::MAX } else { range };
            let is_of_ttl = ours.lacks_ttl && why.starts_with("no TTL specified");
            judged.ours = first(errors, &range).or(is_of_ttl.then(|| why.clone()));
        }
        // BIND refuses the zone for these, and does not say in which line.
        let is_of_ttl = judged.entry.trim_start().to_lowercase().starts_with("$ttl");
        let follows = judged.we_say("belongs to an owner that cannot be read");
        let is_too_long = judged.we_say("the strings take more than");
        // Or it says so at another record of the owner, or stumbles over that one.
        let is_wildcard = judged.we_say("a wildcard cannot be delegated");
        if bind.loaded.is_none() && (is_of_ttl || follows || is_too_long || is_wildcard) {
            judged.bind = judged.bind.or(judged.ours.clone());
        }
        // Behind what it refuses BIND may take up reading at another place than we do; where
        // more than a line hangs on it, that goes for the rest.
        let was_lost = is_lost || is_lost_for_good;
        is_lost = judged.bind.is_some() && judged.ours.is_some();
        let reaches_on =
            judged.entry.trim_start().starts_with('$') || judged.entry.contains(['"', '(', ')']);
        is_lost_for_good |= is_lost && reaches_on;
        if !was_lost || judged.bind.is_some() == judged.ours.is_some() {
            list.push(judged);
        }
    }
    list
}

/// How two sets of records differ, where they do.
fn records(case: &Case, bind: &[Line], ours: &Zone) -> Option<String> {
    let kept = bind.iter().filter(|line| line.is_kept());
    let key = |line: &Line| {
        (
            line.owner.clone(),
            line.record_type.clone(),
            line.data.clone(),
        )
    };
    let theirs: BTreeSet<_> = kept.clone().map(key).collect();
    let sets = Contents::TYPES
        .iter()
        .flat_map(|kept| ours.contents.sets(*kept));
    let ours_kept: Vec<_> = sets
        .flat_map(|set| set.records.iter().map(Line::ours))
        .collect();
    let read: BTreeSet<_> = ours_kept.iter().map(key).collect();
    if theirs != read {
        let only = |one: &BTreeSet<_>, other: &BTreeSet<_>| {
            format!("{:?}", one.difference(other).collect::<Vec<_>>())
        };
        return Some(format!(
            "only BIND: {}\nonly we: {}",
            only(&theirs, &read),
            only(&read, &theirs)
        ));
    }
    // BIND gives the records of a set one TTL, which one of them has.
    for line in kept {
        let same = |other: &&Line| key(other) == key(line);
        let of_set =
            |other: &&Line| other.owner == line.owner && other.record_type == line.record_type;
        let ttls: BTreeSet<_> = ours_kept
            .iter()
            .filter(of_set)
            .map(|other| other.ttl)
            .collect();
        let own = ours_kept.iter().find(same).map(|other| other.ttl);
        if !ttls.contains(&line.ttl) || (ttls.len() == 1 && own != Some(line.ttl)) {
            return Some(format!("TTL of {line:?}: ours {ttls:?}"));
        }
    }
    // Of other types we keep no data, so that we count what BIND sees to be the same.
    let count = bind.iter().filter(|line| !line.is_kept()).count() as u64;
    let of_kept = ours.contents.duplicates().len() + ours_kept.len();
    let ours_count = ours.record_count - of_kept as u64;
    if ours_count < count || (ours_count > count && !repeats(case)) {
        return Some(format!("{count} records of other types, ours {ours_count}"));
    }
    None
}

/// Whether a record may stand in a zone twice without our telling: two have one type whose
/// data is not kept, or is read only when it is asked for, and begins alike.
fn repeats(case: &Case) -> bool {
    let lines: Vec<_> = case.text.lines().collect();
    let mut seen = BTreeSet::new();
    let is_second = |range: Range<u32>| {
        let begin = range.start as usize - 1;
        let end = (range.end as usize - 1).min(lines.len());
        let entry = lines.get(begin..end).unwrap_or_default().join(" ");
        let Some((record_type, data)) = differences::record(&entry) else {
            return false;
        };
        match record_type.as_str() {
            // BIND keeps these apart, and those of the apex it does not write out.
            "NSEC3" => true,
            "A" | "AAAA" | "PTR" => !seen.insert((record_type, data)),
            _ => !line::is_kept(&record_type) && !seen.insert((record_type, String::new())),
        }
    };
    case.is_wild || entries(&case.text).into_iter().any(is_second)
}

/// What a comparison came to.
#[derive(Debug, Default)]
struct Tally {
    zones: u64,
    loaded: u64,
    refused_entries: u64,
    records: usize,
    known: BTreeMap<&'static str, u64>,
    differences: Vec<String>,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.zones += other.zones;
        self.loaded += other.loaded;
        self.refused_entries += other.refused_entries;
        self.records += other.records;
        self.differences.extend(other.differences);
        for (id, count) in other.known {
            *self.known.entry(id).or_default() += count;
        }
    }

    /// Reads one text twice.
    fn compare(&mut self, executable: &Path, name: &str, case: &Case) {
        let text = &case.text;
        let bind = bind::read(executable, text);
        let ours = read(text);
        self.zones += 1;
        let mut found = Vec::new();
        for judged in judge(case, &bind, &ours) {
            if judged.bind.is_some() && judged.ours.is_some() {
                self.refused_entries += 1;
            } else if judged.bind.is_some() || judged.ours.is_some() {
                match differences::reason(&judged) {
                    Some(id) => *self.known.entry(id).or_default() += 1,
                    None => found.push(format!(
                        "{:?}\n  BIND: {:?}\n  ours: {:?}",
                        judged.entry, judged.bind, judged.ours
                    )),
                }
            }
        }
        match &bind.loaded {
            Some(lines) => {
                self.loaded += 1;
                self.records += lines.len();
                let differing = records(case, lines, &ours.zone).filter(|_| ours.wrong.is_empty());
                if let Some(how) = differing {
                    match differences::reason_of_records(text, &how, &bind.remarks) {
                        Some(id) => *self.known.entry(id).or_default() += 1,
                        None => found.push(how),
                    }
                }
            }
            None if bind.is_refused_by_readers()
                && ours.wrong.is_empty()
                && errors(text).is_empty() =>
            {
                found.push(format!("BIND: {:?}", bind.remarks));
            }
            None => {}
        }
        for one in found {
            self.differences
                .push(format!("== {name}\n{text}\n-- {one}"));
        }
    }
}

/// The numbers of the generated zones.
fn numbers() -> Range<u64> {
    let Ok(asked) = std::env::var("SIPDNS_ZONES") else {
        return 0..ZONES;
    };
    let number = |text: &str| text.parse().expect("SIPDNS_ZONES is a number");
    match asked.split_once(':') {
        Some((first, end)) => number(first)..number(end),
        None => 0..number(&asked),
    }
}

#[test]
fn bind_reads_what_we_read() {
    let Some(executable) = installed::find(bind::EXECUTABLE) else {
        assert!(
            !installed::required(),
            "{} is not installed",
            bind::EXECUTABLE
        );
        eprintln!("{} is not here: not installed", bind::EXECUTABLE);
        return;
    };
    let fixtures = fixtures();
    let written = cases::all().into_iter();
    let mut all: Vec<_> = written
        .map(|(name, text)| {
            (
                name,
                Case {
                    text,
                    is_wild: false,
                },
            )
        })
        .collect();
    for number in numbers() {
        all.push((format!("zone {number}"), generated::case(number, &fixtures)));
    }
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let tally = std::thread::scope(|scope| {
        let (all, executable) = (&all, &executable);
        let work = |worker| {
            scope.spawn(move || {
                let mut tally = Tally::default();
                for (name, case) in all.iter().skip(worker).step_by(workers) {
                    tally.compare(executable, name, case);
                }
                tally
            })
        };
        let working: Vec<_> = (0..workers).map(work).collect();
        let mut tally = Tally::default();
        for worker in working {
            tally.add(worker.join().expect("no panic while comparing"));
        }
        tally
    });
    let mut said = format!(
        "{} zones, {} loaded with {} records; {} entries refused by both; known differences: {:?}",
        tally.zones, tally.loaded, tally.records, tally.refused_entries, tally.known
    );
    let shown = 400;
    for one in tally.differences.iter().take(shown) {
        let _ = write!(said, "\n{one}");
    }
    eprintln!("{said}");
    assert!(
        tally.differences.is_empty(),
        "{} differences",
        tally.differences.len()
    );
}
