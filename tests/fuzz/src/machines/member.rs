//! The member's state machine, under any sequence of commands, in records that were reached and in records that were not.

mod laws;
mod world;

use arbitrary::{Arbitrary, Result, Unstructured};
use mfa_core::member::{Command, Decision, Fresh, GuardedSecret, Member, Outcome, decide};
use mfa_core::secret::Secret;
use mfa_core::stored::StoredMember;
use mfa_core::time::Timestamp;
use serde_json::{Value, from_value, to_value};

use super::bend::bent;
use laws::Laws;
use world::World;

/// One decision, and what it was taken upon.
struct Step<'a> {
    now: Timestamp,
    command: &'a Command,
    fresh: &'a Fresh,
    before: &'a Member,
    decision: &'a Decision,
    /// The record from now on, as it is stored.
    stored: Value,
    /// Whether secrets were open.
    keys_at_hand: bool,
}

/// From nobody: every law holds at each step.
pub(crate) fn from_the_beginning(data: &[u8]) {
    let _ = history(&mut Unstructured::new(data));
}

/// From a record that no history leads to: it is answered, and written back.
pub(crate) fn from_anywhere(data: &[u8]) {
    let _ = bent_history(&mut Unstructured::new(data));
}

fn history(u: &mut Unstructured<'_>) -> Result<()> {
    let mut world = World::new(u)?;
    let (mut member, mut laws) = (Member::vacant(), Laws::default());
    while !u.is_empty() {
        let keys_at_hand = u8::arbitrary(u)? != 0;
        member = one(u, &mut world, member, keys_at_hand, |step, world| laws.observe(step, world))?;
    }
    Ok(())
}

fn bent_history(u: &mut Unstructured<'_>) -> Result<()> {
    let mut world = World::new(u)?;
    let mut member = Member::vacant();
    for _ in 0..u.int_in_range(0..=40)? {
        member = one(u, &mut world, member, true, |_, _| {})?;
    }
    let record = bent(to_value(StoredMember::try_from(&member).expect("sealed")).unwrap(), u)?;
    let Ok(record) = from_value::<StoredMember>(record) else { return Ok(()) };
    let Ok(mut member) = Member::try_from(record) else { return Ok(()) };
    if bool::arbitrary(u)? {
        world.now = Timestamp(u64::arbitrary(u)?.max(1 << 16));
    }
    while !u.is_empty() {
        member = one(u, &mut world, member, true, |_, _| {})?;
    }
    Ok(())
}

/// Load, open, decide, seal, save.
fn one(
    u: &mut Unstructured<'_>,
    world: &mut World,
    member: Member,
    keys_at_hand: bool,
    mut look: impl FnMut(&Step<'_>, &World),
) -> Result<Member> {
    world.moves_on(u)?;
    let command = world.command(u)?;
    let fresh = world.fresh();
    let mut before = member;
    if keys_at_hand {
        open(&mut before);
    }
    let decision = decide(before.clone(), command.clone(), fresh, world.now);
    assert!(decide(before.clone(), command.clone(), fresh, world.now) == decision, "another answer to the same");
    let (after, stored) = sealed_and_stored(&decision.state);
    laws::silent(&command, &decision, &stored);
    look(
        &Step {
            now: world.now,
            command: &command,
            fresh: &fresh,
            before: &before,
            decision: &decision,
            stored,
            keys_at_hand,
        },
        world,
    );
    let device = match &decision.outcome {
        Outcome::SignedIn(entered) => entered.device.map(|device| device.id),
        _ => None,
    };
    world.remember(&fresh, device);
    Ok(after)
}

/// Through the stored form and back, as between any two requests.
fn sealed_and_stored(state: &Member) -> (Member, Value) {
    let mut state = state.clone();
    seal(&mut state);
    let stored = StoredMember::try_from(&state).expect("a secret was left open");
    let text = serde_json::to_string(&stored).unwrap();
    let read: StoredMember = serde_json::from_str(&text).expect("what was written cannot be read");
    assert!(read == stored && Member::try_from(read).as_ref() == Ok(&state), "written and read, it is another");
    (state, serde_json::from_str(&text).unwrap())
}

/// A stand-in for the cipher: what was sealed for one purpose or epoch does not open for another.
fn seal(state: &mut Member) {
    for (purpose, epoch, secret) in state.secrets_mut() {
        if let GuardedSecret::Open(plain) = secret {
            let text: String = plain.expose().iter().map(|byte| format!("{:02x}", byte ^ 0xa5)).collect();
            *secret = GuardedSecret::Sealed(format!("{purpose:?} of {}:{text}", epoch.0));
        }
    }
}

fn open(state: &mut Member) {
    for (purpose, epoch, secret) in state.secrets_mut() {
        let GuardedSecret::Sealed(text) = &*secret else { continue };
        let Some(digits) = text.strip_prefix(&format!("{purpose:?} of {}:", epoch.0)) else { continue };
        let pairs = digits.as_bytes().chunks(2).map(|pair| core::str::from_utf8(pair).ok());
        let byte = |pair: Option<&str>| u8::from_str_radix(pair?, 16).ok().map(|byte| byte ^ 0xa5);
        let plain: Option<Vec<u8>> = pairs.map(byte).collect();
        if let Some(plain) = plain.and_then(|plain| Secret::from_bytes(&plain).ok()) {
            *secret = GuardedSecret::Open(plain);
        }
    }
}
