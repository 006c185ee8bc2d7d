//! Bursts of guesses, each at one field of one route, with the very number at which they are limited.

use edge_mfa_tests::member::{Enrolled, keys_of, proof_of};
use edge_mfa_tests::platform_page::{OnPage, errand_in, reference_in};
use edge_mfa_tests::{Administrator, Answer, Client, Edge, Member, Platform, Tenant, Value, json, random};

use super::authorization::{request, token_in_body};
use super::body::{smallest, with};
use super::cases::Cases;
use super::route::Route;

/// Guesses where nothing counts them.
const MANY: usize = 12;

fn mfa() -> Tenant {
    Tenant::mfa(Edge::shared())
}

/// A tenant where MFA is off.
fn off() -> Tenant {
    Tenant::password_only(Edge::shared())
}

/// So many guesses in a row that are answered so.
fn guess(cases: &mut Cases, route: &Route, count: usize, expected: &str, send: impl Fn() -> Answer) {
    for number in 1..=count {
        cases.answered(route, &format!("guess {number}"), expected, &send);
    }
}

pub fn password_of_a_name(cases: &mut Cases, route: &Route) {
    let tenant = mfa();
    let (bert, carol) = (Member::join(&tenant), Member::join(&tenant));
    for name in [bert.username.as_str(), "nobody.at.all"] {
        let try_one = || {
            let body = json!({"username": name, "password": random::password()});
            tenant.client().post(&tenant.at("/sign-in"), body)
        };
        guess(cases, route, 10, "401 sign_in_refused", try_one);
        guess(cases, route, 2, "429 throttled", try_one);
    }
    cases.answered(route, "the right one", "429 throttled", || bert.try_password(&tenant.client()));
    cases.answered(route, "another member", "200", || carol.try_password(&tenant.client()));
}

pub fn code_at_sign_in(cases: &mut Cases, route: &Route) {
    let bert = Enrolled::join(&mfa());
    let wrong = |client: &Client| bert.member.enter_code(client, &bert.phone.wrong_code());
    for (count, client) in [(4, bert.pending()), (1, bert.pending())] {
        guess(cases, route, count, "401 code_refused", || wrong(&client));
    }
    let client = bert.pending();
    guess(cases, route, 2, "429 throttled", || wrong(&client));
    let right = || bert.member.enter_code(&client, &bert.phone.next_code());
    cases.answered(route, "the right one", "429 throttled", right);
    // One sign-in alone is over after five.
    let carol = Enrolled::join(&bert.member.tenant);
    let client = carol.pending();
    let wrong = || carol.member.enter_code(&client, &carol.phone.wrong_code());
    guess(cases, route, 5, "401 code_refused", wrong);
    cases.answered(route, "a sixth", "401 sign_in_expired", wrong);
}

pub fn code_at_step_up(cases: &mut Cases, route: &Route) {
    let bert = Enrolled::join(&mfa());
    let wrong = || bert.member.step_up(&bert.client, "code", &bert.phone.wrong_code());
    guess(cases, route, 5, "401 code_refused", wrong);
    guess(cases, route, 2, "401 unauthenticated", wrong);
    // The lane is the sign-in's.
    let pending = bert.pending();
    let at_sign_in = || bert.member.enter_code(&pending, &bert.phone.next_code());
    cases.answered(route, "at the sign-in", "429 throttled", at_sign_in);
}

pub fn key_at_sign_in(cases: &mut Cases, route: &Route) {
    let tenant = mfa();
    let (bert, other) = (Enrolled::join(&tenant), Enrolled::join(&tenant));
    let wrong = |client: &Client| bert.member.enter_key(client, &other.keys[0]);
    for (count, client) in [(3, bert.pending()), (2, bert.pending())] {
        guess(cases, route, count, "401 recovery_key_refused", || wrong(&client));
    }
    let client = bert.pending();
    guess(cases, route, 2, "429 throttled", || wrong(&client));
    cases.answered(route, "the right one", "429 throttled", || bert.member.enter_key(&client, &bert.keys[0]));
    cases.answered(route, "a code", "200", || bert.member.enter_code(&client, &bert.phone.next_code()));
}

pub fn key_at_step_up(cases: &mut Cases, route: &Route) {
    let tenant = mfa();
    let (bert, other) = (Enrolled::join(&tenant), Enrolled::join(&tenant));
    let wrong = || bert.member.step_up(&bert.client, "recovery_key", &other.keys[0]);
    guess(cases, route, 5, "401 recovery_key_refused", wrong);
    guess(cases, route, 2, "401 unauthenticated", wrong);
    let pending = bert.pending();
    cases.answered(route, "at the sign-in", "429 throttled", || bert.member.enter_key(&pending, &bert.keys[0]));
}

