//! Random numbers that can be had again from their seed (SplitMix64, Steele et al. 2014).

use std::time::Duration;

pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn at_random() -> Self {
        let mut octets = [0; 8];
        getrandom::fill(&mut octets).unwrap();
        Self(u64::from_le_bytes(octets))
    }

    /// Below `bound`.
    pub fn roll(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// One of them, if there are any.
    pub fn pick<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        let index = self.next().checked_rem(of.len() as u64)?;
        of.get(index as usize).cloned()
    }

    /// Shorter than this.
    pub fn within(&mut self, bound: Duration) -> Duration {
        bound.mul_f64(self.roll(1 << 32) as f64 / (1_u64 << 32) as f64)
    }

    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        let words = std::iter::repeat_with(|| self.next().to_le_bytes());
        words.flatten().take(count).collect()
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
