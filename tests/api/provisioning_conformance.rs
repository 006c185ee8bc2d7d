//! Whether it is SCIM 2.0: PyPI's `scim2-tester` discovers what the server says of itself, and tries all of it.

use std::process::Command;

use edge_mfa_tests::edge::checkout;
use edge_mfa_tests::{Administrator, Edge, Provisioner, Tenant};

#[test]
fn scim2_tester_finds_nothing_amiss() {
    let python = checkout().join(".tools/python/bin/python");
    assert!(python.is_file(), "the SCIM tester is not installed: `cargo xtask test` does that");
    let provisioner = Provisioner::of(&Administrator::of(&Tenant::mfa(Edge::shared())));
    let base = format!("{}{}", Edge::shared().door().origin(), provisioner.at(""));
    let mut tester = Command::new(python);
    tester.arg(checkout().join("tests/clients/scim-tester.py")).arg(base).env("SCIM_KEY", &provisioner.key);
    let said = tester.output().expect("it starts");
    let text = String::from_utf8_lossy(&said.stdout);
    assert!(said.status.success(), "{text}\n{}", String::from_utf8_lossy(&said.stderr));
    // A check that was left out is none that passed, so this is all of them.
    assert!(text.ends_with("checks passed\n"), "{text}");
}
