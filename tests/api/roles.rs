//! Roles: who may run a tenant, and that nobody else does.

use std::collections::BTreeSet;

use edge_mfa_tests::log::Entry;
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Administrator, Edge, Member, Tenant, eventually, json};

use crate::routes::{ROUTES, Whose};

/// What the log says was refused: who asked, for what, and why not.
fn refused(log: &[Entry]) -> Vec<(String, String, String)> {
    let refused = log.iter().filter(|it| it.event() == "act-refused");
    let told = refused.map(|it| {
        assert_eq!(it.by, it.about, "{}", it.text);
        let word = |field: &str| it.what[field].as_str().expect("a word").to_owned();
        (it.by.clone().expect("who"), word("act"), word("reason"))
    });
    told.collect()
}

/// Every act of an administrator that changes something, as the log calls it.
const ACTS: [&str; 20] = [
    "add-application-key",
    "change-appearance",
    "change-application",
    "change-role",
    "configure-external",
    "connection-link",
    "end-application-key",
    "invite",
    "invite-again",
    "invite-many",
    "register-application",
    "remove",
    "remove-application",
    "reset-mfa",
    "rotate-signing-keys",
    "set-up",
    "switch-off",
    "try-external",
    "use-external",
    "use-local",
];

#[test]
fn g02_a_member_gets_nothing_from_an_administrators_route() {
    for tenant in [Tenant::mfa(Edge::shared()), Tenant::password_only(Edge::shared())] {
        let anna = Administrator::of(&tenant);
        let bert = Administrator::at_work(Member::join(&tenant));
        let before = anna.log().len();
        for route in ROUTES.iter().filter(|it| it.whose == Whose::Administrator) {
            let path = route.at(&tenant).replace(&"0".repeat(32), &anna.id_of("anna"));
            let ask = bert.client.ask(route.method, &path);
            let ask = if route.is_unsafe() { ask.json(&route.body_at(&tenant)) } else { ask };
            ask.send().problem(403, "not_administrator");
        }
        // It is known that she tried, each thing once, however often she asks; and nothing else has come of it.
        bert.ask("/members/invite", json!({"username": "x", "role": "member"})).problem(403, "not_administrator");
        let log = anna.log();
        let acts = log.iter().skip(before).filter(|it| it.by.as_deref() == Some(&bert.member.username));
        assert_eq!(acts.count(), ACTS.len());
        let name = &bert.member.username;
        let expected = ACTS.map(|act| (name.clone(), act.to_owned(), "not_administrator".to_owned()));
        assert_eq!(refused(&log).into_iter().collect::<BTreeSet<_>>(), BTreeSet::from(expected));
        bert.client.get(&tenant.at("/account")).is(200);
    }
}

#[test]
fn g01_an_administrator_elsewhere_reaches_nobody_here() {
    let edge = Edge::shared();
    let (here, there) = (Administrator::of(&Tenant::mfa(edge)), Administrator::of(&Tenant::mfa(edge)));
    let bert = Enrolled::join(here.tenant());
    let id = here.id_of(&bert.member.username);
    for route in ROUTES.iter().filter(|it| it.path.contains("{member}")) {
        // By the id in the path of her own tenant, and in the path of the other.
        let own = route.path.replace("{tenant}", &there.tenant().id).replace("{member}", &id);
        let foreign = route.path.replace("{tenant}", &here.tenant().id).replace("{member}", &id);
        for (path, expected) in [(own, [404, 409]), (foreign, [401, 401])] {
            let ask = there.client.ask(route.method, &path);
            let ask = if route.is_unsafe() { ask.json(&route.body_at(there.tenant())) } else { ask };
            let answer = ask.send();
            assert!(expected.contains(&answer.status), "{answer}");
            assert!(!answer.text().contains(&bert.member.username), "{answer}");
        }
    }
    bert.member.session(&bert.client).is(200);
    bert.signed_in();
    let log = there.log();
    assert!(!log.iter().any(|it| it.text.contains(&bert.member.username)));
    let tried = ["change-role", "invite-again", "remove", "reset-mfa"];
    let expected = tried.map(|act| ("anna".to_owned(), act.to_owned(), "unknown_member".to_owned()));
    let noted = refused(&log);
    assert_eq!((noted.len(), noted.into_iter().collect()), (tried.len(), BTreeSet::from(expected)));
    assert_eq!(refused(&here.log()), []);
}

