//! How many of something stand before places in a text: what is kept is only how many stand
//! before every so many bytes, and the rest is counted anew.

use std::ops::Range;

/// Counts the things in a part of a text.
type Count = fn(&[u8], Range<usize>) -> usize;

/// How many there are before every `STRIDE`th byte.
#[derive(Debug)]
pub(super) struct Counts<const STRIDE: usize> {
    before: Vec<u32>,
    total: usize,
    count: Count,
}

impl<const STRIDE: usize> Counts<STRIDE> {
    pub(super) fn of(text: &str, count: Count) -> Self {
        let bytes = text.as_bytes();
        let mut total = 0;
        let strides = (0..bytes.len()).step_by(STRIDE);
        let before = strides.map(|begin| {
            let before = total;
            total += count(bytes, begin..bytes.len().min(begin + STRIDE));
            u32::try_from(before).unwrap_or(u32::MAX)
        });
        Self {
            before: before.collect(),
            total,
            count,
        }
    }

    /// In the whole text.
    pub(super) fn total(&self) -> usize {
        self.total
    }

    /// Before an offset of `text`, the one that was counted.
    pub(super) fn before(&self, text: &str, offset: usize) -> usize {
        let stride = (offset / STRIDE).min(self.before.len().saturating_sub(1));
        self.kept(stride) + (self.count)(text.as_bytes(), stride * STRIDE..offset)
    }

    /// Where the stride lies that holds the one of that number, from 1, and how many stand
    /// before it.
    pub(super) fn around(&self, number: usize) -> (Range<usize>, usize) {
        let behind = self
            .before
            .partition_point(|count| (*count as usize) < number);
        let stride = behind.saturating_sub(1);
        (stride * STRIDE..(stride + 1) * STRIDE, self.kept(stride))
    }

    fn kept(&self, stride: usize) -> usize {
        self.before.get(stride).map_or(0, |count| *count as usize)
    }
}
