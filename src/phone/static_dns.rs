//! From `dns.cache.*` parameters to records.

use super::{Parameter, Settings};
use crate::dns::{Data, Name, Naptr, Record, RecordType, Srv, WrittenName};
use crate::handset::StaticDns;
use crate::source::{Span, Spanned};

/// The static records a handset holds of each type (84-Series guide, p. 253).
pub(crate) const STATIC_RECORDS: std::ops::RangeInclusive<u8> = 1..=12;

/// Seconds that a static record is used for where nothing says how long.
const TTL: u32 = 300;

impl<'a> Settings<'a> {
    /// The handset's static records; a record with a part that cannot be read is left out.
    pub fn static_dns(&self) -> StaticDns {
        let types = [RecordType::A, RecordType::SRV, RecordType::NAPTR];
        let any = self
            .parameters()
            .any(|parameter| parameter.name.value.starts_with("dns.cache."));
        let records = types
            .into_iter()
            .filter(|_| any && !self.is_template())
            .flat_map(|record_type| STATIC_RECORDS.map(move |index| (record_type, index)))
            .filter_map(|(record_type, index)| self.static_record(record_type, index));
        StaticDns::new(records, self.has_no_dns_server())
    }

    /// A field of a static record (`name` of `dns.cache.A.1`) that is filled in.
    pub(crate) fn static_field(
        &self,
        record_type: RecordType,
        index: u8,
        field: &str,
    ) -> Option<&'a Parameter> {
        let parameter = self.get(&format!("dns.cache.{record_type}.{index}.{field}"))?;
        (!parameter.value.value.trim().is_empty()).then_some(parameter)
    }

    fn static_record(&self, record_type: RecordType, index: u8) -> Option<Record> {
        let filled = |field: &str| self.static_field(record_type, index, field);
        let owner = filled("name")?;
        let owner = name(owner)?;
        let span = owner.span;
        let number = |field: &str| number(filled(field), span);
        let text = |field: &str| match filled(field) {
            Some(parameter) => parameter.value.clone(),
            None => Spanned::new(String::new(), span),
        };
        let data = match record_type {
            RecordType::A => {
                let address = filled("address")?;
                let value = address.value.value.trim().parse().ok()?;
                Data::A(Spanned::new(value, address.value.span))
            }
            RecordType::SRV => Data::Srv(Srv {
                priority: number("priority"),
                weight: number("weight"),
                port: number("port"),
                target: name(filled("target")?)?,
            }),
            _ => Data::Naptr(Box::new(Naptr {
                order: number("order"),
                preference: number("preference"),
                flags: text("flags"),
                service: text("service"),
                regexp: text("regexp"),
                replacement: name(filled("replacement")?)?,
            })),
        };
        Some(Record {
            owner,
            ttl: match filled("ttl").and_then(read) {
                Some(ttl) => ttl,
                None => Spanned::new(TTL, span),
            },
            data,
            span,
            aging: None,
        })
    }

    /// The configuration takes the DNS servers away that DHCP may have named: the setting of
    /// the device is applied and holds no address.
    pub(crate) fn has_no_dns_server(&self) -> bool {
        let value = |name: &str| self.get(name).map(|one| one.value.value.trim());
        let is_on = |name: &str| value(name) == Some("1");
        let server = value("device.dns.serverAddress");
        let none = |address: Option<&str>| matches!(address, None | Some("" | "0.0.0.0"));
        is_on("device.set")
            && is_on("device.dns.serverAddress.set")
            && server.is_some()
            && none(server)
            && (!is_on("device.dns.altSrvAddress.set") || none(value("device.dns.altSrvAddress")))
    }
}

/// A name as the handset looks it up: absolute.
fn name(parameter: &Parameter) -> Option<WrittenName> {
    let name = Name::from_ascii(parameter.value.value.trim()).ok()?;
    Some(WrittenName {
        name,
        span: parameter.value.span,
        relative: false,
    })
}

fn read<T: std::str::FromStr>(parameter: &Parameter) -> Option<Spanned<T>> {
    let value = parameter.value.value.trim().parse().ok()?;
    Some(Spanned::new(value, parameter.value.span))
}

/// 0 where nothing is set, as the guide says.
fn number(parameter: Option<&Parameter>, otherwise: Span) -> Spanned<u16> {
    parameter
        .and_then(read)
        .unwrap_or(Spanned::new(0, otherwise))
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
