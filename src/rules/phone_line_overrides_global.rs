//! `phone-line-overrides-global`: settings of all lines that no line goes by.

use std::collections::BTreeMap;

use hashbrown::HashSet;

use super::{Facts, Findings, setting};
use crate::finding::{Finding, count};
use crate::phone::{Parameter, ServerSettings, Settings};

/// Settings and lines that are shown beside the first setting.
const SHOWN: usize = 3;

/// Looks at the settings of all lines where each line has servers of its own: one finding
/// for all that have no effect. What other handsets go by is not to be deleted for these.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let mut alive = HashSet::new();
    let mut overridden = Vec::new();
    let all = site.settings();
    for settings in all.iter().filter(|settings| !settings.is_template()) {
        let servers = settings.servers();
        let lines = lines_with_servers(&servers);
        let is_used = settings.lines().any(|(line, _)| !lines.contains_key(&line));
        if is_used || lines.is_empty() {
            alive.extend(chosen(&servers).map(|setting| setting.name.span));
        } else {
            overridden.push((settings, servers, lines));
        }
    }
    for (settings, servers, lines) in overridden {
        let mut dead = dead(settings, &servers, &lines);
        dead.retain(|dead| !alive.contains(&dead.setting.name.span));
        if let [first, others @ ..] = &*dead {
            let finding = report(findings, settings, first, others.len(), &lines);
            let shown = others.iter().take(SHOWN);
            findings.push(shown.fold(finding, |finding, other| {
                finding.related(other.setting.name.span, "no effect either")
            }));
        }
    }
}

/// The lines that have a server, each with the address of its first one.
fn lines_with_servers<'a>(servers: &[ServerSettings<'a>]) -> BTreeMap<u32, &'a Parameter> {
    let mut lines = BTreeMap::new();
    for server in servers.iter().filter(|server| !server.proxy) {
        if let (Some(line), Some(address)) = (server.line, server.filled("address")) {
            lines.entry(line).or_insert(address);
        }
    }
    lines
}

/// A setting of all lines, and the lines that have servers and do not say the same.
struct Dead<'a> {
    setting: &'a Parameter,
    lines: Vec<u32>,
}

/// What is set for all lines. The forms of shipped files, whose address is empty, are not looked
/// at.
fn chosen<'a>(servers: &[ServerSettings<'a>]) -> impl Iterator<Item = &'a Parameter> {
    let common = servers.iter().filter(|server| {
        let is_common = server.line.is_none() && !server.proxy;
        is_common && !server.is_blank()
    });
    let chosen = common.flat_map(ServerSettings::chosen);
    chosen.map(|(_, setting)| setting)
}

/// What is set for all lines and not repeated by each, addresses first.
fn dead<'a>(
    settings: &Settings<'a>,
    servers: &[ServerSettings<'a>],
    lines: &BTreeMap<u32, &Parameter>,
) -> Vec<Dead<'a>> {
    let dead = chosen(servers).map(|setting| {
        let lines = lines.keys().copied();
        let lines = lines.filter(|line| !repeats(settings, *line, setting));
        Dead {
            setting,
            lines: lines.collect(),
        }
    });
    let mut dead: Vec<_> = dead.filter(|dead| !dead.lines.is_empty()).collect();
    dead.sort_by_key(|dead| !dead.setting.name.value.ends_with(".address"));
    dead
}

/// `reg.x.server.y` says the same as this setting of `voIpProt.server.y`.
fn repeats(settings: &Settings<'_>, line: u32, setting: &Parameter) -> bool {
    let of_server = setting.name.value.strip_prefix("voIpProt.");
    let own = of_server.and_then(|name| settings.get(&format!("reg.{line}.{name}")));
    let value = setting.value.value.trim();
    own.is_some_and(|own| own.value.value.trim().eq_ignore_ascii_case(value))
}

