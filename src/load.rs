//! From paths to sources, zones and configurations.
//!
//! Folders are walked in the order of names, files are read side by side, and sources are
//! added in the order of their names: the same input gives the same report at any number of
//! threads. What a file is, its content tells ([`recognise`]).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use crate::dns::{Name, Record};
use crate::phone::provisioning::{Assembled, is_handset_file, is_of_other_maker};
use crate::phone::{self, Configuration};
use crate::phone_log::{self, Clock, PhoneLog, Scan};
use crate::problem::Problem;
use crate::site::{Input, Kind, Loaded};
use crate::source::{Origin, Source, SourceId, Sources};
use crate::zone::{self, Zone};

mod aside;
mod by_end;
mod dnsmasq;
mod find;
mod folder;
mod folder_lists;
pub mod git;
mod log;
mod named_conf;
mod progress;
mod read;
mod recognise;

use by_end::joined;
pub(crate) use find::{Canonical, canonical, name as path_name};
use find::{Found, Place};
pub use progress::Progress;
pub(crate) use read::reason;
pub use recognise::{Rejection, recognise};

/// What is to be read.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Files and folders as they were named; `-` is standard input.
    pub paths: Vec<PathBuf>,
    /// Files whose kind was declared.
    pub kinds: Vec<(Kind, PathBuf)>,
    /// The origin of zones that do not state it.
    pub origin: Option<Name>,
    /// The name under which standard input is reported.
    pub stdin_name: Option<String>,
    /// Files that folders may hold besides inputs: settings and the like.
    pub passed_over: Vec<PathBuf>,
    /// A copy, and what it is a copy of: reports give the files in it the names they have
    /// there.
    pub moved: Option<(PathBuf, PathBuf)>,
    /// What is known of the handsets.
    pub handsets: phone::provisioning::Options,
    /// What the times of logs mean, where it is known.
    pub clock: Option<Clock>,
}

/// Texts of more octets are looked into while they are read.
const LARGE: usize = 1 << 22;

/// Reads everything that was named; what could not be read or recognised becomes a problem.
pub fn load(
    options: &Options,
    sources: &Arc<Sources>,
    stdin: &mut (dyn Read + Send),
    progress: &Progress,
) -> (Loaded, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut found = find::find(options, &mut problems);
    let mut from_stdin = Vec::new();
    if let Some(place) = found.iter().position(|one| one.place == Place::Stdin) {
        let one = found.remove(place);
        let text = match one.kind {
            Some(kind) => read::declared(kind, stdin),
            None => read::limited(stdin).map(|bytes| read::Text::Whole(bytes, None)),
        };
        from_stdin.push((one, text));
    }
    progress.begin("reading", found.len());
    let mut files: Vec<(Found, io::Result<Judged>)> = found
        .into_par_iter()
        .map(|one| {
            let text = read::file(&one).map(|text| judge(&one, text));
            progress.step();
            (one, text)
        })
        .collect();
    files.extend(from_stdin.into_iter().map(|(one, text)| {
        let text = text.map(|text| judge(&one, text));
        (one, text)
    }));
    files.par_sort_by(|(one, _), (two, _)| one.name.cmp(&two.name));

    let mut texts = Vec::new();
    for (one, text) in files {
        match text {
            Ok(judged) => texts.extend(admit(one, judged, options, sources, &mut problems)),
            // What is missing is ours: the file may be what matters most.
            Err(error) if one.named || error.kind() == io::ErrorKind::OutOfMemory => {
                problems.push(unreadable(&one, &error));
            }
            Err(error) => texts.push(unread(one, &error, sources)),
        }
    }
    let logs = texts
        .iter_mut()
        .flat_map(|text| std::mem::take(&mut text.logs))
        .collect();
    let is_parsed = |text: &&Admitted| {
        let is_configuration = matches!(text.kind, Kind::PhoneConfig | Kind::ProvisioningMaster);
        is_configuration || matches!(text.kind, Kind::Zone(_))
    };
    progress.begin("parsing", texts.iter().filter(is_parsed).count());
    // Almost every run has findings. What reports ask of a large text takes long, and while the
    // text is read from its beginning, others have nothing to do.
    let has_others = rayon::current_num_threads() > 1;
    let large: Vec<_> = texts
        .iter()
        .map(|text| text.source)
        .filter(|source| has_others && sources.get(*source).text.len() > LARGE)
        .collect();
    let loaded = rayon::in_place_scope(|scope| {
        for source in large {
            scope.spawn(move |_| sources.get(source).look_into());
        }
        parse(texts, logs, options, sources, progress)
    });
    progress.end();
    (loaded, problems)
}

