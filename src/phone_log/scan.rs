//! From a file to the logs in it: a syslog server collects those of many handsets.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Read};

use super::line::Line;
use super::reader::Reader;
use super::{Mark, PhoneLog, lines, sender};
use crate::source::{Origin, Source, Sources};

/// Handsets of one file that are read; a hospital has as many.
const HANDSETS: usize = 1000;

/// A handset writes more lines than so many for one lookup; what changes more often is no name of
/// a sender.
const LINES_EACH: u32 = 8;

/// What was read of a file that is not yet a source.
#[derive(Debug, Default)]
pub struct Scan {
    /// One for each handset, in the order in which they are met.
    readers: Vec<Reader>,
    of_sender: HashMap<Option<String>, usize>,
    /// All lines as those of one handset, once there are several senders: what stands before
    /// lines may tell something else.
    whole: Option<Reader>,
    of_log: u32,
    /// The one that the last line was of.
    last: Option<usize>,
    lines: u32,
    formless: u32,
    first_cut: bool,
    beyond: Option<Beyond>,
}

/// Lines of handsets beyond those that are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beyond {
    /// Where the first one stands.
    pub mark: Mark,
    /// How many.
    pub lines: u32,
    first: Box<str>,
}

/// Reads a file.
pub fn scan(from: impl Read) -> io::Result<Scan> {
    let mut scan = Scan::default();
    lines::for_each(from, |line| scan.take(line))?;
    Ok(scan)
}

/// Reads a text that is held as a whole.
pub fn scan_text(text: &str) -> Scan {
    let mut scan = Scan::default();
    for line in text.lines() {
        scan.take(line);
    }
    scan
}

impl Scan {
    /// Nothing in it has the form of a log.
    pub fn is_no_log(&self) -> bool {
        self.readers.is_empty()
    }

    /// Lines that were read.
    pub fn line_count(&self) -> u32 {
        self.lines
    }

    fn take(&mut self, line: &str) {
        let line = line.trim_end();
        self.lines = self.lines.saturating_add(1);
        let Some(read) = Line::read(line) else {
            self.formless(line);
            return;
        };
        self.of_log = self.of_log.saturating_add(1);
        let sender = sender::of(read.before);
        let is_new = !self.of_sender.contains_key(&sender);
        if let ([only], None, true) = (&self.readers[..], &self.whole, is_new) {
            self.whole = Some(only.of_anybody());
        }
        if let Some(whole) = &mut self.whole {
            whole.take(self.lines, line, &read);
        }
        let index = match self.of_sender.get(&sender) {
            Some(index) => *index,
            None if self.readers.len() == HANDSETS => return self.pass_over(&read, line),
            None => {
                self.readers.push(Reader::new(sender.clone()));
                self.of_sender.insert(sender, self.readers.len() - 1);
                self.readers.len() - 1
            }
        };
        self.last = Some(index);
        self.readers[index].take(self.lines, line, &read);
    }

    fn formless(&mut self, line: &str) {
        if self.lines == 1 && line.contains('|') {
            self.first_cut = true;
        } else if !line.is_empty() {
            self.formless += 1;
        }
        // It may go on with the line before it.
        if let Some(last) = self.last {
            self.readers[last].remember(self.lines, line);
        }
        if let Some(whole) = &mut self.whole {
            whole.remember(self.lines, line);
        }
    }

    fn pass_over(&mut self, read: &Line<'_>, line: &str) {
        let number = self.lines;
        let beyond = self.beyond.get_or_insert_with(|| Beyond {
            mark: Mark::of(read.text, line, number),
            lines: 0,
            first: line.into(),
        });
        beyond.lines = beyond.lines.saturating_add(1);
    }

    /// Makes the lines that were kept a source, and logs that point into it: one for each
    /// handset, and at least one.
    pub fn into_logs(mut self, sources: &Sources, name: &str, origin: Origin) -> Vec<PhoneLog> {
        let senders = u32::try_from(self.readers.len()).unwrap_or(u32::MAX);
        if senders > 1 && self.of_log / senders < LINES_EACH {
            self.readers = self.whole.take().into_iter().collect();
            self.beyond = None;
        }
        if self.readers.is_empty() {
            self.readers.push(Reader::new(None));
        }
        let handsets = self.readers.len();
        // The first log tells of them.
        if let (Some(beyond), [first, ..]) = (&self.beyond, &mut self.readers[..]) {
            first.marked.insert(beyond.mark.line, beyond.first.clone());
        }
        let mut kept: BTreeMap<u32, Box<str>> = BTreeMap::new();
        let mut numbers_of = Vec::with_capacity(handsets);
        for reader in &mut self.readers {
            reader.finish();
            let mut lines = std::mem::take(&mut reader.marked);
            for chain in reader.chains.iter_mut() {
                lines.append(&mut chain.lines);
            }
            numbers_of.push(lines.keys().copied().collect::<Vec<_>>());
            kept.extend(lines);
        }
        let mut offsets = HashMap::with_capacity(kept.len());
        let mut text = String::new();
        for (number, line) in &kept {
            offsets.insert(*number, u32::try_from(text.len()).unwrap_or(u32::MAX));
            text.push_str(line);
            text.push('\n');
        }
        let numbers = kept.into_keys().collect();
        let source = sources.add(Source::excerpt(name, origin, text, numbers));
        let mut beyond = self.beyond;
        let readers = self.readers.into_iter().zip(numbers_of);
        readers
            .map(|(reader, numbers)| {
                let offsets = numbers.into_iter().map(|number| (number, offsets[&number]));
                let mut log = reader.into_log(source, offsets.collect());
                log.handsets = handsets;
                log.beyond = beyond.take();
                if handsets == 1 {
                    log.lines.all = self.lines;
                    log.lines.formless = self.formless;
                    log.lines.first_cut = self.first_cut;
                }
                log
            })
            .collect()
    }
}
