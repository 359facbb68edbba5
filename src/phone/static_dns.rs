//! From `dns.cache.*` parameters to records.

use std::collections::BTreeMap;

use super::{Parameter, Settings};
use crate::dns::{Data, Name, Naptr, Record, RecordType, Srv, WrittenName};
use crate::handset::StaticDns;
use crate::source::Spanned;

/// The static records a handset holds of each type (84-Series guide, p. 253).
pub(crate) const STATIC_RECORDS: std::ops::RangeInclusive<u8> = 1..=12;

/// Seconds that a static record is used for where nothing says how long.
const TTL: u32 = 300;

/// The address that stands for no DNS server.
pub(super) const NO_SERVER: &str = "0.0.0.0";

/// The settings of one static record: all parameters that share a prefix.
#[derive(Debug, Clone)]
pub(crate) struct StaticSettings<'a> {
    /// `dns.cache.SRV.1`
    pub(crate) prefix: String,
    pub(crate) record_type: RecordType,
    /// What stands behind the prefix (`name`, `target`), and the parameter.
    parameters: Vec<(&'a str, &'a Parameter)>,
}

/// What the settings of one static record make.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Makes<'a> {
    /// A record, or one whose address alone cannot be read.
    Record,
    /// Nothing, since only one of two fields is filled in.
    Half {
        there: &'a Parameter,
        missing: &'static str,
    },
    /// Nothing, since this is no DNS name.
    Broken(&'a Parameter),
    /// Nothing: a form that nobody filled in.
    Nothing,
}

impl<'a> Settings<'a> {
    /// The handset's static records; a record with a part that cannot be read is left out.
    pub fn static_dns(&self) -> StaticDns {
        let settings = if self.is_template() {
            Vec::new()
        } else {
            self.static_settings()
        };
        let records = settings.iter().filter_map(StaticSettings::record);
        StaticDns::new(records, self.has_no_dns_server())
    }

    /// What is set of static records, in the order of lookups and of their numbers.
    pub(crate) fn static_settings(&self) -> Vec<StaticSettings<'a>> {
        let mut groups: BTreeMap<(usize, u8), StaticSettings<'a>> = BTreeMap::new();
        for parameter in self.parameters() {
            let Some((prefix, field)) = parameter.name.value.rsplit_once('.') else {
                continue;
            };
            let Some((place, record_type)) = place(prefix) else {
                continue;
            };
            let group = groups.entry(place).or_insert_with(|| StaticSettings {
                prefix: prefix.to_owned(),
                record_type,
                parameters: Vec::new(),
            });
            group.parameters.push((field, parameter));
        }
        groups.into_values().collect()
    }

    /// The configuration takes the DNS servers away that DHCP may have named: the setting of
    /// the device is applied and holds no address.
    pub(crate) fn has_no_dns_server(&self) -> bool {
        let value = |name: &str| self.get(name).map(|one| one.value.value.trim());
        let is_on = |name: &str| value(name) == Some("1");
        let server = value("device.dns.serverAddress");
        let none = |address: Option<&str>| matches!(address, None | Some("" | NO_SERVER));
        is_on("device.set")
            && is_on("device.dns.serverAddress.set")
            && server.is_some()
            && none(server)
            && (!is_on("device.dns.altSrvAddress.set") || none(value("device.dns.altSrvAddress")))
    }
}

/// Type and number of `dns.cache.SRV.1`, the types in the order of lookups.
fn place(prefix: &str) -> Option<((usize, u8), RecordType)> {
    let (kind, number) = prefix.strip_prefix("dns.cache.")?.split_once('.')?;
    let types = [RecordType::NAPTR, RecordType::SRV, RecordType::A];
    let mut types = types.into_iter().enumerate();
    let (at, record_type) = types.find(|(_, one)| <&str>::from(*one) == kind)?;
    let number = STATIC_RECORDS
        .into_iter()
        .find(|one| one.to_string() == number)?;
    Some(((at, number), record_type))
}

