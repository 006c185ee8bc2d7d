//! Every rule, broken once; the shapes of real providers; laws over whatever anybody writes.

mod addresses;
mod forged;
mod keys;
#[cfg(feature = "serde")]
mod parsing;
mod times;

use std::string::String;

use super::{Audience, Claims, Expected, Issuer, Loopback, NumericDate, Proof, TokenRefusal, judge};
use crate::time::{Seconds, Timestamp};

const DIRECTORY: &str = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490";
const ENTRA: &str = "https://login.microsoftonline.com/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/v2.0";
const CLIENT: &str = "6731de76-14a6-49ae-97bc-6eba6914391e";
const NONCE: &str = "n-0S6_WzA2MjAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const NOW: Timestamp = Timestamp(1_800_000_000);

#[expect(clippy::unwrap_used, reason = "a test may fail")]
fn entra() -> Issuer {
    Issuer::parse(ENTRA, Loopback::Refused).unwrap()
}

fn date(seconds: u64) -> Option<NumericDate> {
    Some(NumericDate(Timestamp(seconds)))
}

fn text(text: &str) -> Option<String> {
    Some(text.into())
}

fn several(audiences: &[&str]) -> Option<Audience> {
    Some(Audience::Several(audiences.iter().map(|one| (*one).into()).collect()))
}

/// What Entra ID sends: dated five minutes early, without `auth_time`.
fn good() -> Claims {
    Claims {
        iss: text(ENTRA),
        sub: text("AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ"),
        aud: Some(Audience::One(CLIENT.into())),
        azp: None,
        exp: date(NOW.0 + 3600),
        iat: date(NOW.0 - 300),
        nbf: date(NOW.0 - 300),
        auth_time: None,
        nonce: text(NONCE),
        tid: text(DIRECTORY),
        preferred_username: text("anna@contoso.example"),
        name: text("Anna de Wit"),
    }
}

/// Judges what is left of a good token after `change`.
fn changed(change: impl FnOnce(&mut Claims)) -> Result<Proof, TokenRefusal> {
    let mut claims = good();
    change(&mut claims);
    asked_for(&claims, None)
}

/// Judges in a sign-in that began a minute ago.
fn asked_for(claims: &Claims, max_age: Option<Seconds>) -> Result<Proof, TokenRefusal> {
    let issuer = entra();
    let asked_at = Timestamp(NOW.0 - 60);
    judge(claims, &Expected { issuer: &issuer, client_id: CLIENT, nonce: NONCE, asked_at, max_age }, NOW)
}
