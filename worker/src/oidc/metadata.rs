//! Discovery: what a provider says about itself (OpenID Connect Discovery 1.0, RFC 8414).

use std::rc::Rc;

use mfa_core::external::{Address, Algorithm, Loopback};
use mfa_core::time::Timestamp;
use serde::Deserialize;

use super::Provider;
use super::cache::Cache;
use super::fetch;
use super::refused::{Document, Refused};

/// The largest document that is taken; Keycloak's has 7 KB.
const MAX_BYTES: usize = 256 * 1024;

thread_local! {
    static KNOWN: Cache<Metadata> = const { Cache::empty() };
}

/// What we need to know of a provider, checked.
pub(crate) struct Metadata {
    /// Where browsers go.
    pub(crate) authorization: Address,
    /// Where codes are redeemed.
    pub(crate) token: Address,
    /// Where its public keys are.
    pub(crate) keys: Address,
    /// What it signs ID tokens with, as far as we allow it.
    pub(crate) algorithms: Vec<Algorithm>,
    /// How we prove ourselves to it.
    pub(crate) client_authentication: ClientAuthentication,
    /// Whether it says who it is in each answer (RFC 9207).
    pub(crate) names_itself: bool,
    /// What we ask for: who it is, and where it can be had, a name to show.
    pub(crate) scope: &'static str,
}

/// OpenID Connect Core 1.0 §9.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClientAuthentication {
    /// In the header `Authorization`.
    Basic,
    /// In the form.
    Post,
}

/// The document, as far as it concerns us.
#[derive(Deserialize)]
pub(crate) struct Published {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    response_types_supported: Option<Vec<String>>,
    scopes_supported: Option<Vec<String>>,
    id_token_signing_alg_values_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    code_challenge_methods_supported: Option<Vec<String>>,
    authorization_response_iss_parameter_supported: Option<bool>,
}

impl Metadata {
    /// A provider's, at most ten minutes old.
    pub(super) async fn of(provider: &Provider, now: Timestamp) -> Result<Rc<Metadata>, Refused> {
        match KNOWN.with(|known| known.find(provider.issuer.as_str(), now)) {
            Some(metadata) => Ok(metadata),
            None => Metadata::fetch(provider, now).await,
        }
    }

    /// A provider's as it is now: whoever enters it anew has perhaps just changed it there.
    pub(super) async fn fetch(provider: &Provider, now: Timestamp) -> Result<Rc<Metadata>, Refused> {
        let address = provider.issuer.discovery_address();
        let published: Published = fetch::get(&address, Document::Discovery, MAX_BYTES).await?.parse()?;
        let metadata = published.check(provider)?;
        Ok(KNOWN.with(|known| known.keep(provider.issuer.as_str(), metadata, now)))
    }
}

impl Published {
    /// What it says, if all of it is acceptable.
    pub(crate) fn check(self, provider: &Provider) -> Result<Metadata, Refused> {
        // Whoever hosts a document must not speak for another issuer (OpenID Connect Discovery 1.0 §4.3). A document
        // for several organisations names none of them, and stops here as well.
        if self.issuer != provider.issuer.as_str() {
            return Err(Refused::IssuerElsewhere);
        }
        let lists =
            |list: &Option<Vec<String>>, word: &str| list.as_ref().map(|list| list.iter().any(|one| one == word));
        if lists(&self.response_types_supported, "code") == Some(false) {
            return Err(Refused::Unsupported("code_flow"));
        }
        // Entra ID has it and does not list it; a provider that does not know it ignores it.
        if lists(&self.code_challenge_methods_supported, "S256") == Some(false) {
            return Err(Refused::Unsupported("pkce"));
        }
        let methods = &self.token_endpoint_auth_methods_supported;
        let client_authentication = match (lists(methods, "client_secret_basic"), lists(methods, "client_secret_post"))
        {
            // Without a list it is this one.
            (None | Some(true), _) => ClientAuthentication::Basic,
            (_, Some(true)) => ClientAuthentication::Post,
            _ => return Err(Refused::Unsupported("client_authentication")),
        };
        // Every provider has RS256 (§3 there); one that lists none of ours has no token that we would take.
        let algorithms: Vec<Algorithm> = match &self.id_token_signing_alg_values_supported {
            Some(names) => names.iter().filter_map(|name| Algorithm::from_name(name)).collect(),
            None => vec![Algorithm::Rs256],
        };
        if algorithms.is_empty() {
            return Err(Refused::Unsupported("algorithms"));
        }
        let loopback = provider.loopback();
        let has_profile = lists(&self.scopes_supported, "profile") == Some(true);
        Ok(Metadata {
            authorization: endpoint(&self.authorization_endpoint, loopback)?,
            token: endpoint(&self.token_endpoint, loopback)?,
            keys: endpoint(&self.jwks_uri, loopback)?,
            algorithms,
            client_authentication,
            names_itself: self.authorization_response_iss_parameter_supported == Some(true),
            scope: if has_profile { "openid profile" } else { "openid" },
        })
    }
}

fn endpoint(text: &str, loopback: Loopback) -> Result<Address, Refused> {
    Address::parse(text, loopback).map_err(Refused::EndpointUnacceptable)
}
