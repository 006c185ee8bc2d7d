//! Settings › Applications: which software may rely on us, and its keys.

use std::collections::BTreeSet;

use edge_mfa_tests::{Administrator, Edge, Member, Tenant, Value, json, random};

const ROUTE: &str = "/settings/applications";

fn login(name: &str) -> Value {
    json!({"name": name, "kind": "login", "return_uris": ["https://shop.example/back"]})
}

fn client(name: &str) -> Value {
    json!({"name": name, "kind": "client", "redirect_uris": ["https://wiki.example/callback"]})
}

fn register(anna: &Administrator, body: Value) -> Value {
    anna.ask(&format!("{ROUTE}/register"), body).is(201)
}

fn id_of(answer: &Value) -> String {
    answer["application"]["application"].as_str().expect("an id").to_owned()
}

fn key_of(answer: &Value) -> String {
    answer["key"].as_str().expect("a key").to_owned()
}

#[test]
fn an_application_is_registered_seen_changed_and_removed() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    assert_eq!(anna.see(ROUTE)["applications"], json!([]));
    let issuer = format!("{}/t/{}", Edge::shared().door().origin(), anna.tenant().id);
    assert_eq!(anna.see(ROUTE)["issuer"], json!(issuer));
    let made = register(&anna, login(" Shop "));
    let id = id_of(&made);
    let path = format!("{ROUTE}/{id}");
    assert_eq!(anna.see(&path), made["application"]);
    assert_eq!(made["application"]["name"], "Shop");
    assert_eq!(made["application"]["return_uris"], json!(["https://shop.example/back"]));
    let other = json!({"name": "Store", "kind": "login"});
    let changed = anna.ask(&format!("{path}/change"), other).is(200);
    assert_eq!((&changed["application"]["name"], changed.get("key")), (&json!("Store"), None));
    assert_eq!(anna.see(&path)["return_uris"], json!([]));
    anna.ask(&format!("{path}/change"), client("Store")).problem(409, "other_kind");
    anna.ask(&format!("{path}/remove"), json!({})).is(204);
    assert_eq!(anna.see(ROUTE)["applications"], json!([]));
    anna.client.get(&anna.tenant().at(&path)).problem(404, "not_found");
    for act in ["remove", "keys/add"] {
        anna.ask(&format!("{path}/{act}"), json!({})).problem(404, "not_found");
    }
}

#[test]
fn a_key_is_shown_once_and_two_live_at_the_most() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let made = register(&anna, login("Shop"));
    let (id, first) = (id_of(&made), key_of(&made));
    assert!(first.starts_with(&format!("mfak.{id}.")), "its kind and whose it is can be seen: {first}");
    let path = format!("{ROUTE}/{id}");
    let second = anna.ask(&format!("{path}/keys/add"), json!({})).is(201);
    assert_ne!(key_of(&second), first);
    anna.ask(&format!("{path}/keys/add"), json!({})).problem(409, "limit_reached");
    let numbers = |seen: &Value| -> Vec<u64> {
        seen["keys"].as_array().expect("keys").iter().filter_map(|key| key["number"].as_u64()).collect()
    };
    let seen = anna.see(&path);
    assert_eq!(numbers(&seen), [1, 2]);
    assert!(!anna.see(ROUTE).to_string().contains("mfak"), "no key is ever shown again");
    anna.ask(&format!("{path}/keys/end"), json!({"number": 1})).is(200);
    anna.ask(&format!("{path}/keys/end"), json!({"number": 1})).problem(404, "not_found");
    let third = anna.ask(&format!("{path}/keys/add"), json!({})).is(201);
    assert_eq!(numbers(&third["application"]), [2, 3], "a number is not given again");
    assert!(!anna.log().iter().any(|entry| entry.what.to_string().contains("mfak")), "nor is it in the log");
}

