//! privacyIDEA: what `pi-tokenjanitor find export` writes.
//!
//! * `pi`, its own: a Fernet token over a JSON list. With everything that is needed, so this is the one to take.
//! * `csv`: owner, serial, secret, kind, digits and, of a TOTP token, period. It does not say which hash, nor whether a
//!   token is switched off.
//! * `pskc`: see [`crate::pskc`]. It does not say whose a token is, nor whether it is switched off.
//!
//! Names are of a realm there. Who has a name that is in several realms is not brought in.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::line::{Line, Note};
use crate::parameters::{Said, secret_from_base32, secret_from_hex};
use crate::{Options, Trouble, Unreadable, encrypted, json, pskc};
use mfa_core::member::Imported;

const EXPECTED: &str = "what `pi-tokenjanitor find export` wrote in its format pi, csv or pskc";

pub(crate) fn read(text: &str, options: &Options) -> Result<Vec<Line>, Unreadable> {
    let text = text.trim();
    let key = || options.key.as_deref().map(|key| key.trim()).ok_or(Unreadable::KeyMissing);
    if text.starts_with('<') {
        let lines = pskc::read(text, options.key.as_deref().map(|key| key.trim()))?;
        return Ok(lines.into_iter().map(|line| line.with([Note::StatusNotTold])).collect());
    }
    if text.starts_with("gAAAAA") {
        let plain = encrypted::fernet(text, key()?)?;
        let plain = core::str::from_utf8(&plain).map_err(|_| Unreadable::DoesNotOpen)?;
        return tokens(plain);
    }
    if text.starts_with('[') { tokens(text) } else { rows(text) }
}

#[derive(Deserialize)]
struct Token {
    #[serde(rename = "type")]
    kind: String,
    serial: Option<String>,
    otpkey: Zeroizing<String>,
    otplen: Value,
    active: Option<bool>,
    revoked: Option<bool>,
    #[serde(default)]
    info_list: Value,
    user: Option<Owner>,
}

#[derive(Deserialize)]
struct Owner {
    login: Option<String>,
    realm: Option<String>,
}

fn tokens(text: &str) -> Result<Vec<Line>, Unreadable> {
    let tokens: Vec<Token> = json::parse(text, EXPECTED)?;
    let lines = tokens.into_iter().enumerate().map(|(index, token)| {
        let serial = token.serial.as_deref().unwrap_or_default();
        let place = format!("[{index}] {serial}").trim_end().to_owned();
        let brings = authenticator(&token);
        let (login, realm) = token.user.map(|owner| (owner.login, owner.realm)).unwrap_or_default();
        (Line::of(place, login, brings), realm)
    });
    Ok(of_one_realm(lines.collect()))
}

/// Lines with the realms that their owners are of.
fn of_one_realm(lines: Vec<(Line, Option<String>)>) -> Vec<Line> {
    let mut realms: HashMap<String, Vec<Option<String>>> = HashMap::new();
    for (line, realm) in &lines {
        let known = realms.entry(folded(line)).or_default();
        if !known.contains(realm) {
            known.push(realm.clone());
        }
    }
    let checked = lines.into_iter().map(|(line, _)| match realms.get(&folded(&line)) {
        Some(known) if line.username.is_some() && known.len() > 1 => {
            Line { brings: Err(Trouble::SeveralRealms), ..line }
        }
        _ => line,
    });
    checked.collect()
}

/// As names are compared here.
fn folded(line: &Line) -> String {
    line.username.as_deref().unwrap_or_default().trim().to_lowercase()
}

fn authenticator(token: &Token) -> Result<Imported, Trouble> {
    if token.active == Some(false) || token.revoked == Some(true) {
        return Err(Trouble::Disabled);
    }
    if !token.kind.eq_ignore_ascii_case("totp") {
        return Err(Trouble::OtherKind);
    }
    let info = |name| token.info_list.get(name);
    let algorithm = info("hashlib").and_then(Value::as_str).unwrap_or("sha1");
    let digits = number(&token.otplen).ok_or(Trouble::Digits)?;
    let period = info("timeStep").map_or(Some(30), number).ok_or(Trouble::Period)?;
    Said { algorithm, digits, period }.with(secret_from_hex(&token.otpkey)?)
}

/// A number, or its text: tokens' details are text in its database.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()))
}

fn rows(text: &str) -> Result<Vec<Line>, Unreadable> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut lines = Vec::new();
    for (index, row) in reader.records().enumerate() {
        let unfit = || Unreadable::OtherForm { expected: EXPECTED, at: Some((index + 1, 1)) };
        let row = row.map_err(|_| unfit())?;
        let fields: Vec<&str> = row.iter().collect();
        let [owner, serial, secret, kind, digits, rest @ ..] = fields.as_slice() else { return Err(unfit()) };
        let (username, realm) =
            owner.rsplit_once('@').map(|(login, realm)| (login.to_owned(), realm.to_owned())).unzip();
        let place = format!("line {} {serial}", index + 1);
        let brings = match rest.first() {
            Some(period) if kind.eq_ignore_ascii_case("totp") => by_row(secret, digits, period),
            _ => Err(Trouble::OtherKind),
        };
        let notes = [Note::HashNotTold, Note::StatusNotTold];
        lines.push((Line::of(place, username, brings).with(notes), realm));
    }
    Ok(of_one_realm(lines))
}

fn by_row(secret: &str, digits: &str, period: &str) -> Result<Imported, Trouble> {
    // In hexadecimal it is written small, in base32 (`--b32`) in capitals.
    let is_base32 = secret.bytes().any(|byte| byte.is_ascii_uppercase());
    let secret = if is_base32 { secret_from_base32(secret)? } else { secret_from_hex(secret)? };
    let number = |text: &str| text.parse::<u64>().ok();
    let (digits, period) = (number(digits).ok_or(Trouble::Digits)?, number(period).ok_or(Trouble::Period)?);
    Said { algorithm: "sha1", digits, period }.with(secret)
}
