//! What the platform charges for, counted by a module around the Worker that is deployed.

use std::fmt;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::Client;
use crate::edge::Edge;

/// The module that is started instead of the one that is deployed, which it has inside.
pub const ENTRY: &str = "tests/cost/worker.mjs";

/// The door to it.
#[derive(Debug)]
pub struct Meter(Client);

/// What was counted: all of it is exact, but for the time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests to the Worker.
    pub requests: u64,
    /// Requests to tenants' objects.
    pub to_tenant: u64,
    /// Requests to members' objects.
    pub to_member: u64,
    /// Alarms that rang, each of which is charged as a request to an object.
    pub alarms: u64,
    /// Rows of objects that were read.
    pub rows_read: u64,
    /// Rows of objects that were written; an alarm that is set is charged as one.
    pub rows_written: u64,
    /// Keys of KV that were read.
    pub kv_reads: u64,
    /// Keys of KV that were written.
    pub kv_writes: u64,
    /// Requests to the notifier, for which nobody is charged here.
    pub notices: u64,
}

/// How long objects were at work, each from a request's arrival to its answer.
#[derive(Clone, Copy, Debug)]
pub struct ObjectTime {
    /// Tenants' objects.
    pub tenant_ms: f64,
    /// Members' objects; the wait for a tenant's is in it.
    pub member_ms: f64,
}

impl Meter {
    /// Of an edge that was started as [`ENTRY`].
    pub fn of(edge: &Edge) -> Self {
        Self(Client::new(edge))
    }

    /// What `act` and all that follows of it costs, and how long objects were at work for it.
    pub fn count(&self, act: impl FnOnce()) -> (Counts, ObjectTime) {
        self.settle();
        self.ask(&json!({"anew": true}));
        act();
        self.settle();
        let seen = self.ask(&json!({}));
        let time = |name: &str| seen[name].as_f64().expect("milliseconds");
        (Counts::of(&seen), ObjectTime { tenant_ms: time("tenant_ms"), member_ms: time("member_ms") })
    }

    /// Waits until everything is over that somebody began, alarms and what they send included.
    pub fn settle(&self) {
        let began = Instant::now();
        while self.ask(&json!({}))["at_rest"] != true {
            assert!(began.elapsed() < Duration::from_secs(30), "what was asked for does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// From now on time passes as fast as alarms are set: whatever would ring on a later day rings at once.
    pub fn let_time_pass(&self) {
        self.ask(&json!({"passes": true}));
    }

    fn ask(&self, what: &Value) -> Value {
        let answer = self.0.ask("POST", "/api/costs").operator().json(what).try_send();
        answer.expect("the meter answers").is(200)
    }
}

impl Counts {
    fn of(seen: &Value) -> Self {
        let number = |name: &str| seen[name].as_u64().unwrap_or_else(|| panic!("{name} in {seen}"));
        Self {
            requests: number("requests"),
            to_tenant: number("to_tenant"),
            to_member: number("to_member"),
            alarms: number("alarms"),
            rows_read: number("rows_read"),
            rows_written: number("rows_written") + number("alarms_set"),
            kv_reads: number("kv_reads"),
            kv_writes: number("kv_writes"),
            notices: number("notices"),
        }
    }

    /// What these are more than others.
    #[must_use]
    pub fn less(&self, other: &Self) -> Self {
        Self {
            requests: self.requests - other.requests,
            to_tenant: self.to_tenant - other.to_tenant,
            to_member: self.to_member - other.to_member,
            alarms: self.alarms - other.alarms,
            rows_read: self.rows_read - other.rows_read,
            rows_written: self.rows_written - other.rows_written,
            kv_reads: self.kv_reads - other.kv_reads,
            kv_writes: self.kv_writes - other.kv_writes,
            notices: self.notices - other.notices,
        }
    }
}

/// As the tests keep it.
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { requests, to_tenant, to_member, alarms, rows_read, rows_written, kv_reads, kv_writes, notices } =
            self;
        write!(
            f,
            "requests {requests}, to tenant {to_tenant}, to member {to_member}, alarms {alarms}, rows read \
             {rows_read}, rows written {rows_written}, KV reads {kv_reads}, KV writes {kv_writes}, notices {notices}"
        )
    }
}
