//! Key URIs (attack D11), with crate `url` as the app on the other side.

use mfa_core::base32::Base32Error;
use mfa_core::key_uri::{KeyUri, KeyUriError, Part};
use mfa_core::secret::{Secret, SecretError};
use mfa_core::totp::TotpParameters;
use proptest::prelude::*;

use crate::differential::{any_parameters, any_secret};

const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

fn ours(issuer: &str, account: &str) -> KeyUri {
    KeyUri {
        issuer: Some(issuer.into()),
        account: account.into(),
        secret: Secret::from_base32(SECRET).unwrap(),
        parameters: TotpParameters::OURS,
    }
}

fn parse(text: &str) -> Result<KeyUri, KeyUriError> {
    KeyUri::parse(text)
}

/// Reads a URI by the WHATWG rules and checks that it says what it should.
fn check_with_url_crate(uri: &KeyUri) {
    let text = uri.to_uri();
    assert!(text.bytes().all(|byte| byte.is_ascii_graphic()));
    let url = url::Url::parse(&text).unwrap();
    assert_eq!((url.scheme(), url.host_str()), ("otpauth", Some("totp")));
    assert_eq!((url.username(), url.password(), url.port(), url.fragment()), ("", None, None, None));
    let issuer = uri.issuer.clone().unwrap();
    // A path has neither `&`, `=` nor `+` unencoded here, so this only undoes the percents.
    let label = url::form_urlencoded::parse(url.path().as_bytes()).next().unwrap();
    assert_eq!(label.0, format!("/{issuer}:{}", uri.account));
    let parameters: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let names: Vec<&str> = parameters.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["secret", "issuer", "algorithm", "digits", "period"]);
    assert_eq!(parameters[0].1, *uri.secret.to_base32());
    assert_eq!(parameters[1].1, issuer);
    assert_eq!(parameters[3].1, uri.parameters.digits.count().to_string());
    assert_eq!(parameters[4].1, uri.parameters.period.seconds().to_string());
}

#[test]
fn is_written_as_apps_expect() {
    assert_eq!(
        *ours("Demo BV", "anna@example.nl").to_uri(),
        format!(
            "otpauth://totp/Demo%20BV:anna%40example.nl?secret={SECRET}&issuer=Demo%20BV&algorithm=SHA1&digits=6&period=30"
        )
    );
}

/// RFC 3986 §2.1: producers write the hexadecimal digits of `%2F` in upper case.
#[test]
fn encodes_in_upper_case() {
    let text = ours("a/b", "c:d+e\u{f6}").to_uri();
    assert!(text.starts_with("otpauth://totp/a%2Fb:c%3Ad%2Be%C3%B6?secret="));
}

#[test]
fn hostile_labels_round_trip() {
    let hostile = [
        "",
        " ",
        "a:b",
        ":",
        "::",
        "a&secret=AAAA",
        "a=b",
        "#frag",
        "100%",
        "%41",
        "%",
        "%zz",
        "what?",
        "?a=b",
        "a/b",
        "../..",
        "\\",
        "\"'<>",
        "\u{202e}gro.live",
        "שלום",
        "مرحبا",
        "👩‍👩‍👧‍👦",
        "a+b",
        "+",
        "\0",
        "\r\n",
        "\t",
        "\u{feff}",
        "é",
        "e\u{301}",
        "  two  ",
        "@",
        "//host",
        "Demo:%20anna",
        "{}",
        "`|^~",
    ];
    for issuer in hostile {
        for account in hostile {
            let uri = ours(issuer, account);
            assert_eq!(parse(&uri.to_uri()), Ok(uri.clone()), "{issuer:?} {account:?}");
            // The URL standard drops dot segments and trims; these alone it may read otherwise.
            check_with_url_crate(&uri);
            let without = KeyUri { issuer: None, ..uri };
            assert_eq!(parse(&without.to_uri()), Ok(without.clone()), "{account:?}");
        }
    }
}

