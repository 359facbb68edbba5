//! Resource record types by name and number (IANA, "Resource Record (RR) TYPEs").

use crate::dns::RecordType;

use crate::spelling;

/// Every type that has a mnemonic and can stand in a zone, sorted by mnemonic.
const MNEMONICS: &[(&str, u16)] = &[
    ("A", 1),
    ("A6", 38),
    ("AAAA", 28),
    ("AFSDB", 18),
    ("AMTRELAY", 260),
    ("APL", 42),
    ("ATMA", 34),
    ("AVC", 258),
    ("BRID", 68),
    ("CAA", 257),
    ("CDNSKEY", 60),
    ("CDS", 59),
    ("CERT", 37),
    ("CLA", 263),
    ("CNAME", 5),
    ("CSYNC", 62),
    ("DHCID", 49),
    ("DLV", 32769),
    ("DNAME", 39),
    ("DNSKEY", 48),
    ("DOA", 259),
    ("DS", 43),
    ("DSYNC", 66),
    ("EID", 31),
    ("EUI48", 108),
    ("EUI64", 109),
    ("GID", 102),
    ("GPOS", 27),
    ("HHIT", 67),
    ("HINFO", 13),
    ("HIP", 55),
    ("HTTPS", 65),
    ("IPN", 264),
    ("IPSECKEY", 45),
    ("ISDN", 20),
    ("KEY", 25),
    ("KX", 36),
    ("L32", 105),
    ("L64", 106),
    ("LOC", 29),
    ("LP", 107),
    ("MB", 7),
    ("MD", 3),
    ("MF", 4),
    ("MG", 8),
    ("MINFO", 14),
    ("MR", 9),
    ("MX", 15),
    ("NAPTR", 35),
    ("NID", 104),
    ("NIMLOC", 32),
    ("NINFO", 56),
    ("NS", 2),
    ("NSAP", 22),
    ("NSAP-PTR", 23),
    ("NSEC", 47),
    ("NSEC3", 50),
    ("NSEC3PARAM", 51),
    ("NULL", 10),
    ("NXT", 30),
    ("OPENPGPKEY", 61),
    ("PTR", 12),
    ("PX", 26),
    ("RESINFO", 261),
    ("RKEY", 57),
    ("RP", 17),
    ("RRSIG", 46),
    ("RT", 21),
    ("SIG", 24),
    ("SINK", 40),
    ("SMIMEA", 53),
    ("SOA", 6),
    ("SPF", 99),
    ("SRV", 33),
    ("SSHFP", 44),
    ("SVCB", 64),
    ("TA", 32768),
    ("TALINK", 58),
    ("TLSA", 52),
    ("TXT", 16),
    ("UID", 101),
    ("UINFO", 100),
    ("UNSPEC", 103),
    ("URI", 256),
    ("WALLET", 262),
    ("WKS", 11),
    ("X25", 19),
    ("ZONEMD", 63),
];

/// Types of questions and of messages: no zone can hold them.
const NOT_IN_ZONES: &[&str] = &[
    "ANY", "AXFR", "IXFR", "MAILA", "MAILB", "NXNAME", "OPT", "TKEY", "TSIG",
];

/// The type of that mnemonic, in any case; not the form `TYPE123`.
pub(crate) fn from_mnemonic(word: &str) -> Option<RecordType> {
    // The types that make up almost every zone, before the search.
    match word {
        "A" => return Some(RecordType::A),
        "AAAA" => return Some(RecordType::AAAA),
        "CNAME" => return Some(RecordType::CNAME),
        "PTR" => return Some(RecordType::PTR),
        "NS" => return Some(RecordType::NS),
        "MX" => return Some(RecordType::MX),
        "TXT" => return Some(RecordType::TXT),
        "SRV" => return Some(RecordType::SRV),
        "NAPTR" => return Some(RecordType::NAPTR),
        _ => {}
    }
    MNEMONICS
        .binary_search_by(|(mnemonic, _)| {
            mnemonic
                .bytes()
                .cmp(word.bytes().map(|byte| byte.to_ascii_uppercase()))
        })
        .ok()
        .map(|index| RecordType::from(MNEMONICS[index].1))
}

/// Types that only Windows servers know, by the names that their exports give them. They
/// look names up in WINS (for WINS-R addresses), so no zone says what they answer.
pub(crate) fn of_windows(word: &str) -> Option<RecordType> {
    let is = |name: &str| name.eq_ignore_ascii_case(word);
    let number = if is("WINS") {
        WINS
    } else if is("WINS-R") || is("WINSR") {
        WINS_R
    } else {
        return None;
    };
    Some(RecordType::Unknown(number))
}

