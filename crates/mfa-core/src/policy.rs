//! The numbers that decide, each with its unit and where it comes from.
//!
//! The bound that they hold together: whoever has a member's password guesses his way in with probability at most
//! `1 - (1 - 3e-6)^20 = 6.0e-5` per leaked password, because three of a million codes are right at any moment
//! (the window of [`crate::totp`]) and [`CODE_LANE`] gives him twenty tries.
//!
//! They are for the caller too: whoever checks sessions by himself takes the times from here.
//!
//! ```
//! use mfa_core::policy::{SESSION_ABSOLUTE, SESSION_IDLE};
//! use mfa_core::time::{Seconds, Timestamp};
//!
//! let signed_in = Timestamp(1_700_000_000);
//! let last_used = signed_in.saturating_add(Seconds::minutes(23 * 60 + 30));
//! // Used or not, it ends a day after its sign-in.
//! let ends = last_used.saturating_add(SESSION_IDLE).min(signed_in.saturating_add(SESSION_ABSOLUTE));
//! assert_eq!(ends.since(last_used), Seconds::minutes(30));
//! ```

use crate::throttle::{Budget, LanePolicy};
use crate::time::Seconds;

/// How long a pending sign-in (right password, no second factor yet) lives.
/// Short enough that a forgotten tab is worthless, long enough to find a phone.
pub const PENDING_SIGN_IN: Seconds = Seconds(5 * 60);

/// How often whatever waits for somebody at a page can be made longer, each time by its own length: ten times, which
/// WCAG 2.2 (SC 2.2.1) asks for at the least. It is bounded because it is nothing to keep: whoever needs it longer than
/// that begins anew. More time is no further guess: failures, budgets and waits are counted apart from it.
///
/// ```
/// use mfa_core::policy::{ENROLMENT, EXTENSIONS, PENDING_ENROLMENT_IN_ALL, PENDING_SIGN_IN, PENDING_SIGN_IN_IN_ALL};
///
/// assert_eq!(PENDING_SIGN_IN_IN_ALL.0, PENDING_SIGN_IN.0 * (1 + EXTENSIONS));
/// assert_eq!(PENDING_ENROLMENT_IN_ALL.0, ENROLMENT.0 * (1 + EXTENSIONS));
/// ```
pub const EXTENSIONS: u64 = 10;

/// How long a pending sign-in that owes a code may live in all, however often it is made longer.
pub const PENDING_SIGN_IN_IN_ALL: Seconds = Seconds((1 + EXTENSIONS) * PENDING_SIGN_IN.0);

/// How long a pending sign-in may live in all while its owner enrols or chooses another password, however often that is
/// made longer or started again.
pub const PENDING_ENROLMENT_IN_ALL: Seconds = Seconds((1 + EXTENSIONS) * ENROLMENT.0);

/// Failures after which a pending sign-in dies, counted over all methods together (A06: switching methods gains nothing).
pub const PENDING_FAILURES: usize = 5;

/// Pending sign-ins that one member may have at once; one more ends the oldest.
pub const PENDING_AT_ONCE: usize = 20;

/// How long one enrolment may take, from its start.
pub const ENROLMENT: Seconds = Seconds(15 * 60);

/// How long an administrator's set-up may take in all, from its start: her enrolment, made longer as often as it can be,
/// and a while to press the last button. Until then it is only a key set aside, which opens nothing.
pub const SET_UP: Seconds = Seconds(PENDING_ENROLMENT_IN_ALL.0 + 5 * 60);

/// Administrators of one tenant who may be setting MFA up at the same time; one more ends the oldest set-up.
pub const SET_UPS_AT_ONCE: usize = 8;

/// Wrong codes that end one enrolment. They cost no budget: who enrols has been shown the secret.
pub const ENROLMENT_WRONG_CODES: u8 = 5;

/// Recovery keys in a set.
pub const RECOVERY_KEYS: usize = 10;

/// A set with this many keys left or fewer is announced at each sign-in.
pub const RECOVERY_KEYS_FEW: usize = 3;

/// How long a device stays remembered. Absolute: use does not prolong it (F11).
pub const REMEMBERED_DEVICE: Seconds = Seconds(30 * 24 * 3600);

/// Remembered devices of one member; one more forgets the one unused for longest.
pub const REMEMBERED_DEVICES: usize = 10;

/// A session unused for this long has ended (NIST SP 800-63B-4 §2.2.3 allows 1 h of inactivity at AAL2).
pub const SESSION_IDLE: Seconds = Seconds(3600);

