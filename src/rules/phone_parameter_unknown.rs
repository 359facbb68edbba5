//! `phone-parameter-unknown`: a name that no handset knows, among those it lives by.

use std::cell::LazyCell;

use hashbrown::{HashMap, HashSet};

use super::misspelt::of_all_lines;
use super::provisioning::is_list_of_files;
use super::{Facts, Findings, setting};
use crate::finding::{Edit, Finding, Fix, count};
use crate::phone::parameter::{self, Misspelling};
use crate::phone::provisioning::LIST;
use crate::phone::{Configuration, Parameter};
use crate::site::Verdict;
use crate::source::Span;

/// Looks at every name; a misspelt beginning is reported once a file.
pub(super) fn check(site: &Facts, findings: &mut Findings) {
    let with_server = LazyCell::new(|| with_server(site));
    for configuration in site.distinct_configurations() {
        let mut groups: Vec<Vec<(&Parameter, Misspelling<'_>)>> = Vec::new();
        let mut by_word = HashMap::new();
        let mut unknown: Vec<Unknown<'_>> = Vec::new();
        let mut by_slip = HashMap::new();
        let names = LazyCell::new(|| names(configuration));
        let servers = LazyCell::new(|| servers(&names));
        let may_be_master = LazyCell::new(|| may_be_master(&names));
        for parameter in &configuration.parameters {
            let name = parameter.name.value.as_str();
            if parameter::find(name).is_some() || configuration.is_malformed(parameter) {
                continue;
            }
            if let Some(misspelling) = parameter::misspelt(name) {
                let word = misspelling.word();
                let index = *by_word.entry(word).or_insert_with(|| {
                    groups.push(Vec::new());
                    groups.len() - 1
                });
                groups[index].push((parameter, misspelling));
            } else if parameter::is_looked_after(name) || (is_list_of_files(name) && *may_be_master)
            {
                let is_missing = |meant: &str| {
                    let behind = meant.strip_prefix(OF_ALL).and_then(|rest| rest.find('.'));
                    let server = behind.map(|end| &meant[..OF_ALL.len() + end]);
                    !names.contains(meant)
                        && !servers.contains(OF_FIRST)
                        && server.is_some_and(|server| servers.contains(server))
                };
                let one = Unknown::of(parameter, is_missing);
                let same = one.slip(&names).map(|slip| {
                    let next = unknown.len();
                    *by_slip.entry(slip).or_insert(next)
                });
                match same.and_then(|same| unknown.get_mut(same)) {
                    Some(first) => first
                        .others
                        .push((parameter, one.meant.unwrap_or_default())),
                    None => unknown.push(one),
                }
            }
        }
        for one in &unknown {
            findings.push(one.finding(site, findings, &names));
        }
        if groups.is_empty() {
            continue;
        }
        // What works today may end where a setting that was dead comes to life.
        let mut readers = site.provisioning.groups_of(configuration.source);
        let is_served = readers.any(|reader| with_server.contains(&reader));
        let repeats = would_repeat_a_name(&names, groups.iter().flatten());
        for group in groups {
            let mut finding = misspelt(site, findings, &group);
            let mut fix = respelt(&group, !is_served && !repeats);
            let mut meant = group.iter();
            if is_served && meant.any(|(one, meant)| decides_where(one, &meant.corrected)) {
                let help = finding.help.get_or_insert_default();
                help.push_str(
                    ". Handsets find a server without it: see that its value is right, which \
                     would count then, or delete it",
                );
                fix.title.push_str(", if its value is right");
                fix.edits.clear();
            }
            let finding = finding.fix(fix);
            findings.push(finding);
        }
    }
}

/// The groups of handsets that find a server as they are set now, or may find one.
fn with_server(site: &Facts) -> HashSet<usize> {
    // What no view speaks of may work as well.
    let mut fails = vec![None; site.setups.len()];
    for simulation in &site.simulations {
        let fails = fails[simulation.setup].get_or_insert(true);
        *fails &= simulation.verdict == Verdict::Fails;
    }
    let setups = site.setups.iter().zip(fails);
    let working = setups.filter(|(_, fails)| *fails != Some(true));
    working
        .flat_map(|(setup, _)| setup.groups.iter().copied())
        .collect()
}

fn names(configuration: &Configuration) -> HashSet<&str> {
    let parameters = configuration.parameters.iter();
    parameters.map(|one| one.name.value.as_str()).collect()
}

/// With these words as they are meant, a name would stand twice in the file of these names.
fn would_repeat_a_name<'m>(
    names: &HashSet<&str>,
    mut misspelt: impl Iterator<Item = &'m (&'m Parameter, Misspelling<'m>)>,
) -> bool {
    let mut corrected = HashSet::new();
    misspelt.any(
        |(
            _,
            Misspelling {
                corrected: name, ..
            },
        )| { names.contains(name.as_str()) || !corrected.insert(name.as_str()) },
    )
}

