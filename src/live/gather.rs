//! Who is asked: the servers named, or the one that this computer is set up with.

use std::net::SocketAddr;

use rayon::prelude::*;

use super::{Answers, Error, Options, Role, system, write};
use crate::handset::ServerEntry;
use crate::source::{Origin, Source, Sources};

mod asking;
mod foresee;
mod name_servers;

pub use asking::Asking;
pub use name_servers::{NameServer, name_servers};

/// Asks every server everything that handsets with these settings, and the rules, will want
/// to know, then what `simulate` asks beyond it. The answers of each become one of the
/// `sources`; servers that say the same share one.
///
/// An error means that nothing could be asked at all. A server that does not answer is none:
/// see [`Answers::silence`].
pub fn gather<'a>(
    options: &Options,
    sources: &Sources,
    entries: impl IntoIterator<Item = &'a ServerEntry>,
    simulate: impl Fn(&mut Asking) + Sync,
) -> Result<Vec<Answers>, Error> {
    let entries: Vec<_> = entries.into_iter().collect();
    let servers = match &options.servers[..] {
        [] => vec![(system::server()?, Role::System)],
        named => named.iter().map(|named| (*named, Role::Named)).collect(),
    };
    let ask = |(server, role)| {
        let mut asking = Asking::new(server, options, true)?;
        asking.foresee(&entries);
        simulate(&mut asking);
        if options.zones {
            asking.find_zones();
        }
        if options.name_servers {
            asking.find_name_servers(&entries);
        }
        Ok((server, role, asking))
    };
    let asked: Result<Vec<_>, Error> = servers.into_par_iter().map(ask).collect();
    Ok(freeze(sources, asked?))
}

/// Writes the answers out as sources, one for all servers that say the same.
fn freeze(sources: &Sources, asked: Vec<(SocketAddr, Role, Asking)>) -> Vec<Answers> {
    let mut groups: Vec<(Vec<SocketAddr>, Role, Asking)> = Vec::new();
    for (server, role, asking) in asked {
        let says_so = |group: &&mut (_, Role, Asking)| group.1 == role && group.2.agrees(&asking);
        match groups.iter_mut().find(says_so) {
            Some((servers, ..)) if servers.contains(&server) => {}
            Some((servers, ..)) => servers.push(server),
            None => groups.push((vec![server], role, asking)),
        }
    }
    let write_out = |(servers, role, asking): (Vec<SocketAddr>, Role, Asking)| {
        sources.add_with(|id| {
            let (text, answers) = write::write(id, &servers, role, &asking.table, asking.unasked);
            let name = format!("<server {}>", write::listed(&servers));
            (Source::new(name, Origin::Live, text), answers)
        })
    };
    groups.into_iter().map(write_out).collect()
}
