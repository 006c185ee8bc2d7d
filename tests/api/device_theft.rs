//! Remember this device: forged, stolen and rotated tokens.

use edge_mfa_tests::client::DEVICE;
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Client, Edge, Tenant, json};

fn device_of(client: &Client) -> (String, String) {
    client.jar().find(DEVICE).expect("a device cookie")
}

#[test]
fn f07_forged_and_changed_tokens_do_not_skip_the_code() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let real = anna.remembered();
    let (name, token) = device_of(&real);
    let flip = |at: usize| -> String {
        let other = |symbol| if symbol == 'A' { 'B' } else { 'A' };
        let change = |(place, it)| if place == at { other(it) } else { it };
        token.chars().enumerate().map(change).collect()
    };
    let half = token.len() / 2;
    let forged = [
        flip(0),
        flip(half),
        flip(token.len() - 1),
        token[..token.len() - 1].to_owned(),
        format!("{token}A"),
        format!("{}{}", &token[half..], &token[..half]),
        String::new(),
        "A".repeat(token.len()),
    ];
    for forged in forged {
        let client = anna.member.tenant.client();
        client.with_jar(|jar| jar.put(&name, &forged));
        anna.member.enter_password(&client, "code");
    }
    // Somebody's forgeries do not cost the real device its place.
    anna.member.enter_password(&real, "done");
}

#[test]
fn f08_every_use_rotates_the_token() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = anna.remembered();
    let mut seen = vec![device_of(&client)];
    for _ in 0..3 {
        anna.member.enter_password(&client, "done");
        let now = device_of(&client);
        assert_eq!(now.0, seen[0].0, "the cookie's name stays");
        assert!(!seen.contains(&now), "the token was not rotated");
        seen.push(now);
    }
}

#[test]
fn f08_a_rotated_token_used_again_ends_the_device_for_thief_and_owner() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let owner = anna.remembered();
    let thief = owner.clone();
    anna.member.enter_password(&owner, "done");
    anna.member.enter_password(&thief, "code");
    anna.member.enter_password(&owner, "code");
    let account = anna.client.get(&anna.member.tenant.at("/account")).is(200);
    assert_eq!(account["devices"], json!([]));
}

#[test]
fn f08_when_the_thief_is_first_the_owner_ends_it() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let owner = anna.remembered();
    let thief = owner.clone();
    anna.member.enter_password(&thief, "done");
    anna.member.enter_password(&owner, "code");
    anna.member.enter_password(&thief, "code");
}

#[test]
fn f08_an_old_token_long_rotated_away_is_reuse_too() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let owner = anna.remembered();
    let thief = owner.clone();
    for _ in 0..3 {
        anna.member.enter_password(&owner, "done");
    }
    anna.member.enter_password(&thief, "code");
    anna.member.enter_password(&owner, "code");
}

#[test]
fn one_device_ends_without_the_other() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let (first, second) = (anna.remembered(), anna.remembered());
    let thief = first.clone();
    anna.member.enter_password(&first, "done");
    anna.member.enter_password(&thief, "code");
    anna.member.enter_password(&second, "done");
}

#[test]
fn a_retry_of_the_same_sign_in_is_not_reuse() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let owner = anna.remembered();
    let lost = owner.clone();
    let path = anna.member.tenant.at("/sign-in");
    let body = json!({"username": anna.member.username, "password": anna.member.password});
    let key = edge_mfa_tests::random::idempotency_key();
    // The first answer gets lost on the way; the page asks again with the same key and cookie.
    let first = lost.ask("POST", &path).key(&key).json(&body).send().is(200);
    assert_eq!(first["next"], "done");
    let second = owner.ask("POST", &path).key(&key).json(&body).send().is(200);
    assert_eq!(second["next"], "done", "a lost answer must not cost the device");
    anna.member.enter_password(&owner, "done");
}
