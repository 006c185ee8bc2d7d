//! When an object works off what it owes.

use worker::State;

use crate::journal;

/// Sets the object's alarm. What is owed is written already, and nobody may come again who would see to it: so what
/// fails once is tried once more.
pub(crate) async fn set(state: &State, after_ms: i64) -> worker::Result<()> {
    let Err(error) = state.storage().set_alarm(after_ms).await else { return Ok(()) };
    journal::alarm(&format!("an alarm could not be set: {error}"));
    state.storage().set_alarm(after_ms).await
}
