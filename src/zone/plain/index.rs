//! Lines by the numbers of their owners.
//!
//! A line is eight octets: where it stands, what it holds, and so much of its owner's number
//! as fits beside that. What is left of a number is told by the text, so that no two names are
//! ever taken for one another.

use rayon::prelude::*;

use super::kind::Kind;

/// About so many lines share a number of their owners' highest bits.
const SHARED: usize = 8;

/// Bits that stand beside an owner's number in a line.
const BESIDE: u32 = 5;

/// Bits of owners' numbers that tell the shares that lines are put into the index by.
const SHARES: u32 = 6;

/// So few lines are no share of their own.
pub(super) const FEW: usize = 1 << 12;

/// The highest so many bits.
#[inline]
#[allow(clippy::cast_possible_truncation, reason = "of 32 bits none is lost")]
const fn highest(word: u32, bits: u32) -> usize {
    ((word as u64) >> (u32::BITS - bits)) as usize
}

/// What a line keeps of its owner's number: the highest bits.
#[inline]
#[allow(clippy::cast_possible_truncation, reason = "the highest 32 of 64 bits")]
const fn kept(owner: u64) -> u32 {
    (owner >> 32) as u32 >> BESIDE << BESIDE
}

/// A line in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::zone) struct Line {
    /// The owner's tag, four bits for the kind, one that says that the line begins with a
    /// blank.
    word: u32,
    /// Its offset.
    pub(super) at: u32,
}

impl Line {
    #[inline]
    pub(in crate::zone) fn new(owner: u64, kind: Kind, at: u32, is_indented: bool) -> Self {
        let beside = (kind as u32) << 1 | u32::from(is_indented);
        Self {
            word: kept(owner) | beside,
            at,
        }
    }

    pub(super) const fn is_indented(self) -> bool {
        self.word % 2 == 1
    }

    pub(super) fn is(self, kind: Kind) -> bool {
        self.word >> 1 & 15 == kind as u32
    }

    /// The kind's place among all kinds.
    pub(super) const fn kind(self) -> usize {
        (self.word >> 1 & 15) as usize
    }

    /// Lines of one owner have one tag.
    pub(super) const fn tag(self) -> u32 {
        self.word >> BESIDE
    }
}

/// Lines that were found one behind the other: in the order of reading, and once there are many
/// in the order of shares.
#[derive(Debug, Default)]
pub(in crate::zone) struct Batch {
    lines: Vec<Line>,
    /// Where the lines of each share begin, and where the last end; empty where they are in the
    /// order of reading.
    bounds: Vec<u32>,
}

impl Batch {
    /// No lines yet, and room for so many.
    pub(in crate::zone) fn with_capacity(lines: usize) -> Self {
        Self {
            lines: Vec::with_capacity(lines),
            bounds: Vec::new(),
        }
    }

    #[inline]
    pub(in crate::zone) fn push(&mut self, line: Line) {
        self.lines.push(line);
    }

    /// All were found. Many are put in the order of shares while they are at hand: what is moved
    /// about at once stays small.
    pub(in crate::zone) fn close(&mut self) {
        if self.lines.len() < FEW {
            self.lines.shrink_to_fit();
        } else {
            self.by_share();
        }
    }

    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Adds lines behind those before; both together are few.
    pub(super) fn append(&mut self, mut other: Self) {
        debug_assert!(
            self.len() + other.len() < FEW,
            "they stay in the order of reading"
        );
        self.lines.append(&mut other.lines);
    }

    /// Puts the lines in the order of their owners' shares, those of a share in the order of
    /// reading.
    fn by_share(&mut self) {
        if self.bounds.is_empty() {
            let share = |line: &Line| highest(line.word, SHARES);
            (self.lines, self.bounds) = sorted(&[&self.lines], 1 << SHARES, share);
        }
    }

    /// The lines of a share.
    fn share(&self, number: usize) -> &[Line] {
        &self.lines[self.bounds[number] as usize..self.bounds[number + 1] as usize]
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
    /// The index of lines.
    pub(super) fn of(mut batches: Vec<Batch>) -> Self {
        let count: usize = batches.iter().map(Batch::len).sum();
        if count == 0 {
            return Self::default();
        }
        let of_shares = if count < FEW { 0 } else { SHARES };
        let bits = (count / SHARED).max(2).ilog2();
        let bits = bits.clamp(of_shares, u32::BITS - BESIDE);
        let places = 1 << (bits - of_shares);
        let shares = if of_shares == 0 {
            let all: Vec<_> = batches.iter().map(|batch| &batch.lines[..]).collect();
            vec![Share::of(&all, bits, places)]
        } else {
            batches.par_iter_mut().for_each(Batch::by_share);
            let shares = (0..1_usize << of_shares).into_par_iter().map(|share| {
                let lines: Vec<_> = batches.iter().map(|batch| batch.share(share)).collect();
                Share::of(&lines, bits, places)
            });
            shares.collect()
        };
        Self {
            bits,
            of_shares,
            shares,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.shares.is_empty()
    }

    /// The lines that may be an owner's; other names' may be among them.
    pub(super) fn near(&self, owner: u64) -> impl Iterator<Item = Line> + Clone {
        let kept = kept(owner);
        let share = self.shares.get(highest(kept, self.of_shares));
        let lines = share.map_or(&[][..], |share| share.at(highest(kept, self.bits)));
        let tag = kept >> BESIDE;
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

/// Lines in the order of their places, of which there are so many, those of a place in the order
/// in which they are given; where the lines of each place begin, and where the last end.
fn sorted(
    lines: &[&[Line]],
    places: usize,
    place: impl Fn(&Line) -> usize,
) -> (Vec<Line>, Vec<u32>) {
    let lines = || lines.iter().copied().flatten();
    let mut starts = vec![0_u32; places + 1];
    for line in lines() {
        starts[place(line)] += 1;
    }
    let mut begin = 0;
    for count in &mut starts {
        begin += std::mem::replace(count, begin);
    }
    let mut next = starts.clone();
    let mut sorted = vec![Line::default(); begin as usize];
    for line in lines() {
        let next = &mut next[place(line)];
        sorted[*next as usize] = *line;
        *next += 1;
    }
    (sorted, starts)
}

impl Share {
    /// The lines by their places, of which there are so many, a power of two.
    fn of(lines: &[&[Line]], bits: u32, places: usize) -> Self {
        let place = |line: &Line| highest(line.word, bits) & (places - 1);
        let (lines, starts) = sorted(lines, places, place);
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
    fn lines(count: u32) -> Vec<Line> {
        let owner = |at: u32| u64::from(at / 3).wrapping_mul(LENGTHS);
        let lines = 0..count;
        lines
            .map(|at| Line::new(owner(at), Kind::A, at, false))
            .collect()
    }

    const LENGTHS: u64 = 0x9e37_79b9_7f4a_7c15;

    #[test]
    fn the_lines_of_an_owner_are_found_in_the_order_of_reading() {
        for count in [0, 1, 2, 3000, 4095, 4096, 30_000] {
            let all = lines(count);
            // Batches of few and of many lines, and one that is short.
            let batches = [700, 5000]
                .into_iter()
                .cycle()
                .scan(&all[..], |rest, length| {
                    let (now, behind) = rest.split_at(length.min(rest.len()));
                    *rest = behind;
                    let mut batch = Batch::with_capacity(length);
                    batch.lines.extend(now);
                    batch.close();
                    (!now.is_empty()).then_some(batch)
                });
            let index = Index::of(batches.collect());
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
