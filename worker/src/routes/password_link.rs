//! Another password by a link that was sent: forgotten, or known to somebody else. Never a way round MFA: who has
//! only the link still owes the code.

use mfa_core::member::Outcome;
use serde::Deserialize;
use serde_json::json;
use worker::Response;

use super::sign_in::{self, ask_granted, ask_now, grant};
use super::step::refusal;
use super::{Body, Visit, guard};
use crate::error::{Code, Problem};
use crate::object_ref::{GrantedAsk, MemberName, TenantGrant};
use crate::password;
use crate::token::{Kind, Token};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Forgotten {
    username: String,
}

/// Answers at once and the same, whoever's name it is; what has to be done is done afterwards.
pub(super) async fn forgotten(visit: Visit, body: &Body) -> Result<Response, Problem> {
    let typed: Forgotten = body.parse()?;
    let response = visit.json(202, &json!({}))?;
    if let Some(username) = guard::username(&typed.username) {
        visit.after_answer(|visit| async move {
            let member = MemberName::of(&visit.tenant, &username, &visit.secrets.naming);
            if let Ok(Some(granted)) = grant(&visit, &member, None).await {
                let ask = GrantedAsk::IssuePasswordLink { is_shown: false };
                // Whatever comes of it, nobody who only knows a name is told.
                let _ = ask_granted(&visit, &member, &granted, "forgotten", ask).await;
            }
        });
    }
    Ok(response)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Presented {
    token: String,
}

pub(super) async fn preview(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let presented: Presented = body.parse()?;
    let link = Link::read(visit, &presented.token).await?;
    let ask = GrantedAsk::PreviewLink { link: link.token.digest };
    match ask_now(visit, &link.token.member, &link.granted, ask).await?.outcome {
        Outcome::LinkValid { purpose } => visit.json(
            200,
            &json!({
                "tenant": visit.tenant,
                "name": link.granted.tenant_name,
                "username": link.granted.username,
                "purpose": purpose,
                "password_min_length": password::min_length(link.granted.grant.mode),
            }),
        ),
        outcome => Err(refusal(visit, outcome)),
    }
}

/// "This was not me": what was got with the password ends, and the password is no longer enough.
pub(super) async fn not_me(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let presented: Presented = body.parse()?;
    let link = Link::read(visit, &presented.token).await?;
    match link.ask(visit, "not-me", GrantedAsk::Disown { link: link.token.digest }).await? {
        Outcome::Disowned => visit.json(200, &json!({ "username": link.granted.username })),
        outcome => Err(refusal(visit, outcome)),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chosen {
    token: String,
    password: String,
}

pub(super) async fn reset(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let chosen: Chosen = body.parse()?;
    let link = Link::read(visit, &chosen.token).await?;
    let granted = &link.granted;
    let typed = sign_in::acceptable(&chosen.password, granted, visit)?;
    let password = typed.hash(&visit.tenant, &granted.username, &visit.secrets.peppers)?;
    let ask = |under_kept| GrantedAsk::ReplacePasswordByLink {
        link: link.token.digest,
        password: password.clone(),
        under_kept,
    };
    let mut outcome = link.ask(visit, "reset", ask(None)).await?;
    if let Outcome::OtherScheme(scheme) = &outcome {
        let kept = typed.hash_as(scheme, &visit.tenant, &granted.username, &visit.secrets.peppers)?;
        outcome = link.ask(visit, "reset-as-kept", ask(Some(kept))).await?;
    }
    match outcome {
        Outcome::PasswordChanged => visit.json(200, &json!({ "username": granted.username })),
        Outcome::PasswordUnchanged => Err(sign_in::unchanged(granted)),
        outcome => Err(refusal(visit, outcome)),
    }
}

/// A link's token with the tenant's word about whose it is.
struct Link {
    token: Token,
    granted: TenantGrant,
}

impl Link {
    async fn read(visit: &Visit, text: &str) -> Result<Link, Problem> {
        let token = Token::read(Kind::PasswordLink, &visit.tenant, text, &visit.secrets.tokens)
            .ok_or_else(|| Problem::from(Code::LinkRefused))?;
        let granted = grant(visit, &token.member, None).await?.ok_or_else(|| Problem::from(Code::LinkRefused))?;
        Ok(Link { token, granted })
    }

    async fn ask(&self, visit: &Visit, name: &str, ask: GrantedAsk) -> Result<Outcome, Problem> {
        match ask_granted(visit, &self.token.member, &self.granted, name, ask).await?.outcome {
            Outcome::SignInExpired | Outcome::SignInRefused | Outcome::SessionEnded => Ok(Outcome::LinkRefused),
            outcome => Ok(outcome),
        }
    }
}
