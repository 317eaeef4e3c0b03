//! Numbers that are the same in every run and on every machine.

/// A generator of numbers: xorshift64*, <https://doi.org/10.1145/2845077>.
///
/// Only whole numbers and what IEEE 754 rounds exactly are used to make something of them, so that
/// the same articles come out everywhere.
#[derive(Debug, Clone)]
pub struct Numbers(u64);

impl Numbers {
    /// A generator whose numbers depend on the seed alone. Seeds next to each other give numbers that
    /// have nothing to do with each other.
    pub fn new(seed: u64) -> Self {
        // The finishing steps of SplitMix64, <https://prng.di.unimi.it/splitmix64.c>; never zero.
        let mut mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Self((mixed ^ (mixed >> 31)) | 1)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number from 0 to `end - 1`; 0 if `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        (((self.number() >> 32) * end as u64) >> 32) as usize
    }

    /// A number from `start` to `end`, both included.
    pub fn between(&mut self, start: usize, end: usize) -> usize {
        start + self.below(end - start + 1)
    }

    /// Whether something happens that happens so many times of a thousand.
    pub fn chance(&mut self, in_thousand: usize) -> bool {
        self.below(1000) < in_thousand
    }

    /// A number from 0 up to, and never, 1.
    pub fn uniform(&mut self) -> f64 {
        (self.number() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// One of these.
    ///
    /// # Panics
    /// If there is none.
    pub fn one_of<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.below(among.len())]
    }
}
