//! Tokens with our tag: what we wrote is read, for its kind and tenant, and nothing else ever is.

use arbitrary::{Arbitrary, Unstructured};
use mfa_core::member::DeviceId;
use mfa_core::tenant::application::ApplicationId;

use super::keys::{changed, ring};
use crate::object_ref::MemberName;
use crate::page_token::{Kind as PageKind, PageToken};
use crate::token::{Kind, Token, TokenSecret};

const KINDS: [Kind; 5] = [Kind::Pending, Kind::Device, Kind::Invitation, Kind::PasswordLink, Kind::AuthorizationCode];

const PAGES: [PageKind; 3] = [PageKind::Way, PageKind::Page, PageKind::Reference];

/// Text that somebody made up.
pub(crate) fn text(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    for kind in KINDS {
        assert!(Token::read(kind, "acme", text, &ring(&[1, 2])).is_none(), "a token that we did not write");
    }
    for kind in PAGES {
        assert!(PageToken::read(kind, "acme", text, &ring(&[1, 2])).is_none(), "a page that we did not make");
    }
}

/// A token of ours, changed, shown elsewhere or taken for another.
pub(crate) fn written(data: &[u8]) {
    let Ok(made) = Made::arbitrary_take_rest(Unstructured::new(data)) else { return };
    let kind = KINDS[usize::from(made.kind % 4)];
    let device = (kind == Kind::Device).then_some(DeviceId(made.device));
    let digits: String = made.member.iter().map(|byte| format!("{byte:02x}")).collect();
    let member = MemberName::parse(&digits).expect("a member's name");
    // The secret of a token is base64url of 32 bytes.
    let secret = made.secret.iter().map(|byte| char::from(b'A' + byte % 26)).collect();
    let secret = TokenSecret::from_text(secret);
    let Ok(token) = Token::write(kind, "acme", &member, device, &secret, &ring(&[1, 2])) else { return };

    // Also once another key is the newest.
    for keys in [&[1][..], &[3, 1]] {
        let read = Token::read(kind, "acme", &token, &ring(keys)).expect("our own token");
        assert_eq!((read.member.as_str(), read.digest), (member.as_str(), secret.digest()));
        assert_eq!(read.presented_device().map(|presented| presented.id), device);
    }
    let refused = |kind, tenant: &str, text: &str, keys: &[u8]| Token::read(kind, tenant, text, &ring(keys)).is_none();
    assert!(refused(kind, "acme", &token, &[2, 3]), "read under a key that is retired");
    assert!(KINDS.into_iter().filter(|other| *other != kind).all(|other| refused(other, "acme", &token, &[1])));
    assert!(refused(kind, "acm", &token, &[1]) && refused(kind, "acme2", &token, &[1]));
    if let Some(text) = changed(&token, made.at, made.to) {
        assert!(KINDS.into_iter().all(|kind| refused(kind, "acme", &text, &[1])), "changed, and still read");
    }
    let cut = token.len() - usize::from(made.cut) % token.len();
    assert!(cut == token.len() || refused(kind, "acme", token.get(..cut).unwrap_or_default(), &[1]));
    assert!(refused(kind, "acme", &format!("{}=", token.as_str()), &[1]));
    written_for_a_page(&made, &member, &secret);
}

/// The same of our page's: three kinds, none of which is another, or one of those above.
fn written_for_a_page(made: &Made, member: &MemberName, secret: &TokenSecret) {
    let kind = PAGES[usize::from(made.kind) % PAGES.len()];
    let application = ApplicationId(made.device);
    let Ok(token) = PageToken::write(kind, "acme", member, application, secret, &ring(&[1])) else { return };
    let read = PageToken::read(kind, "acme", &token, &ring(&[1])).expect("our own token");
    assert_eq!((read.member.as_str(), read.application, read.digest), (member.as_str(), application, secret.digest()));
    let refused = |kind, tenant: &str, text: &str| PageToken::read(kind, tenant, text, &ring(&[1])).is_none();
    assert!(PAGES.into_iter().filter(|other| *other != kind).all(|other| refused(other, "acme", &token)));
    assert!(KINDS.into_iter().all(|other| Token::read(other, "acme", &token, &ring(&[1])).is_none()));
    assert!(refused(kind, "acme2", &token));
    if let Some(text) = changed(&token, made.at, made.to) {
        assert!(refused(kind, "acme", &text), "changed, and still read");
    }
}

#[derive(Arbitrary)]
struct Made {
    kind: u8,
    device: [u8; 8],
    member: [u8; 16],
    secret: [u8; 8],
    at: u16,
    to: u8,
    cut: u8,
}
