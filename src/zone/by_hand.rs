//! Zones for unit tests, written down without the zone reader.

use std::str::FromStr;

use super::{Contents, Format, Zone};
use crate::dns::{Data, Name, Naptr, Record, RecordType, Soa, Srv, WrittenName};
use crate::source::{Origin, Source, Sources, Span, Spanned};

/// An absolute name.
pub fn name(text: &str) -> Name {
    Name::from_ascii(text).expect("a name")
}

/// A zone of records given as owner and `[TTL] type data`; names without a final dot are
/// relative to the apex, `@` is the apex. An SOA, where there is to be one, is `SOA`. The
/// span of record n is the byte n.
pub fn zone(apex: &str, records: &[(&str, &str)]) -> Zone {
    let apex = name(apex);
    let source = Sources::new().add(Source::new("by hand", Origin::Stdin, ""));
    let mut contents = Contents::default();
    for (at, (owner, rest)) in records.iter().enumerate() {
        let span = Span::new(source, at, at + 1);
        let written = Written { apex: &apex, span };
        let (ttl, rest) = match rest.split_once(' ') {
            Some((ttl, rest)) if ttl.parse::<u32>().is_ok() => (written.number(ttl), rest),
            _ => (Spanned::new(3600, span), *rest),
        };
        let fields: Vec<_> = rest.split(' ').collect();
        let owner = written.name(owner);
        match written.data(&fields) {
            Some(data) => contents.insert(Record {
                owner,
                ttl,
                data,
                span,
                aging: None,
            }),
            None => contents.note_other(&owner.name, RecordType::TXT, span),
        }
    }
    let soas = contents.set(&apex, RecordType::SOA);
    Zone {
        soas: soas.map_or_else(Vec::new, |set| set.records.to_vec()),
        contents,
        record_count: records.len() as u64,
        ..Zone::new(source, Format::MasterFile, apex)
    }
}

/// Fields of one record as the text gives them.
struct Written<'a> {
    apex: &'a Name,
    span: Span,
}

impl Written<'_> {
    fn name(&self, text: &str) -> WrittenName {
        let absolute = match text {
            "@" => self.apex.clone(),
            _ if text.ends_with('.') => name(text),
            _ => Name::from_ascii(text)
                .and_then(|relative| relative.append_name(self.apex))
                .expect("a name that is not too long"),
        };
        WrittenName {
            name: absolute,
            span: self.span,
            relative: !text.ends_with('.'),
        }
    }

    fn number<T: FromStr<Err: std::fmt::Debug>>(&self, text: &str) -> Spanned<T> {
        Spanned::new(text.parse().expect("a value in range"), self.span)
    }

    fn string(&self, text: &str) -> Spanned<String> {
        Spanned::new(text.trim_matches('"').into(), self.span)
    }

    /// `None` for TXT, which zones do not keep.
    fn data(&self, fields: &[&str]) -> Option<Data> {
        Some(match fields {
            ["A", address] => Data::A(self.number(address)),
            ["AAAA", address] => Data::Aaaa(self.number(address)),
            ["CNAME", target] => Data::Cname(self.name(target)),
            ["DNAME", target] => Data::Dname(self.name(target)),
            ["NS", target] => Data::Ns(self.name(target)),
            ["PTR", target] => Data::Ptr(self.name(target)),
            ["SRV", priority, weight, port, target] => Data::Srv(Srv {
                priority: self.number(priority),
                weight: self.number(weight),
                port: self.number(port),
                target: self.name(target),
            }),
            [
                "NAPTR",
                order,
                preference,
                flags,
                service,
                regexp,
                replacement,
            ] => Data::Naptr(Box::new(Naptr {
                order: self.number(order),
                preference: self.number(preference),
                flags: self.string(flags),
                service: self.string(service),
                regexp: self.string(regexp),
                replacement: self.name(replacement),
            })),
            ["SOA"] => Data::Soa(Box::new(Soa {
                mname: self.name("ns"),
                rname: self.name("hostmaster"),
                serial: self.number("1"),
                refresh: self.number("900"),
                retry: self.number("600"),
                expire: self.number("86400"),
                minimum: self.number("60"),
            })),
            ["TXT"] => return None,
            other => panic!("not a record: {other:?}"),
        })
    }
}
