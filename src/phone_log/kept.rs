//! The first and the last of very many.

use std::collections::VecDeque;

/// How many of the first are kept where there are too many.
const FIRST: usize = 100;

/// How many of the last are kept.
const LAST: usize = 400;

/// What is kept of a sequence of any length: all of it, or its first and its last ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept<T> {
    first: Vec<T>,
    last: VecDeque<T>,
    left_out: usize,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self {
            first: Vec::new(),
            last: VecDeque::new(),
            left_out: 0,
        }
    }
}

impl<T> Kept<T> {
    /// Adds one at the end.
    pub(super) fn push(&mut self, one: T) {
        if self.first.len() < FIRST {
            self.first.push(one);
            return;
        }
        if self.last.len() == LAST {
            self.last.pop_front();
            self.left_out += 1;
        }
        self.last.push_back(one);
    }

    /// Those that are kept, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.first.iter().chain(&self.last)
    }

    pub(super) fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut T> {
        self.first.iter_mut().chain(&mut self.last)
    }

    pub(super) fn last_mut(&mut self) -> Option<&mut T> {
        self.last.back_mut().or(self.first.last_mut())
    }

    /// Nothing was ever added.
    pub fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// How many were added.
    pub fn count(&self) -> usize {
        self.first.len() + self.last.len() + self.left_out
    }

    /// How many are not kept: they stood behind the first hundred.
    pub fn left_out(&self) -> usize {
        self.left_out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_are_kept() {
        let mut kept = Kept::default();
        for number in 0..1000 {
            kept.push(number);
            assert_eq!(kept.last_mut(), Some(&mut number.clone()));
        }
        assert_eq!(kept.count(), 1000);
        assert_eq!(kept.left_out(), 500);
        let list: Vec<_> = kept.iter().copied().collect();
        assert_eq!(list[..100], (0..100).collect::<Vec<_>>());
        assert_eq!(list[100..], (600..1000).collect::<Vec<_>>());
    }
}
