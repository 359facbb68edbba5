//! Settings of dnsmasq, of which those that make DNS records are read (dnsmasq(8)).
//!
//! ```text
//! domain=eslab.local
//! local=/eslab.local/
//! srv-host=_sip._udp.eslab.local,piper.eslab.local,5060,1,10
//! host-record=piper.eslab.local,10.225.2.31
//! ```
//!
//! Every name is complete, with or without a final dot; only an `srv-host` without a domain
//! gets the one of `domain=`. dnsmasq has no zones: each domain that the settings name, or
//! whose SIP service they describe, is read as one, without SOA and NS records. What lies in
//! none of them is kept by its top-level domain, of which it says nothing as a whole.
//!
//! What dnsmasq is not told it asks other servers for, reads from hosts files or learns from
//! DHCP. A domain is taken to be whole where the settings make it local or hold addresses in
//! it. Whether a host has an address they say only with `no-hosts` (without it `/etc/hosts` is
//! read), and where they name no other source of addresses.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::export::{self, Builder, Written};
use super::fields::{Fault, span_of};
use super::master::origin::Known;
use super::text::Text;
use super::{Elsewhere, Format, ReadOptions, TroubleKind, Zone, ttl};
use crate::dns::{Data, Name, RecordType, WrittenName};
use crate::source::{SourceId, Sources, Span, Spanned};

mod options;
mod record;

use options::Line;
pub(crate) use options::is_one;

/// The TTL of records for which the settings set none: nobody is to keep them.
const DEFAULT_TTL: u32 = 0;

/// Files of settings that one server reads.
#[derive(Debug, Clone)]
pub struct Files {
    /// The files, the main one first; never empty.
    pub sources: Vec<SourceId>,
    /// They name others, of which not all are here.
    pub lacks_parts: bool,
}

impl Files {
    /// A file alone: what it names is elsewhere.
    pub(super) fn alone(sources: &Sources, id: SourceId) -> Self {
        Self {
            sources: vec![id],
            lacks_parts: parts(&sources.get(id).text).next().is_some(),
        }
    }
}

/// More settings, as one file of settings names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part<'t> {
    /// `conf-file=`
    File(&'t str),
    /// `conf-dir=`: the folder, and which files in it are meant.
    Folder(&'t str, Wanted<'t>),
}

/// Which files of a folder are read (dnsmasq(8), `--conf-dir`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted<'t> {
    /// Where there are some, names end with one of these.
    only: Vec<&'t str>,
    /// They end with none of these.
    except: Vec<&'t str>,
}

impl<'t> Wanted<'t> {
    fn of(fields: &[options::Field<'t>]) -> Self {
        let ends = fields.iter().map(|field| field.text);
        let (only, except) = ends.partition(|end: &&str| end.starts_with('*'));
        let only: Vec<&str> = only;
        Self {
            only: only.iter().map(|end| &end[1..]).collect(),
            except,
        }
    }

    /// A file of that name is read.
    pub(crate) fn has(&self, file: &str) -> bool {
        let is_aside = file.ends_with('~') || file.starts_with('.') || file.starts_with('#');
        let ends = |ends: &[&str]| ends.iter().any(|end| file.ends_with(end));
        !is_aside && !ends(&self.except) && (self.only.is_empty() || ends(&self.only))
    }
}

/// The further settings that a text names.
pub(crate) fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let lines = export::lines(text).filter(|line| line.text.contains("conf-"));
    lines.filter_map(|line| {
        let line = options::read(&line).ok()??;
        let path = line.fields.first()?.text;
        match line.name.text {
            "conf-file" => Some(Part::File(path)),
            "conf-dir" => Some(Part::Folder(path, Wanted::of(&line.fields[1..]))),
            _ => None,
        }
    })
}

/// Reads the settings of one server: a zone for each domain. Several sites' settings together
/// are none of dnsmasq's, so the caller's origin serves only where they name no domain.
pub fn read(sources: &Sources, files: &Files, read_options: &ReadOptions) -> Vec<Zone> {
    let texts = files.sources.iter().map(|id| {
        let text = Text::verbatim(*id, &sources.get(*id).text);
        (*id, text)
    });
    let texts: Vec<_> = texts.collect();
    let mut settings = Settings {
        is_part: files.lacks_parts,
        ..Settings::default()
    };
    let mut lines = Vec::new();
    for (_, text) in &texts {
        for line in export::lines(text.as_str()) {
            match options::read(&line) {
                Ok(Some(option)) => {
                    settings.note(text, &option);
                    lines.push((text, option));
                }
                Ok(None) => {}
                Err(quote) => {
                    let message = "this quote is not closed on its line";
                    let fault = Fault::new(span_of(text, &quote), message);
                    let fault = fault.help("put a `\"` at the end of the field");
                    settings.faults.push((fault, None));
                }
            }
        }
    }
    if settings.domain.is_none() {
        settings.domain.clone_from(&read_options.origin);
    }
    let mut found = Vec::new();
    for (text, line) in &lines {
        if let Err(lost) = record::read(text, line, &settings, &mut found) {
            settings.faults.push(*lost);
        }
    }
    zones(&texts, settings, found)
}

