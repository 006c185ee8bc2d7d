//! The platform's public prices: Cloudflare's Workers Paid plan, beyond what its monthly fee includes, as of 23 November
//! 2026. In dollars for a million.

use edge_mfa_tests::meter::{Counts, ObjectTime};

/// What is used, in the units that are charged for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    /// Requests to the Worker.
    pub requests: f64,
    /// Milliseconds of a processor that the Worker takes.
    pub cpu_ms: f64,
    /// Requests to objects, and alarms that ring.
    pub object_requests: f64,
    /// Milliseconds that objects are at work, one by one.
    pub object_ms: f64,
    /// Rows read.
    pub rows_read: f64,
    /// Rows written; an alarm that is set is one.
    pub rows_written: f64,
    /// Keys read of KV, each key of a bulk for itself.
    pub kv_reads: f64,
    /// Keys written to KV.
    pub kv_writes: f64,
}

/// An object is charged for 128 MB, whatever it takes: in GB.
const OBJECT_GB: f64 = 0.128;

impl Usage {
    /// Of what was counted and measured.
    pub fn of(counts: &Counts, time: &ObjectTime, cpu_ms: f64) -> Self {
        let number = |count: u64| count as f64;
        Self {
            requests: number(counts.requests),
            cpu_ms,
            object_requests: number(counts.to_tenant + counts.to_member + counts.alarms),
            object_ms: time.tenant_ms + time.member_ms,
            rows_read: number(counts.rows_read),
            rows_written: number(counts.rows_written),
            kv_reads: number(counts.kv_reads),
            kv_writes: number(counts.kv_writes),
        }
    }

    /// What a million of it costs, item by item, in the order of [`ITEMS`].
    pub fn dollars(&self) -> [f64; ITEMS.len()] {
        [
            0.30 * self.requests,
            0.02 * self.cpu_ms,
            0.15 * self.object_requests,
            12.50 * OBJECT_GB * self.object_ms / 1000.0,
            0.001 * self.rows_read,
            1.00 * self.rows_written,
            0.50 * self.kv_reads,
            5.00 * self.kv_writes,
        ]
    }

    /// What a million of it costs.
    pub fn total(&self) -> f64 {
        self.dollars().iter().sum()
    }
}

/// What is charged for.
pub const ITEMS: [&str; 8] =
    ["requests", "CPU", "object requests", "object time", "rows read", "rows written", "KV reads", "KV writes"];
