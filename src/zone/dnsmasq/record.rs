//! The records that options make.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::options::{Field, Line};
use super::{Damaged, Found, Settings};
use crate::dns::{Data, Name, Naptr, RecordType, Srv, WrittenName};
use crate::source::{Span, Spanned};
use crate::zone::export::{Written, part};
use crate::zone::fields::{Fault, read_name, shown, span_of};
use crate::zone::lexer::Token;
use crate::zone::text::Text;
use crate::zone::ttl;

/// The port of an `srv-host` that states none; dnsmasq's own default.
const DEFAULT_PORT: u16 = 1;

/// Reads an option; the records that it makes are added to `found`.
pub(super) fn read(
    text: &Text<'_>,
    line: &Line<'_>,
    settings: &Settings,
    found: &mut Vec<Found>,
) -> Result<(), (Fault, Damaged)> {
    let last = line.fields.last().map_or(&line.name, |field| field);
    let option = Making {
        text,
        line,
        span: span_of(text, &line.name).to(span_of(text, last)),
    };
    match line.name.text {
        "srv-host" => option.srv_host(settings, found),
        "naptr-record" => option.naptr_record(found),
        "host-record" => option.host_record(found),
        "ptr-record" => option.ptr_record(found),
        "cname" => option.cname(found),
        "address" => option.address(found),
        "mx-host" => option.other(RecordType::MX, found),
        "txt-record" => option.other(RecordType::TXT, found),
        "caa-record" => option.other(RecordType::CAA, found),
        "dns-rr" => {
            let number = line.fields.get(1).and_then(|field| field.text.parse().ok());
            option.other(RecordType::from(number.unwrap_or(0_u16)), found)
        }
        _ => Ok(()),
    }
}

/// An option of which records are made.
struct Making<'m, 't> {
    text: &'m Text<'t>,
    line: &'m Line<'m>,
    /// From its name to its last field.
    span: Span,
}

impl Making<'_, '_> {
    fn fault(&self, token: &Token<'_>, message: impl Into<String>) -> Fault {
        Fault::new(span_of(self.text, token), message)
    }

