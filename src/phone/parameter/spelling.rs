//! Names that are nearly right: what was probably meant.

use std::borrow::Cow;
use std::sync::LazyLock;

use hashbrown::{HashMap, HashSet};

use super::family::{FAMILIES, ROOT, is_looked_after, is_placeholder, without_a_word, without_end};
use super::{SPECS, Spec, find, is_index};
use crate::spelling::{allowed, cost, is_within, nearest as nearest_word};

/// Spellings that look wrong and are the maker's own; reported by nobody.
const ODDITIES: [&str; 1] = ["voIpPort.SIP.useCompleteUriForRetrieve"];

/// A line's user. No other parameter of a line itself is looked after.
const LINE: &[&str] = &["reg", "#"];

/// The words that an index stands behind: `reg`, `server`.
static INDEXED: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let words = SPECS.iter().flat_map(|spec| {
        let words = spec.key.split('.');
        words.clone().zip(words.skip(1))
    });
    let indexed = words.filter(|(_, behind)| *behind == "#");
    indexed.map(|(word, _)| word).collect()
});

/// The keys of all parameters by what they are in lower case.
static IN_LOWER_CASE: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let keys = SPECS.iter().map(|spec| spec.key);
    keys.map(|key| (key.to_ascii_lowercase(), key)).collect()
});

/// A known word written wrongly inside a name, so that the handset knows none of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misspelling<'a> {
    /// The word as written: `volpProt`, `server1`.
    pub written: &'a str,
    /// Its offset in the name.
    pub at: usize,
    /// What was meant: `voIpProt`, `server.1`.
    pub meant: Cow<'static, str>,
    /// The whole name, corrected.
    pub corrected: String,
}

impl<'a> Misspelling<'a> {
    /// What several names have in common that are misspelt alike: of one in another case the first
    /// word, as written and as it was meant.
    pub fn word(&self) -> (&'a str, String) {
        if self.written.eq_ignore_ascii_case(&self.meant)
            && let Some((written, _)) = self.written.split_once('.')
        {
            return (written, self.meant[..written.len()].to_owned());
        }
        (self.written, self.meant.clone().into_owned())
    }
}

/// A misspelt beginning of one of the families that are looked after: `volpProt.`,
/// `voipProt.`, `reg.1.sever.`, `reg.1.server1.`.
pub fn misspelt(name: &str) -> Option<Misspelling<'_>> {
    if ODDITIES
        .iter()
        .any(|oddity| name.eq_ignore_ascii_case(oddity))
    {
        return None;
    }
    let (first, _) = name.split_once('.')?;
    if let Some(found) = in_another_case(name) {
        return Some(found);
    }
    if first != ROOT && is_root_misspelt(first) {
        return Some(misspelling(name, first, 0, ROOT.into()));
    }
    if let Some(found) = glued(name).or_else(|| with_two_dots(name)) {
        return Some(found);
    }
    let segments: Vec<_> = name.split('.').take(4).collect();
    FAMILIES.into_iter().chain([LINE]).find_map(|family| {
        if segments.len() <= family.len() {
            return None;
        }
        let mut wrong = None;
        let mut at = 0;
        for (written, meant) in segments.iter().zip(family) {
            let correct = match *meant {
                "#" => is_index(written),
                meant => *written == meant,
            };
            if !correct {
                if wrong.is_some() || !(is_near(written, meant) || is_slip(written, meant)) {
                    return None;
                }
                wrong = Some((*written, at, *meant));
            }
            at += written.len() + 1;
        }
        let (written, at, meant) = wrong?;
        let found = misspelling(name, written, at, meant.into());
        // `reg.1.serverX.y` of another feature is not a server that is misspelt. Of a short
        // word one letter makes another one, so all else must be right.
        let is_other = || is_near(written, meant) && family != LINE;
        let nearest = || is_other().then(|| nearest(&found.corrected)).flatten();
        find(&found.corrected).or_else(|| find(&nearest()?))?;
        Some(found)
    })
}

