use super::directory::{Entry, Kept, Role};
use super::provisioned::Provisioned;
use super::*;
use crate::member::TokenDigest;
use std::string::ToString;
use std::vec::Vec;

const NOW: Timestamp = Timestamp(1_700_000_000);

fn key(name: &str) -> WrappedDataKey {
    WrappedDataKey(name.to_string())
}

fn prepare(by: &str) -> Command {
    Command::Prepare { by: by.to_string(), data_key: key(by) }
}

fn switch_on(by: &str, epoch: u64) -> Command {
    Command::SwitchOn { by: by.to_string(), epoch: Epoch(epoch) }
}

/// A tenant in each mode; in password mode with a set-up of Anna's in epoch 2.
fn modes() -> [Tenant; 3] {
    let password = decide(Tenant::new(Mode::Password, NOW), prepare("anna"), NOW).state;
    [password, Tenant::new(Mode::Mfa { data_key: key("old") }, NOW), Tenant::new(Mode::External, NOW)]
}

fn commands() -> [Command; 8] {
    [
        prepare("bob"),
        switch_on("anna", 2),
        Command::SwitchOff,
        Command::UseExternal,
        Command::UseLocal,
        Command::Suspend,
        Command::Resume,
        Command::Delete,
    ]
}

#[test]
fn the_whole_table() {
    use ModeKind::{External, Mfa, Password};
    use Outcome::{Changed, Excluded, Noted, Prepared, Unchanged};
    let table: Vec<(ModeKind, Outcome)> = modes()
        .into_iter()
        .flat_map(|tenant| commands().map(|command| decide(tenant.clone(), command, NOW)))
        .map(|decision| (decision.state.mode.kind(), decision.outcome))
        .collect();
    let expected = [
        (Password, Prepared(Epoch(3))),
        (Mfa, Changed),
        (Password, Unchanged),
        (External, Changed),
        (Password, Unchanged),
        (Password, Noted),
        (Password, Unchanged),
        (Password, Changed),
        (Mfa, Excluded(Mfa)),
        (Mfa, Excluded(Mfa)),
        (Password, Changed),
        (Mfa, Excluded(Mfa)),
        (Mfa, Excluded(Mfa)),
        (Mfa, Noted),
        (Mfa, Unchanged),
        (Password, Changed),
        (External, Excluded(External)),
        (External, Excluded(External)),
        (External, Excluded(External)),
        (External, Unchanged),
        (Password, Changed),
        (External, Noted),
        (External, Unchanged),
        (Password, Changed),
    ];
    assert_eq!(table, expected);
}

#[test]
fn every_change_is_a_new_epoch_and_nothing_else_is() {
    for before in modes() {
        for command in commands() {
            let decision = decide(before.clone(), command, NOW);
            match decision.outcome {
                Outcome::Changed => assert!(decision.state.epoch > before.epoch),
                _ => assert_eq!((decision.state.epoch, &decision.state.mode), (before.epoch, &before.mode)),
            }
        }
    }
}

#[test]
fn switching_off_and_on_never_brings_a_data_key_back() {
    let on = Tenant::new(Mode::Mfa { data_key: key("old") }, NOW);
    let off = decide(on, Command::SwitchOff, NOW).state;
    assert_eq!(off.mode, Mode::Password);
    let prepared = decide(off, prepare("anna"), NOW).state;
    let on_again = decide(prepared, switch_on("anna", 3), NOW).state;
    assert_eq!((&on_again.mode, on_again.epoch), (&Mode::Mfa { data_key: key("anna") }, Epoch(3)));
}

#[test]
fn of_two_set_ups_one_wins_and_the_other_is_never_anything() {
    let both = decide(modes()[0].clone(), prepare("bob"), NOW).state;
    let bobs = decide(both, switch_on("bob", 3), NOW);
    assert_eq!(bobs.outcome, Outcome::Changed);
    assert_eq!((&bobs.state.mode, bobs.state.epoch), (&Mode::Mfa { data_key: key("bob") }, Epoch(3)));
    assert_eq!(decide(bobs.state.clone(), switch_on("anna", 2), NOW).outcome, Outcome::Excluded(ModeKind::Mfa));
    // Nor after MFA was switched off again: the mode changed in between.
    let off = decide(bobs.state, Command::SwitchOff, NOW).state;
    assert_eq!(decide(off.clone(), switch_on("anna", 2), NOW).outcome, Outcome::NotPrepared);
    assert_eq!(off.next_epoch(), Epoch(5));
}

