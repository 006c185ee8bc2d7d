//! Web addresses of a provider: read strictly, so that no two programs understand one address differently.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

/// Whether a provider on this very machine will do, over plain HTTP: for development and tests alone.
///
/// ```
/// use mfa_core::external::{Address, AddressError, Loopback};
///
/// let local = "http://localhost:8080/token";
/// assert!(Address::parse(local, Loopback::Allowed).is_ok());
/// assert_eq!(Address::parse(local, Loopback::Refused), Err(AddressError::HostNotPublic));
/// // No other machine of this network, not even while developing.
/// assert_eq!(Address::parse("http://10.0.0.1/token", Loopback::Allowed), Err(AddressError::NotHttps));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loopback {
    /// Only public hosts, over TLS.
    Refused,
    /// `localhost`, `127.0.0.1` and `[::1]` too, with or without TLS.
    Allowed,
}

/// An address that may be fetched, or that a browser may be sent to: `https`, a public host name, no user, no fragment.
///
/// What a URL parser would quietly change is refused: upper case in the host, dot segments, addresses written as
/// numbers, characters that have to be encoded.
///
/// ```
/// use mfa_core::external::{Address, AddressError, Loopback};
///
/// let address = |text| Address::parse(text, Loopback::Refused);
/// let token = address("https://id.acme.example/token")?;
/// assert_eq!(token.as_str(), "https://id.acme.example/token");
/// // Each is one host to the eye and another to some program.
/// assert_eq!(address("https://id.acme.example@evil.example"), Err(AddressError::HasUserinfo));
/// assert_eq!(address("https://id.acme.example\\@evil.example"), Err(AddressError::Malformed));
/// assert_eq!(address("https://0x7f.1"), Err(AddressError::HostIsNumber));
/// let long = ["https://id.acme.example/", &"a".repeat(Address::MAX_BYTES)].concat();
/// assert_eq!(address(&long), Err(AddressError::TooLong));
/// # Ok::<(), AddressError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(String);

impl Address {
    /// The longest that is looked at, in bytes.
    pub const MAX_BYTES: usize = 512;

