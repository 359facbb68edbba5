//! Repairs as changes of files: which of them are made together, and the texts they yield.
//!
//! A finding's edits are made all or not at all. Of two findings whose edits touch, the one
//! that stands first in the report is repaired, and the other is left for another run.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::append::Appended;
use super::order::Orders;
use super::plan::Left;
use super::serial;
use super::shared::Shared;
use crate::finding::{Edit, Finding, Fix};
use crate::fix::Change;
use crate::site::{Kind, Site};
use crate::source::{Origin, SourceId, Sources, Span};

/// Which repairs are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Every one that a file's text can show.
    All,
    /// Those that cannot change which records or handsets are meant.
    Safe,
}

/// Changes of files that can be made together.
#[derive(Debug, Default)]
pub struct Edits<'f> {
    /// The changes of each text, in order, none touching another.
    pub files: BTreeMap<SourceId, Vec<Edit>>,
    /// Findings whose repair is among them.
    pub made: Vec<&'f Finding>,
    /// Findings in the scope whose repair is not.
    pub left: Vec<Left<'f>>,
}

impl<'f> Edits<'f> {
    /// The changes that repair these findings, which are in the order of the report.
    /// `refused` says which texts are not to be changed, and why.
    pub fn choose(
        site: &Site,
        findings: impl IntoIterator<Item = &'f Finding>,
        scope: Scope,
        refused: impl Fn(SourceId) -> Option<String>,
    ) -> Self {
        let kinds: HashMap<SourceId, Kind> = site
            .inputs
            .iter()
            .map(|input| (input.source, input.kind))
            .collect();
        let repairs: Vec<(&Finding, &Fix)> = findings
            .into_iter()
            .filter_map(|finding| Some((finding, finding.fix.as_ref()?)))
            .filter(|(_, fix)| fix.safe || scope == Scope::All)
            .collect();
        // A text may have thousands of repairs, and is judged once.
        let mut judged: HashMap<SourceId, Option<String>> = HashMap::new();
        let mut why_not = |source| {
            let judge = || not_editable(site, &kinds, source).or_else(|| refused(source));
            judged.entry(source).or_insert_with(judge).clone()
        };
        let of_all = repairs.iter().flat_map(|(finding, _)| finding.repairs());
        let shared = Shared::of(site, of_all);
        let mut edits = Self::default();
        let mut appended = Appended::default();
        let mut taken = Taken::default();
        let mut names = Names::default();
        let mut orders = Orders::default();
        for (finding, fix) in repairs {
            let (changes, records) = if fix.edits.is_empty() && scope == Scope::All {
                match Appended::of(site, finding) {
                    Ok(records) => (Vec::new(), records),
                    Err(why) => {
                        edits.left.push(Left { finding, why });
                        continue;
                    }
                }
            } else {
                let changes = fix.edits.iter().map(|edit| shared.of_text(edit));
                (changes.collect(), Appended::default())
            };
            let sources: Vec<SourceId> = changes
                .iter()
                .map(|edit| edit.source)
                .chain(records.sources())
                .collect();
            let why = sources
                .iter()
                .find_map(|source| why_not(*source))
                .or_else(|| shared.refuses(&changes))
                .or_else(|| taken.refuses(&changes))
                .or_else(|| orders.refuse(finding).filter(|_| !taken.has_all(&changes)))
                .or_else(|| names.refuse(site, finding, fix, taken.has_all(&changes)))
                .or_else(|| {
                    let nowhere = "no file that was given shows it";
                    sources.is_empty().then(|| nowhere.to_owned())
                });
            if let Some(why) = why {
                edits.left.push(Left { finding, why });
                continue;
            }
            for edit in changes {
                if taken.take(&edit) {
                    edits.files.entry(edit.source).or_default().push(edit);
                }
            }
            appended.add(records);
            names.add(finding, fix);
            orders.add(finding);
            edits.made.push(finding);
        }
        for edit in appended.edits(site) {
            edits.files.entry(edit.source).or_default().push(edit);
        }
        edits.sort();
        edits
    }

    /// Raises the serial number of every zone whose file is changed; `today` is `YYYYMMDD`.
    /// Of a zone that several records of one SOA begin and end, every one is raised.
    pub fn raise_serials(&mut self, site: &Site, today: u32) {
        for zone in &site.zones {
            let sources = || std::iter::once(&zone.source).chain(&zone.included);
            let mut texts = sources().map(|source| site.sources.first_of(*source));
            let is_changed = texts.any(|source| self.files.contains_key(&source));
            if !is_changed || !zone.format.is_loaded() {
                continue;
            }
            for record in &zone.soas {
                let crate::dns::Data::Soa(soa) = &record.data else {
                    continue;
                };
                let is_number = site.text(soa.serial.span).parse() == Ok(soa.serial.value);
                let next = serial::next(soa.serial.value, today).to_string();
                let edit = Edit::replace(soa.serial.span, next);
                let source = site.sources.first_of(edit.source);
                let edit = Edit { source, ..edit };
                let list = self.files.entry(edit.source).or_default();
                let is_free = !list
                    .iter()
                    .any(|other| other.start < edit.end && edit.start < other.end);
                if is_number && is_free {
                    list.push(edit);
                }
            }
        }
        self.files.retain(|_, edits| !edits.is_empty());
        self.sort();
    }

