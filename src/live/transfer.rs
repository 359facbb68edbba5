//! Zone transfer (AXFR, RFC 5936): a zone as a whole, over TCP, signed where there is a key.

use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use hickory_proto::op::{Message, Query, ResponseCode};
use hickory_proto::rr::rdata::tsig::TsigError;
use hickory_proto::rr::{RData, Record};
use tokio::runtime::Builder;
use tokio::time::timeout;

use super::client::io_failure;
use super::key::{Chain, Key, SignatureError};
use super::stream::Connection;
use super::{Answers, Error, Options, write};
use crate::dns::{Failure, Name, RecordType};
use crate::source::{Origin, Source, SourceId, Sources};

/// Octets of messages that a transfer may take.
const MAX_OCTETS: usize = 1 << 30;

/// A zone that was asked for.
#[derive(Debug)]
pub struct Transfer {
    /// The zone's apex.
    pub zone: Name,
    /// The server asked.
    pub server: SocketAddr,
    /// The zone as a master file, or why there is none.
    pub result: Result<SourceId, TransferError>,
}

/// Why a zone did not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransferError {
    /// The server does not transfer, or did not finish.
    #[error("{0}")]
    Failed(#[from] Failure),
    /// The server does not accept the signature of the question.
    #[error("the server does not accept the key: {0}")]
    Key(&'static str),
    /// The answer is not signed as it has to be.
    #[error("{0}")]
    Signature(#[from] SignatureError),
    /// The answer is none to a transfer.
    #[error("the answer does not begin with the zone's SOA")]
    NoZone,
    /// More than the linter keeps.
    #[error("the zone takes more than {} MiB", MAX_OCTETS >> 20)]
    TooBig,
}

impl TransferError {
    /// What to do instead.
    pub fn help(self, zone: &Name) -> String {
        let instead = "export the zone on its server and check the file (Windows: `dnscmd \
                       /ZoneExport`), or ask without --axfr";
        match self {
            Self::Failed(
                Failure::Refused | Failure::ServFail | Failure::Code(_) | Failure::Lame,
            ) => format!(
                "ask a name server of `{zone}` itself, and let it transfer the zone to this \
                 computer (BIND: `allow-transfer`; DNS Manager: the zone > Properties > Zone \
                 Transfers), with --tsig-file where it wants a key; or {instead}"
            ),
            Self::Key(_) | Self::Signature(SignatureError::Wrong) => format!(
                "give the file of the key that the server has for transfers of `{zone}`: name, \
                 algorithm and secret have to be the same on both sides; or {instead}"
            ),
            Self::Signature(SignatureError::Missing) => format!(
                "the server does not know of the key: leave --tsig-file away, or add the key \
                 there; or {instead}"
            ),
            Self::Signature(SignatureError::Time) => {
                format!("set the clock of this computer or of the server; or {instead}")
            }
            Self::TooBig => instead.to_owned(),
            Self::NoZone | Self::Failed(Failure::Unrelated | Failure::Malformed) => format!(
                "ask a name server of `{zone}` itself: what answered is none, or a device on the \
                 way changes what it says; or {instead}"
            ),
            Self::Failed(_) => {
                format!("let TCP port 53 pass between this computer and the server; or {instead}")
            }
        }
    }
}

/// Transfers every zone that a server's answers speak of from that server, one after the
/// other, and writes each out as a master file.
pub fn transfer(
    options: &Options,
    key: Option<&Key>,
    sources: &Sources,
    live: &Answers,
) -> Result<Vec<Transfer>, Error> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let server = live.servers[0];
    let one = |zone: &Name| {
        let records = runtime.block_on(async {
            let whole = records(server, zone, key, options.timeout);
            let in_time = timeout(options.limit, whole).await;
            in_time.unwrap_or(Err(Failure::Timeout.into()))
        });
        let add = |records: Vec<Record>| {
            let name = format!("<server {server}>/{zone}");
            sources.add_with(|id| {
                let text = write::zone(id, zone, server, &records);
                (Source::new(name, Origin::Live, text), id)
            })
        };
        Transfer {
            zone: zone.clone(),
            server,
            result: records.map(add),
        }
    };
    Ok(live.apexes.iter().map(one).collect())
}

/// The records of a zone, its SOA first and once. Each message may take `patience`.
async fn records(
    server: SocketAddr,
    zone: &Name,
    key: Option<&Key>,
    patience: Duration,
) -> Result<Vec<Record>, TransferError> {
    let late = |_| TransferError::from(Failure::Timeout);
    let broken = |error| TransferError::from(io_failure(error));
    let mut question = Message::query();
    question.add_query(Query::query(zone.into(), RecordType::AXFR));
    let chain = |key: &Key| key.sign(&mut question, now()).ok_or(SignatureError::Wrong);
    let mut chain = key.map(chain).transpose()?;
    let octets = question.to_vec().map_err(|_| Failure::Malformed)?;

    let connect = timeout(patience, Connection::open(server)).await;
    let mut connection = connect.map_err(late)?.map_err(broken)?;
    let sent = timeout(patience, connection.send(&octets)).await;
    sent.map_err(late)?.map_err(broken)?;
    let mut records: Vec<Record> = Vec::new();
    let mut room = MAX_OCTETS;
    loop {
        let received = timeout(patience, connection.receive()).await;
        let octets = received.map_err(late)?.map_err(broken)?;
        room = room
            .checked_sub(octets.len())
            .ok_or(TransferError::TooBig)?;
        let message = Message::from_vec(&octets).map_err(|_| Failure::Malformed)?;
        check(&message, question.metadata.id)?;
        if let Some(chain) = &mut chain {
            chain.check(&octets, &message, now())?;
        }
        for record in message.answers {
            let is_soa = is_soa_of(&record, zone);
            if records.is_empty() && !is_soa {
                return Err(TransferError::NoZone);
            }
            if is_soa && !records.is_empty() {
                chain.as_ref().map_or(Ok(()), Chain::finish)?;
                return Ok(records);
            }
            records.push(record);
        }
        if records.is_empty() {
            return Err(TransferError::NoZone);
        }
    }
}

/// Whether a message goes on with the transfer.
fn check(message: &Message, id: u16) -> Result<(), TransferError> {
    if message.metadata.id != id {
        return Err(Failure::Unrelated.into());
    }
    if let Some(error) = message.signature().and_then(|tsig| tsig.data.error) {
        return Err(TransferError::Key(match error {
            TsigError::BadSig => "BADSIG",
            TsigError::BadKey => "BADKEY",
            TsigError::BadTime => "BADTIME",
            TsigError::BadTrunc => "BADTRUNC",
            TsigError::Unknown(_) => "an unknown error",
        }));
    }
    match message.metadata.response_code {
        ResponseCode::NoError => Ok(()),
        ResponseCode::Refused => Err(Failure::Refused.into()),
        ResponseCode::ServFail => Err(Failure::ServFail.into()),
        other => Err(Failure::Code(other.into()).into()),
    }
}

fn is_soa_of(record: &Record, zone: &Name) -> bool {
    matches!(record.data, RData::SOA(_)) && Name::from(&record.name) == *zone
}

/// Seconds since 1970, as signatures count (RFC 8945 4.2).
fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_answered_is_not_told_of_firewalls() {
        let zone = Name::from_ascii("voice.test.").expect("a name");
        let failed = TransferError::Failed;
        for (error, advice) in [
            (failed(Failure::Timeout), "let TCP port 53 pass"),
            (failed(Failure::ServFail), "let it transfer the zone"),
            (failed(Failure::Unrelated), "what answered is none"),
            (TransferError::NoZone, "what answered is none"),
            (TransferError::TooBig, "export the zone"),
        ] {
            let help = error.help(&zone);
            assert!(help.contains(advice), "{error}: {help}");
            assert!(help.ends_with("or ask without --axfr"), "{help}");
        }
    }
}
