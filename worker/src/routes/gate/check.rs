//! The check that any edge makes by itself: two signatures, and one KV read that can only deny.

use mfa_core::tenant::directory::Role;
use worker::Response;

use super::forwarded::Forwarded;
use super::pass::Gate;
use crate::cookies;
use crate::error::Problem;
use crate::gate_token::GateClaims;
use crate::kv;
use crate::object_ref::Subject;
use crate::routes::Visit;
use crate::routes::issuer::sent_on;

/// Nobody gets in by default. For a proxy that knows two words for no, 401 and 403 (nginx), and asks for the way to the sign-in itself.
pub(crate) async fn check(visit: &Visit) -> Result<Response, Problem> {
    let forwarded = Forwarded::read(visit)?;
    match live(visit, &forwarded).await? {
        Some(claims) => let_in(visit, &claims),
        None => Err(Problem::sign_in_at(forwarded.sign_in())),
    }
}

/// For a proxy that hands our answer on as it is (Caddy, Traefik).
pub(crate) async fn check_or_redirect(visit: &Visit) -> Result<Response, Problem> {
    let forwarded = Forwarded::read(visit)?;
    match (live(visit, &forwarded).await?, forwarded.sign_in()) {
        (Some(claims), _) => let_in(visit, &claims),
        (None, Some(sign_in)) => sent_on(visit, &sign_in),
        (None, None) => Err(Problem::sign_in_at(None)),
    }
}

/// Who sits there. Every few minutes the objects are asked as well, and the cookie is made anew.
async fn live(visit: &Visit, forwarded: &Forwarded<'_>) -> Result<Option<GateClaims>, Problem> {
    let Some(claims) = forwarded.claims() else { return Ok(None) };
    if kv::denies(&visit.env, &claims.session).await? {
        return Ok(None);
    }
    if !claims.is_due(visit.now) {
        return Ok(Some(claims));
    }
    let gate = Gate::prove(visit, forwarded, &claims.session.member).await?;
    let renewed = gate.renew(visit, claims).await?;
    if let Some(renewed) = &renewed {
        cookies::set(&visit.reply_headers, cookies::GATE, &renewed.sign(&visit.secrets.tokens)?, None)?;
    }
    Ok(renewed)
}

/// All of them each time, so that a proxy that overwrites with what is there leaves nothing of a client's own.
fn let_in(visit: &Visit, claims: &GateClaims) -> Result<Response, Problem> {
    let session = &claims.session;
    let subject = Subject::of(&visit.tenant, &session.member, session.generation, &visit.secrets.naming);
    let headers = &visit.reply_headers;
    headers.set("remote-user", &session.username)?;
    headers.set("remote-groups", group(session.role))?;
    headers.set("x-edge-mfa-subject", subject.as_str())?;
    headers.set("x-edge-mfa-amr", &session.methods.names().collect::<Vec<_>>().join(","))?;
    headers.set("x-edge-mfa-auth-time", &session.authenticated_at.0.to_string())?;
    headers.set("x-edge-mfa-token", &claims.signed)?;
    Ok(visit.empty(200))
}

/// What she is in her tenant, as a group: what pages behind proxies decide by.
fn group(role: Role) -> &'static str {
    match role {
        Role::Administrator => "administrator",
        Role::Member => "member",
    }
}
