//! One defect, one finding: where several rules see the same defect, the first of its line
//! is reported, and what the others say becomes its related text. Its effect is that of the
//! gravest among them.

use std::collections::HashMap;

use crate::finding::{Finding, Label, Subject};

/// Each line from the rule that explains most to the one that explains least.
const LINES: &[&[&str]] = &[
    &["zone-typographic-character", "zone-syntax"],
    &["zone-cname-with-other-data", "srv-target-alias"],
    // No lookup of such an alias ends: who leads there makes it no worse.
    &["zone-cname-loop", "srv-target-alias"],
    &["zone-cname-loop", "live-server-failure"],
    &[
        "zone-record-below-delegation",
        "srv-target-ip-literal",
        "srv-target-relative",
        "srv-target-alias",
        "address-ipv6-only",
        "srv-target-missing-address",
        "srv-target-unverified",
        "host-label-invalid",
    ],
    &[
        "zone-record-below-delegation",
        "srv-owner-malformed",
        "naptr-owner-relative",
        "naptr-owner-misplaced",
        "address-owner-relative",
        "srv-owner-misplaced",
        "srv-missing-for-transport",
        "phone-address-not-in-dns",
        "srv-missing",
    ],
    &[
        "naptr-replacement-malformed",
        "naptr-replacement-relative",
        "naptr-service-mismatch",
        "naptr-replacement-dangling",
        "naptr-replacement-differs",
        "naptr-order-strands-handset",
        "outcome-depends-on-assumption",
    ],
    // The records are there, under a name that nobody asks for.
    &["srv-owner-malformed", "naptr-replacement-dangling"],
    // They are there, and servers do not give them out.
    &["zone-record-below-delegation", "naptr-replacement-dangling"],
    &["zone-cname-with-other-data", "naptr-replacement-dangling"],
    &["zone-cname-with-other-data", "srv-missing"],
    // A record of ENUM among those of SIP.
    &["naptr-regexp-and-replacement", "naptr-flag-invalid"],
    // Handsets discard the record, and ask for what is not there.
    &["naptr-flag-invalid", "srv-missing-for-transport"],
    &[
        "naptr-regexp-and-replacement",
        "srv-missing-for-transport",
        "naptr-order-strands-handset",
    ],
    &["naptr-replacement-malformed", "srv-missing-for-transport"],
    // What TLS asks for stands there, without the `s` of its name.
    &["srv-missing-for-transport", "srv-port-transport-mismatch"],
    // Handsets do not ask for the name that lacks its dot, and go on as without NAPTR.
    &["naptr-owner-relative", "naptr-absent"],
    &["naptr-owner-misplaced", "naptr-absent"],
    &[
        "naptr-owner-relative",
        "naptr-owner-misplaced",
        "naptr-replacement-differs",
        "naptr-order-strands-handset",
        "outcome-depends-on-assumption",
    ],
    &["srv-port-misplaced", "srv-port-zero", "srv-ports-differ"],
    &["srv-port-transport-mismatch", "srv-ports-differ"],
    // A number in a wrong place says nothing of the place.
    &["srv-port-misplaced", "srv-equal-priority"],
    &["srv-port-misplaced", "srv-weight-zero-mixed"],
    &["srv-port-misplaced", "srv-priority-inverted"],
    &["srv-port-misplaced", "srv-priority-suspicious"],
    // The server is there, in a file that the handset does not read.
    &["provisioning-file-unread", "phone-address-missing"],
    // What is no name is covered by no zone.
    &[
        "phone-value-out-of-range",
        "phone-address-decorated",
        "phone-address-is-srv-name",
        "phone-address-not-covered",
    ],
    &["phone-value-out-of-range", "phone-static-dns-conflict"],
    // The value that counts is the wrong one.
    &["phone-port-blocks-srv", "provisioning-shadowed-value"],
    // A slip in a static record, and what handsets make of it.
    &["phone-static-dns-inert", "phone-static-dns-incomplete"],
    &["phone-static-dns-inert", "phone-static-dns-conflict"],
    &["phone-xml-malformed", "input-encoding-guessed"],
    // A handset that is given a host with an IPv6 address only.
    &["address-ipv6-only", "phone-address-not-in-dns"],
    &["address-ipv6-only", "srv-owner-misplaced"],
    // A server that one list has under a name which is wrong.
    &[
        "srv-target-ip-literal",
        "srv-target-relative",
        "srv-target-alias",
        "address-ipv6-only",
        "srv-target-missing-address",
        "srv-target-unverified",
        "srv-transports-disagree",
    ],
    &["srv-targets-share-address", "srv-transports-disagree"],
    // What the target became is a name like any other to a wildcard, with the address of others.
    &["srv-target-relative", "wildcard-answers-lookup"],
    &["srv-target-relative", "srv-targets-share-address"],
    // The record of a server without an address, or with that of another one.
    &["srv-target-missing-address", "ptr-mismatch"],
    &["srv-targets-share-address", "ptr-mismatch"],
    // A name that is a slip for another says nothing of an order.
    &["srv-target-missing-address", "srv-priority-suspicious"],
    // A record that was meant for one of two lists: the other has it, or it is all that one has.
    &["srv-owner-malformed", "srv-transports-disagree"],
    &[
        "zone-record-outside",
        "srv-transports-disagree",
        "srv-single-target",
    ],
    // An entry that was meant for what the settings expect.
    &[
        "srv-target-ip-literal",
        "srv-target-relative",
        "srv-target-alias",
        "srv-target-missing-address",
        "srv-target-not-available",
        "srv-expected-server-missing",
    ],
    &[
        "srv-target-ip-literal",
        "srv-target-relative",
        "srv-target-alias",
        "srv-target-missing-address",
        "srv-priority-inverted",
    ],
    // Handsets miss the records that are expected, or these are there under another name.
    &["srv-owner-misplaced", "srv-expected-server-missing"],
    &["naptr-replacement-dangling", "srv-expected-server-missing"],
    &["srv-missing-for-transport", "srv-expected-server-missing"],
    // Handsets are led past the set in which it is.
    &["srv-expected-server-missing", "srv-priority-inverted"],
    &["srv-expected-server-missing", "naptr-replacement-differs"],
    // What the want of an expected server leads to.
    &[
        "srv-expected-server-missing",
        "srv-target-unverified",
        "srv-duplicate",
        "srv-transports-disagree",
        "srv-single-target",
    ],
    // One number that is wrong for a set, for handsets, and for what they are set to.
    &[
        "ttl-delays-failback",
        "ttl-too-long",
        "ttl-too-short",
        "ttl-mixed",
    ],
    // An address that is left over, and what is odd about it.
    &["zone-record-may-be-scavenged", "ttl-mixed"],
    &["zone-record-may-be-scavenged", "ptr-missing"],
    // A weight of 0 is given to a server that is to wait behind another.
    &["srv-weight-zero-mixed", "srv-equal-priority"],
    // Numbers of one list that are wrong by themselves.
    &["srv-port-misplaced", "srv-transports-disagree"],
    &["srv-priority-inverted", "srv-transports-disagree"],
    // A server that nobody expects has the priority of one that is expected.
    &["srv-priority-inverted", "srv-equal-priority"],
    &["srv-weight-zero-mixed", "srv-transports-disagree"],
    &["srv-equal-priority", "srv-transports-disagree"],
    &["srv-priority-suspicious", "srv-transports-disagree"],
    // A server named twice in the place of one that the other list has.
    &["srv-duplicate", "srv-transports-disagree"],
    // What a record outside the zone was meant to be.
    &["srv-target-missing-address", "zone-record-outside"],
    &["srv-missing", "zone-record-outside"],
    &["zone-record-outside", "ptr-missing"],
    &["zone-record-outside", "zone-ns-missing"],
    &["zone-record-outside", "zone-ns-missing-address"],
    // The one is an alias of the other, or of what the other is an alias of.
    &["srv-target-alias", "srv-targets-share-address"],
    &["zone-cname-with-other-data", "srv-targets-share-address"],
    // The set is there, under a name that nobody asks for.
    &["srv-wildcard-inert", "srv-missing"],
    &["srv-wildcard-inert", "naptr-replacement-dangling"],
    // The records that are missing, each for itself at a name nearby.
    &["naptr-replacement-dangling", "srv-single-target"],
    &["srv-owner-misplaced", "srv-single-target"],
    // It is below the name that the address is an alias of, or the alias is not followed.
    &["srv-missing", "cname-at-sip-domain", "srv-alias-owner"],
    // The alias is the defect; that a handset may not follow it is why.
    &[
        "zone-cname-with-other-data",
        "srv-target-alias",
        "cname-at-sip-domain",
        "srv-alias-owner",
        "outcome-depends-on-assumption",
    ],
    // An alias in the place of the records.
    &["naptr-replacement-dangling", "srv-alias-owner"],
    &["srv-missing", "srv-alias-owner"],
    &["cname-at-sip-domain", "naptr-replacement-differs"],
    // The server that takes over is there, under a name that nobody asks for.
    &["address-owner-relative", "phone-address-is-host"],
    // The host that the address is an alias of.
    &["cname-at-sip-domain", "phone-address-is-host"],
    &["zone-cname-with-other-data", "ptr-to-alias"],
    // What one origin moved.
    &["srv-target-missing-address", "zone-ns-missing-address"],
    // One address too many.
    &["address-unusable", "address-multiple"],
    // Records that a delegation hides are the reason why nothing is known of the address.
    &["zone-record-below-delegation", "phone-address-not-covered"],
];

