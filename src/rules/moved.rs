//! What handsets find once records have the owner that was meant for them.

use hashbrown::HashMap;

use super::lookup::is_miss;
use super::sip_set::Asker;
use crate::dns::{Answer, Question, RecordType, RrSet};
use crate::handset::{Lookup, Step};
use crate::site::{Setup, Site, Verdict, View, sip_domain};

/// The lookups that ask for SRV records in vain.
pub(super) struct Missed<'s> {
    /// By view and question.
    askers: HashMap<(usize, &'s Question), Vec<Asker<'s>>>,
    /// See [`Site::gives_handsets`]; findings are many, and so are set-ups.
    gives_handsets: bool,
}

impl<'s> Missed<'s> {
    pub(super) fn of(site: &'s Site) -> Self {
        let mut askers: HashMap<_, Vec<_>> = HashMap::new();
        for (simulation, setup, _) in site.simulated() {
            let steps = simulation.lookup.steps.iter();
            let is_srv = |step: &&Step| step.question.record_type == RecordType::SRV;
            for step in steps.filter(is_srv).filter(|step| is_miss(step)) {
                let of_question = askers.entry((simulation.view, &step.question));
                of_question.or_default().push((simulation, setup));
            }
        }
        Self {
            askers,
            gives_handsets: site.gives_handsets(),
        }
    }

    /// With the records of a set at another name, where there are none, every handset still finds
    /// the servers that it finds now. Where no handsets are given, one that is given the domain
    /// speaks for them.
    pub(super) fn keep_servers(
        &self,
        site: &Site,
        view: usize,
        set: &RrSet,
        to: &Question,
    ) -> bool {
        let keeps = |setup: &Setup, now: (&Lookup, Verdict)| {
            let then = look_up_moved(site, setup, &site.views[view], set, to);
            is_as_good(now, (&then.0, then.1))
        };
        if let Some(askers) = self.askers.get(&(view, to)) {
            let mut askers = askers.iter();
            return askers.all(|(one, setup)| keeps(setup, (&one.lookup, one.verdict)));
        }
        if self.gives_handsets {
            return true;
        }
        let Some(domain) = sip_domain(&to.name) else {
            return true;
        };
        let setup = Setup::implied(&domain, set.place);
        let (lookup, verdict) = site.look_up(&setup, &site.views[view]);
        keeps(&setup, (&lookup, verdict))
    }
}

fn look_up_moved(
    site: &Site,
    setup: &Setup,
    view: &View,
    set: &RrSet,
    to: &Question,
) -> (Lookup, Verdict) {
    let mut moved = |question: &Question| {
        if question == to {
            Answer::Records(set.records.clone())
        } else {
            view.ask(&question.name, question.record_type)
        }
    };
    site.look_up_by(setup, view, &mut moved)
}

/// All servers are found that were found, and no worse comes of it.
fn is_as_good(
    (now, verdict): (&Lookup, Verdict),
    (then, then_verdict): (&Lookup, Verdict),
) -> bool {
    let is_found = |address, port, protocol| {
        let mut servers = then.servers().iter();
        servers.any(|one| (one.address, one.port, one.protocol) == (address, port, protocol))
    };
    let mut servers = now.servers().iter();
    match (verdict, then_verdict) {
        (Verdict::Fails, _) => true,
        (Verdict::Undetermined, verdict) => verdict != Verdict::Fails,
        (Verdict::Registers, verdict) => {
            verdict == Verdict::Registers
                && servers.all(|one| is_found(one.address, one.port, one.protocol))
        }
    }
}
