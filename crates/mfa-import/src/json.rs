//! JSON of a product, as far as it matters here. Fields that we do not know are the product's own business.

use serde::de::DeserializeOwned;

use crate::Unreadable;

pub(crate) fn parse<T: DeserializeOwned>(text: &str, expected: &'static str) -> Result<T, Unreadable> {
    serde_json::from_str(text)
        .map_err(|error| Unreadable::OtherForm { expected, at: Some((error.line(), error.column())) })
}