#[test]
fn sent_again_a_registration_is_the_same_one() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let path = anna.tenant().at(&format!("{ROUTE}/register"));
    let key = random::idempotency_key();
    let send = |body: Value| anna.client.ask("POST", &path).json(&body).key(&key).send();
    let first = send(login("Shop")).is(201);
    assert_eq!(send(login("Shop")).is(201), first);
    send(login("Another")).problem(422, "idempotency_key_reused");
    assert_eq!(anna.see(ROUTE)["applications"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_public_client_has_no_key_and_grows_none() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let mut page = client("A page");
    page["public"] = json!(true);
    let made = register(&anna, page);
    assert_eq!((made.get("key"), &made["application"]["keys"]), (None, &json!([])));
    let path = format!("{ROUTE}/{}", id_of(&made));
    anna.ask(&format!("{path}/keys/add"), json!({})).problem(409, "other_kind");
    anna.ask(&format!("{path}/change"), client("A page")).problem(409, "other_kind");
    assert!(register(&anna, client("A server")).get("key").is_some());
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let many: Vec<_> = (0..11).map(|number| format!("https://wiki.example/{number}")).collect();
    for (field, body) in [
        ("name", json!({"name": "  ", "kind": "login"})),
        ("name", json!({"name": "a\u{7}b", "kind": "login"})),
        ("kind", json!({"name": "x", "kind": "house"})),
        ("redirect_uris", json!({"name": "x", "kind": "client"})),
        ("redirect_uris", json!({"name": "x", "kind": "client", "redirect_uris": []})),
        ("redirect_uris", json!({"name": "x", "kind": "client", "redirect_uris": many})),
        ("redirect_uris", json!({"name": "x", "kind": "client", "redirect_uris": [&many[0], &many[0]]})),
        ("redirect_uris", json!({"name": "x", "kind": "login", "redirect_uris": ["https://a.example/"]})),
        ("return_uris", json!({"name": "x", "kind": "login", "return_uris": ["http://a.example/"]})),
        ("return_uris", json!({"name": "x", "kind": "login", "return_uris": ["https://a.example/#x"]})),
        ("return_uris", json!({"name": "x", "kind": "login", "return_uris": ["https://u:p@a.example/"]})),
        ("return_uris", json!({"name": "x", "kind": "login", "return_uris": ["javascript:alert(1)"]})),
        ("public", json!({"name": "x", "kind": "login", "public": true})),
        (
            "back_channel_logout_uri",
            json!({"name": "x", "kind": "client", "redirect_uris": [&many[0]],
                "back_channel_logout_uri": "http://a.example/"}),
        ),
    ] {
        let answer = anna.ask(&format!("{ROUTE}/register"), body.clone());
        assert_eq!(answer.problem(400, "bad_request")["field"], field, "{body}");
    }
    let second = json!({"name": "x", "kind": "login", "return_uris": [&many[0], "https://a.example/#x", &many[1]]});
    let refused = anna.ask(&format!("{ROUTE}/register"), second).problem(400, "bad_request");
    assert_eq!((&refused["reason"], &refused["position"]), (&json!("address_has_fragment"), &json!(2)));
    let here = json!({"name": "x", "kind": "login", "return_uris": ["http://127.0.0.1:4000/back"]});
    register(&anna, here);
}

#[test]
fn a_tenant_has_fifty_at_the_most() {
    let anna = Administrator::of(&Tenant::password_only(Edge::shared()));
    for number in 0..50 {
        register(&anna, login(&format!("Shop {number}")));
    }
    anna.ask(&format!("{ROUTE}/register"), login("One more")).problem(409, "limit_reached");
    let seen = anna.see(ROUTE);
    let ids: BTreeSet<_> = seen["applications"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| &it["name"])
        .collect::<Vec<_>>()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(ids.len(), 50);
}

#[test]
fn only_an_administrator_of_the_tenant_may_and_only_with_a_fresh_code() {
    let tenant = Tenant::mfa(Edge::shared());
    let anna = Administrator::of(&tenant);
    let made = register(&anna, login("Shop"));
    let path = format!("{ROUTE}/{}", id_of(&made));
    let acts = [
        (format!("{ROUTE}/register"), login("x")),
        (format!("{path}/change"), login("x")),
        (format!("{path}/remove"), json!({})),
        (format!("{path}/keys/add"), json!({})),
        (format!("{path}/keys/end"), json!({"number": 1})),
    ];
    let bert = Member::join(&tenant).enrol();
    let other = Administrator::of(&Tenant::mfa(Edge::shared()));
    for (route, body) in &acts {
        bert.client.post(&tenant.at(route), body.clone()).problem(403, "not_administrator");
        other.client.post(&tenant.at(route), body.clone()).problem(401, "unauthenticated");
    }
    // Another tenant has no such application, and a remembered device is no fresh code.
    other.client.get(&other.tenant().at(&path)).problem(404, "not_found");
    for (route, body) in acts.iter().skip(1) {
        other.ask(route, body.clone()).problem(404, "not_found");
    }
    assert_eq!(anna.see(&path), made["application"], "nothing happened");
    let log = anna.log();
    let refused: Vec<_> =
        log.iter().filter(|it| it.event() == "act-refused").map(|it| it.what["act"].clone()).collect();
    for act in ["register", "change", "remove"] {
        assert!(refused.contains(&json!(format!("{act}-application"))), "{refused:?}");
    }
}

#[test]
fn every_act_is_in_the_log_and_told_to_who_runs_the_tenant() {
    let tenant = Tenant::mfa(Edge::shared());
    let anna = Administrator::of(&tenant);
    let made = register(&anna, login("Shop"));
    let id = id_of(&made);
    let path = format!("{ROUTE}/{id}");
    anna.ask(&format!("{path}/change"), login("Store")).is(200);
    // Said again, nothing changes and nobody hears of it.
    anna.ask(&format!("{path}/change"), login("Store")).is(200);
    anna.ask(&format!("{path}/keys/add"), json!({})).is(201);
    anna.ask(&format!("{path}/keys/end"), json!({"number": 1})).is(200);
    anna.ask(&format!("{path}/remove"), json!({})).is(204);
    let events: Vec<_> = anna
        .log()
        .iter()
        .filter(|entry| entry.event().starts_with("application-"))
        .map(|entry| {
            assert_eq!((entry.by.as_deref(), &entry.what["application"]), (Some("anna"), &json!(id)));
            (entry.event().to_owned(), entry.what["name"].as_str().unwrap_or_default().to_owned())
        })
        .collect();
    let said = |event: &str, name: &str| (format!("application-{event}"), name.to_owned());
    let expected = [
        said("registered", "Shop"),
        said("changed", "Store"),
        said("key-added", "Store"),
        said("key-ended", "Store"),
        said("removed", "Store"),
    ];
    assert_eq!(events, expected);
    for (event, _) in expected {
        let told = Edge::shared().mailbox().wait(&tenant.id, "anna", &event);
        assert_eq!(told.by.as_deref(), Some("anna"), "{event}");
    }
}
