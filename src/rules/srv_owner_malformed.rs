//! `srv-owner-malformed`: an SRV owner that is meant for SIP and is not `_service._proto.name`.

use super::Findings;
use super::lookup::{asked_and_got, below, lookup_subject, plain};
use crate::dns::{Answer, Name, RecordType, RrSet};
use crate::finding::{Edit, Finding, Fix};
use crate::fix::{NewRecord, Place, add_record, in_turn, remove_record};
use crate::phone::nearest;
use crate::rule::Severity;
use crate::site::{Site, View};
use crate::source::Span;

/// Looks at the first labels of every SRV owner.
pub(super) fn check(site: &Site, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        for set in view.sets(RecordType::SRV) {
            if let Some(meant) = meant(&set.owner) {
                let finding = finding(findings, site, view, set, &meant);
                findings.push(with_lookups(finding, site, index, &meant));
            }
        }
    }
}

/// A well-formed owner, and how sure it is.
struct Meant {
    /// `_sip._udp` and the like.
    service: &'static str,
    /// How many labels of the owner stand in its place.
    labels: usize,
    /// The owner as it should be.
    name: Name,
    /// Only underscores or dots are wrong.
    certain: bool,
}

/// What an owner was meant to be; `None` where it is well-formed, or not meant for SIP.
fn meant(owner: &Name) -> Option<Meant> {
    let label = |at: usize| {
        let label = owner.iter().nth(at).unwrap_or_default();
        String::from_utf8_lossy(label).to_ascii_lowercase()
    };
    let (first, second) = (label(0), label(1));
    let (service, labels, certain) = if let Some(service) = joined(&first) {
        (service, 1, true)
    } else {
        let (service, certain) = pair(&first, &second)?;
        (service, 2, certain)
    };
    let rest = owner.trim_to(owner.iter().len() - labels);
    Some(Meant {
        service,
        labels,
        name: below(service, &rest)?,
        certain,
    })
}

/// `_sip_udp`: service and protocol in one label.
fn joined(label: &str) -> Option<&'static str> {
    match label.replace(['_', '-', '.'], "").as_str() {
        "sipudp" => Some("_sip._udp"),
        "siptcp" => Some("_sip._tcp"),
        "sipstcp" | "siptls" => Some("_sips._tcp"),
        _ => None,
    }
}

/// What two labels were meant to be, and whether only underscores or the order are wrong.
fn pair(first: &str, second: &str) -> Option<(&'static str, bool)> {
    let well_formed = |label: &str, word: &str| label.strip_prefix('_') == Some(word);
    let words = [first, second].map(|label| label.trim_matches(['_', '-']));
    let service = match words {
        // `_sip._tls` and `_sipfederationtls._tcp` belong to Skype and Teams: what is not
        // listed here is not ours to judge.
        ["sip", "udp"] | ["udp", "sip"] => "_sip._udp",
        ["sip", "tcp"] | ["tcp", "sip"] => "_sip._tcp",
        ["sips", "tcp"] | ["tcp" | "tls", "sips"] | ["tls", "sip"] => "_sips._tcp",
        // There is no SIP over TLS over UDP (RFC 3263 4.1).
        ["sips" | "srv", "udp"] => return Some(("_sip._udp", false)),
        ["srv", "tcp"] => return Some(("_sip._tcp", false)),
        [service, protocol] => return misspelt(first, second, service, protocol),
    };
    let (service_word, protocol_word) = service.split_once('.')?;
    let is_right = well_formed(first, service_word.trim_start_matches('_'))
        && well_formed(second, protocol_word.trim_start_matches('_'));
    (!is_right).then_some((service, true))
}

/// `_sipp._udp`, `_sip._upd`: one label right, the other made of the right letters.
fn misspelt(
    first: &str,
    second: &str,
    service: &str,
    protocol: &str,
) -> Option<(&'static str, bool)> {
    // Another service is another service (`_sap`, `_stp`): only letters in the wrong order
    // or number count as a slip.
    let slip = |word: &str, right: &'static str| {
        let letters = |word: &str| {
            let mut letters: Vec<_> = word.chars().collect();
            letters.sort_unstable();
            letters.dedup();
            letters
        };
        word.len() >= right.len()
            && letters(word) == letters(right)
            && nearest(word, [right]).is_some()
    };
    let found = match (first, second) {
        ("_sip", _) if slip(protocol, "udp") => "_sip._udp",
        ("_sip", _) if slip(protocol, "tcp") => "_sip._tcp",
        ("_sips", _) if slip(protocol, "tcp") => "_sips._tcp",
        (_, "_udp") if slip(service, "sip") => "_sip._udp",
        (_, "_tcp") if slip(service, "sip") => "_sip._tcp",
        _ => return None,
    };
    Some((found, false))
}

