//! `provisioning-file-unread`: the file that names the server is read by no handset.

use std::collections::BTreeMap;

use super::provisioning::{LIST_OF_FILES, is_list_of_files};
use super::{Facts, Findings, setting};
use crate::finding::{Edit, Finding, Fix, Subject};
use crate::fix::escaped;
use crate::phone::provisioning::{Group, Role, What, name_in_list};
use crate::phone::{Configuration, Mac, Parameter, Settings};
use crate::rule::Severity;
use crate::source::{SourceId, Span};

/// How many such files are shown.
const SHOWN: usize = 3;

/// A file with a server that no handset reads.
struct Unread<'s> {
    file: &'s Configuration,
    path: &'s str,
    /// The handsets that it may be named after.
    macs: Vec<Mac>,
    /// The address of its first server.
    address: &'s Parameter,
}

/// Handsets without a server that have one master file, which names none of the same files.
struct Without<'s> {
    unread: Vec<&'s Unread<'s>>,
    finding: Finding,
}

/// Looks at handsets of which every file is given and none names a server.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let unread = unread(site);
    if unread.is_empty() {
        return;
    }
    let mut by_master: BTreeMap<(SourceId, Vec<SourceId>), Without<'_>> = BTreeMap::new();
    for (group, settings) in site.provisioning.groups.iter().zip(site.settings()) {
        if !reads_all(site, group, &settings) || has_server(site, &settings) {
            continue;
        }
        let Some(master) = master(site, group) else {
            continue;
        };
        let path = &site.sources.get(master.source).name;
        let beside = unread.iter().filter(|file| {
            let of_another =
                !file.macs.is_empty() && file.macs.iter().all(|mac| !group.handsets.contains(mac));
            !of_another && name_in_list(path, file.path).is_some()
        });
        let beside: Vec<_> = beside.collect();
        if beside.is_empty() {
            continue;
        }
        let key = (
            master.source,
            beside.iter().map(|one| one.file.source).collect(),
        );
        let without = by_master.entry(key).or_insert_with(|| Without {
            finding: report(site, findings, master, &beside),
            unread: beside,
        });
        let finding = &mut without.finding;
        finding.handsets.extend(settings.handsets());
        for (_, user) in settings.lines() {
            // What is meant to register does not.
            finding.severity = Severity::Error;
            finding.subjects.push(Subject::Token(user.value.span));
        }
    }
    for (_, Without { unread, finding }) in by_master {
        let shown = unread.iter().take(SHOWN);
        findings.push(shown.fold(finding, |finding, one| {
            let span = one.address.value.span;
            finding.related(span, "no handset reads this server")
        }));
    }
}

/// The files that name a server and that no handset is known to read.
fn unread<'s>(site: &'s Facts<'_>) -> Vec<Unread<'s>> {
    let lone = site
        .provisioning
        .groups
        .iter()
        .filter(|group| group.is_lone());
    let lone: Vec<_> = lone.flat_map(|group| group.reading.files()).collect();
    let files = site.configurations.iter().filter(|file| {
        let is_unread = site.provisioning.is_unread(file.source) || lone.contains(&file.source);
        is_unread && !file.is_template() && !file.is_damaged()
    });
    let unread = files.filter_map(|file| {
        let settings = file.settings();
        let servers = settings.servers();
        let address = servers.iter().find_map(|server| server.filled("address"))?;
        let path = site.sources.get(file.source).name.as_str();
        Some(Unread {
            file,
            path,
            macs: Mac::all_in(path).collect(),
            address: file.parameter_at(address.name.span)?,
        })
    });
    unread.collect()
}

/// The master file of a group, where it is known for one and has its list as it should.
fn master<'s>(site: &'s Facts<'_>, group: &Group) -> Option<&'s Configuration> {
    let mut entries = group.reading.entries.iter();
    let entry = entries.find(|entry| entry.role == Role::Master)?;
    let What::File(source) = entry.what else {
        return None;
    };
    let file = site
        .provisioning
        .configuration(&site.configurations, source)?;
    let has = |name: &str| file.get(name).is_some();
    let mut names = file.parameters.iter().map(|one| one.name.value.as_str());
    let is_master = has(LIST_OF_FILES) || has("APP_FILE_PATH") && !names.any(is_list_of_files);
    is_master.then_some(file)
}

/// All that the handsets read is given. Of a handset that is not known nothing is missing where
/// no file is its own.
fn reads_all(site: &Facts, group: &Group, settings: &Settings<'_>) -> bool {
    if group.is_lone() || settings.is_template() || settings.is_damaged() {
        return false;
    }
    let is_common = || {
        let mut entries = group.reading.entries.iter();
        let list = master(site, group).and_then(|master| master.get(LIST_OF_FILES));
        group.reading.mac.is_none()
            && list.is_none_or(|list| !list.value.value.contains('['))
            && entries.all(|entry| matches!(entry.what, What::File(_)))
            && site.provisioning.other_models.is_empty()
    };
    settings.is_whole() || is_common()
}

fn has_server(site: &Facts, settings: &Settings<'_>) -> bool {
    !settings.entries().is_empty() || settings.asks_dhcp() || site.misspelt().has_address(settings)
}

/// A finding where the master file has its list; a warning, for a handset without any line may
/// get all its settings in another way.
fn report(
    site: &Facts,
    findings: &Findings,
    master: &Configuration,
    unread: &[&Unread<'_>],
) -> Finding {
    let path = &site.sources.get(master.source).name;
    let names = unread.iter().filter_map(|one| name_in_list(path, one.path));
    let names: Vec<_> = names.collect();
    let which = match &*names {
        [name] => format!("`{name}`"),
        names => format!("any of {} files with one", names.len()),
    };
    let (list, other) = (master.get(LIST_OF_FILES), master.get("APP_FILE_PATH"));
    let (span, message) = match (list, other) {
        (Some(list), _) => {
            let message = format!("handsets get no server: this list does not name {which}");
            (list.value.span, message)
        }
        (None, other) => {
            let place = other.map_or(Span::new(master.source, 0, 1), |other| other.name.span);
            let message =
                format!("handsets get no server: without `CONFIG_FILES` they do not read {which}");
            (place, message)
        }
    };
    let finding = findings
        .at(span, message)
        .about(Subject::Token(span))
        .severity(Severity::Warning)
        .help(
            "add the file that names the server to `CONFIG_FILES`; of a parameter the first \
             occurrence counts",
        );
    match &*names {
        [name] => finding.fix(named_too(name, list, span)),
        _ => finding,
    }
}

/// Names one more file at the end of the list, or writes a list in front of another setting.
fn named_too(name: &str, list: Option<&Parameter>, place: Span) -> Fix {
    let written = list.map_or("", |list| list.value.value.trim());
    let edit = match list {
        Some(_) if !written.is_empty() => Edit::insert_after(place, format!(", {}", escaped(name))),
        // Of an empty value the span is that of both quotes.
        Some(list) if list.value.value.is_empty() => {
            Edit::replace(place, format!("\"{}\"", escaped(name)))
        }
        Some(_) => Edit::replace(place, escaped(name)),
        None => Edit {
            source: place.source,
            start: place.start,
            end: place.start,
            text: format!("{} ", setting::attribute(LIST_OF_FILES, name)),
        },
    };
    Fix {
        title: format!("name `{name}` in `CONFIG_FILES`"),
        edits: vec![edit],
        ..Fix::default()
    }
}
