//! What the misspelt parameters of all files were meant to be, in word or index. Where one stands,
//! the rules about what is missing are silent: `phone-parameter-unknown` speaks of it, or
//! `phone-value-out-of-range`.

use std::borrow::Cow;

use hashbrown::{HashMap, HashSet};

use crate::phone::{Settings, parameter};
use crate::site::Site;
use crate::source::SourceId;

/// More than handsets read of anything: twelve static records.
const MOST_INDEXES: u32 = 12;

/// The files with misspelt parameters.
pub(super) struct Misspelt {
    /// By the name that was meant, or may have been.
    by_name: HashMap<String, HashSet<SourceId>>,
    /// Those in which an address was meant.
    addresses: HashSet<SourceId>,
}

impl Misspelt {
    pub(super) fn of(site: &Site) -> Self {
        // Files of many handsets have the same names.
        let mut meant = HashMap::new();
        let mut by_name: HashMap<String, HashSet<SourceId>> = HashMap::new();
        for file in &site.configurations {
            for parameter in &file.parameters {
                let name = parameter.name.value.as_str();
                let meant = meant.entry(name).or_insert_with(|| parameter::meant(name));
                let may_be_host = parameter.value.value.contains('.');
                let meant = match meant {
                    Some(meant) => Some(Cow::Borrowed(meant.as_str())),
                    None if may_be_host => address(name).map(Cow::Owned),
                    None => None,
                };
                let may_be = of_all_lines(name).into_iter();
                for other in may_be.chain(indexes_in_range(name)) {
                    by_name.entry(other).or_default().insert(file.source);
                }
                if let Some(meant) = meant {
                    by_name.entry_ref(&*meant).or_default().insert(file.source);
                }
            }
        }
        let addresses = by_name
            .iter()
            .filter(|(name, _)| name.ends_with(".address"));
        let addresses = addresses.flat_map(|(_, files)| files).copied().collect();
        Self { by_name, addresses }
    }

    /// One of their files has a parameter that was meant to be called that.
    pub(super) fn is_meant(&self, settings: &Settings<'_>, name: &str) -> bool {
        let files = self.by_name.get(name);
        files.is_some_and(|files| is_read(settings, files))
    }

    /// One of their files has a parameter that was meant to be an address.
    pub(super) fn has_address(&self, settings: &Settings<'_>) -> bool {
        is_read(settings, &self.addresses)
    }
}

/// A server's parameter of a line that is not named may be one of all lines:
/// `reg.server.1.address`.
pub(super) fn of_all_lines(name: &str) -> Option<String> {
    let of_server = name
        .strip_prefix("reg.")
        .filter(|rest| rest.starts_with("server."))?;
    let meant = format!("voIpProt.{of_server}");
    parameter::find(&meant).map(|_| meant)
}

/// Each of these a name may have been meant to be whose last index handsets do not read.
fn indexes_in_range(name: &str) -> impl Iterator<Item = String> {
    let wrong = parameter::find(name).filter(|spec| spec.check_indexes(name).is_err());
    let parts = wrong.and_then(|spec| Some((spec, in_front_of_index(name)?)));
    parts.into_iter().flat_map(move |(spec, (front, behind))| {
        let names = (1..=MOST_INDEXES).map(move |index| format!("{front}{index}{behind}"));
        names.filter(move |name| spec.check_indexes(name).is_ok())
    })
}

/// What stands before the last index of a name, and behind it: `dns.cache.A.` and `.name`.
pub(super) fn in_front_of_index(name: &str) -> Option<(&str, &str)> {
    let (prefix, _) = name.rsplit_once('.')?;
    let end = prefix.rfind(|c: char| c.is_ascii_digit())? + 1;
    let front = name[..end].trim_end_matches(|c: char| c.is_ascii_digit());
    Some((front, &name[end..]))
}

/// Of a server's parameter nobody can tell what it means: `reg.1.server.1.host` may be its address.
fn address(name: &str) -> Option<String> {
    let (prefix, _) = name.rsplit_once('.')?;
    let address = format!("{prefix}.address");
    let is_unknown = parameter::find(name).is_none() && parameter::is_looked_after(name);
    let is_of_server = is_unknown && prefix.split('.').any(|word| word == "server");
    (is_of_server && parameter::find(&address).is_some()).then_some(address)
}

fn is_read(settings: &Settings<'_>, files: &HashSet<SourceId>) -> bool {
    let mut read = settings.files().iter();
    !files.is_empty() && read.any(|file| files.contains(file))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::phone_testing::site;

    #[test]
    fn what_was_meant_counts_where_its_file_is_read() {
        let site = site(&[
            r#"<a volpProt.server.1.address="a" dns.cache.A.1.adress="10.225.2.31"/>"#,
            r#"<a dns.cache.A.1.name="sip1.eslab.local" reg.1.server.1.prot="5060"/>"#,
        ]);
        let misspelt = Misspelt::of(&site);
        let files: Vec<_> = site
            .configurations
            .iter()
            .map(|one| one.settings())
            .collect();
        for (name, expected) in [
            ("dns.cache.A.1.address", [true, false]),
            ("voIpProt.server.1.address", [true, false]),
            ("reg.1.server.1.port", [false, true]),
            ("dns.cache.A.1.name", [false, false]),
        ] {
            let found = [0, 1].map(|file| misspelt.is_meant(&files[file], name));
            assert_eq!(found, expected, "{name}");
        }
        let found = [0, 1].map(|file| misspelt.has_address(&files[file]));
        assert_eq!(found, [true, false]);
    }
}
