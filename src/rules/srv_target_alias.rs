//! `srv-target-alias`: a target that is a CNAME.

use std::collections::{HashMap, hash_map};
use std::net::IpAddr;

use super::record_lines::remove;
use super::sip_set::{Entry, SipSet, edit};
use super::srv_target_ip_literal::literal;
use super::{Facts, Findings};
use crate::dns::{Answer, Data, Name, Record, RecordType, Srv};
use crate::finding::{Fix, Subject};
use crate::fix::{
    Field, NewRecord, Place, add_record, in_presentation_format, remove_record, replace_record,
};
use crate::site::View;

/// Looks at every target of every SIP SRV set.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for sip in site.doubtful_sip_sets() {
        let mut listed = Listed::default();
        for (record, srv) in sip.set.srv() {
            let target = &srv.target.name;
            let Some((alias, host)) = alias_of(sip, srv) else {
                continue;
            };
            let mut finding = findings
                .at(
                    srv.target.span,
                    format!(
                        "the target `{target}` is an alias: an SRV record must name the host itself"
                    ),
                )
                .related(alias.mark(), "the alias")
                .about(Subject::Token(srv.target.span))
                .about(Subject::Owner(alias.owner.name.to_lowercase()));
            if let Some(address) = address_for(sip.view, &alias) {
                let owner = &alias.owner.name;
                let place = Place::new(sip.view.apex_of(owner), owner);
                let new = NewRecord::a(Field::Word(address.to_string()));
                finding = finding
                    .help(format!(
                        "`{owner}` is an alias of an address: write an A record with {address} in \
                         the place of the CNAME record"
                    ))
                    .fix(Fix {
                        title: "write the A record".to_owned(),
                        changes: vec![
                            remove_record(place.clone(), &alias),
                            add_record(place, &new),
                        ],
                        ..Fix::default()
                    });
                findings.push(sip.with_handsets(finding));
                continue;
            }
            let Some(host) = host else {
                findings.push(sip.with_handsets(finding.help(format!(
                    "name the host that `{target}` stands for, by the name that has the A record"
                ))));
                continue;
            };
            let written = in_presentation_format(&host);
            let other = listed.other(sip, &host, (record, srv));
            finding = finding.help(match other {
                None => format!("write `{written}`, the name that has the A record"),
                Some(_) => format!(
                    "remove one of the two records: `{written}`, the name that has the A record, \
                     is in the set as well"
                ),
            });
            let named = named(site, sip, (record, srv), &host);
            finding = finding.fix(match other {
                None => named,
                // Where the server is tried first it stays.
                Some((_, other)) if other.priority.value <= srv.priority.value => {
                    without(site, sip, record)
                }
                Some((again, _)) => followed_by(named, without(site, sip, again)),
            });
            findings.push(sip.with_handsets(finding));
        }
    }
}

/// Names the host itself.
fn named(site: &Facts, sip: &SipSet, (record, srv): Entry<'_>, host: &Name) -> Fix {
    let written = in_presentation_format(host);
    let new = NewRecord::srv(
        srv.priority.value,
        srv.weight.value,
        srv.port.value,
        host.into(),
    );
    Fix {
        title: format!("name the host `{written}`"),
        edits: edit(site, srv.target.span, &*written),
        changes: vec![replace_record(sip.place(), record, &new)],
        ..Fix::default()
    }
}

fn without(site: &Facts, sip: &SipSet, record: &Record) -> Fix {
    Fix {
        title: "remove the second record of the server".to_owned(),
        edits: remove(site, record),
        changes: vec![remove_record(sip.place(), record)],
        ..Fix::default()
    }
}

/// Both repairs; in a file both or none.
fn followed_by(mut first: Fix, second: Fix) -> Fix {
    if second.edits.is_empty() {
        first.edits.clear();
    }
    if !first.edits.is_empty() {
        first.edits.extend(second.edits);
    }
    first.changes.extend(second.changes);
    first.title = format!("{}, and {}", first.title, second.title);
    first
}

/// The servers of a set with their records, those among them by which aliases are replaced.
#[derive(Default)]
struct Listed<'s>(HashMap<(Name, u16), Entry<'s>>);

impl<'s> Listed<'s> {
    /// The record that names a server beside `entry`, which names it by an alias and is the one
    /// that names it from then on where there is none.
    fn other(&mut self, sip: &SipSet<'s>, host: &Name, entry: Entry<'s>) -> Option<Entry<'s>> {
        let server = |name: &Name, srv: &Srv| (name.clone(), srv.port.value);
        if self.0.is_empty() {
            for (record, srv) in sip.ordered.iter().rev() {
                self.0.insert(server(&srv.target.name, srv), (record, srv));
            }
        }
        match self.0.entry(server(host, entry.1)) {
            hash_map::Entry::Occupied(there) => Some(*there.get()),
            hash_map::Entry::Vacant(free) => {
                free.insert(entry);
                None
            }
        }
    }
}

/// The IPv4 address that an alias has for its target.
fn address_for(view: &View, alias: &Record) -> Option<IpAddr> {
    let Data::Cname(target) = &alias.data else {
        return None;
    };
    let address = literal(target, view.apex_of(&alias.owner.name))?;
    let is_there = matches!(view.ask(&target.name, RecordType::A), Answer::Records(_));
    (address.is_ipv4() && !is_there).then_some(address)
}

/// The alias at a target, and the host at its end, if that is known to have an address.
fn alias_of(sip: &SipSet, srv: &Srv) -> Option<(Record, Option<Name>)> {
    let address = sip.addresses_of(srv);
    let host = address.of_type(RecordType::A).next();
    let host = host.map(|record| record.owner.name.clone());
    // A host that a wildcard stands for has no name of its own to write.
    let host = host.filter(|name| !name.is_wildcard());
    if let Some(alias) = address.aliases().next() {
        return Some((alias.clone(), host));
    }
    // An alias comes before addresses, so where these are given out there is none.
    if matches!(address, Answer::Records(_)) {
        return None;
    }
    match sip.view.ask(&srv.target.name, RecordType::CNAME) {
        Answer::Records(records) => Some((records.first()?.clone(), None)),
        _ => None,
    }
}
