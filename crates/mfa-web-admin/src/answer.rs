//! The way back to JavaScript.

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsError, JsValue};

/// A plain object; what is missing in it is `null`, never `undefined`.
pub(crate) fn to_js(answer: &impl Serialize) -> Result<JsValue, JsError> {
    let serializer = Serializer::new().serialize_missing_as_null(true);
    answer.serialize(&serializer).map_err(|_| JsError::new("the answer cannot be expressed in JavaScript"))
}