/// A session ends this long after its sign-in, used or not (NIST SP 800-63B-4 §2.2.3: 24 h at AAL2).
pub const SESSION_ABSOLUTE: Seconds = Seconds(24 * 3600);

/// Sessions of one member at once; one more ends the oldest.
pub const SESSIONS: usize = 20;

/// Sessions that ended early and are named to the edges one by one; beyond that a time covers the older ones.
pub const REVOKED_SESSIONS: usize = 100;

/// How long a proof given in a session counts as fresh: long enough to read a confirmation, short enough that a screen
/// left open is no key to the factor itself.
pub const STEP_UP: Seconds = Seconds(5 * 60);

/// Wrong proofs in a row that end the session they are given in, counted over all kinds together (A06, A09).
pub const SESSION_FAILURES: u8 = 5;

/// How long a link to a new password lives that was asked for by whoever forgot the old one.
pub const PASSWORD_LINK: Seconds = Seconds(3600);

/// How long the link lives that comes with the notice of a burnt password: as long as a notice may lie unread.
pub const BURNT_LINK: Seconds = Seconds(7 * 24 * 3600);

/// No second link is issued sooner than this after the last: nobody fills another's mailbox by asking.
pub const PASSWORD_LINK_AGAIN_AFTER: Seconds = Seconds(5 * 60);

/// Links that were asked for and live side by side, so that nobody makes another's worthless by asking for the next.
/// With as many, none is issued before one expires: three mails an hour at the most.
pub const PASSWORD_LINKS: usize = 3;

/// How long an invitation may wait to be accepted.
pub const INVITATION: Seconds = Seconds(7 * 24 * 3600);

/// The wrong code, in a row and after a right password, at which the member is told that the password is known to somebody.
pub const BURNT_PASSWORD_AFTER: u32 = 3;

/// Wrong codes in any 30 days at which she is told the same, whatever succeeded in between: half of the budget. She
/// does not get that far by herself, since what failed under a sign-in that succeeded is given back.
pub const SLOW_GUESSING_AFTER: usize = 10;

/// Consecutive failures at which a lane closes for good (NIST SP 800-63B-4 §3.2.2: "no more than 100").
const HARD_CAP: u32 = 100;

const DAYS_30: Seconds = Seconds(30 * 24 * 3600);
const FIRST_WAIT: Seconds = Seconds(30);
const LONGEST_WAIT: Seconds = Seconds(3600);

/// Codes of the authenticator app: the fifth failure waits 30 s, doubling to 1 h; twenty failures in any 30 days lock.
///
/// ```
/// use mfa_core::policy::{CODE_LANE, SLOW_GUESSING_AFTER};
///
/// let budget = CODE_LANE.budget.ok_or("no budget: whoever has the password may guess for ever")?;
/// assert_eq!((CODE_LANE.free, budget.failures), (5, 20));
/// // She hears of it while half of the tries are left.
/// assert_eq!(SLOW_GUESSING_AFTER, budget.failures / 2);
/// # Ok::<(), &str>(())
/// ```
pub const CODE_LANE: LanePolicy = LanePolicy {
    free: 5,
    first_wait: FIRST_WAIT,
    longest_wait: LONGEST_WAIT,
    budget: Some(Budget { failures: 20, span: DAYS_30 }),
    hard_cap: HARD_CAP,
};

/// Recovery keys: as for codes, ten failures in any 30 days.
pub const RECOVERY_LANE: LanePolicy = LanePolicy {
    free: 5,
    first_wait: FIRST_WAIT,
    longest_wait: LONGEST_WAIT,
    budget: Some(Budget { failures: 10, span: DAYS_30 }),
    hard_cap: HARD_CAP,
};

/// Passwords, one lane for strangers, one for each remembered device and each known browser: ten free, then 30 s doubling to 1 h, and no
/// cap. NIST's would let anybody close a member's sign-in by guessing at it for four days, and a password is not all
/// that it takes; at one guess an hour a year gives a stranger 8,760 of them.
///
/// ```
/// use mfa_core::policy::PASSWORD_LANE;
/// use mfa_core::throttle::{Admission, Lane};
/// use mfa_core::time::Timestamp;
///
/// let (mut lane, flooded) = (Lane::default(), Timestamp(1_700_000_000));
/// (0..1000).for_each(|_| lane.charge(&PASSWORD_LANE, flooded));
/// assert!(matches!(lane.admission(&PASSWORD_LANE, flooded), Admission::Wait(_)));
/// // However much somebody guesses at her name, she waits no longer than an hour.
/// assert_eq!(lane.admission(&PASSWORD_LANE, Timestamp(flooded.0 + 3600)), Admission::Open);
/// ```
pub const PASSWORD_LANE: LanePolicy =
    LanePolicy { free: 10, first_wait: FIRST_WAIT, longest_wait: LONGEST_WAIT, budget: None, hard_cap: u32::MAX };

