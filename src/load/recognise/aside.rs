//! Texts about zones and handsets: answers that somebody kept, documentation, programs, changes,
//! templates.

use super::master_file::{record_type, records, weight};
use super::{Kind, markup};
use crate::phone::template_construct;
use crate::source::at_most;
use crate::zone::Format;

/// How many lines tell what a text is.
const LINES: usize = 2000;

/// How much of a text they may take, in bytes.
const BEGINNING: usize = 1 << 18;

/// A text is what `dig` or `drill` wrote of a question for anything but a whole zone, or what
/// BIND wrote of its cache.
fn is_answer(text: &str) -> bool {
    let comments = || {
        let lines = text.lines().take(LINES).map(str::trim_start);
        lines.filter_map(|line| line.strip_prefix(';'))
    };
    let is_of_zone = |line: &str| {
        let mut words = line.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| word.eq_ignore_ascii_case("AXFR") || word.eq_ignore_ascii_case("IXFR"))
    };
    let is_dump = |line: &str| line.trim_start().starts_with("Cache dump of view");
    comments().any(is_dump)
        || comments().any(|line| line.contains("->>HEADER<<-")) && !comments().any(is_of_zone)
}

/// A text holds records with complete names and nothing else, no NS record among them.
pub(in crate::load) fn is_list_of_answers(text: &str) -> bool {
    records(text).all(|line| {
        let owner = line.split_whitespace().next().unwrap_or_default();
        let is_ns = |kind: &str| kind.eq_ignore_ascii_case("NS");
        line.starts_with(owner) && owner.ends_with('.') && !record_type(line).is_some_and(is_ns)
    })
}

/// A text of that kind, by its content, is about what it seems to be. Its path is the one below
/// the folder in which it was met.
pub(in crate::load) fn is_aside(text: &str, path: &str, kind: Kind) -> bool {
    let path = path.to_ascii_lowercase();
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", &path));
    let is_zone = matches!(kind, Kind::Zone(_));
    // Lines may be long.
    let text = at_most(BEGINNING, text);
    let is_master_file = kind == Kind::Zone(Format::MasterFile);
    // Marks of Markdown may stand in what an export prints, and in comments of XML.
    let may_have_fence = is_master_file || !is_zone && !text.trim_start().starts_with('<');
    if text.starts_with("#!/") || is_change(text) || may_have_fence && has_fence(text) {
        return true;
    }
    if is_template(file) || folders.split('/').any(|folder| TEMPLATES.contains(&folder)) {
        let is_open = if is_zone {
            has_placeholder(text)
        } else {
            has_placeholder(text) || template_construct(text).is_some()
        };
        if is_open {
            return true;
        }
    }
    // Of Moldova's domains the zones are named so too.
    let may_be_its_domains = matches!(kind, Kind::Zone(Format::MasterFile | Format::WindowsDns));
    if is_document(file) && (!may_be_its_domains || is_written(text)) {
        return true;
    }
    // A text that has what every zone has is one, whatever else stands in it.
    let may_be_prose = is_master_file && !is_whole_zone(text);
    may_be_prose
        && (is_answer(text)
            // Many lines of a zone may be broken, so that its name counts too.
            || !is_named_like_zone(file) && markup(text).is_none() && mostly_prose(text))
}

/// The text has an SOA record and an NS record that are no remarks.
fn is_whole_zone(text: &str) -> bool {
    let has = |kind: &str| {
        let mut types = records(text).filter_map(record_type);
        types.any(|found| found.eq_ignore_ascii_case(kind))
    };
    has("SOA") && has("NS")
}

/// Something is to be put into the text before it is of use.
fn has_placeholder(text: &str) -> bool {
    const MARKS: [&str; 7] = ["{{", "{%", "<%", "${", "define(`", "dnl\n", "include(`"];
    // `@SERIAL@`
    let is_name = |part: &str| {
        let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        !part.is_empty() && part.bytes().all(is_of_name)
    };
    let behind = text.split_once('@').map_or("", |(_, behind)| behind);
    let mut enclosed = behind.rsplit('@').skip(1);
    MARKS.iter().any(|mark| text.contains(mark)) || enclosed.any(is_name)
}

fn is_named_like_zone(file: &str) -> bool {
    const ENDINGS: [&str; 4] = [".zone", ".db", ".dns", ".hosts"];
    file.starts_with("db.") || ENDINGS.iter().any(|ending| file.ends_with(ending))
}

/// Folders of what files are made of.
const TEMPLATES: [&str; 2] = ["template", "templates"];

/// A file of that name is what files are made of.
fn is_template(file: &str) -> bool {
    const ENDINGS: [&str; 11] = [
        ".ctmpl",
        ".epp",
        ".erb",
        ".in",
        ".j2",
        ".jinja",
        ".jinja2",
        ".m4",
        ".template",
        ".tmpl",
        ".tpl",
    ];
    ENDINGS.iter().any(|ending| file.ends_with(ending))
}

