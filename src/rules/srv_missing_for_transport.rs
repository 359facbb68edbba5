//! `srv-missing-for-transport`: SIP servers are listed at the configured address, but not for
//! the transport that the handset asks for.

use std::cell::LazyCell;

use hashbrown::{HashMap, HashSet};

use super::lookup::{
    Setting, about_lookup, asked_and_got, change_if_served, missed_srv, other_value, plain,
    said_no, service_of,
};
use super::naptr::{SipNaptr, first_naptrs};
use super::served::Served;
use super::{Facts, Findings};
use crate::dns::{Answer, Name, Naptr, Record, RecordType, RrSet, Srv};
use crate::finding::{Fix, Subject};
use crate::fix::{Field, NewRecord, Place, add_record};
use crate::handset::{Lookup, Protocol, Step, Transport, Via};
use crate::rule::Severity;
use crate::site::{Asker, Setup, Simulation, Site, Verdict, View, below};

/// Looks, for every SRV question in vain, for the sets of other transports at that name.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let leading = LazyCell::new(|| {
        let naptrs = site.sip_naptrs().iter();
        let leading = naptrs.map(|one| (&one.naptr.replacement.name, one));
        leading.collect::<HashMap<_, _>>()
    });
    let served = LazyCell::new(|| Served::of(site));
    let with_servers = LazyCell::new(|| with_servers(site));
    for (simulation, setup, view) in site.simulated() {
        let missed = missed_srv(&simulation.lookup, setup);
        // Where an alias stands no record can be added.
        let first = missed.first().filter(|step| !step.passed_over);
        let (Some(step), Some(address)) = (first, setup.name()) else {
            continue;
        };
        let mut others = view.sip_sets(address);
        // An alias in its place hides a set that is there.
        others.retain(|(_, _, set)| missed.iter().all(|step| step.question.name != set.owner));
        let Some((_, protocol, set)) = others.first() else {
            continue;
        };
        // The bare address may still lead to a server: then only failover is lost.
        let severity = match site.found(simulation) {
            Verdict::Fails => Severity::Error,
            Verdict::Registers => Severity::Warning,
            Verdict::Undetermined => continue,
        };
        let of_tls = of_tls(view, address, step, set);
        let services = others.iter().map(|(service, ..)| *service);
        let services = services.chain(of_tls.map(|_| OF_TLS));
        let services: Vec<_> = services.map(|service| format!("`{service}`")).collect();
        let alike = with_servers.get(&(simulation.view, address)).copied();
        let alike = alike.filter(|_| setup.is_configured());
        // Where others find servers at this address, the transport is what is odd.
        let (address_at, transport_at) = (setup.entry.address.span, setup.entry.transport.span);
        let place = alike.map_or(address_at, |_| transport_at);
        let mut finding = findings
            .at(
                place,
                format!(
                    "{}; there are SIP servers, but under {} only",
                    asked_and_got(step),
                    services.join(" and ")
                ),
            )
            .severity(severity);
        let (help, fix) = if let Some(set) = of_tls {
            finding = finding.related(set.records[0].owner.span, "servers for TLS");
            let help = format!(
                "list the servers of `{}` at `{}`, which is what handsets ask for with TLS",
                plain(&set.owner),
                step.asked_as
            );
            let fix = fix(site, setup, view, (Protocol::Tls, set), step);
            (help, Some(fix))
        } else if let Some((record, naptr)) = discarded(&simulation.lookup, &others) {
            finding = finding.related(record.mark(), "this NAPTR record");
            let help = "correct the NAPTR record that leads to them: handsets discard it as it is";
            (help.to_owned(), service_named(site, view, record, naptr))
        } else if let Some(alike) = alike {
            let others = &alike.entry.transport;
            if others.span != alike.entry.address.span {
                finding = finding.related(others.span, "others find servers with this transport");
            }
            as_others_do(site, (simulation, setup, view), &others.value, step)
        } else {
            let there = (*protocol, *set);
            let fix = with_transport(site, (simulation, setup, view), there, step)
                .unwrap_or_else(|| fix(site, setup, view, there, step));
            (help(setup, view, step, there), Some(fix))
        };
        finding = served.advise(finding, help, simulation, view);
        if let Some(fix) = fix {
            finding = finding.fix(fix);
        }
        if ![place, address_at].contains(&transport_at) {
            let message = "this transport decides which set is asked for";
            finding = finding.related(transport_at, message);
        }
        for (_, other, set) in &others {
            let message = format!("servers for {}", other.as_str());
            finding = finding.related(set.records[0].owner.span, message);
            let is_absent = setup.entry.transport.value == Transport::DnsNaptr
                && first_naptrs(&simulation.lookup).next().is_none();
            let naptr = leading.get(&set.owner).filter(|one| {
                is_absent && one.set.owner != *address && std::ptr::eq(one.view, view)
            });
            if let Some(naptr) = naptr {
                let stands = format!(
                    "a NAPTR record of `{}` leads there: at `{}` it would count",
                    plain(&naptr.set.owner),
                    plain(address)
                );
                finding = finding.related(naptr.naptr.replacement.span, stands);
            }
        }
        // What is wrong with these records is why it asks for another set.
        for (_, naptr) in first_naptrs(&simulation.lookup) {
            finding = finding.about(Subject::Token(naptr.replacement.span));
        }
        findings.push(about_lookup(
            said_no(finding, &step.answer),
            simulation,
            setup,
        ));
    }
}

