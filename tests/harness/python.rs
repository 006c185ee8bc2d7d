//! Python with what PyPI brings: other people's software that we are held against.

use std::process::Command;

use crate::edge::checkout;

/// Runs one of the programs in `tests/clients`, with the packages that are pinned there.
pub fn program(name: &str) -> Command {
    let python = checkout().join(".tools/python/bin/python");
    assert!(python.is_file(), "Python's packages are not installed: `cargo xtask test` does that");
    let mut command = Command::new(python);
    command.arg(checkout().join("tests/clients").join(name));
    command
}
