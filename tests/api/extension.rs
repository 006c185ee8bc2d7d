//! More time for whoever needs it: by the bearer of what waits, and for what waits alone.

use edge_mfa_tests::client::{PAGE, PENDING, SESSION};
use edge_mfa_tests::member::{Enrolled, keys_of, proof_of};
use edge_mfa_tests::{Administrator, Answer, Client, Edge, Member, Platform, Tenant, Value, json};

fn extend(client: &Client, tenant: &Tenant) -> Answer {
    client.post(&tenant.at("/sign-in/extend"), json!({}))
}

fn end(body: &Value) -> u64 {
    body["expires_at"].as_u64().unwrap_or_else(|| panic!("no end in {body}"))
}

#[test]
fn a_sign_in_has_more_time_and_no_further_guess() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let (member, tenant) = (&anna.member, &anna.member.tenant);
    let client = tenant.client();
    let first = end(&member.enter_password(&client, "code"));
    for _ in 1..5 {
        member.enter_code(&client, &anna.phone.wrong_code()).problem(401, "code_refused");
        let answer = extend(&client, tenant);
        assert!(answer.cookies().is_empty(), "nothing else comes of it: {answer}");
        let later = end(&answer.is(200));
        assert!((first..=first + 60).contains(&later), "{first} {later}");
    }
    member.enter_code(&client, &anna.phone.wrong_code()).problem(401, "code_refused");
    extend(&client, tenant).problem(401, "sign_in_expired");
    member.enter_code(&client, &anna.phone.next_code()).problem(401, "sign_in_expired");
}

#[test]
fn c02_nobody_has_more_time_but_who_bears_what_waits() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let tenant = &anna.member.tenant;
    extend(&tenant.client(), tenant).problem(401, "sign_in_expired");
    extend(&anna.client, tenant).problem(401, "sign_in_expired");
    let client = anna.pending();
    let other = Tenant::mfa(Edge::shared());
    client.post(&other.at("/sign-in/extend"), json!({})).problem(401, "sign_in_expired");
    client.post(&tenant.at("/account/recovery-keys/extend"), json!({})).problem(401, "unauthenticated");
    client.post(&tenant.at("/second-factor/page/extend"), json!({})).problem(401, "sign_in_expired");
    extend(&client, tenant).is(200);
    let token = client.cookie(PENDING).expect("a pending sign-in");
    let page = tenant.client();
    page.with_jar(|jar| jar.put(PAGE, &token));
    page.post(&tenant.at("/second-factor/page/extend"), json!({})).problem(401, "sign_in_expired");
    anna.member.enter_code(&client, &anna.phone.next_code()).is(200);
    client.with_jar(|jar| jar.put(PENDING, &token));
    extend(&client, tenant).problem(401, "sign_in_expired");
    assert!(client.cookie(SESSION).is_some());
}

#[test]
fn an_enrolment_has_more_time_before_its_code_and_after() {
    let member = Member::join(&Tenant::mfa(Edge::shared()));
    let client = member.pending("enrol");
    let enrolment = member.start_enrolment(&client);
    let before = end(&extend(&client, &member.tenant).is(200));
    let confirmed = member.confirm(&client, &enrolment.id, &enrolment.phone.next_code()).is(200);
    assert_eq!(keys_of(&confirmed).len(), 10);
    assert!(end(&extend(&client, &member.tenant).is(200)) >= before);
    member.complete(&client, &enrolment.id, &proof_of(&confirmed)).is(200);
}

#[test]
fn new_recovery_keys_and_a_set_up_have_more_time_in_their_own_session() {
    let tenant = Tenant::mfa(Edge::shared());
    let anna = Administrator::of(&tenant);
    let path = tenant.at("/account/recovery-keys/extend");
    anna.client.post(&path, json!({})).problem(410, "enrolment_expired");
    let started = anna.client.post(&tenant.at("/account/recovery-keys/start"), json!({})).is(200);
    assert!(end(&anna.client.post(&path, json!({})).is(200)) >= end(&started));
    anna.signed_in().post(&path, json!({})).problem(409, "enrolment_superseded");
    let proof = json!({"proof": proof_of(&started)});
    anna.client.post(&tenant.at("/account/recovery-keys/complete"), proof).is(200);

    let bert = Administrator::of(&Tenant::password_only(Edge::shared()));
    let set_up = bert.start_set_up();
    let body = json!({"epoch": set_up.epoch, "enrolment_id": set_up.id});
    bert.ask("/settings/mfa/set-up/extend", body.clone()).is(200);
    let confirmed = bert.confirm(&set_up, &set_up.phone.next_code()).is(200);
    bert.ask("/settings/mfa/set-up/extend", body.clone()).is(200);
    bert.another().ask("/settings/mfa/set-up/extend", body).refuses();
    bert.complete(&set_up, &proof_of(&confirmed)).is(200);
}

#[test]
fn our_page_at_a_platform_s_sign_in_has_more_time() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let platform = Platform::of(&anna);
    let person = platform.person();
    let page = platform.on_page(&person.username);
    let first = end(&page.view().is(200));
    let path = anna.tenant().at("/second-factor/page/extend");
    let later = end(&page.browser.post(&path, json!({})).is(200));
    assert!(later >= first);
    assert_eq!(end(&page.view().is(200)), later);
    page.code(&person.phone.next_code()).is(200);
    page.browser.post(&path, json!({})).problem(401, "sign_in_expired");
}
