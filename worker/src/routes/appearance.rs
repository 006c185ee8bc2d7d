//! How a tenant's pages look: an administrator's choice, and what everybody is shown of it.

use base64ct::{Base64, Encoding};
use mfa_core::member::Assurance;
use mfa_core::tenant::appearance::{Accent, Appearance, Colour, LogoName};
use serde::Deserialize;
use serde_json::{Value, json};
use std::rc::Rc;
use worker::{Context, Env, Method, Request, Response, ResponseBuilder};

use super::access::{self, Authority};
use super::{Body, Named, Visit, guard, visit};
use crate::error::{Code, Problem};
use crate::object_ref::{Act, AppearancePart, TenantReply};
use crate::runtime::Secrets;
use crate::sieve::Door;

/// A body with a logo: as many bytes as the core takes in base64, and what stands round them.
pub(super) const LARGEST_BODY: usize = 48 * 1024;

/// A picture, and nothing that it could ask for or run.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'; sandbox";

/// Its name is its content, so it never changes. A year, the longest that caches keep anything (RFC 9111 §5.3).
const FOR_EVER: &str = "public, max-age=31536000, immutable";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChosenAccent {
    accent: String,
}

pub(super) async fn change_accent(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let chosen: ChosenAccent = body.parse()?;
    let (_, authority) = Authority::administrator(visit, Assurance::Administrator).await?;
    let accent = Colour::parse(&chosen.accent).map(Accent);
    let accent = accent.ok_or_else(|| Problem::from(Code::BadRequest).with("field", "accent"))?;
    answer(visit, authority.act(visit, Act::ChangeAccent { accent }).await?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChosenLogo {
    logo: String,
}

pub(super) async fn change_logo(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let chosen: ChosenLogo = body.parse()?;
    let (_, authority) = Authority::administrator(visit, Assurance::Administrator).await?;
    answer(visit, authority.act(visit, Act::ChangeLogo { logo: chosen.logo }).await?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WhichPart {
    part: AppearancePart,
}

pub(super) async fn remove(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let WhichPart { part } = body.parse()?;
    let (_, authority) = Authority::administrator(visit, Assurance::Administrator).await?;
    answer(visit, authority.act(visit, Act::RemoveFromAppearance { part }).await?)
}

fn answer(visit: &Visit, reply: TenantReply) -> Result<Response, Problem> {
    match reply {
        TenantReply::Appearance(appearance) => visit.json(200, &shown(&appearance)),
        TenantReply::LogoRefused(why) => {
            Err(Problem::from(Code::LogoUnacceptable).with("reason", serde_json::to_value(why).unwrap_or_default()))
        }
        reply => Err(access::refused(reply)),
    }
}

/// What was chosen, with the colours as the pages use them: the core has seen to it that they can be read.
pub(super) fn shown(appearance: &Appearance) -> Value {
    json!({
        "accent": appearance.accent,
        "colours": appearance.accent.map(Accent::colours),
        "logo": appearance.logo,
    })
}

/// The tenant and the logo that a path names, if it names one.
pub(super) fn find_logo(path: &str) -> Option<(String, LogoName)> {
    let (tenant, rest) = path.strip_prefix("/t/")?.split_once('/')?;
    Some((guard::tenant_slug(tenant)?, LogoName::parse(rest.strip_prefix("logo/")?)?))
}

/// The picture, to everybody. Any page can make a browser ask for it, as for the tenant's name.
pub(super) async fn logo(
    request: Request,
    env: Env,
    context: Rc<Context>,
    tenant: String,
    logo: LogoName,
) -> Result<Response, Problem> {
    if !matches!(request.method(), Method::Get) || request.inner().method() != "GET" {
        return Err(Problem::only("GET"));
    }
    let secrets = Secrets::read(&env)?;
    let visit = visit(&request, env, context, secrets, Named { tenant, ..Named::default() }, String::new())?;
    visit.sieve(Door::Profile).await?;
    let png = match Authority::operator().look(&visit, Act::Logo { logo }).await? {
        TenantReply::Logo(png) => Base64::decode_vec(&png).map_err(|_| Problem::alarm("a logo cannot be read"))?,
        reply => return Err(access::refused(reply)),
    };
    let response = ResponseBuilder::new()
        .with_header("content-type", "image/png")?
        .with_header("content-security-policy", CONTENT_SECURITY_POLICY)?
        .with_header("cache-control", FOR_EVER)?;
    Ok(response.fixed(png))
}
