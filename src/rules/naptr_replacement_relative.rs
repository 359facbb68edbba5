//! `naptr-replacement-relative`: a replacement without its final dot.

use super::naptr::leads_to_srv;
use super::{Facts, Findings};
use crate::dns::{Answer, Name, RecordType, WrittenName};
use crate::finding::Subject;
use crate::fix::in_presentation_format;
use crate::site::{Site, View};

/// Looks at the replacement of every SIP NAPTR record; a relative one that owns SRV records is
/// correct. Where the flag leads elsewhere, only a repeated origin tells.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for found in site.sip_naptrs().iter().filter(|found| !found.leads_on) {
        let token = &found.naptr.replacement;
        let answer = found.view.ask(&token.name, RecordType::SRV);
        if !matches!(answer, Answer::NoData(_) | Answer::NxDomain(_)) {
            continue;
        }
        let whole = || full(site, token).filter(|_| leads_to_srv(found.naptr));
        let Some(meant) = repeated(found.view, &token.name).or_else(whole) else {
            continue;
        };
        let text = in_presentation_format(&meant);
        findings.push(
            findings
                .at(
                    token.span,
                    format!("NAPTR replacement expands to `{}`", token.name),
                )
                .label("its final dot is missing")
                .help(format!(
                    "write `{text}`, with the dot at its end: a name without it is taken as \
                     relative to the zone"
                ))
                .about(Subject::Token(token.span))
                .fix(found.repair(
                    site,
                    format!("write it as {text}"),
                    (token.span, &text),
                    |naptr| naptr.replacement.name = meant,
                )),
        );
    }
}

/// The part of `name` that ends where the zone's name begins to repeat itself.
fn repeated(view: &View, name: &Name) -> Option<Name> {
    let apex = view.apex_of(name)?;
    let (labels, own) = (name.iter().len(), apex.iter().len());
    if own == 0 || labels < 2 * own {
        return None;
    }
    (0..=labels - 2 * own)
        .filter_map(|skipped| Name::from_labels(name.iter().skip(skipped).take(own)).ok())
        .position(|part| part.to_lowercase() == apex.to_lowercase())
        .and_then(|skipped| Name::from_labels(name.iter().take(skipped + own)).ok())
}

/// The text of a relative name with a final dot, where it looks like a whole name: a service
/// before a domain of two labels or more.
fn full(site: &Site, token: &WrittenName) -> Option<Name> {
    if !token.relative {
        return None;
    }
    let name = Name::from_ascii(site.text(token.span)).ok()?;
    (name.iter().len() >= 4).then_some(name)
}
