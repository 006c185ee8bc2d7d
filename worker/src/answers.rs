//! Answers kept for requests that are sent again: a caller can see a failure though its write was committed.
//!
//! An answer is sealed under a key made of the deployment's secret, the client's idempotency key and the request
//! itself. Whoever reads the store learns nothing from it, and whoever guesses another's key without her request
//! gets a refusal.

use mfa_core::time::{Seconds, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::{Code, Problem};
use crate::json;
use crate::seal::{self, hmac_sha256};

/// How long a request may be repeated: longer than any client keeps trying, no longer than needed.
const KEPT: Seconds = Seconds(10 * 60);

/// How many answers an object keeps; the oldest goes first.
const AT_ONCE: usize = 16;

/// The answers that an object keeps.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Answers(Vec<Kept>);

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    #[serde(with = "mfa_core::stored::hex")]
    key: [u8; 32],
    sealed: String,
    until: Timestamp,
}

/// One request, as far as repetition goes.
pub(crate) struct Repeatable {
    key: [u8; 32],
    sealing: Zeroizing<[u8; 32]>,
}

impl Repeatable {
    /// Of the client's `idempotency` key and everything that it sent.
    pub(crate) fn new(naming: &[u8; 32], idempotency: &str, request: &str) -> Repeatable {
        let key = hmac_sha256(naming, &[b"edge-mfa idempotency v1\0", idempotency.as_bytes()]);
        let parts: [&[u8]; 4] = [b"edge-mfa answer v1\0", idempotency.as_bytes(), b"\0", request.as_bytes()];
        Repeatable { key, sealing: Zeroizing::new(hmac_sha256(naming, &parts)) }
    }
}

impl Answers {
    /// The answer given before to this very request, if it was.
    ///
    /// # Errors
    /// `IdempotencyKeyReused` when the key belongs to another request.
    pub(crate) fn find<A: DeserializeOwned>(&self, request: &Repeatable, now: Timestamp) -> Result<Option<A>, Problem> {
        let Some(kept) = self.0.iter().find(|kept| kept.key == request.key && now < kept.until) else {
            return Ok(None);
        };
        let plain = seal::open(&request.sealing, &kept.sealed, &kept.key).ok_or(Code::IdempotencyKeyReused)?;
        json::read_bytes(&plain).map(Some).ok_or_else(|| Problem::alarm("a kept answer cannot be read"))
    }

    /// Forgets what is too old to be asked for.
    pub(crate) fn forget_expired(&mut self, now: Timestamp) {
        self.0.retain(|kept| now < kept.until);
    }

    /// Keeps an answer.
    pub(crate) fn keep<A: Serialize>(
        &mut self,
        request: &Repeatable,
        answer: &A,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let plain = serde_json::to_vec(answer).map(Zeroizing::new);
        let plain = plain.map_err(|_| Problem::alarm("an answer does not serialize"))?;
        let sealed = seal::seal(&request.sealing, &plain, &request.key)?;
        self.forget_expired(now);
        self.0.retain(|kept| kept.key != request.key);
        if self.0.len() >= AT_ONCE {
            self.0.remove(0);
        }
        self.0.push(Kept { key: request.key, sealed, until: now.saturating_add(KEPT) });
        Ok(())
    }
}
