//! A site that says hostile things wherever an input can say something: none of them is more
//! than text in any format.

use assert_cmd::Command;
use pulldown_cmark::{Event, Options, Parser, Tag};
use tempfile::TempDir;

use super::{expected, json, reports};

/// What somebody might write into a zone, a configuration or a file's name to be obeyed.
pub(super) const HOSTILE: &str = "::set-output name=a::b ##[error]x ##vso[task.complete]y %0A::error::z \
    ` </script><img src=x onerror=alert(1)> ]]&gt; | a | b | [x](http://evil.example) \
    ![x](http://evil.example) `` ` @team #1 http://evil.example www.evil.example \
    \u{202e}gnp\u{200b}\u{9b}31m\u{85}\u{2028} {0} ${{ x }}";

/// A site that says hostile things wherever an input can say something.
pub(super) fn hostile_site() -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    let write = |name: &str, text: String| {
        std::fs::write(folder.path().join(name), text).expect("a new file");
    };
    let in_xml = HOSTILE
        .replace('<', "&lt;")
        .replace('"', "&quot;")
        .replace("]]&gt;", "]]&amp;gt;");
    write(
        "phone.cfg",
        format!(
            "<x voIpProt.server.1.address=\"{in_xml}\" voIpProt.server.1.transport=\"{in_xml}\"\n\
             reg.1.server.1.address=\"&#10;::error::new line\" {}=\"\"/>\n",
            "voIpProt.server.1.prot"
        ),
    );
    let head = "$ORIGIN hostile.example.\n$TTL 3600\n@ SOA ns1 h 1 900 600 86400 900\n@ NS ns1\n\
        ns1 A 10.0.0.1\n_sip._udp SRV 1 0 5060 a\na A 10.0.0.2\n";
    let quoted = HOSTILE.replace('"', "");
    let bytes = HOSTILE.bytes().take(60);
    let escaped: Vec<_> = bytes.map(|byte| format!("\\{byte:03}")).collect();
    let escaped = escaped.concat();
    let zone = format!(
        "{head}{escaped} SRV {quoted}\n{HOSTILE}\n@ NAPTR 1 1 \"{quoted}\" \"{quoted}\" \"\" .\n\
         _sip._tcp SRV 1 0 5060 {escaped}\n\u{1b}[2J\u{7}::error::x SRV 1 ::error::y \r::error::z\n"
    );
    write("a.zone", zone.clone());
    // Names that Windows and git hosts allow as well, then those that only Unix does.
    write("@team #1 %0A [x](y) `b` b.zone", zone.clone());
    if cfg!(unix) {
        write(
            "::set-output name=a::b,line=1 ##[error]x.zone",
            zone.clone(),
        );
        write("a\n::error::|b|<script>\u{202e}.zone", zone);
    }
    folder
}

#[test]
fn nothing_an_input_says_breaks_out_of_a_format() {
    let folder = hostile_site();
    let mut formats = reports(folder.path(), &[]);
    for words in [&["trace"][..], &["trace", "--as-log"]] {
        let mut command = Command::cargo_bin("sipdns-lint").expect("cargo builds the program");
        command.current_dir(folder.path()).env_clear().args(words);
        for format in ["pretty", "markdown"] {
            let output = command.args(["--format", format, "."]).output();
            let text = String::from_utf8(output.expect("it runs").stdout).expect("UTF-8");
            formats.insert(
                if format == "pretty" {
                    "trace"
                } else {
                    "trace.md"
                },
                text,
            );
            command = Command::cargo_bin("sipdns-lint").expect("cargo builds the program");
            command.current_dir(folder.path()).env_clear().args(words);
        }
    }
    let findings = expected(&json(&formats["json"])).len();
    assert!(findings > 20, "the site is full of defects: {findings}");
    assert!(
        formats["json"].contains("evil.example"),
        "and they quote it"
    );
    for (format, text) in &formats {
        obeyed_by_no_terminal(format, text);
        obeyed_by_no_runner(format, text);
        if matches!(*format, "json" | "sarif" | "gitlab" | "junit" | "markdown") {
            let code_is_text = if *format == "markdown" {
                without_code(text)
            } else {
                text.clone()
            };
            assert!(!code_is_text.contains("</script"), "{format}");
            assert!(!code_is_text.contains("<img"), "{format}");
        }
    }
    json(&formats["sarif"]);
    json(&formats["gitlab"]);
    roxmltree::Document::parse(&formats["junit"]).expect("XML");
    only_our_markup(&formats["markdown"], &[0, 3]);
    named_like_a_command();
    only_our_markup(&formats["trace.md"], &[0, 3]);
}

