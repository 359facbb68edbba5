//! DNS answers: a server on loopback that sends what the fuzzer made up, to whatever it is
//! asked. The program is asked nothing else, and asks nobody else: one server is named, so the
//! name servers of answers are not asked.
//!
//! An input is an octet of choices, then answers: a mark of the questions it is for, its
//! length in two octets, and its own octets as a message has them, without what the question
//! decides: its ID and the question itself.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use sipdns_lint::dns::{Answer, Data, Name, Question, Record, RrSet};
use sipdns_lint::handset::{ServerEntry, Transport};
use sipdns_lint::live::{self, Answers, Options};
use sipdns_lint::source::{Origin, Source, Sources, Span, Spanned};
use sipdns_lint::zone::{ReadOptions, Zones, answer, master};

use crate::program::{json, words};
use crate::readers::has_place;

/// What handsets are configured with.
const ADDRESS: &str = "eslab.local";

/// The bit of the choices that asks for a zone transfer as well.
const TRANSFER: u8 = 1;

/// Octets of a message before its question.
const HEADER: usize = 12;

/// What to send for a question, without its header's ID and without the question.
type Script = dyn Fn(&Question, &[u8]) -> Vec<Vec<u8>> + Send + Sync;

/// Asks for what handsets ask for, and lints the answers.
pub fn answers(bytes: &[u8]) {
    let Some((choices, list)) = bytes.split_first() else {
        return;
    };
    let list = split(list);
    let server = serve(Arc::new(move |_, question| {
        let fits = |answer: &&(u8, Vec<u8>)| answer.0 == mark(question);
        let fitting = list.iter().filter(fits);
        fitting.map(|(_, octets)| octets.clone()).collect()
    }));
    let sources = Sources::new();
    for heard in ask(&sources, server) {
        check(&sources, &heard);
    }
    let mut arguments = words(&["--live", ADDRESS, "--tcp", "--retries", "0", "--server"]);
    arguments.push(server.to_string().into());
    if choices & TRANSFER != 0 {
        arguments.extend(words(&["--axfr"]));
    }
    json(arguments, &[]);
}

/// Every answer has a place; and what is written out is a master file, which holds what was
/// heard.
fn check(sources: &Sources, heard: &Answers) {
    for reply in heard.answers.values() {
        assert!(has_place(sources, reply.span), "{reply:?}");
    }
    let zone = master::read(sources, heard.source, &ReadOptions::default());
    // Whether the records belong to one zone is not for the writer to say.
    let is_syntax = |kind| kind == sipdns_lint::zone::TroubleKind::Syntax;
    let text = &sources.get(heard.source).text;
    assert!(
        !zone.troubles.iter().any(|one| is_syntax(one.kind)),
        "{:?}\n{text}",
        zone.troubles
    );
    let root = Name::root();
    let of_zone = |set: &&RrSet| zone.apex.zone_of(&set.owner) || zone.apex == root;
    for set in heard.sets.iter().filter(of_zone) {
        let read = zone.contents.set(&set.owner, set.record_type);
        let read = read.map_or(&[][..], |set| &set.records);
        let data = |records: &[Record]| -> Vec<Data> {
            records.iter().map(|record| record.data.clone()).collect()
        };
        assert_eq!(lines(&data(read)), lines(&data(&set.records)), "{text}");
    }
}

/// Data in presentation format, sorted.
fn lines(data: &[Data]) -> Vec<String> {
    let mut lines: Vec<_> = data.iter().map(ToString::to_string).collect();
    lines.sort();
    lines
}

/// Asks the server at an address what a handset would.
fn ask(sources: &Sources, server: SocketAddr) -> Vec<Answers> {
    let id = sources.add(Source::new("<arguments>", Origin::Arguments, ADDRESS));
    let span = Span::new(id, 0, ADDRESS.len());
    let entry = ServerEntry {
        address: Spanned::new(ADDRESS.to_owned(), span),
        port: Spanned::new(0, span),
        transport: Spanned::new(Transport::DnsNaptr, span),
        static_dns: Arc::default(),
    };
    let options = Options {
        servers: vec![server],
        retries: 0,
        tcp: true,
        ..Options::default()
    };
    live::gather(&options, sources, [&entry], |_| ()).expect("the runtime starts")
}

