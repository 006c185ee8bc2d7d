//! A provider that misbehaves, or somebody in its place: nobody is let in, and the page says what was wrong.

use edge_mfa_tests::client::SESSION;

use crate::external::Elsewhere;

/// What stands in the place of an honest ID token (`tests/provider/misbehaviour.mjs`).
const TOKENS: [&str; 41] = [
    "wrong_nonce",
    "no_nonce",
    "wrong_audience",
    "several_audiences",
    "wrong_party",
    "expired",
    "issued_ahead",
    "not_yet_valid",
    "other_issuer",
    "issuer_template",
    "other_directory",
    "no_subject",
    "long_subject",
    "alg_none",
    "alg_none_capital",
    "hs256_client_secret",
    "hs256_public_key",
    "hmac_called_rs256",
    "unknown_kid",
    "other_familys_kid",
    "forged_signature",
    "own_key",
    "changed_claims",
    "no_signature",
    "short_signature",
    "sloppy_signature",
    "zero_signature",
    "critical_header",
    "access_token_type",
    "two_parts",
    "five_parts",
    "padded",
    "large_token",
    "subject_twice",
    "token_missing",
    "token_redirect",
    "token_failing",
    "token_array",
    "token_large",
    "keys_redirect",
    "keys_failing",
];

/// What a description may say that we cannot or must not work with.
const DISCOVERIES: [&str; 15] = [
    "discovery_of_another",
    "discovery_template",
    "discovery_plain_http",
    "discovery_script",
    "discovery_only_hs256",
    "discovery_no_pkce",
    "discovery_no_code",
    "discovery_private_key_jwt",
    "discovery_redirect",
    "discovery_failing",
    "discovery_large",
    "discovery_array",
    "discovery_slow",
    "discovery_trickling",
    "discovery_private_keys",
];

/// Keys that are none.
const KEYS: [&str; 8] = [
    "keys_redirect",
    "keys_failing",
    "keys_large",
    "keys_array",
    "keys_none",
    "keys_for_encryption",
    "keys_weak",
    "keys_of_another_directory",
];

#[test]
fn no_wrong_token_lets_anybody_in() {
    let elsewhere = Elsewhere::in_use();
    let mut passed = Vec::new();
    // Without the last two: keys that are known are not asked for again.
    for how in &TOKENS[..39] {
        elsewhere.directory.misbehave(how);
        let client = elsewhere.anna.tenant().client();
        let page = elsewhere.sign_in(&client, "anna");
        if !page.starts_with("sign-in?external=") || client.cookie(SESSION).is_some() {
            passed.push((how, page));
        }
    }
    assert!(passed.is_empty(), "{passed:?}");
    elsewhere.directory.behave();
    assert_eq!(elsewhere.sign_in(&elsewhere.anna.tenant().client(), "anna"), "account");
}

#[test]
fn no_provider_is_taken_that_describes_itself_wrongly() {
    let elsewhere = Elsewhere::configured();
    let mut taken = Vec::new();
    for how in DISCOVERIES {
        let other = edge_mfa_tests::provider::Provider::shared().directory();
        other.misbehave(how);
        let answer = elsewhere.configure(other.issuer());
        if answer.short() != "400 provider_refused" || !answer.json()["reason"].is_string() {
            taken.push((how, answer.short()));
        }
    }
    // An address that the keys lie at is only asked for with a token in hand: then it is refused.
    taken.retain(|(how, _)| *how != "discovery_private_keys");
    assert!(taken.is_empty(), "{taken:?}");
    // What was configured before stands.
    assert_eq!(elsewhere.anna.settings()["external"]["issuer"], elsewhere.directory.issuer());
}

#[test]
fn no_provider_is_taken_whose_address_is_none() {
    let elsewhere = Elsewhere::configured();
    for issuer in [
        "",
        "contoso",
        "http://id.contoso.example",
        "https://user@id.contoso.example",
        "https://169.254.169.254/latest",
        "https://10.0.0.1",
        "https://id.contoso.internal",
        "https://0x7f000001/",
        "https://id.contoso.example/#x",
        "https://ID.contoso.example",
        "https://id.contoso.example/../x",
        "javascript:alert(1)",
        "file:///etc/passwd",
    ] {
        let answer = elsewhere.configure(issuer);
        answer.problem(400, "provider_refused");
        assert!(answer.json()["reason"].is_string(), "{answer}");
    }
}

#[test]
fn no_wrong_keys_make_a_dry_run_work() {
    let mut worked = Vec::new();
    for how in KEYS {
        let elsewhere = Elsewhere::configured();
        elsewhere.directory.misbehave(how);
        let page = elsewhere.dry_run(&elsewhere.anna.client, "anna");
        if !page.starts_with("settings?external=") || page.ends_with("=works") {
            worked.push((how, page));
        }
        elsewhere.enable(&elsewhere.anna.client).problem(409, "dry_run_missing");
    }
    assert!(worked.is_empty(), "{worked:?}");
}
