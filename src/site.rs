//! Everything a run knows: what was read, the views it makes up, what handsets will do in
//! each. Rules and reports read this and nothing else.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::dns::Name;
use crate::handset::{Assumptions, Identity, Lookup, Mac, Model, ServerEntry, Transport};
use crate::live::{Answers, NameServer};
use crate::phone::{Configuration, Provisioning, Settings};
use crate::phone_log::PhoneLog;
use crate::rule::Severity;
use crate::source::{SourceId, Sources, Span, Spanned};
use crate::zone::{Format, Zone};

mod alias;
mod chain;
mod comparison;
mod expectation;
mod failover;
mod needs;
mod outcome;
mod readings;
mod service;
mod simulate;
mod view;

pub use alias::Aliases;
pub use chain::{SipAddress, SipHost, met};
pub use comparison::{Comparison, Difference, OTHER_CONFIGURATION, Prediction};
pub use expectation::{Expectation, Expectations, ExpectedServer, Mode};
pub use failover::{LineUp, Member, Weights};
pub use outcome::Outcome;
pub use readings::{Readings, minimal};
pub use service::{SIP_SETS, below, is_sip_naptr, is_sip_service, sip_domain};
pub use simulate::{
    Arguments, Basis, Loaded, Requested, add_logged_setups, build, configured_setups, verdict,
};
pub use view::{Hidden, StatedViews, View};

/// What an input was recognised as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A zone, in one of the formats that zones come in.
    Zone(Format),
    /// A part of a zone, reached by `$INCLUDE`.
    ZoneFragment,
    /// A part of a zone, met in a folder, that no `$INCLUDE` leads to: passed over.
    LooseFragment,
    /// A copy of a zone that was put aside, met in a folder beside the zone: passed over.
    ZoneCopy,
    /// Handset XML.
    PhoneConfig,
    /// The file that a handset loads first: which firmware and which configurations are its.
    ProvisioningMaster,
    /// What a handset wrote into its log.
    PhoneLog,
    /// Settings of BIND, which say from which files it serves which zones.
    NamedConf,
    /// Answers of a DNS server.
    Live,
    /// A link that leads out of the folder it was met in: not followed.
    LinkOut,
    /// Met in a folder, and it cannot be read: the text is the reason.
    Unreadable,
    /// Of no known kind; met in a folder and passed over.
    Unknown,
}

impl Kind {
    /// The word in JSON, in `--verbose` and for `--input KIND=PATH`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Zone(format) => format.word(),
            Self::ZoneFragment => "zone-fragment",
            Self::LooseFragment => "loose-fragment",
            Self::ZoneCopy => "zone-copy",
            Self::PhoneConfig => "phone-config",
            Self::ProvisioningMaster => "provisioning-master",
            Self::PhoneLog => "phone-log",
            Self::NamedConf => "named-conf",
            Self::Live => "live",
            Self::LinkOut => "link-out",
            Self::Unreadable => "unreadable",
            Self::Unknown => "unknown",
        }
    }

    /// Its text was looked at, and not passed over.
    pub const fn is_read(self) -> bool {
        !matches!(
            self,
            Self::LooseFragment | Self::ZoneCopy | Self::LinkOut | Self::Unreadable | Self::Unknown
        )
    }
}

/// One input as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// The text.
    pub source: SourceId,
    /// What it was recognised as.
    pub kind: Kind,
    /// The zone's apex, for zones.
    pub zone: Option<Name>,
    /// Every record read, SOA included.
    pub records: Option<u64>,
}

/// A copy of a zone that was put aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PutAside {
    /// The text.
    pub source: SourceId,
    /// The text that is read instead.
    pub original: SourceId,
    /// The serial numbers of both, where both have one.
    pub serials: Option<(u32, u32)>,
}

/// Who says that this address is to be looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Asker {
    /// A handset configuration.
    Configuration,
    /// `--address`, `--port`, `--transport`.
    Arguments,
    /// `--live NAME`.
    Live,
    /// A handset's log: it was looked up, and no configuration given says so.
    Log,
    /// SIP records of a zone, without any configuration.
    Zone,
}