pub fn password_at_step_up(cases: &mut Cases, route: &Route) {
    let bert = Administrator::at_work(Member::join(&off()));
    let wrong = || bert.member.step_up(&bert.client, "password", &random::password());
    guess(cases, route, 5, "401 password_refused", wrong);
    let right = || bert.member.step_up(&bert.client, "password", &bert.member.password);
    cases.answered(route, "the right one", "401 unauthenticated", right);
    cases.answered(route, "at the sign-in", "200", || bert.member.try_password(&bert.member.tenant.client()));
}

pub fn current_password(cases: &mut Cases, route: &Route) {
    let bert = Administrator::at_work(Member::join(&off()));
    let change = |client: &Client, current: &str| {
        let body = json!({"current_password": current, "new_password": random::password()});
        client.post(&bert.member.tenant.at("/account/password"), body)
    };
    guess(cases, route, 5, "401 password_refused", || change(&bert.client, &random::password()));
    cases.answered(route, "the right one", "401 unauthenticated", || change(&bert.client, &bert.member.password));
    // From one door to the other gains nothing.
    let client = bert.signed_in();
    guess(cases, route, 3, "401 password_refused", || change(&client, &random::password()));
    let at_step_up = || bert.member.step_up(&client, "password", &random::password());
    guess(cases, route, 2, "401 password_refused", at_step_up);
    cases.answered(route, "a sixth", "401 unauthenticated", || change(&client, &bert.member.password));
    cases.answered(route, "at the sign-in", "200", || bert.member.try_password(&bert.member.tenant.client()));
}

pub fn code_of_an_enrolment(cases: &mut Cases, route: &Route) {
    let bert = Member::join(&mfa());
    let client = bert.pending("enrol");
    let begun = bert.start_enrolment(&client);
    let wrong = || bert.confirm(&client, &begun.id, &begun.phone.wrong_code());
    guess(cases, route, 4, "401 code_refused", wrong);
    guess(cases, route, 2, "410 enrolment_expired", wrong);
    let right = || bert.confirm(&client, &begun.id, &begun.phone.next_code());
    cases.answered(route, "the right one", "410 enrolment_expired", right);
}

pub fn code_of_a_set_up(cases: &mut Cases, route: &Route) {
    let anna = Administrator::of(&off());
    let begun = anna.start_set_up();
    guess(cases, route, 4, "401 code_refused", || anna.confirm(&begun, &begun.phone.wrong_code()));
    guess(cases, route, 2, "410 enrolment_expired", || anna.confirm(&begun, &begun.phone.wrong_code()));
    let right = || anna.confirm(&begun, &begun.phone.next_code());
    cases.answered(route, "the right one", "410 enrolment_expired", right);
}

/// Another group than the one that is asked for.
fn wrong_proof(right: &str) -> String {
    if right == "00000" { "11111" } else { "00000" }.to_owned()
}

pub fn proof_of_an_enrolment(cases: &mut Cases, route: &Route) {
    let bert = Member::join(&mfa());
    let client = bert.pending("enrol");
    let begun = bert.start_enrolment(&client);
    let right = proof_of(&bert.confirm(&client, &begun.id, &begun.phone.next_code()).is(200));
    let wrong = wrong_proof(&right);
    guess(cases, route, MANY, "409 proof_refused", || bert.complete(&client, &begun.id, &wrong));
    cases.answered(route, "the right one", "200", || bert.complete(&client, &begun.id, &right));
}

pub fn proof_of_a_set_up(cases: &mut Cases, route: &Route) {
    let anna = Administrator::of(&off());
    let begun = anna.start_set_up();
    let right = proof_of(&anna.confirm(&begun, &begun.phone.next_code()).is(200));
    let wrong = wrong_proof(&right);
    guess(cases, route, MANY, "409 proof_refused", || anna.complete(&begun, &wrong));
    cases.answered(route, "the right one", "200", || anna.complete(&begun, &right));
}

pub fn proof_of_a_renewal(cases: &mut Cases, route: &Route) {
    let bert = Enrolled::join(&mfa());
    let post = |path: &str, body| bert.client.post(&bert.member.tenant.at(path), body);
    let shown = post("/account/recovery-keys/start", json!({})).is(200);
    assert_eq!(keys_of(&shown).len(), 10);
    let right = proof_of(&shown);
    let complete = |proof: &str| post("/account/recovery-keys/complete", json!({"proof": proof}));
    guess(cases, route, MANY, "409 proof_refused", || complete(&wrong_proof(&right)));
    cases.answered(route, "the right one", "200", || complete(&right));
}

