//! Which settings of dnsmasq one server reads: those of a file, of the files and folders that it
//! names, and of a folder that is there for such files.

use std::collections::BTreeMap;

use super::Admitted;
use super::by_end::Paths;
use crate::site::Kind;
use crate::source::{SourceId, Sources};
use crate::zone::Format;
use crate::zone::dnsmasq::{Files, Part, parts};

/// The settings among texts, those that one server reads together.
pub(super) fn together(texts: &[Admitted], sources: &Sources) -> Vec<Files> {
    let is_one = |text: &&Admitted| text.kind == Kind::Zone(Format::Dnsmasq);
    let texts: Vec<_> = texts.iter().filter(is_one).collect();
    let mut servers = Servers {
        main: (0..texts.len()).collect(),
        lacks_parts: vec![false; texts.len()],
        is_left_out: vec![false; texts.len()],
    };
    servers.find(&texts, sources);
    servers.files(|at| texts[at].source)
}

/// Settings by their numbers, in the order of their names.
struct Servers {
    /// For each the one that names it; itself, where none does.
    main: Vec<usize>,
    /// Something that it names is not given.
    lacks_parts: Vec<bool>,
    /// It lies in a folder of which settings say that they do not mean it.
    is_left_out: Vec<bool>,
}

impl Servers {
    fn find(&mut self, texts: &[&Admitted], sources: &Sources) {
        let paths = texts.iter().enumerate();
        let paths = paths.filter_map(|(at, text)| Some((text.path()?, at)));
        let paths: Vec<(String, usize)> = paths.collect();
        let mut of_folders: BTreeMap<&str, Vec<(&str, usize)>> = BTreeMap::new();
        for (path, at) in &paths {
            let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
            of_folders.entry(folder).or_default().push((file, *at));
        }
        let (folders, of_folders): (Vec<_>, Vec<_>) = of_folders.into_iter().unzip();
        let named: Vec<_> = folders
            .iter()
            .map(|folder| (*folder).to_owned())
            .zip(0..)
            .collect();
        let (files, by_folder) = (Paths::of(&paths), Paths::of(&named));
        for (at, text) in texts.iter().enumerate() {
            let beside = text.path().unwrap_or_default();
            for part in parts(&sources.get(text.source).text) {
                let found = match part {
                    Part::File(path) => files.meant(path, &beside).map(|file| vec![file]),
                    Part::Folder(path, wanted) => by_folder.meant(path, &beside).map(|folder| {
                        let files: &[(&str, usize)] = &of_folders[folder];
                        let (read, others): (Vec<_>, Vec<_>) =
                            files.iter().partition(|(file, _)| wanted.has(file));
                        for (_, other) in others {
                            self.is_left_out[other] = !texts[other].found.named && other != at;
                        }
                        read.into_iter().map(|(_, file)| file).collect()
                    }),
                };
                self.lacks_parts[at] |= found.is_none();
                for part in found.into_iter().flatten() {
                    self.add(part, at);
                }
            }
        }
        for (folder, files) in folders.into_iter().zip(&of_folders) {
            let is_for_them = folder.rsplit_once('.').is_some_and(|(_, end)| end == "d");
            let files = files.iter().map(|(_, file)| *file);
            let files: Vec<_> = files.filter(|file| !self.is_left_out[*file]).collect();
            if let Some((first, others)) = files.split_first().filter(|_| is_for_them) {
                for file in others {
                    self.add(*file, *first);
                }
            }
        }
    }

    /// Adds settings that others name, unless they are a part of theirs, or named before.
    fn add(&mut self, part: usize, main: usize) {
        let main = self.server(main);
        if self.server(part) != main && self.main[part] == part {
            self.main[part] = main;
        }
    }

    /// The settings that begin those of which these are a part.
    fn server(&mut self, mut at: usize) -> usize {
        while self.main[at] != at {
            // Every second way is cut short, so that none stays long.
            self.main[at] = self.main[self.main[at]];
            at = self.main[at];
        }
        at
    }

    fn files(mut self, source: impl Fn(usize) -> SourceId) -> Vec<Files> {
        let mut servers: BTreeMap<usize, Files> = BTreeMap::new();
        for at in 0..self.main.len() {
            let server = self.server(at);
            if server == at && self.is_left_out[at] {
                continue;
            }
            let files = servers.entry(server).or_insert_with(|| Files {
                sources: vec![source(server)],
                lacks_parts: false,
            });
            files.lacks_parts |= self.lacks_parts[at];
            if at != server {
                files.sources.push(source(at));
            }
        }
        servers.into_values().collect()
    }
}
