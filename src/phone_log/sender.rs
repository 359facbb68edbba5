//! Which handset a line is of, by what others wrote before it.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::handset::Mac;

/// Words that stand between a time and a host: what they say differs from line to line.
const NO_HOSTS: [&str; 27] = [
    "dbg",
    "inf",
    "wrn",
    "severe",
    "fine",
    "am",
    "pm",
    "utc",
    "gmt",
    "stdout",
    "stderr",
    "emerg",
    "alert",
    "crit",
    "critical",
    "err",
    "error",
    "warn",
    "warning",
    "notice",
    "info",
    "information",
    "debug",
    "trace",
    "fatal",
    "verbose",
    "panic",
];

/// The handset that a syslog server or a search names before a line: its MAC and addresses; else
/// the host behind the time of a syslog server; else the file in which a search met it.
pub(super) fn of(before: &str) -> Option<String> {
    let words = || before.split(|c: char| !(c.is_alphanumeric() || ".:-_+".contains(c)));
    let mut named: Vec<String> = Vec::new();
    for word in words().filter_map(|word| mac(word).or_else(|| address(word))) {
        // A relay is named beside the handset, or the handset once more.
        if !named.contains(&word) {
            named.push(word);
        }
    }
    if !named.is_empty() {
        return Some(named.join(", "));
    }
    let mut words = words().skip_while(|word| !ends_in_time(word));
    let host = match words.next() {
        Some(_) => words.find(|word| is_host(word)).map(str::to_owned),
        None => file(before).map(str::to_owned),
    };
    host.map(|host| host.trim_end_matches(':').to_owned())
}

/// The MAC that a word is, or begins with, as a file of the handset does.
fn mac(word: &str) -> Option<String> {
    let word = word.trim_end_matches(':');
    let bare = word.get(..Mac::LETTERS).and_then(Mac::of_letters);
    let rest = word.get(Mac::LETTERS..).unwrap_or_default();
    // Twelve digits are a time.
    let is_time = word.bytes().all(|byte| byte.is_ascii_digit());
    let is_whole = !is_time && !rest.starts_with(|next: char| next.is_alphanumeric());
    let in_pairs = |sign: char| word.len() == 17 && word.matches(sign).count() == 5;
    bare.filter(|_| is_whole)
        .or_else(|| {
            let is_spelt = in_pairs(':') || in_pairs('-');
            is_spelt.then(|| word.parse().ok()).flatten()
        })
        .map(|mac| mac.to_string())
}

/// The address that a word is; without its port, which is another one after each boot.
fn address(word: &str) -> Option<String> {
    let word = word.trim_end_matches(':');
    let host = word.split_once(':').map_or(word, |(host, _)| host);
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return Some(address.to_string());
    }
    let address = word.parse::<Ipv6Addr>().ok()?;
    Some(address.to_string())
}

/// `10:00:00`, `2026-11-29T10:00:00.123Z`.
fn ends_in_time(word: &str) -> bool {
    let clock = word.split_once('T').map_or(word, |(_, clock)| clock);
    let is_time = |pattern: &[u8]| {
        let digits = [0, 1, 3, 4, 6, 7];
        digits.iter().all(|at| pattern[*at].is_ascii_digit())
            && (pattern[2], pattern[5]) == (b':', b':')
    };
    clock.as_bytes().get(..8).is_some_and(is_time)
}

/// It is no number, no word for how grave a line is, and not facility and gravity (`Local0.Info`).
fn is_host(word: &str) -> bool {
    let last = word.trim_end_matches(':').rsplit('.').next();
    let last = last.unwrap_or(word).to_ascii_lowercase();
    let is_number = !word.bytes().any(|byte| byte.is_ascii_alphabetic());
    word.len() > 1 && !is_number && !NO_HOSTS.contains(&last.as_str())
}

/// `ward/handset.log` of `ward/handset.log:12:`.
fn file(before: &str) -> Option<&str> {
    let path = before.strip_suffix([':', '-'])?;
    let without_number = path.trim_end_matches(|c: char| c.is_ascii_digit());
    let path = match without_number.strip_suffix([':', '-']) {
        Some(bare) if without_number.len() < path.len() => bare,
        _ => path,
    };
    let is_path = path.contains(['.', '/', '\\']) && path.contains(char::is_alphabetic);
    is_path.then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handset_is_told_by_what_stands_before_its_line() {
        for (before, sender) in [
            ("Oct 28 17:16:00 10.1.1.20 ", "10.1.1.20"),
            ("<134>Oct  8 17:16:00 10.1.1.20:49152 tag: ", "10.1.1.20"),
            ("Oct 28 17:16:00 10.1.1.20/10.1.1.20 ", "10.1.1.20"),
            (
                "Oct 28 17:16:00 relay 10.1.0.1 10.1.1.20 ",
                "10.1.0.1, 10.1.1.20",
            ),
            (
                "2026-10-28 17:16:00\tLocal0.Debug\t10.1.1.20\t",
                "10.1.1.20",
            ),
            ("2026-10-28 17:16:00\tLocal0.Debug\tward-3\t", "ward-3"),
            (
                "{\"time\":\"2026-10-28T17:16:00Z\",\"host\":\"10.1.1.20\",\"msg\":\"",
                "10.1.1.20",
            ),
            (
                "<134>1 2026-10-28T17:16:00.1+01:00 fe80::1 - - - - ",
                "fe80::1",
            ),
            (
                "<134>1 2026-10-28T17:16:00.1+01:00 ward-3 app 12 - - ",
                "ward-3",
            ),
            ("syslog.1-12-Oct 28 17:16:00 ward-3 ", "ward-3"),
            ("Oct 28 17:16:00 logsrv 0004F2A1B2C3: ", "0004f2a1b2c3"),
            ("Oct 28 17:16:00 logsrv 00:04:f2:a1:b2:c3: ", "0004f2a1b2c3"),
            ("logs/0004f2a1b2c3-app.log:12:", "0004f2a1b2c3"),
            ("C:\\logs\\ward 3.log:12:", "C:\\logs\\ward 3.log"),
            ("C:\\logs\\ward 3.log-13-", "C:\\logs\\ward 3.log"),
            ("ward-3.log:", "ward-3.log"),
        ] {
            assert_eq!(of(before).as_deref(), Some(sender), "{before}");
        }
    }

    #[test]
    fn what_differs_from_line_to_line_tells_no_handset() {
        for before in [
            "",
            "12:",
            "[2026-10-28 17:16:00] ",
            "202610281716 ",
            "Oct 28 17:16:00 ",
            "2026-10-28T17:16:00.123456+01:00 stderr F ",
            "2026-10-28 17:16:00 +0100 WARN ",
            "10/28/2026 5:16:00 PM ",
            "says: ",
        ] {
            assert_eq!(of(before), None, "{before}");
        }
    }
}
