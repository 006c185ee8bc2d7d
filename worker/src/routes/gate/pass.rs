//! What a gate gives, with the tenant's word in hand: that the key lives, that the gate guards this host, that she
//! belongs.

use mfa_core::member::{Assurance, Outcome, Redeemed};
use mfa_core::tenant::application::{ApplicationId, ApplicationKind, GuardedOrigin};
use serde_json::{Value, json};

use super::forwarded::Forwarded;
use crate::error::{Code, Problem};
use crate::gate_token::{GateClaims, SIGNED_LASTS};
use crate::object_ref::{self, GrantedAsk, MemberName, Subject, TenantAsk, TenantGrant, TenantReply, TenantRequest};
use crate::routes::issuer::claims::{class, sid};
use crate::routes::issuer::{issuer, keys};
use crate::routes::sign_in::ask_now;
use crate::routes::{Visit, caller};
use crate::session_token::Claims;
use crate::signing::Typ;

/// A gate that has shown its key, at a host that is its own.
pub(super) struct Gate {
    application: ApplicationId,
    origin: GuardedOrigin,
    /// The tenant's word about the member who was asked for, if she belongs.
    pub(super) granted: Option<TenantGrant>,
}

impl Gate {
    /// Asks the tenant.
    pub(super) async fn prove(visit: &Visit, forwarded: &Forwarded<'_>, member: &MemberName) -> Result<Gate, Problem> {
        let key = visit.key()?;
        let ask = TenantAsk::ProveApplication {
            application: key.application,
            key: Some(key.digest),
            member: Some(member.clone()),
        };
        let request = TenantRequest { tenant: visit.tenant.clone(), idempotency: None, ask };
        let (application, granted) = match object_ref::ask_tenant(&visit.env, &visit.secrets.naming, &request).await? {
            TenantReply::Proven { application, granted, .. } => (application, granted),
            reply => return Err(caller::refused(reply)),
        };
        let ApplicationKind::Gate { hosts } = &application.kind else { return Err(Code::OtherKind.into()) };
        if !hosts.contains(&forwarded.origin) {
            return Err(Code::ClientRefused.into());
        }
        let (origin, granted) = (forwarded.origin.clone(), granted.map(|granted| *granted));
        Ok(Gate { application: application.id, origin, granted })
    }

    /// What somebody has here from now on who came with a code.
    pub(super) async fn admit(
        &self,
        visit: &Visit,
        member: MemberName,
        redeemed: Redeemed,
    ) -> Result<Option<GateClaims>, Problem> {
        let Some(granted) = &self.granted else { return Ok(None) };
        let session = Claims {
            tenant: visit.tenant.clone(),
            member,
            username: granted.username.clone(),
            role: granted.role,
            generation: redeemed.generation,
            epoch: granted.grant.epoch,
            session: redeemed.session,
            methods: redeemed.methods,
            authenticated_at: redeemed.authenticated_at,
            issued_at: visit.now,
            ends_at: redeemed.ends_at,
        };
        Ok(Some(self.sign(visit, session).await?))
    }

    /// The same for somebody who has been here, if she still belongs and her session lives.
    pub(super) async fn renew(&self, visit: &Visit, claims: GateClaims) -> Result<Option<GateClaims>, Problem> {
        let Some(granted) = &self.granted else { return Ok(None) };
        let Claims { generation, epoch, session, .. } = claims.session;
        if granted.grant.generation != generation || granted.grant.epoch != epoch {
            return Ok(None);
        }
        let ask = GrantedAsk::Authorize { session, assurance: Assurance::Live };
        match ask_now(visit, &claims.session.member, granted, ask).await?.outcome {
            Outcome::Authorized { .. } => {}
            _ => return Ok(None),
        }
        let username = granted.username.clone();
        let session = Claims { username, role: granted.role, issued_at: visit.now, ..claims.session };
        Ok(Some(self.sign(visit, session).await?))
    }

    async fn sign(&self, visit: &Visit, session: Claims) -> Result<GateClaims, Problem> {
        let keys = keys::of(visit).await?;
        let said = self.said(visit, &session);
        let signed = keys.sign(&visit.secrets.key_encryption, Typ::Gate, &said).await?;
        Ok(GateClaims { application: self.application, origin: self.origin.clone(), session, signed })
    }

    /// What the page behind the gate can verify by itself.
    fn said(&self, visit: &Visit, session: &Claims) -> Value {
        let subject = Subject::of(&visit.tenant, &session.member, session.generation, &visit.secrets.naming);
        let mut said = json!({
            "iss": issuer(visit),
            "aud": self.application.to_string(),
            "sub": subject.as_str(),
            "iat": visit.now,
            "exp": visit.now.saturating_add(SIGNED_LASTS).min(session.ends_at),
            "auth_time": session.authenticated_at,
            "amr": session.methods.names().collect::<Vec<_>>(),
            "sid": sid(session.session),
            "preferred_username": session.username,
            "role": session.role,
            "origin": self.origin,
            "epoch": session.epoch,
        });
        if let (Some(class), Value::Object(said)) = (class(session.methods), &mut said) {
            said.insert("acr".to_owned(), class.into());
        }
        said
    }
}
