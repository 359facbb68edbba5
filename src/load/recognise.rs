//! What a text is, told by its content: one small recogniser a kind.

use crate::phone;
use crate::site::Kind;
use crate::source::at_most;
use crate::zone::{self, Format};

mod aside;
mod beside_zones;
mod dnscmd_print;
mod master_file;
mod phone_log;
mod windows_dns;

pub(super) use aside::{is_aside, is_list_of_answers};

/// A kind that a text is not of, and what shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// The kind.
    pub kind: Kind,
    /// What is missing or in the way: lower case, no full stop.
    pub why: String,
}

/// Rejections that are told: those of the nearest kinds.
const REJECTIONS: usize = 3;

/// What a recogniser says of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Judgement {
    /// It has a mark that no other kind has.
    Certain,
    /// It has the shape, which another kind may share; the file's name decides between them.
    Likely,
    /// It does not look like one.
    No {
        /// From 0 to 100, to name the nearest kinds. Above 0 it may be one after all, empty
        /// or broken: a file's name can make it so where nothing else is recognised.
        nearness: u8,
        /// What is missing or in the way: lower case, no full stop.
        why: String,
    },
}

impl Judgement {
    /// It cannot be one, whatever its name.
    fn impossible(why: impl Into<String>) -> Self {
        Self::No {
            nearness: 0,
            why: why.into(),
        }
    }
}

/// Tells one kind from all others. A judge sees the beginning of a large file only.
struct Recogniser {
    kind: Kind,
    judge: fn(&str) -> Judgement,
    /// Ends of names, in lower case, that files of this kind have.
    names: &'static [&'static str],
}

impl Recogniser {
    fn is_named(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        self.names.iter().any(|ending| name.ends_with(ending))
    }
}

/// Every kind that can be recognised. Of two that are equally like a text, and that the
/// file's name does not decide between, the first is taken.
const RECOGNISERS: &[Recogniser] = &[
    Recogniser {
        kind: Kind::Zone(Format::MasterFile),
        judge: master_file::judge,
        names: &[".zone", ".db", ".hosts"],
    },
    Recogniser {
        kind: Kind::PhoneConfig,
        judge: phone_config,
        names: &[],
    },
    Recogniser {
        kind: Kind::ProvisioningMaster,
        judge: provisioning_master,
        names: &[],
    },
    Recogniser {
        kind: Kind::PhoneLog,
        judge: phone_log::judge,
        names: &[".log"],
    },
    Recogniser {
        kind: Kind::Zone(Format::WindowsDns),
        judge: windows_dns::judge,
        names: &[".dns"],
    },
    Recogniser {
        kind: Kind::Zone(Format::DnscmdPrint),
        judge: dnscmd_print::judge,
        names: &[],
    },
    Recogniser {
        kind: Kind::Zone(Format::DnsManagerList),
        judge: dns_manager_list,
        names: &[".txt", ".csv"],
    },
    Recogniser {
        kind: Kind::Zone(Format::PowerShellTable),
        judge: powershell_table,
        names: &[],
    },
    Recogniser {
        kind: Kind::Zone(Format::PowerShellJson),
        judge: powershell_json,
        names: &[],
    },
    Recogniser {
        kind: Kind::Zone(Format::Dnsmasq),
        judge: dnsmasq,
        names: &[],
    },
    Recogniser {
        kind: Kind::NamedConf,
        judge: named_conf,
        names: &[],
    },
];

/// Tells what a text is; else, the kinds it is nearest to, the nearest first. Where the
/// beginning of a large text tells, the rest is not looked at.
pub fn recognise(text: &str, name: &str) -> Result<Kind, Vec<Rejection>> {
    for length in BEGINNINGS.into_iter().filter(|length| text.len() > *length) {
        let by_beginning = recognise_whole(at_most(length, text), name);
        if by_beginning.is_ok() {
            return by_beginning;
        }
    }
    recognise_whole(text, name)
}

/// Beginnings, in bytes, that tell what most texts are.
const BEGINNINGS: [usize; 2] = [1 << 18, 1 << 20];

