//! The zones of one export of PowerShell: one, unless its records say that they are of several.

use std::collections::HashMap;

use super::Builder;
use crate::dns::Name;
use crate::source::Span;
use crate::zone::cmdlet::Command;
use crate::zone::exports::Exports;
use crate::zone::master::origin::Known;
use crate::zone::text::Text;
use crate::zone::{Format, Zone};

/// The zones that are put together.
pub(in crate::zone) struct Builders<'t> {
    text: &'t Text<'t>,
    format: Format,
    /// Where the export begins.
    opening: Span,
    /// The zone of records that do not say theirs.
    origin: (Name, Known),
    /// The caller named the zone, so that records do not.
    is_given: bool,
    /// Which part of a zone was asked for.
    filter: String,
    zones: Vec<One<'t>>,
    /// The zones by their names in lower case.
    by_name: HashMap<Name, usize>,
    current: usize,
}

/// One of the zones.
struct One<'t> {
    opening: Span,
    builder: Builder<'t>,
    /// Its SOA record's data, as it is shown.
    soa: Option<String>,
}

impl<'t> Builders<'t> {
    /// The zones of what `command` printed; `origin` where it names none, unless the caller
    /// gave that.
    pub(in crate::zone) fn new(
        text: &'t Text<'t>,
        format: Format,
        opening: Span,
        command: Command,
        (origin, is_given): ((Name, Known), bool),
    ) -> Self {
        let named = command.zone.filter(|_| !is_given);
        Self {
            text,
            format,
            opening,
            origin: named.map_or(origin, |zone| (zone, Known::Surely)),
            is_given,
            filter: command.filter,
            zones: Vec::new(),
            by_name: HashMap::new(),
            current: 0,
        }
    }

    /// Makes the zone that a record says it is of the current one, else that of the export.
    pub(in crate::zone) fn choose(&mut self, named: Option<Name>) {
        let named = named.filter(|_| !self.is_given);
        let (apex, known) = match named {
            Some(zone) => (zone, Known::Surely),
            None => self.origin.clone(),
        };
        let next = self.zones.len();
        self.current = *self.by_name.entry(apex.to_lowercase()).or_insert(next);
        if self.current == next {
            let mut builder = Builder::new(self.text, self.format, apex, known);
            if !self.filter.is_empty() {
                builder.zone_mut().is_excerpt = true;
                builder.zone_mut().asked = Some(self.filter.clone());
            }
            self.zones.push(One {
                opening: self.opening,
                builder,
                soa: None,
            });
        }
    }

    /// The zone that is being read.
    pub(in crate::zone) fn current(&mut self) -> &mut Builder<'t> {
        if self.zones.is_empty() {
            self.choose(None);
        }
        &mut self.zones[self.current].builder
    }

    /// Adds the records at the apex that stand together and name no zone, in the order of the
    /// text. Where their SOA record is another than that of the zone before, another zone begins
    /// with them, and nothing says which. `soa`: the data of such a record as it is shown.
    pub(in crate::zone) fn add_apex<'r, R>(
        &mut self,
        records: &'r [R],
        soa: impl Fn(&'r R) -> Option<&'r str>,
        place: impl Fn(&'r R) -> Span,
        mut add: impl FnMut(&mut Self, &'r R),
    ) {
        let mut begin = 0;
        while begin < records.len() {
            let to_soa = records[begin..].iter().position(|one| soa(one).is_some());
            let end = to_soa.map_or(records.len(), |at| begin + at + 1);
            let group = &records[begin..end];
            begin = end;
            self.choose(None);
            let shown = group.last().and_then(&soa);
            let before = self.zones[self.current].soa.as_deref();
            let is_other = shown.is_some() && before.is_some_and(|before| Some(before) != shown);
            if let (true, Some(first)) = (is_other, group.first()) {
                self.opening = place(first);
                self.origin = (Name::root(), Known::Not);
                self.by_name.clear();
                self.choose(None);
            }
            if let Some(shown) = shown {
                self.zones[self.current].soa = Some(shown.to_owned());
            }
            for record in group {
                add(self, record);
            }
        }
    }

    /// Gives the zones to the others of the text. Records that name their zones leave the one of
    /// the export itself empty: where another zone is there, it is none.
    pub(in crate::zone) fn finish(mut self, exports: &mut Exports) {
        self.current();
        let zones = self.zones.into_iter();
        let finished = zones.map(|one| (one.opening, one.builder.finish()));
        let is_used = |zone: &Zone| zone.record_count > 0 || !zone.troubles.is_empty();
        let (used, unused): (Vec<_>, Vec<_>) = finished.partition(|(_, zone)| is_used(zone));
        let nothing = unused.into_iter().take(usize::from(used.is_empty()));
        for (opening, mut zone) in used.into_iter().chain(nothing) {
            // No zone is without records: these are not all. Tables show at least their owners.
            let is_json = self.format == Format::PowerShellJson;
            zone.is_excerpt |= is_json && zone.record_count == 0;
            if !exports.admit(opening) {
                return;
            }
            exports.push(opening, zone);
        }
    }
}
