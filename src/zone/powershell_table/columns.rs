//! Where the columns of a table begin, or which cells of a line they are.

use std::borrow::Cow;

use crate::dns::RecordType;
use crate::source::Span;
use crate::zone::export::{part, trimmed};
use crate::zone::fields::span_of;
use crate::zone::lexer::Token;
use crate::zone::text::Text;
use crate::zone::{cells, naptr_data, record_type};

/// What the commands call types that they do not know, such as NAPTR.
pub(super) const UNNAMED: &str = "UNKNOWN";

/// The columns of a table; each begins where its dashes begin and ends where the next one
/// begins. Places are counted in characters, as the console does.
pub(super) struct Columns {
    /// Heading and first character, from left to right; where columns are cells, their indexes.
    starts: Vec<(Heading, usize)>,
    /// What divides the cells of a line.
    separator: Option<u8>,
}

/// The heading of a column.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Heading {
    ZoneName,
    HostName,
    RecordType,
    Type,
    Timestamp,
    TimeToLive,
    RecordData,
    Other,
}

impl Heading {
    fn read(text: &str) -> Self {
        [
            ("ZoneName", Self::ZoneName),
            ("HostName", Self::HostName),
            ("RecordType", Self::RecordType),
            ("Type", Self::Type),
            ("Timestamp", Self::Timestamp),
            ("TimeToLive", Self::TimeToLive),
            ("RecordData", Self::RecordData),
        ]
        .into_iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(text))
        .map_or(Self::Other, |(_, heading)| heading)
    }
}

/// A row's cells, without the blanks around them.
#[derive(Clone, Copy)]
pub(super) struct Row<'t> {
    /// The zone, where the user picked that property too.
    pub(super) zone: Option<Token<'t>>,
    pub(super) host: Token<'t>,
    pub(super) record_type: Token<'t>,
    /// The number of the type; Windows Server 2012 does not show it.
    pub(super) number: Option<Token<'t>>,
    pub(super) timestamp: Option<Token<'t>>,
    pub(super) ttl: Option<Token<'t>>,
    pub(super) data: Token<'t>,
}

impl<'t> Row<'t> {
    /// The last cell that has something in it.
    pub(super) fn last(&self) -> Token<'t> {
        let optional = [self.ttl, self.timestamp, self.number]
            .into_iter()
            .flatten();
        let cells = [self.data].into_iter().chain(optional);
        let mut cells = cells.chain([self.record_type, self.host]);
        let last = cells.find(|cell| !cell.text.is_empty());
        last.unwrap_or(self.host)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.last().text.is_empty()
    }

    /// Nothing but a word in the first column.
    pub(super) fn has_host_only(&self) -> bool {
        let others = [self.record_type.text, self.data.text];
        others.iter().all(|text| text.is_empty()) && !self.host.text.contains(' ')
    }

    /// The type, by its name or else by its number, and the cell that tells it; where nothing
    /// does, by the data.
    pub(super) fn record_type(&self) -> Option<(RecordType, Token<'_>)> {
        let name = self.record_type;
        if let Some(record_type) = record_type::from_name(name.text) {
            return Some((record_type, name));
        }
        let number = self.number.filter(|number| !number.text.is_empty());
        let Some(number) = number else {
            let is_unnamed = name.text.eq_ignore_ascii_case(UNNAMED);
            return is_unnamed.then(|| (self.unnamed_type(), name));
        };
        let value: u16 = number.text.parse().ok()?;
        (value > 0).then(|| (RecordType::from(value), number))
    }

    /// The type of data that is shown as its octets: any that is not NAPTR is of no use to
    /// handsets.
    fn unnamed_type(&self) -> RecordType {
        if naptr_data::is_likely(self.data.text) {
            RecordType::NAPTR
        } else {
            RecordType::NULL
        }
    }

    pub(super) fn span(&self, text: &Text<'_>) -> Span {
        let first = span_of(text, &self.host);
        if self.data.text.is_empty() {
            return first;
        }
        first.to(span_of(text, &self.data))
    }
}

/// What the columns of a table tell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Headings {
    /// It is a table of records.
    OfRecords,
    /// So it is, and the column that holds their data is not there.
    WithoutData,
}

impl Headings {
    /// Of a heading and the line of dashes below it; `None` where they are none of such a table.
    pub(super) fn read(heading: &Token<'_>, dashes: &Token<'_>) -> Option<Self> {
        let columns = Columns::of(heading, dashes)?;
        let has = |heading| columns.find(heading).is_some();
        (has(Heading::HostName) && has(Heading::RecordType)).then(|| {
            if has(Heading::RecordData) {
                Self::OfRecords
            } else {
                Self::WithoutData
            }
        })
    }
}

impl Columns {
    /// The columns of a heading and the line of dashes below it; `None` where they are none
    /// of a table of records.
    pub(super) fn read(heading: &Token<'_>, dashes: &Token<'_>) -> Option<Self> {
        let is_of_records = Headings::read(heading, dashes) == Some(Headings::OfRecords);
        is_of_records.then(|| Self::of(heading, dashes))?
    }

