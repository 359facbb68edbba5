//! Tokens of expressions.

use std::ops::Range;

use super::Wrong;

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Name(String),
    Number(i64),
    Text(String),
    /// An operator or a bracket.
    Mark(&'static str),
    End,
}

/// Longer ones first, so that `<=` is not `<` and `=`.
const MARKS: [&str; 24] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "-", "+", "*", "/", "%", "(", ")", "[", "]",
    ",", ".", "?", ":", "{", "}",
];

/// The tokens of a text with their offsets; the last one is the end.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Range<usize>)>, Wrong> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
            continue;
        }
        let (token, length) = if first == '"' || first == '\'' {
            string(rest, false, at)?
        } else if rest.starts_with("r\"") || rest.starts_with("r'") {
            let (token, length) = string(&rest[1..], true, at + 1)?;
            (token, length + 1)
        } else if first.is_ascii_digit() {
            number(rest, at)?
        } else if first.is_ascii_alphabetic() || first == '_' {
            let word = |character: char| character.is_ascii_alphanumeric() || character == '_';
            let length = rest
                .find(|character| !word(character))
                .unwrap_or(rest.len());
            (Token::Name(rest[..length].to_owned()), length)
        } else if let Some(mark) = MARKS.iter().find(|mark| rest.starts_with(**mark)) {
            (Token::Mark(mark), mark.len())
        } else {
            let help = match first {
                '=' => "write `==` to compare",
                '&' => "write `&&` for and",
                '|' => "write `||` for or",
                '“' | '”' | '‘' | '’' => "write straight quotes",
                _ => "",
            };
            let message = format!("`{first}` has no meaning in an expression");
            return Err(Wrong::new(at..at + first.len_utf8(), message).help(help));
        };
        tokens.push((token, at..at + length));
        at += length;
    }
    tokens.push((Token::End, text.len()..text.len()));
    Ok(tokens)
}

fn number(rest: &str, at: usize) -> Result<(Token, usize), Wrong> {
    let digits = |character: char| !character.is_ascii_digit();
    let length = rest.find(digits).unwrap_or(rest.len());
    let behind = rest[length..].chars().next();
    let fraction =
        behind == Some('.') && rest[length + 1..].starts_with(|next: char| next.is_ascii_digit());
    if fraction || behind.is_some_and(|next| next.is_ascii_alphabetic()) {
        return Err(Wrong::new(
            at..at + length,
            "numbers are whole and decimal here",
        ));
    }
    let number = rest[..length]
        .parse()
        .map_err(|_| Wrong::new(at..at + length, "this number is too large"))?;
    Ok((Token::Number(number), length))
}

/// A string with its quotes; `raw` ones have no escapes.
fn string(rest: &str, raw: bool, at: usize) -> Result<(Token, usize), Wrong> {
    let mut characters = rest.char_indices();
    let quote = characters.next().map(|(_, quote)| quote);
    let mut text = String::new();
    while let Some((index, character)) = characters.next() {
        match character {
            _ if Some(character) == quote => return Ok((Token::Text(text), index + 1)),
            '\\' if !raw => match characters.next() {
                Some((_, 'n')) => text.push('\n'),
                Some((_, 't')) => text.push('\t'),
                Some((_, escaped @ ('\\' | '"' | '\''))) => text.push(escaped),
                _ => {
                    let message = "this escape is not known";
                    let help = "there are \\n, \\t, \\\\, \\\" and \\'; r'…' has none";
                    return Err(Wrong::new(at + index..at + index + 1, message).help(help));
                }
            },
            '\n' => break,
            other => text.push(other),
        }
    }
    Err(Wrong::new(at..at + 1, "the quote is not closed"))
}