/// The answers of an input; what is left over at its end is none.
fn split(mut list: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut answers = Vec::new();
    while let [mark, high, low, rest @ ..] = list {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let (octets, rest) = rest.split_at(length.min(rest.len()));
        answers.push((*mark, octets.to_vec()));
        list = rest;
    }
    answers
}

/// What tells the questions of a run apart well enough, in one octet.
fn mark(question: &[u8]) -> u8 {
    let add = |sum: u8, octet: &u8| {
        sum.wrapping_mul(31)
            .wrapping_add(octet.to_ascii_lowercase())
    };
    question.iter().fold(0, add)
}

static SERVER: LazyLock<(SocketAddr, Arc<Mutex<Arc<Script>>>)> = LazyLock::new(|| {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
    let address = listener.local_addr().expect("the port is known");
    let script: Arc<Mutex<Arc<Script>>> = Arc::new(Mutex::new(Arc::new(|_, _| Vec::new())));
    let current = Arc::clone(&script);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let script = Arc::clone(&current.lock().unwrap_or_else(PoisonError::into_inner));
            // A client that breaks off is its own affair.
            let _ = reply(stream, &*script);
        }
    });
    (address, script)
});

/// From now on the server follows this script; where it is.
fn serve(script: Arc<Script>) -> SocketAddr {
    let (address, current) = &*SERVER;
    *current.lock().unwrap_or_else(PoisonError::into_inner) = script;
    *address
}

/// Answers the question of one connection.
fn reply(mut stream: TcpStream, script: &Script) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    let mut length = [0; 2];
    stream.read_exact(&mut length)?;
    let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut message)?;
    let Some((header, rest)) = message.split_at_checked(HEADER) else {
        return Ok(());
    };
    let Some((question, octets)) = question(rest) else {
        return Ok(());
    };
    for answer in script(&question, octets) {
        let (flags, records) = answer.split_at(answer.len().min(2));
        let (counts, records) = records.split_at(records.len().min(6));
        let id = &header[..2];
        let reply = [id, flags, &[0, 1], counts, octets, records].concat();
        let Ok(length) = u16::try_from(reply.len()) else {
            continue;
        };
        stream.write_all(&[&length.to_be_bytes()[..], &reply].concat())?;
    }
    Ok(())
}

/// The question at the start of `octets`, and its own octets.
fn question(octets: &[u8]) -> Option<(Question, &[u8])> {
    let mut labels = Vec::new();
    let mut at = 0;
    loop {
        let length = usize::from(*octets.get(at)?);
        let label = octets.get(at + 1..at + 1 + length)?;
        at += 1 + length;
        if label.is_empty() {
            break;
        }
        labels.push(label);
    }
    let [high, low, ..] = octets.get(at..at + 4)? else {
        return None;
    };
    let name = Name::from_labels(labels.into_iter()).ok()?;
    let record_type = u16::from_be_bytes([*high, *low]).into();
    Some((Question::new(&name, record_type), octets.get(..at + 4)?))
}

/// Inputs for [`answers`]: what a server of each of these zones answers to what handsets ask.
pub fn seeds_of_answers(texts: &[String]) -> Vec<Vec<u8>> {
    texts.iter().filter_map(|text| seed(text)).collect()
}

