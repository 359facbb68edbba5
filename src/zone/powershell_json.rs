//! What `Get-DnsServerResourceRecord … | ConvertTo-Json -Depth 4` writes.
//!
//! ```json
//! { "HostName": "_sip._udp", "RecordType": "SRV", "Type": 33, "Timestamp": null,
//!   "TimeToLive": { "TotalSeconds": 3600 },
//!   "RecordData": { "CimInstanceProperties": [ { "Name": "Priority", "Value": 1 }, … ] } }
//! ```
//!
//! One record is an object, several are an array of them. Data may also stand in plain
//! properties, or in one string as tables show it. Records are read one after the other and
//! not kept as JSON, so a large export takes no more memory than its zone.

use std::collections::HashMap;

use super::export::{self, Builder};
use super::fields::{Fault, shown};
use super::json::{Malformed, Node, Reader as Json, What};
use super::lexer::Token;
use super::master::origin::Known;
use super::text::Text;
use super::{Format, ReadOptions, TroubleKind, Zone, record_type};
use crate::dns::{Name, RecordType};
use crate::finding::Label;
use crate::source::{SourceId, Sources, Span};

mod record;

use record::Object;

/// How to export records with all of their data.
const WHOLE: &str = "export with `Get-DnsServerResourceRecord -ZoneName <zone> | Select-Object \
                     -Property * -ExcludeProperty Cim* | ConvertTo-Json -Depth 4`";

/// Reads the zones of an export: one, unless its records say that they are of several.
pub fn read(sources: &Sources, id: SourceId, options: &ReadOptions) -> Vec<Zone> {
    let source = sources.get(id);
    let text = Text::verbatim(id, &source.text);
    let mut reader = Reader {
        text: &text,
        is_given: options.origin.is_some(),
        origin: export::origin(source, options),
        zones: Vec::new(),
        by_apex: HashMap::new(),
        current: 0,
        exports: Vec::new(),
        console: None,
    };
    reader.document();
    reader.finish()
}

/// Where the JSON begins: at the first line that begins with a bracket, for prompts may stand
/// before it.
fn beginning(text: &str) -> Option<usize> {
    let mut lines = export::lines(text);
    lines.find_map(|line| {
        let bare = line.text.trim_start();
        let begins = bare.starts_with(['{', '[']) && !bare.contains("]: PS ");
        begins.then(|| line.end - bare.len())
    })
}

/// Whether a text is such an export: JSON in which a record's owner and data are named.
pub(crate) fn is_one(text: &str) -> bool {
    let Some(start) = beginning(text) else {
        return false;
    };
    let names = |wanted: &str| {
        let mut keys = text[start..].split('"').skip(1);
        keys.any(|key| key.eq_ignore_ascii_case(wanted))
    };
    names("HostName") && names("RecordData")
}

/// Reads one text.
struct Reader<'t> {
    text: &'t Text<'t>,
    /// The caller named the zone.
    is_given: bool,
    /// The zone of records that do not say theirs.
    origin: (Name, Known),
    zones: Vec<Builder<'t>>,
    /// The zones of the export that is being read, by their names in lower case.
    by_apex: HashMap<Name, usize>,
    /// The zone of the record that is being read.
    current: usize,
    /// Where each export begins, and which zone is its first.
    exports: Vec<(Span, usize)>,
    /// The first text that is no JSON.
    console: Option<Span>,
}

