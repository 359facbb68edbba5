//! Sites from texts, for tests: the way from sources to findings without files.

use std::collections::BTreeMap;
use std::sync::Arc;

use sipdns_lint::dns::Name;
use sipdns_lint::finding::Finding;
use sipdns_lint::handset::{Assumptions, Model};
use sipdns_lint::phone::provisioning::{Assembled, Options, Shelf, assemble};
use sipdns_lint::select::{Selection, baseline::Baseline};
use sipdns_lint::site::{self, Basis, Input, Kind, Loaded, Requested, Site};
use sipdns_lint::source::{Origin, Source, Sources};
use sipdns_lint::{phone, rules, zone};

/// Texts that make up a site.
#[derive(Default)]
pub struct Texts {
    /// Zones: name of the source, origin, text.
    pub zones: Vec<(String, String, String)>,
    /// Formats of zones, by the names of their sources; the others are master files.
    pub formats: BTreeMap<String, zone::Format>,
    /// The zones are given in the bytes of Windows-1252, not of UTF-8.
    pub windows_1252: bool,
    /// Handset configurations: name of the source, text.
    pub phones: Vec<(String, String)>,
    /// What is known of the handsets.
    pub handsets: Options,
    /// Findings that are let in.
    pub baseline: Option<String>,
    /// What the command line asks for.
    pub requested: Requested,
    /// Readings of undocumented behaviour.
    pub assumptions: Assumptions,
    /// `--handset`; the 84-Series unless named.
    pub model: Option<String>,
}

impl Texts {
    /// Reads the texts and simulates the handsets.
    pub fn site(&self) -> Site {
        let sources = Arc::new(Sources::new());
        let mut inputs = Vec::new();
        let mut zones = Vec::new();
        for (name, origin, text) in &self.zones {
            let bytes = if self.windows_1252 {
                encoding_rs::WINDOWS_1252.encode(text).0.into_owned()
            } else {
                text.clone().into_bytes()
            };
            let id = sources.add(Source::from_bytes(name.clone(), Origin::Stdin, bytes));
            let options = zone::ReadOptions {
                origin: Some(Name::from_ascii(origin).expect("a test's origin is a name")),
                ..Default::default()
            };
            let format = self.formats.get(name).copied();
            let format = format.unwrap_or(zone::Format::MasterFile);
            for zone in zone::read(&sources, id, format, &options) {
                inputs.push(Input {
                    source: id,
                    kind: Kind::Zone(format),
                    zone: Some(zone.apex.clone()),
                    records: Some(zone.record_count),
                });
                zones.push(Arc::new(zone));
            }
        }
        let mut configurations = Vec::new();
        for (name, text) in &self.phones {
            let id = sources.add(Source::new(name.clone(), Origin::Stdin, text.clone()));
            configurations.push(phone::read(&sources, id));
            inputs.push(Input {
                source: id,
                kind: Kind::PhoneConfig,
                zone: None,
                records: None,
            });
        }
        let mut folder = Shelf::default();
        for file in &configurations {
            folder.add(&sources.get(file.source).name, file.source);
        }
        let Assembled {
            configurations,
            provisioning,
        } = assemble(configurations, &sources, &mut folder, &self.handsets);
        let setups =
            site::configured_setups(&sources, &configurations, &provisioning, &self.requested);
        let model = self.model.as_deref().unwrap_or("spectralink-84");
        site::build(
            Loaded {
                sources,
                inputs,
                zones,
                configurations,
                provisioning,
                live: Vec::new(),
                name_servers: Vec::new(),
                planned: Vec::new(),
            },
            setups,
            Basis {
                model: Model::find(model).expect("a test's model exists"),
                assumptions: self.assumptions,
                ..Basis::default()
            },
        )
    }

    /// The site and what all rules say of it.
    #[allow(dead_code, reason = "tests of the simulator alone run no rule")]
    pub fn check(&self) -> (Site, Vec<Finding>) {
        let site = self.site();
        let findings = rules::check(&site);
        let mut selection = Selection::default();
        if let Some(text) = &self.baseline {
            let id = site
                .sources
                .add(Source::new("baseline", Origin::Stdin, text.clone()));
            let baseline = Baseline::of(id, &site.sources).expect("a test's baseline");
            selection.baseline = Some(baseline);
        }
        let findings = selection.apply(&site, findings).findings;
        (site, findings)
    }
}
