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
#[allow(clippy::cast_possible_truncation, reason = "of 32 bits none is lost")]
const fn highest(high: u32, bits: u32) -> usize {
    ((high as u64) >> (32 - bits)) as usize
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
    /// How many bits tell the place of a line, and how many of them its share; no share where
    /// there are no lines.
    bits: u32,
    of_shares: u32,
    shares: Vec<Share>,
}

/// The lines of a range of places.
#[derive(Debug)]
struct Share {
    /// Where the lines of each place begin, and where the last end.
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
        // Each part is put in the order of shares first, and then each share in the order of
        // places: what is moved about at once stays small.
        let bounds: Vec<_> = parts
            .par_iter_mut()
            .map(|part| by_share(part, of_shares))
            .collect();
        let shares = (0..1_usize << of_shares).into_par_iter().map(|share| {
            let parts = parts.iter().zip(&bounds);
            let found = parts.map(|(part, bounds)| &part[bounds[share]..bounds[share + 1]]);
            Share::of(&found.collect::<Vec<_>>(), bits, 1 << (bits - of_shares))
        });
        Self {
            bits,
            of_shares,
            shares: shares.collect(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.shares.is_empty()
    }

    /// The lines that may be an owner's; other names' may be among them.
    pub(super) fn near(&self, owner: u64) -> impl Iterator<Item = Line> + Clone {
        let place = highest(high(owner), self.bits);
        let share = self.shares.get(highest(high(owner), self.of_shares));
        let lines = share.map_or(&[][..], |share| share.at(place));
        let tag = tag(owner) >> BESIDE;
        lines.iter().copied().filter(move |line| line.tag() == tag)
    }

    /// The lines in groups: all lines of an owner are in one of them.
    pub(super) fn groups(&self) -> impl ParallelIterator<Item = &[Line]> {
        let shares = self.shares.par_iter();
        shares.flat_map_iter(|share| (0..share.places()).map(|place| share.at(place)))
    }

    /// All lines, in no order.
    #[cfg(test)]
    pub(super) fn lines(&self) -> impl Iterator<Item = &Line> {
        self.shares.iter().flat_map(|share| &share.lines)
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

impl Share {
    /// The lines by their places, of which there are so many, a power of two.
    fn of(found: &[&[Found]], bits: u32, places: usize) -> Self {
        let place = |found: &Found| highest(found.high, bits) & (places - 1);
        let found = || found.iter().copied().flatten();
        let mut starts = vec![0_u32; places + 1];
        for found in found() {
            starts[place(found)] += 1;
        }
        add_up(&mut starts, 0);
        let mut next = starts.clone();
        let mut lines = vec![Line::default(); starts[places] as usize];
        for found in found() {
            let next = &mut next[place(found)];
            lines[*next as usize] = found.line;
            *next += 1;
        }
        Self { starts, lines }
    }

    fn places(&self) -> usize {
        self.starts.len() - 1
    }

    /// The lines of a place; the highest bits of its number, which tell the share, may be there.
    fn at(&self, place: usize) -> &[Line] {
        let place = place & (self.places() - 1);
        &self.lines[self.starts[place] as usize..self.starts[place + 1] as usize]
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
