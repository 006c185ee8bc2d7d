//! A hundred million members on a Monday morning: what waits for what, how long, and what it costs. Nothing is asked of an
//! edge: it is computed from what was measured and what is documented, all of it in `inputs.rs`, and comes out the same
//! each time.
//!
//! `cargo xtask bench plan` prints it and writes it into `tests/bench/SCALE.md`.

mod distance;
mod draw;
mod inputs;
mod page;
mod queue;
mod tenants;

#[path = "../../cost/kept.rs"]
mod kept;
#[path = "../prices.rs"]
mod prices;

use edge_mfa_tests::json;

fn main() {
    let (tables, rows) = page::computed();
    println!("{tables}");
    let path = edge_mfa_tests::edge::checkout().join("tests/bench/SCALE.md");
    let text = std::fs::read_to_string(&path).expect("the page");
    std::fs::write(&path, page::filled(&text, &tables)).expect("the page is written");
    if let Some(file) = std::env::var_os("EDGE_MFA_BENCH_ROWS") {
        let rows = rows.into_iter().map(|(name, unit, ours)| json!({"name": name, "unit": unit, "ours": ours}));
        std::fs::write(file, json!(rows.collect::<Vec<_>>()).to_string()).expect("the rows are written");
    }
}
