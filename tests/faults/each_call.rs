//! Each operation, each of its calls, each way in which that can fail.

use std::panic::{AssertUnwindSafe, catch_unwind};

use edge_mfa_tests::rounds::say;
use edge_mfa_tests::{Edge, Tenant};

use crate::Draw;
use crate::operations::{OPERATIONS, World};
use crate::switch::{ENTRY, Fault, Switch};

#[test]
fn whichever_call_fails_it_is_refused_whole_and_works_when_it_is_sent_again() {
    let mut draw = Draw::from_seed();
    let rounds = std::env::var("EDGE_MFA_ROUNDS_FAULTS").unwrap_or_else(|_| "1".to_owned());
    let only = std::env::var("EDGE_MFA_FAULT").ok();
    let edge = Edge::start_as(ENTRY);
    let (switch, world) = (Switch::of(&edge), World { edge: &edge, tenant: Tenant::mfa(&edge) });
    let (mut tried, mut failed) = (0, Vec::new());
    for (name, operation) in OPERATIONS {
        let only = only.as_deref().map(|only| only.strip_prefix(name).and_then(|rest| rest.strip_prefix(": ")));
        if only == Some(None) {
            continue;
        }
        let mut attempt = |fault: Option<&Fault>, again: bool| {
            let what = fault.map_or_else(|| "nothing".to_owned(), ToString::to_string);
            let line = format!("{name}: {what} fails{}", if again { ", asked again" } else { "" });
            let seen = catch_unwind(AssertUnwindSafe(|| operation(&world).run(&switch, fault, again)));
            switch.release();
            if seen.is_err() {
                say(&format!("BROKEN {line}"));
                failed.push(line);
            }
            seen.ok()
        };
        let Some(seen) = attempt(None, false) else { continue };
        let mut faults = seen.faults();
        if let Some(Some(only)) = only {
            faults.retain(|fault| fault.to_string().contains(only));
        }
        let chosen: Vec<_> = match rounds.parse() {
            Ok(count) => (0..count).map(|_| (draw.one_of(&faults), draw.coin())).collect(),
            Err(_) => faults.iter().flat_map(|fault| [(fault, true), (fault, false)]).collect(),
        };
        let fired = chosen.iter().filter(|(fault, again)| attempt(Some(fault), *again).is_some_and(|seen| seen.fired));
        let fired = fired.count();
        tried += fired;
        say(&format!("{name}: {} faults possible, {fired} of {} came to pass", faults.len(), chosen.len()));
    }
    say(&format!("faults: {tried} came to pass, {} broke a promise", failed.len()));
    assert!(failed.is_empty(), "{}\n{}", draw.seed(), failed.join("\n"));
}
