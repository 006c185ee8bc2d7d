//! A browser as the edge sees it: cookies, fetch metadata, a fresh idempotency key per action.

use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use serde_json::Value;
use ureq::{Agent, http};

use crate::answer::Answer;
use crate::document::Document;
use crate::edge::Edge;
use crate::jar::{Jar, SetCookie};
use crate::{laws, random};

/// The pending sign-in's cookie.
pub const PENDING: &str = "__Host-mfa_pending";
/// The session's cookie.
pub const SESSION: &str = "__Host-mfa_session";
/// The cookie of our page at a sign-in that an application vouches for.
pub const PAGE: &str = "__Host-mfa_second_factor";
/// How the name of a remembered device's cookie begins.
pub const DEVICE: &str = "__Host-mfa_device_";
/// How the name of a known browser's cookie begins.
pub const BROWSER: &str = "__Host-mfa_browser_";

/// Where an edge is, what it says of itself, and the operator's token.
#[derive(Debug)]
pub struct Door {
    origin: String,
    operator_token: String,
    document: OnceLock<Document>,
    agent: Agent,
}

impl Door {
    /// The door at `origin`.
    pub fn new(origin: String, operator_token: String) -> Self {
        // One connection per request: none is left stale by a restart of the edge.
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .max_redirects(0)
            .max_idle_connections(0)
            .timeout_global(Some(Duration::from_secs(120)))
            .build();
        Self { origin, operator_token, document: OnceLock::new(), agent: config.new_agent() }
    }

    /// From now on every answer is held against this document.
    pub fn know(&self, document: Document) {
        self.document.set(document).expect("the document is set once");
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The operator's bearer token.
    pub fn operator_token(&self) -> &str {
        &self.operator_token
    }

    /// The OpenAPI document of the running Worker.
    pub fn document(&self) -> &Document {
        self.document.get().expect("the edge has answered once")
    }

    /// Whether the Worker behind the door answers.
    pub fn answers(&self) -> bool {
        let uri = format!("{}/api/v1/openapi.json", self.origin);
        self.agent.get(uri).call().is_ok_and(|answer| answer.status() == 200)
    }
}

/// One browser profile.
#[derive(Debug)]
pub struct Client {
    door: Arc<Door>,
    jar: Mutex<Jar>,
}

impl Clone for Client {
    fn clone(&self) -> Self {
        Self { door: Arc::clone(&self.door), jar: Mutex::new(self.jar()) }
    }
}

impl Client {
    /// A browser without cookies.
    pub fn new(edge: &Edge) -> Self {
        Self::at(edge.door())
    }

    /// A browser without cookies, at this door.
    pub fn at(door: Arc<Door>) -> Self {
        Self { door, jar: Mutex::default() }
    }

    /// The door that it talks to.
    pub fn door(&self) -> Arc<Door> {
        Arc::clone(&self.door)
    }

    /// A copy of its cookies.
    pub fn jar(&self) -> Jar {
        self.jar.lock().expect("no test thread panicked here").clone()
    }

    /// Changes its cookies by hand.
    pub fn with_jar(&self, change: impl FnOnce(&mut Jar)) {
        change(&mut self.jar.lock().expect("no test thread panicked here"));
    }

    /// The value of the cookie whose name starts so.
    pub fn cookie(&self, prefix: &str) -> Option<String> {
        self.jar().find(prefix).map(|(_, value)| value)
    }

    /// Asks for `path` and expects an answer.
    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path).send()
    }

    /// Sends `body` as the pages do.
    pub fn post(&self, path: &str, body: Value) -> Answer {
        self.ask("POST", path).json(&body).send()
    }

    /// Begins a request with the headers that a same-origin page sends.
    pub fn ask(&self, method: &str, path: &str) -> Ask<'_> {
        let mut headers = vec![("sec-fetch-site".to_owned(), "same-origin".to_owned())];
        if !matches!(method, "GET" | "HEAD" | "OPTIONS") {
            headers.push(("origin".to_owned(), self.door.origin.clone()));
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
            headers.push(("idempotency-key".to_owned(), random::idempotency_key()));
        }
        if let Some(cookies) = self.jar().header() {
            headers.push(("cookie".to_owned(), cookies));
        }
        let (method, path) = (method.to_owned(), path.to_owned());
        Ask { client: self, method, path, headers, body: Vec::new() }
    }
}

/// A request in the making.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    client: &'a Client,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Ask<'_> {
    /// The body, as JSON.
    pub fn json(self, body: &Value) -> Self {
        self.bytes(body.to_string())
    }

    /// The body, as it is.
    pub fn bytes(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Sets a header, instead of the one that would be sent.
    pub fn header(self, name: &str, value: &str) -> Self {
        let mut ask = self.without(name);
        ask.headers.push((name.to_owned(), value.to_owned()));
        ask
    }

    /// Leaves a header out.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(other, _)| other != name);
        self
    }

    /// Sets the idempotency key.
    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// Sends the operator's token.
    pub fn operator(self) -> Self {
        let bearer = format!("Bearer {}", self.client.door.operator_token);
        self.header("authorization", &bearer)
    }

    /// Sends it; the answer must keep the laws that hold for every answer.
    pub fn send(self) -> Answer {
        let door = self.client.door();
        let asked = format!("{} {}", self.method, self.path);
        let answer = self.send_past_proxy();
        let answer = answer.unwrap_or_else(|error| panic!("{asked}: {error}"));
        laws::hold(&answer, door.document());
        answer
    }

    /// Sends it, and once more when the development proxy lost the way to the Worker: wrangler's
    /// proxy keeps connections open for 5 s, the Worker's side closes them after 5 s, and a busy
    /// Worker makes the two miss each other. The same idempotency key goes along, so what was
    /// heard the first time is not done twice: that is what the key is for.
    fn send_past_proxy(self) -> Result<Answer, String> {
        for _ in 0..5 {
            let answer = self.clone().try_send()?;
            if !answer.is_of_the_proxy() {
                return Ok(answer);
            }
        }
        self.try_send()
    }

    /// Sends it to an edge that may be dying: no answer is an answer too.
    pub fn try_send(self) -> Result<Answer, String> {
        let door = &self.client.door;
        let mut request =
            http::Request::builder().method(self.method.as_str()).uri(format!("{}{}", door.origin, self.path));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request.body(self.body).map_err(|error| error.to_string())?;
        let mut response = door.agent.run(request).map_err(|error| error.to_string())?;
        let body = response.body_mut().with_config().limit(64 << 20).read_to_vec();
        let body = body.map_err(|error| error.to_string())?;
        let answer = Answer::new(&self.method, &self.path, &response, body);
        self.client.with_jar(|jar| answer.cookies().iter().for_each(|cookie| jar.take(cookie)));
        answer.cookies().iter().for_each(SetCookie::keep_the_rules);
        Ok(answer)
    }
}
