//! How long to wait before what failed is tried again.

use mfa_core::time::Seconds;

/// The wait after the first failure; it doubles to [`LONGEST`].
const FIRST: Seconds = Seconds(30);
const LONGEST: Seconds = Seconds(3600);

/// The wait after a try that failed, with so many failures before it.
pub(super) fn wait_after(failures: u64) -> Seconds {
    let doublings = u32::try_from(failures).unwrap_or(u32::MAX);
    Seconds(FIRST.0.saturating_mul(2_u64.saturating_pow(doublings)).min(LONGEST.0))
}
