//! A tenant as issuer (`{origin}/t/{tenant}`): the OpenID Connect provider.
//!
//! Authorization code flow with PKCE, S256, for everybody. What applications ask of us stands here and nothing has the
//! form of the API: these are the forms of OAuth 2.0 (RFC 6749) and OpenID Connect Core 1.0. A cookie counts where a
//! browser is sent to (`authorize`, `end-session`), a client's proof or a token elsewhere.
//!
//! In scope: discovery, `authorize`, `token`, `userinfo`, `end-session`, logout told to servers, `prompt`, `max_age`,
//! `acr_values`, RFC 9207's `iss`. Out of scope: refresh tokens (`offline_access` is ignored: who wants to know whether
//! somebody is signed in still asks again), the implicit and the hybrid flow, request objects, dynamic registration.
//! Nobody is asked for consent: an application is registered by the tenant's own administrator, for its own members.

mod authorize;
pub(super) mod claims;
mod client;
mod configuration;
mod end_session;
pub(super) mod keys;
mod oauth_error;
pub(super) mod parameters;
mod request;
mod token;
mod userinfo;

use std::rc::Rc;

use mfa_core::member::{Demand, Wish};
use mfa_core::tenant::application::{ApplicationId, ReturnAddress};
use worker::{Context, Env, Method, Request, Response};

use super::{Named, Visit, guard, visit};
use crate::error::{Code, Problem};
use crate::runtime::Secrets;
use crate::sieve::Door;
use parameters::Parameters;
use request::AuthorizationRequest;

/// What is below an issuer's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endpoint {
    /// What it can do.
    Configuration,
    /// The keys that its tokens are signed with.
    Keys,
    /// Where browsers come with an application's wish.
    Authorize,
    /// Where applications redeem codes.
    Token,
    /// Who the bearer of an access token is.
    UserInfo,
    /// Where browsers come to sign out.
    EndSession,
}

/// The tenant and the endpoint that a path names, if it names one.
pub(super) fn find(path: &str) -> Option<(String, Endpoint)> {
    let (tenant, rest) = path.strip_prefix("/t/")?.split_once('/')?;
    let endpoint = match rest {
        ".well-known/openid-configuration" => Endpoint::Configuration,
        "jwks" => Endpoint::Keys,
        "authorize" => Endpoint::Authorize,
        "token" => Endpoint::Token,
        "userinfo" => Endpoint::UserInfo,
        "end-session" => Endpoint::EndSession,
        _ => return None,
    };
    Some((guard::tenant_slug(tenant)?, endpoint))
}

impl Endpoint {
    /// As the log and the counts name it.
    pub(super) fn path(self) -> &'static str {
        match self {
            Endpoint::Configuration => "/t/{tenant}/.well-known/openid-configuration",
            Endpoint::Keys => "/t/{tenant}/jwks",
            Endpoint::Authorize => "/t/{tenant}/authorize",
            Endpoint::Token => "/t/{tenant}/token",
            Endpoint::UserInfo => "/t/{tenant}/userinfo",
            Endpoint::EndSession => "/t/{tenant}/end-session",
        }
    }

    fn methods(self) -> (&'static [Method], &'static str) {
        match self {
            Endpoint::Configuration | Endpoint::Keys => (&[Method::Get], "GET"),
            Endpoint::Token => (&[Method::Post], "POST"),
            Endpoint::Authorize | Endpoint::UserInfo | Endpoint::EndSession => {
                (&[Method::Get, Method::Post], "GET, POST")
            }
        }
    }
}

/// Answers it.
pub(super) async fn answer(
    mut request: Request,
    env: Env,
    context: Rc<Context>,
    tenant: String,
    endpoint: Endpoint,
) -> Result<Response, Problem> {
    let (methods, allow) = endpoint.methods();
    // The platform's type takes a method that it does not know for GET.
    let method = Some(request.method()).filter(|method| request.inner().method() == method.as_ref());
    if !method.is_some_and(|method| methods.contains(&method)) {
        return Err(Problem::only(allow));
    }
    let secrets = Secrets::read(&env)?;
    let form = match (request.method(), endpoint) {
        (Method::Post, Endpoint::Authorize | Endpoint::Token | Endpoint::EndSession) => {
            Some(Parameters::of_form(&mut request).await?)
        }
        _ => None,
    };
    let named = Named { tenant, ..Named::default() };
    let visit = visit(&request, env, context, secrets, named, String::new())?;
    // A code and a client's key carry our tag, so nothing is woken for one that we did not make; and an application's
    // server redeems everybody's codes from one address.
    if endpoint != Endpoint::Token {
        visit.sieve(Door::Open).await?;
    }
    match endpoint {
        Endpoint::Configuration => configuration::show(&visit).await,
        Endpoint::Keys => keys::published(&visit).await,
        Endpoint::Authorize => authorize::answer(&visit, form).await,
        Endpoint::Token => token::answer(&visit, form.ok_or(Code::BadRequest)?).await,
        Endpoint::UserInfo => userinfo::answer(&visit).await,
        Endpoint::EndSession => end_session::answer(&visit, form).await,
    }
}

/// Where a gate sends a browser to learn who sits before it: to `authorize`, as any application does, with a request
/// that was read already.
pub(super) fn way_in(
    visit: &Visit,
    application: ApplicationId,
    redirect_uri: &ReturnAddress,
    challenge: String,
    state: String,
) -> Result<String, Problem> {
    let request = AuthorizationRequest {
        application,
        redirect_uri: redirect_uri.as_str().to_owned(),
        state: Some(state),
        challenge,
        wish: Wish::default(),
        demand: Demand::default(),
        silent: false,
        came_at: visit.now,
    };
    let sealed = request.sealed(&visit.tenant, &visit.secrets.tokens)?;
    Ok(format!("{}{}", visit.origin, authorize::here(visit, &sealed)))
}

/// The issuer's name.
pub(super) fn issuer(visit: &Visit) -> String {
    format!("{}/t/{}", visit.origin, visit.tenant)
}

/// Sends the browser on.
pub(super) fn sent_on(visit: &Visit, location: &str) -> Result<Response, Problem> {
    visit.reply_headers.set("location", location)?;
    Ok(visit.empty(303))
}
