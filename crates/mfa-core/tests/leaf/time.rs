use mfa_core::time::{Period, Seconds, TimeStep, Timestamp};
use proptest::prelude::*;

fn any_period() -> impl Strategy<Value = Period> {
    (1..=Period::MAX_SECONDS).prop_map(|seconds| Period::from_seconds(seconds).unwrap())
}

#[test]
fn periods_have_bounds() {
    assert!(Period::from_seconds(0).is_err());
    assert!(Period::from_seconds(1).is_ok());
    assert!(Period::from_seconds(3600).is_ok());
    assert!(Period::from_seconds(3601).is_err());
    assert!(Period::from_seconds(u64::MAX).is_err());
}

#[test]
fn arithmetic_saturates() {
    let end = Timestamp(u64::MAX);
    assert_eq!(end.saturating_add(Seconds(1)), end);
    assert_eq!(Timestamp(5).saturating_sub(Seconds(6)), Timestamp::EPOCH);
    assert_eq!(Timestamp(5).since(Timestamp(6)), Seconds::ZERO);
    assert_eq!(Timestamp(9).since(Timestamp(6)), Seconds(3));
    assert_eq!(Seconds::days(u64::MAX), Seconds(u64::MAX));
    assert_eq!(Seconds::days(30), Seconds(2_592_000));
    assert_eq!(Seconds(30).doubled_up_to(Seconds::hours(1)), Seconds(60));
    assert_eq!(Seconds(3000).doubled_up_to(Seconds::hours(1)), Seconds(3600));
    assert_eq!(TimeStep(u64::MAX).offset(1), None);
    assert_eq!(TimeStep(0).offset(-1), None);
    assert_eq!(TimeStep(u64::MAX).start(Period::THIRTY), end);
}

#[test]
fn the_time_left_counts_down_to_one() {
    let left = |seconds| TimeStep::time_left(Timestamp(seconds), Period::THIRTY).0;
    assert_eq!([left(60), left(61), left(88), left(89), left(90)], [30, 29, 2, 1, 30]);
}

proptest! {
    #[test]
    fn a_moment_lies_in_its_step(now: u64, period in any_period()) {
        let now = Timestamp(now);
        let step = TimeStep::at(now, period);
        let left = TimeStep::time_left(now, period);
        prop_assert!(step.start(period) <= now);
        prop_assert!(now.since(step.start(period)).0 < period.seconds());
        prop_assert!((1..=period.seconds()).contains(&left.0));
        let next = now.saturating_add(left);
        if next.0 < u64::MAX {
            prop_assert_eq!(Some(TimeStep::at(next, period)), step.offset(1));
        }
    }
}
