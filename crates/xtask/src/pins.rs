//! The versions of the tools, in one place. What npm brings is pinned in package.json and
//! package-lock.json; wasm-bindgen's version is whatever Cargo.lock says.

use crate::{Outcome, project};
use std::fs;

pub(crate) const WORKER_BUILD: &str = "0.8.7";
pub(crate) const WASM_PACK: &str = "0.15.1";
pub(crate) const CARGO_DENY: &str = "0.20.2";
/// For `cargo xtask campaign mutation`; whoever runs it installs it.
pub(crate) const CARGO_MUTANTS: &str = "27.1.0";
pub(crate) const GECKODRIVER: &str = "0.37.1";

/// The oldest Node that the pinned wrangler runs on.
pub(crate) const OLDEST_NODE: (u32, u32) = (20, 3);

/// The oldest Python that the SCIM tester runs on.
pub(crate) const OLDEST_PYTHON: (u32, u32) = (3, 11);

/// The oldest Rust that the published crate compiles with (`rust-version` in its Cargo.toml).
pub(crate) const OLDEST_RUST_OF_THE_CORE: &str = "1.85";

/// The oldest Rust that the workspace compiles with (`rust-version` in Cargo.toml).
pub(crate) const OLDEST_RUST_MINOR: u32 = 91;

/// The command-line tool must have exactly the version of the library, or it refuses the module.
pub(crate) fn wasm_bindgen() -> Outcome<String> {
    let lock = fs::read_to_string(project::root().join("Cargo.lock"))
        .map_err(|error| format!("Cargo.lock cannot be read: {error}"))?;
    locked_version(&lock, "wasm-bindgen").ok_or_else(|| "Cargo.lock names no version of wasm-bindgen".to_owned())
}

/// What npm brings, as package-lock.json says it.
pub(crate) fn npm(package: &str) -> Outcome<String> {
    let lock = fs::read_to_string(project::root().join("package-lock.json"))
        .map_err(|error| format!("package-lock.json cannot be read: {error}"))?;
    let lock: serde_json::Value =
        serde_json::from_str(&lock).map_err(|error| format!("package-lock.json cannot be read: {error}"))?;
    let version = lock["packages"][format!("node_modules/{package}")]["version"].as_str();
    version.map(str::to_owned).ok_or(format!("package-lock.json names no version of {package}"))
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let entry = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    entry.1.split('"').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::locked_version;

    #[test]
    fn the_version_is_that_of_the_package_itself_not_of_one_named_alike() {
        let lock = "[[package]]\nname = \"wasm-bindgen-test\"\nversion = \"0.3.1\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "worker"), None);
    }
}
