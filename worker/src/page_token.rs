//! The tokens of our page at a sign-in that an application vouches for: `<kind>.<member>.<application>.<random>.<tag>`.
//!
//! Three kinds, each good in one place: what brings a browser to the page, in the fragment of a link that no server
//! sees; what the page goes by, in a cookie; what the browser brings back, which opens nothing by itself.

use mfa_core::member::TokenDigest;
use mfa_core::tenant::application::ApplicationId;
use zeroize::Zeroizing;

use crate::error::Problem;
use crate::object_ref::MemberName;
use crate::runtime::KeyRing;
use crate::token::{self, TokenSecret};

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// To come to the page with, once.
    Way,
    /// What the page goes by.
    Page,
    /// To bring back to the application, once.
    Reference,
}

impl Kind {
    fn prefix(self) -> &'static str {
        match self {
            Kind::Way => "mfaw",
            Kind::Page => "mfah",
            Kind::Reference => "mfar",
        }
    }
}

/// A token that carries our tag. Whether it lives, the member's object knows.
pub(crate) struct PageToken {
    pub(crate) member: MemberName,
    pub(crate) application: ApplicationId,
    pub(crate) digest: TokenDigest,
}

impl PageToken {
    /// Writes one.
    pub(crate) fn write(
        kind: Kind,
        tenant: &str,
        member: &MemberName,
        application: ApplicationId,
        secret: &TokenSecret,
        keys: &KeyRing,
    ) -> Result<Zeroizing<String>, Problem> {
        let body = format!("{}.{}.{application}.{}", kind.prefix(), member.as_str(), secret.expose());
        token::tagged(tenant, &Zeroizing::new(body), keys)
    }

    /// Reads one of this kind and tenant. `None` for anything else.
    pub(crate) fn read(kind: Kind, tenant: &str, text: &str, keys: &KeyRing) -> Option<PageToken> {
        let body = token::untagged(tenant, text, keys)?;
        let mut parts = body.split('.');
        if parts.next()? != kind.prefix() {
            return None;
        }
        let member = MemberName::parse(parts.next()?)?;
        let application = ApplicationId::parse(parts.next()?)?;
        let secret = TokenSecret::from_text(parts.next()?.to_owned());
        parts.next().is_none().then(|| PageToken { member, application, digest: secret.digest() })
    }
}
