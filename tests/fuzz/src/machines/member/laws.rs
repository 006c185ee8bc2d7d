//! What holds of every step: an account of its own, which reads the record as it is stored and never asks the machine.

use std::collections::{BTreeMap, BTreeSet};

use mfa_core::member::{
    Command, Decision, EnrolmentId, Grant, Methods, Outcome, SessionId, SignedIn, StepUpProof, decide,
};
use mfa_core::tenant::ModeKind;
use mfa_core::time::Timestamp;
use serde_json::Value;

use super::Step;
use super::world::World;

#[derive(Default)]
pub(super) struct Laws {
    /// The newest step accepted of each secret.
    steps: BTreeMap<Vec<u8>, u64>,
    keys: BTreeSet<[u8; 32]>,
    let_in: BTreeSet<[u8; 32]>,
    device_tokens: BTreeSet<[u8; 32]>,
    completed: BTreeSet<EnrolmentId>,
    /// Sessions that began, with the time of their end.
    begun: Vec<(SessionId, Timestamp)>,
    /// The highest word that this record has followed.
    heard: Option<Grant>,
}

impl Laws {
    pub(super) fn observe(&mut self, step: &Step<'_>, world: &World) {
        within_bounds(step);
        unjudged_changes_nothing(step);
        self.outdated_words_do_nothing(step);
        if let Outcome::SignedIn(entered) = &step.decision.outcome {
            self.let_in(step, entered);
        }
        self.nothing_is_good_twice(step, world);
        self.edges_are_told(step);
        if !step.keys_at_hand {
            let bound = !joined(step)["authenticator"].is_null();
            let by_code = matches!(step.command, Command::VerifyCode { .. });
            assert!(!(bound && by_code && entered(step).is_some()), "let in by a code that could not be compared");
        }
    }

    /// Law 3: whoever is let in, is under a word that is as new as any that was heard.
    fn outdated_words_do_nothing(&mut self, step: &Step<'_>) {
        let Some(grant) = grant(step.command) else { return };
        let outcome = &step.decision.outcome;
        if let Some(heard) = self.heard {
            let is_older = grant.generation == heard.generation
                && (grant.epoch < heard.epoch
                    || grant.orders.resets < heard.orders.resets
                    || grant.orders.sign_outs < heard.orders.sign_outs);
            if is_older {
                assert!(entered(step).is_none(), "let in by an outdated word");
                assert!(!matches!(outcome, Outcome::SteppedUp { .. } | Outcome::PasswordChanged | Outcome::MfaReset));
            }
        }
        let record = joined(step);
        let is_followed = record["generation"] == grant.generation.0
            && record["epoch"] == grant.epoch.0
            && record["orders"]["resets"] == grant.orders.resets
            && record["orders"]["sign_outs"] == grant.orders.sign_outs;
        if is_followed {
            self.heard = Some(grant);
        }
        if entered(step).is_some() {
            assert!(is_followed, "let in without following");
        }
    }

    /// Law 4: by what the tenant's mode demands, at a door that is open in it.
    fn let_in(&mut self, step: &Step<'_>, entered: &SignedIn) {
        let grant = grant(step.command).expect("let in without the tenant's word");
        assert_eq!((entered.generation, entered.epoch), (grant.generation, grant.epoch));
        assert_eq!((entered.session, entered.at), (step.fresh.session, step.now));
        assert_eq!(entered.ends_at, Timestamp(step.now.0.saturating_add(24 * 3600)));
        let Methods { password, code, recovery_key, device, external } = entered.methods;
        let met = match grant.mode {
            ModeKind::Password => password && !external && !device,
            ModeKind::Mfa => password && (code || recovery_key || device) && !external,
            ModeKind::External => external && !password && !code && !recovery_key && !device,
        };
        assert!(met, "{:?} under {:?}", entered.methods, grant.mode);
        assert!(!(recovery_key && entered.device.is_some()), "remembered after a recovery sign-in");
        self.begun.push((entered.session, entered.ends_at));
    }

