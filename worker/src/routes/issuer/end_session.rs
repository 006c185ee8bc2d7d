//! Where an application sends a browser to sign out (OpenID Connect RP-Initiated Logout 1.0).
//!
//! Whoever comes with an ID token of the very session in this browser is signed out at once. Anybody else may have been
//! sent here by whoever likes: then the person is asked, on a page of ours.

use mfa_core::tenant::application::ApplicationId;
use serde_json::Value;
use worker::Response;

use super::claims::sid;
use super::client::Client;
use super::parameters::Parameters;
use super::{issuer, keys, sent_on};
use crate::cookies;
use crate::error::{Code, Problem};
use crate::object_ref::MemberAsk;
use crate::routes::Visit;
use crate::routes::access;
use crate::routes::sign_in::ask_member;
use crate::signing::Typ;

/// Answers it.
pub(super) async fn answer(visit: &Visit, form: Option<Parameters>) -> Result<Response, Problem> {
    let is_posted = form.is_some();
    let parameters = match form {
        Some(form) => form,
        None => Parameters::of_query(&visit.query)?,
    };
    let hint = match parameters.find("id_token_hint") {
        Some(text) => hint(visit, text).await?,
        None => None,
    };
    let named = match parameters.find("client_id").map(ApplicationId::parse) {
        Some(None) => return Err(Code::ClientRefused.into()),
        named => named.flatten(),
    };
    let application = match (&hint, named) {
        (Some(hint), Some(named)) if hint.application != named => return Err(Code::ClientRefused.into()),
        (Some(hint), _) => Some(hint.application),
        (None, named) => named,
    };
    let then = then(visit, application, &parameters).await?;
    let Ok(claims) = access::claims(visit) else {
        if is_posted {
            // What another site posts brings no cookie of ours; as a page that the browser goes to it does. The hint stays
            // behind, since addresses are kept: who is signed in there is asked.
            return sent_on(visit, &again(visit, application, &parameters));
        }
        // Nobody is signed in here: there is nothing to end, and nobody to ask.
        return sent_on(visit, &then);
    };
    if hint.is_none_or(|hint| hint.session != sid(claims.session)) {
        // From there she comes back here, without a session, and goes on.
        let next = match application.filter(|_| parameters.find("post_logout_redirect_uri").is_some()) {
            Some(_) => again(visit, application, &parameters),
            None => then,
        };
        let next = String::from(js_sys::encode_uri_component(&next));
        return sent_on(visit, &format!("/t/{}/sign-out?next={next}", visit.tenant));
    }
    ask_member(visit, &claims.member, "sign-out", MemberAsk::SignOut { session: claims.session }).await?;
    cookies::clear(&visit.reply_headers, cookies::SESSION)?;
    cookies::clear(&visit.reply_headers, cookies::PENDING)?;
    sent_on(visit, &then)
}

/// An ID token of ours that was shown: whose it was, and of which session. It may have expired since.
struct Hint {
    application: ApplicationId,
    session: String,
}

async fn hint(visit: &Visit, text: &str) -> Result<Option<Hint>, Problem> {
    let claims = keys::of(visit).await?.verify(Typ::Id, text, visit.now, true).await;
    let text = |name: &str| claims.as_ref().and_then(|claims| claims.get(name)).and_then(Value::as_str);
    let application = text("aud").and_then(ApplicationId::parse);
    Ok(match (application, text("sid")) {
        (Some(application), Some(session)) if text("iss") == Some(issuer(visit).as_str()) => {
            Some(Hint { application, session: session.to_owned() })
        }
        _ => None,
    })
}

/// This very address, without the hint.
fn again(visit: &Visit, application: Option<ApplicationId>, parameters: &Parameters) -> String {
    let mut query = application.map(|application| format!("client_id={application}")).unwrap_or_default();
    for name in ["post_logout_redirect_uri", "state"] {
        if let Some(value) = parameters.find(name) {
            query.push_str(&format!("&{name}={}", js_sys::encode_uri_component(value)));
        }
    }
    format!("/t/{}/end-session?{query}", visit.tenant)
}

/// Where to go then: to an address that the application has registered for that, or to our own page.
async fn then(visit: &Visit, application: Option<ApplicationId>, parameters: &Parameters) -> Result<String, Problem> {
    let Some(address) = parameters.find("post_logout_redirect_uri") else {
        return Ok(format!("/t/{}/sign-in", visit.tenant));
    };
    let application = application.ok_or(Code::ClientRefused)?;
    let client = Client::find(visit, application, None).await?.ok_or(Code::ClientRefused)?;
    client.post_logout_redirect_uris.exactly(address).ok_or(Code::ClientRefused)?;
    let Some(state) = parameters.find("state") else { return Ok(address.to_owned()) };
    let separator = if address.contains('?') { '&' } else { '?' };
    Ok(format!("{address}{separator}state={}", js_sys::encode_uri_component(state)))
}
