//! Requests sent and noted, with the moments at which each began and ended.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use edge_mfa_tests::phone::{PERIOD, Phone, now};
use edge_mfa_tests::{Answer, Client, Value, laws};

use crate::checker::Operation;
use crate::specification::{Call, Door, Id, Member, Said};

/// The clock of a round and the numbers of its operations.
#[derive(Debug)]
pub struct Round {
    started: Instant,
    ids: AtomicUsize,
}

/// An operation with the code that was typed, of which only the end tells whose authenticators it fits.
#[derive(Debug)]
pub struct Entry {
    operation: Operation<Member>,
    typed: Option<String>,
}

/// What happened to one member, or to the whole tenant.
#[derive(Debug, Default)]
pub struct Record(Mutex<Vec<Entry>>);

impl Round {
    /// Begins now.
    pub fn new() -> Self {
        Self { started: Instant::now(), ids: AtomicUsize::new(1) }
    }

    /// How many operations have begun.
    pub fn begun(&self) -> usize {
        self.ids.load(Ordering::SeqCst) - 1
    }

    fn elapsed(&self) -> u64 {
        self.started.elapsed().as_nanos() as u64
    }
}

impl Record {
    /// Sends one request and notes it. The number of the operation, with the answer if it was one.
    pub fn ask(
        &self,
        round: &Round,
        client: &Client,
        path: &str,
        body: Option<&Value>,
        call: Call,
        typed: Option<&str>,
    ) -> (Id, Option<Answer>) {
        let id = round.ids.fetch_add(1, Ordering::SeqCst);
        let ask = body.map_or_else(|| client.ask("GET", path), |body| client.ask("POST", path).json(body));
        let (since, began) = (now(), round.elapsed());
        let answer = ask.try_send().ok();
        let (ended, until) = (round.elapsed(), now());
        // A server that failed may have done it first; and a line may break, as every fortieth does here.
        let answer = answer.filter(|answer| answer.status < 500 && !id.is_multiple_of(40));
        if let Some(answer) = &answer {
            laws::hold(answer, client.door().document());
        }
        let said = answer.as_ref().map(|answer| said(&call, answer));
        let ended = if said.is_some() { ended } else { u64::MAX };
        let operation = Operation { id, call, answer: said, began, ended, between: (since, until) };
        self.0.lock().expect("no panic").push(Entry { operation, typed: typed.map(str::to_owned) });
        (id, answer)
    }

    /// Everything that concerns a member: her own record and her tenant's.
    pub fn history(&self, tenant: &Record, secrets: &[(Id, std::sync::Arc<Phone>)]) -> Vec<Operation<Member>> {
        let end = now();
        let of = |record: &Record| -> Vec<_> {
            let entries = record.0.lock().expect("no panic");
            entries.iter().map(|entry| entry.finished(secrets, end)).collect()
        };
        let mut history = [of(self), of(tenant)].concat();
        history.sort_by_key(|operation| operation.began);
        history
    }
}

impl Entry {
    /// The operation as it is checked: an answer that never came may be of any later time.
    fn finished(&self, secrets: &[(Id, std::sync::Arc<Phone>)], end: u64) -> Operation<Member> {
        let mut operation = self.operation.clone();
        if operation.answer.is_none() {
            operation.between.1 = end;
        }
        if let (Some(typed), Call::Code { shown, .. } | Call::EnrolConfirm { shown, .. }) =
            (&self.typed, &mut operation.call)
        {
            let steps = operation.between.0 / PERIOD - 3..=operation.between.1 / PERIOD + 3;
            for (whose, phone) in secrets {
                shown.extend(steps.clone().filter(|step| phone.code_at(*step) == *typed).map(|step| (*whose, step)));
            }
        }
        operation
    }
}

impl Clone for Operation<Member> {
    fn clone(&self) -> Self {
        let (call, answer) = (self.call.clone(), self.answer.clone());
        Self { id: self.id, call, answer, began: self.began, ended: self.ended, between: self.between }
    }
}

/// What was answered, in the specification's words.
fn said(call: &Call, answer: &Answer) -> Said {
    match answer.short().as_str() {
        "200" | "204" => accepted(call, answer),
        "429 throttled" => Said::Throttled,
        "401 code_refused" => Said::CodeRefused,
        "401 recovery_key_refused" => Said::KeyRefused,
        "401 recovery_key_older_set" => Said::OlderSet,
        "401 sign_in_expired" | "401 unauthenticated" => Said::No,
        "403 step_up_required" | "409 wrong_step" | "409 wrong_mode" => Said::No,
        "409 enrolment_superseded" | "409 proof_refused" | "410 enrolment_expired" => Said::No,
        other => Said::Unforeseen(other.to_owned()),
    }
}

fn accepted(call: &Call, answer: &Answer) -> Said {
    let body = if answer.body.is_empty() { Value::Null } else { answer.json() };
    match call {
        Call::Look { .. } => Said::Seen {
            left: body["recovery_keys"]["left"].as_u64().map(|left| left as u32),
            devices: body["devices"].as_array().map_or(0, Vec::len),
            sessions: body["sessions"].as_u64().unwrap_or_default() as usize,
        },
        Call::Password { .. }
        | Call::Code { door: Door::SignIn(_), .. }
        | Call::Key { door: Door::SignIn(_), .. }
        | Call::EnrolComplete { .. } => signed_in(&body),
        _ => Said::Done,
    }
}

fn signed_in(body: &Value) -> Said {
    let by = |method: &str| body["session"]["amr"].as_array().is_some_and(|all| all.contains(&method.into()));
    match body["next"].as_str() {
        Some("code") => Said::OwesCode,
        Some("enrol") => Said::OwesEnrolment,
        Some("done") if by("otp") => Said::InByCode,
        Some("done") if by("recovery") => {
            Said::InByKey { left: body["recovery"]["left"].as_u64().unwrap_or_default() as u32 }
        }
        Some("done") if by("device") => Said::InByDevice,
        Some("done") => Said::InByPassword,
        _ => Said::Unforeseen(body.to_string()),
    }
}
