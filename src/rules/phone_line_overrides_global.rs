//! `phone-line-overrides-global`: servers of all lines that a line does not use.

use std::collections::BTreeMap;

use super::{Facts, Findings, setting};
use crate::phone::ServerSettings;

/// Compares the servers of each line with those of all lines; one finding a file.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for settings in &site.settings() {
        if settings.is_template() {
            continue;
        }
        let servers = settings.servers();
        let mut lines: BTreeMap<Option<u32>, Vec<&ServerSettings<'_>>> = BTreeMap::new();
        for server in &servers {
            if !server.proxy && server.filled("address").is_some() {
                lines.entry(server.line).or_default().push(server);
            }
        }
        let Some(common) = lines.remove(&None) else {
            continue;
        };
        let Some(dead) = common[0].filled("address") else {
            continue;
        };
        let common = targets(&common);
        let differing: Vec<_> = lines
            .into_iter()
            .filter(|(_, own)| targets(own) != common)
            .filter_map(|(line, own)| Some((line?, own[0].filled("address")?)))
            .collect();
        let Some((line, _)) = differing.first() else {
            continue;
        };
        let whose = match differing.len() {
            1 => format!("line {line}, which has"),
            count => format!("{}, which have", setting::count(count, "line")),
        };
        let mut finding = setting::finding(
            findings,
            settings,
            dead.value.span,
            format!("`voIpProt.server` has no effect on {whose} other servers"),
        )
        .help(
            "keep one of the two: a line's `reg.x.server.y.address` takes the place of all \
             `voIpProt.server` settings for that line",
        );
        for (line, address) in differing.iter().take(3) {
            finding = finding.related(address.value.span, format!("line {line} registers here"));
        }
        findings.push(finding);
    }
}

/// What a list of servers comes to.
fn targets(servers: &[&ServerSettings<'_>]) -> Vec<(String, u16, String)> {
    servers
        .iter()
        .filter_map(|server| server.entry())
        .map(|entry| {
            let transport = entry.transport.value.as_str().to_owned();
            (
                entry.address.value.to_ascii_lowercase(),
                entry.port.value,
                transport,
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::rules::phone_testing::{of, reported, site};

    const RULE: &str = "phone-line-overrides-global";

    #[test]
    fn servers_that_differ_are_one_finding_a_file() {
        let text = r#"<a voIpProt.server.1.address="old.local" reg.1.server.1.address="eslab.local" reg.2.server.1.address="eslab.local"/>"#;
        assert_eq!(reported(RULE, text), ["warning: old.local"]);
        let found = of(RULE, &site(&[text]));
        assert!(
            found[0].message.contains("2 lines, which have"),
            "{}",
            found[0].message
        );
        let text = r#"<a voIpProt.server.1.address="eslab.local" voIpProt.server.1.port="5060" reg.1.server.1.address="eslab.local"/>"#;
        assert_eq!(reported(RULE, text), ["warning: eslab.local"]);
    }

    #[test]
    fn the_same_servers_twice_are_fine() {
        let text = r#"<a voIpProt.server.1.address="eslab.local" reg.1.server.1.address="ESLAB.local" reg.1.server.1.port="0"/>"#;
        assert_eq!(reported(RULE, text), [""; 0]);
        let text = r#"<a voIpProt.server.1.address="" voIpProt.server.1.port="5060" reg.1.server.1.address="eslab.local"/>"#;
        assert_eq!(reported(RULE, text), [""; 0]);
    }
}
