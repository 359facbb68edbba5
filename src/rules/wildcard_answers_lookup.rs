//! `wildcard-answers-lookup`: a `*` record answers what the handset asks, so that misspelt
//! names seem to work.

use std::cell::LazyCell;
use std::collections::BTreeMap;

use hashbrown::HashSet;

use super::lookup::plain;
use super::srv_target_relative::mistakes;
use super::{Facts, Findings};
use crate::dns::{Record, RecordType};
use crate::finding::{Finding, Fix, Label, Subject};
use crate::fix::{Field, NewRecord, Place, add_record};
use crate::handset::Step;
use crate::rule::Severity;
use crate::site::View;
use crate::source::Span;

/// How many places that lead to a wildcard are shown: more say no more.
const SHOWN: usize = 5;

/// Looks at every answer of every lookup; one finding a wildcard, and one for each target that
/// another rule finds mistaken.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let mistaken = LazyCell::new(|| {
        let mistakes = mistakes(site).map(|(_, (_, srv), _)| srv.target.span);
        mistakes.collect::<HashSet<Span>>()
    });
    let mut wildcards: BTreeMap<(Span, Option<Span>), Finding> = BTreeMap::new();
    for (simulation, setup, view) in site.simulated() {
        for step in &simulation.lookup.steps {
            let Some(record) = wildcard_in(step) else {
                continue;
            };
            let asked = format!("{} `{}`", step.question.record_type, step.asked_as);
            let mistake = Some(step.why.span).filter(|target| mistaken.contains(target));
            let place = (record.owner.span, mistake);
            let finding = wildcards.entry(place).or_insert_with(|| {
                let owner = plain(&record.owner.name);
                let message =
                    format!("the wildcard `{owner}` answers the handset's question for {asked}");
                let finding = findings
                    .at(record.owner.span, message)
                    .severity(Severity::Note)
                    .help(format!(
                        "if `{}` is right, give it {} records of its own; if it is a slip, \
                         correct it: while `{owner}` exists, every name that is not there seems \
                         to work",
                        step.asked_as, step.question.record_type
                    ));
                let mut finding = match own_records(view, step, record) {
                    Some(fix) => finding.fix(fix),
                    None => finding,
                };
                finding.subjects.extend(mistake.map(Subject::Token));
                finding
            });
            if setup.is_configured() {
                finding.severity = Severity::Warning;
            }
            let place = Label {
                span: step.why.span,
                message: format!("this leads to the question for {asked}"),
            };
            if finding.related.len() < SHOWN && !finding.related.contains(&place) {
                finding.related.push(place);
            }
            finding.handsets.extend(&setup.handsets);
        }
    }
    for finding in wildcards.into_values() {
        findings.push(finding);
    }
}

/// Records of the name's own: all that the wildcard says of it, since it says nothing of a name
/// that owns one of them (RFC 4592 2.2.1); but for an address, which is not the one that was
/// meant. None where an alias led to the wildcard: the name is not the one that was asked for.
fn own_records(view: &View, step: &Step, record: &Record) -> Option<Fix> {
    let asked = &step.question;
    if step.answer.aliases().any(|alias| alias != record) {
        return None;
    }
    let new: Vec<NewRecord> = if asked.record_type == RecordType::A {
        let address = Field::blank(format!("address of {}", plain(&asked.name)));
        vec![NewRecord::a(address)]
    } else if asked.record_type == record.record_type() {
        let records = step.answer.of_type(asked.record_type);
        records.map(NewRecord::from).collect()
    } else {
        return None;
    };
    let place = Place::new(view.apex_of(&asked.name), &asked.name);
    let new = new.iter();
    Some(Fix {
        title: "give the name records of its own, if it is right".to_owned(),
        changes: new.map(|new| add_record(place.clone(), new)).collect(),
        ..Fix::default()
    })
}

/// The record of a wildcard that an answer was made of.
fn wildcard_in(step: &Step) -> Option<&Record> {
    let records = step.answer.of_type(step.question.record_type);
    step.answer
        .aliases()
        .chain(records)
        .find(|record| record.owner.name.is_wildcard())
}

#[cfg(test)]
mod tests {
    use crate::rules::zone_testing::findings;

    #[test]
    fn a_name_gets_all_records_of_the_wildcard() {
        let found = findings(&[
            ("x.", "NAPTR 10 10 \"S\" \"SIP+D2U\" \"\" _sip._udp.x."),
            ("*._udp.x.", "SRV 1 1 5060 a.x."),
            ("*._udp.x.", "SRV 2 1 5060 b.x."),
            ("a.x.", "A 10.0.0.1"),
            ("b.x.", "A 10.0.0.2"),
        ]);
        let found = found
            .iter()
            .find(|one| one.rule.id == "wildcard-answers-lookup");
        let fix = found.and_then(|one| one.fix.as_ref()).expect("a repair");
        assert_eq!(fix.changes.len(), 2);
    }
}
