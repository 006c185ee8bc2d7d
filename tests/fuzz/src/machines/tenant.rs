//! The tenant's state machine and its directory, under any sequence of commands.

use std::collections::BTreeMap;

use arbitrary::{Arbitrary, Result, Unstructured};
use mfa_core::member::{Generation, TokenDigest};
use mfa_core::policy;
use mfa_core::tenant::directory::{Entry, Role, Standing};
use mfa_core::tenant::{
    Command, Decision, Epoch, Lifecycle, Mode, Outcome, StoredTenant, Tenant, WrappedDataKey, decide,
};
use mfa_core::time::Timestamp;
use serde_json::{from_value, to_value};

use super::bend::bent;

/// From a new tenant: every law holds at each step.
pub(crate) fn from_the_beginning(data: &[u8]) {
    let _ = history(&mut Unstructured::new(data));
}

/// From a record that no history leads to: it is answered, and written back.
pub(crate) fn from_anywhere(data: &[u8]) {
    let _ = bent_history(&mut Unstructured::new(data));
}

/// Any act of the directory on any entry.
pub(crate) fn directory(data: &[u8]) {
    let _ = entries(&mut Unstructured::new(data));
}

#[derive(Arbitrary)]
enum Act {
    Prepare(u8),
    SwitchOn(u8, u8),
    SwitchOff,
    UseExternal,
    UseLocal,
    Suspend,
    Resume,
    Delete,
}

impl Act {
    fn command(&self, tenant: &Tenant) -> Command {
        match self {
            Act::Prepare(by) => {
                // A key is drawn for each set-up: none is ever the same as another.
                let data_key = WrappedDataKey(format!("key of {}", tenant.next_epoch().0));
                Command::Prepare { by: by.to_string(), data_key }
            }
            Act::SwitchOn(by, ago) => {
                let epoch = Epoch(tenant.next_epoch().0.saturating_sub(u64::from(*ago)));
                Command::SwitchOn { by: by.to_string(), epoch }
            }
            Act::SwitchOff => Command::SwitchOff,
            Act::UseExternal => Command::UseExternal,
            Act::UseLocal => Command::UseLocal,
            Act::Suspend => Command::Suspend,
            Act::Resume => Command::Resume,
            Act::Delete => Command::Delete,
        }
    }
}

fn step(u: &mut Unstructured<'_>, tenant: &Tenant, now: &mut Timestamp) -> Result<(Command, Decision)> {
    now.0 = now.0.saturating_add(u64::from(u16::arbitrary(u)? % 2048));
    let command = Act::arbitrary(u)?.command(tenant);
    let decision = decide(tenant.clone(), command.clone(), *now);
    assert_eq!(decide(tenant.clone(), command.clone(), *now), decision, "another answer to the same");
    Ok((command, stored(decision)))
}

fn stored(decision: Decision) -> Decision {
    let text = serde_json::to_string(&StoredTenant::from(decision.state.clone())).unwrap();
    let read: StoredTenant = serde_json::from_str(&text).expect("what was written cannot be read");
    assert_eq!(Tenant::from(read), decision.state, "written and read, it is another");
    decision
}

fn history(u: &mut Unstructured<'_>) -> Result<()> {
    let mut now = Timestamp(1_700_000_000);
    let mode = [Mode::Password, Mode::External, Mode::Mfa { data_key: WrappedDataKey("first".into()) }];
    let mut tenant = Tenant::new(u.choose(&mode)?.clone(), now);
    let mut prepared: BTreeMap<u64, (String, WrappedDataKey, Timestamp)> = BTreeMap::new();
    let mut destroyed: Vec<WrappedDataKey> = Vec::new();
    let mut given_out = tenant.epoch;
    while !u.is_empty() {
        let (command, Decision { state, outcome }) = step(u, &tenant, &mut now)?;
        assert!(state.epoch >= tenant.epoch && state.passwords_since <= state.epoch);
        assert_eq!(state.epoch > tenant.epoch, outcome == Outcome::Changed, "a change is a new epoch, nothing else is");
        assert!(state.epoch == tenant.epoch || state.epoch > given_out || prepared.contains_key(&state.epoch.0));
        assert!(state.epoch == tenant.epoch || state.since == now);
        assert!(
            matches!((&tenant.mode, &state.mode), (Mode::Password, _) | (_, Mode::Password))
                || tenant.mode == state.mode
        );
        match tenant.lifecycle {
            Lifecycle::Deleted => {
                assert_eq!((&state.mode, outcome), (&tenant.mode, Outcome::Closed(Lifecycle::Deleted)))
            }
            Lifecycle::Suspended if command != Command::Delete => assert_eq!(state.epoch, tenant.epoch),
            Lifecycle::Suspended | Lifecycle::Open => {}
        }
        if let (Command::Prepare { by, data_key }, Outcome::Prepared(epoch)) = (&command, outcome) {
            assert!(epoch > given_out && tenant.mode == Mode::Password);
            prepared.retain(|_, (other, ..)| other != by);
            prepared.insert(epoch.0, (by.clone(), data_key.clone(), now.saturating_add(policy::SET_UP)));
            given_out = epoch;
        }
        if state.epoch != tenant.epoch {
            if let (Mode::Mfa { data_key }, Command::SwitchOn { by, epoch }) = (&state.mode, &command) {
                let (who, key, until) = prepared.get(&epoch.0).expect("switched on without a set-up");
                assert_eq!((who, key, *epoch), (by, data_key, state.epoch), "somebody else's set-up");
                assert!(now < *until, "a set-up that was over");
            }
            assert!(matches!(command, Command::SwitchOn { .. }) == matches!(state.mode, Mode::Mfa { .. }));
            if let Mode::Mfa { data_key } = &tenant.mode {
                destroyed.push(data_key.clone());
            }
            destroyed
                .extend(prepared.iter().filter(|(epoch, _)| **epoch != state.epoch.0).map(|(_, made)| made.1.clone()));
            prepared.clear();
        }
        given_out = given_out.max(state.epoch);
        let waiting: Vec<_> = state.candidates(now).collect();
        assert!(waiting.len() <= policy::SET_UPS_AT_ONCE && (waiting.is_empty() || state.mode == Mode::Password));
        assert!(
            waiting.iter().all(|candidate| candidate.epoch > state.epoch && prepared.contains_key(&candidate.epoch.0))
        );
        let mut keys = state.clone();
        assert!(keys.data_keys_mut().all(|(_, key)| !destroyed.contains(key)), "a key that was destroyed is back");
        assert_eq!(state.next_epoch().0, given_out.0 + 1, "an epoch is given out twice");
        tenant = state;
    }
    Ok(())
}