/// Whose handsets find their servers through SRV records of an address, by view and address: those
/// of the first such set-up.
fn with_servers(site: &Site) -> HashMap<(usize, &Name), &Setup> {
    let mut with_servers = HashMap::new();
    for (simulation, setup, _) in site.simulated() {
        let first = simulation.lookup.servers().first();
        let is_known = !matches!(setup.entry.transport.value, Transport::Unknown(_));
        let is_served = simulation.verdict == Verdict::Registers
            && first.is_some_and(|server| server.via == Via::Srv);
        if let Some(address) = setup.name().filter(|_| is_served && is_known)
            && setup.is_configured()
        {
            let of_address = with_servers.entry((simulation.view, address));
            of_address.or_insert(setup);
        }
    }
    with_servers
}

/// What is to be done where only some handsets ask for what is not there: they get the transport of
/// the others. Whether they are to do without TLS is for a person to say.
fn as_others_do(
    site: &Facts,
    whose: (&Simulation, &Setup, &View),
    transport: &Transport,
    step: &Step,
) -> (String, Option<Fix>) {
    let (wanted, transport) = (asked_protocol(step), transport.as_str());
    if wanted == Protocol::Tls {
        let help = format!(
            "if the servers speak TLS, list them at `{}`; else set the transport to `{transport}`, \
             with which other handsets find them",
            step.asked_as
        );
        return (help, None);
    }
    let help = format!(
        "set the transport to `{transport}`, with which other handsets find the servers of this \
         address; or list them at `{}` as well, if they speak {}",
        step.asked_as,
        wanted.as_str()
    );
    let title = format!("set the transport to `{transport}`");
    let settings = [(Setting::Transport, transport)];
    (help, change_if_served(site, whose, &settings, title).ok())
}

/// The service under which Skype and Teams list their servers.
const OF_TLS: &str = "_sip._tls";

/// The servers that stand there, where TLS is asked for under its own name and some of them are
/// those that handsets are given.
fn of_tls<'v>(view: &'v View, address: &Name, step: &Step, given: &RrSet) -> Option<&'v RrSet> {
    let is_asked = asked_protocol(step) == Protocol::Tls;
    let owner = below(OF_TLS, address).filter(|_| is_asked)?;
    let set = view.set(&owner, RecordType::SRV)?;
    let mut ports = set.srv().map(|(_, srv)| srv.port.value);
    let is_of_sip = ports.all(|port| port == Protocol::Tls.default_port());
    let targets = |set: &RrSet| -> HashSet<Name> {
        let targets = set.srv().map(|(_, srv)| srv.target.name.clone());
        targets.collect()
    };
    let is_given = is_of_sip && !targets(given).is_disjoint(&targets(set));
    (is_given && owner != step.question.name).then_some(set)
}

/// The NAPTR record that leads to one of the sets, and that the handset discards all the same.
fn discarded<'l>(
    lookup: &'l Lookup,
    others: &[(&str, Protocol, &RrSet)],
) -> Option<(&'l Record, &'l Naptr)> {
    let mut naptrs = first_naptrs(lookup);
    let leads_there = |naptr: &Naptr| {
        let mut sets = others.iter();
        sets.any(|(.., set)| set.owner == naptr.replacement.name)
    };
    naptrs.find(|(_, naptr)| leads_there(naptr))
}

/// The repair of a NAPTR record whose service is none of SIP's.
fn service_named(site: &Site, view: &View, record: &Record, naptr: &Naptr) -> Option<Fix> {
    let set = view.set(&record.owner.name, RecordType::NAPTR)?;
    let (_, naptr) = set.naptr().find(|(_, one)| *one == naptr)?;
    let found = SipNaptr::new(view, set, naptr);
    let is_slip = found.service().is_none() && !found.is_exchanged();
    let meant = found.service_meant().filter(|_| is_slip)?;
    found.name_service(site, meant)
}

/// The transport setting under which the handset asks for the set that exists.
fn setting(protocol: Protocol) -> Transport {
    match protocol {
        Protocol::Udp => Transport::UdpOnly,
        Protocol::Tcp => Transport::TcpOnly,
        Protocol::Tls => Transport::Tls,
    }
}

