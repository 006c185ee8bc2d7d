//! "Your password is burnt": three wrong codes after a right password, and one click that says "this was not me".

use edge_mfa_tests::client::SESSION;
use edge_mfa_tests::mailbox::Notice;
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Answer, Client, Edge, Member, Tenant, eventually, json, random};

/// Somebody has the password and guesses three codes; gives what its owner is told.
fn burn(bert: &Enrolled) -> Notice {
    let client = bert.pending();
    for _ in 0..3 {
        bert.member.enter_code(&client, &bert.phone.wrong_code()).problem(401, "code_refused");
    }
    Edge::shared().mailbox().wait(&bert.member.tenant.id, &bert.member.username, "password-burnt")
}

fn ask(tenant: &Tenant, step: &str, token: &str) -> Answer {
    tenant.client().post(&tenant.at(&format!("/password/{step}")), json!({"token": token}))
}

fn new_password(bert: &Enrolled, client: &Client, password: &str) -> Answer {
    client.post(&bert.member.tenant.at("/sign-in/new-password"), json!({"password": password}))
}

#[test]
fn the_third_wrong_code_is_told_and_changes_nothing_by_itself() {
    let bert = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let tenant = &bert.member.tenant;
    let notice = burn(&bert);
    let shown = ask(tenant, "link", &notice.token()).is(200);
    assert_eq!(shown["purpose"], "burnt");
    bert.member.session(&bert.client).is(200);
    assert_eq!(bert.member.account(&bert.client)["password"]["burnt"], false);
    // Its owner may just have been clumsy.
    bert.signed_in();
}

#[test]
fn not_me_said_again_and_again_is_told_once() {
    let bert = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let tenant = &bert.member.tenant;
    let notice = burn(&bert);
    for _ in 0..8 {
        ask(tenant, "not-me", &notice.token()).is(200);
    }
    // A later event is told, so nothing of the earlier ones is on its way any more.
    let client = bert.pending();
    assert_eq!(bert.member.enter_code(&client, &bert.phone.next_code()).is(200)["next"], "new-password");
    new_password(&bert, &client, &random::password()).is(200);
    let mailbox = Edge::shared().mailbox();
    mailbox.wait(&tenant.id, &bert.member.username, "password-replaced");
    let told = mailbox.told(&tenant.id, &bert.member.username);
    assert_eq!(told.iter().filter(|it| it.event() == "disowned").count(), 1);
}

#[test]
fn not_me_ends_everything_and_the_old_password_owes_code_and_new_password() {
    let bert = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let tenant = bert.member.tenant.clone();
    let (device, waiting) = (bert.remembered(), bert.pending());
    let notice = burn(&bert);
    for _ in 0..2 {
        assert_eq!(ask(&tenant, "not-me", &notice.token()).is(200), json!({"username": bert.member.username}));
    }
    for client in [&bert.client, &device] {
        client.get(&tenant.at("/account")).problem(401, "unauthenticated");
        eventually("the session to end at the edge", || bert.member.session(client).status == 401);
    }
    bert.member.enter_code(&waiting, &bert.phone.next_code()).problem(401, "sign_in_expired");
    // The device is forgotten; the password alone gets as far as the code, and the code no further than a new password.
    let client = device.clone();
    bert.member.enter_password(&client, "code");
    let answer = bert.member.enter_code(&client, &bert.phone.next_code());
    assert_eq!(answer.is(200)["next"], "new-password");
    assert!(answer.sets(SESSION).is_none());
    for route in ["/account", "/session"] {
        client.get(&tenant.at(route)).problem(401, "unauthenticated");
    }
    let unchanged = new_password(&bert, &client, &bert.member.password);
    assert_eq!(unchanged.problem(400, "password_unacceptable")["reason"], "unchanged");
    let new = random::password();
    let done = new_password(&bert, &client, &new).is(200);
    assert_eq!(done["next"], "done");
    let account = bert.member.account(&client);
    assert_eq!(account["password"]["burnt"], false);
    bert.member.try_password(&tenant.client()).problem(401, "sign_in_refused");
    let bert = Member { password: new, ..bert.member };
    bert.pending("code");
    // The link died with the password that it was about.
    ask(&tenant, "link", &notice.token()).problem(404, "link_refused");
    ask(&tenant, "not-me", &notice.token()).problem(404, "link_refused");
}

#[test]
fn the_same_link_leads_to_a_new_password_and_not_past_the_code() {
    let bert = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let tenant = bert.member.tenant.clone();
    let notice = burn(&bert);
    ask(&tenant, "not-me", &notice.token()).is(200);
    let new = random::password();
    let body = json!({"token": notice.token(), "password": new});
    tenant.client().post(&tenant.at("/password/reset"), body).is(200);
    let now = Member { tenant: tenant.clone(), username: bert.member.username.clone(), password: new };
    let client = now.pending("code");
    assert_eq!(now.enter_code(&client, &bert.phone.next_code()).is(200)["next"], "done");
}

#[test]
fn a_recovery_key_does_not_spare_the_new_password_either() {
    let bert = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let notice = burn(&bert);
    ask(&bert.member.tenant, "not-me", &notice.token()).is(200);
    let client = bert.pending();
    let answer = bert.member.enter_key(&client, &bert.keys[2]).is(200);
    assert_eq!(answer["next"], "new-password");
    assert_eq!(answer["recovery"], json!({"set": 1, "number": 3, "left": 9}));
    let new = random::password();
    assert_eq!(new_password(&bert, &client, &new).is(200)["next"], "done");
    bert.member.session(&client).is(200);
}

#[test]
fn guessing_goes_on_to_be_counted_after_not_me() {
    let bert = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let notice = burn(&bert);
    ask(&bert.member.tenant, "not-me", &notice.token()).is(200);
    let client = bert.pending();
    for _ in 0..2 {
        bert.member.enter_code(&client, &bert.phone.wrong_code()).problem(401, "code_refused");
    }
    bert.member.enter_code(&bert.pending(), &bert.phone.next_code()).problem(429, "throttled");
}
