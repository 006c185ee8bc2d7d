//! Our page, for a platform that builds none of its own: the same steps, asked by the browser that the platform has
//! sent, which goes by a cookie instead of the application's key.
//!
//! What comes of it goes back as a reference in the return address's query, as OAuth's codes do: a form that is posted
//! there would come without the cookies by which the platform knows whose browser it is, and our pages post forms
//! nowhere else.

use mfa_core::member::{ConfirmationWaits, EnrolmentId, Outcome, PageShown, PageWish, RememberedUntil, TokenDigest};
use mfa_core::policy;
use mfa_core::recovery::RecoveryGroup;
use mfa_core::time::Seconds;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use worker::{Response, Url};
use zeroize::Zeroizing;

use super::super::caller::Caller;
use super::super::guard::Nothing;
use super::super::sign_in::{self, ask_granted};
use super::super::step::{extended, refusal, word};
use super::super::{Body, Visit, device_label, enrolment};
use crate::cookies;
use crate::error::{Code, Problem};
use crate::object_ref::{GrantedAsk, MemberReply, TenantGrant};
use crate::page_token::{Kind, PageToken};
use crate::token::{self, Token, TokenSecret};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Way {
    token: String,
}

/// A browser has come. From here on it goes by a cookie, and the address that brought it is worth nothing.
pub(in super::super) async fn open(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let way: Way = body.parse()?;
    let page = Page::find(visit, Kind::Way, &way.token).await?;
    let device = sign_in::presented_device(visit, &page.token.member);
    page.answered(visit, "page-open", GrantedAsk::OpenPage { page: page.token.digest, device }).await
}

