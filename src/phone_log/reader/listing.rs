//! The records of an answer, a line for each of their fields.

use super::Here;
use crate::dns::RecordType;
use crate::handset::log::message::Message;
use crate::handset::log::shown::Record;

/// An answer whose records are being listed.
#[derive(Debug, Clone)]
pub(super) struct Listing {
    /// The lookup that it belongs to.
    pub(super) lookup: u64,
    /// The step of that.
    pub(super) step: usize,
    /// What it has records of.
    record_type: RecordType,
    /// The record of which the last lines were, and the fields of it that are still to come.
    record: Option<(Record, Fields)>,
}

/// Fields of a record, one bit each: in the order in which the log shows them.
type Fields = u8;

/// Preference, flags, service, regular expression and replacement follow the order.
const OF_NAPTR: Fields = 0b1_1111;

/// Priority and weight follow the target.
const OF_SRV: Fields = 0b11;

impl Listing {
    pub(super) fn new(lookup: u64, step: usize, record_type: RecordType) -> Self {
        Self {
            lookup,
            step,
            record_type,
            record: None,
        }
    }

    /// Reads the next line: gives the record that is whole with it. One of which a line is lost
    /// is passed over.
    pub(super) fn line(&mut self, message: Message<'_>, here: Here<'_>) -> Option<Record> {
        let begun = match message {
            Message::Order { order } if self.record_type == RecordType::NAPTR => Some((
                Record::Naptr {
                    order,
                    preference: 0,
                    flags: String::new(),
                    service: String::new(),
                    regexp: String::new(),
                    replacement: String::new(),
                },
                OF_NAPTR,
            )),
            Message::Target { target, port } if self.record_type == RecordType::SRV => Some((
                Record::Srv {
                    priority: 0,
                    weight: 0,
                    port,
                    target: target.to_owned(),
                },
                OF_SRV,
            )),
            _ => None,
        };
        if begun.is_some() {
            self.record = begun;
            return None;
        }
        let (mut record, missing) = self.record.take()?;
        // A field that stands there already is the next record's, of which the beginning is lost.
        let field = fill(&mut record, message, here).filter(|field| missing & field != 0)?;
        match missing & !field {
            0 => Some(record),
            missing => {
                self.record = Some((record, missing));
                None
            }
        }
    }
}

/// Sets a field of a record; which it was.
fn fill(record: &mut Record, message: Message<'_>, here: Here<'_>) -> Option<Fields> {
    match (record, message) {
        (
            Record::Naptr {
                preference,
                flags,
                service,
                regexp,
                replacement,
                ..
            },
            message,
        ) => match message {
            Message::Preference { preference: value } => {
                *preference = value;
                Some(1)
            }
            Message::Flags { flags: value } => {
                value.clone_into(flags);
                Some(1 << 1)
            }
            Message::Service { service: value } => {
                value.clone_into(service);
                Some(1 << 2)
            }
            Message::Regexp { regexp: value } => {
                value.clone_into(regexp);
                Some(1 << 3)
            }
            Message::Replacement { replacement: value } => {
                *replacement = here.name(value);
                Some(1 << 4)
            }
            _ => None,
        },
        (Record::Srv { priority, .. }, Message::Priority { priority: value }) => {
            *priority = value;
            Some(1)
        }
        (Record::Srv { weight, .. }, Message::Weight { weight: value }) => {
            *weight = value;
            Some(1 << 1)
        }
        _ => None,
    }
}