/// Handsets with the same SIP addressing.
#[derive(Debug, Clone)]
pub struct Setup {
    /// What they look up; the spans are those of the first place that says so.
    pub entry: ServerEntry,
    /// Who says so.
    pub asker: Asker,
    /// MACs, where they are known.
    pub handsets: BTreeSet<Mac>,
    /// Whose settings say so: indexes into the groups of [`Site::provisioning`], in order.
    pub groups: Vec<usize>,
    /// For the handset's log wording.
    pub identity: Identity,
    /// For a set-up that a zone implies: the view it belongs to.
    pub view: Option<usize>,
    /// The handsets are not told to do without a registration.
    pub registers: bool,
    name: Option<Name>,
}

impl Setup {
    /// A set-up of no handset that is known.
    pub fn new(entry: ServerEntry, asker: Asker) -> Self {
        Self {
            name: entry.name(),
            entry,
            asker,
            handsets: BTreeSet::new(),
            groups: Vec::new(),
            identity: Identity::default(),
            view: None,
            registers: true,
        }
    }

    /// Of a handset that is given a domain and nothing else, which `place` speaks of.
    pub(crate) fn implied(domain: &Name, place: Span) -> Self {
        let address = domain.to_string().trim_end_matches('.').to_owned();
        let entry = ServerEntry {
            address: Spanned::new(address, place),
            port: Spanned::new(0, place),
            transport: Spanned::new(Transport::DnsNaptr, place),
            static_dns: Arc::default(),
        };
        Self::new(entry, Asker::Zone)
    }

    /// The address as a name: see [`ServerEntry::name`].
    pub fn name(&self) -> Option<&Name> {
        self.name.as_ref()
    }

    /// Somebody said that handsets use this address: a configuration, the command line.
    pub fn is_configured(&self) -> bool {
        self.asker != Asker::Zone
    }

    /// Whether a server entry leads to this set-up: it has the same address in any case of
    /// letters, port and transport.
    pub fn looks_up(&self, entry: &ServerEntry) -> bool {
        let (own, other) = (&self.entry, entry);
        own.address.value.eq_ignore_ascii_case(&other.address.value)
            && own.port.value == other.port.value
            && own.transport.value == other.transport.value
            && own.static_dns == other.static_dns
    }

    /// How severe a defect of this set-up is: where only a zone implies it, nobody may be
    /// using the address, and it is a note.
    pub fn severity(&self, configured: Severity) -> Severity {
        if self.is_configured() {
            configured
        } else {
            Severity::Note
        }
    }
}

/// What becomes of a set-up.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The lookup ends at a SIP server.
    Registers,
    /// It does not.
    Fails,
    /// The data given does not decide.
    Undetermined,
}

impl Verdict {
    /// The word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Registers => "registers",
            Self::Fails => "fails",
            Self::Undetermined => "undetermined",
        }
    }
}

/// A set-up in a view.
#[derive(Debug, Clone)]
pub struct Simulation {
    /// Index into [`Site::setups`].
    pub setup: usize,
    /// Index into [`Site::views`].
    pub view: usize,
    /// Question by question, from an empty cache.
    pub lookup: Lookup,
    /// What becomes of it.
    pub verdict: Verdict,
}

