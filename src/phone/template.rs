//! Recognises provisioning templates that were delivered without being rendered.

use std::fmt;
use std::ops::Range;

use memchr::memmem;

use crate::source::at_most;

/// The language a template is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Smarty: `{$address}`, `{if …}`.
    Smarty,
    /// Jinja and its relatives: `{{ address }}`, `{% if … %}`.
    Jinja,
    /// Velocity: `#foreach (…)`, `${address}`, `$!{address}`, `$address`, `$!address`.
    Velocity,
    /// PHP: `<?php`, `<?=`.
    Php,
    /// Tempita: `{{py:…}}`, `{{if …}}`.
    Tempita,
    /// Embedded Ruby and the like: `<%= address %>`.
    Erb,
    /// Tags of `BroadWorks`: `%BWHOST-1%`.
    BroadWorks,
    /// 3CX: `%%address%%`.
    ThreeCx,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Smarty => "Smarty",
            Self::Jinja => "Jinja",
            Self::Velocity => "Velocity",
            Self::Php => "PHP",
            Self::Tempita => "tempita",
            Self::Erb => "ERB",
            Self::BroadWorks => "BroadWorks",
            Self::ThreeCx => "3CX",
        })
    }
}

/// A construct of a template language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Construct {
    /// Whose it is.
    pub engine: Engine,
    /// Where it stands, to its end where that is on the same line.
    pub range: Range<usize>,
}

/// The first construct of a template language, XML comments apart: a rendered file may
/// still name its template in a comment.
pub fn find(text: &str) -> Option<Construct> {
    let first = first(text)?;
    let engine = match first.engine {
        // Both begin with two braces; what only one of them has decides.
        Engine::Jinja if has_any(text, &TEMPITA) => Engine::Tempita,
        engine => engine,
    };
    Some(Construct { engine, ..first })
}

/// Whether a text of a template is known only once it is rendered: it holds a construct, or a
/// variable (`$line.server`, `%BWHOST-1%`), which is plain text where there is no template.
pub fn is_open(text: &str) -> bool {
    let mut marks = text.match_indices(['$', '%']);
    find(text).is_some() || marks.any(|(at, _)| variable(&text[at..]).is_some())
}

/// What stands behind `{{` in tempita and never in Jinja.
const TEMPITA: [&str; 7] = [
    "{{py:",
    "{{if ",
    "{{for ",
    "{{endif",
    "{{endfor",
    "{{default ",
    "{{else}}",
];

/// Keywords of Smarty behind `{`.
const SMARTY: [&str; 12] = [
    "if ",
    "elseif ",
    "else}",
    "foreach ",
    "foreachelse}",
    "section ",
    "include ",
    "assign ",
    "literal}",
    "for ",
    "while ",
    "strip}",
];

/// Directives of Velocity behind `#`, at the beginning of a line.
const VELOCITY: [&str; 9] = [
    "if", "elseif", "else", "end", "foreach", "set", "macro", "parse", "include",
];

fn has_any(text: &str, needles: &[&str]) -> bool {
    needles
        .iter()
        .any(|needle| memmem::find(text.as_bytes(), needle.as_bytes()).is_some())
}

fn first(text: &str) -> Option<Construct> {
    let mut at = 0;
    while let Some(offset) = text[at..].find(['{', '$', '#', '<', '%']) {
        at += offset;
        let rest = &text[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            at += 4 + memmem::find(comment.as_bytes(), b"-->")?;
            continue;
        }
        if let Some((engine, end)) = construct(rest, is_line_start(text, at)) {
            return Some(Construct {
                engine,
                range: at..at + length(rest, end),
            });
        }
        if let Some((engine, length)) = address(text, at) {
            let range = at..at + length;
            return Some(Construct { engine, range });
        }
        at += 1;
    }
    None
}

/// The variable that stands there alone in the place of an address.
fn address(text: &str, at: usize) -> Option<(Engine, usize)> {
    let (engine, length) = variable(&text[at..])?;
    let (before, quote) = text.split_at_checked(at.checked_sub(1)?)?;
    let quote = quote
        .chars()
        .next()
        .filter(|quote| "\"'".contains(*quote))?;
    let name = before.trim_end().strip_suffix('=')?.trim_end();
    let is_address = name.ends_with("address") || name.ends_with("Address");
    (is_address && text[at + length..].starts_with(quote)).then_some((engine, length))
}

/// The variable at the beginning of the text, and its length.
fn variable(text: &str) -> Option<(Engine, usize)> {
    let (engine, mark, end) = [
        (Engine::Velocity, "$!", ""),
        (Engine::Velocity, "$", ""),
        (Engine::ThreeCx, "%%", "%%"),
        (Engine::BroadWorks, "%", "%"),
    ]
    .into_iter()
    .find(|(_, mark, _)| text.starts_with(mark))?;
    let name = &text[mark.len()..];
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_.-:".contains(c);
    let length = name.find(|c| !is_part(c)).unwrap_or(name.len());
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    (begins && name[length..].starts_with(end)).then_some((engine, mark.len() + length + end.len()))
}

fn is_line_start(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end_matches([' ', '\t']);
    before.is_empty() || before.ends_with(['\n', '\r'])
}

