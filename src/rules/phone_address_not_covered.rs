//! `phone-address-not-covered`: zones were given, and none of them speaks of the address.

use std::collections::HashSet;

use super::candidates::Candidates;
use super::lookup::{Setting, about_lookup, change, plain};
use super::{Facts, Findings};
use crate::dns::{Name, RecordType, RrSet};
use crate::finding::{Finding, Subject};
use crate::site::{SIP_SETS, Setup, Site, View, below, sip_domain};
use crate::source::Span;

/// Looks at every address outside all zones given.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    if site.zones.is_empty() {
        return;
    }
    let mut known = None;
    for (simulation, setup, _) in site.simulated() {
        let Some(name) = setup.name().filter(|_| setup.is_configured()) else {
            continue;
        };
        if site.views.iter().any(|view| is_covered(view, name)) {
            continue;
        }
        let finding = if let Some(cut) = delegation(site, name) {
            let at = (cut.records[0].span, "the delegation");
            let finding = elsewhere(findings, setup, &cut.owner, "is delegated", at);
            finding.about(Subject::Owner(cut.owner.to_lowercase()))
        } else if let Some((apex, at)) = lacking(site, name) {
            let at = (at, "the settings of the server");
            elsewhere(findings, setup, apex, "is served as a zone of its own", at)
        } else {
            let given = || (Candidates::of(&site.views), zones(site), led_to(site));
            let (candidates, zones, led_to) = known.get_or_insert_with(given);
            outside(findings, site, setup, candidates, (zones, led_to))
        };
        let finding = finding.about(Subject::Token(setup.entry.address.span));
        findings.push(about_lookup(finding, simulation, setup));
    }
}

/// The view speaks of the name, or of one of the names below it that list servers: Windows has
/// zones of one such name each (pin-point zones).
fn is_covered(view: &View, name: &Name) -> bool {
    let mut sets = SIP_SETS
        .iter()
        .filter_map(|(prefix, _)| below(prefix, name));
    view.covers(name) || sets.any(|set| view.covers(&set))
}

/// The NS records by which a zone given hands the name to a zone that was not.
fn delegation<'s>(site: &'s Site, name: &Name) -> Option<&'s RrSet> {
    let mut zones = site.views.iter().filter_map(|view| view.zone_of(name));
    zones.find_map(|zone| zone.zone_cut_above(name))
}

/// The zone that servers have and that was not given, with where that is said.
fn lacking<'s>(site: &'s Site, name: &Name) -> Option<(&'s Name, Span)> {
    let mut views = site.views.iter();
    views.find_map(|view| view.zones.lacking(name))
}

fn elsewhere(
    findings: &Findings,
    setup: &Setup,
    zone: &Name,
    why: &str,
    (at, label): (Span, &str),
) -> Finding {
    let address = &setup.entry.address;
    let zone = plain(zone);
    let message = format!(
        "what handsets find at `{}` is not known: `{zone}` {why}, and its zone was not given",
        address.value,
    );
    let help = format!(
        "give the zone `{zone}` as well, or ask its servers with `--live {}`",
        address.value
    );
    findings
        .at(address.span, message)
        .help(help)
        .related(at, label)
}

fn outside(
    findings: &Findings,
    site: &Site,
    setup: &Setup,
    candidates: &mut Candidates,
    (zones, led_to): (&str, &HashSet<Name>),
) -> Finding {
    let address = &setup.entry.address;
    let message = format!(
        "none of the zones given covers `{}`: there is {zones}",
        address.value
    );
    let finding = findings.at(address.span, message);
    let nearest = candidates.nearest(&address.value);
    match nearest.filter(|(name, _)| is_host_name(name)) {
        Some((name, span)) if let Some(domain) = named(&address.value, name, led_to) => finding
            .help(format!(
                "records of the zone lead to `{domain}` as well: is its own name, in `$ORIGIN` or at \
                 the SOA record, a slip for that? If not, did you mean `{name}`?"
            ))
            .related(span, "a name spelt like it"),
        Some((name, span)) => finding
            .help(format!(
                "did you mean `{name}`? A handset appends no domain of its own; if `{}` is \
                 right, give its zone as well",
                address.value
            ))
            .fix(change(
                site,
                setup,
                &[(Setting::Address, name)],
                format!("set the address to `{name}`"),
            ))
            .related(span, "a name spelt like it"),
        None => finding.help(match unnamed(site) {
            Some(file) => format!(
                "if `{file}` is its zone file, say so: `--origin {0}` or a line `$ORIGIN {0}.`; \
                 else give the zone that holds `{0}` as well, or ask for it with `--live {0}`",
                address.value
            ),
            None => format!(
                "give the zone that holds `{0}` as well, or ask for it with `--live {0}`",
                address.value
            ),
        }),
    }
}

/// The domains to which SIP records lead, of services and of hosts.
fn led_to(site: &Site) -> HashSet<Name> {
    let views = || site.views.iter();
    let replacements = views().flat_map(|view| view.sets(RecordType::NAPTR));
    let replacements = replacements.flat_map(RrSet::naptr);
    let services = replacements.filter_map(|(_, naptr)| sip_domain(&naptr.replacement.name));
    let targets = views().flat_map(|view| view.sets(RecordType::SRV));
    let targets = targets.flat_map(RrSet::srv);
    let hosts = targets.map(|(_, srv)| srv.target.name.base_name());
    services.chain(hosts).collect()
}

/// What of the address differs from the name of the zone, where records lead to it: the address is
/// not the only place that has it so.
fn named<'a>(address: &'a str, name: &str, led_to: &HashSet<Name>) -> Option<&'a str> {
    let is_named = |domain: &str| {
        let domain = Name::from_ascii(format!("{}.", domain.trim_end_matches('.')));
        domain.is_ok_and(|domain| led_to.contains(&domain))
    };
    let mut rest = (address, name);
    loop {
        if is_named(rest.0) {
            return Some(rest.0);
        }
        let (first, address) = rest.0.split_once('.')?;
        let (other, name) = rest.1.split_once('.')?;
        if !first.eq_ignore_ascii_case(other) || address.eq_ignore_ascii_case(name) {
            return None;
        }
        rest = (address, name);
    }
}

fn is_host_name(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
}

/// A file that was taken for a zone of one label, for want of anything that names its zone.
fn unnamed(site: &Site) -> Option<&str> {
    let mut zones = site.zones.iter().filter(|zone| zone.apex.num_labels() == 1);
    zones.find_map(|zone| {
        let name = &site.sources.get(zone.source).name;
        let apex = plain(&zone.apex);
        let file = name.rsplit('/').next().unwrap_or_default();
        file.to_ascii_lowercase()
            .contains(&apex)
            .then_some(name.as_str())
    })
}

/// The apexes of the zones given, the forward ones if there are any.
fn zones(site: &Site) -> String {
    const SHOWN: usize = 3;
    let is_reverse = |apex: &Name| {
        let top = apex.from_highest().next();
        top.is_some_and(|label| label.eq_ignore_ascii_case(b"arpa"))
    };
    let mut apexes: Vec<_> = site.zones.iter().map(|zone| &zone.apex).collect();
    if !apexes.iter().all(|apex| is_reverse(apex)) {
        apexes.retain(|apex| !is_reverse(apex));
    }
    apexes.sort();
    apexes.dedup();
    let mut shown: Vec<_> = apexes
        .iter()
        .take(SHOWN)
        .map(|apex| format!("`{}`", plain(apex)))
        .collect();
    if apexes.len() > SHOWN {
        shown.push(format!("{} more", apexes.len() - SHOWN));
    }
    shown.join(", ")
}
