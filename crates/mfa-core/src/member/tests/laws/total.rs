//! `decide` is total: it answers whatever it is asked, in whatever state, at whatever time.

use std::vec::Vec;

use proptest::prelude::*;

use super::chronicle::Chronicle;
use super::config;
use super::script::{Act, script};
use crate::member::state::Factor;
use crate::throttle::Lane;
use crate::time::{TimeStep, Timestamp};

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn decide_answers_at_any_time_and_in_any_state(
        opening in script(),
        extremes in extremes(),
        now in any_time(),
        rest in script(),
    ) {
        let mut chronicle = Chronicle::new();
        run(&mut chronicle, &opening);
        extremes.put_into(&mut chronicle);
        chronicle.world.now = now;
        run(&mut chronicle, &rest);
    }

    #[test]
    fn decide_is_a_function(script in script()) {
        let (mut one, mut other) = (Chronicle::new(), Chronicle::new());
        run(&mut one, &script);
        run(&mut other, &script);
        prop_assert_eq!(one.world.member, other.world.member);
    }
}

fn run(chronicle: &mut Chronicle, acts: &[Act]) {
    for act in acts {
        chronicle.perform(act, &mut |_| {});
    }
}

/// Numbers that no honest record holds.
#[derive(Clone, Debug)]
struct Extremes {
    lanes: [Lane; 3],
    last_step: u64,
    drift: i8,
    newest_set: u32,
    password_version: u32,
    epoch: u64,
    times: Timestamp,
}

impl Extremes {
    fn put_into(self, chronicle: &mut Chronicle) {
        let [strangers, codes, recovery_keys] = self.lanes;
        chronicle.world.member.strangers = strangers;
        let Some(joined) = chronicle.world.member.joined_mut() else {
            return;
        };
        (joined.codes, joined.recovery_keys) = (codes, recovery_keys);
        joined.newest_set = self.newest_set;
        joined.password_version = self.password_version;
        joined.epoch.0 = self.epoch;
        for pending in &mut joined.pending {
            pending.created_at = self.times;
            pending.expires_at = Timestamp(u64::MAX);
        }
        for device in &mut joined.devices {
            device.until = Timestamp(u64::MAX);
            device.last_used_at = self.times;
        }
        if let Factor::Bound(authenticator) = &mut joined.factor {
            authenticator.last_step = TimeStep(self.last_step);
            authenticator.drift = self.drift;
            authenticator.locked_at = authenticator.locked_at.map(|_| self.times);
            authenticator.recovery.number = self.newest_set;
        }
    }
}

fn extremes() -> impl Strategy<Value = Extremes> {
    let epoch = prop_oneof![3 => Just(1_u64), 1 => Just(0), 1 => Just(u64::MAX)];
    let numbers = (extreme(), any::<i8>(), extreme_u32(), extreme_u32(), epoch, any_time());
    ([lane(), lane(), lane()], numbers).prop_map(
        |(lanes, (last_step, drift, newest_set, password_version, epoch, times))| Extremes {
            lanes,
            last_step,
            drift,
            newest_set,
            password_version,
            epoch,
            times,
        },
    )
}

fn lane() -> impl Strategy<Value = Lane> {
    let budgeted = prop::collection::vec(any_time(), 0..50);
    (extreme_u32(), any_time(), budgeted).prop_map(|(consecutive, last_failure, budgeted): (_, _, Vec<_>)| Lane {
        consecutive,
        last_failure,
        budgeted,
    })
}

fn any_time() -> impl Strategy<Value = Timestamp> {
    prop_oneof![extreme(), 1_700_000_000..1_900_000_000_u64].prop_map(Timestamp)
}

fn extreme() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), 0..100_u64, Just(u64::MAX), u64::MAX - 100..u64::MAX, any::<u64>()]
}

fn extreme_u32() -> impl Strategy<Value = u32> {
    prop_oneof![Just(0), 0..200_u32, Just(u32::MAX), any::<u32>()]
}
