//! What has the form of an input and is met beside others in a folder, but is none: it is
//! passed over there, and read where it is named.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::Admitted;
use super::find::Found;
use super::recognise::{is_aside, is_list_of_answers};
use crate::dns::{Name, RecordType};
use crate::phone::provisioning::is_handset_file;
use crate::site::Kind;
use crate::source::{SourceId, Sources, original, tells_of_copy};
use crate::spelling::nearest;
use crate::zone::{Format, TroubleKind, Zone};

/// A text of that kind is none where it was met: what handsets ask for by name is theirs all the
/// same.
pub(super) fn is_none(text: &str, found: &Found, kind: Kind) -> bool {
    let is_settled = !kind.is_read() || kind == Kind::PhoneLog || is_handset_file(&found.name);
    !is_settled && is_aside(text, &found.below_root(), kind)
}

/// Passes over copies of zones that were put aside, and that no settings name: the zone's own
/// file lies beside them, or beside the folder that they lie in; or settings name another file.
pub(super) fn pass_over_copies(
    texts: &mut [Admitted],
    zones: &mut Vec<Arc<Zone>>,
    is_stated: impl Fn(SourceId) -> bool,
    sources: &Sources,
) {
    let name = |source: SourceId| sources.get(source).name.as_str();
    let mut apexes: HashMap<&str, Vec<&Name>> = HashMap::new();
    let mut folders = HashSet::new();
    let mut stated = HashSet::new();
    for zone in zones.iter() {
        let path = name(zone.source);
        apexes.entry(path).or_default().push(&zone.apex);
        folders.insert((&zone.apex, split(path).0));
        if is_stated(zone.source) {
            stated.insert(&zone.apex);
        }
    }
    let is_beside = |path: &str, own: &Vec<&Name>| {
        let (folder, file) = split(path);
        let original = original(file).map(|file| format!("{folder}{file}"));
        original.is_some_and(|original| apexes.get(original.as_str()) == Some(own))
    };
    let is_below = |path: &str, apex: &Name| {
        let mut above = path.match_indices('/').map(|(at, _)| at + 1).chain([0]);
        above.any(|end| {
            let (folder, rest) = path.split_at(end);
            let inner = rest.split_once('/').map(|(inner, _)| inner.to_lowercase());
            let is_word = |inner: String| {
                tells_of_copy(inner.trim_matches(|character: char| !character.is_alphabetic()))
            };
            inner.is_some_and(is_word) && folders.contains(&(apex, folder))
        })
    };
    let is_copy = |source: SourceId| {
        let path = name(source);
        apexes.get(path).is_some_and(|own| {
            let mut each = own.iter();
            is_beside(path, own) || each.all(|apex| stated.contains(apex) || is_below(path, apex))
        })
    };
    let copies = texts.iter().filter(|text| !text.found.named);
    let copies = copies.map(|text| text.source);
    let copies: HashSet<_> = copies
        .filter(|source| !is_stated(*source) && is_copy(*source))
        .collect();
    zones.retain(|zone| !copies.contains(&zone.source));
    let texts = texts
        .iter_mut()
        .filter(|text| copies.contains(&text.source));
    texts.for_each(|text| text.kind = Kind::Unknown);
}

/// The folder of a path, with `/` at its end, and the file.
fn split(path: &str) -> (&str, &str) {
    path.split_at(path.rfind('/').map_or(0, |at| at + 1))
}

/// The master files that were met in a folder.
fn met_master_files(texts: &[Admitted]) -> HashSet<SourceId> {
    let met = texts
        .iter()
        .filter(|text| !text.found.named && text.kind == Kind::Zone(Format::MasterFile));
    met.map(|text| text.source).collect()
}

