//! What holds for every answer of the API, whatever was asked.

use serde_json::Value;

use crate::answer::Answer;
use crate::document::Document;

/// Every stable code that a problem may carry, with its only status.
pub const CODES: [(&str, u16); 54] = [
    ("bad_request", 400),
    ("passcode_malformed", 400),
    ("recovery_key_malformed", 400),
    ("password_unacceptable", 400),
    ("username_unacceptable", 400),
    ("logo_unacceptable", 400),
    ("proof_malformed", 400),
    ("confirmation_wrong", 400),
    ("provider_refused", 400),
    ("client_refused", 400),
    ("return_to_unregistered", 400),
    ("idempotency_key_missing", 400),
    ("unauthenticated", 401),
    ("application_key_refused", 401),
    ("sign_in_required", 401),
    ("sign_in_refused", 401),
    ("code_refused", 401),
    ("recovery_key_refused", 401),
    ("recovery_key_older_set", 401),
    ("password_refused", 401),
    ("sign_in_expired", 401),
    ("cross_site", 403),
    ("not_administrator", 403),
    ("step_up_required", 403),
    ("tenant_suspended", 403),
    ("password_burnt", 403),
    ("identity_unknown", 403),
    ("identity_taken", 403),
    ("authenticator_locked", 403),
    ("tenant_external", 403),
    ("invitation_refused", 404),
    ("link_refused", 404),
    ("not_found", 404),
    ("member_unknown", 404),
    ("method_not_allowed", 405),
    ("conflict", 409),
    ("wrong_step", 409),
    ("wrong_mode", 409),
    ("set_up_overtaken", 409),
    ("last_administrator", 409),
    ("limit_reached", 409),
    ("other_kind", 409),
    ("password_here", 409),
    ("provider_missing", 409),
    ("dry_run_missing", 409),
    ("enrolment_superseded", 409),
    ("proof_refused", 409),
    ("enrolment_expired", 410),
    ("body_too_large", 413),
    ("unsupported_media_type", 415),
    ("idempotency_key_reused", 422),
    ("throttled", 429),
    // Described, and never to be seen.
    ("internal", 500),
    ("unavailable", 503),
];

/// Panics unless the answer keeps every law.
pub fn hold(answer: &Answer, document: &Document) {
    assert!(answer.status < 500, "a server error: {answer}");
    hold_in_trouble(answer, document);
}

/// Panics unless the answer keeps every law but one: where the platform fails us it may say so.
pub fn hold_in_trouble(answer: &Answer, document: &Document) {
    no_other_origin_may_read(answer);
    let provisions = is_provisioning(&answer.path);
    if !answer.path.starts_with("/api/") && !provisions {
        return;
    }
    headers_are_strict(answer);
    has_a_request_id(answer);
    if answer.status >= 400 && provisions {
        is_an_error_of_scim(answer);
    } else if answer.status >= 400 {
        is_a_problem(answer);
    }
    document.check(answer);
}

/// Whether a path is below the base address of a tenant's provisioning.
pub fn is_provisioning(path: &str) -> bool {
    path.starts_with("/t/") && path.contains("/scim/v2")
}

/// RFC 7644 §3.12, with the status as text.
fn is_an_error_of_scim(answer: &Answer) {
    if answer.method == "HEAD" {
        return;
    }
    assert_eq!(answer.header("content-type"), Some("application/scim+json"), "{answer}");
    let body = answer.json();
    assert_eq!(body["schemas"], serde_json::json!(["urn:ietf:params:scim:api:messages:2.0:Error"]), "{answer}");
    assert_eq!(body["status"], answer.status.to_string(), "the body names another status: {answer}");
    assert!(body["detail"].as_str().is_some_and(|text| !text.is_empty()), "{answer}");
    let wanted = match answer.status {
        401 => "www-authenticate",
        405 => "allow",
        429 | 503 => "retry-after",
        _ => return,
    };
    assert!(answer.header(wanted).is_some(), "no {wanted} in {answer}");
}

fn no_other_origin_may_read(answer: &Answer) {
    for (name, value) in &answer.headers {
        assert!(!name.starts_with("access-control-allow"), "{name}: {value} in {answer}");
    }
}

fn headers_are_strict(answer: &Answer) {
    let is = |name: &str, value: &str| {
        assert_eq!(answer.header(name), Some(value), "{name} of {answer}");
    };
    is("cache-control", "no-store");
    is("x-content-type-options", "nosniff");
    is("referrer-policy", "no-referrer");
    let hsts = answer.header("strict-transport-security").unwrap_or_default();
    // What a gate answers is read under a name that is not ours: of that host's TLS we say nothing.
    assert_eq!(hsts.starts_with("max-age="), !answer.path.contains("/gate/"), "HSTS in {answer}");
}

/// By which a complaint about it is found: in the header, and the same in a problem.
fn has_a_request_id(answer: &Answer) {
    let id = answer.header("x-request-id").unwrap_or_default();
    assert!(id.len() >= 16 && id.is_ascii(), "no request id in {answer}");
    // An error of SCIM has no place for it.
    if answer.status >= 400 && answer.method != "HEAD" && !is_provisioning(&answer.path) {
        assert_eq!(answer.json()["request_id"], id, "{answer}");
    }
}

/// RFC 9457, with a stable `code`; a HEAD request has no body to look at.
fn is_a_problem(answer: &Answer) {
    if answer.method == "HEAD" {
        return;
    }
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{answer}");
    let body = answer.json();
    for member in ["type", "title", "code"] {
        let text = body.get(member).and_then(Value::as_str).unwrap_or_default();
        assert!(!text.is_empty(), "no {member} in {answer}");
    }
    assert_eq!(body["status"], answer.status, "the body names another status: {answer}");
    let code = body["code"].as_str().unwrap_or_default();
    assert!(CODES.contains(&(code, answer.status)), "unknown code for this status: {answer}");
    if matches!(answer.status, 429 | 503) {
        tells_when_to_come_back(answer, &body);
    }
    if answer.status == 405 {
        assert!(answer.header("allow").is_some(), "405 without Allow: {answer}");
    }
}

fn tells_when_to_come_back(answer: &Answer, body: &Value) {
    let header: Option<u64> = answer.header("retry-after").and_then(|text| text.parse().ok());
    let seconds = header.unwrap_or_else(|| panic!("no Retry-After in {answer}"));
    assert!((1..=3_600).contains(&seconds), "Retry-After out of range: {answer}");
    assert_eq!(body["retry_after_seconds"], seconds, "{answer}");
}
