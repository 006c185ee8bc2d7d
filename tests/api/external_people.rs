//! Who is who elsewhere: issuer and subject, tied once by a link that was meant for somebody.

use edge_mfa_tests::tenant::token_of;
use edge_mfa_tests::{Edge, Member, json};

use crate::external::Elsewhere;

#[test]
fn a_member_is_tied_by_her_own_link_once_and_signs_in_from_then_on() {
    let mut elsewhere = Elsewhere::configured();
    let tenant = elsewhere.anna.tenant().clone();
    let (bert, carol) = (Member::join(&tenant), Member::join(&tenant));
    elsewhere.switch_on("anna");
    let link = |name: &str| Edge::shared().mailbox().wait(&tenant.id, name, "connect").token();
    let (of_bert, of_carol) = (link(&bert.username), link(&carol.username));
    // Known there is not known here: the same name is nobody until a link ties it.
    let stranger = tenant.client();
    assert_eq!(elsewhere.sign_in(&stranger, &bert.username), "sign-in?external=identity_unknown");
    assert_eq!(elsewhere.sign_in(&stranger, ""), "sign-in?external=provider_says_access_denied");

    let at_bert = tenant.client();
    assert_eq!(elsewhere.connect(&at_bert, &of_bert, "bert"), "account");
    assert_eq!(bert.session(&at_bert).is(200)["username"], bert.username);
    // Whoever had the link may have been somebody else.
    Edge::shared().mailbox().wait(&tenant.id, &bert.username, "external-connected");
    let again = tenant.client();
    assert_eq!(elsewhere.sign_in(&again, "bert"), "account");
    assert_eq!(bert.session(&again).is(200)["username"], bert.username);
    // The link is used up; an identity is one member's alone.
    assert_eq!(elsewhere.connect(&tenant.client(), &of_bert, "mallory"), "sign-in?external=identity_unknown");
    assert_eq!(elsewhere.connect(&tenant.client(), &of_carol, "bert"), "sign-in?external=identity_taken");
    assert_eq!(elsewhere.connect(&tenant.client(), &of_carol, "carol"), "account");
    let odd = tenant.client().post(&tenant.at("/external/connect"), json!({"token": "x".repeat(60)}));
    odd.problem(404, "invitation_refused");
}

#[test]
fn the_invited_join_by_their_invitation() {
    let elsewhere = Elsewhere::in_use();
    let tenant = elsewhere.anna.tenant();
    let made = elsewhere.anna.ask("/members/invite", json!({"username": "dave", "role": "administrator"})).is(201);
    let client = tenant.client();
    assert_eq!(elsewhere.connect(&client, &token_of(&made), "dave.d"), "account");
    let session = client.get(&tenant.at("/session")).is(200);
    assert_eq!((&session["username"], &session["role"]), (&json!("dave"), &json!("administrator")));
    assert_eq!(elsewhere.anna.row("dave")["standing"], "active");
    for to in ["dave", "anna"] {
        let notice = Edge::shared().mailbox().wait(&tenant.id, to, "external-connected");
        assert_eq!(notice.about.as_deref(), Some("dave"), "of an administrator everybody hears");
    }
    client.get(&tenant.at("/members")).is(200);
}

#[test]
fn g11_g12_the_removed_are_out_and_inherit_nothing() {
    let elsewhere = Elsewhere::in_use();
    let tenant = elsewhere.anna.tenant();
    let made = elsewhere.anna.ask("/members/invite", json!({"username": "dave", "role": "member"})).is(201);
    let client = tenant.client();
    elsewhere.connect(&client, &token_of(&made), "dave");
    elsewhere.anna.order("dave", "remove", json!({})).is(204);
    client.get(&tenant.at("/account")).problem(401, "unauthenticated");
    assert_eq!(elsewhere.sign_in(&tenant.client(), "dave"), "sign-in?external=identity_unknown");
    let again = elsewhere.anna.order("dave", "invite-again", json!({})).is(201);
    assert_eq!(elsewhere.sign_in(&tenant.client(), "dave"), "sign-in?external=identity_unknown");
    assert_eq!(elsewhere.connect(&tenant.client(), &token_of(&again), "other-dave"), "account");
    assert_eq!(elsewhere.sign_in(&tenant.client(), "dave"), "sign-in?external=identity_unknown");
}

#[test]
fn the_same_name_in_another_directory_is_somebody_else() {
    let (here, there) = (Elsewhere::in_use(), Elsewhere::in_use());
    // Each tenant's people come from its own directory alone, though all are called the same.
    let client = here.anna.tenant().client();
    let answer = client.post(&here.anna.tenant().at("/external/sign-in"), json!({"anew": false}));
    let back = here.there(&answer, "anna");
    let query = back.split_once('?').expect("an answer").1;
    // The code of this directory at the other tenant's door, with that tenant's flow under way.
    let other = there.anna.tenant().client();
    other.post(&there.anna.tenant().at("/external/sign-in"), json!({"anew": false})).is(200);
    let page = there.back(&other, &there.anna.tenant().page(&format!("external/callback?{query}")));
    assert_eq!(page, "sign-in?external=state_mismatch");
    assert_eq!(here.back(&client, &back), "account");
}