fn recognise_whole(text: &str, name: &str) -> Result<Kind, Vec<Rejection>> {
    let is_binary = is_binary(text).then_some("it holds no text");
    if let Some(why) = beside_zones::of(text, name).or(is_binary) {
        let rejection = Rejection {
            kind: Kind::Zone(Format::MasterFile),
            why: why.to_owned(),
        };
        return Err(vec![rejection]);
    }
    if let Some(kind) = handset_xml(text) {
        return Ok(kind);
    }
    let judged: Vec<_> = RECOGNISERS
        .iter()
        .map(|recogniser| (recogniser, (recogniser.judge)(text)))
        .collect();
    let best = |wanted: &dyn Fn(&Judgement) -> bool| {
        let all = || judged.iter().filter(|(_, judgement)| wanted(judgement));
        let named = all().find(|(recogniser, _)| recogniser.is_named(name));
        named
            .or_else(|| all().next())
            .map(|(recogniser, _)| recogniser.kind)
    };
    let by_name = || {
        let may_be =
            |judgement: &Judgement| !matches!(judgement, Judgement::No { nearness: 0, .. });
        judged
            .iter()
            .find(|(recogniser, judgement)| may_be(judgement) && recogniser.is_named(name))
            .map(|(recogniser, _)| recogniser.kind)
    };
    if let Some(kind) = best(&|judgement| *judgement == Judgement::Certain)
        .or_else(|| best(&|judgement| *judgement == Judgement::Likely))
        .or_else(by_name)
    {
        return Ok(kind);
    }
    let mut rejections: Vec<_> = judged
        .into_iter()
        .filter_map(|(recogniser, judgement)| match judgement {
            Judgement::No { nearness, why } => Some((nearness, recogniser.kind, why)),
            Judgement::Certain | Judgement::Likely => None,
        })
        .collect();
    rejections.sort_by_key(|(nearness, ..)| std::cmp::Reverse(*nearness));
    rejections.truncate(REJECTIONS);
    let rejections = rejections.into_iter();
    Err(rejections
        .map(|(_, kind, why)| Rejection { kind, why })
        .collect())
}

/// The character that XML or JSON begins with.
fn markup(text: &str) -> Option<char> {
    let first = text.trim_start().chars().next();
    first.filter(|first| "<{[".contains(*first))
}

/// How much of a text tells whether it is one, in bytes.
const BEGINNING: usize = 4096;

/// Whether a text begins with what no text holds: one control character in twenty. A few may
/// stand in a text that was pasted, and consoles colour theirs (ESC).
fn is_binary(text: &str) -> bool {
    let beginning = &text.as_bytes()[..text.len().min(BEGINNING)];
    let steers = |byte: &&u8| byte.is_ascii_control() && !b"\t\n\r\x0b\x0c\x1b".contains(byte);
    let control = beginning.iter().filter(steers).count();
    control > 16 && control * 20 > beginning.len()
}

/// What begins as XML and has the marks of a handset's file is nothing else. Provisioning
/// folders hold thousands of them, which no other judge needs to see.
fn handset_xml(text: &str) -> Option<Kind> {
    let is_one = markup(text) == Some('<') && phone::looks_like_phone_config(text);
    is_one.then(|| {
        if phone::looks_like_master_file(text) {
            Kind::ProvisioningMaster
        } else {
            Kind::PhoneConfig
        }
    })
}

/// The line up to a `;` that no quotes enclose.
fn without_comment(line: &str) -> &str {
    let mut quoted = false;
    let end = line.find(|character| {
        quoted ^= character == '"';
        character == ';' && !quoted
    });
    &line[..end.unwrap_or(line.len())]
}

/// Certain where a reader knows the form as its own.
fn own_form(is_one: bool, why: &str) -> Judgement {
    if is_one {
        return Judgement::Certain;
    }
    Judgement::impossible(why)
}

fn dns_manager_list(text: &str) -> Judgement {
    let why = "it has no row such as `piper<TAB>Host (A)<TAB>10.225.2.31`";
    own_form(zone::dns_manager::is_one(text), why)
}

fn powershell_table(text: &str) -> Judgement {
    let why = "no line of dashes stands below the headings HostName, RecordType and RecordData";
    own_form(zone::powershell_table::is_one(text), why)
}

fn powershell_json(text: &str) -> Judgement {
    if zone::powershell_json::is_one(text) {
        return Judgement::Certain;
    }
    if matches!(markup(text), Some('{' | '[')) {
        let why = "its JSON names no `HostName` and `RecordData`".to_owned();
        return Judgement::No { nearness: 40, why };
    }
    Judgement::impossible("it is no JSON")
}

fn dnsmasq(text: &str) -> Judgement {
    let why = "it has no setting of dnsmasq such as `srv-host=`";
    own_form(zone::dnsmasq::is_one(text), why)
}

fn named_conf(text: &str) -> Judgement {
    own_form(super::named_conf::is_one(text), "no zone has a `file`")
}

fn phone_config(text: &str) -> Judgement {
    if phone::looks_like_phone_config(text) {
        return Judgement::Likely;
    }
    if markup(text) == Some('<') {
        let why = "its XML names no parameter of a handset".to_owned();
        return Judgement::No { nearness: 50, why };
    }
    Judgement::impossible("it is no XML")
}

fn provisioning_master(text: &str) -> Judgement {
    if phone::looks_like_master_file(text) {
        return Judgement::Certain;
    }
    if markup(text) == Some('<') {
        let why = "its XML has neither `CONFIG_FILES` nor `APP_FILE_PATH`".to_owned();
        return Judgement::No { nearness: 45, why };
    }
    Judgement::impossible("it is no XML")
}

#[cfg(test)]
mod tests;
