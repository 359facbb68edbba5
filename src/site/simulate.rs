//! From inputs to views, set-ups and simulations.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;

use rayon::prelude::*;

use super::chain::is_strangers;
use super::comparison::comparisons;
use super::service::is_sip_service;
use super::view::{StatedViews, views};
use super::{Asker, Expectations, Input, Kind, PutAside, Setup, Simulation, Site, Verdict, View};
use crate::dns::{Dns, Name, RecordType};
use crate::handset::log::shown::plain;
use crate::handset::{Assumptions, Handset, Lookup, Model, Outcome, ServerEntry, Transport};
use crate::live;
use crate::phone::{Configuration, Provisioning};
use crate::phone_log::PhoneLog;
use crate::source::{Origin, Source, SourceId, Sources, Span, Spanned};
use crate::zone::{self, Zone};

mod implied;
mod speaking;

use implied::implied;
use speaking::views_for;

/// Everything that was read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Every text.
    pub sources: Arc<Sources>,
    /// What was read, in order of path.
    pub inputs: Vec<Input>,
    /// Copies of zones that were met in a folder and are not read, in order of path.
    pub put_aside: Vec<PutAside>,
    /// Zones, in order of path.
    pub zones: Vec<Arc<Zone>>,
    /// The views that zones are stated to be served in.
    pub stated_views: StatedViews,
    /// Zones that a server has and whose data is not given, with where its settings name them.
    pub lacking: HashMap<Name, Span>,
    /// Handset configurations, in order of path.
    pub configurations: Vec<Configuration>,
    /// Which of them handsets read, in which order.
    pub provisioning: Provisioning,
    /// Logs of handsets, in order of path.
    pub logs: Vec<PhoneLog>,
    /// Answers, one list a server asked.
    pub live: Vec<Arc<live::Answers>>,
    /// The same, and those in whose place zones were transferred: servers are compared by them.
    pub heard: Vec<Arc<live::Answers>>,
    /// What the name servers of zones said that a server was asked about.
    pub name_servers: Vec<live::NameServer>,
    /// Zones that are the plan for what servers say, and speak of nothing themselves.
    pub planned: Vec<Arc<Zone>>,
}

impl Loaded {
    /// Makes the zones the plan for what servers say.
    pub fn plan(&mut self) {
        self.planned.append(&mut self.zones);
    }

    /// Adds a server's answers, as one more input.
    pub fn add_live(&mut self, answers: live::Answers) {
        let records: usize = answers.sets.iter().map(|set| set.records.len()).sum();
        self.add_input(Input {
            source: answers.source,
            kind: Kind::Live,
            zone: None,
            records: Some(records as u64),
        });
        let answers = Arc::new(answers);
        self.live.push(Arc::clone(&answers));
        self.heard.push(answers);
    }

    /// Adds a server's answers in whose place its zones speak.
    pub fn add_heard(&mut self, answers: live::Answers) {
        self.heard.push(Arc::new(answers));
    }

    /// Adds what a name server of a zone said.
    pub fn add_name_server(&mut self, server: live::NameServer) {
        for answers in &server.answers {
            let records: usize = answers.sets.iter().map(|set| set.records.len()).sum();
            self.add_input(Input {
                source: answers.source,
                kind: Kind::Live,
                zone: Some(server.zone.clone()),
                records: Some(records as u64),
            });
        }
        self.name_servers.push(server);
    }

    /// Adds a zone that a server transferred, written out as a master file.
    pub fn add_transfer(&mut self, source: SourceId, apex: &Name) {
        let options = zone::ReadOptions {
            origin: Some(apex.clone()),
            ..Default::default()
        };
        let format = zone::Format::MasterFile;
        for zone in zone::read(&self.sources, source, format, &options) {
            self.add_input(Input {
                source,
                kind: Kind::Zone(format),
                zone: Some(zone.apex.clone()),
                records: Some(zone.record_count),
            });
            self.zones.push(Arc::new(zone));
        }
        let name = |zone: &Arc<Zone>| &self.sources.get(zone.source).name;
        self.zones.sort_by(|one, two| name(one).cmp(name(two)));
    }