/// Forgers find nothing, however many they are, and close the door for nobody.
pub fn token(cases: &mut Cases, route: &Route) {
    let tenant = mfa();
    let body = smallest(route.schema.as_ref().expect("a body"), &tenant.id).remove(0);
    let path = route.at(&tenant.id, "");
    guess(cases, route, MANY, token_in_body(route).1, || request(&tenant.client(), route, &path, &body).send());
    let genuine = || tenant.client().post(&tenant.at("/invitation/preview"), json!({"token": tenant.invitation}));
    cases.answered(route, "a genuine one", "200", genuine);
}

/// Another's id finds nothing, with everything else right, and costs the enrolment at hand nothing.
pub fn id_of_an_enrolment(cases: &mut Cases, route: &Route) {
    let bert = Member::join(&mfa());
    let client = bert.pending("enrol");
    let begun = bert.start_enrolment(&client);
    let code = begun.phone.next_code();
    let confirm = || bert.confirm(&client, &begun.id, &code).is(200);
    let body = rest_of_a_step(route, &code, confirm);
    id(cases, route, &client, &bert.tenant, (&begun.id, body));
}

pub fn id_of_a_set_up(cases: &mut Cases, route: &Route) {
    let anna = Administrator::of(&off());
    let begun = anna.start_set_up();
    let code = begun.phone.next_code();
    let mut body = rest_of_a_step(route, &code, || anna.confirm(&begun, &code).is(200));
    body["epoch"] = json!(begun.epoch);
    id(cases, route, &anna.client, anna.tenant(), (&begun.id, body));
}

/// What a step of an enrolment needs beside the id. Those behind the first need that one done.
fn rest_of_a_step(route: &Route, code: &str, confirm: impl FnOnce() -> Value) -> Value {
    if route.has_field("code") {
        return json!({"code": code});
    }
    let confirmed = confirm();
    if route.has_field("proof") { json!({"proof": proof_of(&confirmed)}) } else { json!({}) }
}

fn id(cases: &mut Cases, route: &Route, client: &Client, tenant: &Tenant, (right, body): (&str, Value)) {
    let path = route.at(&tenant.id, "");
    let send = |id: &str| request(client, route, &path, &with(&body, "enrolment_id", json!(id))).send();
    guess(cases, route, MANY, "409 enrolment_superseded", || send(&"0".repeat(32)));
    cases.answered(route, "the right one", "200", || send(right));
}

pub fn first_password(cases: &mut Cases, route: &Route) {
    let tenant = mfa();
    let accept = || {
        let body = json!({"token": tenant.invitation, "password": random::password()});
        tenant.client().post(&tenant.at("/invitation/accept"), body)
    };
    cases.answered(route, "the first", "201", accept);
    guess(cases, route, 3, "404 invitation_refused", accept);
}

pub fn password_by_link(cases: &mut Cases, route: &Route) {
    let bert = Member::join(&mfa());
    let (tenant, post) = (&bert.tenant, |path: &str, body| bert.tenant.client().post(&bert.tenant.at(path), body));
    post("/password/forgot", json!({"username": bert.username})).is(202);
    let link = Edge::shared().mailbox().wait(&tenant.id, &bert.username, "password-link-issued").token();
    let reset = || post("/password/reset", json!({"token": link, "password": random::password()}));
    cases.answered(route, "the first", "200", reset);
    guess(cases, route, 3, "404 link_refused", reset);
}

/// The new one is judged by what may be chosen, and by nothing before the current one was right.
pub fn new_password(cases: &mut Cases, route: &Route) {
    let bert = Administrator::at_work(Member::join(&off()));
    let body = json!({"current_password": random::password(), "new_password": bert.member.password});
    let ask = || bert.client.post(&bert.member.tenant.at("/account/password"), body.clone());
    cases.answered(route, "the current one chosen again, not known", "401 password_refused", ask);
}

/// Nobody gets to choose one by asking: the sign-in has to owe it.
pub fn owed_password(cases: &mut Cases, route: &Route) {
    let bert = Enrolled::join(&mfa());
    let client = bert.pending();
    let ask =
        || client.post(&bert.member.tenant.at("/sign-in/new-password"), json!({"password": bert.member.password}));
    guess(cases, route, 3, "409 wrong_step", ask);
}

