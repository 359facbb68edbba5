//! The records that options make.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::options::{Field, Line};
use super::{Damaged, Found, Settings};
use crate::dns::{Data, Name, Naptr, RecordType, Srv, WrittenName};
use crate::source::{Span, Spanned};
use crate::zone::export::{self, Written, part};
use crate::zone::fields::{Fault, read_name, shown, span_of};
use crate::zone::lexer::Token;
use crate::zone::text::Text;
use crate::zone::ttl;

/// The port of an `srv-host` that states none; dnsmasq's own default.
const DEFAULT_PORT: u16 = 1;

/// Reads an option; the records that it makes are added to `found`. The error is boxed with
/// owner and type of what is lost.
pub(super) fn read(
    text: &Text<'_>,
    line: &Line<'_>,
    settings: &Settings,
    found: &mut Vec<Found>,
) -> Result<(), Box<(Fault, Damaged)>> {
    let last = line.fields.last().map_or(&line.name, |field| field);
    let option = Making {
        text,
        line,
        settings,
        span: span_of(text, &line.name).to(span_of(text, last)),
    };
    let before = found.len();
    let (record_type, made) = match line.option() {
        "srv-host" => (RecordType::SRV, option.srv_host(found)),
        "naptr-record" => (RecordType::NAPTR, option.naptr_record(found)),
        "host-record" => (RecordType::A, option.host_record(found)),
        "ptr-record" => (RecordType::PTR, option.ptr_record(found)),
        "cname" => (RecordType::CNAME, option.cname(found)),
        "address" => (RecordType::A, option.address(found)),
        "mx-host" => (RecordType::MX, option.other(RecordType::MX, found)),
        "txt-record" => (RecordType::TXT, option.other(RecordType::TXT, found)),
        "caa-record" => (RecordType::CAA, option.other(RecordType::CAA, found)),
        "dns-rr" => {
            let number = line.fields.get(1).and_then(|field| field.text.parse().ok());
            let record_type = RecordType::from(number.unwrap_or(0_u16));
            (record_type, option.other(record_type, found))
        }
        _ => match option.refused() {
            Some(fault) => return Err(Box::new((fault, None))),
            None => return Ok(()),
        },
    };
    let made = option.refused().map_or(made, Err);
    made.map_err(|fault| {
        found.truncate(before);
        let owner = option.damaged_owner();
        Box::new((fault, owner.map(|owner| (owner, record_type))))
    })
}

/// An option of which records are made.
struct Making<'m, 't> {
    text: &'m Text<'t>,
    line: &'m Line<'m>,
    settings: &'m Settings,
    /// From its name to its last field.
    span: Span,
}

impl Making<'_, '_> {
    fn fault(&self, token: &Token<'_>, message: impl Into<String>) -> Fault {
        Fault::new(span_of(self.text, token), message)
    }

    /// Why dnsmasq does not start with the line, whatever its fields are.
    fn refused(&self) -> Option<Fault> {
        let name = &self.line.name;
        if let Some(unsigned) = &self.line.unsigned {
            let message = format!(
                "`{}` lacks its `=`: dnsmasq does not start with it",
                name.text
            );
            let right = format!("{}=", name.text);
            let fault = self.fault(unsigned, message);
            return Some(fault.help(format!("write `{right}`")).meant(right));
        }
        let meant = self.line.meant?;
        let message = format!(
            "dnsmasq has no option `{}`, and does not start with it",
            shown(name.text)
        );
        let fault = self.fault(name, message);
        Some(fault.help(format!("did you mean `{meant}`?")).meant(meant))
    }

