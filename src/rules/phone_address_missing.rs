//! `phone-address-missing`: a server's settings without its address.

use hashbrown::HashSet;

use super::{Facts, Findings, setting};
use crate::finding::{Finding, Fix};
use crate::fix::{Field, set};
use crate::phone::{Parameter, ServerSettings, Settings, parameter};
use crate::rule::Severity;

/// What a handset does when a server is down: periods, failover and retries.
const CONDUCT: [&str; 4] = ["expires", "failOver.", "registerRetry.", "retry"];

/// Looks at every server without an address, in files that configure something.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let every_setting = site.settings();
    let addresses = addresses(&every_setting);
    for settings in &every_setting {
        if settings.is_template() {
            continue;
        }
        let servers = settings.servers();
        let is_form = is_form(settings, &servers);
        let line_servers = servers
            .iter()
            .any(|server| server.line.is_some() && server.filled("address").is_some());
        for server in &servers {
            let is_overridden = server.line.is_none() && line_servers;
            // What a lone file leaves out, another one may have.
            let is_elsewhere = !settings.is_whole() && addresses.contains(&server.prefix);
            if server.proxy || is_overridden || is_elsewhere || server.filled("address").is_some() {
                continue;
            }
            if server.get("address").is_some() && is_form {
                continue;
            }
            if let Some((setting, severity)) = dead_setting(settings, server)
                && !has_misspelt_address(server)
            {
                findings
                    .push(report(findings, settings, &servers, server, setting).severity(severity));
            }
        }
    }
}

/// Every prefix with an address, in whichever file.
fn addresses(settings: &[Settings<'_>]) -> HashSet<String> {
    let servers = settings.iter().flat_map(Settings::servers);
    servers
        .filter(|server| server.filled("address").is_some())
        .map(|server| server.prefix)
        .collect()
}

/// Neither a user nor a server: the form that the maker ships.
fn is_form(settings: &Settings<'_>, servers: &[ServerSettings<'_>]) -> bool {
    settings.identity(None).user.is_none()
        && servers
            .iter()
            .all(|server| server.filled("address").is_none())
}

/// A setting that somebody chose: shipped files carry the default transport of servers that
/// they do not use. Without its port or transport a line registers all the same, elsewhere.
fn dead_setting<'a>(
    settings: &Settings<'_>,
    server: &ServerSettings<'a>,
) -> Option<(&'a Parameter, Severity)> {
    let mentions_address = server.get("address").is_some();
    let port = server
        .filled("port")
        .filter(|port| !mentions_address || port.value.value.trim() != "0");
    let transport = server
        .filled("transport")
        .filter(|transport| !transport.value.value.eq_ignore_ascii_case("DNSnaptr"));
    if let Some(target) = port.or(transport) {
        return Some((target, Severity::Error));
    }
    // A lone file of failover settings, or the form of a server, leaves the address to others.
    let is_judged = settings.is_whole() && !mentions_address;
    let is_conduct = |suffix: &str| CONDUCT.iter().any(|family| suffix.starts_with(family));
    let mut conduct = server.chosen().filter(|(suffix, _)| is_conduct(suffix));
    let (_, setting) = conduct.next().filter(|_| is_judged)?;
    Some((setting, Severity::Warning))
}

/// `phone-parameter-unknown` speaks of `reg.1.server.1.adress`.
fn has_misspelt_address(server: &ServerSettings<'_>) -> bool {
    server.parameters().any(|(_, candidate)| {
        let name = candidate.name.value.as_str();
        parameter::find(name).is_none()
            && parameter::nearest(name).is_some_and(|meant| meant.ends_with(".address"))
    })
}

fn report(
    findings: &Findings,
    settings: &Settings<'_>,
    servers: &[ServerSettings<'_>],
    server: &ServerSettings<'_>,
    dead: &Parameter,
) -> Finding {
    let name = format!("{}.address", server.prefix);
    let finding = setting::finding(
        findings,
        settings,
        dead.name.span,
        format!("`{}` has no effect: `{name}` is not set", dead.name.value),
    )
    .help(format!(
        "set `{name}`, or delete the settings of `{}`: {}",
        server.prefix,
        instead(settings, servers, server.line)
    ))
    .fix(set_address(name));
    match server.get("address") {
        Some(address) => finding.related(address.value.span, "the address is empty"),
        None => finding,
    }
}

/// What is used in the place of a server without an address.
fn instead(settings: &Settings<'_>, servers: &[ServerSettings<'_>], line: Option<u32>) -> String {
    let has_server = |line| has_address(servers, |server| !server.proxy && server.line == line);
    match line {
        None => "handsets have no such server".to_owned(),
        Some(number) if has_server(line) => {
            format!("line {number} uses its servers with an address alone")
        }
        Some(number) if settings.is_whole() && !has_server(None) => {
            format!("line {number} has no server")
        }
        Some(number) => format!("line {number} uses the `voIpProt.server` settings instead"),
    }
}

