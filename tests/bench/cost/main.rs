//! What a million of each flow costs by the platform's public prices.
//!
//! Counts are taken of the shipped Worker by the meter that `tests/cost` holds it to, several times over: they are the same
//! each time. Processor time is what all of workerd spends on a flow, with what it plays here besides (the network, KV,
//! SQLite, the store of assets), so it is more than is charged for. Object time is a median, from a request's arrival to its answer,
//! where objects are not apart; each member's object that waits for its tenant's far away waits that much longer.
//!
//! `cargo xtask bench cost` starts it, with `edge.mjs` in wrangler's place.

#[path = "../prices.rs"]
mod prices;
#[path = "../process.rs"]
mod process;
mod processor;

use std::time::Duration;

use edge_mfa_tests::flow::{FLOWS, Flow};
use edge_mfa_tests::meter::{Counts, ENTRY, Meter, ObjectTime};
use edge_mfa_tests::rounds::{rounds, say};
use edge_mfa_tests::{Edge, Tenant, json};
use prices::{ITEMS, Usage};

/// How often each flow is gone through.
const TIMES: usize = 12;
/// By then the alarms that follow a flow have rung, the two seconds after a wrong password included.
const ALARMS: Duration = Duration::from_secs(4);

fn main() {
    let times = rounds("EDGE_MFA_ROUNDS_COST", TIMES);
    let counted = counted(times);
    let spent = spent(times);
    let flows = FLOWS.iter().zip(counted).zip(spent);
    let rows: Vec<_> = flows.map(|((flow, (counts, time)), cpu_ms)| (flow, counts, time, cpu_ms)).collect();
    println!(
        "\n| a million of | requests | to objects | alarms | rows read | written | KV read | CPU | tenant's object | member's |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for (flow, counts, time, cpu_ms) in &rows {
        let Counts { requests, to_tenant, to_member, alarms, rows_read, rows_written, kv_reads, .. } = counts;
        println!(
            "| {} | {requests} | {to_tenant} + {to_member} | {alarms} | {rows_read} | {rows_written} | {kv_reads} | \
             {cpu_ms:.1} ms | {:.1} ms | {:.1} ms |",
            flow.name, time.tenant_ms, time.member_ms
        );
    }
    println!("\n| a million of | {} | together |\n|---|{}---|", ITEMS.join(" | "), "---|".repeat(ITEMS.len()));
    let mut bill = Vec::new();
    for (flow, counts, time, cpu_ms) in &rows {
        let usage = Usage::of(counts, time, *cpu_ms);
        let items = usage.dollars().map(|dollars| format!("{dollars:.2}"));
        println!("| {} | {} | **${:.2}** |", flow.name, items.join(" | "), usage.total());
        bill.push(json!({"name": format!("a million: {}", flow.name), "unit": "$", "ours": usage.total()}));
        bill.push(json!({"name": format!("CPU, all of workerd: {}", flow.name), "unit": "ms", "ours": cpu_ms}));
    }
    if let Some(file) = std::env::var_os("EDGE_MFA_BENCH_ROWS") {
        std::fs::write(file, json!(bill).to_string()).expect("the rows are written");
    }
}

/// What each flow uses, and the median of the time that objects took for it.
fn counted(times: usize) -> Vec<(Counts, ObjectTime)> {
    let edge = Edge::start_as(ENTRY);
    let (meter, tenant) = (Meter::of(&edge), Tenant::mfa(&edge));
    let of_flow = |flow: &Flow| {
        say(&format!("counting: {}", flow.name));
        let seen: Vec<_> = (0..times)
            .map(|_| {
                let steps = (flow.prepare)(&tenant);
                meter.count(|| steps(&|| meter.settle()))
            })
            .collect();
        let (first, _) = seen[0];
        assert!(seen.iter().all(|(counts, _)| *counts == first), "{}: not the same each time", flow.name);
        let median = |of: fn(&ObjectTime) -> f64| {
            let mut all: Vec<f64> = seen.iter().map(|(_, time)| of(time)).collect();
            all.sort_by(f64::total_cmp);
            all[all.len() / 2]
        };
        (first, ObjectTime { tenant_ms: median(|it| it.tenant_ms), member_ms: median(|it| it.member_ms) })
    };
    FLOWS.iter().map(of_flow).collect()
}

/// Milliseconds of a processor that each flow takes, of the Worker as it is deployed; less what is spent when nobody asks.
fn spent(times: usize) -> Vec<f64> {
    let edge = Edge::start_without_proxy();
    let tenant = Tenant::mfa(&edge);
    let busy = || processor::milliseconds(edge.group());
    let of_flow = |flow: &Flow| {
        say(&format!("measuring: {}", flow.name));
        let people: Vec<_> = (0..times).map(|_| (flow.prepare)(&tenant)).collect();
        std::thread::sleep(ALARMS);
        let before = busy();
        std::thread::sleep(ALARMS);
        let idle = busy() - before;
        people.into_iter().for_each(|steps| steps(&|| ()));
        std::thread::sleep(ALARMS);
        (busy() - before - 2.0 * idle).max(0.0) / times as f64
    };
    FLOWS.iter().map(of_flow).collect()
}
