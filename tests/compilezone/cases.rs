//! Zones written for this test: where readers of master files are known to part.

use crate::generated::ORIGIN;

mod records;

use records::RECORDS;

/// Their names and texts.
pub fn all() -> Vec<(String, String)> {
    let records = RECORDS.iter().map(|record| (*record).to_owned());
    let records = records
        .chain(long())
        .map(|record| format!("{HEAD}{record}\n"));
    let serials = SERIALS.iter().map(|serial| {
        format!("$TTL 300\n@ SOA ns hostmaster {serial} 900 600 86400 300\n NS ns\nns A 10.0.0.1\n")
    });
    let heads = HEADS.iter().map(|head| {
        format!("{head}@ 300 SOA ns hostmaster 1 900 600 86400 300\n NS ns\nns A 10.0.0.1\n")
    });
    let whole = WHOLE.iter().map(|text| (*text).to_owned());
    let all = records.chain(serials).chain(heads).chain(whole);
    all.enumerate()
        .map(|(number, text)| (format!("case {number}"), text))
        .collect()
}

/// What makes a zone of a record.
const HEAD: &str = "$TTL 300\n@ SOA ns hostmaster 1 900 600 86400 300\n NS ns\nns A 10.0.0.1\n";

/// Serials (RFC 1982), as the field has them.
const SERIALS: &[&str] = &[
    "0",
    "1",
    "2026010101",
    "4294967295",
    "4294967296",
    "-1",
    "+1",
    "01",
    "0x1",
    "1h",
    "\"1\"",
    "1.5",
    "",
    "99999999999999999999",
    "2026-01-01",
    "( 1 )",
    "1 ; x",
];

/// What may stand before the SOA.
const HEADS: &[&str] = &[
    "",
    "\u{feff}",
    "$ORIGIN eslab.test.\n",
    "$ORIGIN test.\n",
    "\n\n\n",
    "; x\n",
    "ns A 10.0.0.1\n",
    " A 10.0.0.1\n",
    "x 300 A 10.0.0.1\n",
    "$TTL 300\nx A 10.0.0.1\n",
    "$TTL x\n",
    "\u{1a}",
    "\\\n",
    "x TXT \"\n",
];

/// Whole texts.
const WHOLE: &[&str] = &[
    "@ 300 SOA ns hostmaster 1 900 600 86400 300\n@ 300 NS ns\nns 300 A 10.0.0.1\n 3600 A 10.0.0.2\nx A 10.0.0.3\n",
    "@ SOA ns hostmaster 1 900 600 86400 300\n NS ns\nns A 10.0.0.1\n",
    "@ 300 SOA ns hostmaster 1 900 600 86400 300\n NS ns\nns A 10.0.0.1\n",
    "@ SOA ns hostmaster 1 900 600 86400 300\n NS ns\n$TTL 60\nns A 10.0.0.1\n",
    "@ SOA ns hostmaster 1 900 600 86400 300\n 60 NS ns\nns A 10.0.0.1\nx 120 A 10.0.0.2\ny A 10.0.0.3\n",
    "@ 300 SOA ns hostmaster 1 900 600 86400 4294967295\n@ NS ns\nns A 10.0.0.1\n",
    "@ SOA ns hostmaster 1 900 600 86400 4294967295\n@ NS ns\nns A 10.0.0.1\n",
    "@ 300 SOA ns hostmaster 1 1w2d3h4m5s 1H 10m 1d\n@ NS ns\nns A 10.0.0.1\n",
    "@ 300 SOA ns hostmaster 1 900 600 4294967296 300\n@ NS ns\nns A 10.0.0.1\n",
    "@ 300 SOA ns hostmaster 1 2147483648 600 86400 2147483648\n@ NS ns\nns A 10.0.0.1\n",
    "@ 300 SOA ns hostmaster 1 900 600 86400\n@ NS ns\nns A 10.0.0.1\n",
    "@ 300 SOA ns hostmaster 1 900 600 86400 300 5\n@ NS ns\nns A 10.0.0.1\n",
    "@ 300 SOA ns host@master 1 900 600 86400 300\n@ NS ns\nns A 10.0.0.1\n",
    "@ 300 SOA ns hostmaster (\n 1 ; serial\n 900 ; refresh\n 600\n 86400\n 300 )\n@ NS ns\nns A 10.0.0.1\n",
    "@ 300 SOA ns hostmaster 1 900 600 86400 300\n@ NS ns\nns A 10.0.0.1",
    "@ 300 SOA ns hostmaster 1 900 600 86400 300\r\n@ NS ns\r\nns A 10.0.0.1\r\n",
    "@ 300 SOA ns hostmaster 1 900 600 86400 300\r@ NS ns\rns A 10.0.0.1\r",
    "@ 300 SOA ns hostmaster 1 900 600 86400 300\n@ NS ns\n",
    "@ 300 SOA ns hostmaster 1 900 600 86400 300\n",
    "ns 300 A 10.0.0.1\n",
    "",
    "@ 300 IN SOA ns hostmaster 1 900 600 86400 300\n@ 300 NS ns\nns 300 A 10.0.0.1\nx 300 A 10.0.0.2\0\n",
    "$ORIGIN x.eslab.test.\n@ 300 SOA ns hostmaster 1 900 600 86400 300\n@ 300 NS ns\nns 300 A 10.0.0.1\n",
];

/// Names, labels and strings at the limits of their lengths, and one octet longer.
fn long() -> Vec<String> {
    let label = |length: usize| "x".repeat(length);
    // With a label of three and its length octet this takes four octets.
    let name = |octets: usize| {
        let left = octets - ORIGIN.len() - 1;
        let labels = ["abc"; 4].join(".").repeat(0) + &vec!["abc"; left / 4 - 1].join(".");
        format!("{labels}.{}", label(left - labels.len() - 2))
    };
    vec![
        format!("{} A 10.0.0.2", label(63)),
        format!("{} A 10.0.0.2", label(64)),
        format!("{} A 10.0.0.2", "\\120".repeat(63)),
        format!("{} A 10.0.0.2", "\\120".repeat(64)),
        format!("x CNAME {}", label(64)),
        format!("{} A 10.0.0.2", name(255)),
        format!("{} A 10.0.0.2", name(256)),
        format!("x CNAME {}", name(255)),
        format!("x CNAME {}", name(256)),
        format!("x MX 1 {}", name(256)),
        format!("$ORIGIN {}\nabcdef A 10.0.0.2", name(254)),
        format!("x TXT {}", label(255)),
        format!("x TXT {}", label(256)),
        format!("x TXT \"{}\"", label(256)),
        format!("x TXT \"{}\"", "\\120".repeat(255)),
        format!("x TXT \"{}\"", "\\120".repeat(256)),
        format!("x TXT {}", ["\"y\""; 300].join(" ")),
        format!("x TXT {}", vec![label(255); 255].join(" ")),
        format!("x TXT {}", vec![label(255); 257].join(" ")),
        format!("x NAPTR 1 2 \"{}\" \"\" \"\" .", label(256)),
        format!("x TYPE65280 \\# 1 {}", label(2000)),
        format!("x A {}", label(5000)),
        format!("x A 10.0.0.2 ; {}", label(70_000)),
        format!("x A 10.0.0.2{}", " ".repeat(70_000)),
    ]
}
