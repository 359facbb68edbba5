//! All texts of a run.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::{Position, Source, SourceId, Span};

/// All texts of a run. Sources are added while readers run and never removed, so a
/// reference stays good as long as the collection.
#[derive(Debug, Default)]
pub struct Sources {
    list: boxcar::Vec<Source>,
    /// Files that zones include, by canonical path.
    included: Mutex<HashMap<PathBuf, SourceId>>,
    mask: bool,
}

impl Sources {
    /// No sources yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// No sources yet; of those that are added, subscribers are masked or not.
    pub fn masking(mask: bool) -> Self {
        Self {
            mask,
            ..Self::default()
        }
    }

    /// Subscribers are not to be shown.
    pub fn mask(&self) -> bool {
        self.mask
    }

    /// A subscriber's name or number as it may be shown.
    pub fn subscriber<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.mask {
            Cow::Owned("*".repeat(text.chars().count()))
        } else {
            Cow::Borrowed(text)
        }
    }

    /// Adds a source.
    pub fn add(&self, mut source: Source) -> SourceId {
        source.mask = self.mask;
        SourceId(u32::try_from(self.list.push(source)).expect("fewer sources than 2^32"))
    }

    /// Adds a file that a zone includes, by its canonical path. Every zone has it as a source
    /// of its own, and all share the text: only the first has it read.
    pub fn include<E>(
        &self,
        path: &Path,
        name: String,
        read: impl FnOnce(String) -> Result<Source, E>,
    ) -> Result<SourceId, E> {
        let mut included = self.included.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(first) = included.get(path) {
            return Ok(self.share(*first, name));
        }
        let id = self.add(read(name)?);
        included.insert(path.to_owned(), id);
        Ok(id)
    }

    /// Adds a source that shares the text of another one.
    pub fn share(&self, first: SourceId, name: String) -> SourceId {
        self.add(Source {
            first: Some(first),
            ..self.get(first).renamed(name)
        })
    }

    /// Of the sources that share the text of a file, the first; of others the source
    /// itself.
    pub fn first_of(&self, id: SourceId) -> SourceId {
        self.get(id).first.unwrap_or(id)
    }

    /// Adds a source whose text is made together with what points into it: `make` is given
    /// the id that its spans are to carry.
    pub fn add_with<T>(&self, make: impl FnOnce(SourceId) -> (Source, T)) -> T {
        let mut rest = None;
        self.list.push_with(|index| {
            let id = SourceId(u32::try_from(index).expect("fewer sources than 2^32"));
            let (mut source, spans) = make(id);
            source.mask = self.mask;
            rest = Some(spans);
            source
        });
        rest.expect("a source is pushed by calling what makes it")
    }

    /// The source of that id.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.list[id.0 as usize]
    }

    /// The text a span covers.
    pub fn text(&self, span: Span) -> &str {
        let source = self.get(span.source);
        &source.text[source.clamp(span)]
    }

    /// Line and column of a span's first character and of the one behind its last.
    pub fn positions(&self, span: Span) -> (Position, Position) {
        let source = self.get(span.source);
        let range = source.clamp(span);
        let at = |offset: usize| source.position(u32::try_from(offset).unwrap_or(u32::MAX));
        (at(range.start), at(range.end))
    }

    /// Works out side by side what reports ask of the texts of these sources.
    pub fn look_into(&self, sources: impl IntoIterator<Item = SourceId>) {
        let sources: BTreeSet<SourceId> = sources.into_iter().collect();
        sources.into_par_iter().for_each(|id| {
            self.get(id).look_into();
        });
    }

    /// The sources in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.list
            .iter()
            .map(|(index, source)| (SourceId(u32::try_from(index).unwrap_or(u32::MAX)), source))
    }
}