#[test]
fn a_promoted_member_may_act_and_is_not_signed_out() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let bert = Administrator::at_work(Member::join(anna.tenant()));
    anna.order(&bert.member.username, "role", json!({"role": "administrator"})).is(204);
    assert_eq!(bert.settings()["mode"], "mfa");
    let invited = bert.ask("/members/invite", json!({"username": "carol", "role": "member"}));
    invited.is(201);
    assert_eq!(bert.member.account(&bert.client)["role"], "administrator");
}

#[test]
fn g17_a_demoted_administrator_is_refused_at_once_and_signed_out() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let bert = anna.another();
    bert.settings();
    let elsewhere = bert.signed_in();
    anna.order(&bert.member.username, "role", json!({"role": "member"})).is(204);
    for client in [&bert.client, &elsewhere] {
        for route in ROUTES.iter().filter(|it| it.whose == Whose::Administrator) {
            let ask = client.ask(route.method, &route.at(anna.tenant()));
            let ask = if route.is_unsafe() { ask.json(&route.body_at(anna.tenant())) } else { ask };
            let answer = ask.send();
            assert!(matches!(answer.status, 401 | 403), "{answer}");
        }
        eventually("the session to end at the edge", || bert.member.session(client).status == 401);
    }
    // As a member she signs in with what she has.
    let client = bert.signed_in();
    client.get(&anna.tenant().at("/members")).problem(403, "not_administrator");
}

#[test]
fn g18_the_last_administrator_stays() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    anna.order("anna", "role", json!({"role": "member"})).problem(409, "last_administrator");
    anna.order("anna", "remove", json!({})).problem(409, "last_administrator");
    // One who is only invited runs nothing yet.
    anna.ask("/members/invite", json!({"username": "carol", "role": "administrator"})).is(201);
    anna.order("anna", "remove", json!({})).problem(409, "last_administrator");
    anna.order("anna", "role", json!({"role": "member"})).problem(409, "last_administrator");
    anna.order("carol", "role", json!({"role": "member"})).is(204);
    let bert = anna.another();
    bert.order("anna", "role", json!({"role": "member"})).is(204);
    bert.order(&bert.member.username, "remove", json!({})).problem(409, "last_administrator");
    let noted = refused(&bert.log());
    let expected = [("anna", "change-role"), ("anna", "remove"), (bert.member.username.as_str(), "remove")];
    assert_eq!(noted, expected.map(|(by, act)| (by.to_owned(), act.to_owned(), "last_administrator".to_owned())));
}

#[test]
fn g14_a_role_is_one_of_two_words() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let bert = Member::join(anna.tenant());
    for role in [json!("owner"), json!("Administrator"), json!(""), json!(null), json!(["member"])] {
        let answer = anna.order(&bert.username, "role", json!({"role": role}));
        assert_eq!(answer.problem(400, "bad_request")["field"], "role");
    }
    anna.order(&bert.username, "role", json!({"role": "member"})).is(204);
    assert_eq!(anna.row(&bert.username)["role"], "member");
}

#[test]
fn g10_g18_another_role_leaves_an_invitation_as_it_is_and_makes_nobody_an_administrator_yet() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let tenant = anna.tenant();
    let invited = anna.ask("/members/invite", json!({"username": "bob", "role": "member"})).is(201);
    for role in ["administrator", "member", "administrator"] {
        anna.order("bob", "role", json!({"role": role})).is(204);
    }
    assert_eq!(anna.row("bob")["standing"], "invited");
    // One who is only invited runs nothing yet.
    anna.order(&anna.member.username, "remove", json!({})).problem(409, "last_administrator");
    let bob = edge_mfa_tests::Member::accept(tenant, &edge_mfa_tests::tenant::token_of(&invited));
    let row = anna.row("bob");
    assert_eq!((&row["standing"], &row["role"]), (&json!("active"), &json!("administrator")));
    let bob = bob.enrol();
    bob.client.get(&tenant.at("/settings/authentication")).is(200);
}
