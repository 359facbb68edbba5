//! `live-servers-disagree`: servers that are to say the same do not.

use std::collections::{BTreeMap, HashSet};

use super::live_compare::{chain, difference};
use super::{Facts, Findings};
use crate::dns::{Answer, Name, Question, RecordType};
use crate::live::{Answers, NameServer, Reply};
use crate::source::Span;

const HELP: &str = "compare the zone on the servers: a secondary that no longer transfers it, \
                    a copy that is edited by hand, a resolver's cache that holds what was there \
                    before, another view of the zone for other clients; which of them a handset \
                    meets is chance";

/// Compares the servers that were named with the first of them that knows a zone, and the zone's name servers
/// with it as well: what handsets ask, and the serial.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let heard = || site.heard.iter().map(AsRef::as_ref);
    let Some(first) = Answers::first_of(heard()) else {
        return;
    };
    let others = heard().filter(|one| one.silence().is_none() && !std::ptr::eq(*one, first));
    let chain = chain(site);
    let zones: Vec<&Name> = chain
        .keys()
        .filter_map(|question| first.apex_of(&question.name))
        .collect();
    let matters = |question: &Question| {
        let serial = question.record_type == RecordType::SOA;
        chain.contains_key(question) || (serial && zones.contains(&&question.name))
    };
    for other in others {
        // A failure of a server that handsets may ask is `live-server-failure`.
        let answered = |question: &Question| {
            [first, other].iter().all(|one| {
                let reply = one.answers.get(question);
                !reply.is_some_and(|reply| matches!(reply.answer, Answer::Failed(_)))
            })
        };
        let matters = |question: &Question| matters(question) && answered(question);
        compare(first, other, &other.server(), matters, findings);
    }
    // One that was named too has been compared.
    let is_new = |server: &Answers| heard().all(|one| one.servers != server.servers);
    for server in &site.name_servers {
        name_server(first, server, is_new, matters, findings);
    }
}

fn name_server(
    first: &Answers,
    server: &NameServer,
    is_new: impl Fn(&Answers) -> bool,
    matters: impl Fn(&Question) -> bool,
    findings: &mut Findings,
) {
    let (zone, host) = (&server.zone, &server.host);
    if server.answers.is_empty() {
        let message = format!(
            "the name server `{}` of `{zone}` has no address",
            host.value
        );
        let help = "add its A record, or take its NS record away";
        findings.push(findings.at(host.span, message).help(help));
    }
    for answers in &server.answers {
        let who = format!("the name server `{}` ({})", host.value, answers.server());
        let soa = answers.answers.get(&Question::new(zone, RecordType::SOA));
        match soa.and_then(lame) {
            Some(why) => {
                let message = format!("{who} does not serve `{zone}`: {why}");
                let help = "load the zone on it, or take its NS record away; resolvers that \
                            meet it lose time, and handsets with them";
                findings.push(findings.at(host.span, message).help(help));
            }
            None if is_new(answers) => compare(first, answers, &who, &matters, findings),
            None => {}
        }
    }
}

/// Why a name server does not serve its zone, where it does not (a lame delegation).
fn lame(soa: &Reply) -> Option<String> {
    match &soa.answer {
        Answer::Failed(failure) => Some(failure.to_string()),
        Answer::Records(_) if soa.authoritative => None,
        _ => Some("it is no authority for it".to_owned()),
    }
}

fn compare(
    first: &Answers,
    other: &Answers,
    who: &str,
    matters: impl Fn(&Question) -> bool,
    findings: &mut Findings,
) {
    let servers = first.server();
    let beside = other.answers.iter().filter_map(|(question, reply)| {
        let ours = first.answers.get(question).filter(|_| matters(question))?;
        Some((question, ours, reply))
    });
    let mut found = Vec::new();
    let mut serials = BTreeMap::new();
    for (question, ours, reply) in beside {
        let zone = first.apex_of(&question.name);
        if let (Some((one, _)), Some((two, span))) = (serial(ours), serial(reply)) {
            if one != two {
                serials.insert(zone, (one, ours.span, two, span));
            }
        } else if let Some(difference) = difference(&ours.answer, &reply.answer) {
            let message =
                format!("{who} answers `{question}` other than {servers}: it {difference}");
            let finding = findings.at(reply.span, message);
            found.push((zone, finding.related(ours.span, says(&servers))));
        }
    }
    let differs: HashSet<_> = found.iter().map(|(zone, _)| *zone).collect();
    for (zone, (one, ours, two, span)) in &serials {
        // Where records differ, that is why.
        if let (Some(zone), false) = (zone, differs.contains(zone)) {
            let message = format!("{who} has serial {two} of `{zone}`, and {servers} has {one}");
            let finding = findings.at(*span, message).related(*ours, says(&servers));
            findings.push(finding.help(HELP));
        }
    }
    for (zone, finding) in found {
        let finding = match serials.get(&zone) {
            Some((one, _, two, span)) => {
                finding.related(*span, format!("serial {two}, and {one} on {servers}"))
            }
            None => finding,
        };
        findings.push(finding.help(HELP));
    }
}

fn says(servers: &str) -> String {
    format!("what {servers} says")
}

/// The serial of an SOA answer, and where it stands.
fn serial(reply: &Reply) -> Option<(u32, Span)> {
    let soa = reply
        .answer
        .of_type(RecordType::SOA)
        .next()?
        .data
        .as_soa()?;
    Some((soa.serial.value, soa.serial.span))
}