#[test]
fn a_set_up_is_its_administrators_alone_and_ends_by_itself() {
    let tenant = modes()[0].clone();
    assert_eq!(decide(tenant.clone(), switch_on("bob", 2), NOW).outcome, Outcome::NotPrepared);
    assert_eq!(decide(tenant.clone(), switch_on("anna", 3), NOW).outcome, Outcome::NotPrepared);
    let end = NOW.saturating_add(policy::SET_UP);
    assert_eq!([Timestamp(end.0 - 1), end].map(|now| tenant.candidates(now).count()), [1, 0]);
    assert_eq!(decide(tenant.clone(), switch_on("anna", 2), Timestamp(end.0 - 1)).outcome, Outcome::Changed);
    let late = decide(tenant.clone(), switch_on("anna", 2), end);
    assert_eq!((late.outcome, late.state.mode), (Outcome::NotPrepared, Mode::Password));
    // Begun again, the earlier one is worthless.
    let again = decide(tenant, prepare("anna"), NOW).state;
    assert_eq!(decide(again.clone(), switch_on("anna", 2), NOW).outcome, Outcome::NotPrepared);
    assert_eq!(decide(again, switch_on("anna", 3), NOW).outcome, Outcome::Changed);
}

#[test]
fn set_ups_are_bounded_and_the_oldest_goes_first() {
    let mut tenant = Tenant::new(Mode::Password, NOW);
    for number in 0..=policy::SET_UPS_AT_ONCE {
        tenant = decide(tenant, prepare(&number.to_string()), NOW).state;
    }
    assert_eq!(tenant.candidates(NOW).count(), policy::SET_UPS_AT_ONCE);
    assert_eq!(tenant.candidates(NOW).next().map(|candidate| candidate.epoch), Some(Epoch(3)));
}

#[test]
fn a_suspended_tenant_changes_nothing_but_its_end_and_a_deleted_one_nothing_at_all() {
    for tenant in modes() {
        let suspended = decide(tenant.clone(), Command::Suspend, NOW).state;
        let deleted = decide(suspended.clone(), Command::Delete, NOW).state;
        assert_eq!(deleted.mode, Mode::Password);
        assert!(deleted.epoch > tenant.epoch);
        assert_eq!(deleted.candidates(NOW).count(), 0);
        for command in commands() {
            let refused = decide(deleted.clone(), command.clone(), NOW);
            assert_eq!(refused.outcome, Outcome::Closed(Lifecycle::Deleted));
            assert_eq!(refused.state, deleted);
            let outcome = decide(suspended.clone(), command.clone(), NOW).outcome;
            match command {
                Command::Suspend => assert_eq!(outcome, Outcome::Unchanged),
                Command::Resume => assert_eq!(outcome, Outcome::Noted),
                Command::Delete => assert_eq!(outcome, Outcome::Changed),
                _ => assert_eq!(outcome, Outcome::Closed(Lifecycle::Suspended)),
            }
        }
        assert_eq!(decide(suspended, Command::Resume, NOW).state, tenant);
    }
}

#[test]
fn every_key_can_be_wrapped_anew() {
    let mut tenant = decide(modes()[0].clone(), prepare("bob"), NOW).state;
    let epochs: Vec<u64> = tenant.data_keys_mut().map(|(epoch, _)| epoch.0).collect();
    assert_eq!(epochs, [2, 3]);
    let mut on = modes()[1].clone();
    assert_eq!(on.data_keys_mut().map(|(epoch, _)| epoch).collect::<Vec<_>>(), [Epoch::FIRST]);
}