    fn add_input(&mut self, input: Input) {
        self.inputs.push(input);
        let name = |input: &Input| &self.sources.get(input.source).name;
        self.inputs.sort_by(|one, two| name(one).cmp(name(two)));
    }
}

/// A handset that is described on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arguments {
    /// `--address`, or one `--live NAME`
    pub address: String,
    /// `--port`
    pub port: Option<u16>,
    /// `--transport`
    pub transport: Option<String>,
}

impl Arguments {
    /// Nothing but an address: DNS says the rest.
    pub fn of(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            port: None,
            transport: None,
        }
    }
}

/// What is to be looked up although no file says so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Requested {
    /// `--address`, `--port`, `--transport`.
    pub handset: Option<Arguments>,
    /// Every `--live NAME`, with the port and transport that go with it.
    pub live: Vec<Arguments>,
}

/// The set-ups that do not depend on zones: those of configurations, of the command line and
/// of `--live`. They are known before a server is asked.
pub fn configured_setups(
    sources: &Sources,
    configurations: &[Configuration],
    provisioning: &Provisioning,
    requested: &Requested,
) -> Vec<Setup> {
    let mut setups = Setups::default();
    for (index, group) in provisioning.groups.iter().enumerate() {
        let settings = provisioning.settings(configurations, group);
        let identities = settings.identities();
        let entries = settings.entries().into_iter();
        let used = entries.filter(|entry| entry.overridden_by.is_none());
        for configured in used {
            let mut setup = Setup::new(configured.entry, Asker::Configuration);
            setup.handsets.clone_from(settings.handsets());
            setup.groups = vec![index];
            setup.identity = identities.of(configured.line);
            setup.registers = configured.registers;
            setups.add(setup);
        }
    }
    if let Some(handset) = &requested.handset {
        let entry = written_out(sources, "--address", handset);
        setups.add(Setup::new(entry, Asker::Arguments));
    }
    // Where it is said how handsets use a name, `--live` says only where it is looked up.
    let known = setups.addresses();
    for handset in &requested.live {
        let entry = written_out(sources, "--live", handset);
        if !known.contains(&plain(&entry.address.value)) {
            setups.add(Setup::new(entry, Asker::Live));
        }
    }
    setups.list
}

/// Adds what handsets looked up by their logs and nothing else says that they do.
pub fn add_logged_setups(setups: &mut Vec<Setup>, logs: &[PhoneLog]) {
    let mut list = Setups::from(std::mem::take(setups));
    let known = list.addresses();
    for log in logs {
        for chain in log.chains.iter() {
            let entry = chain.entry(log);
            let new = entry.filter(|entry| !known.contains(&plain(&entry.address.value)));
            if let Some(entry) = new {
                list.add(Setup::new(entry, Asker::Log));
            }
        }
    }
    *setups = list.list;
}

/// The command line as a text that can be pointed at.
fn written_out(sources: &Sources, option: &str, handset: &Arguments) -> ServerEntry {
    let mut text = format!("{option} {}", handset.address);
    let address = (option.len() + 1, text.len());
    let mut append = |option: &str, value: Option<String>| {
        let Some(value) = value else { return address };
        text.push_str(option);
        let start = text.len();
        text.push_str(&value);
        (start, text.len())
    };
    let port = append(" --port ", handset.port.map(|port| port.to_string()));
    let transport = append(" --transport ", handset.transport.clone());
    let source = sources.add(Source::new("<arguments>", Origin::Arguments, text));
    let span = |(start, end)| Span::new(source, start, end);
    let transport_value = Transport::read(handset.transport.as_deref().unwrap_or_default());
    ServerEntry {
        address: Spanned::new(handset.address.clone(), span(address)),
        port: Spanned::new(handset.port.unwrap_or(0), span(port)),
        transport: Spanned::new(transport_value, span(transport)),
        static_dns: Arc::default(),
    }
}

