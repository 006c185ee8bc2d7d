//! What a session with us gives at a host that a gate guards: a token of that host alone.
//!
//! `mfag.<claims>.<signature>`, verified at any edge by itself as a session's own is (`session_token.rs`). It says for
//! which gate and which host it was made, so it is worth nothing at another. It is made anew every few minutes, and
//! then, unlike a session's, only after the objects were asked: so whatever KV did not say, or cannot say, such as that
//! the gate is no more, counts from then on.

use mfa_core::tenant::application::{ApplicationId, GuardedOrigin};
use mfa_core::time::{Seconds, Timestamp};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::Problem;
use crate::runtime::KeyRing;
use crate::session_token::{self, Claims};

const PREFIX: &str = "mfag";

/// A token this old is made anew when it is used.
const RENEW_AFTER: Seconds = Seconds::minutes(4);
/// How long what is signed for the page behind the gate is good for: a minute more, so that every request brings one.
pub(crate) const SIGNED_LASTS: Seconds = Seconds::minutes(5);

/// What it says.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GateClaims {
    pub(crate) application: ApplicationId,
    pub(crate) origin: GuardedOrigin,
    /// Her session with us. It was issued when this token was made.
    pub(crate) session: Claims,
    /// What the page behind the gate is handed: signed when this token was made, so that nothing is with each request.
    pub(crate) signed: String,
}

impl GateClaims {
    /// Whether it is time for a new one.
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        now.since(self.session.issued_at) >= RENEW_AFTER
    }

    /// Signs them.
    pub(crate) fn sign(&self, keys: &KeyRing) -> Result<Zeroizing<String>, Problem> {
        session_token::sign(PREFIX, self, keys)
    }

    /// Reads a token of this gate for this host, if it is one and not over.
    pub(crate) fn verify(
        text: &str,
        tenant: &str,
        (application, origin): (ApplicationId, &GuardedOrigin),
        keys: &KeyRing,
        now: Timestamp,
    ) -> Option<GateClaims> {
        let claims: GateClaims = session_token::verify(PREFIX, text, keys)?;
        let is_of_here =
            claims.session.tenant == tenant && claims.application == application && claims.origin == *origin;
        (is_of_here && now < claims.session.expires_at()).then_some(claims)
    }
}