/// Password failures are forgotten this long after the last one in their lane, whether anybody bears the name or not.
/// A day buys a guesser nothing: the seventeen guesses of a lane that begins anew, then a day's rest, are fewer than the
/// twenty-four of a lane at its longest wait. And a record for each name that a flood invents need not live longer.
pub const PASSWORD_FAILURES_FORGOTTEN: Seconds = Seconds(24 * 3600);

/// How long a browser is known after a sign-in was completed with it. Each further one begins it anew.
pub const KNOWN_BROWSER: Seconds = Seconds(90 * 24 * 3600);

/// Known browsers whose password failures are kept at a time.
pub const BROWSERS: usize = 10;

/// Shortest password, in characters, where it is the only factor (NIST SP 800-63B-4 §3.1.1.2: 15). A shorter one that is
/// left alone by a switch-off signs nobody in before it is replaced.
///
/// ```
/// use mfa_core::policy::{PASSWORD_ALONE_MIN, PASSWORD_WITH_MFA_MIN};
///
/// // Characters, as people count, not bytes.
/// let password = "élève à l'été";
/// assert!(password.len() > PASSWORD_ALONE_MIN);
/// assert!(password.chars().count() < PASSWORD_ALONE_MIN);
/// assert!(password.chars().count() >= PASSWORD_WITH_MFA_MIN);
/// ```
pub const PASSWORD_ALONE_MIN: usize = 15;

/// Shortest password, in characters, where it is one of two factors (NIST SP 800-63B-4 §3.1.1.2: 8).
pub const PASSWORD_WITH_MFA_MIN: usize = 8;

/// Longest password, in characters (NIST asks for at least 64). Bounds the work of hashing.
pub const PASSWORD_MAX: usize = 256;

/// Codes of a million that are right at any moment: one for each step of the window.
const RIGHT_CODES: f64 = 3.0;
/// Codes that there are.
const CODES: f64 = 1_000_000.0;

/// How long a code for an application may be redeemed (RFC 6749 §4.1.2: ten minutes at the most). It is done at once,
/// by a server.
pub const AUTHORIZATION_CODE: Seconds = Seconds(60);

/// How long an application may fetch what was shown on our page, as long as the sign-in itself could have waited: she may
/// read first which recovery key is spent. What brings it back is worth nothing to anybody else.
pub const CONFIRMATION: Seconds = PENDING_SIGN_IN_IN_ALL;

/// How long it is known after that that it was fetched, so that a second time is noticed.
pub const CONFIRMATION_KNOWN: Seconds = Seconds::minutes(10);

/// Of one member at once, those that are known to be fetched included; one more ends the oldest.
pub const CONFIRMATIONS: usize = 20;

/// How long an access token lasts; there is no other way to have the next than to ask again.
pub const ACCESS_TOKEN: Seconds = Seconds::minutes(10);

/// Codes of one member at once, with those whose access tokens still last; one more ends the oldest.
pub const AUTHORIZATIONS: usize = 20;

/// Applications that are told of the end of one member's sessions; one more ends the oldest.
pub const RELIANCES: usize = 100;

/// How long a tenant's signing key signs before the next takes its place. NIST SP 800-57 part 1 allows years; a key
/// that is changed every quarter is one whose change is known to work.
pub const SIGNING_KEY: Seconds = Seconds::days(90);

/// How long a signing key is published before it signs: whoever keeps the published keys for a day knows it by then.
pub const SIGNING_KEY_ANNOUNCED: Seconds = Seconds::days(1);

/// How long a signing key is published after it has ceased to sign: far longer than anything that it signed lasts.
pub const SIGNING_KEY_KEPT: Seconds = Seconds::days(1);

