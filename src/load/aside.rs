//! What has the form of an input and is met beside others in a folder, but is none: it is
//! passed over there, and read where it is named.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::Admitted;
use super::find::Found;
use super::recognise::{is_aside, is_list_of_answers};
use crate::dns::{Name, RecordType};
use crate::handset::Mac;
use crate::phone::looks_like_phone_config;
use crate::phone::provisioning::{around_mac, is_handset_file};
use crate::site::{Kind, PutAside};
use crate::source::{SourceId, Sources, folder_of, original, tells_of_copy};
use crate::spelling::nearest;
use crate::zone::{Format, TroubleKind, Zone};

/// A text of that kind is none where it was met: what handsets ask for by name is theirs all the
/// same.
pub(super) fn is_none(text: &str, found: &Found, kind: Kind) -> bool {
    let is_settled = !kind.is_read() || kind == Kind::PhoneLog || is_handset_file(&found.name);
    !is_settled && is_aside(text, &found.below_root(), kind)
}

/// Passes over what telephones of other makers ask for as `<MAC>.cfg`, which stand in one folder
/// with handsets: there is no markup in it, and no configuration is of a handset of that maker.
pub(super) fn pass_over_other_makers(texts: &mut [Admitted], sources: &Sources) {
    let mac_of = |text: &Admitted| {
        let (before, mac, behind) = around_mac(split(&sources.get(text.source).name).1)?;
        let is_own = before.is_empty() && behind.eq_ignore_ascii_case(".cfg");
        (mac != Mac::DEFAULT).then_some((mac, is_own))
    };
    let may_be_of_other = |text: &Admitted| {
        let content = &sources.get(text.source).text;
        let is_met = !text.found.named && text.found.kind.is_none();
        let has_name = || mac_of(text).is_some_and(|(_, is_own)| is_own);
        let is_bare = || !content.contains('<') && !content.trim().is_empty();
        text.kind == Kind::PhoneConfig
            && is_met
            && is_bare()
            && has_name()
            && !looks_like_phone_config(content)
    };
    let (others, handsets): (Vec<&mut Admitted>, Vec<_>) =
        texts.iter_mut().partition(|text| may_be_of_other(text));
    if others.is_empty() {
        return;
    }
    let is_read = |kind| matches!(kind, Kind::PhoneConfig | Kind::ProvisioningMaster);
    let handsets = handsets.into_iter().filter(|text| is_read(text.kind));
    let makers = handsets.filter_map(|text| Some(mac_of(text)?.0.maker()));
    let makers: HashSet<u64> = makers.chain([Mac::SPECTRALINK]).collect();
    let is_of_other =
        |text: &&mut Admitted| mac_of(text).is_some_and(|(mac, _)| !makers.contains(&mac.maker()));
    let others = others.into_iter().filter(is_of_other);
    others.for_each(|text| text.kind = Kind::Unknown);
}

/// Passes over copies of zones that were put aside, and that no settings name: the zone's own
/// file lies beside them and is no older, or lies beside the folder that they lie in; or settings
/// name another file.
pub(super) fn pass_over_copies(
    texts: &mut [Admitted],
    zones: &mut Vec<Arc<Zone>>,
    is_stated: impl Fn(SourceId) -> bool,
    sources: &Sources,
) -> Vec<PutAside> {
    let name = |source: SourceId| sources.get(source).name.as_str();
    let mut of_text: HashMap<&str, Vec<&Zone>> = HashMap::new();
    let mut stated: HashMap<&Name, &Zone> = HashMap::new();
    for zone in zones.iter() {
        let path = name(zone.source);
        of_text.entry(path).or_default().push(zone);
        if is_stated(zone.source) {
            stated.entry(&zone.apex).or_insert(zone);
        }
    }
    let beside = |path: &str, own: &[&Zone]| {
        let (folder, file) = split(path);
        let original = format!("{folder}{}", original(file)?);
        let originals = of_text.get(original.as_str())?;
        let are_same = |(one, other): (&&Zone, &&Zone)| one.apex == other.apex;
        let mut pairs = own.iter().zip(originals);
        let is_copy = own.len() == originals.len() && pairs.clone().all(are_same);
        // What was exported later is no copy, whatever its name.
        let is_newer = pairs.any(|(own, original)| own.is_newer_than(original));
        (is_copy && !is_newer).then(|| originals[0])
    };
    let mut of_folder: HashMap<(&Name, &str), &Zone> = HashMap::new();
    for zone in zones.iter() {
        let path = name(zone.source);
        let is_own = of_text
            .get(path)
            .is_some_and(|own| beside(path, own).is_none());
        if is_own {
            of_folder.entry((&zone.apex, split(path).0)).or_insert(zone);
        }
    }
    let above = |path: &str, apex: &Name| {
        let mut above = path.match_indices('/').map(|(at, _)| at + 1).chain([0]);
        above.find_map(|end| {
            let (folder, rest) = path.split_at(end);
            let inner = rest.split_once('/')?.0.to_lowercase();
            let word = inner.trim_matches(|character: char| !character.is_alphabetic());
            let is_of_copies = tells_of_copy(word);
            is_of_copies.then(|| of_folder.get(&(apex, folder)).copied())?
        })
    };
    let put_aside = |source: SourceId| {
        let path = name(source);
        let own = of_text.get(path)?;
        let original = beside(path, own).or_else(|| {
            let elsewhere = |zone: &&Zone| {
                let stated = stated.get(&zone.apex).copied();
                stated.or_else(|| above(path, &zone.apex))
            };
            let originals: Option<Vec<_>> = own.iter().map(elsewhere).collect();
            originals?.first().copied()
        })?;
        Some(PutAside {
            source,
            original: original.source,
            serials: own[0].serial().zip(original.serial()),
        })
    };
    let met = texts.iter().filter(|text| !text.found.named);
    let met = met.map(|text| text.source);
    let copies = met.filter(|source| !is_stated(*source));
    let copies: Vec<PutAside> = copies.filter_map(put_aside).collect();
    let passed_over: HashSet<_> = copies.iter().map(|copy| copy.source).collect();
    zones.retain(|zone| !passed_over.contains(&zone.source));
    let texts = texts.iter_mut();
    let texts = texts.filter(|text| passed_over.contains(&text.source));
    texts.for_each(|text| text.kind = Kind::ZoneCopy);
    copies
}

/// The folder of a path, with `/` at its end, and the file.
pub(super) fn split(path: &str) -> (&str, &str) {
    path.split_at(folder_of(path).len())
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
