//! `srv-targets-share-address`: two names of one machine.

use std::collections::HashSet;

use hashbrown::HashMap;

use super::{Facts, Findings};
use crate::dns::{Data, Record, RecordType, Srv};
use crate::finding::{Fix, Subject};
use crate::fix::{Field, NewRecord, Place, replace_record};
use crate::site::View;

/// Looks at the addresses of every SIP SRV set's targets.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for sip in site
        .whole_sip_sets()
        .filter(|sip| sip.doubts.shared_address)
    {
        let mut seen = HashSet::new();
        let targets = sip.ordered.iter().map(|(_, srv)| *srv);
        let targets = targets.filter(|srv| seen.insert(&srv.target.name));
        let answers = targets.map(|srv| (srv, sip.addresses_of(srv)));
        let mut answers: Vec<_> = answers.collect();
        // Of aliases another rule speaks, and what it stands for says nothing of the others.
        // Of one priority none comes first, so that their names tell in which order they are told.
        answers.sort_by_cached_key(|(srv, answer)| {
            let is_alias = answer.of_type(RecordType::CNAME).next().is_some();
            (is_alias, srv.priority.value, srv.target.name.clone())
        });
        let lookup = |srv: &Srv| Subject::Lookup {
            view: sip.view_index,
            name: srv.target.name.to_lowercase(),
        };
        let mut holders = HashMap::with_capacity(answers.len());
        for (srv, answer) in &answers {
            // Those that it is told to share an address with, and itself.
            let mut told = HashSet::from([&srv.target.name]);
            for record in answer.of_type(RecordType::A) {
                let Data::A(address) = &record.data else {
                    continue;
                };
                let holder = *holders.entry(address.value).or_insert((*srv, record));
                if !told.insert(&holder.0.target.name) {
                    continue;
                }
                let reverse = site.reverse(sip.view_index, address.value);
                let is_of = |srv: &Srv| reverse.leads_to(&srv.target.name);
                // Whose address it is a PTR record says, else the order.
                let is_of_second = is_of(srv) && !is_of(holder.0);
                let ((first, first_record), (srv, record)) = if is_of_second {
                    ((*srv, record), holder)
                } else {
                    (holder, (*srv, record))
                };
                let finding = findings
                    .at(
                        srv.target.span,
                        format!(
                            "`{}` and `{}` both have the address {}: when it is down, both are",
                            first.target.name, srv.target.name, address.value
                        ),
                    )
                    .related(
                        first_record.mark(),
                        format!("the address of `{}`", first.target.name),
                    )
                    .related(
                        record.mark(),
                        format!("the address of `{}`", srv.target.name),
                    )
                    .help("correct the A record of one of the two, or name another server here")
                    .fix(fix(sip.view, record))
                    .about(Subject::Token(first.target.span))
                    .about(Subject::Token(srv.target.span))
                    .about(lookup(first))
                    .about(lookup(srv));
                findings.push(site.of_sets(&[sip], finding));
            }
        }
    }
}

/// Which address the second one has, a person knows.
fn fix(view: &View, record: &Record) -> Fix {
    let owner = &record.owner.name;
    let address = Field::blank(format!("address of {owner}"));
    Fix {
        title: "write the other server's own address".to_owned(),
        changes: vec![replace_record(
            Place::new(view.apex_of(owner), owner),
            record,
            &NewRecord::a(address),
        )],
        ..Fix::default()
    }
}
