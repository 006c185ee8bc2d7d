//! A refusal in the form of OAuth 2.0 (RFC 6749 §5.2, RFC 6750 §3).

use serde_json::json;
use worker::Response;

use crate::error::Problem;
use crate::routes::Visit;

/// Refuses an application's request.
pub(super) fn refused(visit: &Visit, error: &str) -> Result<Response, Problem> {
    let status = if error == "invalid_client" { 401 } else { 400 };
    if status == 401 {
        visit.reply_headers.set("www-authenticate", "Basic realm=\"token\", charset=\"UTF-8\"")?;
    }
    visit.json(status, &json!({ "error": error }))
}

/// Refuses an access token, or that there is none.
pub(super) fn unauthorized(visit: &Visit, error: Option<&str>) -> Result<Response, Problem> {
    let error = error.map(|error| format!(" error=\"{error}\"")).unwrap_or_default();
    visit.reply_headers.set("www-authenticate", format!("Bearer{error}").as_str())?;
    visit.json(401, &json!({ "error": "invalid_token" }))
}
