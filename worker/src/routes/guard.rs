//! What every request has to pass, and what every answer carries.

use mfa_core::tenant::application::ApplicationId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use subtle::ConstantTimeEq;
use worker::{Env, Request, Response};
use zeroize::Zeroizing;

use super::Visit;
use crate::error::{Code, Problem};
use crate::json::{self, Tree};
use crate::runtime;

/// The largest body taken; the largest that any route but one needs is a password of 256 characters.
pub(super) const LARGEST_BODY: usize = 16 * 1024;

/// Scripts from here alone, WebAssembly allowed, nothing inline, no frame, no other origin.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self'; connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

/// On every answer of the Worker. `www/_headers` says the same for what it does not answer itself; a test compares.
const HEADERS: [(&str, &str); 8] = [
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("strict-transport-security", "max-age=63072000; includeSubDomains"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "accelerometer=(), camera=(), clipboard-read=(), display-capture=(), geolocation=(), gyroscope=(), \
         magnetometer=(), microphone=(), payment=(), usb=()",
    ),
];

/// Adds them. What the API and the pages say is of the moment and of one person, so nobody keeps it; what is for
/// everybody says so itself.
pub(super) fn with_headers(mut response: Response) -> worker::Result<Response> {
    let headers = response.headers_mut();
    // A picture has a stricter policy than a page.
    let policy = headers.get("content-security-policy")?;
    for (name, value) in HEADERS {
        headers.set(name, value)?;
    }
    if let Some(policy) = policy {
        headers.set("content-security-policy", &policy)?;
    }
    if !headers.has("cache-control")? {
        headers.set("cache-control", "no-store")?;
    }
    Ok(response)
}

/// Scheme, host and port that we were asked under.
pub(super) fn origin(request: &Request) -> Result<String, Problem> {
    Ok(request.url()?.origin().ascii_serialization())
}

/// The tenant that a path segment names, if it can be one.
pub(crate) fn tenant_slug(segment: &str) -> Option<String> {
    let well_formed = (2..=32).contains(&segment.len())
        && segment.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        && !segment.starts_with('-')
        && !segment.ends_with('-');
    well_formed.then(|| segment.to_owned())
}

/// Names that the log uses for somebody else than a member; so it does ids of applications.
const RESERVED: [&str; 2] = ["operator", "system"];

/// A username that may be given to somebody, in its one form.
pub(crate) fn new_username(text: &str) -> Option<String> {
    username(text).filter(|name| !RESERVED.contains(&name.as_str()) && ApplicationId::parse(name).is_none())
}

/// A username in its one form.
pub(crate) fn username(text: &str) -> Option<String> {
    let lower = text.trim().to_ascii_lowercase();
    let well_formed = (1..=64).contains(&lower.len())
        && lower.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'@' | b'+' | b'-'));
    well_formed.then_some(lower)
}

/// Refuses what another site made a browser send (H01 to H05). Browsers say where a request comes from in
/// `Sec-Fetch-Site`; those that do not, in `Origin`; whoever says neither is no page of ours.
pub(super) fn is_same_origin(request: &Request, origin: &str) -> Result<(), Problem> {
    let same = match request.headers().get("sec-fetch-site")? {
        Some(site) => site == "same-origin",
        None => request.headers().get("origin")?.is_some_and(|theirs| theirs == origin),
    };
    if same { Ok(()) } else { Err(Code::CrossSite.into()) }
}

/// Exactly JSON, in UTF-8 if it says in what: a form of another site cannot send that without asking first (H03), with
/// the parameter or without. RFC 8259 §11 defines none, yet many HTTP clients send this one.
pub(super) fn is_json(request: &Request) -> Result<(), Problem> {
    let header = request.headers().get("content-type")?.unwrap_or_default();
    let (kind, parameter) = match header.split_once(';') {
        Some((kind, parameter)) => (kind.trim_end(), Some(parameter.trim_start())),
        None => (header.as_str(), None),
    };
    let is_utf_8 = parameter.is_none_or(|parameter| parameter.eq_ignore_ascii_case("charset=utf-8"));
    if kind == "application/json" && is_utf_8 { Ok(()) } else { Err(Code::UnsupportedMediaType.into()) }
}

