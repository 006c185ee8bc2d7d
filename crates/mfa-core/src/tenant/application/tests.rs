use alloc::format;
use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;

use super::*;
use crate::external::AddressError;
use crate::time::Seconds;

const NOW: Timestamp = Timestamp(1_800_000_000);
const ID: ApplicationId = ApplicationId([0, 1, 2, 3, 0xab, 0xcd, 0xef, 9]);

fn digest(byte: u8) -> TokenDigest {
    TokenDigest([byte; 32])
}

fn name(text: &str) -> ApplicationName {
    ApplicationName::parse(text).unwrap()
}

fn addresses(texts: &[&str]) -> ReturnAddresses {
    ReturnAddresses::new(texts.iter().map(|text| ReturnAddress::parse(text).unwrap()).collect()).unwrap()
}

fn login() -> ApplicationKind {
    ApplicationKind::Login { return_uris: addresses(&["https://shop.example/back"]) }
}

fn client(public: bool) -> ApplicationKind {
    ApplicationKind::Client {
        public,
        redirect_uris: addresses(&["https://wiki.example/callback"]),
        post_logout_redirect_uris: ReturnAddresses::default(),
        back_channel_logout_uri: None,
    }
}

fn gate() -> ApplicationKind {
    let origin = GuardedOrigin::parse("https://wiki.example").unwrap();
    ApplicationKind::Gate { hosts: GuardedOrigins::new(vec![origin]).unwrap() }
}

fn application(kind: ApplicationKind) -> Application {
    Application::new(ID, name("Shop"), kind, NOW)
}

#[test]
fn an_id_has_one_form() {
    assert_eq!(ID.to_string(), "app-00010203abcdef09");
    assert_eq!(ApplicationId::parse("app-00010203abcdef09"), Some(ID));
    for none in ["", "app-", "00010203abcdef09", "app-00010203ABCDEF09", "app-00010203abcdef0", "app-00010203abcdef090"]
    {
        assert_eq!(ApplicationId::parse(none), None, "{none}");
    }
    assert_eq!(ApplicationId::parse("app-+0010203abcdef09"), None, "a sign is no digit");
    assert_eq!(ApplicationId::parse("App-00010203abcdef09"), None);
}

#[test]
fn a_name_is_for_people_to_read() {
    assert_eq!(name("  Shop of \u{e9}l\u{e8}ve ").as_str(), "Shop of \u{e9}l\u{e8}ve");
    assert!(ApplicationName::parse(&"x".repeat(80)).is_some());
    for none in ["", "   ", "a\nb", "a\u{0}b", &"x".repeat(81)] {
        assert_eq!(ApplicationName::parse(none), None, "{none:?}");
    }
}

#[test]
fn an_address_is_https_or_on_this_machine_and_nothing_hides_in_it() {
    for good in [
        "https://shop.example/back",
        "https://shop.example/back?from=mfa",
        "https://shop.example:8443/",
        "http://localhost:3000/back",
        "http://127.0.0.1:51004/",
        "http://[::1]:8080/back",
    ] {
        assert_eq!(ReturnAddress::parse(good).unwrap().as_str(), good);
    }
    for (bad, why) in [
        ("http://shop.example/back", AddressError::NotHttps),
        ("javascript:alert(1)", AddressError::NotHttps),
        ("com.example.app:/back", AddressError::NotHttps),
        ("https://shop.example/back#here", AddressError::HasFragment),
        ("https://user@shop.example/", AddressError::HasUserinfo),
        ("https://shop.example@evil.example/", AddressError::HasUserinfo),
        ("https://SHOP.example/", AddressError::Malformed),
        ("https://shop.example/a/../b", AddressError::Malformed),
        ("https://shop.example\\@evil.example/", AddressError::Malformed),
        ("http://localhost.evil.example/", AddressError::NotHttps),
    ] {
        assert_eq!(ReturnAddress::parse(bad), Err(why), "{bad}");
    }
}

#[test]
fn only_the_very_address_is_the_registered_one() {
    let registered = addresses(&["https://shop.example/back", "http://localhost:3000/back"]);
    assert!(registered.exactly("https://shop.example/back").is_some());
    for other in [
        "https://shop.example/back/",
        "https://shop.example/back?x=1",
        "https://shop.example/bac",
        "https://shop.example/",
        "https://shop.example:443/back",
        "http://localhost:3001/back",
        "",
    ] {
        assert_eq!(registered.exactly(other), None, "{other}");
    }
}

