//! What the people who run the system intend: which servers handsets are to find, in which
//! order. Rules hold the records to it, and stay silent about what is intended.

use std::collections::{BTreeSet, HashSet};
use std::net::{IpAddr, Ipv4Addr};

use super::{Setup, Site, View};
use crate::dns::{Name, RecordType};
use crate::handset::Protocol;
use crate::source::{Fault, Span, Spanned};
use crate::spelling::nearest;

/// The intent for one address that handsets are configured with, or for all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// The configured address, absolute and in lower case; without one it speaks of every
    /// address that no other expectation names.
    pub address: Option<Spanned<Name>>,
    /// The servers; in the order in which handsets try them, unless the mode is
    /// [`Mode::ActiveActive`]. Empty where nothing is said of them.
    pub servers: Vec<Spanned<ExpectedServer>>,
    /// How they share the work.
    pub mode: Option<Spanned<Mode>>,
    /// What SIP travels over; empty where nothing is said of it.
    pub transports: Vec<Spanned<Protocol>>,
    /// The first key of the expectation: what a finding about it as a whole points at.
    pub span: Span,
}

/// A server as an expectation names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ExpectedServer {
    /// An SRV target, or a host: absolute and in lower case.
    Host(Name),
    /// The address of one.
    Address(Ipv4Addr),
}

/// How servers share the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// The first one does it, the others wait: every server has a priority of its own.
    ActiveStandby,
    /// All do it: servers share a priority.
    ActiveActive,
    /// There is only one.
    Single,
}

impl Mode {
    /// Every mode.
    pub const ALL: [Self; 3] = [Self::ActiveStandby, Self::ActiveActive, Self::Single];

    /// The mode of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    /// The word in the settings.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ActiveStandby => "active-standby",
            Self::ActiveActive => "active-active",
            Self::Single => "single",
        }
    }
}

impl Expectation {
    /// The expectation is one of this mode.
    pub fn is(&self, mode: Mode) -> bool {
        self.mode.is_some_and(|stated| stated.value == mode)
    }
}

impl Site {
    /// What is intended for handsets with this address: the expectation that names it, or
    /// else the one that names none.
    pub fn expectation(&self, address: &Name) -> Option<&Expectation> {
        find(&self.expectations, address)
    }

    /// Expectations that speak of no set-up: whoever wrote them means another address, or
    /// other files.
    pub fn unmatched_expectations(&self) -> Vec<Fault> {
        let known: HashSet<_> = self.setups.iter().filter_map(|one| one.name()).collect();
        let addresses = self
            .expectations
            .iter()
            .filter_map(|one| one.address.as_ref());
        // Where servers are listed for it, the handsets are wrong, and other rules say so.
        let is_listed = |address: &Name| {
            let mut views = self.views.iter();
            views.any(|view| !view.sip_sets(address).is_empty())
        };
        let unknown = addresses
            .filter(|address| !known.contains(&address.value) && !is_listed(&address.value))
            .map(|address| {
                let written = self.text(address.span);
                let fault = Fault::new(
                    address.span,
                    format!("nothing that was read leads handsets to `{written}`"),
                );
                let names: BTreeSet<_> = known.iter().map(|name| bare(name)).collect();
                let near = nearest(&bare(&address.value), names.iter().map(String::as_str));
                fault.help(match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if names.is_empty() => UNKNOWN.to_owned(),
                    None => {
                        let names: Vec<_> = names.into_iter().take(NAMED).collect();
                        format!("addresses of handsets here: {}", names.join(", "))
                    }
                })
            });
        let mut general = self.expectations.iter();
        let general = general.find(|one| one.address.is_none());
        let speaks_of_none = |one: &&Expectation| {
            !known
                .iter()
                .any(|name| self.expectation(name) == Some(*one))
        };
        let general = general.filter(speaks_of_none).map(|one| {
            let message = "no address of handsets is left for this expectation";
            Fault::new(one.span, message).help(if known.is_empty() {
                UNKNOWN
            } else {
                "every address here has an expectation of its own: remove this one"
            })
        });
        unknown.chain(general).collect()
    }

    /// What is intended for a set-up; `None` too where its address is no name.
    pub fn expectation_of(&self, setup: &Setup) -> Option<&Expectation> {
        self.expectation(setup.name()?)
    }

    /// The expectation for a set-up names this address as a server's, or a host that has it.
    pub fn expects(&self, setup: &Setup, view: &View, address: IpAddr) -> bool {
        let IpAddr::V4(address) = address else {
            return false;
        };
        self.expectation_of(setup).is_some_and(|expected| {
            expected.servers.iter().any(|server| match &server.value {
                ExpectedServer::Address(one) => *one == address,
                ExpectedServer::Host(host) => {
                    let answer = view.ask(host, RecordType::A);
                    answer.ipv4_addresses().any(|one| one.value == address)
                }
            })
        })
    }
}

/// What helps where no address is known.
const UNKNOWN: &str = "no address of handsets is known; give zones or handset configurations";

/// Addresses that are named where none is near.
const NAMED: usize = 5;

fn bare(name: &Name) -> String {
    name.to_string().trim_end_matches('.').to_owned()
}

/// The expectation of an address among several.
pub(super) fn find<'e>(all: &'e [Expectation], address: &Name) -> Option<&'e Expectation> {
    let names = |one: &&Expectation| one.address.as_ref().map(|name| &name.value) == Some(address);
    let general = |one: &&Expectation| one.address.is_none();
    // `Name` compares without regard to case.
    all.iter().find(names).or_else(|| all.iter().find(general))
}
