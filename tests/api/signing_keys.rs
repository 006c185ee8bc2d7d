//! The keys that a tenant's tokens are signed with: published for everybody, rotated with overlap.

use edge_mfa_tests::{Administrator, Edge, Member, Tenant, Value, json};

fn published(tenant: &Tenant) -> Vec<Value> {
    let answer = tenant.client().get(&format!("/t/{}/jwks", tenant.id));
    assert_eq!(answer.header("cache-control"), Some("public, max-age=3600"), "{answer}");
    answer.is(200)["keys"].as_array().expect("a list").clone()
}

fn stages(anna: &Administrator) -> Vec<String> {
    let keys = anna.see("/settings/signing-keys")["keys"].as_array().expect("a list").clone();
    keys.iter().map(|key| key["stage"].as_str().expect("a word").to_owned()).collect()
}

#[test]
fn a_tenant_publishes_a_key_of_its_own_and_only_its_public_half() {
    let (tenant, other) = (Tenant::password_only(Edge::shared()), Tenant::mfa(Edge::shared()));
    let keys = published(&tenant);
    assert_eq!(keys, published(&tenant), "the first is kept");
    assert_ne!(keys, published(&other));
    let [key] = keys.as_slice() else { panic!("not one key: {keys:?}") };
    let mut members: Vec<_> = key.as_object().expect("an object").keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x", "y"]);
    assert_eq!(
        (&key["kty"], &key["crv"], &key["alg"], &key["use"]),
        (&json!("EC"), &json!("P-256"), &json!("ES256"), &json!("sig"))
    );
    tenant.client().get("/t/there-is-none/jwks").problem(404, "not_found");
    tenant.client().post(&format!("/t/{}/jwks", tenant.id), json!({})).problem(405, "method_not_allowed");
}

#[test]
fn an_administrator_has_the_next_key_published_and_the_present_one_goes_on_signing() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let first = published(anna.tenant());
    assert_eq!(stages(&anna), ["signing"]);
    let rotated = anna.ask("/settings/signing-keys/rotate", json!({})).is(200);
    assert_eq!(stages(&anna), ["signing", "next"]);
    let (signing, next) = (&rotated["keys"][0], &rotated["keys"][1]);
    let waits = next["signs_from"].as_u64().expect("a time") - signing["signs_from"].as_u64().expect("a time");
    assert!((86_400..86_400 + 600).contains(&waits), "it signs a day after it is published: {rotated}");
    assert_eq!(signing["signs_until"], next["signs_from"]);
    let lasts = next["signs_until"].as_u64().expect("a time") - next["signs_from"].as_u64().expect("a time");
    assert_eq!(lasts, 90 * 86_400, "it signs for a quarter, unless somebody asks for the next: {rotated}");
    let keys = published(anna.tenant());
    assert_eq!(keys.len(), 2);
    assert!(keys.contains(&first[0]), "the one that signs is published still");
    // One waits already: another would be one too many.
    anna.ask("/settings/signing-keys/rotate", json!({})).problem(409, "conflict");
    let log = anna.log();
    let asked = log.iter().find(|it| it.event() == "signing-key-asked").expect("an entry");
    assert_eq!(asked.by.as_deref(), Some(anna.member.username.as_str()));
    let announced: Vec<_> = log.iter().filter(|it| it.event() == "signing-key-announced").collect();
    assert_eq!(announced.len(), 2);
    assert!(announced.iter().all(|it| it.by.as_deref() == Some("system")));
}

#[test]
fn of_a_tenant_that_is_closed_nothing_is_signed() {
    let tenant = Tenant::password_only(Edge::shared());
    let bert = Member::join(&tenant);
    published(&tenant);
    let act = |act: &str, body: Value| {
        let path = format!("/api/v1/operator/tenants/{}/{act}", tenant.id);
        tenant.client().ask("POST", &path).operator().json(&body).send().is(200)
    };
    act("suspend", json!({}));
    tenant.client().get(&format!("/t/{}/jwks", tenant.id)).problem(403, "tenant_suspended");
    act("resume", json!({}));
    published(&tenant);
    act("delete", json!({"confirmation": tenant.id}));
    tenant.client().get(&format!("/t/{}/jwks", tenant.id)).refuses();
    bert.try_password(&tenant.client()).refuses();
}
