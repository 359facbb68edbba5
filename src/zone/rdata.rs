//! Record data: types that a handset's lookups can meet are read in full, every other type
//! is checked and dropped.

mod generic;
mod other;

use super::fields::{Fault, Fields};
use crate::dns::{Data, Naptr, RecordType, Soa, Srv};

/// Reads the data of a record. `None`: it is sound, and of a type that is not kept.
pub(crate) fn read(
    record_type: RecordType,
    fields: &mut Fields<'_, '_>,
) -> Result<Option<Data>, Fault> {
    if fields.is_generic(record_type) {
        return generic::read(record_type, fields);
    }
    let data = match record_type {
        RecordType::A => {
            fields.set_layout("IPv4 address");
            Data::A(fields.ipv4("address")?)
        }
        RecordType::AAAA => {
            fields.set_layout("IPv6 address");
            Data::Aaaa(fields.ipv6("address")?)
        }
        RecordType::CNAME => {
            fields.set_layout("the name that this one is an alias of");
            Data::Cname(fields.name("target")?)
        }
        RecordType::DNAME => {
            fields.set_layout("the name that everything below the owner is an alias of");
            Data::Dname(fields.name("target")?)
        }
        RecordType::NS => {
            fields.set_layout("name of the name server");
            Data::Ns(fields.name("name server")?)
        }
        RecordType::PTR => {
            fields.set_layout("name of the host");
            Data::Ptr(fields.name("host name")?)
        }
        RecordType::SRV => Data::Srv(srv(fields)?),
        RecordType::NAPTR => Data::Naptr(Box::new(naptr(fields)?)),
        RecordType::SOA => Data::Soa(Box::new(soa(fields)?)),
        _ => {
            other::check(record_type, fields)?;
            return Ok(None);
        }
    };
    fields.end()?;
    Ok(Some(data))
}

/// RFC 2782.
fn srv(fields: &mut Fields<'_, '_>) -> Result<Srv, Fault> {
    fields.set_layout("priority weight port target");
    Ok(Srv {
        priority: fields.u16("priority")?,
        weight: fields.u16("weight")?,
        port: fields.u16("port")?,
        target: fields.name("target")?,
    })
}

/// RFC 3403 4.1.
fn naptr(fields: &mut Fields<'_, '_>) -> Result<Naptr, Fault> {
    fields.set_layout("order preference flags service regexp replacement");
    Ok(Naptr {
        order: fields.u16("order")?,
        preference: fields.u16("preference")?,
        flags: fields.string("flags")?,
        service: fields.string("service")?,
        regexp: fields.string("regexp")?,
        replacement: fields.name("replacement")?,
    })
}

