//! The identity provider of another organisation: npm's certified `oidc-provider`, on this machine, in the shape of
//! Entra ID (`tests/provider/server.mjs`). Each test takes a [`Directory`] of its own.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use ureq::{Agent, http};

use crate::{edge, random};

/// More redirects than any honest way has.
const MAX_STEPS: usize = 12;

/// A running provider. It ends with the value, or with the test process, whichever is first.
#[derive(Debug)]
pub struct Provider {
    node: Child,
    origin: String,
    /// What we are called there.
    pub client_id: String,
    /// How we prove it.
    pub client_secret: String,
    agent: Agent,
}

impl Provider {
    /// The one provider that the tests of a binary share.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Provider> = LazyLock::new(Provider::start);
        &SHARED
    }

    /// Starts one and waits until it listens.
    pub fn start() -> Self {
        let mut node = Command::new("node")
            .arg(edge::checkout().join("tests/provider/server.mjs"))
            .arg("--with-parent")
            // It watches this pipe, which closes when the tests end, however they end.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node starts");
        let mut line = String::new();
        let output = node.stdout.take().expect("node's output");
        BufReader::new(output).read_line(&mut line).expect("the provider says where it is");
        let said: Value = serde_json::from_str(&line).expect("the provider starts: are the npm packages installed?");
        let text = |name: &str| said[name].as_str().expect(name).to_owned();
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_idle_connections(0)
            .timeout_global(Some(Duration::from_secs(60)))
            .build();
        Self {
            node,
            origin: text("origin"),
            client_id: text("client_id"),
            client_secret: text("client_secret"),
            agent: config.new_agent(),
        }
    }

    /// A fresh directory: an issuer that nobody else uses, with keys and people of its own.
    pub fn directory(&self) -> Directory<'_> {
        let digits: String = random::bytes::<16>().iter().map(|byte| format!("{byte:02x}")).collect();
        let groups = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
        let issuer = format!("{}/{}/v2.0", self.origin, groups.join("-"));
        Directory { provider: self, issuer, jar: Mutex::default() }
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.node.kill();
        let _ = self.node.wait();
    }
}

/// One organisation at the provider, and one person's browser there.
#[derive(Debug)]
pub struct Directory<'a> {
    provider: &'a Provider,
    issuer: String,
    jar: Mutex<BTreeMap<String, String>>,
}

impl Directory<'_> {
    /// Its issuer.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Allows this redirect URI, and no other.
    pub fn register(&self, redirect_uri: &str) {
        self.tell("client", &json!({ "redirect_uris": [redirect_uri] }));
    }

    /// Changes how the client proves itself (`client_secret_basic`, `client_secret_post`).
    pub fn authenticate_by(&self, method: &str) {
        self.tell("client", &json!({ "authentication": method }));
    }

    /// Changes what ID tokens are signed with.
    pub fn sign_with(&self, algorithm: &str) {
        self.tell("client", &json!({ "algorithm": algorithm }));
    }

    /// New keys; the old ones stay published or not.
    pub fn rotate(&self, keep: bool) {
        self.tell("rotate", &json!({ "keep": keep }));
    }

    /// Misbehaves in one way of `tests/provider/misbehaviour.mjs`, until told otherwise.
    pub fn misbehave(&self, how: &str) {
        self.tell("misbehave", &json!({ "how": how }));
    }

    /// Behaves again.
    pub fn behave(&self) {
        self.tell("misbehave", &json!({ "how": null }));
    }

    /// How often a document was asked for: `discovery`, `keys` or `token`.
    pub fn asked(&self, document: &str) -> u64 {
        let uri = format!("{}/control/asked", self.issuer);
        let mut answer = self.provider.agent.get(uri).call().expect("the provider answers");
        let text = answer.body_mut().read_to_string().expect("a body");
        let asked: Value = serde_json::from_str(&text).expect("JSON");
        asked[document].as_u64().expect("a count")
    }

    /// Follows the address that a browser is sent to, signs in there as `login` if asked (as nobody: says no), and
    /// returns the address that it is sent back to.
    pub fn sign_in(&self, location: &str, login: &str) -> String {
        let mut location = location.to_owned();
        for _ in 0..MAX_STEPS {
            let Some(path) = location.strip_prefix(&self.provider.origin) else {
                return location;
            };
            let is_question = path.contains("/interaction/");
            let answer = if is_question { self.post_form(&location, login) } else { self.get(&location) };
            let next = answer.headers().get("location").and_then(|next| next.to_str().ok());
            let next = next.unwrap_or_else(|| panic!("stuck at {location} with {}", answer.status()));
            // Its redirects are whole addresses, or paths of its own.
            location = if next.starts_with('/') { format!("{}{next}", self.provider.origin) } else { next.to_owned() };
        }
        panic!("going round in circles at {location}")
    }

    /// Forgets that anybody is signed in at the provider: another browser.
    pub fn forget(&self) {
        self.jar.lock().expect("no test panicked here").clear();
    }

    fn get(&self, uri: &str) -> http::Response<ureq::Body> {
        let answer = self.provider.agent.get(uri).header("cookie", self.cookies()).call();
        self.keep(answer.expect("the provider answers"))
    }

    fn post_form(&self, uri: &str, login: &str) -> http::Response<ureq::Body> {
        assert!(login.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)), "{login:?}");
        let request = self.provider.agent.post(uri).header("cookie", self.cookies());
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        self.keep(request.send(format!("login={login}")).expect("the provider answers"))
    }

    fn cookies(&self) -> String {
        let jar = self.jar.lock().expect("no test panicked here");
        jar.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep(&self, answer: http::Response<ureq::Body>) -> http::Response<ureq::Body> {
        let mut jar = self.jar.lock().expect("no test panicked here");
        for header in answer.headers().get_all("set-cookie").iter().filter_map(|header| header.to_str().ok()) {
            let pair = header.split(';').next().unwrap_or_default();
            match pair.split_once('=') {
                Some((name, "")) => drop(jar.remove(name)),
                Some((name, value)) => drop(jar.insert(name.to_owned(), value.to_owned())),
                None => {}
            }
        }
        answer
    }

    fn tell(&self, what: &str, told: &Value) {
        let request = self.provider.agent.post(format!("{}/control/{what}", self.issuer));
        let answer = request.send(told.to_string()).expect("the provider answers");
        assert_eq!(answer.status(), 200, "{what} {told}");
    }
}
