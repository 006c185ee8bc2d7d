//! TOTP: a time-based one-time passcode (RFC 6238), made and recognised.
//!
//! Recognising returns the *time step* that matched, never a bool: the caller
//! must remember it and accept only later ones (RFC 6238 §5.2).

use core::ops::RangeInclusive;

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use crate::hotp::{Algorithm, HotpKey};
use crate::passcode::{Digits, Passcode};
use crate::secret::Secret;
use crate::time::{Period, TimeStep, Timestamp};

/// What app and verifier must agree on besides the secret.
///
/// ```
/// use mfa_core::time::{Period, TimeStep, Timestamp};
/// use mfa_core::totp::TotpParameters;
///
/// let ours = TotpParameters::OURS;
/// assert_eq!(TotpParameters::default(), ours);
/// // A secret that another service handed out, with codes that last a minute: the same second is of another step.
/// let theirs = TotpParameters { period: Period::from_seconds(60)?, ..ours };
/// assert_eq!(TimeStep::at(Timestamp(60), ours.period), TimeStep(2));
/// assert_eq!(TimeStep::at(Timestamp(60), theirs.period), TimeStep(1));
/// # Ok::<(), mfa_core::time::PeriodError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct TotpParameters {
    /// The hash under the HMAC.
    pub algorithm: Algorithm,
    /// The length of the passcode.
    pub digits: Digits,
    /// How long one passcode lasts.
    pub period: Period,
}

impl TotpParameters {
    /// SHA-1, six digits, thirty seconds: the only set that every authenticator
    /// app computes right, and the defaults of the Key URI format.
    pub const OURS: Self = Self { algorithm: Algorithm::Sha1, digits: Digits::Six, period: Period::THIRTY };
}

impl Default for TotpParameters {
    fn default() -> Self {
        Self::OURS
    }
}

/// How many steps before and after the present one are looked at.
///
/// ```
/// use mfa_core::passcode::{Digits, Passcode};
/// use mfa_core::secret::Secret;
/// use mfa_core::time::Timestamp;
/// use mfa_core::totp::{TotpParameters, Window, matching_step};
///
/// let secret = Secret::from_bytes(b"12345678901234567890")?;
/// let typed = Passcode::parse("287082", Digits::Six)?; // of the seconds 30 to 59
/// let fits = |now, window| matching_step(&secret, &TotpParameters::OURS, &typed, Timestamp(now), window).is_some();
/// assert!(fits(59, Window::NONE) && !fits(60, Window::NONE));
/// assert!(fits(0, Window::ONE) && fits(89, Window::ONE) && !fits(90, Window::ONE));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window(u8);

impl Window {
    /// `T-1`, `T`, `T+1`: one step for the way and the typing, as RFC 6238 §5.2
    /// recommends, and as much for a clock that is ahead (§6).
    pub const ONE: Self = Self(1);

    /// The present step only.
    pub const NONE: Self = Self(0);

    /// The clock doctor's: ten minutes either way at thirty seconds. Tells how
    /// wrong a clock is; no code is ever accepted by it.
    const DOCTOR: Self = Self(20);

    /// The steps, as seen from the present one, earliest first.
    fn drifts(self) -> RangeInclusive<i8> {
        let reach = i8::try_from(self.0).unwrap_or(i8::MAX);
        reach.saturating_neg()..=reach
    }
}

/// A passcode recognised.
///
/// ```
/// use mfa_core::passcode::{Digits, Passcode};
/// use mfa_core::secret::Secret;
/// use mfa_core::time::{TimeStep, Timestamp};
/// use mfa_core::totp::{Match, TotpParameters, Window, matching_step};
///
/// let secret = Secret::from_bytes(b"12345678901234567890")?;
/// let last = TimeStep(1); // of the code that she signed in with a moment ago
/// let typed = Passcode::parse("287082", Digits::Six)?;
/// let found = matching_step(&secret, &TotpParameters::OURS, &typed, Timestamp(60), Window::ONE);
/// assert_eq!(found, Some(Match { step: TimeStep(1), drift: -1 }));
/// // The right code, still within the window: read over her shoulder and typed again.
/// assert!(found.is_some_and(|found| found.step <= last));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "the matched step must be remembered, or the same code is good twice"]
pub struct Match {
    /// The step that the passcode belongs to: remember it, accept only greater ones.
    pub step: TimeStep,
    /// The same as seen from now: -1 when the passcode is of the step before.
    pub drift: i8,
}