/// A record that an option makes.
struct Found {
    owner: WrittenName,
    /// The whole option.
    span: Span,
    ttl: Option<Spanned<u32>>,
    written: Written,
}

/// Owner and type of a record that is lost.
type Damaged = Option<(Name, RecordType)>;

/// What options say about all records.
#[derive(Default)]
struct Settings {
    /// `domain=`: where an `srv-host` without a domain belongs.
    domain: Option<Name>,
    /// Domains that are this server's: those of `domain=` and `auth-zone=`.
    domains: BTreeSet<Name>,
    /// Domains that no other server is asked for.
    local: BTreeSet<Name>,
    /// Domains that other servers are asked for.
    forwarded: BTreeSet<Name>,
    /// `local-ttl=`
    ttl: Option<Spanned<u32>>,
    /// `no-hosts`: `/etc/hosts` is not read.
    no_hosts: bool,
    /// Other hosts files or DHCP give addresses too.
    addresses_elsewhere: bool,
    /// There are more settings than these.
    is_part: bool,
    faults: Vec<(Fault, Damaged)>,
}

impl Settings {
    fn note(&mut self, text: &Text<'_>, line: &Line<'_>) {
        let first = line.fields.first().map_or("", |field| field.text);
        match line.name.text {
            "domain" => {
                let Some(domain) = export::zone_name(first) else {
                    return;
                };
                if line.fields.last().is_some_and(|last| last.text == "local") {
                    self.local.insert(domain.to_lowercase());
                }
                self.domains.insert(domain.to_lowercase());
                if line.fields.len() == 1 {
                    self.domain = Some(domain);
                }
            }
            "auth-zone" => {
                let domain = export::zone_name(first).map(|domain| domain.to_lowercase());
                self.local.extend(domain.clone());
                self.domains.extend(domain);
            }
            "local" | "server" => self.note_server(first),
            "local-ttl" => {
                let seconds = first.parse().ok().filter(|seconds| *seconds <= ttl::MAX);
                let value = line.fields.first().map_or(line.name, |field| **field);
                let span = span_of(text, &value);
                if let Some(seconds) = seconds {
                    self.ttl = Some(Spanned::new(seconds, span));
                } else {
                    let fault = Fault::new(span, "`local-ttl` is a number of seconds");
                    self.faults.push((fault, None));
                }
            }
            "address" if first.starts_with("/#/") => self.addresses_elsewhere = true,
            "no-hosts" => self.no_hosts = true,
            "servers-file" => self.is_part = true,
            "addn-hosts" | "hostsdir" | "expand-hosts" | "dhcp-range" | "dhcp-host"
            | "dhcp-hostsfile" | "dhcp-hostsdir" | "dynamic-host" | "interface-name"
            | "synth-domain" => self.addresses_elsewhere = true,
            _ => {}
        }
    }

    /// `/eslab.local/` with no server behind: the domain is local.
    fn note_server(&mut self, value: &str) {
        let Some((domains, server)) = value
            .strip_prefix('/')
            .and_then(|value| value.rsplit_once('/'))
        else {
            return;
        };
        for domain in domains.split('/').filter_map(export::zone_name) {
            let domain = domain.to_lowercase();
            if server.is_empty() {
                self.local.insert(domain);
            } else {
                self.forwarded.insert(domain);
            }
        }
    }
}

