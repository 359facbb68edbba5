//! The one step between rules and report: which findings are reported, and as how severe.
//!
//! Rules find everything. Here settings change severities, ignores and the baseline take out
//! what is known, and the command line chooses; then what suppresses nothing is reported in
//! its turn. Summary and exit status count what is left.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::finding::{Finding, Subject, in_order};
use crate::load::Canonical;
use crate::rule::{Catalogue, FailOn, Page, Severity};
use crate::rules::Findings;
use crate::settings::Settings;
use crate::site::Site;
use crate::source::{Fault, SourceId, Sources, Span};

pub mod baseline;
mod baseline_stale;
mod comment;
mod settings_unused_ignore;

use baseline::{Baseline, Keys};
use comment::Comment;

include!(concat!(env!("OUT_DIR"), "/selection_checks.rs"));

/// What a rule about the selection itself is.
type Check = fn(&Used<'_>, &mut Findings);

/// Which findings are kept; it acts before summary and exit status.
#[derive(Debug, Clone)]
pub struct Selection {
    /// Findings below are dropped.
    pub min_severity: Severity,
    /// Where not empty, findings of other rules are dropped.
    pub only: Vec<&'static Page>,
    /// Findings of these rules are dropped.
    pub ignore: Vec<&'static Page>,
    /// What fails the run.
    pub fail_on: FailOn,
    /// Severities in the place of the rules' own.
    pub severities: HashMap<&'static str, Severity>,
    /// Ignores of the settings.
    pub ignores: Vec<Ignore>,
    /// Where they count.
    pub patterns: Patterns,
    /// An ignore comment without a reason counts for nothing.
    pub require_reason: bool,
    /// Every input of the settings is read, so that a pattern which matches none is wrong.
    pub whole: bool,
    /// What is let in.
    pub baseline: Option<Baseline>,
    /// Every rule there is.
    pub catalogue: Catalogue,
}

impl Default for Selection {
    fn default() -> Self {
        Self {
            min_severity: Severity::Note,
            only: Vec::new(),
            ignore: Vec::new(),
            fail_on: FailOn::Error,
            severities: HashMap::new(),
            ignores: Vec::new(),
            patterns: Patterns::default(),
            require_reason: false,
            whole: false,
            baseline: None,
            catalogue: Catalogue::default(),
        }
    }
}

/// An ignore of the settings.
#[derive(Debug, Clone)]
pub struct Ignore {
    /// The rules, each with the place that names it.
    rules: Vec<(&'static Page, Span)>,
    /// It is of some files only.
    has_paths: bool,
}

/// The patterns of all ignores of the settings; each alone costs as much as all at once.
#[derive(Debug, Clone, Default)]
pub struct Patterns {
    globs: GlobSet,
    /// The ignore that each is of.
    of: Vec<usize>,
    /// The folder that they are relative to.
    folder: PathBuf,
}

/// Findings that were taken out, by who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, schemars::JsonSchema)]
pub struct Suppressed {
    /// By comments in the inputs.
    pub comments: usize,
    /// By `ignore:` in the settings.
    pub settings: usize,
    /// By the baseline.
    pub baseline: usize,
}

/// What a selection left.
#[derive(Debug)]
pub struct Selected {
    /// What is reported.
    pub findings: Vec<Finding>,
    /// How much was taken out.
    pub suppressed: Suppressed,
    /// The entries of a baseline that is written anew.
    pub known: BTreeSet<baseline::Key>,
}

/// What suppressed something: what the rules about the selection judge by.
pub(crate) struct Used<'a> {
    pub(crate) site: &'a Site,
    pub(crate) selection: &'a Selection,
    comments: &'a [Comment],
    /// Comments and indexes of their rules that suppressed something.
    by_comment: BTreeSet<(usize, usize)>,
    /// Ignores of the settings and indexes of their rules.
    by_settings: BTreeSet<(usize, usize)>,
    /// Ignores of the settings whose patterns match an input.
    matched: BTreeSet<usize>,
    /// Entries of the baseline.
    by_baseline: BTreeSet<&'a baseline::Key>,
}

/// Who took a finding out.
#[derive(Clone, Copy, PartialEq)]
enum By {
    Comment,
    Settings,
    Baseline,
}

impl Selection {
    /// Adds what settings say; faults are rules that do not exist.
    pub fn configure(&mut self, settings: &Settings) -> Result<(), Vec<Fault>> {
        let mut faults = Vec::new();
        let find = |name: &crate::source::Spanned<String>, faults: &mut Vec<Fault>| {
            let found = self.catalogue.find(&name.value);
            if found.is_none() {
                faults.push(self.catalogue.unknown(name));
            }
            found
        };
        for (rule, severity) in &settings.severity {
            if let Some(page) = find(rule, &mut faults) {
                self.severities.insert(page.id, severity.value);
            }
        }
        let mut globs = GlobSetBuilder::new();
        for ignore in &settings.ignore {
            let rules = ignore.rules.iter();
            let rules = rules.filter_map(|rule| Some((find(rule, &mut faults)?, rule.span)));
            let rules = rules.collect();
            for path in &ignore.paths {
                // As in other lists of patterns: `./` says nothing, and a folder is all below it.
                let mut pattern = path.value.trim_start_matches("./").to_owned();
                if pattern.ends_with('/') {
                    pattern.push_str("**");
                }
                match Glob::new(&pattern) {
                    Ok(glob) => {
                        globs.add(glob);
                        self.patterns.of.push(self.ignores.len());
                    }
                    Err(error) => faults.push(Fault::new(path.span, error.to_string())),
                }
            }
            self.ignores.push(Ignore {
                rules,
                has_paths: !ignore.paths.is_empty(),
            });
        }
        self.patterns.folder = settings.absolute_folder();
        match globs.build() {
            Ok(globs) => self.patterns.globs = globs,
            Err(error) => {
                let ignores = settings.ignore.first();
                faults.extend(ignores.map(|first| Fault::new(first.span, error.to_string())));
            }
        }
        self.require_reason = settings.require_reason.is_some_and(|one| one.value);
        if faults.is_empty() {
            Ok(())
        } else {
            Err(faults)
        }
    }

    /// Takes out what is not to be reported, and reports what took out nothing.
    pub fn apply(&self, site: &Site, findings: Vec<Finding>) -> Selected {
        let mut findings = in_order(self.asked_for(findings), &site.sources);
        for finding in &mut findings {
            self.set_severity(finding);
        }
        let comments = comment::of_inputs(site, self.require_reason);
        let mut covered = comment::by_line(&comments);
        let globs = self.matching(site);
        let mut used = Used {
            site,
            selection: self,
            comments: &comments,
            by_comment: BTreeSet::new(),
            by_settings: BTreeSet::new(),
            matched: globs.values().flatten().copied().collect(),
            by_baseline: BTreeSet::new(),
        };
        let baseline = self.baseline.as_ref();
        let baseline = baseline.map(|baseline| (baseline, Keys::of(site)));
        let mut suppressed = Suppressed::default();
        let mut known = BTreeSet::new();
        findings.retain(|finding| {
            let mut by = None;
            // Where there is no comment, nobody has to know the line.
            if !covered.is_empty() {
                let (place, _) = site.sources.positions(finding.span);
                let here = (finding.span.source, place.line, finding.rule.id);
                if let Some(ignores) = covered.get_mut(&here) {
                    // Of several findings the first says that they are used.
                    used.by_comment.extend(ignores.drain(..));
                    by = Some(By::Comment);
                }
            }
            for (index, is_whole) in ignoring(site, finding, &globs) {
                let mut rules = self.ignores[index].rules.iter();
                if let Some(rule) = rules.position(|(page, _)| page.id == finding.rule.id) {
                    used.by_settings.insert((index, rule));
                    by = by.or(is_whole.then_some(By::Settings));
                }
            }
            let kept = self.keeps(finding);
            if let Some((baseline, keys)) = &baseline {
                let key = keys.key(finding);
                let mut is_known = false;
                for entry in baseline.beside(&key) {
                    used.by_baseline.insert(entry);
                    is_known |= entry.covers(&key);
                }
                if by.is_none() && (is_known || (kept && baseline.update)) {
                    known.insert(key);
                    by = Some(By::Baseline);
                }
            }
            if kept {
                match by {
                    Some(By::Comment) => suppressed.comments += 1,
                    Some(By::Settings) => suppressed.settings += 1,
                    Some(By::Baseline) => suppressed.baseline += 1,
                    None => {}
                }
            }
            kept && by.is_none()
        });
        for (page, check) in CHECKS {
            let mut own = Findings::of(page);
            check(&used, &mut own);
            for mut finding in own.into_list() {
                self.set_severity(&mut finding);
                if self.keeps(&finding) {
                    findings.push(finding);
                }
            }
        }
        Selected {
            findings: in_order(findings, &site.sources),
            suppressed,
            known,
        }
    }

    /// In the place of findings of other rules than those chosen, what they stand for.
    fn asked_for(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let each = findings.into_iter();
        let each = each.flat_map(|mut finding| {
            if self.chooses(finding.rule) {
                return vec![finding];
            }
            let mut instead = self.asked_for(std::mem::take(&mut finding.stands_for));
            instead.push(finding);
            instead
        });
        each.collect()
    }

    /// The ignores of the settings whose patterns match, for each input.
    fn matching(&self, site: &Site) -> HashMap<SourceId, Vec<usize>> {
        let mut matching = HashMap::new();
        if self.ignores.is_empty() {
            return matching;
        }
        let everywhere = self.ignores.iter().enumerate();
        let everywhere = everywhere.filter(|(_, ignore)| !ignore.has_paths);
        let everywhere: Vec<_> = everywhere.map(|(index, _)| index).collect();
        let Patterns { globs, of, folder } = &self.patterns;
        let mut paths = Canonical::default();
        for (id, source) in site.sources.iter() {
            let real = source.path().map(|path| paths.of(path));
            let below = real.as_ref();
            let below = below.and_then(|path| path.strip_prefix(folder).ok());
            let matched = globs.matches(below.unwrap_or(Path::new(&source.name)));
            let matched = matched.into_iter().map(|pattern| of[pattern]);
            let mut indexes: Vec<_> = everywhere.iter().copied().chain(matched).collect();
            indexes.sort_unstable();
            indexes.dedup();
            if !indexes.is_empty() {
                matching.insert(id, indexes);
            }
        }
        matching
    }

    /// The severity that settings give a rule; where the rule itself lowers a finding, it is
    /// not raised again.
    fn set_severity(&self, finding: &mut Finding) {
        if let Some(severity) = self.severities.get(finding.rule.id) {
            finding.severity = if finding.severity == finding.rule.severity {
                *severity
            } else {
                finding.severity.min(*severity)
            };
        }
    }

    fn keeps(&self, finding: &Finding) -> bool {
        finding.severity >= self.min_severity && self.chooses(finding.rule)
    }

    fn chooses(&self, rule: &Page) -> bool {
        let listed = |pages: &[&Page]| pages.iter().any(|page| page.id == rule.id);
        (self.only.is_empty() || listed(&self.only)) && !listed(&self.ignore)
    }
}

impl Used<'_> {
    /// The run gave the rule what it needs to speak: its silence means something.
    pub(crate) fn could_speak(&self, rule: &Page) -> bool {
        let mut needs = rule.needs.iter();
        needs.all(|need| self.site.unmet(*need).is_none())
    }
}

