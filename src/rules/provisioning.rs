//! What the rules about provisioning folders share.

use std::collections::{BTreeMap, BTreeSet};

use super::{Facts, Findings};
use crate::finding::{Finding, Subject};
use crate::handset::Mac;
use crate::phone::parameter::{self, Spec};
use crate::phone::provisioning::{Group, LIST, What};
use crate::phone::{Configuration, Parameter};
use crate::source::{SourceId, Span, folder_of};
use crate::spelling::nearest;

/// An attribute of a master file was meant to be that: no parameter is without dots.
pub(super) fn is_list_of_files(name: &str) -> bool {
    let is_other = !name.contains('.') && !name.starts_with(LIST);
    is_other && nearest(&name.to_ascii_uppercase(), [LIST]).is_some()
}

/// A name in a `CONFIG_FILES` that leads to something other than a file.
pub(super) struct Named<'s> {
    /// What it leads to.
    pub(super) what: &'s What,
    /// The handsets that read the list.
    pub(super) handsets: BTreeSet<Mac>,
    /// The first settings that it belongs to: a group of the site.
    pub(super) group: usize,
}

/// Names that lead to what `wanted` says, by their places.
pub(super) fn named<'s>(
    site: &'s Facts<'_>,
    wanted: impl Fn(&What) -> bool,
) -> BTreeMap<Span, Named<'s>> {
    let mut places: BTreeMap<Span, Named<'_>> = BTreeMap::new();
    for (index, group) in site.provisioning.groups.iter().enumerate() {
        for entry in &group.reading.entries {
            if let Some(span) = entry.named_at.filter(|_| wanted(&entry.what)) {
                let named = places.entry(span).or_insert_with(|| Named {
                    what: &entry.what,
                    handsets: BTreeSet::new(),
                    group: index,
                });
                named.handsets.extend(&group.handsets);
            }
        }
    }
    places
}

impl Named<'_> {
    /// A finding of the running rule at the name.
    pub(super) fn finding(
        &self,
        findings: &Findings,
        span: Span,
        message: impl Into<String>,
    ) -> Finding {
        findings
            .at(span, message)
            .about(Subject::Token(span))
            .handsets(&self.handsets)
    }
}

/// The file is named after the handset that stands for the group: it is meant for one only.
pub(super) fn is_own(site: &Facts<'_>, group: &Group, source: SourceId) -> bool {
    let name = site.sources.get(source).name.to_ascii_lowercase();
    group
        .reading
        .mac
        .is_some_and(|mac| name.contains(&mac.to_string()))
}

/// The default master file in the folder of a file.
pub(super) fn default_beside<'s>(
    site: &'s Facts<'_>,
    source: SourceId,
) -> Option<&'s Configuration> {
    let path_of = |source| site.sources.get(source).name.as_str();
    let path = format!("{}{}.cfg", folder_of(path_of(source)), Mac::DEFAULT);
    let files = &site.configurations;
    // They are in the order of their paths.
    let at = files.binary_search_by(|file| path_of(file.source).cmp(&path));
    at.ok().map(|at| &files[at])
}

/// An empty value that beats another one takes a line's user away: the line is none.
pub(super) fn takes_user(winner: &Parameter, beaten: &Parameter) -> bool {
    let is_user = parameter::find(&winner.name.value).is_some_and(Spec::is_user_of_line);
    is_user && winner.value.value.trim().is_empty() && !beaten.value.value.trim().is_empty()
}
