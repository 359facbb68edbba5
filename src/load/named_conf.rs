//! Which zone a file is, by the settings of BIND: a zone's file need not say its name.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::Admitted;
use super::by_end::Paths;
use crate::dns::Name;
use crate::site::{Kind, StatedViews};
use crate::source::{SourceId, Sources, Span};
use crate::zone::Format;

mod statements;

pub(super) use statements::is_one;
use statements::{Data, Served, Statements};

/// What settings say of texts.
#[derive(Default)]
pub(super) struct Stated {
    /// The zones of master files.
    pub(super) origins: HashMap<SourceId, Name>,
    /// The views that master files are served in.
    pub(super) views: StatedViews,
    /// Zones whose data is not given, and where the settings have them.
    pub(super) lacking: HashMap<Name, Span>,
}

/// Zones that are served from one file, at most, and octets that are read for them. Lists of
/// domains to be blocked have many more, which are none of anybody's.
const MOST_ZONES: usize = 1000;
const MOST_OCTETS: usize = 1 << 26;

/// The zones that are served from a file, in order, each with the views that it is served in.
#[derive(Default)]
struct FromFile {
    zones: Vec<(Name, BTreeSet<(SourceId, String)>)>,
    /// Where each zone is among them.
    at: HashMap<Name, usize>,
}

/// What the settings among texts say of the others. A file that is served as several zones
/// becomes a text for each.
pub(super) fn stated(texts: &mut Vec<Admitted>, sources: &Sources) -> Stated {
    let paths_of = |kind: Kind| -> Vec<_> {
        let texts = texts.iter().filter(|text| text.kind == kind);
        let paths = texts.filter_map(|text| Some((text.path()?, text.source)));
        paths.collect()
    };
    let settings = paths_of(Kind::NamedConf);
    if settings.is_empty() {
        return Stated::default();
    }
    let read: Vec<_> = settings
        .iter()
        .map(|(path, source)| (path, *source, Statements::of(&sources.get(*source).text)))
        .collect();
    // What a view includes is stated in that view.
    let paths = Paths::of(&settings);
    let mut including = StatedViews::new();
    for (path, source, statements) in &read {
        for (file, view) in &statements.included {
            if let Some(included) = paths.meant(file, path) {
                let views = including.entry(included).or_default();
                views.insert((*source, view.clone()));
            }
        }
    }
    let files = paths_of(Kind::Zone(Format::MasterFile));
    let paths = Paths::of(&files);
    let mut stated = Stated::default();
    let mut files: BTreeMap<SourceId, FromFile> = BTreeMap::new();
    // Which file each view has of a zone.
    let mut file_of: HashMap<(Name, String), SourceId> = HashMap::new();
    let served = read.iter().flat_map(|(path, settings, statements)| {
        let meant = |file: &str| {
            let directory = statements.directory.as_deref();
            let inside = directory.filter(|_| !file.starts_with('/'));
            let file = inside.map_or(file.to_owned(), |directory| format!("{directory}/{file}"));
            paths.meant(&file, path)
        };
        let served = statements.served.iter();
        served.map(move |served| {
            let file = match &served.data {
                Data::File(file) | Data::Elsewhere(Some(file)) => meant(file),
                Data::View(_) | Data::Elsewhere(None) => None,
            };
            (*settings, served, file)
        })
    });
    // Views may take zones from views that stand behind them.
    let (of_views, others): (Vec<_>, Vec<_>) =
        served.partition(|(_, served, _)| matches!(served.data, Data::View(_)));
    let mut referring = HashSet::new();
    for (settings, served, file) in others.into_iter().chain(of_views) {
        let Served {
            zone,
            data,
            view,
            at,
        } = served;
        let of_view = view.clone().map(|view| (settings, view));
        let of_others = including.get(&settings).into_iter().flatten().cloned();
        let in_views: Vec<_> = of_view.into_iter().chain(of_others).collect();
        let file = match data {
            Data::View(other) => file_of.get(&(zone.clone(), other.clone())).copied(),
            Data::File(_) => file,
            Data::Elsewhere(_) => {
                referring.extend(file);
                None
            }
        };
        let Some(file) = file else {
            let span = Span::new(settings, at.start, at.end);
            stated.lacking.entry(zone.clone()).or_insert(span);
            continue;
        };
        for (_, view) in &in_views {
            file_of.insert((zone.clone(), view.clone()), file);
        }
        let FromFile { zones, at } = files.entry(file).or_default();
        let at = *at.entry(zone.clone()).or_insert(zones.len());
        if at == zones.len() {
            zones.push((zone.clone(), BTreeSet::new()));
        }
        zones[at].1.extend(in_views);
    }
    for text in texts.iter_mut().filter(|text| !text.found.named) {
        if referring.contains(&text.source) && !files.contains_key(&text.source) {
            text.kind = Kind::Unknown;
        }
    }
    stated.name_files(files, texts, sources);
    stated
}

impl Stated {
    /// Notes the zones of files, each with its views.
    fn name_files(
        &mut self,
        files: BTreeMap<SourceId, FromFile>,
        texts: &mut Vec<Admitted>,
        sources: &Sources,
    ) {
        let places = texts.iter().enumerate();
        let places: HashMap<_, _> = places.map(|(at, text)| (text.source, at)).collect();
        for (file, FromFile { zones, .. }) in files {
            let octets = sources.get(file).text.len().saturating_mul(zones.len() - 1);
            if zones.len() > MOST_ZONES || octets > MOST_OCTETS {
                continue;
            }
            for (number, (zone, views)) in zones.into_iter().enumerate() {
                let source = match number {
                    0 => file,
                    _ => once_more(places[&file], texts, sources),
                };
                self.origins.insert(source, zone);
                if !views.is_empty() {
                    self.views.insert(source, views);
                }
            }
        }
    }
}

/// Adds a text once more, as a source of its own.
fn once_more(at: usize, texts: &mut Vec<Admitted>, sources: &Sources) -> SourceId {
    let text = &texts[at];
    let source = sources.share(text.source, text.found.name.clone());
    let again = Admitted {
        source,
        kind: text.kind,
        found: text.found.clone(),
        logs: Vec::new(),
    };
    texts.push(again);
    source
}
