//! What the names in `CONFIG_FILES` lead to.

use std::collections::HashMap;

use crate::phone::Configuration;
use crate::source::SourceId;

/// What a name led to.
#[derive(Debug)]
pub enum Opened {
    /// A file that was read before.
    Known(SourceId),
    /// A file that was read because it was named.
    New(Box<Configuration>),
    /// Nothing; a file whose name differs in its case only, where there is one.
    Missing(Option<SourceId>),
    /// It leads out of the folder.
    Outside,
    /// It is there and cannot be read: why.
    Unreadable(String),
}

/// A folder that handsets are provisioned from.
pub trait Folder {
    /// What the first of `names` that is there leads to, as the master file `master` (a path
    /// with `/`) names it.
    fn open(&mut self, master: &str, names: &[String]) -> Opened;
}

/// The path that a name in a master file means: relative to the file's folder, with `/`. A
/// name that leaves `root`, and one that begins at the top of a file system, has none.
pub fn place(root: &str, master: &str, name: &str) -> Option<String> {
    let name = name.trim().replace('\\', "/");
    let is_drive = name.as_bytes().get(1) == Some(&b':');
    if name.starts_with('/') || is_drive {
        return None;
    }
    let (folder, _) = super::role::split(master);
    let below = if root.is_empty() {
        folder
    } else {
        let below = folder.strip_prefix(root)?;
        below.strip_prefix('/').unwrap_or(below)
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in below.split('/').chain(name.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    if root.is_empty() {
        return Some(parts.join("/"));
    }
    let mut path = root.trim_end_matches('/').to_owned();
    for part in parts {
        path.push('/');
        path.push_str(part);
    }
    Some(path)
}

/// Files by name: what was read of a folder.
#[derive(Debug, Default)]
pub struct Shelf {
    by_name: HashMap<String, SourceId>,
    in_lower_case: HashMap<String, SourceId>,
}

impl Shelf {
    /// Adds a file.
    pub fn add(&mut self, path: &str, source: SourceId) {
        self.by_name.insert(path.to_owned(), source);
        let in_lower_case = self.in_lower_case.entry(path.to_lowercase());
        in_lower_case.or_insert(source);
    }

    /// All files, in no order.
    pub fn files(&self) -> impl Iterator<Item = SourceId> {
        self.by_name.values().copied()
    }

    /// The file of that path.
    pub fn get(&self, path: &str) -> Option<SourceId> {
        self.by_name.get(path).copied()
    }

    /// A file whose path differs in its case only.
    pub fn near(&self, path: &str) -> Option<SourceId> {
        self.in_lower_case.get(&path.to_lowercase()).copied()
    }
}

impl Folder for Shelf {
    /// Everything that has been read is one folder, and nothing else is there.
    fn open(&mut self, master: &str, names: &[String]) -> Opened {
        let mut near = None;
        for name in names {
            let Some(path) = place("", master, name) else {
                return Opened::Outside;
            };
            if let Some(source) = self.get(&path) {
                return Opened::Known(source);
            }
            near = near.or_else(|| self.near(&path));
        }
        Opened::Missing(near)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_relative_to_the_master_and_stay_in_the_folder() {
        for (root, master, name, path) in [
            (
                "prov",
                "prov/000000000000.cfg",
                "site.cfg",
                Some("prov/site.cfg"),
            ),
            (
                "prov",
                "prov/a/000000000000.cfg",
                "../b/./site.cfg",
                Some("prov/b/site.cfg"),
            ),
            (
                "prov",
                "prov/000000000000.cfg",
                "sites\\a.cfg",
                Some("prov/sites/a.cfg"),
            ),
            ("", "000000000000.cfg", " site.cfg ", Some("site.cfg")),
            (
                "/srv/prov",
                "/srv/prov/0.cfg",
                "site.cfg",
                Some("/srv/prov/site.cfg"),
            ),
            ("prov", "prov/000000000000.cfg", "../secret.cfg", None),
            ("prov", "prov/000000000000.cfg", "a/../../secret.cfg", None),
            ("prov", "prov/000000000000.cfg", "/etc/passwd", None),
            ("prov", "prov/000000000000.cfg", "C:\\site.cfg", None),
            ("prov", "provisioning/0.cfg", "../../x.cfg", None),
        ] {
            assert_eq!(place(root, master, name).as_deref(), path, "{name}");
        }
    }
}
