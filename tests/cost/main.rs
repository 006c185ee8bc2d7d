//! What each flow costs, in the units that the platform charges for. Counts are exact where times are not: whoever adds a
//! request between Worker and objects, a row or a key of KV finds it here.
//!
//! `cargo xtask bench cost` says what a million of each comes to, `tests/bench/SCALE.md` what that is for a hundred million
//! members.

mod kept;

#[path = "../bench/plan/distance.rs"]
mod distance;
#[path = "../bench/plan/draw.rs"]
mod draw;
#[path = "../bench/plan/inputs.rs"]
mod inputs;
#[path = "../bench/plan/page.rs"]
mod page;
#[path = "../bench/prices.rs"]
mod prices;
#[path = "../bench/plan/queue.rs"]
mod queue;
#[path = "../bench/plan/tenants.rs"]
mod tenants;

use edge_mfa_tests::flow::{self, FLOWS};
use edge_mfa_tests::meter::{ENTRY, Meter};
use edge_mfa_tests::{Edge, Tenant};
use kept::{AFTERWARDS, KEPT};

#[test]
fn each_flow_costs_what_is_kept_here() {
    let edge = Edge::start_as(ENTRY);
    let (meter, tenant) = (Meter::of(&edge), Tenant::mfa(&edge));
    let changed = FLOWS.iter().zip(KEPT).filter_map(|(flow, kept)| {
        let steps = (flow.prepare)(&tenant);
        let (counts, _) = meter.count(|| steps(&|| meter.settle()));
        (counts != kept).then(|| format!("{}:\n  kept  {kept}\n  costs {counts}", flow.name))
    });
    let changed: Vec<String> = changed.collect();
    assert!(changed.is_empty(), "\n{}", changed.join("\n"));
}

#[test]
fn a_member_who_does_nothing_costs_nothing() {
    let edge = Edge::start_as(ENTRY);
    let (meter, tenant) = (Meter::of(&edge), Tenant::mfa(&edge));
    let [now, whole] = [false, true].map(|time_passes| {
        let steps = (flow::named("remembered sign-in").prepare)(&tenant);
        meter.settle();
        if time_passes {
            meter.let_time_pass();
        }
        meter.count(|| steps(&|| meter.settle())).0
    });
    assert_eq!(whole.less(&now).to_string(), AFTERWARDS.to_string());
}

#[test]
fn the_page_says_what_the_plan_computes() {
    let path = edge_mfa_tests::edge::checkout().join("tests/bench/SCALE.md");
    let text = std::fs::read_to_string(path).expect("the page");
    let (tables, _) = page::computed();
    assert!(page::filled(&text, &tables) == text, "`cargo xtask bench plan` writes it anew");
}
