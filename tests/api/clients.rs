//! Clients that others wrote, against the running provider.

mod apache;
mod crate_openidconnect;

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use edge_mfa_tests::edge::checkout;
use edge_mfa_tests::{Client, Edge, Tenant, Value, json, python};

use crate::issuer::{Application, GOODBYE, Site, location};

/// Without a query: `openid-client` takes the address that a browser came back to for it, and leaves that out.
const BACK: &str = "https://wiki.example/callback";

/// Goes where a client sends the browser, as far as an answer of ours leads.
fn go(browser: &Client, address: &str) -> String {
    let origin = Edge::shared().door().origin().to_owned();
    let path = address.strip_prefix(&origin).unwrap_or_else(|| panic!("not ours: {address}"));
    location(&browser.get(path))
}

/// What the program says at its end, once it has sent the browser wherever it likes.
fn run(program: &mut Command, browser: &Client) -> Value {
    let mut child =
        program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts: are the packages installed?");
    let mut input = child.stdin.take().expect("its input");
    let output = BufReader::new(child.stdout.take().expect("its output"));
    let mut last = Value::Null;
    for line in output.lines() {
        last = serde_json::from_str(&line.expect("a line")).expect("JSON");
        if let Some(address) = last["go"].as_str() {
            writeln!(input, "{}", go(browser, address)).expect("it listens");
        }
    }
    assert!(child.wait().expect("it ends").success(), "it went wrong after {last}");
    last
}

#[test]
fn npm_openid_client_signs_in_verifies_and_signs_out() {
    let site = Site::mfa();
    for public in [false, true] {
        let application = Application::register(&site.anna, json!({"public": public, "redirect_uris": [BACK]}));
        let browser = site.anna.signed_in();
        let mut node = Command::new("node");
        node.arg(checkout().join("tests/clients/openid-client.mjs"));
        node.args([
            &application.issuer(),
            &application.id,
            application.key.as_deref().unwrap_or_default(),
            BACK,
            GOODBYE,
        ]);
        let said = run(&mut node, &browser);
        assert_eq!(said["claims"]["amr"], json!(["pwd", "otp"]), "{said}");
        assert_eq!(said["info"]["sub"], said["claims"]["sub"]);
        assert_eq!(said["info"]["preferred_username"], json!(site.anna.member.username));
        assert_eq!(said["again"], "invalid_grant");
        let left = format!("{GOODBYE}?state={}", said["state"].as_str().expect("a state"));
        assert_eq!(said["left"], json!(left));
        site.anna.member.session(&browser).problem(401, "unauthenticated");
    }
}

/// What a key signed is verified for as long as it lasts, whatever was rotated meanwhile.
#[test]
fn a_rotation_changes_nothing_for_who_verifies() {
    let site = Site::open(&Tenant::mfa(Edge::shared()));
    let application = Application::register(&site.anna, json!({"redirect_uris": [BACK]}));
    site.anna.ask("/settings/signing-keys/rotate", json!({})).is(200);
    let mut node = Command::new("node");
    node.arg(checkout().join("tests/clients/openid-client.mjs"));
    node.args([&application.issuer(), &application.id, application.key.as_deref().unwrap_or_default(), BACK, GOODBYE]);
    assert_eq!(run(&mut node, &site.anna.signed_in())["again"], "invalid_grant");
}

#[test]
fn pypi_authlib_signs_in_and_verifies() {
    let site = Site::mfa();
    for public in [false, true] {
        let application = Application::register(&site.anna, json!({"public": public, "redirect_uris": [BACK]}));
        let mut python = python::program("authlib-client.py");
        let key = application.key.as_deref().unwrap_or_default();
        python.args([&application.issuer(), &application.id, key, BACK, GOODBYE]);
        // Authlib asks for TLS unless it is told that this is a desk.
        python.env("AUTHLIB_INSECURE_TRANSPORT", "1");
        let said = run(&mut python, &site.anna.signed_in());
        assert_eq!(said["claims"]["amr"], json!(["pwd", "otp"]), "{said}");
        assert_eq!(said["info"]["sub"], said["claims"]["sub"]);
        assert_eq!(said["info"]["preferred_username"], json!(site.anna.member.username));
        assert_eq!(said["again"], "invalid_grant");
    }
}