/// Told to the provider, and only for who has proven herself: here there is none to tell.
pub fn client_secret(cases: &mut Cases, route: &Route) {
    let anna = Administrator::of(&off());
    let body = smallest(route.schema.as_ref().expect("a body"), &anna.tenant().id).remove(0);
    let path = route.at(&anna.tenant().id, "");
    guess(cases, route, 3, "400 provider_refused", || request(&anna.client, route, &path, &body).send());
}

fn platform() -> Platform {
    Platform::of(&Administrator::of(&mfa()))
}

/// The lane is hers, however many sign-ins the platform begins.
pub fn code_vouched(cases: &mut Cases, route: &Route) {
    let platform = platform();
    let erin = platform.person();
    let pending = || platform.pending(&erin.username, "code-needed");
    let wrong = |pending: &str| platform.code(pending, &erin.phone.wrong_code());
    for (count, pending) in [(4, pending()), (1, pending())] {
        guess(cases, route, count, "401 code_refused", || wrong(&pending));
    }
    let next = pending();
    guess(cases, route, 2, "429 throttled", || wrong(&next));
    let right = || platform.code(&next, &erin.phone.next_code());
    cases.answered(route, "the right one", "429 throttled", right);
    let other = platform.person();
    let pending = platform.pending(&other.username, "code-needed");
    let wrong = || platform.code(&pending, &other.phone.wrong_code());
    guess(cases, route, 5, "401 code_refused", wrong);
    cases.answered(route, "a sixth", "401 sign_in_expired", wrong);
}

pub fn key_vouched(cases: &mut Cases, route: &Route) {
    let platform = platform();
    let (erin, other) = (platform.person(), platform.person());
    let pending = || platform.pending(&erin.username, "code-needed");
    for (count, pending) in [(3, pending()), (2, pending())] {
        guess(cases, route, count, "401 recovery_key_refused", || platform.key(&pending, &other.keys[0]));
    }
    let next = pending();
    guess(cases, route, 2, "429 throttled", || platform.key(&next, &other.keys[0]));
    cases.answered(route, "the right one", "429 throttled", || platform.key(&next, &erin.keys[0]));
    cases.answered(route, "a code", "200", || platform.code(&next, &erin.phone.next_code()));
}

/// Somebody of the platform's who has begun to enrol: her sign-in, the id, the app.
fn enrolling(platform: &Platform) -> (String, String, edge_mfa_tests::Phone) {
    let name = random::name("p");
    platform.make(&name).is(204);
    let pending = platform.pending(&name, "enrolment-needed");
    let (id, phone) = platform.start_enrolment(&pending);
    (pending, id, phone)
}

pub fn first_code_vouched(cases: &mut Cases, route: &Route) {
    let platform = platform();
    let (pending, id, phone) = enrolling(&platform);
    let wrong = || platform.confirm(&pending, &id, &phone.wrong_code());
    guess(cases, route, 4, "401 code_refused", wrong);
    guess(cases, route, 2, "410 enrolment_expired", wrong);
}

pub fn proof_vouched(cases: &mut Cases, route: &Route) {
    let platform = platform();
    let (pending, id, phone) = enrolling(&platform);
    let right = proof_of(&platform.confirm(&pending, &id, &phone.next_code()).is(200));
    guess(cases, route, MANY, "409 proof_refused", || platform.complete(&pending, &id, &wrong_proof(&right)));
    cases.answered(route, "the right one", "200", || platform.complete(&pending, &id, &right));
}

pub fn id_vouched(cases: &mut Cases, route: &Route) {
    let platform = platform();
    let (pending, right, phone) = enrolling(&platform);
    let code = phone.next_code();
    let mut body = rest_of_a_step(route, &code, || platform.confirm(&pending, &right, &code).is(200));
    body["pending"] = json!(pending);
    let step = route.path.split_once("/second-factor").expect("a step").1;
    let send = |id: &str| platform.ask(step, with(&body, "enrolment_id", json!(id)));
    guess(cases, route, MANY, "409 enrolment_superseded", || send(&"0".repeat(32)));
    cases.answered(route, "the right one", "200", || send(&right));
}