fn help(setup: &Setup, view: &View, step: &Step, (other, set): (Protocol, &RrSet)) -> String {
    let is_of_tls = |(_, srv): (_, &Srv)| srv.port.value == Protocol::Tls.default_port();
    if asked_protocol(step) == Protocol::Tls && set.srv().all(is_of_tls) {
        return format!(
            "the port of `{}` is that of TLS: name these records `{}`",
            plain(&set.owner),
            step.asked_as
        );
    }
    let (wanted, transport) = (asked_protocol(step), setting(other));
    let (wanted_word, transport) = (wanted.as_str(), transport.as_str());
    let asked_as = &step.asked_as;
    if wanted == Protocol::Tls {
        return format!(
            "if the servers speak TLS, list them at `{asked_as}` as well; else set the transport \
             of the handsets to `{transport}`"
        );
    }
    let naptr = if is_without_naptr(setup, view) {
        format!(
            ", or add a NAPTR record that leads to `{}` (with DNSnaptr and none they ask for UDP \
             only)",
            plain(&set.owner)
        )
    } else {
        String::new()
    };
    format!(
        "set the transport of the handsets to `{transport}`{naptr}; or list the servers at \
         `{asked_as}` as well, if they speak {wanted_word}"
    )
}

/// The handsets ask for the set that is there: servers that are listed for one transport alone are
/// not known to speak another, nor at which port. Whether handsets are to do without TLS is for a
/// person to say.
fn with_transport(
    site: &Facts,
    (simulation, setup, view): (&Simulation, &Setup, &View),
    (protocol, set): (Protocol, &RrSet),
    step: &Step,
) -> Option<Fix> {
    if asked_protocol(step) == Protocol::Tls {
        return None;
    }
    if setup.asker != Asker::Configuration {
        return led_by_naptr(setup, view, (protocol, set));
    }
    let transport = setting(protocol);
    let transport = transport.as_str();
    let settings = [(Setting::Transport, transport)];
    let title = format!("set the transport to `{transport}`");
    change_if_served(site, (simulation, setup, view), &settings, title).ok()
}

/// A NAPTR record leads handsets that ask for one to the set that is there.
fn led_by_naptr(setup: &Setup, view: &View, (protocol, set): (Protocol, &RrSet)) -> Option<Fix> {
    let address = setup.name().filter(|_| is_without_naptr(setup, view))?;
    let naptr = NewRecord::naptr(10, 10, protocol.naptr_service(), &set.owner);
    Some(Fix {
        title: format!("lead handsets to `{}` by a NAPTR record", plain(&set.owner)),
        changes: vec![add_record(
            Place::new(view.apex_of(address), address),
            &naptr,
        )],
        ..Fix::default()
    })
}

/// The handsets ask for NAPTR records, of which there is none, and one may be added.
fn is_without_naptr(setup: &Setup, view: &View) -> bool {
    let asks = setup.entry.transport.value == Transport::DnsNaptr;
    let address = setup.name().filter(|_| asks);
    address.is_some_and(|address| match view.ask(address, RecordType::NAPTR) {
        Answer::NoData(miss) | Answer::NxDomain(miss) => miss.aliases.is_empty(),
        _ => false,
    })
}

fn fix(
    site: &Site,
    setup: &Setup,
    view: &View,
    (protocol, set): (Protocol, &RrSet),
    step: &Step,
) -> Fix {
    let owner = &step.question.name;
    let place = Place::new(view.apex_of(owner), owner);
    let wanted = asked_protocol(step);
    let same_servers = set.srv().map(|(_, srv)| {
        let port = match srv.port.value {
            port if port == protocol.default_port() => wanted.default_port(),
            port => port,
        };
        let target = Field::from(&srv.target.name);
        let record = NewRecord::srv(srv.priority.value, srv.weight.value, port, target);
        add_record(place.clone(), &record)
    });
    let transport = setting(protocol);
    let condition = if wanted == protocol {
        String::new()
    } else {
        format!(", if they speak {}", wanted.as_str())
    };
    Fix {
        title: format!("list the servers at `{}` as well{condition}", plain(owner)),
        changes: same_servers.collect(),
        instead: (protocol != wanted)
            .then(|| other_value(site, setup, Setting::Transport, transport.as_str()))
            .flatten()
            .into_iter()
            .collect(),
        ..Fix::default()
    }
}

/// What SIP would have travelled over, had the set that was asked for existed.
fn asked_protocol(step: &Step) -> Protocol {
    let service = service_of(&step.question.name);
    match service.as_str() {
        "_sip._udp" => Protocol::Udp,
        "_sip._tcp" => Protocol::Tcp,
        _ => Protocol::Tls,
    }
}