/// A name whose first word is in another case, and perhaps others of it: `VOIPPROT.SERVER.1.port`.
/// All up to the last of them is told.
fn in_another_case(name: &str) -> Option<Misspelling<'_>> {
    let generic = name
        .split('.')
        .map(|word| if is_index(word) { "#" } else { word });
    let generic = generic.collect::<Vec<_>>().join(".");
    let key = IN_LOWER_CASE.get(&generic.to_ascii_lowercase())?;
    let indexes = name.split('.').filter(|word| is_index(word)).collect();
    let corrected = with_indexes(key, indexes);
    // As long as the name, letter by letter.
    let bytes = || name.bytes().zip(corrected.bytes());
    let word = name.find('.')?;
    let is_first_wrong = bytes().take(word).any(|(one, other)| one != other);
    let last = bytes().rposition(|(one, other)| one != other)?;
    let end = name[last..].find('.').map_or(name.len(), |dot| last + dot);
    let meant = corrected[..end].to_owned();
    is_first_wrong.then(|| misspelling(name, &name[..end], 0, meant.into()))
}

fn misspelling<'a>(
    name: &'a str,
    written: &'a str,
    at: usize,
    meant: Cow<'static, str>,
) -> Misspelling<'a> {
    Misspelling {
        written,
        at,
        corrected: format!("{}{meant}{}", &name[..at], &name[at + written.len()..]),
        meant,
    }
}

/// A name that lacks the dot before an index, or has another sign for it:
/// `reg.1.server1.address`, `voIpProt.server-1.address`. Where it lacks several, the first is
/// told.
fn glued(name: &str) -> Option<Misspelling<'_>> {
    let mut first = None;
    let mut at = 0;
    let mut right = Vec::new();
    for written in name.split('.') {
        match indexed(written) {
            Some((word, index)) => {
                first.get_or_insert((written, at));
                right.extend([word, index]);
            }
            None => right.push(written),
        }
        at += written.len() + 1;
    }
    let (written, at) = first?;
    let right = right.join(".");
    let is_known = find(&right).is_some() || nearest_key(&right).is_some();
    let is_of_line = find(&right).is_some_and(Spec::is_user_of_line);
    let (word, index) = indexed(written)?;
    (is_known && (is_of_line || is_looked_after(&right)))
        .then(|| misspelling(name, written, at, format!("{word}.{index}").into()))
}

/// A word that an index stands behind, and the index that is written without a dot.
fn indexed(written: &str) -> Option<(&str, &str)> {
    let word = written.trim_end_matches(|c: char| c.is_ascii_digit());
    let index = &written[word.len()..];
    let word = word.strip_suffix(['-', '_']).unwrap_or(word);
    (!index.is_empty() && INDEXED.contains(word)).then_some((word, index))
}

/// A name with dots too many: `reg.1.server..1.address`. All that they part is told.
fn with_two_dots(name: &str) -> Option<Misspelling<'_>> {
    let first = name.find("..")?;
    let at = name[..first].rfind('.').map_or(0, |dot| dot + 1);
    let last = name.rfind("..")? + "..".len();
    let end = name[last..].find('.').map_or(name.len(), |dot| last + dot);
    let written = &name[at..end];
    let words = written.split('.').filter(|word| !word.is_empty());
    let meant = words.collect::<Vec<_>>().join(".");
    let found = misspelling(name, written, at, meant.into());
    let is_known = find(&found.corrected).is_some() && is_looked_after(&found.corrected);
    is_known.then_some(found)
}

/// At most two mistakes, letters that look alike being none.
fn is_root_misspelt(word: &str) -> bool {
    const MISTAKES: usize = 2;
    // Most words differ by their length.
    word.chars().count().abs_diff(ROOT.len()) <= MISTAKES
        && is_within(&folded(word), &folded(ROOT), MISTAKES)
}

/// Lower case, and one letter for the three that look alike in many fonts.
fn folded(word: &str) -> String {
    word.chars()
        .map(|c| match c.to_ascii_lowercase() {
            'l' | '1' => 'i',
            c => c,
        })
        .collect()
}

