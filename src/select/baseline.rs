//! The baseline: findings that are let in because they were there before.
//!
//! A file of JSON lines, one entry a line, sorted: it reads well in a diff. An entry is a
//! rule, the owner and the data of the record the finding points at; no line number is in it,
//! so that it stays good while the zone grows around the record.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use super::{line_of, views_of};
use crate::dns::Record;
use crate::finding::{Finding, Subject};
use crate::load::path_name;
use crate::problem::Problem;
use crate::rule::page;
use crate::site::{Kind, Site};
use crate::source::{Fault, Origin, Source, SourceId, Sources, Span, folder_of};

pub use key::Key;

mod key;

/// The largest baseline that is read, in bytes.
const MAX_BYTES: u64 = 256 << 20;

/// The first line of a baseline.
const HEADER: &str = r#"{"sipdns-lint":"baseline/1"}"#;

/// A baseline.
#[derive(Debug, Clone)]
pub struct Baseline {
    path: PathBuf,
    entries: BTreeMap<Key, Span>,
    /// It is written anew from what this run finds.
    pub update: bool,
}

impl Baseline {
    /// Reads a baseline; one that is to be written anew need not be there.
    pub fn read(path: &Path, update: bool, sources: &Sources) -> Result<Self, Problem> {
        let name = path_name(path);
        let new = Self {
            path: path.to_owned(),
            entries: BTreeMap::new(),
            update,
        };
        let bytes = match read_limited(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound && update => return Ok(new),
            Err(error) => {
                let reason = crate::load::reason(&error);
                let problem = Problem::new(format!("cannot read the baseline `{name}`: {reason}"));
                return Err(problem.help("--update-baseline writes it"));
            }
        };
        let origin = Origin::File(path.to_owned());
        let id = sources.add(Source::from_bytes(name, origin, bytes));
        let entries = entries(id, sources, update).map_err(|fault| Problem::of(fault, sources))?;
        Ok(Self { entries, ..new })
    }

    /// The baseline in a source.
    pub fn of(id: SourceId, sources: &Sources) -> Result<Self, Fault> {
        Ok(Self {
            path: PathBuf::new(),
            entries: entries(id, sources, false)?,
            update: false,
        })
    }

    /// The entries that speak of a finding with that key, if only in some of its views.
    pub(super) fn beside<'b>(&'b self, key: &Key) -> impl Iterator<Item = &'b Key> {
        let beside = self.entries.range(key.first()..).map(|(entry, _)| entry);
        let beside = beside.take_while(|entry| entry.is_beside(key));
        let beside = beside.filter(|entry| entry.is_in_file_of(key));
        let share = |one: &[String], other: &[String]| one.iter().any(|of| other.contains(of));
        beside.filter(move |entry| {
            let is_shared =
                share(&entry.views, &key.views) || share(&entry.addresses, &key.addresses);
            entry.covers(key) || is_shared
        })
    }

    /// Every entry with its line.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&Key, &Span)> {
        self.entries.iter()
    }

    /// Writes the baseline anew: aside first, then in its place, so that it is whole at any
    /// time.
    pub fn write(&self, known: &BTreeSet<Key>) -> Result<(), Problem> {
        let mut aside = self.path.clone().into_os_string();
        aside.push(format!(".{}.new", std::process::id()));
        let aside = PathBuf::from(aside);
        let written = write_all(&aside, known).and_then(|()| fs::rename(&aside, &self.path));
        written.map_err(|error| {
            // What is left aside is of no use; that it cannot be removed changes nothing.
            let _ = fs::remove_file(&aside);
            let name = path_name(&self.path);
            let reason = crate::load::reason(&error);
            Problem::new(format!("cannot write the baseline `{name}`: {reason}"))
        })
    }
}

