//! Hosts that stand below a service, since an `$ORIGIN` for its records was never set back.

use std::collections::HashMap;

use super::final_dot::{is_relative, of_owners};
use super::lookup::plain;
use super::sip_set::edit;
use crate::dns::{Name, RecordType, RrSet};
use crate::finding::Fix;
use crate::fix::{Place, in_presentation_format, move_record};
use crate::site::{Site, View, below};
use crate::source::{SourceId, Span, at_most};

/// The origins that zone files have for records of services.
const SERVICES: [&str; 5] = ["_tcp", "_udp", "_sip._udp", "_sip._tcp", "_sips._tcp"];

const DIRECTIVE: &[u8] = b"$ORIGIN";

/// No directive is longer, in octets: a name has 255, each of which may be written with four.
const LONGEST: usize = 2000;

/// The address of a host, below a service.
pub(super) struct Below<'v> {
    set: &'v RrSet,
    /// The directive that put it there.
    pub(super) origin: Span,
}

/// Where directives stand, of the texts that were looked at.
#[derive(Default)]
pub(super) struct Origins(HashMap<SourceId, Vec<usize>>);

impl Origins {
    /// The address that a host has one level too low, or two: below the labels of a service.
    pub(super) fn below_service<'v>(
        &mut self,
        site: &Site,
        view: &'v View,
        host: &Name,
    ) -> Option<Below<'v>> {
        let label = Name::from_labels(host.iter().take(1)).ok()?;
        let domain = host.base_name();
        let set = SERVICES.iter().find_map(|service| {
            let name = label.clone().append_name(&below(service, &domain)?).ok()?;
            let set = view.set(&name, RecordType::A)?;
            is_relative(set).then_some(set)
        })?;
        let owner = set.records.first()?.owner.span;
        let origin = self.before(site, owner)?;
        Some(Below { set, origin })
    }

    /// The last directive before a place of its text.
    fn before(&mut self, site: &Site, place: Span) -> Option<Span> {
        let text = &site.sources.get(place.source).text;
        let find = || memchr::memmem::find_iter(text.as_bytes(), DIRECTIVE).collect();
        let known = self.0.entry(place.source).or_insert_with(find);
        let behind = known.partition_point(|at| *at + DIRECTIVE.len() <= place.range().start);
        let start = known[..behind].last().copied()?;
        let line = at_most(LONGEST, &text[start..]).lines().next()?;
        let line = line.split(';').next()?.trim_end();
        Some(Span::new(place.source, start, start + line.len()))
    }
}

impl Below<'_> {
    /// What to do about it.
    pub(super) fn advice(&self, host: &Name) -> String {
        format!(
            "write `$ORIGIN {}.` before the records of hosts: the A record for `{host}` stands at \
             `{}`, below the origin of services",
            plain(&host.base_name()),
            self.set.owner
        )
    }

    /// The owner in full.
    pub(super) fn fix(&self, site: &Site, view: &View, host: &Name) -> Fix {
        let place = |owner: &Name| Place::new(view.apex_of(owner), owner);
        let written = in_presentation_format(host);
        let records = self.set.records.iter();
        Fix {
            title: format!("write the owner `{written}` in full"),
            edits: of_owners(self.set, |owner| edit(site, owner, &*written).pop()),
            changes: records
                .map(|record| move_record(record, place(&self.set.owner), place(host)))
                .collect(),
            ..Fix::default()
        }
    }
}
