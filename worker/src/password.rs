//! Passwords: what is acceptable, and Argon2id over them. It runs in the stateless Worker, never in an object.

mod common;
#[cfg(test)]
mod tests;

use argon2::{Algorithm, Argon2, Params, Version};
use mfa_core::policy;
use mfa_core::tenant::ModeKind;
use wasm_bindgen::JsValue;
use zeroize::Zeroizing;

use crate::error::{Code, Problem};
use crate::object_ref::HashedPassword;
use crate::runtime::{KeyRing, NamedKey};
use crate::seal::{context, hmac_sha256};

/// OWASP Password Storage Cheat Sheet (2025): Argon2id with 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Names algorithm and parameters; the pepper's name follows it.
const SCHEME: &str = "argon2id-m19456-t2-p1";

/// Characters that may be sent as a password before anything is looked at. Longer is refused, not cut.
pub(crate) const MAX_BYTES: usize = policy::PASSWORD_MAX * 4;

/// The shortest password where the tenant's mode is this.
pub(crate) fn min_length(mode: ModeKind) -> usize {
    match mode {
        ModeKind::Mfa => policy::PASSWORD_WITH_MFA_MIN,
        ModeKind::Password | ModeKind::External => policy::PASSWORD_ALONE_MIN,
    }
}

/// A password in the one form that is hashed: NFC, so that the same keys on another system give the same bytes
/// (NIST SP 800-63B-4 §3.1.1.2; RFC 8265 §4.2).
pub(crate) struct Password(Zeroizing<String>);

impl Password {
    /// Takes what was typed. `None` when it is too long to be one.
    pub(crate) fn typed(text: &str) -> Option<Password> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let composed = js_sys::JsString::from(text).normalize("NFC");
        let composed = Zeroizing::new(JsValue::from(composed).as_string()?);
        (composed.chars().count() <= policy::PASSWORD_MAX).then_some(Password(composed))
    }

    /// Whether it may be chosen (NIST SP 800-63B-4 §3.1.1.2: length and blocklist, no rules of composition).
    pub(crate) fn is_acceptable(&self, mode: ModeKind, username: &str, tenant: &str) -> Result<(), Problem> {
        let min_length = min_length(mode);
        let refuse = |reason: &str| {
            let problem = Problem::from(Code::PasswordUnacceptable);
            Err(problem.with("reason", reason).with("min_length", min_length))
        };
        if !self.has_at_least(min_length) {
            return refuse("too_short");
        }
        let lower = Zeroizing::new(self.0.to_lowercase());
        if common::is_common(&lower) {
            return refuse("blocklisted");
        }
        let name = username.split('@').next().unwrap_or(username);
        let is_mostly =
            |word: &str| word.chars().count() >= 3 && lower.contains(word) && lower.len() < word.len() * 2 + 4;
        if is_mostly(username) || is_mostly(name) || is_mostly(tenant) {
            return refuse("contains_username");
        }
        Ok(())
    }

    /// A length counts characters, not bytes.
    fn has_at_least(&self, characters: usize) -> bool {
        self.0.chars().count() >= characters
    }

    /// Hashes it under the newest pepper.
    pub(crate) fn hash(&self, tenant: &str, username: &str, peppers: &KeyRing) -> Result<HashedPassword, Problem> {
        self.hash_with(tenant, username, peppers.newest()?)
    }

    /// Hashes it under the scheme that a member's hash was made with.
    pub(crate) fn hash_as(
        &self,
        scheme: &str,
        tenant: &str,
        username: &str,
        peppers: &KeyRing,
    ) -> Result<HashedPassword, Problem> {
        let pepper =
            scheme.strip_prefix(SCHEME).and_then(|rest| rest.strip_prefix(':')).and_then(|id| peppers.named(id));
        let pepper = pepper.ok_or_else(|| Problem::alarm("a password was hashed under a scheme that is not listed"))?;
        self.hash_with(tenant, username, pepper)
    }

    /// Hashes it under an older pepper, if there is one, for the time that it takes. Whether there is.
    pub(crate) fn hash_in_vain(&self, tenant: &str, username: &str, peppers: &KeyRing) -> Result<bool, Problem> {
        match peppers.all().nth(1) {
            Some(older) => self.hash_with(tenant, username, older).map(|_| true),
            None => Ok(false),
        }
    }

    /// The salt is derived, not drawn: unique for each tenant and username and, thanks to the pepper, as secret as
    /// it is unique. So a password is judged in one visit to the member's object, known or not, instead of two.
    fn hash_with(&self, tenant: &str, username: &str, pepper: &NamedKey) -> Result<HashedPassword, Problem> {
        let salt =
            hmac_sha256(pepper.bytes.as_slice(), &[b"edge-mfa password salt v1\0", &context(&[tenant, username])]);
        let failed = |error: argon2::Error| Problem::alarm(&format!("hashing failed: {error}"));
        let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(32)).map_err(failed)?;
        let argon2 = Argon2::new_with_secret(pepper.bytes.as_slice(), Algorithm::Argon2id, Version::V0x13, params)
            .map_err(failed)?;
        let mut output = [0; 32];
        argon2.hash_password_into(self.0.as_bytes(), &salt, &mut output).map_err(failed)?;
        let stands_alone = self.has_at_least(policy::PASSWORD_ALONE_MIN);
        Ok(HashedPassword { scheme: format!("{SCHEME}:{}", pepper.id), output, stands_alone })
    }
}