fn has_address(
    servers: &[ServerSettings<'_>],
    is_one: impl Fn(&ServerSettings<'_>) -> bool,
) -> bool {
    let mut servers = servers.iter().filter(|server| is_one(server));
    servers.any(|server| server.filled("address").is_some())
}

fn set_address(name: String) -> Fix {
    Fix {
        title: format!("set `{name}`"),
        changes: vec![set(name, Field::blank("SIP domain"))],
        ..Fix::default()
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::phone_testing::{of, reported, reported_in, site};

    const RULE: &str = "phone-address-missing";

    #[test]
    fn settings_without_an_address_are_reported() {
        for text in [
            r#"<a reg.1.server.1.port="5060" reg.1.server.1.transport="UDPOnly"/>"#,
            r#"<a reg.1.address="1512" reg.1.server.1.address="" reg.1.server.1.port="5060"/>"#,
            r#"<a voIpProt.server.1.address="eslab.local" reg.1.server.1.port="0"/>"#,
            r#"<a voIpProt.server.1.address="eslab.local" reg.1.server.1.address="" reg.1.server.1.port="5060"/>"#,
        ] {
            let found = reported(RULE, text);
            assert_eq!(found, ["error: reg.1.server.1.port"], "{text}");
        }
        let text = r#"<a voIpProt.server.1.address="a" voIpProt.server.2.transport="TCPOnly"/>"#;
        assert_eq!(reported(RULE, text), ["error: voIpProt.server.2.transport"]);
    }

    #[test]
    fn what_is_used_instead_is_said() {
        let help = |text: &str| {
            let found = of(RULE, &site(&[text]));
            let help = found[0].help.clone().expect("the finding has a help");
            help.rsplit(": ").next().map(str::to_owned)
        };
        for (text, instead) in [
            (
                r#"<a reg.1.server.1.address="eslab.local" reg.1.server.2.port="5060"/>"#,
                "line 1 uses its servers with an address alone",
            ),
            (
                r#"<a voIpProt.server.1.address="eslab.local" reg.1.server.2.port="5060"/>"#,
                "line 1 uses the `voIpProt.server` settings instead",
            ),
            (
                r#"<a voIpProt.server.1.address="eslab.local" voIpProt.server.2.port="5060"/>"#,
                "handsets have no such server",
            ),
        ] {
            assert_eq!(help(text).as_deref(), Some(instead), "{text}");
        }
    }

    #[test]
    fn forms_as_shipped_are_fine() {
        for text in [
            r#"<a voIpProt.server.1.address="" voIpProt.server.1.port="5060" voIpProt.server.1.transport="DNSnaptr" voIpProt.server.2.transport="DNSnaptr"/>"#,
            r#"<a reg.1.address="" reg.1.server.1.address="" reg.1.server.1.port="" reg.1.server.2.transport="DNSnaptr"/>"#,
            r#"<a voIpProt.server.1.address="eslab.local" voIpProt.server.2.transport="DNSnaptr"/>"#,
            r#"<a reg.1.server.1.address="eslab.local" voIpProt.server.1.address="" voIpProt.server.1.port="5060"/>"#,
            r#"<a reg.1.outboundProxy.address="" reg.1.outboundProxy.port="5060" reg.1.address="1512"/>"#,
        ] {
            assert_eq!(reported(RULE, text), [""; 0], "{text}");
        }
    }

    #[test]
    fn an_address_in_another_file_counts() {
        let port = r#"<a reg.1.server.1.port="5060"/>"#;
        let address = r#"<a reg.1.server.1.address="eslab.local"/>"#;
        assert_eq!(reported_in(RULE, &site(&[port, address])), [""; 0]);
    }

    #[test]
    fn a_misspelt_address_is_one_defect() {
        let text = r#"<a reg.1.server.1.adress="eslab.local" reg.1.server.1.port="5060"/>"#;
        assert_eq!(reported(RULE, text), [""; 0]);
    }
}
