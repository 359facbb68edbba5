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

use std::borrow::Cow;

use super::export::{self, Builder, Written, cell_tokens};
use super::fields::{Fault, shown};
use super::json::{Malformed, Node, Reader as Json, Value, What};
use super::lexer::Token;
use super::master::origin::Known;
use super::text::Text;
use super::{Contents, Format, ReadOptions, TroubleKind, Zone, naptr_data, record_type, ttl};
use crate::dns::{Name, RecordType};
use crate::source::{SourceId, Sources, Span, Spanned};

/// How to export records with all of their data.
const WHOLE: &str = "export with `Get-DnsServerResourceRecord -ZoneName <zone> | Select-Object \
                     -Property * -ExcludeProperty Cim* | ConvertTo-Json -Depth 4`";

/// Reads the zones of an export: one, unless its records say that they are of several.
pub fn read(sources: &Sources, id: SourceId, options: &ReadOptions) -> Vec<Zone> {
    let source = sources.get(id);
    let text = Text::verbatim(id, &source.text);
    let (apex, known) = export::origin(source, options);
    let mut reader = Reader {
        text: &text,
        is_given: options.origin.is_some(),
        origin: (apex.clone(), known),
        zones: vec![Builder::new(&text, Format::PowerShellJson, apex, known)],
        current: 0,
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

/// Reads one export.
struct Reader<'t> {
    text: &'t Text<'t>,
    /// The caller named the zone.
    is_given: bool,
    /// The zone of records that do not say theirs.
    origin: (Name, Known),
    zones: Vec<Builder<'t>>,
    /// The zone of the record that is being read.
    current: usize,
}

impl<'t> Reader<'t> {
    fn document(&mut self) {
        let text = self.text.as_str();
        let mut json = Json::new(text, beginning(text).unwrap_or(0));
        let mut is_further = false;
        loop {
            if is_further {
                let Some(start) = beginning(&text[json.offset()..]) else {
                    return;
                };
                json = Json::new(text, json.offset() + start);
                let message = "another export begins here: its records are read as well";
                let help = "put every zone into a file of its own, named after the zone";
                let fault = Fault::new(self.span(json.offset(), json.offset() + 1), message);
                let fault = fault.help(help);
                self.zone().report(TroubleKind::SeveralExports, fault, None);
            }
            if let Err(malformed) = self.values(&mut json) {
                return self.malformed(&malformed);
            }
            is_further = true;
        }
    }

    /// One record, or an array of them.
    fn values(&mut self, json: &mut Json<'t>) -> Result<(), Malformed> {
        if !json.take(b'[') {
            let node = json.value()?;
            self.record(&node);
            return Ok(());
        }
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

    fn zone(&mut self) -> &mut Builder<'t> {
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
        self.choose_zone(node);
        let Some(owner) = self.zone().owner(&host_token) else {
            return;
        };
        let Some((record_type, type_token)) = record_type_of(node) else {
            let fault = match node.property("RecordType") {
                Some(named) => Fault::new(
                    self.span(named.start, named.end),
                    format!("`{}` is not a record type", shown(named.text().unwrap_or("…"))),
                ),
                None => Fault::new(
                    self.span(host.start, host.end),
                    "this record names no type: it has no `RecordType`",
                ),
            };
            return self.zone().report(TroubleKind::Syntax, fault.help(WHOLE), None);
        };
        let data = Record {
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

    /// The zone that a record of Active Directory names by its place in the directory:
    /// `DC=piper,DC=eslab.local,cn=MicrosoftDNS,…`.
    fn choose_zone(&mut self, node: &Node<'_>) {
        if self.is_given {
            return;
        }
        let named = node.property("DistinguishedName").and_then(Node::text);
        let named = named.and_then(|path| {
            let parts: Vec<_> = path.split(',').map(str::trim).take(8).collect();
            let container = parts
                .iter()
                .position(|part| part.eq_ignore_ascii_case("cn=MicrosoftDNS"))?;
            let (attribute, zone) = parts[container.checked_sub(1)?].split_once('=')?;
            let zone = export::zone_name(zone)?;
            attribute.eq_ignore_ascii_case("dc").then_some(zone)
        });
        let (apex, known) = match named {
            Some(zone) => (zone, Known::Surely),
            None => self.origin.clone(),
        };
        let found = self.zones.iter().position(|zone| *zone.apex() == apex);
        self.current = found.unwrap_or_else(|| {
            let zone = Builder::new(self.text, Format::PowerShellJson, apex, known);
            self.zones.push(zone);
            self.zones.len() - 1
        });
    }

    /// The zones that hold or say something.
    fn finish(self) -> Vec<Zone> {
        let mut zones: Vec<_> = self.zones.into_iter().map(Builder::finish).collect();
        if zones.len() > 1 && zones[0].record_count == 0 && zones[0].troubles.is_empty() {
            zones.remove(0);
        }
        zones
    }
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

/// Why a record is lost, and which rule says so.
type Lost = (TroubleKind, Fault);

/// One record's object.
struct Record<'n, 't> {
    text: &'n Text<'t>,
    node: &'n Node<'n>,
    record_type: RecordType,
    type_token: Token<'n>,
}

impl Record<'_, '_> {
    fn span(&self, node: &Node<'_>) -> Span {
        self.text.span(node.start, node.end)
    }

    /// Seconds, or a duration as an object or as text.
    fn ttl(&self) -> Result<Option<Spanned<u32>>, Lost> {
        let Some(node) = self.node.property("TimeToLive") else {
            return Ok(None);
        };
        if node.value == Value::Null {
            return Ok(None);
        }
        let (node, seconds) = match (node.property("TotalSeconds"), node.property("Ticks")) {
            (Some(node), _) => (node, seconds(node)),
            (None, Some(node)) => (node, ticks(node)),
            (None, None) => (node, seconds(node)),
        };
        match seconds.filter(|seconds| *seconds <= ttl::MAX) {
            Some(seconds) => Ok(Some(Spanned::new(seconds, self.span(node)))),
            None => {
                let written = shown(node.text().unwrap_or("…"));
                let fault = Fault::new(self.span(node), format!("`{written}` is not a TTL"));
                Err((TroubleKind::Syntax, fault.help(WHOLE)))
            }
        }
    }

    /// When the record was refreshed, for a dynamic one: `/Date(1552615200000)/`, perhaps in
    /// an object beside the date in words.
    fn aging(&self) -> Option<Spanned<u64>> {
        let node = self.node.property("Timestamp")?;
        let node = node.property("value").unwrap_or(node);
        let text = node.text()?;
        let hours = match text.strip_prefix("/Date(") {
            Some(rest) => {
                let end = rest.find(|c: char| c != '-' && !c.is_ascii_digit())?;
                export::hours_of_unix_milliseconds(rest[..end].parse().ok()?)
            }
            None => export::hours_of_local_date(text)?,
        };
        Some(Spanned::new(hours, self.span(node)))
    }

    fn written(&self) -> Result<Written, Lost> {
        if !Contents::keeps(self.record_type) {
            return Ok(Written::Other(self.record_type));
        }
        let syntax = |fault| (TroubleKind::Syntax, fault);
        let Some(data) = self.node.property("RecordData") else {
            let type_token = &self.type_token;
            let span = self.text.span(type_token.start, type_token.end);
            let fault = Fault::new(span, "this record has no `RecordData`");
            return Err(syntax(fault.help(WHOLE)));
        };
        if let Some(token) = as_token(data) {
            // The class of the data instead of the data: the depth was too small.
            if token.text.starts_with("DnsServerResourceRecord") {
                return Err(self.shallow(data));
            }
            return self.displayed(&token).map_err(syntax);
        }
        let properties = Properties::of(data).ok_or_else(|| self.shallow(data))?;
        if self.record_type == RecordType::NAPTR
            && let Some(node) = properties.find("Data")
            && let Some(token) = as_token(node)
        {
            let data = naptr_data::read(self.text, &token).map_err(syntax)?;
            return Ok(Written::Kept(data));
        }
        let values = self.values(data, &properties).map_err(syntax)?;
        let tokens: Vec<_> = values.iter().map(Made::token).collect();
        export::displayed(self.text, self.record_type, &self.type_token, &tokens).map_err(syntax)
    }

    /// Data in one string, as tables show it.
    fn displayed(&self, token: &Token<'_>) -> Result<Written, Fault> {
        if self.record_type == RecordType::NAPTR && naptr_data::is_hexadecimal(token.text) {
            return naptr_data::read(self.text, token).map(Written::Kept);
        }
        let tokens = cell_tokens(*token);
        export::displayed(self.text, self.record_type, &self.type_token, &tokens)
    }

    /// The values of the data, in the order of the fields of a master file.
    fn values<'v>(
        &self,
        data: &Node<'_>,
        properties: &Properties<'v>,
    ) -> Result<Vec<Made<'v>>, Fault> {
        let mut values = Vec::new();
        for name in property_names(self.record_type) {
            let Some(node) = properties.find(name) else {
                let span = self.text.span(data.start, data.start + 1);
                let message = format!("the record's data has no `{name}`");
                return Err(Fault::new(span, message).help(WHOLE));
            };
            values.push(Made::of(node).ok_or_else(|| {
                let message = format!("the value of `{name}` is neither text nor a number");
                Fault::new(self.text.span(node.start, node.start + 1), message).help(WHOLE)
            })?);
        }
        Ok(values)
    }

    /// The data was left out.
    fn shallow(&self, data: &Node<'_>) -> Lost {
        let message = "the record's data was left out: `ConvertTo-Json` did not go deep enough";
        let fault = Fault::new(self.span(data), message).help(WHOLE);
        (TroubleKind::CellTruncated, fault)
    }
}

/// The properties of data, in the order of the fields of a master file.
fn property_names(record_type: RecordType) -> &'static [&'static str] {
    match record_type {
        RecordType::A => &["IPv4Address"],
        RecordType::AAAA => &["IPv6Address"],
        RecordType::CNAME => &["HostNameAlias"],
        RecordType::DNAME => &["DomainNameAlias"],
        RecordType::NS => &["NameServer"],
        RecordType::PTR => &["PtrDomainName"],
        RecordType::SRV => &["Priority", "Weight", "Port", "DomainName"],
        RecordType::SOA => &[
            "PrimaryServer",
            "ResponsiblePerson",
            "SerialNumber",
            "RefreshInterval",
            "RetryDelay",
            "ExpireLimit",
            "MinimumTimeToLive",
        ],
        RecordType::NAPTR => &["Data"],
        _ => &[],
    }
}

/// The properties of a record's data: plain ones, or a list of names and values.
enum Properties<'v> {
    Plain(&'v Node<'v>),
    Cim(&'v [Node<'v>]),
}