    /// Law 2: no step, key, pending sign-in, device's token or enrolment.
    fn nothing_is_good_twice(&mut self, step: &Step<'_>, world: &World) {
        let is_in = entered(step).is_some();
        let is_taken = is_in || matches!(step.decision.outcome, Outcome::Owes { .. } | Outcome::SteppedUp { .. });
        match step.command {
            Command::VerifyCode { passcode, .. } | Command::StepUp { proof: StepUpProof::Code(passcode), .. }
                if is_taken =>
            {
                let phones = world.enrolments.iter().map(|(_, secret)| secret);
                let (secret, shown) = phones
                    .filter_map(|secret| world.shown_at(secret, passcode).map(|shown| (secret, shown)))
                    .max_by_key(|(_, shown)| *shown)
                    .expect("accepted a code that no phone shows");
                // Two phones may show the same code; one of them has to be new to it.
                let earlier = self.steps.insert(secret.clone(), shown);
                let shared = world.enrolments.iter().filter(|(_, secret)| world.shown_at(secret, passcode).is_some());
                assert!(earlier.is_none_or(|earlier| shown > earlier) || shared.count() > 1, "a step accepted twice");
            }
            Command::VerifyRecoveryKey { digest, .. }
            | Command::StepUp { proof: StepUpProof::RecoveryKey(digest), .. }
                if is_taken =>
            {
                assert!(self.keys.insert(*digest.as_bytes()), "one recovery key opened twice");
            }
            Command::BeginSignIn { device: Some(device), .. }
                if entered(step).is_some_and(|entered| entered.methods.device) =>
            {
                assert!(self.device_tokens.insert(device.token.0), "one device token let in twice");
            }
            Command::CompleteEnrolment { id, .. } | Command::AdoptSetUp { id, .. } if is_in => {
                assert!(self.completed.insert(*id), "one enrolment completed twice");
                assert!(world.secret_of(*id).is_some(), "an enrolment that nobody began");
            }
            _ => {}
        }
        let pending = match step.command {
            Command::VerifyCode { pending, .. }
            | Command::VerifyRecoveryKey { pending, .. }
            | Command::ReplacePassword { pending, .. }
            | Command::CompleteEnrolment { pending, .. } => Some(*pending),
            _ => None,
        };
        assert!(
            !is_in || pending.is_none_or(|pending| self.let_in.insert(pending.0)),
            "one pending sign-in let in twice"
        );
    }

    /// Whichever session ends before its time, edges are told of until its token dies.
    fn edges_are_told(&mut self, step: &Step<'_>) {
        self.begun.retain(|(_, ends_at)| step.now < *ends_at);
        let revoked = step.decision.state.revoked();
        let live: Vec<&Value> = list(joined(step), "sessions").iter().map(|session| &session["id"]).collect();
        for (id, ends_at) in &self.begun {
            let told = revoked.sessions.contains(&(*id, *ends_at)) || *ends_at <= revoked.up_to;
            let lives = live.contains(&&serde_json::to_value(id).unwrap());
            assert_ne!(told, lives, "{id:?} must be either live or told of");
        }
    }
}

/// Events, outcomes and the stored form never say a secret or a code. Holds of any record.
pub(super) fn silent(command: &Command, decision: &Decision, stored: &Value) {
    let said = format!("{:?} {:?} {command:?}", decision.events, decision.outcome);
    let stored = stored.to_string();
    if let Command::StartEnrolment { secret, .. } | Command::StartSetUp { secret, .. } = command {
        let hex: String = secret.expose().iter().map(|byte| format!("{byte:02x}")).collect();
        for spelling in [hex, secret.to_base32().to_string(), format!("{:?}", secret.expose())] {
            assert!(!said.contains(&spelling) && !stored.contains(&spelling), "a secret was said");
        }
    }
    if let Command::VerifyCode { passcode, .. } = command {
        assert!(!said.contains(&format!("\"{}\"", passcode.display().as_str())), "a code was said");
    }
    assert!(!said.contains(&"77".repeat(32)) && !said.contains("119, 119, 119"), "a password's hash was said");
    let events = serde_json::to_string(&decision.events).unwrap();
    let outcome = serde_json::to_string(&decision.outcome).unwrap();
    assert_eq!(serde_json::from_str::<Vec<mfa_core::member::Event>>(&events).unwrap(), decision.events);
    assert_eq!(serde_json::from_str::<Outcome>(&outcome).unwrap(), decision.outcome);
}

/// A record never outgrows its bounds.
fn within_bounds(step: &Step<'_>) {
    let record = joined(step);
    for (name, most) in [("pending", 20), ("devices", 10), ("browsers", 10), ("sessions", 20), ("links", 4)] {
        assert!(list(record, name).len() <= most, "{name}: {}", list(record, name).len());
    }
    assert!(list(&record["revoked"], "sessions").len() <= 100);
    for (name, most) in [("codes", 20), ("recovery_keys", 10)] {
        assert!(list(&record[name], "budgeted").len() <= most, "{name}: {}", record[name]);
    }
    for pending in list(record, "pending") {
        let refused = list(pending, "failures").len() as u64 + pending["refusals"].as_u64().unwrap();
        assert!(refused < 5, "a fifth refusal left it alive");
        assert!(pending["expires_at"].as_u64() > Some(step.now.0), "a sign-in that is over");
    }
    if record["authenticator"].is_null() {
        assert!(list(record, "devices").is_empty(), "a device that skips a code nobody has");
    }
    assert!(record["set_up"].is_null() || record["set_up"]["epoch"].as_u64() > record["epoch"].as_u64());
}

