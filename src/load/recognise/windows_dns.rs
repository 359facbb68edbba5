//! Zone files of Windows servers: told by the comment that names the zone, by time stamps, by
//! WINS records, or by the SOA's last comment.

use super::{Judgement, master_file, without_comment};
use crate::zone::{aging, windows};

/// Lines with content that are looked at before a text is judged.
const LINES: usize = 2000;

/// Judges a text. Of one without any mark only its name tells that it is of Windows.
pub(super) fn judge(text: &str) -> Judgement {
    let lines = text
        .split(['\n', '\r'])
        .filter(|line| !line.trim().is_empty());
    let mut has_directive = false;
    let mut has_weak_mark = false;
    for line in lines.take(LINES) {
        has_directive |= ["$TTL", "$ORIGIN"].iter().any(|word| {
            let start = line.get(..word.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(word))
        });
        if windows::zone_of(line).is_some() || is_of_windows(line) {
            return Judgement::Certain;
        }
        has_weak_mark |= ends_soa(line);
    }
    // People copy the SOA of an export into zones of their own.
    if has_weak_mark && !has_directive {
        return Judgement::Certain;
    }
    match master_file::judge(text) {
        Judgement::Certain | Judgement::Likely if !has_directive => Judgement::Likely,
        Judgement::No { nearness: 0, why } => Judgement::impossible(why),
        Judgement::No { .. } | Judgement::Certain | Judgement::Likely => Judgement::No {
            nearness: 40,
            why: "no comment says `Database file … for … zone`, and no record has a time stamp \
                  such as `[AGE:3634093]`"
                .to_owned(),
        },
    }
}

/// A record that only a Windows server writes: it has a time stamp, or its type is WINS.
fn is_of_windows(line: &str) -> bool {
    let words = without_comment(line).split_whitespace();
    let owner = usize::from(!line.starts_with([' ', '\t']));
    words.skip(owner).take(3).enumerate().any(|(at, word)| {
        let is_stamp = at == 0 && word.starts_with("[AGE:");
        let is_wins = ["WINS", "WINS-R", "WINSR"].contains(&word);
        (is_stamp && aging::read(word).is_some()) || is_wins
    })
}

/// `3600       ) ; default TTL`
fn ends_soa(line: &str) -> bool {
    line.split_once(';').is_some_and(|(data, comment)| {
        data.trim_end().ends_with(')') && comment.trim() == "default TTL"
    })
}
