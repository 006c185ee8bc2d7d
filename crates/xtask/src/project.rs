//! Where things are.

use std::path::{Path, PathBuf};

/// The checkout. Known at compile time, because `cargo xtask` always compiles its own checkout's.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here)
}

/// Everything that the set-up makes, apart from system packages and node_modules.
pub(crate) fn tools() -> PathBuf {
    root().join(".tools")
}

/// The tools that cargo installed.
pub(crate) fn tools_bin() -> PathBuf {
    tools().join("bin")
}

/// The tools that npm installed.
pub(crate) fn node_bin() -> PathBuf {
    root().join("node_modules/.bin")
}

/// What `cargo xtask dev` keeps between runs: the local edge's KV and Durable Objects.
pub(crate) fn edge_state() -> PathBuf {
    root().join(".edge")
}