/// Leaves, of the findings about one subject, the one whose rule stands first.
pub fn settle(findings: Vec<Finding>) -> Vec<Finding> {
    LINES
        .iter()
        .fold(findings, |findings, line| settle_line(line, findings))
}

fn settle_line(line: &[&str], mut findings: Vec<Finding>) -> Vec<Finding> {
    let rank = |finding: &Finding| line.iter().position(|id| *id == finding.rule.id);
    let mut best: HashMap<Subject, (usize, usize)> = HashMap::new();
    for (index, finding) in findings.iter().enumerate() {
        let Some(rank) = rank(finding) else { continue };
        for subject in &finding.subjects {
            let holder = best.entry(subject.clone()).or_insert((rank, index));
            *holder = (*holder).min((rank, index));
        }
    }
    let winner_of = |finding: &Finding| -> Option<usize> {
        let own = rank(finding)?;
        let stronger = |subject| best.get(subject).filter(|(rank, _)| *rank < own);
        finding
            .subjects
            .iter()
            .find_map(stronger)
            .map(|(_, index)| *index)
    };
    let winners: Vec<_> = findings.iter().map(winner_of).collect();
    join(&mut findings, &winners);
    findings
}

/// Takes those findings away that others, by their indices, are reported in the place of. No
/// finding may stand, over others, for itself.
pub fn join(findings: &mut Vec<Finding>, winners: &[Option<usize>]) {
    if winners.iter().all(Option::is_none) {
        return;
    }
    for (loser, winner) in winners.iter().enumerate() {
        // A winner that loses itself hands nothing on: its own winner says enough.
        if let Some(winner) = winner.filter(|winner| winners[*winner].is_none()) {
            let loser = &findings[loser];
            // What it was reported in the place of goes with it.
            let said: Vec<_> = std::iter::once(loser)
                .chain(&loser.stands_for)
                .map(|said| Label {
                    span: said.span,
                    message: said.message.clone(),
                })
                .collect();
            let handsets = loser.handsets.clone();
            let severity = loser.severity;
            let winner = &mut findings[winner];
            winner.severity = winner.severity.max(severity);
            for said in said {
                let begins_alike = |there: &&mut Label| {
                    there.span == said.span && said.message.starts_with(&there.message)
                };
                match winner.related.iter_mut().find(begins_alike) {
                    // The same, and perhaps more.
                    Some(there) => there.message = said.message,
                    None if said.span == winner.span => {}
                    None => winner.related.push(said),
                }
            }
            winner.handsets.extend(handsets);
        }
    }
    let strongest = |mut winner: usize| {
        while let Some(stronger) = winners[winner] {
            winner = stronger;
        }
        winner
    };
    // Where each will be that is kept.
    let places: Vec<_> = winners
        .iter()
        .scan(0, |kept, winner| {
            let place = *kept;
            *kept += usize::from(winner.is_none());
            Some(place)
        })
        .collect();
    let of_losers = winners.iter().flatten();
    let of_losers: Vec<_> = of_losers.map(|winner| places[strongest(*winner)]).collect();
    let mut is_lost = winners.iter().map(Option::is_some);
    let lost = findings.extract_if(.., |_| is_lost.next().unwrap_or(false));
    let lost: Vec<_> = lost.collect();
    for (winner, loser) in of_losers.into_iter().zip(lost) {
        findings[winner].stands_for.push(loser);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::{Severity, page};
    use crate::source::{Origin, Source, Sources, Span};

    #[test]
    fn every_rule_of_a_line_exists_and_no_earlier_one_is_less_grave() {
        for line in LINES {
            let pages = line.iter().map(|id| page(id).expect("a page"));
            assert!(pages.is_sorted_by(|one, next| one.severity >= next.severity));
        }
    }

    #[test]
    fn the_winner_is_as_grave_as_what_it_takes_over() {
        let sources = Sources::new();
        let source = sources.add(Source::new("z", Origin::Stdin, "target"));
        let span = Span::new(source, 0, 6);
        let finding =
            |id| Finding::new(page(id).expect("a page"), span, "said").about(Subject::Token(span));
        let settled = settle(vec![
            finding("srv-target-missing-address"),
            finding("srv-target-alias").severity(Severity::Note),
        ]);
        let said: Vec<_> = settled
            .iter()
            .map(|one| (one.rule.id, one.severity))
            .collect();
        assert_eq!(said, [("srv-target-alias", Severity::Error)]);
    }

    #[test]
    fn the_first_of_a_line_wins_and_takes_over_what_the_others_say() {
        let sources = Sources::new();
        let source = sources.add(Source::new("z", Origin::Stdin, "target elsewhere"));
        let (target, other) = (Span::new(source, 0, 6), Span::new(source, 7, 16));
        let finding = |id, span, message: &str, subject| {
            Finding::new(page(id).expect("a page"), span, message).about(subject)
        };
        let alias = finding(
            "srv-target-alias",
            target,
            "an alias",
            Subject::Token(target),
        );
        let settled = settle(vec![
            finding(
                "srv-target-missing-address",
                other,
                "no address, and none elsewhere",
                Subject::Token(target),
            ),
            alias.related(other, "no address"),
            finding(
                "srv-target-missing-address",
                other,
                "another",
                Subject::Token(other),
            ),
        ]);
        let said: Vec<_> = settled.iter().map(|finding| &*finding.message).collect();
        assert_eq!(said, ["an alias", "another"]);
        assert_eq!(settled[0].related.len(), 1);
        let related = &settled[0].related[0].message;
        assert_eq!(related, "no address, and none elsewhere");
        let [instead] = &settled[0].stands_for[..] else {
            panic!("{:?}", settled[0].stands_for);
        };
        assert_eq!(instead.rule.id, "srv-target-missing-address");
        assert!(settled[1].stands_for.is_empty());
    }
}
