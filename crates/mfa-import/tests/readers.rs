//! Each reader on a file of its product: see `files/README.md`. What an authenticator shows is compared with totp-rs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use mfa_core::hotp::Algorithm;
use mfa_core::member::Imported;
use mfa_core::time::{TimeStep, Timestamp};
use mfa_core::totp;
use mfa_import::{Line, Note, Options, Product, Trouble, Unreadable, read};
use totp_rs::Builder;
use zeroize::Zeroizing;

const DIGITS: &[u8] = b"12345678901234567890";
const LONG: &[u8] = b"12345678901234567890123456789012";
const BETTER_AUTH_SECRET: &str = "the-secret-of-a-test-and-of-nothing-else-0001";
const FERNET: &str = "-GDNZ8oRWnfL2e5qF3UAF6wWIhJ6-hycuWN4GXSwBOc=";
const PSKC: &str = "b533159b4f7c952e28fdf9e0d44f30d4";

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn key(text: &str) -> Options {
    Options { key: Some(Zeroizing::new(text.to_owned())), ..Options::default() }
}

fn lines(product: Product, name: &str) -> Vec<Line> {
    read(product, &file(name), &Options::default()).unwrap()
}

/// Who it is, and what is wrong, if something is.
fn told(lines: &[Line]) -> Vec<(&str, Option<Trouble>)> {
    lines.iter().map(|line| (line.username.as_deref().unwrap_or("?"), line.brings.as_ref().err().copied())).collect()
}

/// Shows what somebody else's code shows for this secret with these parameters, at several times.
fn shows(line: &Line, secret: &[u8], algorithm: totp_rs::Algorithm, digits: u8, period: u64) {
    let imported = line.brings.as_ref().unwrap();
    for now in [0, 1_111_111_109, 1_800_000_000, 20_000_000_000_u64] {
        let builder = Builder::new().with_algorithm(algorithm).with_digits(digits);
        let theirs = builder.with_step_duration(period).with_secret(secret.to_vec()).build_noncompliant();
        assert_eq!(ours(imported, now), theirs.generate(now).to_string(), "{line:?} at {now}");
    }
}

fn ours(imported: &Imported, now: u64) -> String {
    let step = TimeStep::at(Timestamp(now), imported.parameters().period);
    totp::generate(imported.secret(), imported.parameters(), step).display().to_string()
}

#[test]
fn better_auth_as_it_was_written_by_it() {
    let lines = read(Product::BetterAuth, &file("better-auth.json"), &key(BETTER_AUTH_SECRET)).unwrap();
    let expected = [("anna", None), ("bert", Some(Trouble::NotConfirmed)), ("cleo@example.com", None)];
    assert_eq!(told(&lines), expected);
    assert!(lines.iter().all(|line| line.notes == [Note::RecoveryCodes(None)]));
    // What its key URI told the app, as bytes.
    let anna = mfa_core::secret::Secret::from_base32("KEZXO2SXPJSHSQKEKVRFI52MJYYXUZTVIFUE4OJNLFYE653YIYYQ").unwrap();
    shows(&lines[0], anna.expose(), totp_rs::Algorithm::SHA1, 6, 30);
    let longer = Options { digits: Some(8), period: Some(60), ..key(BETTER_AUTH_SECRET) };
    let lines = read(Product::BetterAuth, &file("better-auth.json"), &longer).unwrap();
    shows(&lines[0], anna.expose(), totp_rs::Algorithm::SHA1, 8, 60);
}

#[test]
fn better_auth_of_before_says_with_the_owner_alone_whether_it_was_confirmed() {
    let text = String::from_utf8(file("better-auth.json")).unwrap();
    let read = |text: &str| {
        let lines = read(Product::BetterAuth, text.as_bytes(), &key(BETTER_AUTH_SECRET)).unwrap();
        told_of(&lines)
    };
    let without = |text: &str, name: &str| {
        let lines = text.lines().filter(|line| !line.contains(name));
        lines.collect::<Vec<_>>().join("\n")
    };
    let no = Some(Trouble::NotConfirmed);
    assert_eq!(read(&without(&text, "\"verified\"")), [None, no, None]);
    assert_eq!(read(&without(&text, "\"twoFactorEnabled\"")), [None, no, None]);
    assert_eq!(read(&without(&without(&text, "\"verified\""), "\"twoFactorEnabled\"")), [no, no, no]);
    assert_eq!(read(&text.replace("\"verified\": false", "\"verified\": true")), [None, no, None]);
    assert_eq!(read(&text.replace("\"twoFactorEnabled\": false", "\"twoFactorEnabled\": true")), [None, no, None]);
}

