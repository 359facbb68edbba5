//! `ttl-mixed`: different TTLs inside one RRset of the SIP chain.

use hashbrown::HashMap;

use super::ttl::{is_original, set_name, spoken, with_ttl};
use super::{Facts, Findings};
use crate::dns::{Record, RrSet};
use crate::finding::{Edit, Fix, Subject};

/// Compares the TTLs inside every RRset of the SIP chain.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        let chain = site.sip_chain(index).iter();
        for set in chain.filter(|set| is_original(view, set)) {
            let Some((odd, usual)) = difference(set) else {
                continue;
            };
            let with_own: Vec<_> = odd.iter().filter(|record| record.has_own_ttl()).collect();
            let shown = with_own.first().map_or(odd[0], |record| **record);
            let own = shown.has_own_ttl();
            let usual_ttl = usual.ttl.value;
            let mut finding = findings
                .at(
                    if own { shown.ttl.span } else { shown.span },
                    format!("{} has records with different TTLs", set_name(set)),
                )
                .label(spoken(shown.ttl.value))
                .related(usual.span, format!("this record has {}", spoken(usual_ttl)))
                .help(
                    "give all records of this name and type the same TTL (in DNS Manager: View, \
                     Advanced, then the record's Time to live): they are one answer, and are \
                     kept and forgotten together",
                );
            // One that is too long or too short is why, whichever has it.
            let written = set.records.iter().filter(|record| record.has_own_ttl());
            let written = written.map(|record| Subject::Token(record.ttl.span));
            finding.subjects.extend(written);
            if own {
                finding = finding.fix(Fix {
                    title: format!("set the TTL to {usual_ttl}"),
                    // Another default stands in no record, so the file would still have both.
                    edits: with_own
                        .iter()
                        .filter(|_| with_own.len() == odd.len())
                        .map(|record| Edit::replace(record.ttl.span, usual_ttl.to_string()))
                        .collect(),
                    changes: odd
                        .iter()
                        .map(|record| with_ttl(view, record, usual_ttl))
                        .collect(),
                    ..Fix::default()
                });
            }
            findings.push(site.of_chain(std::iter::once(&set.owner), finding));
        }
    }
}

/// The records whose TTL is another one, and one to compare them with: one that has the default,
/// since its TTL stands for others too, else one with the TTL that most have.
fn difference(set: &RrSet) -> Option<(Vec<&Record>, &Record)> {
    let first = set.records.first()?;
    if set
        .records
        .iter()
        .all(|record| record.ttl.value == first.ttl.value)
    {
        return None;
    }
    let mut counts: HashMap<u32, usize> = HashMap::new();
    for record in set.records.iter() {
        *counts.entry(record.ttl.value).or_default() += 1;
    }
    // Of several the first is taken, so the last is looked at first.
    let usual = set
        .records
        .iter()
        .rev()
        .max_by_key(|record| (!record.has_own_ttl(), counts[&record.ttl.value]))?;
    let odd = set.records.iter();
    let odd = odd.filter(|record| record.ttl.value != usual.ttl.value);
    Some((odd.collect(), usual))
}
