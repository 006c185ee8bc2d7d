//! The audit log, with its chain recomputed from what is documented: nothing of the edge's own code.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::client::Client;
use crate::tenant::Tenant;

/// What the first entry follows.
pub const START: [u8; 32] = [0; 32];

/// One entry.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its place, from 1.
    pub position: u64,
    /// Who did it.
    pub by: Option<String>,
    /// Whom it is about.
    pub about: Option<String>,
    /// What happened.
    pub what: Value,
    /// The text that the chain covers.
    pub text: String,
    /// Its link of the chain.
    pub link: String,
}

impl Entry {
    /// As the API shows it; panics when what is shown is not what the chain covers.
    pub fn of(shown: &Value) -> Self {
        let text = shown["text"].as_str().expect("a text").to_owned();
        let covered: Value = serde_json::from_str(&text).expect("the text is JSON");
        for field in ["position", "at", "by", "about", "what"] {
            assert_eq!(shown[field], covered[field], "{field} is shown in another way than the chain covers it");
        }
        let word = |field: &str| shown[field].as_str().map(str::to_owned);
        Self {
            position: shown["position"].as_u64().expect("a position"),
            by: word("by"),
            about: word("about"),
            what: shown["what"].clone(),
            text,
            link: word("link").expect("a link"),
        }
    }

    /// The event's word.
    pub fn event(&self) -> &str {
        self.what["event"].as_str().unwrap_or_default()
    }
}

/// Reads the whole log, page by page, and checks its chain.
pub fn read(client: &Client, tenant: &Tenant) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut after = String::new();
    loop {
        let page = client.get(&tenant.at(&format!("/audit?limit=500{after}"))).is(200);
        entries.extend(page["entries"].as_array().expect("a list").iter().map(Entry::of));
        let Some(next) = page["next"].as_u64() else {
            check(&entries);
            return entries;
        };
        after = format!("&after={next}");
    }
}

/// Panics unless the entries are a whole log from its start, none missing, each chained to the one before.
pub fn check(entries: &[Entry]) {
    for (number, entry) in entries.iter().enumerate() {
        assert_eq!(entry.position, number as u64 + 1, "an entry is missing");
    }
    let pairs: Vec<_> = entries.iter().map(|entry| (entry.text.as_str(), entry.link.as_str())).collect();
    assert_eq!(broken(&pairs), None, "the chain is broken");
}

/// The first of these (text, link), in order from the start of the log, that does not fit.
pub fn broken(entries: &[(&str, &str)]) -> Option<usize> {
    let mut last = START;
    entries.iter().position(|(text, link)| {
        last = next(last, text);
        hex(&last) != *link
    })
}

/// SHA-256 over a fixed name, the link before and the text.
fn next(last: [u8; 32], text: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"edge-mfa audit v1\0");
    hash.update(last);
    hash.update(text.as_bytes());
    hash.finalize().into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
