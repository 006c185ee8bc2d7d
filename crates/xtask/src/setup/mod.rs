//! Sets up what is missing, says so, and does nothing twice.
//!
//! Each need first looks whether it is met, which is quick, and otherwise tries the plain way
//! before the way that works without open internet. Everything that can lies in `.tools/`.

mod apt;
mod cargo_tool;
mod debian_rust;
mod node;
mod older_rust;
mod programs;
mod python;
mod remap;
mod rust;
mod wasm_toolchain;

pub(crate) use older_rust::older_rust;
pub(crate) use programs::Programs;
pub(crate) use wasm_toolchain::{wasm_command, wasm_command_in, wasm_rust_version};

use crate::Outcome;
use crate::run::spell;
use crate::stamp::only_one_at_a_time;
use cargo_tool::CargoTool;
use std::time::Instant;

/// Something that a command cannot do without.
trait Need {
    fn is_met(&self) -> Outcome<bool>;
    /// What the person reads while it is being provided, with the time to expect.
    fn announcement(&self) -> String;
    fn provide(&self) -> Outcome;
}

/// What it takes to build the browser module and the Worker and to run them.
pub(crate) fn for_building() -> Outcome {
    provide(&needs_of_building()?)
}

/// What it takes to run every test.
pub(crate) fn for_testing() -> Outcome<Programs> {
    let mut needs: Vec<Box<dyn Need>> = vec![Box::new(rust::Components), Box::new(programs::Installed)];
    needs.extend(needs_of_building()?);
    needs.push(Box::new(CargoTool::geckodriver()));
    needs.push(Box::new(CargoTool::cargo_deny()));
    needs.push(Box::new(python::Packages));
    provide(&needs)?;
    Programs::found()
}

fn needs_of_building() -> Outcome<Vec<Box<dyn Need>>> {
    rust::check_version()?;
    node::check_version()?;
    Ok(vec![
        Box::new(wasm_toolchain::WasmToolchain),
        Box::new(node::Packages),
        Box::new(CargoTool::wasm_bindgen()?),
        Box::new(CargoTool::wasm_pack()),
        Box::new(CargoTool::worker_build()),
    ])
}

fn provide(needs: &[Box<dyn Need>]) -> Outcome {
    let mut unmet = Vec::new();
    for need in needs {
        if !need.is_met()? {
            unmet.push(need);
        }
    }
    if unmet.is_empty() {
        return Ok(());
    }
    let _lock = only_one_at_a_time("set-up")?;
    println!("Setting up what is missing ({} of {} steps).", unmet.len(), needs.len());
    for (index, need) in unmet.iter().enumerate() {
        // Another set-up may have provided it while this one waited for the lock.
        if need.is_met()? {
            continue;
        }
        println!("[{}/{}] {}", index + 1, unmet.len(), need.announcement());
        let started = Instant::now();
        need.provide()?;
        println!("      done in {}", spell(started.elapsed()));
    }
    cargo_tool::remove_what_building_left();
    Ok(())
}
