//! When an object works off what it owes.

use worker::State;

use crate::journal;
use crate::runtime;

/// Sets the object's alarm. What is owed is written already, and nobody may come again who would see to it: so what
/// fails once is tried once more.
pub(crate) async fn set(state: &State, after_ms: i64) -> worker::Result<()> {
    let Err(error) = state.storage().set_alarm(after_ms).await else { return Ok(()) };
    journal::alarm(&format!("an alarm could not be set: {error}"));
    state.storage().set_alarm(after_ms).await
}

/// Sets it, unless it is set to an earlier time: then what would be done is found to be due, or put off anew.
pub(crate) async fn set_unless_sooner(state: &State, after_ms: i64) -> worker::Result<()> {
    let wanted = i64::try_from(runtime::millis()).unwrap_or(i64::MAX).saturating_add(after_ms);
    match state.storage().get_alarm().await {
        Ok(Some(at)) if at <= wanted => Ok(()),
        _ => set(state, after_ms).await,
    }
}