/// The passcode of one step: `TOTP(K, T)` of RFC 6238 §4.2.
///
/// ```
/// use mfa_core::passcode::Digits;
/// use mfa_core::secret::Secret;
/// use mfa_core::time::{TimeStep, Timestamp};
/// use mfa_core::totp::{TotpParameters, generate};
///
/// // RFC 6238 appendix B.
/// let secret = Secret::from_bytes(b"12345678901234567890")?;
/// let parameters = TotpParameters { digits: Digits::Eight, ..TotpParameters::OURS };
/// let step = TimeStep::at(Timestamp(1_111_111_109), parameters.period);
/// assert_eq!(*generate(&secret, &parameters, step).display(), "07081804");
/// # Ok::<(), mfa_core::secret::SecretError>(())
/// ```
#[must_use]
pub fn generate(secret: &Secret, parameters: &TotpParameters, step: TimeStep) -> Passcode {
    HotpKey::new(secret, parameters.algorithm).passcode(step.0, parameters.digits)
}

/// Looks for `passcode` in the window around `now`.
///
/// Where a secret gives the same passcode in several steps, the **highest** is
/// returned: remembering a lower one would leave the passcode good for a second
/// use. Every step is computed and compared whatever the earlier ones gave, so
/// the time taken does not tell which step matched. Costs two compressions for
/// the key and two for each step, and allocates nothing.
///
/// ```
/// use mfa_core::passcode::{Digits, Passcode};
/// use mfa_core::secret::Secret;
/// use mfa_core::time::{Period, TimeStep};
/// use mfa_core::totp::{TotpParameters, Window, matching_step};
///
/// // The secret of the RFCs has the same code in two steps that follow each other. Whoever remembered the earlier one
/// // would let it in again half a minute later.
/// let secret = Secret::from_bytes(b"12345678901234567890")?;
/// let typed = Passcode::parse("251166", Digits::Six)?;
/// let now = TimeStep(57_766_335).start(Period::THIRTY);
/// let found = matching_step(&secret, &TotpParameters::OURS, &typed, now, Window::ONE);
/// assert_eq!(found.map(|found| found.step), Some(TimeStep(57_766_336)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn matching_step(
    secret: &Secret,
    parameters: &TotpParameters,
    passcode: &Passcode,
    now: Timestamp,
    window: Window,
) -> Option<Match> {
    let key = HotpKey::new(secret, parameters.algorithm);
    let present = TimeStep::at(now, parameters.period);
    let mut found = Choice::from(0);
    let mut highest = 0_i8;
    // Earliest first, so a later match overwrites an earlier one. Three at a time: one turn is a sign-in's window.
    let drifts = window.drifts();
    for first in drifts.clone().step_by(3) {
        let step = |later| present.offset(first.saturating_add(later)).map_or(0, |step| step.0);
        let codes = key.passcodes([step(0), step(1), step(2)], parameters.digits);
        for (drift, code) in (first..=*drifts.end()).zip(&codes) {
            // Only the first minutes of 1970 and the end of time have fewer steps.
            if present.offset(drift).is_none() {
                continue;
            }
            let hit = code.ct_eq(passcode);
            highest.conditional_assign(&drift, hit);
            found |= hit;
        }
    }
    if !bool::from(found) {
        return None;
    }
    let step = present.offset(highest)?;
    Some(Match { step, drift: highest })
}

/// How far the clock that made a passcode is from ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockOffset {
    /// Steps ahead of us; negative when it is behind.
    pub steps: i8,
    /// The same in seconds, exact to one period either way.
    pub seconds: i64,
}

/// The clock doctor: looks twenty steps either way for the passcode, and says
/// how far off the clock that made it must be. Of several matches the one
/// nearest to now, the likeliest, counts.
///
/// It diagnoses and never admits: a passcode found here is still a wrong one.
///
/// ```
/// use mfa_core::passcode::{Digits, Passcode};
/// use mfa_core::secret::Secret;
/// use mfa_core::time::Timestamp;
/// use mfa_core::totp::{ClockOffset, TotpParameters, Window, clock_offset, matching_step};
///
/// let secret = Secret::from_bytes(b"12345678901234567890")?;
/// let (ours, now) = (TotpParameters::OURS, Timestamp(359));
/// let typed = Passcode::parse("287082", Digits::Six)?;
/// assert_eq!(matching_step(&secret, &ours, &typed, now, Window::ONE), None);
/// // Refused, but she can be told why: her phone is five minutes slow.
/// assert_eq!(clock_offset(&secret, &ours, &typed, now), Some(ClockOffset { steps: -10, seconds: -300 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn clock_offset(
    secret: &Secret,
    parameters: &TotpParameters,
    passcode: &Passcode,
    now: Timestamp,
) -> Option<ClockOffset> {
    let key = HotpKey::new(secret, parameters.algorithm);
    let present = TimeStep::at(now, parameters.period);
    let steps = Window::DOCTOR
        .drifts()
        .filter(|&drift| {
            present.offset(drift).is_some_and(|step| key.passcode(step.0, parameters.digits).ct_eq(passcode).into())
        })
        .min_by_key(|drift| drift.unsigned_abs())?;
    let period = i64::try_from(parameters.period.seconds()).unwrap_or(i64::MAX);
    Some(ClockOffset { steps, seconds: period.saturating_mul(i64::from(steps)) })
}
