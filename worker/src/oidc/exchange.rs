//! The token endpoint: a code and a verifier for an ID token (RFC 6749 §4.1.3, RFC 7636 §4.5).

use base64ct::{Base64, Encoding};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::callback::error_word;
use super::fetch;
use super::flow::Flow;
use super::metadata::{ClientAuthentication, Metadata};
use super::refused::{Document, Refused};
use super::{Provider, form, percent_encoded};

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
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", flow.redirect_uri()),
        ("code_verifier", flow.verifier()),
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
    let answer = fetch::post(metadata.token.as_str(), &form, authorization, Document::Token, MAX_BYTES).await?;
    if matches!(answer.status, 400 | 401) {
        let word = answer.parse::<Denied>().map(|denied| error_word(&denied.error));
        return Err(word.map_or(Refused::Answered(Document::Token, answer.status), Refused::ByProvider));
    }
    Ok(Zeroizing::new(answer.ok()?.parse::<Granted>()?.id_token))
}

/// RFC 6749 §2.3.1: each part form-encoded first.
fn basic(provider: &Provider) -> Zeroizing<String> {
    let secret = Zeroizing::new(percent_encoded(&provider.client_secret));
    let pair = Zeroizing::new(format!("{}:{}", percent_encoded(&provider.client_id), secret.as_str()));
    Zeroizing::new(format!("Basic {}", Base64::encode_string(pair.as_bytes())))
}
