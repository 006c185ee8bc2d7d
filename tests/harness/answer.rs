//! One answer of the edge, and what a test may say about it.

use serde_json::Value;
use ureq::http;

use crate::jar::SetCookie;

/// An answer, with the request that it belongs to.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The method asked with.
    pub method: String,
    /// The path asked for, with its query.
    pub path: String,
    /// The status.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Takes an answer over from the HTTP library.
    pub fn new<B>(method: &str, path: &str, response: &http::Response<B>, body: Vec<u8>) -> Self {
        let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into();
        let headers = response.headers().iter();
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            status: response.status().as_u16(),
            headers: headers.map(|(name, value)| (name.to_string(), text(value))).collect(),
            body,
        }
    }

    /// The first header of this name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(other, _)| other == name);
        found.next().map(|(_, value)| value.as_str())
    }

    /// What it sets or removes.
    pub fn cookies(&self) -> Vec<SetCookie> {
        let set = self.headers.iter().filter(|(name, _)| name == "set-cookie");
        set.map(|(_, value)| SetCookie::parse(value)).collect()
    }

    /// The cookie that it sets, if one whose name starts so is set.
    pub fn sets(&self, prefix: &str) -> Option<SetCookie> {
        let mut set = self.cookies().into_iter();
        set.find(|cookie| cookie.name.starts_with(prefix) && !cookie.removes())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// The body without what is of this one request: where two answers have to be the same.
    pub fn told(&self) -> Vec<u8> {
        let id = self.header("x-request-id").unwrap_or("no id");
        self.text().replace(id, "-").into_bytes()
    }

    /// The stable code of a problem, or SCIM's word for it, or nothing.
    pub fn code(&self) -> Option<String> {
        let body: Value = serde_json::from_slice(&self.body).ok()?;
        body.get("code").or(body.get("scimType")).and_then(Value::as_str).map(str::to_owned)
    }

    /// Whether wrangler's proxy speaks here because it could not reach the Worker.
    pub fn is_of_the_proxy(&self) -> bool {
        self.status == 503 && self.body.starts_with(b"Your worker restarted mid-request")
    }

    /// The status with the code: "200", "401 code_refused".
    pub fn short(&self) -> String {
        self.code().map_or(self.status.to_string(), |code| format!("{} {code}", self.status))
    }

    /// Panics unless it has this status; gives the JSON body (null when there is none).
    pub fn is(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self}");
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// Panics unless it is the problem with this status and code; gives its body. SCIM has a word for some alone.
    pub fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.short(), format!("{status} {code}").trim_end(), "{self}");
        self.json()
    }

    /// Panics unless it is a refusal (401, 403, 404, 409 or 410) that lets nobody in.
    pub fn refuses(&self) -> &Self {
        assert!(matches!(self.status, 401 | 403 | 404 | 409 | 410), "not refused: {self}");
        assert!(self.sets("__Host-mfa_session").is_none(), "refused with a session: {self}");
        self
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} -> {}", self.method, self.path, self.status)?;
        for (name, value) in &self.headers {
            write!(f, "\n  {name}: {value}")?;
        }
        write!(f, "\n  {}", self.text().chars().take(2_000).collect::<String>())
    }
}
