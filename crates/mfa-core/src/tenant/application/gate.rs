//! What a gate guards: origins that a reverse proxy stands before, and the paths on them that somebody may be sent to.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::ReturnAddress;
use crate::external::{Address, AddressError, Loopback};

/// Where our part of a guarded origin begins: what is below it the proxy hands to us.
const OURS: &str = "/.edge-mfa/";

/// Scheme, host and port, in the one form in which a browser writes them: `https`, or `http` on this very machine; the
/// scheme's own port left out; nothing behind it.
///
/// ```
/// use mfa_core::tenant::application::GuardedOrigin;
///
/// let wiki = GuardedOrigin::parse("https://wiki.example")?;
/// assert_eq!(wiki.ours("start"), "https://wiki.example/.edge-mfa/start");
/// assert_eq!(wiki.callback().as_str(), "https://wiki.example/.edge-mfa/callback");
/// // As a proxy says it was asked, a WebSocket too.
/// assert_eq!(GuardedOrigin::forwarded("wss", "wiki.example").as_ref(), Some(&wiki));
/// assert_eq!(GuardedOrigin::forwarded("https", "wiki.example/@evil.example"), None);
/// // Two spellings of one origin would be two origins, of which one is guarded.
/// assert!(GuardedOrigin::parse("https://wiki.example:443").is_err());
/// assert_eq!(wiki.as_str(), "https://wiki.example");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub struct GuardedOrigin(String);

impl GuardedOrigin {
    /// Reads one.
    ///
    /// # Errors
    /// [`AddressError`] says which rule it breaks.
    pub fn parse(text: &str) -> Result<GuardedOrigin, AddressError> {
        Address::parse(text, Loopback::Allowed)?;
        let (scheme, authority) = text.split_once("://").ok_or(AddressError::Malformed)?;
        let own_port = if scheme == "https" { ":443" } else { ":80" };
        let is_bare = !authority.contains(['/', '?']) && !authority.ends_with(own_port);
        if is_bare { Ok(GuardedOrigin(text.to_owned())) } else { Err(AddressError::Malformed) }
    }

    /// The one that a proxy says it was asked under. A connection that is to become a WebSocket is called by that name
    /// by some.
    #[must_use]
    pub fn forwarded(scheme: &str, host: &str) -> Option<GuardedOrigin> {
        let scheme = match scheme {
            "https" | "wss" => "https",
            "http" | "ws" => "http",
            _ => return None,
        };
        GuardedOrigin::parse(&format!("{scheme}://{host}")).ok()
    }

    /// As a browser writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// An address of ours there.
    #[must_use]
    pub fn ours(&self, name: &str) -> String {
        format!("{}{OURS}{name}", self.0)
    }

    /// Where codes for it go, and nowhere else.
    #[must_use]
    pub fn callback(&self) -> ReturnAddress {
        ReturnAddress(self.ours("callback"))
    }
}

impl TryFrom<String> for GuardedOrigin {
    type Error = &'static str;

    fn try_from(text: String) -> Result<GuardedOrigin, Self::Error> {
        GuardedOrigin::parse(&text).map_err(AddressError::word)
    }
}

impl From<GuardedOrigin> for String {
    fn from(origin: GuardedOrigin) -> String {
        origin.0
    }
}

/// What one gate guards: one to [`GuardedOrigins::MOST`], none twice.
///
/// ```
/// use mfa_core::tenant::application::{GuardedOrigin, GuardedOrigins};
///
/// let (wiki, ci) = (GuardedOrigin::parse("https://wiki.example")?, GuardedOrigin::parse("https://ci.example")?);
/// let guarded = GuardedOrigins::new(vec![wiki.clone()]).ok_or("one to five, none twice")?;
/// assert!(guarded.contains(&wiki) && !guarded.contains(&ci) && guarded.iter().count() == 1);
/// assert_eq!(GuardedOrigins::new(vec![]), None, "a gate that guards nothing lets nobody by");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "Vec<GuardedOrigin>", into = "Vec<GuardedOrigin>"))]
pub struct GuardedOrigins(Vec<GuardedOrigin>);

impl GuardedOrigins {
    /// How many at the most.
    pub const MOST: usize = 5;

    /// Takes a list, if it is one.
    #[must_use]
    pub fn new(origins: Vec<GuardedOrigin>) -> Option<GuardedOrigins> {
        let is_twice = |(place, origin)| origins.iter().skip(place + 1).any(|other| other == origin);
        let well_formed = (1..=GuardedOrigins::MOST).contains(&origins.len());
        (well_formed && !origins.iter().enumerate().any(is_twice)).then_some(GuardedOrigins(origins))
    }

    /// Whether this is one of them.
    #[must_use]
    pub fn contains(&self, origin: &GuardedOrigin) -> bool {
        self.0.contains(origin)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &GuardedOrigin> {
        self.0.iter()
    }
}

impl TryFrom<Vec<GuardedOrigin>> for GuardedOrigins {
    type Error = &'static str;

    fn try_from(origins: Vec<GuardedOrigin>) -> Result<GuardedOrigins, Self::Error> {
        GuardedOrigins::new(origins).ok_or("no origin, too many, or one twice")
    }
}

impl From<GuardedOrigins> for Vec<GuardedOrigin> {
    fn from(origins: GuardedOrigins) -> Vec<GuardedOrigin> {
        origins.0
    }
}

/// A page on a guarded origin: a path and its query, which cannot be read as another host's.
///
/// Where somebody goes on to once she is signed in. The text comes from whoever made the link that she followed:
///
/// ```
/// use mfa_core::tenant::application::GuardedPath;
///
/// let path = GuardedPath::parse("/pages?id=7").unwrap_or_else(GuardedPath::front_page);
/// assert_eq!(path.as_str(), "/pages?id=7");
/// // Another host, in three spellings, and a circle.
/// for bad in ["//evil.example", "/\\evil.example", "https://evil.example", "/.edge-mfa/start"] {
///     assert_eq!(GuardedPath::parse(bad), None);
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuardedPath(String);

impl GuardedPath {
    /// The longest, in bytes: it travels in an address, and in a cookie on the way through another identity provider.
    pub const MAX_BYTES: usize = 512;

    /// Reads one as a proxy or a query tells it. One slash at its beginning, since two begin a host and browsers take
    /// a backslash for a slash; nothing that has to be encoded; and none of ours, which would lead in a circle.
    #[must_use]
    pub fn parse(text: &str) -> Option<GuardedPath> {
        let well_formed = text.len() <= GuardedPath::MAX_BYTES
            && text.starts_with('/')
            && !text.starts_with("//")
            && text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'"' | b'<' | b'>' | b'#'))
            && !text.starts_with(OURS);
        well_formed.then(|| GuardedPath(text.to_owned()))
    }

    /// Where somebody goes who was on the way to nowhere that can be gone to.
    #[must_use]
    pub fn front_page() -> GuardedPath {
        GuardedPath("/".to_owned())
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
