//! The referee: BIND, Knot and NSD serve the zones that are read here too, and must say to
//! every question what our zones say.
//!
//! A server that is not installed (on Debian: packages `bind9`, `knot` and `nsd`) is named
//! on standard error and left out, unless `SIPDNS_REFEREES=required` is in the environment:
//! then the test fails.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sipdns_lint::dns::{Answer, Failure, Name, Question, RecordType};
use sipdns_lint::source::{Origin, Source, Sources};
use sipdns_lint::zone::master::{self, ReadOptions};
use sipdns_lint::zone::{Contents, Zone, Zones, answer};

#[path = "../support/client.rs"]
mod client;
mod generated;
mod outcome;
#[path = "../support/random.rs"]
mod random;
#[path = "../support/servers.rs"]
mod servers;

use client::Client;
use outcome::Outcome;
use servers::{Program, Server};

/// Zones that only BIND takes.
const BIND_ONLY: [&str; 2] = ["hidden.test.", "generate.test."];

/// Zones written for this test.
const WRITTEN: [(&str, &str); 8] = [
    ("eslab.local.", include_str!("zones/eslab.local.zone")),
    (
        "branch.eslab.local.",
        include_str!("zones/branch.eslab.local.zone"),
    ),
    ("other.test.", include_str!("zones/other.test.zone")),
    ("moved.test.", include_str!("zones/moved.test.zone")),
    (
        "2.225.10.in-addr.arpa.",
        include_str!("zones/2.225.10.in-addr.arpa.zone"),
    ),
    ("spelling.test.", include_str!("zones/spelling.test.zone")),
    ("hidden.test.", include_str!("zones/hidden.test.zone")),
    ("generate.test.", include_str!("zones/generate.test.zone")),
];

/// The types that are asked for at every name.
const TYPES: [RecordType; 10] = [
    RecordType::A,
    RecordType::AAAA,
    RecordType::SRV,
    RecordType::NAPTR,
    RecordType::CNAME,
    RecordType::DNAME,
    RecordType::NS,
    RecordType::SOA,
    RecordType::PTR,
    RecordType::DS,
];

/// Names that are no owner, no target and not near one, and names in other letters.
const MORE_NAMES: [&str; 12] = [
    ".",
    "local.",
    "example.org.",
    "_SIP._UDP.TESTSERVER.ESLAB.LOCAL.",
    "_sip._Udp.q.inert.eslab.local.",
    "x.y.z.wild.eslab.local.",
    "host.wild.eslab.local.",
    "q.host.wild.eslab.local.",
    "q.r.double.eslab.local.",
    "c.new.eslab.local.",
    "34.2.225.10.in-addr.arpa.",
    // Substituted, it has more than 255 octets.
    "m23456789012345678901234567890123456789012345678901234567890.long.eslab.local.",
];

/// Aliases that BIND follows at most; then it answers SERVFAIL.
const BIND_ALIASES: usize = 11;

/// The kinds of answers that the questions must bring about, or they test too little.
const KINDS: [&str; 6] = [
    "YXDOMAIN",
    "alias chain does not end",
    "nodata",
    "not-loaded",
    "nxdomain",
    "records",
];

/// The kind of answer that says that a name does not exist.
const NO_NAME: &str = "nxdomain";

/// The zones that `program` is given.
fn served<'a>(program: Program, texts: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let taken = |apex| program == Program::Bind || !BIND_ONLY.contains(&apex);
    let texts = texts.iter().copied();
    texts.filter(|(apex, _)| taken(*apex)).collect()
}

/// The zone as our reader reads it.
fn read(apex: &str, text: &str) -> Zone {
    let sources = Sources::new();
    let id = sources.add(Source::new(format!("{apex}zone"), Origin::Stdin, text));
    let options = ReadOptions {
        origin: Some(Name::from_ascii(apex).expect("a name")),
        ..ReadOptions::default()
    };
    let zone = master::read(&sources, id, &options);
    assert_eq!(zone.apex.to_string(), apex);
    assert_eq!(zone.troubles, [], "{apex}");
    zone
}

/// The servers that are installed, serving the zones.
#[expect(clippy::print_stderr, reason = "a referee that is missed must be seen")]
fn start(texts: &[(&str, &str)]) -> Vec<Server> {
    let required = servers::required();
    let mut servers = Vec::new();
    for program in Program::ALL {
        let zones = served(program, texts);
        match program.find() {
            Some(executable) => servers.push(Server::start(program, &executable, &zones, None)),
            None if required => panic!("{} is not installed", program.executable()),
            None => eprintln!(
                "referee {} is not here: not installed",
                program.executable()
            ),
        }
    }
    servers
}

/// Every owner, every target, the names above them, names and a wildcard below them.
fn names(zones: &Zones) -> BTreeSet<Name> {
    let name = |text: &str| Name::from_ascii(text).expect("a name");
    let mut names: BTreeSet<_> = MORE_NAMES.into_iter().map(name).collect();
    let below = ["q", "*", "a", "q.r"].map(name);
    let kept = TYPES.into_iter().filter(|t| Contents::keeps(*t));
    let sets = kept.flat_map(|kept| zones.iter().flat_map(move |zone| zone.contents.sets(kept)));
    for set in sets {
        let targets = set.records.iter().filter_map(outcome::target);
        for near in targets.chain([&set.owner]) {
            let below = below.iter().map(|labels| labels.append_name(near));
            // What gets too long by it is left out.
            names.extend(below.flatten());
            names.extend((1..=near.iter().len()).map(|labels| near.trim_to(labels)));
        }
    }
    names
}

