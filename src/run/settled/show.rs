//! `--show-settings`: what is in effect, and where each value came from.

use std::io::{self, Write};
use std::path::PathBuf;

use super::Settled;
use crate::load::path_name;
use crate::report::printable;
use crate::rule::Severity;
use crate::source::Span;

impl Settled {
    /// Writes every setting in effect, a line each, with its origin behind `#`: the place in
    /// the settings, the command line, or the default.
    pub(in crate::run) fn show(&self, out: &mut dyn Write) -> io::Result<()> {
        let (check, given) = (&self.check, &self.given);
        let settings = self.settings.as_ref();
        let file = settings.map(|settings| self.sources.get(settings.source).name.as_str());
        writeln!(out, "# settings: {}", printable(file.unwrap_or("none")))?;
        let mut lines = Lines { settled: self, out };
        let zones = settings.map_or(&[][..], |settings| &settings.zones);
        let phones = settings.map_or(&[][..], |settings| &settings.phones);
        let spans: Vec<_> = zones.iter().chain(phones).map(|path| path.span).collect();
        lines.list(
            "paths",
            &names(&check.paths),
            !given.paths.is_empty(),
            &spans,
        )?;
        let live = settings.map_or(&[][..], |settings| &settings.live);
        let spans: Vec<_> = live.iter().map(|name| name.span).collect();
        let names_given = !given.live.names.is_empty();
        lines.list("live", &check.live.names, names_given, &spans)?;
        let span = settings.and_then(|settings| Some(settings.handset?.span));
        lines.one(
            "handset",
            check.handset.model().id,
            given.handset.model.is_some(),
            span,
        )?;
        self.assumptions(&mut lines)?;
        for (rule, severity) in settings.iter().flat_map(|settings| &settings.severity) {
            let key = format!("severity.{}", rule.value);
            lines.one(&key, severity.value.word(), false, Some(severity.span))?;
        }
        for ignore in settings.iter().flat_map(|settings| &settings.ignore) {
            let value = |list: &[crate::source::Spanned<String>]| {
                let list: Vec<_> = list.iter().map(|one| one.value.as_str()).collect();
                list.join(", ")
            };
            let paths = if ignore.paths.is_empty() {
                "everywhere".to_owned()
            } else {
                value(&ignore.paths)
            };
            let text = format!(
                "{} in {paths}: {}",
                value(&ignore.rules),
                ignore.reason.value
            );
            lines.one("ignore", &text, false, Some(ignore.span))?;
        }
        let require = settings.and_then(|settings| settings.require_reason);
        let text = require.is_some_and(|require| require.value).to_string();
        lines.one(
            "require-reason",
            &text,
            false,
            require.map(|require| require.span),
        )?;
        for expectation in settings.iter().flat_map(|settings| &settings.expect) {
            let address = expectation.address.as_ref();
            let address = address.map_or("every address".to_owned(), |one| one.value.to_string());
            lines.one("expect", &address, false, Some(expectation.span))?;
        }
        let select = &check.select;
        let fail_on = select.fail_on.unwrap_or_default().word();
        let span = settings.and_then(|settings| Some(settings.fail_on?.span));
        lines.one("fail-on", fail_on, given.select.fail_on.is_some(), span)?;
        let least = select.min_severity.unwrap_or(Severity::Note).word();
        let span = settings.and_then(|settings| Some(settings.min_severity?.span));
        lines.one(
            "min-severity",
            least,
            given.select.min_severity.is_some(),
            span,
        )?;
        let rules = settings.map_or(&[][..], |settings| &settings.rules);
        let spans: Vec<_> = rules.iter().map(|folder| folder.span).collect();
        let rules_given = !given.settings.rules.is_empty();
        lines.list("rules", &names(&check.settings.rules), rules_given, &spans)?;
        let baseline = select
            .baseline
            .as_deref()
            .map_or("none".to_owned(), path_name);
        let span = settings.and_then(|settings| Some(settings.baseline.as_ref()?.span));
        lines.one("baseline", &baseline, given.select.baseline.is_some(), span)
    }

    fn assumptions(&self, lines: &mut Lines<'_>) -> io::Result<()> {
        for (name, value) in self.check.handset.assumptions().chosen() {
            let mut given = self.given.handset.assume.iter();
            let given = given.any(|assumed| assumed.name() == name);
            let said = self.settings.iter().flat_map(|settings| &settings.assume);
            let mut said = said.filter(|(said, _)| said.value == name);
            let said = said.next_back();
            let key = format!("assume.{name}");
            lines.one(&key, value, given, said.map(|(_, reading)| reading.span))?;
        }
        Ok(())
    }
}

fn names(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| path_name(path)).collect()
}

/// Columns that a setting takes before its origin.
const WIDTH: usize = 40;

struct Lines<'a> {
    settled: &'a Settled,
    out: &'a mut dyn Write,
}

impl Lines<'_> {
    /// A setting with one value.
    fn one(&mut self, key: &str, value: &str, given: bool, span: Option<Span>) -> io::Result<()> {
        let origin = match span {
            _ if given => "command line".to_owned(),
            None => "default".to_owned(),
            Some(span) => {
                let sources = &self.settled.sources;
                let (at, _) = sources.positions(span);
                format!("{}:{at}", printable(&sources.get(span.source).name))
            }
        };
        let setting = format!("{key}: {}", printable(value));
        writeln!(self.out, "{setting:WIDTH$}  # {origin}")
    }

    /// A setting with a line for each value; `spans` are the places of those that the
    /// settings have.
    fn list(
        &mut self,
        key: &str,
        values: &[String],
        given: bool,
        spans: &[Span],
    ) -> io::Result<()> {
        if values.is_empty() {
            return self.one(key, "none", given, None);
        }
        for (index, value) in values.iter().enumerate() {
            self.one(key, value, given, spans.get(index).copied())?;
        }
        Ok(())
    }
}