impl<'t> Reader<'t> {
    /// Objects one after the other are records of one export, as a command writes them that
    /// converts each by itself; every array is an export.
    fn document(&mut self) {
        let text = self.text.as_str();
        let mut at = 0;
        while let Some(start) = beginning(&text[at..]) {
            let mut json = Json::new(text, at + start);
            self.pass_over(at, at + start);
            let is_array = text[json.offset()..].starts_with('[');
            if is_array || self.exports.is_empty() {
                let span = self.text.span(json.offset(), json.offset() + 1);
                if self.exports.len() == export::MOST_EXPORTS {
                    let fault = export::too_many_exports(span);
                    return self.zone().report(TroubleKind::Limit, fault, None);
                }
                self.exports.push((span, self.zones.len()));
                self.by_apex.clear();
                self.choose_zone(None);
            }
            let read = if is_array {
                self.array(&mut json)
            } else {
                json.value().map(|node| self.record(&node))
            };
            if let Err(malformed) = read {
                return self.malformed(&malformed);
            }
            at = json.offset();
        }
        self.pass_over(at, text.len());
        if self.exports.is_empty() {
            let fault = Json::new(text, 0).unexpected("`[` or `{`");
            self.malformed(&fault);
        }
    }

    /// Notes the first text that is no JSON.
    fn pass_over(&mut self, start: usize, end: usize) {
        let between = &self.text.as_str()[start..end];
        let line = export::lines(between).find(|line| !line.text.trim().is_empty());
        if let (Some(line), None) = (line, self.console) {
            let line = export::trimmed(&line);
            self.console = Some(self.text.span(start + line.start, start + line.end));
        }
    }

    /// The records of one array.
    fn array(&mut self, json: &mut Json<'t>) -> Result<(), Malformed> {
        json.take(b'[');
        if json.take(b']') {
            return Ok(());
        }
        loop {
            let node = json.value()?;
            self.record(&node);
            if json.take(b']') {
                return Ok(());
            }
            if !json.take(b',') {
                return Err(json.unexpected("`,` or `]`"));
            }
        }
    }

    /// Reports a fault of the JSON. What follows it is not read.
    fn malformed(&mut self, malformed: &Malformed) {
        let span = self.span(malformed.start, malformed.end);
        let found = shown(&self.text.as_str()[malformed.start..malformed.end]);
        let (kind, message) = match malformed.what {
            What::Ended => (
                TroubleKind::Truncated,
                "the file ends inside its JSON".to_owned(),
            ),
            What::Unexpected(expected) => (
                TroubleKind::Syntax,
                format!("this is no JSON: `{found}` stands where {expected} is expected"),
            ),
            What::Escape => (
                TroubleKind::Syntax,
                "this is no JSON: a backslash followed by no escape".to_owned(),
            ),
            What::Control => (
                TroubleKind::Syntax,
                "this is no JSON: a line end or control character inside a string".to_owned(),
            ),
            What::Depth => (
                TroubleKind::Limit,
                "this JSON goes deeper than any export does: it is not read further".to_owned(),
            ),
        };
        let help = "what follows was not read: export it again";
        let zone = self.zone();
        zone.zone_mut().is_excerpt = true;
        zone.report(kind, Fault::new(span, message).help(help), None);
    }

    fn span(&self, start: usize, end: usize) -> Span {
        self.text.span(start, end)
    }

