//! The parameters of a handset in the order in which they count.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::OnceLock;

use hashbrown::HashSet;

use super::{Configuration, Known, Parameter, parameter};
use crate::handset::Mac;
use crate::source::SourceId;

/// What a handset reads, from one file or from several: of two values of a parameter the
/// first one counts ("the parameter found first in the list of files will be the one that is
/// effective", SIP guide of 2005, p. 20).
#[derive(Debug, Clone)]
pub struct Settings<'a> {
    /// In the order in which they count, repeats included.
    parameters: Vec<&'a Parameter>,
    /// The same by their names, where there are many.
    by_name: OnceLock<Vec<&'a Parameter>>,
    files: Vec<SourceId>,
    is_template: bool,
    is_damaged: bool,
    is_whole: bool,
    handsets: Cow<'a, BTreeSet<Mac>>,
}

/// Fewer parameters than this are found faster by looking at each; no handset has so many.
const MANY: usize = 2048;

impl<'a> Settings<'a> {
    /// What handsets read that read all of these files, the one that counts most first.
    /// `is_whole`: there is nothing else that they read.
    pub(super) fn of_handsets(
        files: impl IntoIterator<Item = &'a Configuration>,
        handsets: &'a BTreeSet<Mac>,
        is_whole: bool,
    ) -> Self {
        let mut settings = Self {
            parameters: Vec::new(),
            by_name: OnceLock::new(),
            files: Vec::new(),
            is_template: false,
            is_damaged: false,
            is_whole,
            handsets: Cow::Borrowed(handsets),
        };
        for file in files {
            settings.parameters.extend(&file.parameters);
            settings.files.push(file.source);
            settings.is_template |= file.is_template();
            settings.is_damaged |= file.is_damaged();
        }
        settings
    }

    /// The parameters of one file, of which nobody knows what else its handsets read.
    pub(super) fn of_file(file: &'a Configuration) -> Self {
        Self {
            parameters: file.parameters.iter().collect(),
            by_name: OnceLock::new(),
            files: vec![file.source],
            is_template: file.is_template(),
            is_damaged: file.is_damaged(),
            is_whole: false,
            handsets: Cow::Owned(file.handsets()),
        }
    }

    /// Every parameter in the order in which it counts, those that are beaten included.
    pub fn parameters(&self) -> impl Iterator<Item = &'a Parameter> {
        self.parameters.iter().copied()
    }

    /// The parameter of that name that counts.
    pub fn get(&self, name: &str) -> Option<&'a Parameter> {
        if self.parameters.len() < MANY {
            return self
                .parameters()
                .find(|parameter| parameter.name.value == name);
        }
        let by_name = self.by_name.get_or_init(|| {
            let mut by_name = self.parameters.clone();
            // Of those that have one name the first stays first.
            by_name.sort_by_key(|parameter| &parameter.name.value);
            by_name
        });
        let at = by_name.partition_point(|one| one.name.value.as_str() < name);
        let parameter = by_name.get(at)?;
        (parameter.name.value == name).then_some(parameter)
    }

    /// Every parameter that counts, with its row of the table.
    pub fn known(&self) -> impl Iterator<Item = Known<'a>> {
        let mut seen = HashSet::new();
        let counting = self.parameters();
        let counting = counting.filter(move |parameter| seen.insert(parameter.name.value.as_str()));
        counting.filter_map(Known::of)
    }

    /// The files that they stand in.
    pub fn files(&self) -> &[SourceId] {
        &self.files
    }

    /// One of the files is a template that was not rendered: the values of its settings are
    /// not known, and some of those that it holds may stand under a condition.
    pub fn is_template(&self) -> bool {
        self.is_template
    }

    /// One of the files could not be read as a whole: what is missing may stand in it.
    pub fn is_damaged(&self) -> bool {
        self.is_damaged
    }

    /// All that its handsets are provisioned with. What is missing in a file that stands
    /// alone, or where a file was not read, may be in another one.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// The handsets with these settings, as far as they are known.
    pub fn handsets(&self) -> &BTreeSet<Mac> {
        &self.handsets
    }
}

impl Configuration {
    /// The settings of this file alone.
    pub fn settings(&self) -> Settings<'_> {
        Settings::of_file(self)
    }

    /// Every parameter with its row of the table, and with the name it has there.
    pub fn known(&self) -> impl Iterator<Item = Known<'_>> {
        self.parameters.iter().filter_map(Known::of)
    }

    /// Prefixes whose address is there and empty: forms that nobody filled in, as the maker
    /// ships them. Their other settings are not worth a word.
    pub fn blank_forms(&self) -> HashSet<&str> {
        let prefix = |parameter: &'_ Parameter| -> Option<usize> {
            let prefix = parameter.name.value.strip_suffix(".address")?;
            parameter.value.value.is_empty().then_some(prefix.len())
        };
        self.parameters
            .iter()
            .filter_map(|parameter| Some(&parameter.name.value[..prefix(parameter)?]))
            .collect()
    }
}

impl<'a> Known<'a> {
    /// The parameter with its row of the table: a misspelt beginning (`volpProt.`) hides a
    /// setting from the handset, not from the reader.
    fn of(parameter: &'a Parameter) -> Option<Self> {
        let written = parameter.name.value.as_str();
        let (name, spec) = if let Some(spec) = parameter::find(written) {
            (Cow::Borrowed(written), spec)
        } else {
            let corrected = parameter::misspelt(written)?.corrected;
            let spec = parameter::find(&corrected)?;
            (Cow::Owned(corrected), spec)
        };
        Some(Self {
            parameter,
            name,
            spec,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Origin, Source, Sources};

    #[test]
    fn the_first_value_counts_however_many_there_are() {
        for many in [3, MANY + 1] {
            let texts = [1, 2].map(|value| -> String {
                let attribute = |n| format!("<b a{n}=\"{value}\"/>");
                (0..many).rev().map(attribute).collect()
            });
            let text = format!("<a>{}</a>", texts.concat());
            let sources = Sources::new();
            let id = sources.add(Source::new("a.cfg", Origin::Stdin, text));
            let file = crate::phone::read(&sources, id);
            let settings = file.settings();
            for n in 0..many {
                let parameter = settings.get(&format!("a{n}")).expect("it is there");
                assert_eq!(parameter.value.value, "1", "a{n}");
                let found = file.parameter_at(parameter.value.span);
                assert_eq!(found, Some(parameter));
                let name = file.parameter_at(parameter.name.span);
                assert_eq!(name, Some(parameter));
            }
            for absent in ["", "a", "a00", "b"] {
                assert_eq!(settings.get(absent), None, "{absent}");
            }
        }
    }
}
