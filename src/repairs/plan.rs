//! All repairs of a run, in the order in which they are to be made.
//!
//! Steps that several findings ask for are one; steps that correct one record in different
//! fields are joined; of two that contradict each other the one of the earlier finding
//! stands, and the other finding is left for another run, with the reason.

use std::collections::HashMap;

use super::order::Orders;
use crate::finding::Finding;
use crate::fix::{Change, NewRecord, Placed, in_presentation_format};
use crate::source::SourceId;

/// Repairs in the order in which they are to be made.
#[derive(Debug, Default)]
pub struct Plan<'f> {
    /// The steps.
    pub steps: Vec<Step<'f>>,
    /// Findings whose repair is not among them.
    pub left: Vec<Left<'f>>,
}

/// A step, and the findings that ask for it.
#[derive(Debug)]
pub struct Step<'f> {
    /// What is to be done.
    pub change: Change,
    /// Who asks for it, in the order of the report; never empty.
    pub findings: Vec<&'f Finding>,
}

/// A finding that has a repair, which is not made.
#[derive(Debug)]
pub struct Left<'f> {
    /// The finding.
    pub finding: &'f Finding,
    /// Why: lower case, no full stop.
    pub why: String,
}

/// What a step is about: no two steps may be about one thing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Object {
    /// A record that is there, as the line that removes it.
    Record(String),
    /// A record that is to be added.
    NewRecord(String),
    /// A setting of one file.
    Setting(SourceId, String),
    /// A reverse zone.
    Zone([u8; 3]),
}

impl<'f> Plan<'f> {
    /// The steps that repair these findings, which are in the order of the report.
    pub fn new(findings: impl IntoIterator<Item = &'f Finding>) -> Self {
        let mut plan = Self::default();
        let mut known: HashMap<Object, usize> = HashMap::new();
        let mut orders = Orders::default();
        for finding in findings {
            let Some(fix) = &finding.fix else { continue };
            let is_step = |change| {
                let step = known.get(&Object::of(finding, change));
                step.is_some_and(|step| plan.steps[*step].change == *change)
            };
            if let Some(why) = orders.refuse(finding)
                && !fix.changes.iter().all(is_step)
            {
                plan.left.push(Left { finding, why });
                continue;
            }
            // All steps of a repair, or none.
            let mut joined = Vec::new();
            let mut contradicted = None;
            for change in &fix.changes {
                let object = Object::of(finding, change);
                let step = known.get(&object).copied();
                let change = match step {
                    None => Some(change.clone()),
                    Some(step) => plan.steps[step].change.joined(change),
                };
                match change {
                    Some(change) => joined.push((object, step, change)),
                    None => contradicted = step,
                }
            }
            if let Some(step) = contradicted {
                let rule = plan.steps[step].findings[0].rule.id;
                plan.left.push(Left {
                    finding,
                    why: format!("the repair of `{rule}` changes the same record or setting"),
                });
                continue;
            }
            orders.add(finding);
            for (object, step, change) in joined {
                let step = step.or_else(|| known.get(&object).copied());
                let step = step.unwrap_or_else(|| {
                    plan.steps.push(Step {
                        change: change.clone(),
                        findings: Vec::new(),
                    });
                    known.insert(object, plan.steps.len() - 1);
                    plan.steps.len() - 1
                });
                let step = &mut plan.steps[step];
                step.change = change;
                let is_new = step
                    .findings
                    .last()
                    .is_none_or(|last| !std::ptr::eq(*last, finding));
                if is_new {
                    step.findings.push(finding);
                }
            }
        }
        plan.correct_copies();
        plan.steps.sort_by_key(|step| step.change.rank());
        plan
    }

    /// A record that is added as a copy of one that is corrected elsewhere takes the
    /// correction too.
    fn correct_copies(&mut self) {
        let corrected: HashMap<String, NewRecord> = self
            .steps
            .iter()
            .filter_map(|step| match &step.change {
                Change::Record {
                    old: Some(old),
                    new: Some(new),
                } => Some((old.record.data_line(), new.record.clone())),
                _ => None,
            })
            .collect();
        for step in &mut self.steps {
            if let Change::Record {
                old: None,
                new: Some(new),
            } = &mut step.change
                && let Some(record) = corrected.get(&new.record.data_line())
            {
                new.record = record.clone();
            }
        }
    }
}

impl Object {
    fn of(finding: &Finding, change: &Change) -> Self {
        match change {
            Change::Record { old: Some(old), .. } => Self::Record(line(old)),
            Change::Record { new: Some(new), .. } => Self::NewRecord(line(new)),
            Change::Record { .. } => Self::NewRecord(String::new()),
            Change::Setting { old, name, .. } => {
                let source = old.as_ref().map(|(_, value)| value.source);
                Self::Setting(source.unwrap_or(finding.span.source), name.clone())
            }
            Change::ReverseZone { network } => Self::Zone(*network),
        }
    }
}

/// A record without its TTL, which does not tell records apart.
fn line(placed: &Placed) -> String {
    let owner = in_presentation_format(placed.place.owner()).to_ascii_lowercase();
    format!("{owner} {}", placed.record.data_line())
}
