//! Every plan within a small scope: how much to guess at each visit, and what she does between two.

use std::vec::Vec;

use super::hands::quick;
use super::ledger::MONTH;
use crate::member::tests::people::Phone;
use crate::member::tests::world::{DAY, World, owes};
use crate::member::{Command, Duty, Event, Outcome};
use crate::time::{Seconds, Timestamp};

/// How many guesses he makes at a visit, if he is let: one, one short of the lock, all that he gets.
const GREED: [usize; 3] = [1, 19, usize::MAX];

#[derive(Clone, Copy)]
enum Hers {
    Nothing,
    SignsIn,
    IsReset,
}

#[derive(Default)]
pub(super) struct Explored {
    pub(super) plans: usize,
    pub(super) worst_month: usize,
}

/// Carries out every plan of so many visits, ten days apart: the fourth comes thirty days after the first, to the second.
pub(super) fn explore(visits: u64) -> Explored {
    let (world, phone, _) = World::enrolled();
    let mut explored = Explored::default();
    visit(&world, &phone, world.now, (0, visits), &[], &mut explored);
    explored
}

fn visit(
    world: &World,
    phone: &Phone,
    start: Timestamp,
    (number, visits): (u64, u64),
    judged: &[Timestamp],
    explored: &mut Explored,
) {
    if number == visits {
        explored.plans += 1;
        return;
    }
    for greed in GREED {
        let (mut world, mut judged) = (world.clone(), judged.to_vec());
        world.now = world.now.max(start.saturating_add(Seconds(number * 10 * DAY)));
        guesses(&mut world, phone, greed, &mut judged);
        let month = judged.iter().map(|first| {
            let ends = first.saturating_add(MONTH);
            judged.iter().filter(|at| first <= at && **at < ends).count()
        });
        let month = month.max().unwrap_or_default();
        assert!(month <= 20, "{month} in thirty days: {judged:?}");
        explored.worst_month = explored.worst_month.max(month);
        for hers in [Hers::Nothing, Hers::SignsIn, Hers::IsReset] {
            let (mut world, mut phone) = (world.clone(), phone.clone());
            if is_done(hers, &mut world, &mut phone) {
                visit(&world, &phone, start, (number + 1, visits), &judged, explored);
            }
        }
    }
}

/// Guesses on one sign-in after the other, waiting where he has to, until he has had enough or is stopped.
fn guesses(world: &mut World, phone: &Phone, greed: usize, judged: &mut Vec<Timestamp>) {
    let enough = judged.len().saturating_add(greed);
    while judged.len() < enough {
        assert!(judged.len() < 200, "no end of guesses: {judged:?}");
        let Some(pending) = world.begin_or_none() else { return };
        let passcode = phone.wrong(world.now);
        let command = Command::VerifyCode { grant: world.grant, pending, passcode, remember_device: None };
        match quick(world, command) {
            Outcome::CodeRefused => judged.push(world.now),
            Outcome::Throttled { until: Some(until) } if until.0 < world.now.0 + DAY => world.now = until,
            _ => return,
        }
        if world.events.contains(&Event::AuthenticatorLocked) {
            return;
        }
    }
}

/// Whether she can, and keep the password that has leaked.
fn is_done(hers: Hers, world: &mut World, phone: &mut Phone) -> bool {
    match hers {
        Hers::Nothing => true,
        Hers::SignsIn => {
            world.wait(DAY);
            let Some(pending) = world.begin_or_none() else { return false };
            matches!(world.code(pending, phone.shows(world.now)), Outcome::SignedIn(_))
        }
        Hers::IsReset => {
            let mut after = world.clone();
            after.grant.orders.resets += 1;
            after.wait(DAY);
            let begun = after.try_begin(None);
            if owes(&begun) != Some(Duty::Enrol) {
                return false;
            }
            let pending = after.fresh.pending;
            (*phone, _) = after.enrol(pending);
            *world = after;
            true
        }
    }
}
