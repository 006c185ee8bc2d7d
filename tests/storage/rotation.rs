//! Keys are rotated: a new one in front, later the old one gone. Nobody is refused, nothing has to be done by hand.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Administrator, Edge, Member, Tenant, eventually, json};

#[test]
fn a_key_may_go_once_what_it_protected_has_been_used_under_the_next() {
    let mut edge = Edge::start();
    let tenant = Tenant::mfa(&edge);
    let (anna, idle) = (Enrolled::join(&tenant), Enrolled::join(&tenant));

    edge.add_keys("second");
    anna.member.session(&anna.client).is(200);
    anna.member.enter_code(&anna.pending(), &anna.phone.next_code()).is(200);
    anna.member.enter_key(&anna.pending(), &anna.keys[0]).is(200);

    edge.retire_old_keys();
    anna.member.session(&anna.client).problem(401, "unauthenticated");
    anna.member.enter_code(&anna.pending(), &anna.phone.next_code()).is(200);
    anna.member.enter_key(&anna.pending(), &anna.keys[0]).problem(401, "recovery_key_refused");
    anna.member.enter_key(&anna.pending(), &anna.keys[1]).is(200);

    // Whoever has not signed in meanwhile has a password that only the old pepper explains: refused, not let in.
    // Not by `send`: no answer that a test sees may be a server error but this one.
    let body = json!({"username": idle.member.username, "password": idle.member.password});
    let refused = tenant.client().ask("POST", &tenant.at("/sign-in")).json(&body).try_send();
    assert_eq!(refused.expect("an answer").short(), "500 internal");
}

#[test]
fn the_operator_reseals_a_tenant_and_the_old_key_may_go() {
    let mut edge = Edge::start();
    let tenant = Tenant::mfa(&edge);
    let anna = Administrator::of(&tenant);
    let plain = Administrator::of(&Tenant::password_only(&edge));
    let set_up = plain.start_set_up();
    let reseal = |tenant: &Tenant| {
        let path = format!("/api/v1/operator/tenants/{}/reseal", tenant.id);
        tenant.client().ask("POST", &path).operator().json(&json!({})).send().is(200)
    };
    assert_eq!(reseal(&tenant), json!({"key": "test", "was_due": false}));
    assert_eq!(tenant.seen_by_operator()["key_ids"], json!(["test"]));

    // The key that wraps data keys alone: sessions and passwords are not what this is about.
    // So is what tokens for applications are signed with.
    let signer = Tenant::password_only(&edge);
    let jwks = format!("/t/{}/jwks", signer.id);
    let published = signer.client().get(&jwks).is(200);
    assert_eq!(signer.seen_by_operator()["key_ids"], json!(["test"]));
    edge.add_key("KEY_ENCRYPTION_KEYS", "second");
    assert_eq!(reseal(&signer), json!({"key": "second", "was_due": true}), "it has nothing else");
    assert_eq!(signer.seen_by_operator()["key_ids"], json!(["second"]));
    assert_eq!(signer.client().get(&jwks).is(200), published);
    assert_eq!(reseal(plain.tenant()), json!({"key": "second", "was_due": true}), "a set-up has a key as well");
    assert_eq!(reseal(&tenant), json!({"key": "second", "was_due": true}));
    assert_eq!(reseal(&tenant), json!({"key": "second", "was_due": false}));
    assert_eq!(tenant.seen_by_operator()["key_ids"], json!(["second"]));
    edge.retire_old_keys();

    let confirmed = plain.confirm(&set_up, &set_up.phone.next_code()).is(200);
    plain.complete(&set_up, &edge_mfa_tests::member::proof_of(&confirmed)).is(200);
    let client = anna.signed_in();
    anna.member.enter_key(&anna.member.pending("code"), &anna.keys[0]).is(200);
    client.get(&tenant.at("/account")).is(200);
    let resealed: Vec<_> = anna.log().into_iter().filter(|it| it.event() == "key-resealed").collect();
    assert_eq!(resealed.len(), 1);
    assert_eq!((resealed[0].by.as_deref(), &resealed[0].what["key"]), (Some("operator"), &json!("second")));
}

#[test]
fn a_notice_that_waits_outlives_a_rotation() {
    let mut edge = Edge::start();
    let anna = Administrator::of(&Tenant::mfa(&edge));
    let id = anna.tenant().id.clone();
    edge.mailbox().wait(&id, "anna", "enrolled");
    edge.mailbox().close();
    let invited = anna.ask("/members/invite", json!({"username": "bert", "role": "member"})).is(201);
    edge.add_key("KEY_ENCRYPTION_KEYS", "second");
    edge.mailbox().open();
    let limit = std::time::Duration::from_secs(90);
    let notice = edge.mailbox().wait_within(limit, 1, &id, "bert", "invited").remove(0);
    assert_eq!(notice.link.as_deref(), invited["url"].as_str());
}

/// Signs in again and again until told to stop. While the edge starts anew nobody answers; any answer is to be yes.
fn keep_signing_in(who: &Member, times: &AtomicUsize, stop: &AtomicBool) {
    let body = json!({"username": who.username, "password": who.password});
    while !stop.load(Ordering::Relaxed) {
        match who.tenant.client().ask("POST", &who.tenant.at("/sign-in")).json(&body).try_send() {
            Ok(answer) if answer.is_of_the_proxy() => {}
            Ok(answer) => {
                assert_eq!(answer.status, 200, "{answer}");
                times.fetch_add(1, Ordering::Relaxed);
            }
            Err(_) => std::thread::sleep(std::time::Duration::from_millis(20)),
        }
    }
}

/// However this ends, nobody goes on signing in.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn every_key_rotates_under_load_and_nobody_is_refused() {
    let mut edge = Edge::start();
    let (plain, with_mfa) = (Tenant::password_only(&edge), Tenant::mfa(&edge));
    let people: Vec<_> = (0..4).map(|_| (Member::join(&plain), AtomicUsize::new(0))).collect();
    let enrolled: Vec<_> = (0..3).map(|_| Enrolled::join(&with_mfa)).collect();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let _stop = Stop(&stop);
        for (who, times) in &people {
            scope.spawn(|| keep_signing_in(who, times, &stop));
        }
        let everybody = || {
            let before: Vec<_> = people.iter().map(|(_, times)| times.load(Ordering::Relaxed)).collect();
            eventually("everybody to sign in", || {
                people.iter().zip(&before).all(|((_, times), before)| times.load(Ordering::Relaxed) > before + 1)
            });
        };
        everybody();
        edge.add_keys("second");
        for tenant in [&plain, &with_mfa] {
            let path = format!("/api/v1/operator/tenants/{}/reseal", tenant.id);
            tenant.client().ask("POST", &path).operator().json(&json!({})).send().is(200);
        }
        enrolled.iter().for_each(|one| _ = one.signed_in());
        everybody();
        assert_eq!(with_mfa.seen_by_operator()["key_ids"], json!(["second"]));
        edge.retire_old_keys();
        for one in &enrolled {
            one.member.enter_key(&one.pending(), &one.keys[0]).is(200);
        }
        everybody();
    });
}
