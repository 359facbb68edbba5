//! Lines about the server that the handset turns to, and about what came to nothing.

use std::cmp::Ordering;
use std::net::Ipv4Addr;

use super::super::under_way::{Announced, UnderWay};
use super::super::{At, Event, Failure, Mark, Turn, What};
use super::{Here, InUse, NAMES, Reader, UNDER_WAY};
use crate::dns::RecordType;
use crate::handset::log::LOCAL_FAILURE;
use crate::handset::log::message::Message;
use crate::handset::log::shown::{End, Server, plain};

impl Reader {
    /// An address that needs no question: the one of the server that the handset turns to.
    pub(super) fn address(&mut self, address: Ipv4Addr, here: Here<'_>) {
        if let Some(Announced::Own { over, port }) = self.announced.take() {
            self.by_itself = Some(address);
            let known = self
                .server_under_way(address)
                .map(|(_, configured, servers, server)| (configured, servers, server))
                .or_else(|| self.server_of_late(address));
            if let Some((configured, servers, server)) = known {
                self.turned(&configured, &servers, server, here.at);
                return;
            }
            if let Some(configured) = self.hidden_server() {
                let port = if port == 0 { over.default_port() } else { port };
                let server = Server {
                    order: 0,
                    host: address.to_string(),
                    address,
                    port,
                    protocol: over,
                };
                self.turned(&configured, &[], server, here.at);
                return;
            }
            let text = address.to_string();
            let index = self.begin(Some(&text), here.at);
            let chain = &mut self.under_way[index].chain;
            (chain.protocol, chain.port) = (over, port);
            let server = Server {
                order: 1,
                host: text.clone(),
                address,
                port: if port == 0 { over.default_port() } else { port },
                protocol: over,
            };
            chain.end = End::Servers(vec![server.clone()]);
            self.touch(index, here);
            self.close(index);
            self.turned(
                &text,
                std::slice::from_ref(&server),
                server.clone(),
                here.at,
            );
            return;
        }
        if self.by_itself.take() == Some(address) {
            return;
        }
        if let Some((index, configured, servers, server)) = self.server_under_way(address) {
            self.under_way[index].chain.end = End::Servers(servers.clone());
            self.touch(index, here);
            self.close(index);
            self.turned(&configured, &servers, server, here.at);
            return;
        }
        // A server of a lookup that has ended: the next one is tried.
        if let Some((configured, servers, server)) = self.server_of_late(address) {
            self.turned(&configured, &servers, server, here.at);
        }
    }

    /// The configured address of the latest lookup, where that led to servers whose addresses
    /// are not shown.
    fn hidden_server(&mut self) -> Option<String> {
        let hides = |one: &mut UnderWay| one.hides_addresses();
        let mut open = self.under_way.iter_mut().enumerate().rev();
        if let Some(index) = open.find_map(|(index, one)| hides(one).then_some(index)) {
            self.close(index);
        }
        let mut late = self.chains.iter().rev().take(UNDER_WAY);
        let named = late.find(|chain| matches!(chain.end, End::Named(_)))?;
        named.address.clone()
    }

    /// The lookup under way that leads to an address: its index, its configured address, its
    /// servers, and which one that is.
    fn server_under_way(
        &mut self,
        address: Ipv4Addr,
    ) -> Option<(usize, String, Vec<Server>, Server)> {
        let open = self.under_way.iter_mut().enumerate().rev();
        open.filter(|(_, one)| !one.is_over())
            .find_map(|(index, one)| {
                let servers = one.servers();
                let server = servers.iter().find(|server| server.address == address)?;
                let (server, servers) = (server.clone(), servers.to_vec());
                let configured = one.chain.address.clone().unwrap_or_default();
                Some((index, configured, servers, server))
            })
    }

    /// The latest lookup that led to an address: its configured address, its servers, and
    /// which one that is.
    fn server_of_late(&self, address: Ipv4Addr) -> Option<(String, Vec<Server>, Server)> {
        let late = self.chains.iter().rev().take(UNDER_WAY);
        late.filter_map(|chain| Some((chain.address.as_ref()?, chain.servers())))
            .find_map(|(configured, servers)| {
                let server = servers.iter().find(|server| server.address == address)?;
                Some((configured.clone(), servers.to_vec(), server.clone()))
            })
    }

