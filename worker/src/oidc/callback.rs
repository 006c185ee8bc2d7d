//! What the browser brings back: the query of the redirect URI.

use worker::Url;

use super::refused::Refused;

/// Longer is no answer: Entra ID's codes have about 1,500 characters.
const MAX_BYTES: usize = 8 * 1024;

/// The provider's answer, as the browser brings it. Nothing in it is believed for being there.
pub(crate) struct Callback {
    state: String,
    issuer: Option<String>,
    answer: Answer,
}

/// Yes or no.
pub(super) enum Answer {
    /// The authorization code.
    Code(String),
    /// The error's word (RFC 6749 §4.1.2.1).
    Error(String),
}

impl Callback {
    /// Reads it. A parameter that stands twice, or both a yes and a no, is no answer.
    pub(crate) fn read(url: &Url) -> Result<Callback, Refused> {
        if url.query().unwrap_or_default().len() > MAX_BYTES {
            return Err(Refused::CallbackMalformed);
        }
        let parameter = |wanted: &str| {
            let mut values = url.query_pairs().filter(|(name, _)| name == wanted).map(|(_, value)| value.into_owned());
            let value = values.next();
            if values.next().is_some() { Err(Refused::CallbackMalformed) } else { Ok(value) }
        };
        let answer = match (parameter("code")?, parameter("error")?) {
            (Some(code), None) if !code.is_empty() => Answer::Code(code),
            (None, Some(error)) => Answer::Error(error_word(&error)),
            _ => return Err(Refused::CallbackMalformed),
        };
        let state = parameter("state")?.ok_or(Refused::CallbackMalformed)?;
        Ok(Callback { state, issuer: parameter("iss")?, answer })
    }

    pub(super) fn state(&self) -> &str {
        &self.state
    }

    pub(super) fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    pub(super) fn answer(&self) -> &Answer {
        &self.answer
    }
}

/// An error's word, if it looks like one: it came from outside and goes into logs and pages.
pub(super) fn error_word(text: &str) -> String {
    let is_word = (1..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if is_word { text.to_owned() } else { "something_unreadable".to_owned() }
}
