//! Counts and latencies, per route and outcome.
//!
//! An answer comes from one of many isolates, so what one of them counts means nothing by itself. Each sums in memory
//! and hands its sums to a small object that only ever adds ([`crate::metrics_object`]), ten seconds after the first
//! answer that it has not handed over. Nobody waits for that. What can be lost are numbers: those of an isolate that ends
//! within the ten seconds, and of a hand-over that fails. Nothing is counted twice: what is handed over is forgotten
//! first.
//!
//! Routes, statuses and codes come from our own tables, and no tenant is a label: there is an end to their number.

mod text;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use worker::{AnalyticsEngineDataPointBuilder, Delay, Env};

use crate::error::Problem;
use crate::object_ref::{self, METRICS};
use crate::runtime;
pub(crate) use text::render;

/// How long an isolate keeps its sums to itself.
const HANDED_OVER_AFTER: Duration = Duration::from_secs(10);

/// A hand-over that has not come about by then never will: the next answer sees to another.
const GIVEN_UP_AFTER_MS: u64 = 30_000;

/// Upper bounds of the histograms' buckets, in milliseconds: a session check is at the lower end, a password's hash in
/// the middle, whoever waits for an identity provider at the upper.
const BUCKETS: [u64; 11] = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

/// What was counted.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sums {
    /// By route, status and code.
    answers: BTreeMap<String, u64>,
    /// By route and outcome.
    latencies: BTreeMap<String, Histogram>,
    alarms: u64,
}

/// How long answers took.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Histogram {
    /// Answers up to each bound and above the one before; at last those above all.
    buckets: [u64; BUCKETS.len() + 1],
    sum_ms: u64,
}

thread_local! {
    static SUMS: RefCell<Sums> = RefCell::default();
    /// When a hand-over was seen to; zero when none is due.
    static SEEN_TO: Cell<u64> = const { Cell::new(0) };
    /// When an object here handed over last.
    static ALARMS_AT: Cell<u64> = const { Cell::new(0) };
}

/// Counts an answer.
pub(crate) fn count(route: &str, status: u16, code: &str, millis: u64) {
    SUMS.with_borrow_mut(|sums| sums.answered(route, status, code, millis));
}

/// Counts an alarm.
pub(crate) fn count_alarm() {
    SUMS.with_borrow_mut(|sums| sums.alarms = sums.alarms.saturating_add(1));
}

/// Sees to it that what is counted is handed over, by work that nobody waits for: `later` keeps the platform from
/// ending it with the answer. At most one at a time.
pub(crate) fn hand_over_later(env: &Env, later: impl FnOnce(HandOver)) {
    let now = runtime::millis();
    let is_seen_to = SEEN_TO.get() != 0 && now.saturating_sub(SEEN_TO.get()) < GIVEN_UP_AFTER_MS;
    let is_empty = SUMS.with_borrow(|sums| *sums == Sums::default());
    if !is_seen_to && !is_empty {
        SEEN_TO.set(now.max(1));
        later(HandOver(env.clone()));
    }
}

/// The same where an object runs: it counts alarms alone, and the platform may put it away at any time. So it hands them
/// over at once; those that come too soon after that go with the next.
pub(crate) fn hand_over_alarms(env: &Env, later: impl FnOnce(HandOver)) {
    let now = runtime::millis();
    let is_due = now.saturating_sub(ALARMS_AT.get()) >= HANDED_OVER_AFTER.as_millis() as u64;
    if is_due && SUMS.with_borrow(|sums| sums.alarms > 0) {
        ALARMS_AT.set(now);
        later(HandOver(env.clone()));
    }
}

/// Sums on their way to the object that keeps them.
pub(crate) struct HandOver(Env);

impl HandOver {
    /// In a while, with what will have been counted until then.
    pub(crate) async fn soon(self) {
        Delay::from(HANDED_OVER_AFTER).await;
        SEEN_TO.set(0);
        self.now().await;
    }

