//! Recovery keys (ATTACKS.md section E): each opens once, on a pending sign-in, in a lane of its own.

use std::vec::Vec;

use super::world::{DAY, World, signed_in};
use crate::member::Event;
use crate::member::{Duty, Methods, Outcome, RecoveryKeyUse, TokenDigest};
use crate::time::Timestamp;

#[test]
fn a_recovery_key_opens_and_says_which_it_was_and_what_is_left() {
    let (mut world, _, sheet) = World::enrolled();
    for (number, left) in [(4, 9), (1, 8), (10, 7)] {
        let pending = world.begin();
        let entered = signed_in(world.recovery_key(pending, sheet.key(number.into())));
        assert_eq!(entered.recovery, Some(RecoveryKeyUse { set: 1, number, left }));
        assert_eq!(entered.methods, Methods { password: true, recovery_key: true, ..Methods::default() });
        assert_eq!(entered.device, None);
        assert!(world.inside().devices.is_empty(), "never remembered");
        let used = Event::RecoveryKeyUsed { set: 1, number, left };
        assert_eq!(world.events, [used, Event::SignedIn { methods: entered.methods }]);
    }
}

#[test]
fn e01_a_recovery_key_is_refused_the_second_time_and_not_charged() {
    let (mut world, _, sheet) = World::enrolled();
    let first = world.begin();
    signed_in(world.recovery_key(first, sheet.key(2)));
    let lane = world.inside().recovery_keys.clone();
    for _ in 0..10 {
        let pending = world.begin();
        assert_eq!(world.recovery_key(pending, sheet.key(2)), Outcome::RecoveryKeyRefused);
        assert_eq!(world.events, [Event::RecoveryKeyReplayed { set: 1, number: 2 }]);
        assert!(world.inside().pending.iter().all(|pending| pending.failures.is_empty()));
    }
    assert_eq!(world.inside().recovery_keys, lane);
}

#[test]
fn e02_one_key_on_many_pending_sign_ins_opens_one() {
    let (mut world, _, sheet) = World::enrolled();
    let pending: Vec<_> = (0..20).map(|_| world.begin()).collect();
    let tries = pending.iter().cycle().take(200);
    let opened = tries.filter(|token| matches!(world.recovery_key(**token, sheet.key(5)), Outcome::SignedIn(_)));
    assert_eq!(opened.count(), 1);
    assert_eq!(world.authenticator().recovery.left(), 9);
}

#[test]
fn every_key_of_a_set_opens_and_then_none_is_left() {
    let (mut world, _, sheet) = World::enrolled();
    for number in 1..=10 {
        let pending = world.begin();
        let entered = signed_in(world.recovery_key(pending, sheet.key(number)));
        assert_eq!(usize::from(entered.recovery.unwrap().left), 10 - number);
    }
    for number in 1..=10 {
        let pending = world.begin();
        assert_eq!(world.recovery_key(pending, sheet.key(number)), Outcome::RecoveryKeyRefused);
    }
}

#[test]
fn e04_an_older_set_is_dead() {
    let (mut world, _, old) = World::enrolled();
    world.inside_mut().factor = crate::member::state::Factor::None; // as a reset will leave it
    let pending = world.begin();
    let (_, new) = world.enrol(pending);
    assert_eq!(world.authenticator().recovery.number, 2);
    let pending = world.begin();
    assert_eq!(world.recovery_key(pending, old.key(1)), Outcome::RecoveryKeyRefused);
    let entered = signed_in(world.recovery_key(pending, new.key(1)));
    assert_eq!(entered.recovery, Some(RecoveryKeyUse { set: 2, number: 1, left: 9 }));
}

#[test]
fn e05_a_key_alone_opens_nothing() {
    let (mut world, _, sheet) = World::enrolled();
    let before = world.member.clone();
    assert_eq!(world.recovery_key(TokenDigest([0; 32]), sheet.key(1)), Outcome::SignInExpired);
    assert_eq!(world.member, before);
}

#[test]
fn e06_somebody_else_s_key_is_wrong_here_and_unspent_there() {
    let (mut anna, _, annas) = World::enrolled();
    let mut bert = World::joined();
    bert.names = super::people::Names(99);
    let pending = bert.begin();
    bert.enrol(pending);
    let pending = bert.begin();
    assert_eq!(bert.recovery_key(pending, annas.key(1)), Outcome::RecoveryKeyRefused);
    let pending = anna.begin();
    signed_in(anna.recovery_key(pending, annas.key(1)));
}