/// Everything a run knows.
#[derive(Debug)]
pub struct Site {
    /// Every text.
    pub sources: Arc<Sources>,
    /// What was read, in order of path.
    pub inputs: Vec<Input>,
    /// Copies of zones that were met in a folder and are not read, in order of path.
    pub put_aside: Vec<PutAside>,
    /// Zones, in order of path.
    pub zones: Vec<Arc<Zone>>,
    /// Handset configurations, in order of path.
    pub configurations: Vec<Configuration>,
    /// Which of them handsets read, in which order.
    pub provisioning: Provisioning,
    /// What the servers said that were asked, also where their zones were transferred and speak in
    /// its place.
    pub heard: Vec<Arc<Answers>>,
    /// What the name servers of zones said that a server was asked about.
    pub name_servers: Vec<NameServer>,
    /// Views of zone files that servers are compared with, and nothing else.
    pub planned: Vec<View>,
    /// Logs of handsets, in order of path.
    pub logs: Vec<PhoneLog>,
    /// Sets of zones (or one server's answers) that are consistent with each other.
    pub views: Vec<View>,
    /// What handsets look up.
    pub setups: Vec<Setup>,
    /// How many set-ups that zones imply were left out, since there are too many.
    pub implied_left_out: usize,
    /// Each set-up in each view that can speak of it.
    pub simulations: Vec<Simulation>,
    /// Each lookup of a log beside what the simulation makes of it.
    pub comparisons: Vec<Comparison>,
    /// The kind of handset that is simulated.
    pub model: &'static Model,
    /// The readings of undocumented behaviour.
    pub assumptions: Assumptions,
    /// What handsets are meant to find.
    pub expectations: Expectations,
    /// Expectations may speak of what was not given: only a part of the folder was that the
    /// settings are those of.
    pub is_part: bool,
}

impl Site {
    /// The simulations with their set-ups and views.
    pub fn simulated(&self) -> impl Iterator<Item = (&Simulation, &Setup, &View)> {
        self.simulations.iter().map(|simulation| {
            (
                simulation,
                &self.setups[simulation.setup],
                &self.views[simulation.view],
            )
        })
    }

    /// Somebody configured a handset: which lookups there are is not only what the zones imply.
    pub fn gives_handsets(&self) -> bool {
        self.setups.iter().any(Setup::is_configured)
    }

    /// What handsets are set to: once for all that are set alike.
    pub fn settings(&self) -> Vec<Settings<'_>> {
        let groups = 0..self.provisioning.groups.len();
        groups.map(|group| self.settings_of(group)).collect()
    }

    /// The settings of a group of [`Site::provisioning`].
    pub fn settings_of(&self, group: usize) -> Settings<'_> {
        let group = &self.provisioning.groups[group];
        self.provisioning.settings(&self.configurations, group)
    }

    /// The configurations whose text is to be judged: of several handsets' files that have
    /// the same content, one.
    pub fn distinct_configurations(&self) -> impl Iterator<Item = &Configuration> {
        let files = self.configurations.iter();
        files.filter(|file| self.provisioning.stands_for_itself(file.source))
    }

    /// A lookup of a log beside what the simulation makes of it: by the indices of the log and
    /// of the lookup among those that were kept.
    pub fn comparison(&self, log: usize, chain: usize) -> Option<&Comparison> {
        let key = |one: &Comparison| (one.log, one.chain);
        let found = self.comparisons.binary_search_by_key(&(log, chain), key);
        found.ok().map(|index| &self.comparisons[index])
    }

    /// The view that a zone belongs to.
    pub fn view_of(&self, zone: &Arc<Zone>) -> Option<usize> {
        let holds = |view: &View| view.zones.iter().any(|one| Arc::ptr_eq(one, zone));
        self.views.iter().position(holds)
    }

    /// There is nothing in it that could be checked.
    pub fn is_empty(&self) -> bool {
        let is_read = |source| self.logs.iter().any(|log| log.source == source);
        let mut inputs = self.inputs.iter();
        let is_passed_over = |input: &Input| match input.kind {
            Kind::Unknown | Kind::NamedConf => true,
            Kind::PhoneLog => !is_read(input.source),
            _ => false,
        };
        let is_empty = |view: &View| view.zones.is_empty() && view.live.is_none();
        self.views.iter().all(is_empty) && self.setups.is_empty() && inputs.all(is_passed_over)
    }

    /// The text a span covers.
    pub fn text(&self, span: Span) -> &str {
        self.sources.text(span)
    }
}