    /// The handset turns to a server.
    fn turned(&mut self, address: &str, servers: &[Server], server: Server, at: At) {
        let key = plain(address);
        let turn = match self.in_use.get(&key) {
            None => Turn::First,
            Some(before) if before.server.address == server.address => {
                if before.failures == self.failures {
                    return;
                }
                Turn::Again
            }
            Some(InUse { server: before, .. }) => {
                let now = servers.iter().find(|one| one.address == before.address);
                match server.order.cmp(&now.unwrap_or(before).order) {
                    Ordering::Greater => Turn::FailedOver,
                    Ordering::Less => Turn::Returned,
                    Ordering::Equal => Turn::Equal,
                }
            }
        };
        if self.in_use.len() < NAMES || self.in_use.contains_key(&key) {
            let in_use = InUse {
                server: server.clone(),
                failures: self.failures,
            };
            self.in_use.insert(key, in_use);
        }
        let address = address.to_owned();
        self.event(
            at,
            What::Turned {
                address,
                server,
                turn,
            },
        );
    }

    /// A lookup or a registration came to nothing.
    pub(super) fn failure(&mut self, message: Message<'_>, here: Here<'_>) {
        match message {
            // Where the level hides the lines of the module `dns`, this is all there is.
            Message::NaptrNothing { host }
                if self.find(RecordType::NAPTR, &here.name(host)).is_none() =>
            {
                self.nothing(RecordType::NAPTR, host, None, here);
            }
            Message::NoRecords { over, host } => {
                let is_it = |one: &UnderWay| {
                    !one.is_over() && (one.is_of(host) || one.chain.address.is_none())
                };
                let index = match self.under_way.iter().rposition(is_it) {
                    Some(index) => index,
                    None => self.begin(Some(host), here.at),
                };
                let chain = &mut self.under_way[index].chain;
                chain.address.get_or_insert_with(|| host.to_owned());
                chain.protocol = over.0;
                chain.end = End::Nothing;
                chain.no_records = Some(here.mark(host));
                self.touch(index, here);
            }
            Message::RegistrationFailed { user, code, reason } => {
                // Any other code is a server's, of another line of the handset perhaps.
                let is_own = code == LOCAL_FAILURE.0;
                let over = self.under_way.iter().position(UnderWay::came_to_nothing);
                let over = over.filter(|_| is_own);
                let local = over
                    .map(|_| true)
                    .or_else(|| self.found_servers().then_some(false));
                self.failures += 1;
                if let Some(index) = over {
                    let code_mark = here.mark(reason);
                    let chain = &mut self.under_way[index].chain;
                    chain.user = Some(user.to_owned());
                    chain.failure = Some(Failure {
                        user: user.to_owned(),
                        code,
                        reason: reason.to_owned(),
                        mark: Mark {
                            // "480 " stands before the phrase.
                            start: code_mark.start.saturating_sub(4),
                            ..code_mark
                        },
                    });
                    self.touch(index, here);
                    self.close(index);
                }
                let (user, reason) = (user.to_owned(), reason.to_owned());
                self.event(
                    here.at,
                    What::Failed {
                        user,
                        code,
                        reason,
                        local,
                    },
                );
            }
            _ => {}
        }
    }

    /// The log shows a lookup that found servers.
    fn found_servers(&mut self) -> bool {
        self.chains.iter().any(|chain| !chain.servers().is_empty())
            || self
                .under_way
                .iter_mut()
                .any(|one| !one.servers().is_empty())
    }

    /// Adds an event, or counts it where it is the same as the last one.
    pub(super) fn event(&mut self, at: At, what: What) {
        if let Some(last) = self.events.last_mut()
            && last.what == what
            && matches!(what, What::Failed { .. })
        {
            last.count += 1;
            last.last = at;
            return;
        }
        self.events.push(Event {
            at,
            last: at,
            count: 1,
            what,
        });
    }
}
