//! Which application asks, and whether it is that application (RFC 6749 §2.3).

use base64ct::{Base64, Encoding};
use mfa_core::tenant::ModeKind;
use mfa_core::tenant::application::{Application, ApplicationId, ApplicationKind, GuardedOrigin, ReturnAddresses};

use super::parameters::Parameters;
use crate::application_key::{self, PresentedKey};
use crate::error::Problem;
use crate::object_ref::{self, MemberName, TenantAsk, TenantGrant, TenantReply, TenantRequest};
use crate::routes::{Visit, access};

/// A relying party, or a gate, which is one with its callbacks for redirect addresses; with the tenant's mode and its word about a member where one was asked for.
pub(super) struct Client {
    pub(super) id: ApplicationId,
    pub(super) redirect_uris: ReturnAddresses,
    pub(super) post_logout_redirect_uris: ReturnAddresses,
    pub(super) mode: ModeKind,
    pub(super) granted: Option<TenantGrant>,
}

impl Client {
    /// The one of this name, unproven. `None` if the tenant has none.
    pub(super) async fn find(
        visit: &Visit,
        id: ApplicationId,
        member: Option<MemberName>,
    ) -> Result<Option<Client>, Problem> {
        Client::ask(visit, TenantAsk::FindApplication { application: id, member }, false).await
    }

    /// The same, where a gate will do too: whoever asks has a request of its own that only we can have made.
    pub(super) async fn find_or_gate(
        visit: &Visit,
        id: ApplicationId,
        member: Option<MemberName>,
    ) -> Result<Option<Client>, Problem> {
        Client::ask(visit, TenantAsk::FindApplication { application: id, member }, true).await
    }

    /// The one that a request proves to come from. `None` if it proves nothing.
    pub(super) async fn prove(
        visit: &Visit,
        shown: &Shown,
        member: Option<MemberName>,
    ) -> Result<Option<Client>, Problem> {
        let (application, key) = match shown {
            Shown::Key(key) => (key.application, Some(key.digest)),
            Shown::Name(application) => (*application, None),
        };
        Client::ask(visit, TenantAsk::ProveApplication { application, key, member }, false).await
    }

    async fn ask(visit: &Visit, ask: TenantAsk, gates_too: bool) -> Result<Option<Client>, Problem> {
        let request = TenantRequest { tenant: visit.tenant.clone(), idempotency: None, ask };
        match object_ref::ask_tenant(&visit.env, &visit.secrets.naming, &request).await? {
            TenantReply::Proven { application, mode, granted } => {
                let Application { id, kind, .. } = *application;
                let (redirect_uris, post_logout_redirect_uris) = match kind {
                    ApplicationKind::Client { redirect_uris, post_logout_redirect_uris, .. } => {
                        (redirect_uris, post_logout_redirect_uris)
                    }
                    ApplicationKind::Gate { hosts } if gates_too => {
                        let callbacks = ReturnAddresses::new(hosts.iter().map(GuardedOrigin::callback).collect());
                        (callbacks.unwrap_or_default(), ReturnAddresses::default())
                    }
                    ApplicationKind::Gate { .. } | ApplicationKind::Login { .. } | ApplicationKind::Provisioning => {
                        return Ok(None);
                    }
                };
                let granted = granted.map(|granted| *granted);
                Ok(Some(Client { id, redirect_uris, post_logout_redirect_uris, mode, granted }))
            }
            TenantReply::Unknown => Ok(None),
            reply => Err(access::refused(reply)),
        }
    }
}

/// What an application shows for itself.
pub(super) enum Shown {
    /// A key that we made.
    Key(PresentedKey),
    /// Its name alone, for it has no key.
    Name(ApplicationId),
}

impl Shown {
    /// Reads it from the one place where it is. `None` for anything else: two places, a key of another, no name.
    pub(super) fn read(visit: &Visit, form: &Parameters) -> Option<Shown> {
        let named = form.find("client_id").map(ApplicationId::parse);
        let header = visit.headers.get("authorization").ok()?;
        let (id, key) = match (header, form.find("client_secret")) {
            (Some(_), Some(_)) => return None,
            (Some(header), None) => {
                let (id, key) = basic(&header)?;
                (ApplicationId::parse(&id)?, Some(key))
            }
            (None, Some(key)) => (named??, Some(key.to_owned())),
            (None, None) => (named??, None),
        };
        if named.is_some_and(|named| named != Some(id)) {
            return None;
        }
        match key {
            None => Some(Shown::Name(id)),
            Some(key) => {
                let key = application_key::read(&visit.tenant, &key, &visit.secrets)?;
                (key.application == id).then_some(Shown::Key(key))
            }
        }
    }
}

/// Name and key, each encoded as in a form before they are joined (RFC 6749 §2.3.1).
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(Base64::decode_vec(encoded.trim()).ok()?).ok()?;
    let (id, key) = text.split_once(':')?;
    Some((decoded(id)?, decoded(key)?))
}

fn decoded(text: &str) -> Option<String> {
    js_sys::decode_uri_component(&text.replace('+', " ")).ok().map(String::from)
}
