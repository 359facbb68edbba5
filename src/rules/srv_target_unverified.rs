//! `srv-target-unverified`: a target that the given zones do not speak of.

use super::sip_set::Guesses;
use super::slips::{differ_by_dots, is_domain_mistyped};
use super::{Facts, Findings};
use crate::dns::{Answer, Name, RecordType};
use crate::finding::Subject;
use crate::rule::Severity;

/// Looks at every target in zone files; a live server was asked for each.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let mut guesses = Guesses::default();
    for sip in site.doubtful_sip_sets() {
        if sip.view.live.is_some() {
            continue;
        }
        for (_, srv) in sip.set.srv() {
            let target = &srv.target.name;
            // An address that cannot be read is reported where it is written.
            let is_unread = sip.view.has_unread(target, RecordType::A);
            let is_known = !matches!(sip.addresses_of(srv), Answer::NotLoaded);
            if target.is_root() || is_unread || is_known {
                continue;
            }
            let similar = guesses.similar_host(sip, srv);
            let name = |host: &String| Name::from_ascii(host).ok();
            let is_mistyped = similar.as_ref().and_then(name).is_some_and(|host| {
                differ_by_dots(target, &host) || is_domain_mistyped(target, &host)
            });
            let zone = sip.view.zone_of(target);
            let source = match zone.and_then(|zone| zone.addresses_elsewhere) {
                Some(elsewhere) => format!(
                    "the server may find it in {}, which no file shows:",
                    elsewhere.as_str()
                ),
                None => format!("give the zone of `{target}` as well, or"),
            };
            let live = format!(
                "ask a DNS server with `--live {}`",
                sip.domain.to_string().trim_end_matches('.')
            );
            let help = match similar {
                Some(host) if is_mistyped => {
                    format!("did you mean `{host}`? If not, {source} {live}")
                }
                Some(host) => format!("{source} {live}; or did you mean `{host}`?"),
                None => format!("{source} {live}"),
            };
            let finding = findings
                .at(
                    srv.target.span,
                    format!(
                        "`{target}` is not in the given data: its address could not be checked"
                    ),
                )
                .help(help);
            let finding = finding.severity(if is_mistyped {
                Severity::Warning
            } else {
                Severity::Note
            });
            findings.push(finding.about(Subject::Token(srv.target.span)));
        }
    }
}