fn bent_history(u: &mut Unstructured<'_>) -> Result<()> {
    let mut now = Timestamp(u64::arbitrary(u)?);
    let mut tenant = Tenant::new(Mode::Password, now);
    for _ in 0..u.int_in_range(0..=10)? {
        tenant = step(u, &tenant, &mut now)?.1.state;
    }
    let record = bent(to_value(StoredTenant::from(tenant)).unwrap(), u)?;
    let Ok(record) = from_value::<StoredTenant>(record) else { return Ok(()) };
    let mut tenant = Tenant::from(record);
    while !u.is_empty() {
        tenant = step(u, &tenant, &mut now)?.1.state;
    }
    Ok(())
}

fn entries(u: &mut Unstructured<'_>) -> Result<()> {
    let mut now = Timestamp(1_700_000_000);
    let mut tenant = Tenant::new(Mode::Password, now);
    let mut entry: Option<Entry> = None;
    let mut backup = (tenant.clone(), entry);
    let mut newest = Generation::default();
    // In 2106 generations that go on from a moment come to their end.
    while !u.is_empty() && now.0 < u64::from(u32::MAX) {
        now.0 = now.0.saturating_add(1 + u64::from(u16::arbitrary(u)?) * 64);
        let role = if bool::arbitrary(u)? { Role::Administrator } else { Role::Member };
        let administrators = u64::from(u8::arbitrary(u)? % 3);
        let token = TokenDigest([u8::arbitrary(u)?; 32]);
        let least = tenant.least_generation();
        let Some(before) = entry else {
            entry = Entry::invite(None, least, role, token, now).ok();
            assert!(entry.is_some_and(|entry| entry.generation > newest), "a generation is given a second time");
            newest = entry.map(|entry| entry.generation).unwrap_or(newest);
            continue;
        };
        let after = match u8::arbitrary(u)? % 8 {
            0 => Entry::invite(Some(before), least, role, token, now).ok(),
            1 => before.is_invited_by(&token, now).then(|| before.accepted()),
            2 => before.removed(administrators).ok(),
            3 => before.with_role(role, administrators).ok(),
            4 => before.reset().ok(),
            5 => Entry::vouched(Some(before), least).ok(),
            6 => {
                backup = (tenant.clone(), entry);
                continue;
            }
            _ => {
                tenant = decide(backup.0.clone(), Command::Restored, now).state;
                entry = backup.1;
                continue;
            }
        };
        let Some(after) = after else { continue };
        assert!(after.generation >= before.generation);
        let is_new = after.generation > before.generation;
        assert!(!is_new || before.standing != Standing::Active && after.standing != Standing::Removed);
        assert!(!is_new || after.generation > newest, "a generation is given a second time");
        newest = newest.max(after.generation);
        let rises = after.orders.resets >= before.orders.resets && after.orders.sign_outs >= before.orders.sign_outs;
        assert!(is_new || rises, "an order was taken back");
        assert!(is_new || before.standing != Standing::Removed, "the removed are back");
        if before.is_administrator() && !after.is_administrator() {
            assert!(administrators > 1, "nobody is left to run the tenant");
            assert!(after.standing == Standing::Removed || after.orders.sign_outs > before.orders.sign_outs);
        }
        let text = serde_json::to_string(&after).unwrap();
        assert_eq!(serde_json::from_str::<Entry>(&text).unwrap(), after);
        entry = Some(after);
    }
    Ok(())
}