/// A file whose name would be more properties of an annotation, and another command.
fn named_like_a_command() {
    if !cfg!(unix) {
        return;
    }
    let folder = TempDir::new().expect("a temporary folder");
    let name = "a,line=77,title=b::c%0A.zone";
    let zone = "$ORIGIN a.example.\n@ SOA ns1 h 1 900 600 86400 900\n@ NS ns1\nns1 A 10.0.0\n";
    std::fs::write(folder.path().join(name), zone).expect("a new file");
    let text = &reports(folder.path(), &[])["github"];
    let commands: Vec<_> = text.lines().filter_map(super::command).collect();
    assert!(!commands.is_empty(), "{text}");
    for command in commands {
        assert_eq!(command.properties["file"], name);
        assert_ne!(command.properties["line"], "77");
    }
    obeyed_by_no_runner("github", text);
}

pub(super) fn obeyed_by_no_terminal(format: &str, text: &str) {
    let steers = |character: char| {
        let invisible = ['\u{200b}', '\u{202e}', '\u{2028}', '\u{feff}'];
        (character.is_control() && character != '\n') || invisible.contains(&character)
    };
    let found = text.lines().find(|line| line.contains(steers));
    assert!(found.is_none(), "{format}: {found:?}");
}

pub(super) fn obeyed_by_no_runner(format: &str, text: &str) {
    for line in text.lines() {
        let Some(command) = command_head(line) else {
            assert!(
                !line.contains("##[") && !line.contains("##vso["),
                "{format}: {line}"
            );
            continue;
        };
        assert_eq!(format, "github", "{line}");
        let ours = ["error", "warning", "notice"].contains(&&*command);
        assert!(ours, "{line}");
        let read = super::command(line).expect("it is one");
        let known = ["file", "line", "endLine", "col", "endColumn", "title"];
        for (key, value) in &read.properties {
            assert!(known.contains(&&**key), "{line}");
            let number = ["line", "endLine", "col", "endColumn"].contains(&&**key);
            assert!(!number || value.parse::<u32>().is_ok(), "{line}");
        }
        assert!(!read.data.contains('\r'), "{line}");
    }
}

fn command_head(line: &str) -> Option<String> {
    let (head, _) = line.trim_start().strip_prefix("::")?.split_once("::")?;
    Some(head.split(' ').next().unwrap_or_default().to_owned())
}

/// Markdown without its code, which renderers show as text.
fn without_code(markdown: &str) -> String {
    let mut rest = String::new();
    let mut fenced = false;
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => fenced = true,
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => fenced = false,
            Event::Html(html) | Event::InlineHtml(html) if !fenced => rest.push_str(&html),
            _ => {}
        }
    }
    rest
}

/// Markdown of which all markup is ours, tables of so many columns included.
pub(super) fn only_our_markup(markdown: &str, tables: &[usize]) {
    let ours = [
        "<details>",
        "</details>",
        "<summary>",
        "</summary>",
        "lines to type",
        "<code>",
        "</code>",
        "<br>",
        "\n",
    ];
    let mut html = without_code(markdown);
    for own in ours {
        html = html.replace(own, "");
    }
    assert_eq!(html, "");
    let mut columns = 0;
    let mut fenced = false;
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => fenced = true,
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => fenced = false,
            Event::Start(
                tag @ (Tag::Link { .. } | Tag::Image { .. } | Tag::BlockQuote(_) | Tag::Emphasis),
            ) => {
                panic!("{tag:?}")
            }
            Event::Start(Tag::Table(alignments)) => columns = alignments.len(),
            Event::Start(Tag::Heading { .. }) | Event::Rule => columns = 0,
            Event::Text(text) if !fenced => {
                // A mention or an address that renderers would find in the text they show.
                let text = text.into_string();
                assert!(!text.contains("@team"), "{text}");
                assert!(
                    !text.contains("http://") && !text.contains("www.e"),
                    "{text}"
                );
            }
            _ => {}
        }
    }
    assert!(tables.contains(&columns), "a table of {columns} columns");
}
