//! The command that printed a table, where it was copied along with it.

use crate::dns::Name;
use crate::zone::export::zone_name;

/// What a prompt's line says about the table below it.
#[derive(Default)]
pub(super) struct Command {
    /// `-ZoneName`, or the first argument.
    pub(super) zone: Option<Name>,
    /// Which part of the zone it asks for, in lower case: `-rrtype a`. Empty for all of it.
    pub(super) filter: String,
}

impl Command {
    /// Reads what was typed at a prompt such as `PS C:\>`, `[dc1]: PS C:\>`, or `>>` where a
    /// command goes on; `false` where the line is no prompt.
    pub(super) fn read(&mut self, line: &str) -> bool {
        let line = line.trim_start();
        if let Some(typed) = line.strip_prefix(">>") {
            self.read_on(typed);
            return true;
        }
        let is_remote = line.starts_with('[') && line.contains("]: PS ");
        let Some((_, typed)) = line
            .split_once('>')
            .filter(|_| is_remote || line.starts_with("PS "))
        else {
            return false;
        };
        *self = Self::default();
        self.read_on(typed);
        true
    }

    /// Reads more of the command.
    pub(super) fn read_on(&mut self, typed: &str) {
        // What stands behind a pipe picks and formats; picking is all that matters here.
        let mut words = typed.split_whitespace().peekable();
        let mut is_first = false;
        while let Some(word) = words.next() {
            let is = |name: &str| word.eq_ignore_ascii_case(name);
            if is("-ZoneName") {
                self.zone = words.next().and_then(unquoted);
            } else if is("Get-DnsServerResourceRecord") {
                is_first = true;
                continue;
            } else if is("-Name")
                || is("-RRType")
                || is("-Type")
                || is("-Node")
                || is("Where-Object")
                || is("where")
                || is("?")
                || is("Select-String")
            {
                let value = words.next_if(|next| !next.starts_with('-'));
                for word in [Some(word), value].into_iter().flatten() {
                    self.filter.push_str(&word.to_lowercase());
                    self.filter.push(' ');
                }
            } else if word.starts_with('-') {
                words.next_if(|next| !next.starts_with('-'));
            } else if is_first && self.zone.is_none() {
                self.zone = unquoted(word);
            }
            is_first = false;
        }
    }
}

/// A zone as an argument.
fn unquoted(word: &str) -> Option<Name> {
    zone_name(word.trim_matches(['"', '\'']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_tells_the_zone_and_whether_all_of_it_was_asked_for() {
        for (line, zone, filter) in [
            (
                "PS C:\\> Get-DnsServerResourceRecord -ZoneName \"eslab.local\"",
                Some("eslab.local."),
                "",
            ),
            (
                "[dc1]: PS C:\\Users\\a> get-dnsserverresourcerecord eslab.local -RRType SRV",
                Some("eslab.local."),
                "-rrtype srv ",
            ),
            (
                "PS C:\\> Get-DnsServerResourceRecord -ComputerName dc1 -ZoneName 'x.y' | Format-Table",
                Some("x.y."),
                "",
            ),
            ("PS C:\\>", None, ""),
        ] {
            let mut command = Command::default();
            assert!(command.read(line), "{line}");
            let name = command.zone.map(|zone| zone.to_string());
            assert_eq!(
                (name.as_deref(), command.filter.as_str()),
                (zone, filter),
                "{line}"
            );
        }
        for line in ["", "@  A  1", "PSX", "[x] y", "PS   A   1"] {
            assert!(!Command::default().read(line), "{line}");
        }
        let mut command = Command::default();
        assert!(command.read("PS C:\\> Get-DnsServerResourceRecord `"));
        assert!(command.read(">> -ZoneName x.y -RRType A"));
        assert_eq!(
            command.zone.map(|zone| zone.to_string()),
            Some("x.y.".into())
        );
        assert_eq!(command.filter, "-rrtype a ");
    }
}
