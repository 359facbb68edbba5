//! The simulated handset: which questions a server entry leads to, and where it ends. The
//! tables follow the documents: CS-14-17 (step 1, background, and its two logs), page 209 of
//! the 84-Series guide, and, where these are silent, the named assumptions.

#[path = "../support/site.rs"]
mod site;

mod assumptions;
mod cache;
mod log;
mod matrix;
mod records;

use sipdns_lint::handset::{Assumptions, Lookup, Outcome, Server};
use sipdns_lint::site::{Arguments, Site};
use site::Texts;

/// What every zone of these tests begins with: a miss is kept for 60 seconds.
const HEAD: &str = "\
$TTL 300
@ SOA ns hostmaster 1 900 600 86400 60
@ NS ns
ns A 10.0.0.53
a  A 10.0.0.1
b  A 10.0.0.2
";

/// A handset, and the records of the zone `lab` behind [`HEAD`].
#[derive(Clone, Copy)]
struct Case<'a> {
    zone: &'a str,
    address: &'a str,
    port: u16,
    transport: &'a str,
    model: &'a str,
    assume: &'a [(&'a str, &'a str)],
}

/// Port 0 and DNSnaptr, as both logs have it.
const CASE: Case = Case {
    zone: "",
    address: "pbx.lab",
    port: 0,
    transport: "DNSnaptr",
    model: "spectralink-84",
    assume: &[],
};

impl Case<'_> {
    fn site(&self) -> Site {
        let mut assumptions = Assumptions::default();
        for (name, reading) in self.assume {
            assumptions.set(name, reading).expect("a known reading");
        }
        let mut texts = Texts {
            zones: vec![("zone".into(), "lab.".into(), format!("{HEAD}{}", self.zone))],
            assumptions,
            model: Some(self.model.to_owned()),
            ..Texts::default()
        };
        texts.requested.handset = Some(Arguments {
            address: self.address.to_owned(),
            port: Some(self.port),
            transport: Some(self.transport.to_owned()),
        });
        let site = texts.site();
        let troubles: Vec<_> = site.zones.iter().flat_map(|zone| &zone.troubles).collect();
        assert!(troubles.is_empty(), "{}: {troubles:?}", self.zone);
        site
    }

    fn look_up(&self) -> Lookup {
        self.site().simulations.remove(0).lookup
    }

    /// Questions and servers, as the tables write them.
    fn run(&self) -> (String, String) {
        let lookup = self.look_up();
        (asked(&lookup), reached(&lookup))
    }
}

/// `NAPTR pbx.lab, SRV _sip._udp.pbx.lab, A pbx.lab`
fn asked(lookup: &Lookup) -> String {
    let steps = lookup.steps.iter();
    let asked = steps.map(|step| format!("{} {}", step.question.record_type, step.asked_as));
    asked.collect::<Vec<_>>().join(", ")
}

/// `1 a.lab. 10.0.0.1:5060 UDP`
fn reached(lookup: &Lookup) -> String {
    match &lookup.outcome {
        Outcome::NoServer => "nothing".to_owned(),
        Outcome::Undetermined { step: None } => "not looked up".to_owned(),
        Outcome::Undetermined { step: Some(step) } => {
            format!("unknown: {}", lookup.steps[*step].question)
        }
        Outcome::Servers(servers) => servers.iter().map(server).collect::<Vec<_>>().join(", "),
    }
}

fn server(server: &Server) -> String {
    let Server {
        order,
        host,
        address,
        port,
        protocol,
        ..
    } = server;
    format!("{order} {host} {address}:{port} {}", protocol.as_str())
}

/// Runs cases and compares, case by case, so that one failure shows its row.
fn compare(rows: &[(Case, &str, &str)]) {
    for (case, questions, servers) in rows {
        let row = format!(
            "{} port {} {}, {:?}\n{}",
            case.address, case.port, case.transport, case.assume, case.zone
        );
        let (asked, reached) = case.run();
        assert_eq!(asked, *questions, "questions of {row}");
        assert_eq!(reached, *servers, "servers of {row}");
    }
}

/// An SRV set for each transport.
const EVERY_SET: &str = "\
_sip._udp.pbx  SRV 0 0 5060 a
_sip._tcp.pbx  SRV 0 0 5060 a
_sips._tcp.pbx SRV 0 0 5061 a
";
