//! `cargo xtask example`: an example application, with an edge and a demo phone of its own beside it.

use crate::{Outcome, build, project, run, setup};

/// What the examples are called, and what each shows.
const EXAMPLES: [(&str, &str); 1] =
    [("openid", "a Node web application whose people sign in here, over OpenID Connect")];

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
    run::show(&mut cargo)
}

pub(crate) fn list() -> String {
    EXAMPLES.iter().map(|(name, what)| format!("  {name:<12} {what}\n")).collect()
}