fn seed(text: &str) -> Option<Vec<u8>> {
    let sources = Sources::new();
    let id = sources.add(Source::new("eslab.local.zone", Origin::Stdin, text));
    let options = ReadOptions {
        origin: Some(Name::from_ascii(ADDRESS).ok()?),
        ..ReadOptions::default()
    };
    let zones: Zones = [Arc::new(master::read(&sources, id, &options))]
        .into_iter()
        .collect();
    let heard: Arc<Mutex<Vec<u8>>> = Arc::new(Mutex::new(vec![TRANSFER]));
    let list = Arc::clone(&heard);
    let server = serve(Arc::new(move |question, octets| {
        let answer = message(&answer::answer(&zones, question));
        let mut list = list.lock().unwrap_or_else(PoisonError::into_inner);
        list.push(mark(octets));
        list.extend(u16::try_from(answer.len()).unwrap_or(0).to_be_bytes());
        list.extend(&answer);
        vec![answer]
    }));
    let asked = ask(&Sources::new(), server);
    let is_answered = asked.iter().any(|answers| !answers.sets.is_empty());
    let seed = heard.lock().unwrap_or_else(PoisonError::into_inner).clone();
    is_answered.then_some(seed)
}

/// An answer as a message has it, without ID and question.
fn message(answer: &Answer) -> Vec<u8> {
    let (code, answers, authorities) = match answer {
        Answer::Records(records) => (0, records.to_vec(), Vec::new()),
        Answer::NoData(negative) => (
            0,
            negative.aliases.clone(),
            Vec::from_iter(negative.soa.clone()),
        ),
        Answer::NxDomain(negative) => (
            3,
            negative.aliases.clone(),
            Vec::from_iter(negative.soa.clone()),
        ),
        Answer::Failed(_) => (2, Vec::new(), Vec::new()),
        Answer::NotLoaded => (5, Vec::new(), Vec::new()),
    };
    // QR and AA.
    let mut octets = vec![0x84, code];
    for records in [&answers, &authorities, &Vec::new()] {
        octets.extend(u16::try_from(records.len()).unwrap_or(0).to_be_bytes());
    }
    for record in answers.iter().chain(&authorities) {
        octets.extend(name(&record.owner.name));
        octets.extend(u16::from(record.record_type()).to_be_bytes());
        octets.extend([0, 1]);
        octets.extend(record.ttl.value.to_be_bytes());
        let data = data(&record.data);
        octets.extend(u16::try_from(data.len()).unwrap_or(0).to_be_bytes());
        octets.extend(data);
    }
    octets
}

fn name(name: &Name) -> Vec<u8> {
    let mut octets = Vec::new();
    for label in name.iter() {
        octets.extend(string(label));
    }
    octets.push(0);
    octets
}

fn string(text: &[u8]) -> Vec<u8> {
    let length = u8::try_from(text.len()).unwrap_or(u8::MAX);
    [&[length], &text[..length.into()]].concat()
}

fn data(data: &Data) -> Vec<u8> {
    match data {
        Data::A(address) => address.value.octets().to_vec(),
        Data::Aaaa(address) => address.value.octets().to_vec(),
        Data::Cname(to) | Data::Dname(to) | Data::Ns(to) | Data::Ptr(to) => name(&to.name),
        Data::Srv(srv) => {
            let numbers = [&srv.priority, &srv.weight, &srv.port];
            let numbers = numbers.map(|number| number.value.to_be_bytes());
            [numbers.concat(), name(&srv.target.name)].concat()
        }
        Data::Naptr(naptr) => {
            let numbers = [&naptr.order, &naptr.preference];
            let numbers = numbers.map(|number| number.value.to_be_bytes());
            let strings = [&naptr.flags, &naptr.service, &naptr.regexp];
            let strings = strings.map(|text| string(text.value.as_bytes()));
            [
                numbers.concat(),
                strings.concat(),
                name(&naptr.replacement.name),
            ]
            .concat()
        }
        Data::Soa(soa) => {
            let numbers = [
                &soa.serial,
                &soa.refresh,
                &soa.retry,
                &soa.expire,
                &soa.minimum,
            ];
            let numbers = numbers.map(|number| number.value.to_be_bytes());
            [
                name(&soa.mname.name),
                name(&soa.rname.name),
                numbers.concat(),
            ]
            .concat()
        }
    }
}
