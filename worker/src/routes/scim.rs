//! Provisioning (`{origin}/t/{tenant}/scim/v2`): a tenant's directory elsewhere, Entra ID or Okta, says who belongs.
//!
//! In scope of SCIM 2.0 (RFC 7643, RFC 7644): users to be made, read, filtered, paged, patched, replaced, deactivated,
//! deleted, and what describes that. Out of scope, and said so by `ServiceProviderConfig`: groups, bulk, sorting, ETags,
//! passwords. Roles are none of its attributes: a key that lies in another company's cloud must not make
//! administrators.
//!
//! What is asked is proven by a key of an application of the kind `provisioning`, with each request anew. Nothing here
//! has the form of the API: bodies and answers are those of the RFC, and it has them read past attributes that are not
//! understood. Every body is bounded before it is read.

mod described;
mod users;

use std::rc::Rc;

use serde_json::Value;
use worker::{Context, Env, Method, Request, Response, ResponseBuilder};

use super::{Body, Named, Visit, caller, guard, step, visit};
use crate::application_key::PresentedKey;
use crate::error::{Code, Problem};
use crate::object_ref::{self, Provision, ProvisionReply, TenantAsk, TenantReply, TenantRequest, UserId};
use crate::runtime::Secrets;
use crate::sieve;

/// What answers are made of (RFC 7644 §3.1).
const SCIM_JSON: &str = "application/scim+json";

/// What is below the base address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    ServiceProviderConfig,
    ResourceTypes,
    ResourceType(String),
    Schemas,
    Schema(String),
    Users,
    Search,
    /// A user by an id; one that we never gave is nobody's.
    User(Option<UserId>),
    Nowhere,
}

/// The tenant and the place that a path names, if it is below a base address.
pub(super) fn find(path: &str) -> Option<(String, Place)> {
    let (tenant, rest) = path.strip_prefix("/t/")?.split_once('/')?;
    let rest = rest.strip_prefix("scim/v2")?;
    if !rest.is_empty() && !rest.starts_with('/') {
        return None;
    }
    let mut segments = rest.split('/').skip(1);
    let place = match (segments.next(), segments.next(), segments.next()) {
        (Some("ServiceProviderConfig"), None, _) => Place::ServiceProviderConfig,
        (Some("ResourceTypes"), None, _) => Place::ResourceTypes,
        (Some("ResourceTypes"), Some(name), None) => Place::ResourceType(name.to_owned()),
        (Some("Schemas"), None, _) => Place::Schemas,
        // A colon needs no escape in a path, and some escape it.
        (Some("Schemas"), Some(name), None) => Place::Schema(name.replace("%3A", ":").replace("%3a", ":")),
        (Some("Users"), None, _) => Place::Users,
        (Some("Users"), Some(".search"), None) | (Some(".search"), None, _) => Place::Search,
        (Some("Users"), Some(id), None) => Place::User(UserId::parse(id)),
        _ => Place::Nowhere,
    };
    Some((guard::tenant_slug(tenant)?, place))
}

impl Place {
    /// As the log and the counts name it.
    pub(super) fn path(&self) -> &'static str {
        match self {
            Place::ServiceProviderConfig => "/t/{tenant}/scim/v2/ServiceProviderConfig",
            Place::ResourceTypes => "/t/{tenant}/scim/v2/ResourceTypes",
            Place::ResourceType(_) => "/t/{tenant}/scim/v2/ResourceTypes/{type}",
            Place::Schemas => "/t/{tenant}/scim/v2/Schemas",
            Place::Schema(_) => "/t/{tenant}/scim/v2/Schemas/{schema}",
            Place::Users => "/t/{tenant}/scim/v2/Users",
            Place::Search => "/t/{tenant}/scim/v2/Users/.search",
            Place::User(_) => "/t/{tenant}/scim/v2/Users/{user}",
            Place::Nowhere => "/t/{tenant}/scim/v2",
        }
    }

    /// The methods that it knows, and how that is said.
    fn methods(&self) -> Option<(&'static [Method], &'static str)> {
        Some(match self {
            Place::Users => (&[Method::Get, Method::Post], "GET, POST"),
            Place::Search => (&[Method::Post], "POST"),
            Place::User(_) => (&[Method::Delete, Method::Get, Method::Patch, Method::Put], "DELETE, GET, PATCH, PUT"),
            Place::ServiceProviderConfig
            | Place::ResourceTypes
            | Place::ResourceType(_)
            | Place::Schemas
            | Place::Schema(_) => (&[Method::Get], "GET"),
            Place::Nowhere => return None,
        })
    }
}

