//! `cargo xtask example`: an example application, with an edge and a demo phone of its own beside it.

use crate::{Outcome, build, project, run, setup};
use std::process::Stdio;

/// What the examples are called, and what each shows.
const EXAMPLES: [(&str, &str); 3] = [
    ("openid", "a Node web application whose people sign in here, over OpenID Connect"),
    ("own-login", "a Node web application with its own passwords, which asks us for the second factor"),
    ("gate", "a static site behind nginx, which asks our gate who may see it"),
];

pub(crate) fn example(name: &str) -> Outcome {
    if !EXAMPLES.iter().any(|(known, _)| *known == name) {
        return Err(format!("there is no example `{name}`. The examples are\n\n{}", list()));
    }
    setup::for_building()?;
    build::all()?;
    let mut cargo = run::cargo();
    cargo.args(["run", "--quiet", "--package", "edge-mfa-tests", "--example", "start", "--", name]);
    cargo.env("EDGE_MFA_ROOT", project::root());
    cargo.env("EDGE_MFA_WRANGLER", project::node_bin().join("wrangler")).env("EDGE_MFA_SKIP_BUILD", "1");
    // It runs until somebody presses Enter.
    run::show(cargo.stdin(Stdio::inherit()))
}

pub(crate) fn list() -> String {
    EXAMPLES.iter().map(|(name, what)| format!("  {name:<12} {what}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::{EXAMPLES, project};

    #[test]
    fn every_folder_of_an_example_can_be_started_and_is_told_of() {
        let readme = std::fs::read_to_string(project::root().join("README.md")).unwrap();
        let entries = std::fs::read_dir(project::root().join("tests/examples")).unwrap().flatten();
        let folders = entries.filter(|entry| entry.path().is_dir());
        let mut folders: Vec<_> = folders.map(|folder| folder.file_name().into_string().unwrap()).collect();
        folders.sort();
        let mut known: Vec<_> = EXAMPLES.iter().map(|(name, _)| *name).collect();
        known.sort_unstable();
        assert_eq!(folders, known);
        let told = readme.split("`cargo xtask example").nth(1).unwrap().split("**").next().unwrap();
        assert!(known.iter().all(|name| told.contains(name)), "{told}");
    }
}