impl<'a> StaticSettings<'a> {
    /// The field that a record needs beside its name.
    pub(crate) fn data_field(&self) -> &'static str {
        match self.record_type {
            RecordType::A => "address",
            RecordType::SRV => "target",
            _ => "replacement",
        }
    }

    /// The parameter of that field that counts.
    pub(crate) fn get(&self, field: &str) -> Option<&'a Parameter> {
        let mut parameters = self.parameters.iter();
        let (_, parameter) = parameters.find(|(name, _)| *name == field)?;
        Some(parameter)
    }

    /// The same, where it is filled in.
    pub(crate) fn filled(&self, field: &str) -> Option<&'a Parameter> {
        self.get(field)
            .filter(|parameter| !parameter.value.value.trim().is_empty())
    }

    /// A name, which is absolute with or without its final dot; the root is none.
    pub(crate) fn name(&self, field: &str) -> Option<Name> {
        let name = name(self.filled(field)?)?;
        Some(name.name.to_lowercase())
    }

    /// A number, 0 where nothing is set, as the guide says; none where it cannot be read.
    pub(crate) fn number(&self, field: &str) -> Option<u16> {
        match self.filled(field) {
            Some(parameter) => parameter.value.value.trim().parse().ok(),
            None => Some(0),
        }
    }

    /// What they make.
    pub(crate) fn makes(&self) -> Makes<'a> {
        let field = self.data_field();
        match (self.filled("name"), self.filled(field)) {
            (Some(owner), Some(_)) if name(owner).is_none() => Makes::Broken(owner),
            (Some(_), Some(data)) => {
                let is_broken = self.record_type != RecordType::A && name(data).is_none();
                if is_broken {
                    Makes::Broken(data)
                } else {
                    Makes::Record
                }
            }
            (Some(there), None) => Makes::Half {
                there,
                missing: field,
            },
            (None, Some(there)) => Makes::Half {
                there,
                missing: "name",
            },
            (None, None) => Makes::Nothing,
        }
    }

    fn record(&self) -> Option<Record> {
        let owner = name(self.filled("name")?)?;
        let span = owner.span;
        let number = |field: &str| {
            let span = self.filled(field).map_or(span, |field| field.value.span);
            Spanned::new(self.number(field).unwrap_or(0), span)
        };
        let text = |field: &str| match self.filled(field) {
            Some(parameter) => parameter.value.clone(),
            None => Spanned::new(String::new(), span),
        };
        let data = self.filled(self.data_field())?;
        let data = match self.record_type {
            RecordType::A => Data::A(read(data)?),
            RecordType::SRV => Data::Srv(Srv {
                priority: number("priority"),
                weight: number("weight"),
                port: number("port"),
                target: name(data)?,
            }),
            _ => Data::Naptr(Box::new(Naptr {
                order: number("order"),
                preference: number("preference"),
                flags: text("flags"),
                service: text("service"),
                regexp: text("regexp"),
                replacement: name(data)?,
            })),
        };
        Some(Record {
            owner,
            ttl: match self.filled("ttl").and_then(read) {
                Some(ttl) => ttl,
                None => Spanned::new(TTL, span),
            },
            data,
            span,
            aging: None,
        })
    }
}

/// A name as the handset looks it up: absolute. The root is none.
fn name(parameter: &Parameter) -> Option<WrittenName> {
    let name = Name::from_ascii(parameter.value.value.trim()).ok()?;
    (!name.is_root()).then_some(WrittenName {
        name,
        span: parameter.value.span,
        relative: false,
    })
}

fn read<T: std::str::FromStr>(parameter: &Parameter) -> Option<Spanned<T>> {
    let value = parameter.value.value.trim().parse().ok()?;
    Some(Spanned::new(value, parameter.value.span))
}

#[cfg(test)]
mod tests {
    use crate::phone::tests::configuration;

    fn text(attributes: &str) -> String {
        let configuration = configuration(&format!("<x {attributes}/>"));
        configuration.settings().static_dns().text()
    }

    #[test]
    fn parameters_become_records() {
        let text = text(
            r#"dns.cache.A.1.name="sip1.eslab.local" dns.cache.A.1.ttl="600" dns.cache.A.1.address="10.225.2.31"
               dns.cache.SRV.2.name="_sip._udp.eslab.local" dns.cache.SRV.2.port="5060" dns.cache.SRV.2.target="sip1.eslab.local"
               dns.cache.NAPTR.12.name="eslab.local" dns.cache.NAPTR.12.flags="S" dns.cache.NAPTR.12.service="SIP+D2U"
               dns.cache.NAPTR.12.replacement="_sip._udp.eslab.local""#,
        );
        assert_eq!(
            text,
            "eslab.local. 300 NAPTR 0 0 \"S\" \"SIP+D2U\" \"\" _sip._udp.eslab.local.\n\
             _sip._udp.eslab.local. 300 SRV 0 0 5060 sip1.eslab.local.\n\
             sip1.eslab.local. 600 A 10.225.2.31\n"
        );
    }

    #[test]
    fn what_cannot_be_read_is_no_record() {
        for attributes in [
            r#"dns.cache.A.1.name="a" dns.cache.A.1.address="sip1""#,
            r#"dns.cache.A.13.name="a" dns.cache.A.13.address="10.0.0.1""#,
            r#"dns.cache.A.1.address="10.0.0.1""#,
            r#"dns.cache.SRV.1.name="_sip._udp.a""#,
        ] {
            assert_eq!(text(attributes), "", "{attributes}");
        }
    }

    #[test]
    fn a_handset_may_be_left_without_a_dns_server() {
        let device = r#"device.set="1" device.dns.serverAddress.set="1""#;
        let none = "no DNS server\n";
        for (address, expected) in [("", none), ("0.0.0.0", none), ("10.0.0.1", "")] {
            let text = text(&format!("{device} device.dns.serverAddress=\"{address}\""));
            assert_eq!(text, expected, "{address}");
        }
        assert_eq!(text(r#"device.dns.serverAddress="""#), "");
    }
}