#[test]
fn better_auth_under_another_secret_opens_nothing_and_without_one_is_not_read() {
    let lines = read(Product::BetterAuth, &file("better-auth.json"), &key("another")).unwrap();
    assert_eq!(told(&lines)[0], ("anna", Some(Trouble::DoesNotOpen)));
    let without = read(Product::BetterAuth, &file("better-auth.json"), &Options::default());
    assert_eq!(without, Err(Unreadable::KeyMissing));
    // Versioned: only the version that a secret names is tried.
    let text = String::from_utf8(file("better-auth.json")).unwrap();
    let versioned = text.replace("\"secret\": \"", "\"secret\": \"$ba$2$");
    let both = key(&format!("1:another\n2:{BETTER_AUTH_SECRET}\n"));
    assert_eq!(told(&read(Product::BetterAuth, versioned.as_bytes(), &both).unwrap())[0], ("anna", None));
    let other = key(&format!("1:{BETTER_AUTH_SECRET}\n2:another\n"));
    let lines = read(Product::BetterAuth, versioned.as_bytes(), &other).unwrap();
    assert_eq!(told(&lines)[0], ("anna", Some(Trouble::DoesNotOpen)));
}

#[test]
fn keycloak() {
    let lines = lines(Product::Keycloak, "keycloak.json");
    let expected = [
        ("anna", None),
        ("bert", None),
        ("cleo", Some(Trouble::OtherKind)),
        ("dora", Some(Trouble::Disabled)),
        ("eva", Some(Trouble::NoAuthenticator)),
        ("fred", Some(Trouble::Malformed)),
    ];
    assert_eq!(told(&lines), expected);
    assert_eq!(lines[0].notes, [Note::FurtherAuthenticators(1), Note::RecoveryCodes(Some(11))]);
    shows(&lines[0], b"cYh2ZVl4T0pKQWxkTmRZ", totp_rs::Algorithm::SHA1, 6, 30);
    shows(&lines[1], LONG, totp_rs::Algorithm::SHA256, 8, 60);
}

#[test]
fn kratos() {
    let lines = lines(Product::Kratos, "kratos.json");
    let expected = [
        ("anna@example.com", None),
        ("bert", Some(Trouble::SecretMalformed)),
        ("cleo", Some(Trouble::Disabled)),
        ("dora", Some(Trouble::NoAuthenticator)),
    ];
    assert_eq!(told(&lines), expected);
    assert_eq!(lines[0].notes, [Note::RecoveryCodes(Some(2))]);
    shows(&lines[0], DIGITS, totp_rs::Algorithm::SHA1, 6, 30);
}

#[test]
fn authelia() {
    let found = lines(Product::Authelia, "authelia.csv");
    let expected = [
        ("anna", None),
        ("bert", None),
        ("cleo", Some(Trouble::Period)),
        ("dora", Some(Trouble::SecretTooShort)),
        ("?", Some(Trouble::Malformed)),
    ];
    assert_eq!(told(&found), expected);
    shows(&found[1], LONG, totp_rs::Algorithm::SHA512, 8, 60);
    assert_eq!(told(&lines(Product::Authelia, "authelia.uri")), [("anna", None)]);
}

