//! Another organisation beside the local edge, to try an external identity provider with: the one that the tests use.

use super::companion::Companion;
use crate::{Outcome, project, run};

/// What an administrator fills in. The directory's id and the client's are anything of the right shape.
const DIRECTORY: &str = "5a0c5c1e-1111-4222-8333-0123456789ab";
pub(super) const CLIENT_ID: &str = "edge-mfa-on-this-machine";
/// Protects nothing: the provider lets in whoever gives any name, and listens on this machine alone.
pub(super) const CLIENT_SECRET: &str = "not-a-secret-of-anybody";

pub(super) fn issuer(port: u16) -> String {
    format!("http://127.0.0.1:{port}/{DIRECTORY}/v2.0")
}

/// Serves until the value goes. Whoever signs in there is whoever she says she is.
pub(super) fn start(port: u16, edge_port: u16, tenants: &[&str]) -> Outcome<Companion> {
    let mut node = run::program("node");
    node.arg(project::root().join("tests/provider/server.mjs")).args(["--quiet", "--port", &port.to_string()]);
    node.args(["--client-id", CLIENT_ID, "--client-secret", CLIENT_SECRET]);
    for tenant in tenants {
        let redirect_uri = format!("http://localhost:{edge_port}/t/{tenant}/external/callback");
        node.args(["--redirect-uri", &redirect_uri]);
    }
    Companion::start(node)
}
