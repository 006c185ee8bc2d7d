//! What has ended since a token was made.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Deserialize;

use crate::{Claims, Refused};

/// The answer to `GET …/gate/ended`: sessions that ended lately, and the epoch. It may be a minute old when it comes,
/// and grows as old as whoever keeps it lets it; a token that it does not cover ends by itself within five minutes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Ended {
    /// When it was asked for.
    pub as_of: u64,
    epoch: u64,
    sessions: Vec<EndedSession>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct EndedSession {
    sid: String,
}

impl Ended {
    /// Reads it.
    ///
    /// # Errors
    /// [`Refused::Malformed`].
    pub fn from_json(text: &str) -> Result<Ended, Refused> {
        serde_json::from_str(text).map_err(|_| Refused::Malformed)
    }

    /// Whether what a token says is not true any more.
    #[must_use]
    pub fn covers(&self, claims: &Claims) -> bool {
        claims.epoch < self.epoch || self.sessions.iter().any(|ended| ended.sid == claims.session)
    }
}
