//! The operator closes a tenant for a while, or for good.

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Administrator, Answer, Edge, Member, Tenant, eventually, json};

use crate::routes::{ROUTES, Whose};

fn order(tenant: &Tenant, act: &str) -> Answer {
    let path = format!("/api/v1/operator/tenants/{}/{act}", tenant.id);
    let body = if act == "delete" { json!({"confirmation": tenant.id}) } else { json!({}) };
    tenant.client().ask("POST", &path).operator().json(&body).send()
}

#[test]
fn a_suspended_tenant_lets_nobody_in_and_loses_nothing() {
    let edge = Edge::shared();
    let anna = Administrator::of(&Tenant::mfa(edge));
    let tenant = anna.tenant();
    let bert = Enrolled::join(tenant);
    let (waiting, invitation) = (bert.pending(), tenant.invite("carol"));
    assert_eq!(order(tenant, "suspend").is(200)["lifecycle"], "suspended");
    assert_eq!(order(tenant, "suspend").is(200)["lifecycle"], "suspended", "twice is once");
    eventually("the door to close for strangers", || {
        bert.member.try_password(&tenant.client()).short() == "403 tenant_suspended"
    });
    eventually("sessions to end at the edge", || bert.member.session(&bert.client).status == 401);
    for client in [&anna.client, &bert.client, &waiting] {
        for route in ROUTES.iter().filter(|it| it.is_closed() && it.whose != Whose::Operator) {
            let ask = client.ask(route.method, &route.at(tenant));
            let ask = if route.is_unsafe() { ask.json(&route.body_at(tenant)) } else { ask };
            let answer = ask.send();
            assert!(matches!(answer.status, 401 | 403), "{answer}");
        }
    }
    bert.member.enter_code(&waiting, &bert.phone.next_code()).problem(403, "tenant_suspended");
    let body = json!({"token": invitation, "password": "a long enough password"});
    let accept = tenant.client().post(&tenant.at("/invitation/accept"), body);
    assert!(matches!(accept.status, 403 | 404), "{accept}");
    edge.mailbox().wait(&tenant.id, "anna", "suspended");

    assert_eq!(order(tenant, "resume").is(200)["lifecycle"], "open");
    eventually("the door to open", || bert.member.try_password(&tenant.client()).status == 200);
    bert.signed_in();
    edge.mailbox().wait(&tenant.id, "anna", "resumed");
    let body = json!({"token": invitation, "password": "a long enough password"});
    tenant.client().post(&tenant.at("/invitation/accept"), body).is(201);
    assert_eq!(anna.row(&bert.member.username)["standing"], "active");
}

#[test]
fn a_deleted_tenant_is_gone_and_its_name_is_never_given_again() {
    let edge = Edge::shared();
    let anna = Administrator::of(&Tenant::mfa(edge));
    let tenant = anna.tenant();
    let bert = Enrolled::join(tenant);
    let invitation = tenant.invite("carol");
    let path = format!("/api/v1/operator/tenants/{}/delete", tenant.id);
    for wrong in ["", "yes", &tenant.id.to_uppercase()] {
        let client = tenant.client();
        let ask = client.ask("POST", &path).operator().json(&json!({"confirmation": wrong}));
        ask.send().problem(400, "confirmation_wrong");
    }
    assert_eq!(order(tenant, "delete").is(200)["lifecycle"], "deleted");
    edge.mailbox().wait(&tenant.id, "anna", "deleted");
    bert.member.try_password(&tenant.client()).refuses();
    for client in [&anna.client, &bert.client] {
        for route in ROUTES.iter().filter(|it| matches!(it.whose, Whose::Session | Whose::Administrator)) {
            // The check at the edge may be a little behind.
            if route.path.ends_with("/session") {
                continue;
            }
            let ask = client.ask(route.method, &route.at(tenant));
            let ask = if route.is_unsafe() { ask.json(&route.body_at(tenant)) } else { ask };
            let answer = ask.send();
            assert!(matches!(answer.status, 401 | 404), "{answer}");
        }
    }
    eventually("sessions to end at the edge", || bert.member.session(&bert.client).status != 200);
    tenant.client().post(&tenant.at("/invitation/preview"), json!({"token": invitation})).refuses();
    for act in ["suspend", "resume", "reseal"] {
        order(tenant, act).problem(404, "not_found");
    }
    tenant.ask_to_invite("dave", "member").problem(404, "not_found");
    let anew = json!({"tenant": tenant.id, "name": "New", "mode": "password", "administrator": "eve"});
    let client = tenant.client();
    let ask = client.ask("POST", "/api/v1/operator/tenants").operator().json(&anew);
    ask.send().problem(409, "conflict");
    eventually("nobody to be left", || tenant.seen_by_operator()["members"] == json!({"invited": 0, "active": 0}));
    let seen = tenant.seen_by_operator();
    assert_eq!((&seen["lifecycle"], &seen["key_ids"]), (&json!("deleted"), &json!([])));
}

#[test]
fn tenants_are_listed_page_by_page() {
    let tenants: Vec<_> = (0..3).map(|_| Tenant::mfa(Edge::shared())).collect();
    let client = tenants[0].client();
    let list = || {
        let (mut found, mut after) = (Vec::new(), String::new());
        loop {
            let page = client.ask("GET", &format!("/api/v1/operator/tenants{after}")).operator().send().is(200);
            found.extend(page["tenants"].as_array().expect("a list").clone());
            let Some(next) = page["next"].as_str() else { return found };
            after = format!("?after={next}");
        }
    };
    eventually("all three to be listed", || {
        let found = list();
        tenants.iter().all(|it| found.iter().any(|one| one["tenant"] == it.id && one["name"] == it.name))
    });
    order(&tenants[1], "suspend").is(200);
    eventually("the list to follow", || {
        list().iter().any(|one| one["tenant"] == tenants[1].id && one["lifecycle"] == "suspended")
    });
    let answer = client.ask("GET", "/api/v1/operator/tenants?limit=2").operator().send();
    answer.problem(400, "bad_request");
}

#[test]
fn a_suspended_tenant_can_be_looked_at_by_the_operator() {
    let tenant = Tenant::mfa(Edge::shared());
    Member::join(&tenant);
    order(&tenant, "suspend").is(200);
    for part in ["members", "audit"] {
        let path = format!("/api/v1/operator/tenants/{}/{part}", tenant.id);
        tenant.client().ask("GET", &path).operator().send().is(200);
    }
    assert_eq!(tenant.seen_by_operator()["members"]["active"], 1);
}
