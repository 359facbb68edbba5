//! The name servers of the zones that handsets' names lie in, each asked by itself.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

use rayon::prelude::*;

use super::super::write::{self, Table};
use super::super::{Answers, Error, Options, Role};
use super::Asking;
use crate::dns::{Answer, Data, Name, Question, RecordType};
use crate::handset::ServerEntry;
use crate::source::{Origin, Source, Sources, Spanned};

/// Name servers that are asked in one run. Zones have a handful; the bound is for zones that
/// make up servers.
const MAX_NAME_SERVERS: usize = 32;

/// A name server of a zone.
#[derive(Debug)]
pub struct NameServer {
    /// The zone's apex.
    pub zone: Name,
    /// Its name, where the zone's NS record has it.
    pub host: Spanned<Name>,
    /// What it said, one list an address; empty where no address of it is known.
    pub answers: Vec<Answers>,
}

impl Asking {
    /// Asks who the name servers of the zones are that hold the names of these settings, and
    /// where they are.
    pub(super) fn find_name_servers(&mut self, entries: &[&ServerEntry]) {
        let zones = zones(&write::apexes(&self.table), entries);
        let questions: Vec<_> = zones
            .iter()
            .map(|zone| Question::new(zone, RecordType::NS))
            .collect();
        self.ask_all(&questions);
        let hosts = hosts(&self.table, &questions);
        let addresses =
            |host: &Name| [RecordType::A, RecordType::AAAA].map(|kind| Question::new(host, kind));
        let questions: Vec<_> = hosts.iter().flat_map(addresses).collect();
        self.ask_all(&questions);
    }
}

/// The hosts that NS records name.
fn hosts(table: &Table, questions: &[Question]) -> BTreeSet<Name> {
    use super::super::heard::Outcome;
    use hickory_proto::rr::RData;
    let mut hosts = BTreeSet::new();
    for heard in questions.iter().filter_map(|question| table.get(question)) {
        if let Outcome::Records(records) = &heard.outcome {
            hosts.extend(records.iter().filter_map(|record| match &record.data {
                RData::NS(host) => Some(Name::from(&host.0)),
                _ => None,
            }));
        }
    }
    hosts
}

/// The closest apexes above the names of these settings.
fn zones(apexes: &[Name], entries: &[&ServerEntry]) -> BTreeSet<Name> {
    let names = entries.iter().filter_map(|entry| entry.name());
    names
        .filter_map(|name| closest(apexes, &name).cloned())
        .collect()
}

fn closest<'a>(apexes: &'a [Name], name: &Name) -> Option<&'a Name> {
    let above = apexes.iter().filter(|apex| apex.zone_of(name));
    above.max_by_key(|apex| apex.num_labels())
}

/// Asks the name servers that a server's answers speak of what that server was asked of their
/// zones, at the addresses that it gave and at its port.
pub fn name_servers<'a>(
    options: &Options,
    sources: &Sources,
    live: &Answers,
    entries: impl IntoIterator<Item = &'a ServerEntry>,
) -> Result<Vec<NameServer>, Error> {
    let entries: Vec<_> = entries.into_iter().collect();
    let mut servers = Vec::new();
    for zone in zones(&live.apexes, &entries) {
        let answer = live.ask(&Question::new(&zone, RecordType::NS));
        for record in answer.of_type(RecordType::NS) {
            if let Data::Ns(host) = &record.data {
                let host = Spanned::new(host.name.clone(), host.span);
                servers.push((zone.clone(), host));
            }
        }
    }
    servers.truncate(MAX_NAME_SERVERS);
    let asked: Result<Vec<_>, Error> = servers
        .into_par_iter()
        .map(|(zone, host)| {
            let questions = questions(live, &zone);
            let ask = |address| {
                let server = SocketAddr::new(address, live.servers[0].port());
                let mut asking = Asking::new(server, options, false)?;
                asking.ask_all(&questions);
                Ok((server, asking))
            };
            let asked: Result<Vec<_>, Error> =
                addresses(live, &host.value).into_iter().map(ask).collect();
            Ok((zone, host, asked?))
        })
        .collect();
    let write_out = |(server, asking): (SocketAddr, Asking)| {
        sources.add_with(|id| {
            let servers = [server];
            let (text, answers) = write::write(
                id,
                &servers,
                Role::NameServer,
                &asking.table,
                asking.unasked,
            );
            let name = format!("<name server {server}>");
            (Source::new(name, Origin::Live, text), answers)
        })
    };
    let named = asked?.into_iter().map(|(zone, host, asked)| NameServer {
        zone,
        host,
        answers: asked.into_iter().map(write_out).collect(),
    });
    Ok(named.collect())
}

/// The addresses of a host; IPv6 ones where there are no others, for not every network has
/// IPv6.
fn addresses(live: &Answers, host: &Name) -> Vec<IpAddr> {
    let of_type = |record_type| -> Vec<IpAddr> {
        let answer = live.ask(&Question::new(host, record_type));
        let Answer::Records(records) = answer else {
            return Vec::new();
        };
        let address = |data: &Data| match data {
            Data::A(address) => Some(IpAddr::from(address.value)),
            Data::Aaaa(address) => Some(IpAddr::from(address.value)),
            _ => None,
        };
        records
            .iter()
            .filter_map(|record| address(&record.data))
            .collect()
    };
    let four = of_type(RecordType::A);
    if four.is_empty() {
        of_type(RecordType::AAAA)
    } else {
        four
    }
}

/// What was asked of names in the zone, and the zone's SOA.
fn questions(live: &Answers, zone: &Name) -> Vec<Question> {
    let in_zone = |question: &&Question| live.apex_of(&question.name) == Some(zone);
    let asked = live.answers.keys().filter(in_zone).cloned();
    asked
        .chain([Question::new(zone, RecordType::SOA)])
        .collect()
}
