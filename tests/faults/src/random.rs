//! Numbers that look random and are the same in every run.

/// A generator of 64-bit numbers (`SplitMix64`, Steele, Lea, Flood 2014).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// A generator whose numbers depend on `seed` alone.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn next_number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which is at least 1.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next_number() % bound.max(1) as u64) as usize
    }

    /// Keeps `count` of these, chosen at random, in their order.
    pub fn sample<T>(&mut self, items: Vec<T>, count: usize) -> Vec<T> {
        let (mut left, mut wanted) = (items.len(), count);
        let mut keep = |_: &T| {
            let chosen = self.below(left) < wanted;
            left -= 1;
            wanted -= usize::from(chosen);
            chosen
        };
        items.into_iter().filter(|item| keep(item)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn a_sample_has_its_size_and_depends_on_the_seed_alone() {
        let of = |seed| Random::new(seed).sample((0..100).collect(), 7);
        assert_eq!(of(1).len(), 7);
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
        assert_eq!(Random::new(1).sample(vec![1, 2], 9), [1, 2]);
    }
}
