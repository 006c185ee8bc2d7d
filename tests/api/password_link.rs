//! A forgotten password: a link to whoever bears the name, never a way round MFA, and nobody learns who does.

use edge_mfa_tests::client::{PENDING, SESSION};
use edge_mfa_tests::mailbox::Notice;
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::random;
use edge_mfa_tests::{Administrator, Answer, Edge, Member, Tenant, eventually, json};

fn forgot(tenant: &Tenant, username: &str) -> Answer {
    tenant.client().post(&tenant.at("/password/forgot"), json!({"username": username}))
}

/// Asks for a link and waits for it.
pub fn link_to(member: &Member) -> Notice {
    forgot(&member.tenant, &member.username).is(202);
    Edge::shared().mailbox().wait(&member.tenant.id, &member.username, "password-link-issued")
}

fn preview(tenant: &Tenant, token: &str) -> Answer {
    tenant.client().post(&tenant.at("/password/link"), json!({"token": token}))
}

fn reset(tenant: &Tenant, token: &str, password: &str) -> Answer {
    tenant.client().post(&tenant.at("/password/reset"), json!({"token": token, "password": password}))
}

#[test]
fn the_answer_is_the_same_for_every_name() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let tenant = anna.tenant();
    let enrolled = Enrolled::join(tenant).member.username;
    let [active, removed] = [(); 2].map(|()| Member::join(tenant).username);
    anna.order(&removed, "remove", json!({})).is(204);
    tenant.invite("invited-only");
    let visible = |answer: &Answer| {
        let headers =
            answer.headers.iter().filter(|(name, _)| !["date", "cf-ray", "x-request-id"].contains(&name.as_str()));
        (answer.status, headers.cloned().collect::<Vec<_>>(), answer.body.clone())
    };
    let first = visible(&forgot(tenant, "nobody"));
    assert_eq!((first.0, first.2.as_slice()), (202, b"{}".as_slice()));
    for name in [enrolled.as_str(), &active, &removed, "invited-only", "", "not a name", "ünï", &"x".repeat(300)] {
        assert_eq!(visible(&forgot(tenant, name)), first, "{name:?}");
    }
}

#[test]
fn a_link_leads_to_a_new_password_once_and_the_code_is_still_owed() {
    let bert = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let tenant = bert.member.tenant.clone();
    let (session, device, waiting) = (bert.signed_in(), bert.remembered(), bert.pending());
    let link = link_to(&bert.member);
    let page = format!("{}/t/{}/password#", Edge::shared().door().origin(), tenant.id);
    assert!(link.link.as_deref().is_some_and(|it| it.starts_with(&page)), "{link:?}");
    // Asked for is not changed.
    bert.member.session(&session).is(200);
    let shown = preview(&tenant, &link.token()).is(200);
    assert_eq!(
        shown,
        json!({"tenant": tenant.id, "name": tenant.name, "username": bert.member.username,
               "purpose": "forgotten", "password_min_length": 8})
    );
    for (bad, reason) in [("short", "too_short"), ("password1", "blocklisted"), (&bert.member.password, "unchanged")] {
        let answer = reset(&tenant, &link.token(), bad);
        assert_eq!(answer.problem(400, "password_unacceptable")["reason"], reason, "{answer}");
    }
    let new = random::password();
    let answer = reset(&tenant, &link.token(), &new);
    assert_eq!(answer.is(200), json!({"username": bert.member.username}));
    assert!(answer.cookies().is_empty(), "never a way in by itself: {answer}");

    // Once; and everything of the old password has ended, a remembered device too.
    reset(&tenant, &link.token(), "yet another password").problem(404, "link_refused");
    preview(&tenant, &link.token()).problem(404, "link_refused");
    for client in [&session, &bert.client, &device] {
        client.get(&tenant.at("/account")).problem(401, "unauthenticated");
    }
    eventually("the session to end at the edge", || bert.member.session(&session).status == 401);
    bert.member.enter_code(&waiting, &bert.phone.next_code()).problem(401, "sign_in_expired");
    bert.member.try_password(&tenant.client()).problem(401, "sign_in_refused");
    let now = Member { tenant: tenant.clone(), username: bert.member.username.clone(), password: new };
    for client in [&device, &tenant.client()] {
        now.enter_password(client, "code");
        assert!(client.cookie(SESSION).is_none() || client.cookie(PENDING).is_some());
    }
    let client = now.pending("code");
    now.enter_code(&client, &bert.phone.next_code()).is(200);
}

#[test]
fn in_password_mode_the_new_password_is_a_long_one_and_enough() {
    let tenant = Tenant::password_only(Edge::shared());
    let bert = Member::join(&tenant);
    let link = link_to(&bert);
    assert_eq!(preview(&tenant, &link.token()).is(200)["password_min_length"], 15);
    reset(&tenant, &link.token(), "14 characters!").problem(400, "password_unacceptable");
    let new = random::password();
    reset(&tenant, &link.token(), &new).is(200);
    let bert = Member { password: new, ..bert };
    bert.enter_password(&tenant.client(), "done");
}

