//! Values that are worked out once, whichever thread asks first.

use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::sync::{OnceLock, PoisonError, RwLock};

use hashbrown::{DefaultHashBuilder, Equivalent, HashTable};

/// The value of a cell, which is worked out before the cell is locked: threads that work side by
/// side take up other work while they wait, which may ask for the same, and must not have to wait
/// for themselves. Where two do so at once, the first value is kept.
pub(crate) fn side_by_side<T>(cell: &OnceLock<T>, make: impl FnOnce() -> T) -> &T {
    if let Some(known) = cell.get() {
        return known;
    }
    let value = make();
    cell.get_or_init(|| value)
}

/// Parts of which each has a lock of its own, so that threads seldom wait for each other.
const PARTS: usize = 32;

/// Values by key. What asks for one may be told from the key, with which it has to be equal and
/// to share its hash.
pub(crate) struct Remembered<K, V> {
    hasher: DefaultHashBuilder,
    /// Each with the key's hash, so that tables grow without hashing keys anew.
    parts: [RwLock<HashTable<(u64, K, V)>>; PARTS],
}

impl<K: Hash + Eq, V: Clone> Remembered<K, V> {
    /// Makes room for so many more values, where it is known about how many there will be:
    /// growing again and again takes time.
    pub(crate) fn reserve(&self, more: usize) {
        for part in &self.parts {
            let mut known = part.write().unwrap_or_else(PoisonError::into_inner);
            known.reserve(more / PARTS, |(hash, ..)| *hash);
        }
    }

    /// The value of a key; `make` works it out where it is not known, or says that there is
    /// none, which is not remembered. Where two threads do so at once, the value of the first
    /// is kept, under the key that `own` makes.
    pub(crate) fn get<Q: Hash + Equivalent<K> + ?Sized>(
        &self,
        key: &Q,
        own: impl FnOnce(&Q) -> K,
        make: impl FnOnce() -> Option<V>,
    ) -> Option<V> {
        let hash = self.hasher.hash_one(key);
        // Tables go by the highest and the lowest bits.
        let part = &self.parts[usize::try_from(hash >> 32).unwrap_or(0) % PARTS];
        let is_key =
            |(known_hash, known, _): &(u64, K, V)| *known_hash == hash && key.equivalent(known);
        {
            let known = part.read().unwrap_or_else(PoisonError::into_inner);
            if let Some((_, _, value)) = known.find(hash, is_key) {
                return Some(value.clone());
            }
        }
        let value = make()?;
        let mut known = part.write().unwrap_or_else(PoisonError::into_inner);
        let entry = known.entry(hash, is_key, |(hash, ..)| *hash);
        let kept = entry.or_insert_with(|| (hash, own(key), value));
        Some(kept.get().2.clone())
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
        let lengths = Remembered::<String, usize>::default();
        let length = |text: &str| {
            lengths.get(text, str::to_owned, || {
                made.set(made.get() + 1);
                Some(text.len())
            })
        };
        for _ in 0..2 {
            for number in 0..1000 {
                let text = number.to_string();
                assert_eq!(length(&text), Some(text.len()));
            }
        }
        assert_eq!(made.get(), 1000);
    }

    #[test]
    fn that_there_is_none_is_not_remembered() {
        let lengths = Remembered::<String, usize>::default();
        let length = |known| lengths.get("ab", str::to_owned, || known);
        assert_eq!(length(None), None);
        assert_eq!(length(Some(2)), Some(2));
        assert_eq!(length(None), Some(2));
    }
}