    /// The zone that is being read.
    fn zone(&mut self) -> &mut Builder<'t> {
        if self.zones.is_empty() {
            self.choose_zone(None);
        }
        &mut self.zones[self.current]
    }

    fn record(&mut self, node: &Node<'_>) {
        let span = self.span(node.start, node.end);
        let host = node.property("HostName");
        let Some((host_token, host)) = host.and_then(|host| Some((as_token(host)?, host))) else {
            // The place of a whole record is many lines: its first one shows it.
            let span = self.span(node.start, node.start + 1);
            let fault = Fault::new(span, "this value is no record: it has no `HostName`");
            let fault = fault.help(WHOLE);
            return self.zone().report(TroubleKind::Syntax, fault, None);
        };
        self.choose_zone(Some(node));
        let Some(owner) = self.zone().owner(&host_token) else {
            return;
        };
        let Some((record_type, type_token)) = record_type_of(node) else {
            let fault = match node.property("RecordType") {
                Some(named) => Fault::new(
                    self.span(named.start, named.end),
                    format!(
                        "`{}` is not a record type",
                        shown(named.text().unwrap_or("…"))
                    ),
                ),
                None => Fault::new(
                    self.span(host.start, host.end),
                    "this record names no type: it has no `RecordType`",
                ),
            };
            return self
                .zone()
                .report(TroubleKind::Syntax, fault.help(WHOLE), None);
        };
        let data = Object {
            text: self.text,
            node,
            record_type,
            type_token,
        };
        let read = data.ttl().and_then(|ttl| Ok((ttl, data.written()?)));
        let aging = data.aging();
        match read {
            Ok((ttl, written)) => self.zone().add(owner, span, ttl, aging, written),
            Err((kind, fault)) => {
                let damaged = Some((owner.name, record_type));
                self.zone().report(kind, fault, damaged);
            }
        }
    }

    /// Makes the zone that a record says it is of the current one, else that of the export.
    fn choose_zone(&mut self, record: Option<&Node<'_>>) {
        let named = record.filter(|_| !self.is_given).and_then(zone_of);
        let (apex, known) = match named {
            Some(zone) => (zone, Known::Surely),
            None => self.origin.clone(),
        };
        let next = self.zones.len();
        self.current = *self.by_apex.entry(apex.to_lowercase()).or_insert(next);
        if self.current == next {
            let zone = Builder::new(self.text, Format::PowerShellJson, apex, known);
            self.zones.push(zone);
        }
    }

    fn finish(mut self) -> Vec<Zone> {
        self.zone();
        let zones = self.zones.into_iter().map(Builder::finish);
        let mut zones: Vec<Zone> = zones
            .map(|mut zone| {
                // No zone is without records: these are not all.
                zone.is_excerpt |= zone.record_count == 0;
                zone
            })
            .collect();
        if let [(first, _), (second, index), more @ ..] = &self.exports[..]
            && let Some(zone) = zones.get_mut(*index)
        {
            let label = Label {
                span: *first,
                message: "the first one begins here".to_owned(),
            };
            zone.report_further_export(*second, more.len(), label);
        }
        // Records that name their zones leave the one of the file's name empty.
        let is_used = |zone: &Zone| zone.record_count > 0 || !zone.troubles.is_empty();
        if zones.iter().any(is_used) {
            zones.retain(is_used);
        }
        if let (Some(first), Some(zone), false) =
            (self.console, zones.first_mut(), self.exports.is_empty())
        {
            zone.report_console(first);
        }
        zones
    }
}

/// The zone that a record of Active Directory names by its place in the directory:
/// `DC=piper,DC=eslab.local,cn=MicrosoftDNS,…`.
fn zone_of(record: &Node<'_>) -> Option<Name> {
    let path = record.property("DistinguishedName").and_then(Node::text)?;
    let parts: Vec<_> = path.split(',').map(str::trim).take(8).collect();
    let is_container = |part: &&str| part.eq_ignore_ascii_case("cn=MicrosoftDNS");
    let container = parts.iter().position(is_container)?;
    let (attribute, zone) = parts[container.checked_sub(1)?].split_once('=')?;
    let zone = export::zone_name(zone)?;
    attribute.eq_ignore_ascii_case("dc").then_some(zone)
}

/// A string or a number as a token.
fn as_token<'n>(node: &'n Node<'_>) -> Option<Token<'n>> {
    Some(Token {
        text: node.text()?,
        start: node.start,
        end: node.end,
        quoted: false,
        made: !node.is_verbatim(),
    })
}

/// The type, by its name or else by its number, and the token that tells it.
fn record_type_of<'n>(node: &'n Node<'_>) -> Option<(RecordType, Token<'n>)> {
    let named = node.property("RecordType").and_then(as_token);
    if let Some(token) = named
        && let Some(record_type) = record_type::from_name(token.text)
    {
        return Some((record_type, token));
    }
    let number = node.property("Type").and_then(as_token)?;
    let value: u16 = number.text.parse().ok()?;
    (value > 0).then(|| (RecordType::from(value), named.unwrap_or(number)))
}

#[cfg(test)]
mod tests;