#[test]
fn a_list_has_ten_addresses_at_the_most_and_none_twice() {
    let some = |count: usize| -> Vec<ReturnAddress> {
        (0..count).map(|number| ReturnAddress::parse(&format!("https://shop.example/{number}")).unwrap()).collect()
    };
    assert!(ReturnAddresses::new(some(ReturnAddresses::MOST)).is_some());
    assert_eq!(ReturnAddresses::new(some(ReturnAddresses::MOST + 1)), None);
    assert_eq!(ReturnAddresses::new([some(2), some(1)].concat()), None);
    assert!(ReturnAddresses::new(vec![]).unwrap().is_empty());
}

#[test]
fn a_guarded_origin_is_written_as_a_browser_writes_it() {
    for good in [
        "https://wiki.example",
        "https://wiki.example:8443",
        "http://localhost:8080",
        "http://127.0.0.1:8080",
        "http://[::1]",
        "https://localhost",
    ] {
        assert_eq!(GuardedOrigin::parse(good).unwrap().as_str(), good);
    }
    for (bad, why) in [
        ("http://wiki.example", AddressError::NotHttps),
        ("wiki.example", AddressError::NotHttps),
        ("https://wiki.example/", AddressError::Malformed),
        ("https://wiki.example/page", AddressError::Malformed),
        ("https://wiki.example?x", AddressError::Malformed),
        ("https://wiki.example:443", AddressError::Malformed),
        ("http://localhost:80", AddressError::Malformed),
        ("https://WIKI.example", AddressError::Malformed),
        ("https://*.wiki.example", AddressError::Malformed),
        ("https://u@wiki.example", AddressError::HasUserinfo),
        ("https://wiki.example#x", AddressError::HasFragment),
    ] {
        assert_eq!(GuardedOrigin::parse(bad), Err(why), "{bad}");
    }
    let wiki = GuardedOrigin::parse("https://wiki.example").unwrap();
    assert_eq!(wiki.callback().as_str(), "https://wiki.example/.edge-mfa/callback");
    assert_eq!(GuardedOrigin::forwarded("https", "wiki.example"), Some(wiki.clone()));
    assert_eq!(GuardedOrigin::forwarded("wss", "wiki.example"), Some(wiki));
    let here = GuardedOrigin::parse("http://localhost:8080").unwrap();
    assert_eq!(GuardedOrigin::forwarded("ws", "localhost:8080"), Some(here));
    for (scheme, host) in
        [("http", "wiki.example"), ("https", "wiki.example, evil.example"), ("https", ""), ("", "wiki.example")]
    {
        assert_eq!(GuardedOrigin::forwarded(scheme, host), None, "{scheme} {host}");
    }
}

#[test]
fn a_gate_guards_one_to_five_origins_none_twice() {
    let some = |count: usize| -> Vec<GuardedOrigin> {
        (0..count).map(|number| GuardedOrigin::parse(&format!("https://a{number}.example")).unwrap()).collect()
    };
    assert_eq!(GuardedOrigins::new(some(0)), None);
    assert!(GuardedOrigins::new(some(GuardedOrigins::MOST)).is_some());
    assert_eq!(GuardedOrigins::new(some(GuardedOrigins::MOST + 1)), None);
    assert_eq!(GuardedOrigins::new([some(2), some(1)].concat()), None);
    let two = GuardedOrigins::new(some(2)).unwrap();
    assert!(two.contains(&GuardedOrigin::parse("https://a1.example").unwrap()));
    assert!(!two.contains(&GuardedOrigin::parse("https://a1.example:8443").unwrap()));
}

#[test]
fn a_guarded_path_leads_to_no_other_host_and_not_in_a_circle() {
    let longest = format!("/{}", "x".repeat(GuardedPath::MAX_BYTES - 1));
    for good in ["/", "/a/b?c=d&e=%2F%2Fevil.example", "/a//b", "/.edge-mfa", "/.edge-mfab/x", &longest] {
        assert_eq!(GuardedPath::parse(good).unwrap().as_str(), good);
    }
    for bad in [
        "",
        "a",
        "//evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "https://evil.example",
        "/a b",
        "/a\tb",
        "/a\nb",
        "/\t/evil.example",
        "/a#b",
        "/\u{e9}",
        "/.edge-mfa/start?to=/",
        "/.edge-mfa/sign-out",
        &format!("{longest}x"),
    ] {
        assert_eq!(GuardedPath::parse(bad), None, "{bad:?}");
    }
}