    /// Reads one.
    ///
    /// # Errors
    /// [`AddressError`] says which rule it breaks.
    pub fn parse(text: &str, loopback: Loopback) -> Result<Self, AddressError> {
        Parts::parse(text, loopback)?;
        Ok(Self(text.to_owned()))
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The parts of an address that passed the rules.
pub(super) struct Parts<'a> {
    pub(super) host: &'a str,
    /// With its leading slash; empty where there is none.
    pub(super) path: &'a str,
    pub(super) query: Option<&'a str>,
}

impl<'a> Parts<'a> {
    pub(super) fn parse(text: &'a str, loopback: Loopback) -> Result<Self, AddressError> {
        if text.len() > Address::MAX_BYTES {
            return Err(AddressError::TooLong);
        }
        let (is_tls, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return Err(AddressError::NotHttps),
        };
        if !rest.bytes().all(may_stand_bare) {
            return Err(AddressError::Malformed);
        }
        if rest.contains('#') {
            return Err(AddressError::HasFragment);
        }
        let (rest, query) = match rest.split_once('?') {
            Some((rest, query)) => (rest, Some(query)),
            None => (rest, None),
        };
        let (authority, path) = rest.split_at_checked(rest.find('/').unwrap_or(rest.len())).unwrap_or((rest, ""));
        if authority.contains('@') {
            return Err(AddressError::HasUserinfo);
        }
        let host = host_of(authority)?;
        if matches!(host, "localhost" | "127.0.0.1" | "[::1]") {
            if loopback == Loopback::Refused {
                return Err(AddressError::HostNotPublic);
            }
        } else if is_tls {
            check_host(host)?;
        } else {
            return Err(AddressError::NotHttps);
        }
        if !is_plain_path(path) || !query.is_none_or(is_plain_query) {
            return Err(AddressError::Malformed);
        }
        Ok(Parts { host, path, query })
    }
}

/// RFC 3986 §2: printable ASCII without what has to be encoded; so no backslash, which browsers take for a slash.
const fn may_stand_bare(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
}

/// The host of `host[:port]`.
fn host_of(authority: &str) -> Result<&str, AddressError> {
    let (host, port) = match authority.rsplit_once(':') {
        // The colons of `[::1]` are no port's.
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    if let Some(port) = port {
        let is_number = !port.starts_with('0') && port.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number || port.parse::<u16>().is_err() {
            return Err(AddressError::Malformed);
        }
    }
    Ok(host)
}

/// A public DNS name, in lower case.
fn check_host(host: &str) -> Result<(), AddressError> {
    if host.starts_with('[') {
        return Err(AddressError::HostIsNumber);
    }
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if host.len() > 253 || !host.split('.').all(is_label) {
        return Err(AddressError::Malformed);
    }
    let Some((_, last)) = host.rsplit_once('.') else {
        return Err(AddressError::HostNotPublic);
    };
    // The URL standard reads a host whose last label is a number, decimal or hexadecimal, as an IPv4 address.
    if last.starts_with(|first: char| first.is_ascii_digit()) {
        return Err(AddressError::HostIsNumber);
    }
    // RFC 6761, RFC 6762, RFC 8375 and ICANN's reservation of `internal`.
    if matches!(last, "localhost" | "local" | "internal" | "test" | "invalid") || host.ends_with(".home.arpa") {
        return Err(AddressError::HostNotPublic);
    }
    Ok(())
}

/// Well encoded, and nothing in it that a URL parser would resolve: no dot segments, bare or encoded.
fn is_plain_path(path: &str) -> bool {
    is_well_encoded(path)
        && path.split('/').all(|segment| segment != "." && segment != "..")
        && !path.to_ascii_lowercase().contains("%2e")
}

/// Well encoded, and without the one character that the URL standard encodes there and RFC 3986 does not.
fn is_plain_query(query: &str) -> bool {
    is_well_encoded(query) && !query.contains('\'')
}

/// Each `%` is followed by two hexadecimal digits.
fn is_well_encoded(text: &str) -> bool {
    text.split('%').skip(1).all(|after| {
        let mut digits = after.bytes();
        let two = [digits.next(), digits.next()];
        two.iter().all(|digit| digit.is_some_and(|digit| digit.is_ascii_hexdigit()))
    })
}

/// Why a text is no address of a provider.
///
/// ```
/// use mfa_core::external::{Address, Loopback};
///
/// let error = Address::parse("https://169.254.169.254/latest/meta-data", Loopback::Refused).err();
/// let error = error.ok_or("an address inside the cloud")?;
/// // A word for programs, a sentence for people.
/// assert_eq!(error.word(), "host_is_number");
/// assert_eq!(error.to_string(), "the host is a number, not a name");
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddressError {
    /// Longer than [`Address::MAX_BYTES`].
    TooLong,
    /// Does not begin with `https://`, in lower case.
    NotHttps,
    /// A character that has to be encoded, a host or port that is none, a dot segment.
    Malformed,
    /// A name or password before the host.
    HasUserinfo,
    /// An issuer has no query.
    HasQuery,
    /// A `#`.
    HasFragment,
    /// An IP address in the place of a name.
    HostIsNumber,
    /// A host that only one machine or one network knows.
    HostNotPublic,
    /// An issuer of Entra ID that lets the people of any organisation in.
    MultiTenant,
    /// An issuer of Entra ID that does not name its directory by its id.
    DirectoryIdNeeded,
}

impl AddressError {
    /// A stable word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::TooLong => "address_too_long",
            Self::NotHttps => "address_not_https",
            Self::Malformed => "address_malformed",
            Self::HasUserinfo => "address_has_userinfo",
            Self::HasQuery => "address_has_query",
            Self::HasFragment => "address_has_fragment",
            Self::HostIsNumber => "host_is_number",
            Self::HostNotPublic => "host_not_public",
            Self::MultiTenant => "issuer_multi_tenant",
            Self::DirectoryIdNeeded => "issuer_directory_id_needed",
        }
    }
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the address has more than 512 characters",
            Self::NotHttps => "the address does not begin with https://",
            Self::Malformed => "the address is not well-formed, or not in lower case",
            Self::HasUserinfo => "the address holds a user name",
            Self::HasQuery => "the address holds a question mark",
            Self::HasFragment => "the address holds a #",
            Self::HostIsNumber => "the host is a number, not a name",
            Self::HostNotPublic => "the host is not one of the public internet",
            Self::MultiTenant => {
                "this issuer stands for every organisation: take the one that names your directory, \
                 https://login.microsoftonline.com/{directory id}/v2.0"
            }
            Self::DirectoryIdNeeded => "name the directory by its id, 36 characters in lower case, not by its domain",
        })
    }
}

impl core::error::Error for AddressError {}