/// A source of known kind.
struct Admitted {
    source: SourceId,
    kind: Kind,
    found: Found,
    /// What was read of logs.
    logs: Vec<PhoneLog>,
}

impl Admitted {
    /// The file's path, as settings may name its end.
    fn path(&self) -> Option<String> {
        match &self.found.place {
            Place::File(path) => joined(path),
            Place::Stdin | Place::LinkOut(_) => None,
        }
    }
}

/// A text, and what it is by its content.
enum Judged {
    /// Of this kind; else, what shows that it is of none.
    Text(Box<Source>, Result<Kind, Vec<Rejection>>),
    /// The log of a handset, of which the text is not kept.
    Log(Box<Scan>),
}

/// Decodes a text and says what it is: one that handsets ask for by name is theirs, whatever
/// it holds.
fn judge(found: &Found, text: read::Text) -> Judged {
    // Nothing points into what is passed over, so its text need not be kept.
    let without_text = || Box::new(Source::new(found.name.clone(), origin(found), ""));
    let (bytes, by_beginning) = match text {
        read::Text::Log(scan) => return Judged::Log(scan),
        read::Text::PassedOver(kind) => return Judged::Text(without_text(), Ok(kind)),
        read::Text::Whole(bytes, by_beginning) => (bytes, by_beginning),
    };
    let source = Source::from_bytes(found.name.clone(), origin(found), bytes);
    let source = Box::new(source);
    let is_met = !found.named && found.kind.is_none();
    let by_content = match found.kind.or(by_beginning) {
        Some(kind) => Ok(kind),
        None => recognise(&source.text, &found.name),
    };
    match by_content {
        Ok(kind) if is_met && aside::is_none(&source.text, found, kind) => {
            Judged::Text(without_text(), Ok(Kind::Unknown))
        }
        Err(_) if is_handset_file(&found.name) && !is_of_other_maker(&source.text) => {
            Judged::Text(source, Ok(Kind::PhoneConfig))
        }
        Err(rejections) => Judged::Text(without_text(), Err(rejections)),
        Ok(Kind::PhoneLog) if found.named => {
            Judged::Log(Box::new(phone_log::scan_text(&source.text)))
        }
        Ok(Kind::PhoneLog) => Judged::Text(without_text(), Ok(Kind::PhoneLog)),
        Ok(kind) => Judged::Text(source, Ok(kind)),
    }
}

fn origin(found: &Found) -> Origin {
    match &found.place {
        Place::Stdin => Origin::Stdin,
        Place::File(path) | Place::LinkOut(path) => Origin::File(path.clone()),
    }
}

/// Adds a source. A file that was named must be of a known kind; one met in a folder may be
/// anything.
fn admit(
    found: Found,
    judged: Judged,
    options: &Options,
    sources: &Sources,
    problems: &mut Vec<Problem>,
) -> Option<Admitted> {
    let (source, kind) = match judged {
        Judged::Log(scan) => {
            let origin = origin(&found);
            return log::admit(found, *scan, origin, options, sources, problems);
        }
        Judged::Text(source, Ok(kind)) => (source, kind),
        Judged::Text(_, Err(rejections)) if found.named => {
            problems.push(unrecognised(&found, &rejections));
            return None;
        }
        Judged::Text(source, Err(_)) => (source, Kind::Unknown),
    };
    Some(Admitted {
        source: sources.add(*source),
        kind,
        found,
        logs: Vec::new(),
    })
}

/// A file that was met in a folder and cannot be read: its text is the reason.
fn unread(found: Found, error: &io::Error, sources: &Sources) -> Admitted {
    let source = Source::new(found.name.clone(), origin(&found), read::reason(error));
    Admitted {
        source: sources.add(source),
        kind: Kind::Unreadable,
        found,
        logs: Vec::new(),
    }
}

fn unreadable(found: &Found, error: &io::Error) -> Problem {
    Problem::new(format!(
        "cannot read `{}`: {}",
        found.name,
        read::reason(error)
    ))
}

