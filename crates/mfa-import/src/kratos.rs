//! Ory Kratos: identities as its admin API lists them, with the credentials `totp` and `lookup_secret` in the open.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::line::{Line, Note};
use crate::parameters::key_uri;
use crate::{Trouble, Unreadable, json};

const EXPECTED: &str = "a list of identities of Ory Kratos";

#[derive(Deserialize)]
#[serde(untagged)]
enum Export {
    List(Vec<Identity>),
    Page { identities: Vec<Identity> },
}

#[derive(Deserialize)]
struct Identity {
    #[serde(default)]
    traits: Value,
    state: Option<String>,
    #[serde(default)]
    credentials: BTreeMap<String, Credential>,
}

#[derive(Deserialize)]
struct Credential {
    #[serde(default)]
    identifiers: Vec<String>,
    #[serde(default)]
    config: Config,
}

#[derive(Deserialize, Default)]
struct Config {
    totp_url: Option<Zeroizing<String>>,
    #[serde(default)]
    recovery_codes: Vec<RecoveryCode>,
}

#[derive(Deserialize)]
struct RecoveryCode {
    used_at: Option<String>,
}

pub(crate) fn read(text: &str) -> Result<Vec<Line>, Unreadable> {
    let (Export::List(identities) | Export::Page { identities }) = json::parse(text, EXPECTED)?;
    Ok(identities.iter().enumerate().map(|(index, identity)| line(index, identity)).collect())
}

fn line(index: usize, identity: &Identity) -> Line {
    let totp = identity.credentials.get("totp");
    let brings = match totp.and_then(|totp| totp.config.totp_url.as_ref()) {
        _ if identity.state.as_deref() == Some("inactive") => Err(Trouble::Disabled),
        Some(url) => key_uri(url).1,
        // Listed without `include_credential=totp`, the credential is there and its secret is not.
        None if totp.is_some() => Err(Trouble::SecretMalformed),
        None => Err(Trouble::NoAuthenticator),
    };
    let codes = identity.credentials.get("lookup_secret").map(|lookup| {
        // Unused ones have no time, or the zero of Go's.
        let is_unused = |code: &&RecoveryCode| code.used_at.as_deref().is_none_or(|at| at.starts_with("0001-01-01"));
        let unused = lookup.config.recovery_codes.iter().filter(is_unused).count();
        Note::RecoveryCodes(Some(unused).filter(|count| *count > 0))
    });
    Line::of(format!("[{index}]"), name(identity), brings).with(codes)
}

/// What she signs in with there: the username of her traits, her address, or what she signs in with by a password.
fn name(identity: &Identity) -> Option<String> {
    let trait_of = |name| identity.traits.get(name).and_then(Value::as_str).map(str::to_owned);
    let identifier = || identity.credentials.get("password").and_then(|password| password.identifiers.first()).cloned();
    trait_of("username").or_else(|| trait_of("email")).or_else(identifier)
}
