//! The command of PowerShell that printed records, where it was copied along with them.

use super::export::zone_name;
use crate::dns::Name;

/// What a prompt's line says about the records below it.
#[derive(Default)]
pub(super) struct Command {
    /// `-ZoneName`, or the first argument.
    pub(super) zone: Option<Name>,
    /// Which part of the zone it asks for, in lower case: `-rrtype a`. Empty for all of it.
    pub(super) filter: String,
    /// What was kept in variables before.
    variables: Vec<Variable>,
    /// The variable that the command keeps its records in.
    kept_in: Option<String>,
}

/// Records that were kept in a variable, to be printed later.
struct Variable {
    name: String,
    zone: Option<Name>,
    filter: String,
}

/// Variables that are remembered.
const MOST_VARIABLES: usize = 64;

/// Words that pick some of the records.
const PICKS: [&str; 15] = [
    "-Name",
    "-RRType",
    "-Type",
    "-Node",
    "-First",
    "-Last",
    "-Skip",
    "-SkipLast",
    "-Index",
    "-Unique",
    "Where-Object",
    "where",
    "?",
    "Select-String",
    "findstr",
];

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
        self.keep();
        self.read_on(typed);
        true
    }

    /// What it says, of which nothing is said of the records further below.
    pub(super) fn take(&mut self) -> Self {
        let variables = std::mem::take(&mut self.variables);
        let taken = std::mem::take(self);
        self.variables = variables;
        taken
    }

    /// Begins the next command.
    fn keep(&mut self) {
        let taken = self.take();
        if let Some(name) = taken.kept_in {
            self.variables.retain(|variable| variable.name != name);
            if self.variables.len() < MOST_VARIABLES {
                self.variables.push(Variable {
                    name,
                    zone: taken.zone,
                    filter: taken.filter,
                });
            }
        }
    }

    /// Reads more of the command.
    pub(super) fn read_on(&mut self, typed: &str) {
        let mut typed = typed.trim();
        if let Some((name, rest)) = typed.split_once('=').filter(|_| typed.starts_with('$')) {
            let name = name.trim().to_ascii_lowercase();
            self.kept_in = Some(name).filter(|name| !name.contains(' '));
            typed = rest;
        }
        // What stands behind a pipe picks and formats; picking is all that matters here.
        let words = typed.split([' ', '\t']).flat_map(|word| {
            // `-ZoneName:eslab.local`
            let parts = word.split_once(':').filter(|_| word.starts_with('-'));
            let (name, value) = parts.unwrap_or((word, ""));
            [name, value]
        });
        let mut words = words.filter(|word| !word.is_empty()).peekable();
        let mut is_first = false;
        while let Some(word) = words.next() {
            let is = |name: &str| word.eq_ignore_ascii_case(name);
            if is("-ZoneName") {
                self.zone = words.next().and_then(unquoted);
            } else if is("Get-DnsServerResourceRecord") {
                is_first = true;
                continue;
            } else if PICKS.iter().any(|pick| is(pick)) {
                let value = words.next_if(|next| !next.starts_with('-'));
                for word in [Some(word), value].into_iter().flatten() {
                    self.filter.push_str(&word.to_lowercase());
                    self.filter.push(' ');
                }
            } else if word.starts_with('-') {
                words.next_if(|next| !next.starts_with('-'));
            } else if word.starts_with('$') {
                self.show(word);
            } else if is_first && self.zone.is_none() {
                self.zone = unquoted(word);
            }
            is_first = false;
        }
    }

    /// The records in a variable are printed.
    fn show(&mut self, name: &str) {
        let is_it = |variable: &&Variable| variable.name.eq_ignore_ascii_case(name);
        if let Some(variable) = self.variables.iter().find(is_it) {
            self.zone.clone_from(&variable.zone);
            self.filter.push_str(&variable.filter);
        }
    }
}

/// A zone as an argument; a variable does not tell which.
fn unquoted(word: &str) -> Option<Name> {
    let name = word.trim_matches(['"', '\'']);
    (!name.starts_with('$')).then(|| zone_name(name)).flatten()
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
            (
                "PS C:\\> Get-DnsServerResourceRecord -ZoneName:x.y -RRType:A",
                Some("x.y."),
                "-rrtype a ",
            ),
            (
                "PS C:\\> Get-DnsServerResourceRecord x.y | Select-Object -First 3",
                Some("x.y."),
                "-first 3 ",
            ),
            (
                "PS C:\\> foreach ($z in $all) { Get-DnsServerResourceRecord -ZoneName $z }",
                None,
                "",
            ),
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

    #[test]
    fn a_variable_stands_for_what_was_kept_in_it() {
        let mut command = Command::default();
        for line in [
            "PS C:\\> $r = Get-DnsServerResourceRecord -ZoneName x.y -RRType A",
            "PS C:\\> cls",
            "PS C:\\> $R | ft",
        ] {
            assert!(command.read(line));
        }
        let shown = command.take();
        let zone = shown.zone.map(|zone| zone.to_string());
        assert_eq!(zone.as_deref(), Some("x.y."));
        assert_eq!(shown.filter, "-rrtype a ");
        assert!(command.read("PS C:\\> $s | ft") && command.zone.is_none());
    }
}
