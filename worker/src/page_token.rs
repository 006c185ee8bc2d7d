//! The tokens of our page at a sign-in that an application vouches for: `<kind>.<member>.<application>.<random>.<tag>`.
//!
//! Four kinds, each good in one place: what brings a browser to the page, in the fragment of a link that no server
//! sees; what the page goes by, in a cookie; and two that the browser brings back, which open nothing by themselves.

use base64ct::{Base64UrlUnpadded, Encoding};
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
    /// To bring back to the application for another password. It names the page: in place of the random part it has the
    /// digest of the page's, so that it is there as long as the page and no address ever holds what the page goes by.
    Errand,
}

impl Kind {
    fn prefix(self) -> &'static str {
        match self {
            Kind::Way => "mfaw",
            Kind::Page => "mfah",
            Kind::Reference => "mfar",
            Kind::Errand => "mfae",
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

    /// Writes what the browser on this page brings back for another password.
    pub(crate) fn errand(
        tenant: &str,
        member: &MemberName,
        application: ApplicationId,
        page: &TokenDigest,
        keys: &KeyRing,
    ) -> Result<Zeroizing<String>, Problem> {
        let named = TokenSecret::from_text(Base64UrlUnpadded::encode_string(&page.0));
        PageToken::write(Kind::Errand, tenant, member, application, &named, keys)
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
        let last = parts.next()?;
        let digest = match kind {
            Kind::Way | Kind::Page | Kind::Reference => TokenSecret::from_text(last.to_owned()).digest(),
            Kind::Errand => TokenDigest(Base64UrlUnpadded::decode_vec(last).ok()?.try_into().ok()?),
        };
        parts.next().is_none().then_some(PageToken { member, application, digest })
    }
}
