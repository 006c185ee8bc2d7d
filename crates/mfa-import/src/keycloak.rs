//! Keycloak's realm export. Of each user the credentials of type `otp`; what they are made of stands in two texts that
//! are JSON themselves. The secret is the text's own bytes, unless it says that it is base32.

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::line::{Line, Note};
use crate::parameters::{Said, secret_from_base32, secret_from_bytes};
use crate::{Trouble, Unreadable, json};
use mfa_core::member::Imported;

#[derive(Deserialize)]
struct Realm {
    users: Vec<User>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    username: Option<String>,
    enabled: Option<bool>,
    #[serde(default)]
    credentials: Vec<Credential>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Credential {
    #[serde(rename = "type")]
    kind: Option<String>,
    secret_data: Option<Zeroizing<String>>,
    credential_data: Option<String>,
}

#[derive(Deserialize)]
struct SecretData {
    value: Zeroizing<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OtpData {
    sub_type: String,
    digits: u64,
    period: u64,
    algorithm: String,
    secret_encoding: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecoveryData {
    remaining_codes: Option<usize>,
}

pub(crate) fn read(text: &str) -> Result<Vec<Line>, Unreadable> {
    let realm: Realm = json::parse(text, "a realm that Keycloak exported with its users")?;
    Ok(realm.users.into_iter().enumerate().map(|(index, user)| line(index, user)).collect())
}

fn line(index: usize, user: User) -> Line {
    let of_kind = |kind: &'static str| user.credentials.iter().filter(move |own| own.kind.as_deref() == Some(kind));
    // The first is the one that Keycloak asks for first.
    let mut authenticators = of_kind("otp");
    let brings = match authenticators.next() {
        _ if user.enabled == Some(false) => Err(Trouble::Disabled),
        Some(first) => authenticator(first),
        None if of_kind("totp").next().is_some() => Err(Trouble::Malformed),
        None => Err(Trouble::NoAuthenticator),
    };
    let further = Some(authenticators.count()).filter(|count| *count > 0).map(Note::FurtherAuthenticators);
    let codes = of_kind("recovery-authn-codes").next().map(|codes| {
        let data = codes.credential_data.as_deref().and_then(|text| serde_json::from_str::<RecoveryData>(text).ok());
        Note::RecoveryCodes(data.and_then(|data| data.remaining_codes))
    });
    Line::of(format!("users[{index}]"), user.username, brings).with(further.into_iter().chain(codes))
}

fn authenticator(credential: &Credential) -> Result<Imported, Trouble> {
    let (Some(secret), Some(data)) = (&credential.secret_data, &credential.credential_data) else {
        return Err(Trouble::Malformed);
    };
    let secret: SecretData = serde_json::from_str(secret).map_err(|_| Trouble::Malformed)?;
    let data: OtpData = serde_json::from_str(data).map_err(|_| Trouble::Malformed)?;
    if data.sub_type != "totp" {
        return Err(Trouble::OtherKind);
    }
    let secret = match data.secret_encoding.as_deref() {
        None => secret_from_bytes(secret.value.as_bytes())?,
        Some(encoding) if encoding.eq_ignore_ascii_case("base32") => secret_from_base32(&secret.value)?,
        Some(_) => return Err(Trouble::SecretMalformed),
    };
    Said { algorithm: &data.algorithm, digits: data.digits, period: data.period }.with(secret)
}
