//! From texts to a site and its findings, without files.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;

use super::{Check, built_in, origin, served};
use crate::finding::Finding;
use crate::handset::{Assumptions, Model};
use crate::phone::provisioning::{Assembled, Options, Shelf, assemble};
use crate::rule::Catalogue;
use crate::select::{Selection, baseline::Baseline};
use crate::settings::{Found, Settings};
use crate::site::{self, Basis, Expectation, Input, Kind, Loaded, Requested, Site};
use crate::source::{Fault, Origin, Source, Sources};
use crate::{phone, phone_log, zone};

/// Texts that make up a site.
#[derive(Debug, Default)]
pub struct Texts {
    /// Zones: name of the source, origin, text.
    pub zones: Vec<(String, String, String)>,
    /// DNS servers by address, each with the text of its zone `eslab.local`. They have the
    /// reverse zone too.
    pub servers: Vec<(Ipv4Addr, String)>,
    /// Formats of zones, by the names of their sources; the others are master files.
    pub formats: BTreeMap<String, zone::Format>,
    /// Zones and configurations are given in the bytes of Windows-1252, not of UTF-8.
    pub windows_1252: bool,
    /// Handset configurations: name of the source, text.
    pub phones: Vec<(String, String)>,
    /// What is known of the handsets.
    pub handsets: Options,
    /// Logs of handsets: name of the source, text.
    pub logs: Vec<(String, String)>,
    /// Findings that are let in.
    pub baseline: Option<String>,
    /// The settings, of which only what is expected counts.
    pub settings: Option<String>,
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
        self.site_with(&mut Vec::new())
    }

    /// A zone or a configuration as it stands in its file.
    pub fn bytes(&self, text: &str) -> Vec<u8> {
        if self.windows_1252 {
            encoding_rs::WINDOWS_1252.encode(text).0.into_owned()
        } else {
            text.as_bytes().to_vec()
        }
    }

    /// The same; what is wrong with the settings is added to `faults`.
    fn site_with(&self, faults: &mut Vec<Fault>) -> Site {
        let sources = Arc::new(Sources::new());
        let mut inputs = Vec::new();
        let mut zones = Vec::new();
        for (name, written, text) in &self.zones {
            let bytes = self.bytes(text);
            let id = sources.add(Source::from_bytes(name.clone(), Origin::Stdin, bytes));
            let options = zone::ReadOptions {
                origin: Some(origin(written)),
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
            let bytes = self.bytes(text);
            let id = sources.add(Source::from_bytes(name.clone(), Origin::Stdin, bytes));
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
        let logs: Vec<_> = self
            .logs
            .iter()
            .flat_map(|(name, text)| {
                phone_log::scan_text(text).into_logs(&sources, name, Origin::Stdin)
            })
            .collect();
        let mut setups =
            site::configured_setups(&sources, &configurations, &provisioning, &self.requested);
        site::add_logged_setups(&mut setups, &logs);
        let model = self.model.as_deref().and_then(Model::find);
        let basis = Basis {
            model: model.unwrap_or_else(Model::spectralink_84),
            assumptions: self.assumptions,
            expectations: self.expectations(&sources, faults).into(),
            ..Basis::default()
        };
        let mut loaded = Loaded {
            sources,
            inputs,
            zones,
            configurations,
            provisioning,
            logs,
            ..Loaded::default()
        };
        for (address, text) in &self.servers {
            let answers = served::answers(&loaded, *address, text, &setups, &basis);
            loaded.add_live(answers);
        }
        site::build(loaded, setups, basis)
    }

    /// What the settings expect.
    fn expectations(&self, sources: &Sources, faults: &mut Vec<Fault>) -> Vec<Expectation> {
        let Some(text) = &self.settings else {
            return Vec::new();
        };
        let found = Found {
            source: sources.add(Source::new("settings", Origin::Stdin, text.clone())),
            folder: PathBuf::new(),
            named: true,
        };
        match Settings::read(sources, &found) {
            Ok(settings) => settings.expect,
            Err(wrong) => {
                faults.extend(wrong);
                Vec::new()
            }
        }
    }

    /// The site and what all built-in rules say of it.
    pub fn check(&self) -> (Site, Vec<Finding>) {
        let (site, findings, _) = self.check_with(&Catalogue::default(), &built_in);
        (site, findings)
    }

    /// The site, what the rules of a catalogue say of it, and what cannot be evaluated or read.
    pub(super) fn check_with(
        &self,
        catalogue: &Catalogue,
        check: &Check<'_>,
    ) -> (Site, Vec<Finding>, Vec<Fault>) {
        let mut faults = Vec::new();
        let site = self.site_with(&mut faults);
        let (findings, wrong) = check(&site);
        faults.extend(wrong);
        let mut selection = Selection {
            catalogue: catalogue.clone(),
            ..Selection::default()
        };
        if let Some(text) = &self.baseline {
            let source = Source::new("baseline", Origin::Stdin, text.clone());
            let id = site.sources.add(source);
            match Baseline::of(id, &site.sources) {
                Ok(baseline) => selection.baseline = Some(baseline),
                Err(fault) => faults.push(fault),
            }
        }
        let findings = selection.apply(&site, findings).findings;
        (site, findings, faults)
    }
}