/// `rg`, `dnns`: one letter of a short word is missing, added or wrong.
fn is_slip(written: &str, meant: &str) -> bool {
    matches!(meant.len(), 3..=4) && written.len() > 1 && is_within(written, meant, 1)
}

/// Short words must agree but for case: `dir` is not `dns`.
fn is_near(written: &str, meant: &str) -> bool {
    meant != "#"
        && (written.eq_ignore_ascii_case(meant)
            || (meant.len() > 4 && is_within(written, meant, allowed(meant))))
}

/// The name that was probably meant, with the indexes as written.
pub fn nearest(name: &str) -> Option<String> {
    if let Some(misspelling) = misspelt_root(name) {
        let corrected = misspelling.corrected;
        return if find(&corrected).is_some() {
            Some(corrected)
        } else {
            nearest(&corrected)
        };
    }
    without_a_word(name)
        .or_else(|| without_end(name))
        .or_else(|| nearest_key(name))
}

/// The same of a name whose beginning is right.
fn nearest_key(name: &str) -> Option<String> {
    let segments: Vec<_> = name.split('.').collect();
    let candidates = SPECS.iter().filter(|spec| !spec.key.ends_with('*'));
    candidates
        .filter_map(|spec| {
            let (cost, indexes) = matched(&segments, spec.key)?;
            Some((cost, spec.key, indexes))
        })
        .min()
        .map(|(_, key, indexes)| with_indexes(key, indexes))
}

/// What was probably meant by a name that `phone-parameter-unknown` or, for its index,
/// `phone-value-out-of-range` speaks of.
pub fn meant(name: &str) -> Option<String> {
    if let Some(spec) = find(name) {
        return spec.with_indexes_in_range(name);
    }
    let corrected = match misspelt(name) {
        Some(misspelling) => misspelling.corrected,
        None if is_looked_after(name) => name.to_owned(),
        None => return None,
    };
    match find(&corrected) {
        Some(_) => Some(corrected),
        None => nearest(&corrected),
    }
}

fn misspelt_root(name: &str) -> Option<Misspelling<'_>> {
    misspelt(name).filter(|misspelling| misspelling.meant == ROOT && misspelling.at == 0)
}

/// How far a name is from a key, and its indexes; `None` where it is another word. An index
/// that was left out counts as a mistake and is 1; a word may be left out once.
fn matched<'a>(segments: &[&'a str], key: &str) -> Option<(usize, Vec<&'a str>)> {
    let mut total = 0;
    let mut indexes = Vec::new();
    let mut has_all_words = true;
    let mut written = segments.iter().copied().peekable();
    let mut key = key.split('.').peekable();
    while let Some(meant) = key.next() {
        let there = written.peek().copied();
        if meant == "#" {
            let index = written.next_if(|there| is_index(there));
            if index.is_none() {
                let placeholder = written.next_if(|there| is_placeholder(there));
                total += if placeholder.is_some() { 1 } else { 2 };
            }
            indexes.push(index.unwrap_or("1"));
            continue;
        }
        let there = there?;
        if there != meant && has_all_words && key.peek() == Some(&there) {
            has_all_words = false;
            total += 3;
            continue;
        }
        let cost = cost(there, meant);
        if cost > 1 && nearest_word(there, [meant]).is_none() && !is_cut(there, meant) {
            return None;
        }
        total += cost;
        written.next();
    }
    written.next().is_none().then_some((total, indexes))
}

/// `addr`, `trans`: the beginning of a word.
fn is_cut(written: &str, meant: &str) -> bool {
    const SHORTEST: usize = 4;
    let begins = meant.get(..written.len());
    written.len() >= SHORTEST && begins.is_some_and(|begin| begin.eq_ignore_ascii_case(written))
}

