//! Where servers find addresses besides the text of a zone.

use super::record_type::{WINS, WINS_R};
use crate::dns::{Name, RecordType};

/// A source of addresses that the text names, and whose data it does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Elsewhere {
    /// Hosts files and DHCP, of which dnsmasq makes records.
    Hosts,
    /// WINS, which a Windows server asks for hosts directly below the apex: it knows names of
    /// one label.
    Wins,
    /// WINS-R: a Windows server asks the host itself for its name.
    WinsR,
}

impl Elsewhere {
    /// What a record of the apex names.
    pub(super) fn of(record_type: RecordType) -> Option<Self> {
        match record_type {
            RecordType::Unknown(WINS) => Some(Self::Wins),
            RecordType::Unknown(WINS_R) => Some(Self::WinsR),
            _ => None,
        }
    }

    /// Records of that type may come from here for a name of the zone that has none.
    pub(super) fn may_know(self, apex: &Name, name: &Name, record_type: RecordType) -> bool {
        match (self, record_type) {
            (Self::Hosts, RecordType::A | RecordType::AAAA | RecordType::PTR)
            | (Self::WinsR, RecordType::PTR) => true,
            (Self::Wins, RecordType::A) => name != apex && name.base_name() == *apex,
            _ => false,
        }
    }

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hosts => "hosts files or DHCP",
            Self::Wins => "WINS",
            Self::WinsR => "WINS-R",
        }
    }
}
