//! Repairs as clicks in DNS Manager of Windows, field by field.

use super::{Field, NewRecord, Place};
use crate::dns::{RecordType, of_reverse_name};

/// A record type as DNS Manager calls it, how its dialog is reached, and the captions of its
/// fields in the order of presentation format.
struct Dialog {
    title: &'static str,
    menu: &'static str,
    captions: &'static [&'static str],
}

/// The dialogs; `None` for types that DNS Manager does not let one add by itself.
fn dialog(record_type: RecordType) -> Option<Dialog> {
    let (title, menu, captions): (_, _, &[&str]) = match record_type {
        RecordType::A => ("Host (A)", "New Host (A or AAAA)...", &["IP address"]),
        RecordType::AAAA => (
            "IPv6 Host (AAAA)",
            "New Host (A or AAAA)...",
            &["IP address"],
        ),
        RecordType::CNAME => (
            "Alias (CNAME)",
            "New Alias (CNAME)...",
            &["Fully qualified domain name (FQDN) for target host"],
        ),
        RecordType::PTR => ("Pointer (PTR)", "New Pointer (PTR)...", &["Host name"]),
        RecordType::SRV => (
            "Service Location (SRV)",
            "Other New Records... > Service Location (SRV) > Create Record...",
            &[
                "Priority",
                "Weight",
                "Port number",
                "Host offering this service",
            ],
        ),
        RecordType::NAPTR => (
            "Naming Authority Pointer (NAPTR)",
            "Other New Records... > Naming Authority Pointer (NAPTR) > Create Record...",
            &[
                "Order",
                "Preference",
                "Flag string",
                "Service string",
                "Regular expression string",
                "Replacement domain",
            ],
        ),
        _ => return None,
    };
    Some(Dialog {
        title,
        menu,
        captions,
    })
}

/// Adds a record.
pub(super) fn add(place: &Place, record: &NewRecord) -> Option<String> {
    let dialog = dialog(record.record_type)?;
    let (folder, name) = standing(place, record.record_type)?;
    let mut steps = vec![
        format!("open {folder} (missing folders: right-click > New Domain...)"),
        format!("right-click that folder > {}", dialog.menu),
    ];
    match (record.record_type, name.split_once('.')) {
        (RecordType::SRV, Some((service, protocol))) => {
            steps.push(format!("Service: {service}"));
            steps.push(format!("Protocol: {protocol}"));
        }
        (RecordType::SRV, None) => steps.push(format!("Service: {name}")),
        (RecordType::PTR, _) => steps.push(match of_reverse_name(place.owner()) {
            Some(address) => format!("Host IP Address: {address}"),
            None => format!("Host IP Address: {name}"),
        }),
        _ if name.is_empty() => steps.push("leave the name blank".to_owned()),
        _ => steps.push(format!("Name: {name}")),
    }
    steps.extend(fields(&dialog, record)?);
    steps.extend(record.ttl.map(time_to_live));
    steps.push("OK".to_owned());
    Some(steps.join("; "))
}

/// Removes a record.
pub(super) fn remove(place: &Place, record: &NewRecord) -> Option<String> {
    let found = find(place, record)?;
    Some(format!("{found}, right-click it > Delete"))
}

/// Changes a record into one of the same type; one that is to be written again as it is, into
/// a static one.
pub(super) fn change(place: &Place, old: &NewRecord, new: &NewRecord) -> Option<String> {
    let dialog = dialog(old.record_type)?;
    let ttl = new.ttl.filter(|ttl| old.ttl != Some(*ttl));
    let mut changed: Vec<_> = fields(&dialog, new)?
        .into_iter()
        .zip(old.fields.iter().zip(&new.fields))
        .filter(|(_, (old, new))| old != new)
        .map(|(step, _)| step)
        .chain(ttl.map(time_to_live))
        .collect();
    if changed.is_empty() {
        let stale = "Delete this record when it becomes stale (View > Advanced shows it): clear";
        changed.push(stale.to_owned());
    }
    let found = find(place, old)?;
    Some(format!(
        "{found}, double-click it; {}; OK",
        changed.join("; ")
    ))
}

fn time_to_live(seconds: u32) -> String {
    format!("Time to live (View > Advanced shows it): {seconds} s")
}

/// How to get to a record that is there.
fn find(place: &Place, record: &NewRecord) -> Option<String> {
    let title = dialog(record.record_type)?.title;
    let (folder, name) = listed(place)?;
    let name = match of_reverse_name(place.owner()) {
        Some(address) => address.to_string(),
        None if name.is_empty() => "(same as parent folder)".to_owned(),
        None => name,
    };
    let values: Option<Vec<_>> = record.fields.iter().map(Field::plain).collect();
    let values = values?.join(" ");
    Some(format!(
        "open {folder}, find `{name}` of type {title} with {values}"
    ))
}

fn fields(dialog: &Dialog, record: &NewRecord) -> Option<Vec<String>> {
    let step = |(caption, field): (&&str, &Field)| {
        let value = field.plain()?;
        Some(if value.is_empty() {
            format!("{caption}: leave blank")
        } else {
            format!("{caption}: {value}")
        })
    };
    dialog
        .captions
        .iter()
        .zip(&record.fields)
        .map(step)
        .collect()
}

/// The folder in which the dialog is opened, and what is typed as the name. Service and
/// protocol of an SRV record are fields of its dialog, and a NAPTR record stands in the
/// folder of its own name.
fn standing(place: &Place, record_type: RecordType) -> Option<(String, String)> {
    match record_type {
        RecordType::SRV => split(place, 2),
        RecordType::NAPTR => split(place, 0),
        _ => split(place, 1),
    }
}

/// The folder in which a record is shown: that of the name above its owner, or of the owner where
/// that is a folder itself.
fn listed(place: &Place) -> Option<(String, String)> {
    split(place, usize::from(!place.is_folder))
}

/// The path of folders, and the first `count` labels of the owner below its zone.
fn split(place: &Place, count: usize) -> Option<(String, String)> {
    let zone = place.zone.as_ref()?;
    let (zone_text, owner) = place.on_windows()?;
    let root = if zone.is_reverse() {
        "Reverse Lookup Zones"
    } else {
        "Forward Lookup Zones"
    };
    let labels: Vec<_> = match owner.as_str() {
        "@" => Vec::new(),
        owner => owner.split('.').collect(),
    };
    let (name, folders) = labels.split_at(count.min(labels.len()));
    let mut path = vec![root, &zone_text];
    path.extend(folders.iter().rev());
    Some((path.join(" > "), name.join(".")))
}
