//! `srv-target-unverified`: a target that the given zones do not speak of.

use super::sip_set::Guesses;
use super::{Facts, Findings};
use crate::dns::Answer;
use crate::finding::Subject;

/// Looks at every target in zone files; a live server was asked for each.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let mut guesses = Guesses::default();
    for sip in site.doubtful_sip_sets() {
        if sip.view.live.is_some() {
            continue;
        }
        for (_, srv) in sip.set.srv() {
            let target = &srv.target.name;
            if target.is_root() || !matches!(sip.addresses_of(srv), Answer::NotLoaded) {
                continue;
            }
            let guess = match guesses.similar_host(sip, srv) {
                Some(host) => format!("; or did you mean `{host}`?"),
                None => String::new(),
            };
            let zone = sip.view.zone_of(target);
            let source = match zone.and_then(|zone| zone.addresses_elsewhere) {
                Some(elsewhere) => format!(
                    "the server may find it in {}, which no file shows:",
                    elsewhere.as_str()
                ),
                None => format!("give the zone of `{target}` as well, or"),
            };
            let finding = findings
                .at(
                    srv.target.span,
                    format!(
                        "`{target}` is not in the given data: its address could not be checked"
                    ),
                )
                .help(format!(
                    "{source} ask a DNS server with `--live {}`{guess}",
                    sip.domain.to_string().trim_end_matches('.')
                ));
            findings.push(finding.about(Subject::Token(srv.target.span)));
        }
    }
}
