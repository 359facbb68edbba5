//! One question: EDNS, time-outs, truncation, aliases that the server left unfollowed.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use hickory_client::NetError;
use hickory_client::tcp::TcpClientStream;
use hickory_client::udp::UdpClientStream;
use hickory_client::xfer::{DnsHandle, DnsRequestSender, FirstAnswer};
use hickory_proto::op::{DnsRequest, DnsRequestOptions, Message, Query, ResponseCode};

use super::Options;
use super::heard::{Heard, MAX_ALIASES, Outcome, Said, read};
use super::sockets::Sockets;
use crate::dns::{Failure, Question};

/// The size of a UDP answer that reaches us in one piece on any path (DNS flag day 2020).
const EDNS_PAYLOAD: u16 = 1232;

/// Asks one server.
#[derive(Clone)]
pub(super) struct Client {
    sockets: Sockets,
    server: SocketAddr,
    timeout: Duration,
    retries: u32,
    tcp: bool,
}

impl Client {
    pub fn new(server: SocketAddr, options: &Options) -> Self {
        Self {
            sockets: Sockets::default(),
            server,
            timeout: options.timeout,
            retries: options.retries,
            tcp: options.tcp,
        }
    }

    /// Asks a question, and again for the target where an answer ends in an alias.
    pub async fn ask(&self, question: &Question) -> Heard {
        let mut heard = Heard {
            outcome: Outcome::Failed(Failure::AliasLoop),
            aliases: Vec::new(),
            authoritative: false,
            truncated: false,
            omitted: 0,
        };
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
                Said::Final(outcome) => {
                    heard.outcome = outcome;
                    break;
                }
                Said::Lame(target) => current = Question::new(&target, question.record_type),
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
                Ok(message) => return Ok(message),
                Err(Failure::Timeout) if retries > 0 => {
                    retries -= 1;
                    // The last try goes without EDNS: some servers answer it with a bare
                    // header, which matches no question, and some firewalls swallow it.
                    edns &= retries > 0;
                }
                Err(failure) => return Err(failure),
            }
        }
    }

    /// One message there and one back. hickory draws the ID and the source port at random
    /// and passes over datagrams with another ID, question or sender until time is up.
    async fn attempt(
        &self,
        question: &Question,
        edns: bool,
        tcp: bool,
    ) -> Result<Message, Failure> {
        let query = Query::query(question.name.clone(), question.record_type);
        let mut options = DnsRequestOptions::default();
        options.use_edns = edns;
        options.edns_payload_len = EDNS_PAYLOAD;
        let request = DnsRequest::from_query(query.clone(), options);
        let response = if tcp {
            TcpClientStream::exchange(self.server, None, self.timeout, None, self.sockets.clone())
                .await
                .map_err(|error| failure(&error))?
                .send(request)
                .first_answer()
                .await
        } else {
            UdpClientStream::builder(self.server, self.sockets.clone())
                .with_timeout(Some(self.timeout))
                // This counts tries, not retries.
                .with_max_retries(1)
                .build()
                .send_message(request)
                .first_answer()
                .await
        };
        let message = response.map_err(|error| failure(&error))?.into_message();
        // Over TCP hickory compares the ID only. A refusal may come without the question.
        let bare_refusal =
            message.queries.is_empty() && message.metadata.response_code != ResponseCode::NoError;
        if message.queries != [query] && !bare_refusal {
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
        NetError::Io(error) => match error.kind() {
            ErrorKind::TimedOut => Failure::Timeout,
            // The connection was made and closed without an answer.
            ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe => Failure::Malformed,
            _ => Failure::Unreachable,
        },
        _ => Failure::Unreachable,
    }
}