/// The same again, for a page that is loaded again.
pub(in super::super) async fn view(visit: &Visit) -> Result<Response, Problem> {
    let page = Page::read(visit).await?;
    page.answered(visit, "page", GrantedAsk::ViewPage { page: page.token.digest }).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeTyped {
    code: String,
    remember_device: bool,
}

pub(in super::super) async fn code(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let typed: CodeTyped = body.parse()?;
    let code = sign_in::passcode(&typed.code)?;
    let page = Page::read(visit).await?;
    let remember_device = typed.remember_device.then(|| device_label::of(visit));
    let ask = GrantedAsk::VerifyCode { pending: page.token.digest, code, remember_device };
    page.answered(visit, "page-code", ask).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RecoveryKeyTyped {
    recovery_key: String,
}

pub(in super::super) async fn recovery_key(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let typed: RecoveryKeyTyped = body.parse()?;
    let recovery_key = sign_in::parse_recovery_key(&typed.recovery_key)?;
    let page = Page::read(visit).await?;
    let ask = GrantedAsk::VerifyRecoveryKey { pending: page.token.digest, recovery_key };
    page.answered(visit, "page-recovery-key", ask).await
}

/// More time, at either step.
pub(in super::super) async fn extend(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Nothing {} = body.parse()?;
    let page = Page::read(visit).await?;
    let ask = GrantedAsk::ExtendSignIn { pending: page.token.digest };
    extended(visit, page.ask(visit, "page-extend", ask).await?.outcome)
}

pub(in super::super) async fn start_enrolment(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Nothing {} = body.parse()?;
    let page = Page::read(visit).await?;
    let ask = GrantedAsk::StartEnrolment { pending: page.token.digest };
    let reply = page.ask(visit, "page-enrolment-start", ask).await?;
    enrolment::started(visit, page.granted()?, reply)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FirstCode {
    enrolment_id: EnrolmentId,
    code: String,
}

pub(in super::super) async fn confirm_enrolment(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let typed: FirstCode = body.parse()?;
    let code = sign_in::first_passcode(&typed.code)?;
    let page = Page::read(visit).await?;
    let ask = GrantedAsk::ConfirmEnrolment { pending: page.token.digest, enrolment: typed.enrolment_id, code };
    enrolment::recovery_keys(visit, page.ask(visit, "page-enrolment-confirm", ask).await?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WhichEnrolment {
    enrolment_id: EnrolmentId,
}

pub(in super::super) async fn renew_recovery_keys(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let which: WhichEnrolment = body.parse()?;
    let page = Page::read(visit).await?;
    let ask = GrantedAsk::RenewRecoveryKeys { pending: page.token.digest, enrolment: which.enrolment_id };
    enrolment::recovery_keys(visit, page.ask(visit, "page-enrolment-keys", ask).await?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Proof {
    enrolment_id: EnrolmentId,
    proof: String,
}

pub(in super::super) async fn complete_enrolment(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let typed: Proof = body.parse()?;
    let proof = RecoveryGroup::parse(&typed.proof).map_err(|_| Problem::from(Code::ProofMalformed))?.to_string();
    let page = Page::read(visit).await?;
    let ask = GrantedAsk::CompleteEnrolment { pending: page.token.digest, enrolment: typed.enrolment_id, proof };
    page.answered(visit, "page-enrolment-complete", ask).await
}

/// Whose page it is, with the application that has sent her and the tenant's word about her.
struct Page {
    token: PageToken,
    caller: Caller,
}

impl Page {
    /// Of the cookie.
    async fn read(visit: &Visit) -> Result<Page, Problem> {
        let text = cookies::read(&visit.headers, cookies::PAGE).ok_or(Code::SignInExpired)?;
        Page::find(visit, Kind::Page, &text).await
    }

    async fn find(visit: &Visit, kind: Kind, text: &str) -> Result<Page, Problem> {
        let token = PageToken::read(kind, &visit.tenant, text, &visit.secrets.tokens).ok_or(Code::SignInExpired)?;
        let caller = Caller::named(visit, token.application, &token.member).await?;
        Ok(Page { token, caller })
    }

    /// The tenant's word. What was begun with MFA has ended without.
    fn granted(&self) -> Result<&TenantGrant, Problem> {
        let granted = self.caller.granted().filter(|granted| granted.data_key.is_some());
        granted.ok_or_else(|| Code::SignInExpired.into())
    }

    async fn ask(&self, visit: &Visit, step: &str, ask: GrantedAsk) -> Result<MemberReply, Problem> {
        ask_granted(visit, &self.token.member, self.granted()?, step, ask).await
    }

    /// Asks, and says what is shown next or where she goes.
    async fn answered(&self, visit: &Visit, step: &str, ask: GrantedAsk) -> Result<Response, Problem> {
        let reply = self.ask(visit, step, ask).await?;
        let secret = reply.page_secret.map(TokenSecret::from_text);
        match reply.outcome {
            Outcome::Page(shown) => {
                if let Some(secret) = &secret {
                    cookies::set(&visit.reply_headers, cookies::PAGE, &self.write(visit, Kind::Page, secret)?, None)?;
                }
                let page = secret.map_or(self.token.digest, |secret| secret.digest());
                visit.json(200, &self.shown(visit, &shown, &page)?)
            }
            Outcome::ConfirmationWaits(waiting) => {
                let secret = secret.ok_or_else(|| Problem::alarm("a confirmation waits without a reference"))?;
                self.go_back(visit, &waiting, &secret, reply.device_secret)
            }
            Outcome::Owes { duty, expires_at, recovery, .. } => {
                let mut body = Map::new();
                body.insert("next".to_owned(), word(duty).into());
                body.insert("expires_at".to_owned(), expires_at.0.into());
                if let Some(used) = recovery {
                    let used = json!({ "set": used.set, "number": used.number, "left": used.left });
                    body.insert("recovery".to_owned(), used);
                }
                visit.json(200, &body)
            }
            outcome => Err(refusal(visit, outcome)),
        }
    }

    /// What `page` shows, and the ways off it without an answer. To choose another password the browser takes along
    /// what says that it comes from here.
    fn shown(&self, visit: &Visit, shown: &PageShown, page: &TokenDigest) -> Result<Value, Problem> {
        let wish = &shown.wish;
        let address = self.registered(wish)?;
        let PageToken { member, application, .. } = &self.token;
        let errand = PageToken::errand(&visit.tenant, member, *application, page, &visit.secrets.tokens)?;
        let owed = format!("error=password_change_owed&reference={}", errand.as_str());
        let host = Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        Ok(json!({
            "next": word(shown.duty),
            "expires_at": shown.expires_at,
            "authenticator_locked": shown.authenticator_locked,
            "application": self.caller.application.name,
            "host": host,
            "username": self.granted()?.username,
            "remembered_devices": wish.devices,
            "not_now": back(address, wish, "error=access_denied"),
            "password_change": back(address, wish, &owed),
        }))
    }

    fn go_back(
        &self,
        visit: &Visit,
        waiting: &ConfirmationWaits,
        secret: &TokenSecret,
        device_secret: Option<String>,
    ) -> Result<Response, Problem> {
        let ConfirmationWaits { wish, device, recovery, .. } = waiting;
        let reference = self.write(visit, Kind::Reference, secret)?;
        let go_to = back(self.registered(wish)?, wish, &format!("reference={}", reference.as_str()));
        cookies::clear(&visit.reply_headers, cookies::PAGE)?;
        let mut body = Map::new();
        body.insert("next".to_owned(), "done".into());
        body.insert("go_to".to_owned(), go_to.into());
        if let (Some(device), Some(secret)) = (device, device_secret.map(TokenSecret::from_text)) {
            self.remember(visit, device, &secret)?;
            body.insert("device_remembered_until".to_owned(), device.until.0.into());
        }
        if let Some(used) = recovery {
            let used = json!({ "set": used.set, "number": used.number, "left": used.left });
            body.insert("recovery".to_owned(), used);
        }
        visit.json(200, &body)
    }

    /// The device's token stays with this browser, under our own name, as at our own sign-in.
    fn remember(&self, visit: &Visit, device: &RememberedUntil, secret: &TokenSecret) -> Result<(), Problem> {
        let (member, keys) = (&self.token.member, &visit.secrets.tokens);
        let token = Token::write(token::Kind::Device, &visit.tenant, member, Some(device.id), secret, keys)?;
        let left = Seconds(device.until.since(visit.now).0.min(policy::REMEMBERED_DEVICE.0));
        cookies::set(&visit.reply_headers, &cookies::device(member), &token, Some(left))
    }

    fn write(&self, visit: &Visit, kind: Kind, secret: &TokenSecret) -> Result<Zeroizing<String>, Problem> {
        let PageToken { member, application, .. } = &self.token;
        PageToken::write(kind, &visit.tenant, member, *application, secret, &visit.secrets.tokens)
    }

    /// Where she is sent back to, if the application still has that address.
    fn registered<'a>(&self, wish: &'a PageWish) -> Result<&'a str, Problem> {
        let address = wish.return_to.as_str();
        self.caller.return_address(address).map(|_| address).ok_or_else(|| Code::ClientRefused.into())
    }
}

/// The return address with what is brought back. Nothing in it has to be escaped.
fn back(address: &str, wish: &PageWish, brought: &str) -> String {
    let separator = if address.contains('?') { '&' } else { '?' };
    let state = wish.state.as_ref().map(|state| format!("&state={}", state.as_str())).unwrap_or_default();
    format!("{address}{separator}{brought}{state}")
}
