//! The exports of one text. Mostly there is one; each is read as a zone by itself.

use std::collections::HashSet;
use std::ops::Range;

use super::contents::RecordData;
use super::fields::Fault;
use super::{TroubleKind, Zone, text};
use crate::finding::Label;
use crate::source::{Source, SourceId, Span};

/// Exports that are read of one text. Nobody puts as many zones into one file, and each makes
/// a view of its own.
pub(super) const MOST: usize = 256;

/// The zones that were read so far.
#[derive(Default)]
pub(super) struct Exports {
    /// Each with the place where its export begins.
    zones: Vec<(Span, Zone)>,
    /// How many exports they are of: the records of one may name several zones.
    count: usize,
    /// One beyond the most came, which was said.
    is_over: bool,
}

impl Exports {
    /// Whether an export that begins there is read: one beyond the most is reported instead.
    pub(super) fn admit(&mut self, opening: Span) -> bool {
        if self.count < MOST {
            return true;
        }
        if let (false, Some((_, zone))) = (self.is_over, self.zones.last_mut()) {
            self.is_over = true;
            let message = format!("more than {MOST} exports in one file: the rest is not read");
            let fault = Fault::new(opening, message).help("put every zone into a file of its own");
            let trouble = fault.into_trouble(TroubleKind::Limit, Vec::new(), Vec::new());
            zone.troubles.push(trouble);
        }
        false
    }

    /// How many zones there are.
    pub(super) fn len(&self) -> usize {
        self.zones.len()
    }

    /// The zone of that index.
    pub(super) fn zone_mut(&mut self, index: usize) -> Option<&mut Zone> {
        self.zones.get_mut(index).map(|(_, zone)| zone)
    }

    /// Adds a zone of the export that begins there.
    pub(super) fn push(&mut self, opening: Span, zone: Zone) {
        let is_same = self.zones.last().is_some_and(|(last, _)| *last == opening);
        self.count += usize::from(!is_same);
        self.zones.push((opening, zone));
    }

    /// Adds what `read` makes of a part of a text, told whether the name that is known of the
    /// zone is that of this part. Where an SOA record follows that is another than the one
    /// before, another zone begins, and nothing says which.
    pub(super) fn read(
        &mut self,
        opening: Span,
        source: (SourceId, &Source),
        part: Range<usize>,
        read: impl Fn(Range<usize>, bool) -> Zone,
    ) {
        let (id, source) = source;
        let whole = read(part.clone(), true);
        let others = other_soas(id, &source.text, &whole, part.start);
        if others.is_empty() {
            return self.push(opening, whole);
        }
        let ends = others.iter().copied().chain([part.end]);
        let begins = [part.start].into_iter().chain(others.iter().copied());
        for (begin, end) in begins.zip(ends) {
            let is_first = begin == part.start;
            let opening = if is_first {
                opening
            } else {
                first_line(id, &source.text, begin..end)
            };
            if !self.admit(opening) {
                return;
            }
            self.push(opening, read(begin..end, is_first));
        }
    }

    /// Every zone. Of exports that are no part of a zone which one before shows, the first says
    /// so.
    pub(super) fn finish(mut self) -> Vec<Zone> {
        let further = self.further();
        if let ([second, more @ ..], Some((first, _))) = (&further[..], self.zones.first()) {
            let label = Label {
                span: *first,
                message: "the first one begins here".to_owned(),
            };
            if let Some((opening, zone)) = self.zones.get_mut(*second) {
                zone.report_further_export(*opening, more.len(), label);
            }
        }
        self.zones.into_iter().map(|(_, zone)| zone).collect()
    }

    /// The indexes of the exports that are the first of another zone, whole, or of what was asked
    /// for before.
    fn further(&self) -> Vec<usize> {
        let (mut apexes, mut asked_for) = (HashSet::new(), HashSet::new());
        let mut before = None;
        let mut further = Vec::new();
        for (index, (opening, zone)) in self.zones.iter().enumerate() {
            let is_new = apexes.insert(&zone.apex);
            let asked = zone.asked.as_ref();
            let is_part = asked.is_some_and(|asked| asked_for.insert((&zone.apex, asked)));
            let is_of_export_before = before.replace(opening) == Some(opening);
            if index > 0 && (is_new || !is_part) && !is_of_export_before {
                further.push(index);
            }
        }
        further
    }
}

/// The first line of a part of a text that has content, without the blanks around it.
pub(super) fn first_line(id: SourceId, text: &str, part: Range<usize>) -> Span {
    let mut lines = text::lines(&text[part.clone()]);
    let line = lines.find_map(|line| {
        let words = &text[part.start + line.start..part.start + line.end];
        let start = part.start + line.start + words.len() - words.trim_start().len();
        let length = words.trim().len();
        (length > 0).then_some(start..start + length)
    });
    let line = line.unwrap_or(part);
    Span::new(id, line.start, line.end)
}

/// Where the lines begin with the owner of an SOA record that differs from the one before.
fn other_soas(id: SourceId, text: &str, zone: &Zone, begin_of_zone: usize) -> Vec<usize> {
    let is_other = |pair: &&[crate::dns::Record]| {
        RecordData::from(&pair[0].data) != RecordData::from(&pair[1].data)
            && pair.iter().all(|soa| soa.span.source == id)
    };
    let others = zone.soas.windows(2).filter(is_other);
    let begins = others.map(|pair| {
        let at = pair[1].owner.span.start as usize;
        let end = memchr::memrchr2(b'\n', b'\r', &text.as_bytes()[..at]);
        end.map_or(0, |end| end + 1)
    });
    let begins = begins.filter(|begin| *begin > begin_of_zone);
    let mut begins: Vec<usize> = begins.take(MOST).collect();
    begins.dedup();
    begins
}
