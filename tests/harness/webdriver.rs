//! The little of W3C WebDriver that the browser tests need, over plain HTTP.

use std::time::{Duration, Instant};

use base64ct::{Base64, Encoding};
use serde_json::{Value, json};
use ureq::Agent;

/// How long an element or a condition is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// The key under which WebDriver passes an element (W3C WebDriver §12.2).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// One session with a driver, which is one browser window with an empty profile.
#[derive(Debug)]
pub struct WebDriver {
    agent: Agent,
    session: String,
    capabilities: Value,
}

impl WebDriver {
    /// Opens a session with the driver at `url`.
    pub fn open(url: &str, capabilities: Value) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_idle_connections(0)
            .timeout_global(Some(Duration::from_secs(120)))
            .build();
        let agent = config.new_agent();
        let body = json!({"capabilities": {"alwaysMatch": capabilities}});
        let opened = call(&agent, "POST", &format!("{url}/session"), &body)
            .unwrap_or_else(|error| panic!("no browser: {error}"));
        let id = opened["sessionId"].as_str().expect("a session id");
        let session = format!("{url}/session/{id}");
        Self { agent, session, capabilities: opened["capabilities"].clone() }
    }

    /// What the driver says of the session.
    pub fn capabilities(&self) -> &Value {
        &self.capabilities
    }

    /// Goes to an address and waits until the page has loaded.
    pub fn go(&self, url: &str) {
        self.post("url", json!({"url": url}));
    }

    /// The address of the page.
    pub fn url(&self) -> String {
        text(&self.get("url"))
    }

    /// Loads the page again.
    pub fn reload(&self) {
        self.post("refresh", json!({}));
    }

    /// Takes every cookie away, as another device would have none.
    pub fn forget_cookies(&self) {
        self.call("DELETE", "cookie", &Value::Null);
    }

    /// Goes one page back.
    pub fn back(&self) {
        self.post("back", json!({}));
    }

    /// Sets the size of the window.
    pub fn resize(&self, width: u32, height: u32) {
        self.post("window/rect", json!({"width": width, "height": height}));
    }

    /// What the window shows, as a PNG picture.
    pub fn screenshot(&self) -> Vec<u8> {
        Base64::decode_vec(&text(&self.get("screenshot"))).expect("base64")
    }

    /// Runs a script, with `arguments`, and gives what it returns.
    pub fn run(&self, script: &str, arguments: Value) -> Value {
        self.post("execute/sync", json!({"script": script, "args": arguments}))
    }

    /// Waits for an element that matches the CSS selector and can be seen.
    pub fn find(&self, selector: &str) -> Element<'_> {
        self.wait_for(&format!("{selector} to be seen"), || self.seen(selector))
    }

    /// The element that matches the CSS selector and can be seen now.
    pub fn seen(&self, selector: &str) -> Option<Element<'_>> {
        let script = "return [...document.querySelectorAll(arguments[0])]
            .find((element) => element.checkVisibility({visibilityProperty: true})) ?? null";
        let element = self.run(script, json!([selector]));
        let id = element.get(ELEMENT)?.as_str()?.to_owned();
        Some(Element { driver: self, id })
    }

    /// Waits until `probe` finds something. Panics, with the page's text, when it never does.
    pub fn wait_for<T>(&self, what: &str, probe: impl Fn() -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            if let Some(found) = probe() {
                return found;
            }
            if start.elapsed() > PATIENCE {
                let page = self.run("return document.body.innerText", json!([]));
                panic!("waited in vain for {what} on {}:\n{}", self.url(), text(&page));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Sends a command of Chromium's own protocol.
    pub fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.post("goog/cdp/execute", json!({"cmd": command, "params": parameters}))
    }

    /// What Chromium has logged of this kind since it was last asked.
    pub fn chromium_log(&self, kind: &str) -> Vec<Value> {
        let entries = self.post("se/log", json!({"type": kind}));
        entries.as_array().cloned().unwrap_or_default()
    }

    /// Errors, warnings and breaches of the policy that Firefox has noted about pages since it was opened: category, text
    /// and the page or file in question. What scripts themselves write to the console is not among them.
    pub fn firefox_console(&self) -> Vec<String> {
        let script = "return Services.console.getMessageArray()
            .filter((it) => it instanceof Ci.nsIScriptError && /^https?:/.test(it.sourceName))
            .map(({category, errorMessage, sourceName}) => `${category}: ${errorMessage} (${sourceName})`)";
        self.post("moz/context", json!({"context": "chrome"}));
        let messages = self.run(script, json!([]));
        self.post("moz/context", json!({"context": "content"}));
        serde_json::from_value(messages).expect("a list of texts")
    }

    /// Sends a command that takes parameters.
    pub fn post(&self, command: &str, body: Value) -> Value {
        self.call("POST", command, &body)
    }

    fn get(&self, command: &str) -> Value {
        self.call("GET", command, &Value::Null)
    }

    fn call(&self, method: &str, command: &str, body: &Value) -> Value {
        let url = format!("{}/{command}", self.session);
        call(&self.agent, method, &url, body).unwrap_or_else(|error| panic!("{command}: {error}"))
    }
}

impl Drop for WebDriver {
    fn drop(&mut self) {
        // The driver itself is killed right after: nothing is lost when this fails.
        let _ = call(&self.agent, "DELETE", &self.session, &Value::Null);
    }
}

/// An element of the page.
#[derive(Debug)]
pub struct Element<'a> {
    driver: &'a WebDriver,
    id: String,
}

impl Element<'_> {
    /// Clicks it, as a person does: it must be in view and not covered.
    pub fn click(&self) {
        self.driver.post(&format!("element/{}/click", self.id), json!({}));
    }

    /// Types into it, after what is there.
    pub fn type_in(&self, text: &str) {
        self.driver.post(&format!("element/{}/value", self.id), json!({"text": text}));
    }

    /// Empties it and types into it.
    pub fn fill(&self, text: &str) {
        self.driver.post(&format!("element/{}/clear", self.id), json!({}));
        self.type_in(text);
    }

    /// Its text, as it is shown.
    pub fn text(&self) -> String {
        text(&self.driver.get(&format!("element/{}/text", self.id)))
    }

    /// One of its properties.
    pub fn property(&self, name: &str) -> Value {
        self.driver.get(&format!("element/{}/property/{name}", self.id))
    }
}

fn call(agent: &Agent, method: &str, url: &str, body: &Value) -> Result<Value, String> {
    let answer = match method {
        "POST" => agent.post(url).content_type("application/json").send(body.to_string()),
        "DELETE" => agent.delete(url).call(),
        _ => agent.get(url).call(),
    };
    let mut answer = answer.map_err(|error| error.to_string())?;
    let read = answer.body_mut().with_config().limit(64 << 20).read_to_vec();
    let bytes = read.map_err(|error| error.to_string())?;
    let body: Value = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
    if answer.status().is_success() { Ok(body["value"].clone()) } else { Err(body.to_string()) }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