/// What a simulation rests on besides the data: who asks, and what is meant to come of it.
#[derive(Debug, Clone)]
pub struct Basis {
    /// The kind of handset.
    pub model: &'static Model,
    /// The readings of undocumented behaviour.
    pub assumptions: Assumptions,
    /// What handsets are meant to find.
    pub expectations: Expectations,
    /// See [`Site::is_part`].
    pub is_part: bool,
    /// Without a configuration, names that own SIP records are what handsets could be given.
    pub implied: bool,
    /// How many of them are simulated: a line of a zone can name a million.
    pub most_implied: usize,
}

/// No customer has so many SIP domains.
const MOST_IMPLIED: usize = 100_000;

impl Default for Basis {
    /// The 84-Series, every assumption as it is made by default, nothing intended.
    fn default() -> Self {
        Self {
            model: Model::spectralink_84(),
            assumptions: Assumptions::default(),
            implied: true,
            most_implied: MOST_IMPLIED,
            expectations: Expectations::default(),
            is_part: false,
        }
    }
}

/// Puts a site together: views, set-ups, and every set-up in every view that speaks of it.
pub fn build(loaded: Loaded, configured: Vec<Setup>, basis: Basis) -> Site {
    let stated = &loaded.stated_views;
    let planned = match &loaded.planned[..] {
        [] => Vec::new(),
        zones => views(&loaded.sources, zones, stated, Vec::new()),
    };
    let mut views = views(&loaded.sources, &loaded.zones, stated, loaded.live);
    for view in &mut views {
        view.zones.lack(&loaded.lacking);
    }
    let by_files = configured
        .iter()
        .any(|setup| setup.asker == Asker::Configuration);
    let mut setups = Setups::from(configured);
    let mut implied_left_out = 0;
    if basis.implied && !by_files {
        // A server was asked about what handsets were said to have, and about nothing else.
        let of_zones = views.iter().enumerate();
        for (index, view) in of_zones.filter(|(_, view)| view.live.is_none()) {
            implied_left_out += implied(index, view, &mut setups, basis.most_implied);
        }
    }
    let mut site = Site {
        sources: loaded.sources,
        inputs: loaded.inputs,
        put_aside: loaded.put_aside,
        zones: loaded.zones,
        configurations: loaded.configurations,
        provisioning: loaded.provisioning,
        heard: loaded.heard,
        name_servers: loaded.name_servers,
        planned,
        logs: loaded.logs,
        views,
        setups: setups.list,
        implied_left_out,
        simulations: Vec::new(),
        comparisons: Vec::new(),
        model: basis.model,
        assumptions: basis.assumptions,
        expectations: basis.expectations,
        is_part: basis.is_part,
    };
    site.simulations = simulations(&site);
    site.comparisons = comparisons(&site);
    site
}

/// Set-ups by what they look up.
#[derive(Default)]
struct Setups {
    list: Vec<Setup>,
    /// Where in the list the set-up is that looks this up.
    by_lookup: HashMap<LookedUp, usize>,
}

/// What makes two set-ups one: view, address in lower case, port, transport, static records,
/// whether handsets register.
type LookedUp = (Option<usize>, String, u16, Transport, String, bool);

impl Setups {
    /// Every address that is looked up.
    fn addresses(&self) -> HashSet<String> {
        let addresses = self.list.iter().map(|setup| &setup.entry.address.value);
        addresses.map(|address| plain(address)).collect()
    }

    /// Adds a set-up, or joins it with the one that looks up the same.
    fn add(&mut self, setup: Setup) {
        let entry = &setup.entry;
        let key = (
            setup.view,
            entry.address.value.to_ascii_lowercase(),
            entry.port.value,
            entry.transport.value.clone(),
            entry.static_dns.text(),
            setup.registers,
        );
        match self.by_lookup.entry(key) {
            Entry::Occupied(same) => {
                let same = &mut self.list[*same.get()];
                same.handsets.extend(setup.handsets);
                // Groups are added one after the other.
                same.groups.extend(setup.groups);
                same.groups.dedup();
            }
            Entry::Vacant(new) => {
                new.insert(self.list.len());
                self.list.push(setup);
            }
        }
    }
}

