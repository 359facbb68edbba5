//! `host-label-invalid`: a SIP server whose name is no host name.

use super::{Facts, Findings};
use crate::dns::{Name, RecordType};
use crate::finding::Subject;
use crate::fix::in_presentation_format;
use crate::site::is_sip_service;

/// Looks at the targets of SIP SRV records, below the zone they are in: the zone's own name
/// may come from a file's.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for (index, view) in site.views.iter().enumerate() {
        // Every target is one of these hosts, and almost every host is named as it should be.
        let mut hosts = site.sip_hosts(index).iter();
        if hosts.all(|host| host.name.iter().all(is_host)) {
            continue;
        }
        for set in view.sets(RecordType::SRV) {
            if !is_sip_service(&set.owner) {
                continue;
            }
            for (_, srv) in set.srv() {
                let target = &srv.target.name;
                if target.iter().all(is_host) {
                    continue;
                }
                let apex = view.apex_of(target).map_or(0, |apex| apex.iter().len());
                let below = target.iter().len() - apex;
                let Some(label) = invalid_label(target, below) else {
                    continue;
                };
                let token = srv.target.span;
                let name = in_presentation_format(target);
                findings.push(
                    findings
                        .at(token, format!("`{name}` is no valid host name"))
                        .label(format!("`{label}` has characters a host name cannot have"))
                        .help(
                            "rename the host to letters, digits and hyphens, with neither a \
                             hyphen first nor last in a label: A record, SRV target and PTR record",
                        )
                        .about(Subject::Token(token)),
                );
            }
        }
    }
}

fn is_host(label: &[u8]) -> bool {
    let inner = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    label.iter().all(inner) && !label.starts_with(b"-") && !label.ends_with(b"-")
}

/// Of the first `count` labels, the first that is not made of letters, digits and inner hyphens (RFC 952,
/// RFC 1123 2.1).
fn invalid_label(name: &Name, count: usize) -> Option<String> {
    let invalid = name.iter().take(count).find(|label| !is_host(label))?;
    let alone = Name::from_labels([invalid]).ok()?;
    Some(
        in_presentation_format(&alone)
            .trim_end_matches('.')
            .to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_letters_digits_and_inner_hyphens() {
        let invalid = |text: &str| {
            let labels = text.trim_end_matches('.').split('.').map(str::as_bytes);
            let name = Name::from_labels(labels).expect("a name");
            invalid_label(&name, name.iter().len() - 1)
        };
        for good in ["a.b.", "sip-1.x.", "10.x.", "a.b_c."] {
            assert_eq!(invalid(good), None, "{good}");
        }
        for (bad, label) in [("sip_1.x.", "sip_1"), ("-a.x.", "-a"), ("a.b-.x.", "b-")] {
            assert_eq!(invalid(bad).as_deref(), Some(label), "{bad}");
        }
    }
}
