//! Notices: what people are told outside of our pages. The signature of each is checked by the mailbox.

use std::time::Duration;

use edge_mfa_tests::member::{Enrolled, keys_of, proof_of};
use edge_mfa_tests::tenant::token_of;
use edge_mfa_tests::{Administrator, Edge, Member, Tenant, json};

#[test]
fn the_invited_get_the_link_and_it_works() {
    let edge = Edge::shared();
    let anna = Administrator::of(&Tenant::mfa(edge));
    let id = &anna.tenant().id;
    let first = edge.mailbox().wait(id, "anna", "invited");
    assert_eq!(first.token(), anna.tenant().invitation, "the operator's invitation too");
    let made = anna.ask("/members/invite", json!({"username": "bert", "role": "administrator"})).is(201);
    let notice = edge.mailbox().wait(id, "bert", "invited");
    assert_eq!(notice.link.as_deref(), made["url"].as_str());
    assert_eq!((&notice.what["role"], &notice.what["expires_at"]), (&json!("administrator"), &made["expires_at"]));
    let again = anna.order("bert", "invite-again", json!({})).is(201);
    let notices = edge.mailbox().wait_for(2, id, "bert", "invited");
    assert_eq!(notices[1].token(), token_of(&again));
    Member::accept(anna.tenant(), &notices[1].token()).enrol();
    let rows = json!({"rows": [{"username": "carol", "role": "member"}, {"username": "dave", "role": "member"}]});
    let many = anna.ask("/members/invite-many", rows).is(200);
    for (number, name) in ["carol", "dave"].iter().enumerate() {
        assert_eq!(edge.mailbox().wait(id, name, "invited").link.as_deref(), many["results"][number]["url"].as_str());
    }
}

#[test]
fn d13_e10_a_member_is_told_what_happens_to_what_opens_her_account() {
    let edge = Edge::shared();
    let anna = Administrator::of(&Tenant::mfa(edge));
    let tenant = anna.tenant();
    let bert = Enrolled::join(tenant);
    let told = |event: &str| edge.mailbox().wait(&tenant.id, &bert.member.username, event);
    assert_eq!(told("enrolled").what["set"], 1);
    let client = bert.remembered();
    told("device-remembered");
    let stolen = client.clone();
    bert.member.enter_password(&client, "done");
    bert.member.enter_password(&stolen, "code");
    told("device-token-reused");
    bert.member.enter_key(&bert.pending(), &bert.keys[0]).is(200);
    assert_eq!(told("recovery-key-used").what, json!({"event": "recovery-key-used", "set": 1, "number": 1, "left": 9}));
    let client = bert.signed_in();
    let shown = client.post(&tenant.at("/account/recovery-keys/start"), json!({})).is(200);
    client.post(&tenant.at("/account/recovery-keys/complete"), json!({"proof": proof_of(&shown)})).is(200);
    told("recovery-keys-replaced");
    // An older sheet is named to whoever holds it, and in the log; it opens nothing, so nobody gets mail for it.
    bert.member.enter_key(&bert.pending(), &bert.keys[1]).refuses();
    client.post(&tenant.at("/account/sessions/end-others"), json!({})).is(204);
    told("sessions-ended");
    anna.order(&bert.member.username, "reset-mfa", json!({})).is(204);
    assert_eq!(told("reset").what["by"], "administrator");
    anna.order(&bert.member.username, "remove", json!({})).is(204);
    told("left");
    for notice in edge.mailbox().told(&tenant.id, &bert.member.username) {
        for secret in bert.keys.iter().chain(&keys_of(&shown)) {
            assert!(!notice.body.contains(secret.as_str()), "{}", notice.body);
        }
        assert!(!notice.body.contains(&bert.member.password));
    }
}

