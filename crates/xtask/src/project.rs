//! Where things are.

use std::path::{Path, PathBuf};

/// The checkout. Known at compile time, because `cargo xtask` always compiles its own checkout's.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here)
}

/// Where something is built: a checkout or a copy of one, and the folder in which cargo keeps what it downloads.
pub(crate) struct Place {
    pub(crate) checkout: PathBuf,
    pub(crate) cargo_home: PathBuf,
}

impl Place {
    pub(crate) fn here() -> Self {
        let own = std::env::var_os("CARGO_HOME").map(PathBuf::from);
        let usual = || std::env::home_dir().unwrap_or_default().join(".cargo");
        Self { checkout: root().to_owned(), cargo_home: own.unwrap_or_else(usual) }
    }

    /// A folder of unpacked crates for each registry: one, unless the person uses a mirror.
    pub(crate) fn unpacked_crates(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.cargo_home.join("registry/src"));
        entries.into_iter().flatten().filter_map(|entry| entry.ok().map(|entry| entry.path())).collect()
    }
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
