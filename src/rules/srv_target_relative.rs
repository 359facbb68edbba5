//! `srv-target-relative`: a final dot too few, one too many, or a scheme or the port around the
//! name; an address that a wildcard has for it is not that of the server.

use super::final_dot::without_repetition;
use super::lookup::plain;
use super::sip_set::{Entry, Guesses, SipSet, edit};
use super::{Facts, Findings};
use crate::dns::{Name, Record, RecordType, Srv};
use crate::finding::{Fix, Subject};
use crate::fix::{NewRecord, in_presentation_format, replace_record};
use crate::site::Site;

/// Looks at every target that leads nowhere, or to a wildcard.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (sip, (record, srv), mistake) in mistakes(site) {
        let Mistake {
            what,
            why,
            meant,
            wildcard,
        } = mistake;
        let target = &srv.target.name;
        let wildcard = wildcard.map(|record| {
            let owner = plain(&record.owner.name);
            (record.owner.span, format!("the wildcard `{owner}` answers"))
        });
        let found = match &wildcard {
            Some((_, answers)) => format!("for which {answers}"),
            None => "which has no address".to_owned(),
        };
        let written = in_presentation_format(&meant);
        let new = NewRecord::srv(
            srv.priority.value,
            srv.weight.value,
            srv.port.value,
            (&meant).into(),
        );
        let is_listed = |host: &Name| {
            let mut others = sip.set.srv();
            others.any(|(_, other)| other.target.name == *host)
        };
        let finding = findings
            .at(
                srv.target.span,
                format!("this target means `{target}`, {found}: {what}"),
            )
            .help(format!("write `{written}`: {why}"))
            .about(Subject::Token(srv.target.span))
            .fix(Fix {
                title: format!("write `{written}`"),
                // A server that is listed already would be there twice.
                safe: !is_listed(&meant) && is_host(sip, &meant),
                edits: edit(site, srv.target.span, &*written),
                changes: vec![replace_record(sip.place(), record, &new)],
                ..Fix::default()
            });
        let finding = match wildcard {
            Some((owner, answers)) => finding.related(owner, answers),
            None => finding,
        };
        findings.push(sip.with_handsets(finding));
    }
}

/// The targets that are mistaken, with their sets.
pub(super) fn mistakes<'a, 's>(
    site: &'a Facts<'s>,
) -> impl Iterator<Item = (&'a SipSet<'s>, Entry<'s>, Mistake)> {
    let mut guesses = Guesses::default();
    let entries = site.doubtful_sip_sets();
    let entries = entries.flat_map(|sip| sip.set.srv().map(move |entry| (sip, entry)));
    entries.filter_map(move |(sip, entry)| {
        let mistake = mistake(site, sip, entry.1, &mut guesses)?;
        Some((sip, entry, mistake))
    })
}

/// What is wrong with a target, the name that was meant, and the record of the wildcard that
/// answers for what was written.
pub(super) struct Mistake {
    what: &'static str,
    why: &'static str,
    meant: Name,
    wildcard: Option<Record>,
}

