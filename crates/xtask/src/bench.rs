//! `cargo xtask bench`: what is measured and not tested. No number fails it; what has to hold beside the number does.

use crate::{Outcome, build, project, run, setup};

/// How fast a tenant is switched off, at the sizes given or at 10, 1,000 and 100,000 members.
pub(crate) fn switch_off(sizes: &[&str]) -> Outcome {
    setup::for_building()?;
    build::all()?;
    let mut cargo = run::cargo();
    // As a test: a benchmark's own profile is the Worker's, which is made small at length.
    cargo.args("test --quiet --package edge-mfa-tests --bench switch_off --".split(' ')).args(sizes);
    cargo.env("EDGE_MFA_ROOT", project::root());
    // workerd without wrangler's proxy and debugger, which would be measured too.
    cargo.env("EDGE_MFA_WRANGLER", project::root().join("tests/bench/edge.mjs"));
    run::show(&mut cargo)
}