    fn field(&self, index: usize) -> Option<&Field<'_>> {
        self.line.fields.get(index)
    }

    /// How the option is written.
    fn layout(&self) -> &'static str {
        match self.line.name.text {
            "srv-host" => "srv-host=_service._proto.domain,target,port,priority,weight",
            "naptr-record" => "naptr-record=name,order,preference,flags,service,regexp,replacement",
            "host-record" => "host-record=name,IPv4-address,IPv6-address,TTL",
            "ptr-record" => "ptr-record=name,target",
            "cname" => "cname=alias,target,TTL",
            _ => "address=/domain/address",
        }
    }

    fn missing(&self, what: &str) -> Fault {
        let last = self
            .line
            .fields
            .last()
            .map_or(&self.line.name, |field| field);
        self.fault(last, format!("the {what} is missing"))
            .help(format!("the option is `{}`", self.layout()))
    }

    /// No field may be left from `count` on.
    fn end(&self, count: usize) -> Result<(), Fault> {
        match self.field(count) {
            Some(surplus) => Err(self
                .fault(
                    surplus,
                    format!("`{}` is one field too many", shown(surplus.text)),
                )
                .help(format!("the option is `{}`", self.layout()))),
            None => Ok(()),
        }
    }

    fn name(&self, token: &Token<'_>) -> Result<WrittenName, Fault> {
        let mut name = read_name(self.text, token, &Name::root())?;
        name.relative = false;
        Ok(name)
    }

    /// The first field, an owner.
    fn owner(&self) -> Result<WrittenName, (Fault, Damaged)> {
        let field = self.field(0).filter(|field| !field.text.is_empty());
        let field = field.ok_or_else(|| (self.missing("name"), None))?;
        self.name(field).map_err(|fault| (fault, None))
    }

    /// A number; `default` where the field is left out or empty.
    fn number(
        &self,
        index: usize,
        what: &str,
        default: Option<u16>,
    ) -> Result<Spanned<u16>, Fault> {
        let stated = self.field(index).filter(|field| !field.text.is_empty());
        let Some(field) = stated else {
            let default = default.ok_or_else(|| self.missing(what))?;
            return Ok(Spanned::new(default, span_of(self.text, &self.line.name)));
        };
        let is_number = field.text.bytes().all(|byte| byte.is_ascii_digit());
        let value = is_number.then(|| field.text.parse().ok()).flatten();
        let value = value.ok_or_else(|| {
            let message = format!(
                "the {what} `{}` is not a whole number from 0 to 65535",
                shown(field.text)
            );
            let help = format!("the option is `{}`", self.layout());
            self.fault(field, message).help(help)
        })?;
        Ok(Spanned::new(value, span_of(self.text, field)))
    }

    /// A character string (RFC 1035 3.3); an empty one where the field is left out.
    fn string(&self, index: usize, what: &str) -> Result<Spanned<String>, Fault> {
        const LONGEST: usize = 255;
        let Some(field) = self.field(index) else {
            return Err(self.missing(what));
        };
        let said = field.said();
        if said.len() > LONGEST {
            let message = format!(
                "the {what} has {} octets, {LONGEST} is the most",
                said.len()
            );
            return Err(self.fault(field, message));
        }
        Ok(Spanned::new(said.to_owned(), span_of(self.text, field)))
    }

    /// A TTL in the last field, if it is a number.
    fn ttl(&self, field: &Token<'_>) -> Option<Spanned<u32>> {
        let is_number = !field.text.is_empty() && field.text.bytes().all(|b| b.is_ascii_digit());
        let seconds = is_number.then(|| field.text.parse().ok()).flatten();
        let seconds: u32 = seconds.filter(|seconds| *seconds <= ttl::MAX)?;
        Some(Spanned::new(seconds, span_of(self.text, field)))
    }

    fn found(&self, owner: WrittenName, ttl: Option<Spanned<u32>>, data: Data) -> Found {
        Found {
            owner,
            span: self.span,
            ttl,
            written: Written::Kept(data),
        }
    }

    fn srv_host(
        &self,
        settings: &Settings,
        found: &mut Vec<Found>,
    ) -> Result<(), (Fault, Damaged)> {
        let mut owner = self.owner()?;
        // `_sip._udp` gets the domain; what has more labels is complete.
        if owner.name.iter().len() == 2
            && let Some(domain) = &settings.domain
            && let Ok(name) = owner.name.clone().append_name(domain)
        {
            owner.name = name;
            owner.name.set_fqdn(true);
            owner.relative = true;
        }
        let damaged = Some((owner.name.clone(), RecordType::SRV));
        let srv = self.srv().map_err(|fault| (fault, damaged))?;
        found.push(self.found(owner, None, Data::Srv(srv)));
        Ok(())
    }

    fn srv(&self) -> Result<Srv, Fault> {
        let target = match self.field(1).filter(|field| !field.text.is_empty()) {
            Some(field) => self.name(field)?,
            // dnsmasq answers with the root, which says that there is no such service.
            None => WrittenName {
                name: Name::root(),
                span: span_of(self.text, &self.line.name),
                relative: false,
            },
        };
        let srv = Srv {
            target,
            port: self.number(2, "port", Some(DEFAULT_PORT))?,
            priority: self.number(3, "priority", Some(0))?,
            weight: self.number(4, "weight", Some(0))?,
        };
        self.end(5)?;
        Ok(srv)
    }

    fn naptr_record(&self, found: &mut Vec<Found>) -> Result<(), (Fault, Damaged)> {
        let owner = self.owner()?;
        let damaged = Some((owner.name.clone(), RecordType::NAPTR));
        let naptr = self.naptr().map_err(|fault| (fault, damaged))?;
        found.push(self.found(owner, None, Data::Naptr(Box::new(naptr))));
        Ok(())
    }

    fn naptr(&self) -> Result<Naptr, Fault> {
        let naptr = Naptr {
            order: self.number(1, "order", None)?,
            preference: self.number(2, "preference", None)?,
            flags: self.string(3, "flags")?,
            service: self.string(4, "service")?,
            regexp: self.string(5, "regexp")?,
            replacement: match self.field(6).filter(|field| !field.text.is_empty()) {
                Some(field) => self.name(field)?,
                None => WrittenName {
                    name: Name::root(),
                    span: span_of(self.text, &self.line.name),
                    relative: false,
                },
            },
        };
        self.end(7)?;
        Ok(naptr)
    }

    /// Names, addresses and a TTL in any order; the last address of each kind counts, and the
    /// first name is what the address leads back to.
    fn host_record(&self, found: &mut Vec<Found>) -> Result<(), (Fault, Damaged)> {
        self.owner()?;
        let (mut names, mut ttl) = (Vec::new(), None);
        let (mut v4, mut v6) = (None, None);
        for (index, field) in self.line.fields.iter().enumerate() {
            match field.text.parse() {
                Ok(IpAddr::V4(address)) => {
                    v4 = Some(Spanned::new(address, span_of(self.text, field)))
                }
                Ok(IpAddr::V6(address)) => {
                    v6 = Some(Spanned::new(address, span_of(self.text, field)))
                }
                Err(_) if index > 0 && self.ttl(field).is_some() => ttl = self.ttl(field),
                Err(_) => {
                    let named = |name: &WrittenName| Some((name.name.clone(), RecordType::A));
                    let damaged = names.first().and_then(named);
                    if looks_like_address(field.text) {
                        let message = format!("`{}` is not an IP address", shown(field.text));
                        let help = "dnsmasq takes it for one more name: write four numbers from 0 \
                                    to 255, without leading zeros";
                        return Err((self.fault(field, message).help(help), damaged));
                    }
                    names.push(self.name(field).map_err(|fault| (fault, damaged))?);
                }
            }
        }
        if v4.is_none() && v6.is_none() {
            let named = |name: &WrittenName| (name.name.clone(), RecordType::A);
            return Err((self.missing("address"), names.first().map(named)));
        }
        if let (Some(address), Some(first)) = (v4, names.first()) {
            let owner = WrittenName {
                name: Name::from(address.value),
                span: address.span,
                relative: false,
            };
            found.push(self.found(owner, ttl, Data::Ptr(first.clone())));
        }
        for name in names {
            found.extend(v4.map(|address| self.found(name.clone(), ttl, Data::A(address))));
            found.extend(v6.map(|address| self.found(name.clone(), ttl, Data::Aaaa(address))));
        }
        Ok(())
    }

    fn ptr_record(&self, found: &mut Vec<Found>) -> Result<(), (Fault, Damaged)> {
        let owner = self.owner()?;
        let damaged = || Some((owner.name.clone(), RecordType::PTR));
        let target = self.field(1).filter(|field| !field.text.is_empty());
        let target = target.ok_or_else(|| (self.missing("target"), damaged()))?;
        let target = self.name(target).map_err(|fault| (fault, damaged()))?;
        self.end(2).map_err(|fault| (fault, damaged()))?;
        found.push(self.found(owner, None, Data::Ptr(target)));
        Ok(())
    }

    /// Aliases, then the target, then perhaps a TTL.
    fn cname(&self, found: &mut Vec<Found>) -> Result<(), (Fault, Damaged)> {
        let first = self.owner()?;
        let damaged = || Some((first.name.clone(), RecordType::CNAME));
        let (ttl, names) = match self.line.fields.split_last() {
            Some((last, names)) if names.len() > 1 && self.ttl(last).is_some() => {
                (self.ttl(last), names)
            }
            _ => (None, &self.line.fields[..]),
        };
        let Some((target, aliases)) = names.split_last().filter(|(_, rest)| !rest.is_empty())
        else {
            return Err((self.missing("target"), damaged()));
        };
        let target = self.name(target).map_err(|fault| (fault, damaged()))?;
        for alias in aliases {
            let alias = self.name(alias).map_err(|fault| (fault, damaged()))?;
            found.push(self.found(alias, ttl, Data::Cname(target.clone())));
        }
        Ok(())
    }

    /// `/domain/domain/address`: the address of each domain and of everything below it.
    fn address(&self, found: &mut Vec<Found>) -> Result<(), (Fault, Damaged)> {
        let Some(value) = self.field(0) else {
            return Err((self.missing("domain"), None));
        };
        let parts = value
            .text
            .strip_prefix('/')
            .and_then(|rest| rest.rsplit_once('/'));
        let Some((domains, address)) = parts else {
            let message = format!("`{}` is no address of a domain", shown(value.text));
            let help = "the option is `address=/domain/address`";
            return Err((self.fault(value, message).help(help), None));
        };
        let at = part(
            value,
            value.text.len() - address.len(),
            value.text.len(),
            false,
        );
        let data = match address {
            // Names that do not exist, and names of no address.
            "" => return Ok(()),
            "#" => Data::A(Spanned::new(Ipv4Addr::UNSPECIFIED, span_of(self.text, &at))),
            _ => self.address_data(&at).map_err(|fault| (fault, None))?,
        };
        let mut start = 1;
        for domain in domains.split('/') {
            let token = part(value, start, start + domain.len(), false);
            start += domain.len() + 1;
            self.domain_address(&token, &data, found)
                .map_err(|fault| (fault, None))?;
        }
        Ok(())
    }

    fn address_data(&self, token: &Token<'_>) -> Result<Data, Fault> {
        let span = span_of(self.text, token);
        if let Ok(address) = token.text.parse::<Ipv4Addr>() {
            return Ok(Data::A(Spanned::new(address, span)));
        }
        if let Ok(address) = token.text.parse::<Ipv6Addr>() {
            return Ok(Data::Aaaa(Spanned::new(address, span)));
        }
        let message = format!("`{}` is not an IP address", shown(token.text));
        Err(Fault::new(span, message)
            .help("write four numbers from 0 to 255, without leading zeros, or an IPv6 address"))
    }

    /// `eslab.local` is the name and all below it, `*.eslab.local` only what is below.
    fn domain_address(
        &self,
        token: &Token<'_>,
        data: &Data,
        found: &mut Vec<Found>,
    ) -> Result<(), Fault> {
        // Every name, and names without a dot: no domain of a handset.
        if token.text == "#" || token.text.is_empty() {
            return Ok(());
        }
        let is_below = token.text.starts_with("*.");
        let skipped = if is_below {
            2
        } else {
            usize::from(token.text.starts_with('.'))
        };
        let token = part(token, skipped, token.text.len(), false);
        let owner = self.name(&token)?;
        let mut wildcard = owner.clone();
        if let Ok(name) = owner.name.prepend_label(&b"*"[..]) {
            wildcard.name = name;
            found.push(self.found(wildcard, None, data.clone()));
        }
        if !is_below {
            found.push(self.found(owner, None, data.clone()));
        }
        Ok(())
    }

    /// A record of a type that is not kept.
    fn other(
        &self,
        record_type: RecordType,
        found: &mut Vec<Found>,
    ) -> Result<(), (Fault, Damaged)> {
        found.push(Found {
            owner: self.owner()?,
            span: self.span,
            ttl: None,
            written: Written::Other(record_type),
        });
        Ok(())
    }
}

/// Digits and dots, at least two of these: nobody's host name.
fn looks_like_address(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
        && text.bytes().filter(|byte| *byte == b'.').count() > 1
}
