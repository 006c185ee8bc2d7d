//! Key URIs, read and written, with a second opinion from a common URL parser.

use arbitrary::{Arbitrary, Unstructured};
use mfa_core::hotp::Algorithm;
use mfa_core::key_uri::{KeyUri, KeyUriError, Part};
use mfa_core::passcode::Digits;
use mfa_core::secret::Secret;
use mfa_core::time::Period;
use mfa_core::totp::TotpParameters;
use url::Url;

/// Text that may be a key URI.
pub(crate) fn text(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    match KeyUri::parse(text) {
        Ok(uri) => {
            assert!(text.len() <= KeyUri::MAX_TEXT_BYTES);
            for name in ["secret", "issuer", "algorithm", "digits", "period"] {
                let given = text.split(['?', '&']).skip(1).filter(|pair| pair.split('=').next() == Some(name));
                assert!(given.count() <= 1, "a parameter stands twice");
            }
            written_and_read(&uri);
            // A name may be anything, the secret itself too.
            let (secret, names) = (uri.secret.to_base32(), format!("{:?} {:?}", uri.issuer, uri.account));
            assert!(names.contains(&**secret) || !format!("{uri:?}").contains(&**secret), "the secret was printed");
        }
        Err(error) => names_a_part(error),
    }
}

/// Any names and numbers are written so that they are read again, and never become a parameter.
pub(crate) fn parts(data: &[u8]) {
    let Ok(parts) = Parts::arbitrary_take_rest(Unstructured::new(data)) else { return };
    let length = Secret::MIN_BYTES + usize::from(parts.length) % (Secret::MAX_BYTES - Secret::MIN_BYTES + 1);
    let bytes: Vec<u8> = parts.secret.iter().copied().cycle().take(length).collect();
    let parameters = TotpParameters {
        algorithm: [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512][usize::from(parts.algorithm % 3)],
        digits: [Digits::Six, Digits::Seven, Digits::Eight][usize::from(parts.digits % 3)],
        period: Period::from_seconds(u64::from(parts.period) % Period::MAX_SECONDS + 1).unwrap(),
    };
    let uri = KeyUri {
        issuer: parts.issuer.map(String::from),
        account: String::from(parts.account),
        secret: Secret::from_bytes(&bytes).unwrap(),
        parameters,
    };
    if uri.to_uri().len() <= KeyUri::MAX_TEXT_BYTES {
        written_and_read(&uri);
    }
}

#[derive(Arbitrary)]
struct Parts<'a> {
    secret: [u8; 8],
    length: u8,
    algorithm: u8,
    digits: u8,
    period: u16,
    issuer: Option<&'a str>,
    account: &'a str,
}

fn written_and_read(uri: &KeyUri) {
    let text = uri.to_uri();
    assert!(text.bytes().all(|byte| byte.is_ascii_graphic()), "a character that has to be encoded");
    match KeyUri::parse(&text) {
        Ok(again) => assert!(again == *uri && again.to_uri() == text, "written and read, it is another"),
        // Written out with every parameter, what was short may be too long.
        Err(error) => assert!(error == KeyUriError::Length && text.len() > KeyUri::MAX_TEXT_BYTES, "{error:?}"),
    }
    let url = Url::parse(&text).expect("no URL");
    assert_eq!((url.scheme(), url.host_str(), url.fragment()), ("otpauth", Some("totp"), None));
    let given: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let mut expected = vec![("secret", uri.secret.to_base32().to_string())];
    expected.extend(uri.issuer.clone().map(|issuer| ("issuer", issuer)));
    assert!(
        given
            .iter()
            .map(|(name, value)| (name.as_str(), value))
            .take(expected.len())
            .eq(expected.iter().map(|(name, value)| (*name, value)))
    );
    let rest: Vec<&str> = given.iter().skip(expected.len()).map(|(name, _)| name.as_str()).collect();
    assert_eq!(rest, ["algorithm", "digits", "period"], "a name became a parameter");
}

fn names_a_part(error: KeyUriError) {
    let parts = [Part::Label, Part::Secret, Part::Issuer, Part::Algorithm, Part::Digits, Part::Period, Part::Parameter];
    match error {
        KeyUriError::Missing(part) | KeyUriError::Twice(part) | KeyUriError::Malformed(part) => {
            assert!(parts.contains(&part));
        }
        KeyUriError::Length | KeyUriError::NotTotp | KeyUriError::IssuerMismatch | KeyUriError::Secret(_) => {}
        other => panic!("a refusal that is not on the list: {other:?}"),
    }
    let said = error.to_string();
    assert!(!said.is_empty() && said.len() < 100);
}
