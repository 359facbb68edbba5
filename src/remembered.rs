//! Values that are worked out once, whichever thread asks first.

use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::sync::{PoisonError, RwLock};

use hashbrown::{DefaultHashBuilder, HashTable};

/// Parts of which each has a lock of its own, so that threads seldom wait for each other.
const PARTS: usize = 32;

/// Values by key.
pub(crate) struct Remembered<K, V> {
    hasher: DefaultHashBuilder,
    parts: [RwLock<HashTable<(K, V)>>; PARTS],
}

impl<K: Hash + Eq + Clone, V: Clone> Remembered<K, V> {
    /// The value of a key; `make` works it out where it is not known. Where two threads do so
    /// at once, the value of the first is kept.
    pub(crate) fn get(&self, key: &K, make: impl FnOnce() -> V) -> V {
        let hash = self.hasher.hash_one(key);
        // Tables go by the highest and the lowest bits.
        let part = &self.parts[usize::try_from(hash >> 32).unwrap_or(0) % PARTS];
        let is_key = |(known, _): &(K, V)| known == key;
        {
            let known = part.read().unwrap_or_else(PoisonError::into_inner);
            if let Some((_, value)) = known.find(hash, is_key) {
                return value.clone();
            }
        }
        let value = make();
        let mut known = part.write().unwrap_or_else(PoisonError::into_inner);
        let entry = known.entry(hash, is_key, |(known, _)| self.hasher.hash_one(known));
        let kept = entry.or_insert_with(|| (key.clone(), value));
        kept.get().1.clone()
    }
}

impl<K, V> Default for Remembered<K, V> {
    fn default() -> Self {
        Self {
            hasher: DefaultHashBuilder::default(),
            parts: std::array::from_fn(|_| RwLock::default()),
        }
    }
}

impl<K, V> fmt::Debug for Remembered<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remembered").finish_non_exhaustive()
    }
}

impl<K, V> Clone for Remembered<K, V> {
    /// Nothing is remembered yet.
    fn clone(&self) -> Self {
        Self::default()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn a_value_is_made_once_for_each_key() {
        let made = Cell::new(0);
        let squares = Remembered::default();
        let square = |number: u32| {
            squares.get(&number, || {
                made.set(made.get() + 1);
                number * number
            })
        };
        for _ in 0..2 {
            for number in 0..1000 {
                assert_eq!(square(number), number * number);
            }
        }
        assert_eq!(made.get(), 1000);
    }
}
