//! The numbers that decide, each with its unit and where it comes from.
//!
//! The bound that they hold together: whoever has a member's password guesses his way in with probability at most
//! `1 - (1 - 3e-6)^20 = 6.0e-5` per leaked password, because three of a million codes are right at any moment
//! (the window of [`crate::totp`]) and [`CODE_LANE`] gives him twenty tries.

use crate::throttle::{Budget, LanePolicy};
use crate::time::Seconds;

/// How long a pending sign-in (right password, no second factor yet) lives.
/// Short enough that a forgotten tab is worthless, long enough to find a phone.
pub const PENDING_SIGN_IN: Seconds = Seconds(5 * 60);

/// How long a pending sign-in may live in all while its owner enrols, however often enrolment is started again.
pub const PENDING_ENROLMENT_IN_ALL: Seconds = Seconds(60 * 60);

/// Failures after which a pending sign-in dies, counted over all methods together (A06: switching methods gains nothing).
pub const PENDING_FAILURES: usize = 5;

/// Pending sign-ins that one member may have at once; one more ends the oldest.
pub const PENDING_AT_ONCE: usize = 20;

/// How long one enrolment may take, from its start.
pub const ENROLMENT: Seconds = Seconds(15 * 60);

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

/// How long an invitation may wait to be accepted.
pub const INVITATION: Seconds = Seconds(7 * 24 * 3600);

/// The wrong code, in a row and after a right password, at which the member is told that the password is known to somebody.
pub const BURNT_PASSWORD_AFTER: u32 = 3;

/// Consecutive failures at which a lane closes for good (NIST SP 800-63B-4 §3.2.2: "no more than 100").
const HARD_CAP: u32 = 100;

const DAYS_30: Seconds = Seconds(30 * 24 * 3600);
const FIRST_WAIT: Seconds = Seconds(30);
const LONGEST_WAIT: Seconds = Seconds(3600);

/// Codes of the authenticator app: the fifth failure waits 30 s, doubling to 1 h; twenty failures in any 30 days lock.
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

/// Passwords, one lane for strangers and one for each remembered device: ten free, then 30 s doubling to 1 h, and no
/// cap. NIST's would let anybody close a member's sign-in by guessing at it for four days, and a password is not all
/// that it takes; at one guess an hour a year gives a stranger 8,760 of them.
pub const PASSWORD_LANE: LanePolicy =
    LanePolicy { free: 10, first_wait: FIRST_WAIT, longest_wait: LONGEST_WAIT, budget: None, hard_cap: u32::MAX };

/// Password failures of strangers are forgotten this long after the last one, whether anybody bears the name or not.
pub const STRANGERS_FORGOTTEN: Seconds = DAYS_30;

/// Shortest password, in characters, where it is the only factor (NIST SP 800-63B-4 §3.1.1.2: 15).
pub const PASSWORD_ALONE_MIN: usize = 15;

/// Shortest password, in characters, where it is one of two factors (NIST SP 800-63B-4 §3.1.1.2: 8).
pub const PASSWORD_WITH_MFA_MIN: usize = 8;

/// Longest password, in characters (NIST asks for at least 64). Bounds the work of hashing.
pub const PASSWORD_MAX: usize = 256;
