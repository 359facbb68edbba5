//! The lines of a handset: who registers.

use hashbrown::HashSet;

use super::{Parameter, Settings};
use crate::handset::Identity;

impl<'a> Settings<'a> {
    /// The lines that have a user, each with the parameter that names it.
    pub fn lines(&self) -> impl Iterator<Item = (u32, &'a Parameter)> {
        let mut seen = HashSet::new();
        let numbered = self.parameters().filter_map(|parameter| {
            let name = parameter.name.value.strip_prefix("reg.")?;
            Some((name.strip_suffix(".address")?.parse().ok()?, parameter))
        });
        let counting = numbered.filter(move |(line, _)| seen.insert(*line));
        counting.filter(|(_, parameter)| !parameter.value.value.is_empty())
    }

    /// Lines without a server of their own register with the one that DHCP names.
    pub fn asks_dhcp(&self) -> bool {
        let dhcp = self.get("voIpProt.server.dhcp.available");
        dhcp.is_some_and(|dhcp| dhcp.value.value.trim() == "1")
    }

    /// Who registers, line by line.
    pub fn identities(&self) -> Identities<'_, 'a> {
        let lines: HashSet<_> = self.lines().map(|(line, _)| line).collect();
        Identities {
            settings: self,
            lowest: lines.iter().min().copied(),
            lines,
        }
    }

    /// See [`Identities::of`].
    pub fn identity(&self, line: Option<u32>) -> Identity {
        self.identities().of(line)
    }

    fn names_of(&self, line: Option<u32>) -> Identity {
        let filled = |name: &str| {
            let value = &self.get(name)?.value.value;
            (!value.is_empty()).then(|| value.clone())
        };
        let domain = filled("device.dns.domain");
        let Some(line) = line else {
            return Identity {
                domain,
                ..Identity::default()
            };
        };
        Identity {
            line: Some(line),
            user: filled(&format!("reg.{line}.address"))
                .and_then(|address| address.split('@').next().map(str::to_owned)),
            display_name: filled(&format!("reg.{line}.displayName")),
            auth_user: filled(&format!("reg.{line}.auth.userId")),
            domain,
        }
    }
}

/// Who registers on each line of a handset.
pub struct Identities<'s, 'a> {
    settings: &'s Settings<'a>,
    /// Those with a user.
    lines: HashSet<u32>,
    lowest: Option<u32>,
}

impl Identities<'_, '_> {
    /// The names of that line; of the lowest that has a user where it is none of those.
    pub fn of(&self, line: Option<u32>) -> Identity {
        let own = line.filter(|line| self.lines.contains(line));
        self.settings.names_of(own.or(self.lowest))
    }
}

#[cfg(test)]
mod tests {
    use crate::phone::tests::configuration;

    #[test]
    fn a_user_that_another_file_took_away_is_none() {
        let configuration = configuration(
            r#"<x><web reg.1.address=""/><own reg.1.address="1512" reg.2.address="1513" reg.2.server.1.address="a"/></x>"#,
        );
        let settings = configuration.settings();
        let users: Vec<_> = settings
            .lines()
            .map(|(line, user)| (line, user.value.value.as_str()))
            .collect();
        assert_eq!(users, [(2, "1513")]);
    }

    #[test]
    fn the_identity_is_that_of_the_line_or_of_the_first_with_a_user() {
        let configuration = configuration(
            r#"<x reg.1.address="" reg.3.address="1513" reg.2.address="1512@eslab.local"
                reg.2.displayName="Ward 3" reg.2.auth.userId="u1512" device.dns.domain="eslab.local"/>"#,
        );
        let of = |line| configuration.settings().identity(line);
        let third = of(Some(3));
        assert_eq!((third.line, third.user.as_deref()), (Some(3), Some("1513")));
        assert_eq!((of(Some(1)), of(None)), (of(Some(2)), of(Some(2))));
        let identity = of(None);
        assert_eq!(identity.line, Some(2));
        assert_eq!(identity.user.as_deref(), Some("1512"));
        assert_eq!(identity.display_name.as_deref(), Some("Ward 3"));
        assert_eq!(identity.auth_user.as_deref(), Some("u1512"));
        assert_eq!(identity.domain.as_deref(), Some("eslab.local"));
    }
}