/// A file of that name is written for people.
fn is_document(file: &str) -> bool {
    const ENDINGS: [&str; 7] = [
        ".adoc",
        ".asciidoc",
        ".htm",
        ".html",
        ".markdown",
        ".md",
        ".rst",
    ];
    ENDINGS.iter().any(|ending| file.ends_with(ending))
}

/// A text has what documents have: examples, headings, sentences.
fn is_written(text: &str) -> bool {
    let is_heading = |line: &str| {
        let title = line.trim_start_matches(['#', '=']);
        title.len() < line.len() && title.starts_with(' ')
    };
    has_fence(text) || text.lines().take(LINES).any(is_heading) || mostly_prose(text)
}

/// What `diff` writes.
fn is_change(text: &str) -> bool {
    let mut before = "";
    text.lines().take(LINES).any(|line| {
        let is_pair = before.starts_with("--- ") && line.starts_with("+++ ");
        before = line;
        is_pair || line.starts_with("diff --git ")
    })
}

/// Examples stand in it as Markdown has them. Where the first line is the fence, the text was
/// copied from such.
fn has_fence(text: &str) -> bool {
    let lines = text.lines().take(LINES).map(str::trim_end);
    let mut content = lines.filter(|line| !line.is_empty());
    let is_fence = |line: &str| line.trim_start().starts_with("```");
    !content.next().is_some_and(is_fence) && content.any(is_fence)
}

