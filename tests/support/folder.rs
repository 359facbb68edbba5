//! Fixtures and examples of pages as folders that may be written to.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sipdns_lint::finding::Finding;
use sipdns_lint::handset::{Assumptions, Model};
use sipdns_lint::load::{self, Options, Progress};
use sipdns_lint::site::{self, Basis, Kind, Requested, Site};
use sipdns_lint::source::Sources;
use sipdns_lint::{rules, zone};
use tempfile::TempDir;

use crate::example::pages;
use crate::site::Texts;

/// A folder of its own, and how it is checked.
pub struct Folder {
    /// Where it comes from, for messages.
    pub name: String,
    place: TempDir,
    kinds: Vec<(Kind, PathBuf)>,
    requested: Requested,
    assumptions: Assumptions,
    model: &'static Model,
}

impl Folder {
    /// Where it is.
    pub fn path(&self) -> &Path {
        self.place.path()
    }

    /// Reads it and runs all rules.
    pub fn check(&self) -> (Site, Vec<Finding>) {
        let options = Options {
            paths: vec![self.path().to_owned()],
            kinds: self.kinds.clone(),
            ..Options::default()
        };
        let (loaded, problems) = load::load(
            &options,
            &Arc::new(Sources::new()),
            &mut std::io::empty(),
            &Progress::default(),
        );
        assert!(problems.is_empty(), "{}: {problems:?}", self.name);
        let setups = site::configured_setups(
            &loaded.sources,
            &loaded.configurations,
            &loaded.provisioning,
            &self.requested,
        );
        let site = site::build(
            loaded,
            setups,
            Basis {
                model: self.model,
                assumptions: self.assumptions,
                ..Basis::default()
            },
        );
        let findings = rules::check(&site);
        (site, findings)
    }

    /// The same in another folder.
    pub fn again(&self) -> Self {
        let place = TempDir::new().expect("a temporary folder");
        copy(self.path(), place.path());
        let moved = |path: &PathBuf| {
            let below = path.strip_prefix(self.path()).expect("below the folder");
            place.path().join(below)
        };
        Self {
            name: self.name.clone(),
            kinds: self
                .kinds
                .iter()
                .map(|(kind, path)| (*kind, moved(path)))
                .collect(),
            requested: self.requested.clone(),
            assumptions: self.assumptions,
            model: self.model,
            place,
        }
    }

    fn empty(name: String) -> Self {
        Self {
            name,
            place: TempDir::new().expect("a temporary folder"),
            kinds: Vec::new(),
            requested: Requested::default(),
            assumptions: Assumptions::default(),
            model: Model::find("spectralink-84").expect("the model of handsets"),
        }
    }

    fn of_example(name: String, texts: &Texts) -> Self {
        let mut folder = Self::empty(name);
        for (name, origin, text) in &texts.zones {
            let format = texts.formats.get(name).copied();
            let format = format.unwrap_or(zone::Format::MasterFile);
            // The file's name is the origin of what does not state it.
            let path = folder.path().join(format!("{origin}zone"));
            fs::write(&path, texts.bytes(text)).expect("a new file");
            folder.kinds.push((Kind::Zone(format), path));
        }
        for (name, text) in &texts.phones {
            let mut path = folder.path().join(name);
            path.set_extension("cfg");
            let beside = path.parent().expect("it lies in the folder");
            fs::create_dir_all(beside).expect("a new folder");
            fs::write(&path, texts.bytes(text)).expect("a new file");
            folder.kinds.push((Kind::PhoneConfig, path));
        }
        folder.requested = texts.requested.clone();
        folder.assumptions = texts.assumptions;
        if let Some(model) = &texts.model {
            folder.model = Model::find(model).expect("a test's model exists");
        }
        folder
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a new folder");
    for entry in fs::read_dir(from).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}

/// Every fixture, then every example of every page, each copied into a folder of its own.
pub fn every_folder() -> impl Iterator<Item = Folder> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut fixtures: Vec<_> = fs::read_dir(fixtures)
        .expect("the fixtures stand in fixtures/")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.is_dir())
        // A big healthy zone has nothing to repair, and much to read.
        .filter(|path| !path.ends_with("good-big-zone"))
        .collect();
    fixtures.sort();
    let fixtures = fixtures.into_iter().map(|path| {
        let folder = Folder::empty(path.display().to_string());
        copy(&path, folder.path());
        folder
    });
    let examples = pages().into_iter().flat_map(|page| {
        page.examples.into_iter().map(move |example| {
            let name = format!("{}: {}", page.id, example.name);
            Folder::of_example(name, &example.texts())
        })
    });
    fixtures.chain(examples)
}
