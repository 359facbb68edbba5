//! Columns in long lines. A file of one line may have a finding at each of its words, and
//! counting from the line's beginning for each would take the square of its length.

/// Bytes from one place whose count is kept to the next.
pub(super) const STRIDE: usize = 4096;

/// How many characters of a text stand before every [`STRIDE`]th byte.
#[derive(Debug)]
pub(super) struct Counts(Vec<u32>);

impl Counts {
    pub(super) fn of(text: &str) -> Self {
        let mut before = 0;
        let counts = text.as_bytes().chunks(STRIDE).map(|part| {
            let count = before;
            before += characters(part);
            u32::try_from(count).unwrap_or(u32::MAX)
        });
        Self(counts.collect())
    }

    /// Characters of `text`, the one that was counted, before a byte offset.
    pub(super) fn before(&self, text: &str, offset: usize) -> usize {
        let bytes = text.as_bytes();
        let kept = (offset / STRIDE).min(self.0.len().saturating_sub(1));
        let count = self.0.get(kept).map_or(0, |count| *count as usize);
        count + characters(&bytes[kept * STRIDE..offset])
    }
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
            let counts = Counts::of(text);
            let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            for (characters, at) in ends.enumerate().step_by(97) {
                assert_eq!(counts.before(text, at), characters);
            }
            assert_eq!(counts.before(text, text.len()), text.chars().count());
        }
    }
}
