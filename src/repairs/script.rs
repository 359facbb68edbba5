//! All repairs as one script for a system.
//!
//! A step with a blank stands there as a comment: a script that is run as it is must not
//! write `<name of the second SIP server>` into a zone. Comments hold harmless characters
//! only, for paths and names come from inputs.

use std::fmt::Write as _;

use super::plan::{Plan, Step};
use crate::fix::{Change, Field, System};
use crate::report::Location;
use crate::source::{Sources, Span};

/// Writes the steps of a plan for one system, the other way round where they are to be
/// undone; empty where the system has no part in any.
pub fn script(sources: &Sources, plan: &Plan<'_>, system: System, undo: bool) -> String {
    let mut script = Script {
        sources,
        system,
        undo,
        text: String::new(),
    };
    if undo {
        plan.steps.iter().rev().for_each(|step| script.step(step));
    } else {
        plan.steps.iter().for_each(|step| script.step(step));
    }
    script.text
}

/// Writes steps for one system, one after the other, without saying who asks for them.
pub fn steps(changes: &[Change], system: System) -> String {
    let mut script = Script {
        sources: &Sources::new(),
        system,
        undo: false,
        text: String::new(),
    };
    for change in changes {
        let lines = change.line(system);
        script.lines(change, lines.as_deref(), change.why_not(system));
    }
    script.text
}

struct Script<'a> {
    sources: &'a Sources,
    system: System,
    undo: bool,
    text: String,
}

impl Script<'_> {
    fn step(&mut self, step: &Step<'_>) {
        let change = if self.undo {
            undone(&step.change, self.sources)
        } else {
            Ok(step.change.clone())
        };
        let (lines, why_not) = match &change {
            Ok(change) => (change.line(self.system), change.why_not(self.system)),
            // The system would have a line for the step if it were made.
            Err(Undone::Nothing(why)) if step.change.line(self.system).is_some() => {
                (None, Some(*why))
            }
            Err(Undone::Unset(name)) if self.system == System::Xml => (None, Some(name.as_str())),
            Err(_) => (None, None),
        };
        if lines.is_none() && why_not.is_none() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        for finding in &step.findings {
            let place = Location::of(self.sources, finding.span);
            let title = finding.fix.as_ref().map_or("", |fix| fix.title.as_str());
            self.comment(&format!("{}, {place}: {title}", finding.rule.id));
        }
        match &change {
            Ok(change) => self.lines(change, lines.as_deref(), why_not),
            Err(_) => self.comment(why_not.unwrap_or_default()),
        }
    }

    /// The lines of a step, or why there are none.
    fn lines(&mut self, change: &Change, lines: Option<&str>, why_not: Option<&str>) {
        if let Some(why_not) = why_not {
            self.comment(&format!("no line here: {why_not}"));
            // cmd.exe is at hand where PowerShell is.
            if self.system == System::PowerShell
                && let Some(dnscmd) = change.line(System::Dnscmd)
            {
                for line in dnscmd.lines() {
                    self.text.push_str("# cmd.exe: ");
                    self.text.push_str(line);
                    self.text.push('\n');
                }
            }
            return;
        }
        let blanks = change.blanks().join(">, <");
        if !blanks.is_empty() && self.system != System::Clicks {
            let comments = match lines.map_or(0, |lines| lines.lines().count()) {
                0 | 1 => "the next line a comment".to_owned(),
                several => format!("the next {several} lines comments"),
            };
            self.comment(&format!(
                "fill in <{blanks}>, then take away what makes {comments}"
            ));
        }
        for line in lines.into_iter().flat_map(str::lines) {
            if blanks.is_empty() || self.system == System::Clicks {
                self.text.push_str(line);
                self.text.push('\n');
            } else {
                self.wrapped(line);
            }
        }
    }

    fn comment(&mut self, text: &str) {
        let text = text
            .chars()
            .map(|character| match (self.system, character) {
                // Outside quotes they redirect in cmd.exe.
                (System::Dnscmd, '<') => '(',
                (System::Dnscmd, '>') => ')',
                (_, character) => harmless(character),
            });
        let text: String = text.collect();
        self.wrapped(&text.replace("--", "-"));
    }

    /// A line behind what makes it a comment.
    fn wrapped(&mut self, line: &str) {
        let (before, after) = match self.system {
            System::Bind => ("; ", ""),
            System::PowerShell => ("# ", ""),
            System::Dnscmd => ("rem ", ""),
            System::Clicks => ("- ", ""),
            System::Xml => ("<!-- ", " -->"),
        };
        // Writing to a string does not fail.
        let _ = writeln!(self.text, "{before}{line}{after}");
    }
}

/// A character that ends no comment and starts no command in any of the systems.
fn harmless(character: char) -> char {
    match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' => character,
        ' ' | '<' | '>' | '.' | ',' | ':' | ';' | '/' | '-' | '_' | '+' | '*' | '(' | ')' | '=' => {
            character
        }
        '`' | '\'' => '\'',
        _ => '?',
    }
}

/// Why a step has no step that undoes it.
enum Undone {
    /// Nothing is to be done.
    Nothing(&'static str),
    /// A setting that was not there is to be taken out again; how, in words.
    Unset(String),
}

/// The step that undoes another.
fn undone(change: &Change, sources: &Sources) -> Result<Change, Undone> {
    match change {
        Change::Record { old, new } if old == new => Err(Undone::Nothing(
            "the record stays static, since a dynamic one is what its host writes",
        )),
        Change::Record { old, new } => Ok(Change::Record {
            old: new.clone(),
            new: old.clone(),
        }),
        Change::ReverseZone { .. } => Err(Undone::Nothing(
            "the reverse zone is left, since it may hold other records",
        )),
        Change::Setting {
            old: Some((old, value)),
            name,
            ..
        } => Ok(Change::Setting {
            old: Some((name.clone(), *value)),
            name: old.clone(),
            value: value_before(sources, *value),
        }),
        Change::Setting {
            old: None, name, ..
        } => Err(Undone::Unset(format!(
            "take {name} out again, or give it the value it had"
        ))),
    }
}

/// The text of a value, unless it may hold a password.
fn value_before(sources: &Sources, span: Span) -> Field {
    let place = Location::of(sources, span);
    let text = sources.text(span);
    if place.snippet != text || text.contains('@') {
        return Field::blank(format!("the value that stood at {place}"));
    }
    Field::Text(text.trim_matches('"').to_owned())
}