/// Puts records into the zones of their domains.
fn zones(texts: &[(SourceId, Text<'_>)], settings: Settings, found: Vec<Found>) -> Vec<Zone> {
    let by_source: HashMap<_, _> = texts.iter().map(|(source, text)| (*source, text)).collect();
    let main = &texts[0].1;
    let domains = domains(&settings, &found);
    let mut builders: BTreeMap<Name, Builder<'_>> = BTreeMap::new();
    let mut with_addresses = BTreeSet::new();
    for one in found {
        let owner = &one.owner.name;
        let apex = closest(&domains, owner).unwrap_or_else(|| top_of(owner));
        let is_address = |data: &Data| matches!(*data, Data::A(_) | Data::Aaaa(_));
        if matches!(&one.written, Written::Kept(data) if is_address(data)) {
            with_addresses.insert(apex.clone());
        }
        let zone = builders
            .entry(apex)
            .or_insert_with_key(|apex| builder(by_source[&one.span.source], apex));
        let ttl = one.ttl.or(settings.ttl);
        let ttl = ttl.unwrap_or(Spanned::new(DEFAULT_TTL, one.span));
        zone.add(one.owner, one.span, Some(ttl), None, one.written);
    }
    for domain in &settings.domains {
        builders
            .entry(domain.clone())
            .or_insert_with_key(|apex| builder(main, apex));
    }
    if builders.is_empty() {
        let root = Name::root();
        builders.insert(root.clone(), builder(main, &root));
    }
    for (apex, zone) in &mut builders {
        let is_within =
            |domains: &BTreeSet<Name>| ancestors(apex).any(|ancestor| domains.contains(&ancestor));
        let is_own = domains.contains(apex) && with_addresses.contains(apex);
        let is_kept_here = is_own || is_within(&settings.local);
        let zone = zone.zone_mut();
        let reads_hosts = settings.addresses_elsewhere || !settings.no_hosts;
        zone.addresses_elsewhere = reads_hosts.then_some(Elsewhere::Hosts);
        zone.is_excerpt =
            settings.is_part || is_reverse(apex) || is_within(&settings.forwarded) || !is_kept_here;
    }
    for (fault, damaged) in settings.faults {
        // What is lost is missed in its own zone; where nothing tells that, any will do.
        let own = damaged.as_ref().and_then(|(owner, _)| {
            let mut above = ancestors(owner);
            above.find(|apex| builders.contains_key(apex))
        });
        let zone = match own {
            Some(apex) => builders.get_mut(&apex),
            None => builders.values_mut().next(),
        };
        if let Some(zone) = zone {
            zone.report(TroubleKind::Syntax, fault, damaged);
        }
    }
    builders.into_values().map(Builder::finish).collect()
}

fn builder<'t>(text: &'t Text<'t>, apex: &Name) -> Builder<'t> {
    Builder::new(text, Format::Dnsmasq, apex.clone(), Known::Surely)
}

/// The domains that the settings name, and those whose services they describe.
fn domains(settings: &Settings, found: &[Found]) -> BTreeSet<Name> {
    let mut domains = settings.domains.clone();
    domains.extend(settings.local.iter().cloned());
    let services = found.iter().filter_map(|one| match &one.written {
        Written::Kept(data) => {
            let is_service = matches!(**data, Data::Srv(_) | Data::Naptr(_));
            is_service.then(|| domain_of_service(&one.owner.name).to_lowercase())
        }
        Written::Other(_) => None,
    });
    // Names sort behind those above them (RFC 4034 6.1): a domain in another one is part of it.
    for domain in services.collect::<BTreeSet<_>>() {
        if closest(&domains, &domain).is_none() {
            domains.insert(domain);
        }
    }
    domains
}

/// The closest domain at or above a name.
fn closest(domains: &BTreeSet<Name>, name: &Name) -> Option<Name> {
    ancestors(name).find(|name| domains.contains(name))
}

/// A name and the names above it, in lower case, without the root.
fn ancestors(name: &Name) -> impl Iterator<Item = Name> {
    let name = name.to_lowercase();
    (1..=name.iter().len())
        .rev()
        .map(move |labels| name.trim_to(labels))
}

/// The name below which a service stands: without labels such as `_sip._udp`.
fn domain_of_service(owner: &Name) -> Name {
    let is_plain = |label: &[u8]| !label.starts_with(b"_");
    let plain = owner
        .from_highest()
        .take_while(|label| is_plain(label))
        .count();
    owner.trim_to(if plain > 0 { plain } else { owner.iter().len() })
}

/// The top-level domain of a name of which nothing more is known: a list of ten thousand
/// blocked domains makes no ten thousand zones.
fn top_of(owner: &Name) -> Name {
    let labels = if is_reverse(owner) { 2 } else { 1 };
    owner.trim_to(labels).to_lowercase()
}

fn is_reverse(apex: &Name) -> bool {
    apex.from_highest()
        .next()
        .is_some_and(|last| last.eq_ignore_ascii_case(b"arpa"))
}

#[cfg(test)]
mod tests;