/// What is refused without being judged leaves what a sweep would leave.
fn unjudged_changes_nothing(step: &Step<'_>) {
    let is_unjudged = matches!(
        step.decision.outcome,
        Outcome::Throttled { .. }
            | Outcome::AuthenticatorLocked
            | Outcome::AlreadyJoined
            | Outcome::OtherScheme(_)
            | Outcome::OtherDuty(_)
            | Outcome::ProofRefused
            | Outcome::SignInExpired
            | Outcome::SessionEnded
            | Outcome::EnrolmentSuperseded
            | Outcome::PasswordUnchanged
            | Outcome::PasswordTooShort
            | Outcome::StaleGrant
            | Outcome::Unreadable
            | Outcome::Account(_)
            | Outcome::Authorized { .. }
            | Outcome::StepUpOwed { .. }
            | Outcome::OtherMode(_)
            | Outcome::PasswordLinkHeld
            | Outcome::LinkValid { .. }
            | Outcome::LinkRefused
            | Outcome::PasswordHere
            | Outcome::Swept
    );
    if !is_unjudged {
        return;
    }
    let swept = decide(step.before.clone(), Command::Sweep, *step.fresh, step.now);
    // Following the tenant's word may have changed it before anything was asked.
    let followed =
        grant(step.command).map(|grant| decide(step.before.clone(), Command::Follow { grant }, *step.fresh, step.now));
    let same = |other: &Decision| other.state == step.decision.state && other.events == step.decision.events;
    assert!(
        same(&swept) || followed.as_ref().is_some_and(same),
        "{:?} after {:?}",
        step.decision.outcome,
        step.command
    );
}

fn entered<'a>(step: &'a Step<'_>) -> Option<&'a SignedIn> {
    match &step.decision.outcome {
        Outcome::SignedIn(entered) => Some(entered),
        _ => None,
    }
}

fn joined<'a>(step: &'a Step<'_>) -> &'a Value {
    &step.stored["bearer"]["joined"]
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

/// The tenant's word in a command, if it carries one.
fn grant(command: &Command) -> Option<Grant> {
    match command {
        Command::Import { grant, .. }
        | Command::Export { grant }
        | Command::BeginSignIn { grant, .. }
        | Command::VerifyCode { grant, .. }
        | Command::VerifyRecoveryKey { grant, .. }
        | Command::ReplacePassword { grant, .. }
        | Command::StartEnrolment { grant, .. }
        | Command::ConfirmEnrolment { grant, .. }
        | Command::RenewRecoveryKeys { grant, .. }
        | Command::CompleteEnrolment { grant, .. }
        | Command::Extend { grant, .. }
        | Command::ViewAccount { grant, .. }
        | Command::Authorize { grant, .. }
        | Command::StepUp { grant, .. }
        | Command::ResetMfa { grant, .. }
        | Command::StartRecoveryKeys { grant, .. }
        | Command::CompleteRecoveryKeys { grant, .. }
        | Command::ForgetDevices { grant, .. }
        | Command::EndSessions { grant, .. }
        | Command::ChangePassword { grant, .. }
        | Command::IssuePasswordLink { grant, .. }
        | Command::Disown { grant, .. }
        | Command::PreviewLink { grant, .. }
        | Command::ReplacePasswordByLink { grant, .. }
        | Command::StartSetUp { grant, .. }
        | Command::ConfirmSetUp { grant, .. }
        | Command::RenewSetUpKeys { grant, .. }
        | Command::PrepareSetUp { grant, .. }
        | Command::AdoptSetUp { grant, .. }
        | Command::BeginExternal { grant, .. }
        | Command::IssueAuthorization { grant, .. }
        | Command::RedeemAuthorization { grant, .. }
        | Command::ViewAuthorization { grant, .. }
        | Command::BeginVouched { grant, .. }
        | Command::OpenPage { grant, .. }
        | Command::ViewPage { grant, .. }
        | Command::RedeemConfirmation { grant, .. }
        | Command::VouchNewPassword { grant, .. }
        | Command::Follow { grant } => Some(*grant),
        Command::Join { .. }
        | Command::CheckPassword { .. }
        | Command::Leave { .. }
        | Command::SignOut { .. }
        | Command::Sweep => None,
    }
}
