//! Where an application sends a browser to learn who sits before it (OpenID Connect Core 1.0 §3.1.2).

use mfa_core::member::{Binding, Outcome};
use mfa_core::tenant::ModeKind;
use mfa_core::tenant::application::ApplicationId;
use mfa_core::time::Timestamp;
use worker::Response;

use super::client::Client;
use super::parameters::Parameters;
use super::request::{self, AuthorizationRequest};
use super::{issuer, sent_on};
use crate::error::{Code, Problem};
use crate::object_ref::{GrantedAsk, TenantGrant};
use crate::routes::Visit;
use crate::routes::access;
use crate::routes::sign_in::ask_now;
use crate::routes::step::refusal;
use crate::session_token::Claims;
use crate::token::{Kind, Token, TokenSecret};

/// What may be asked of somebody on the way.
enum Owed {
    SignIn,
    Code,
}

/// Answers it. Until it is known that the application is registered with the address that the answer would go to,
/// nobody is sent anywhere (RFC 6749 §3.1.2.4).
pub(super) async fn answer(visit: &Visit, form: Option<Parameters>) -> Result<Response, Problem> {
    let is_posted = form.is_some();
    let parameters = match form {
        Some(form) => form,
        None => Parameters::of_query(&visit.query)?,
    };
    let session = access::claims(visit).ok();
    if let Some(text) = parameters.find("request")
        && let Some(request) = AuthorizationRequest::open(text, &visit.tenant, &visit.secrets.tokens, visit.now)
    {
        let member = session.as_ref().map(|claims| claims.member.clone());
        let client =
            registered(Client::find_or_gate(visit, request.application, member).await?, &request.redirect_uri)?;
        return decide(visit, &request, client, session, false).await;
    }
    let (Some(id), Some(redirect_uri)) = (parameters.find("client_id"), parameters.find("redirect_uri")) else {
        return Err(Code::ClientRefused.into());
    };
    let id = ApplicationId::parse(id).ok_or(Code::ClientRefused)?;
    let member = session.as_ref().map(|claims| claims.member.clone());
    let client = registered(Client::find(visit, id, member).await?, redirect_uri)?;
    let read = AuthorizationRequest::read(&parameters, id, redirect_uri, visit.now);
    let (request, anew) = match read {
        Ok(read) => read,
        Err(error) => {
            let state = request::state(&parameters).unwrap_or_default();
            return back(visit, redirect_uri, state, &[("error", error)]);
        }
    };
    if is_posted {
        // What another site posts brings no cookie of ours; as a page that the browser goes to it does.
        let sealed = request.sealed(&visit.tenant, &visit.secrets.tokens)?;
        return sent_on(visit, &here(visit, &sealed));
    }
    decide(visit, &request, client, session, anew).await
}

/// The application, if it is registered with exactly this address.
fn registered(client: Option<Client>, redirect_uri: &str) -> Result<Client, Problem> {
    let client = client.ok_or(Code::ClientRefused)?;
    client.redirect_uris.exactly(redirect_uri).ok_or(Code::ClientRefused)?;
    Ok(client)
}

async fn decide(
    visit: &Visit,
    request: &AuthorizationRequest,
    client: Client,
    session: Option<Claims>,
    anew: bool,
) -> Result<Response, Problem> {
    if request.demand.code && client.mode != ModeKind::Mfa {
        // OpenID Connect Core Unmet Authentication Requirements 1.0: no sign-in here could.
        return refused(visit, request, "unmet_authentication_requirements");
    }
    let is_of = |claims: &Claims, granted: &TenantGrant| {
        granted.grant.generation == claims.generation && granted.grant.epoch == claims.epoch
    };
    let (claims, granted) = match (session, client.granted) {
        (Some(claims), Some(granted)) if !anew && is_of(&claims, &granted) => (claims, granted),
        _ => return owed(visit, request, &Owed::SignIn),
    };
    let secret = TokenSecret::generate()?;
    let ask = GrantedAsk::IssueAuthorization {
        session: claims.session,
        code: secret.digest(),
        binding: Binding {
            application: request.application,
            redirect_uri: request.redirect_uri.clone(),
            challenge: request.challenge.clone(),
        },
        wish: request.wish.clone(),
        demand: request.demand,
    };
    match ask_now(visit, &claims.member, &granted, ask).await?.outcome {
        Outcome::AuthorizationIssued { .. } => {
            let kind = Kind::AuthorizationCode;
            let code = Token::write(kind, &visit.tenant, &claims.member, None, &secret, &visit.secrets.tokens)?;
            back(visit, &request.redirect_uri, request.state.as_deref(), &[("code", &code)])
        }
        Outcome::AuthenticationOwed | Outcome::SessionEnded => owed(visit, request, &Owed::SignIn),
        Outcome::StepUpOwed { .. } => owed(visit, request, &Owed::Code),
        outcome => Err(refusal(visit, outcome)),
    }
}

/// Sends her to the page where she can give what is owed, and from there back here.
fn owed(visit: &Visit, request: &AuthorizationRequest, owed: &Owed) -> Result<Response, Problem> {
    if request.silent {
        let error = match owed {
            Owed::SignIn => "login_required",
            Owed::Code => "interaction_required",
        };
        return refused(visit, request, error);
    }
    let page = match owed {
        Owed::SignIn => "sign-in",
        Owed::Code => "confirm",
    };
    let next = here(visit, &request.sealed(&visit.tenant, &visit.secrets.tokens)?);
    let next = String::from(js_sys::encode_uri_component(&next));
    // Another identity provider would let her through by a session of its own.
    let anew = if request.demand.since == Timestamp::EPOCH { "" } else { "&anew=1" };
    sent_on(visit, &format!("/t/{}/{page}?next={next}{anew}", visit.tenant))
}

pub(super) fn here(visit: &Visit, sealed: &str) -> String {
    format!("/t/{}/authorize?request={sealed}", visit.tenant)
}

fn refused(visit: &Visit, request: &AuthorizationRequest, error: &str) -> Result<Response, Problem> {
    back(visit, &request.redirect_uri, request.state.as_deref(), &[("error", error)])
}

/// Sends the browser back to the application, with `state` and our name (RFC 9207). An address keeps its own query.
fn back(visit: &Visit, redirect_uri: &str, state: Option<&str>, answer: &[(&str, &str)]) -> Result<Response, Problem> {
    let issuer = issuer(visit);
    let fields = answer.iter().copied().chain(state.map(|state| ("state", state))).chain([("iss", issuer.as_str())]);
    let encoded = fields.map(|(name, value)| format!("{name}={}", js_sys::encode_uri_component(value)));
    let separator = if redirect_uri.contains('?') { '&' } else { '?' };
    sent_on(visit, &format!("{redirect_uri}{separator}{}", encoded.collect::<Vec<_>>().join("&")))
}
