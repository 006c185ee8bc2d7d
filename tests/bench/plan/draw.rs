//! Draws that a seed repeats.

/// SplitMix64.
#[derive(Debug)]
pub struct Draw(u64);

impl Draw {
    /// From a seed.
    pub fn from(seed: u64) -> Self {
        Self(seed)
    }

    /// Evenly from 0 up to 1, never 1.
    pub fn even(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Whether something of this chance happens.
    pub fn happens(&mut self, chance: f64) -> bool {
        self.even() < chance
    }

    /// Around zero, with this standard deviation (Box and Muller).
    pub fn normal(&mut self, deviation: f64) -> f64 {
        let (one, other) = (1.0 - self.even(), self.even());
        deviation * (-2.0 * one.ln()).sqrt() * (std::f64::consts::TAU * other).cos()
    }

    /// A time until something that happens without memory, of this mean.
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.even()).ln()
    }
}
