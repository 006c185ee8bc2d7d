//! What our tokens say of somebody.

use base64ct::{Base64UrlUnpadded, Encoding};
use mfa_core::member::{Generation, Methods, Redeemed, SessionId, TokenDigest};
use mfa_core::policy::ACCESS_TOKEN;
use mfa_core::tenant::application::ApplicationId;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::issuer;
use crate::object_ref::{MemberName, Subject};
use crate::routes::Visit;

/// The class of a sign-in with two factors (REFEDS MFA Profile 1.2).
pub(super) const MFA: &str = "https://refeds.org/profile/mfa";

/// The class that a session is of: two factors of different kinds, or none that has a name. A remembered device is no
/// factor (NIST SP 800-63B-4 §5.1), and what another identity provider asked for we do not know.
pub(crate) fn class(methods: Methods) -> Option<&'static str> {
    (methods.password && methods.code).then_some(MFA)
}

/// What an application is told once it has redeemed its code.
pub(super) struct Told<'a> {
    pub(super) application: ApplicationId,
    pub(super) member: &'a MemberName,
    pub(super) username: &'a str,
    pub(super) code: TokenDigest,
    pub(super) redeemed: &'a Redeemed,
}

impl Told<'_> {
    fn subject(&self, visit: &Visit) -> Subject {
        Subject::of(&visit.tenant, self.member, self.redeemed.generation, &visit.secrets.naming)
    }

    /// OpenID Connect Core 1.0 §2.
    pub(super) fn id_token(&self, visit: &Visit, access_token: &str) -> Value {
        let mut claims = self.common(visit);
        set(&mut claims, "aud", self.application.to_string().into());
        set(&mut claims, "sid", sid(self.redeemed.session).into());
        set(&mut claims, "at_hash", half_hash(access_token).into());
        if let Some(nonce) = &self.redeemed.wish.nonce {
            set(&mut claims, "nonce", nonce.as_str().into());
        }
        if self.redeemed.wish.profile {
            set(&mut claims, "preferred_username", self.username.into());
        }
        claims
    }

    /// RFC 9068 §2.2. Good for one thing: to ask us who she is, for as long as what it was given by counts.
    pub(super) fn access_token(&self, visit: &Visit) -> Value {
        let mut claims = self.common(visit);
        let scope = if self.redeemed.wish.profile { "openid profile" } else { "openid" };
        set(&mut claims, "aud", issuer(visit).into());
        set(&mut claims, "client_id", self.application.to_string().into());
        set(&mut claims, "scope", scope.into());
        set(&mut claims, "jti", Grant::text(self.member, self.redeemed.generation, self.code).into());
        claims
    }

    fn common(&self, visit: &Visit) -> Value {
        let mut claims = json!({
            "iss": issuer(visit),
            "sub": self.subject(visit).as_str(),
            "iat": visit.now,
            "exp": visit.now.saturating_add(ACCESS_TOKEN),
            "auth_time": self.redeemed.authenticated_at,
            "amr": self.redeemed.methods.names().collect::<Vec<_>>(),
        });
        if let Some(class) = class(self.redeemed.methods) {
            set(&mut claims, "acr", class.into());
        }
        claims
    }
}

/// What an access token was given by: `member.generation.code`, the last as its digest. Who reads it has the token.
pub(super) struct Grant {
    pub(super) member: MemberName,
    pub(super) generation: Generation,
    pub(super) code: TokenDigest,
}

impl Grant {
    fn text(member: &MemberName, generation: Generation, code: TokenDigest) -> String {
        format!("{}.{}.{}", member.as_str(), generation.0, Base64UrlUnpadded::encode_string(&code.0))
    }

    pub(super) fn read(text: &str) -> Option<Grant> {
        let mut parts = text.split('.');
        let member = MemberName::parse(parts.next()?)?;
        let generation = Generation(parts.next()?.parse().ok()?);
        let mut digest = [0; 32];
        let decoded = Base64UrlUnpadded::decode(parts.next()?, &mut digest).ok()?.len();
        (decoded == 32 && parts.next().is_none()).then_some(Grant { member, generation, code: TokenDigest(digest) })
    }
}

/// A session's name, for applications.
pub(crate) fn sid(session: SessionId) -> String {
    session.0.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The left half of a token's SHA-256 (OpenID Connect Core 1.0 §3.1.3.6).
fn half_hash(token: &str) -> String {
    let hash = Sha256::digest(token.as_bytes());
    Base64UrlUnpadded::encode_string(hash.split_at(16).0)
}

fn set(claims: &mut Value, name: &str, value: Value) {
    if let Some(claims) = claims.as_object_mut() {
        claims.insert(name.to_owned(), value);
    }
}
