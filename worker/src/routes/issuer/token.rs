//! Where an application redeems a code (OpenID Connect Core 1.0 §3.1.3).

use mfa_core::external::Verifier;
use mfa_core::member::{Binding, Outcome};
use mfa_core::policy::ACCESS_TOKEN;
use serde_json::json;
use worker::Response;

use super::claims::Told;
use super::client::{Client, Shown};
use super::keys;
use super::oauth_error::refused;
use super::parameters::Parameters;
use crate::error::Problem;
use crate::object_ref::GrantedAsk;
use crate::routes::Visit;
use crate::routes::sign_in::ask_now;
use crate::signing::Typ;
use crate::token::{Kind, Token};

/// Answers it. First who asks, then what for; of a code that is not right nothing more is said.
pub(super) async fn answer(visit: &Visit, form: Parameters) -> Result<Response, Problem> {
    let Some(shown) = Shown::read(visit, &form) else {
        return refused(visit, "invalid_client");
    };
    let text = form.find("code").unwrap_or_default();
    let code = Token::read(Kind::AuthorizationCode, &visit.tenant, text, &visit.secrets.tokens);
    let member = code.as_ref().map(|code| code.member.clone());
    let Some(client) = Client::prove(visit, &shown, member).await? else {
        return refused(visit, "invalid_client");
    };
    match form.find("grant_type") {
        Some("authorization_code") => {}
        Some(_) => return refused(visit, "unsupported_grant_type"),
        None => return refused(visit, "invalid_request"),
    }
    let verifier = form.find("code_verifier").and_then(|text| Verifier::from_text(text.to_owned()));
    let (Some(verifier), Some(redirect_uri), false) = (verifier, form.find("redirect_uri"), text.is_empty()) else {
        return refused(visit, "invalid_request");
    };
    let (Some(code), Some(granted)) = (code, client.granted) else {
        return refused(visit, "invalid_grant");
    };
    // Fetched before the code is spent: what fails here can be tried again.
    let keys = keys::of(visit).await?;
    let binding =
        Binding { application: client.id, redirect_uri: redirect_uri.to_owned(), challenge: verifier.challenge() };
    let ask = GrantedAsk::RedeemAuthorization { code: code.digest, binding };
    let redeemed = match ask_now(visit, &code.member, &granted, ask).await?.outcome {
        Outcome::AuthorizationRedeemed(redeemed) => redeemed,
        _ => return refused(visit, "invalid_grant"),
    };
    let (application, member, digest) = (client.id, &code.member, code.digest);
    let told = Told { application, member, username: &granted.username, code: digest, redeemed: &redeemed };
    let ring = &visit.secrets.key_encryption;
    let access_token = keys.sign(ring, Typ::Access, &told.access_token(visit)).await?;
    let id_token = keys.sign(ring, Typ::Id, &told.id_token(visit, &access_token)).await?;
    visit.json(
        200,
        &json!({
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": ACCESS_TOKEN.0,
            "id_token": id_token,
            "scope": if redeemed.wish.profile { "openid profile" } else { "openid" },
        }),
    )
}
