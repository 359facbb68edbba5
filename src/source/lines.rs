//! Where lines begin. A text of a million lines has few findings, so not every beginning is
//! kept: only how many there are up to every so many bytes.

/// Bytes from one place whose count is kept to the next.
const STRIDE: usize = 256;

/// The lines of a text: LF, CR LF and a lone CR each end one, and the last needs no end.
#[derive(Debug)]
pub(super) struct Lines {
    /// How many lines end before every [`STRIDE`]th byte.
    ended: Vec<u32>,
    count: usize,
}

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        let mut before = 0;
        let strides = (0..text.len()).step_by(STRIDE);
        let ended = strides.map(|begin| {
            let count = before;
            before += ends_in(text, begin, begin + STRIDE);
            u32::try_from(count).unwrap_or(u32::MAX)
        });
        Self {
            ended: ended.collect(),
            count: before + 1,
        }
    }

    /// How many there are; an empty text has one.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The line, from 0, that the byte at an offset of `text`, the one that was counted, is in.
    pub(super) fn at(&self, text: &str, offset: usize) -> usize {
        let kept = (offset / STRIDE).min(self.ended.len().saturating_sub(1));
        let before = self.ended.get(kept).map_or(0, |count| *count as usize);
        before + ends_in(text, kept * STRIDE, offset)
    }

    /// Where a line, from 0, begins; of one behind the last, the text's end.
    pub(super) fn start(&self, text: &str, line: usize) -> usize {
        if line == 0 {
            return 0;
        }
        // The line before ends in the last stride that fewer ends stand before.
        let strides = self.ended.partition_point(|count| (*count as usize) < line);
        let kept = strides.saturating_sub(1);
        let before = self.ended.get(kept).map_or(0, |count| *count as usize);
        let mut ends = ends(text, kept * STRIDE, (kept + 1) * STRIDE);
        let end = ends.nth(line - before - 1);
        end.map_or(text.len(), |end| end + 1)
    }
}

/// Where lines end, from one offset up to another: their last bytes.
fn ends(text: &str, from: usize, to: usize) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let part = &bytes[from..to.min(bytes.len())];
    let ends = memchr::memchr2_iter(b'\n', b'\r', part).map(move |at| from + at);
    ends.filter(|end| is_end(bytes[*end], bytes.get(end + 1).copied().unwrap_or_default()))
}

/// How many lines end from one offset up to another.
fn ends_in(text: &str, from: usize, to: usize) -> usize {
    /// Bytes whose ends fit into a number of eight bits, so that many are counted at once.
    const COUNTED: usize = 128;
    let bytes = text.as_bytes();
    let to = to.min(bytes.len());
    let next = bytes.get(from + 1..).unwrap_or_default();
    let parts = bytes[from..to].chunks(COUNTED).zip(next.chunks(COUNTED));
    let count = parts.map(|(part, next)| {
        let pairs = part.iter().zip(next);
        let ends = pairs.map(|(byte, next)| u8::from(is_end(*byte, *next)));
        usize::from(ends.fold(0, u8::wrapping_add))
    });
    // Nothing is next to the last byte of all.
    let last = bytes[from..]
        .last()
        .filter(|_| from < to && to == bytes.len());
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
