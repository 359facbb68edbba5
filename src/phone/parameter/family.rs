//! The families of names that are looked after, and names that lack what would put them there.

use super::spelling::nearest;
use super::{find, is_index};
use crate::spelling::is_within;

/// What is looked after: a parameter below one of these is known or wrong. `#` is an index.
pub(super) const FAMILIES: [&[&str]; 6] = [
    &["voIpProt", "server"],
    &["voIpProt", "SIP", "outboundProxy"],
    &["reg", "#", "server"],
    &["reg", "#", "outboundProxy"],
    &["dns", "cache"],
    &["device", "dns"],
];

/// The first word of all SIP parameters, by far the most often misspelt one.
pub(super) const ROOT: &str = "voIpProt";

/// What stands where a number belongs: the `x` of a guide, a letter that looks like a 1, or
/// nothing at all.
pub(super) fn is_placeholder(segment: &str) -> bool {
    matches!(
        segment,
        "" | "x" | "y" | "n" | "X" | "Y" | "N" | "l" | "I" | "i"
    )
}

/// Whether a correct name of this kind would be in the table: it lies in one of the families
/// that are looked after, or would if it had all of its words and indexes.
pub fn is_looked_after(name: &str) -> bool {
    let mut families = FAMILIES.iter();
    families.any(|family| is_below(name, family) || lacks_a_segment(name, family))
        || without_a_word(name).is_some()
        || without_end(name).is_some()
        || is_address_of_a_line(name)
}

/// It begins as the names of the family, and goes on.
fn is_below(name: &str, family: &[&str]) -> bool {
    let mut segments = name.split('.');
    let begins = family.iter().all(|meant| {
        segments.next().is_some_and(|written| match *meant {
            "#" => is_index(written) || is_placeholder(written),
            meant => written == meant,
        })
    });
    begins && segments.next().is_some()
}

/// The name of an address, of one that ends before: `reg.1.server.1`, `voIpProt.SIP.outboundProxy`.
pub(super) fn without_end(name: &str) -> Option<String> {
    let last = name.rsplit('.').next()?;
    let end = match last {
        "server" => ".1.address",
        "outboundProxy" => ".address",
        index if is_index(index) => ".address",
        _ => return None,
    };
    let whole = format!("{name}{end}");
    let is_server = FAMILIES.iter().any(|family| is_below(&whole, family));
    (is_server && find(&whole).is_some()).then_some(whole)
}

/// The name that was meant by one that lacks a word which tells its family, or has one too many:
/// `server.1.address`, `voIpProt.1.address`, `dns.A.1.name`, `voIpProt.SIP.server.1.address`.
pub(super) fn without_a_word(name: &str) -> Option<String> {
    let (first, rest) = name.split_once('.')?;
    let (second, behind) = rest.split_once('.').unwrap_or((rest, ""));
    let whole = match (first, second) {
        ("server", "dhcp") | ("SIP", "outboundProxy") => format!("{ROOT}.{name}"),
        ("server", index) if is_index(index) => format!("{ROOT}.{name}"),
        (ROOT, index) if is_index(index) => format!("{ROOT}.server.{rest}"),
        (ROOT, "SIP") => format!("{ROOT}.{behind}"),
        ("reg", line) if is_index(line) && is_index(behind.split('.').next()?) => {
            format!("reg.{line}.server.{behind}")
        }
        ("cache", "A" | "SRV" | "NAPTR") => format!("dns.{name}"),
        ("dns", "A" | "SRV" | "NAPTR") => format!("dns.cache.{rest}"),
        ("dns", "serverAddress" | "altSrvAddress" | "domain") => format!("device.{name}"),
        ("device", "serverAddress" | "altSrvAddress" | "domain") => format!("device.dns.{rest}"),
        _ => return None,
    };
    find(&whole).map(|_| whole)
}

/// `reg.1.adress`, `reg.l.address`: without its user a line does not register.
fn is_address_of_a_line(name: &str) -> bool {
    let segments: Vec<_> = name.split('.').take(4).collect();
    let ["reg", line, word] = segments[..] else {
        return false;
    };
    let is_meant = if is_index(line) {
        word != "address"
    } else {
        is_placeholder(line)
    };
    is_meant && is_within(&word.to_ascii_lowercase(), "address", 2)
}

/// It begins and goes on as a known name of the family, without what stands between:
/// `reg.server.1.address`, `voIpProt.outboundProxy.address`.
fn lacks_a_segment(name: &str, family: &[&str]) -> bool {
    let [first, _, last] = family else {
        return false;
    };
    let mut segments = name.split('.');
    segments.next() == Some(first) && segments.next() == Some(last) && nearest(name).is_some()
}