fn mistake(site: &Site, sip: &SipSet, srv: &Srv, guesses: &mut Guesses) -> Option<Mistake> {
    let target = &srv.target;
    let name = &target.name;
    if name.is_root() {
        return None;
    }
    let wildcard = answering(sip, name);
    if matches!(&wildcard, Some(record) if !record.owner.name.is_wildcard()) {
        return None;
    }
    let is_answered = wildcard.is_some();
    let mistake = |what, why, meant| Mistake {
        what,
        why,
        meant,
        wildcard: wildcard.clone(),
    };
    let of_dot = |what, meant| {
        let why = "a name with a final dot is complete, to one without it the zone's name is \
                   appended";
        mistake(what, why, meant)
    };
    let zone = sip.view.apex_of(&sip.set.owner)?;
    // Below a delegation, and in what was not exported, it may have its address.
    let is_known = sip.view.covers(name);
    let known_host = |host: Name| {
        let below = host.clone().append_name(zone).ok();
        let mut hosts = [Some(host), below].into_iter().flatten();
        hosts.find(|host| is_host(sip, host))
    };
    if let Some(host) = without_port(name) {
        let why = "the port has a field of its own in the record";
        return known_host(host).map(|meant| mistake("the port stands behind it", why, meant));
    }
    if let Some(host) = without_scheme(name) {
        let why = "an SRV record names a host and nothing else";
        return known_host(host).map(|meant| mistake("it is written as in a URI", why, meant));
    }
    // A list of one folder has records of the zone above it.
    let zone_of_target = sip.view.apex_of(name).unwrap_or(zone);
    if let Some(meant) = without_repetition(name, zone_of_target).filter(|_| is_known) {
        return Some(of_dot("the zone's name stands in it twice", meant));
    }
    let text = site.text(target.span);
    if !target.relative && !is_answered && name.iter().len() == 1 {
        // The origin in force may be a domain below the zone's name.
        let domains = std::iter::successors(Some(sip.domain.clone()), |domain| {
            (!domain.is_root()).then(|| domain.base_name())
        });
        let domains = domains.take_while(|domain| zone.zone_of(domain));
        let mut hosts = domains.filter_map(|domain| name.append_name(&domain).ok());
        let meant = match hosts.find(|host| is_host(sip, host)) {
            Some(host) => host,
            None => name.append_name(zone).ok()?,
        };
        let what = if text.ends_with('.') {
            "the final dot makes the one word a complete name"
        } else {
            "one word is a complete name here"
        };
        return Some(of_dot(what, meant));
    }
    let is_service = name.iter().any(|label| label.starts_with(b"_"));
    let is_nothing = is_known && !is_service && !sip.view.exists(name);
    if target.relative && text.contains('.') && is_nothing {
        let is_there = |meant: &Name| is_host(sip, meant);
        if let Some(meant) = without_cut_repetition(name, zone).find(is_there) {
            let what = "a part of the zone's name stands in it twice";
            return Some(of_dot(what, meant));
        }
        let labels = text.split('.').count();
        // What a wildcard answers may be right. Where the name's parent is there, it is the host
        // that is missing, not the dot; where a host has almost that name, it is a slip; and an
        // address may not have been read.
        if !is_answered
            && labels < name.iter().len()
            && !sip.view.exists(&name.base_name())
            && !sip.view.has_unread(name, RecordType::A)
            && guesses.similar_host(sip, srv).is_none()
        {
            let meant = Name::from_labels(name.iter().take(labels)).ok()?;
            return Some(of_dot("the final dot is missing", meant));
        }
    }
    None
}

/// The name before a port: `sip1.eslab.local.` of `sip1.eslab.local:5060.eslab.local.`, which
/// the zone's name was appended to.
fn without_port(name: &Name) -> Option<Name> {
    let port = name.iter().enumerate().find_map(|(at, label)| {
        let colon = memchr::memchr(b':', label)?;
        let digits = &label[colon + 1..];
        let is_port = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
        is_port.then(|| (at, &label[..colon]))
    });
    let (at, last) = port?;
    let last = Some(last).filter(|last| !last.is_empty());
    Name::from_labels(name.iter().take(at).chain(last)).ok()
}

/// The name behind a scheme: `sip1.eslab.local.` of `sip:sip1.eslab.local.` and of
/// `http://sip1.eslab.local.`
fn without_scheme(name: &Name) -> Option<Name> {
    let first = name.iter().next()?;
    let end = memchr::memchr(b':', first)?;
    let host = &first[end + 1..];
    let host = host.strip_prefix(b"//").unwrap_or(host);
    let is_scheme = end > 0 && first[..end].iter().all(u8::is_ascii_alphabetic);
    let host = Some(host).filter(|host| is_scheme && !host.is_empty())?;
    Name::from_labels(std::iter::once(host).chain(name.iter().skip(1))).ok()
}

/// The name without what of the zone's name stands before it once more, cut short:
/// `x.eslab.local.` of `x.eslab.eslab.local.`
fn without_cut_repetition(name: &Name, zone: &Name) -> impl Iterator<Item = Name> {
    let labels = name.iter().len();
    let depth = zone.iter().len();
    (1..depth).filter_map(move |repeated| {
        let own = labels.checked_sub(depth + repeated)?;
        let rest = zone.iter().skip(repeated);
        let shorter = Name::from_labels(name.iter().take(own + repeated).chain(rest)).ok()?;
        zone.zone_of(&shorter).then_some(shorter)
    })
}

/// The name has an address of its own, or other data that an own rule speaks of.
fn is_host(sip: &SipSet, name: &Name) -> bool {
    answering(sip, name).is_some_and(|record| !record.owner.name.is_wildcard())
}

/// The first record that stands for the name, where it has an address or is an alias.
fn answering(sip: &SipSet, name: &Name) -> Option<Record> {
    let kinds = [RecordType::A, RecordType::AAAA];
    kinds.iter().find_map(|kind| {
        let answer = sip.view.ask(name, *kind);
        let record = answer.aliases().chain(answer.of_type(*kind)).next();
        record.cloned()
    })
}
