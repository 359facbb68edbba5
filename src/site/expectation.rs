//! What the people who run the system intend: which servers handsets are to find, in which
//! order. Rules hold the records to it, and stay silent about what is intended.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;
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

impl ExpectedServer {
    /// Its addresses, as far as a view knows them.
    pub fn addresses(&self, view: &View) -> Vec<Ipv4Addr> {
        match self {
            Self::Address(address) => vec![*address],
            Self::Host(host) => {
                let answer = view.ask(host, RecordType::A);
                answer.ipv4_addresses().map(|one| one.value).collect()
            }
        }
    }

    /// The host that it stands for, where it is named by an alias: SRV records name the host.
    pub fn stands_for(&self, view: &View) -> Option<Name> {
        let Self::Host(name) = self else {
            return None;
        };
        let answer = view.ask(name, RecordType::A);
        answer.aliases().next()?;
        let address = answer.of_type(RecordType::A).next()?;
        Some(address.owner.name.clone())
    }
}

impl fmt::Display for ExpectedServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(name) => name.fmt(f),
            Self::Address(address) => address.fmt(f),
        }
    }
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

    /// SIP may travel over this.
    pub fn allows(&self, protocol: Protocol) -> bool {
        let mut stated = self.transports.iter();
        self.transports.is_empty() || stated.any(|one| one.value == protocol)
    }
}

/// What is intended, by address.
#[derive(Debug, Clone, Default)]
pub struct Expectations {
    list: Vec<Expectation>,
    by_address: HashMap<Name, usize>,
    general: Option<usize>,
}

impl From<Vec<Expectation>> for Expectations {
    fn from(list: Vec<Expectation>) -> Self {
        let mut all = Self::default();
        for (index, one) in list.iter().enumerate() {
            match &one.address {
                Some(address) => {
                    all.by_address.entry(address.value.clone()).or_insert(index);
                }
                None => all.general = all.general.or(Some(index)),
            }
        }
        Self { list, ..all }
    }
}

impl Expectations {
    /// Nothing is intended.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// What is intended for handsets with this address: the expectation that names it, or
    /// else the one that names none.
    pub fn of(&self, address: &Name) -> Option<&Expectation> {
        let index = self.by_address.get(address).copied();
        self.list.get(index.or(self.general)?)
    }
}

impl Site {
    /// See [`Expectations::of`].
    pub fn expectation(&self, address: &Name) -> Option<&Expectation> {
        self.expectations.of(address)
    }

    /// Expectations that speak of no set-up: whoever wrote them means another address, or
    /// other files.
    pub fn unmatched_expectations(&self) -> Vec<&Expectation> {
        let known = self.known_addresses();
        // Where servers are listed for it, the handsets are wrong, and other rules say so.
        let is_listed = |address: &Name| {
            let mut views = self.views.iter();
            views.any(|view| !view.sip_sets(address).is_empty())
        };
        let stated = &self.expectations.by_address;
        let speaks_of_some = known.iter().any(|name| !stated.contains_key(*name));
        let all = self.expectations.list.iter();
        let unmatched = all.filter(|one| match &one.address {
            Some(address) => !known.contains(&address.value) && !is_listed(&address.value),
            None => !speaks_of_some,
        });
        unmatched.collect()
    }

    fn known_addresses(&self) -> HashSet<&Name> {
        self.setups.iter().filter_map(|one| one.name()).collect()
    }

    /// What is wrong with expectations that speak of no set-up, where all was read that they may
    /// speak of.
    pub fn expectation_faults(&self) -> Vec<Fault> {
        let unmatched = self.unmatched_expectations();
        if unmatched.is_empty() {
            return Vec::new();
        }
        let known = self.known_addresses().into_iter();
        let names: BTreeSet<_> = known.map(bare).collect();
        let guesses = MAX_COMPARISONS / names.len().max(1);
        let unmatched = unmatched.into_iter().enumerate();
        let faults = unmatched.map(|(index, one)| {
            let Some(address) = &one.address else {
                let message = "no address of handsets is left for this expectation";
                return Fault::new(one.span, message).help(if names.is_empty() {
                    UNKNOWN
                } else {
                    "every address here has an expectation of its own: remove this one"
                });
            };
            let written = self.text(address.span);
            let message = format!("nothing that was read leads handsets to `{written}`");
            let candidates = names.iter().map(String::as_str);
            let near = (index < guesses).then(|| nearest(&bare(&address.value), candidates));
            Fault::new(address.span, message).help(match near.flatten() {
                Some(near) => format!("did you mean `{near}`?"),
                None if names.is_empty() => UNKNOWN.to_owned(),
                None => {
                    let names: Vec<_> = names.iter().take(NAMED).cloned().collect();
                    format!("addresses of handsets here: {}", names.join(", "))
                }
            })
        });
        faults.collect()
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
            let mut servers = expected.servers.iter();
            servers.any(|server| server.value.addresses(view).contains(&address))
        })
    }
}

/// What helps where no address is known.
const UNKNOWN: &str = "no address of handsets is known; give zones or handset configurations";

/// Addresses that are named where none is near.
const NAMED: usize = 5;

/// Addresses that the did-you-means look at, each at all there are.
const MAX_COMPARISONS: usize = 100_000;

fn bare(name: &Name) -> String {
    name.to_string().trim_end_matches('.').to_owned()
}
