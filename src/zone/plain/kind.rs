//! The types of records that lines hold.

use crate::dns::RecordType;

/// What a line holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::zone) enum Kind {
    /// The owner of lines that follow and begin with a blank.
    Owner,
    A,
    Aaaa,
    Cname,
    Ns,
    Ptr,
    Srv,
    Naptr,
    Txt,
    Mx,
    Rrsig,
    Nsec,
    Nsec3,
    Ds,
}

impl Kind {
    /// Every kind.
    pub(super) const ALL: [Self; 14] = [
        Self::Owner,
        Self::A,
        Self::Aaaa,
        Self::Cname,
        Self::Ns,
        Self::Ptr,
        Self::Srv,
        Self::Naptr,
        Self::Txt,
        Self::Mx,
        Self::Rrsig,
        Self::Nsec,
        Self::Nsec3,
        Self::Ds,
    ];

    /// The kind of records of a type; of most types there is none.
    pub(super) const fn of(record_type: RecordType) -> Option<Self> {
        match record_type {
            RecordType::A => Some(Self::A),
            RecordType::AAAA => Some(Self::Aaaa),
            RecordType::CNAME => Some(Self::Cname),
            RecordType::NS => Some(Self::Ns),
            RecordType::PTR => Some(Self::Ptr),
            RecordType::SRV => Some(Self::Srv),
            RecordType::NAPTR => Some(Self::Naptr),
            RecordType::TXT => Some(Self::Txt),
            RecordType::MX => Some(Self::Mx),
            RecordType::RRSIG => Some(Self::Rrsig),
            RecordType::NSEC => Some(Self::Nsec),
            RecordType::NSEC3 => Some(Self::Nsec3),
            RecordType::DS => Some(Self::Ds),
            _ => None,
        }
    }

    pub(super) fn from_mnemonic(word: &[u8]) -> Option<Self> {
        Some(match word {
            b"A" | b"a" => Self::A,
            b"AAAA" | b"aaaa" => Self::Aaaa,
            b"CNAME" | b"cname" => Self::Cname,
            b"NS" | b"ns" => Self::Ns,
            b"PTR" | b"ptr" => Self::Ptr,
            b"SRV" | b"srv" => Self::Srv,
            b"NAPTR" | b"naptr" => Self::Naptr,
            b"TXT" | b"txt" => Self::Txt,
            b"MX" | b"mx" => Self::Mx,
            b"RRSIG" | b"rrsig" => Self::Rrsig,
            b"NSEC" | b"nsec" => Self::Nsec,
            b"NSEC3" | b"nsec3" => Self::Nsec3,
            b"DS" | b"ds" => Self::Ds,
            _ => return None,
        })
    }
}
