//! Steps of repairs: what is to be added, to go, or to take another's place.

use super::{Field, NewRecord, Place};
use crate::dns::{Name, Record, RecordType};
use crate::source::Span;

/// A record and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Owner and zone.
    pub place: Place,
    /// Type and data.
    pub record: NewRecord,
}

/// One step of a repair: the smallest one that leaves names in order.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    clippy::large_enum_variant,
    reason = "almost every step is about a record"
)]
pub enum Change {
    /// A record that is to exist, one that is to go, or one that takes another's place.
    Record {
        /// What is there now.
        old: Option<Placed>,
        /// What is to be there.
        new: Option<Placed>,
    },
    /// A setting of handsets.
    Setting {
        /// What is there now: name, and where the value stands. The text is left in its
        /// source, for it may hold a password.
        old: Option<(String, Span)>,
        /// The parameter's name.
        name: String,
        /// Its value, entities resolved.
        value: Field,
    },
    /// The reverse zone of a network of 256 addresses, where there is none yet.
    ReverseZone {
        /// The first three numbers of the addresses.
        network: [u8; 3],
    },
}

/// Adds a record.
pub fn add_record(place: Place, record: &NewRecord) -> Change {
    Change::Record {
        old: None,
        new: Some(placed(place, record.clone())),
    }
}

/// Removes a record.
pub fn remove_record(place: Place, old: impl Into<NewRecord>) -> Change {
    Change::Record {
        old: Some(placed(place, old.into())),
        new: None,
    }
}

/// Puts `new` in the place of `old`, with the TTL of that unless it has one of its own.
pub fn replace_record(place: Place, old: impl Into<NewRecord>, new: &NewRecord) -> Change {
    let old = old.into();
    let new = new.clone().with_ttl_of(&old);
    Change::Record {
        old: Some(placed(place.clone(), old)),
        new: Some(placed(place, new)),
    }
}

/// Gives a record another owner.
pub fn move_record(record: &Record, from: Place, to: Place) -> Change {
    Change::Record {
        old: Some(placed(from, record.into())),
        new: Some(placed(to, record.into())),
    }
}

/// Gives a setting a value.
pub fn set(name: impl Into<String>, value: Field) -> Change {
    Change::Setting {
        old: None,
        name: name.into(),
        value,
    }
}

fn placed(place: Place, record: NewRecord) -> Placed {
    Placed { place, record }
}

impl Change {
    /// What is to be filled in first.
    pub fn blanks(&self) -> Vec<&str> {
        match self {
            Self::Record { old, new } => {
                let records = old.iter().chain(new);
                let fields = records.flat_map(|placed| &placed.record.fields);
                fields.filter_map(Field::as_blank).collect()
            }
            Self::Setting { value, .. } => value.as_blank().into_iter().collect(),
            Self::ReverseZone { .. } => Vec::new(),
        }
    }

    /// One step that does what both do; `None` where they contradict each other.
    pub(crate) fn joined(&self, other: &Self) -> Option<Self> {
        if self == other {
            return Some(self.clone());
        }
        let (
            Self::Record {
                old: Some(old),
                new: Some(one),
            },
            Self::Record {
                old: Some(_),
                new: Some(two),
            },
        ) = (self, other)
        else {
            return None;
        };
        let was = &old.record;
        if was.record_type != one.record.record_type || was.record_type != two.record.record_type {
            return None;
        }
        let fields = was
            .fields
            .iter()
            .zip(one.record.fields.iter().zip(&two.record.fields))
            .map(|(was, (one, two))| changed(was, one, two));
        let fields: Option<Vec<Field>> = fields.collect();
        Some(Self::Record {
            old: Some(old.clone()),
            new: Some(Placed {
                place: changed(&old.place, &one.place, &two.place)?,
                record: NewRecord {
                    record_type: was.record_type,
                    ttl: changed(&was.ttl, &one.record.ttl, &two.record.ttl)?,
                    fields: fields?,
                },
            }),
        })
    }

    /// The owner and type of the records that it puts into another order: their first two numbers
    /// are priority and weight of SRV, order and preference of NAPTR records.
    pub(crate) fn reorders(&self) -> Option<(&Name, RecordType)> {
        let Self::Record {
            old: Some(old),
            new: Some(new),
        } = self
        else {
            return None;
        };
        let (was, is) = (&old.record, &new.record);
        let is_ordered = [RecordType::SRV, RecordType::NAPTR].contains(&was.record_type);
        let is_same = was.record_type == is.record_type && old.place.owner == new.place.owner;
        let differs = was.fields.get(..2) != is.fields.get(..2);
        (is_ordered && is_same && differs).then_some((&old.place.owner, was.record_type))
    }

    /// Where the step stands among others: zones before what they hold, hosts before what
    /// names them, SRV before NAPTR, aliases out of the way before anything takes their name,
    /// and what goes after what comes, so that no handset finds a name empty in between.
    pub(crate) fn rank(&self) -> u8 {
        match self {
            Self::ReverseZone { .. } => 0,
            Self::Record { old, new } => match (old, new) {
                (Some(old), None) if old.record.record_type == RecordType::CNAME => 1,
                (_, None) => 9,
                (_, Some(new)) => match new.record.record_type {
                    RecordType::A | RecordType::AAAA => 2,
                    RecordType::CNAME | RecordType::DNAME => 3,
                    RecordType::PTR => 4,
                    RecordType::SRV => 5,
                    RecordType::NAPTR => 6,
                    _ => 7,
                },
            },
            Self::Setting { .. } => 10,
        }
    }

    /// Whether the old record must go before the new one can come: nothing stands beside an
    /// alias, and records of one zone that differ in their TTL only are one and the same to a
    /// server.
    pub(super) fn removes_first(old: &Placed, new: &Placed) -> bool {
        let is_alias = |placed: &Placed| placed.record.record_type == RecordType::CNAME;
        let same_data = old.place == new.place
            && old.record.record_type == new.record.record_type
            && old.record.fields == new.record.fields;
        is_alias(old) || is_alias(new) || same_data
    }
}

/// The value that at least one side changed; `None` where both did, each to another.
fn changed<T: PartialEq + Clone>(was: &T, one: &T, two: &T) -> Option<T> {
    match (one == was, two == was) {
        (_, true) => Some(one.clone()),
        (true, false) => Some(two.clone()),
        (false, false) => (one == two).then(|| one.clone()),
    }
}
