//! `live-drift`: a server answers one of the handset's questions other than the zone file.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::live_compare::{chain, difference, first_lacked};
use super::{Facts, Findings};
use crate::dns::{Answer, Name, Question, Record, RecordType};
use crate::finding::{Finding, Subject};
use crate::rule::Severity;
use crate::site::{Site, View};
use crate::source::{Origin, Span};
use crate::zone::Zone;

/// Compares every view of planned zones with every server that was heard or whose zones were
/// transferred. What handsets ask decides; reverse records follow as warnings, for no handset
/// asks for them.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let planned: Vec<&View> = if site.planned.is_empty() {
        site.views.iter().collect()
    } else {
        site.planned.iter().collect()
    };
    let served = site.views.iter().enumerate();
    let served: Vec<_> = served.filter(|(_, view)| is_served(site, view)).collect();
    if served.is_empty() {
        return;
    }
    let chain = chain(site);
    let heard = |(_, view): &(usize, &View)| {
        view.live
            .as_ref()
            .is_none_or(|live| live.silence().is_none())
    };
    for (index, view) in served.into_iter().filter(heard) {
        let live = view.live.iter().flat_map(|live| live.answers.keys());
        let reverse = live.filter(|question| question.record_type == RecordType::PTR);
        let questions: BTreeSet<_> = chain.keys().copied().chain(reverse).collect();
        for question in questions {
            let asked_at = chain.get(question).copied();
            for plan in &planned {
                // What is not in the files of one view may be in it as a server has it.
                if is_of_server(site, plan, question) || !is_of_server(site, view, question) {
                    continue;
                }
                let found = compare(plan, (index, view), question, asked_at, findings);
                findings.list.extend(found);
            }
        }
    }
}

/// A server says something of a view.
fn is_served(site: &Site, view: &View) -> bool {
    view.live.is_some() || view.zones.iter().any(|zone| is_transferred(site, zone))
}

/// It is a server's word what the view says to a question.
fn is_of_server(site: &Site, view: &View, question: &Question) -> bool {
    let zone = view.zone_of(&question.name);
    view.live.is_some() || zone.is_some_and(|zone| is_transferred(site, zone))
}

fn is_transferred(site: &Site, zone: &Zone) -> bool {
    matches!(site.sources.get(zone.source).origin, Origin::Live)
}

fn compare(
    planned: &View,
    (index, served): (usize, &View),
    question: &Question,
    asked_at: Option<Span>,
    findings: &Findings,
) -> Option<Finding> {
    let mut ours = planned.ask(&question.name, question.record_type);
    let mut theirs = served.ask(&question.name, question.record_type);
    if matches!(ours, Answer::NotLoaded) {
        // An alias that leads out of the zone is planned all the same.
        let alias = |view: &View| {
            let set = view.set(&question.name, RecordType::CNAME)?;
            Some(Answer::Records(Arc::clone(&set.records)))
        };
        ours = alias(planned)?;
        theirs = alias(served).unwrap_or(theirs);
    }
    // What a zone cannot say is no plan, and a failure is `live-server-failure`.
    if matches!(ours, Answer::Failed(_)) || matches!(theirs, Answer::Failed(_)) {
        return None;
    }
    let difference = difference(&ours, &theirs)?;
    let reply = served
        .live
        .as_ref()
        .and_then(|live| live.answers.get(question));
    let lacked = first_lacked(&ours, &theirs).map(Record::mark);
    let planned_at = lacked.or_else(|| first(&ours));
    let served_at = reply.map(|reply| reply.span).or_else(|| first(&theirs));
    let place = planned_at.or(served_at).or(asked_at)?;
    let who = match &served.live {
        Some(live) => live.server(),
        None => served
            .name
            .clone()
            .unwrap_or_else(|| "the server".to_owned()),
    };
    let severity = match asked_at {
        Some(_) => Severity::Error,
        None => Severity::Warning,
    };
    let mut finding = findings
        .at(
            place,
            format!("{who} answers `{question}` other than the file: it {difference}"),
        )
        .severity(severity)
        .help(
            "load the file on the server, or take into the file what was changed there; then \
             compare the serials, and clear the caches of resolvers in between",
        );
    if let Some(served_at) = served_at.filter(|at| *at != place) {
        finding = finding.related(served_at, "what the server says");
    }
    if let Some(asked_at) = asked_at.filter(|at| *at != place) {
        finding = finding.related(asked_at, "the handset asks because of this");
    }
    // A negative answer has a place too.
    let negative = reply.map(|reply| Subject::Token(reply.span));
    finding.subjects.extend(negative);
    let mut about = vec![&question.name];
    if let Answer::Records(records) = &theirs {
        for record in records.iter() {
            finding = finding.about(Subject::Token(record.span));
            about.extend(record.data.target().map(|target| &target.name));
        }
    }
    let lookup = |name: &Name| Subject::Lookup {
        view: index,
        name: name.to_lowercase(),
    };
    finding.subjects.extend(about.into_iter().map(lookup));
    Some(finding)
}

/// Where the first record of an answer stands.
fn first(answer: &Answer) -> Option<Span> {
    match answer {
        Answer::Records(records) => records.first().map(Record::mark),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::{Basis, Loaded, build};
    use crate::source::{Source, Sources};
    use crate::zone::{Format, ReadOptions, read};

    const ZONE: &str = "$ORIGIN voice.test.\n$TTL 300\n@ SOA ns h 1 900 600 86400 300\n@ NS ns\n\
        ns A 10.0.0.5\n_sip._udp SRV 1 0 5060 a\na A 10.0.0.1\n";

    #[test]
    fn a_zone_that_was_transferred_is_a_servers_word() {
        let drift = |written: &str, transferred: &str| -> Vec<String> {
            let sources = Arc::new(Sources::new());
            let source = |name, origin, text| sources.add(Source::new(name, origin, text));
            let zone = |host: &str| ZONE.replace("a A 10.0.0.1", host);
            let file = source("voice.zone", Origin::Stdin, zone(written));
            let zones = read(&sources, file, Format::MasterFile, &ReadOptions::default());
            let transfer = source("<server>/voice.test.", Origin::Live, zone(transferred));
            let mut loaded = Loaded {
                sources: Arc::clone(&sources),
                zones: zones.into_iter().map(Arc::new).collect(),
                ..Loaded::default()
            };
            let apex = Name::from_ascii("voice.test.").expect("a name");
            loaded.add_transfer(transfer, &apex);
            let site = build(loaded, Vec::new(), Basis::default());
            let found = crate::rules::check(&site).into_iter();
            let found = found.filter(|finding| finding.rule.id == "live-drift");
            found.map(|finding| finding.message).collect()
        };
        let (one, two) = ("a A 10.0.0.1", "a A 10.0.0.2");
        assert_eq!(drift(one, one), [""; 0]);
        let other = "<server>/voice.test. answers `a.voice.test. A` other than the file: it";
        let said = format!("{other} lacks `A 10.0.0.1` and has `A 10.0.0.2`");
        assert_eq!(drift(one, two), [said]);
        let said = format!("{other} lacks `CNAME a.one.test.` and has `A 10.0.0.1`");
        assert_eq!(drift("a CNAME a.one.test.", one), [said]);
        // Where an alias leads is planned, though not what is there.
        let (one, two) = ("a CNAME a.one.test.", "a CNAME a.two.test.");
        assert_eq!(drift(one, one), [""; 0]);
        let said = format!("{other} lacks `CNAME a.one.test.` and has `CNAME a.two.test.`");
        assert_eq!(drift(one, two), [said]);
    }
}
