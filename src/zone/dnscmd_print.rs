//! What `dnscmd` prints, as it was captured from a console: `/ZonePrint` a whole zone,
//! `/EnumRecords` the records at and right below one node.
//!
//! The records are written much as in a Windows zone file, but these are no master files:
//! the SOA stands anywhere, and around the records there are prompts and words of the
//! command. `@` is the node that was asked for, which only the command line names.

use std::ops::Range;

use super::master::Reader;
use super::master::origin::{self, Known};
use super::text::lines;
use super::{Format, ReadOptions, TroubleKind, Zone, aging, console, export, name, record_type};
use crate::dns::Name;
use crate::finding::Label;
use crate::source::{SourceId, Sources, Span};

/// What a line of a captured console is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    /// The prompt, with the command that prints records.
    Command(Asked),
    /// `;  Zone:    eslab.local`
    Zone(Name),
    /// `Returned records:`
    Records,
    /// `Command completed successfully.`, or why it was not.
    End,
    /// A record by its shape.
    Record,
    /// A prompt with another command, or with none.
    Prompt,
    /// Blank, or a comment.
    Blank,
    /// Anything else: a damaged record, a name without records, words of the console.
    Text,
}

/// What a command asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    zone: Name,
    /// What `@` stands for.
    node: Name,
    /// The whole zone was asked for.
    whole: bool,
    /// The words behind the zone, in lower case.
    words: String,
}

impl Asked {
    fn whole(zone: Name) -> Self {
        Self {
            node: zone.clone(),
            zone,
            whole: true,
            words: String::new(),
        }
    }
}

/// The records that one command printed.
struct Printed {
    asked: Option<Asked>,
    /// The line that the records follow.
    opening: Option<Range<usize>>,
    records: Range<usize>,
}

impl Printed {
    /// What was asked for, where it is a part of a zone.
    fn excerpt(&self) -> Option<&Asked> {
        self.asked.as_ref().filter(|asked| !asked.whole)
    }
}

/// Reads what each command in a source printed.
pub(super) fn read(sources: &Sources, id: SourceId, options: &ReadOptions) -> Vec<Zone> {
    let source = sources.get(id);
    let mut all = printed(&source.text);
    if all.is_empty() {
        all.push(Printed {
            asked: None,
            opening: None,
            records: 0..source.text.len(),
        });
    }
    let guess = || match &options.origin {
        Some(origin) => (origin.clone(), Known::Surely),
        None => origin::guess(
            origin::file_name(source).filter(|name| is_of_zone(name)),
            "",
        ),
    };
    let mut zones: Vec<Zone> = Vec::new();
    for one in all.iter().take(export::MOST_EXPORTS) {
        let origin = match &one.asked {
            Some(asked) => (asked.node.clone(), Known::Surely),
            None => guess(),
        };
        let mut reader = Reader::new(sources, id, Format::DnscmdPrint, origin, options);
        if let Some(asked) = &one.asked {
            reader.end_waiting(&asked.zone);
        }
        reader.part(id, one.records.clone());
        let mut zone = reader.finish();
        zone.is_excerpt = !one.asked.as_ref().is_some_and(|asked| asked.whole);
        zone.asked = one.excerpt().map(|asked| asked.words.clone());
        zones.push(zone);
    }
    let span = |one: &Printed| {
        let line = one.opening.as_ref().unwrap_or(&one.records);
        let length = source.text[line.clone()].trim_end().len();
        Span::new(id, line.start, line.start + length)
    };
    let further = export::further(&zones);
    if let Some(second) = further.first()
        && let Some(zone) = zones.get_mut(*second)
    {
        let label = Label {
            span: span(&all[0]),
            message: "the first one begins here".to_owned(),
        };
        zone.report_further_export(span(&all[*second]), further.len() - 1, label);
    }
    if let (Some(next), Some(zone)) = (all.get(export::MOST_EXPORTS), zones.last_mut()) {
        let fault = export::too_many_exports(span(next));
        let trouble = fault.into_trouble(TroubleKind::Limit, Vec::new(), Vec::new());
        zone.troubles.push(trouble);
    }
    zones
}

/// A file that is named after a zone: `eslab.local.txt`, not `records.txt`.
fn is_of_zone(file_name: &str) -> bool {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let ending = [".txt", ".dns", ".zone"]
        .iter()
        .find(|ending| name.to_ascii_lowercase().ends_with(*ending));
    ending.is_some_and(|ending| name[..name.len() - ending.len()].contains('.'))
}

