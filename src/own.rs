//! Users' own rules: pages like the built-in ones whose check is an expression.
//!
//! A page says what it is for (each record, SRV set, set-up or server), what has to hold
//! there, and what to say where it does not. Its examples are tests: `rules --test DIR`.

use std::path::Path;

use rayon::prelude::*;

use crate::example::Example;
use crate::expression::{Budget, Expression, Failure, Value};
use crate::finding::{Finding, Label, Subject as About};
use crate::problem::Problem;
use crate::rule::Page;
use crate::site::Site;
use crate::source::{Fault, SourceId, Sources, Span};
use crate::yaml::Node;

mod page;
mod subject;

pub use page::schema;
pub use subject::Over;

use subject::Subject;

/// A rule that a user wrote.
#[derive(Debug)]
pub struct Own {
    /// What it is called, how severe it is, what `explain` says of it.
    pub page: &'static Page,
    /// The text of its page.
    pub source: SourceId,
    /// What it looks at.
    over: Over,
    /// Where this is false, the rule does not apply.
    when: Option<Written>,
    /// What has to hold.
    assert: Written,
    /// What a finding points at, where it is not the subject as a whole.
    at: Option<Written>,
    message: Template,
    help: Option<Template>,
    /// Its examples, with the places that name them.
    pub examples: Vec<Example>,
}

/// An expression and the text it was read from.
#[derive(Debug)]
struct Written {
    expression: Expression,
    node: Node,
    /// Where the expression begins in the node's text.
    offset: usize,
}

/// A text with expressions in braces.
#[derive(Debug)]
struct Template(Vec<Part>);

#[derive(Debug)]
enum Part {
    Text(String),
    Value(Written),
}

/// The variables of a subject.
type Variables = Vec<(&'static str, Value)>;

/// Reads every page of a folder, in the order of names.
pub fn read(folder: &Path, sources: &Sources) -> Result<Vec<Own>, Vec<Problem>> {
    page::read_folder(folder, sources)
}

/// What all rules find, the built-in ones and these, and which of these could not be evaluated.
pub fn check_all(rules: &[Own], site: &Site, sources: &Sources) -> (Vec<Finding>, Vec<Fault>) {
    let mut findings = crate::rules::check(site);
    let (own, faults) = check(rules, site, sources);
    findings.extend(own);
    (findings, faults)
}

/// What the rules find, and which of them could not be evaluated.
fn check(rules: &[Own], site: &Site, sources: &Sources) -> (Vec<Finding>, Vec<Fault>) {
    let results: Vec<_> = rules
        .par_iter()
        .map(|rule| {
            let mut findings = Vec::new();
            let fault = rule.check(site, sources, &mut findings).err();
            (findings, fault)
        })
        .collect();
    let mut all = (Vec::new(), Vec::new());
    for (findings, fault) in results {
        all.0.extend(findings);
        all.1.extend(fault);
    }
    all
}

impl Own {
    /// Adds what the rule finds, up to the first thing it cannot be evaluated for.
    fn check(
        &self,
        site: &Site,
        sources: &Sources,
        findings: &mut Vec<Finding>,
    ) -> Result<(), Fault> {
        let records = site.inputs.iter().filter_map(|input| input.records);
        let mut budget = Budget::of(records.sum());
        self.over.each(site, &mut |subject| {
            findings.extend(self.judge(subject, sources, &mut budget)?);
            Ok(())
        })
    }

    fn judge(
        &self,
        subject: &Subject<'_>,
        sources: &Sources,
        budget: &mut Budget,
    ) -> Result<Option<Finding>, Fault> {
        let variables = &subject.variables;
        if let Some(when) = &self.when
            && !when.holds(variables, sources, budget)?
        {
            return Ok(None);
        }
        if self.assert.holds(variables, sources, budget)? {
            return Ok(None);
        }
        let mut places = match &self.at {
            Some(at) => places(&at.value(variables, sources, budget)?),
            None => Vec::new(),
        };
        let primary = if places.is_empty() {
            subject.mark
        } else {
            places.remove(0)
        };
        let message = self.message.fill(variables, sources, budget)?;
        let mut finding = Finding::new(self.page, primary, message)
            .about(About::Token(subject.mark))
            .handsets(subject.handsets);
        finding.related = places
            .into_iter()
            .take(RELATED)
            .map(|span| Label {
                span,
                message: "and here".to_owned(),
            })
            .collect();
        if let Some(help) = &self.help {
            finding = finding.help(help.fill(variables, sources, budget)?);
        }
        Ok(Some(finding))
    }
}

/// Further places of one finding.
const RELATED: usize = 100;

/// The place of a value, or those of a list's values.
fn places(value: &Value) -> Vec<Span> {
    match (&value.place, &value.data) {
        (Some(place), _) => vec![*place],
        (None, crate::expression::Data::List(list)) => {
            list.iter().filter_map(|value| value.place).collect()
        }
        _ => Vec::new(),
    }
}

impl Written {
    fn value(
        &self,
        variables: &Variables,
        sources: &Sources,
        budget: &mut Budget,
    ) -> Result<Value, Fault> {
        let evaluated = self.expression.evaluate(variables, budget);
        evaluated.map_err(|failure| self.fault(&failure, sources))
    }

    fn holds(
        &self,
        variables: &Variables,
        sources: &Sources,
        budget: &mut Budget,
    ) -> Result<bool, Fault> {
        let evaluated = self.expression.holds(variables, budget);
        evaluated.map_err(|failure| self.fault(&failure, sources))
    }

    fn fault(&self, failure: &Failure, sources: &Sources) -> Fault {
        let (start, end) = (failure.range.start, failure.range.end);
        let span = self
            .node
            .part(sources, self.offset + start, self.offset + end);
        let fault = Fault::new(span, &*failure.message);
        if failure.help.is_empty() {
            fault
        } else {
            fault.help(&*failure.help)
        }
    }
}

impl Template {
    fn fill(
        &self,
        variables: &Variables,
        sources: &Sources,
        budget: &mut Budget,
    ) -> Result<String, Fault> {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Value(written) => {
                    text.push_str(&written.value(variables, sources, budget)?.to_string());
                }
            }
        }
        Ok(text)
    }
}
