//! Logs of handsets: told by the five fields of their lines.

use super::Judgement;
use crate::phone_log::is_line;

/// Lines with content that are looked at before a text is judged.
const LINES: usize = 2000;

/// Judges a text.
pub(super) fn judge(text: &str) -> Judgement {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let (mut of_log, mut all) = (0_usize, 0_usize);
    for line in lines.take(LINES) {
        all += 1;
        of_log += usize::from(is_line(line));
    }
    if of_log > 0 && of_log * 2 >= all {
        return Judgement::Certain;
    }
    if of_log > 0 {
        let why = format!("{of_log} of its first {all} lines are written as a handset writes them");
        return Judgement::No { nearness: 60, why };
    }
    Judgement::impossible(
        "no line is written as a handset writes its log, `1028171642|dns  |1|00|…`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_every_time_form_are_told() {
        for line in [
            "1028171642|sip  |*|00|Sip Register Usr:1 Dsp:1 Auth:'1' Inx:0",
            "0210281716|dns|1|03|doDnsLookupForList for record NAPTR: hostname 'a' attempting..",
            "011511.006|lldp |3|00|a | b",
            "12 1028171642|dns  |2|  |Current List:",
            "|dns  |1|00|Current List:",
        ] {
            assert!(is_line(line), "{line}");
        }
        for line in [
            "",
            "| name | type | data | x | y |",
            "a|sip  |*|00|x",
            "1028171642|module|1|00|x",
            "1028171642|sip|7|00|x",
            "1028171642|sip|1|00",
        ] {
            assert!(!is_line(line), "{line}");
        }
    }

    #[test]
    fn half_of_a_log_are_its_lines() {
        let line = "1028171642|dns  |1|00|Current List:\n";
        assert_eq!(judge(&format!("boot\n\n{line}")), Judgement::Certain);
        let page = format!("The log shows\n{line}and the phone\nregisters\n");
        assert!(matches!(judge(&page), Judgement::No { nearness: 60, .. }));
    }
}
