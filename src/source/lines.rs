//! Where lines begin. A text of a million lines has few findings, so not every beginning is
//! kept: only how many there are up to every so many bytes.

use std::ops::Range;

use super::counts::Counts;

/// Bytes from one place whose count is kept to the next.
const STRIDE: usize = 256;

/// The lines of a text: LF, CR LF and a lone CR each end one, and the last needs no end.
#[derive(Debug)]
pub(super) struct Lines {
    ended: Counts<STRIDE>,
}

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        Self {
            ended: Counts::of(text, ends_in),
        }
    }

    /// How many there are; an empty text has one.
    pub(super) fn count(&self) -> usize {
        self.ended.total() + 1
    }

    /// The line, from 0, that the byte at an offset of `text`, the one that was counted, is in.
    pub(super) fn at(&self, text: &str, offset: usize) -> usize {
        self.ended.before(text, offset)
    }

    /// Where a line, from 0, begins; of one behind the last, the text's end.
    pub(super) fn start(&self, text: &str, line: usize) -> usize {
        if line == 0 {
            return 0;
        }
        let (stride, before) = self.ended.around(line);
        let end = ends(text, stride).nth(line - before - 1);
        end.map_or(text.len(), |end| end + 1)
    }
}

/// Where lines end in a part of a text: their last bytes.
fn ends(text: &str, part: Range<usize>) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let inside = &bytes[part.start..part.end.min(bytes.len())];
    let ends = memchr::memchr2_iter(b'\n', b'\r', inside).map(move |at| part.start + at);
    ends.filter(|end| is_end(bytes[*end], bytes.get(end + 1).copied().unwrap_or_default()))
}

/// How many lines end in a part of a text.
fn ends_in(bytes: &[u8], part: Range<usize>) -> usize {
    /// Bytes whose ends fit into a number of eight bits, so that many are counted at once.
    const COUNTED: usize = 128;
    let next = bytes.get(part.start + 1..).unwrap_or_default();
    let inside = &bytes[part.clone()];
    let parts = inside.chunks(COUNTED).zip(next.chunks(COUNTED));
    let count = parts.map(|(part, next)| {
        let pairs = part.iter().zip(next);
        let ends = pairs.map(|(byte, next)| u8::from(is_end(*byte, *next)));
        usize::from(ends.fold(0, u8::wrapping_add))
    });
    // Nothing is next to the last byte of all.
    let last = inside.last().filter(|_| part.end == bytes.len());
    count.sum::<usize>() + usize::from(last.is_some_and(|last| is_end(*last, 0)))
}

/// A byte ends a line, where that one is next.
#[allow(clippy::needless_bitwise_bool, reason = "side by side for many bytes")]
const fn is_end(byte: u8, next: u8) -> bool {
    (byte == b'\n') | ((byte == b'\r') & (next != b'\n'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every line's beginning.
    fn starts(text: &str) -> Vec<usize> {
        let bytes = text.as_bytes();
        let ends = (0..bytes.len()).filter(|at| match bytes[*at] {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        std::iter::once(0).chain(ends.map(|end| end + 1)).collect()
    }

    proptest! {
        /// Lines are found as by one who keeps every beginning, over several strides.
        #[test]
        fn lines_are_where_they_begin(
            parts in prop::collection::vec("[ab]{0,9}|\n|\r\n|\r|é|[a]{300}", 0..100),
        ) {
            let text = parts.concat();
            let (lines, starts) = (Lines::of(&text), starts(&text));
            prop_assert_eq!(lines.count(), starts.len());
            for (line, start) in starts.iter().enumerate() {
                prop_assert_eq!(lines.start(&text, line), *start);
            }
            prop_assert_eq!(lines.start(&text, starts.len()), text.len());
            for offset in (0..=text.len()).step_by(7) {
                let line = starts.partition_point(|start| *start <= offset) - 1;
                prop_assert_eq!(lines.at(&text, offset), line);
            }
        }
    }
}
