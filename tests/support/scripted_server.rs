//! A DNS server on 127.0.0.1 (or `::1`) that does what a script says, wrong things included.
//! hickory-server answers correctly only, so it cannot play this part.

use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use hickory_proto::op::{Message, MessageType, ResponseCode};
use hickory_proto::rr::{Name, RData, Record, RecordType};

/// How long a thread sleeps before it looks for work or its end again.
const PAUSE: Duration = Duration::from_millis(5);

/// A question as it arrived.
#[derive(Debug, Clone)]
pub struct Asked {
    pub name: String,
    pub record_type: RecordType,
    pub id: u16,
    pub port: u16,
    pub edns: bool,
    pub tcp: bool,
    /// Which batch of questions it belongs to, from 1: all those that arrived before the
    /// first of them was answered. A client that asks one after the other makes a wave each.
    pub wave: usize,
}

/// One message to send back.
pub enum Send {
    /// To the one who asked, from the address that was asked.
    Bytes(Vec<u8>),
    /// To the one who asked, from another port.
    FromElsewhere(Vec<u8>),
    /// Over TCP without a length in front.
    Raw(Vec<u8>),
    /// Over TCP an octet at a time, each after a pause.
    Slowly(Vec<u8>, Duration),
}

/// What to send back for a question; nothing at all drops it.
pub type Script = dyn Fn(&Message, &Asked) -> Vec<Send> + std::marker::Send + Sync;

/// The running server; it ends when this is dropped.
pub struct ScriptedServer {
    pub address: SocketAddr,
    log: Arc<Mutex<Vec<Asked>>>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl ScriptedServer {
    pub fn start(
        script: impl Fn(&Message, &Asked) -> Vec<Send> + std::marker::Send + Sync + 'static,
    ) -> Self {
        Self::start_at(IpAddr::from([127, 0, 0, 1]), Duration::ZERO, script)
            .expect("127.0.0.1 has free ports")
    }

    /// Answers over UDP wait for `delay`; those to questions that arrive meanwhile are sent
    /// together with the first.
    pub fn start_at(
        host: IpAddr,
        delay: Duration,
        script: impl Fn(&Message, &Asked) -> Vec<Send> + std::marker::Send + Sync + 'static,
    ) -> io::Result<Self> {
        Self::start_on((host, 0).into(), delay, script)
    }

    /// The same at a port; any free one for 0.
    pub fn start_on(
        place: SocketAddr,
        delay: Duration,
        script: impl Fn(&Message, &Asked) -> Vec<Send> + std::marker::Send + Sync + 'static,
    ) -> io::Result<Self> {
        let (udp, tcp) = bind(place)?;
        let address = udp.local_addr()?;
        let script: Arc<Script> = Arc::new(script);
        let log = Arc::new(Mutex::new(Vec::new()));
        let stop = Arc::new(AtomicBool::new(false));
        let shared = Shared {
            script,
            log: Arc::clone(&log),
            stop: Arc::clone(&stop),
        };
        let other = shared.clone();
        let threads = vec![
            thread::spawn(move || shared.serve_udp(&udp, delay)),
            thread::spawn(move || other.serve_tcp(&tcp)),
        ];
        Ok(Self {
            address,
            log,
            stop,
            threads,
        })
    }

    /// Everything that was asked so far, in the order of arrival.
    pub fn asked(&self) -> Vec<Asked> {
        self.log.lock().expect("no script panicked").clone()
    }

    /// How often that was asked.
    pub fn count(&self, name: &str, record_type: RecordType) -> usize {
        let same = |asked: &&Asked| asked.name == name && asked.record_type == record_type;
        self.asked().iter().filter(same).count()
    }
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            // A script that panicked has failed its test by leaving a question unanswered.
            let _ = thread.join();
        }
    }
}

