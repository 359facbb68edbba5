//! What a simulated lookup asked for in vain, in the words of a finding: what the rules that
//! need zone and handset together have in common.

use std::collections::HashMap;
use std::net::IpAddr;

use super::{Facts, setting};
use crate::dns::{Answer, Data, Name, Naptr, Record, RecordType};
use crate::finding::{Finding, Fix, Subject};
use crate::fix::{Change, Field, set};
use crate::handset::{Lookup, ServerEntry, Step, Transport, Via};
use crate::phone::Parameter;
use crate::rule::Severity;
use crate::site::{Asker, Setup, Simulation, Site, Verdict, View, is_sip_naptr, sip_domain};
use crate::source::Span;

/// The first two labels of a name: `_sip._udp` of `_sip._udp.example.com`.
pub(super) fn service_of(name: &Name) -> String {
    let labels = name.iter().take(2).map(String::from_utf8_lossy);
    labels.collect::<Vec<_>>().join(".").to_ascii_lowercase()
}

/// A name of a configuration, which is absolute with or without its final dot.
pub(super) fn absolute(text: &str) -> Option<Name> {
    let name = Name::from_ascii(text.trim()).ok()?.to_lowercase();
    (!name.is_root()).then_some(name)
}

/// A name without its final dot, as people write it.
pub(super) fn plain(name: &Name) -> String {
    match name.to_string().trim_end_matches('.') {
        "" => ".".to_owned(),
        text => text.to_owned(),
    }
}

/// The first record of every set that lists SIP servers for a domain: its SRV sets, and its
/// NAPTR set where that leads to another SRV set.
pub(super) fn sip_records<'v>(view: &'v View, domain: &Name) -> Vec<&'v Record> {
    let srv = view.sip_sets(domain);
    let mut records: Vec<_> = srv.iter().map(|(_, _, set)| &set.records[0]).collect();
    let naptr = view.set(domain, RecordType::NAPTR);
    records.extend(naptr.and_then(|set| {
        let leads_to_servers = |naptr: &Naptr| {
            is_sip_naptr(naptr) && view.set(&naptr.replacement.name, RecordType::SRV).is_some()
        };
        let mut naptr = set.naptr();
        naptr
            .find(|(_, naptr)| leads_to_servers(naptr))
            .map(|(record, _)| record)
    }));
    records
}

/// The hosts that SRV records which are given out name as SIP servers: where, and for which
/// domain.
pub(super) type ListedHosts<'v> = HashMap<&'v Name, (Span, Name)>;

/// Which hosts are SIP servers, as far as it was asked for.
#[derive(Default)]
pub(super) struct Listed<'v> {
    /// By view.
    named: HashMap<usize, ListedHosts<'v>>,
    /// By view and domain.
    addressed: HashMap<(usize, Name), HashMap<IpAddr, Span>>,
}

impl<'v> Listed<'v> {
    /// The domain for which a host is listed, and where: by its name, or under another one by its
    /// address, for the domain right above it.
    pub(super) fn domain_of(
        &mut self,
        view: &'v View,
        index: usize,
        host: &Name,
        address: IpAddr,
    ) -> Option<(Span, Name)> {
        let named = self.named.entry(index);
        if let Some(listed) = named.or_insert_with(|| listed_hosts(view)).get(host) {
            return Some(listed.clone());
        }
        let domain = host.base_name();
        let addressed = self.addressed.entry((index, domain.clone()));
        let addressed = addressed.or_insert_with(|| listed_addresses(view, &domain));
        Some((*addressed.get(&address)?, domain))
    }
}

/// The addresses of the servers of a domain that lists several, and the targets that lead there.
fn listed_addresses(view: &View, domain: &Name) -> HashMap<IpAddr, Span> {
    let mut addresses = HashMap::new();
    for (.., set) in view.sip_sets(domain) {
        for (_, srv) in set.srv() {
            let answer = view.ask(&srv.target.name, RecordType::A);
            for address in answer.ipv4_addresses() {
                let listed = addresses.entry(address.value.into());
                listed.or_insert(srv.target.span);
            }
        }
    }
    if addresses.len() < 2 {
        // Whoever is given the domain has no other server either.
        addresses.clear();
    }
    addresses
}

