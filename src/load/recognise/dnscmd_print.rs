//! What `dnscmd` prints: told by words of the command, where most of what else is there are
//! records. A page that explains the command is none.

use super::Judgement;
use crate::zone::dnscmd_print::{Line, classify};

/// Lines with content that are looked at before a text is judged.
const LINES: usize = 2000;

/// Lines of other kinds that a captured console may hold beside the records: the banners
/// of cmd.exe and PowerShell.
const BANNERS: usize = 8;

/// Judges a text.
pub(super) fn judge(text: &str) -> Judgement {
    let lines = text
        .split(['\n', '\r'])
        .filter(|line| !line.trim().is_empty());
    let (mut has_mark, mut records, mut others) = (false, 0_usize, 0_usize);
    for line in lines.take(LINES) {
        match classify(line) {
            Line::Command(_) | Line::Zone(_) | Line::Records => has_mark = true,
            Line::Record => {
                has_mark |= line.contains("[Aging:");
                records += 1;
            }
            Line::Text => others += 1,
            Line::Finished | Line::End | Line::Prompt | Line::Blank => {}
        }
    }
    if has_mark && records > 0 && others <= records + BANNERS {
        return Judgement::Certain;
    }
    if has_mark {
        let why = format!("{records} of its lines are records, and {others} are not");
        return Judgement::No { nearness: 60, why };
    }
    Judgement::impossible(
        "neither `Returned records:` nor `;  Zone:` stands in it, as `dnscmd` prints them",
    )
}
