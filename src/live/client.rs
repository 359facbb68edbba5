//! One question: EDNS, time-outs, truncation, aliases that the server left unfollowed.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use hickory_client::NetError;
use hickory_client::udp::UdpClientStream;
use hickory_client::xfer::{DnsRequestSender, FirstAnswer};
use hickory_proto::op::{DnsRequest, DnsRequestOptions, Message, MessageType, Query, ResponseCode};
use tokio::time::timeout;

use super::Options;
use super::heard::{Heard, MAX_ALIASES, Outcome, Said, read};
use super::sockets::Sockets;
use super::stream::Connection;
use crate::dns::{Failure, Question};

/// The size of a UDP answer that reaches us in one piece on any path (DNS flag day 2020).
const EDNS_PAYLOAD: u16 = 1232;

/// Asks one server.
#[derive(Clone)]
pub(super) struct Client {
    server: SocketAddr,
    timeout: Duration,
    retries: u32,
    tcp: bool,
    recursion: bool,
}

impl Client {
    /// With `recursion` the server is to look further for what it does not hold (RD).
    pub fn new(server: SocketAddr, options: &Options, recursion: bool) -> Self {
        Self {
            server,
            timeout: options.timeout,
            retries: options.retries,
            tcp: options.tcp,
            recursion,
        }
    }

    /// Asks a question, and again for the target where an answer ends in an alias.
    pub async fn ask(&self, question: &Question) -> Heard {
        let mut heard = Heard::failed(Failure::AliasLoop);
        let mut current = question.clone();
        for hop in 0..=MAX_ALIASES {
            let message = match self.exchange(&current, &mut heard.truncated).await {
                Ok(message) => message,
                Err(failure) => {
                    heard.outcome = Outcome::Failed(failure);
                    break;
                }
            };
            if hop == 0 {
                heard.authoritative = message.metadata.authoritative;
            }
            let (said, omitted) = read(&current, &message, &mut heard.aliases);
            heard.omitted += omitted;
            match said {
                // Handsets ask one server, and follow no referral to others.
                Said::Final(Outcome::Referral) if self.recursion => {
                    heard.outcome = Outcome::Failed(Failure::Lame);
                    break;
                }
                Said::Final(outcome) => {
                    heard.outcome = outcome;
                    break;
                }
                Said::Unfollowed(target) => {
                    current = Question::new(&target, question.record_type);
                }
            }
        }
        heard
    }

    /// One message for one question, after as many tries as it takes and is allowed.
    async fn exchange(
        &self,
        question: &Question,
        truncated: &mut bool,
    ) -> Result<Message, Failure> {
        let mut edns = true;
        let mut tcp = self.tcp;
        let mut retries = self.retries;
        loop {
            match self.attempt(question, edns, tcp).await {
                // RFC 6891 7: a server that does not know EDNS says so in one of these ways.
                Ok(message) if edns && dislikes_edns(&message) => edns = false,
                Ok(message) if message.metadata.truncation && !tcp => {
                    *truncated = true;
                    tcp = true;
                }
                Ok(message) if message.metadata.truncation => return Err(Failure::Cut),
                Ok(message) => return Ok(message),
                Err(Failure::Timeout | Failure::Unrelated) if retries > 0 => {
                    retries -= 1;
                    // The last try goes without EDNS: some servers answer it with a bare
                    // header, which matches no question, and some firewalls swallow it.
                    edns &= retries > 0;
                }
                Err(failure) => return Err(failure),
            }
        }
    }

    /// One message there and one back.
    async fn attempt(
        &self,
        question: &Question,
        edns: bool,
        tcp: bool,
    ) -> Result<Message, Failure> {
        let query = Query::query((&question.name).into(), question.record_type);
        let mut options = DnsRequestOptions::default();
        options.use_edns = edns;
        options.edns_payload_len = EDNS_PAYLOAD;
        options.recursion_desired = self.recursion;
        let request = DnsRequest::from_query(query.clone(), options);
        let message = if tcp {
            let exchange = self.over_tcp(request);
            let in_time = timeout(self.timeout, exchange).await;
            in_time.map_err(|_| Failure::Timeout)??
        } else {
            self.over_udp(request).await?
        };
        // A refusal may come without the question.
        let bare_refusal =
            message.queries.is_empty() && message.metadata.response_code != ResponseCode::NoError;
        if message.queries != [query] && !bare_refusal {
            return Err(Failure::Unrelated);
        }
        Ok(message)
    }

    /// hickory draws the ID and the source port at random and passes over datagrams with
    /// another ID, question or sender until time is up.
    async fn over_udp(&self, request: DnsRequest) -> Result<Message, Failure> {
        let sockets = Sockets::default();
        let response = UdpClientStream::builder(self.server, sockets.clone())
            .with_timeout(Some(self.timeout))
            // This counts tries, not retries.
            .with_max_retries(1)
            .build()
            .send_message(request)
            .first_answer()
            .await;
        match response {
            Ok(response) => Ok(response.into_message()),
            Err(error) => Err(match failure(&error) {
                Failure::Timeout if sockets.heard_any() => Failure::Unrelated,
                failure => failure,
            }),
        }
    }

    /// A connection for each question: what is asked over TCP is rare.
    async fn over_tcp(&self, request: DnsRequest) -> Result<Message, Failure> {
        let (request, _) = request.into_parts();
        let octets = request.to_vec().map_err(|_| Failure::Malformed)?;
        let mut connection = Connection::open(self.server).await.map_err(io_failure)?;
        connection.send(&octets).await.map_err(io_failure)?;
        let answer = connection.receive().await.map_err(io_failure)?;
        let message = Message::from_vec(&answer).map_err(|_| Failure::Malformed)?;
        if message.metadata.id != request.metadata.id {
            return Err(Failure::Unrelated);
        }
        if message.metadata.message_type != MessageType::Response {
            return Err(Failure::Malformed);
        }
        Ok(message)
    }
}

fn dislikes_edns(message: &Message) -> bool {
    matches!(
        message.metadata.response_code,
        ResponseCode::FormErr | ResponseCode::NotImp | ResponseCode::BADVERS
    )
}

fn failure(error: &NetError) -> Failure {
    match error {
        NetError::Timeout => Failure::Timeout,
        NetError::Proto(_) => Failure::Malformed,
        NetError::Io(error) => of_udp(error.kind()),
        _ => Failure::Unreachable,
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
pub(super) fn io_failure(error: io::Error) -> Failure {
    of_kind(error.kind())
}

/// Windows calls it a reset where a datagram met a port that nothing listens on.
fn of_udp(kind: io::ErrorKind) -> Failure {
    match kind {
        io::ErrorKind::ConnectionReset => Failure::PortClosed,
        kind => of_kind(kind),
    }
}

fn of_kind(kind: io::ErrorKind) -> Failure {
    match kind {
        io::ErrorKind::TimedOut => Failure::Timeout,
        io::ErrorKind::ConnectionRefused => Failure::PortClosed,
        // The connection was made and closed without an answer.
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted => Failure::Closed,
        _ => Failure::Unreachable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reset_is_a_closed_port_over_udp_and_a_closed_connection_over_tcp() {
        let reset = || io::Error::from(io::ErrorKind::ConnectionReset);
        assert_eq!(failure(&reset().into()), Failure::PortClosed);
        assert_eq!(io_failure(reset()), Failure::Closed);
    }
}
