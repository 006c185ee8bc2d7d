//! Time as an argument: unix seconds, durations, periods and time steps.
//!
//! The core has no clock. Whoever calls it says what time it is. All
//! arithmetic saturates, so no date, however far, can panic or wrap.

use core::fmt;

/// A moment: whole seconds since 1970-01-01T00:00:00Z, without leap seconds
/// (Unix time, the `Time` of RFC 6238 §4.2). Any value is valid.
///
/// ```
/// use mfa_core::time::{Seconds, Timestamp};
///
/// let signed_in = Timestamp(1_700_000_000);
/// let now = signed_in.saturating_add(Seconds::minutes(5));
/// assert_eq!(now.since(signed_in), Seconds(300));
/// // A clock that was set back makes nothing old, and nothing wraps.
/// assert_eq!(signed_in.since(now), Seconds::ZERO);
/// assert_eq!(Timestamp(7).saturating_sub(Seconds::days(1)), Timestamp::EPOCH);
/// assert_eq!(Timestamp(u64::MAX).saturating_add(Seconds(1)), Timestamp(u64::MAX));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// This moment and `duration` more; stops at the largest representable moment.
    #[must_use]
    pub const fn saturating_add(self, duration: Seconds) -> Self {
        Self(self.0.saturating_add(duration.0))
    }

    /// This moment less `duration`; stops at 1970.
    #[must_use]
    pub const fn saturating_sub(self, duration: Seconds) -> Self {
        Self(self.0.saturating_sub(duration.0))
    }

    /// How long ago `earlier` was at this moment; zero when it lies ahead.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Seconds {
        Seconds(self.0.saturating_sub(earlier.0))
    }
}

/// A length of time in whole seconds. Any value is valid.
///
/// ```
/// use mfa_core::time::Seconds;
///
/// assert_eq!((Seconds::minutes(90), Seconds::hours(48)), (Seconds(5400), Seconds::days(2)));
/// assert_eq!(Seconds::days(u64::MAX), Seconds(u64::MAX));
/// // A back-off: 30 s, 60 s, … and never more than an hour.
/// assert_eq!(Seconds(30).doubled_up_to(Seconds::hours(1)), Seconds(60));
/// assert_eq!(Seconds(1920).doubled_up_to(Seconds::hours(1)), Seconds::hours(1));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct Seconds(pub u64);

impl Seconds {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// `count` minutes.
    #[must_use]
    pub const fn minutes(count: u64) -> Self {
        Self(count.saturating_mul(60))
    }

    /// `count` hours.
    #[must_use]
    pub const fn hours(count: u64) -> Self {
        Self::minutes(count.saturating_mul(60))
    }

    /// `count` days of 24 hours.
    #[must_use]
    pub const fn days(count: u64) -> Self {
        Self::hours(count.saturating_mul(24))
    }

    /// Twice as long, but no longer than `most`: one turn of a back-off.
    #[must_use]
    pub fn doubled_up_to(self, most: Self) -> Self {
        Self(self.0.saturating_mul(2)).min(most)
    }
}

/// How long one passcode lasts: the time step `X` of RFC 6238 §4.1, in seconds.
///
/// From 1 to [`Period::MAX_SECONDS`]; never zero, so that dividing by it is total.
///
/// ```
/// use mfa_core::time::{Period, PeriodError};
///
/// assert_eq!(Period::from_seconds(30), Ok(Period::THIRTY));
/// assert_eq!(Period::from_seconds(0), Err(PeriodError));
/// assert_eq!(Period::from_seconds(Period::MAX_SECONDS + 1), Err(PeriodError));
/// assert_eq!(Period::THIRTY.seconds(), 30);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "u64", into = "u64"))]
pub struct Period(u64);

impl Period {
    /// The default of RFC 6238 §4.1 and §5.2, and the only one we hand out.
    pub const THIRTY: Self = Self(30);

    /// One hour. The RFC names no maximum; a code that lives longer is no one-time code.
    pub const MAX_SECONDS: u64 = 3600;

    /// A period of so many seconds.
    ///
    /// # Errors
    /// [`PeriodError`] for zero and for more than [`Period::MAX_SECONDS`].
    pub const fn from_seconds(seconds: u64) -> Result<Self, PeriodError> {
        if seconds == 0 || seconds > Self::MAX_SECONDS {
            return Err(PeriodError);
        }
        Ok(Self(seconds))
    }

    /// The length in seconds.
    #[must_use]
    pub const fn seconds(self) -> u64 {
        self.0
    }
}

impl TryFrom<u64> for Period {
    type Error = PeriodError;

    fn try_from(seconds: u64) -> Result<Self, PeriodError> {
        Self::from_seconds(seconds)
    }
}

impl From<Period> for u64 {
    fn from(period: Period) -> Self {
        period.seconds()
    }
}

/// A period of zero, or longer than [`Period::MAX_SECONDS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeriodError;

impl fmt::Display for PeriodError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a period is from 1 to 3600 seconds")
    }
}

impl core::error::Error for PeriodError {}

/// The number of a time step: `T = floor(unix time / X)` of RFC 6238 §4.2, with `T0 = 0`.
///
/// 64 bits wide, as §4.2 asks for times beyond 2038. Of two steps the later one is greater.
///
/// ```
/// use mfa_core::time::{Period, Seconds, TimeStep, Timestamp};
///
/// // RFC 6238 appendix B.
/// let (now, period) = (Timestamp(1_111_111_109), Period::THIRTY);
/// let step = TimeStep::at(now, period);
/// assert_eq!(step, TimeStep(0x0235_23EC));
/// assert_eq!(step.start(period), Timestamp(1_111_111_080));
/// // The code on the screen changes in a second: better wait for the next one.
/// assert_eq!(TimeStep::time_left(now, period), Seconds(1));
/// assert_eq!(step.offset(1), Some(TimeStep(0x0235_23ED)));
/// assert_eq!(TimeStep(0).offset(-1), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct TimeStep(pub u64);

impl TimeStep {
    /// The step that `now` falls in.
    #[must_use]
    pub const fn at(now: Timestamp, period: Period) -> Self {
        // `Period` is never zero; `checked_div` says so without a panic path.
        match now.0.checked_div(period.seconds()) {
            Some(step) => Self(step),
            None => Self(0),
        }
    }

    /// The step `drift` steps later (earlier when negative), if there is one.
    #[must_use]
    pub const fn offset(self, drift: i8) -> Option<Self> {
        match self.0.checked_add_signed(drift as i64) {
            Some(step) => Some(Self(step)),
            None => None,
        }
    }

    /// The first second of this step.
    #[must_use]
    pub const fn start(self, period: Period) -> Timestamp {
        Timestamp(self.0.saturating_mul(period.seconds()))
    }

    /// How long the step that `now` falls in still lasts: from `period` at its
    /// first second down to 1 at its last.
    #[must_use]
    pub const fn time_left(now: Timestamp, period: Period) -> Seconds {
        let gone = now.since(Self::at(now, period).start(period));
        Seconds(period.seconds().saturating_sub(gone.0))
    }
}