    fn sort(&mut self) {
        for edits in self.files.values_mut() {
            edits.sort_by_key(|edit| (edit.start, edit.end));
        }
    }

    /// The text of a source once its changes are made.
    pub fn text(&self, sources: &Sources, source: SourceId) -> String {
        let old = &sources.get(source).text;
        let mut new = String::with_capacity(old.len());
        let mut at = 0;
        for edit in self.files.get(&source).into_iter().flatten() {
            let (start, end) = (edit.start as usize, edit.end as usize);
            new.push_str(old.get(at..start).unwrap_or_default());
            new.push_str(&edit.text);
            at = end;
        }
        new.push_str(old.get(at..).unwrap_or_default());
        new
    }
}

/// The texts that chosen changes touch.
#[derive(Default)]
struct Taken {
    /// Ends by text and start.
    ranges: BTreeMap<(SourceId, u32), u32>,
    exact: HashSet<Edit>,
}

impl Taken {
    /// Why these changes cannot be made beside those chosen already, unless they are the same.
    fn refuses(&self, edits: &[Edit]) -> Option<String> {
        let is_touched = |edit: &Edit| {
            let before = (edit.source, 0)..=(edit.source, edit.end);
            let last = self.ranges.range(before).next_back();
            !self.exact.contains(edit) && last.is_some_and(|(_, end)| *end >= edit.start)
        };
        edits
            .iter()
            .any(is_touched)
            .then(|| "another repair changes the same text: run this again after it".to_owned())
    }

    /// All of these changes are chosen already.
    fn has_all(&self, edits: &[Edit]) -> bool {
        edits.iter().all(|edit| self.exact.contains(edit))
    }

    /// Notes a change; `false` where it is chosen already.
    fn take(&mut self, edit: &Edit) -> bool {
        let end = self.ranges.entry((edit.source, edit.start)).or_default();
        *end = edit.end.max(*end);
        self.exact.insert(edit.clone())
    }
}

/// The names that chosen changes bring into handset files, each of which may stand there once:
/// no XML element has an attribute twice. With each where the value of the setting stands that
/// is there under another name.
#[derive(Default)]
struct Names<'f>(HashMap<(SourceId, &'f str), Option<Span>>);

impl<'f> Names<'f> {
    /// Those that a repair brings.
    fn of(
        finding: &'f Finding,
        fix: &'f Fix,
    ) -> impl Iterator<Item = ((SourceId, &'f str), Option<Span>)> {
        fix.changes.iter().filter_map(|change| match change {
            Change::Setting { old, name, .. } => match old {
                Some((old, _)) if old == name => None,
                Some((_, value)) => Some(((value.source, name.as_str()), Some(*value))),
                None => Some(((finding.span.source, name.as_str()), None)),
            },
            _ => None,
        })
    }

    /// Why a repair cannot be made beside those chosen already, of which it may be one.
    fn refuse(
        &self,
        site: &Site,
        finding: &'f Finding,
        fix: &'f Fix,
        is_made: bool,
    ) -> Option<String> {
        let is_there = |(source, name): (SourceId, &str)| {
            let files = &site.configurations;
            let file = site.provisioning.configuration(files, source);
            file.is_some_and(|file| file.get(name).is_some())
        };
        let would_be_twice = |name: (SourceId, &str), old: Option<Span>| match self.0.get(&name) {
            Some(chosen) => old.is_none() || *chosen != old,
            None => old.is_some() && is_there(name),
        };
        let mut new = Self::of(finding, fix).filter(|_| !is_made);
        let ((_, name), _) = new.find(|(name, old)| would_be_twice(*name, *old))?;
        Some(format!("`{name}` would stand twice in the file"))
    }

    fn add(&mut self, finding: &'f Finding, fix: &'f Fix) {
        self.0.extend(Self::of(finding, fix));
    }
}

/// Why a text cannot be changed at all: only master files and handset XML are what servers
/// and handsets read; exports are not.
fn not_editable(site: &Site, kinds: &HashMap<SourceId, Kind>, source: SourceId) -> Option<String> {
    let text = site.sources.get(source);
    match &text.origin {
        Origin::File(_) => {}
        Origin::Stdin => return Some("it came from standard input".to_owned()),
        Origin::Live => return Some("it is what a server answered".to_owned()),
        Origin::Arguments => return Some("it stands on the command line".to_owned()),
    }
    let mut of_text = site.zones.iter().filter(|zone| zone.source == source);
    if of_text.any(|zone| zone.contents.is_signed()) {
        return Some(format!(
            "`{}` is signed: repair what it is signed from, and sign it again",
            text.name
        ));
    }
    match kinds.get(&source) {
        Some(Kind::Zone(format)) if format.is_loaded() => None,
        Some(Kind::ZoneFragment | Kind::PhoneConfig | Kind::ProvisioningMaster) => None,
        _ => Some(format!(
            "only master files and handset XML are changed, and `{}` is neither: use the commands",
            text.name
        )),
    }
}
