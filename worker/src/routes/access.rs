//! Who asks, and whether that is enough for what is asked.
//!
//! A session's token is checked by its signature; what matters asks the objects: the tenant whether its bearer still
//! belongs, the member whether the session lives and how fresh its proof is. What an administrator does is decided by
//! the tenant's object, which looks into the directory once more.

use mfa_core::member::{Assurance, Outcome, ProvenBy};
use mfa_core::tenant::ModeKind;
use mfa_core::tenant::directory::Role;

use super::sign_in::{ask_granted, ask_now, grant};
use super::{Visit, step};
use crate::cookies;
use crate::error::{Code, Problem};
use crate::journal;
use crate::object_ref::{self, Act, By, GrantedAsk, TenantAsk, TenantGrant, TenantReply, TenantRequest};
use crate::session_token::Claims;

/// The bearer of a session's token, with the tenant's word about her.
pub(super) struct Person {
    pub(super) claims: Claims,
    pub(super) granted: TenantGrant,
}

/// Somebody who may run the tenant, or the operator.
pub(super) struct Authority(By);

/// The session that a request presents, by its signature alone.
pub(super) fn claims(visit: &Visit) -> Result<Claims, Problem> {
    cookies::read(&visit.headers, cookies::SESSION)
        .and_then(|text| Claims::verify(&text, &visit.tenant, &visit.secrets.tokens, visit.now))
        .ok_or_else(|| Code::Unauthenticated.into())
}

impl Person {
    /// Asks the tenant whether she belongs, as this bearer of her name, in this epoch.
    pub(super) async fn read(visit: &Visit) -> Result<Person, Problem> {
        let claims = claims(visit)?;
        let granted = grant(visit, &claims.member, None).await?.ok_or(Code::Unauthenticated)?;
        if granted.grant.generation != claims.generation || granted.grant.epoch != claims.epoch {
            return Err(Code::Unauthenticated.into());
        }
        Ok(Person { claims, granted })
    }

    /// Recovery keys belong to MFA: without it there is no key to digest them under.
    pub(super) fn has_mfa(&self) -> Result<(), Problem> {
        match self.granted.grant.mode {
            ModeKind::Mfa => Ok(()),
            mode @ (ModeKind::Password | ModeKind::External) => Err(refused(TenantReply::OtherMode(mode))),
        }
    }

    /// Whether her session lives and her proof is fresh enough. Never answered from memory: what was allowed a moment
    /// ago may not be any more.
    async fn authorized(&self, visit: &Visit, assurance: Assurance) -> Result<Outcome, Problem> {
        let ask = GrantedAsk::Authorize { session: self.claims.session, assurance };
        Ok(ask_now(visit, &self.claims.member, &self.granted, ask).await?.outcome)
    }

    /// Asks her own object something, under the idempotency key of one step. A refusal comes back as a problem.
    pub(super) async fn ask(&self, visit: &Visit, name: &str, ask: GrantedAsk) -> Result<Outcome, Problem> {
        Ok(ask_granted(visit, &self.claims.member, &self.granted, name, ask).await?.outcome)
    }
}

impl Authority {
    /// The platform's operator, whose bearer token has been checked.
    pub(super) fn operator() -> Authority {
        Authority(By::Operator)
    }

    /// An administrator whose session lives and whose proof is as fresh as `assurance` asks.
    pub(super) async fn administrator(visit: &Visit, assurance: Assurance) -> Result<(Person, Authority), Problem> {
        let person = Person::read(visit).await?;
        let Claims { member, generation, epoch, .. } = person.claims.clone();
        let authority = Authority(By::Administrator { member, generation, epoch });
        if person.granted.role != Role::Administrator {
            if authority.leave_trace(visit, &person).await.is_err() {
                journal::noted("a refusal left no trace");
            }
            return Err(Code::NotAdministrator.into());
        }
        match person.authorized(visit, assurance).await? {
            Outcome::Authorized { .. } => Ok((person, authority)),
            outcome => Err(step::refusal(visit, outcome)),
        }
    }

    /// Asks the tenant's object all the same, on behalf of somebody who is signed in and no administrator: it says no
    /// and keeps a trace of who asked for what.
    async fn leave_trace(&self, visit: &Visit, person: &Person) -> Result<(), Problem> {
        if visit.act.is_some()
            && let Outcome::Authorized { .. } = person.authorized(visit, Assurance::Live).await?
        {
            self.look(visit, Act::Profile).await?;
        }
        Ok(())
    }

    /// Has the tenant's object do something, once for each idempotency key.
    pub(super) async fn act(&self, visit: &Visit, act: Act) -> Result<TenantReply, Problem> {
        self.ask(visit, act, visit.step("act")).await
    }

    /// As [`Authority::act`], for a second act under the same key.
    pub(super) async fn act_again(&self, visit: &Visit, act: Act) -> Result<TenantReply, Problem> {
        self.ask(visit, act, visit.step("act-again")).await
    }

    /// Has the tenant's object show something as it is now.
    pub(super) async fn look(&self, visit: &Visit, act: Act) -> Result<TenantReply, Problem> {
        self.ask(visit, act, None).await
    }

    async fn ask(&self, visit: &Visit, act: Act, idempotency: Option<String>) -> Result<TenantReply, Problem> {
        let word = visit.act.map(str::to_owned);
        let ask = TenantAsk::Act { by: self.0.clone(), origin: visit.origin.clone(), act, word };
        let request = TenantRequest { tenant: visit.tenant.clone(), idempotency, ask };
        object_ref::ask_tenant(&visit.env, &visit.secrets.naming, &request).await
    }
}

/// What a tenant object's refusal is called over HTTP. Anything that is none is an answer of another kind.
pub(super) fn refused(reply: TenantReply) -> Problem {
    match reply {
        TenantReply::NotAdministrator => Code::NotAdministrator.into(),
        TenantReply::EpochPassed => Code::Unauthenticated.into(),
        TenantReply::Closed(lifecycle) => step::closed(lifecycle),
        TenantReply::OtherMode(mode) => {
            Problem::from(Code::WrongMode).with("mode", serde_json::to_value(mode).unwrap_or_default())
        }
        TenantReply::NotPrepared => Code::EnrolmentExpired.into(),
        TenantReply::LastAdministrator => Code::LastAdministrator.into(),
        TenantReply::Exists => Code::Conflict.into(),
        TenantReply::LimitReached => Code::LimitReached.into(),
        TenantReply::OtherKind => Code::OtherKind.into(),
        TenantReply::Unknown => Code::NotFound.into(),
        _ => Problem::alarm("a tenant object gave an answer of another kind"),
    }
}

/// The words for what would do as a step-up.
pub(super) fn step_up_words(by: &[ProvenBy]) -> Vec<&'static str> {
    by.iter()
        .map(|by| match by {
            ProvenBy::Password => "password",
            ProvenBy::Code => "code",
            ProvenBy::RecoveryKey => "recovery-key",
            ProvenBy::Provider => "sign-in",
        })
        .collect()
}
