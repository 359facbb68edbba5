//! `phone-address-missing`: a server's settings without its address, a line without a server or
//! without a user.

use std::cell::LazyCell;

use hashbrown::HashSet;

use super::{Facts, Findings, provisioning, setting};
use crate::finding::{Finding, Fix};
use crate::fix::{Field, set};
use crate::phone::provisioning::{Group, LIST, TAG};
use crate::phone::{Configuration, Parameter, ServerSettings, Settings};
use crate::rule::Severity;

mod user;

/// What a handset does when a server is down: periods, failover and retries.
const CONDUCT: [&str; 4] = ["expires", "failOver.", "registerRetry.", "retry"];

/// Lines and empty addresses that are shown beside the first line.
const SHOWN: usize = 3;

/// Looks at every server without an address, in files that configure something, and at every
/// line with a user.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let every_setting = site.settings();
    let addresses = addresses(&every_setting);
    let groups = || site.provisioning.groups.iter().zip(&every_setting);
    // The lines whose server a file names that nobody is known to read: all, where it is no line's.
    let elsewhere: HashSet<Option<u32>> = groups()
        .filter(|(group, _)| group.is_lone())
        .flat_map(|(_, settings)| lines_with_server(&settings.servers()))
        .collect();
    for (group, settings) in groups() {
        if settings.is_template() || settings.is_damaged() {
            continue;
        }
        user::check(site, group, settings, findings);
        let servers = settings.servers();
        let lines = LineServers::of(settings, &servers);
        let dead = dead_servers(site, settings, &servers, &lines, &addresses);
        for (server, setting, severity) in &dead {
            let finding = report(findings, settings, &lines, server, setting);
            findings.push(finding.severity(*severity));
        }
        if !settings.is_whole() || elsewhere.contains(&None) {
            continue;
        }
        // Those of dead servers are spoken of.
        let spoken_of: HashSet<Option<u32>> = dead.iter().map(|(server, ..)| server.line).collect();
        if spoken_of.contains(&None) {
            continue;
        }
        let mut without = lines_without_server(site, settings, &lines);
        without.retain(|(line, _)| {
            !spoken_of.contains(&Some(*line)) && !elsewhere.contains(&Some(*line))
        });
        if let [(line, user), others @ ..] = &*without {
            let name = match others {
                [] => format!("reg.{line}.server.1.address"),
                _ => "voIpProt.server.1.address".to_owned(),
            };
            let first = (*line, *user);
            // Of several lines one may be left over, and of a handset's only file not all is known;
            // without any line the handset is of no use.
            let default = default_instead(site, group);
            let is_provisioned = default.is_some() || group.reading.files().count() > 1;
            let registers = |line: &u32| {
                let of_line = format!("reg.{line}.server.1.register");
                let names = [of_line.as_str(), "voIpProt.server.1.register"];
                let mut settings = names.iter().filter_map(|name| settings.get(name));
                settings.all(|register| register.value.value.trim() != "0")
            };
            let is_useless = is_provisioned
                && settings.lines().count() == without.len()
                && without.iter().all(|(line, _)| registers(line));
            let severity = if is_useless {
                Severity::Error
            } else {
                Severity::Warning
            };
            let finding = report_line(findings, settings, &servers, first, others);
            let mut finding = finding.severity(severity);
            if let Some(default) = default {
                finding = finding.help(read_list_too(default));
            }
            let shown = others.iter().take(SHOWN);
            let finding = shown.fold(finding, |finding, (line, user)| {
                finding.related(user.value.span, format!("line {line} has none either"))
            });
            findings.push(finding.fix(set_address(name)));
        }
    }
}

/// The default master file beside a handset's own, which is read in its place and lists nothing.
fn default_instead<'s>(site: &'s Facts<'_>, group: &Group) -> Option<&'s Configuration> {
    let files = &site.configurations;
    let own = site
        .provisioning
        .configuration(files, group.reading.master()?)?;
    own.mac.filter(|_| own.get(LIST).is_none())?;
    provisioning::default_beside(site, own.source).filter(|default| default.get(LIST).is_some())
}

