//! Issuers and endpoints, with crate `url` as the program on the other side.

use proptest::prelude::*;

use super::*;
use crate::external::{Address, AddressError};

fn issuer(text: &str) -> Result<Issuer, AddressError> {
    Issuer::parse(text, Loopback::Refused)
}

#[test]
fn issuers_of_real_providers() {
    for (text, discovery) in [
        (
            ENTRA,
            "https://login.microsoftonline.com/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/v2.0/.well-known/openid-configuration",
        ),
        ("https://accounts.google.com", "https://accounts.google.com/.well-known/openid-configuration"),
        ("https://acme.eu.auth0.com/", "https://acme.eu.auth0.com/.well-known/openid-configuration"),
        (
            "https://id.acme.example:8443/realms/a%20b",
            "https://id.acme.example:8443/realms/a%20b/.well-known/openid-configuration",
        ),
        (
            "https://acme.okta.com/oauth2/default",
            "https://acme.okta.com/oauth2/default/.well-known/openid-configuration",
        ),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example/.well-known/openid-configuration"),
    ] {
        let parsed = issuer(text).unwrap();
        assert_eq!((parsed.as_str(), parsed.discovery_address().as_str()), (text, discovery));
    }
}

#[test]
fn issuers_that_are_refused() {
    use AddressError::*;
    let long = std::format!("https://a.example/{}", "a".repeat(512));
    for (text, error) in [
        ("", NotHttps),
        ("http://id.acme.example", NotHttps),
        ("HTTPS://id.acme.example", NotHttps),
        ("ftp://id.acme.example", NotHttps),
        (" https://id.acme.example", NotHttps),
        ("javascript:alert(1)", NotHttps),
        ("https:/id.acme.example", NotHttps),
        ("http://localhost", HostNotPublic),
        ("https://localhost", HostNotPublic),
        ("https://127.0.0.1", HostNotPublic),
        ("https://[::1]", HostNotPublic),
        ("https://intranet", HostNotPublic),
        ("https://id.local", HostNotPublic),
        ("https://metadata.google.internal", HostNotPublic),
        ("https://router.home.arpa", HostNotPublic),
        ("https://169.254.169.254", HostIsNumber),
        ("https://10.0.0.1/x", HostIsNumber),
        ("https://127.1", HostIsNumber),
        ("https://a.0x7f", HostIsNumber),
        ("https://[2001:db8::1]", HostIsNumber),
        ("https://[::ffff:127.0.0.1]:443", HostIsNumber),
        ("https://", Malformed),
        ("https:///path", Malformed),
        ("https://.example", Malformed),
        ("https://id.example.", Malformed),
        ("https://id..example", Malformed),
        ("https://-id.example", Malformed),
        ("https://Id.example", Malformed),
        ("https://id_x.example", Malformed),
        ("https://b\u{fc}cher.example", Malformed),
        ("https://id.example:", Malformed),
        ("https://id.example:0", Malformed),
        ("https://id.example:0443", Malformed),
        ("https://id.example:65536", Malformed),
        ("https://id.example:+80", Malformed),
        ("https://id.example:80:80", Malformed),
        ("https://id.example/a b", Malformed),
        ("https://id.example/a\nb", Malformed),
        ("https://id.example\\@evil.example", Malformed),
        ("https://id.example/../b", Malformed),
        ("https://id.example/.", Malformed),
        ("https://id.example/%2E%2e/b", Malformed),
        ("https://id.example/%", Malformed),
        ("https://id.example/%4", Malformed),
        ("https://id.example/%zz", Malformed),
        ("https://id.example/?a='b", Malformed),
        ("https://id.example/{tenantid}/v2.0", Malformed),
        ("https://login.microsoftonline.com/{tenantid}/v2.0", Malformed),
        ("https://anna@id.example", HasUserinfo),
        ("https://anna:pw@id.example", HasUserinfo),
        ("https://id.example@evil.example", HasUserinfo),
        ("https://id.example?", HasQuery),
        ("https://id.example/?a=b", HasQuery),
        ("https://id.example?/path", HasQuery),
        ("https://id.example#", HasFragment),
        ("https://id.example/#a", HasFragment),
        ("https://id.example#@evil.example", HasFragment),
        (long.as_str(), TooLong),
    ] {
        assert_eq!(issuer(text), Err(error), "{text:?}");
    }
}

