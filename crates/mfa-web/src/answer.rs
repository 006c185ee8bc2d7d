//! The way back to JavaScript.

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsError, JsValue};

/// A plain object; what is missing in it is `null`, never `undefined`.
pub(crate) fn to_js(answer: &impl Serialize) -> Result<JsValue, JsError> {
    let serializer = Serializer::new().serialize_missing_as_null(true);
    answer.serialize(&serializer).map_err(|_| JsError::new("the answer cannot be expressed in JavaScript"))
}

/// Unix seconds as JavaScript has them: a number, perhaps with a fraction,
/// which is dropped.
pub(crate) fn timestamp(unix_seconds: f64) -> Result<mfa_core::time::Timestamp, JsError> {
    /// `Number.MAX_SAFE_INTEGER`; also keeps the cast below exact.
    const MAX: f64 = 9_007_199_254_740_991.0;
    if (0.0..=MAX).contains(&unix_seconds) {
        Ok(mfa_core::time::Timestamp(unix_seconds as u64))
    } else {
        Err(JsError::new("the time is not a number of unix seconds"))
    }
}
