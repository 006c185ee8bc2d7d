//! Resetting MFA, by its owner or by an administrator: everything of it is gone, the password stays.

use edge_mfa_tests::client::{DEVICE, SESSION};
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Administrator, Client, Edge, Member, Tenant, eventually, json};

/// What somebody had before a reset, each a way in.
struct Before {
    anna: Enrolled,
    sessions: Vec<Client>,
    device: Client,
    waiting: Client,
}

impl Before {
    fn of(tenant: &Tenant) -> Self {
        let anna = Enrolled::join(tenant);
        let device = anna.remembered();
        let (sessions, waiting) = (vec![anna.signed_in(), anna.client.clone(), device.clone()], anna.pending());
        Self { anna, sessions, device, waiting }
    }

    /// Panics if anything of it still opens a door.
    fn must_be_gone(self) -> Enrolled {
        let tenant = self.anna.member.tenant.clone();
        for session in &self.sessions {
            session.get(&tenant.at("/account")).problem(401, "unauthenticated");
            eventually("the session to end at the edge", || self.anna.member.session(session).status == 401);
        }
        let code = self.anna.phone.next_code();
        self.anna.member.enter_code(&self.waiting, &code).problem(401, "sign_in_expired");
        self.anna.member.enter_key(&self.waiting, &self.anna.keys[0]).problem(401, "sign_in_expired");
        assert!(self.device.cookie(DEVICE).is_some());
        self.anna.member.enter_password(&self.device, "enrol");
        let Enrolled { member, phone, keys, .. } = self.anna;
        let anew = member.enrol();
        let client = anew.pending();
        anew.member.enter_code(&client, &phone.next_code()).problem(401, "code_refused");
        let answer = anew.member.enter_key(&client, &keys[1]);
        assert!(
            matches!(answer.short().as_str(), "401 recovery_key_refused" | "401 recovery_key_older_set"),
            "{answer}"
        );
        // The device of before is none to the new authenticator.
        anew.member.enter_password(&self.device, "code");
        anew.member.enter_code(&client, &anew.phone.next_code()).is(200);
        anew
    }
}

#[test]
fn c13_e04_f03_after_ones_own_reset_nothing_of_before_opens() {
    let before = Before::of(&Tenant::mfa(Edge::shared()));
    let answer = before.sessions[0].post(&before.anna.member.tenant.at("/account/reset-mfa"), json!({}));
    answer.is(204);
    assert!(answer.cookies().iter().any(|it| it.name == SESSION && it.removes()), "{answer}");
    let anew = before.must_be_gone();
    let client = anew.signed_in();
    assert_eq!(anew.member.account(&client)["recovery_keys"], json!({"set": 2, "left": 10}));
}

#[test]
fn g13_an_administrator_who_resets_learns_no_secret() {
    let admin = Administrator::of(&Tenant::mfa(Edge::shared()));
    let bert = Enrolled::join(admin.tenant());
    bert.pending();
    let name = bert.member.username.clone();
    let reset = admin.order(&name, "reset-mfa", json!({})).is(204);
    assert!(reset.is_null());
    eventually("the log to know", || admin.log().iter().any(|it| it.event() == "member-reset"));
    let id = admin.id_of(&name);
    let mut seen: String = admin.log().iter().map(|it| it.text.clone()).collect();
    for route in ["/members", "/members/enrolment", "/settings/authentication", &format!("/members/{id}")] {
        seen += &admin.see(route).to_string();
    }
    assert!(seen.contains(&name), "she is in it");
    let secret = edge_mfa_tests::phone::symbols(bert.phone.secret());
    for word in bert.keys.iter().chain([&secret, &bert.member.password]) {
        assert!(!seen.contains(word.as_str()), "{word}");
    }
}

#[test]
fn c13_e04_f03_after_an_administrators_reset_nothing_of_before_opens() {
    let admin = Administrator::of(&Tenant::mfa(Edge::shared()));
    let before = Before::of(admin.tenant());
    admin.order(&before.anna.member.username, "reset-mfa", json!({})).is(204);
    eventually("the row to follow", || admin.row(&before.anna.member.username)["enrolled_at"].is_null());
    before.must_be_gone();
}

#[test]
fn d01_b15_a_reset_gives_no_way_past_the_password_and_no_secret_away() {
    let admin = Administrator::of(&Tenant::mfa(Edge::shared()));
    let bert = Enrolled::join(admin.tenant());
    let row = admin.row(&bert.member.username);
    let path = format!("/members/{}/reset-mfa", row["member"].as_str().expect("an id"));
    let answer = admin.ask(&path, json!({}));
    answer.is(204);
    assert!(answer.body.is_empty(), "G13: nothing to see");
    let wrong = json!({"username": bert.member.username, "password": "a wrong password"});
    bert.member.tenant.client().post(&admin.tenant().at("/sign-in"), wrong).problem(401, "sign_in_refused");
    // A pending sign-in of before does not enrol.
    let client = bert.member.pending("enrol");
    admin.ask(&path, json!({})).is(204);
    client.post(&admin.tenant().at("/enrolment/start"), json!({})).refuses();
    bert.member.enrol().signed_in();
}

#[test]
fn a_reset_twice_is_a_reset() {
    let admin = Administrator::of(&Tenant::mfa(Edge::shared()));
    let bert = Enrolled::join(admin.tenant());
    for _ in 0..2 {
        admin.order(&bert.member.username, "reset-mfa", json!({})).is(204);
    }
    let bert = bert.member.enrol();
    bert.signed_in();
    // Who has not enrolled has nothing to lose, and is signed out.
    let carol = Member::join(admin.tenant());
    admin.order(&carol.username, "reset-mfa", json!({})).is(204);
    carol.enrol();
}

#[test]
fn g18_an_administrator_may_reset_herself_and_enrols_anew() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    anna.order("anna", "reset-mfa", json!({})).is(204);
    anna.client.get(&anna.tenant().at("/account")).problem(401, "unauthenticated");
    let again = Administrator::at_work(anna.member);
    assert_eq!(again.settings()["mode"], "mfa");
}

#[test]
fn there_is_nothing_to_reset_in_password_mode() {
    let anna = Administrator::of(&Tenant::password_only(Edge::shared()));
    let bert = Member::join(anna.tenant());
    let answer = anna.order(&bert.username, "reset-mfa", json!({}));
    assert_eq!(answer.problem(409, "wrong_mode")["mode"], "password");
    let answer = anna.ask("/account/reset-mfa", json!({}));
    assert_eq!(answer.problem(409, "wrong_mode")["mode"], "password");
}