/// The entries of a source, each with its line. Where they are written anew, lines that are none
/// are passed over.
fn entries(id: SourceId, sources: &Sources, update: bool) -> Result<BTreeMap<Key, Span>, Fault> {
    let mut entries = BTreeMap::new();
    let text = &sources.get(id).text;
    let mut start = 0;
    for (number, line) in text.split('\n').enumerate() {
        let entry = line.trim();
        let span = Span::new(id, start, start + line.trim_end().len());
        start += line.len() + 1;
        if number == 0 {
            if entry != HEADER {
                let fault = Fault::new(span, "this is no baseline");
                return Err(fault.help("--update-baseline writes one into a new file"));
            }
        } else if !entry.is_empty() {
            match serde_json::from_str(entry) {
                Ok(key) => {
                    entries.insert(key, span);
                }
                Err(_) if update => {}
                Err(error) => return Err(no_entry(span, &error)),
            }
        }
    }
    Ok(entries)
}

/// The line is pointed at; that it is line 1 of itself says nothing.
fn no_entry(line: Span, error: &serde_json::Error) -> Fault {
    let said = error.to_string();
    let what = said.split(" at line ").next().unwrap_or_default();
    let fault = Fault::new(line, format!("this is no entry: {what}"));
    let help = "remove the line, or write the baseline anew with --update-baseline";
    fault.help(help)
}