pub(super) fn listed_hosts(view: &View) -> ListedHosts<'_> {
    let mut hosts = HashMap::new();
    let sets = view.sets(RecordType::SRV).into_iter();
    for set in sets.filter(|set| view.serves_srv(set)) {
        let Some(domain) = sip_domain(&set.owner) else {
            continue;
        };
        for (_, srv) in set.srv() {
            let target = &srv.target;
            hosts
                .entry(&target.name)
                .or_insert_with(|| (target.span, domain.clone()));
        }
    }
    hosts
}

/// The SRV questions that a handset made of its configured address and that got no record;
/// none where any SRV question got one, or where no DNS server is asked:
/// `phone-static-dns-incomplete` says so. A question that a NAPTR record led to is not among
/// them: what is wrong then is the NAPTR record, and other rules say so.
pub(super) fn missed_srv<'l>(lookup: &'l Lookup, setup: &Setup) -> Vec<&'l Step> {
    let asked = |record_type| {
        let steps = lookup.steps.iter();
        steps.filter(move |step| step.question.record_type == record_type)
    };
    let found = |step: &Step| matches!(step.answer, Answer::Records(_)) && !step.passed_over;
    let asks_none = setup.entry.static_dns.is_all();
    if asks_none || is_srv_name(setup) || asked(RecordType::SRV).any(found) {
        return Vec::new();
    }
    let naptr = asked(RecordType::NAPTR).flat_map(|step| step.answer.of_type(RecordType::NAPTR));
    let naptr: Vec<_> = naptr
        .filter_map(|record| match &record.data {
            Data::Naptr(naptr) => Some(naptr),
            _ => None,
        })
        .collect();
    let led_by_naptr = |step: &Step| {
        naptr.iter().any(|naptr| {
            let tokens = [naptr.replacement.span, naptr.service.span];
            tokens.contains(&step.why.span) && naptr.replacement.name == step.question.name
        })
    };
    asked(RecordType::SRV)
        .filter(|step| is_miss(step))
        .filter(|step| !led_by_naptr(step))
        .collect()
}

/// The question got no record that the handset takes.
pub(super) fn is_miss(step: &Step) -> bool {
    step.passed_over || matches!(step.answer, Answer::NoData(_) | Answer::NxDomain(_))
}

/// A configuration or the command line gives the handset the name of an SRV set, below which
/// nothing could help: `phone-address-is-srv-name` says so.
pub(super) fn is_srv_name(setup: &Setup) -> bool {
    let askers = [Asker::Configuration, Asker::Arguments, Asker::Live];
    askers.contains(&setup.asker) && setup.entry.address.value.starts_with('_')
}

/// What is to be created before handsets can be given other settings, with which a lookup led to
/// no server.
pub(super) fn create_first(lookup: &Lookup) -> String {
    let mut steps = lookup.steps.iter();
    match steps.rfind(|step| step.question.record_type == RecordType::SRV) {
        Some(srv) => format!("first list the SIP servers at `{}`", srv.asked_as),
        None => "first repair the records".to_owned(),
    }
}

/// A question and its answer, for a message: "the handset asks for SRV `…` and gets …".
pub(super) fn asked_and_got(step: &Step) -> String {
    format!(
        "the handset asks for {} `{}` and gets {}",
        step.question.record_type,
        step.asked_as,
        if step.passed_over {
            "an alias, which it does not follow (`cname-chasing=no`)".to_owned()
        } else {
            in_words(&step.answer)
        }
    )
}

/// An answer for people who do not know the response codes by heart.
pub(super) fn in_words(answer: &Answer) -> String {
    match answer {
        Answer::Records(_) => "an answer".to_owned(),
        Answer::NoData(_) => "NODATA (the name has no such record)".to_owned(),
        Answer::NxDomain(_) => "NXDOMAIN (no such name)".to_owned(),
        Answer::Failed(failure) => failure.to_string(),
        Answer::NotLoaded => "no answer from the given data".to_owned(),
    }
}