fn report(
    findings: &Findings,
    settings: &Settings<'_>,
    dead: &Dead<'_>,
    others: usize,
    lines: &BTreeMap<u32, &Parameter>,
) -> Finding {
    let name = &dead.setting.name.value;
    let whose = match *dead.lines {
        [line] => format!("line {line}, which has servers of its own"),
        ref lines => format!("{} lines, which have servers of their own", lines.len()),
    };
    let finding = setting::finding(
        findings,
        settings,
        dead.setting.name.span,
        format!("`{name}` has no effect on {whose}"),
    )
    .help(format!(
        "a line's `reg.x.server.y.address` takes the place of all `voIpProt.server` settings for \
         that line: say there what is to count, and delete the rest{}",
        match others {
            0 => String::new(),
            _ => format!(" ({} in all)", count(others + 1, "setting")),
        }
    ));
    dead.lines
        .iter()
        .take(SHOWN)
        .fold(finding, |finding, line| {
            let address = lines[line].value.span;
            finding.related(address, format!("line {line} registers here"))
        })
}

#[cfg(test)]
mod tests {
    use crate::rules::phone_testing::{of, reported, site};

    const RULE: &str = "phone-line-overrides-global";

    #[test]
    fn servers_that_differ_are_one_finding_a_file() {
        let text = r#"<a voIpProt.server.1.address="old.local" reg.1.server.1.address="eslab.local" reg.2.server.1.address="eslab.local"/>"#;
        assert_eq!(reported(RULE, text), ["warning: voIpProt.server.1.address"]);
        let found = of(RULE, &site(&[text]));
        assert!(
            found[0].message.contains("2 lines, which have"),
            "{}",
            found[0].message
        );
        let text = r#"<a voIpProt.server.1.address="eslab.local" voIpProt.server.1.port="5060" reg.1.server.1.address="eslab.local"/>"#;
        assert_eq!(reported(RULE, text), ["warning: voIpProt.server.1.port"]);
        let text = r#"<a voIpProt.server.1.address="eslab.local" voIpProt.server.2.address="b.local" reg.1.server.1.address="eslab.local"/>"#;
        assert_eq!(reported(RULE, text), ["warning: voIpProt.server.2.address"]);
    }

    #[test]
    fn all_dead_settings_are_one_finding() {
        let text = r#"<a voIpProt.server.1.retryMaxCount="5" voIpProt.server.1.transport="TCPOnly" voIpProt.server.1.address="old.local" reg.1.server.1.address="eslab.local"/>"#;
        let found = of(RULE, &site(&[text]));
        assert_eq!(found.len(), 1);
        assert!(found[0].message.contains("server.1.address"));
        let related: Vec<_> = found[0]
            .related
            .iter()
            .map(|label| &*label.message)
            .collect();
        let either = "no effect either";
        assert_eq!(related, ["line 1 registers here", either, either]);
    }

    #[test]
    fn few_of_many_dead_settings_are_shown_and_all_are_counted() {
        let many = [
            "port=\"5070\"",
            "transport=\"TCPOnly\"",
            "retryMaxCount=\"5\"",
        ];
        let dead = |server: u32| many.map(|set| format!("voIpProt.server.{server}.{set} "));
        let dead: String = [1, 2].map(|server| dead(server).concat()).concat();
        let text = format!(r#"<a {dead} reg.1.server.1.address="eslab.local"/>"#);
        let found = of(RULE, &site(&[&text]));
        assert_eq!(found[0].related.len(), 1 + super::SHOWN);
        let help = found[0].help.as_deref().unwrap_or_default();
        assert!(help.ends_with("the rest (6 settings in all)"), "{help}");
    }

    #[test]
    fn the_same_servers_twice_are_fine() {
        for text in [
            r#"<a voIpProt.server.1.address="eslab.local" reg.1.server.1.address="ESLAB.local" reg.1.server.1.port="0"/>"#,
            r#"<a voIpProt.server.1.address="eslab.local" reg.1.server.1.address="eslab.local" reg.1.server.1.port="5060"/>"#,
            r#"<a voIpProt.server.1.expires="600" reg.1.server.1.address="eslab.local" reg.1.server.1.expires="600"/>"#,
            r#"<a voIpProt.server.1.address="" voIpProt.server.1.port="5060" reg.1.server.1.address="eslab.local"/>"#,
        ] {
            assert_eq!(reported(RULE, text), [""; 0], "{text}");
        }
    }

    #[test]
    fn settings_that_another_line_goes_by_are_fine() {
        let text = r#"<a reg.1.address="1512" voIpProt.server.1.address="a.local" reg.2.address="1513" reg.2.server.1.address="b.local"/>"#;
        assert_eq!(reported(RULE, text), [""; 0]);
    }
}