/// Passes over answers that somebody kept: records with complete names and without SOA and NS
/// records of their own, of a zone that was given, which no settings name.
pub(super) fn pass_over_answers(
    texts: &mut [Admitted],
    zones: &mut Vec<Arc<Zone>>,
    is_stated: impl Fn(SourceId) -> bool,
    sources: &Sources,
) {
    let met = met_master_files(texts);
    let is_answer = |zone: &Zone| {
        let source = sources.get(zone.source);
        let apex = zone.apex.to_ascii().to_ascii_lowercase();
        let named_after_it = source.name.to_ascii_lowercase();
        met.contains(&zone.source)
            && !is_stated(zone.source)
            && zone.contents.set(&zone.apex, RecordType::NS).is_none()
            && !named_after_it.contains(apex.trim_end_matches('.'))
            && is_list_of_answers(&source.text)
    };
    let (answers, others): (Vec<_>, Vec<_>) = zones.drain(..).partition(|zone| is_answer(zone));
    let apexes: HashSet<_> = others
        .iter()
        .filter(|zone| !zone.soas.is_empty())
        .map(|zone| &zone.apex)
        .collect();
    let is_given = |zone: &Arc<Zone>| {
        let labels = (0..=zone.apex.num_labels()).rev();
        let mut above = labels.map(|labels| zone.apex.trim_to(labels));
        above.any(|apex| apexes.contains(&apex))
    };
    let (kept, lone): (Vec<_>, Vec<_>) = answers.into_iter().partition(is_given);
    let kept: HashSet<_> = kept.into_iter().map(|zone| zone.source).collect();
    zones.extend(others);
    zones.extend(lone);
    let texts = texts.iter_mut().filter(|text| kept.contains(&text.source));
    texts.for_each(|text| text.kind = Kind::Unknown);
}

/// Names of parts that are not there, of which more say no more.
const MOST_MISSING: usize = 1000;

/// Passes over parts of zones that nothing includes and no settings name, where whole zones were
/// given.
pub(super) fn pass_over_fragments(
    texts: &mut [Admitted],
    zones: &mut Vec<Arc<Zone>>,
    is_stated: impl Fn(SourceId) -> bool,
    sources: &Sources,
) {
    let met = met_master_files(texts);
    let name = |source: SourceId| split(&sources.get(source).name);
    let has_ns = |zone: &Zone| zone.contents.set(&zone.apex, RecordType::NS).is_some();
    let (parts, whole): (Vec<_>, Vec<_>) = zones.drain(..).partition(|zone| {
        let may_be = met.contains(&zone.source) && !is_stated(zone.source);
        may_be && (zone.soas.is_empty() || !has_ns(zone))
    });
    // Folders of nothing but parts, and names of parts that are not there.
    let mut folders: HashSet<&str> = HashSet::new();
    let mut missing: Vec<&str> = Vec::new();
    for zone in parts.iter().chain(&whole) {
        folders.extend(zone.included.iter().map(|part| name(*part).0));
        let troubles = zone.troubles.iter();
        let includes = troubles.filter(|trouble| trouble.kind == TroubleKind::Include);
        let written = includes.map(|trouble| sources.text(trouble.span).trim_matches('"'));
        missing.extend(written.map(|written| split(written).1));
    }
    // Each part is compared with them.
    missing.sort_unstable();
    missing.dedup();
    missing.truncate(MOST_MISSING);
    for zone in &whole {
        folders.remove(name(zone.source).0);
    }
    let is_whole_given = whole.iter().any(|zone| !zone.soas.is_empty());
    let is_fragment = |zone: &Arc<Zone>| {
        let (folder, file) = name(zone.source);
        let is_meant = || nearest(file, missing.iter().copied()).is_some();
        let is_bare = zone.soas.is_empty() && !has_ns(zone);
        let is_named = [".inc", ".include"].iter().any(|end| file.ends_with(end));
        is_whole_given && (is_named || is_bare && (folders.contains(folder) || is_meant()))
    };
    let (fragments, others): (Vec<_>, Vec<_>) = parts.into_iter().partition(is_fragment);
    let fragments: HashSet<_> = fragments.into_iter().map(|zone| zone.source).collect();
    zones.extend(whole);
    zones.extend(others);
    let texts = texts.iter_mut();
    for text in texts.filter(|text| fragments.contains(&text.source)) {
        text.kind = Kind::LooseFragment;
    }
}
