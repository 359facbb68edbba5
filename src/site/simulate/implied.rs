//! What handsets would be given where no configuration says so.

use std::collections::HashSet;

use hashbrown::HashMap;
use rayon::prelude::*;

use super::Setups;
use crate::dns::{Name, RecordType, RrSet};
use crate::site::service::{is_sip_naptr, sip_domain};
use crate::site::{Setup, View};
use crate::source::Span;

/// So many RRsets are looked at by one thread at a time.
const SOME: usize = 512;

/// Without a configuration: every name that owns a SIP NAPTR record, or below which SIP SRV
/// records stand, is what a handset would be given. How many were left out is returned.
pub(super) fn implied(index: usize, view: &View, setups: &mut Setups, most: usize) -> usize {
    let sets = [RecordType::NAPTR, RecordType::SRV].map(|of_type| view.sets(of_type));
    let candidates = sets.par_iter().flat_map(|sets| {
        let some = sets.par_chunks(SOME);
        some.flat_map_iter(candidates)
    });
    let candidates: Vec<_> = candidates.collect();
    let mut names: HashMap<Name, Span> = HashMap::with_capacity(sets[0].len());
    for (name, span) in candidates {
        names.entry(name).or_insert(span);
    }
    // What another view implies says nothing of this one.
    let everywhere = setups.list.iter().filter(|setup| setup.view.is_none());
    let known = everywhere.filter_map(|setup| setup.name().cloned());
    let known: HashSet<_> = known.collect();
    let mut names: Vec<_> = names.into_iter().collect();
    names.par_sort_unstable_by(|(one, _), (two, _)| one.cmp(two));
    names.retain(|(name, _)| !known.contains(name));
    let room = most.saturating_sub(setups.list.len());
    let left_out = names.len().saturating_sub(room);
    names.truncate(room);
    view.expect(names.len());
    let setup = |(name, span): (Name, Span)| {
        let mut setup = Setup::implied(&name, span);
        setup.view = Some(index);
        setup
    };
    // Nobody else speaks of this view alone, so that no two are to be joined.
    let new = names.into_par_iter().map(setup);
    setups.list.par_extend(new);
    left_out
}

/// The names that NAPTR and SRV sets make SIP domains, in lower case, each with the place that
/// says so; one of several sets that stand together once.
fn candidates(sets: &[&RrSet]) -> Vec<(Name, Span)> {
    let mut found: Vec<(Name, Span)> = Vec::new();
    for set in sets {
        let candidate = match set.record_type {
            RecordType::NAPTR => {
                // Nobody is given the name of an SRV set.
                let lowest = set.owner.iter().next();
                let is_service = lowest.is_some_and(|label| label.starts_with(b"_"));
                let sip = set.naptr().find(|(_, naptr)| is_sip_naptr(naptr));
                let sip = sip.filter(|_| !is_service);
                sip.map(|(record, _)| (set.owner.clone(), record.owner.span))
            }
            _ => sip_domain(&set.owner).map(|domain| (domain, set.records[0].owner.span)),
        };
        let may_be_given = |name: &Name| !name.is_wildcard() && !name.is_root();
        if let Some((name, span)) = candidate.filter(|(name, _)| may_be_given(name))
            && found.last().is_none_or(|(last, _)| *last != name)
        {
            found.push((name.to_lowercase(), span));
        }
    }
    found
}
