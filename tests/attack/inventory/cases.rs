//! What was tried on which route, and what came out otherwise than it should.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use edge_mfa_tests::client::Ask;
use edge_mfa_tests::{Answer, Value};

use super::people::Site;
use super::route::Route;

/// The cases of one kind. A case that fails does not keep the next from being tried: all are told at the end.
#[derive(Debug, Default)]
pub struct Cases {
    /// How many, by route.
    pub counts: BTreeMap<String, usize>,
    /// What came out otherwise.
    pub faults: Vec<String>,
}

impl Cases {
    /// Sends something that must be answered with this status and code.
    pub fn expect(&mut self, route: &Route, what: &str, ask: Ask<'_>, expected: &str) -> Option<Answer> {
        self.answered(route, what, expected, || ask.send())
    }

    /// The same, whatever sends it.
    pub fn answered(
        &mut self,
        route: &Route,
        what: &str,
        expected: &str,
        send: impl FnOnce() -> Answer,
    ) -> Option<Answer> {
        let mut found = None;
        self.holds(route, what, || {
            let answer = send();
            let (is, expected) = match route.is_scim() {
                true => (answer.status.to_string(), &expected[..3]),
                false => (answer.short(), expected),
            };
            let text = answer.text();
            found = Some(answer);
            if is == expected { Ok(()) } else { Err(format!("expected {expected}, got {is}: {text:.300}")) }
        });
        found
    }

    /// Something that must be so. A panic (of the harness, whose laws hold for every answer) is a fault like any.
    pub fn holds(&mut self, route: &Route, what: &str, check: impl FnOnce() -> Result<(), String>) {
        *self.counts.entry(route.name()).or_default() += 1;
        self.look(route, what, check);
    }

    fn look(&mut self, route: &Route, what: &str, check: impl FnOnce() -> Result<(), String>) {
        self.told_of(&format!("{} [{what}]", route.name()), check);
    }

    fn told_of(&mut self, what: &str, check: impl FnOnce() -> Result<(), String>) {
        let outcome = catch_unwind(AssertUnwindSafe(check)).unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            Err(text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("a panic").to_owned())
        });
        if let Err(fault) = outcome {
            self.faults.push(format!("{what}: {fault}"));
        }
    }

    /// Holds what can be seen of a site against what could be seen before; gives what can be seen now. It belongs to
    /// the cases before it and is none by itself.
    pub fn unchanged(&mut self, route: &Route, site: &Site, before: Value) -> Value {
        let mut now = Value::Null;
        self.look(route, "nothing happened", || {
            now = site.seen();
            let changed = |name: &&String| now[name.as_str()] != before[name.as_str()];
            let parts: Vec<_> = before.as_object().into_iter().flatten().map(|it| it.0).filter(changed).collect();
            let told = |name: &&String| format!("{name}: {} -> {}", before[name.as_str()], now[name.as_str()]);
            if parts.is_empty() { Ok(()) } else { Err(parts.iter().map(told).collect::<Vec<_>>().join("; ")) }
        });
        if now.is_null() { before } else { now }
    }

    /// What was begun at a site before the cases can still be ended after them.
    pub fn goes_on(&mut self, site: &Site) {
        self.told_of("at the end", || {
            site.can_go_on();
            Ok(())
        });
    }

    /// Panics with everything that came out otherwise.
    pub fn all_held(&self) {
        assert!(self.faults.is_empty(), "{} cases:\n{}", self.faults.len(), self.faults.join("\n"));
    }
}