    fn field(&self, index: usize) -> Option<&Field<'_>> {
        self.line.fields.get(index)
    }

    /// How the option is written.
    fn layout(&self) -> &'static str {
        match self.line.option() {
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

    /// The first field, an owner. That of an `srv-host` which is no more than `_sip._udp` gets
    /// the domain of `domain=`; what has more labels is complete.
    fn owner(&self) -> Result<WrittenName, Fault> {
        let field = self.field(0).filter(|field| !field.text.is_empty());
        let field = field.ok_or_else(|| self.missing("name"))?;
        let mut owner = self.name(field)?;
        if self.line.option() == "srv-host"
            && owner.name.iter().len() == 2
            && let Some(domain) = &self.settings.domain
            && let Ok(name) = owner.name.append_name(domain)
        {
            owner.name = name;
            owner.relative = true;
        }
        Ok(owner)
    }

    /// The owner of the records that an option was to make; of several the first.
    fn damaged_owner(&self) -> Option<Name> {
        if self.line.option() != "address" {
            return self.owner().ok().map(|owner| owner.name);
        }
        let domains = self.field(0)?.text.strip_prefix('/')?;
        export::zone_name(domains.split('/').next()?)
    }

    /// A number; `default` where the field is left out, and where it is empty 0, which is what
    /// dnsmasq reads there.
    fn number(
        &self,
        index: usize,
        what: &str,
        default: Option<u16>,
    ) -> Result<Spanned<u16>, Fault> {
        let field = self.field(index);
        let Some(stated) = field.filter(|field| !field.text.is_empty()) else {
            let default = default.ok_or_else(|| self.missing(what))?;
            return Ok(Spanned::new(field.map_or(default, |_| 0), self.span));
        };
        let is_number = stated.text.bytes().all(|byte| byte.is_ascii_digit());
        let value = is_number.then(|| stated.text.parse().ok()).flatten();
        let value = value.ok_or_else(|| {
            let message = format!(
                "the {what} `{}` is not a whole number from 0 to 65535",
                shown(stated.text)
            );
            let help = format!("the option is `{}`", self.layout());
            self.fault(stated, message).help(help)
        })?;
        Ok(Spanned::new(value, span_of(self.text, stated)))
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
            written: Written::kept(data),
        }
    }

    fn srv_host(&self, found: &mut Vec<Found>) -> Result<(), Fault> {
        let srv = self.srv()?;
        found.push(self.found(self.owner()?, None, Data::Srv(srv)));
        Ok(())
    }

    fn srv(&self) -> Result<Srv, Fault> {
        let target = match self.field(1).filter(|field| !field.text.is_empty()) {
            Some(field) => self.name(field)?,
            // dnsmasq answers with the root, which says that there is no such service.
            None => WrittenName {
                name: Name::root(),
                span: self.span,
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

    fn naptr_record(&self, found: &mut Vec<Found>) -> Result<(), Fault> {
        let naptr = self.naptr()?;
        found.push(self.found(self.owner()?, None, Data::Naptr(Box::new(naptr))));
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
                    span: self.span,
                    relative: false,
                },
            },
        };
        self.end(7)?;
        Ok(naptr)
    }

    /// Names, addresses and a TTL in any order; the last address of each kind counts, and the
    /// first name is what the address leads back to.
    fn host_record(&self, found: &mut Vec<Found>) -> Result<(), Fault> {
        let mut names = vec![self.owner()?];
        let (mut v4, mut v6, mut ttl) = (None, None, None);
        for field in self.line.fields.iter().skip(1) {
            let span = span_of(self.text, field);
            match field.text.parse() {
                Ok(IpAddr::V4(address)) => v4 = Some(Spanned::new(address, span)),
                Ok(IpAddr::V6(address)) => v6 = Some(Spanned::new(address, span)),
                Err(_) if self.ttl(field).is_some() => ttl = self.ttl(field),
                Err(_) if looks_like_address(field.text) => {
                    let message = format!("`{}` is not an IP address", shown(field.text));
                    let help = "dnsmasq takes it for one more name: write four numbers from 0 to \
                                255, without leading zeros";
                    return Err(self.fault(field, message).help(help));
                }
                Err(_) => names.push(self.name(field)?),
            }
        }
        if v4.is_none() && v6.is_none() {
            return Err(self.missing("address"));
        }
        if let Some(address) = v4 {
            let owner = WrittenName {
                name: Name::from(address.value),
                span: address.span,
                relative: false,
            };
            found.push(self.found(owner, ttl, Data::Ptr(names[0].clone())));
        }
        for name in names {
            found.extend(v4.map(|address| self.found(name.clone(), ttl, Data::A(address))));
            found.extend(v6.map(|address| self.found(name.clone(), ttl, Data::Aaaa(address))));
        }
        Ok(())
    }

    fn ptr_record(&self, found: &mut Vec<Found>) -> Result<(), Fault> {
        let target = self.field(1).filter(|field| !field.text.is_empty());
        let target = self.name(target.ok_or_else(|| self.missing("target"))?)?;
        self.end(2)?;
        found.push(self.found(self.owner()?, None, Data::Ptr(target)));
        Ok(())
    }

    /// Aliases, then the target, then perhaps a TTL.
    fn cname(&self, found: &mut Vec<Found>) -> Result<(), Fault> {
        let (ttl, names) = match self.line.fields.split_last() {
            Some((last, names)) if names.len() > 1 && self.ttl(last).is_some() => {
                (self.ttl(last), names)
            }
            _ => (None, &self.line.fields[..]),
        };
        let parts = names.split_last().filter(|(_, rest)| !rest.is_empty());
        let (target, aliases) = parts.ok_or_else(|| self.missing("target"))?;
        let target = self.name(target)?;
        for alias in aliases {
            found.push(self.found(self.name(alias)?, ttl, Data::Cname(target.clone())));
        }
        Ok(())
    }

    /// `/domain/domain/address`: the address of each domain and of everything below it.
    fn address(&self, found: &mut Vec<Found>) -> Result<(), Fault> {
        let Some(value) = self.field(0) else {
            return Err(self.missing("domain"));
        };
        let parts = value
            .text
            .strip_prefix('/')
            .and_then(|rest| rest.rsplit_once('/'));
        let Some((domains, address)) = parts else {
            let message = format!("`{}` is no address of a domain", shown(value.text));
            let help = "the option is `address=/domain/address`";
            return Err(self.fault(value, message).help(help));
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
            _ => self.address_data(&at)?,
        };
        let mut start = 1;
        for domain in domains.split('/') {
            let token = part(value, start, start + domain.len(), false);
            start += domain.len() + 1;
            self.domain_address(&token, &data, found)?;
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
    fn other(&self, record_type: RecordType, found: &mut Vec<Found>) -> Result<(), Fault> {
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
