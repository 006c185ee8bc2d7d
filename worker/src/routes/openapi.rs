//! The OpenAPI document, as the tests hold it against the running Worker.

use worker::{Response, ResponseBuilder};

use crate::error::Problem;

/// The document.
pub(super) fn document() -> Result<Response, Problem> {
    let headers = ResponseBuilder::new().with_header("content-type", "application/json")?;
    Ok(headers.fixed(include_bytes!("../../openapi.json").to_vec()))
}