/// As many lines are no records as are; what only zones have counts twice.
fn mostly_prose(text: &str) -> bool {
    let (mut prose, mut of_zones) = (0_usize, 0_usize);
    for line in records(text).take(LINES) {
        match weight(line) {
            0 => prose += 1,
            weight => of_zones += weight,
        }
    }
    prose >= of_zones
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONE: &str = "$TTL 60\n@ SOA ns h 1 1 1 1 1\n";

    #[test]
    fn answers_are_told_from_transfers() {
        let header = ";; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 1\n";
        for (text, is) in [
            (
                format!("\n; <<>> DiG 9 <<>> a.x\n{header};a.x.\tIN\tA\n\na.x. 1 IN A 10.0.0.1\n"),
                true,
            ),
            (
                format!("{header};; x.\tIN\tSOA\nx. 1 IN SOA ns h 1 1 1 1 1\n"),
                true,
            ),
            (
                "; Start view _default\n; Cache dump of view '_default'\n$DATE 2026\n".to_owned(),
                true,
            ),
            (format!("; <<>> DiG 9 <<>> x AXFR\n{ZONE}"), false),
            (format!("{header};x.\tIN\tAXFR\n{ZONE}"), false),
            (ZONE.to_owned(), false),
        ] {
            assert_eq!(is_answer(&text), is, "{text}");
        }
    }

    #[test]
    fn lists_of_answers_have_complete_names_only() {
        for (text, is) in [
            (
                "; before\n_sip._udp.x. 1 IN SRV 0 0 5060 a.x.\na.x. A 10.0.0.1\n",
                true,
            ),
            ("x. IN SOA ns h (\n 1 1 1 1 1 )\n", true),
            ("x. SOA ns h 1 1 1 1 1\nx. NS ns\n", false),
            ("$TTL 60\na.x. A 10.0.0.1\n", false),
            ("a.x. A 10.0.0.1\n A 10.0.0.2\n", false),
            ("a A 10.0.0.1\n", false),
        ] {
            assert_eq!(is_list_of_answers(text), is, "{text}");
        }
    }

    #[test]
    fn what_tells_of_zones_is_told_from_zones() {
        let kind = Kind::Zone(Format::MasterFile);
        for (text, is) in [
            (&*format!("# Zones\n\n```\n{ZONE}```\n"), true),
            (&format!("#!/bin/sh\ncat <<E >zone\n{ZONE}E\n"), true),
            (
                &format!("diff --git a/x b/x\n@@ -1,1 +1,2 @@\n {ZONE}"),
                true,
            ),
            (&format!("--- a/x\n+++ b/x\n@@ -1,1 +1,2 @@\n {ZONE}"), true),
            (
                "Every file begins with\n\n$TTL 60\n\nand ends with a newline.\n",
                true,
            ),
            (
                "2026-11-01 jd\n  $TTL lowered to 3600\n  _sip._udp SRV 1 1 5060 a\n",
                true,
            ),
            (
                "The SOA record is:\n@ IN SOA ns h 1 1 1 1 1\nIt was changed.\n",
                true,
            ),
            (ZONE, false),
            // What was copied with the marks around it, and what half of it is broken of.
            (&format!("```\n{ZONE}```\n"), false),
            (
                &format!("{ZONE}_sip._udp SVR 1 1 5060 a\na AA 10.0.0.1\n"),
                false,
            ),
        ] {
            assert_eq!(is_aside(text, "x.txt", kind), is, "{text}");
        }
        let broken = "_sip._udp SVR 1 1 5060 a\na AA 10.0.0.1\n$TTL 60\n";
        for (path, is) in [
            ("z/broken.txt", true),
            ("z/DB.x", false),
            ("z/x.zone", false),
            ("z/x.zone.j2", true),
        ] {
            assert_eq!(is_aside(broken, path, kind), is, "{path}");
        }
        let whole = format!("{ZONE}@ NS ns\nns A 10.0.0.1\n");
        for (text, is) in [
            (format!("--- a/x\n+++ b/x\n{whole}"), true),
            (format!("diff --git a/x b/x\n{whole}"), true),
            (format!("{whole}--- hosts\nsip1 A 10.0.0.2\n"), false),
        ] {
            assert_eq!(is_aside(&text, "x.txt", kind), is, "{text}");
        }
        assert!(!is_aside(&whole, "z/x.zone.j2", kind));
        let template = "$TTL {{ ttl }}\n@ SOA ns h 1 1 1 1 1\n@ NS ns\n";
        assert!(is_aside(template, "z/x.zone.j2", kind));
        assert!(!is_aside(template, "z/x.zone", kind));
        // What every zone has makes one of it.
        let whole = "; ->>HEADER<<- of dig\n@ SOA ns h 1 1 1 1 1\n@ NS ns\nns A ( 1.1.1.1 )\n";
        let phones = "n URI 10 1 \"sip:1@x\"\n".repeat(9);
        for text in [whole.to_owned(), format!("{whole}{phones}")] {
            assert!(!is_aside(&text, "h.example", kind), "{text}");
        }
        let commented = "<!-- usage:\n```\ncurl\n```\n-->\n<x reg.1.address=\"1\"/>\n";
        assert!(!is_aside(commented, "site.cfg", Kind::PhoneConfig));
        let exported = "From the ticket:\n```\nHostName RecordType\n```\n";
        let table = Kind::Zone(Format::PowerShellTable);
        assert!(!is_aside(exported, "h.example.txt", table));
        let phones = "# Sites\n\n```\n<x reg.1.address=\"1\"/>\n```\n";
        assert!(is_aside(phones, "HOWTO.md", Kind::PhoneConfig));
    }

    #[test]
    fn what_files_are_made_of_is_told_by_its_name_and_what_is_open_in_it() {
        let zone = Kind::Zone(Format::MasterFile);
        let open = ZONE.replacen('1', "@SERIAL@", 1) + "@ NS ns\n";
        let macros = format!("define(`N', `1')dnl\n{ZONE}@ NS ns\n");
        let handset = "<x reg.1.server.1.address=\"$server\"/>";
        let rendered = handset.replace('$', "");
        for (text, path, kind, is) in [
            (&*open, "x.zone.in", zone, true),
            (&macros, "x.m4", zone, true),
            (&open, "templates/x.zone", zone, true),
            (&open, "x.zone", zone, false),
            // A domain of India.
            (ZONE, "db.x.in", zone, false),
            (handset, "x.cfg.tmpl", Kind::PhoneConfig, true),
            (handset, "voice/Templates/x.cfg", Kind::PhoneConfig, true),
            (handset, "templates.d/x.cfg", Kind::PhoneConfig, false),
            (handset, "x.cfg", Kind::PhoneConfig, false),
            (&rendered, "templates/x.cfg", Kind::PhoneConfig, false),
        ] {
            assert_eq!(is_aside(text, path, kind), is, "{path}");
        }
    }

    #[test]
    fn documents_are_no_inputs_whatever_they_show() {
        let master_file = Kind::Zone(Format::MasterFile);
        let windows = Kind::Zone(Format::WindowsDns);
        let table = Kind::Zone(Format::PowerShellTable);
        let whole = format!("{ZONE}@ NS ns\n");
        let shown = format!("# DNS\n\n{whole}");
        let halves = "Telephone system\n\nsip1 A 192.0.2.31\nThe zone is x.example.\n";
        for (text, path, kind, is) in [
            (&*shown, "docs/dns.md", windows, true),
            (&shown, "docs/dns.adoc", master_file, true),
            (&format!("== DNS\n{whole}"), "dns.adoc", master_file, true),
            ("HostName RecordType", "docs/ps.md", table, true),
            ("HostName RecordType", "docs/ps.txt", table, false),
            (
                "<x reg.1.address=\"1\"/>",
                "x.html",
                Kind::PhoneConfig,
                true,
            ),
            (halves, "notes.txt", master_file, true),
            (
                "a 60 A 192.0.2.1\nb 60 AWS ALIAS a\n",
                "list.txt",
                master_file,
                false,
            ),
            // A domain of Moldova.
            (&whole, "db.x.md", master_file, false),
        ] {
            assert_eq!(is_aside(text, path, kind), is, "{path}");
        }
    }
}
