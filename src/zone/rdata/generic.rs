//! Record data as octets (RFC 3597 5): `\# length hexadecimal-digits`.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::dns::name::Builder;
use crate::dns::{Data, Naptr, RecordType, Soa, Srv, WrittenName};
use crate::source::{Span, Spanned};
use crate::zone::fields::{Fault, Fields, shown};

/// Reads generic data; that of the types that are kept is decoded, and every field's span
/// covers all digits.
pub(super) fn read(
    record_type: RecordType,
    fields: &mut Fields<'_, '_>,
) -> Result<Option<Data>, Fault> {
    fields.set_layout("\\# number-of-octets hexadecimal-digits");
    fields.next("`\\#`")?;
    let length = fields.number("number of octets", u32::from(u16::MAX))?;
    let tokens = fields.rest();
    let span = match tokens {
        [] => length.span,
        [first, .., last] => fields.span(first).to(fields.span(last)),
        [only] => fields.span(only),
    };
    let mut octets = Vec::new();
    let mut high: Option<u8> = None;
    for token in tokens {
        if token.quoted {
            return Err(fields.fault(token, "hexadecimal digits do not stand in quotes"));
        }
        for character in token.text.chars() {
            let Some(digit) = character
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
            else {
                let message = format!("`{}` is not hexadecimal", shown(token.text));
                return Err(fields.fault(token, message));
            };
            match high.take() {
                Some(high) => octets.push(high << 4 | digit),
                None => high = Some(digit),
            }
        }
    }
    if high.is_some() {
        return Err(Fault::new(
            span,
            "an odd number of hexadecimal digits: half an octet is left",
        )
        .incomplete());
    }
    if octets.len() != length.value as usize {
        let message = format!(
            "{} octets are announced, {} are given",
            length.value,
            octets.len()
        );
        let fault =
            Fault::new(length.span, message).help("the number counts octets, two digits each");
        return Err(if octets.len() < length.value as usize {
            fault.incomplete()
        } else {
            fault
        });
    }
    decode(record_type, &octets, span)
}

fn decode(record_type: RecordType, octets: &[u8], span: Span) -> Result<Option<Data>, Fault> {
    let mut wire = Wire { octets, span };
    let data = match record_type {
        RecordType::A => wire
            .take::<4>()
            .map(|octets| Data::A(wire.spanned(Ipv4Addr::from(octets)))),
        RecordType::AAAA => wire
            .take::<16>()
            .map(|octets| Data::Aaaa(wire.spanned(Ipv6Addr::from(octets)))),
        RecordType::CNAME => wire.name().map(Data::Cname),
        RecordType::DNAME => wire.name().map(Data::Dname),
        RecordType::NS => wire.name().map(Data::Ns),
        RecordType::PTR => wire.name().map(Data::Ptr),
        RecordType::SRV => wire.srv().map(Data::Srv),
        RecordType::NAPTR => wire.naptr().map(|naptr| Data::Naptr(Box::new(naptr))),
        RecordType::SOA => wire.soa().map(|soa| Data::Soa(Box::new(soa))),
        _ => return Ok(None),
    };
    match data {
        Some(data) if wire.octets.is_empty() => Ok(Some(data)),
        _ => Err(Fault::new(
            span,
            format!("these octets are no data of type `{record_type}`"),
        )
        .help("write the data in words instead of `\\#`")),
    }
}

/// Octets of a message, without name compression (RFC 3597 4).
struct Wire<'o> {
    octets: &'o [u8],
    span: Span,
}

impl Wire<'_> {
    fn spanned<T>(&self, value: T) -> Spanned<T> {
        Spanned::new(value, self.span)
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.octets.split_first_chunk::<N>()?;
        self.octets = rest;
        Some(*taken)
    }

    fn u16(&mut self) -> Option<Spanned<u16>> {
        let octets = self.take()?;
        Some(self.spanned(u16::from_be_bytes(octets)))
    }

    fn u32(&mut self) -> Option<Spanned<u32>> {
        let octets = self.take()?;
        Some(self.spanned(u32::from_be_bytes(octets)))
    }

    fn counted(&mut self) -> Option<&[u8]> {
        let [count] = self.take()?;
        let (taken, rest) = self.octets.split_at_checked(usize::from(count))?;
        self.octets = rest;
        Some(taken)
    }

    fn string(&mut self) -> Option<Spanned<String>> {
        let value = String::from_utf8_lossy(self.counted()?).into_owned();
        Some(self.spanned(value))
    }

    fn name(&mut self) -> Option<WrittenName> {
        let mut name = Builder::default();
        loop {
            let label = self.counted()?;
            if label.is_empty() {
                break;
            }
            name.push(label).ok()?;
        }
        Some(WrittenName {
            name: name.finish(),
            span: self.span,
            relative: false,
        })
    }

    fn srv(&mut self) -> Option<Srv> {
        Some(Srv {
            priority: self.u16()?,
            weight: self.u16()?,
            port: self.u16()?,
            target: self.name()?,
        })
    }

    fn naptr(&mut self) -> Option<Naptr> {
        Some(Naptr {
            order: self.u16()?,
            preference: self.u16()?,
            flags: self.string()?,
            service: self.string()?,
            regexp: self.string()?,
            replacement: self.name()?,
        })
    }

    fn soa(&mut self) -> Option<Soa> {
        Some(Soa {
            mname: self.name()?,
            rname: self.name()?,
            serial: self.u32()?,
            refresh: self.u32()?,
            retry: self.u32()?,
            expire: self.u32()?,
            minimum: self.u32()?,
        })
    }
}
