//! `phone-failover-prerequisite`: a failover setting without the one it needs.

use hashbrown::HashSet;

use super::{Facts, Findings, setting};
use crate::finding::{Edit, Fix};
use crate::fix::{Field, set};
use crate::phone::{Parameter, ServerSettings, Settings, parameter};
use crate::site::Site;

const RE_REGISTER: &str = "failOver.reRegisterOn";
const FAIL_REGISTRATION: &str = "failOver.failRegistrationOn";
const ONLY_REGISTERED: &str = "failOver.onlySignalWithRegistered";
const MODE: &str = "failOver.failBack.mode";
const TIMEOUT: &str = "failOver.failBack.timeout";

/// Looks at every server and proxy, forms that nobody filled in apart.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    for settings in &site.settings() {
        if settings.is_template() {
            continue;
        }
        // What takes a server's place has settings of its own; another rule says so.
        let entries = settings.entries().into_iter();
        let dead: HashSet<_> = entries
            .filter(|entry| entry.overridden_by.is_some())
            .map(|entry| entry.prefix)
            .collect();
        for server in settings.servers() {
            if !server.is_blank() && !dead.contains(&server.prefix) {
                check_server(site, findings, settings, &server);
            }
        }
    }
}

fn check_server(
    site: &Facts,
    findings: &mut Findings,
    settings: &Settings<'_>,
    server: &ServerSettings<'_>,
) {
    // Of one that is misspelt, or has a value that none permits, other rules speak.
    let is_spoken_of = |name: &str| {
        let is_permitted = |one: &Parameter| {
            let spec = parameter::find(&one.name.value);
            spec.is_none_or(|spec| spec.check(&one.value.value).is_ok())
        };
        let name_of_server = format!("{}.{name}", server.prefix);
        site.misspelt().is_meant(settings, &name_of_server)
            || server.get(name).is_some_and(|one| !is_permitted(one))
    };
    let needed = |names: &[&'static str]| -> Vec<&'static str> {
        let off = names.iter().copied().filter(|name| !server.is_on(name));
        off.filter(|name| !is_spoken_of(name)).collect()
    };
    for (name, prerequisites) in [
        (FAIL_REGISTRATION, &[RE_REGISTER][..]),
        (ONLY_REGISTERED, &[RE_REGISTER, FAIL_REGISTRATION]),
    ] {
        let missing = needed(prerequisites);
        if let Some(parameter) = server.get(name)
            && server.is_on(name)
            && !missing.is_empty()
            && !is_list_of_defaults(server, parameter, &missing)
        {
            let missing = Missing {
                names: &missing,
                value: "1",
            };
            report(site, findings, settings, server, parameter, &missing);
        }
    }
    let has_duration = server
        .get(MODE)
        .is_some_and(|mode| mode.value.value.trim().eq_ignore_ascii_case("duration"));
    if let Some(timeout) = server.filled(TIMEOUT)
        && !has_duration
        && !is_spoken_of(MODE)
        && !is_list_of_defaults(server, timeout, &[MODE])
    {
        let missing = Missing {
            names: &[MODE],
            value: "duration",
        };
        report(site, findings, settings, server, timeout, &missing);
    }
}

/// A parameter that is set to its default, beside what it needs and does not get: all that is
/// said is what the handset does anyway.
fn is_list_of_defaults(
    server: &ServerSettings<'_>,
    parameter: &Parameter,
    needed: &[&str],
) -> bool {
    is_default(server, parameter) && needed.iter().all(|name| server.filled(name).is_some())
}

fn is_default(server: &ServerSettings<'_>, parameter: &Parameter) -> bool {
    let mut chosen = server.chosen();
    !chosen.any(|(_, chosen)| chosen.name.span == parameter.name.span)
}

/// Settings that are needed, and the value that each of them must have.
struct Missing<'m> {
    names: &'m [&'m str],
    value: &'m str,
}

fn report(
    site: &Site,
    findings: &mut Findings,
    settings: &Settings<'_>,
    server: &ServerSettings<'_>,
    parameter: &Parameter,
    missing: &Missing<'_>,
) {
    let Missing { names, value } = missing;
    let edits = edits(site, server, parameter, missing);
    let names = names.iter().map(|name| format!("{}.{name}", server.prefix));
    let needed: Vec<_> = names
        .clone()
        .map(|name| setting::attribute(&name, value))
        .collect();
    let changes = names.map(|name| set(name, Field::text(*value))).collect();
    let finding = setting::finding(
        findings,
        settings,
        parameter.name.span,
        format!(
            "`{}` has no effect without {}",
            parameter.name.value,
            needed.join(" and ")
        ),
    )
    .help(help(server, parameter, missing));
    let finding = missing
        .names
        .iter()
        .filter_map(|name| server.get(name))
        .fold(finding, |finding, other| {
            let said = if other.value.value.is_empty() {
                "left at its default"
            } else {
                "set to this"
            };
            finding.related(other.value.span, said)
        });
    findings.push(finding.fix(Fix {
        title: "set what it needs".into(),
        edits,
        changes,
        ..Fix::default()
    }));
}

