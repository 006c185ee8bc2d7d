//! The switch before every call of the platform, as worker.mjs has it.

use std::collections::BTreeMap;
use std::time::Duration;

use edge_mfa_tests::{Client, Edge, Value, json};

/// The module that is started instead of the one that is deployed, which it has inside.
pub const ENTRY: &str = "tests/faults/worker.mjs";

/// One call that fails, once.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Which kind of call.
    pub kind: String,
    /// The how manieth of its kind, from 1.
    pub at: u64,
    /// How it fails.
    pub mode: &'static str,
}

/// What was seen while a setting held.
#[derive(Debug)]
pub struct Seen {
    /// How often each kind of call was made.
    pub counts: BTreeMap<String, u64>,
    /// Whether the fault came to pass.
    pub fired: bool,
    /// What the Worker wrote to its log.
    pub log: Vec<String>,
    /// Whether no alarm is at work.
    pub is_at_rest: bool,
}

/// The door to it.
#[derive(Debug)]
pub struct Switch(Client);

impl Switch {
    /// Of an edge that was started as [`ENTRY`].
    pub fn of(edge: &Edge) -> Self {
        Self(Client::new(edge))
    }

    /// From now on alarms wait, and calls are counted; the one of `fault` fails.
    pub fn hold(&self, fault: Option<&Fault>) {
        let quiet = || self.set(&json!({"hold": true, "kv": "fresh"})).is_at_rest;
        self.set(&json!({"hold": true, "kv": "fresh"}));
        while !quiet() {
            std::thread::sleep(Duration::from_millis(10));
        }
        if let Some(Fault { kind, at, mode }) = fault {
            self.set(&json!({"hold": true, "kv": "fresh", "kind": kind, "at": at, "mode": mode}));
        }
    }

    /// Alarms do their work, and the call of `fault` fails in one of them.
    pub fn release_with(&self, fault: Option<&Fault>) -> Seen {
        let mut setting = json!({"hold": false, "kv": "fresh", "ahead": 0});
        if let Some(Fault { kind, at, mode }) = fault {
            setting["kind"] = json!(kind);
            setting["at"] = json!(at);
            setting["mode"] = json!(mode);
        }
        self.set(&setting)
    }

    /// What was seen so far.
    pub fn peek(&self) -> Seen {
        self.set(&json!({"peek": true}))
    }

    /// Two minutes go by: whatever is to be tried again is due.
    pub fn later(&self) -> Seen {
        self.set(&json!({"hold": false, "kv": "fresh", "ahead": 120_000}))
    }

    /// The clock is so many milliseconds ahead.
    pub fn goes_ahead(&self, milliseconds: u64) {
        self.set(&json!({"hold": false, "kv": "fresh", "ahead": milliseconds}));
    }

    /// The same while KV says nothing.
    pub fn goes_ahead_without_kv(&self, milliseconds: u64) {
        self.set(&json!({"hold": false, "kv": "absent", "ahead": milliseconds}));
    }

    /// The same, and a call of this kind fails.
    pub fn goes_ahead_and_fails(&self, milliseconds: u64, kind: &str) {
        let setting =
            json!({"hold": false, "kv": "fresh", "ahead": milliseconds, "kind": kind, "at": 1, "mode": "refuse"});
        self.set(&setting);
    }

    /// A call of this kind fails, whoever makes it.
    pub fn fail(&self, fault: &Fault) {
        let Fault { kind, at, mode } = fault;
        self.set(&json!({"hold": false, "kv": "fresh", "kind": kind, "at": at, "mode": mode}));
    }

    /// Everything is as it is without a switch.
    pub fn release(&self) -> Seen {
        self.kv("fresh")
    }

    /// What is read of KV: what is there ("fresh"), what was there ("frozen") or nothing ("absent").
    pub fn kv(&self, kv: &str) -> Seen {
        self.set(&json!({"hold": false, "kv": kv}))
    }

    fn set(&self, setting: &Value) -> Seen {
        let answer = self.0.ask("POST", "/api/faults").operator().json(setting).try_send();
        let seen = answer.expect("the switch answers").is(200);
        let counts = seen["counts"].as_object().expect("counts").iter();
        let lines = seen["log"].as_array().expect("lines").iter();
        Seen {
            counts: counts.map(|(kind, count)| (kind.clone(), count.as_u64().unwrap_or(0))).collect(),
            fired: seen["fired"] != 0,
            log: lines.map(|line| line.as_str().unwrap_or_default().to_owned()).collect(),
            is_at_rest: seen["running"] == 0,
        }
    }
}

impl Seen {
    /// Every fault that each of these calls can have.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (kind, count) in &self.counts {
            for at in 1..=*count {
                faults.extend(modes(kind).iter().map(|mode| Fault { kind: kind.clone(), at, mode }));
            }
        }
        faults
    }

    /// Whether somebody who watches the log would have noticed.
    pub fn alarmed(&self) -> bool {
        self.log.iter().any(|line| line.contains("\"log\":\"ALARM\"") || line.contains("\"log\":\"NOTED\""))
    }
}

impl Fault {
    /// Whether the platform says that it failed. A clock that is wrong does not, and the platform's binding asks it too.
    pub fn is_loud(&self) -> bool {
        !matches!(self.mode, "nothing" | "zero")
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.kind, self.at, self.mode)
    }
}

fn modes(kind: &str) -> &'static [&'static str] {
    match kind {
        "clock" => &["nothing", "zero"],
        "to tenant" | "to member" => &["refuse", "lose", "500", "cut"],
        "random" | "kv get" | "subtle" => &["refuse"],
        _ if kind.ends_with("rows") || kind.ends_with("panic") => &["refuse"],
        _ => &["refuse", "lose"],
    }
}