/// What to do about a handset's own file that keeps the handset from the list of all others.
fn read_list_too(default: &Configuration) -> String {
    let list = default.get(LIST).map_or("", |list| &list.value.value);
    let mut names = list.split(',').map(str::trim);
    let own = names.find(|name| name.contains(TAG));
    let instead = own.map(|name| {
        let name = name.replace(TAG, "<MAC>");
        format!(", or move what it sets to `{name}`, which that list names")
    });
    format!(
        "the handset reads this file in the place of `000000000000.cfg`, and nothing of the list \
         there: add `CONFIG_FILES` to it{}",
        instead.unwrap_or_default()
    )
}

/// The servers without an address that have other settings, one of these, and how bad that is.
fn dead_servers<'s, 'a>(
    site: &Facts,
    settings: &Settings<'a>,
    servers: &'s [ServerSettings<'a>],
    lines: &LineServers,
    addresses: &HashSet<String>,
) -> Vec<(&'s ServerSettings<'a>, &'a Parameter, Severity)> {
    let is_form = LazyCell::new(|| is_form(settings, servers));
    let line_servers = lines.any_of_a_line();
    let dead = servers.iter().filter(|server| {
        let is_overridden = server.line.is_none() && line_servers;
        // What a lone file leaves out, another one may have.
        let is_elsewhere = !settings.is_whole() && addresses.contains(&server.prefix);
        let is_there = may_have_address(server);
        // Of the server that DHCP names these may be port and transport.
        let is_of_dhcp = lines.asks_dhcp && server.line.is_none();
        let is_form = server.get("address").is_some() && *is_form;
        let is_known = is_overridden || is_elsewhere || is_there || is_of_dhcp || is_form;
        !server.proxy && !is_known
    });
    let dead = dead.filter_map(|server| {
        let (setting, severity) = dead_setting(settings, server)?;
        let address = format!("{}.address", server.prefix);
        let is_misspelt = site.misspelt().is_meant(settings, &address);
        (!is_misspelt).then_some((server, setting, severity))
    });
    dead.collect()
}

/// The lines with a user that have neither a server nor a proxy.
fn lines_without_server<'a>(
    site: &Facts,
    settings: &Settings<'a>,
    servers: &LineServers,
) -> Vec<(u32, &'a Parameter)> {
    let lines = settings.lines();
    let mut lines: Vec<_> = lines
        .filter(|(line, _)| servers.instead(Some(*line)).is_none())
        .collect();
    if !lines.is_empty() {
        let emptied: HashSet<_> = settings
            .parameters()
            .filter(|parameter| parameter.value.value.is_empty())
            .map(|parameter| (&*parameter.name.value, parameter.name.span.source))
            .collect();
        lines.retain(|(_, user)| !emptied.contains(&(&*user.name.value, user.name.span.source)));
    }
    if !lines.is_empty() && site.misspelt().has_address(settings) {
        lines.clear();
    }
    lines
}

/// What a line registers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Instead {
    /// Servers of its own.
    Own,
    /// Those of all lines.
    Common,
    /// An outbound proxy, its own or that of all lines.
    Proxy,
    /// What DHCP names.
    Dhcp,
}

/// Which lines have a server or a proxy with an address; `None` stands for all lines.
struct LineServers {
    servers: HashSet<Option<u32>>,
    proxies: HashSet<Option<u32>>,
    asks_dhcp: bool,
}

impl LineServers {
    fn of(settings: &Settings<'_>, servers: &[ServerSettings<'_>]) -> Self {
        let of = |proxy| {
            let servers = servers.iter().filter(|server| server.proxy == proxy);
            let filled = servers.filter(|server| may_have_address(server));
            filled.map(|server| server.line).collect()
        };
        Self {
            servers: of(false),
            proxies: of(true),
            asks_dhcp: settings.asks_dhcp(),
        }
    }

    fn any_of_a_line(&self) -> bool {
        let mut lines = self.servers.iter().chain(&self.proxies);
        lines.any(Option::is_some)
    }

    /// What that line registers with; `None` where it does not register.
    fn instead(&self, line: Option<u32>) -> Option<Instead> {
        [
            (self.servers.contains(&line), Instead::Own),
            (self.servers.contains(&None), Instead::Common),
            (
                self.proxies.contains(&line) || self.proxies.contains(&None),
                Instead::Proxy,
            ),
            (self.asks_dhcp, Instead::Dhcp),
        ]
        .into_iter()
        .find_map(|(is_there, instead)| is_there.then_some(instead))
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

/// Its address is not empty, or it is not known which of several counts: of two in one file
/// nobody says so, and `provisioning-shadowed-value` speaks of them.
fn may_have_address(server: &ServerSettings<'_>) -> bool {
    let Some(first) = server.get("address") else {
        return false;
    };
    let file = first.name.span.source;
    let mut of_file = server
        .parameters()
        .filter(|(suffix, address)| *suffix == "address" && address.name.span.source == file);
    of_file.any(|(_, address)| !address.value.value.is_empty())
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

fn report(
    findings: &Findings,
    settings: &Settings<'_>,
    lines: &LineServers,
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
        instead(settings, lines, server.line)
    ))
    .fix(set_address(name));
    match server.get("address") {
        Some(address) => finding.related(address.value.span, "the address is empty"),
        None => finding,
    }
}

