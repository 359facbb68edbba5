//! Changes of an SOA record. A zone has one, which servers let nobody remove: it is changed
//! where it stands, or in the properties of its zone.

use super::commands::{dnscmd, zone_line};
use super::{Field, NewRecord, Place, System};

/// The numbers of the record: its field in presentation format, its property in the
/// `DnsServer` module, and its caption on the tab of DNS Manager.
const NUMBERS: [(usize, &str, &str); 5] = [
    (2, "SerialNumber", "Serial number"),
    (3, "RefreshInterval", "Refresh interval"),
    (4, "RetryDelay", "Retry interval"),
    (5, "ExpireLimit", "Expires after"),
    (6, "MinimumTimeToLive", "Minimum (default) TTL"),
];

/// Puts `new` in the place of `old`, which differs from it in numbers.
pub(super) fn change(
    place: &Place,
    old: &NewRecord,
    new: &NewRecord,
    system: System,
) -> Option<String> {
    match system {
        System::Bind => Some(format!(
            "; remove: {}\n{}",
            zone_line(place, old),
            zone_line(place, new)
        )),
        System::PowerShell => powershell(place, old, new),
        // It changes the record, for a zone has one (Microsoft, "Modify the Start of Authority
        // (SOA) Resource Record for a Zone").
        System::Dnscmd => dnscmd(place, new, "/RecordAdd", ""),
        System::Clicks => clicks(place, old, new),
        System::Xml => None,
    }
}

/// The numbers that change: property, caption, value.
fn changed(old: &NewRecord, new: &NewRecord) -> Option<Vec<(&'static str, &'static str, String)>> {
    let same = |index| old.fields.get(index) == new.fields.get(index);
    if !same(0) || !same(1) {
        return None;
    }
    NUMBERS
        .iter()
        .filter(|(index, ..)| !same(*index))
        .map(|(index, property, caption)| {
            let value = new.fields.get(*index).and_then(Field::plain)?;
            Some((*property, *caption, value))
        })
        .collect()
}

fn powershell(place: &Place, old: &NewRecord, new: &NewRecord) -> Option<String> {
    let (zone, _) = place.on_windows()?;
    let span = |seconds: &str| format!("[timespan]::FromSeconds({seconds})");
    let mut settings: Vec<_> = changed(old, new)?
        .into_iter()
        .map(|(property, _, value)| {
            let value = match property {
                "SerialNumber" => value,
                _ => span(&value),
            };
            format!("$new.RecordData.{property} = {value}; ")
        })
        .collect();
    if let Some(ttl) = new.ttl.filter(|_| new.ttl != old.ttl) {
        settings.push(format!("$new.TimeToLive = {}; ", span(&ttl.to_string())));
    }
    Some(format!(
        "$old = Get-DnsServerResourceRecord -ZoneName \"{zone}\" -RRType \"Soa\"; \
         $new = [ciminstance]::new($old); {}\
         Set-DnsServerResourceRecord -ZoneName \"{zone}\" -OldInputObject $old -NewInputObject $new",
        settings.concat()
    ))
}

fn clicks(place: &Place, old: &NewRecord, new: &NewRecord) -> Option<String> {
    let (zone, _) = place.on_windows()?;
    let mut settings: Vec<_> = changed(old, new)?
        .into_iter()
        .map(|(property, caption, value)| {
            let unit = if property == "SerialNumber" { "" } else { " s" };
            format!("{caption}: {value}{unit}; ")
        })
        .collect();
    if let Some(ttl) = new.ttl.filter(|_| new.ttl != old.ttl) {
        settings.push(format!("TTL for this record: {ttl} s; "));
    }
    Some(format!(
        "right-click the zone {zone} > Properties > Start of Authority (SOA); {}OK",
        settings.concat()
    ))
}