/// One port for both transports.
fn bind(place: SocketAddr) -> io::Result<(UdpSocket, TcpListener)> {
    let mut last = io::Error::other("no port tried");
    for _ in 0..20 {
        let udp = UdpSocket::bind(place)?;
        match TcpListener::bind(udp.local_addr()?) {
            Ok(tcp) => {
                udp.set_read_timeout(Some(PAUSE))?;
                tcp.set_nonblocking(true)?;
                return Ok((udp, tcp));
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

#[derive(Clone)]
struct Shared {
    script: Arc<Script>,
    log: Arc<Mutex<Vec<Asked>>>,
    stop: Arc<AtomicBool>,
}

impl Shared {
    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn answers(&self, bytes: &[u8], port: u16, tcp: bool, wave: usize) -> Vec<Send> {
        let Ok(query) = Message::from_vec(bytes) else {
            return Vec::new();
        };
        let question = &query.queries[0];
        let asked = Asked {
            name: question.name.to_string(),
            record_type: question.query_type,
            id: query.metadata.id,
            port,
            edns: query.edns.is_some(),
            tcp,
            wave,
        };
        self.log
            .lock()
            .expect("no script panicked")
            .push(asked.clone());
        (self.script)(&query, &asked)
    }

    fn serve_udp(&self, udp: &UdpSocket, delay: Duration) {
        let elsewhere = udp
            .local_addr()
            .and_then(|own| UdpSocket::bind((own.ip(), 0)))
            .expect("the host has free ports");
        let mut buffer = [0; 4096];
        let mut wave = 0;
        while !self.stopped() {
            let Ok((length, from)) = udp.recv_from(&mut buffer) else {
                continue;
            };
            wave += 1;
            let mut waiting = vec![(
                from,
                self.answers(&buffer[..length], from.port(), false, wave),
            )];
            if !delay.is_zero() {
                thread::sleep(delay);
                while let Ok((length, from)) = udp.recv_from(&mut buffer) {
                    let answers = self.answers(&buffer[..length], from.port(), false, wave);
                    waiting.push((from, answers));
                }
            }
            for (to, answers) in waiting {
                for answer in answers {
                    // A client that went away is its own affair.
                    let _ = match answer {
                        Send::Bytes(bytes) => udp.send_to(&bytes, to),
                        Send::FromElsewhere(bytes) => elsewhere.send_to(&bytes, to),
                        Send::Raw(_) | Send::Slowly(..) => Ok(0),
                    };
                }
            }
        }
    }

    fn serve_tcp(&self, tcp: &TcpListener) {
        while !self.stopped() {
            match tcp.accept() {
                // A client that breaks off is its own affair.
                Ok((stream, from)) => drop(self.serve_stream(stream, from.port())),
                Err(_) => thread::sleep(PAUSE),
            }
        }
    }

    /// One question a connection, with its length in front (RFC 1035 4.2.2).
    fn serve_stream(&self, mut stream: TcpStream, port: u16) -> io::Result<()> {
        stream.set_nonblocking(false)?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        let mut length = [0; 2];
        stream.read_exact(&mut length)?;
        let mut bytes = vec![0; usize::from(u16::from_be_bytes(length))];
        stream.read_exact(&mut bytes)?;
        for answer in self.answers(&bytes, port, true, 0) {
            match answer {
                Send::Bytes(bytes) | Send::FromElsewhere(bytes) => {
                    stream.write_all(&framed(&bytes))?;
                }
                Send::Raw(bytes) => stream.write_all(&bytes)?,
                Send::Slowly(bytes, pause) => {
                    for octet in framed(&bytes) {
                        thread::sleep(pause);
                        stream.write_all(&[octet])?;
                    }
                }
            }
        }
        Ok(())
    }
}

fn framed(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).expect("the script's answer fits");
    [&length.to_be_bytes()[..], bytes].concat()
}

/// A server that sends the same for every question.
pub fn always(
    answer: impl Fn(&Message) -> Vec<Send> + std::marker::Send + Sync + 'static,
) -> ScriptedServer {
    ScriptedServer::start(move |query, _| answer(query))
}

/// An authoritative answer to `query` without any records.
pub fn response(query: &Message, code: ResponseCode) -> Message {
    let mut message = Message::new(
        query.metadata.id,
        MessageType::Response,
        query.metadata.op_code,
    );
    message.metadata.response_code = code;
    message.metadata.authoritative = true;
    message.add_queries(query.queries.iter().cloned());
    message
}

pub fn bytes(message: &Message) -> Send {
    Send::Bytes(message.to_vec().expect("a test's message is well-formed"))
}

/// Answers from a list of records as an authoritative server of `soa`'s zone would: records,
/// the alias chain to them, NODATA, NXDOMAIN, REFUSED outside.
pub fn from_records(records: &[Record], soa: &Record, query: &Message) -> Message {
    let question = &query.queries[0];
    if !soa.name.zone_of(&question.name) {
        return response(query, ResponseCode::Refused);
    }
    let mut message = response(query, ResponseCode::NoError);
    let mut name = question.name.clone();
    loop {
        let here: Vec<_> = records
            .iter()
            .filter(|record| record.name == name)
            .collect();
        let of_type = |wanted| {
            here.iter()
                .filter(move |record| record.record_type() == wanted)
        };
        if of_type(question.query_type).next().is_some() {
            message.add_answers(of_type(question.query_type).map(|record| (*record).clone()));
            return message;
        }
        if let Some(alias) = of_type(RecordType::CNAME).next()
            && let RData::CNAME(target) = &alias.data
        {
            message.add_answer((*alias).clone());
            name = target.0.clone();
            continue;
        }
        if !exists(records, &name) {
            message.metadata.response_code = ResponseCode::NXDomain;
        }
        message.add_authority(soa.clone());
        return message;
    }
}

fn exists(records: &[Record], name: &Name) -> bool {
    records.iter().any(|record| name.zone_of(&record.name))
}

/// A record from its text, `owner TTL TYPE data`, names absolute.
pub fn record(text: &str) -> Record {
    let mut fields = text.splitn(4, ' ');
    let mut field = || fields.next().expect("four fields");
    let owner = Name::from_ascii(field()).expect("an owner");
    let ttl = field().parse().expect("a TTL");
    let record_type = field().parse().expect("a type");
    let data = RData::try_from_str(record_type, field()).expect("data of that type");
    Record::from_rdata(owner, ttl, data)
}

/// Records from lines; blank lines are passed over.
pub fn records(text: &str) -> Vec<Record> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty()).map(record).collect()
}