/// The client's name for one action.
pub(super) fn idempotency_key(request: &Request) -> Result<String, Problem> {
    let key = request.headers().get("idempotency-key")?.unwrap_or_default();
    let well_formed = (22..=64).contains(&key.len())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if well_formed { Ok(key) } else { Err(Code::IdempotencyKeyMissing.into()) }
}

/// The operator's bearer token, compared in constant time.
pub(super) fn is_operator(request: &Request, env: &Env) -> Result<(), Problem> {
    let expected = runtime::operator_token(env)?;
    let header = request.headers().get("authorization")?.unwrap_or_default();
    let given = header.strip_prefix("Bearer ").unwrap_or_default();
    if bool::from(given.as_bytes().ct_eq(expected.as_bytes())) { Ok(()) } else { Err(Code::Unauthenticated.into()) }
}

/// Town and country that a request comes from, as far as the platform knows. Shown to its owner, never decided upon.
pub(super) fn place(request: &Request) -> Option<String> {
    let cf = request.cf()?;
    let parts = [cf.city(), cf.country()];
    let place = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    (!place.is_empty()).then_some(place)
}

/// A request's body, bounded, not yet parsed.
pub(crate) struct Body(pub(crate) Zeroizing<Vec<u8>>);

impl Body {
    /// Of a request that has none.
    pub(super) fn none() -> Body {
        Body(Zeroizing::default())
    }

    /// Parses it. What does not fit is told by field and kind, never by what was sent: it may be a password.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        self.tree()?.read().map_err(|unfit| {
            let problem = Problem::from(Code::BadRequest);
            match unfit.member() {
                Some(member) if is_ours(member) => problem.with("field", member),
                _ => problem,
            }
        })
    }

    /// As an object: an array with one member after the other is none.
    fn tree(&self) -> Result<Tree, Problem> {
        let text = core::str::from_utf8(&self.0).map_err(|_| Problem::from(Code::BadRequest))?;
        let tree = json::tree(text).map_err(|_| Problem::from(Code::BadRequest))?;
        if tree.is_object() { Ok(tree) } else { Err(Code::BadRequest.into()) }
    }
}

/// The body of a request that says all by its path.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// What is typed by hand before something that cannot be taken back, or that many will feel.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirmation {
    confirmation: String,
}

/// Whether the tenant's short name was typed.
pub(super) fn confirmed(visit: &Visit, body: &Body) -> Result<(), Problem> {
    let typed: Confirmation = body.parse()?;
    if typed.confirmation.trim() == visit.tenant { Ok(()) } else { Err(Code::ConfirmationWrong.into()) }
}

/// What may be left out. `null` is another thing, and none that anybody has to send.
pub(super) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Whether a member's name has the form of ours. Another may be what somebody typed in the wrong place.
fn is_ours(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// Reads a body up to the limit, and no further than that.
pub(super) async fn read_body(request: &mut Request, largest: usize) -> Result<Body, Problem> {
    use futures_util::StreamExt;

    let announced = request.headers().get("content-length")?.and_then(|length| length.parse::<usize>().ok());
    if announced.is_some_and(|length| length > largest) {
        return Err(Code::BodyTooLarge.into());
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(announced.unwrap_or(largest)));
    if request.inner().body().is_none() {
        return Ok(Body(bytes));
    }
    let mut stream = request.stream()?;
    while let Some(chunk) = stream.next().await {
        let chunk = Zeroizing::new(chunk?);
        if bytes.len() + chunk.len() > largest {
            return Err(Code::BodyTooLarge.into());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Body(bytes))
}