/// What every finding about a lookup says: who is touched and which lookup it is about. Where
/// no configuration asks for the address it is a note, since perhaps no handset does.
pub(super) fn about_lookup(
    mut finding: Finding,
    simulation: &Simulation,
    setup: &Setup,
) -> Finding {
    if !setup.is_configured() {
        finding.severity = finding.severity.min(Severity::Note);
    }
    let name = |name: &Name| Subject::Lookup {
        view: simulation.view,
        name: name.clone(),
    };
    let missed = missed_srv(&simulation.lookup, setup);
    finding
        .subjects
        .extend(missed.iter().map(|step| name(&step.question.name)));
    if missed.is_empty() {
        finding.subjects.extend(setup.name().map(name));
    }
    finding.handsets(&setup.handsets)
}

/// Adds the zone that says no, which also tells one view from another.
pub(super) fn said_no(finding: Finding, answer: &Answer) -> Finding {
    let (Answer::NoData(miss) | Answer::NxDomain(miss)) = answer else {
        return finding;
    };
    match &miss.soa {
        Some(soa) => finding.related(soa.owner.span, "the zone that gives this answer"),
        None => finding,
    }
}

/// The root or a top-level domain, where a server that does not hold it says no by its SOA: what
/// was asked for is in no zone that the server knows.
pub(super) fn hearsay<'s>(view: &View, step: &'s Step) -> Option<&'s Name> {
    let (Answer::NoData(miss) | Answer::NxDomain(miss)) = &step.answer else {
        return None;
    };
    let reply = view.live.as_deref()?.answers.get(&step.question)?;
    let zone = &miss.soa.as_ref()?.owner.name;
    (!reply.authoritative && zone.num_labels() <= 1).then_some(zone)
}

/// A setting of a server entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Setting {
    Address,
    Port,
    Transport,
}

impl Setting {
    /// How its parameter's name ends.
    fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Port => "port",
            Self::Transport => "transport",
        }
    }

    /// Gives it another value, which is one that it may have.
    fn set(self, entry: &mut ServerEntry, value: &str) {
        match self {
            Self::Address => value.clone_into(&mut entry.address.value),
            Self::Port => entry.port.value = value.parse().unwrap_or_default(),
            Self::Transport => entry.transport.value = Transport::read(value),
        }
    }

    /// Its value in the file; `None` where it is left to its default.
    fn written(self, entry: &ServerEntry) -> Option<Span> {
        let address = entry.address.span;
        match self {
            Self::Address => Some(address),
            Self::Port => Some(entry.port.span).filter(|span| *span != address),
            Self::Transport => Some(entry.transport.span).filter(|span| *span != address),
        }
    }
}

/// A setting with another value; `None` where no configuration file makes the set-up.
pub(super) fn other_value(
    site: &Site,
    setup: &Setup,
    setting: Setting,
    value: &str,
) -> Option<Change> {
    Some(set(name_of(site, setup, setting)?, Field::text(value)))
}

/// With other settings handsets find a server, or perhaps one where they find none now. The error
/// is the lookup that they would make.
pub(super) fn served_with(
    site: &Facts,
    (simulation, setup, view): (&Simulation, &Setup, &View),
    settings: &[(Setting, &str)],
) -> Result<(), Lookup> {
    let mut entry = setup.entry.clone();
    for (setting, value) in settings {
        setting.set(&mut entry, value);
    }
    let (lookup, verdict) = site.look_up(&Setup::new(entry, setup.asker), view);
    let loses = simulation.verdict == Verdict::Registers && verdict != Verdict::Registers;
    if loses || verdict == Verdict::Fails {
        return Err(lookup);
    }
    Ok(())
}

/// The same as [`change`], unless handsets would then find no server, or perhaps none where they
/// find one now: the error is the lookup that they would make. Where others would lose their
/// servers by it, no file is changed.
pub(super) fn change_if_served(
    site: &Facts,
    (simulation, setup, view): (&Simulation, &Setup, &View),
    settings: &[(Setting, &str)],
    title: impl Into<String>,
) -> Result<Fix, Lookup> {
    served_with(site, (simulation, setup, view), settings)?;
    let mut fix = change(site, setup, settings, title);
    if !leaves_others(site, (simulation, setup), settings) {
        fix.edits.clear();
        fix.title.push_str(" in a file of these handsets alone");
    }
    Ok(fix)
}

