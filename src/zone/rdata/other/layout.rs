//! The fields of each record type that no handset asks for, as its RFC names them.

/// What a field holds.
#[derive(Clone, Copy)]
pub(super) enum Field {
    U8,
    U16,
    U32,
    /// Seconds or units.
    Time,
    /// `YYYYMMDDHHmmSS`, or seconds since 1970 (RFC 4034 3.2).
    Date,
    Name,
    /// One character string.
    Text,
    /// Octets up to the end of the data, written as one character string.
    LongText,
    /// One character string or more.
    Texts,
    Ipv4,
    /// A number of 8 bits or a mnemonic of letters, digits and `-`.
    Algorithm,
    /// The same of 16 bits; BIND joins the names of flags with `|`.
    Mnemonic,
    /// Hexadecimal digits in one field, or `-` for none.
    Salt,
    /// Base 32 with extended hex alphabet, in one field.
    Base32,
    /// The mnemonic of a type, or `TYPE123`.
    Type,
    /// Any number of types.
    Types,
    /// Hexadecimal digits up to the end, blanks anywhere.
    Hex,
    /// Base 64 up to the end, blanks anywhere.
    Base64,
    /// The same, or nothing at all.
    OptionalBase64,
    /// So many groups of hexadecimal digits of that width, with that character between them.
    Groups(usize, usize, char),
    /// `0x` and hexadecimal digits of whole octets, dots anywhere behind it (RFC 1706 5).
    Nsap,
    /// `[!]family:address/prefix` (RFC 3123 5), any number of them.
    Prefixes,
}

use Field::{
    Algorithm, Base32, Base64, Date, Groups, Hex, Ipv4, LongText, Mnemonic, Name, Nsap,
    OptionalBase64, Prefixes, Salt, Text, Texts, Time, Type, Types, U8, U16, U32,
};

pub(super) type Layout = &'static [(&'static str, Field)];

/// A domain name alone.
const HOST: Layout = &[("host name", Name)];
/// A preference and a name.
pub(super) const PREFERENCE_AND_HOST: Layout = &[("preference", U16), ("host name", Name)];
/// RFC 4034 2.2.
const KEY: Layout = &[
    ("flags", Mnemonic),
    ("protocol", Algorithm),
    ("algorithm", Algorithm),
    ("key", OptionalBase64),
];
/// RFC 4034 5.3.
const DIGEST: Layout = &[
    ("key tag", U16),
    ("algorithm", Algorithm),
    ("digest type", Algorithm),
    ("digest", Hex),
];
/// RFC 4034 3.2.
const SIGNATURE: Layout = &[
    ("type covered", Type),
    ("algorithm", Algorithm),
    ("number of labels", U8),
    ("original TTL", Time),
    ("expiration", Date),
    ("inception", Date),
    ("key tag", U16),
    ("signer", Name),
    ("signature", Base64),
];
/// RFC 6698 2.2.
const CERTIFICATE_ASSOCIATION: Layout = &[
    ("usage", Algorithm),
    ("selector", Algorithm),
    ("matching type", Algorithm),
    ("data", Hex),
];
pub(super) const TABLE: &[(&str, Layout)] = &[
    ("AFSDB", PREFERENCE_AND_HOST),
    ("APL", &[("prefixes", Prefixes)]),
    // RFC 8659 4.1.
    ("CAA", &[("flags", U8), ("tag", Text), ("value", LongText)]),
    ("CDNSKEY", KEY),
    ("CDS", DIGEST),
    (
        "CERT",
        &[
            ("type", Mnemonic),
            ("key tag", U16),
            ("algorithm", Algorithm),
            ("certificate", Base64),
        ],
    ),
    (
        "CSYNC",
        &[("serial", U32), ("flags", U16), ("types", Types)],
    ),
    ("DHCID", &[("data", Base64)]),
    ("DLV", DIGEST),
    ("DNSKEY", KEY),
    ("DS", DIGEST),
    ("EUI48", &[("address", Groups(6, 2, '-'))]),
    ("EUI64", &[("address", Groups(8, 2, '-'))]),
    ("HINFO", &[("hardware", Text), ("system", Text)]),
    ("KEY", KEY),
    ("KX", PREFERENCE_AND_HOST),
    ("L32", &[("preference", U16), ("locator", Ipv4)]),
    (
        "L64",
        &[("preference", U16), ("locator", Groups(4, 4, ':'))],
    ),
    ("LP", PREFERENCE_AND_HOST),
    ("MB", HOST),
    ("MD", HOST),
    ("MF", HOST),
    ("MG", HOST),
    ("MINFO", &[("mailbox", Name), ("error mailbox", Name)]),
    ("MR", HOST),
    ("MX", PREFERENCE_AND_HOST),
    (
        "NID",
        &[("preference", U16), ("node identifier", Groups(4, 4, ':'))],
    ),
    ("NSAP", &[("address", Nsap)]),
    ("NSAP-PTR", HOST),
    ("NSEC", &[("next name", Name), ("types", Types)]),
    (
        "NSEC3",
        &[
            ("hash algorithm", U8),
            ("flags", U8),
            ("iterations", U16),
            ("salt", Salt),
            ("next hash", Base32),
            ("types", Types),
        ],
    ),
    (
        "NSEC3PARAM",
        &[
            ("hash algorithm", U8),
            ("flags", U8),
            ("iterations", U16),
            ("salt", Salt),
        ],
    ),
    ("OPENPGPKEY", &[("key", Base64)]),
    (
        "PX",
        &[
            ("preference", U16),
            ("RFC 822 name", Name),
            ("X.400 name", Name),
        ],
    ),
    ("RESINFO", &[("strings", Texts)]),
    ("RKEY", KEY),
    ("RP", &[("mailbox", Name), ("name of a TXT record", Name)]),
    ("RRSIG", SIGNATURE),
    ("RT", PREFERENCE_AND_HOST),
    ("SIG", SIGNATURE),
    ("SMIMEA", CERTIFICATE_ASSOCIATION),
    ("SPF", &[("strings", Texts)]),
    (
        "SSHFP",
        &[
            ("algorithm", Algorithm),
            ("fingerprint type", Algorithm),
            ("fingerprint", Hex),
        ],
    ),
    ("TA", DIGEST),
    ("TALINK", &[("previous name", Name), ("next name", Name)]),
    ("TLSA", CERTIFICATE_ASSOCIATION),
    ("TXT", &[("text", Texts)]),
    // RFC 7553 4.4.
    (
        "URI",
        &[("priority", U16), ("weight", U16), ("target", LongText)],
    ),
    ("X25", &[("address", Text)]),
    (
        "ZONEMD",
        &[
            ("serial", U32),
            ("scheme", Algorithm),
            ("hash algorithm", Algorithm),
            ("digest", Hex),
        ],
    ),
];