/// Numbers of types WINS and WINS-R (MS-DNSP 2.2.2.1.1).
pub(crate) const WINS: u16 = 0xff01;
pub(crate) const WINS_R: u16 = 0xff02;

/// Whether the words are a type that only the servers of some providers know, and how exports of
/// Route 53 call it: they answer with the addresses of the name that it leads to.
pub(crate) fn is_alias_of_provider(word: &str, next: Option<&str>) -> bool {
    let is = |name: &str| name.eq_ignore_ascii_case(word);
    let leads_on = next.is_some_and(|next| next.eq_ignore_ascii_case("ALIAS"));
    is("ALIAS") || is("ANAME") || (is("AWS") && leads_on)
}

/// The type of that name: a mnemonic or `TYPE123` (RFC 3597 5), in any case.
pub(crate) fn from_name(word: &str) -> Option<RecordType> {
    from_mnemonic(word).or_else(|| {
        let number = generic(word).filter(|number| !is_meta(*number));
        number.map(RecordType::from)
    })
}

/// The number in `TYPE123`.
fn generic(word: &str) -> Option<u16> {
    let prefix = word.get(..4)?;
    let number = word.get(4..)?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (prefix.eq_ignore_ascii_case("TYPE") && is_number)
        .then(|| number.parse().ok())
        .flatten()
}

/// Numbers of types of questions and of messages, and the one of no type (RFC 6895 3.1).
fn is_meta(number: u16) -> bool {
    const OPT: u16 = 41;
    matches!(number, 0 | OPT | 128..=255)
}

/// The name to print.
pub(crate) fn name(record_type: RecordType) -> String {
    let number = u16::from(record_type);
    MNEMONICS
        .iter()
        .find(|(_, of)| *of == number)
        .map_or_else(|| format!("TYPE{number}"), |(name, _)| (*name).to_owned())
}

/// Whether the word names a type that no zone can hold.
pub(crate) fn is_not_for_zones(word: &str) -> bool {
    let is_named = |name: &&str| name.eq_ignore_ascii_case(word);
    NOT_IN_ZONES.iter().any(is_named) || generic(word).is_some_and(is_meta)
}

/// The type that a misspelt word most probably stands for. Two letters are one slip away
/// from a dozen types, so only the common ones are thought of.
pub(crate) fn nearest(word: &str) -> Option<&'static str> {
    const COMMON: &[&str] = &[
        "SRV", "NAPTR", "CNAME", "PTR", "AAAA", "MX", "TXT", "SOA", "NS", "A",
    ];
    let all = MNEMONICS.iter().map(|(name, _)| *name);
    let others = all.filter(|_| word.len() > 2);
    spelling::nearest_mnemonic(word, COMMON.iter().copied().chain(others))
}

/// Whether letters added to the word could make it a type: it was cut off.
pub(crate) fn is_beginning_of_one(word: &str) -> bool {
    MNEMONICS.iter().any(|(name, _)| {
        name.get(..word.len())
            .is_some_and(|beginning| beginning.eq_ignore_ascii_case(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_for_the_search() {
        assert!(MNEMONICS.is_sorted());
        for (mnemonic, number) in MNEMONICS {
            let found = from_name(&mnemonic.to_ascii_lowercase());
            assert_eq!(found.map(u16::from), Some(*number), "{mnemonic}");
        }
    }

    #[test]
    fn numbers_agree_with_hickory_where_it_knows_the_name() {
        for (mnemonic, number) in MNEMONICS {
            if let Ok(known) = mnemonic.parse::<RecordType>() {
                assert_eq!(u16::from(known), *number, "{mnemonic}");
            }
        }
    }

    #[test]
    fn generic_names_need_a_number_that_fits() {
        assert_eq!(from_name("type33"), Some(RecordType::SRV));
        assert_eq!(from_name("TYPE65280"), Some(RecordType::Unknown(65280)));
        for word in ["TYPE65536", "TYPE", "TYPE+1", "TYP\u{c9}1", "ANY", "*", ""] {
            assert_eq!(from_name(word), None, "{word}");
        }
        for word in ["TYPE0", "type41", "TYPE128", "TYPE255", "opt"] {
            assert_eq!(from_name(word), None, "{word}");
            assert!(is_not_for_zones(word), "{word}");
        }
        assert!(!is_not_for_zones("TYPE127") && !is_not_for_zones("TYPE256"));
    }

    #[test]
    fn misspelt_types_are_recognised() {
        for (word, expected) in [
            ("SVR", "SRV"),
            ("NATPR", "NAPTR"),
            ("CNMAE", "CNAME"),
            ("AAA", "AAAA"),
        ] {
            assert_eq!(nearest(word), Some(expected), "{word}");
        }
        assert_eq!(nearest("10.0.0.1"), None);
    }
}
