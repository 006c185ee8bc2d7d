//! What a token says, and whom it has to be for.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Deserialize;

use crate::Refused;

/// How far the clocks of who made a token and who reads it may be apart, in seconds.
const CLOCKS: u64 = 60;

/// Whom a token has to be for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected<'a> {
    /// The tenant's issuer, `https://…/t/{tenant}`, to the letter.
    pub issuer: &'a str,
    /// The id of the application of kind `gate`, `app-…`.
    pub application: &'a str,
    /// The origin under which people come to the application, as they write it.
    pub origin: &'a str,
}

/// What she is in her tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// She runs it.
    Administrator,
    /// She belongs to it.
    Member,
}

/// What it says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Claims {
    /// The tenant.
    #[serde(rename = "iss")]
    pub issuer: String,
    /// The application.
    #[serde(rename = "aud")]
    pub application: String,
    /// The host that the gate guards.
    pub origin: String,
    /// Who it is, for good: whoever is invited again under the same username is somebody else.
    #[serde(rename = "sub")]
    pub subject: String,
    /// What she is called.
    #[serde(rename = "preferred_username")]
    pub username: String,
    /// What she is in her tenant.
    pub role: Role,
    /// How she proved herself: `pwd`, `otp`, `device`, … (RFC 8176 and ours).
    pub amr: Vec<String>,
    /// The class of the sign-in, where it has a name.
    #[serde(default)]
    pub acr: Option<String>,
    /// When she last proved herself; Unix time in seconds, as all times here.
    pub auth_time: u64,
    /// Her session.
    #[serde(rename = "sid")]
    pub session: String,
    /// The tenant's epoch: it rises when all sessions end at once.
    pub epoch: u64,
    /// When it was made.
    #[serde(rename = "iat")]
    pub issued_at: u64,
    /// When it is over.
    #[serde(rename = "exp")]
    pub expires_at: u64,
}

impl Claims {
    /// Whether two factors of different kinds were shown (REFEDS MFA Profile). A remembered device is none.
    #[must_use]
    pub fn has_mfa(&self) -> bool {
        self.acr.as_deref() == Some("https://refeds.org/profile/mfa")
    }

    pub(crate) fn are_for(&self, expected: &Expected<'_>, now: u64) -> Result<(), Refused> {
        if self.issuer != expected.issuer {
            return Err(Refused::OtherIssuer);
        }
        if self.application != expected.application || self.origin != expected.origin {
            return Err(Refused::OtherAudience);
        }
        if now >= self.expires_at {
            return Err(Refused::Expired);
        }
        if self.issued_at > now.saturating_add(CLOCKS) {
            return Err(Refused::NotYet);
        }
        Ok(())
    }
}
