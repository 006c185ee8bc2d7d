//! Break-glass: the operator's way in for an administrator whom nobody else can help. It is loud.

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Administrator, Answer, Edge, Tenant, json};

fn break_glass(tenant: &Tenant, username: &str, reason: &str) -> Answer {
    let path = format!("/api/v1/operator/tenants/{}/break-glass", tenant.id);
    let body = json!({"username": username, "reason": reason});
    tenant.client().ask("POST", &path).operator().json(&body).send()
}

#[test]
fn g18_it_resets_an_administrator_and_tells_everybody_who_runs_the_tenant() {
    let edge = Edge::shared();
    let anna = Administrator::of(&Tenant::mfa(edge));
    let other = anna.another();
    let tenant = anna.tenant().clone();
    let reason = "lost phone and sheet, known to us by telephone";
    break_glass(&tenant, " Anna ", reason).is(204);
    for name in ["anna", &other.member.username] {
        let notice = edge.mailbox().wait(&tenant.id, name, "break-glass");
        assert_eq!((notice.by.as_deref(), notice.about.as_deref()), (Some("operator"), Some("anna")));
        assert_eq!(notice.what["reason"], reason);
    }
    let entry = other.log().into_iter().find(|it| it.event() == "break-glass").expect("in the log");
    assert_eq!((entry.by.as_deref(), entry.about.as_deref()), (Some("operator"), Some("anna")));
    assert_eq!(entry.what["reason"], reason);
    // Everything of before is gone; the password is still hers to know, and she enrols anew.
    anna.client.get(&tenant.at("/account")).problem(401, "unauthenticated");
    let (phone, keys) = (anna.phone.expect("a phone"), anna.keys);
    let anna = anna.member.enrol();
    let client = anna.pending();
    anna.member.enter_code(&client, &phone.next_code()).problem(401, "code_refused");
    anna.member.enter_key(&client, &keys[0]).refuses();
    other.settings();
}

#[test]
fn it_is_for_administrators_of_this_tenant_and_wants_a_reason() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let tenant = anna.tenant();
    let bert = Enrolled::join(tenant);
    let reason = "a reason that is long enough";
    for name in [bert.member.username.as_str(), "nobody"] {
        break_glass(tenant, name, reason).problem(404, "not_found");
    }
    for bad in ["", "too short", "line\nbreak here", &"x".repeat(301), "            "] {
        let answer = break_glass(tenant, "anna", bad);
        assert_eq!(answer.problem(400, "bad_request")["field"], "reason", "{bad:?}");
    }
    bert.member.session(&bert.client).is(200);
    anna.settings();
    let plain = Administrator::of(&Tenant::password_only(Edge::shared()));
    break_glass(plain.tenant(), "anna", reason).problem(409, "wrong_mode");
    let told = |tenant: &Tenant| Edge::shared().mailbox().of(&tenant.id).iter().any(|it| it.event() == "break-glass");
    assert!(!told(tenant) && !told(plain.tenant()), "nothing happened, nobody is told");
}