/// Splits a text by commands.
fn printed(text: &str) -> Vec<Printed> {
    let mut all: Vec<Printed> = Vec::new();
    // The last of them is still being printed, and has printed a record; a blank line came.
    let (mut is_open, mut has_records, mut is_behind_blank) = (false, false, false);
    for line in lines(text) {
        let mut what = classify(&text[line.clone()]);
        // `Befehl wurde erfolgreich ausgeführt.`, in the place of what English servers say.
        // Where records follow all the same, it stands among them and is told as damaged.
        let is_around = !has_records || is_behind_blank;
        let is_words = what == Line::Text && is_around && is_words(&text[line.clone()]);
        if is_words {
            what = Line::Blank;
            if let (false, true, Some(last)) = (has_records, is_open, all.last_mut()) {
                last.records = line.end..line.end;
            }
        }
        is_behind_blank = is_words || text[line.clone()].trim().is_empty();
        let asked = match &what {
            Line::Command(asked) => Some(asked.clone()),
            Line::Zone(zone) => Some(Asked::whole(zone.clone())),
            _ => None,
        };
        let begins = match what {
            Line::Command(_) => true,
            // The command's own banner follows the command.
            Line::Zone(_) | Line::Records => !is_open || has_records,
            Line::Record => !is_open,
            _ => false,
        };
        if begins {
            let is_record = what == Line::Record;
            let from = if is_record { line.start } else { line.end };
            all.push(Printed {
                asked,
                opening: (!is_record).then(|| line.clone()),
                records: from..from,
            });
            (is_open, has_records) = (true, false);
        } else if let (Some(last), true) = (all.last_mut(), is_open) {
            match &what {
                Line::Zone(_) if last.asked.is_none() => last.asked = asked,
                Line::End | Line::Prompt => is_open = false,
                _ => {}
            }
            if matches!(what, Line::Zone(_) | Line::Records) {
                last.records = line.end..line.end;
            }
        }
        if let (Line::Record | Line::Text, true, Some(last)) = (what, is_open, all.last_mut()) {
            has_records = true;
            last.records.end = line.end;
        }
    }
    all
}

/// Tells what a line is.
pub(crate) fn classify(line: &str) -> Line {
    let bare = line.trim();
    if let Some(comment) = bare.strip_prefix(';') {
        let zone = comment.trim_start().starts_with("Zone:");
        let zone = zone.then(|| origin::from_comment(comment)).flatten();
        return zone.map_or(Line::Blank, Line::Zone);
    }
    if let Some(asked) = command(bare) {
        return Line::Command(asked);
    }
    let starts_with = |words: &str| {
        let start = bare.get(..words.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(words))
    };
    if starts_with("Returned records:") {
        Line::Records
    } else if starts_with("Command completed") || starts_with("Command failed") {
        Line::End
    } else if is_like_record(line) {
        Line::Record
    } else if bare.is_empty() {
        Line::Blank
    } else if console::is_prompt(bare) {
        Line::Prompt
    } else {
        Line::Text
    }
}

/// Whether a line is what the command says in the language of the server: several words, and
/// none of the numbers that every record has.
fn is_words(line: &str) -> bool {
    line.split_whitespace().nth(1).is_some() && !line.bytes().any(|byte| byte.is_ascii_digit())
}

/// The command in a line such as `C:\>dnscmd dc1 /EnumRecords eslab.local @ /Type A`.
fn command(line: &str) -> Option<Asked> {
    let words: Vec<_> = line.split_whitespace().take(32).collect();
    let is = |word: &str, option: &str| word.eq_ignore_ascii_case(option);
    let ends_with = |word: &str, end: &str| {
        let at = word.len().checked_sub(end.len());
        at.and_then(|at| word.get(at..))
            .is_some_and(|word| is(word, end))
    };
    let program = words
        .iter()
        .position(|word| ends_with(word, "dnscmd") || ends_with(word, "dnscmd.exe"))?;
    let option = words
        .iter()
        .skip(program)
        .position(|word| is(word, "/EnumRecords") || is(word, "/ZonePrint"))?
        + program;
    let argument = |at: usize| {
        let word = words.get(option + at)?;
        (!word.starts_with('/')).then(|| word.trim_matches('"'))
    };
    let zone = origin::absolute(argument(1)?)?;
    if is(words[option], "/ZonePrint") {
        return Some(Asked::whole(zone));
    }
    let node = match argument(2) {
        None | Some("@") => zone.clone(),
        Some(node) => name::read(node, &zone).ok()?.0,
    };
    let words = words[option + 2..].join(" ").to_lowercase();
    Some(Asked {
        zone,
        node,
        whole: false,
        words,
    })
}

/// Whether a line has the shape of a record: behind an owner that may be missing, a time
/// stamp or a TTL, then a type; or is the rest of a record that parentheses spread out.
fn is_like_record(line: &str) -> bool {
    let mut words = line.split_whitespace();
    if !line.starts_with([' ', '\t']) {
        words.next();
    }
    let mut words = words.skip_while(|word| aging::read(word).is_some());
    let ttl = words.next().unwrap_or_default();
    let has_ttl = !ttl.is_empty() && ttl.bytes().all(|byte| byte.is_ascii_digit());
    let mut types = words.next().into_iter().chain((!has_ttl).then_some(ttl));
    types.any(|word| {
        record_type::from_name(word).is_some() || record_type::of_windows(word).is_some()
    })
}

#[cfg(test)]
mod tests;