#[test]
fn a_key_proves_until_it_is_ended_and_the_other_lives_on() {
    let mut it = application(login());
    assert_eq!(it.is_proven_by(&digest(1), NOW), None, "without a key nothing proves it");
    assert_eq!(it.add_key(digest(1), NOW), Ok(1));
    assert_eq!(it.add_key(digest(2), NOW), Ok(2));
    assert_eq!(it.add_key(digest(3), NOW), Err(KeyKept::TooMany));
    assert!(it.is_proven_by(&digest(1), NOW).is_some() && it.is_proven_by(&digest(2), NOW).is_some());
    assert_eq!(it.is_proven_by(&digest(3), NOW), None);
    assert_eq!(it.end_key(1), Ok(()));
    assert_eq!(it.is_proven_by(&digest(1), NOW), None);
    assert!(it.is_proven_by(&digest(2), NOW).is_some());
    assert_eq!(it.end_key(1), Err(KeyKept::Unknown));
    assert_eq!(it.add_key(digest(4), NOW), Ok(3), "a number is never given again");
    assert_eq!((it.end_key(2), it.end_key(3)), (Ok(()), Ok(())), "the last one too");
    assert_eq!(it.is_proven_by(&digest(4), NOW), None);
}

#[test]
fn the_use_of_a_key_is_noted_once_in_an_hour() {
    let mut it = application(login());
    it.add_key(digest(1), NOW).unwrap();
    let later = |seconds| NOW.saturating_add(Seconds(seconds));
    assert_eq!(it.is_proven_by(&digest(1), NOW), Some(true));
    assert_eq!(it.is_proven_by(&digest(1), later(3599)), Some(false));
    assert_eq!(it.keys()[0].last_used_at, Some(NOW));
    assert_eq!(it.is_proven_by(&digest(1), later(3600)), Some(true));
    assert_eq!(it.keys()[0].last_used_at, Some(later(3600)));
}

#[test]
fn a_public_client_has_no_key() {
    assert_eq!(application(client(true)).add_key(digest(1), NOW), Err(KeyKept::NeedsNone));
    assert_eq!(application(client(false)).add_key(digest(1), NOW), Ok(1));
    assert_eq!(application(gate()).add_key(digest(1), NOW), Ok(1));
}

#[test]
fn what_it_is_stays_and_its_keys_too() {
    let mut it = application(login());
    it.add_key(digest(1), NOW).unwrap();
    let none = ApplicationKind::Login { return_uris: ReturnAddresses::default() };
    let mut changed = it.clone().changed(name("Other"), none.clone()).unwrap();
    assert_eq!((changed.name.as_str(), &changed.kind), ("Other", &none));
    assert!(changed.is_proven_by(&digest(1), NOW).is_some());
    assert_eq!(it.changed(name("Shop"), client(false)), None);
    assert_eq!(application(client(true)).changed(name("Shop"), client(false)), None, "a page cannot grow a key");
}

#[cfg(feature = "serde")]
#[test]
fn its_stored_form_is_pinned() {
    let mut it = application(login());
    it.add_key(digest(1), NOW).unwrap();
    let text = serde_json::to_string(&it).unwrap();
    let expected = format!(
        "{{\"id\":\"app-00010203abcdef09\",\"name\":\"Shop\",\
         \"kind\":{{\"kind\":\"login\",\"return_uris\":[\"https://shop.example/back\"]}},\
         \"registered_at\":1800000000,\"keys\":[{{\"number\":1,\"digest\":\"{}\",\"created_at\":1800000000,\
         \"last_used_at\":null}}],\"newest_key\":1}}",
        "01".repeat(32)
    );
    assert_eq!(text, expected);
    assert_eq!(serde_json::from_str::<Application>(&text).unwrap(), it);
    // A record that lost a field is refused, and so is an address that may not be one.
    assert!(serde_json::from_str::<Application>(&text.replace(",\"last_used_at\":null", "")).is_err());
    assert!(serde_json::from_str::<Application>(&text.replace("https://", "http://")).is_err());
    let text = serde_json::to_string(&gate()).unwrap();
    assert_eq!(text, "{\"kind\":\"gate\",\"hosts\":[\"https://wiki.example\"]}");
    assert_eq!(serde_json::from_str::<ApplicationKind>(&text).unwrap(), gate());
    assert!(serde_json::from_str::<ApplicationKind>(&text.replace("https://wiki.example", "")).is_err());
    assert!(serde_json::from_str::<ApplicationKind>(&text.replace("\"https://wiki.example\"", "")).is_err());
}
