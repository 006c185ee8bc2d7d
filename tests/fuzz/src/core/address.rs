//! Addresses of identity providers, with a second opinion from a URL parser: what it would change is not accepted.

use mfa_core::external::{Address, AddressError, Issuer, Loopback, Subject, TokenRefusal, Verifier};
use url::{Host, Url};

use crate::refusal::is_one_of;

const ERRORS: [AddressError; 10] = [
    AddressError::TooLong,
    AddressError::NotHttps,
    AddressError::Malformed,
    AddressError::HasUserinfo,
    AddressError::HasQuery,
    AddressError::HasFragment,
    AddressError::HostIsNumber,
    AddressError::HostNotPublic,
    AddressError::MultiTenant,
    AddressError::DirectoryIdNeeded,
];

/// Text that may be an address, an issuer, a subject or a code verifier.
pub(crate) fn text(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    match Address::parse(text, Loopback::Refused) {
        Ok(address) => {
            assert_eq!(address.as_str(), text);
            if let Some(url) = as_it_stands(text) {
                assert_eq!(url.scheme(), "https");
                let Some(Host::Domain(host)) = url.host() else { panic!("a host that is a number") };
                assert!(host.contains('.'), "a host that is not public");
            }
            assert!(Address::parse(text, Loopback::Allowed).is_ok());
        }
        Err(error) => is_one_of(&error, &ERRORS),
    }
    if Address::parse(text, Loopback::Allowed).is_ok() {
        let url = as_it_stands(text);
        let host = url.as_ref().and_then(Url::host_str);
        let is_here = matches!(host, Some("localhost" | "127.0.0.1" | "[::1]"));
        assert!(is_here || Address::parse(text, Loopback::Refused).is_ok());
    }
    issuer(text);
    subject(text);
    verifier(text);
}

/// The address as a URL parser reads it: with nothing changed, but for a slash after a bare host and for a port that
/// goes without saying. Whether a label in Punycode spells anything only a parser with Unicode's tables knows, and ours
/// is without; it trips over its own assertion there. One that spells nothing is fetched by nobody.
fn as_it_stands(text: &str) -> Option<Url> {
    if has_punycode(text) {
        return None;
    }
    let url = Url::parse(text).expect("no URL");
    assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none());
    let mut read = url.as_str().to_owned();
    let (_, rest) = text.split_once("://").unwrap();
    let authority = rest.split(['/', '?']).next().unwrap();
    let standard = if url.scheme() == "https" { ":443" } else { ":80" };
    let authority_ends = url.scheme().len() + "://".len() + authority.len();
    if authority.ends_with(standard) {
        read.insert_str(authority_ends - standard.len(), standard);
    }
    if url.path() == "/" && !rest[authority.len()..].starts_with('/') {
        read.remove(authority_ends);
    }
    assert_eq!(read, text, "another program reads another address");
    Some(url)
}

/// In its host; anywhere else it is a text like any other.
fn has_punycode(text: &str) -> bool {
    let host = text.split_once("://").and_then(|(_, rest)| rest.split(['/', '?', '#']).next());
    host.is_some_and(|host| host.to_ascii_lowercase().contains("xn--"))
}

fn issuer(text: &str) {
    match Issuer::parse(text, Loopback::Refused) {
        Ok(issuer) => {
            assert!(Address::parse(text, Loopback::Refused).is_ok() && !text.contains(['?', '#']));
            assert_eq!((issuer.as_str(), issuer.to_string().as_str()), (text, text));
            assert_eq!(serde_json::to_value(&issuer).unwrap(), text);
            let discovery = issuer.discovery_address();
            assert!(discovery.ends_with("/.well-known/openid-configuration"));
            if discovery.len() <= Address::MAX_BYTES {
                assert!(Address::parse(&discovery, Loopback::Refused).is_ok(), "{discovery}");
            }
            let host = |text: &str| Url::parse(text).map(|url| url.host_str().map(str::to_owned));
            assert!(has_punycode(text) || host(&discovery) == host(text));
            let everybodys = ["/common", "/organizations", "/consumers", "/9188040d-6c67-4c5b-b112-36a304b66dad"];
            for path in everybodys {
                assert!(!text.starts_with(&format!("https://login.microsoftonline.com{path}/")));
            }
        }
        Err(error) => is_one_of(&error, &ERRORS),
    }
}

fn subject(text: &str) {
    match Subject::parse(text) {
        Ok(subject) => {
            assert_eq!(subject.as_str(), text);
            assert!((1..=255).contains(&text.len()) && text.chars().all(|symbol| matches!(symbol, ' '..='~')));
        }
        Err(error) => is_one_of(&error, &[TokenRefusal::SubjectUnacceptable]),
    }
}

fn verifier(text: &str) {
    if let Some(verifier) = Verifier::from_text(text.to_owned()) {
        assert_eq!(verifier.expose(), text);
        assert_eq!(verifier.challenge().len(), 43);
        assert_eq!(format!("{verifier:?}"), "Verifier(redacted)");
    }
}