/// The questions and what we answer.
fn expectations(zones: &Zones) -> Vec<(Question, Outcome)> {
    let mut expectations = Vec::new();
    for (index, name) in names(zones).into_iter().enumerate() {
        let ask = |record_type| {
            // Not by `Question::new`, which takes away capital letters.
            let name = name.clone();
            let question = Question { name, record_type };
            let ours = Outcome::ours(&question, &answer::answer(zones, &question));
            (question, ours)
        };
        let not_loaded = |ours: &Outcome| ours.kind == Answer::NotLoaded.word();
        let mut of_name: Vec<_> = TYPES.into_iter().map(ask).collect();
        if of_name
            .iter()
            .all(|(_, ours)| *ours == of_name[0].1 && ours.kind == NO_NAME)
        {
            // To a server too, a name is there for every type or for none: one question
            // stands for all, and which one goes round.
            expectations.push(of_name.swap_remove(index % TYPES.len()));
            continue;
        }
        let is_soa = |question: &Question| question.record_type == RecordType::SOA;
        let speaks_of_name = of_name
            .iter()
            .any(|(question, ours)| is_soa(question) && !not_loaded(ours));
        expectations.extend(of_name.into_iter().filter(|(question, ours)| {
            // Zones note of types that they do not keep only that there are some, so they
            // cannot tell whether DS is one of them; no handset asks for it.
            let kept = Contents::keeps(question.record_type);
            let noted = |name: &Name| {
                let noted = |zone: &Arc<Zone>| zone.contents.other_at(name).is_some();
                zones.iter().any(noted)
            };
            let noted = noted(&name) || alias(zones, &name).is_some_and(|target| noted(&target));
            kept || !not_loaded(ours) || !(speaks_of_name || noted)
        }));
    }
    expectations
}

/// What a name is an alias of.
fn alias(zones: &Zones, name: &Name) -> Option<Name> {
    let question = Question::new(name, RecordType::CNAME);
    let answer = answer::answer(zones, &question);
    let record = answer.of_type(RecordType::CNAME).last()?;
    outcome::target(record).cloned()
}

/// Why a server may say something else. Anything not listed here is a disagreement.
fn allowed(program: Program, ours: &Outcome, theirs: &Outcome) -> bool {
    let is = |outcome: &Outcome, failure: Failure| outcome.kind == failure.to_string();
    // BIND gives up sooner than we do, and says so where the others send the part of the
    // chain that they followed. No RFC sets a limit.
    let chain_too_long_for_bind = program == Program::Bind
        && is(theirs, Failure::ServFail)
        && (is(ours, Failure::AliasLoop) || ours.aliases.len() > BIND_ALIASES);
    // RFC 6672 2.2 wants YXDOMAIN; Knot 3.2 sends the DNAME and NXDOMAIN.
    let knot_denies_overlong_names =
        program == Program::Knot && is(ours, Failure::Code(6)) && theirs.kind == "nxdomain";
    chain_too_long_for_bind || knot_denies_overlong_names
}

/// What a server says otherwise than we do.
fn disagreements(server: &Server, expected: &[(Question, Outcome)]) -> Vec<String> {
    let bind_only = BIND_ONLY.map(|apex| Name::from_ascii(apex).expect("a name"));
    let is_served =
        |name| server.program == Program::Bind || !bind_only.iter().any(|apex| apex.zone_of(name));
    let client = Client::new(server.address).expect("a port on loopback");
    let mut disagreements = Vec::new();
    for (question, ours) in expected {
        if !is_served(&question.name) {
            continue;
        }
        let theirs = match Outcome::of_server(&client, question) {
            Ok(theirs) => theirs,
            Err(error) => {
                disagreements.push(format!("{question}\n  {:?}: {error}", server.program));
                continue;
            }
        };
        if theirs != *ours && !allowed(server.program, ours, &theirs) {
            let program = server.program;
            disagreements.push(format!(
                "{question}\n  ours: {ours}\n  {program:?}: {theirs}"
            ));
        }
    }
    disagreements
}

#[test]
fn real_servers_give_the_same_answers() {
    let generated: Vec<_> = (0..generated::ZONES)
        .map(|number| (generated::apex(number), generated::text(number)))
        .collect();
    let generated = generated
        .iter()
        .map(|(apex, text)| (apex.as_str(), text.as_str()));
    let texts: Vec<_> = WRITTEN.into_iter().chain(generated).collect();
    let zones: Zones = texts
        .iter()
        .map(|(apex, text)| Arc::new(read(apex, text)))
        .collect();
    let expected = expectations(&zones);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, ours) in &expected {
        *kinds.entry(&ours.kind).or_default() += 1;
    }
    assert!(kinds.keys().eq(&KINDS), "kinds of answers: {kinds:?}");

    let servers = start(&texts);
    let disagreements: Vec<_> = std::thread::scope(|scope| {
        let expected = expected.as_slice();
        let ask = |server| scope.spawn(move || disagreements(server, expected));
        let asked: Vec<_> = servers.iter().map(ask).collect();
        let disagreements = asked.into_iter().map(std::thread::ScopedJoinHandle::join);
        disagreements
            .flat_map(|of_server| of_server.expect("no panic while asking"))
            .collect()
    });
    eprintln!("{} questions: {kinds:?}", expected.len());
    assert!(
        disagreements.is_empty(),
        "{} disagreements:\n{}",
        disagreements.len(),
        disagreements.join("\n")
    );
}
