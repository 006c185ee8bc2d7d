//! Who the bearer of an access token is (OpenID Connect Core 1.0 §5.3), as long as her session lives.

use mfa_core::member::Outcome;
use serde_json::{Value, json};
use worker::Response;

use super::claims::Grant;
use super::oauth_error::unauthorized;
use super::{issuer, keys};
use crate::error::Problem;
use crate::object_ref::{GrantedAsk, Subject};
use crate::routes::Visit;
use crate::routes::sign_in::{ask_now, grant};
use crate::signing::Typ;

/// Answers it.
pub(super) async fn answer(visit: &Visit) -> Result<Response, Problem> {
    let header = visit.headers.get("authorization")?.unwrap_or_default();
    let Some((_, token)) = header.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")) else {
        return unauthorized(visit, None);
    };
    let keys = keys::of(visit).await?;
    let claims = keys.verify(Typ::Access, token.trim(), visit.now, false).await;
    let Some(given) = claims.as_ref().and_then(|claims| ours(visit, claims)) else {
        return unauthorized(visit, Some("invalid_token"));
    };
    let granted = grant(visit, &given.member, None).await?;
    let Some(granted) = granted.filter(|granted| granted.grant.generation == given.generation) else {
        return unauthorized(visit, Some("invalid_token"));
    };
    let ask = GrantedAsk::ViewAuthorization { code: given.code };
    if ask_now(visit, &given.member, &granted, ask).await?.outcome != Outcome::AuthorizationLives {
        return unauthorized(visit, Some("invalid_token"));
    }
    let subject = Subject::of(&visit.tenant, &given.member, given.generation, &visit.secrets.naming);
    let mut shown = json!({ "sub": subject.as_str() });
    let scope = claims.as_ref().and_then(|claims| claims.get("scope")).and_then(Value::as_str).unwrap_or_default();
    if scope.split(' ').any(|word| word == "profile")
        && let Some(shown) = shown.as_object_mut()
    {
        shown.insert("preferred_username".to_owned(), granted.username.as_str().into());
    }
    visit.json(200, &shown)
}

/// What the token was given by, if it is one of this issuer, for this issuer.
fn ours(visit: &Visit, claims: &Value) -> Option<Grant> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let issuer = issuer(visit);
    let is_ours = text("iss") == Some(issuer.as_str()) && text("aud") == Some(issuer.as_str());
    Grant::read(text("jti")?).filter(|_| is_ours)
}
