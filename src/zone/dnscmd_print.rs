//! What `dnscmd` prints, as it was captured from a console: `/ZonePrint` a whole zone,
//! `/EnumRecords` the records at and right below one node.
//!
//! The records are written much as in a Windows zone file, but these are no master files:
//! the SOA stands anywhere, and around the records there are prompts and words of the
//! command. `@` is the node that was asked for, which only the command line names.

use std::ops::Range;

use super::exports::{self, Exports};
use super::fields::Fault;
use super::master::Reader;
use super::master::origin::{self, Known};
use super::text::lines;
use super::{Format, ReadOptions, TroubleKind, aging, console, name, record_type};
use crate::dns::Name;
use crate::source::{SourceId, Sources, Span};

/// What a line of a captured console is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    /// The prompt, with the command that prints records.
    Command(Asked),
    /// `;  Zone:    eslab.local`
    Zone(Name),
    /// `;  Finished zone: 6 nodes and 6 records in 0 seconds`
    Finished,
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
    /// The comments around a whole zone have begun, and not ended.
    is_unfinished: bool,
    /// The command said that it was done, or another prompt came.
    has_ended: bool,
    records: Range<usize>,
}

impl Printed {
    /// What was asked for, where it is a part of a zone.
    fn excerpt(&self) -> Option<&Asked> {
        self.asked.as_ref().filter(|asked| !asked.whole)
    }

    /// The node that was asked for, where no option left out records of it or of the names right
    /// below, and the command printed them to the end.
    fn listed(&self) -> Option<&Name> {
        let is_whole = |asked: &&Asked| self.has_ended && !asked.words.contains('/');
        self.excerpt().filter(is_whole).map(|asked| &asked.node)
    }
}

/// Reads what each command in a part of a source printed.
pub(super) fn read(
    sources: &Sources,
    id: SourceId,
    section: Range<usize>,
    options: &ReadOptions,
    exports: &mut Exports,
) {
    let source = sources.get(id);
    let mut all = printed(&source.text, section.clone());
    if all.is_empty() {
        all.push(Printed {
            asked: None,
            opening: None,
            is_unfinished: false,
            has_ended: false,
            records: section,
        });
    }
    let guess = || match &options.origin {
        Some(origin) => (origin.clone(), Known::Surely),
        None => origin::guess(
            origin::file_name(source).filter(|name| is_of_zone(name)),
            "",
        ),
    };
    for one in all {
        let line = one.opening.as_ref().unwrap_or(&one.records);
        let length = source.text[line.clone()].trim_end().len();
        let opening = Span::new(id, line.start, line.start + length);
        if !exports.admit(opening) {
            return;
        }
        let read = |part: Range<usize>, is_named| {
            let asked = one.asked.as_ref().filter(|_| is_named);
            let origin = match asked {
                Some(asked) => (asked.node.clone(), Known::Surely),
                None if is_named => guess(),
                None => (Name::root(), Known::Not),
            };
            let mut reader = Reader::new(sources, id, Format::DnscmdPrint, origin, options);
            if let Some(asked) = asked {
                reader.end_waiting(&asked.zone);
            }
            let is_last = part.end == one.records.end;
            let before = source.text[..part.end].trim_end();
            reader.part(id, part);
            if is_last && one.is_unfinished {
                let message = "the print ends here, before the line `;  Finished zone`";
                let start = memchr::memrchr2(b'\n', b'\r', before.as_bytes());
                let last = start.map_or(0, |end| end + 1)..before.len();
                let fault = Fault::new(exports::first_line(id, &source.text, last), message)
                    .help("the rest of the zone is missing: print or copy it again");
                reader.push(TroubleKind::Truncated, fault, None);
            }
            let mut zone = reader.finish();
            zone.is_excerpt = !asked.is_some_and(|asked| asked.whole);
            zone.asked = one.excerpt().map(|asked| asked.words.clone());
            zone.listed = one.listed().cloned();
            zone
        };
        exports.read(opening, (id, source), one.records.clone(), read);
    }
}

/// A file that is named after a zone: `eslab.local.txt`, not `records.txt`.
fn is_of_zone(file_name: &str) -> bool {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let ending = [".txt", ".dns", ".zone"]
        .iter()
        .find(|ending| name.to_ascii_lowercase().ends_with(*ending));
    ending.is_some_and(|ending| name[..name.len() - ending.len()].contains('.'))
}

/// Splits a part of a text by commands.
fn printed(text: &str, section: Range<usize>) -> Vec<Printed> {
    let mut all: Vec<Printed> = Vec::new();
    // The last of them is still being printed, and has printed a record; a blank line came.
    let (mut is_open, mut has_records, mut is_behind_blank) = (false, false, false);
    for line in lines(&text[section.clone()]) {
        let line = section.start + line.start..section.start + line.end;
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
                is_unfinished: matches!(what, Line::Zone(_)),
                has_ended: false,
                records: from..from,
            });
            (is_open, has_records) = (true, false);
        } else if let (Some(last), true) = (all.last_mut(), is_open) {
            match &what {
                Line::Zone(_) => {
                    last.is_unfinished = true;
                    last.asked = last.asked.take().or(asked);
                }
                Line::Finished => last.is_unfinished = false,
                Line::End | Line::Prompt => {
                    is_open = false;
                    last.has_ended = has_records;
                }
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
        let words = comment.trim_start();
        if words.starts_with("Finished zone") {
            return Line::Finished;
        }
        let zone = words.starts_with("Zone:");
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
