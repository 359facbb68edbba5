//! `phone-retry-units`: seconds where milliseconds are meant.

use super::{Facts, Findings, setting};
use crate::finding::count;

/// Looks at every `retryTimeOut`.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for configuration in site.distinct_configurations() {
        for known in configuration.known() {
            if !known.spec.key.ends_with(".retryTimeOut") {
                continue;
            }
            let value = &known.parameter.value;
            // What is no number is the business of `phone-value-out-of-range`.
            let Ok(milliseconds) = value.value.trim().parse::<u16>() else {
                continue;
            };
            if milliseconds % 100 == 0 {
                continue;
            }
            let finding = setting::in_file(
                site,
                findings,
                value.span,
                format!(
                    "{milliseconds} milliseconds between two tries: the handset counts in steps of 100"
                ),
            );
            let in_seconds = milliseconds
                .checked_mul(1000)
                .filter(|_| milliseconds < 100);
            findings.push(match in_seconds {
                Some(meant) => finding
                    .help(format!(
                        "the unit is milliseconds: for {} write `{meant}`, for the times of RFC 3261 `0`",
                        count(milliseconds.into(), "second")
                    ))
                    .fix(setting::change(known.parameter, &known.name, &meant.to_string(), false)),
                None => finding.help("write a multiple of 100, or 0 for the times of RFC 3261"),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::phone_testing::{repaired, reported};

    const RULE: &str = "phone-retry-units";

    #[test]
    fn what_looks_like_seconds_is_reported() {
        for value in ["1", "30", "99", "150", "2050"] {
            let text = format!("<a reg.1.server.1.retryTimeOut=\"{value}\"/>");
            assert_eq!(reported(RULE, &text), [format!("warning: {value}")]);
        }
        let text = r#"<a voIpProt.server.1.retryTimeOut="30"/>"#;
        assert_eq!(
            repaired(RULE, text),
            r#"<a voIpProt.server.1.retryTimeOut="30000"/>"#
        );
    }

    #[test]
    fn hundreds_zero_and_empty_are_fine() {
        for value in ["", "0", "100", "30000", "x"] {
            let text = format!("<a reg.1.server.1.retryTimeOut=\"{value}\"/>");
            assert_eq!(reported(RULE, &text), [""; 0], "{value}");
        }
    }
}
