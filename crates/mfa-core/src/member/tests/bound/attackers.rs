//! Temperaments that differ in when they guess.

use std::boxed::Box;
use std::vec::Vec;

use super::hands::{Hands, Seen};
use super::ledger::MONTH;
use crate::member::TokenDigest;
use crate::member::tests::world::{DAY, HOUR};
use crate::policy::CODE_LANE;
use crate::throttle::Admission;
use crate::time::{Seconds, Timestamp};

pub(super) trait Attacker {
    fn name(&self) -> &'static str;

    /// His next act, and when he comes back.
    fn acts(&mut self, hands: &mut Hands) -> Timestamp;

    /// She has just done something. Most do not see that.
    fn watches(&mut self, _: &mut Hands) {}
}

pub(super) fn all() -> Vec<Box<dyn Attacker>> {
    let others: Vec<Box<dyn Attacker>> = std::vec![
        Box::new(Burst),
        Box::new(Parallel),
        Box::new(Patient),
        Box::new(WaitsForRefunds { held: None }),
        Box::new(OneShort { judged: 0 }),
    ];
    others.into_iter().chain(at_the_edge()).collect()
}

pub(super) fn at_the_edge() -> Vec<Box<dyn Attacker>> {
    std::vec![Box::new(Edge { burst: true, judged: Vec::new() }), Box::new(Edge { burst: false, judged: Vec::new() })]
}

/// As fast as he is let, on one sign-in after the other.
pub(super) struct Burst;

impl Attacker for Burst {
    fn name(&self) -> &'static str {
        "burst"
    }

    fn acts(&mut self, hands: &mut Hands) -> Timestamp {
        let mut held = None;
        loop {
            match hands.guess(&mut held) {
                Seen::Wrong => {}
                stopped => return hands.back_after(stopped),
            }
        }
    }
}

/// Twenty sign-ins at once, one guess on each, round and round.
struct Parallel;

impl Attacker for Parallel {
    fn name(&self) -> &'static str {
        "parallel"
    }

    fn acts(&mut self, hands: &mut Hands) -> Timestamp {
        let mut held = Vec::new();
        for _ in 0..20 {
            match hands.begin() {
                Ok(pending) => held.push(pending),
                Err(stopped) => return hands.back_after(stopped),
            }
        }
        let mut back = hands.now();
        for pending in held {
            match hands.code(pending) {
                Seen::Wrong => {}
                Seen::Locked => return Timestamp(hands.now().0 + 2 * DAY),
                stopped => back = back.max(hands.back_after(stopped)),
            }
        }
        back
    }
}

/// Four a day, so that no wait ever shows.
struct Patient;

impl Attacker for Patient {
    fn name(&self) -> &'static str {
        "patient, four a day"
    }

    fn acts(&mut self, hands: &mut Hands) -> Timestamp {
        let mut held = None;
        for _ in 0..4 {
            match hands.guess(&mut held) {
                Seen::Wrong => {}
                stopped => return hands.back_after(stopped).max(Timestamp(hands.now().0 + DAY)),
            }
        }
        Timestamp(hands.now().0 + DAY)
    }
}

/// Keeps count, and stops one short of the lock: nineteen in any thirty days, at once or evenly.
struct Edge {
    burst: bool,
    judged: Vec<Timestamp>,
}

impl Attacker for Edge {
    fn name(&self) -> &'static str {
        if self.burst { "edge of the budget, bursts" } else { "edge of the budget, evenly" }
    }

    fn acts(&mut self, hands: &mut Hands) -> Timestamp {
        let mut held = None;
        loop {
            let now = hands.now();
            self.judged.retain(|at| now < at.saturating_add(MONTH));
            if self.judged.len() >= 19 {
                return self.judged[0].saturating_add(MONTH);
            }
            match hands.guess(&mut held) {
                Seen::Wrong => self.judged.push(now),
                stopped => return hands.back_after(stopped),
            }
            if !self.burst {
                return now.saturating_add(Seconds(MONTH.0 / 19 + 1));
            }
        }
    }
}

/// Leaves failures lying about and hopes that her success gives them back; he knows when she signs in.
struct WaitsForRefunds {
    held: Option<TokenDigest>,
}

impl Attacker for WaitsForRefunds {
    fn name(&self) -> &'static str {
        "waits for refunds"
    }

    fn acts(&mut self, hands: &mut Hands) -> Timestamp {
        // She is expected any minute: four failures on a sign-in that still lives, and not the fifth that ends it.
        let due = hands.victim.next.0.saturating_sub(2 * 60);
        if hands.now().0 < due {
            return Timestamp(due);
        }
        self.held = None;
        for _ in 0..4 {
            match hands.guess(&mut self.held) {
                Seen::Wrong => {}
                stopped => return hands.back_after(stopped).max(Timestamp(hands.victim.next.0 + 1)),
            }
        }
        Timestamp(hands.victim.next.0 + 1)
    }

    fn watches(&mut self, hands: &mut Hands) {
        if hands.victim.last_signed_in == hands.now() {
            hands.guess(&mut self.held);
        }
    }
}

/// Stops one short of the lock, and tries on after whatever she does: it may have cleared his failures.
struct OneShort {
    judged: usize,
}

impl OneShort {
    fn guesses(&mut self, hands: &mut Hands, most: usize) -> Timestamp {
        let mut held = None;
        for _ in 0..most {
            match hands.guess(&mut held) {
                Seen::Wrong => self.judged += 1,
                stopped => return hands.back_after(stopped),
            }
        }
        Timestamp(hands.now().0 + DAY)
    }
}

impl Attacker for OneShort {
    fn name(&self) -> &'static str {
        "one short, then tries on"
    }

    fn acts(&mut self, hands: &mut Hands) -> Timestamp {
        let left = 19 - self.judged % 20;
        self.guesses(hands, left)
    }

    fn watches(&mut self, hands: &mut Hands) {
        if self.judged % 20 == 19 {
            self.guesses(hands, 5);
        }
    }
}

/// Sees everything: guesses at each moment at which one would be judged and three codes are right.
pub(super) struct SeesAll;

impl SeesAll {
    fn opens(hands: &Hands) -> Option<Timestamp> {
        let inside = hands.world.inside();
        let open = inside.codes.admission(&CODE_LANE, hands.now());
        match (&inside.factor, open) {
            (crate::member::state::Factor::None, _) | (_, Admission::Closed) => None,
            (crate::member::state::Factor::Bound(bound), _) if bound.locked_at.is_some() => None,
            (_, Admission::Wait(until)) => Some(until),
            (crate::member::state::Factor::Bound(bound), Admission::Open) => {
                // Of the window's three codes none is spent.
                let three = Timestamp((bound.last_step.0 + 2) * 30);
                Some(three.max(hands.now()))
            }
        }
    }
}

impl Attacker for SeesAll {
    fn name(&self) -> &'static str {
        "sees all"
    }

    fn acts(&mut self, hands: &mut Hands) -> Timestamp {
        loop {
            match SeesAll::opens(hands) {
                None => return Timestamp(hands.now().0 + HOUR),
                Some(until) if until > hands.now() => return until,
                Some(_) => {
                    if let stopped @ (Seen::Shut | Seen::Gone) = hands.guess(&mut None) {
                        return hands.back_after(stopped);
                    }
                }
            }
        }
    }
}
