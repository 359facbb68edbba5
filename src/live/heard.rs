//! One message: what it says about the question, and nothing else it carries.

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::{DNSClass, RData, Record};

use crate::dns::{Failure, Name, Question, RecordType};

/// Records kept of one answer. No SIP domain comes near; the bound is for servers that lie.
pub(super) const MAX_RECORDS: usize = 512;

/// Aliases followed, in one message or over several.
pub(super) const MAX_ALIASES: usize = 16;

/// What is known about a question once it has been asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heard {
    /// What the server says.
    pub outcome: Outcome,
    /// The aliases it says it of, in the order in which they are followed.
    pub aliases: Vec<Record>,
    /// The server is an authority for the name asked (AA).
    pub authoritative: bool,
    /// An answer over UDP was cut (TC).
    pub truncated: bool,
    /// Records beyond [`MAX_RECORDS`].
    pub omitted: usize,
}

/// What a server says about a name and type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// These records, in canonical order (RFC 4034 6.3): servers rotate sets, and the same
    /// answers are to be written out as the same bytes.
    Records(Vec<Record>),
    /// The name is there, the type is not; with the SOA that says so.
    NoData(Option<Record>),
    /// The name is not there; with the SOA that says so.
    NxDomain(Option<Record>),
    /// No usable answer.
    Failed(Failure),
    /// Ask the servers of a zone further down.
    Referral,
}

impl Heard {
    /// A question that got no usable answer.
    pub fn failed(failure: Failure) -> Self {
        Self {
            outcome: Outcome::Failed(failure),
            aliases: Vec::new(),
            authoritative: false,
            truncated: false,
            omitted: 0,
        }
    }

    /// The failure, where nothing shows that a DNS server is there.
    pub fn silence(&self) -> Option<Failure> {
        match self.outcome {
            Outcome::Failed(failure) if failure.is_silence() && !self.truncated => Some(failure),
            _ => None,
        }
    }
}

impl Outcome {
    /// The SOA of a negative answer.
    pub fn soa(&self) -> Option<&Record> {
        match self {
            Self::NoData(soa) | Self::NxDomain(soa) => soa.as_ref(),
            _ => None,
        }
    }
}

/// What one message says.
#[expect(
    clippy::large_enum_variant,
    reason = "it is taken apart where it is made"
)]
pub(super) enum Said {
    /// The last word.
    Final(Outcome),
    /// The aliases end at this name, and the message does not say what is there.
    Unfollowed(Name),
}

/// Reads the answer to `question`, appending the aliases that it follows. Records whose
/// owner is neither the name asked nor one of its aliases are no answer to the question and
/// not looked at. DNAME records neither: the server adds the CNAME that they make (RFC 6672
/// 3.1). Returns the number of records left out as well.
pub(super) fn read(
    question: &Question,
    message: &Message,
    aliases: &mut Vec<Record>,
) -> (Said, usize) {
    let last_word = |outcome| (Said::Final(outcome), 0);
    let missing = match message.metadata.response_code {
        ResponseCode::NoError => false,
        ResponseCode::NXDomain => true,
        ResponseCode::Refused => return last_word(Outcome::Failed(Failure::Refused)),
        ResponseCode::ServFail => return last_word(Outcome::Failed(Failure::ServFail)),
        other => return last_word(Outcome::Failed(Failure::Code(other.into()))),
    };
    let mut name = question.name.clone();
    loop {
        let (records, omitted) = set(&message.answers, &name, question.record_type);
        if !records.is_empty() {
            return (Said::Final(Outcome::Records(records)), omitted);
        }
        let Some((alias, target)) = alias_at(&message.answers, &name) else {
            break;
        };
        if aliases.len() == MAX_ALIASES || aliases.iter().any(|seen| Name::from(&seen.name) == name)
        {
            return last_word(Outcome::Failed(Failure::AliasLoop));
        }
        name = target;
        aliases.push(alias.clone());
    }
    let soa = message.authorities.iter().find(|record| {
        matches!(record.data, RData::SOA(_)) && Name::from(&record.name).zone_of(&name)
    });
    if missing {
        return last_word(Outcome::NxDomain(soa.cloned()));
    }
    if soa.is_some() {
        return last_word(Outcome::NoData(soa.cloned()));
    }
    if name != question.name {
        return (Said::Unfollowed(name), 0);
    }
    if message.metadata.authoritative {
        return last_word(Outcome::NoData(None));
    }
    // RFC 2308 2.2: name servers without an SOA, from one who is no authority, refer. Those of
    // the root are where a server without a clue sends everybody.
    let referral = message.authorities.iter().find(|record| {
        matches!(record.data, RData::NS(_)) && Name::from(&record.name).zone_of(&name)
    });
    last_word(match referral {
        Some(record) if !record.name.is_root() => Outcome::Referral,
        None if message.metadata.recursion_available => Outcome::NoData(None),
        _ => Outcome::Failed(Failure::Lame),
    })
}

/// The records of that owner and type in canonical order, and how many more there are.
fn set(answers: &[Record], owner: &Name, record_type: RecordType) -> (Vec<Record>, usize) {
    let mut records: Vec<_> = answers
        .iter()
        .filter(|record| {
            record.dns_class == DNSClass::IN
                && record.record_type() == record_type
                && Name::from(&record.name) == *owner
        })
        .cloned()
        .collect();
    records.sort_by_cached_key(|record| record.data.clone());
    records.dedup_by(|one, other| one.data == other.data);
    let omitted = records.len().saturating_sub(MAX_RECORDS);
    records.truncate(MAX_RECORDS);
    (records, omitted)
}

fn alias_at<'a>(answers: &'a [Record], owner: &Name) -> Option<(&'a Record, Name)> {
    answers.iter().find_map(|record| match &record.data {
        RData::CNAME(target)
            if record.dns_class == DNSClass::IN && Name::from(&record.name) == *owner =>
        {
            Some((record, (&target.0).into()))
        }
        _ => None,
    })
}
