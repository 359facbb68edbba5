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

use std::ops::Range;

use super::cmdlet::Command;
use super::export::{self, Builder, Builders, trimmed};
use super::exports::Exports;
use super::fields::{Fault, shown};
use super::json::{Malformed, Node, Reader as Json, What};
use super::lexer::Token;
use super::master::origin::Known;
use super::text::Text;
use super::{Format, ReadOptions, TroubleKind, record_type};
use crate::dns::{Name, RecordType};
use crate::source::{SourceId, Sources, Span};

mod record;

use record::Object;

/// How to export records with all of their data.
const WHOLE: &str = "export with `Get-DnsServerResourceRecord -ZoneName <zone> | Select-Object \
                     -Property * -ExcludeProperty Cim* | ConvertTo-Json -Depth 4`";

/// Reads the exports in a part of a text: one zone each, unless their records say that they are
/// of several.
pub(super) fn read(
    sources: &Sources,
    id: SourceId,
    section: Range<usize>,
    options: &ReadOptions,
    exports: &mut Exports,
) {
    let source = sources.get(id);
    let text = Text::of_export(id, &source.text[section.clone()], section.start);
    let mut reader = Reader {
        text: &text,
        is_given: options.origin.is_some(),
        origin: export::origin(source, options, text.as_str()),
        origin_of_further: export::origin(source, options, ""),
        command: Command::default(),
        first: exports.len(),
        exports,
        zones: None,
        at_apex: Vec::new(),
        console: None,
    };
    reader.document();
    reader.finish();
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

/// Whether JSON begins with a line of a text that is of another kind before.
pub(super) fn is_beginning(line: &str) -> bool {
    let rest = line.strip_prefix(['{', '[']);
    rest.is_some_and(|rest| rest.trim().is_empty() || rest.trim_start().starts_with(['{', '"']))
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
struct Reader<'t, 'e> {
    text: &'t Text<'t>,
    /// The caller named the zone.
    is_given: bool,
    /// The zone of records that do not say theirs.
    origin: (Name, Known),
    /// The same of exports behind the first, of which the names in the text tell nothing.
    origin_of_further: (Name, Known),
    /// The command that printed what follows.
    command: Command,
    /// How many zones of the text were read before.
    first: usize,
    exports: &'e mut Exports,
    /// The zones of the export that is being read.
    zones: Option<Builders<'t>>,
    /// Records at the apex, which wait for the SOA record among them.
    at_apex: Vec<Node<'t>>,
    /// The first text that is no JSON.
    console: Option<Span>,
}

impl<'t> Reader<'t, '_> {
    /// Objects one after the other are records of one export, as a command writes them that
    /// converts each by itself; every array is an export.
    fn document(&mut self) {
        let text = self.text.as_str();
        let mut at = 0;
        while let Some(start) = beginning(&text[at..]) {
            let mut json = Json::new(text, at + start);
            self.pass_over(at, at + start);
            let is_array = text[json.offset()..].starts_with('[');
            if is_array || self.zones.is_none() || self.command.zone.is_some() {
                let opening = self.text.span(json.offset(), json.offset() + 1);
                if !self.begin(opening) {
                    return;
                }
            }
            let read = if is_array {
                self.array(&mut json)
            } else {
                json.value().map(|node| self.node(node))
            };
            if let Err(malformed) = read {
                return self.malformed(&malformed);
            }
            at = json.offset();
        }
        self.pass_over(at, text.len());
        if self.zones.is_none() {
            let fault = Json::new(text, 0).unexpected("`[` or `{`");
            self.malformed(&fault);
            self.console = None;
        }
    }

    /// Begins an export; `false` where it is one too many.
    fn begin(&mut self, opening: Span) -> bool {
        self.end();
        if !self.exports.admit(opening) {
            return false;
        }
        let further = self.origin_of_further.clone();
        let origin = std::mem::replace(&mut self.origin, further);
        self.zones = Some(Builders::new(
            self.text,
            Format::PowerShellJson,
            opening,
            self.command.take(),
            (origin, self.is_given),
        ));
        true
    }

    /// Ends the export that is being read.
    fn end(&mut self) {
        self.take_apex();
        if let Some(zones) = self.zones.take() {
            zones.finish(self.exports);
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
        for line in export::lines(between) {
            if !self.command.read(line.text) {
                self.command.read_on(line.text);
            }
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
            self.node(node);
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
        self.zones().current()
    }

    /// The zones of the export that is being read.
    fn zones(&mut self) -> &mut Builders<'t> {
        let (text, origin) = (self.text, &self.origin);
        let make = || {
            Builders::new(
                text,
                Format::PowerShellJson,
                text.span(0, text.as_str().len()),
                Command::default(),
                (origin.clone(), self.is_given),
            )
        };
        self.zones.get_or_insert_with(make)
    }

    /// A record, or what PowerShell 5.1 makes of an array of them: an object with their count.
    fn node(&mut self, node: Node<'t>) {
        if node.property("HostName").is_some() {
            return self.record(node);
        }
        match node.into_array("value") {
            Ok(records) => records.into_iter().for_each(|record| self.record(record)),
            Err(node) => self.record(node),
        }
    }

    /// Reads a record; one at the apex once all are together.
    fn record(&mut self, node: Node<'t>) {
        let named = zone_of(&node);
        let host = node.property("HostName").and_then(Node::text);
        if named.is_none() && host == Some("@") {
            return self.at_apex.push(node);
        }
        self.take_apex();
        let text = self.text;
        let zones = self.zones();
        if host.is_some() {
            zones.choose(named);
        }
        read_record(zones.current(), text, &node);
    }

    fn take_apex(&mut self) {
        let records = std::mem::take(&mut self.at_apex);
        if records.is_empty() {
            return;
        }
        let text = self.text;
        let soa = |node: &Node<'_>| {
            let is_soa = record_type_of(node).is_some_and(|(kind, _)| kind == RecordType::SOA);
            let data = node.property("RecordData").filter(|_| is_soa)?;
            Some(&text.as_str()[data.start..data.end])
        };
        self.zones().add_apex(
            &records,
            soa,
            |node| text.span(node.start, node.start + 1),
            |zones, node| read_record(zones.current(), text, node),
        );
    }

    fn finish(mut self) {
        self.end();
        if let (Some(console), Some(zone)) = (self.console, self.exports.zone_mut(self.first)) {
            zone.report_console(console);
        }
    }
}

/// Reads a record into the zone that it is of.
fn read_record(zone: &mut Builder<'_>, text: &Text<'_>, node: &Node<'_>) {
    let span = text.span(node.start, node.end);
    let host = node.property("HostName");
    let Some((host_token, host)) = host.and_then(|host| Some((as_token(host)?, host))) else {
        // The place of a whole record is many lines: its first one shows it.
        let span = text.span(node.start, node.start + 1);
        let fault = Fault::new(span, "this value is no record: it has no `HostName`");
        return zone.report(TroubleKind::Syntax, fault.help(WHOLE), None);
    };
    let Some(owner) = zone.owner(&host_token) else {
        return;
    };
    let Some((record_type, type_token)) = record_type_of(node) else {
        let fault = match node.property("RecordType") {
            Some(named) => Fault::new(
                text.span(named.start, named.end),
                format!(
                    "`{}` is not a record type",
                    shown(named.text().unwrap_or("…"))
                ),
            ),
            None => Fault::new(
                text.span(host.start, host.end),
                "this record names no type: it has no `RecordType`",
            ),
        };
        return zone.report(TroubleKind::Syntax, fault.help(WHOLE), None);
    };
    let data = Object {
        text,
        node,
        record_type,
        type_token,
    };
    for shown in [Some(host), node.property("RecordData")]
        .into_iter()
        .flatten()
    {
        zone.note_copied(record_type, shown.start..shown.end);
    }
    let read = data.ttl().and_then(|ttl| Ok((ttl, data.written()?)));
    match read {
        Ok((ttl, written)) => zone.add(owner, span, ttl, data.aging(), written),
        Err((kind, fault)) => {
            let damaged = Some((owner.name, record_type));
            if kind == TroubleKind::CellTruncated {
                zone.report_alike(kind, fault, damaged);
            } else {
                zone.report(kind, fault, damaged);
            }
        }
    }
}

/// The zone that a record says it is of: where the user picked that property too, or of one
/// in Active Directory by its place in the directory:
/// `DC=piper,DC=eslab.local,cn=MicrosoftDNS,…`.
fn zone_of(record: &Node<'_>) -> Option<Name> {
    if let Some(name) = record.property("ZoneName").and_then(Node::text) {
        return export::zone_name(name);
    }
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
    let token = Token {
        text: node.text()?,
        start: node.start,
        end: node.end,
        quoted: false,
        made: !node.is_verbatim(),
    };
    Some(trimmed(&token))
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
