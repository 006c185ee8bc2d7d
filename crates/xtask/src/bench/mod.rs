//! `cargo xtask bench`: what is measured and not tested. No number fails it; what has to hold beside the number does.

mod core;
mod cost;
mod edge;
mod growth;
mod pages;
mod peers;
mod size;
mod table;
mod wasm;

use crate::setup::{self, wasm_command};
use crate::{Outcome, build, project, run};
use std::path::Path;
use std::process::Command;

/// One kind of figures, measured beside those of others: its rows go to the file that it is handed.
struct Part {
    name: &'static str,
    what: &'static str,
    measure: fn(&Path) -> Outcome,
}

const PARTS: &[Part] = &[
    Part { name: "core", what: "codes, recovery keys, decisions and records, natively", measure: core::measure },
    Part { name: "wasm", what: "codes and QR codes in V8, beside npm's", measure: wasm::measure },
    Part { name: "size", what: "what a page loads for them", measure: size::measure },
    Part {
        name: "pages",
        what: "what pages weigh, and how soon they can be used on a slow phone",
        measure: pages::measure,
    },
    Part {
        name: "edge",
        what: "a code, a sign-in, a session check under load, and the start (6 min)",
        measure: edge::measure,
    },
    Part {
        name: "growth",
        what: "members, tenants and a hot tenant: what stays flat, and bytes stored",
        measure: growth::measure,
    },
    Part { name: "cost", what: "what a million of each flow costs by the public prices", measure: cost::cost },
    Part { name: "plan", what: "a hundred million members on a Monday morning, computed", measure: cost::plan },
];

pub(crate) fn list_of_parts() -> String {
    PARTS.iter().map(|part| format!("  {:<8} {}\n", part.name, part.what)).collect()
}

/// Measures the parts named, or all of them, and prints one table of all; the same goes to `target/bench/` as JSON.
pub(crate) fn side_by_side(names: &[&str]) -> Outcome {
    if let Some(unknown) = names.iter().find(|name| PARTS.iter().all(|part| part.name != **name)) {
        return Err(format!("there is no benchmark `{unknown}`. Those side by side are\n\n{}", list_of_parts()));
    }
    setup::for_building()?;
    build::all()?;
    let mut rows = Vec::new();
    for part in PARTS.iter().filter(|part| names.is_empty() || names.contains(&part.name)) {
        println!("\n{}: {}", part.name, part.what);
        let file = table::file_of(part.name)?;
        (part.measure)(&file).map_err(|message| format!("the benchmark stopped at `{}`: {message}", part.name))?;
        rows.extend(table::rows_of(&file)?);
    }
    show(&rows);
    let all = table::file_of("all")?;
    table::write(&all, &rows)?;
    println!("The same as JSON: {}", all.display());
    Ok(())
}

fn show(rows: &[serde_json::Value]) {
    println!("\n{}", table::written(rows));
}

pub(crate) use growth::growth;

/// How fast a tenant is switched off, at the sizes given or at 10, 1,000 and 100,000 members.
pub(crate) fn switch_off(sizes: &[&str]) -> Outcome {
    setup::for_building()?;
    build::all()?;
    run::show(measured("switch_off").arg("--").args(sizes))
}

/// What floods cost the others. `EDGE_MFA_ROUNDS_LOAD` says for how many seconds each.
pub(crate) fn load() -> Outcome {
    setup::for_building()?;
    build::all()?;
    run::show(&mut measured("load"))
}

/// So many seconds of each flood, for the tests: a machine's speed fails nothing, an answer that is no refusal does.
pub(crate) fn shortest_load() -> Outcome {
    build::all()?;
    let mut cargo = measured("load");
    if std::env::var_os("EDGE_MFA_ROUNDS_LOAD").is_none() {
        cargo.env("EDGE_MFA_ROUNDS_LOAD", "2");
    }
    run::show(&mut cargo)
}

/// Whether the time of an answer tells who is a member.
pub(crate) fn unknown() -> Outcome {
    setup::for_building()?;
    build::all()?;
    run::show(&mut measured("unknown"))
}

/// Whether the time of a comparison tells how near a wrong value is, in the engine that workerd is made of.
pub(crate) fn timing() -> Outcome {
    setup::for_building()?;
    let module = build::comparisons()?;
    run::show(wasm_command("node").arg(project::root().join("crates/comparisons/timing.mjs")).arg(module))
}

fn measured(name: &str) -> Command {
    let mut cargo = run::cargo();
    // As a test: what is measured is another process, and the benchmarks' own profile takes long to compile.
    cargo.args(["test", "--quiet", "--package", "edge-mfa-tests", "--bench", name]);
    cargo.env("EDGE_MFA_ROOT", project::root());
    // workerd without wrangler's proxy and debugger, which would be measured too.
    cargo.env("EDGE_MFA_WRANGLER", project::root().join("tests/bench/edge.mjs"));
    cargo
}