/// The attributes of master files have no dots.
fn may_be_master(names: &HashSet<&str>) -> bool {
    names.iter().all(|name| !name.contains('.'))
}

/// The servers of all lines that names are of, and that of the first line as one.
fn servers<'n>(names: &HashSet<&'n str>) -> HashSet<&'n str> {
    let of_all = |name: &'n str| {
        let behind = name.strip_prefix(OF_ALL)?;
        Some(&name[..OF_ALL.len() + behind.find('.')?])
    };
    let of_first = |name: &str| name.starts_with(OF_FIRST).then_some(OF_FIRST);
    let names = names.iter();
    names
        .filter_map(|name| of_all(name).or_else(|| of_first(name)))
        .collect()
}

const OF_ALL: &str = "voIpProt.server.";
const OF_FIRST: &str = "reg.1.server.";

/// A parameter that no handset knows.
struct Unknown<'c> {
    parameter: &'c Parameter,
    /// What it was probably meant to be.
    meant: Option<String>,
    /// Further ones of the file with the same slip, and what was meant.
    others: Vec<(&'c Parameter, String)>,
}

impl<'c> Unknown<'c> {
    /// A server's setting of a line that is not named is one of all lines where that is missing.
    fn of(parameter: &'c Parameter, is_missing: impl Fn(&str) -> bool) -> Self {
        let name = parameter.name.value.as_str();
        let list = is_list_of_files(name).then(|| LIST.to_owned());
        let of_all = || of_all_lines(name).filter(|name| is_missing(name));
        Self {
            parameter,
            meant: list.or_else(of_all).or_else(|| parameter::nearest(name)),
            others: Vec::new(),
        }
    }

    /// What comes before the end that the name and the one that was meant share, as it is written
    /// and as it was meant; none where the name that was meant is taken.
    fn slip(&self, names: &HashSet<&str>) -> Option<(&'c str, String)> {
        let written = self.parameter.name.value.as_str();
        let meant = self.meant.as_deref()?;
        let ends = written.bytes().rev().zip(meant.bytes().rev());
        let mut shared = ends.take_while(|(one, other)| one == other).count();
        while !written.is_char_boundary(written.len() - shared) {
            shared -= 1;
        }
        let slip = (
            &written[..written.len() - shared],
            meant[..meant.len() - shared].to_owned(),
        );
        (!names.contains(meant)).then_some(slip)
    }