impl From<Vec<Setup>> for Setups {
    fn from(list: Vec<Setup>) -> Self {
        let mut setups = Self::default();
        for setup in list {
            setups.add(setup);
        }
        setups
    }
}

fn simulations(site: &Site) -> Vec<Simulation> {
    let one = |setup: usize, view: usize| {
        let (lookup, verdict) = site.look_up(&site.setups[setup], &site.views[view]);
        Simulation {
            setup,
            view,
            lookup,
            verdict,
        }
    };
    let setups = site.setups.par_iter().enumerate();
    let in_views = setups.flat_map_iter(|(index, setup)| {
        let views = views_for(setup, site).into_iter();
        views.map(move |view| (index, view))
    });
    let in_views: Vec<(usize, usize)> = in_views.collect();
    // As many as there are: each is made in its place.
    let in_views = in_views.into_par_iter();
    in_views.map(|(setup, view)| one(setup, view)).collect()
}

impl Site {
    /// What becomes of a simulation by what it finds, whether its handsets are told to register or
    /// not: what rules about the data go by.
    pub fn found(&self, simulation: &Simulation) -> Verdict {
        let setup = &self.setups[simulation.setup];
        if setup.registers {
            return simulation.verdict;
        }
        found(
            self,
            setup,
            &self.views[simulation.view],
            &simulation.lookup,
        )
    }

    /// What a set-up, which may be none of the site's, finds in a view, and what becomes of it.
    pub fn look_up(&self, setup: &Setup, view: &View) -> (Lookup, Verdict) {
        let mut dns = view;
        self.look_up_by(setup, view, &mut dns)
    }

    /// The same where the answers are others than the view's.
    pub fn look_up_by(&self, setup: &Setup, view: &View, dns: &mut dyn Dns) -> (Lookup, Verdict) {
        let mut handset = Handset::new(dns, self.model, self.assumptions);
        let lookup = handset.look_up(&setup.entry);
        let verdict = verdict(self, setup, view, &lookup);
        (lookup, verdict)
    }
}

/// What becomes of a lookup: what is told not to register does not, whatever it finds.
pub fn verdict(site: &Site, setup: &Setup, view: &View, lookup: &Lookup) -> Verdict {
    if setup.registers {
        found(site, setup, view, lookup)
    } else {
        Verdict::Fails
    }
}

/// A lookup that falls back to the address of a zone's apex, or asks for nothing else where SRV
/// records list the servers, has found whatever stands there (on Active Directory the domain
/// controllers): it counts as a SIP server only where an SRV record leads to the same address, or
/// the address is expected to be a server's.
fn found(site: &Site, setup: &Setup, view: &View, lookup: &Lookup) -> Verdict {
    let servers = match &lookup.outcome {
        Outcome::Servers(servers) => servers,
        Outcome::NoServer => return Verdict::Fails,
        Outcome::Undetermined { .. } => return Verdict::Undetermined,
    };
    if is_strangers(setup, view, lookup) {
        let listed = view.sip_server_addresses();
        let is_server = |address| listed.contains(address) || site.expects(setup, view, *address);
        if !servers.iter().any(|server| is_server(&server.address)) {
            return Verdict::Fails;
        }
    }
    Verdict::Registers
}

/// The addresses that SIP SRV records of a view lead to.
pub(super) fn sip_server_addresses(view: &View) -> HashSet<IpAddr> {
    let mut addresses = HashSet::new();
    for set in view.sets(RecordType::SRV) {
        if !is_sip_service(&set.owner) {
            continue;
        }
        for (_, srv) in set.srv() {
            let answer = view.ask(&srv.target.name, RecordType::A);
            let own = answer.ipv4_addresses();
            addresses.extend(own.map(|address| IpAddr::from(address.value)));
        }
    }
    addresses
}