/// Answers it. What is refused is told in the RFC's own form (§3.12).
pub(super) async fn answer(
    mut request: Request,
    env: Env,
    context: Rc<Context>,
    tenant: String,
    place: Place,
) -> Result<Response, Problem> {
    let Some((methods, allow)) = place.methods() else { return Err(Code::NotFound.into()) };
    // The platform's type takes a method that it does not know for GET.
    let method = Some(request.method()).filter(|method| request.inner().method() == method.as_ref());
    let method = method.filter(|method| methods.contains(method)).ok_or_else(|| Problem::only(allow))?;
    let secrets = Secrets::read(&env)?;
    let key = caller::presented(&request, &tenant, &secrets)?;
    let body = match method {
        Method::Get | Method::Delete => Body::none(),
        _ => {
            is_scim(&request)?;
            guard::read_body(&mut request, guard::LARGEST_BODY).await?
        }
    };
    let named = Named { tenant, ..Named::default() };
    let mut visit = visit(&request, env, context, secrets, named, String::new())?;
    visit.key = Some(key);
    sieve::pass_application(&visit.env, key.application, visit.now).await?;
    match (place, method) {
        (Place::ServiceProviderConfig, _) => described::service_provider_config(&visit).await,
        (Place::ResourceTypes, _) => described::resource_types(&visit).await,
        (Place::ResourceType(name), _) => described::resource_type(&visit, &name).await,
        (Place::Schemas, _) => described::schemas(&visit).await,
        (Place::Schema(name), _) => described::schema(&visit, &name).await,
        (Place::Users, Method::Post) => users::create(&visit, &body).await,
        (Place::Users, _) => users::list(&visit).await,
        (Place::Search, _) => users::search(&visit, &body).await,
        (Place::User(id), Method::Delete) => users::delete(&visit, known(id)?).await,
        (Place::User(id), Method::Put) => users::replace(&visit, known(id)?, &body).await,
        (Place::User(id), Method::Patch) => users::patch(&visit, known(id)?, &body).await,
        (Place::User(id), _) => users::show(&visit, known(id)?).await,
        (Place::Nowhere, _) => Err(Code::NotFound.into()),
    }
}

fn known(id: Option<UserId>) -> Result<UserId, Problem> {
    id.ok_or_else(|| Code::NotFound.into())
}

/// The RFC's type, or JSON's; in UTF-8, which some say too.
fn is_scim(request: &Request) -> Result<(), Problem> {
    let header = request.headers().get("content-type")?.unwrap_or_default().to_ascii_lowercase();
    let (kind, parameter) = match header.split_once(';') {
        Some((kind, parameter)) => (kind.trim(), Some(parameter.trim())),
        None => (header.trim(), None),
    };
    let is_utf_8 = matches!(parameter, None | Some("charset=utf-8" | "charset=\"utf-8\""));
    if matches!(kind, SCIM_JSON | "application/json") && is_utf_8 {
        Ok(())
    } else {
        Err(Problem::from(Code::UnsupportedMediaType).with("detail", "Send application/scim+json."))
    }
}

/// Asks the tenant, which looks first whether the key lives and is of this kind.
async fn ask(visit: &Visit, act: Provision) -> Result<ProvisionReply, Problem> {
    let PresentedKey { application, digest: key } = visit.key()?;
    let ask = TenantAsk::Provision { application, key, origin: visit.origin.clone(), act };
    let request = TenantRequest { tenant: visit.tenant.clone(), idempotency: None, ask };
    match object_ref::ask_tenant(&visit.env, &visit.secrets.naming, &request).await? {
        TenantReply::Provision(reply) => Ok(*reply),
        TenantReply::Unknown | TenantReply::OtherKind => Err(Code::ApplicationKeyRefused.into()),
        TenantReply::Closed(lifecycle) => Err(step::closed(lifecycle)),
        _ => Err(Problem::alarm("a tenant object gave an answer of another kind")),
    }
}

/// The address that everything here is below.
fn base(visit: &Visit) -> String {
    format!("{}/t/{}/scim/v2", visit.origin, visit.tenant)
}

/// An answer of the RFC's type.
fn scim(visit: &Visit, status: u16, body: &Value) -> Result<Response, Problem> {
    visit.reply_headers.set("content-type", SCIM_JSON)?;
    let response = ResponseBuilder::new().with_status(status).with_headers(visit.reply_headers.clone());
    Ok(response.fixed(body.to_string().into_bytes()))
}