fn with_indexes(key: &str, indexes: Vec<&str>) -> String {
    let mut indexes = indexes.into_iter();
    key.split('.')
        .map(|segment| match segment {
            "#" => indexes.next().unwrap_or("1"),
            segment => segment,
        })
        .collect::<Vec<_>>()
        .join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelt_beginnings_are_recognised() {
        for (name, corrected) in [
            ("volpProt.server.1.address", "voIpProt.server.1.address"),
            ("volpProt.SIP.enable", "voIpProt.SIP.enable"),
            ("voipProt.server.1.port", "voIpProt.server.1.port"),
            (
                "VoIpProt.SIP.outboundProxy.address",
                "voIpProt.SIP.outboundProxy.address",
            ),
            ("voIpPort.server.1.port", "voIpProt.server.1.port"),
            ("reg.1.sever.1.address", "reg.1.server.1.address"),
            ("reg.1.Server.1.adress", "reg.1.server.1.adress"),
            ("reg.2.outBoundProxy.port", "reg.2.outboundProxy.port"),
            ("Reg.1.server.1.port", "reg.1.server.1.port"),
            ("dns.Cache.A.1.name", "dns.cache.A.1.name"),
            ("reg.1.server1.address", "reg.1.server.1.address"),
            ("reg2.server.1.port", "reg.2.server.1.port"),
            ("reg2.address", "reg.2.address"),
            ("voIpProt.server-1.address", "voIpProt.server.1.address"),
            ("reg.1.server_2.port", "reg.1.server.2.port"),
            ("reg2.server1.port", "reg.2.server1.port"),
            ("reg.1.server1.adress", "reg.1.server.1.adress"),
            ("voIpProt.server2.address", "voIpProt.server.2.address"),
            ("dns.cache.SRV12.target", "dns.cache.SRV.12.target"),
            ("voIpProt.server..1.address", "voIpProt.server.1.address"),
            ("reg.1..server...2.port", "reg.1.server.2.port"),
            ("reg.1.server.1.port..", "reg.1.server.1.port"),
            ("rg.1.server.1.port", "reg.1.server.1.port"),
            ("VOIPPROT.SERVER.1.PORT", "voIpProt.server.1.port"),
            (
                "VoIpProt.Server.2.failOver.reRegisterOn",
                "voIpProt.server.2.failOver.reRegisterOn",
            ),
            ("REG.1.ADDRESS", "reg.1.address"),
            ("DNS.CACHE.SRV.2.Target", "dns.cache.SRV.2.target"),
            ("erg.1.address", "reg.1.address"),
            ("ds.cache.A.1.name", "dns.cache.A.1.name"),
            ("device.dnns.domain", "device.dns.domain"),
            (
                "voIpProt.SlP.outboundProxy.address",
                "voIpProt.SIP.outboundProxy.address",
            ),
        ] {
            let found = misspelt(name).map(|found| found.corrected);
            assert_eq!(found.as_deref(), Some(corrected), "{name}");
        }
    }

    #[test]
    fn names_of_any_length_are_judged_at_once() {
        for segment in ["server1.", "A1.", "reg1.", "volpProt.", "server."] {
            let name = format!("{}address", segment.repeat(200));
            assert_eq!(meant(&name), None, "{name}");
        }
    }

    #[test]
    fn other_families_are_left_alone() {
        for name in [
            "voIpProt.SIP.enable",
            "voIpProt.SIP.serverFeatureControl.dnd",
            "voIpProt.SDP.answer.useLocalPreferences",
            "voIpPort.SIP.useCompleteUriForRetrieve",
            "voipPort.SIP.useCompleteUriForRetrieve",
            "reg.1.serverFeatureControl.dnd",
            "reg.1.proxyRequire",
            "voice.codecPref.G711Mu",
            "device.net.ipAddress",
            "dialplan.routing.server.1.address",
            "reg.1.address",
            "reg1.label",
            "reg.l.label",
            "reg.server",
            "reg.1",
            "voIpProt.SIP",
            "voIpProt.SIP.server.1.colour",
            "reg.server.colour",
            "reg.1.server1Status",
            "voIpProt.SIP.requestValidation1.method",
            "voIpProt.outboundProxyStatus.address",
            "rg.1.server.1.prot",
            "erg.1.displayName",
            "dir.cache.A.1.name",
            "device.net.domain",
            "reg.1.label",
            "reg.1.addresses.1",
            "server.1.colour",
            "server.name",
            "cache.size",
            "xmlns",
        ] {
            assert_eq!(misspelt(name), None, "{name}");
            assert!(!is_looked_after(name), "{name}");
        }
    }

    #[test]
    fn what_is_meant_is_told_of_wrong_names_only() {
        for (name, expected) in [
            ("reg.1.server.1.adress", Some("reg.1.server.1.address")),
            ("reg.1.Server.1.adress", Some("reg.1.server.1.address")),
            ("volpProt.SIP.enable", Some("voIpProt.SIP.enable")),
            ("reg.1.server.1.address", None),
            ("reg.01.server.0.address", Some("reg.1.server.1.address")),
            ("voIpProt.server.07.port", Some("voIpProt.server.4.port")),
            ("reg.1.server.1.colour", None),
            ("voIpProt.SIP.enabel", None),
        ] {
            assert_eq!(meant(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn the_nearest_name_keeps_the_indexes() {
        for (name, meant) in [
            ("reg.3.server.2.transprot", "reg.3.server.2.transport"),
            ("voIpProt.server.1.Address", "voIpProt.server.1.address"),
            ("voIpProt.server.address", "voIpProt.server.1.address"),
            ("reg.x.server.y.port", "reg.1.server.1.port"),
            ("reg.2.server.l.port", "reg.2.server.1.port"),
            ("reg.l.address", "reg.1.address"),
            ("volpProt.server.1.address", "voIpProt.server.1.address"),
            ("volpProt.server.1.prot", "voIpProt.server.1.port"),
            (
                "reg.1.server.1.failover.failback.mode",
                "reg.1.server.1.failOver.failBack.mode",
            ),
            ("device.dns.serverAdress", "device.dns.serverAddress"),
            ("reg.server.2.address", "reg.1.server.2.address"),
            ("reg.3.server.address", "reg.3.server.1.address"),
            ("reg.server.address", "reg.1.server.1.address"),
            ("reg.outboundProxy.port", "reg.1.outboundProxy.port"),
            (
                "voIpProt.outboundProxy.address",
                "voIpProt.SIP.outboundProxy.address",
            ),
            ("reg.1.server.2.overlap", "reg.1.server.2.expires.overlap"),
            ("server.1.address", "voIpProt.server.1.address"),
            ("SIP.outboundProxy.port", "voIpProt.SIP.outboundProxy.port"),
            ("voIpProt.1.address", "voIpProt.server.1.address"),
            ("reg.1.1.address", "reg.1.server.1.address"),
            ("reg..server.1.address", "reg.1.server.1.address"),
            ("cache.SRV.2.target", "dns.cache.SRV.2.target"),
            ("dns.NAPTR.1.flags", "dns.cache.NAPTR.1.flags"),
            ("dns.serverAddress", "device.dns.serverAddress"),
            ("device.domain", "device.dns.domain"),
            ("reg.1.adress", "reg.1.address"),
            ("reg.1.server.1.addr", "reg.1.server.1.address"),
            ("voIpProt.server.1.Trans", "voIpProt.server.1.transport"),
            ("reg.1.Address", "reg.1.address"),
            ("reg.2.server.1", "reg.2.server.1.address"),
            ("reg.2.server", "reg.2.server.1.address"),
            ("voIpProt.server", "voIpProt.server.1.address"),
            (
                "voIpProt.SIP.outboundProxy",
                "voIpProt.SIP.outboundProxy.address",
            ),
            ("reg.1.outboundProxy", "reg.1.outboundProxy.address"),
            ("dns.cache.A.1", "dns.cache.A.1.address"),
            ("voIpProt.SIP.server.1.port", "voIpProt.server.1.port"),
        ] {
            assert_eq!(nearest(name).as_deref(), Some(meant), "{name}");
            let is_misspelt = misspelt(name).is_some();
            assert!(is_misspelt || is_looked_after(name), "{name}");
        }
        assert_eq!(nearest("reg.1.server.1.colour"), None);
    }
}
