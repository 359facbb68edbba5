//! Live lookups beside their peers: sipdns-lint, `sip-dig` (Debian package sofia-sip-bin) and a
//! `dig` script (bind9-dnsutils), against a server on loopback that answers each question after
//! 50 ms. `cargo bench --bench live` prints a table; what is not installed is left out.

#![allow(
    clippy::print_stdout,
    reason = "a table on standard output is what this is for"
)]

use std::collections::{HashMap, HashSet};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use hickory_proto::op::{Message, MessageType, ResponseCode};
use hickory_proto::rr::{Name, RData, Record, RecordType};

/// How long each answer takes.
const DELAY: Duration = Duration::from_millis(50);

/// Domains that are asked for in one run.
const DOMAINS: u8 = 200;

/// SIP servers of each domain.
const SERVERS: u8 = 4;

/// Runs of which the middle one counts.
const RUNS: usize = 5;

fn main() -> io::Result<()> {
    // `cargo test --benches` runs it too, and wants no measurement.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let server = serve()?;
    let (address, port) = (server.ip().to_string(), server.port().to_string());
    let settings = std::env::temp_dir().join(format!("sip-dig-{port}.conf"));
    std::fs::write(&settings, format!("nameserver {address}\nport {port}\n"))?;

    let ours = env!("CARGO_BIN_EXE_sipdns-lint");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/live/chain.sh");
    let lint = |domains: u8| {
        let mut command = Command::new(ours);
        command.args(["--server", &server.to_string(), "--fail-on", "never"]);
        for number in 0..domains {
            command.args(["--live", &domain(number)]);
        }
        command
    };
    let mut sip_dig = Command::new("sip-dig");
    sip_dig
        .env("SRESOLV_CONF", &settings)
        .arg(format!("sip:{}", domain(0)));
    let mut dig = Command::new(script);
    dig.args([&address, &port, &domain(0)]);

    println!("each answer takes {} ms", DELAY.as_millis());
    println!("| what | time |\n|---|---:|");
    row(
        "sipdns-lint, one domain with four servers, PTR included",
        &mut lint(1),
    );
    row("sip-dig, the same domain, without PTR", &mut sip_dig);
    row("dig script, the same domain, PTR included", &mut dig);
    row(
        "sipdns-lint, 200 such domains in one run",
        &mut lint(DOMAINS),
    );
    std::fs::remove_file(settings)
}

/// Prints the middle of several runs, or why there is none.
fn row(what: &str, command: &mut Command) {
    let run = |_| {
        let begin = Instant::now();
        let output = command.stdin(Stdio::null()).output().ok()?;
        let found = output.status.success() && !output.stdout.is_empty();
        found.then(|| begin.elapsed())
    };
    let times: Option<Vec<_>> = (0..RUNS).map(run).collect();
    match times {
        Some(mut times) => {
            times.sort();
            println!("| {what} | {} ms |", times[RUNS / 2].as_millis());
        }
        None => println!("| {what} | not installed, or it found nothing |"),
    }
}

fn domain(number: u8) -> String {
    format!("d{number}.test")
}

type Sets = HashMap<(Name, RecordType), Vec<Record>>;

/// The records of all domains, by owner and type, and the names that there are.
fn zone() -> (Sets, HashSet<Name>) {
    let mut lines = vec![];
    for number in 0..DOMAINS {
        let domain = domain(number);
        lines.push(format!(
            "{domain}. NAPTR 1 10 \"S\" \"SIP+D2U\" \"\" _sip._udp.{domain}."
        ));
        for server in 1..=SERVERS {
            lines.push(format!(
                "_sip._udp.{domain}. SRV {server} 10 5060 s{server}.{domain}."
            ));
            lines.push(format!("s{server}.{domain}. A 10.0.{number}.{server}"));
            lines.push(format!(
                "{server}.{number}.0.10.in-addr.arpa. PTR s{server}.{domain}."
            ));
        }
    }
    let mut sets = Sets::new();
    let mut names = HashSet::new();
    for line in &lines {
        let mut fields = line.splitn(3, ' ');
        let mut field = || fields.next().expect("owner, type, data");
        let owner = Name::from_ascii(field()).expect("an owner");
        let record_type: RecordType = field().parse().expect("a type");
        let data = RData::try_from_str(record_type, field()).expect("data of that type");
        names.extend((1..=owner.iter().len()).map(|labels| owner.trim_to(labels)));
        let record = Record::from_rdata(owner.clone(), 3600, data);
        sets.entry((owner, record_type)).or_default().push(record);
    }
    (sets, names)
}

/// Starts a server that answers each question [`DELAY`] after it came.
fn serve() -> io::Result<SocketAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = socket.local_addr()?;
    let answering = socket.try_clone()?;
    let (sender, receiver) = mpsc::channel::<(Instant, SocketAddr, Vec<u8>)>();
    thread::spawn(move || {
        for (due, to, octets) in receiver {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            // A client that went away is its own affair.
            let _ = answering.send_to(&octets, to);
        }
    });
    thread::spawn(move || {
        let (sets, names) = zone();
        let data = "ns.test. admin.test. 7 900 600 86400 300";
        let soa = RData::try_from_str(RecordType::SOA, data).expect("an SOA");
        let mut buffer = [0; 4096];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            let due = Instant::now() + DELAY;
            let Ok(query) = Message::from_vec(&buffer[..length]) else {
                continue;
            };
            let asked = &query.queries[0];
            let mut answer = Message::new(
                query.metadata.id,
                MessageType::Response,
                query.metadata.op_code,
            );
            answer.metadata.authoritative = true;
            answer.add_queries(query.queries.iter().cloned());
            let name = asked.name.to_lowercase();
            if let Some(records) = sets.get(&(name.clone(), asked.query_type)) {
                answer.add_answers(records.iter().cloned());
            } else {
                if !names.contains(&name) {
                    answer.metadata.response_code = ResponseCode::NXDomain;
                }
                answer.add_authority(Record::from_rdata(name.trim_to(1), 300, soa.clone()));
            }
            if let Ok(octets) = answer.to_vec()
                && sender.send((due, from, octets)).is_err()
            {
                return;
            }
        }
    });
    Ok(address)
}