/// As long as may be, and one more.
#[test]
fn lengths_are_bounded() {
    let address = |bytes: usize| std::format!("https://a.example/{}", "a".repeat(bytes - 18));
    assert!(issuer(&address(512)).is_ok());
    assert_eq!(issuer(&address(513)), Err(AddressError::TooLong));
    let host = |bytes: usize| std::format!("https://{}{}.example", "a.".repeat(100), "b".repeat(bytes - 208));
    assert!(issuer(&host(253)).is_ok());
    for bytes in [254, 255] {
        assert_eq!(issuer(&host(bytes)), Err(AddressError::Malformed));
    }
}

#[test]
fn entra_names_one_directory() {
    use AddressError::{DirectoryIdNeeded, MultiTenant};
    for host in
        ["login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn", "sts.windows.net"]
    {
        let with = |directory: &str| issuer(&std::format!("https://{host}/{directory}/v2.0"));
        for any in ["common", "organizations", "consumers", "9188040d-6c67-4c5b-b112-36a304b66dad"] {
            assert_eq!(with(any), Err(MultiTenant), "{host} {any}");
        }
        for no_id in [
            "contoso.onmicrosoft.com",
            "contoso.com",
            "",
            "8EAEF023-2B34-4DA1-9BAA-8BC8C9D6A490",
            "8eaef0232b344da19baa8bc8c9d6a490",
        ] {
            assert_eq!(with(no_id), Err(DirectoryIdNeeded), "{host} {no_id}");
        }
        assert_eq!(with(DIRECTORY).unwrap().directory(), Some(DIRECTORY));
    }
    assert_eq!(issuer("https://login.microsoftonline.com"), Err(DirectoryIdNeeded));
    assert_eq!(issuer("https://accounts.example/common").unwrap().directory(), None);
    assert_eq!(issuer("https://accounts.example").unwrap().directory(), None);
}

#[test]
fn loopback_is_for_those_who_ask() {
    for text in
        ["http://localhost:4000", "http://127.0.0.1:4000/a", "http://[::1]:4000", "http://[::1]", "https://localhost"]
    {
        assert_eq!(issuer(text), Err(AddressError::HostNotPublic), "{text}");
        assert!(Issuer::parse(text, Loopback::Allowed).is_ok(), "{text}");
    }
    for text in [
        "http://id.acme.example",
        "http://localhost.evil.example",
        "http://127.0.0.2",
        "http://10.0.0.1",
        "http://[::2]",
    ] {
        assert_eq!(Issuer::parse(text, Loopback::Allowed), Err(AddressError::NotHttps), "{text}");
    }
    assert_eq!(Issuer::parse("https://127.0.0.2", Loopback::Allowed), Err(AddressError::HostIsNumber));
}

/// An authorization endpoint may have a query (RFC 6749 §3.1); an issuer may not.
#[test]
fn endpoints_may_have_a_query() {
    let address = |text: &str| Address::parse(text, Loopback::Refused).map(|address| String::from(address.as_str()));
    for text in ["https://id.example/authorize?p=b2c_1_sign_in", "https://id.example/authorize?"] {
        assert_eq!(address(text).as_deref(), Ok(text));
    }
    assert_eq!(address("https://id.example/a?b#c"), Err(AddressError::HasFragment));
    assert_eq!(address("https://id.example/a?b=%"), Err(AddressError::Malformed));
    assert_eq!(address("https://id.example/a?b=<"), Err(AddressError::Malformed));
}

proptest! {
    /// What we let through, a browser's URL parser reads the same way, character by character.
    #[test]
    fn no_parser_reads_it_otherwise(text in "https?://[a-z0-9.@:%\\[\\]-]{0,20}(/[a-zA-Z0-9.%/\\\\ ?#@~-]{0,20})?") {
        if let Ok(address) = Address::parse(&text, Loopback::Allowed) {
            let url = url::Url::parse(address.as_str()).unwrap();
            // It writes the slash of an empty path and leaves out a port that goes without saying.
            let mut ours = text.replacen(":443/", "/", 1).replacen(":80/", "/", 1);
            for (scheme, port) in [("https://", ":443"), ("http://", ":80")] {
                if ours.starts_with(scheme) { ours = ours.strip_suffix(port).map(String::from).unwrap_or(ours); }
            }
            let authority = ours.split_once("://").unwrap().1;
            if !authority.contains('/') && !authority.contains('?') { ours.push('/'); }
            prop_assert!(url.as_str() == ours || url.port().is_some(), "{} {}", url, ours);
            prop_assert_eq!((url.username(), url.password(), url.fragment()), ("", None, None));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(https://)?\\PC*") {
        let _ = Issuer::parse(&text, Loopback::Allowed);
    }
}
