//! Files that name servers and their tools write beside zones, and that are none.

use super::master_file::{class, record_type, records};

const RAW: &str =
    "it is a zone in BIND's raw format: `named-compilezone -f raw -F text` writes it as text";
const JOURNAL: &str = "it is a journal, in which BIND notes the changes of a zone";
const KEYS: &str = "it holds keys of DNSSEC only, as tools write them beside a zone";
const REGISTERED: &str =
    "it holds what a domain controller registers in zones of others, and no zone";
const OTHER_CLASS: &str =
    "it is a zone of another class than IN, and handsets ask for nothing else";
const ANCHORS: &str = "it holds the trust anchors that BIND keeps up to date, and no zone";

/// What a text is, where it is such a file.
pub(super) fn of(text: &str, name: &str) -> Option<&'static str> {
    // The number of the format, then its version, four octets each.
    if text.starts_with("\0\0\0\u{2}\0\0\0") {
        return Some(RAW);
    }
    if text.starts_with(";BIND LOG") {
        return Some(JOURNAL);
    }
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let is_soa = |line| record_type(line).is_some_and(|kind| kind.eq_ignore_ascii_case("SOA"));
    // `System32\config\netlogon.dns`.
    if name.eq_ignore_ascii_case("netlogon.dns") && !records(text).any(is_soa) {
        return Some(REGISTERED);
    }
    let (mut keys, mut anchors, mut soa) = (false, false, false);
    for line in records(text) {
        if line.starts_with("$TTL") || line.starts_with("$ORIGIN") {
            continue;
        }
        match record_type(line)?.to_ascii_uppercase().as_str() {
            "DNSKEY" | "CDNSKEY" | "KEY" | "DS" | "CDS" | "DLV" => keys = true,
            "KEYDATA" => anchors = true,
            "SOA" if class(line).is_some_and(|class| !class.eq_ignore_ascii_case("IN")) => {
                return Some(OTHER_CLASS);
            }
            "SOA" => soa = true,
            "RRSIG" => {}
            _ => return None,
        }
    }
    // Before BIND has an anchor, the SOA record stands alone.
    let is_of_anchors = name == "managed-keys.bind" || name.rsplit('.').next() == Some("mkeys");
    if anchors && !keys || soa && !keys && is_of_anchors {
        Some(ANCHORS)
    } else {
        (keys && !anchors && !soa).then_some(KEYS)
    }
}