#[test]
fn e15_five_wrong_keys_are_free_then_they_wait_and_ten_in_thirty_days_close_the_lane() {
    let (mut world, phone, sheet) = World::enrolled();
    let first = world.now;
    let wrong = world.names.sheet().key(1);
    let mut waits = Vec::new();
    for _ in 0..10 {
        let mut pending = world.begin();
        let mut outcome = world.recovery_key(pending, wrong);
        let mut waited = 0;
        if let Outcome::Throttled { until: Some(until) } = outcome {
            waited = until.0 - world.now.0;
            world.now = until;
            pending = world.begin();
            outcome = world.recovery_key(pending, wrong);
        }
        assert_eq!(outcome, Outcome::RecoveryKeyRefused);
        waits.push(waited);
    }
    assert_eq!(waits, [0, 0, 0, 0, 0, 30, 60, 120, 240, 480]);

    let pending = world.begin();
    let until = Timestamp(first.0 + 30 * DAY);
    assert_eq!(
        world.recovery_key(pending, sheet.key(1)),
        Outcome::Throttled { until: Some(until) },
        "even a right one"
    );
    assert!(world.authenticator().locked_at.is_none(), "codes are another lane");
    signed_in(world.code(pending, phone.shows(world.now)));
    world.now = until;
    let pending = world.begin();
    signed_in(world.recovery_key(pending, sheet.key(1)));
}

#[test]
fn e15_a_hundred_wrong_keys_in_a_row_close_the_lane_however_slowly_they_come() {
    let (mut world, phone, sheet) = World::enrolled();
    let wrong = world.names.sheet().key(1);
    let mut judged = 0;
    for _ in 0..150 {
        world.wait(4 * DAY);
        let pending = world.begin();
        judged += u32::from(world.recovery_key(pending, wrong) == Outcome::RecoveryKeyRefused);
    }
    assert_eq!(judged, 100);
    let pending = world.begin();
    assert_eq!(world.recovery_key(pending, sheet.key(1)), Outcome::Throttled { until: None });
    signed_in(world.code(pending, phone.shows(world.now)));
}

#[test]
fn a_wrong_key_counts_in_its_lane_and_on_its_sign_in() {
    let (mut world, _, _) = World::enrolled();
    let wrong = world.names.sheet().key(1);
    let pending = world.begin();
    for expected in 1..=4 {
        assert_eq!(world.recovery_key(pending, wrong), Outcome::RecoveryKeyRefused);
        assert_eq!(world.events, [Event::RecoveryKeyRefused { consecutive: expected }]);
        assert_eq!(world.inside().pending[0].failures.len(), expected as usize);
    }
    assert_eq!(world.recovery_key(pending, wrong), Outcome::RecoveryKeyRefused);
    assert!(world.inside().pending.is_empty(), "it died of the fifth");
    assert_eq!(world.inside().codes, Default::default(), "codes are another lane");
}

#[test]
fn a_recovery_key_breaks_the_row_of_wrong_keys_but_not_that_of_codes() {
    let (mut world, phone, sheet) = World::enrolled();
    let wrong = world.names.sheet().key(1);
    for _ in 0..4 {
        let pending = world.begin();
        world.recovery_key(pending, wrong);
        world.guess(&phone);
    }
    let pending = world.begin();
    signed_in(world.recovery_key(pending, sheet.key(1)));
    assert_eq!(world.inside().recovery_keys.consecutive(), 0);
    assert_eq!(world.inside().codes.consecutive(), 4);
}

#[test]
fn nobody_who_owes_a_new_password_gets_on_with_a_key_or_a_code() {
    let (mut world, phone, sheet) = World::enrolled();
    world.lock(&phone);
    let pending = world.begin();
    world.recovery_key(pending, sheet.key(1));
    let other = Outcome::OtherDuty(Duty::NewPassword);
    assert_eq!(world.recovery_key(pending, sheet.key(2)), other);
    assert_eq!(world.code(pending, phone.shows(world.now)), other);
    let (new_phone, new_sheet) = (world.names.phone(), world.names.sheet());
    let (id, started) = world.start(pending, &new_phone);
    assert_eq!(started, other);
    assert_eq!(world.confirm(pending, id, new_phone.shows(world.now), &new_sheet), other);
    assert_eq!(world.renew(pending, id, &new_sheet), other);
    assert_eq!(world.complete(pending, id, new_sheet.proof()), other);
    assert_eq!(world.authenticator().recovery.left(), 9, "key 2 is unspent");
}