#[test]
fn defaults_of_the_format() {
    let uri = parse(&format!("otpauth://totp/anna?secret={SECRET}")).unwrap();
    assert_eq!((uri.issuer, uri.account.as_str()), (None, "anna"));
    assert_eq!(uri.parameters, TotpParameters::OURS);
}

#[test]
fn reads_others_spellings() {
    let read = |text: &str| parse(&text.replace('$', &format!("secret={SECRET}"))).map(|uri| (uri.issuer, uri.account));
    let both = |issuer: &str, account: &str| Ok((Some(issuer.to_owned()), account.to_owned()));
    assert_eq!(read("OTPAUTH://TOTP/A:b?$&issuer=A"), both("A", "b"));
    assert_eq!(read("otpauth://totp/A%3ab?$&issuer=A"), both("A", "b"));
    assert_eq!(read("otpauth://totp/A%3Ab?issuer=A&$"), both("A", "b"));
    assert_eq!(read("otpauth://totp/A:b?$"), both("A", "b"));
    assert_eq!(read("otpauth://totp/A:b:c?$"), both("A", "b:c"));
    assert_eq!(read("otpauth://totp/b?$&issuer=A"), both("A", "b"));
    assert_eq!(read("otpauth://totp/A:b@c?$&issuer=A&image=https:%2f%2Fx&lock"), both("A", "b@c"));
    assert_eq!(read("otpauth://totp/A%3Ab?$"), Ok((None, "A:b".to_owned())));
    assert_eq!(read("otpauth://totp/?$"), Ok((None, String::new())));
}

