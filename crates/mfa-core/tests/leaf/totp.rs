//! The laws of recognising a passcode (DESIGN §4 and §5; attacks B03, B08).

use mfa_core::passcode::Passcode;
use mfa_core::secret::Secret;
use mfa_core::time::{Period, TimeStep, Timestamp};
use mfa_core::totp::{TotpParameters, Window, clock_offset, generate, matching_step};
use proptest::prelude::*;

use crate::differential::{any_parameters, any_secret};

const OURS: TotpParameters = TotpParameters::OURS;

/// The straightforward way: look at each step by itself, keep the last.
fn highest_by_hand(
    secret: &Secret,
    parameters: &TotpParameters,
    passcode: &Passcode,
    present: u64,
    reach: u64,
) -> Option<TimeStep> {
    (present.saturating_sub(reach)..=present.saturating_add(reach))
        .map(TimeStep)
        .rfind(|step| generate(secret, parameters, *step) == *passcode)
}

/// Attack B08: steps -2 … +2 at the first, second to last and last second of a step.
#[test]
fn the_window_is_three_steps() {
    let secret = Secret::from_bytes(b"12345678901234567890").unwrap();
    let present = 57_000_000;
    for second in [0, 29, 30] {
        let now = Timestamp(present * 30 + second);
        let present = TimeStep::at(now, OURS.period);
        let mut accepted = 0;
        for drift in -2..=2_i8 {
            let step = present.offset(drift).unwrap();
            let passcode = generate(&secret, &OURS, step);
            let found = matching_step(&secret, &OURS, &passcode, now, Window::ONE);
            if drift.abs() <= 1 {
                let found = found.unwrap();
                assert_eq!((found.step, found.drift), (step, drift), "second {second}");
                accepted += 1;
            } else {
                assert_eq!(found, None, "second {second}, drift {drift}");
            }
            let strict = matching_step(&secret, &OURS, &passcode, now, Window::NONE);
            assert_eq!(strict.is_some(), drift == 0);
        }
        assert_eq!(accepted, 3);
    }
}

#[test]
fn the_first_steps_of_all_have_no_steps_before_them() {
    let secret = Secret::from_bytes(b"12345678901234567890").unwrap();
    let first = generate(&secret, &OURS, TimeStep(0));
    let found = matching_step(&secret, &OURS, &first, Timestamp(0), Window::ONE).unwrap();
    assert_eq!((found.step, found.drift), (TimeStep(0), 0));
    let found = clock_offset(&secret, &OURS, &first, Timestamp(599)).unwrap();
    assert_eq!((found.steps, found.seconds), (-19, -570));
}

#[test]
fn another_number_of_digits_never_matches() {
    let secret = Secret::from_bytes(b"12345678901234567890").unwrap();
    let seven = Passcode::parse("0755224", mfa_core::passcode::Digits::Seven).unwrap();
    let six = Passcode::parse("755224", mfa_core::passcode::Digits::Six).unwrap();
    assert_ne!(seven, six);
    let now = Timestamp(0);
    assert!(matching_step(&secret, &OURS, &six, now, Window::ONE).is_some());
    assert_eq!(matching_step(&secret, &OURS, &seven, now, Window::ONE), None);
}

#[test]
fn the_clock_doctor_looks_twenty_steps_and_no_further() {
    let secret = Secret::from_bytes(b"12345678901234567890").unwrap();
    let now = Timestamp(1_700_000_000);
    let present = TimeStep::at(now, OURS.period);
    for steps in -23..=23_i8 {
        let passcode = generate(&secret, &OURS, present.offset(steps).unwrap());
        let found = clock_offset(&secret, &OURS, &passcode, now);
        if steps.abs() <= 20 {
            let found = found.unwrap();
            assert_eq!((found.steps, found.seconds), (steps, i64::from(steps) * 30));
        } else {
            assert_eq!(found, None);
        }
    }
}

/// The secret of the RFCs gives 251166 for two neighbouring steps (see `vectors.rs`).
#[test]
fn the_clock_doctor_prefers_the_nearest() {
    let secret = Secret::from_bytes(b"12345678901234567890").unwrap();
    let (low, high) = (57_766_335, 57_766_336);
    let passcode = generate(&secret, &OURS, TimeStep(low));
    let offset = |present: u64| {
        let now = TimeStep(present).start(OURS.period);
        clock_offset(&secret, &OURS, &passcode, now).unwrap().steps
    };
    assert_eq!(offset(low - 5), 5);
    assert_eq!(offset(high + 5), -5);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn recognises_exactly_what_the_window_holds(
        secret in any_secret(),
        parameters in any_parameters(),
        now in prop_oneof![0..200_u64, 1_600_000_000..2_000_000_000_u64, any::<u64>()],
        drift in -3..=3_i8,
    ) {
        let now = Timestamp(now);
        let present = TimeStep::at(now, parameters.period);
        if let Some(step) = present.offset(drift) {
            let passcode = generate(&secret, &parameters, step);
            let found = matching_step(&secret, &parameters, &passcode, now, Window::ONE);
            let by_hand = highest_by_hand(&secret, &parameters, &passcode, present.0, 1);
            prop_assert_eq!(found.map(|found| found.step), by_hand);
            prop_assert_eq!(found.is_some(), drift.abs() <= 1 || by_hand.is_some());
            if let Some(found) = found {
                prop_assert_eq!(present.offset(found.drift), Some(found.step));
            }
        }
    }

    #[test]
    fn a_passcode_of_another_secret_is_refused(
        secret in any_secret(),
        other in any_secret(),
        now in 1_600_000_000..2_000_000_000_u64,
    ) {
        let period = Period::THIRTY;
        let now = Timestamp(now);
        let passcode = generate(&other, &OURS, TimeStep::at(now, period));
        let by_hand = highest_by_hand(&secret, &OURS, &passcode, TimeStep::at(now, period).0, 1);
        let found = matching_step(&secret, &OURS, &passcode, now, Window::ONE);
        prop_assert_eq!(found.map(|found| found.step), by_hand);
    }
}
