//! `explain` and `rules`: what rules there are, users' own ones too.

use std::io::{self, Write};
use std::path::PathBuf;

use super::own_rules::OwnRules;
use super::{COULD_NOT_CHECK, Streams, colored, tell};
use crate::cli::{Explain, Rules, RulesFormat};
use crate::own::check_all;
use crate::problem::Problem;
use crate::report::catalogue;
use crate::report::escape::{Syntax, inert};
use crate::report::pretty::Paint;
use crate::report::printable;
use crate::rule;
use crate::site::Site;

/// Does what `explain` says; the exit status.
pub(super) fn explain(explain: &Explain, streams: &mut Streams<'_>) -> io::Result<u8> {
    let paint = Paint(colored(&explain.general, streams));
    // A built-in rule is explained whatever the settings are.
    if let Some(page) = rule::page(&explain.rule) {
        return catalogue::explain(page, paint, streams.stdout).map(|()| 0);
    }
    let Some(own) = read(&explain.own, streams)? else {
        return Ok(COULD_NOT_CHECK);
    };
    let known = own.catalogue();
    if let Some(page) = known.find(&explain.rule) {
        return inert(streams.stdout, Syntax::Text, |out| {
            catalogue::explain(page, paint, out)
        })
        .map(|()| 0);
    }
    let (message, help) = known.missing(&explain.rule);
    let problem = Problem::new(message).help(help);
    tell(&[problem], &own.sources, streams.stderr)?;
    Ok(COULD_NOT_CHECK)
}

/// Does what `rules` says; the exit status.
pub(super) fn rules(rules: &Rules, streams: &mut Streams<'_>) -> io::Result<u8> {
    if let Some(folder) = &rules.test {
        return test(folder, streams);
    }
    let Some(own) = read(&rules.own, streams)? else {
        return Ok(COULD_NOT_CHECK);
    };
    let catalogue = own.catalogue();
    let paint = Paint(colored(&rules.general, streams));
    match rules.format {
        RulesFormat::Text => inert(streams.stdout, Syntax::Text, |out| {
            catalogue::list(&catalogue, paint, out)
        }),
        RulesFormat::Markdown => inert(streams.stdout, Syntax::Text, |out| {
            catalogue::reference(&catalogue, out)
        }),
        RulesFormat::Json => catalogue::json(&catalogue, streams.stdout),
    }
    .map(|()| 0)
}

/// The own rules of these folders, or else of the settings; `None` where they are wrong, which
/// is told.
fn read(folders: &[PathBuf], streams: &mut Streams<'_>) -> io::Result<Option<OwnRules>> {
    match OwnRules::of(folders) {
        Ok(own) => Ok(Some(own)),
        Err((sources, problems)) => {
            tell(&problems, &sources, streams.stderr)?;
            Ok(None)
        }
    }
}

/// Runs the examples of own rules.
fn test(folder: &PathBuf, streams: &mut Streams<'_>) -> io::Result<u8> {
    let Some(own) = read(std::slice::from_ref(folder), streams)? else {
        return Ok(COULD_NOT_CHECK);
    };
    inert(streams.stdout, Syntax::Text, |out| tested(&own, out))
}

fn tested(own: &OwnRules, out: &mut dyn Write) -> io::Result<u8> {
    let catalogue = own.catalogue();
    let check = |site: &Site| check_all(&own.rules, site, &own.sources);
    let (mut examples, mut failed) = (0, 0);
    for rule in &own.rules {
        let id = rule.page.id;
        let (mut fires, mut near_misses) = (0, 0);
        for example in &rule.examples {
            examples += 1;
            let outcome = example.run(id, &catalogue, &check);
            if outcome.fires {
                fires += 1;
            } else {
                near_misses += 1;
            }
            if !outcome.faults.is_empty() {
                failed += 1;
                writeln!(out, "{id}: {}", printable(&example.name))?;
                for fault in outcome.faults {
                    writeln!(out, "  {}", printable(&fault))?;
                }
            }
        }
        if fires == 0 || near_misses == 0 {
            failed += 1;
            writeln!(
                out,
                "{id}: a rule has an example that fires and a near miss that does not"
            )?;
        }
    }
    let rules = own.rules.len();
    writeln!(
        out,
        "rules: {rules}, examples: {examples}, faults: {failed}"
    )?;
    Ok(u8::from(failed > 0))
}