#[test]
fn a15_what_strangers_guessed_does_not_count_against_the_new_password() {
    let tenant = Tenant::password_only(Edge::shared());
    let bert = Member::join(&tenant);
    let wrong = json!({"username": bert.username, "password": "a wrong password"});
    let answers: Vec<_> =
        (0..12).map(|_| tenant.client().post(&tenant.at("/sign-in"), wrong.clone()).short()).collect();
    assert_eq!(answers[11], "429 throttled", "{answers:?}");
    let new = random::password();
    reset(&tenant, &link_to(&bert).token(), &new).is(200);
    let bert = Member { password: new, ..bert };
    bert.enter_password(&tenant.client(), "done");
}

#[test]
fn who_has_not_enrolled_enrols_after_a_new_password_too() {
    let bert = Member::join(&Tenant::mfa(Edge::shared()));
    let link = link_to(&bert);
    let new = random::password();
    reset(&bert.tenant, &link.token(), &new).is(200);
    Member { password: new, ..bert }.enrol();
}

#[test]
fn nobody_fills_a_mailbox_by_asking() {
    let bert = Member::join(&Tenant::mfa(Edge::shared()));
    let link = link_to(&bert);
    for _ in 0..3 {
        forgot(&bert.tenant, &bert.username.to_uppercase()).is(202);
    }
    std::thread::sleep(std::time::Duration::from_secs(2));
    let told = Edge::shared().mailbox().told(&bert.tenant.id, &bert.username);
    assert_eq!(told.iter().filter(|it| it.event() == "password-link-issued").count(), 1);
    // The first is still good.
    preview(&bert.tenant, &link.token()).is(200);
}

#[test]
fn a_link_is_nothing_elsewhere_and_nothing_like_it_works() {
    let edge = Edge::shared();
    let (here, there) = (Tenant::mfa(edge), Tenant::mfa(edge));
    let (bert, namesake) = (Member::join_as(&here, "bert"), Member::join_as(&there, "bert"));
    let token = link_to(&bert).token();
    preview(&there, &token).problem(404, "link_refused");
    reset(&there, &token, "a long enough password").problem(404, "link_refused");
    let half = token.len() / 2;
    let odd = [
        String::new(),
        token[..token.len() - 1].to_owned(),
        format!("{token}A"),
        token.to_uppercase(),
        format!("{}{}", &token[half..], &token[..half]),
        here.invitation.clone(),
        bert.pending("enrol").cookie(PENDING).expect("pending"),
    ];
    for odd in odd.iter().filter(|it| **it != token) {
        preview(&here, odd).problem(404, "link_refused");
        reset(&here, odd, "a long enough password").problem(404, "link_refused");
        here.client().post(&here.at("/password/not-me"), json!({"token": odd})).problem(404, "link_refused");
    }
    // Nor is it any other token.
    here.client().post(&here.at("/invitation/preview"), json!({"token": token})).problem(404, "invitation_refused");
    for cookie in [SESSION, PENDING] {
        let client = here.client();
        client.with_jar(|jar| jar.put(cookie, &token));
        client.get(&here.at("/session")).problem(401, "unauthenticated");
        bert.enter_code(&client, "123456").problem(401, "sign_in_expired");
    }
    // A link that was asked for is no word of its owner's that somebody else has the password.
    here.client().post(&here.at("/password/not-me"), json!({"token": token})).problem(404, "link_refused");
    namesake.pending("enrol");
    preview(&here, &token).is(200);
}

#[test]
fn a_link_dies_with_a_new_password_and_with_its_bearer() {
    let anna = Administrator::of(&Tenant::password_only(Edge::shared()));
    let tenant = anna.tenant();
    let (bert, carol) = (Member::join(tenant), Member::join(tenant));
    let (of_bert, of_carol) = (link_to(&bert).token(), link_to(&carol).token());
    let client = tenant.client();
    bert.enter_password(&client, "done");
    let change = json!({"current_password": bert.password, "new_password": random::password()});
    client.post(&tenant.at("/account/password"), change).is(204);
    anna.order(&carol.username, "remove", json!({})).is(204);
    for token in [&of_bert, &of_carol] {
        preview(tenant, token).problem(404, "link_refused");
        reset(tenant, token, "a long enough password").problem(404, "link_refused");
    }
    let again = anna.order(&carol.username, "invite-again", json!({})).is(201);
    Member::accept(tenant, &edge_mfa_tests::tenant::token_of(&again));
    preview(tenant, &of_carol).problem(404, "link_refused");
}
