//! What is owed to others is worked off by alarms. A call that fails there delays it, and loses nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::rounds::say;
use edge_mfa_tests::{Administrator, Edge, Tenant, eventually, json};

use crate::Draw;
use crate::switch::{ENTRY, Fault, Seen, Switch};

#[test]
fn what_is_owed_arrives_whichever_call_of_an_alarm_fails() {
    let mut draw = Draw::from_seed();
    let edge = Edge::start_as(ENTRY);
    let switch = Switch::of(&edge);
    let seen = removal(&edge, &switch, None);
    let possible = seen.faults();
    // How often an alarm comes depends on what else is under way, so not every count is reached each time.
    let chosen: Vec<_> = match std::env::var("EDGE_MFA_ROUNDS_FAULTS").unwrap_or_default().as_str() {
        "all" => possible.iter().collect(),
        count => (0..count.parse().unwrap_or(4)).map(|_| draw.one_of(&possible)).collect(),
    };
    let (mut fired, mut failed) = (0, Vec::new());
    for fault in &chosen {
        match catch_unwind(AssertUnwindSafe(|| removal(&edge, &switch, Some(fault)))) {
            Ok(seen) => fired += usize::from(seen.fired),
            Err(_) => failed.push(fault.to_string()),
        }
        switch.release();
    }
    say(&format!("alarms: {} faults possible, {fired} of {} came to pass", possible.len(), chosen.len()));
    assert!(failed.is_empty(), "{}\n{}", draw.seed(), failed.join("\n"));
}

/// Whether no alarm does anything: nothing else makes a call meanwhile.
fn is_at_rest(switch: &Switch) -> bool {
    let before = switch.peek();
    std::thread::sleep(Duration::from_millis(600));
    let now = switch.peek();
    now.is_at_rest && now.counts == before.counts
}

/// A removal owes everything that there is to owe: an order, KV, the log, a notice.
fn removal(edge: &Edge, switch: &Switch, fault: Option<&Fault>) -> Seen {
    let anna = Administrator::of(&Tenant::mfa(edge));
    let bert = Enrolled::join(anna.tenant());
    let (tenant, username) = (anna.tenant(), bert.member.username.as_str());
    let id = anna.id_of(username);
    switch.hold(None);
    let removed = anna.ask(&format!("/members/{id}/remove"), json!({}));
    switch.release_with(fault);
    removed.is(204);
    let left = || anna.log().iter().filter(|entry| entry.event() == "left").count();
    let told = || edge.mailbox().told(&tenant.id, username).iter().filter(|notice| notice.event() == "left").count();
    let gone = || bert.member.session(&bert.client).status == 401 && left() > 0 && told() > 0;
    let is_quiet = fault.is_none_or(|fault| !fault.is_loud());
    let has_failed = |seen: Seen| seen.fired && (is_quiet || seen.alarmed());
    eventually("the fault, or rest", || has_failed(switch.peek()) || is_at_rest(switch));
    // What failed is tried again when its time has come.
    let seen = switch.later();
    eventually("what is owed for a removal", gone);
    switch.release();
    assert_eq!(left(), 1, "once in the log");
    assert!(!seen.fired || is_quiet || seen.alarmed(), "{:?}", seen.log);
    seen
}
