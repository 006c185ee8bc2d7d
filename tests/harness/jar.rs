//! The cookies of one browser, kept by a browser's rules; a cookie that breaks ours fails the test.

use std::collections::BTreeMap;

/// One `Set-Cookie` header.
#[derive(Clone, Debug)]
pub struct SetCookie {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Its attributes, names in lower case; a flag has an empty value.
    pub attributes: BTreeMap<String, String>,
}

impl SetCookie {
    /// Reads a header as RFC 6265 §5.2 does.
    pub fn parse(header: &str) -> Self {
        let mut parts = header.split(';').map(str::trim);
        let first = parts.next().unwrap_or_default();
        let (name, value) = first.split_once('=').unwrap_or((first, ""));
        let attributes = parts
            .map(|part| part.split_once('=').unwrap_or((part, "")))
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        Self { name: name.to_owned(), value: value.to_owned(), attributes }
    }

    /// Whether the cookie is taken away rather than set.
    pub fn removes(&self) -> bool {
        self.max_age().is_some_and(|seconds| seconds <= 0)
    }

    /// Its `Max-Age`, when it has one.
    pub fn max_age(&self) -> Option<i64> {
        self.attributes.get("max-age").and_then(|text| text.parse().ok())
    }

    /// Panics unless the cookie keeps the rules that hold for all of ours.
    pub fn keep_the_rules(&self) {
        let has = |name: &str| self.attributes.contains_key(name);
        let is = |name: &str, value: &str| self.attributes.get(name).is_some_and(|it| it == value);
        assert!(self.name.starts_with("__Host-"), "{self:?} has no __Host- prefix");
        assert!(has("secure") && is("path", "/") && !has("domain"), "{self:?} breaks __Host-");
        assert!(has("httponly"), "{self:?} can be read by scripts");
        assert!(is("samesite", "Lax") || is("samesite", "Strict"), "{self:?} is sent cross-site");
    }
}

/// The cookies that one browser holds for the edge.
#[derive(Clone, Debug, Default)]
pub struct Jar(BTreeMap<String, String>);

impl Jar {
    /// Takes over what an answer sets or removes.
    pub fn take(&mut self, cookie: &SetCookie) {
        if cookie.removes() {
            self.0.remove(&cookie.name);
        } else {
            self.0.insert(cookie.name.clone(), cookie.value.clone());
        }
    }

    /// Puts a cookie in by hand, as an attacker does.
    pub fn put(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }

    /// Takes a cookie out by hand.
    pub fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// The cookie whose name starts so, with its whole name.
    pub fn find(&self, prefix: &str) -> Option<(String, String)> {
        let mut found = self.0.iter().filter(|(name, _)| name.starts_with(prefix));
        found.next().map(|(name, value)| (name.clone(), value.clone()))
    }

    /// The `Cookie` header, or nothing.
    pub fn header(&self) -> Option<String> {
        let pairs: Vec<_> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}
