//! Where a guess comes from is not what is counted.

use edge_mfa_tests::client::DEVICE;
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Edge, Tenant, json};

#[test]
fn a05_invented_addresses_do_not_get_more_guesses() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let path = anna.member.tenant.at("/sign-in/code");
    let headers = [
        "x-forwarded-for",
        "forwarded",
        "x-real-ip",
        "true-client-ip",
        "cf-connecting-ip",
        "x-client-ip",
        "x-originating-ip",
        "x-forwarded-host",
    ];
    let (first, second) = (anna.pending(), anna.pending());
    for (number, header) in headers.iter().enumerate() {
        let client = if number < 4 { &first } else { &second };
        let body = json!({"code": anna.phone.wrong_code(), "remember_device": false});
        let ask = client.ask("POST", &path).header(header, &format!("203.0.113.{number}"));
        let answer = ask.json(&body).send();
        let expected = if number < 5 { "401 code_refused" } else { "429 throttled" };
        assert_eq!(answer.short(), expected, "guess {} by {header}", number + 1);
    }
}

#[test]
fn a15_wrong_passwords_of_a_stranger_do_not_lock_out_a_known_device() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let known = anna.remembered();
    assert!(known.cookie(DEVICE).is_some());
    let stranger = anna.member.tenant.client();
    let path = anna.member.tenant.at("/sign-in");
    let mut answers = Vec::new();
    for _ in 0..13 {
        let body = json!({"username": anna.member.username, "password": "a wrong password"});
        answers.push(stranger.post(&path, body).short());
    }
    assert!(answers[..10].iter().all(|it| it == "401 sign_in_refused"), "10 free: {answers:?}");
    assert_eq!(answers[12], "429 throttled", "{answers:?}");
    // Nor does the right password help a stranger now …
    anna.member.try_password(&stranger).problem(429, "throttled");
    // … while the known device has a lane of its own.
    anna.member.enter_password(&known, "done");
}
