//! `phone-device-not-set`: device settings that are not applied.

use std::collections::HashSet;

use super::{Facts, Findings, setting};
use crate::finding::{Edit, Fix};
use crate::fix::{Field, set};
use crate::phone::{Parameter, Settings};

const SETTINGS: [&str; 3] = [
    "device.dns.serverAddress",
    "device.dns.altSrvAddress",
    "device.dns.domain",
];

/// Looks at the DNS settings of the device; a switch in another file of the site counts.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let every_setting = site.settings();
    let on = switches_on(&every_setting);
    for settings in &every_setting {
        // What a lone file leaves out, another one may have.
        let is_on = |name: &str| {
            is_on(settings, name)
                || !settings.is_whole() && on.contains(name)
                || site.misspelt().is_meant(settings, name)
        };
        let filled: Vec<_> = SETTINGS
            .iter()
            .filter_map(|name| settings.get(name))
            .filter(|parameter| !parameter.value.value.is_empty())
            .collect();
        let mut without: Vec<_> = filled
            .iter()
            .filter(|parameter| !is_on(&switch(parameter)))
            .copied()
            .collect();
        let mut missing: Vec<_> = without.iter().map(|parameter| switch(parameter)).collect();
        if !is_on("device.set") {
            missing.insert(0, "device.set".to_owned());
            without.clone_from(&filled);
        }
        if let Some(first) = without.first() {
            report(findings, settings, first, &without[1..], &missing);
        }
    }
}

/// The switches that are turned on anywhere.
fn switches_on(settings: &[Settings<'_>]) -> HashSet<String> {
    let names = SETTINGS.iter().map(|name| format!("{name}.set"));
    let names = names.chain(["device.set".to_owned()]);
    names
        .filter(|name| settings.iter().any(|settings| is_on(settings, name)))
        .collect()
}

fn is_on(settings: &Settings<'_>, name: &str) -> bool {
    settings
        .get(name)
        .is_some_and(|switch| switch.value.value.trim() == "1")
}

fn switch(parameter: &Parameter) -> String {
    format!("{}.set", parameter.name.value)
}

fn report(
    findings: &mut Findings,
    settings: &Settings<'_>,
    first: &Parameter,
    others: &[&Parameter],
    missing: &[String],
) {
    let switches: Vec<_> = missing
        .iter()
        .map(|name| setting::attribute(name, "1"))
        .collect();
    let mut finding = setting::finding(
        findings,
        settings,
        first.name.span,
        format!(
            "`{}` is not applied without {}",
            first.name.value,
            switches.join(" and ")
        ),
    )
    .help(format!("add {}", switches.join(" ")));
    for other in others {
        finding = finding.related(other.name.span, "nor is this one");
    }
    // A switch that is there and off is changed, those that are not there are added.
    let (there, absent): (Vec<_>, Vec<_>) = missing
        .iter()
        .zip(&switches)
        .partition(|(name, _)| settings.get(name).is_some());
    let there = there.into_iter().filter_map(|(name, _)| {
        let off = settings.get(name)?;
        let on = if off.value.value.is_empty() {
            "\"1\""
        } else {
            "1"
        };
        Some(Edit::replace(off.value.span, on))
    });
    let mut added = String::new();
    for (_, switch) in absent {
        added.push_str(switch);
        added.push(' ');
    }
    let at = first.name.span;
    let insertion = Edit {
        source: at.source,
        start: at.start,
        end: at.start,
        text: added,
    };
    let absent = Some(insertion).filter(|edit| !edit.text.is_empty());
    let edits = there.chain(absent).collect();
    let changes = missing.iter().map(|name| set(name, Field::text("1")));
    findings.push(finding.fix(Fix {
        title: "switch the settings on".into(),
        edits,
        changes: changes.collect(),
        ..Fix::default()
    }));
}

#[cfg(test)]
mod tests {
    use crate::rules::phone_testing::{repaired, reported, reported_in, site};

    const RULE: &str = "phone-device-not-set";

    #[test]
    fn settings_without_their_switches_are_one_finding() {
        let text = r#"<a device.dns.serverAddress="10.225.2.35" device.dns.domain="eslab.local"/>"#;
        assert_eq!(reported(RULE, text), ["warning: device.dns.serverAddress"]);
        let text = r#"<a device.set="1" device.dns.serverAddress="10.225.2.35" device.dns.serverAddress.set="1" device.dns.domain="eslab.local" device.dns.domain.set="0"/>"#;
        assert_eq!(reported(RULE, text), ["warning: device.dns.domain"]);
    }

    #[test]
    fn the_repair_switches_them_on() {
        let text = r#"<a device.set="0" device.dns.domain="eslab.local"/>"#;
        let repaired = repaired(RULE, text);
        assert_eq!(
            repaired,
            r#"<a device.set="1" device.dns.domain.set="1" device.dns.domain="eslab.local"/>"#
        );
        assert_eq!(reported(RULE, &repaired), [""; 0]);
    }

    #[test]
    fn switches_in_another_file_count() {
        let value = r#"<a device.dns.domain="eslab.local" device.dns.domain.set="1" device.dns.serverAddress=""/>"#;
        let switch = r#"<a device.set="1"/>"#;
        assert_eq!(reported_in(RULE, &site(&[value, switch])), [""; 0]);
    }
}
