//! Step-up: a fresh proof for what must not be done with a session alone.

use mfa_core::member::{Outcome, Proven, ProvenBy};
use mfa_core::policy;
use mfa_core::tenant::ModeKind;
use mfa_core::time::Timestamp;
use serde::Deserialize;
use serde_json::json;
use worker::Response;

use super::access::Person;
use super::step::refusal;
use super::{Body, Visit, guard, sign_in};
use crate::error::{Code, Problem};
use crate::object_ref::{GrantedAsk, StepUpTyped};
use crate::password::Password;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    #[serde(default, deserialize_with = "guard::given")]
    code: Option<String>,
    #[serde(default, deserialize_with = "guard::given")]
    recovery_key: Option<String>,
    #[serde(default, deserialize_with = "guard::given")]
    password: Option<String>,
}

/// Takes exactly one proof. It is charged like a sign-in's: one more door is no further chance to guess.
pub(super) async fn prove(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let proof = match body.parse()? {
        Typed { code: Some(code), recovery_key: None, password: None } => {
            Ok(StepUpTyped::Code(sign_in::passcode(&code)?))
        }
        Typed { code: None, recovery_key: Some(key), password: None } => {
            Ok(StepUpTyped::RecoveryKey(sign_in::parse_recovery_key(&key)?))
        }
        Typed { code: None, recovery_key: None, password: Some(password) } => {
            Err(Password::typed(&password).ok_or(Code::PasswordRefused)?)
        }
        _ => return Err(Code::BadRequest.into()),
    };
    let person = Person::read(visit).await?;
    let outcome = match proof {
        Ok(StepUpTyped::RecoveryKey(_)) if person.has_mfa().is_err() => {
            let by = would_do(person.granted.grant.mode);
            return Err(Problem::from(Code::StepUpRequired).with("by", by));
        }
        Ok(proof) => step_up(visit, &person, "step-up", proof).await?,
        Err(password) => {
            let (tenant, username, peppers) = (&visit.tenant, &person.granted.username, &visit.secrets.peppers);
            let hashed = password.hash(tenant, username, peppers)?;
            match step_up(visit, &person, "step-up", StepUpTyped::Password(hashed)).await? {
                Outcome::OtherScheme(scheme) => {
                    let kept = password.hash_as(&scheme, tenant, username, peppers)?;
                    step_up(visit, &person, "step-up-as-kept", StepUpTyped::Password(kept)).await?
                }
                outcome => outcome,
            }
        }
    };
    match outcome {
        Outcome::SteppedUp { until } => visit.json(200, &json!({ "step_up_until": until })),
        outcome => Err(refusal(visit, outcome)),
    }
}

async fn step_up(visit: &Visit, person: &Person, name: &str, proof: StepUpTyped) -> Result<Outcome, Problem> {
    person.ask(visit, name, GrantedAsk::StepUp { session: person.claims.session, proof }).await
}

/// Until when a proof is fresh enough for one's own acts; zero when it is not.
pub(super) fn fresh_until(proven: Proven, mode: ModeKind, now: Timestamp) -> u64 {
    let until = proven.at.saturating_add(policy::STEP_UP);
    if kinds(mode).contains(&proven.by) && now < until { until.0 } else { 0 }
}

/// What would do, in words.
pub(super) fn would_do(mode: ModeKind) -> Vec<&'static str> {
    super::access::step_up_words(kinds(mode))
}

/// To prefill what a page asks for; the core decides.
fn kinds(mode: ModeKind) -> &'static [ProvenBy] {
    match mode {
        ModeKind::Mfa => &[ProvenBy::Code, ProvenBy::RecoveryKey],
        ModeKind::Password => &[ProvenBy::Password],
        ModeKind::External => &[ProvenBy::Provider],
    }
}
