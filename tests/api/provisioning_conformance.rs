//! Whether it is SCIM 2.0: PyPI's `scim2-tester` discovers what the server says of itself, and tries all of it.

use edge_mfa_tests::{Administrator, Edge, Provisioner, Tenant, python, rounds};

#[test]
fn scim2_tester_finds_nothing_amiss() {
    let provisioner = Provisioner::of(&Administrator::of(&Tenant::mfa(Edge::shared())));
    let base = format!("{}{}", Edge::shared().door().origin(), provisioner.at(""));
    let mut tester = python::program("scim-tester.py");
    tester.arg(base).env("SCIM_KEY", &provisioner.key);
    let said = tester.output().expect("it starts");
    let text = String::from_utf8_lossy(&said.stdout);
    assert!(said.status.success(), "{text}\n{}", String::from_utf8_lossy(&said.stderr));
    // A check that was left out is none that passed, so this is all of them.
    assert!(text.ends_with("checks passed\n"), "{text}");
    rounds::say(text.trim());
}