/// The ignores of the settings that speak of a finding, and whether they do of all of it: by the
/// file it lies in, and by the files of the views that handsets are led astray in. Of one that
/// lies in a handset's file and is the same in two views, one view may be ignored.
fn ignoring(
    site: &Site,
    finding: &Finding,
    globs: &HashMap<SourceId, Vec<usize>>,
) -> BTreeMap<usize, bool> {
    let of = |source: Option<SourceId>| {
        let indexes = source.and_then(|source| globs.get(&source));
        indexes.into_iter().flatten().copied()
    };
    if globs.is_empty() {
        return BTreeMap::new();
    }
    let views = views_of(finding);
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for index in views.iter().flat_map(|view| of(site.views[*view].source)) {
        *counts.entry(index).or_default() += 1;
    }
    let by_views = counts
        .into_iter()
        .map(|(index, count)| (index, count == views.len()));
    let mut ignoring: BTreeMap<usize, bool> = by_views.collect();
    ignoring.extend(of(Some(finding.span.source)).map(|index| (index, true)));
    ignoring
}

/// The views in which handsets look up what a finding is about.
fn views_of(finding: &Finding) -> BTreeSet<usize> {
    let subjects = finding.subjects.iter();
    let views = subjects.filter_map(|subject| match subject {
        Subject::Lookup { view, .. } => Some(*view),
        _ => None,
    });
    views.collect()
}

/// The text of a source's line, in one piece.
pub(crate) fn line_of(sources: &Sources, span: Span) -> &str {
    let (start, _) = sources.positions(span);
    sources.get(span.source).line(start.line).1
}