    pub(crate) async fn now(self) {
        let sums = SUMS.take();
        // What fails costs numbers only; it is an alarm already, and counted with the next.
        let _ = object_ref::add_metrics(&self.0, &sums).await;
    }
}

/// Writes one answer to Workers Analytics Engine, where the operator has bound a data set.
pub(crate) fn write_data_point(env: &Env, route: &str, tenant: &str, status: u16, code: &str, millis: u64) {
    let Ok(data_set) = env.analytics_engine(METRICS) else { return };
    let point = AnalyticsEngineDataPointBuilder::new()
        .indexes([route])
        .add_blob(route)
        .add_blob(tenant)
        .add_blob(code)
        .add_double(f64::from(status))
        .add_double(millis as f64)
        .build();
    if let Err(error) = data_set.write_data_point(&point) {
        crate::journal::noted(&format!("a data point was not written: {error}"));
    }
}

impl Sums {
    fn answered(&mut self, route: &str, status: u16, code: &str, millis: u64) {
        let answers = self.answers.entry(format!("{route}|{status}|{code}")).or_default();
        *answers = answers.saturating_add(1);
        let outcome = match status {
            0..400 => "success",
            400..500 => "refused",
            _ => "failed",
        };
        let latency = self.latencies.entry(format!("{route}|{outcome}")).or_default();
        let place = BUCKETS.iter().position(|bound| millis <= *bound).unwrap_or(BUCKETS.len());
        if let Some(bucket) = latency.buckets.get_mut(place) {
            *bucket = bucket.saturating_add(1);
        }
        latency.sum_ms = latency.sum_ms.saturating_add(millis);
    }

    /// Adds what another has counted.
    pub(crate) fn add(&mut self, other: Sums) {
        for (series, count) in other.answers {
            let sum = self.answers.entry(series).or_default();
            *sum = sum.saturating_add(count);
        }
        for (series, histogram) in other.latencies {
            let sum = self.latencies.entry(series).or_default();
            for (bucket, more) in sum.buckets.iter_mut().zip(histogram.buckets) {
                *bucket = bucket.saturating_add(more);
            }
            sum.sum_ms = sum.sum_ms.saturating_add(histogram.sum_ms);
        }
        self.alarms = self.alarms.saturating_add(other.alarms);
    }
}

/// All that was handed over so far. A part that does not answer fails the whole: a sum without it would look as if
/// counting had begun anew.
pub(crate) async fn all(env: &Env) -> Result<Sums, Problem> {
    let mut all = Sums::default();
    for sums in object_ref::read_metrics(env).await? {
        all.add(sums);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_two_isolates_are_as_if_one_had_counted() {
        let answers =
            [("GET /a", 200, "ok", 3), ("GET /a", 200, "ok", 5), ("GET /a", 401, "x", 6), ("none", 500, "y", 99_999)];
        let (mut one, mut first, mut second) = (Sums::default(), Sums::default(), Sums::default());
        for (number, (route, status, code, millis)) in answers.into_iter().enumerate() {
            one.answered(route, status, code, millis);
            if number % 2 == 0 { &mut first } else { &mut second }.answered(route, status, code, millis);
        }
        first.add(second);
        assert_eq!(first, one);
        let text = render(&one);
        for line in [
            "edge_mfa_requests_total{route=\"GET /a\",status=\"200\",code=\"ok\"} 2",
            "edge_mfa_request_duration_seconds_bucket{route=\"GET /a\",outcome=\"success\",le=\"0.005\"} 2",
            "edge_mfa_request_duration_seconds_bucket{route=\"GET /a\",outcome=\"refused\",le=\"0.01\"} 1",
            "edge_mfa_request_duration_seconds_bucket{route=\"none\",outcome=\"failed\",le=\"10\"} 0",
            "edge_mfa_request_duration_seconds_bucket{route=\"none\",outcome=\"failed\",le=\"+Inf\"} 1",
            "edge_mfa_request_duration_seconds_sum{route=\"none\",outcome=\"failed\"} 99.999",
        ] {
            assert!(text.lines().any(|it| it == line), "{line} is not in\n{text}");
        }
    }
}