#[test]
fn refuses_the_rest() {
    use KeyUriError::{IssuerMismatch, Malformed, Missing, NotTotp, Twice};
    for (text, expected) in [
        ("", NotTotp),
        ("otpauth://hotp/a?$&counter=1", NotTotp),
        ("otpauth:totp/a?$", NotTotp),
        ("https://totp/a?$", NotTotp),
        (" otpauth://totp/a?$", NotTotp),
        ("otpauth://totp", NotTotp),
        ("otpauth://tot\u{e9}/a?$", NotTotp),
        ("otpauth://totp/a", Missing(Part::Secret)),
        ("otpauth://totp/a?", Missing(Part::Secret)),
        ("otpauth://totp/a?Secret=x", Missing(Part::Secret)),
        ("otpauth://totp/a?$&$", Twice(Part::Secret)),
        ("otpauth://totp/a?$&issuer=A&issuer=A", Twice(Part::Issuer)),
        ("otpauth://totp/a?$&digits=6&digits=6", Twice(Part::Digits)),
        ("otpauth://totp/a?$&period=30&period=60", Twice(Part::Period)),
        ("otpauth://totp/a?$&algorithm=SHA1&algorithm=SHA1", Twice(Part::Algorithm)),
        ("otpauth://totp/A:b?$&issuer=B", IssuerMismatch),
        ("otpauth://totp/A:b?$&issuer=", IssuerMismatch),
        ("otpauth://totp/a b?$", Malformed(Part::Label)),
        ("otpauth://totp/a/b?$", Malformed(Part::Label)),
        ("otpauth://totp/a:b:c/d?$", Malformed(Part::Label)),
        ("otpauth://totp/a%?$", Malformed(Part::Label)),
        ("otpauth://totp/a%4?$", Malformed(Part::Label)),
        ("otpauth://totp/a%+4?$", Malformed(Part::Label)),
        ("otpauth://totp/a%gg?$", Malformed(Part::Label)),
        ("otpauth://totp/a%ff?$", Malformed(Part::Label)),
        ("otpauth://totp/%c0%80?$", Malformed(Part::Label)),
        ("otpauth://totp/\u{e9}?$", Malformed(Part::Label)),
        ("otpauth://totp/a\0?$", Malformed(Part::Label)),
        ("otpauth://totp/a#b?$", Malformed(Part::Label)),
        ("otpauth://totp/a?$&issuer=A B", Malformed(Part::Issuer)),
        ("otpauth://totp/a?$&x=\u{e9}", Malformed(Part::Parameter)),
        ("otpauth://totp/a?$&issuer=A#x", Malformed(Part::Issuer)),
        ("otpauth://totp/a?$&x#y", Malformed(Part::Parameter)),
        ("otpauth://totp/a?$&algorithm=sha1", Malformed(Part::Algorithm)),
        ("otpauth://totp/a?$&algorithm=MD5", Malformed(Part::Algorithm)),
        ("otpauth://totp/a?$&algorithm=", Malformed(Part::Algorithm)),
        ("otpauth://totp/a?$&digits=5", Malformed(Part::Digits)),
        ("otpauth://totp/a?$&digits=06", Malformed(Part::Digits)),
        ("otpauth://totp/a?$&digits=10", Malformed(Part::Digits)),
        ("otpauth://totp/a?$&digits", Malformed(Part::Digits)),
        ("otpauth://totp/a?$&period=0", Malformed(Part::Period)),
        ("otpauth://totp/a?$&period=030", Malformed(Part::Period)),
        ("otpauth://totp/a?$&period=%330", Malformed(Part::Period)),
        ("otpauth://totp/a?$&period=+30", Malformed(Part::Period)),
        ("otpauth://totp/a?$&period=3601", Malformed(Part::Period)),
        ("otpauth://totp/a?$&period=18446744073709551646", Malformed(Part::Period)),
        ("otpauth://totp/a?secret=JBSWY3DP", KeyUriError::Secret(SecretError::TooShort)),
        ("otpauth://totp/a?secret=", KeyUriError::Secret(SecretError::TooShort)),
        ("otpauth://totp/a?$=", KeyUriError::Secret(SecretError::Base32(Base32Error::Symbol))),
        (
            "otpauth://totp/a?secret=%47EZDGNBVGY3TQOJQGEZDGNBVGY",
            KeyUriError::Secret(SecretError::Base32(Base32Error::Symbol)),
        ),
    ] {
        let text = text.replace('$', &format!("secret={SECRET}"));
        assert_eq!(parse(&text), Err(expected), "{text:?}");
    }
    let long = format!("otpauth://totp/{}?secret={SECRET}", "a".repeat(5000));
    assert_eq!(parse(&long), Err(KeyUriError::Length));
    let of = |bytes: usize| format!("otpauth://totp/a?secret={SECRET}&x={}", "a".repeat(bytes - 27 - SECRET.len()));
    assert!(parse(&of(KeyUri::MAX_TEXT_BYTES)).is_ok());
    assert_eq!(parse(&of(KeyUri::MAX_TEXT_BYTES + 1)), Err(KeyUriError::Length));
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        issuer: Option<String>,
        account: String,
        secret in any_secret(),
        parameters in any_parameters(),
    ) {
        let uri = KeyUri { issuer, account, secret, parameters };
        let text = uri.to_uri();
        prop_assume!(text.len() <= KeyUri::MAX_TEXT_BYTES);
        prop_assert_eq!(KeyUri::parse(&text), Ok(uri.clone()));
        if uri.issuer.is_some() {
            check_with_url_crate(&uri);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(otpauth://totp/)?\\PC*") {
        let _ = KeyUri::parse(&text);
    }

    /// What is read can be written and read again with the same meaning.
    #[test]
    fn reading_is_stable(label in "[a-c:%3A20]{0,12}", issuer in "(&issuer=[a-c:%3A20]{0,6})?") {
        let text = format!("otpauth://totp/{label}?secret={SECRET}{issuer}");
        if let Ok(uri) = KeyUri::parse(&text) {
            prop_assert_eq!(KeyUri::parse(&uri.to_uri()), Ok(uri));
        }
    }
}
