//! What a text holds that exports of Windows servers were put into: of one kind mostly, or of
//! several, as the record of a console has them that ran different commands.

use std::ops::Range;

use memchr::memmem::Finder;
use rayon::prelude::*;

use super::lexer::Token;
use super::{Format, console, dnscmd_print, export, powershell_json, powershell_table, windows};
use dnscmd_print::Line;

/// A part of a text, and the kind of the exports in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) format: Format,
    pub(super) part: Range<usize>,
}

/// Words without which a text has no export of that kind.
const MARKS: [(Format, &[&str]); 4] = [
    (Format::WindowsDns, &["Database file"]),
    (Format::DnscmdPrint, &["Zone:", "Returned records:"]),
    (Format::PowerShellTable, &["--------"]),
    (Format::PowerShellJson, &["\"HostName\""]),
];

/// Ctrl+Z, by which DOS and its heirs end a text: `copy a.dns + b.dns all.dns` in cmd.exe.
const END_OF_FILE: char = '\u{1a}';

/// The sections of a text that was recognised as of that kind.
pub(super) fn of(text: &str, format: Format) -> Vec<Section> {
    let text = text.trim_end_matches(END_OF_FILE);
    let mut sections = vec![Section {
        format,
        part: 0..text.len(),
    }];
    if may_be_mixed(text, format) {
        divide(text, &mut sections);
    }
    sections
}

/// Octets that are searched for every mark before the next ones: they stay in the cache.
const PIECE: usize = 1 << 16;

/// More octets than a mark has.
const LONGEST: usize = 32;

/// Whether a text has marks of exports of other kinds.
fn may_be_mixed(text: &str, format: Format) -> bool {
    if !MARKS.iter().any(|(kind, _)| *kind == format) {
        return false;
    }
    let others = MARKS.iter().filter(|(kind, _)| *kind != format);
    let others: Vec<_> = others
        .flat_map(|(_, marks)| marks.iter().map(Finder::new))
        .collect();
    let pieces = 0..text.len().div_ceil(PIECE);
    pieces.into_par_iter().any(|piece| {
        let start = piece * PIECE;
        let end = text.len().min(start + PIECE + LONGEST);
        let piece = &text.as_bytes()[start..end];
        others.iter().any(|mark| mark.find(piece).is_some())
    })
}

/// Divides a text where an export begins that is of another kind than the one before.
fn divide(text: &str, sections: &mut Vec<Section>) {
    // Behind the last line that can be no part of an export below it.
    let mut begin = 0;
    // Zone files and what `dnscmd` prints are read without a beginning of their own; what else
    // stands before the first export is the console's.
    let mut is_export = false;
    let mut lines = export::lines(text).peekable();
    while let Some(line) = lines.next() {
        let below = lines.peek();
        let Some(current) = sections.last_mut() else {
            return;
        };
        let current_is_of_windows = current.format.is_of_windows();
        if let Some(format) = opened(&line, below, current.format) {
            if !std::mem::replace(&mut is_export, true) {
                current.format = format;
            } else if format != current.format {
                let part = begin..current.part.end;
                current.part.end = begin;
                sections.push(Section { format, part });
            }
        }
        is_export |= current_is_of_windows && dnscmd_print::classify(line.text) == Line::Record;
        if !is_between(line.text) {
            begin = below.map_or(text.len(), |below| below.start);
        }
    }
}

/// The kind of the export that begins with a line.
fn opened(line: &Token<'_>, below: Option<&Token<'_>>, current: Format) -> Option<Format> {
    if windows::zone_of(line.text).is_some() {
        return Some(Format::WindowsDns);
    }
    if below.is_some_and(|below| powershell_table::is_head(line, below)) {
        return Some(Format::PowerShellTable);
    }
    if powershell_json::is_beginning(line.text) {
        return Some(Format::PowerShellJson);
    }
    let is_print = match dnscmd_print::classify(line.text) {
        Line::Command(_) | Line::Records => true,
        // Remarks in zone files may say `; Zone: x` of anything.
        Line::Zone(_) => {
            let names_server = |below: &Token<'_>| {
                let words = below.text.trim_start_matches([';', ' ', '\t']);
                words.starts_with("Server:")
            };
            current != Format::WindowsDns || below.is_some_and(names_server)
        }
        _ => false,
    };
    is_print.then_some(Format::DnscmdPrint)
}

/// Whether a line may stand between exports, and belongs to the one below it then: it is blank,
/// an empty comment, or the console's.
fn is_between(line: &str) -> bool {
    let line = line.trim();
    line.is_empty()
        || line == ";"
        || line.starts_with(">>")
        || console::is_banner(line)
        || console::is_prompt(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONE_FILE: &str = ";  Database file x.dns for x zone.\na A 1\n;  End delegation\n";
    const PRINT: &str = ";\n;  Zone:    y\n;  Server:  DC1\n@ 3600 A 1\n";
    const TABLE: &str = "PS C:\\> x\n\nHostName RecordType RecordData\n-------- ---------- ----------\n@        A          1\n";
    const JSON: &str = "PS C:\\> y\n[\n  { \"HostName\": \"a\", \"RecordData\": {} }\n]\n";

    fn sections(text: &str, format: Format) -> Vec<(Format, &str)> {
        let sections = of(text, format).into_iter();
        sections
            .map(|section| (section.format, &text[section.part]))
            .collect()
    }

    #[test]
    fn a_text_is_divided_where_the_kind_changes() {
        let pieces = [
            (Format::WindowsDns, ZONE_FILE),
            (Format::DnscmdPrint, PRINT),
            (Format::PowerShellTable, TABLE),
            (Format::PowerShellJson, JSON),
        ];
        for one in pieces {
            for two in pieces.iter().filter(|two| two.0 != one.0) {
                let text = format!("{}{}{}", one.1, two.1, one.1);
                for format in [one.0, two.0] {
                    assert_eq!(sections(&text, format), [one, *two, one]);
                }
            }
            let text = [one.1, one.1].concat();
            assert_eq!(sections(&text, one.0), [(one.0, text.as_str())]);
        }
    }

    #[test]
    fn marks_are_found_wherever_they_stand() {
        for at in PIECE - LONGEST..PIECE + 2 {
            let text = format!("{}\nZone:", "x".repeat(at));
            assert!(may_be_mixed(&text, Format::WindowsDns), "{at}");
            assert!(!may_be_mixed(&text, Format::DnscmdPrint), "{at}");
        }
    }

    #[test]
    fn what_only_looks_like_another_kind_is_left() {
        let text = format!("{ZONE_FILE}; Zone: y\n; --------\n[AGE:1] A 1\n\u{1a}");
        assert_eq!(
            sections(&text, Format::WindowsDns),
            [(Format::WindowsDns, &text[..text.len() - 1])]
        );
        let text = format!("@ [Aging:1] 3600 A 1\n{TABLE}");
        assert_eq!(sections(&text, Format::DnscmdPrint).len(), 2);
        let text = format!("Machine: DC1 (10.0)\n{TABLE}{PRINT}");
        for format in [Format::PowerShellTable, Format::DnscmdPrint] {
            assert_eq!(
                sections(&text, format),
                [
                    (Format::PowerShellTable, &text[..text.len() - PRINT.len()]),
                    (Format::DnscmdPrint, PRINT)
                ]
            );
        }
    }
}