/// RFC 1035 3.3.13. Times may have units, the serial may not.
fn soa(fields: &mut Fields<'_, '_>) -> Result<Soa, Fault> {
    fields.set_layout("primary-server mailbox serial refresh retry expire minimum");
    Ok(Soa {
        mname: fields.name("primary server")?,
        rname: fields.name("mailbox")?,
        serial: fields.number("serial", u32::MAX)?,
        refresh: fields.seconds("refresh time")?,
        retry: fields.seconds("retry time")?,
        expire: fields.seconds("expire time")?,
        minimum: fields.seconds("minimum")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::Name;
    use crate::source::{Origin, Source, Sources};
    use crate::zone::lexer::{Entry, Lexer};
    use crate::zone::record_type;
    use crate::zone::text::Text;

    /// `TYPE data` to the data in presentation format, or what is wrong and where.
    fn read_line(line: &str) -> Result<Option<String>, (String, String)> {
        let sources = Sources::new();
        let id = sources.add(Source::new("t", Origin::Stdin, line));
        let text = Text::part(id, &sources.get(id).text, 0);
        let mut entry = Entry::default();
        assert!(Lexer::new(text.as_str()).next(&mut entry));
        let origin = Name::from_ascii("e.").unwrap();
        let (record_type, data) = entry.tokens.split_first().unwrap();
        let mut fields = Fields::new(&text, data, record_type, &origin);
        let record_type = record_type::from_name(record_type.text).unwrap();
        read(record_type, &mut fields)
            .map(|data| data.map(|data| data.to_string()))
            .map_err(|fault| (sources.text(fault.span).to_owned(), fault.message))
    }

    #[test]
    fn data_is_read_field_by_field() {
        for (line, expected) in [
            ("A 10.225.2.31", "10.225.2.31"),
            ("AAAA 2001:db8::1", "2001:db8::1"),
            ("CNAME piper", "piper.e."),
            ("NS @", "e."),
            ("SRV 1 010 5060 piper.x.", "1 10 5060 piper.x."),
            (
                "NAPTR 1 2 s SIP+D2U \"\" _sip._udp",
                "1 2 \"s\" \"SIP+D2U\" \"\" _sip._udp.e.",
            ),
            (
                r#"NAPTR 1 2 "u" "a\"\065" "!^.*$!sip:x@y!i" ."#,
                r#"1 2 "u" "a\"A" "!^.*$!sip:x@y!i" ."#,
            ),
            (
                "SOA n h 4294967295 1h 2m 3 1d",
                "n.e. h.e. 4294967295 3600 120 3 86400",
            ),
        ] {
            assert_eq!(read_line(line), Ok(Some(expected.to_owned())), "{line}");
        }
    }

    #[test]
    fn a_fault_points_at_its_field() {
        for (line, shown, message) in [
            (
                "SRV 1 1 70000 x",
                "70000",
                "the port `70000` is above 65535, the highest there is",
            ),
            (
                "SRV 1 1 +5060 x",
                "+5060",
                "the port `+5060` is not a whole number",
            ),
            ("SRV 1 1 5060", "5060", "the target is missing"),
            ("SRV", "SRV", "the priority is missing"),
            ("SRV 1 1 5060 x y", "y", "`y` is one field too many"),
            ("SRV 1 1 5060 \"x\"", "x", "the target stands in quotes"),
            (
                "SRV \"1\" 1 5060 x",
                "1",
                "the priority `1` is not a whole number",
            ),
            (
                "A 10.225.2.300",
                "10.225.2.300",
                "`10.225.2.300` is not an IPv4 address",
            ),
            (
                "A 010.225.002.032",
                "010.225.002.032",
                "`010.225.002.032` is not an IPv4 address",
            ),
            (
                "A 2001:db8::1",
                "2001:db8::1",
                "`2001:db8::1` is not an IPv4 address",
            ),
            (
                "AAAA 1.2.3.4",
                "1.2.3.4",
                "`1.2.3.4` is not an IPv6 address",
            ),
            (
                "CNAME a..b",
                "..",
                "the name `a..b` has nothing between two dots",
            ),
            (
                "SOA n h 1h 1 1 1 1",
                "1h",
                "the serial `1h` is not a whole number",
            ),
            (
                "SOA n h 1 1x 1 1 1",
                "1x",
                "the refresh time `1x` is not a time",
            ),
            (
                "NAPTR 1 2 s x \"\\400\" .",
                "\\400",
                "this escape stands for no character",
            ),
            (
                "TXT a \"b\" c\\",
                "\\",
                "this escape stands for no character",
            ),
        ] {
            let expected = Err((shown.to_owned(), message.to_owned()));
            assert_eq!(read_line(line), expected, "{line}");
        }
    }

    #[test]
    fn data_of_other_types_is_checked_and_dropped() {
        for line in [
            "TXT v=spf1 \"a b\" \"\"",
            "TXT \\# abc",
            "MX 10 @",
            "CAA 0 issue \"ca.example\"",
            "DS 20326 RSASHA256 2 E06D 44B8",
            "DNSKEY FLAG2|FLAG4 3 8 AwEAA aBC=",
            "RRSIG SOA 8 1 1h 20260131120000 20260101120000 1 e. AAAA BBBB=",
            "NSEC a A TYPE65280 NXNAME",
            "NSEC3 1 0 10 - 0p9mhaveqvm6t7vbl5lop2u3t2rp3tom A",
            "TLSA 3 1 1 0d6f ce3a",
            "EUI48 00-00-5e-00-53-2a",
            "EUI64 0-0-5e-ef-10-0-0-2a",
            "L64 10 2001:0DB8:1140:1000",
            "NSAP 0x47.0005.80.005a00.0000.0001.e133.ffffff000161.00",
            "NSAP 0X4.7..00.",
            "APL 1:192.168.32.0/21 !2:ff00::/8",
            "LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m",
            "LOC 52 N 4 E 0",
            "A6 0 2001:db8::1",
            "HTTPS 1 . alpn=\"h2,h3\" no-default-alpn",
            "WKS 10.0.0.1 TCP smtp",
            "SSHFP 4 2 12ab",
            "KEY 0 3 0",
        ] {
            assert_eq!(read_line(line), Ok(None), "{line}");
        }
        for (line, shown) in [
            ("MX ten mail", "ten"),
            ("MX 10 mail x", "x"),
            ("TXT", "TXT"),
            ("CAA 256 issue x", "256"),
            ("DS 1 8 2 E0XY", "E0XY"),
            ("DNSKEY 257 3 8 A*B", "A*B"),
            ("RRSIG SAO 8 1 1h 1 1 1 e. AAAA", "SAO"),
            ("NSEC a A SRW", "SRW"),
            ("TLSA 3 1 1", "1"),
            ("EUI48 00-00-5e-00-53", "00-00-5e-00-53"),
            ("NSAP 0x47.0", "0x47.0"),
            ("NSAP 0x.", "0x."),
            ("NSAP 4700", "4700"),
            ("NSAP 0x4g", "0x4g"),
            ("NSAP 0x47 00", "00"),
            ("APL 1:10.0.0.0/33", "1:10.0.0.0/33"),
            ("LOC 52 x N 4 E 0", "x"),
            ("HTTPS 1", "1"),
            ("WKS", "WKS"),
            ("URI 1 1", "1"),
        ] {
            assert_eq!(
                read_line(line).err().map(|(text, _)| text).as_deref(),
                Some(shown),
                "{line}"
            );
        }
        let long = "x".repeat(256);
        // These are no character strings (RFC 7553 4.4, RFC 8659 4.1).
        for line in ["URI 1 1", "CAA 0 issue"] {
            assert_eq!(read_line(&format!("{line} {long}")), Ok(None));
        }
        assert_eq!(
            read_line(&format!("TXT {long}")),
            Err((
                long,
                "this string has 256 octets, 255 is the most".to_owned()
            ))
        );
    }

    #[test]
    fn generic_data_of_a_known_type_is_decoded() {
        for (line, expected) in [
            ("A \\# 4 0a E1 021f", Some("10.225.2.31")),
            ("TYPE33 \\# 12 0001000a13c403616263 0165 00 ", None),
            (
                "TYPE33 \\# 13 0001000a13c403616263016500",
                Some("1 10 5060 abc.e."),
            ),
            (
                "NAPTR \\# 15 000100020173 04 53495000 00 0161 00",
                Some("1 2 \"s\" \"SIP\\000\" \"\" a."),
            ),
            (
                "SOA \\# 22 00 00 00000001 00000002 00000003 00000004 00000005",
                Some(". . 1 2 3 4 5"),
            ),
        ] {
            match expected {
                Some(expected) => {
                    assert_eq!(read_line(line), Ok(Some(expected.to_owned())), "{line}");
                }
                None => assert!(read_line(line).is_err(), "{line}"),
            }
        }
    }

    #[test]
    fn generic_data_of_a_wrong_length_is_a_fault() {
        for (line, shown) in [
            ("TYPE65280 \\# 2 0102", None),
            ("TYPE65280 \\# 0", None),
            ("MX \\# 4 000a0000", None),
            ("TYPE65280 \\# 3 0102", Some("3")),
            ("TYPE65280 \\# x", Some("x")),
            ("TYPE65280 \\# 1 0g", Some("0g")),
            ("TYPE65280 \\# 1 \"00\"", Some("00")),
            ("TYPE65280 \\# 1 012", Some("012")),
            ("TYPE65280 x", Some("x")),
            ("A \\# 5 0102030405", Some("0102030405")),
            ("A \\# 0", Some("0")),
            ("CNAME \\# 2 c00c", Some("c00c")),
        ] {
            assert_eq!(
                read_line(line).err().map(|(text, _)| text).as_deref(),
                shown,
                "{line}"
            );
        }
    }
}
