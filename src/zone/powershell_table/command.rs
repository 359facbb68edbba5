//! The command that printed a table, where it was copied along with it.

use crate::dns::Name;
use crate::zone::export::zone_name;

/// What a prompt's line says about the table below it.
#[derive(Default)]
pub(super) struct Command {
    /// `-ZoneName`, or the first argument.
    pub(super) zone: Option<Name>,
    /// It asks for a part of the zone: `-Name`, `-RRType`, `-Node`.
    pub(super) is_filtered: bool,
}

impl Command {
    /// The command behind a prompt such as `PS C:\>`, `[dc1]: PS C:\>` or `>>`; `None` where
    /// the line is no prompt.
    pub(super) fn read(line: &str) -> Option<Self> {
        let line = line.trim_start();
        let is_prompt = line.starts_with("PS ") || line.starts_with(">>");
        let is_remote = line.starts_with('[') && line.contains("]: PS ");
        if !is_prompt && !is_remote {
            return None;
        }
        let typed = line.split_once('>').map_or("", |(_, typed)| typed);
        let mut command = Self::default();
        command.read_on(typed);
        Some(command)
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
                self.is_filtered = true;
                words.next_if(|next| !next.starts_with('-'));
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
        for (line, zone, is_filtered) in [
            (
                "PS C:\\> Get-DnsServerResourceRecord -ZoneName \"eslab.local\"",
                Some("eslab.local."),
                false,
            ),
            (
                "[dc1]: PS C:\\Users\\a> get-dnsserverresourcerecord eslab.local -RRType SRV",
                Some("eslab.local."),
                true,
            ),
            (
                "PS C:\\> Get-DnsServerResourceRecord -ComputerName dc1 -ZoneName 'x.y' | Format-Table",
                Some("x.y."),
                false,
            ),
            ("PS C:\\>", None, false),
        ] {
            let command = Command::read(line).expect("a prompt");
            let name = command.zone.map(|zone| zone.to_string());
            assert_eq!(
                (name.as_deref(), command.is_filtered),
                (zone, is_filtered),
                "{line}"
            );
        }
        for line in ["", "@  A  1", "PSX", "[x] y"] {
            assert!(Command::read(line).is_none(), "{line}");
        }
    }
}