fn finding(findings: &Findings, site: &Site, view: &View, set: &RrSet, meant: &Meant) -> Finding {
    let owner = &set.records[0].owner;
    let message = format!(
        "no handset asks for `{}`: the well-formed owner is `{}`",
        plain(&set.owner),
        plain(&meant.name)
    );
    let sibling = view.set(&meant.name, RecordType::SRV);
    let finding = findings
        .at(owner.span, message)
        .label(format!("should begin with `{}.`", meant.service))
        .fix(fix(site, view, set, meant, sibling.is_none()));
    match sibling {
        Some(sibling) => finding
            .severity(Severity::Warning)
            .related(
                sibling.records[0].owner.span,
                "handsets are served from here",
            )
            .help(
                "remove these records, or rename them if their servers are missing from the \
                 well-formed set",
            ),
        None => finding.help(format!(
            "name the records `{}`: service and protocol are two labels with an underscore \
             each; in DNS Manager, Service is `{}` and Protocol is `{}`",
            plain(&meant.name),
            meant.service.split('.').next().unwrap_or_default(),
            meant.service.split('.').nth(1).unwrap_or_default(),
        )),
    }
}

/// How many places that ask for the well-formed name are shown: more say no more.
const SHOWN: usize = 3;

/// Names the handsets that ask for the well-formed name and get nothing.
fn with_lookups(mut finding: Finding, site: &Site, view: usize, meant: &Meant) -> Finding {
    for (simulation, setup, _) in site.simulated() {
        let step = simulation.lookup.steps.iter().find(|step| {
            step.question.record_type == RecordType::SRV && step.question.name == meant.name
        });
        let Some(step) = step.filter(|_| simulation.view == view) else {
            continue;
        };
        if !matches!(step.answer, Answer::NoData(_) | Answer::NxDomain(_)) {
            continue;
        }
        if finding.related.len() < SHOWN {
            finding = finding.related(setup.entry.address.span, asked_and_got(step));
        }
        if let Some(subject) = lookup_subject(simulation, setup) {
            finding = finding.about(subject);
        }
        finding = finding.handsets(&setup.handsets);
    }
    finding
}

fn fix(site: &Site, view: &View, set: &RrSet, meant: &Meant, alone: bool) -> Fix {
    let commands = set.records.iter().map(|record| {
        let (apex, data) = (view.apex_of(&set.owner), &record.data);
        let add = add_record(Place::new(apex, &meant.name), &NewRecord::from(data));
        in_turn(add, remove_record(Place::new(apex, &set.owner), data))
    });
    Fix {
        title: format!("rename the owner to `{}`", plain(&meant.name)),
        // Where a well-formed set exists, renaming would add servers to it.
        safe: meant.certain && alone,
        edits: edits(site, set, meant),
        commands: commands.reduce(in_turn).unwrap_or_default(),
    }
}

/// The corrected labels in the place of every owner that is written; none where one of them
/// is written in another way (with escapes, by `$GENERATE`, left to a folder of an export).
fn edits(site: &Site, set: &RrSet, meant: &Meant) -> Vec<Edit> {
    let labels = set.owner.iter().take(meant.labels);
    let labels: Vec<_> = labels.map(String::from_utf8_lossy).collect();
    let wrong = labels.join(".");
    let edit = |span: Span| {
        let written = site.text(span).get(..wrong.len())?;
        let labels = Span::new(
            span.source,
            span.range().start,
            span.range().start + wrong.len(),
        );
        written
            .eq_ignore_ascii_case(&wrong)
            .then(|| Edit::replace(labels, meant.service))
    };
    let edits: Option<Vec<_>> = set
        .records
        .iter()
        .map(|record| edit(record.owner.span))
        .collect();
    let mut edits = edits.unwrap_or_default();
    // Records whose owner is left blank share the one that is written.
    edits.dedup();
    edits
}
