//! A tenant as issuer (`{origin}/t/{tenant}`): what applications ask, not our pages. No cookie counts here but at the
//! addresses that a browser is sent to, and nothing has the form of the API: these are OAuth's and OpenID Connect's.

pub(super) mod keys;

use worker::{Context, Env, Method, Request, Response};

use super::{Named, guard, visit};
use crate::error::Problem;
use crate::runtime::Secrets;
use crate::sieve::Door;

/// What is below an issuer's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endpoint {
    /// The keys that its tokens are signed with.
    Keys,
}

/// The tenant and the endpoint that a path names, if it names one.
pub(super) fn find(path: &str) -> Option<(String, Endpoint)> {
    let (tenant, rest) = path.strip_prefix("/t/")?.split_once('/')?;
    let endpoint = match rest {
        "jwks" => Endpoint::Keys,
        _ => return None,
    };
    Some((guard::tenant_slug(tenant)?, endpoint))
}

/// Answers it.
pub(super) async fn answer(
    request: Request,
    env: Env,
    context: Context,
    tenant: String,
    endpoint: Endpoint,
) -> Result<Response, Problem> {
    if request.method() != Method::Get {
        return Err(Problem::only("GET"));
    }
    let secrets = Secrets::read(&env)?;
    let named = Named { tenant, ..Named::default() };
    let visit = visit(&request, env, context, secrets, named, String::new())?;
    visit.sieve(Door::Open).await?;
    match endpoint {
        Endpoint::Keys => keys::published(&visit).await,
    }
}
