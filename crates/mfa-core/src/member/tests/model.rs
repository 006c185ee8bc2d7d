//! Tenant and members explored together, to the end: every interleaving of a small alphabet of commands in a small
//! world, with words of the tenant that arrive late, answers that are lost and commands that are repeated.
//!
//! * `scene` is the state of the whole and what can happen in it. Whatever the tenant has said to a member may arrive
//!   at any later time, and any command may come again, so a lost answer is nothing but a command that comes again.
//! * `names` makes names that say what they were made in: generation, epoch and orders. What is found alive can thus be
//!   asked where it comes from, without asking the code under test.
//! * `invariants` are what must be true of every state and every step, each beside its check.
//!
//! Time stands still: what time ends is held by the laws and by the tests of single rules.

#![allow(clippy::print_stdout, reason = "how much was explored is worth reading")]

mod invariants;
mod names;
mod scene;

use std::collections::{HashSet, VecDeque};
use std::vec::Vec;

use scene::{Act, Scene, Scope};

/// States looked into at the most, should a change make a scope larger than it is.
const BOUND: usize = 50_000;

#[test]
fn two_administrators_who_set_up_switch_on_and_off_at_once() {
    let explored = explore(Scope { people: 2, epochs: 4, sessions: 1 }, |act| {
        !matches!(
            act,
            Act::UseExternal
                | Act::UseLocal
                | Act::External(..)
                | Act::OrderReset(_)
                | Act::OrderSignOut(_)
                | Act::Remove(_)
                | Act::Reinvite(_)
                | Act::Leave(_)
                | Act::Shorten(..)
                | Act::Lengthen(..)
        )
    });
    explored.report("two administrators");
}

#[test]
fn one_administrator_through_every_mode_with_orders_that_arrive_late() {
    let explored = explore(Scope { people: 1, epochs: 4, sessions: 1 }, |act| {
        !matches!(act, Act::Remove(_) | Act::Reinvite(_) | Act::Leave(_))
    });
    explored.report("every mode and order");
    assert!(explored.lengthening > 0, "nobody was ever asked for a longer password");
}

#[test]
fn a_name_that_changes_its_bearer_in_every_mode() {
    let explored = explore(Scope { people: 1, epochs: 4, sessions: 1 }, |act| {
        !matches!(act, Act::OrderReset(_) | Act::OrderSignOut(_))
    });
    explored.report("removed and invited again");
    assert!(explored.lengthening > 0, "nobody was ever asked for a longer password");
}

/// How far an exploration went.
struct Explored {
    states: usize,
    steps: usize,
    depth: usize,
    complete: bool,
    adopted: usize,
    enrolled: usize,
    lengthening: usize,
}

impl Explored {
    fn report(&self, name: &str) {
        std::println!(
            "{name}: {} states, {} steps, depth {}{}",
            self.states,
            self.steps,
            self.depth,
            if self.complete { ", complete" } else { "" }
        );
        assert!(self.complete, "{name}: more than {BOUND} states");
        assert!(self.states > 5_000, "{name}: {} states, so something never happens", self.states);
        assert!(self.adopted > 0 && self.enrolled > 0, "nobody ever had a factor");
    }
}

/// Breadth first, each state once.
fn explore(scope: Scope, alphabet: fn(&Act) -> bool) -> Explored {
    let start = Scene::of_passwords(scope);
    let mut known = HashSet::from([start.fingerprint()]);
    let mut queue = VecDeque::from([(start, 0)]);
    let mut explored =
        Explored { states: 0, steps: 0, depth: 0, complete: false, adopted: 0, enrolled: 0, lengthening: 0 };
    while let Some((scene, depth)) = queue.pop_front() {
        if explored.states >= BOUND {
            return explored;
        }
        explored.states += 1;
        explored.depth = depth;
        explored.adopted += usize::from(scene.has_adopted());
        explored.enrolled += usize::from(scene.has_enrolled());
        explored.lengthening += usize::from(scene.is_asked_for_longer());
        let acts: Vec<Act> = scene.acts().into_iter().filter(alphabet).collect();
        for act in acts {
            explored.steps += 1;
            let after = scene.after(act);
            invariants::hold_of_step(&scene, act, &after);
            if known.insert(after.fingerprint()) {
                invariants::hold_of_state(&after);
                queue.push_back((after, depth + 1));
            }
        }
    }
    explored.complete = true;
    explored
}
