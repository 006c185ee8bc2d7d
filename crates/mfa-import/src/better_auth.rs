//! better-auth: the rows of its tables `user` and `twoFactor`, as JSON.
//!
//! ```json
//! { "user": [{ "id": "…", "email": "…", "username": "…", "twoFactorEnabled": true }],
//!   "twoFactor": [{ "userId": "…", "secret": "…", "verified": true }] }
//! ```
//!
//! A secret is in hexadecimal: nonce and XChaCha20-Poly1305 under the SHA-256 of BETTER_AUTH_SECRET; where secrets are
//! versioned, `$ba$`, the version and `$` before it. Inside is text whose bytes are the secret, or `base32:` and that.
//! Digits and period stand in the application's configuration, so they are told apart; its hash is SHA-1.

use std::collections::HashMap;

use chacha20poly1305::aead::Aead;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use mfa_core::member::Imported;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::line::{Line, Note};
use crate::parameters::{Said, hex, secret_from_base32, secret_from_bytes};
use crate::{Options, Trouble, Unreadable, json};

const EXPECTED: &str = "a JSON object with the rows of better-auth's tables user and twoFactor";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tables {
    user: Vec<User>,
    two_factor: Vec<TwoFactor>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    id: Id,
    email: Option<String>,
    username: Option<String>,
    two_factor_enabled: Option<Flag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TwoFactor {
    user_id: Id,
    secret: Zeroizing<String>,
    backup_codes: Option<Zeroizing<String>>,
    verified: Option<Flag>,
}

/// Text, or a number where the database counts.
#[derive(Deserialize, PartialEq, Eq, Hash, Clone)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(u64),
}

/// SQLite has no truth of its own.
#[derive(Deserialize, Clone, Copy)]
#[serde(untagged)]
enum Flag {
    Truth(bool),
    Number(u8),
}

impl Flag {
    fn says_yes(self) -> bool {
        matches!(self, Flag::Truth(true) | Flag::Number(1..))
    }
}

pub(crate) fn read(text: &str, options: &Options) -> Result<Vec<Line>, Unreadable> {
    let tables: Tables = json::parse(text, EXPECTED)?;
    let keys = Keys::read(options.key.as_deref().ok_or(Unreadable::KeyMissing)?)?;
    let users: HashMap<Id, User> = tables.user.into_iter().map(|user| (user.id.clone(), user)).collect();
    let line = |(index, row): (usize, TwoFactor)| {
        let owner = users.get(&row.user_id);
        let is_on = owner.and_then(|owner| owner.two_factor_enabled).map(Flag::says_yes);
        // Before `verified` was a column, whether it was ever confirmed stood with its owner alone. Where neither says
        // so, it may be the secret of somebody who began and went away.
        let is_confirmed = is_on != Some(false) && row.verified.map(Flag::says_yes).or(is_on) == Some(true);
        let brings = if is_confirmed { authenticator(&row, &keys, options) } else { Err(Trouble::NotConfirmed) };
        let codes = row.backup_codes.is_some().then_some(Note::RecoveryCodes(None));
        let name = owner.and_then(|owner| owner.username.clone().or_else(|| owner.email.clone()));
        Line::of(format!("twoFactor[{index}]"), name, brings).with(codes)
    };
    Ok(tables.two_factor.into_iter().enumerate().map(line).collect())
}

fn authenticator(row: &TwoFactor, keys: &Keys, options: &Options) -> Result<Imported, Trouble> {
    let plain = keys.open(&row.secret)?;
    let secret = match plain.strip_prefix("base32:") {
        Some(base32) => secret_from_base32(base32)?,
        None => secret_from_bytes(plain.as_bytes())?,
    };
    let (digits, period) = (options.digits.unwrap_or(6).into(), options.period.unwrap_or(30));
    Said { algorithm: "sha1", digits, period }.with(secret)
}

/// The application's secrets: one, or several by their version.
struct Keys(Vec<(Option<u32>, Zeroizing<[u8; 32]>)>);

impl Keys {
    fn read(text: &str) -> Result<Keys, Unreadable> {
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let key = |secret: &str| Zeroizing::new(<[u8; 32]>::from(Sha256::digest(secret.as_bytes())));
        let versioned = |line: &&str| {
            let (version, secret) = line.split_once(':')?;
            Some((Some(version.parse::<u32>().ok()?), key(secret)))
        };
        let several: Option<Vec<_>> = lines.iter().map(versioned).collect();
        match (several, lines.as_slice()) {
            (_, []) => Err(Unreadable::KeyMalformed),
            (Some(several), [only]) => Ok(Keys(several.into_iter().chain([(None, key(only))]).collect())),
            (Some(several), _) => Ok(Keys(several)),
            (None, [only]) => Ok(Keys(vec![(None, key(only))])),
            (None, _) => Err(Unreadable::KeyMalformed),
        }
    }

    fn open(&self, sealed: &str) -> Result<Zeroizing<String>, Trouble> {
        let (version, text) = match sealed.strip_prefix("$ba$") {
            Some(rest) => {
                let (version, text) = rest.split_once('$').ok_or(Trouble::SecretMalformed)?;
                (Some(version.parse::<u32>().map_err(|_| Trouble::SecretMalformed)?), text)
            }
            None => (None, sealed),
        };
        let bytes = hex(text).ok_or(Trouble::SecretMalformed)?;
        let (nonce, ciphertext) = bytes.split_at_checked(24).ok_or(Trouble::SecretMalformed)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| Trouble::SecretMalformed)?;
        let fitting = self.0.iter().filter(|(of, _)| *of == version || version.is_none());
        for (_, key) in fitting {
            let cipher = XChaCha20Poly1305::new((&**key).into());
            if let Ok(plain) = cipher.decrypt(&nonce, ciphertext) {
                return String::from_utf8(plain).map(Zeroizing::new).map_err(|_| Trouble::SecretMalformed);
            }
        }
        Err(Trouble::DoesNotOpen)
    }
}