fn report_line(
    findings: &Findings,
    settings: &Settings<'_>,
    servers: &[ServerSettings<'_>],
    (line, user): (u32, &Parameter),
    others: &[(u32, &Parameter)],
) -> Finding {
    let message = match others {
        [] => format!("line {line} has a user and no server: handsets do not register it"),
        [(other, _)] => format!(
            "lines {line} and {other} have a user and no server: handsets do not register them"
        ),
        _ => format!(
            "line {line} and {} others have a user and no server: handsets do not register them",
            others.len()
        ),
    };
    let finding = setting::finding(findings, settings, user.value.span, message).help(format!(
        "set `reg.{line}.server.1.address`, or `voIpProt.server.1.address` for all lines, in a \
         file that these handsets read; delete the user if the line is not needed"
    ));
    let of_line = servers.iter().filter(|server| server.is_of(line));
    let empty = of_line
        .filter(|server| !server.proxy)
        .filter_map(|server| server.get("address"))
        .take(SHOWN);
    empty.fold(finding, |finding, address| {
        finding.related(address.value.span, "the address is empty")
    })
}

/// What is used in the place of a server without an address.
fn instead(settings: &Settings<'_>, lines: &LineServers, line: Option<u32>) -> String {
    let Some(number) = line else {
        return "handsets have no such server".to_owned();
    };
    match lines.instead(line) {
        Some(Instead::Own) => format!("line {number} uses its servers with an address alone"),
        Some(Instead::Proxy) => format!("line {number} uses its outbound proxy"),
        Some(Instead::Dhcp) => format!("line {number} asks DHCP for its server"),
        None if settings.is_whole() => format!("line {number} has no server"),
        Some(Instead::Common) | None => {
            format!("line {number} uses the `voIpProt.server` settings instead")
        }
    }
}

fn lines_with_server(servers: &[ServerSettings<'_>]) -> Vec<Option<u32>> {
    let servers = servers.iter();
    let with_address = servers.filter(|server| server.filled("address").is_some());
    with_address.map(|server| server.line).collect()
}

fn set_address(name: String) -> Fix {
    set_to(name, Field::blank("SIP domain"))
}

fn set_to(name: String, value: Field) -> Fix {
    Fix {
        title: format!("set `{name}`"),
        changes: vec![set(name, value)],
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
            (
                r#"<a reg.1.outboundProxy.address="eslab.local" reg.1.server.1.port="5060"/>"#,
                "line 1 uses its outbound proxy",
            ),
            (
                r#"<a voIpProt.SIP.outboundProxy.address="a" reg.1.server.1.port="5060"/>"#,
                "line 1 uses its outbound proxy",
            ),
            (
                r#"<a voIpProt.server.dhcp.available="1" reg.1.server.1.port="5060"/>"#,
                "line 1 asks DHCP for its server",
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
        for text in [
            r#"<a reg.1.server.1.adress="eslab.local" reg.1.server.1.port="5060"/>"#,
            r#"<a reg.1.server..1.address="eslab.local" reg.1.server.1.port="5060"/>"#,
            r#"<a reg.1.address="1512" voIpProt.server.0.address="eslab.local"/>"#,
        ] {
            assert_eq!(reported(RULE, text), [""; 0], "{text}");
        }
    }
}