/// How long whoever reads a tenant's published keys may keep them before asking again.
///
/// ```
/// use mfa_core::policy::{ACCESS_TOKEN, SIGNING_KEY_ANNOUNCED, SIGNING_KEY_KEPT, SIGNING_KEYS_CACHED};
///
/// // Whoever asked just before the next key was announced asks again before it signs.
/// assert!(SIGNING_KEYS_CACHED < SIGNING_KEY_ANNOUNCED);
/// // And whatever a key signed last can be checked until it ends.
/// assert!(ACCESS_TOKEN < SIGNING_KEY_KEPT);
/// ```
pub const SIGNING_KEYS_CACHED: Seconds = Seconds::hours(1);

/// The chance that whoever has a member's password guesses his way in before the authenticator locks.
///
/// ```
/// use mfa_core::policy::odds_per_leaked_password;
///
/// // Six in a hundred thousand.
/// assert!((5.9e-5..6.1e-5).contains(&odds_per_leaked_password()));
/// ```
#[must_use]
pub fn odds_per_leaked_password() -> f64 {
    odds(CODE_LANE.budget.map_or(usize::MAX, |budget| budget.failures))
}

/// The same over a year in which she never changes the password that leaked and unlocks with a new authenticator each
/// time: the budget comes back with each span that begins.
///
/// ```
/// use mfa_core::policy::{odds_per_leaked_password, odds_per_member_year};
///
/// // Thirteen budgets begin in a year of 365 days.
/// let ratio = odds_per_member_year() / odds_per_leaked_password();
/// assert!((12.9..13.0).contains(&ratio));
/// ```
#[must_use]
pub fn odds_per_member_year() -> f64 {
    const YEAR: u64 = 365 * 24 * 3600;
    odds(CODE_LANE.budget.map_or(usize::MAX, |budget| {
        let spans = usize::try_from(YEAR.div_ceil(budget.span.0.max(1))).unwrap_or(usize::MAX);
        budget.failures.saturating_mul(spans)
    }))
}

/// `1 - (1 - 3e-6)^tries`, by squaring, since there is no `powi` without std.
fn odds(tries: usize) -> f64 {
    let (mut missed, mut factor, mut left) = (1.0, 1.0 - RIGHT_CODES / CODES, tries);
    while left > 0 {
        if left % 2 == 1 {
            missed *= factor;
        }
        factor *= factor;
        left /= 2;
    }
    1.0 - missed
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers that we promise, in plain seconds. Who changes one changes SECURITY.md too.
    #[test]
    fn every_span_is_the_one_that_we_promise() {
        assert_eq!((PENDING_SIGN_IN.0, PENDING_SIGN_IN_IN_ALL.0, EXTENSIONS), (300, 3_300, 10));
        assert_eq!((ENROLMENT.0, PENDING_ENROLMENT_IN_ALL.0, SET_UP.0), (900, 9_900, 10_200));
        assert_eq!((CONFIRMATION.0, CONFIRMATION_KNOWN.0), (3_300, 600));
        assert_eq!((SESSION_IDLE.0, SESSION_ABSOLUTE.0, STEP_UP.0), (3_600, 86_400, 300));
        assert_eq!((PASSWORD_LINK.0, PASSWORD_LINK_AGAIN_AFTER.0, BURNT_LINK.0), (3_600, 300, 604_800));
        assert_eq!((INVITATION.0, REMEMBERED_DEVICE.0, KNOWN_BROWSER.0), (604_800, 2_592_000, 7_776_000));
        assert_eq!(PASSWORD_FAILURES_FORGOTTEN.0, 86_400);
        for (lane, failures) in [(CODE_LANE, Some(20)), (RECOVERY_LANE, Some(10)), (PASSWORD_LANE, None)] {
            assert_eq!((lane.first_wait.0, lane.longest_wait.0), (30, 3_600));
            assert_eq!(
                lane.budget.map(|budget| (budget.failures, budget.span.0)),
                failures.map(|few| (few, 2_592_000))
            );
        }
    }

    #[test]
    fn the_odds_are_within_the_bound_that_we_promise() {
        let close = |given: f64, expected: f64| (given / expected - 1.0).abs() < 0.01;
        assert!(close(odds_per_leaked_password(), 6.0e-5), "{}", odds_per_leaked_password());
        assert!(odds_per_leaked_password() <= 6.1e-5);
        assert!(close(odds_per_member_year(), 7.8e-4), "{}", odds_per_member_year());
        assert!(odds_per_member_year() <= 1.0e-3);
        assert!(odds(0) == 0.0 && odds(usize::MAX) == 1.0);
    }
}