#[test]
fn the_way_back_belongs_to_the_browser_that_left_and_is_taken_once() {
    let elsewhere = Elsewhere::in_use();
    let tenant = elsewhere.anna.tenant();
    let start = |client: &edge_mfa_tests::Client| client.post(&tenant.at("/external/sign-in"), json!({"anew": false}));
    let (client, victim) = (tenant.client(), tenant.client());
    let back = elsewhere.there(&start(&client), "anna");
    // H05: another browser, with a flow of its own or with none, is not signed in by it.
    assert_eq!(elsewhere.back(&victim, &back), "sign-in?external=flow_unknown");
    start(&victim).is(200);
    assert_eq!(elsewhere.back(&victim, &back), "sign-in?external=state_mismatch");
    let copy = client.clone();
    assert_eq!(elsewhere.back(&client, &back), "account");
    assert_eq!(elsewhere.back(&client, &back), "sign-in?external=flow_unknown");
    let again = elsewhere.back(&copy, &back);
    assert_eq!(again, "sign-in?external=provider_says_invalid_grant", "a code is good once");
    // A later start wins, and what is no answer at all is none.
    let client = tenant.client();
    let old = elsewhere.there(&start(&client), "anna");
    start(&client).is(200);
    assert_eq!(elsewhere.back(&client, &old), "sign-in?external=state_mismatch");
    for query in ["", "?code=x", "?state=x", "?code=a&code=b&state=x", "?error=%3Cscript%3E&state=x", "?code=x&state=x"]
    {
        let client = tenant.client();
        start(&client).is(200);
        let page = elsewhere.back(&client, &tenant.page(&format!("external/callback{query}")));
        assert!(page.starts_with("sign-in?external=") && !page.contains('<') && !page.contains("script"), "{page}");
    }
    let post = tenant.client().ask("POST", &tenant.page("external/callback")).json(&json!({})).send();
    assert_eq!(post.status, 405, "{post}");
}

#[test]
fn another_way_to_prove_who_we_are_and_other_signatures_work_too() {
    let elsewhere = Elsewhere::in_use();
    let fresh = || elsewhere.anna.tenant().client();
    elsewhere.directory.rotate(true);
    assert_eq!(elsewhere.sign_in(&fresh(), "anna"), "account", "new keys beside the old ones");
    for (method, algorithm) in [("client_secret_post", "ES256"), ("client_secret_basic", "PS256")] {
        let mut other = Elsewhere::configured();
        other.directory.authenticate_by(method);
        other.directory.sign_with(algorithm);
        other.configure(other.directory.issuer()).is(200);
        other.switch_on("anna");
    }
}

#[test]
fn a_suspended_tenant_takes_nobody_from_there_either() {
    let elsewhere = Elsewhere::in_use();
    let tenant = elsewhere.anna.tenant();
    let client = tenant.client();
    let answer = client.post(&tenant.at("/external/sign-in"), json!({"anew": false}));
    let back = elsewhere.there(&answer, "anna");
    let order = |act: &str| {
        let path = format!("/api/v1/operator/tenants/{}/{act}", tenant.id);
        tenant.client().ask("POST", &path).operator().json(&json!({})).send().is(200)
    };
    order("suspend");
    assert_eq!(elsewhere.back(&client, &back), "sign-in?external=tenant_suspended", "begun before, come back after");
    let answer = tenant.client().post(&tenant.at("/external/sign-in"), json!({"anew": false}));
    answer.problem(403, "tenant_suspended");
    elsewhere.anna.client.get(&tenant.at("/account")).problem(403, "tenant_suspended");
    order("resume");
    assert_eq!(elsewhere.sign_in(&tenant.client(), "anna"), "account");
}

#[test]
fn a_link_for_somebody_who_is_tied_already_is_not_made() {
    let elsewhere = Elsewhere::in_use();
    let made = elsewhere.anna.ask("/members/invite", json!({"username": "dave", "role": "member"})).is(201);
    let tenant = elsewhere.anna.tenant();
    elsewhere.anna.order("dave", "connection-link", json!({})).refuses();
    elsewhere.connect(&tenant.client(), &token_of(&made), "dave");
    elsewhere.anna.order("dave", "connection-link", json!({})).refuses();
    assert_eq!(elsewhere.sign_in(&tenant.client(), "dave"), "account");
}
