//! Signing in at a tenant's own identity provider: the relying party of OpenID Connect.
//!
//! Authorization code flow with PKCE. The rules are `mfa_core::external`'s; here are the browser's way there and back
//! ([`begin`], [`finish`]), what is fetched from the provider, and the signature.
//!
//! In scope: discovery, rotating keys, `client_secret_basic` and `client_secret_post`, RS256, PS256, ES256 and Ed25519.
//! Out of scope: implicit and hybrid flows, encrypted tokens, UserInfo, refresh tokens, access tokens (dropped unread),
//! logout at the provider, e-mail addresses.

mod cache;
mod callback;
mod exchange;
mod fetch;
mod flow;
pub(crate) mod id_token;
pub(crate) mod keys;
pub(crate) mod metadata;
mod refused;
mod signature;

use mfa_core::external::{self, AddressError, Expected, Identity, Issuer, Loopback};
use mfa_core::time::{Seconds, Timestamp};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

pub(crate) use callback::Callback;
pub(crate) use flow::{Flow, Purpose};
pub(crate) use refused::Refused;

use crate::runtime::KeyRing;
use callback::Answer;
use id_token::IdToken;
use metadata::Metadata;

/// A tenant's provider, as the administrator configured it.
pub(crate) struct Provider {
    issuer: Issuer,
    client_id: String,
    client_secret: Zeroizing<String>,
}

impl Provider {
    /// The longest client id or secret that is taken, in bytes.
    const MAX_BYTES: usize = 256;

    /// Reads a configuration. Whether a loopback host will do is the deployment's to say, each time.
    pub(crate) fn new(
        issuer: &str,
        client_id: &str,
        client_secret: Zeroizing<String>,
        loopback: Loopback,
    ) -> Result<Provider, Refused> {
        let issuer = Issuer::parse(issuer, loopback).map_err(Refused::IssuerUnacceptable)?;
        let is_plain = |text: &str| {
            (1..=Provider::MAX_BYTES).contains(&text.len()) && text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
        };
        if !is_plain(client_id) || !is_plain(&client_secret) {
            return Err(Refused::ClientUnacceptable);
        }
        Ok(Provider { issuer, client_id: client_id.to_owned(), client_secret })
    }

    /// Its name.
    pub(crate) fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// Where this provider may send us: never to this machine, unless it is there itself.
    fn loopback(&self) -> Loopback {
        match Issuer::parse(self.issuer.as_str(), Loopback::Refused) {
            Err(AddressError::HostNotPublic) => Loopback::Allowed,
            _ => Loopback::Refused,
        }
    }
}

/// Whether the provider describes itself as one that we can work with, and knows us by the secret that was entered.
pub(crate) async fn look(provider: &Provider, redirect_uri: &str, now: Timestamp) -> Result<(), Refused> {
    let metadata = Metadata::fetch(provider, now).await?;
    exchange::probe(provider, &metadata, redirect_uri).await
}

/// How fresh the sign-in at the provider has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// As long ago as the provider likes.
    Any,
    /// Now: the person proves herself again. For step-up, and to see in a dry run that step-up will work.
    Anew,
}

impl Freshness {
    fn max_age(self) -> Option<Seconds> {
        match self {
            Freshness::Any => None,
            Freshness::Anew => Some(Seconds::ZERO),
        }
    }
}

/// Where to send the browser, and what it keeps until it is back.
pub(crate) struct Departure {
    /// For the header `Location`, or for the page to go to.
    pub(crate) location: String,
    /// The value of the one cookie that holds the flow: a later start wins.
    pub(crate) cookie: String,
}

/// Who came back.
#[derive(Debug)]
pub(crate) struct SignedInElsewhere {
    /// Who it is: issuer and subject.
    pub(crate) identity: Identity,
    /// When she signed in there. `None` when the provider does not say; then nothing counts as fresh.
    pub(crate) auth_time: Option<Timestamp>,
    /// What to show, never what to decide by.
    pub(crate) display: Option<String>,
}

/// Sends a browser to the provider.
///
/// `redirect_uri` belongs to this tenant alone (RFC 9700 §4.4.2): what comes back there cannot be another provider's.
pub(crate) async fn begin(
    provider: &Provider,
    tenant: &str,
    purpose: Purpose,
    freshness: Freshness,
    redirect_uri: &str,
    keys: &KeyRing,
    now: Timestamp,
) -> Result<Departure, Refused> {
    let metadata = Metadata::of(provider, now).await?;
    let flow = Flow::start(provider, tenant, purpose, freshness, redirect_uri, now)?;
    Ok(Departure { location: flow.location(&metadata), cookie: flow.seal(keys)? })
}

/// Takes back a browser that returns with the cookie of [`begin`], opened by [`Flow::open`]. The caller clears that
/// cookie whatever comes out: a flow is finished once.
pub(crate) async fn finish(
    provider: &Provider,
    flow: &Flow,
    callback: &Callback,
    now: Timestamp,
) -> Result<SignedInElsewhere, Refused> {
    // 1. The answer belongs to what this browser asked (RFC 6749 §10.12).
    if !bool::from(callback.state().as_bytes().ct_eq(flow.state().as_bytes())) {
        return Err(Refused::StateMismatch);
    }
    // 2. The tenant's provider is still the one that it was asked of.
    if !flow.is_with(provider) {
        return Err(Refused::ProviderChanged);
    }
    // 3. It says that it is that provider, if it says so at all or announced that it would (RFC 9207 §2.4).
    let metadata = Metadata::of(provider, now).await?;
    let is_from_it = callback.issuer().map_or(!metadata.names_itself, |issuer| issuer == provider.issuer.as_str());
    if !is_from_it {
        return Err(Refused::AnotherProvider);
    }
    // 4. It says yes.
    let code = match callback.answer() {
        Answer::Code(code) => code,
        Answer::Error(word) => return Err(Refused::ByProvider(word.clone())),
    };
    // 5. The code and the verifier give an ID token, straight from the provider.
    let text = exchange::redeem(provider, &metadata, flow, code).await?;
    let token = IdToken::parse(&text)?;
    // 6. It is signed with a key of the provider, in a way that we allow and it announced.
    let algorithm = token.header.algorithm(&metadata.algorithms).map_err(Refused::Token)?;
    let key = keys::choose(&provider.issuer, &metadata, &token.header, algorithm, now).await?;
    signature::verify(&key, algorithm, &token).await?;
    // 7. Only now are its claims read, and judged.
    let expected = Expected {
        issuer: &provider.issuer,
        client_id: &provider.client_id,
        nonce: flow.nonce(),
        asked_at: flow.started_at(),
        max_age: flow.freshness().max_age(),
    };
    let proof = external::judge(&token.claims()?, &expected, now).map_err(Refused::Token)?;
    Ok(SignedInElsewhere { identity: proof.identity, auth_time: proof.auth_time, display: proof.display })
}

/// `name=value&…`, each encoded so that a form's reader and a URL's reader take it for the same.
fn form(fields: &[(&str, &str)]) -> String {
    let encoded = fields.iter().map(|(name, value)| format!("{name}={}", percent_encoded(value)));
    encoded.collect::<Vec<_>>().join("&")
}

fn percent_encoded(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}