fn read_limited(path: &Path) -> io::Result<Vec<u8>> {
    if fs::metadata(path)?.len() > MAX_BYTES {
        return Err(io::Error::other("it is larger than 256 MiB"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn write_all(path: &Path, known: &BTreeSet<Key>) -> io::Result<()> {
    let mut file = BufWriter::new(File::create_new(path)?);
    writeln!(file, "{HEADER}")?;
    for key in known {
        serde_json::to_writer(&mut file, key)?;
        writeln!(file)?;
    }
    file.flush()?;
    file.get_ref().sync_all()
}

/// The folder that paths have in common, with the slash behind it: a baseline is read from another
/// working folder too.
fn common<'n>(paths: impl IntoIterator<Item = &'n str>) -> &'n str {
    let mut folders = paths.into_iter().map(folder_of);
    let first = folders.next().unwrap_or_default();
    folders.fold(first, |common, other| {
        let parts = common.split_inclusive('/').zip(other.split_inclusive('/'));
        let alike = parts.take_while(|(one, two)| one == two);
        &common[..alike.map(|(part, _)| part.len()).sum()]
    })
}

/// The names of the views, where there are several, below the folder that they have in common.
fn names(site: &Site) -> Vec<String> {
    let names = site.views.iter().filter_map(|view| view.name.as_deref());
    let common = common(names.clone());
    names.map(|name| name[common.len()..].to_owned()).collect()
}

/// The addresses of the server entries whose ports and transports stand in these places.
fn addresses(site: &Site) -> HashMap<Span, BTreeSet<String>> {
    let mut addresses: HashMap<_, BTreeSet<_>> = HashMap::new();
    let configured = site.setups.iter().filter(|setup| setup.is_configured());
    for entry in configured.map(|setup| &setup.entry) {
        for place in [entry.port.span, entry.transport.span] {
            // One that is not written stands for the address.
            let span = entry.address.span;
            if place != span {
                let source = site.sources.get(span.source);
                let address = source.shown(source.clamp(span)).to_ascii_lowercase();
                addresses.entry(place).or_default().insert(address);
            }
        }
    }
    addresses
}

/// The path of a file by which it was named.
fn file(site: &Site, source: SourceId) -> Option<&str> {
    let source = site.sources.get(source);
    let is_file = matches!(source.origin, Origin::File(_));
    is_file.then_some(&*source.name)
}

/// Finds the record that a finding points at.
pub(super) struct Keys<'s> {
    site: &'s Site,
    /// The records of each source, by their places.
    records: HashMap<SourceId, Vec<&'s Record>>,
    /// Handset configurations.
    phones: HashSet<SourceId>,
    /// What each view is called, where there are several.
    views: Vec<String>,
    /// The folder that the inputs have in common.
    folder: &'s str,
    /// The addresses of set-ups, by the places of what makes them.
    addresses: HashMap<Span, BTreeSet<String>>,
}

impl<'s> Keys<'s> {
    pub(super) fn of(site: &'s Site) -> Self {
        let mut records: HashMap<_, Vec<&Record>> = HashMap::new();
        let zones = site.zones.iter().flat_map(|zone| {
            // Which records repeat others is known of sets that were asked for.
            let sets: Vec<_> = zone.contents.all_sets().collect();
            let records = sets.into_iter().flat_map(|set| set.records.iter());
            records.chain(zone.contents.duplicates())
        });
        let live = site.views.iter().filter_map(|view| view.live.as_deref());
        let live = live.flat_map(|live| &live.sets);
        for record in zones.chain(live.flat_map(|set| set.records.iter())) {
            records.entry(record.span.source).or_default().push(record);
        }
        for list in records.values_mut() {
            list.sort_by_key(|record| record.span);
        }
        let is_phone = |kind| matches!(kind, Kind::PhoneConfig | Kind::ProvisioningMaster);
        let phones = site.inputs.iter().filter(|input| is_phone(input.kind));
        Self {
            site,
            records,
            phones: phones.map(|input| input.source).collect(),
            views: names(site),
            folder: common(
                site.inputs
                    .iter()
                    .filter_map(|input| file(site, input.source)),
            ),
            addresses: addresses(site),
        }
    }

    /// The key of a finding.
    pub(super) fn key(&self, finding: &Finding) -> Key {
        let found = self.record(finding.span).or_else(|| self.judged(finding));
        let (owner, record, file) = if let Some(record) = found {
            let data = format!("{} {}", record.record_type(), record.data);
            (record.owner.name.to_lowercase().to_string(), data, "")
        } else {
            let path = file(self.site, finding.span.source).unwrap_or_default();
            let file = path.strip_prefix(self.folder).unwrap_or(path);
            (String::new(), self.text(finding.span), file)
        };
        let views = views_of(finding).into_iter();
        let views = views.filter(|_| owner.is_empty());
        let mut views: Vec<_> = views
            .filter_map(|view| self.views.get(view).cloned())
            .collect();
        views.sort();
        let addresses = self.addresses.get(&finding.span);
        Key {
            rule: finding.rule.id.to_owned(),
            owner,
            record: record.into(),
            views,
            addresses: addresses.into_iter().flatten().cloned().collect(),
            file: file.to_owned(),
        }
    }

    /// The record that a rule of the user's judged, where it points at another place: a `$TTL`
    /// is that of many.
    fn judged(&self, finding: &Finding) -> Option<&'s Record> {
        let mut subjects = finding.subjects.iter();
        let is_own = page(finding.rule.id).is_none();
        subjects.find_map(|subject| match subject {
            Subject::Token(span) if is_own => self.record(*span),
            _ => None,
        })
    }

    fn record(&self, span: Span) -> Option<&'s Record> {
        let list = self.records.get(&span.source)?;
        let behind = list.partition_point(|record| record.span.start <= span.start);
        let (record, before) = list[..behind].split_last()?;
        // A `$GENERATE` line makes many: it is known by its text.
        let only = before.last().is_none_or(|other| other.span != record.span);
        (only && span.start < record.span.end).then_some(record)
    }

    /// An attribute up to the end of what is pointed at in its value, without the blanks that
    /// may stand around its `=`.
    fn attribute(&self, span: Span) -> Option<String> {
        let files = &self.site.configurations;
        let file = self.site.provisioning.configuration(files, span.source)?;
        let parameter = file.parameter_at(span)?;
        let source = self.site.sources.get(span.source);
        let behind_name = parameter.name.span.range().end;
        let (start, end) = (span.range().start, source.clamp(span).end);
        let quote = behind_name + source.text.get(behind_name..start)?.find(['"', '\''])?;
        let value = source.shown(quote..end);
        Some(format!("{}={value}", parameter.name.value))
    }

    /// What is pointed at where it is no record: of a configuration the attribute, else the
    /// line, blanks made one.
    fn text(&self, span: Span) -> String {
        let sources = &self.site.sources;
        let source = sources.get(span.source);
        if self.phones.contains(&span.source) {
            let range = source.clamp(span);
            if let Some(text) = self.attribute(span) {
                return text;
            }
            let before = &source.text[..range.start];
            let start = before
                .rfind(|character: char| character.is_whitespace() || character == '<')
                .map_or(0, |at| at + 1);
            return source.shown(start..range.end).into_owned();
        }
        let line = line_of(sources, span);
        let (start, _) = source.line(sources.positions(span).0.line);
        let text = source.shown(start..start + line.len());
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