    fn finding(&self, site: &Facts, findings: &Findings, names: &HashSet<&str>) -> Finding {
        let name = &self.parameter.name;
        let more = match self.others.len() {
            0 => String::new(),
            more => format!(", nor {more} more with this slip"),
        };
        let message = format!("no handset knows a parameter `{}`{more}", name.value);
        let finding = setting::in_file(site, findings, name.span, message);
        let Some(meant) = &self.meant else {
            return finding.help("delete it, or look its name up in the administration guide");
        };
        if names.contains(meant.as_str()) {
            return finding.help(format!(
                "did you mean `{meant}`? The file has that already: as it stands this setting has \
                 no effect"
            ));
        }
        let others = self.others.iter().map(|(other, meant)| (*other, meant));
        let all: Vec<_> = std::iter::once((self.parameter, meant))
            .chain(others)
            .collect();
        let finding = finding
            .help(format!(
                "did you mean `{meant}`? As it stands the setting has no effect"
            ))
            .fix(Fix {
                title: format!("rename it to `{meant}`"),
                edits: all
                    .iter()
                    .map(|(parameter, meant)| Edit::replace(parameter.name.span, meant.as_str()))
                    .collect(),
                changes: all
                    .iter()
                    .map(|(parameter, meant)| setting::renamed(parameter, meant))
                    .collect(),
                ..Fix::default()
            });
        all.iter()
            .skip(1)
            .take(3)
            .fold(finding, |finding, (other, _)| {
                finding.related(other.name.span, "and here")
            })
    }
}

/// Under its right name a parameter decides which server a handset finds; not so where it says
/// what holds without it.
fn decides_where(parameter: &Parameter, name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_of_server = name.contains(".server.") || name.contains(".outboundProxy.");
    let default = match last {
        "port" => "0",
        "transport" => "DNSnaptr",
        "address" | "register" => "",
        _ => return name.ends_with(".SIP.enable"),
    };
    is_of_server && (default.is_empty() || parameter.value.value != default)
}

