//! What an issuer can do (OpenID Connect Discovery 1.0 §3, RFC 8414).

use mfa_core::policy::SIGNING_KEYS_CACHED;
use serde_json::json;
use worker::Response;

use super::claims::MFA;
use super::issuer;
use crate::error::Problem;
use crate::routes::{Visit, session};

/// The document.
pub(super) async fn show(visit: &Visit) -> Result<Response, Problem> {
    // Whether there is such a tenant, and whether it is open.
    session::tenant_profile(visit).await?;
    let issuer = issuer(visit);
    visit.reply_headers.set("cache-control", &format!("public, max-age={}", SIGNING_KEYS_CACHED.0))?;
    visit.json(
        200,
        &json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "userinfo_endpoint": format!("{issuer}/userinfo"),
            "jwks_uri": format!("{issuer}/jwks"),
            "end_session_endpoint": format!("{issuer}/end-session"),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "scopes_supported": ["openid", "profile"],
            "claims_supported": [
                "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "amr", "acr", "sid", "at_hash",
                "preferred_username",
            ],
            "acr_values_supported": [MFA],
            "prompt_values_supported": ["none", "login"],
            "authorization_response_iss_parameter_supported": true,
            "backchannel_logout_supported": true,
            "backchannel_logout_session_supported": true,
            "claims_parameter_supported": false,
            "request_parameter_supported": false,
            "request_uri_parameter_supported": false,
        }),
    )
}