fn unrecognised(found: &Found, rejections: &[Rejection]) -> Problem {
    let mut help = String::new();
    for rejection in rejections {
        // Writing to a string does not fail.
        let _ = writeln!(help, "no {}: {}", rejection.kind.word(), rejection.why);
    }
    let kinds: Vec<_> = rejections.iter().map(|one| one.kind.word()).collect();
    let path = match found.place {
        // What it is reported as may be no path, and `<` leads a shell astray.
        Place::Stdin => "-",
        _ => &found.name,
    };
    let _ = write!(
        help,
        "where it is one all the same, say so: --input {}={path}",
        kinds.first().unwrap_or(&"KIND"),
    );
    Problem::new(format!("`{}` is of no known kind", found.name)).help(help)
}

/// Reads zones and configurations.
fn parse(
    mut texts: Vec<Admitted>,
    mut logs: Vec<PhoneLog>,
    options: &Options,
    sources: &Arc<Sources>,
    progress: &Progress,
) -> Loaded {
    let stated = named_conf::stated(&mut texts, sources);
    let mut zones = read_zones(&texts, &stated.origins, options, sources, progress);
    if options.origin.is_none() {
        folder_lists::name(&mut zones, sources);
    }
    let is_stated =
        |source| stated.origins.contains_key(&source) || stated.views.contains_key(&source);
    let put_aside = aside::pass_over_copies(&mut texts, &mut zones, is_stated, sources);
    aside::pass_over_answers(&mut texts, &mut zones, is_stated, sources);
    let fragments = fragments(&zones, sources);
    // A file that a zone includes is a part of that zone, though met here on its own too.
    let mut paths = Canonical::default();
    let parts: HashSet<SourceId> = texts
        .iter()
        .filter(|text| match &text.found.place {
            Place::File(path) if !fragments.is_empty() => fragments.contains_key(&paths.of(path)),
            _ => false,
        })
        .map(|text| text.source)
        .collect();
    zones.retain(|zone| !parts.contains(&zone.source));
    aside::pass_over_fragments(&mut texts, &mut zones, is_stated, sources);
    zones.sort_by_key(|zone| sources.get(zone.source).name.as_str());
    aside::pass_over_other_makers(&mut texts, sources);
    let configurations: Vec<Configuration> = texts
        .par_iter()
        .filter(|text| matches!(text.kind, Kind::PhoneConfig | Kind::ProvisioningMaster))
        .map(|text| {
            let configuration = phone::read(sources, text.source);
            progress.step();
            configuration
        })
        .collect();
    let roots = texts.iter();
    let roots = roots.filter_map(|text| Some((text.source, text.found.root.as_deref()?)));
    let Assembled {
        configurations,
        provisioning,
    } = folder::assemble(configurations, sources, &roots.collect(), &options.handsets);
    if options.clock.is_none() {
        log::suppose_clocks(&mut logs, sources, &configurations, &provisioning);
    }
    let whole = texts.iter().filter(|text| !parts.contains(&text.source));
    let mut inputs = inputs(whole, &zones, &configurations, sources);
    let fragments = fragments.into_values();
    inputs.extend(fragments.map(|source| input(source, Kind::ZoneFragment, None)));
    inputs.sort_by_key(|input| sources.get(input.source).name.as_str());
    Loaded {
        inputs,
        configurations,
        provisioning,
        logs,
        sources: Arc::clone(sources),
        stated_views: stated.views,
        lacking: stated.lacking,
        put_aside,
        zones,
        ..Loaded::default()
    }
}

/// Reads zones. Those that include files are read one after the other, for each adds sources.
fn read_zones(
    texts: &[Admitted],
    origins: &HashMap<SourceId, Name>,
    options: &Options,
    sources: &Sources,
    progress: &Progress,
) -> Vec<Arc<Zone>> {
    let folders = find::folders(options);
    let read = |(text, format): (&Admitted, zone::Format)| {
        let origin = origins.get(&text.source).or(options.origin.as_ref());
        let options = zone::ReadOptions {
            origin: origin.cloned(),
            root: text.found.root.clone(),
            others: Arc::clone(&folders),
            ..Default::default()
        };
        let zones = zone::read(sources, text.source, format, &options);
        progress.step();
        zones.into_iter().map(Arc::new)
    };
    let includes = |(text, _): &(&Admitted, _)| includes(&sources.get(text.source).text);
    let zone_texts = texts.iter().filter_map(|text| match text.kind {
        Kind::Zone(zone::Format::Dnsmasq) => None,
        Kind::Zone(format) => Some((text, format)),
        _ => None,
    });
    let (including, plain): (Vec<_>, Vec<_>) = zone_texts.partition(includes);
    let mut zones: Vec<Arc<Zone>> = plain.into_par_iter().flat_map_iter(read).collect();
    zones.extend(including.into_iter().flat_map(read));
    let settings = dnsmasq::together(texts, sources).into_par_iter();
    zones.par_extend(settings.flat_map_iter(|files| {
        let options = zone::ReadOptions {
            origin: options.origin.clone(),
            ..Default::default()
        };
        let zones = zone::read_together(sources, &files, &options);
        files.sources.iter().for_each(|_| progress.step());
        zones.into_iter().map(Arc::new)
    }));
    zones
}

