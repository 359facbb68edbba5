//! What a Windows console prints around the output of a command: its banner and its prompts.

use std::ops::Range;

use super::text::{lines, lines_with};

/// How lines of the banners of cmd.exe and PowerShell begin.
const BANNERS: [&str; 6] = [
    "Microsoft Windows [",
    "(c) ",
    "Copyright (C) ",
    "Windows PowerShell",
    "Try the new cross-platform PowerShell",
    "Install the latest PowerShell",
];

/// Stands in every prompt.
const PATH: &str = ":\\";

/// Whether a line is a prompt, with or without a command: `C:\Users\Administrator>`,
/// `PS C:\> dir`, `[dc1]: PS C:\>`.
pub(super) fn is_prompt(line: &str) -> bool {
    let line = line.trim();
    let local = line
        .strip_prefix('[')
        .and_then(|line| Some(line.split_once("]: ")?.1))
        .unwrap_or(line);
    let path = local.strip_prefix("PS ").unwrap_or(local);
    let is_drive =
        matches!(path.as_bytes(), [drive, b':', b'\\', ..] if drive.is_ascii_alphabetic());
    is_drive && path.contains('>')
}

pub(super) fn is_banner(line: &str) -> bool {
    let line = line.trim();
    BANNERS.iter().any(|begin| line.starts_with(begin))
}

/// A part of a text without what a console printed around it.
pub(super) struct Framed {
    /// What the command printed.
    pub(super) content: Range<usize>,
    /// The first line of the console, where there is one.
    pub(super) console: Option<Range<usize>>,
}

/// Takes the console's lines from a part of a text: banners and prompts at its beginning,
/// everything before the last prompt that stands before `marked`, and everything from the
/// first prompt on that stands behind. `marked` is where the content has surely begun.
pub(super) fn framed(text: &str, part: Range<usize>, marked: usize) -> Framed {
    let behind = |begin: usize, line: Range<usize>| begin + line.start..begin + line.end;
    let mut content = part.clone();
    let mut console = None;
    let mut begun = part.end;
    for line in lines(&text[part.clone()]) {
        let line = behind(part.start, line);
        let words = &text[line.clone()];
        if is_banner(words) || is_prompt(words) {
            content.start = line.end;
            console.get_or_insert(line);
        } else if !words.trim().is_empty() {
            begun = line.start;
            break;
        }
    }
    let rest = lines_with(&text[begun..part.end], PATH).map(|line| behind(begun, line));
    for line in rest.filter(|line| is_prompt(&text[line.clone()])) {
        if line.start >= marked {
            content.end = line.start;
            console.get_or_insert(line);
            break;
        }
        content.start = line.end;
        console.get_or_insert(line);
    }
    let console = console.map(|line: Range<usize>| {
        let words = &text[line.clone()];
        let start = line.start + words.len() - words.trim_start().len();
        start..start + words.trim().len()
    });
    Framed { content, console }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_are_told_from_records() {
        for line in [
            "C:\\Users\\Administrator>",
            "PS C:\\> Get-Content x.dns\r\n",
            "[dc1]: PS C:\\Users\\a> type x",
        ] {
            assert!(is_prompt(line), "{line}");
        }
        for line in [
            "",
            "C A 10.0.0.1",
            "PS A 10.0.0.1 ; >",
            "; C:\\>",
            "C:\\x A",
        ] {
            assert!(!is_prompt(line), "{line}");
        }
    }

    #[test]
    fn the_content_is_what_stands_between_the_prompts() {
        for (text, content, console) in [
            ("a A 1\n", "a A 1\n", None),
            (
                "\nC:\\>type x\na A 1\n\nC:\\>exit\nbye\n",
                "a A 1\n\n",
                Some("C:\\>type x"),
            ),
            (
                "Windows PowerShell\n\nPS C:\\> cat x\na\nb\n",
                "a\nb\n",
                Some("Windows PowerShell"),
            ),
            ("a A 1\nC:\\>\n", "a A 1\n", Some("C:\\>")),
            ("(c) A 1\nx", "x", Some("(c) A 1")),
            ("C:\\>\n", "", Some("C:\\>")),
        ] {
            let framed = framed(text, 0..text.len(), 0);
            assert_eq!(&text[framed.content], content, "{text:?}");
            assert_eq!(framed.console.map(|line| &text[line]), console, "{text:?}");
        }
        let text = "x\nC:\\>dir\n 1 file\nC:\\>type x\n; header\na A 1\nC:\\>\n";
        let marked = text.find(';').unwrap_or_default();
        assert_eq!(
            &text[framed(text, 0..text.len(), marked).content],
            "; header\na A 1\n"
        );
    }
}
