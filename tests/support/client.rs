//! A small DNS client for tests: UDP, and TCP where the answer did not fit.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

use hickory_proto::op::{Edns, Message, MessageType, OpCode, Query};
use sipdns_lint::dns::{Name, RecordType};

/// How long one answer may take.
const TIMEOUT: Duration = Duration::from_secs(3);

/// How often a question is asked over UDP.
const ATTEMPTS: usize = 3;

/// Octets of UDP payload that are taken.
const PAYLOAD: u16 = 4096;

/// Asks one server, from one port.
#[derive(Debug)]
pub struct Client {
    server: SocketAddr,
    socket: UdpSocket,
}

impl Client {
    /// A client of `server`.
    pub fn new(server: SocketAddr) -> io::Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        socket.connect(server)?;
        socket.set_read_timeout(Some(TIMEOUT))?;
        Ok(Self { server, socket })
    }

    /// Asks one question, without asking for recursion.
    pub fn ask(&self, name: &Name, record_type: RecordType) -> io::Result<Message> {
        let mut question = Message::query();
        question.metadata.op_code = OpCode::Query;
        question.metadata.recursion_desired = false;
        question.add_query(Query::query(name.into(), record_type));
        let mut edns = Edns::new();
        edns.set_max_payload(PAYLOAD);
        question.set_edns(edns);
        let octets = question.to_vec().map_err(io::Error::other)?;
        let mut last = io::Error::other("not asked");
        for _ in 0..ATTEMPTS {
            match self
                .over_udp(&octets)
                .and_then(|reply| read(&question, &reply))
            {
                Ok(reply) if reply.metadata.truncation => {
                    return read(&question, &over_tcp(self.server, &octets)?);
                }
                Ok(reply) => return Ok(reply),
                // Nobody listens: waiting does not help.
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                    return Err(error);
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn over_udp(&self, question: &[u8]) -> io::Result<Vec<u8>> {
        self.socket.send(question)?;
        let mut reply = vec![0; PAYLOAD.into()];
        loop {
            let length = self.socket.recv(&mut reply)?;
            // A late reply to a question that was given up has another ID.
            if reply[..length].starts_with(&question[..2]) {
                reply.truncate(length);
                return Ok(reply);
            }
        }
    }
}

/// Messages over TCP begin with their length (RFC 1035 4.2.2).
fn over_tcp(server: SocketAddr, question: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect_timeout(&server, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    let length = u16::try_from(question.len()).map_err(io::Error::other)?;
    stream.write_all(&[&length.to_be_bytes()[..], question].concat())?;
    let mut length = [0; 2];
    stream.read_exact(&mut length)?;
    let mut reply = vec![0; u16::from_be_bytes(length).into()];
    stream.read_exact(&mut reply)?;
    Ok(reply)
}

/// The reply, if it is one to this question.
fn read(question: &Message, reply: &[u8]) -> io::Result<Message> {
    let reply = Message::from_vec(reply).map_err(io::Error::other)?;
    let belongs = reply.metadata.message_type == MessageType::Response
        && reply.metadata.id == question.metadata.id
        && reply.queries == question.queries;
    if belongs {
        Ok(reply)
    } else {
        Err(io::Error::other("a reply to another question"))
    }
}