#[test]
fn every_administrator_is_told_when_the_mode_changes_and_by_whom() {
    let edge = Edge::shared();
    let mut anna = Administrator::of(&Tenant::password_only(edge));
    let bert = anna.another();
    let member = Member::join(anna.tenant());
    anna.switch_on();
    let id = anna.tenant().id.clone();
    for name in ["anna", &bert.member.username] {
        assert_eq!(edge.mailbox().wait(&id, name, "switched-on").by.as_deref(), Some("anna"));
    }
    anna.switch_off();
    for name in ["anna", &bert.member.username] {
        assert_eq!(edge.mailbox().wait(&id, name, "switched-off").by.as_deref(), Some("anna"));
    }
    assert!(edge.mailbox().told(&id, &member.username).iter().all(|it| !it.event().starts_with("switched")));
}

#[test]
fn every_administrator_is_told_of_power_that_is_given_however_it_is() {
    let edge = Edge::shared();
    let anna = Administrator::of(&Tenant::password_only(edge));
    let bert = anna.another();
    let id = &anna.tenant().id;
    let rows =
        json!({"rows": [{"username": "carol", "role": "administrator"}, {"username": "dave", "role": "member"}]});
    anna.ask("/members/invite-many", rows).is(200);
    anna.order("carol", "invite-again", json!({})).is(201);
    anna.order("dave", "invite-again", json!({})).is(201);
    for name in ["anna", &bert.member.username] {
        let renewed = edge.mailbox().wait(id, name, "invitation-renewed");
        let of_carol = |it: &edge_mfa_tests::mailbox::Notice| it.about.as_deref() == Some("carol");
        assert!(of_carol(&renewed) && renewed.by.as_deref() == Some("anna"), "{}", renewed.body);
        edge_mfa_tests::eventually("the first invitation to be told", || {
            edge.mailbox().told(id, name).iter().any(|it| it.event() == "member-invited" && of_carol(it))
        });
        assert!(edge.mailbox().told(id, name).iter().all(|it| it.about.as_deref() != Some("dave")), "no power there");
    }
}

#[test]
fn a_lock_is_told_to_its_owner_and_to_those_who_can_help() {
    // The lock takes hours of waiting; "this was not me" is told the same way.
    let edge = Edge::shared();
    let anna = Administrator::of(&Tenant::mfa(edge));
    let bert = Enrolled::join(anna.tenant());
    for _ in 0..3 {
        bert.member.enter_code(&bert.pending(), &bert.phone.wrong_code()).refuses();
    }
    let burnt = edge.mailbox().wait(&anna.tenant().id, &bert.member.username, "password-burnt");
    let body = json!({"token": burnt.token()});
    anna.tenant().client().post(&anna.tenant().at("/password/not-me"), body).is(200);
    edge.mailbox().wait(&anna.tenant().id, &bert.member.username, "disowned");
    let notice = edge.mailbox().wait(&anna.tenant().id, "anna", "disowned");
    assert_eq!(notice.about.as_deref(), Some(bert.member.username.as_str()));
    assert!(notice.link.is_none(), "the link is its owner's");
}

#[test]
fn a_notice_that_was_not_taken_comes_again_with_the_same_id_and_is_told_once() {
    let edge = Edge::start();
    let anna = Administrator::of(&Tenant::mfa(&edge));
    let id = anna.tenant().id.clone();
    edge.mailbox().wait(&id, "anna", "enrolled");
    edge.mailbox().close();
    let made = anna.ask("/members/invite", json!({"username": "bert", "role": "member"})).is(201);
    edge_mfa_tests::eventually("a first try", || edge.mailbox().all_deliveries() > 2);
    edge.mailbox().open();
    let limit = Duration::from_secs(90);
    let notice = edge.mailbox().wait_within(limit, 1, &id, "bert", "invited").remove(0);
    assert_eq!(notice.link.as_deref(), made["url"].as_str());
    assert!(edge.mailbox().deliveries(&notice.id) >= 2, "the first was not taken");
    assert_eq!(edge.mailbox().told(&id, "bert").len(), 1);
}