/// The engine of the construct at the beginning of `rest`, and what ends the construct.
fn construct(rest: &str, line_start: bool) -> Option<(Engine, &'static str)> {
    let ident = |text: &str| text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if let Some(inside) = rest.strip_prefix("{{") {
        let word = inside.trim_start_matches([' ', '-', '.', '[', '\'', '"', '#']);
        return (ident(word) && line(inside).contains("}}")).then_some((Engine::Jinja, "}}"));
    }
    if rest.starts_with("{%") {
        return line(rest).contains("%}").then_some((Engine::Jinja, "%}"));
    }
    if let Some(inside) = rest.strip_prefix('{') {
        let smarty = inside.strip_prefix('$').is_some_and(ident)
            || inside.strip_prefix('/').is_some_and(|name| {
                let end = name.find(|c: char| !c.is_ascii_alphabetic());
                end.is_some_and(|end| end > 0 && name[end..].starts_with('}'))
            })
            || SMARTY.iter().any(|word| inside.starts_with(word));
        return smarty.then_some((Engine::Smarty, "}"));
    }
    if let Some(inside) = rest.strip_prefix("<?") {
        let php = inside.starts_with("php")
            || inside.starts_with('=')
            || inside.starts_with(|c: char| c.is_ascii_whitespace());
        return php.then_some((Engine::Php, "?>"));
    }
    if rest.starts_with("<%") {
        return Some((Engine::Erb, "%>"));
    }
    // Without braces it may be part of a password, a digit map or a substitution (`!^.*$!sip:`).
    if let Some(inside) = rest.strip_prefix('$') {
        let braced = inside.strip_prefix('!').unwrap_or(inside).strip_prefix('{');
        let velocity = braced.is_some_and(ident);
        return velocity.then_some((Engine::Velocity, "}"));
    }
    let directive = rest.strip_prefix('#').filter(|_| line_start)?;
    let end = directive.find(|c: char| !c.is_ascii_alphabetic());
    let (word, behind) = directive.split_at(end.unwrap_or(directive.len()));
    let alone = matches!(word, "else" | "end") && line(behind).trim().is_empty();
    let called = behind.trim_start_matches(' ').starts_with('(');
    (VELOCITY.contains(&word) && (alone || called)).then_some((Engine::Velocity, ""))
}

/// The rest of the line, as far as a construct can reach.
fn line(text: &str) -> &str {
    let line = at_most(400, text).split(['\n', '\r']).next();
    line.unwrap_or_default()
}

/// Length of the construct: to `end` on its line, else its first word.
fn length(rest: &str, end: &str) -> usize {
    let line = line(rest);
    if !end.is_empty()
        && let Some(at) = line.find(end)
    {
        return at + end.len();
    }
    line.find(|c: char| c.is_whitespace() || "(\"'>".contains(c))
        .unwrap_or(line.len())
        .max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<(Engine, &str)> {
        find(text).map(|construct| (construct.engine, &text[construct.range]))
    }

    #[test]
    fn constructs_are_told_apart() {
        for (text, engine, shown) in [
            ("<a b=\"{$mac}-x.cfg\"/>", Engine::Smarty, "{$mac}"),
            (
                "<a>\n{if $x eq \"1\"}\n",
                Engine::Smarty,
                "{if $x eq \"1\"}",
            ),
            ("<a> {/foreach} </a>", Engine::Smarty, "{/foreach}"),
            ("<a b=\"{{ server }}\"/>", Engine::Jinja, "{{ server }}"),
            (
                "{% for line in lines %}",
                Engine::Jinja,
                "{% for line in lines %}",
            ),
            ("{{server}} {{py: x = 1}}", Engine::Tempita, "{{server}}"),
            ("<a\n  #foreach ($x in $y)\n", Engine::Velocity, "#foreach"),
            ("<a>\n#if($x)\n", Engine::Velocity, "#if"),
            ("<a b=\"$!{x.y}\"/>", Engine::Velocity, "$!{x.y}"),
            ("<a b=\"${x}\"/>", Engine::Velocity, "${x}"),
            (
                "<a reg.1.server.1.address = '$host'/>",
                Engine::Velocity,
                "$host",
            ),
            (
                "<a reg.1.server.1.address=\"$!line.host\"/>",
                Engine::Velocity,
                "$!line.host",
            ),
            (
                "<a device.dns.serverAddress=\"$dns.first\"/>",
                Engine::Velocity,
                "$dns.first",
            ),
            (
                "<a reg.1.server.1.address=\"%BWHOST-1%\"/>",
                Engine::BroadWorks,
                "%BWHOST-1%",
            ),
            (
                "<a reg.1.server.1.address=\"%%param::server%%\"/>",
                Engine::ThreeCx,
                "%%param::server%%",
            ),
            ("<?php echo 1; ?>", Engine::Php, "<?php echo 1; ?>"),
            ("<a b=<?=$x?>/>", Engine::Php, "<?=$x?>"),
            ("<a b=\"<%= x %>\"/>", Engine::Erb, "<%= x %>"),
        ] {
            assert_eq!(found(text), Some((engine, shown)), "{text}");
        }
    }

    #[test]
    fn what_handsets_read_themselves_is_no_template() {
        for text in [
            "<?xml version=\"1.0\"?><a b=\"[PHONE_MAC_ADDRESS]-x.cfg\"/>",
            "<a b=\"$P1N10$$Tinvite$\" c=\"[2-9]11|0T|+011xxx.T\" d=\"#1\" e=\"{3}\"/>",
            "<!-- rendered from {{ base }} by {$engine} -->\n<a/>",
            "<a>\n# end of file\n</a>",
            "<!-- {{ never closed",
            "<a reg.1.auth.password=\"$ecret\" address=\"a$b\" b.address=\"$1\" c.address=\"$a b\"/>",
            "$a",
            "<a reg.1.auth.password=\"abc$!xyz9\" dialplan.digitmap=\"^$!a\" regexp=\"!^.*$!sip:x!\"/>",
            "<a address=\"%a\" b.address=\"50%\" c.address=\"%a %\" b=\"%a%\" d.address=\"%%\"/>",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
