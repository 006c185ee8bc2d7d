//! What a proxy says about the request that it was asked for.

use mfa_core::tenant::application::{ApplicationId, GuardedOrigin, GuardedPath};
use worker::Headers;

use crate::cookies;
use crate::error::{Code, Problem};
use crate::gate_token::GateClaims;
use crate::routes::Visit;

/// A request to a guarded host. Whose word it is, the key says; so nothing of it is looked at before the key.
pub(super) struct Forwarded<'a> {
    visit: &'a Visit,
    pub(super) application: ApplicationId,
    pub(super) origin: GuardedOrigin,
}

impl<'a> Forwarded<'a> {
    /// Reads it. A proxy that does not say which host it guards is set up wrong, and so is one that says two.
    pub(super) fn read(visit: &'a Visit) -> Result<Forwarded<'a>, Problem> {
        let application = visit.key()?.application;
        let header = |name| visit.headers.get(name).ok().flatten().unwrap_or_default();
        let (scheme, host) = (header("x-forwarded-proto"), header("x-forwarded-host"));
        let origin = GuardedOrigin::forwarded(&scheme, &host)
            .ok_or_else(|| Problem::from(Code::BadRequest).with("field", "x_forwarded_host"))?;
        Ok(Forwarded { visit, application, origin })
    }

    /// What her browser has of this gate for this host, if it is ours and not over.
    pub(super) fn claims(&self) -> Option<GateClaims> {
        let Visit { tenant, secrets, headers, now, .. } = self.visit;
        let text = cookies::read(headers, cookies::GATE)?;
        GateClaims::verify(&text, tenant, (self.application, &self.origin), &secrets.tokens, *now)
    }

    /// Whether a browser goes to a page with it, as far as it says.
    pub(super) fn navigates(&self) -> bool {
        let header = |name| find(&self.visit.headers, name);
        match header("sec-fetch-mode") {
            Some(mode) => mode == "navigate" && header("sec-fetch-dest").is_none_or(|whither| whither == "document"),
            None => header("accept").is_some_and(|types| types.contains("text/html")),
        }
    }

    /// Where she can sign in, if a person sits there and goes to a page: what a script asks for, a form posts or a
    /// frame shows is not sent away to a page that it has no use for.
    pub(super) fn sign_in(&self) -> Option<String> {
        let header = |name| find(&self.visit.headers, name);
        let gets = header("x-forwarded-method").is_some_and(|method| method == "GET");
        let navigates = self.navigates();
        let path = header("x-forwarded-uri").and_then(|path| GuardedPath::parse(&path));
        let path = path.unwrap_or_else(GuardedPath::front_page);
        let to = String::from(js_sys::encode_uri_component(path.as_str()));
        (gets && navigates).then(|| format!("{}?to={to}", self.origin.ours("start")))
    }
}

fn find(headers: &Headers, name: &str) -> Option<String> {
    headers.get(name).ok().flatten()
}
