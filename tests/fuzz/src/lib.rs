//! Coverage-guided fuzzing: what each parser and each state machine has to hold for whatever is put in.
//!
//! A [`Target`] takes bytes and panics where a property breaks. `cargo test` puts the whole corpus through every target;
//! `cargo xtask test fuzz` goes on from the corpus with libFuzzer, for a few seconds each.
//!
//! The Worker's files are compiled here as they are, for this machine instead of wasm32. What calls the platform
//! (requests, storage, WebCrypto) panics here and is not called.

mod core;
mod edge;
mod imports;
mod machines;
mod refusal;
mod scim;

#[path = "../../../worker/src"]
#[allow(dead_code, unreachable_pub, missing_docs, reason = "of the Worker, its parsers alone are called here")]
mod the_worker {
    pub(crate) mod alarm;
    pub(crate) mod answers;
    pub(crate) mod application_key;
    pub(crate) mod cookies;
    pub(crate) mod error;
    pub(crate) mod gate_token;
    pub(crate) mod journal;
    pub(crate) mod json;
    pub(crate) mod kv;
    pub(crate) mod member_object;
    pub(crate) mod metrics;
    pub(crate) mod object_ref;
    pub(crate) mod oidc;
    pub(crate) mod page_token;
    pub(crate) mod password;
    pub(crate) mod routes;
    pub(crate) mod runtime;
    pub(crate) mod seal;
    pub(crate) mod session_token;
    pub(crate) mod sieve;
    pub(crate) mod signing;
    pub(crate) mod sql;
    pub(crate) mod tenant_object;
    pub(crate) mod token;
    pub(crate) mod transaction;
    pub(crate) mod vouched_token;
    pub(crate) mod webcrypto;
}
// The Worker's files call each other by these names.
use the_worker::{
    alarm, answers, application_key, cookies, error, gate_token, journal, json, kv, member_object, metrics, object_ref,
    oidc, page_token, password, routes, runtime, seal, session_token, sieve, signing, sql, tenant_object, token,
    transaction, vouched_token, webcrypto,
};

/// A property, for any bytes.
pub struct Target {
    /// Its name, and that of its folder in `corpus/`.
    pub name: &'static str,
    /// The longest input that is worth trying, in bytes.
    pub max_bytes: usize,
    /// Panics where it does not hold.
    pub hold: fn(&[u8]),
}

const fn target(name: &'static str, max_bytes: usize, hold: fn(&[u8])) -> Target {
    Target { name, max_bytes, hold }
}

/// All of them.
pub const TARGETS: [Target; 35] = [
    target("address", 600, core::address::text),
    target("base32-bytes", 700, core::base32::bytes),
    target("base32-text", 1100, core::base32::text),
    target("body", 512, edge::bodies::bytes),
    target("claims", 1024, core::claims::text),
    target("cookies", 512, edge::cookies::text),
    target("directory", 256, machines::tenant::directory),
    target("discovery", 2048, edge::providers::discovery),
    target("id-token", 1024, edge::providers::id_token),
    target("import", 6000, imports::file),
    target("key-ring", 256, edge::keys::text),
    target("key-set", 4096, edge::providers::key_set),
    target("key-uri-parts", 256, core::key_uri::parts),
    target("key-uri-text", 1024, core::key_uri::text),
    target("member", 4096, machines::member::from_the_beginning),
    target("member-bent", 2048, machines::member::from_anywhere),
    target("names", 600, edge::names::text),
    target("passcode", 72, core::passcode::text),
    target("question", 1024, edge::records::ask),
    target("record", 4096, edge::records::row),
    target("recovery-key-slips", 20, core::recovery_key::slips),
    target("recovery-key-text", 140, core::recovery_key::text),
    target("scim", 1200, scim::anything),
    target("seal-text", 512, edge::seals::text),
    target("seal-written", 128, edge::seals::sealed),
    target("session-text", 512, edge::sessions::text),
    target("session-written", 160, edge::sessions::signed),
    target("stored-entry", 512, core::stored::entry),
    target("stored-member", 8192, core::stored::member),
    target("stored-tenant", 1024, core::stored::tenant),
    target("tenant", 512, machines::tenant::from_the_beginning),
    target("tenant-bent", 512, machines::tenant::from_anywhere),
    target("token-text", 256, edge::tokens::text),
    target("token-written", 40, edge::tokens::written),
    target("word", 1024, core::words::word),
];

/// The target of this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