    /// The columns of any table.
    fn of(heading: &Token<'_>, dashes: &Token<'_>) -> Option<Self> {
        let is_rule = |line: &str| {
            line.starts_with('-') && line.bytes().all(|byte| byte == b'-' || byte == b' ')
        };
        let dashes = without_colours(dashes.text);
        if !is_rule(dashes.trim_end()) {
            return None;
        }
        let mut starts = Vec::new();
        let mut before = b' ';
        for (at, byte) in dashes.bytes().enumerate() {
            if byte == b'-' && before == b' ' {
                starts.push(at);
            }
            before = byte;
        }
        let heading = without_colours(heading.text);
        let bounds = Bounds::of(&heading);
        let ends = starts.iter().skip(1).copied().map(Some).chain([None]);
        let named = starts.iter().zip(ends).map(|(start, end)| {
            let (from, to) = bounds.bytes(*start, end);
            (Heading::read(heading[from..to].trim()), *start)
        });
        let starts = named.collect();
        Some(Self {
            starts,
            separator: None,
        })
    }

    /// The columns of a heading whose cells a separator divides, as `Export-Csv` writes it;
    /// `None` where it is none of records.
    pub(super) fn of_cells(heading: &Token<'_>) -> Option<Self> {
        if !heading.text.contains("RecordData") {
            return None;
        }
        let columns = [b',', b';', b'\t'].into_iter().map(|separator| {
            let cells = cells::of(heading, separator).into_iter().enumerate();
            Self {
                starts: cells
                    .map(|(index, cell)| (Heading::read(cell.text), index))
                    .collect(),
                separator: Some(separator),
            }
        });
        let mut columns = columns.into_iter();
        columns.find(|columns| {
            [Heading::HostName, Heading::RecordType, Heading::RecordData]
                .iter()
                .all(|heading| columns.find(*heading).is_some())
        })
    }

    /// Whether the columns are cells between separators.
    pub(super) fn are_cells(&self) -> bool {
        self.separator.is_some()
    }

    /// The index of a column.
    fn find(&self, heading: Heading) -> Option<usize> {
        let mut headings = self.starts.iter();
        headings.position(|(one, _)| *one == heading)
    }

    /// The cells of a line.
    pub(super) fn row<'t>(&self, line: &Token<'t>) -> Row<'t> {
        let bounds = Bounds::of(line.text);
        let cells = self.separator.map(|separator| cells::of(line, separator));
        let cell = |heading| {
            let index = self.find(heading)?;
            if let Some(cells) = &cells {
                return cells.get(index).copied();
            }
            let end = self.starts.get(index + 1).map(|(_, start)| *start);
            let (from, to) = bounds.bytes(self.starts[index].1, end);
            Some(trimmed(&part(line, from, to, false)))
        };
        let nothing = part(line, line.text.len(), line.text.len(), false);
        Row {
            zone: cell(Heading::ZoneName).filter(|cell| !cell.text.is_empty()),
            host: cell(Heading::HostName).unwrap_or(nothing),
            record_type: cell(Heading::RecordType).unwrap_or(nothing),
            number: cell(Heading::Type),
            timestamp: cell(Heading::Timestamp),
            ttl: cell(Heading::TimeToLive),
            data: cell(Heading::RecordData).unwrap_or(nothing),
        }
    }

    /// Whether an owner takes up its column, so that its rest may stand in the line below.
    pub(super) fn is_full(&self, host: &Token<'_>) -> bool {
        let start = |index: usize| self.starts.get(index).map(|(_, start)| *start);
        let index = self.find(Heading::HostName);
        let next = index.and_then(|index| Some((start(index)?, start(index + 1)?)));
        next.is_some_and(|(own, next)| own + host.text.chars().count() + 1 >= next)
    }

    /// Whether a line is long enough to have something in the column of the data, and has a
    /// blank before each column, as rows have.
    pub(super) fn reaches_data(&self, line: &Token<'_>) -> bool {
        if self.are_cells() {
            return !self.row(line).data.text.is_empty();
        }
        let bounds = Bounds::of(line.text);
        let data = self
            .find(Heading::RecordData)
            .map_or(0, |index| self.starts[index].1);
        let (start, _) = bounds.bytes(data, None);
        let starts = self.starts.iter().skip(1);
        start < line.text.trim_end().len()
            && starts.into_iter().all(|(_, column)| {
                let (at, _) = bounds.bytes(*column, None);
                line.text[..at].ends_with(' ')
            })
    }
}

/// A line without the sequences by which PowerShell 7 colours its headings: ESC `[`, numbers,
/// a letter.
fn without_colours(line: &str) -> Cow<'_, str> {
    const ESCAPE: char = '\u{1b}';
    if !line.contains(ESCAPE) {
        return line.into();
    }
    let mut parts = line.split(ESCAPE);
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
        plain.extend(rest.chars().skip(1));
    }
    plain.into()
}

/// From characters to bytes of one line.
struct Bounds<'l> {
    line: &'l str,
}

impl<'l> Bounds<'l> {
    fn of(line: &'l str) -> Self {
        Self { line }
    }

    /// The bytes from one character to another, or to the end of the line.
    fn bytes(&self, from: usize, to: Option<usize>) -> (usize, usize) {
        let byte = |character: usize| {
            if self.line.is_ascii() {
                return character.min(self.line.len());
            }
            let mut places = self.line.char_indices();
            places
                .nth(character)
                .map_or(self.line.len(), |(byte, _)| byte)
        };
        (byte(from), to.map_or(self.line.len(), byte))
    }
}
