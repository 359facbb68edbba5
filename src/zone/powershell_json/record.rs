//! One record's object: its TTL, its time stamp, its data.

use std::borrow::Cow;

use super::WHOLE;
use crate::dns::RecordType;
use crate::source::{Span, Spanned};
use crate::zone::export::{self, Written};
use crate::zone::fields::{Fault, shown};
use crate::zone::json::{Node, Value};
use crate::zone::lexer::Token;
use crate::zone::text::Text;
use crate::zone::{Contents, TroubleKind, naptr_data, ttl};

/// Hours from 1601-01-01 to 1970-01-01.
const HOURS_BEFORE_1970: i64 = 3_234_576;

/// Why a record is lost, and which rule says so.
type Lost = (TroubleKind, Fault);

/// One record's object.
pub(super) struct Object<'n, 't> {
    pub(super) text: &'n Text<'t>,
    pub(super) node: &'n Node<'n>,
    pub(super) record_type: RecordType,
    pub(super) type_token: Token<'n>,
}

impl Object<'_, '_> {
    fn span(&self, node: &Node<'_>) -> Span {
        self.text.span(node.start, node.end)
    }

    /// Seconds, or a duration as an object or as text.
    pub(super) fn ttl(&self) -> Result<Option<Spanned<u32>>, Lost> {
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
        let Some(seconds) = seconds.filter(|seconds| *seconds <= ttl::MAX) else {
            let written = shown(node.text().unwrap_or("…"));
            let fault = Fault::new(self.span(node), format!("`{written}` is not a TTL"));
            return Err((TroubleKind::Syntax, fault.help(WHOLE)));
        };
        Ok(Some(Spanned::new(seconds, self.span(node))))
    }

    /// When the record was refreshed, for a dynamic one: `/Date(1552615200000)/`, perhaps in
    /// an object beside the date in words.
    pub(super) fn aging(&self) -> Option<Spanned<u32>> {
        let node = self.node.property("Timestamp")?;
        let node = node.property("value").unwrap_or(node);
        let token = super::as_token(node)?;
        let Some(rest) = token.text.strip_prefix("/Date(") else {
            return export::time_stamp(self.text, &token);
        };
        let end = rest.find(|c: char| c != '-' && !c.is_ascii_digit())?;
        let milliseconds: i64 = rest[..end].parse().ok()?;
        let hours = milliseconds.div_euclid(3_600_000) + HOURS_BEFORE_1970;
        Some(Spanned::new(
            u32::try_from(hours.max(0)).ok()?,
            self.span(node),
        ))
    }

    pub(super) fn written(&self) -> Result<Written, Lost> {
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
        if let Some(token) = super::as_token(data) {
            // The class of the data instead of the data: the depth was too small.
            if token.text.starts_with("DnsServerResourceRecord") {
                return Err(self.shallow(data));
            }
            let read =
                export::displayed_cell(self.text, self.record_type, &self.type_token, &token);
            return read.map_err(syntax);
        }
        let properties = Properties::of(data).ok_or_else(|| self.shallow(data))?;
        if self.record_type == RecordType::NAPTR
            && let Some(node) = properties.find("Data")
            && let Some(token) = super::as_token(node)
        {
            let data = naptr_data::read(self.text, &token).map_err(syntax)?;
            return Ok(Written::kept(data));
        }
        let values = self.values(data, &properties).map_err(syntax)?;
        let tokens: Vec<_> = values.iter().map(Made::token).collect();
        export::displayed(self.text, self.record_type, &self.type_token, &tokens).map_err(syntax)
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
        export::trimmed(&Token {
            text: &self.text,
            start: self.node.start,
            end: self.node.end,
            quoted: false,
            made: is_made,
        })
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
