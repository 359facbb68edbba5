//! A random number generator with a fixed seed, so that a test does the same everywhere.

/// Xorshift (Marsaglia, 2003): the same numbers everywhere, for ever.
pub struct Random(u64);

impl Random {
    /// The numbers of one seed.
    pub fn seeded(seed: u64) -> Self {
        // All but zero: from there xorshift does not move.
        Self(0x9E37_79B9_7F4A_7C15 ^ (seed + 1))
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).expect("less than a usize")
    }

    /// One of the choices.
    pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}
