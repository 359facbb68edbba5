//! `srv-priority-suspicious`: the host names say another order than the priorities.

use std::collections::HashSet;

use super::Findings;
use super::sip_set::whole_sip_sets;
use crate::dns::{Name, Srv};
use crate::site::Site;

/// Words that mark the server to be tried first.
const FIRST: [&str; 6] = ["primary", "pri", "main", "master", "active", "prod"];
/// Words that mark a server to be tried later.
const LATER: [&str; 12] = [
    "secondary",
    "sec",
    "backup",
    "bak",
    "bkp",
    "standby",
    "slave",
    "spare",
    "dr",
    "failover",
    "fallback",
    "replica",
];

/// Looks at every SIP SRV set; one finding a set.
pub(super) fn check(site: &Site, findings: &mut Findings) {
    for sip in whole_sip_sets(site) {
        let groups = sip.by_priority();
        // A host that is named twice counts where it is tried first.
        let mut seen = HashSet::new();
        let records = groups.iter().flatten().map(|(_, srv)| *srv);
        let ordered: Vec<&Srv> = records
            .filter(|srv| seen.insert(&srv.target.name))
            .collect();
        // Neighbours are enough: an order is wrong only if it is wrong somewhere in between.
        let inverted = ordered.windows(2).find(|pair| {
            pair[0].priority.value < pair[1].priority.value
                && belongs_behind(&pair[0].target.name, &pair[1].target.name)
        });
        let Some([early, late]) = inverted else {
            continue;
        };
        let finding = findings
            .at(
                early.priority.span,
                format!(
                    "`{}` is tried before `{}`: their names say the opposite",
                    early.target.name, late.target.name
                ),
            )
            .related(late.priority.span, "tried later")
            .help(format!(
                "if `{}` is the primary, exchange the two priorities: the lower number is tried \
                 first",
                late.target.name
            ));
        findings.push(sip.with_handsets(finding));
    }
}

/// By their names, `one` is to be tried after `two`.
fn belongs_behind(one: &Name, two: &Name) -> bool {
    let (one, two) = (tokens(one), tokens(two));
    let is_later = |tokens: &[String]| {
        let has = |words: &[&str]| tokens.iter().any(|token| words.contains(&token.as_str()));
        has(&LATER) && !has(&FIRST)
    };
    match (is_later(&one), is_later(&two)) {
        (true, false) => true,
        (false, true) => false,
        _ => has_higher_number(&one, &two),
    }
}

/// The names differ in one number only.
fn has_higher_number(one: &[String], two: &[String]) -> bool {
    let mut differing = one.iter().zip(two).filter(|(one, two)| one != two);
    let (Some((one_token, two_token)), None) = (differing.next(), differing.next()) else {
        return false;
    };
    let numbers = (one_token.parse::<u32>(), two_token.parse::<u32>());
    one.len() == two.len() && matches!(numbers, (Ok(one), Ok(two)) if one > two)
}

/// Words and numbers of a name: `sip-backup2.eslab.local.` is sip, backup, 2, eslab, local.
fn tokens(name: &Name) -> Vec<String> {
    let mut tokens = Vec::new();
    for label in name {
        let is_word = |byte: &u8| (byte.is_ascii_alphabetic(), byte.is_ascii_digit());
        for run in label.chunk_by(|one, two| is_word(one) == is_word(two)) {
            if run[0].is_ascii_alphanumeric() {
                tokens.push(String::from_utf8_lossy(run).to_ascii_lowercase());
            }
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_an_order_by_whole_tokens_only() {
        for (one, two, behind) in [
            ("sip2.x.", "sip1.x.", true),
            ("sip10.x.", "sip9.x.", true),
            ("sip1.x.", "sip2.x.", false),
            ("pbx-backup.x.", "pbx-main.x.", true),
            ("pbx-dr.x.", "pbx.x.", true),
            ("SIP.DR.x.", "sip.main.x.", true),
            ("primary.x.", "secondary.x.", false),
            ("drum.x.", "pbx.x.", false),
            ("maintenance.x.", "pbx.x.", false),
            ("west2.x.", "east1.x.", false),
            ("backup-primary.x.", "backup.x.", false),
            ("sip2-b.x.", "sip1-a.x.", false),
        ] {
            let name = |text| Name::from_ascii(text).expect("a name");
            assert_eq!(
                belongs_behind(&name(one), &name(two)),
                behind,
                "{one} {two}"
            );
        }
    }
}