/// The same lane on our page.
pub fn code_on_page(cases: &mut Cases, route: &Route) {
    let platform = platform();
    let erin = platform.person();
    for count in [4, 1] {
        let page = platform.on_page(&erin.username);
        guess(cases, route, count, "401 code_refused", || page.code(&erin.phone.wrong_code()));
    }
    let page = platform.on_page(&erin.username);
    guess(cases, route, 2, "429 throttled", || page.code(&erin.phone.wrong_code()));
    cases.answered(route, "the right one", "429 throttled", || page.code(&erin.phone.next_code()));
    // Nor does the platform's own form take one now.
    let there = || platform.code(&page.pending, &erin.phone.next_code());
    cases.answered(route, "at the platform", "429 throttled", there);
}

pub fn key_on_page(cases: &mut Cases, route: &Route) {
    let platform = platform();
    let (erin, other) = (platform.person(), platform.person());
    for count in [3, 2] {
        let page = platform.on_page(&erin.username);
        guess(cases, route, count, "401 recovery_key_refused", || page.key(&other.keys[0]));
    }
    let page = platform.on_page(&erin.username);
    guess(cases, route, 2, "429 throttled", || page.key(&other.keys[0]));
    cases.answered(route, "the right one", "429 throttled", || page.key(&erin.keys[0]));
    cases.answered(route, "a code", "200", || page.code(&erin.phone.next_code()));
}

/// Somebody of the platform's who has come to our page to enrol.
fn enrolling_on_page(platform: &Platform) -> OnPage<'_> {
    let name = random::name("p");
    platform.make(&name).is(204);
    platform.on_page(&name)
}

pub fn first_code_on_page(cases: &mut Cases, route: &Route) {
    let platform = platform();
    let page = enrolling_on_page(&platform);
    let (id, phone) = page.start_enrolment();
    let wrong = || page.confirm(&id, &phone.wrong_code());
    guess(cases, route, 4, "401 code_refused", wrong);
    guess(cases, route, 2, "410 enrolment_expired", wrong);
}

pub fn proof_on_page(cases: &mut Cases, route: &Route) {
    let platform = platform();
    let page = enrolling_on_page(&platform);
    let (id, phone) = page.start_enrolment();
    let right = proof_of(&page.confirm(&id, &phone.next_code()).is(200));
    guess(cases, route, MANY, "409 proof_refused", || page.complete(&id, &wrong_proof(&right)));
    cases.answered(route, "the right one", "200", || page.complete(&id, &right));
}

pub fn id_on_page(cases: &mut Cases, route: &Route) {
    let platform = platform();
    let page = enrolling_on_page(&platform);
    let (right, phone) = page.start_enrolment();
    let code = phone.next_code();
    let body = rest_of_a_step(route, &code, || page.confirm(&right, &code).is(200));
    id(cases, route, &page.browser, &platform.tenant, (&right, body));
}

/// Forgers bring nothing back, and close the door for nobody.
pub fn reference(cases: &mut Cases, route: &Route) {
    let platform = platform();
    let erin = platform.person();
    let page = platform.on_page(&erin.username);
    let right = reference_in(&page.code(&erin.phone.next_code()).is(200));
    let forged = || platform.redeem(&page.pending, &random::password());
    guess(cases, route, MANY, "401 sign_in_expired", forged);
    cases.answered(route, "the right one", "200", || platform.redeem(&page.pending, &right));
}

/// The same, where what is brought says that another password is chosen.
pub fn errand(cases: &mut Cases, route: &Route) {
    let platform = platform();
    let erin = platform.person();
    let page = platform.on_page_disowned(&erin);
    page.code(&erin.phone.next_code()).is(200);
    let right = errand_in(&page.view().is(200));
    let forged = || platform.password_changed(&page.pending, &random::password());
    guess(cases, route, MANY, "401 sign_in_expired", forged);
    cases.answered(route, "the right one", "200", || platform.password_changed(&page.pending, &right));
}

/// Forgers find no sign-in, and one that another began is none.
pub fn pending(cases: &mut Cases, route: &Route) {
    let platform = platform();
    let body = smallest(route.schema.as_ref().expect("a body"), &platform.tenant.id).remove(0);
    let step = route.path.split_once("/second-factor").expect("a step").1;
    guess(cases, route, MANY, "401 sign_in_expired", || platform.ask(step, body.clone()));
}

pub fn device(cases: &mut Cases, route: &Route) {
    let platform = platform();
    let erin = platform.person();
    for _ in 0..MANY {
        let body = json!({"username": erin.username, "device": random::password()});
        let begun = platform.ask("/begin", body);
        cases.holds(route, "a code all the same", || match begun.is(200)["status"] == "code-needed" {
            true => Ok(()),
            false => Err(begun.text()),
        });
    }
}