/// What to set, what it is where it is not set, and what is lost with the setting.
fn help(server: &ServerSettings<'_>, parameter: &Parameter, missing: &Missing<'_>) -> String {
    let names = missing.names.iter();
    let names = names.map(|name| (name, format!("{}.{name}", server.prefix)));
    let needed = names.map(|(name, full)| {
        let needed = setting::attribute(&full, missing.value);
        match parameter::find(&full) {
            Some(spec) if server.filled(name).is_none() => {
                format!("{needed} (its default is {})", spec.default)
            }
            _ => needed,
        }
    });
    let needed = needed.collect::<Vec<_>>().join(" and ");
    if is_default(server, parameter) {
        let value = parameter.value.value.trim();
        format!("set {needed}, or delete the setting: {value} is its default")
    } else {
        format!("set {needed}, or delete the setting")
    }
}

/// The file with the settings: those that are there get the value, the others come behind the
/// first failover setting of the server, so that they come once for all that need them. None
/// where a quote does not end its value.
fn edits(
    site: &Site,
    server: &ServerSettings<'_>,
    parameter: &Parameter,
    missing: &Missing<'_>,
) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut added = Vec::new();
    for name in missing.names {
        if let Some(there) = server.get(name) {
            edits.push(Edit::replace(there.value.span, missing.value));
        } else {
            let name = format!("{}.{name}", server.prefix);
            added.push(setting::attribute(&name, missing.value));
        }
    }
    if added.is_empty() {
        return edits;
    }
    let mut beside = server.parameters().filter(|(name, other)| {
        name.starts_with("failOver.") && other.value.span.source == parameter.value.span.source
    });
    let (_, parameter) = beside.next().unwrap_or(("", parameter));
    let Some(added) = setting::added_behind(site, parameter, &added) else {
        return Vec::new();
    };
    edits.push(added);
    edits
}

#[cfg(test)]
mod tests {
    use crate::rules::phone_testing::reported;

    const RULE: &str = "phone-failover-prerequisite";

    /// Parameters of `reg.1.server.1.failOver` that are reported.
    fn found(settings: &[(&str, &str)]) -> Vec<String> {
        let settings: Vec<_> = settings
            .iter()
            .map(|(name, value)| format!("reg.1.server.1.failOver.{name}=\"{value}\""))
            .collect();
        let settings = settings.join(" ");
        let text = format!("<a reg.1.server.1.address=\"eslab.local\" {settings}/>");
        let prefix = "warning: reg.1.server.1.failOver.";
        reported(RULE, &text)
            .into_iter()
            .map(|found| found.trim_start_matches(prefix).to_owned())
            .collect()
    }

    #[test]
    fn each_setting_needs_what_the_guide_says() {
        assert_eq!(
            found(&[("failRegistrationOn", "1")]),
            ["failRegistrationOn"]
        );
        assert_eq!(
            found(&[("onlySignalWithRegistered", "1"), ("reRegisterOn", "1")]),
            ["onlySignalWithRegistered"]
        );
        assert_eq!(
            found(&[("failBack.timeout", "60"), ("failBack.mode", "DNSTTL")]),
            ["failBack.timeout"]
        );
        assert_eq!(found(&[("failBack.timeout", "60")]), ["failBack.timeout"]);
        // Defaults that somebody picked out, or that the rest was set for.
        for settings in [
            &[("onlySignalWithRegistered", "1")][..],
            &[("onlySignalWithRegistered", "1"), ("reRegisterOn", "0")],
            &[
                ("onlySignalWithRegistered", "1"),
                ("reRegisterOn", "1"),
                ("failRegistrationOn", ""),
            ],
        ] {
            assert_eq!(
                found(settings),
                ["onlySignalWithRegistered"],
                "{settings:?}"
            );
        }
        assert_eq!(found(&[("failBack.timeout", "3600")]), ["failBack.timeout"]);
    }

    #[test]
    fn whole_sets_and_settings_that_are_off_are_fine() {
        for settings in [
            &[
                ("failRegistrationOn", "1"),
                ("reRegisterOn", "1"),
                ("onlySignalWithRegistered", "1"),
            ][..],
            &[
                ("failRegistrationOn", "0"),
                ("onlySignalWithRegistered", "0"),
            ],
            // As templates and exports list what is set by default.
            &[
                ("failBack.mode", "registration"),
                ("failBack.timeout", "3600"),
                ("failRegistrationOn", "0"),
                ("onlySignalWithRegistered", "1"),
                ("reRegisterOn", "0"),
            ],
            &[("failBack.timeout", "60"), ("failBack.mode", "duration")],
            &[("failBack.timeout", ""), ("failBack.mode", "registration")],
        ] {
            assert_eq!(found(settings), [""; 0], "{settings:?}");
        }
        let form =
            r#"<a reg.1.server.1.address="" reg.1.server.1.failOver.failBack.timeout="3600"/>"#;
        assert_eq!(reported(RULE, form), [""; 0]);
    }
}
