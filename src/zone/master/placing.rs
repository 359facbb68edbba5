//! Which records belong to the zone: those at and below the SOA's owner.

use super::{Reader, Trouble, TroubleKind};
use crate::dns::{Data, Name, Record, RecordType, WrittenName};
use crate::source::Span;
use crate::zone::Zone;
use crate::zone::fields::Fault;
use crate::zone::name::shared_ancestor;

enum Waiter {
    Kept(Box<Record>),
    /// A record whose data is not kept.
    Other(WrittenName, RecordType, Span),
}

/// Records read before the SOA. It comes first in almost every file; a file without one
/// waits to its end.
#[derive(Default)]
pub(super) struct Waiting {
    records: Vec<Waiter>,
    is_over: bool,
    /// The SOA does not end it.
    passes_over_soa: bool,
}

impl Waiting {
    /// For a file whose SOA has not the owner of a zone.
    pub(super) fn to_the_end() -> Self {
        Self {
            passes_over_soa: true,
            ..Self::default()
        }
    }

    /// The SOA has been read.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }
}

impl Zone {
    /// Name servers are named at its apex.
    pub(super) fn has_ns(&self) -> bool {
        self.contents.set(&self.apex, RecordType::NS).is_some()
    }

    /// Records of the file lie outside.
    pub(super) fn leaves_records_out(&self) -> bool {
        let is_outside = |trouble: &Trouble| trouble.kind == TroubleKind::Outside;
        self.troubles.iter().any(is_outside)
    }
}

impl Reader<'_> {
    /// Puts a record into the zone.
    pub(super) fn place(&mut self, record: Record) {
        if matches!(record.data, Data::Soa(_)) {
            if !self.waiting.passes_over_soa {
                self.end_waiting(&record.owner.name);
            }
            // Whether a second one is the same, or at another owner, is for a rule to say.
            self.zone.soas.push(record.clone());
            self.zone.record_count += 1;
            self.zone.contents.insert(record);
            return;
        }
        if !self.waiting.is_over {
            self.waiting.records.push(Waiter::Kept(Box::new(record)));
            return;
        }
        if self.zone.format.is_of_windows() {
            if let Data::Ns(server) = &record.data {
                self.name_servers.insert(server.name.clone());
            }
            if self.is_foreign_glue(&record) {
                self.zone.record_count += 1;
                return;
            }
        }
        if self.is_inside(&record.owner) {
            self.zone.record_count += 1;
            self.zone.contents.insert(record);
        }
    }

    /// Notes a record whose data is not kept.
    pub(super) fn place_other(&mut self, owner: &WrittenName, record_type: RecordType, span: Span) {
        if !self.waiting.is_over {
            let waiter = Waiter::Other(owner.clone(), record_type, span);
            self.waiting.records.push(waiter);
        } else if self.is_inside(owner) {
            self.zone.record_count += 1;
            self.zone.note_other(&owner.name, record_type, span);
        }
    }

    /// The apex is known now, unless it was before.
    pub(in crate::zone) fn end_waiting(&mut self, apex: &Name) {
        if self.waiting.is_over {
            return;
        }
        self.zone.apex = apex.clone();
        self.waiting.is_over = true;
        for waiter in std::mem::take(&mut self.waiting.records) {
            match waiter {
                Waiter::Kept(record) => self.place(*record),
                Waiter::Other(owner, record_type, span) => {
                    self.place_other(&owner, record_type, span);
                }
            }
        }
    }

    /// Windows writes the addresses of name servers that lie outside the zone beside their NS
    /// records. The server keeps them as hints; they are no data of the zone.
    fn is_foreign_glue(&self, record: &Record) -> bool {
        let owner = &record.owner.name;
        let is_named = || {
            let number = self.lines.hashes().of(owner);
            let (source, start) = (record.span.source, record.span.start);
            self.name_servers.contains(owner) || self.lines.has_name_server(number, source, start)
        };
        matches!(record.data, Data::A(_) | Data::Aaaa(_))
            && !self.zone.apex.zone_of(owner)
            && is_named()
    }

    /// Whether the owner is in the zone; one that is not is reported.
    fn is_inside(&mut self, owner: &WrittenName) -> bool {
        let apex = &self.zone.apex;
        if apex.zone_of(&owner.name) {
            return true;
        }
        let message = format!(
            "`{}` lies outside the zone `{apex}`: servers ignore this record",
            owner.name
        );
        let with_dots = owner.name.to_string().replace(',', ".");
        let is_meant = Name::from_ascii(&with_dots).is_ok_and(|meant| apex.zone_of(&meant));
        let help = if is_meant {
            format!("a comma stands in the place of a dot: write `{with_dots}`")
        } else if owner.relative {
            "the `$ORIGIN` in force here does not belong to this zone".to_owned()
        } else {
            format!("a name with a final dot is complete; without the dot `.{apex}` is appended")
        };
        let fault = Fault::new(owner.span, message).help(help);
        self.push(TroubleKind::Outside, fault, None);
        false
    }

    /// What can be said only at the end of the file.
    pub(in crate::zone) fn finish(mut self) -> Zone {
        if !self.waiting.is_over {
            let apex = self.apex_without_soa();
            self.end_waiting(&apex);
        }
        if let Some(zone) = self.wrapped() {
            return zone;
        }
        if let Some((first, count)) = self.without_ttl.take() {
            let message = match count {
                1 => "this record has no TTL, and no `$TTL` comes before".to_owned(),
                _ => format!(
                    "this record and {} more have no TTL, and no `$TTL` comes before",
                    count - 1
                ),
            };
            let fault = Fault::new(first, message).help(
                "begin the zone's file with `$TTL` and a number of seconds; some servers refuse the file, others take the SOA's last number",
            );
            self.push(TroubleKind::TtlMissing, fault, None);
        }
        self.zone.contents.set_plain(self.lines);
        self.zone
    }

    /// The apex of root hints, of fragments, and of zones whose SOA cannot be read.
    fn apex_without_soa(&self) -> Name {
        let owners = || {
            self.waiting.records.iter().map(|waiter| match waiter {
                Waiter::Kept(record) => (&record.owner.name, record.record_type()),
                Waiter::Other(owner, record_type, _) => (&owner.name, *record_type),
            })
        };
        // Root hints: the root's name servers and their addresses (RFC 8109).
        if owners().any(|(owner, record_type)| owner.is_root() && record_type == RecordType::NS) {
            return Name::root();
        }
        let named = self.named_origin.as_ref().unwrap_or(&self.zone.apex);
        // `$ORIGIN .` says nothing about the zone.
        if !named.is_root() && owners().any(|(owner, _)| named.zone_of(owner)) {
            return named.clone();
        }
        let shared = owners()
            .map(|(owner, _)| owner.clone())
            .reduce(|shared, owner| shared_ancestor(&shared, &owner));
        match shared {
            Some(shared) if !shared.is_root() => shared,
            _ => named.clone(),
        }
    }
}
