//! Software that asks on its own behalf, server to server: the application whose key a request bears.
//!
//! The key's tag is looked at before anything else, without asking anybody; whether the key lives, the tenant's object
//! says with every request, together with its word about the member who is asked for. Nothing of it is remembered: a
//! key that is ended, or an application that is removed, is dead with the next request.

use mfa_core::tenant::application::{Application, ApplicationId, ApplicationKind, ReturnAddress};
use worker::Request;

use super::{Visit, step};
use crate::application_key::{self, PresentedKey};
use crate::error::{Code, Problem};
use crate::object_ref::{self, MemberName, TenantAsk, TenantGrant, TenantReply, TenantRequest};
use crate::runtime::Secrets;

/// The key that a request bears, by its tag alone.
pub(super) fn presented(request: &Request, tenant: &str, secrets: &Secrets) -> Result<PresentedKey, Problem> {
    let header = request.headers().get("authorization")?.unwrap_or_default();
    let text = header.strip_prefix("Bearer ").unwrap_or_default();
    application_key::read(tenant, text, secrets).ok_or_else(|| Code::ApplicationKeyRefused.into())
}

/// The header that a proxy shows its key in: what a guarded page finds in `Authorization` is between her and the page,
/// and some proxies hand it on to us.
const KEY: &str = "x-edge-mfa-key";

/// The same of a proxy.
pub(super) fn presented_by_proxy(request: &Request, tenant: &str, secrets: &Secrets) -> Result<PresentedKey, Problem> {
    match request.headers().get(KEY)? {
        Some(text) => application_key::read(tenant, &text, secrets).ok_or_else(|| Code::ApplicationKeyRefused.into()),
        None => presented(request, tenant, secrets),
    }
}

/// The application that asks, with the tenant's word about a member.
pub(super) struct Caller {
    pub(super) application: Application,
    granted: Option<TenantGrant>,
}

impl Caller {
    /// Asks the tenant whether it is the application that it says it is, and about whom it asks.
    pub(super) async fn about(visit: &Visit, member: &MemberName) -> Result<Caller, Problem> {
        let PresentedKey { application, digest } = visit.key()?;
        let ask = TenantAsk::ProveApplication { application, key: Some(digest), member: Some(member.clone()) };
        let request = TenantRequest { tenant: visit.tenant.clone(), idempotency: None, ask };
        match object_ref::ask_tenant(&visit.env, &visit.secrets.naming, &request).await? {
            TenantReply::Proven { application, granted, .. } => {
                Caller { application: *application, granted: granted.map(|granted| *granted) }.has_a_login()
            }
            reply => Err(refused(reply)),
        }
    }

    /// The application that a token of ours names, with nothing proven by that: who shows the token is somebody whom
    /// it has sent to us.
    pub(super) async fn named(
        visit: &Visit,
        application: ApplicationId,
        member: &MemberName,
    ) -> Result<Caller, Problem> {
        let ask = TenantAsk::FindApplication { application, member: Some(member.clone()) };
        let request = TenantRequest { tenant: visit.tenant.clone(), idempotency: None, ask };
        match object_ref::ask_tenant(&visit.env, &visit.secrets.naming, &request).await? {
            TenantReply::Proven { application, granted, .. } => {
                Caller { application: *application, granted: granted.map(|granted| *granted) }.has_a_login()
            }
            TenantReply::Unknown => Err(Code::SignInExpired.into()),
            reply => Err(refused(reply)),
        }
    }

    /// The address, if it is exactly one that the application has registered to have people sent back to.
    pub(super) fn return_address(&self, text: &str) -> Option<&ReturnAddress> {
        match &self.application.kind {
            ApplicationKind::Login { return_uris } => return_uris.exactly(text),
            ApplicationKind::Client { .. } | ApplicationKind::Provisioning | ApplicationKind::Gate { .. } => None,
        }
    }

    /// The tenant's word about the member, if she belongs.
    pub(super) fn granted(&self) -> Option<&TenantGrant> {
        self.granted.as_ref()
    }

    /// Only who has a login of its own may vouch for anybody.
    fn has_a_login(self) -> Result<Caller, Problem> {
        match self.application.kind {
            ApplicationKind::Login { .. } => Ok(self),
            ApplicationKind::Client { .. } | ApplicationKind::Provisioning | ApplicationKind::Gate { .. } => {
                Err(Code::OtherKind.into())
            }
        }
    }
}

/// What the tenant's refusal is called over HTTP.
pub(super) fn refused(reply: TenantReply) -> Problem {
    match reply {
        TenantReply::Unknown => Code::ApplicationKeyRefused.into(),
        TenantReply::Closed(lifecycle) => step::closed(lifecycle),
        TenantReply::Exists => Code::Conflict.into(),
        TenantReply::OtherKind => Code::OtherKind.into(),
        _ => Problem::alarm("a tenant object gave an answer of another kind"),
    }
}