/// Settings where they are written, with other values.
pub(super) type Changed = Vec<(Setting, Span, String)>;

/// Other set-ups that settings of one are also settings of keep their servers with other values,
/// or then take them from SRV records.
fn leaves_others(
    site: &Facts,
    (simulation, setup): (&Simulation, &Setup),
    settings: &[(Setting, &str)],
) -> bool {
    let changed = settings.iter().filter_map(|(setting, value)| {
        let written = setting.written(&setup.entry)?;
        Some((*setting, written, (*value).to_owned()))
    });
    let losers = site.losers(&changed.collect());
    losers.iter().all(|at| *at == simulation.setup)
}

/// The first two set-ups that lose their servers where settings are changed: beside any one there
/// is another or not.
pub(super) fn losers(site: &Facts, changed: &Changed) -> Vec<usize> {
    let mut losers = Vec::new();
    for (_, place, _) in changed {
        for (simulation, setup, view) in site.simulated_with(*place) {
            if losers.len() == 2 {
                return losers;
            }
            if !losers.contains(&simulation.setup)
                && !keeps_servers(site, (simulation, setup, view), changed)
            {
                losers.push(simulation.setup);
            }
        }
    }
    losers
}

/// With other settings a set-up finds the same servers, finds some through SRV records, or has
/// none to lose.
fn keeps_servers(
    site: &Facts,
    (simulation, setup, view): (&Simulation, &Setup, &View),
    changed: &Changed,
) -> bool {
    let mut entry = setup.entry.clone();
    for (setting, place, value) in changed {
        if setting.written(&setup.entry) == Some(*place) {
            setting.set(&mut entry, value);
        }
    }
    let (lookup, verdict) = site.look_up(&Setup::new(entry, setup.asker), view);
    let found = |lookup: &Lookup| {
        let servers = lookup.servers().iter();
        let servers = servers.map(|one| (one.order, one.address, one.port, one.protocol));
        servers.collect::<Vec<_>>()
    };
    let by_srv = lookup.servers().first().map(|one| one.via) == Some(Via::Srv);
    match simulation.verdict {
        Verdict::Registers if found(&lookup) == found(&simulation.lookup) => true,
        Verdict::Fails if found(&simulation.lookup).is_empty() => true,
        _ => by_srv && verdict == Verdict::Registers,
    }
}

/// Gives settings other values, each in the file where it is written and as an attribute.
pub(super) fn change(
    site: &Site,
    setup: &Setup,
    settings: &[(Setting, &str)],
    title: impl Into<String>,
) -> Fix {
    let mut all = Fix {
        title: title.into(),
        ..Fix::default()
    };
    for (setting, value) in settings {
        // A handset of the command line has no file to be changed.
        let Some(name) = name_of(site, setup, *setting) else {
            continue;
        };
        let written = setting.written(&setup.entry);
        match written.and_then(|span| parameter_at(site, span)) {
            Some(parameter) => {
                let fix = setting::change(parameter, &name, value, false);
                all.edits.extend(fix.edits);
                all.changes.extend(fix.changes);
            }
            None => all.changes.push(set(name, Field::text(*value))),
        }
    }
    // All are changed, or none.
    if all.edits.len() < settings.len() {
        all.edits.clear();
    }
    all
}

/// The name of a setting beside the address of a set-up.
fn name_of(site: &Site, setup: &Setup, setting: Setting) -> Option<String> {
    let address = parameter_at(site, setup.entry.address.span)?;
    let prefix = address.name.value.strip_suffix(Setting::Address.name())?;
    Some(format!("{prefix}{}", setting.name()))
}

/// The parameter whose value stands at `span`.
fn parameter_at(site: &Site, span: Span) -> Option<&Parameter> {
    let files = &site.configurations;
    let file = site.provisioning.configuration(files, span.source)?;
    let parameter = file.parameter_at(span);
    parameter.filter(|parameter| parameter.value.span == span)
}