impl<'v> Properties<'v> {
    fn of(data: &'v Node<'v>) -> Option<Self> {
        match data.property("CimInstanceProperties") {
            Some(list) => match &list.value {
                Value::Array(list) if list.iter().all(|one| one.property("Name").is_some()) => {
                    Some(Self::Cim(list))
                }
                _ => None,
            },
            None => matches!(data.value, Value::Object(_)).then_some(Self::Plain(data)),
        }
    }

    fn find(&self, name: &str) -> Option<&'v Node<'v>> {
        match self {
            Self::Plain(data) => data.property(name),
            Self::Cim(list) => {
                let is_it = |one: &&Node<'_>| {
                    let named = one.property("Name").and_then(Node::text);
                    named.is_some_and(|text| text.eq_ignore_ascii_case(name))
                };
                list.iter().find(is_it)?.property("Value")
            }
        }
    }
}

/// A value as a field of a master file.
struct Made<'v> {
    text: Cow<'v, str>,
    node: &'v Node<'v>,
}

impl<'v> Made<'v> {
    fn of(node: &'v Node<'v>) -> Option<Self> {
        if let Some(node) = node.property("IPAddressToString") {
            return Self::of(node);
        }
        // The times of an SOA are durations.
        if matches!(node.value, Value::Object(_)) {
            let node = node.property("TotalSeconds")?;
            let text = seconds(node)?.to_string();
            return Some(Self {
                text: text.into(),
                node,
            });
        }
        let text = node.text()?;
        let duration = text.contains(':').then(|| export::duration(text)).flatten();
        let text = match duration {
            Some(seconds) => seconds.to_string().into(),
            None => text.into(),
        };
        Some(Self { text, node })
    }

    fn token(&self) -> Token<'_> {
        let is_made = matches!(self.text, Cow::Owned(_)) || !self.node.is_verbatim();
        Token {
            text: &self.text,
            start: self.node.start,
            end: self.node.end,
            quoted: false,
            made: is_made,
        }
    }
}

/// Seconds in a number, or in a duration as .NET writes it.
fn seconds(node: &Node<'_>) -> Option<u32> {
    let text = node.text()?;
    if text.contains(':') {
        return export::duration(text);
    }
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    whole.parse().ok()
}

/// Seconds in ten-millionths of a second.
fn ticks(node: &Node<'_>) -> Option<u32> {
    let ticks: u64 = node.text()?.parse().ok()?;
    u32::try_from(ticks / 10_000_000).ok()
}

#[cfg(test)]
mod tests;
