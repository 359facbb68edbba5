//! What a change does: set-ups before and after, findings that are new or fixed.

use std::io::{self, Write};

use super::escape::{Syntax, inert};
use super::pretty::{self, Paint};
use super::{
    Detail, Format, Location, Presentation, Report, Summary, count, ending, sentence, title,
};
use crate::diff::{Change, Difference, Side};
use crate::finding::Finding;
use crate::handset::Server;
use crate::problem::Problem;
use crate::rule::Severity;
use crate::site::Outcome;

mod json;
mod markdown;

pub use json::schema;

/// Fixed findings that the text formats list; the rest is counted.
const LISTED: usize = 50;

/// Two states of a site and what lies between them.
pub struct Comparison<'a> {
    old: &'a Report<'a>,
    new: &'a Report<'a>,
    difference: Difference<'a>,
    /// The numbers: new findings only.
    pub summary: Summary,
}

impl<'a> Comparison<'a> {
    /// Compares the reports of two states; each side's findings are its report's.
    pub fn new(
        (old, old_side): (&'a Report<'a>, &'a Side<'a>),
        (new, new_side): (&'a Report<'a>, &'a Side<'a>),
    ) -> Self {
        let difference = Difference::between(old_side, new_side);
        let findings = difference.new.iter().map(|at| &new.findings[*at]);
        let could_check = old.problems.is_empty() && new.problems.is_empty();
        let Summary {
            suppressed,
            fail_on,
            ..
        } = new.summary;
        let mut summary = Summary::of(findings, suppressed, fail_on, could_check);
        if difference.out_of_service > 0 && fail_on.includes(Severity::Error) {
            summary.exit_code = summary.exit_code.max(1);
        }
        Self {
            old,
            new,
            difference,
            summary,
        }
    }

    /// Whether a format can show a comparison.
    pub fn takes(format: Format) -> bool {
        matches!(
            format,
            Format::Pretty | Format::Concise | Format::Json | Format::Markdown
        )
    }

    /// Writes the comparison; formats that cannot show one write it as text.
    pub fn write(&self, how: &Presentation, out: &mut dyn Write) -> io::Result<()> {
        match how.format {
            Format::Json => json::write(self, out),
            Format::Markdown => inert(out, Syntax::Text, |out| {
                markdown::write(self, how.detail, out)
            }),
            Format::Concise => inert(out, Syntax::Text, |out| self.in_lines(how.detail, out)),
            _ => inert(out, Syntax::Text, |out| self.as_text(how, out)),
        }
    }

    fn new_findings(&self) -> impl Iterator<Item = &'a Finding> {
        let new = self.new;
        self.difference.new.iter().map(|at| &new.findings[*at])
    }

    fn fixed_findings(&self) -> impl Iterator<Item = &'a Finding> {
        let old = self.old;
        self.difference.fixed.iter().map(|at| &old.findings[*at])
    }

    fn problems(&self) -> impl Iterator<Item = &'a Problem> {
        self.old.problems.iter().chain(&self.new.problems)
    }

    fn as_text(&self, how: &Presentation, out: &mut dyn Write) -> io::Result<()> {
        let paint = Paint(how.color);
        let (listed, rest) = ending::limited(&self.difference.setups, how.detail);
        if !listed.is_empty() {
            writeln!(out, "{}", paint.heading("set-ups"))?;
        }
        for change in listed {
            let told = Told::of(change);
            writeln!(out, "  {} {}", paint.strong(told.word), told.what)?;
            for (when, servers) in &told.servers {
                for (index, server) in servers.iter().enumerate() {
                    let when = if index == 0 { when } else { "" };
                    writeln!(out, "    {when:<7} {server}")?;
                }
            }
        }
        ending::more(rest, "set-up", out)?;
        if !listed.is_empty() {
            writeln!(out)?;
        }
        let (shown, hidden) = self.shown(how.detail);
        if !shown.is_empty() {
            writeln!(out, "{}", paint.heading("new findings"))?;
            writeln!(out)?;
        }
        for finding in shown {
            let mut text = String::new();
            pretty::draw(self.new, finding, paint, &mut text).map_err(io::Error::other)?;
            writeln!(out, "{text}")?;
        }
        ending::more(hidden, "new finding", out)?;
        let fixed: Vec<_> = self.fixed_findings().collect();
        if !fixed.is_empty() {
            writeln!(out, "{}", paint.heading("fixed findings"))?;
        }
        self.fixed(&fixed, "  ", how.detail, out)?;
        if !fixed.is_empty() {
            writeln!(out)?;
        }
        self.ending(out)
    }

    /// The new findings that are shown, and how many more there are.
    fn shown(&self, detail: Detail) -> (Vec<&'a Finding>, usize) {
        let mut all: Vec<_> = self.new_findings().collect();
        let number = all.len();
        if detail != Detail::Verbose {
            // The worst of them: what is left out is told by its number.
            all.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
            all.truncate(LISTED);
        }
        let hidden = number - all.len();
        (all, hidden)
    }

    fn fixed(
        &self,
        fixed: &[&Finding],
        indent: &str,
        detail: Detail,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let listed = if detail == Detail::Verbose {
            fixed.len()
        } else {
            fixed.len().min(LISTED)
        };
        for finding in &fixed[..listed] {
            writeln!(out, "{indent}{}", line(self.old, finding))?;
        }
        ending::more(fixed.len() - listed, "fixed finding", out)
    }

    fn in_lines(&self, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
        let (listed, rest) = ending::limited(&self.difference.setups, detail);
        for change in listed {
            let told = Told::of(change);
            let servers: Vec<_> = told
                .servers
                .iter()
                .map(|(when, servers)| format!("{when} {}", servers.join(", ")))
                .collect();
            let servers = servers.join("; ");
            writeln!(out, "{} {}: {servers}", told.word, told.what)?;
        }
        ending::more(rest, "set-up", out)?;
        let (shown, hidden) = self.shown(detail);
        for finding in shown {
            writeln!(out, "new {}", line(self.new, finding))?;
        }
        ending::more(hidden, "new finding", out)?;
        let fixed: Vec<_> = self.fixed_findings().collect();
        self.fixed(&fixed, "fixed ", detail, out)?;
        self.ending(out)
    }

    fn ending(&self, out: &mut dyn Write) -> io::Result<()> {
        let problems = self.problems().count();
        if problems > 0 {
            let problems = count(problems, "problem");
            writeln!(out, "could not check everything: {problems}, see above")?;
        }
        writeln!(out, "{}", self.counts())
    }

    /// `2 set-ups changed, …; findings: …`
    fn counts(&self) -> String {
        let of = |wanted: fn(&Change<'_>) -> bool| {
            let changes = self.difference.setups.iter();
            changes.filter(|change| wanted(change)).count()
        };
        let ended = match self.difference.out_of_service {
            0 => String::new(),
            1 => "; 1 registers no more".to_owned(),
            ended => format!("; {ended} register no more"),
        };
        format!(
            "set-ups: {} changed, {} gained, {} lost, {} unchanged{ended}\n\
             findings: {} new ({}), {} fixed, {} unchanged",
            of(|change| matches!(change, Change::Changed { .. })),
            of(|change| matches!(change, Change::Gained(_))),
            of(|change| matches!(change, Change::Lost(_))),
            self.difference.unchanged_setups,
            self.difference.new.len(),
            self.summary,
            self.difference.fixed.len(),
            self.difference.unchanged
        )
    }
}

