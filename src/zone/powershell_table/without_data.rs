//! What else PowerShell makes of `Get-DnsServerResourceRecord`: files without the data of the
//! records, or in a form that is not read. They are known, so that they are not passed over.

use super::super::fields::Fault;
use super::super::text::{Text, beginning};
use super::super::{Format, ReadOptions, TroubleKind, Zone};
use super::{WHOLE, export};
use crate::source::Source;

/// The class of records and, with their type behind it, of their data.
const CLASS: &str = "DnsServerResourceRecord";

/// What a text is, and the word that shows it.
pub(super) fn found(text: &str) -> Option<(&'static str, &'static str)> {
    let head = beginning(text);
    if !head.contains(CLASS) {
        return None;
    }
    if head.trim_start().starts_with("<Objs ") {
        return Some(("<Objs", "what `Export-Clixml` writes is not read"));
    }
    let mut lines = head.lines();
    let is_cell = |cell: &str, name| cell.trim_matches([' ', '"']) == name;
    let names = ["HostName", "RecordData", "RecordType"];
    let is_heading = |line: &str| {
        names.iter().all(|name| {
            line.split([',', ';', '\t'])
                .any(|cell| is_cell(cell, *name))
        })
    };
    let is_of_list = |line: &str| {
        line.split_once(" : ")
            .is_some_and(|(name, value)| is_cell(name, "RecordData") && value.starts_with(CLASS))
    };
    // A line with the type of the objects may stand above the headings.
    if lines.by_ref().take(2).any(is_heading) {
        let what = "`Export-Csv` writes what kind of data each record has, not the data";
        return Some(("HostName", what));
    }
    if head.lines().any(is_of_list) {
        let what = "`Format-List` writes what kind of data each record has, not the data";
        return Some(("RecordData", what));
    }
    None
}

/// A zone of which such a text tells nothing, and why.
pub(super) fn read(text: &Text<'_>, source: &Source, options: &ReadOptions) -> Option<Zone> {
    let (word, what) = found(text.as_str())?;
    let (apex, known) = export::origin(source, options);
    let mut zone = export::Builder::new(text, Format::PowerShellTable, apex, known);
    zone.zone_mut().is_excerpt = true;
    let at = text.as_str().find(word)?;
    let fault = Fault::new(text.span(at, at + word.len()), what).help(WHOLE);
    zone.report(TroubleKind::CellTruncated, fault, None);
    Some(zone.finish())
}
