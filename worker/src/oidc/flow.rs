//! One sign-in elsewhere, from the moment the browser leaves until it is back: sealed, and kept by the browser alone.
//!
//! State binds the answer to this browser, the nonce binds the token to this sign-in, the verifier binds the code to us.
//! The seal hides the verifier from whoever reads the browser's cookies, and lets nobody make a flow but us.

use base64ct::{Base64UrlUnpadded, Encoding};
use mfa_core::external::{FLOW, Issuer, LEEWAY, Verifier};
use mfa_core::member::SessionId;
use mfa_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use super::metadata::Metadata;
use super::refused::Refused;
use super::{Freshness, Provider, form};
use crate::error::Problem;
use crate::json;
use crate::runtime::{self, KeyRing};
use crate::seal;

/// Browsers keep at least 4,096 bytes of a cookie, its name and attributes included (RFC 6265 §6.1).
const MAX_COOKIE: usize = 3584;

/// What a flow was started for. What comes back is good for nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Purpose {
    /// To sign in.
    SignIn {
        /// The page of the tenant that the person wanted to see.
        next: Option<String>,
    },
    /// To tie the identity to the member whom this token names.
    Link {
        /// An invitation's, for example.
        token: String,
    },
    /// To see that it works, before it is switched on.
    DryRun {
        /// The administrator's session that began it; no other can end it.
        session: SessionId,
    },
}

/// A flow that is under way.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Flow {
    tenant: String,
    issuer: Issuer,
    client_id: String,
    redirect_uri: String,
    purpose: Purpose,
    is_anew: bool,
    state: String,
    nonce: String,
    verifier: String,
    started_at: Timestamp,
}

impl Drop for Flow {
    fn drop(&mut self) {
        self.verifier.zeroize();
    }
}

impl Flow {
    pub(super) fn start(
        provider: &Provider,
        tenant: &str,
        purpose: Purpose,
        freshness: Freshness,
        redirect_uri: &str,
        now: Timestamp,
    ) -> Result<Flow, Refused> {
        let verifier = Verifier::from_random(runtime::random()?);
        Ok(Flow {
            tenant: tenant.to_owned(),
            issuer: provider.issuer.clone(),
            client_id: provider.client_id.clone(),
            redirect_uri: redirect_uri.to_owned(),
            purpose,
            is_anew: freshness == Freshness::Anew,
            state: random_text()?,
            nonce: random_text()?,
            verifier: verifier.expose().to_owned(),
            started_at: now,
        })
    }

    /// Opens the cookie's value, if it is one of ours, of this tenant and not over.
    pub(crate) fn open(cookie: &str, tenant: &str, keys: &KeyRing, now: Timestamp) -> Result<Flow, Refused> {
        if cookie.len() > MAX_COOKIE {
            return Err(Refused::FlowUnknown);
        }
        let opened = cookie.split_once('.').and_then(|(id, sealed)| {
            let key = sealing_key(&keys.named(id)?.bytes);
            seal::open(&key, sealed, &context(id, tenant))
        });
        let plain = opened.ok_or(Refused::FlowUnknown)?;
        let flow: Flow = json::read_bytes(&plain).ok_or(Refused::FlowUnknown)?;
        // The seal says so already; a flow of another tenant must never get further than this.
        if flow.tenant != tenant {
            return Err(Refused::FlowUnknown);
        }
        // The edge where it started may be a little ahead of this one; far ahead is no clock of ours.
        if now >= flow.started_at.saturating_add(FLOW) || now.saturating_add(LEEWAY) < flow.started_at {
            return Err(Refused::FlowExpired);
        }
        Ok(flow)
    }

    /// The cookie's value.
    pub(crate) fn seal(&self, keys: &KeyRing) -> Result<String, Problem> {
        let key = keys.newest()?;
        let plain = serde_json::to_vec(self).map_err(|_| Problem::alarm("a flow does not serialize"))?;
        let plain = Zeroizing::new(plain);
        let sealed = seal::seal(&sealing_key(&key.bytes), &plain, &context(&key.id, &self.tenant))?;
        let cookie = format!("{}.{sealed}", key.id);
        if cookie.len() > MAX_COOKIE {
            return Err(Problem::alarm("a flow is too long for a cookie"));
        }
        Ok(cookie)
    }

    /// Where the browser goes (OpenID Connect Core 1.0 §3.1.2.1, RFC 7636 §4.3).
    pub(super) fn location(&self, metadata: &Metadata) -> String {
        let challenge = Verifier::from_text(self.verifier.clone()).map(|verifier| verifier.challenge());
        let challenge = challenge.unwrap_or_default();
        let mut fields = vec![
            ("response_type", "code"),
            ("client_id", self.client_id.as_str()),
            ("redirect_uri", self.redirect_uri.as_str()),
            ("scope", metadata.scope),
            ("state", self.state.as_str()),
            ("nonce", self.nonce.as_str()),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        if self.is_anew {
            // The one asks for it, the other makes the provider say when it was.
            fields.extend([("prompt", "login"), ("max_age", "0")]);
        }
        let endpoint = metadata.authorization.as_str();
        // An endpoint's own query stays (RFC 6749 §3.1).
        let separator = if endpoint.contains('?') { '&' } else { '?' };
        format!("{endpoint}{separator}{}", form(&fields))
    }

    /// What it was started for.
    pub(crate) fn purpose(&self) -> &Purpose {
        &self.purpose
    }

    /// How fresh the sign-in has to be.
    pub(crate) fn freshness(&self) -> Freshness {
        if self.is_anew { Freshness::Anew } else { Freshness::Any }
    }

    pub(super) fn is_with(&self, provider: &Provider) -> bool {
        self.issuer == provider.issuer && self.client_id == provider.client_id
    }

    pub(super) fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    pub(super) fn state(&self) -> &str {
        &self.state
    }

    pub(super) fn nonce(&self) -> &str {
        &self.nonce
    }

    pub(super) fn verifier(&self) -> &str {
        &self.verifier
    }

    pub(super) fn started_at(&self) -> Timestamp {
        self.started_at
    }
}

/// 256 random bits.
pub(super) fn random_text() -> Result<String, Problem> {
    let bytes: [u8; 32] = runtime::random()?;
    Ok(Base64UrlUnpadded::encode_string(&bytes))
}

/// A key of its own: the ring's keys sign sessions, too. They are uniform, so one HMAC is a sound derivation.
fn sealing_key(key: &[u8; 32]) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(seal::hmac_sha256(key, &[b"edge-mfa external sign-in v1"]))
}

fn context(key_id: &str, tenant: &str) -> Vec<u8> {
    seal::context(&["edge-mfa external sign-in v1", key_id, tenant])
}
