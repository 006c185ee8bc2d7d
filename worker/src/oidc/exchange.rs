//! The token endpoint: a code and a verifier for an ID token (RFC 6749 §4.1.3, RFC 7636 §4.5).

use base64ct::{Base64, Encoding};
use mfa_core::external::Verifier;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::callback::error_word;
use super::fetch::{self, Answer};
use super::flow::{self, Flow};
use super::metadata::{ClientAuthentication, Metadata};
use super::refused::{Document, Refused};
use super::{Provider, form, percent_encoded};
use crate::runtime;

/// The largest answer that is taken: an ID token, and an access token that we drop.
const MAX_BYTES: usize = 64 * 1024;

#[derive(Deserialize)]
struct Granted {
    id_token: String,
}

#[derive(Deserialize)]
struct Denied {
    error: String,
}

/// Redeems a code. The ID token comes back as text, nothing of it read.
pub(super) async fn redeem(
    provider: &Provider,
    metadata: &Metadata,
    flow: &Flow,
    code: &str,
) -> Result<Zeroizing<String>, Refused> {
    let answer = ask(provider, metadata, flow.redirect_uri(), flow.verifier(), code).await?;
    if matches!(answer.status, 400 | 401) {
        let word = answer.parse::<Denied>().map(|denied| error_word(&denied.error));
        return Err(word.map_or(Refused::Answered(Document::Token, answer.status), Refused::ByProvider));
    }
    Ok(Zeroizing::new(answer.ok()?.parse::<Granted>()?.id_token))
}

/// Whether the provider knows us by this secret. Shown a code that nobody gave out, it says no to the code, or to us:
/// a secret with a slip in it is told before everybody is locked out by it.
pub(super) async fn probe(provider: &Provider, metadata: &Metadata, redirect_uri: &str) -> Result<(), Refused> {
    let (code, verifier) = (flow::random_text()?, Verifier::from_random(runtime::random()?));
    let answer = ask(provider, metadata, redirect_uri, verifier.expose(), &code).await?;
    let word = answer.parse::<Denied>().map(|denied| denied.error).unwrap_or_default();
    match (word.as_str(), answer.status) {
        // Older Keycloaks call a wrong secret by the second.
        ("invalid_client" | "unauthorized_client", _) => Err(Refused::ByProvider(word)),
        ("invalid_grant", _) => Ok(()),
        (_, 401) => Err(Refused::Answered(Document::Token, 401)),
        _ => Ok(()),
    }
}

/// Asks the token endpoint, as the client that we say we are.
async fn ask(
    provider: &Provider,
    metadata: &Metadata,
    redirect_uri: &str,
    verifier: &str,
    code: &str,
) -> Result<Answer, Refused> {
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect_uri),
        ("code_verifier", verifier),
    ];
    let authorization = match metadata.client_authentication {
        ClientAuthentication::Basic => Some(basic(provider)),
        ClientAuthentication::Post => {
            fields.extend([("client_id", provider.client_id.as_str()), ("client_secret", &provider.client_secret)]);
            None
        }
    };
    let form = Zeroizing::new(form(&fields));
    let authorization = authorization.as_ref().map(|header| header.as_str());
    fetch::post(metadata.token.as_str(), &form, authorization, Document::Token, MAX_BYTES).await
}

/// RFC 6749 §2.3.1: each part form-encoded first.
fn basic(provider: &Provider) -> Zeroizing<String> {
    let secret = Zeroizing::new(percent_encoded(&provider.client_secret));
    let pair = Zeroizing::new(format!("{}:{}", percent_encoded(&provider.client_id), secret.as_str()));
    Zeroizing::new(format!("Basic {}", Base64::encode_string(pair.as_bytes())))
}
