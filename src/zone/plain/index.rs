//! Lines by the numbers of their owners.
//!
//! A line is eight octets: where it stands, what it holds, and so much of its owner's number
//! as its place in the index does not tell. What is left of a number is told by the text, so
//! that no two names are ever taken for one another.

use rayon::prelude::*;

use super::kind::Kind;

/// About so many lines share a number of their owners' highest bits.
const SHARED: usize = 8;

/// Bits that stand beside an owner's number in a line.
const BESIDE: u32 = 5;

/// A line as it is found.
#[derive(Debug, Clone, Copy)]
pub(in crate::zone) struct Found {
    /// The highest bits of the owner's number.
    high: u32,
    line: Line,
}

impl Found {
    pub(in crate::zone) fn new(owner: u64, kind: Kind, at: u32, is_indented: bool) -> Self {
        let beside = (kind as u32) << 1 | u32::from(is_indented);
        Self {
            high: high(owner),
            line: Line {
                low: tag(owner) | beside,
                at,
            },
        }
    }

    /// The kind's place among all kinds.
    pub(super) const fn kind(&self) -> usize {
        self.line.kind()
    }
}

#[allow(clippy::cast_possible_truncation, reason = "the highest 32 of 64 bits")]
const fn high(owner: u64) -> u32 {
    (owner >> 32) as u32
}

/// What a line keeps of its owner's number.
#[allow(
    clippy::cast_possible_truncation,
    reason = "the other bits are not kept"
)]
const fn tag(owner: u64) -> u32 {
    (owner as u32) << BESIDE
}

/// A line in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Line {
    /// The owner's tag, four bits for the kind, one that says that the line begins with a
    /// blank.
    low: u32,
    /// Its offset.
    pub(super) at: u32,
}

impl Line {
    pub(super) const fn is_indented(self) -> bool {
        self.low % 2 == 1
    }

    pub(super) fn is(self, kind: Kind) -> bool {
        self.low >> 1 & 15 == kind as u32
    }

    /// The kind's place among all kinds.
    pub(super) const fn kind(self) -> usize {
        (self.low >> 1 & 15) as usize
    }

    /// Lines of one owner have one tag.
    pub(super) const fn tag(self) -> u32 {
        self.low >> BESIDE
    }
}

/// All lines: those whose owners' numbers have the same highest bits stand together, in the
/// order of reading.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// How many bits.
    bits: u32,
    /// Where the lines of each number of so many bits begin, and where the last end.
    starts: Vec<u32>,
    lines: Vec<Line>,
}

impl Index {
    /// The index of lines that were found part by part.
    pub(super) fn of(parts: &[Vec<Found>]) -> Self {
        let count: usize = parts.iter().map(Vec::len).sum();
        if count == 0 {
            return Self::default();
        }
        let bits = (count / SHARED).max(2).ilog2();
        let places = 1_usize << bits;
        // Every thread goes over all lines and takes those of a range of numbers: no line is
        // moved twice.
        let shares = rayon::current_num_threads().clamp(1, 8).min(places);
        let in_share = places.div_ceil(shares);
        let mut starts = vec![0_u32; places + 1];
        let place_of = |found: &Found| (found.high >> (32 - bits)) as usize;
        starts[..places]
            .par_chunks_mut(in_share)
            .enumerate()
            .for_each(|(share, counts)| {
                let first = share * in_share;
                for found in parts.iter().flatten() {
                    if let Some(count) = counts.get_mut(place_of(found).wrapping_sub(first)) {
                        *count += 1;
                    }
                }
            });
        let mut before = 0;
        for start in &mut starts {
            before += std::mem::replace(start, before);
        }
        let mut lines = vec![Line::default(); count];
        let mut rest = lines.as_mut_slice();
        let mut of_shares = Vec::with_capacity(shares);
        for begin in (0..places).step_by(in_share) {
            let end = (begin + in_share).min(places);
            let (own, others) = rest.split_at_mut((starts[end] - starts[begin]) as usize);
            of_shares.push((&starts[begin..end], own, begin));
            rest = others;
        }
        of_shares
            .into_par_iter()
            .for_each(|(starts, lines, first)| {
                let mut next: Vec<u32> = starts.iter().map(|start| start - starts[0]).collect();
                for found in parts.iter().flatten() {
                    if let Some(next) = next.get_mut(place_of(found).wrapping_sub(first)) {
                        lines[*next as usize] = found.line;
                        *next += 1;
                    }
                }
            });
        Self {
            bits,
            starts,
            lines,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The lines that may be an owner's; other names' may be among them.
    pub(super) fn near(&self, owner: u64) -> impl Iterator<Item = Line> + Clone {
        let lines = if self.lines.is_empty() {
            &[]
        } else {
            self.at((high(owner) >> (32 - self.bits)) as usize)
        };
        let tag = tag(owner) >> BESIDE;
        lines.iter().copied().filter(move |line| line.tag() == tag)
    }

    /// The lines in groups: all lines of an owner are in one of them.
    pub(super) fn groups(&self) -> impl IndexedParallelIterator<Item = &[Line]> {
        let groups = self.starts.len().saturating_sub(1);
        (0..groups).into_par_iter().map(|place| self.at(place))
    }

    fn at(&self, place: usize) -> &[Line] {
        &self.lines[self.starts[place] as usize..self.starts[place + 1] as usize]
    }

    /// All lines, in no order.
    #[cfg(test)]
    pub(super) fn lines(&self) -> &[Line] {
        &self.lines
    }
}
