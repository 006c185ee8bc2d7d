//! Random choices that a seed repeats (splitmix64).

/// One client's choices.
#[derive(Debug)]
pub struct Dice(u64);

impl Dice {
    /// Of one thrower among those that share a seed.
    pub fn new(seed: u64, thrower: u64) -> Self {
        let mut dice = Self(seed ^ thrower.wrapping_mul(0xd1b5_4a32_d192_ed03));
        dice.next();
        dice
    }

    /// A whole number from 0 to `below - 1`.
    pub fn below(&mut self, below: usize) -> usize {
        (self.next() % below as u64) as usize
    }

    /// True in so many of a hundred throws.
    pub fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of them, if there is one: mostly the last, else any.
    pub fn mostly_last<T: Clone>(&mut self, all: &[T], percent: usize) -> Option<T> {
        if self.percent(percent) { all.last().cloned() } else { self.any(all) }
    }

    /// One of them, if there is one.
    pub fn any<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        (!all.is_empty()).then(|| all[self.below(all.len())].clone())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
