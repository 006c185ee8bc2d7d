//! What an application asks of a sign-in, and its way through our pages and back.
//!
//! A browser that has to sign in first takes the whole request along in one text that only we can have made. So what
//! was judged when it came need not be believed again, and `prompt=login` and `max_age` count from then.

use base64ct::{Base64UrlUnpadded, Encoding};
use mfa_core::member::{Demand, Wish};
use mfa_core::tenant::application::ApplicationId;
use mfa_core::time::{Seconds, Timestamp};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::claims::MFA;
use super::parameters::Parameters;
use crate::error::Problem;
use crate::json;
use crate::runtime::KeyRing;
use crate::seal::{context, hmac_sha256};

/// How long the way through our pages may take: an enrolment lies on it.
const LASTS: Seconds = Seconds::hours(1);
/// The longest of such texts.
pub(super) const MAX_BYTES: usize = 6144;
/// The longest `state` and `nonce`: both are sent back or kept.
const MAX_STATE: usize = 1024;
const MAX_NONCE: usize = 256;

/// A request that is well-formed, of an application that is registered with this address.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AuthorizationRequest {
    pub(super) application: ApplicationId,
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
    pub(super) challenge: String,
    pub(super) wish: Wish,
    pub(super) demand: Demand,
    /// Nobody may be asked anything.
    pub(super) silent: bool,
    pub(super) came_at: Timestamp,
}

impl AuthorizationRequest {
    /// Reads it; the error is one of OAuth's and goes back to the application. With it, whether whoever it is has to
    /// prove herself anew whatever her session.
    pub(super) fn read(
        parameters: &Parameters,
        application: ApplicationId,
        redirect_uri: &str,
        now: Timestamp,
    ) -> Result<(AuthorizationRequest, bool), &'static str> {
        if parameters.find("request").is_some() {
            return Err("request_not_supported");
        }
        if parameters.find("request_uri").is_some() {
            return Err("request_uri_not_supported");
        }
        if parameters.find("response_type") != Some("code") {
            return Err("unsupported_response_type");
        }
        if parameters.find("response_mode").is_some_and(|mode| mode != "query") {
            return Err("invalid_request");
        }
        // Without a method it would be `plain`, which proves nothing to whoever has seen the request.
        let challenge = parameters.find("code_challenge").filter(|text| is_challenge(text));
        let (Some(challenge), Some("S256")) = (challenge, parameters.find("code_challenge_method")) else {
            return Err("invalid_request");
        };
        let scope = parameters.words("scope");
        if !scope.contains(&"openid") {
            return Err("invalid_scope");
        }
        let prompt = parameters.words("prompt");
        let silent = prompt.contains(&"none");
        if silent && prompt.len() > 1 {
            return Err("invalid_request");
        }
        let anew = prompt.contains(&"login") || prompt.contains(&"select_account");
        let max_age = match parameters.find("max_age").map(str::parse::<u64>) {
            Some(Ok(seconds)) => Some(Seconds(seconds)),
            Some(Err(_)) => return Err("invalid_request"),
            None => None,
        };
        let nonce = parameters.find("nonce");
        if nonce.is_some_and(|nonce| nonce.len() > MAX_NONCE) {
            return Err("invalid_request");
        }
        let since = if anew { now } else { max_age.map(|age| now.saturating_sub(age)).unwrap_or_default() };
        let request = AuthorizationRequest {
            application,
            redirect_uri: redirect_uri.to_owned(),
            state: state(parameters)?.map(str::to_owned),
            challenge: challenge.to_owned(),
            wish: Wish { nonce: nonce.map(str::to_owned), profile: scope.contains(&"profile") },
            // What is asked for in order of preference is had where it can be: there is one class, so it is had.
            demand: Demand { since, code: parameters.words("acr_values").contains(&MFA) },
            silent,
            came_at: now,
        };
        Ok((request, since == now))
    }

    /// The text that goes along.
    pub(super) fn sealed(&self, tenant: &str, keys: &KeyRing) -> Result<String, Problem> {
        let json = serde_json::to_vec(self).map_err(|_| Problem::alarm("a request does not serialize"))?;
        let body = Base64UrlUnpadded::encode_string(&json);
        let tag = tag(tenant, &body, &keys.newest()?.bytes);
        Ok(format!("{body}.{}", Base64UrlUnpadded::encode_string(&tag)))
    }

    /// Reads such a text, if it is ours, of this tenant, and not over.
    pub(super) fn open(text: &str, tenant: &str, keys: &KeyRing, now: Timestamp) -> Option<AuthorizationRequest> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let (body, given) = text.split_once('.')?;
        let mut decoded = [0; 32];
        let given = Base64UrlUnpadded::decode(given, &mut decoded).ok()?;
        if !keys.all().any(|key| bool::from(tag(tenant, body, &key.bytes).ct_eq(given))) {
            return None;
        }
        let request: AuthorizationRequest = json::read_bytes(&Base64UrlUnpadded::decode_vec(body).ok()?)?;
        (now < request.came_at.saturating_add(LASTS)).then_some(request)
    }
}

/// The `state`, which goes back whatever the answer.
pub(super) fn state(parameters: &Parameters) -> Result<Option<&str>, &'static str> {
    match parameters.find("state") {
        Some(state) if state.len() > MAX_STATE => Err("invalid_request"),
        state => Ok(state),
    }
}

/// The SHA-256 of something, in base64url.
fn is_challenge(text: &str) -> bool {
    text.len() == 43 && Base64UrlUnpadded::decode_vec(text).is_ok_and(|bytes| bytes.len() == 32)
}

fn tag(tenant: &str, body: &str, key: &[u8; 32]) -> [u8; 32] {
    hmac_sha256(key, &[&context(&["edge-mfa authorization request v1", tenant]), body.as_bytes()])
}
