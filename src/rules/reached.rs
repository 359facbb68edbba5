//! What configured handsets come to. Of the other SIP services in a zone, trunks and video
//! systems among them, nobody says that they need what handsets need.

use hashbrown::HashSet;

use super::sip_set::SipSet;
use crate::dns::{Data, Name, Record};
use crate::site::{Asker, Simulation, SipHost, Site, Verdict, met, sip_domain};

/// The names of records that configured handsets come to, in any view.
pub(super) struct Reached {
    /// `None` where they may come to any: no configuration was given, or one is led nowhere, and
    /// what it was to find is not known.
    names: Option<HashSet<Name>>,
}

impl Reached {
    /// Where NAPTR records lead, and every set of a configured address, is come to, though
    /// handsets may choose another transport.
    pub(super) fn of<'h>(
        site: &Site,
        sets: &[SipSet],
        hosts: impl Iterator<Item = &'h SipHost>,
    ) -> Self {
        let mut names = HashSet::new();
        let mut led = vec![false; site.setups.len()];
        for (simulation, setup, _) in site.simulated() {
            names.extend(setup.name().cloned());
            for step in &simulation.lookup.steps {
                names.insert(step.question.name.clone());
                names.extend(met(&step.answer).iter().flat_map(names_of).cloned());
            }
            led[simulation.setup] |= is_led(simulation);
        }
        let given = site.setups.iter().zip(led);
        let given = given.filter(|(setup, _)| setup.asker == Asker::Configuration);
        let given: Vec<bool> = given.map(|(_, is_led)| is_led).collect();
        if given.is_empty() || given.contains(&false) {
            return Self { names: None };
        }
        let reached = sets.iter().filter(|sip| holds(&names, &sip.owner));
        let targets = reached.flat_map(|sip| sip.set.srv());
        let targets: Vec<_> = targets.map(|(_, srv)| srv.target.name.clone()).collect();
        names.extend(targets);
        let hosts: Vec<_> = hosts.filter(|host| names.contains(&host.name)).collect();
        for host in hosts {
            names.extend(met(&host.answer).iter().flat_map(names_of).cloned());
        }
        Self { names: Some(names) }
    }

    /// Handsets come to the records of that owner, as far as is known.
    pub(super) fn is(&self, owner: &Name) -> bool {
        let names = self.names.as_ref();
        names.is_none_or(|names| holds(names, owner))
    }
}

/// The owner is one of the names, or what is asked for below one.
fn holds(names: &HashSet<Name>, owner: &Name) -> bool {
    names.contains(owner) || sip_domain(owner).is_some_and(|domain| names.contains(&domain))
}

/// The owner of a record, and where it leads.
fn names_of(record: &Record) -> impl Iterator<Item = &Name> {
    let leads_to = match &record.data {
        Data::Cname(target) | Data::Dname(target) => Some(&target.name),
        Data::Naptr(naptr) => Some(&naptr.replacement.name),
        _ => None,
    };
    std::iter::once(&record.owner.name).chain(leads_to)
}

/// It ends at a SIP server, or at SRV records that name some.
fn is_led(simulation: &Simulation) -> bool {
    let steps = simulation.lookup.steps.iter();
    let mut records = steps.flat_map(|step| met(&step.answer));
    simulation.verdict == Verdict::Registers
        || records.any(|record| matches!(record.data, Data::Srv(_)))
}
