//! What opens, read from the databases of all objects once the edge has stopped.

use std::collections::HashSet;
use std::path::Path;

use edge_mfa_tests::Value;
use memchr::memmem;
use rusqlite::{Connection, OpenFlags};

use crate::databases::{column, databases, folders, is_of, open};

/// A word as long as this is a secret, a digest, a key or a token; names and ids are shorter.
const LONG: usize = 40;

/// What was found.
#[derive(Debug, Default)]
pub struct Opening {
    /// Records of members.
    pub members: u64,
    /// Wrapped data keys.
    pub data_keys: HashSet<String>,
    /// Sealed secrets of authenticators.
    pub secrets: u64,
    /// Digests of recovery keys.
    pub recovery_keys: u64,
    /// Remembered devices.
    pub devices: u64,
    /// Every long word in the members' records. Passwords outlive MFA, and do not count.
    words: HashSet<String>,
    /// The files of tenants' objects, byte for byte.
    tenants: Vec<Vec<u8>>,
}

impl Opening {
    /// Looks into every object's database below this folder. The edge must have stopped.
    pub fn of(state: &Path) -> Self {
        let mut found = Self::default();
        for folder in folders(state) {
            for path in databases(&folder) {
                let connection = look_into(&path);
                for record in column(&connection, "SELECT record FROM member") {
                    found.members += 1;
                    found.count(&record.parse().expect("a record is JSON"));
                }
                found.data_keys.extend(column(&connection, "SELECT wrapped FROM data_keys"));
                if is_of(&folder, "TenantObject") {
                    found.tenants.push(std::fs::read(&path).expect("a file"));
                }
            }
        }
        assert!(!found.tenants.is_empty() && found.members > 0, "the search finds nothing at all");
        found
    }

    /// How many of each kind.
    pub fn counts(&self) -> [(&'static str, u64); 4] {
        [
            ("wrapped data keys", self.data_keys.len() as u64),
            ("sealed secrets", self.secrets),
            ("recovery-key digests", self.recovery_keys),
            ("remembered devices", self.devices),
        ]
    }

    /// How many words that opened `before` are here still, whatever they are part of now.
    pub fn shares(&self, before: &Self) -> usize {
        // A data key not even in a page that is free now: it was overwritten where it stood.
        let keys = before.data_keys.iter().filter(|key| {
            self.data_keys.contains(*key)
                || self.tenants.iter().any(|file| memmem::find(file, key.as_bytes()).is_some())
        });
        keys.count() + before.words.intersection(&self.words).count()
    }

    fn count(&mut self, value: &Value) {
        match value {
            Value::String(text) if text.len() >= LONG => {
                self.words.insert(text.clone());
            }
            Value::Array(items) => items.iter().for_each(|it| self.count(it)),
            Value::Object(members) => {
                for (name, it) in members.iter().filter(|(name, _)| *name != "password") {
                    let length = it.as_array().map_or(0, Vec::len) as u64;
                    match name.as_str() {
                        "sealed_secret" => self.secrets += 1,
                        "digest" => self.recovery_keys += 1,
                        "digests" => self.recovery_keys += length,
                        "devices" => self.devices += length,
                        _ => {}
                    }
                    self.count(it);
                }
            }
            _ => {}
        }
    }
}

/// Opens a database to read. One without a write-ahead log needs no lock nor the files that come with it, which is
/// quicker by far.
fn look_into(path: &Path) -> Connection {
    if path.with_extension("sqlite-wal").exists() {
        return open(path);
    }
    let uri = format!("file:{}?immutable=1", path.display());
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(uri, flags).expect("a database")
}
