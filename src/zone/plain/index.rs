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

/// Bits of owners' numbers that tell the shares that lines are put into the index by.
const SHARES: u32 = 6;

/// So few lines are put there at once.
const FEW: usize = 1 << 13;

/// A line as it is found.
#[derive(Debug, Clone, Copy, Default)]
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
}

#[allow(clippy::cast_possible_truncation, reason = "the highest 32 of 64 bits")]
const fn high(owner: u64) -> u32 {
    (owner >> 32) as u32
}

/// The highest so many bits.
#[inline]
const fn highest(high: u32, bits: u32) -> usize {
    ((high as u64) >> (32 - bits)) as usize
}

/// No text has as many lines as 32 bits can count.
fn number(lines: usize) -> u32 {
    u32::try_from(lines).unwrap_or(u32::MAX)
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
    pub(super) fn of(mut parts: Vec<Vec<Found>>) -> Self {
        let count: usize = parts.iter().map(Vec::len).sum();
        if count == 0 {
            return Self::default();
        }
        let of_shares = if count < FEW { 0 } else { SHARES };
        let bits = (count / SHARED).max(2).ilog2().max(of_shares);
        // Each part is put in the order of shares, and then each share in the order of places:
        // what is moved about at once stays small.
        let bounds: Vec<_> = parts
            .par_iter_mut()
            .map(|part| by_share(part, of_shares))
            .collect();
        let places = 1_usize << bits;
        let mut starts = vec![0; places + 1];
        let mut lines = vec![Line::default(); count];
        let mut shares = Vec::with_capacity(1 << of_shares);
        let mut rest = lines.as_mut_slice();
        let mut begin = 0;
        let in_share = places >> of_shares;
        for (share, starts) in starts[..places].chunks_mut(in_share).enumerate() {
            let parts = parts.iter().zip(&bounds);
            let found = parts.map(|(part, bounds)| &part[bounds[share]..bounds[share + 1]]);
            let found: Vec<_> = found.filter(|found| !found.is_empty()).collect();
            let (own, others) = rest.split_at_mut(found.iter().map(|found| found.len()).sum());
            let end = begin + own.len();
            shares.push(Share {
                found,
                begin,
                starts,
                lines: own,
            });
            (rest, begin) = (others, end);
        }
        shares.into_par_iter().for_each(|share| share.fill(bits));
        starts[places] = number(count);
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
            self.at(highest(high(owner), self.bits))
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

/// Puts lines in the order of their owners' shares, those of a share in the order of reading;
/// where the lines of each share begin, and where the last end.
fn by_share(lines: &mut [Found], bits: u32) -> Vec<usize> {
    if bits == 0 {
        return vec![0, lines.len()];
    }
    let share = |found: &Found| highest(found.high, bits);
    let mut starts = vec![0; (1 << bits) + 1];
    for found in lines.iter() {
        starts[share(found)] += 1;
    }
    add_up(&mut starts, 0);
    let mut next = starts.clone();
    let mut sorted = vec![Found::default(); lines.len()];
    for found in lines.iter() {
        let next = &mut next[share(found)];
        sorted[*next] = *found;
        *next += 1;
    }
    lines.copy_from_slice(&sorted);
    starts
}

/// Turns how many there are of each into where each begins.
fn add_up<T: Copy + std::ops::AddAssign>(counts: &mut [T], mut begin: T) {
    for count in counts {
        let of_this = std::mem::replace(count, begin);
        begin += of_this;
    }
}

/// The lines of one share.
struct Share<'l> {
    found: Vec<&'l [Found]>,
    /// Where they begin among all lines.
    begin: usize,
    /// Where those of each place begin, to be filled in.
    starts: &'l mut [u32],
    /// The lines by their places, to be filled in.
    lines: &'l mut [Line],
}

impl Share<'_> {
    fn fill(self, bits: u32) {
        // The places of a share are a power of two.
        let of_share = self.starts.len() - 1;
        let place = |found: &Found| highest(found.high, bits) & of_share;
        for found in self.found.iter().copied().flatten() {
            self.starts[place(found)] += 1;
        }
        add_up(self.starts, 0);
        let mut next = self.starts.to_vec();
        for found in self.found.iter().copied().flatten() {
            let next = &mut next[place(found)];
            self.lines[*next as usize] = found.line;
            *next += 1;
        }
        let begin = number(self.begin);
        for start in self.starts {
            *start += begin;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of owners with numbers that are not in order.
    fn found(count: u32) -> Vec<Found> {
        let owner = |at: u32| u64::from(at / 3).wrapping_mul(LENGTHS);
        let lines = 0..count;
        lines
            .map(|at| Found::new(owner(at), Kind::A, at, false))
            .collect()
    }

    const LENGTHS: u64 = 0x9e37_79b9_7f4a_7c15;

    #[test]
    fn the_lines_of_an_owner_are_found_in_the_order_of_reading() {
        for count in [0, 1, 2, 3000, 8191, 8192, 30_000] {
            let all = found(count);
            let parts = all.chunks(700).map(<[Found]>::to_vec).collect();
            let index = Index::of(parts);
            assert_eq!(index.is_empty(), count == 0);
            for owner in 0..count.div_ceil(3) {
                let number = u64::from(owner).wrapping_mul(LENGTHS);
                let lines: Vec<_> = index.near(number).map(|line| line.at).collect();
                let own: Vec<_> = (3 * owner..count.min(3 * owner + 3)).collect();
                let found: Vec<_> = lines
                    .iter()
                    .filter(|at| own.contains(at))
                    .copied()
                    .collect();
                assert_eq!(found, own, "{owner} of {count}");
            }
            let grouped: usize = index.groups().map(<[Line]>::len).sum();
            assert_eq!(grouped, count as usize);
        }
    }
}