fn misspelt(site: &Facts, findings: &Findings, group: &[(&Parameter, Misspelling<'_>)]) -> Finding {
    let (first, misspelling) = &group[0];
    let Misspelling { written, meant, .. } = misspelling;
    let (word, _) = misspelling.word();
    let hint = if *written == "volpProt" || *written == "vo1pProt" {
        " (capital I, not a small L)"
    } else {
        ""
    };
    let message = format!(
        "`{word}` is no word that handsets know: {} without effect",
        count(group.len(), "parameter"),
    );
    let finding = setting::in_file(site, findings, place(first, misspelling), message).help(
        format!("did you mean `{meant}`{hint}? Names must be exact, case and dots included"),
    );
    let others = group.iter().skip(1).take(3);
    others.fold(finding, |finding, (parameter, misspelling)| {
        finding.related(place(parameter, misspelling), "and here")
    })
}

/// The repair of a misspelt word.
fn respelt(group: &[(&Parameter, Misspelling<'_>)], is_safe: bool) -> Fix {
    let (_, Misspelling { meant, .. }) = &group[0];
    let edits = group.iter().map(|(parameter, misspelling)| {
        Edit::replace(place(parameter, misspelling), &*misspelling.meant)
    });
    let renamed = group
        .iter()
        .map(|(parameter, misspelling)| setting::renamed(parameter, &misspelling.corrected));
    Fix {
        title: format!("spell it `{meant}`"),
        safe: is_safe,
        edits: edits.collect(),
        changes: renamed.collect(),
        ..Fix::default()
    }
}

/// Where the wrong word stands in the name.
fn place(parameter: &Parameter, misspelling: &Misspelling<'_>) -> Span {
    let start = parameter.name.span.start as usize + misspelling.at;
    Span::new(
        parameter.name.span.source,
        start,
        start + misspelling.written.len(),
    )
}

#[cfg(test)]
mod tests {
    use crate::rules::phone_testing::{of, repaired, reported, site};

    const RULE: &str = "phone-parameter-unknown";

    #[test]
    fn a_misspelt_beginning_is_one_finding_a_file() {
        let text = r#"<volpProt><a volpProt.server.1.address="a" volpProt.server.1.port="0"/><b volpProt.SIP.enable="1"/></volpProt>"#;
        assert_eq!(reported(RULE, text), ["error: volpProt"]);
        let found = of(RULE, &site(&[text]));
        assert!(found[0].message.contains("3 parameters"));
        assert!(
            found[0]
                .help
                .as_deref()
                .is_some_and(|help| help.contains("`voIpProt`"))
        );
        assert_eq!(
            repaired(RULE, text),
            r#"<volpProt><a voIpProt.server.1.address="a" voIpProt.server.1.port="0"/><b voIpProt.SIP.enable="1"/></volpProt>"#
        );
    }

    #[test]
    fn two_misspellings_are_two_findings() {
        let text =
            r#"<a voipProt.server.1.port="0" reg.1.sever.1.port="0" reg.2.sever.1.port="0"/>"#;
        assert_eq!(reported(RULE, text), ["error: voipProt", "error: sever"]);
    }

    #[test]
    fn a_repair_that_would_repeat_a_name_is_not_safe() {
        let safe = |text: &str| of(RULE, &site(&[text]))[0].fix.as_ref().map(|fix| fix.safe);
        assert_eq!(safe(r#"<a voipProt.server.1.port="0"/>"#), Some(true));
        assert_eq!(
            safe(r#"<a voipProt.server.1.port="0" voIpProt.server.1.port="0"/>"#),
            Some(false)
        );
    }

    #[test]
    fn unknown_names_in_the_families_are_reported() {
        let text = r#"<a reg.1.server.1.transprot="0" dns.cache.A.1.adress="" device.dns.server="1" reg.1.server.1.colour="x"/>"#;
        assert_eq!(
            reported(RULE, text),
            [
                "error: reg.1.server.1.transprot",
                "error: dns.cache.A.1.adress",
                "error: device.dns.server",
                "error: reg.1.server.1.colour"
            ]
        );
        assert!(repaired(RULE, text).contains("reg.1.server.1.transport="));
    }

    #[test]
    fn one_slip_in_several_names_is_one_finding() {
        for (text, right) in [
            (
                r#"<a voIpProt.server.address="a" voIpProt.server.port="0" voIpProt.server.expires="60"/>"#,
                r#"<a voIpProt.server.1.address="a" voIpProt.server.1.port="0" voIpProt.server.1.expires="60"/>"#,
            ),
            (
                r#"<a server.1.address="a" server.1.transport="DNSnaptr"/>"#,
                r#"<a voIpProt.server.1.address="a" voIpProt.server.1.transport="DNSnaptr"/>"#,
            ),
            (
                r#"<a voIpProt.server.1address="a" voIpProt.server.1port="0"/>"#,
                r#"<a voIpProt.server.1.address="a" voIpProt.server.1.port="0"/>"#,
            ),
        ] {
            let found = of(RULE, &site(&[text]));
            assert_eq!(found.len(), 1, "{text}");
            assert!(found[0].message.contains("with this slip"), "{text}");
            assert_eq!(repaired(RULE, text), right);
        }
        // A name that the file has already is told by itself.
        let taken = r#"<a voIpProt.server.1.port="0" voIpProt.server.address="a" voIpProt.server.port="0"/>"#;
        assert_eq!(
            reported(RULE, taken),
            [
                "error: voIpProt.server.address",
                "error: voIpProt.server.port"
            ]
        );
    }

    #[test]
    fn other_families_are_left_alone() {
        let text = r#"<a voIpProt.SIP.whatever="1" reg.1.secret="2" voIpPort.SIP.useCompleteUriForRetrieve="1" up.x="1"/>"#;
        assert!(reported(RULE, text).is_empty());
    }

    #[test]
    fn a_secret_is_not_shown() {
        let text = r#"<a volpProt.server.1.pstnServerAuth.password="hunter2"/>"#;
        let found = format!("{:?}", of(RULE, &site(&[text])));
        assert!(!found.contains("hunter2"), "{found}");
    }

    #[test]
    fn a_password_in_an_address_is_not_shown() {
        let fix = |address: &str| {
            let text = format!(r#"<a volpProt.server.1.address="{address}"/>"#);
            format!("{:?}", of(RULE, &site(&[&text]))[0].fix)
        };
        assert!(fix("eslab.local").contains("eslab.local"));
        assert!(!fix("sip:1512:hunter2@eslab.local").contains("hunter2"));
    }
}
