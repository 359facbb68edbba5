//! One line of a log: `time|module|class|missed|text`.
//!
//! Also as the bulletin prints it: numbered, without its time, with every `00` deleted.

use super::stamp::Stamp;

/// A line that has the form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// What others wrote before it.
    pub(super) before: &'a str,
    /// The time, where it stands there.
    pub(super) stamp: Option<Stamp>,
    /// `sip`, `dns` and other modules, without the blanks that fill the column.
    pub(super) module: &'a str,
    /// Event class, 0 to 6; `None` for `*`, what is always written.
    pub(super) class: Option<u8>,
    /// Events missed so far for want of time; `None` where the column is empty: somebody has
    /// edited the log.
    pub(super) missed: Option<u8>,
    /// The message.
    pub(super) text: &'a str,
}

impl<'a> Line<'a> {
    /// Reads a line without its end; `None` where it has another form. What others wrote before
    /// it is passed over: a syslog server, a search, a mail that quotes it.
    pub(super) fn read(line: &'a str) -> Option<Self> {
        let line = line.trim_end().trim_start_matches(['>', ' ', '\t']);
        let (head, rest) = line.split_once('|')?;
        let own = head_of(head).and_then(|stamp| Self::behind("", stamp, rest));
        own.or_else(|| {
            let mut bars = line.match_indices('|').take(BARS);
            bars.find_map(|(at, _)| {
                let (before, stamp) = stamp_at_end(&line[..at])?;
                let rest = &line[at + 1..];
                // A string of JSON or of a table.
                let end = before.ends_with('"').then(|| rest.rfind('"')).flatten();
                Self::behind(before, Some(stamp), &rest[..end.unwrap_or(rest.len())])
            })
        })
    }

    /// Reads what stands behind the time and its bar.
    fn behind(before: &'a str, stamp: Option<Stamp>, rest: &'a str) -> Option<Self> {
        let (module, rest) = rest.split_once('|')?;
        let module = module.trim_end_matches(' ');
        let is_module =
            (1..=5).contains(&module.len()) && module.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_module {
            return None;
        }
        let (class, rest) = rest.split_once('|')?;
        let class = match class.as_bytes() {
            b"*" => None,
            [digit @ b'0'..=b'6'] => Some(digit - b'0'),
            _ => return None,
        };
        let (missed, text) = rest.split_once('|')?;
        let missed = match missed.as_bytes() {
            b"" | b" " | b"  " => None,
            [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Some((tens - b'0') * 10 + (ones - b'0')),
            _ => return None,
        };
        Some(Self {
            before,
            stamp,
            module,
            class,
            missed,
            text,
        })
    }
}

/// Bars among which that of the time is looked for: a syslog server may write some of its own.
const BARS: usize = 4;

/// The time that a text ends in, and what stands before it.
fn stamp_at_end(text: &str) -> Option<(&str, Stamp)> {
    let start = text.len().checked_sub(Stamp::LENGTH)?;
    let (before, stamp) = text.split_at_checked(start)?;
    let is_whole = !before.ends_with(|last: char| last.is_ascii_alphanumeric() || last == '.');
    let stamp = Stamp::read(stamp).filter(|_| is_whole)?;
    Some((before, stamp))
}

/// What stands before the first bar: nothing, a time, a number that somebody gave the line,
/// or number and time. The outer `None` is for anything else.
#[allow(
    clippy::option_option,
    reason = "no time is not the same as no line of a log"
)]
fn head_of(head: &str) -> Option<Option<Stamp>> {
    let is_number = |text: &str| {
        (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if head.is_empty() {
        return Some(None);
    }
    if let Some(stamp) = Stamp::read(head) {
        return Some(Some(stamp));
    }
    let (number, stamp) = head.split_once([' ', '\t']).unwrap_or((head, ""));
    if !is_number(number) {
        return None;
    }
    match stamp.trim() {
        "" => Some(None),
        stamp => Stamp::read(stamp).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_read_in_every_form() {
        let text = "Current List:";
        for (line, stamp, missed) in [
            (
                "011511.006|dns  |1|00|Current List:",
                Some("011511.006"),
                Some(0),
            ),
            (
                "0210281716|dns  |1|00|Current List:",
                Some("0210281716"),
                Some(0),
            ),
            (
                "1028171642|dns  |1|07|Current List:\r",
                Some("1028171642"),
                Some(7),
            ),
            ("8 |dns |1| |Current List:  ", None, None),
            (
                "8 1028171642|dns  |1|00|Current List:",
                Some("1028171642"),
                Some(0),
            ),
            ("|dns  |1|00|Current List:", None, Some(0)),
            ("> |dns  |1|00|Current List:", None, Some(0)),
            ("     8\t|dns  |1|00|Current List:", None, Some(0)),
        ] {
            let read = Line::read(line).expect(line);
            let stamp = stamp.and_then(Stamp::read);
            assert_eq!((read.stamp, read.missed), (stamp, missed), "{line}");
            assert_eq!((read.module, read.class, read.text), ("dns", Some(1), text));
        }
        let always = Line::read("|sip  |*|00|a|b").expect("a line");
        assert_eq!((always.class, always.text), (None, "a|b"));
    }

    #[test]
    fn what_others_wrote_before_a_line_is_passed_over() {
        for before in [
            "Nov 29 10:00:00 ward-3 ",
            "<134>Nov 29 10:00:00 192.0.2.77 handset: ",
            "<134>1 2026-11-29T10:00:00Z ward-3 handset - - - ",
            "2026-11-29 10:00:00 | 192.0.2.77 | ",
            "Nov 29 10:00:00 192.0.2.77 0004f2a1b2c3|",
            "0004f2a1b2c3-app.log:12:",
            "12:",
            "    12\t",
            "> > ",
        ] {
            for time in ["1028171642", "011511.006"] {
                let line = format!("{before}{time}|dns  |1|00|a|b");
                let read = Line::read(&line).expect(&line);
                assert_eq!(read.stamp, Stamp::read(time), "{line}");
                assert_eq!((read.module, read.text), ("dns", "a|b"), "{line}");
            }
        }
        let line = "{\"host\":\"ward-3\",\"msg\":\"1028171642|dns  |1|00|a \"b\"}";
        assert_eq!(Line::read(line).map(|line| line.text), Some("a \"b"));
        for other in [
            "ward-3 |dns  |1|00|a",
            "ward-31028171642|dns  |1|00|a",
            "a|b|c|d|1028171642|dns  |1|00|a",
            "é28171642|dns  |1|00|a",
        ] {
            assert_eq!(Line::read(other), None, "{other}");
        }
    }

    #[test]
    fn other_lines_have_another_form() {
        for line in [
            "",
            "-mit list:",
            "28171642|dns  |1|00|cut at its beginning? no: a number of nine digits at most",
            "x|dns  |1|00|a",
            "|toolong|1|00|a",
            "|dns  |7|00|a",
            "|dns  |1|0|a",
            "|dns  |1|00",
            "| NAPTR | 1 | 00 | a table |",
        ] {
            let is_number = line.starts_with("28");
            assert_eq!(Line::read(line).is_some(), is_number, "{line}");
        }
    }
}
