//! The labels of a name, from either end.

use std::iter::FusedIterator;

use super::Name;

/// The labels of a name, the lowest first.
#[derive(Debug, Clone)]
pub struct Labels<'a>(pub(super) &'a [u8]);

impl<'a> Iterator for Labels<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<Self::Item> {
        let (length, rest) = self.0.split_first()?;
        let (label, rest) = rest.split_at(usize::from(*length));
        self.0 = rest;
        Some(label)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let mut rest = self.0;
        let mut count = 0;
        while let Some(length) = rest.first() {
            rest = &rest[usize::from(*length) + 1..];
            count += 1;
        }
        (count, Some(count))
    }
}

impl ExactSizeIterator for Labels<'_> {}

impl FusedIterator for Labels<'_> {}

/// The labels of a name, the highest first. Where each begins is found out once.
#[derive(Debug)]
pub struct Highest<'a> {
    octets: &'a [u8],
    starts: [u8; Name::MAX_LENGTH / 2 + 1],
    left: usize,
}

impl<'a> Highest<'a> {
    pub(super) fn of(octets: &'a [u8]) -> Self {
        let mut starts = [0; Name::MAX_LENGTH / 2 + 1];
        let (mut at, mut left) = (0, 0);
        while let Some(length) = octets.get(usize::from(at)) {
            starts[left] = at;
            at += length + 1;
            left += 1;
        }
        Self {
            octets,
            starts,
            left,
        }
    }
}

impl<'a> Iterator for Highest<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let start = usize::from(self.starts[self.left]);
        let (length, rest) = self.octets[start..].split_first()?;
        Some(&rest[..usize::from(*length)])
    }
}

impl FusedIterator for Highest<'_> {}
