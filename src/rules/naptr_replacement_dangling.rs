//! `naptr-replacement-dangling`: a replacement that owns no SRV record.

use super::naptr::{SipNaptr, leads_to_srv, owns_srv};
use super::sip_set::usual_port;
use super::slips::is_slip;
use super::srv_alias_owner::in_its_place;
use super::{Facts, Findings};
use crate::dns::{Answer, Name, RecordType, RrSet};
use crate::finding::{Fix, Subject};
use crate::fix::{Field, NewRecord, Place, add_record, in_presentation_format};
use crate::rule::Severity;
use crate::site::{Site, View};

/// Asks for the SRV records that every SIP NAPTR record leads to.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let mut searches = SEARCHES;
    for found in site.sip_naptrs().iter().filter(|found| !found.leads_on) {
        let token = &found.naptr.replacement;
        if !leads_to_srv(found.naptr) || token.name.is_root() || !found.is_given_out() {
            continue;
        }
        // Nobody asks for the SRV records of a service that there is not.
        if found.service_meant().is_none() {
            continue;
        }
        let (Answer::NoData(_) | Answer::NxDomain(_)) =
            found.view.ask(&token.name, RecordType::SRV)
        else {
            continue;
        };
        let name = &token.name;
        let usual = found
            .usual_replacement()
            .filter(|usual| owns_srv(found.view, usual));
        let elsewhere = if usual.is_none() && searches > 0 {
            searches -= 1;
            elsewhere(found.view, name)
        } else {
            Vec::new()
        };
        let alias = in_its_place(found.view, name).filter(|_| usual.is_none());
        let (help, fix) = alias.unwrap_or_else(|| {
            let help = match (&usual, &elsewhere[..]) {
                (Some(usual), _) => format!(
                    "let the record lead to `{usual}`, which owns SRV records, or add SRV records \
                     named `{name}`"
                ),
                (None, []) => format!("add an SRV record named `{name}` for each SIP server"),
                (None, [set]) => format!(
                    "give the SRV records of `{}` the name `{name}`, or let the record lead to \
                     them",
                    set.owner
                ),
                (None, [set, ..]) => format!(
                    "give the SRV records of `{}` and the like the name `{name}`, or let the \
                     record lead to one of them",
                    set.owner
                ),
            };
            (help, fix(site, found, usual.as_ref()))
        });
        let mut finding = findings
            .at(
                token.span,
                format!("NAPTR replacement `{name}` owns no SRV record"),
            )
            .label("no SRV record of that name")
            .about(Subject::Token(token.span))
            .fix(fix);
        for set in elsewhere.iter().take(SHOWN) {
            let span = set.records[0].owner.span;
            finding = finding.related(span, "SRV records of the same service");
        }
        let is_its = |view: &View| std::ptr::eq(view, found.view);
        if let Some(view) = site.views.iter().position(is_its) {
            // Where they are meant for this name, what they are without it says no more.
            let meant = elsewhere.iter().map(|set| &set.owner);
            for name in std::iter::once(name).chain(meant) {
                let name = name.clone();
                finding = finding.about(Subject::Lookup { view, name });
            }
        }
        findings.push(if found.is_followed(site) {
            finding.help(help)
        } else {
            // Its service is none that this handset takes up.
            finding.severity(Severity::Warning).help(format!(
                "{help}; this handset discards the record for its service, clients that follow it \
                 find no server"
            ))
        });
    }
}

/// Records for which SRV records are looked for all over the zone.
const SEARCHES: usize = 50;

/// How many sets nearby are shown.
const SHOWN: usize = 3;

/// SRV records of the service that is led to, at names nearby: one level above or below, or
/// spelt almost alike.
fn elsewhere<'v>(view: &'v View, name: &Name) -> Vec<&'v RrSet> {
    let domain = |name: &Name| name.base_name().base_name();
    let wanted = domain(name);
    let is_of_service = |set: &&RrSet| {
        let mut labels = set.owner.iter().zip(name.iter()).take(2);
        labels.all(|(one, other)| one.eq_ignore_ascii_case(other))
    };
    let sets = view.sets(RecordType::SRV).into_iter();
    let sets: Vec<_> = sets.filter(is_of_service).collect();
    let is_near = |set: &&RrSet| {
        let other = domain(&set.owner);
        other == wanted.base_name() || other.base_name() == wanted
    };
    let near: Vec<_> = sets.iter().copied().filter(is_near).collect();
    if !near.is_empty() {
        return near;
    }
    let mut sets = sets.into_iter();
    let alike = sets.find(|set| is_slip(&set.owner, name));
    alike.into_iter().collect()
}

/// The record is turned to SRV records that are there, or gets some.
fn fix(site: &Site, found: &SipNaptr<'_>, usual: Option<&Name>) -> Fix {
    let token = &found.naptr.replacement;
    if let Some(usual) = usual {
        let text = in_presentation_format(usual);
        let title = format!("lead to `{text}`");
        return found.repair(site, title, (token.span, &text), |naptr| {
            naptr.replacement.name.clone_from(usual);
        });
    }
    let name = &token.name;
    let target = Field::blank("host name of the SIP server");
    Fix {
        title: format!("list the SIP servers at `{name}`"),
        changes: vec![add_record(
            Place::new(found.view.apex_of(name), name),
            &NewRecord::srv(0, 10, usual_port(name), target),
        )],
        ..Fix::default()
    }
}
