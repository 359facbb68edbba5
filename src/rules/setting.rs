//! What the rules about handset settings share.

use std::borrow::Cow;
use std::ops::Range;

use super::Findings;
use crate::finding::{Edit, Finding, Fix, Subject};
use crate::fix::{self, Change, Field, escaped};
use crate::phone::parameter;
use crate::phone::{Configuration, Known, Parameter, Settings, TroubleKind};
use crate::rule::Severity;
use crate::site::Site;
use crate::source::{Span, without_passwords};

/// A finding of the running rule about settings that belong together, at the token `span`.
pub(super) fn finding(
    findings: &Findings,
    settings: &Settings<'_>,
    span: Span,
    message: impl Into<String>,
) -> Finding {
    findings
        .at(span, message)
        .about(Subject::Token(span))
        .handsets(settings.handsets())
}

/// A finding of the running rule about the token `span` alone. Where no handset goes by the
/// text it is a note: it has no effect.
pub(super) fn in_file(
    site: &Site,
    findings: &Findings,
    span: Span,
    message: impl Into<String>,
) -> Finding {
    let finding = findings.at(span, message).about(Subject::Token(span));
    match site.provisioning.inheriting(&site.configurations, span) {
        Some(handsets) => finding.handsets(&handsets),
        None => finding.severity(Severity::Note),
    }
}

/// The transport settings of a file, those of forms that nobody filled in apart.
pub(super) fn transports(configuration: &Configuration) -> impl Iterator<Item = Known<'_>> {
    let blank = configuration.blank_forms();
    configuration.known().filter(move |known| {
        let prefix = known.parameter.name.value.strip_suffix(".transport");
        prefix.is_some_and(|prefix| !blank.contains(prefix))
    })
}

/// A part of a value; the whole value where references such as `&amp;` stand in it.
pub(super) fn part(site: &Site, parameter: &Parameter, part: Range<usize>) -> Span {
    let value = &parameter.value;
    if site.text(value.span) != value.value {
        return value.span;
    }
    let start = value.span.start as usize;
    Span::new(value.span.source, start + part.start, start + part.end)
}

/// A setting as it stands in a file.
pub(super) fn attribute(name: &str, value: &str) -> String {
    fix::attribute(name, &Field::text(value))
}

/// Settings behind another one in its file; none where a quote does not end its value.
pub(super) fn added_behind(
    site: &Site,
    parameter: &Parameter,
    attributes: &[String],
) -> Option<Edit> {
    let end = parameter.value.span.end as usize;
    let quote = Span::new(parameter.value.span.source, end, end + 1);
    let is_quoted = matches!(site.text(quote), "\"" | "'");
    is_quoted.then(|| Edit::insert_after(quote, format!(" {}", attributes.join(" "))))
}

/// Gives a parameter, which must have a value, another one.
pub(super) fn change(parameter: &Parameter, name: &str, value: &str, safe: bool) -> Fix {
    Fix {
        title: format!("set `{name}` to `{value}`"),
        safe,
        edits: vec![Edit::replace(parameter.value.span, escaped(value))],
        changes: vec![Change::Setting {
            old: Some((parameter.name.value.clone(), parameter.value.span)),
            name: name.to_owned(),
            value: Field::text(value),
        }],
        instead: Vec::new(),
    }
}

/// The parameter under another name, with its value unless that could be a secret.
pub(super) fn renamed(parameter: &Parameter, name: &str) -> Change {
    let value = match parameter::find(name) {
        Some(spec) if spec.permitted != parameter::Permitted::Text && !holds_secret(parameter) => {
            Field::text(&parameter.value.value)
        }
        _ => Field::blank("its value as it stands"),
    };
    Change::Setting {
        old: Some((parameter.name.value.clone(), parameter.value.span)),
        name: name.to_owned(),
        value,
    }
}

/// An address may have a user part with a password.
fn holds_secret(parameter: &Parameter) -> bool {
    matches!(without_passwords(&parameter.value.value), Cow::Owned(_))
}

/// Turns what the reader met into findings of the rule that speaks for it.
pub(super) fn report(site: &Site, findings: &mut Findings, kind: TroubleKind) {
    for configuration in &site.configurations {
        if configuration.troubles.is_empty() {
            continue;
        }
        let reading = site.provisioning.reading(configuration.source);
        let troubles = configuration.troubles.iter();
        for trouble in troubles.filter(|trouble| trouble.kind == kind) {
            let mut found = findings
                .at(trouble.span, &trouble.message)
                .about(Subject::Token(trouble.span))
                .about(Subject::File(configuration.source));
            match &reading {
                Some(handsets) => found.handsets.extend(handsets),
                None => found.severity = Severity::Note,
            }
            found.help.clone_from(&trouble.help);
            found.related.clone_from(&trouble.related);
            found.fix.clone_from(&trouble.fix);
            findings.push(found);
        }
    }
}
