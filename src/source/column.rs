//! Columns in long lines. A file of one line may have a finding at each of its words, and
//! counting from the line's beginning for each would take the square of its length.

use super::counts::Counts;

/// Bytes from one place whose count is kept to the next.
pub(super) const STRIDE: usize = 4096;

/// How many characters stand before every [`STRIDE`]th byte.
pub(super) type Characters = Counts<STRIDE>;

pub(super) fn count(text: &str) -> Characters {
    Counts::of(text, |bytes, part| characters(&bytes[part]))
}

/// Characters that begin in these bytes of UTF-8.
fn characters(bytes: &[u8]) -> usize {
    let begins = |byte: &&u8| **byte & 0xc0 != 0x80;
    bytes.iter().filter(begins).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_those_of_the_characters_before() {
        for text in [
            "",
            "a",
            &"é".repeat(STRIDE),
            &"aé😀".repeat(STRIDE),
            &"a".repeat(2 * STRIDE),
        ] {
            let counts = count(text);
            let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            for (characters, at) in ends.enumerate().step_by(97) {
                assert_eq!(counts.before(text, at), characters);
            }
            assert_eq!(counts.before(text, text.len()), text.chars().count());
        }
    }
}