#[test]
fn privacy_idea_as_it_was_written_by_it() {
    let lines = read(Product::PrivacyIdea, &file("privacyidea.pi"), &key(FERNET)).unwrap();
    let expected = [("anna", None), ("bert", None), ("cleo", Some(Trouble::OtherKind)), ("?", Some(Trouble::Nameless))];
    assert_eq!(told(&lines), expected);
    shows(&lines[0], DIGITS, totp_rs::Algorithm::SHA1, 6, 30);
    shows(&lines[1], LONG, totp_rs::Algorithm::SHA256, 8, 60);
    let mut changed = file("privacyidea.pi");
    changed[200] ^= 1;
    assert_eq!(read(Product::PrivacyIdea, &changed, &key(FERNET)), Err(Unreadable::DoesNotOpen));
    let other = key("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    assert_eq!(read(Product::PrivacyIdea, &file("privacyidea.pi"), &other), Err(Unreadable::DoesNotOpen));
    assert_eq!(read(Product::PrivacyIdea, &file("privacyidea.pi"), &key("short")), Err(Unreadable::KeyMalformed));
}

#[test]
fn privacy_idea_csv_says_that_it_does_not_say_which_hash_nor_whether_a_token_is_switched_off() {
    let lines = lines(Product::PrivacyIdea, "privacyidea.csv");
    let expected = [("anna", None), ("bert", None), ("cleo", Some(Trouble::OtherKind)), ("?", Some(Trouble::Nameless))];
    assert_eq!(told(&lines), expected);
    assert!(lines.iter().all(|line| line.notes == [Note::HashNotTold, Note::StatusNotTold]));
    shows(&lines[0], DIGITS, totp_rs::Algorithm::SHA1, 6, 30);
}

#[test]
fn privacy_idea_people_of_one_name_in_two_realms_are_not_taken_for_one() {
    let text = String::from_utf8(file("privacyidea.csv")).unwrap().replace("bert@example", "Anna@partners");
    let lines = read(Product::PrivacyIdea, text.as_bytes(), &Options::default()).unwrap();
    let two = Some(Trouble::SeveralRealms);
    let expected = [("anna", two), ("Anna", two), ("cleo", Some(Trouble::OtherKind)), ("?", Some(Trouble::Nameless))];
    assert_eq!(told(&lines), expected);
    let token = |realm| {
        format!(
            r#"{{"type":"totp","otpkey":"3132333435363738393031323334353637383930","otplen":6,"user":{{"login":"anna","realm":"{realm}"}}}}"#
        )
    };
    let json = format!("[{},{}]", token("staff"), token("partners"));
    let lines = read(Product::PrivacyIdea, json.as_bytes(), &Options::default()).unwrap();
    assert_eq!(told(&lines), [("anna", two), ("anna", two)]);
    // Her second token in the one realm is hers.
    let json = format!("[{},{}]", token("staff"), token("staff"));
    let lines = read(Product::PrivacyIdea, json.as_bytes(), &Options::default()).unwrap();
    assert_eq!(told(&lines)[0], ("anna", None));
}

#[test]
fn pskc_opens_with_its_key_and_names_nobody_where_it_is_privacy_ideas() {
    let text = String::from_utf8(file("privacyidea.pskc.xml")).unwrap();
    let nameless = told_of(&read(Product::PrivacyIdea, text.as_bytes(), &key(PSKC)).unwrap());
    assert_eq!(nameless.iter().filter(|trouble| **trouble == Some(Trouble::Nameless)).count(), 3, "{nameless:?}");
    // As other products write it, with an owner.
    let owner = "TOTP0002</serialno><UserId>UID=anna,DC=example</UserId>";
    let named = text.replace("TOTP0002</serialno>", owner);
    let lines = read(Product::PrivacyIdea, named.as_bytes(), &key(PSKC)).unwrap();
    let sha256 = lines.iter().find(|line| line.place.ends_with("TOTP0002")).unwrap();
    assert_eq!(sha256.username.as_deref(), Some("anna"));
    shows(sha256, LONG, totp_rs::Algorithm::SHA256, 8, 60);
    // A value that was changed is not opened.
    let (start, rest) = named.split_once("<valuemac>").unwrap();
    let changed = format!("{start}<valuemac>AAAA{}", rest.get(4..).unwrap());
    let lines = read(Product::PrivacyIdea, changed.as_bytes(), &key(PSKC)).unwrap();
    assert!(told_of(&lines).contains(&Some(Trouble::DoesNotOpen)), "{lines:?}");
    assert_eq!(read(Product::PrivacyIdea, text.as_bytes(), &Options::default()), Err(Unreadable::KeyMissing));
}

fn told_of(lines: &[Line]) -> Vec<Option<Trouble>> {
    lines.iter().map(|line| line.brings.as_ref().err().copied()).collect()
}

#[test]
fn xml_has_no_entities() {
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"cc\"><!ENTITY c \"&b;&b;\">]><KeyContainer>&c;</KeyContainer>";
    let refused = read(Product::PrivacyIdea, bomb.as_bytes(), &Options::default());
    assert!(matches!(refused, Err(Unreadable::OtherForm { .. })), "{refused:?}");
}

#[test]
fn google_authenticator_in_two_parts() {
    let whole = file("google-authenticator.txt");
    let lines = read(Product::GoogleAuthenticator, &whole, &Options::default()).unwrap();
    let expected = [
        ("anna", None),
        ("bert", None),
        ("cleo", Some(Trouble::OtherKind)),
        ("dora", Some(Trouble::Algorithm)),
        ("eva", Some(Trouble::SecretTooShort)),
    ];
    assert_eq!(told(&lines), expected);
    shows(&lines[0], DIGITS, totp_rs::Algorithm::SHA1, 6, 30);
    shows(&lines[1], DIGITS, totp_rs::Algorithm::SHA256, 8, 30);
    let first = whole.split(|byte| *byte == b'\n').next().unwrap();
    assert_eq!(read(Product::GoogleAuthenticator, first, &Options::default()), Err(Unreadable::PartMissing));
    let cut = read(Product::GoogleAuthenticator, &first[..first.len() - 16], &Options::default());
    assert!(matches!(cut, Err(Unreadable::OtherForm { at: Some((1, 1)), .. })), "{cut:?}");
}

#[test]
fn key_uris() {
    let lines = lines(Product::KeyUris, "key-uris.txt");
    let expected = [
        ("anna@example.com", None),
        ("bert", None),
        ("cleo", Some(Trouble::OtherKind)),
        ("dora", Some(Trouble::SecretTooShort)),
        ("eva", Some(Trouble::Algorithm)),
        ("fred", Some(Trouble::Digits)),
        ("gina", Some(Trouble::Period)),
        ("?", Some(Trouble::Malformed)),
    ];
    assert_eq!(told(&lines), expected);
    assert_eq!(lines[0].place, "line 2");
    shows(&lines[1], &DIGITS[..10], totp_rs::Algorithm::SHA256, 8, 60);
    assert_eq!(lines[1].brings.as_ref().unwrap().parameters().algorithm, Algorithm::Sha256);
}

#[test]
fn a_name_is_brought_in_once_whatever_its_case() {
    let uri = |name: &str| format!("otpauth://totp/{name}?secret=GEZDGNBVGY3TQOJQ\n");
    let file = [uri("anna"), uri("Anna"), uri("bert")].concat();
    let lines = read(Product::KeyUris, file.as_bytes(), &Options::default()).unwrap();
    assert_eq!(told(&lines), [("anna", None), ("Anna", Some(Trouble::Twice)), ("bert", None)]);
}

#[test]
fn a_file_of_another_product_is_said_to_be_one() {
    let all = [
        Product::BetterAuth,
        Product::Keycloak,
        Product::Kratos,
        Product::Authelia,
        Product::GoogleAuthenticator,
        Product::KeyUris,
    ];
    for product in all {
        for odd in ["", "{}", "[", "\u{0}", "hello", "null"] {
            let refused = read(product, odd.as_bytes(), &key("x"));
            assert!(refused.is_err(), "{product:?} {odd:?}");
        }
        assert_eq!(read(product, &[0xff, 0xfe], &key("x")), Err(Unreadable::NotText));
    }
}

#[test]
fn nothing_that_is_printed_holds_a_secret() {
    let secrets = ["GEZDGNBV", "12345678901234567890", "31323334", "cYh2ZVl4"];
    let files =
        [(Product::Keycloak, "keycloak.json"), (Product::Authelia, "authelia.csv"), (Product::KeyUris, "key-uris.txt")];
    for (product, name) in files {
        for line in lines(product, name) {
            let printed = format!("{line:?} {:?}", line.brings.as_ref().err().map(ToString::to_string));
            assert!(secrets.iter().all(|secret| !printed.contains(secret)), "{printed}");
        }
    }
}
