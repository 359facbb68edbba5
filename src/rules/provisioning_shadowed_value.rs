//! `provisioning-shadowed-value`: a value that a file named before takes the place of, or another
//! one of its own file.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::{HashMap, HashSet};

use super::provisioning::{is_own, takes_user};
use super::{Facts, Findings, setting};
use crate::finding::Subject;
use crate::handset::Mac;
use crate::phone::parameter::Permitted;
use crate::phone::provisioning::{Group, LIST, Role, What};
use crate::phone::{Configuration, Parameter, parameter};
use crate::rule::Severity;
use crate::source::Span;

/// Winners that are shown of one value.
const SHOWN: usize = 3;

/// A value without effect.
struct Shadowed<'s> {
    parameter: &'s Parameter,
    winners: BTreeSet<Span>,
    severity: Severity,
    handsets: BTreeSet<Mac>,
}

/// Compares the files that handsets read; one finding a value, whatever beats it.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let mut shadowed: BTreeMap<Span, Shadowed<'_>> = BTreeMap::new();
    let mut counting = HashSet::new();
    for group in &site.provisioning.groups {
        compare(site, group, &mut shadowed, &mut counting);
    }
    for (span, one) in shadowed {
        let name = &one.parameter.name.value;
        // Files for some handsets are there to differ from those for all.
        let is_of_others = counting.contains(&span);
        if is_of_others && parameter::find(name).is_none() {
            continue;
        }
        let finding = if is_of_others {
            let message = format!(
                "this value of `{name}` counts for some handsets only: for others a file that is read before has another one"
            );
            let help = "nothing has to be done where these handsets are meant to differ";
            findings
                .at(span, message)
                .help(help)
                .severity(Severity::Note)
        } else {
            let message = format!(
                "this value of `{name}` has no effect: a file that is read before has another one"
            );
            let help = "of several values the one in the file that `CONFIG_FILES` names first \
                        counts: delete this one, or name its file before the other";
            findings.at(span, message).help(help).severity(one.severity)
        };
        let mut finding = finding.about(Subject::Token(span)).handsets(&one.handsets);
        let mut winners = one.winners.iter();
        // What is wrong with the only one concerns the same handsets.
        if let (Some(only), None) = (winners.next(), winners.next()) {
            finding = finding.about(Subject::Token(*only));
        }
        for winner in one.winners {
            finding = finding.related(winner, "this one counts");
        }
        findings.push(finding);
    }
    for file in site.distinct_configurations() {
        // A template may have one value under one condition and one under another; and no handset
        // reads a file with an attribute twice in one element, which is reported.
        if !file.is_template() && !file.is_damaged() {
            compare_within(site, findings, file);
        }
    }
}

/// Two parameters of one name say the same: host names do in any case.
fn are_alike(one: &Parameter, other: &Parameter) -> bool {
    let (first, second) = (&one.value.value, &other.value.value);
    let is_host =
        || parameter::find(&one.name.value).is_some_and(|spec| spec.permitted == Permitted::Host);
    first == second || first.eq_ignore_ascii_case(second) && is_host()
}

/// Of two values in one file nobody says which counts.
fn compare_within(site: &Facts, findings: &mut Findings, file: &Configuration) {
    let mut first: HashMap<&str, &Parameter> = HashMap::new();
    let decisive = file.parameters.iter().filter(|one| {
        let name = one.name.value.as_str();
        parameter::find(name).is_some() || name == LIST
    });
    for parameter in decisive {
        let name = parameter.name.value.as_str();
        let first = *first.entry(name).or_insert(parameter);
        if are_alike(first, parameter) {
            continue;
        }
        let message = format!("`{name}` has another value in the same file");
        let finding = setting::in_file(site, findings, parameter.value.span, message)
            .severity(Severity::Warning)
            .related(first.value.span, "the other value")
            .help("delete one of them: which of the two counts is not documented");
        findings.push(finding);
    }
}

/// Finds what has no effect on the handsets of a group, and notes the values that `count`.
fn compare<'s>(
    site: &'s Facts<'_>,
    group: &Group,
    shadowed: &mut BTreeMap<Span, Shadowed<'s>>,
    count: &mut HashSet<Span>,
) {
    let mut counting: HashMap<&str, (&Parameter, bool)> = HashMap::new();
    let entries = group.reading.entries.iter();
    for entry in entries.filter(|entry| matches!(entry.role, Role::Master | Role::Listed)) {
        let What::File(source) = entry.what else {
            continue;
        };
        let file = site
            .provisioning
            .configuration(&site.configurations, source);
        let own = is_own(site, group, source);
        for parameter in file.into_iter().flat_map(|file| &file.parameters) {
            let name = parameter.name.value.as_str();
            // The attributes of master files have no dots: where programs and logs lie.
            if !name.contains('.') {
                continue;
            }
            let (winner, by_own) = *counting.entry(name).or_insert((parameter, own));
            let is_same_file = winner.name.span.source == source;
            // A form that nobody filled in leaves the value to whoever names one.
            let is_blank = parameter.value.value.is_empty();
            if is_same_file || is_blank || are_alike(winner, parameter) {
                continue;
            }
            // One handset's own file is there to differ; that it does is worth knowing where
            // SIP addressing is concerned.
            let severity = if by_own {
                Severity::Note
            } else if takes_user(winner, parameter) {
                Severity::Error
            } else {
                Severity::Warning
            };
            if by_own && parameter::find(name).is_none() {
                continue;
            }
            let span = parameter.value.span;
            let one = shadowed.entry(span).or_insert_with(|| Shadowed {
                parameter,
                winners: BTreeSet::new(),
                severity,
                handsets: BTreeSet::new(),
            });
            one.severity = one.severity.max(severity);
            one.handsets.extend(&group.handsets);
            if one.winners.len() < SHOWN {
                one.winners.insert(winner.value.span);
            }
        }
    }
    count.extend(counting.values().map(|(one, _)| one.value.span));
}
