//! Every call of the platform fails once, at each place: storage, KV, other objects, randomness, clock. What was asked
//! is then refused, nothing is half done, nothing is lost, the log says so, and the same request sent again works.
//!
//! `EDGE_MFA_ROUNDS_FAULTS` sets how many faults each operation meets, `all` is every one of them; `EDGE_MFA_SEED` says
//! which ones. `EDGE_MFA_FAULT="switch-off: tenant sql 16"` tries one operation, and of its faults those that are called so.

mod alike;
mod attempt;
mod deliveries;
mod each_call;
mod gate;
mod known_browser;
mod operations;
mod panics;
mod stale;
mod switch;

/// Choices that a seed repeats (xorshift64*).
struct Draw {
    seed: u64,
    state: u64,
}

impl Draw {
    fn from_seed() -> Self {
        let seed = std::env::var("EDGE_MFA_SEED").ok().and_then(|text| text.parse().ok());
        let seed: u64 = seed.unwrap_or_else(|| edge_mfa_tests::random::below(1 << 32));
        edge_mfa_tests::rounds::say(&format!("EDGE_MFA_SEED={seed}"));
        Self { seed, state: seed | 1 << 63 }
    }

    fn next(&mut self) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[(self.next() % all.len() as u64) as usize]
    }

    fn coin(&mut self) -> bool {
        self.next().is_multiple_of(2)
    }

    fn seed(&self) -> String {
        format!("EDGE_MFA_SEED={}", self.seed)
    }
}
