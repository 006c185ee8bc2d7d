//! Sessions: what opens the doors behind them, and what does not.

use edge_mfa_tests::client::{PENDING, SESSION};
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Edge, Member, Tenant, eventually, json};

use crate::routes::{ROUTES, Whose};

#[test]
fn c01_a_pending_sign_in_opens_no_protected_route() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let tenant = &anna.member.tenant;
    let client = anna.pending();
    let protected = [Whose::Session, Whose::Administrator];
    for route in ROUTES.iter().filter(|route| protected.contains(&route.whose)) {
        let ask = client.ask(route.method, &route.at(tenant));
        let ask = if route.is_unsafe() { ask.json(&route.body_at(tenant)) } else { ask };
        ask.send().problem(401, "unauthenticated");
    }
}

#[test]
fn c02_a_pending_token_is_nothing_in_any_other_place() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let tenant = &anna.member.tenant;
    let pending = anna.pending().cookie(PENDING).expect("pending");
    let basic = format!("Basic {pending}");
    let bearer = format!("Bearer {pending}");
    for path in ["/session", "/account"] {
        let client = tenant.client();
        client.with_jar(|jar| jar.put(SESSION, &pending));
        client.get(&tenant.at(path)).problem(401, "unauthenticated");
        let client = tenant.client();
        for value in [&basic, &bearer] {
            let ask = client.ask("GET", &tenant.at(path)).header("authorization", value);
            ask.send().problem(401, "unauthenticated");
        }
        let query = format!("{}?token={pending}&session={pending}", tenant.at(path));
        client.get(&query).refuses();
    }
}

#[test]
fn c05_a_pending_sign_in_is_nothing_at_another_tenant() {
    let edge = Edge::shared();
    let (here, there) = (Tenant::mfa(edge), Tenant::mfa(edge));
    let anna = Member::join_as(&here, "anna.b").enrol();
    let other = Member::join_as(&there, "anna.b").enrol();
    let client = anna.pending();
    for (phone, key) in [(&anna.phone, &anna.keys[0]), (&other.phone, &other.keys[0])] {
        let answer = other.member.enter_code(&client, &phone.next_code());
        answer.problem(401, "sign_in_expired");
        other.member.enter_key(&client, key).problem(401, "sign_in_expired");
    }
    // Nothing was spent or charged.
    other.member.enter_key(&other.pending(), &other.keys[0]).is(200);
}

#[test]
fn c05_a_session_is_nothing_at_another_tenant() {
    let edge = Edge::shared();
    let (here, there) = (Tenant::mfa(edge), Tenant::mfa(edge));
    let anna = Member::join_as(&here, "anna.b").enrol();
    Member::join_as(&there, "anna.b").enrol();
    anna.member.session(&anna.client).is(200);
    for path in ["/session", "/account"] {
        anna.client.get(&there.at(path)).problem(401, "unauthenticated");
    }
}

#[test]
fn a_session_that_was_changed_anywhere_is_refused() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let token = anna.client.cookie(SESSION).expect("a session");
    let other = anna.signed_in().cookie(SESSION).expect("a session");
    let middle = token.len() / 2;
    let mut forged: Vec<String> = (0..token.len()).map(|at| changed(&token, at)).collect();
    forged.push(token[..token.len() - 1].to_owned());
    forged.push(format!("{token}A"));
    forged.push(format!("{}{}", &token[..middle], &other[middle..]));
    forged.push(format!("{}{}", &other[..middle], &token[middle..]));
    forged.push(String::new());
    for forged in forged.iter().filter(|it| **it != token && **it != other) {
        let client = anna.member.tenant.client();
        client.with_jar(|jar| jar.put(SESSION, forged));
        let answer = anna.member.session(&client);
        assert_eq!(answer.short(), "401 unauthenticated", "{forged:?} of {token:?}");
    }
}

/// The token with another symbol at this place.
fn changed(token: &str, at: usize) -> String {
    let change = |(place, symbol): (usize, char)| match symbol {
        _ if place != at => symbol,
        'A' => 'Q',
        _ => 'A',
    };
    token.chars().enumerate().map(change).collect()
}

#[test]
fn signing_out_ends_the_session_for_every_copy_of_the_token() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let (client, stays) = (anna.signed_in(), &anna.client);
    let stolen = client.clone();
    anna.member.session(&stolen).is(200);
    client.post(&anna.member.tenant.at("/sign-out"), json!({})).is(204);
    // Whatever asks the member's object knows at once; the check at the edge may be behind.
    stolen.get(&anna.member.tenant.at("/account")).problem(401, "unauthenticated");
    eventually("the session to end", || anna.member.session(&stolen).status == 401);
    anna.member.session(stays).is(200);
}

#[test]
fn every_sign_in_gives_another_session() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let before = anna.client.cookie(SESSION).expect("a session");
    let client = anna.client.clone();
    anna.member.enter_password(&client, "code");
    anna.member.enter_code(&client, &anna.phone.next_code()).is(200);
    let after = client.cookie(SESSION).expect("a session");
    assert_ne!(before, after);
    anna.member.session(&client).is(200);
}

#[test]
fn the_session_check_reissues_the_cookie_and_never_moves_the_absolute_end() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let first = anna.member.session(&anna.client).is(200);
    let second = anna.member.session(&anna.client).is(200);
    assert_eq!(first["ends_at"], second["ends_at"]);
    assert_eq!(first["authenticated_at"], second["authenticated_at"]);
    assert!(second["expires_at"].as_u64() >= first["expires_at"].as_u64());
    assert!(second["expires_at"].as_u64() <= second["ends_at"].as_u64());
}