#[test]
fn after_a_restore_no_epoch_is_given_that_may_have_been_given_before() {
    for tenant in modes() {
        let later = Timestamp(NOW.0 + 3600);
        let Decision { state: mut again, outcome } = decide(tenant.clone(), Command::Restored, later);
        assert_eq!(outcome, Outcome::Noted);
        assert_eq!((again.epoch, again.restored_at), (tenant.epoch, later), "what is sealed still opens");
        assert_eq!(again.candidates(later).count(), 0);
        assert!(again.next_epoch() > Epoch(later.0 * 1000));
        // Brought back once more, to before the first restore, within the same second: still later than the first.
        let (first, epoch) = (again.restored_at, again.next_epoch());
        again = decide(again, Command::Restored, later).state;
        assert!(again.restored_at > first && again.next_epoch() > epoch);
    }
    let closed = decide(modes()[1].clone(), Command::Suspend, NOW).state;
    assert_eq!(decide(closed.clone(), Command::Restored, NOW).outcome, Outcome::Noted, "before it is opened again");
    let gone = decide(closed, Command::Delete, NOW).state;
    assert_eq!(decide(gone, Command::Restored, NOW).outcome, Outcome::Closed(Lifecycle::Deleted));
}

/// Every way in which somebody becomes the next bearer of a name, as far as it is open.
fn next_bearers(tenant: &Tenant, before: Option<Entry>, now: Timestamp) -> Vec<Entry> {
    let least = tenant.least_generation();
    let ways: [Result<Entry, Kept>; 3] = [
        Entry::invite(before, least, Role::Administrator, TokenDigest([7; 32]), now),
        Entry::vouched(before, least),
        Entry::announced(before, least),
    ];
    ways.into_iter().flatten().collect()
}

#[test]
fn after_a_restore_no_generation_is_given_that_may_have_been_given_before() {
    let tenant = Tenant::new(Mode::Password, NOW);
    let waiting = Entry::invite(None, tenant.least_generation(), Role::Member, TokenDigest([1; 32]), NOW).unwrap();
    assert_eq!(waiting.generation, Generation(1), "of a tenant that was never restored they are counted");
    // What the backup says of the name.
    for backup in [None, Some(waiting), Some(waiting.removed(1).unwrap())] {
        let (mut present, mut entry, mut newest, mut now) = (tenant.clone(), backup, Generation(0), NOW);
        // It is given out again and again, once a second; then the same backup is brought back, and so on.
        for _ in 0..3 {
            for _ in 0..100 {
                now = now.saturating_add(Seconds(1));
                let bearers = next_bearers(&present, entry, now);
                assert!(bearers.len() >= 2);
                for bearer in &bearers {
                    assert!(bearer.generation > newest, "{bearer:?} after {newest:?}");
                    assert_eq!(Provisioned::of(bearer, None).since, bearer.generation);
                }
                newest = bearers[0].generation;
                entry = Some(bearers[0].removed(1).unwrap());
            }
            now = now.saturating_add(Seconds(1));
            (present, entry) = (decide(tenant.clone(), Command::Restored, now).state, backup);
            assert!(present.least_generation() > newest);
        }
        // Said once more within the same second.
        let again = decide(present.clone(), Command::Restored, now).state;
        assert!(again.least_generation() > present.least_generation());
    }
}

#[test]
fn passwords_count_since_the_last_change_to_or_from_a_provider() {
    let first = Tenant::new(Mode::Password, NOW);
    assert_eq!(first.passwords_since, Epoch(0));
    let on = decide(decide(first, prepare("anna"), NOW).state, switch_on("anna", 2), NOW).state;
    let off = decide(on.clone(), Command::SwitchOff, NOW).state;
    assert_eq!((on.passwords_since, off.passwords_since), (Epoch(0), Epoch(0)), "MFA asks for no new password");
    let away = decide(off, Command::UseExternal, NOW).state;
    assert_eq!((away.epoch, away.passwords_since), (Epoch(4), Epoch(4)));
    let back = decide(away, Command::UseLocal, NOW).state;
    assert_eq!((back.epoch, back.passwords_since), (Epoch(5), Epoch(5)));
    let on_again = decide(decide(back, prepare("anna"), NOW).state, switch_on("anna", 6), NOW).state;
    assert_eq!((on_again.epoch, on_again.passwords_since), (Epoch(6), Epoch(5)));
    for command in [Command::UseExternal, Command::UseLocal, Command::Suspend] {
        assert_eq!(decide(on_again.clone(), command, NOW).state.passwords_since, Epoch(5));
    }
}