/// What texts were read as: one that holds several zones as each of them.
fn inputs<'t>(
    texts: impl Iterator<Item = &'t Admitted>,
    zones: &[Arc<Zone>],
    configurations: &[Configuration],
    sources: &Sources,
) -> Vec<Input> {
    let name = |id: SourceId| sources.get(id).name.as_str();
    let mut of_source: HashMap<SourceId, Vec<&Arc<Zone>>> = HashMap::new();
    for zone in zones {
        of_source.entry(zone.source).or_default().push(zone);
    }
    let mut inputs: Vec<Input> = Vec::new();
    let mut input_of: HashMap<&str, usize> = HashMap::new();
    for text in texts {
        if let Some(zones) = of_source.get(&text.source) {
            let zones = zones.iter().copied();
            let of_zone =
                |zone: &Arc<Zone>| input(text.source, Kind::Zone(zone.format), Some(zone));
            inputs.extend(zones.map(of_zone));
        } else {
            input_of.insert(name(text.source), inputs.len());
            inputs.push(input(text.source, text.kind, None));
        }
    }
    // What a master file names is a configuration, whatever it looked like before.
    for file in configurations {
        let named = input(file.source, Kind::PhoneConfig, None);
        match input_of.get(name(file.source)) {
            Some(at) if inputs[*at].kind == Kind::Unknown => inputs[*at] = named,
            Some(_) => {}
            None => inputs.push(named),
        }
    }
    inputs
}

fn input(source: SourceId, kind: Kind, zone: Option<&Arc<Zone>>) -> Input {
    Input {
        source,
        kind,
        zone: zone.map(|zone| zone.apex.clone()),
        records: zone.map(|zone| zone.record_count),
    }
}

/// Whether a text has an `$INCLUDE` line, in any case of letters.
fn includes(text: &str) -> bool {
    const DIRECTIVE: &[u8] = b"$include";
    memchr::memchr_iter(b'$', text.as_bytes()).any(|at| {
        let word = text.as_bytes().get(at..at + DIRECTIVE.len());
        word.is_some_and(|word| word.eq_ignore_ascii_case(DIRECTIVE))
    })
}

/// The files that zones include, by their canonical paths, each once. Of files that include
/// each other one is the zone: the first that has an SOA record of its own, or else the first.
fn fragments(zones: &[Arc<Zone>], sources: &Sources) -> BTreeMap<PathBuf, SourceId> {
    let mut paths = Canonical::default();
    let mut path = |source| match &sources.get(source).origin {
        Origin::File(path) => Some(paths.of(path)),
        _ => None,
    };
    let mut including = BTreeMap::new();
    for zone in zones.iter().filter(|zone| !zone.included.is_empty()) {
        let parts = zone.included.iter();
        let parts: BTreeMap<_, _> = parts
            .filter_map(|part| Some((path(*part)?, *part)))
            .collect();
        let own_soa = |soa: &Record| soa.span.source == zone.source;
        if let Some(own) = path(zone.source) {
            including.insert(own, (!zone.soas.iter().any(own_soa), parts));
        }
    }
    let mut fragments = BTreeMap::new();
    for (own, (has_no_soa, parts)) in &including {
        for (part, source) in parts {
            let is_the_zone = including.get(part).is_some_and(|(part_has_no_soa, back)| {
                back.contains_key(own) && (part_has_no_soa, part) < (has_no_soa, own)
            });
            if !is_the_zone {
                fragments.entry(part.clone()).or_insert(*source);
            }
        }
    }
    fragments
}
