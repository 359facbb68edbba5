//! The XML declaration: what it says of the encoding, and what is wrong with it.

use std::ops::Range;

/// What is wrong with a declaration that roxmltree takes and Expat, which handsets have, does not
/// (XML 1.0, productions 23, 32 and 80).
pub(super) fn fault(text: &str) -> Option<(Range<usize>, String)> {
    const MARK: char = '\u{feff}';
    if text.starts_with(MARK) {
        let message = "a second byte order mark stands at the beginning of the file";
        return Some((0..MARK.len_utf8(), message.to_owned()));
    }
    let word = text.get("<?".len().."<?xml".len())?;
    let behind = text["<?xml".len()..].chars().next();
    let is_whole = behind.is_some_and(|next| next.is_ascii_whitespace() || next == '?');
    let is_declaration = text.starts_with("<?") && is_whole && word.eq_ignore_ascii_case("xml");
    if is_declaration && word != "xml" {
        let message = format!("`{word}` is written `xml` in a declaration");
        return Some((2..5, message));
    }
    if let Some(at) = declared(text, "encoding").filter(Range::is_empty) {
        let message = "the XML declaration names no encoding".to_owned();
        return Some((at.start - 1..at.end + 1, message));
    }
    if let Some(at) = encoding(text)
        && (is_no_name(&text[at.clone()]) || is_of_editors(&text[at.clone()]))
    {
        let name = super::shorten(&text[at.clone()]);
        return Some((
            at,
            format!("`{name}` is no encoding that an XML parser knows"),
        ));
    }
    let at = declared(text, "standalone")?;
    let value = &text[at.clone()];
    if matches!(value, "yes" | "no") {
        return None;
    }
    let message = format!(
        "`standalone` is `yes` or `no`, not `{}`",
        super::shorten(value)
    );
    Some((
        if at.is_empty() {
            at.start - 1..at.end + 1
        } else {
            at
        },
        message,
    ))
}

/// It is no name of an encoding (XML 1.0, production 81): a blank stands in it.
fn is_no_name(name: &str) -> bool {
    let is_of_name = |one: char| one.is_ascii_alphanumeric() || "._-".contains(one);
    !name.starts_with(|one: char| one.is_ascii_alphabetic()) || !name.chars().all(is_of_name)
}

/// Editors call it so, and no parser does.
fn is_of_editors(name: &str) -> bool {
    const NAMES: [&str; 4] = ["ANSI", "Unicode", "UTF-8-BOM", "UTF8-BOM"];
    NAMES.iter().any(|one| one.eq_ignore_ascii_case(name))
}

/// Where the XML declaration names the encoding.
pub fn encoding(text: &str) -> Option<Range<usize>> {
    declared(text, "encoding").filter(|at| !at.is_empty())
}

/// Where the XML declaration has the value of that word.
fn declared(text: &str, word: &str) -> Option<Range<usize>> {
    let declaration = text.strip_prefix("<?xml")?;
    // Otherwise it is another instruction: `<?xml-stylesheet`.
    declaration
        .starts_with(|c: char| c.is_ascii_whitespace())
        .then_some(())?;
    let declaration = &declaration[..declaration.find("?>")?];
    let (before, rest) = declaration.split_once(word)?;
    let value = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = value
        .chars()
        .next()
        .filter(|quote| "\"'".contains(*quote))?;
    let begin = rest.len() - value.len() + 1;
    let (value, _) = value[1..].split_once(quote)?;
    let at = "<?xml".len() + before.len() + word.len() + begin;
    Some(at..at + value.len())
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn a_declaration_is_one_that_handsets_take() {
        for (declaration, place) in [
            ("<?xml version=\"1.0\" standalone=\"true\"?>", Some("true")),
            ("<?xml version=\"1.0\" standalone = 'Yes' ?>", Some("Yes")),
            ("<?XML version=\"1.0\"?>", Some("XML")),
            ("<?xml version=\"1.0\" encoding=\"\"?>", Some("\"\"")),
            ("<?xml version=\"1.0\" standalone=\"\"?>", Some("\"\"")),
            ("<?xml version=\"1.0\" encoding=\"ANSI\"?>", Some("ANSI")),
            ("<?xml version='1.0' encoding='UTF-8 '?>", Some("UTF-8 ")),
            (
                "<?xml version='1.0' encoding='utf-8-bom'?>",
                Some("utf-8-bom"),
            ),
            ("<?xml version='1.0' encoding='windows-1252'?>", None),
            ("<?xml version='1.0' encoding='utf8'?>", None),
            ("<?XML-stylesheet href=\"a\"?>", None),
            ("\u{feff}", Some("\u{feff}")),
            (
                "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>",
                None,
            ),
            ("<?xml version='1.0' standalone='no'?>", None),
            ("<?xml-stylesheet standalone='true'?>", None),
            ("", None),
        ] {
            let text = format!("{declaration}<a b.c=\"1\"/>");
            let found = fault(&text).map(|(at, _)| &text[at]);
            assert_eq!(found, place, "{declaration}");
        }
    }
}
