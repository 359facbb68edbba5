//! What comes of a server's answering other than the file: it is told with that, and not once
//! more.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::dns::Name;
use crate::finding::{Finding, Subject};
use crate::precedence;
use crate::site::Site;
use crate::source::{Origin, SourceId, Span};

/// The rule that tells of the difference. Its findings are about the names that were asked for
/// and led to, in the server's view, and about the records that the server has there.
const RULE: &str = "live-drift";

/// Other rules about servers do not say what is wrong with a record. Of two servers that disagree
/// the file tells which one is to be mended.
const OF_RECORDS: [&str; 2] = [RULE, "live-servers-disagree"];

/// Takes away what was found of servers' answers, and not of the files, where it is at such a
/// record or about such a name. What only the server has comes of what leads to it.
pub(super) fn join(site: &Site, findings: &mut Vec<Finding>) {
    let drifts = findings.iter().enumerate();
    let drifts = Drifts::of(drifts.filter(|(_, finding)| finding.rule.id == RULE));
    // Of files that are a plan only nothing was to be found.
    if drifts.is_empty() || !site.planned.is_empty() {
        return;
    }
    let is_served = |source: SourceId| site.sources.get(source).origin == Origin::Live;
    let (served, of_files): (Vec<_>, Vec<_>) =
        (0..findings.len()).partition(|at| is_served(findings[*at].span.source));
    let said = |at: usize| (findings[at].rule.id, findings[at].message.clone());
    let of_files: HashSet<_> = of_files.into_iter().map(said).collect();
    let is_judged = |at: &usize| {
        let id = findings[*at].rule.id;
        (OF_RECORDS.contains(&id) || !id.starts_with("live-")) && !of_files.contains(&said(*at))
    };
    let served: Vec<_> = served.into_iter().filter(is_judged).collect();
    let mut causes: Vec<Option<usize>> = vec![None; findings.len()];
    for at in served {
        let mut behind = drifts
            .behind(site, &findings[at])
            .into_iter()
            .map(|mut one| {
                while let Some(cause) = causes[one] {
                    one = cause;
                }
                one
            });
        causes[at] = behind.find(|cause| *cause != at);
    }
    precedence::join(findings, &causes);
}

/// Where findings about differences are, by what they are about.
#[derive(Default)]
struct Drifts {
    by_name: HashMap<(usize, Name), Vec<usize>>,
    /// Where a record begins, and where it ends.
    by_place: BTreeMap<(SourceId, u32), (u32, usize)>,
}

impl Drifts {
    fn of<'f>(findings: impl Iterator<Item = (usize, &'f Finding)>) -> Self {
        let mut drifts = Self::default();
        for (at, finding) in findings {
            for subject in &finding.subjects {
                match subject {
                    Subject::Lookup { view, name } => {
                        let of_name = drifts.by_name.entry((*view, name.clone()));
                        of_name.or_default().push(at);
                    }
                    Subject::Token(span) => {
                        let place = (span.source, span.start);
                        drifts.by_place.insert(place, (span.end, at));
                    }
                    Subject::Owner(_) | Subject::File(_) => {}
                }
            }
        }
        drifts
    }

    fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// Those that a finding may come of: at its place first.
    fn behind(&self, site: &Site, finding: &Finding) -> Vec<usize> {
        let related = finding.related.iter().map(|label| label.span);
        let places = std::iter::once(finding.span).chain(related);
        let mut found: Vec<_> = places.filter_map(|place| self.at(place)).collect();
        let view = site.views.iter().position(|view| {
            let live = view.live.as_ref().map(|live| live.source);
            let mut sources = live
                .into_iter()
                .chain(view.zones.iter().map(|zone| zone.source));
            sources.any(|source| source == finding.span.source)
        });
        for subject in &finding.subjects {
            let name = match subject {
                Subject::Lookup { name, .. } | Subject::Owner(name) => Some(name.clone()),
                Subject::Token(span) => Name::from_ascii(site.text(*span)).ok(),
                Subject::File(_) => None,
            };
            let named = view
                .zip(name)
                .map(|(view, name)| (view, name.to_lowercase()));
            found.extend(
                named
                    .and_then(|key| self.by_name.get(&key))
                    .into_iter()
                    .flatten(),
            );
        }
        found
    }

    /// The one about a record that a place lies in.
    fn at(&self, place: Span) -> Option<usize> {
        let up_to = ..=(place.source, place.start);
        let ((source, _), (end, at)) = self.by_place.range(up_to).next_back()?;
        (*source == place.source && place.start < *end).then_some(*at)
    }
}
