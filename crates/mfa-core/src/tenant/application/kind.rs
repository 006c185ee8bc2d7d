//! What an application may do, and where it may have people sent back to.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::GuardedOrigins;
use crate::external::{Address, AddressError, Loopback};

/// An address of an application: `https`, or `http` on this very machine (RFC 8252 §7.3); no fragment, no name or
/// password in it. Compared byte by byte with what is asked for: no prefix, no pattern, no other port.
///
/// ```
/// use mfa_core::tenant::application::ReturnAddress;
///
/// let address = ReturnAddress::parse("https://shop.example/back?from=us")?;
/// assert_eq!(address.as_str(), "https://shop.example/back?from=us");
/// assert!(ReturnAddress::parse("http://localhost:8080/back").is_ok(), "a developer's own machine");
/// assert!(ReturnAddress::parse("http://shop.example/back").is_err(), "a code would travel in the open");
/// assert!(ReturnAddress::parse("https://shop.example/back#here").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub struct ReturnAddress(pub(super) String);

impl ReturnAddress {
    /// Reads one.
    ///
    /// # Errors
    /// [`AddressError`] says which rule it breaks.
    pub fn parse(text: &str) -> Result<ReturnAddress, AddressError> {
        Address::parse(text, Loopback::Allowed)?;
        Ok(ReturnAddress(text.to_owned()))
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ReturnAddress {
    type Error = &'static str;

    fn try_from(text: String) -> Result<ReturnAddress, Self::Error> {
        ReturnAddress::parse(&text).map_err(AddressError::word)
    }
}

impl From<ReturnAddress> for String {
    fn from(address: ReturnAddress) -> String {
        address.0
    }
}

/// Addresses of one purpose: at most [`ReturnAddresses::MOST`], none twice.
///
/// ```
/// use mfa_core::tenant::application::{ReturnAddress, ReturnAddresses};
///
/// let back = ReturnAddress::parse("https://shop.example/back")?;
/// let registered = ReturnAddresses::new(vec![back.clone()]).ok_or("at most ten, none twice")?;
/// assert!(!registered.is_empty() && registered.iter().eq([&back]));
/// // To the byte, or not at all: a prefix has opened many a door.
/// assert_eq!(registered.exactly("https://shop.example/back"), Some(&back));
/// assert_eq!(registered.exactly("https://shop.example/back?next=//evil.example"), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "Vec<ReturnAddress>", into = "Vec<ReturnAddress>"))]
pub struct ReturnAddresses(Vec<ReturnAddress>);

impl ReturnAddresses {
    /// How many at the most.
    pub const MOST: usize = 10;

    /// Takes a list, if it is one.
    #[must_use]
    pub fn new(addresses: Vec<ReturnAddress>) -> Option<ReturnAddresses> {
        let is_twice = |(place, address)| addresses.iter().skip(place + 1).any(|other| other == address);
        let well_formed = addresses.len() <= ReturnAddresses::MOST && !addresses.iter().enumerate().any(is_twice);
        well_formed.then_some(ReturnAddresses(addresses))
    }

    /// The registered address that is exactly this text.
    #[must_use]
    pub fn exactly(&self, text: &str) -> Option<&ReturnAddress> {
        self.0.iter().find(|address| address.as_str() == text)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &ReturnAddress> {
        self.0.iter()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl TryFrom<Vec<ReturnAddress>> for ReturnAddresses {
    type Error = &'static str;

    fn try_from(addresses: Vec<ReturnAddress>) -> Result<ReturnAddresses, Self::Error> {
        ReturnAddresses::new(addresses).ok_or("too many addresses, or one twice")
    }
}

impl From<ReturnAddresses> for Vec<ReturnAddress> {
    fn from(addresses: ReturnAddresses) -> Vec<ReturnAddress> {
        addresses.0
    }
}

/// What an application is to us, and what that needs.
///
/// ```
/// use mfa_core::tenant::application::{ApplicationKind, ReturnAddresses};
///
/// let client = |public| {
///     let [redirect_uris, post_logout_redirect_uris] = [(); 2].map(|()| ReturnAddresses::default());
///     ApplicationKind::Client { public, redirect_uris, post_logout_redirect_uris, back_channel_logout_uri: None }
/// };
/// assert_eq!(client(true).word(), "client");
/// // An app on a phone has no key: whoever takes the app apart would have it.
/// assert!(!client(true).has_keys() && client(false).has_keys());
/// // So the one is never made the other, by a form that is sent again with another box ticked.
/// assert!(!client(true).is_like(&client(false)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields))]
pub enum ApplicationKind {
    /// A relying party of OpenID Connect.
    Client {
        /// It cannot keep a key (an app on a phone or a computer): it has none, and PKCE alone.
        public: bool,
        /// Where codes go; at least one.
        redirect_uris: ReturnAddresses,
        /// Where somebody may be sent who has signed out.
        post_logout_redirect_uris: ReturnAddresses,
        /// Who is told by us, server to server, that a session has ended.
        #[cfg_attr(feature = "serde", serde(deserialize_with = "Option::deserialize"))]
        back_channel_logout_uri: Option<ReturnAddress>,
    },
    /// A login that stays theirs: their password check, our second factor.
    Login {
        /// Where somebody may be sent back to from the hosted page.
        return_uris: ReturnAddresses,
    },
    /// A directory elsewhere that says who belongs (SCIM 2.0): it invites and removes members, and gives nobody power.
    Provisioning,
    /// A reverse proxy that lets nobody by but who is signed in.
    Gate {
        /// What it guards; at least one.
        hosts: GuardedOrigins,
    },
}

impl ApplicationKind {
    /// Its word.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            ApplicationKind::Client { .. } => "client",
            ApplicationKind::Login { .. } => "login",
            ApplicationKind::Provisioning => "provisioning",
            ApplicationKind::Gate { .. } => "gate",
        }
    }

    /// Whether it proves itself by a key.
    #[must_use]
    pub fn has_keys(&self) -> bool {
        match self {
            ApplicationKind::Client { public, .. } => !public,
            ApplicationKind::Login { .. } | ApplicationKind::Provisioning | ApplicationKind::Gate { .. } => true,
        }
    }

    /// Whether the other is of the same kind and proves itself in the same way.
    #[must_use]
    pub fn is_like(&self, other: &ApplicationKind) -> bool {
        self.word() == other.word() && self.has_keys() == other.has_keys()
    }
}