/// A change of a set-up in words.
struct Told {
    /// `changed`, `gained` or `lost`.
    word: &'static str,
    /// The set-up, its verdict, its handsets.
    what: String,
    /// `before`, `after`: a text for each server, or why there is none.
    servers: Vec<(&'static str, Vec<String>)>,
}

impl Told {
    fn of(change: &Change<'_>) -> Self {
        match change {
            Change::Changed { before, after } => {
                let (old, new) = (before.verdict(), after.verdict());
                let verdict = if old == new {
                    new.word().to_owned()
                } else {
                    format!("{} → {}", old.word(), new.word())
                };
                let mut what = format!("{}: {verdict}", title(after));
                let (left, come) = moved(before, after);
                if left + come > 0 {
                    let come = count(come, "handset");
                    what = format!("{what}, {come} added, {left} taken away");
                }
                let servers = [("before", servers(before)), ("after", servers(after))];
                let same = servers[0].1 == servers[1].1;
                Self {
                    word: "changed",
                    what,
                    servers: if same {
                        vec![(
                            "both",
                            servers
                                .into_iter()
                                .next()
                                .map_or_else(Vec::new, |one| one.1),
                        )]
                    } else {
                        servers.into()
                    },
                }
            }
            Change::Gained(state) => Self {
                word: "gained",
                what: format!("{}: {}", title(state), state.verdict().word()),
                servers: vec![("after", servers(state))],
            },
            Change::Lost(state) => Self {
                word: "lost",
                what: format!("{}: {}", title(state), state.verdict().word()),
                servers: vec![("before", servers(state))],
            },
        }
    }
}

/// Handsets that are only in the old state, and only in the new one.
fn moved(before: &Outcome<'_>, after: &Outcome<'_>) -> (usize, usize) {
    let (old, new) = (&before.setup.handsets, &after.setup.handsets);
    (old.difference(new).count(), new.difference(old).count())
}

/// Servers named of one set-up before the rest is counted.
const SERVERS: usize = 10;

fn servers(state: &Outcome<'_>) -> Vec<String> {
    let all = state.servers();
    if all.is_empty() {
        return vec!["no server".to_owned()];
    }
    let one = |server: &Server| format!("{}. {}", server.order, ending::server(server));
    let mut told: Vec<_> = all.iter().take(SERVERS).map(one).collect();
    if all.len() > SERVERS {
        told.push(format!("and {} more", all.len() - SERVERS));
    }
    told
}

/// `path:line:column: severity[rule] message`
fn line(report: &Report<'_>, finding: &Finding) -> String {
    format!(
        "{}: {}[{}] {}",
        Location::of(&report.site.sources, finding.span),
        finding.severity,
        finding.rule.id,
        sentence(&finding.message)
    )
}
