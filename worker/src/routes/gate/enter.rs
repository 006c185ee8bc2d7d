//! The way in: from the guarded host to our own, and back with a code.
//!
//! What ties both ends together is a cookie of the guarded host, whose digest the code is bound to (RFC 7636): a code
//! that somebody else brought about is worth nothing in her browser (login CSRF), and hers nothing in another's. One
//! cookie serves every tab that is on its way, and each takes the page that it wants along.

use mfa_core::external::Verifier;
use mfa_core::member::{Binding, Outcome};
use mfa_core::tenant::application::GuardedPath;
use mfa_core::time::Seconds;
use worker::Response;

use super::forwarded::Forwarded;
use super::pass::Gate;
use crate::cookies;
use crate::error::{Code, Problem};
use crate::gate_token::GateClaims;
use crate::object_ref::GrantedAsk;
use crate::routes::Visit;
use crate::routes::issuer::parameters::Parameters;
use crate::routes::issuer::{sent_on, way_in};
use crate::routes::sign_in::ask_now;
use crate::runtime;
use crate::token::{Kind, Token};

/// How long the way may take: an enrolment lies on it.
const LASTS: Seconds = Seconds::hours(1);
/// Stands before the wanted page in `state` when the way in has led to nothing once already.
const AGAIN: &str = "again:";

/// Sends her to our own host.
pub(crate) async fn start(visit: &Visit) -> Result<Response, Problem> {
    let forwarded = Forwarded::read(visit)?;
    let parameters = Parameters::of_query(&visit.query)?;
    let to = parameters.find("to").and_then(GuardedPath::parse).unwrap_or_else(GuardedPath::front_page);
    let again = if parameters.find("again").is_some() { AGAIN } else { "" };
    let verifier = match begun(visit) {
        Some(verifier) => verifier,
        None => Verifier::from_random(runtime::random()?),
    };
    cookies::set(&visit.reply_headers, cookies::GATE_START, verifier.expose(), Some(LASTS))?;
    let state = format!("{again}{}", to.as_str());
    let callback = forwarded.origin.callback();
    sent_on(visit, &way_in(visit, forwarded.application, &callback, verifier.challenge(), state)?)
}

/// Takes the code for a cookie, and sends her to the page that she wanted.
pub(crate) async fn callback(visit: &Visit) -> Result<Response, Problem> {
    let forwarded = Forwarded::read(visit)?;
    let parameters = Parameters::of_query(&visit.query)?;
    let state = parameters.find("state").unwrap_or_default();
    let (is_again, to) = match state.strip_prefix(AGAIN) {
        Some(to) => (true, to),
        None => (false, state),
    };
    let to = GuardedPath::parse(to).unwrap_or_else(GuardedPath::front_page);
    match redeem(visit, &forwarded, parameters.find("code").unwrap_or_default()).await? {
        Some(claims) => {
            cookies::set(&visit.reply_headers, cookies::GATE, &claims.sign(&visit.secrets.tokens)?, None)?;
            sent_on(visit, &format!("{}{}", forwarded.origin.as_str(), to.as_str()))
        }
        // Too late, or begun in another browser. Once more from the beginning, and no third time: a browser that keeps
        // no cookie would go round for ever.
        None if !is_again => {
            let to = String::from(js_sys::encode_uri_component(to.as_str()));
            sent_on(visit, &format!("{}?to={to}&again=1", forwarded.origin.ours("start")))
        }
        None => Err(Code::SignInExpired.into()),
    }
}

async fn redeem(visit: &Visit, forwarded: &Forwarded<'_>, code: &str) -> Result<Option<GateClaims>, Problem> {
    let code = Token::read(Kind::AuthorizationCode, &visit.tenant, code, &visit.secrets.tokens);
    let (Some(code), Some(verifier)) = (code, begun(visit)) else { return Ok(None) };
    let gate = Gate::prove(visit, forwarded, &code.member).await?;
    let Some(granted) = &gate.granted else { return Ok(None) };
    let binding = Binding {
        application: forwarded.application,
        redirect_uri: forwarded.origin.callback().as_str().to_owned(),
        challenge: verifier.challenge(),
    };
    let ask = GrantedAsk::RedeemAuthorization { code: code.digest, binding };
    match ask_now(visit, &code.member, granted, ask).await?.outcome {
        Outcome::AuthorizationRedeemed(redeemed) => gate.admit(visit, code.member, redeemed).await,
        _ => Ok(None),
    }
}

/// What this browser was given when it set out.
fn begun(visit: &Visit) -> Option<Verifier> {
    cookies::read(&visit.headers, cookies::GATE_START).and_then(Verifier::from_text)
}
