//! Provisioning over SCIM 2.0: a directory elsewhere says who belongs. The bodies are those that Entra ID and Okta send,
//! as their makers document them: learn.microsoft.com, "Develop and plan provisioning for a SCIM endpoint in Microsoft
//! Entra ID" and "Known issues: SCIM 2.0 protocol compliance of the Microsoft Entra provisioning service";
//! developer.okta.com, "SCIM 2.0 protocol reference". Whether it is SCIM at all, others' software says in
//! `provisioning_conformance.rs`.

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::provisioner::encoded;
use edge_mfa_tests::tenant::token_of;
use edge_mfa_tests::{Administrator, Edge, Member, Platform, Provisioner, Tenant, Value, eventually, json, random};

use edge_mfa_tests::site::Sieve;

use crate::external::Elsewhere;

/// Every route below the base address.
pub const ROUTES: [(&str, &str); 13] = [
    ("GET", "/ServiceProviderConfig"),
    ("GET", "/ResourceTypes"),
    ("GET", "/ResourceTypes/{type}"),
    ("GET", "/Schemas"),
    ("GET", "/Schemas/{schema}"),
    ("GET", "/Users"),
    ("POST", "/Users"),
    ("POST", "/Users/.search"),
    ("POST", "/.search"),
    ("GET", "/Users/{user}"),
    ("PUT", "/Users/{user}"),
    ("PATCH", "/Users/{user}"),
    ("DELETE", "/Users/{user}"),
];

fn provisioned() -> (Administrator, Provisioner) {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let entra = Provisioner::of(&anna);
    (anna, entra)
}

fn id(user: &Value) -> &str {
    user["id"].as_str().expect("an id")
}

/// The token of the invitation that went out last.
fn invitation(tenant: &Tenant, username: &str) -> String {
    Edge::shared().mailbox().wait(&tenant.id, username, "invited").token()
}

/// Somebody new who came by her invitation and enrolled.
fn enrolled(entra: &Provisioner, username: &str) -> (Value, Enrolled) {
    let user = entra.make(username);
    (user, Member::accept(&entra.tenant, &invitation(&entra.tenant, username)).enrol())
}

#[test]
fn it_is_an_application_that_needs_nothing_but_a_name() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let register = |body: Value| anna.ask("/settings/applications/register", body);
    let made = register(json!({"name": "Okta", "kind": "provisioning"})).is(201);
    assert_eq!(made["application"]["kind"], "provisioning");
    assert!(made["key"].as_str().expect("a key").starts_with("mfak.app-"));
    for field in ["redirect_uris", "return_uris", "post_logout_redirect_uris"] {
        let body = json!({"name": "Okta", "kind": "provisioning", field: ["https://x.example/"]});
        assert_eq!(register(body).problem(400, "bad_request")["field"], field);
    }
    let body = json!({"name": "Okta", "kind": "provisioning", "public": true});
    assert_eq!(register(body).problem(400, "bad_request")["field"], "public");
}

#[test]
fn a_user_of_entra_id_is_made_found_changed_deactivated_and_made_active_again() {
    let (anna, entra) = provisioned();
    let name = format!("{}@example.com", random::name("e"));
    // First it looks whether she is there. A base address may carry a mark of its own.
    let path = format!("/Users?aadOptscim062020&filter={}", encoded(&format!("userName eq \"{name}\"")));
    let none = entra.ask("GET", &path).is(200);
    assert_eq!((&none["totalResults"], &none["Resources"]), (&json!(0), &json!([])));
    let body = r#"{
        "schemas": [
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
        "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
        "userName": "NAME",
        "active": true,
        "addresses": null,
        "displayName": "Test User",
        "emails": [{"primary": true, "type": "work", "value": "Test_User@testuser.com"}],
        "meta": {"resourceType": "User"},
        "name": {"formatted": "givenName familyName", "familyName": "familyName", "givenName": "givenName"},
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Sales", "manager": null},
        "roles": [{"primary": "True", "value": "administrator"}]
    }"#;
    let answer = entra.tell("POST", "/Users", &body.replace("NAME", &name.to_uppercase()));
    let user = answer.is(201);
    let location = format!("{}{}", Edge::shared().door().origin(), entra.at(&format!("/Users/{}", id(&user))));
    assert_eq!(
        user,
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "id": id(&user),
            "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
            "userName": name,
            "active": true,
            "meta": {"resourceType": "User", "location": location},
        }),
        "nothing else is kept"
    );
    assert_eq!(answer.header("location"), Some(location.as_str()));
    assert_eq!(answer.header("content-type"), Some("application/scim+json"));
    let row = anna.row(&name);
    assert_eq!((&row["standing"], &row["role"]), (&json!("invited"), &json!("member")), "whatever roles it sends");
    entra.tell("POST", "/Users", &body.replace("NAME", &name)).problem(409, "uniqueness");

    let own = format!("/Users/{}", id(&user));
    assert_eq!(entra.ask("GET", &own).is(200), user);
    let patch = |operations: &str| {
        let schemas = r#""schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]"#;
        entra.tell("PATCH", &own, &format!("{{{schemas}, \"Operations\": {operations}}}"))
    };
    let changed = patch(
        r#"[
        {"op": "Add", "path": "emails[type eq \"work\"].value", "value": "updatedEmail@example.com"},
        {"op": "Replace", "path": "name.familyName", "value": "updatedFamilyName"},
        {"op": "Replace", "path": "externalId", "value": "another"},
        {"op": "Add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "value": "Sales"}
    ]"#,
    );
    assert_eq!(changed.is(200)["externalId"], "another");
    assert_eq!(entra.find("externalId eq \"another\""), [entra.ask("GET", &own).is(200)]);
    let off = patch(r#"[{"op": "Replace", "path": "active", "value": "False"}]"#).is(200);
    assert_eq!((&off["active"], id(&off)), (&json!(false), id(&user)));
    assert_eq!(anna.row(&name)["standing"], "removed");
    assert_eq!(entra.ask("GET", &own).is(200)["active"], false, "she can be read all the same");
    let on = patch(r#"[{"op": "Replace", "path": "active", "value": "True"}]"#).is(200);
    assert_eq!((&on["active"], id(&on), &on["externalId"]), (&json!(true), id(&user), &json!("another")));
    assert_eq!(anna.row(&name)["standing"], "invited");
    patch(r#"[{"op": "Replace", "path": "userName", "value": "another@example.com"}]"#).problem(400, "mutability");
    patch(&format!(r#"[{{"op": "Replace", "path": "userName", "value": "{}"}}]"#, name.to_uppercase())).is(200);
    // Renamed there and gone since: she leaves, by whatever name.
    for gone in ["another@example.com", "Zoë"] {
        let both = format!(
            r#"[{{"op": "Replace", "path": "userName", "value": "{gone}"}}, {{"op": "Replace", "path": "active", "value": "False"}}]"#
        );
        let off = patch(&both).is(200);
        assert_eq!((&off["active"], &off["userName"]), (&json!(false), &json!(name)));
        assert_eq!(anna.row(&name)["standing"], "removed");
        patch(r#"[{"op": "Replace", "path": "active", "value": "True"}]"#).is(200);
    }
    let gone = entra.ask("DELETE", &own);
    assert_eq!((gone.status, gone.body.len()), (204, 0));
    entra.ask("GET", &own).problem(404, "");
}

#[test]
fn a_user_of_okta_is_made_replaced_deactivated_and_made_active_again() {
    let (anna, okta) = provisioned();
    let name = format!("{}@example.com", random::name("o"));
    let none = okta
        .ask("GET", &format!("/Users?filter={}&startIndex=1&count=100", encoded(&format!("userName eq \"{name}\""))));
    assert_eq!(none.is(200)["totalResults"], 0);
    let body = r#"{
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "NAME",
        "name": {"givenName": "Test", "familyName": "User"},
        "emails": [{"primary": true, "value": "NAME", "type": "work"}],
        "displayName": "Test User",
        "locale": "en-US",
        "externalId": "00ujl29u0le5T6Aj10h7",
        "groups": [],
        "password": "1mz050nq",
        "active": true
    }"#;
    let made = okta.tell("POST", "/Users", &body.replace("NAME", &name));
    assert!(!made.text().contains("1mz050nq"));
    let user = made.is(201);
    let own = format!("/Users/{}", id(&user));
    let whole = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "id": id(&user),
        "userName": name,
        "name": {"givenName": "Another", "middleName": "Excited", "familyName": "User"},
        "emails": [{"primary": true, "value": name, "type": "work", "display": name}],
        "active": true,
        "groups": [],
        "meta": {"resourceType": "User"},
    });
    let replaced = okta.tell("PUT", &own, &whole.to_string()).is(200);
    assert_eq!(
        (id(&replaced), &replaced["externalId"]),
        (id(&user), &Value::Null),
        "what is left out is none any more"
    );
    let patch = |active: bool| {
        let body = r#"{"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "value": {"active": ACTIVE}}]}"#;
        okta.tell("PATCH", &own, &body.replace("ACTIVE", &active.to_string())).is(200)
    };
    assert_eq!(patch(false)["active"], false);
    assert_eq!(anna.row(&name)["standing"], "removed");
    assert_eq!(patch(false)["active"], false, "said again, nothing changes");
    assert_eq!(patch(true)["active"], true);
    assert_eq!(anna.row(&name)["standing"], "invited");
    let mut off = whole.clone();
    off["active"] = json!(false);
    assert_eq!(okta.tell("PUT", &own, &off.to_string()).is(200)["active"], false);
    let mut renamed = whole.clone();
    renamed["userName"] = json!("another@example.com");
    okta.tell("PUT", &own, &renamed.to_string()).problem(400, "mutability");
    okta.tell("PUT", &own, &whole.to_string()).is(200);
    renamed["active"] = json!(false);
    assert_eq!(okta.tell("PUT", &own, &renamed.to_string()).is(200)["active"], false);
    renamed.as_object_mut().expect("an object").remove("userName");
    okta.tell("PUT", &own, &renamed.to_string()).problem(400, "invalidValue");
}

#[test]
fn g11_g12_deactivation_ends_everything_with_the_next_request_and_she_returns_as_somebody_new() {
    let (anna, entra) = provisioned();
    let tenant = &entra.tenant;
    let name = random::name("p");
    let (user, bea) = enrolled(&entra, &name);
    let remembered = bea.remembered();
    bea.member.session(&bea.client).is(200);
    let pending = bea.pending();
    entra.set_active(id(&user), false).is(200);
    // Her session, at the door that asks the objects and at the one that only verifies.
    bea.client.get(&tenant.at("/account")).problem(401, "unauthenticated");
    bea.member.session(&bea.client).problem(401, "unauthenticated");
    remembered.get(&tenant.at("/account")).problem(401, "unauthenticated");
    // Her password, on her remembered device too; the code of a sign-in under way; a key.
    bea.member.try_password(&remembered).problem(401, "sign_in_refused");
    bea.member.enter_code(&pending, &bea.phone.next_code()).problem(401, "sign_in_expired");
    bea.member.enter_key(&pending, &bea.keys[0]).problem(401, "sign_in_expired");
    Edge::shared().mailbox().wait(&tenant.id, &name, "left");

    entra.set_active(id(&user), true).is(200);
    assert_eq!(anna.row(&name)["standing"], "invited");
    bea.member.try_password(&tenant.client()).problem(401, "sign_in_refused");
    let invited = || {
        Edge::shared()
            .mailbox()
            .of(&tenant.id)
            .into_iter()
            .filter(|it| it.to == name && it.event() == "invited")
            .collect::<Vec<_>>()
    };
    eventually("the second invitation", || invited().len() == 2);
    let tokens: Vec<_> = invited().iter().map(|it| it.token()).collect();
    let accept = |token: &String| {
        tenant.client().post(&tenant.at("/invitation/accept"), json!({"token": token, "password": random::password()}))
    };
    let mut taken: Vec<_> = tokens.iter().map(|token| accept(token).short()).collect();
    taken.sort();
    assert_eq!(taken, ["201", "404 invitation_refused"], "the first invitation was used and stays so");
    let row = anna.row(&name);
    assert_eq!((&row["standing"], &row["enrolled_at"]), (&json!("active"), &json!(null)), "she owes an enrolment anew");
    assert_eq!(id(&entra.find(&format!("userName eq \"{name}\""))[0]), id(&user));
}

#[test]
fn who_is_deleted_and_made_again_is_somebody_else() {
    let (anna, entra) = provisioned();
    let name = random::name("p");
    let body = json!({"userName": name, "externalId": "7"}).to_string();
    let first = entra.tell("POST", "/Users", &body).is(201);
    let own = format!("/Users/{}", id(&first));
    assert_eq!(entra.ask("DELETE", &own).status, 204);
    entra.ask("GET", &own).problem(404, "");
    entra.ask("DELETE", &own).problem(404, "");
    entra.set_active(id(&first), true).problem(404, "");
    assert!(entra.find(&format!("userName eq \"{name}\" or externalId eq \"7\"")).is_empty());
    assert_eq!(anna.row(&name)["standing"], "removed");
    let second = entra.make(&name);
    assert_ne!(id(&second), id(&first));
    assert_eq!(second["externalId"], Value::Null);
    entra.ask("GET", &own).problem(404, "");
    assert_eq!(anna.row(&name)["standing"], "invited");
}

#[test]
fn who_is_made_inactive_is_invited_when_she_is_made_active() {
    let (anna, entra) = provisioned();
    let name = random::name("p");
    let user = entra.tell("POST", "/Users", &json!({"userName": name, "active": false}).to_string()).is(201);
    assert_eq!(user["active"], false);
    assert_eq!(anna.row(&name)["standing"], "removed");
    assert!(!Edge::shared().mailbox().of(&entra.tenant.id).iter().any(|it| it.to == name));
    assert_eq!(entra.set_active(id(&user), true).is(200)["active"], true);
    Member::accept(&entra.tenant, &invitation(&entra.tenant, &name));
    assert_eq!(anna.row(&name)["standing"], "active");
    assert_eq!(id(&entra.find(&format!("userName eq \"{name}\""))[0]), id(&user));
}

#[test]
fn g18_administrators_leave_by_it_too_and_never_the_last() {
    let (anna, entra) = provisioned();
    let other = anna.another();
    let name = other.member.username.clone();
    let of = |name: &str| entra.find(&format!("userName eq \"{name}\""))[0].clone();
    entra.set_active(id(&of(&name)), false).is(200);
    other.client.get(&entra.tenant.at("/members")).problem(401, "unauthenticated");
    let told = Edge::shared().mailbox().wait(&entra.tenant.id, "anna", "member-removed");
    assert_eq!(told.about.as_deref(), Some(name.as_str()), "that power was taken is told to who has it");
    entra.set_active(id(&of(&name)), true).is(200);
    assert_eq!(anna.row(&name)["role"], "member", "and none comes back");
    let last = of("anna");
    let refused = entra.set_active(id(&last), false);
    assert_eq!(refused.status, 409, "{refused}");
    assert!(refused.json()["detail"].as_str().expect("a sentence").contains("administrator"));
    assert_eq!(entra.ask("DELETE", &format!("/Users/{}", id(&last))).status, 409);
    assert_eq!(of("anna")["active"], true);
    let log = anna.log();
    let refusals: Vec<_> = log.iter().filter(|it| it.event() == "act-refused").collect();
    assert_eq!(refusals.len(), 1, "once an hour");
    assert_eq!(
        (refusals[0].by.as_deref(), &refusals[0].what["reason"]),
        (Some(entra.application.as_str()), &json!("last_administrator"))
    );
}

#[test]
fn whom_an_administrator_removed_no_software_brings_back() {
    let (anna, entra) = provisioned();
    let name = random::name("p");
    let (user, _) = enrolled(&entra, &name);
    anna.order(&name, "remove", json!({})).is(204);
    let own = format!("/Users/{}", id(&user));
    assert_eq!(entra.ask("GET", &own).is(200)["active"], false);
    assert_eq!(entra.set_active(id(&user), false).is(200)["active"], false);
    let refused = entra.set_active(id(&user), true);
    assert!(refused.status == 409 && refused.text().contains("An administrator removed"), "{refused}");
    let make = || entra.tell("POST", "/Users", &json!({"userName": name}).to_string());
    make().problem(409, "uniqueness");
    assert_eq!(entra.ask("DELETE", &own).status, 204);
    assert!(make().text().contains("An administrator removed"), "nor by a way round");
    // She wants her back: then she is somebody new.
    let again = anna.ask("/members/invite", json!({"username": name, "role": "member"})).is(201);
    let back = entra.find(&format!("userName eq \"{name}\""))[0].clone();
    assert_ne!(id(&back), id(&user));
    Member::accept(&entra.tenant, &token_of(&again));
    assert_eq!(entra.set_active(id(&back), false).is(200)["active"], false);
}

#[test]
fn an_invitation_sent_once_more_goes_to_the_same_user() {
    let (anna, entra) = provisioned();
    let name = random::name("p");
    let user = entra.tell("POST", "/Users", &json!({"userName": name, "externalId": "7"}).to_string()).is(201);
    anna.order(&name, "invite-again", json!({})).is(201);
    anna.order(&name, "invite-again", json!({})).is(201);
    assert_eq!(entra.find("externalId eq \"7\""), [user]);
    // Who was never provisioned is a user as well, and the same after another invitation.
    let carol = random::name("c");
    anna.ask("/members/invite", json!({"username": carol, "role": "member"})).is(201);
    let before = entra.find(&format!("userName eq \"{carol}\""));
    anna.order(&carol, "invite-again", json!({})).is(201);
    assert_eq!(entra.find(&format!("userName eq \"{carol}\"")), before);
}

#[test]
fn everybody_is_paged_through_and_filters_find_who_they_mean() {
    let (_, entra) = provisioned();
    let mut names: Vec<String> = (0..7).map(|number| format!("m{number}.{}", random::name("f"))).collect();
    let ids: Vec<String> = names.iter().map(|name| id(&entra.make(name)).to_owned()).collect();
    entra.set_active(&ids[0], false).is(200);
    names.push("anna".to_owned());
    names.sort();
    let mut seen = Vec::new();
    for start in [1, 4, 7, 10] {
        let page = entra.ask("GET", &format!("/Users?startIndex={start}&count=3")).is(200);
        assert_eq!((&page["totalResults"], &page["startIndex"]), (&json!(8), &json!(start)));
        let users = page["Resources"].as_array().expect("a list");
        assert_eq!(page["itemsPerPage"], users.len());
        seen.extend(users.iter().map(|user| user["userName"].as_str().expect("a name").to_owned()));
    }
    assert_eq!(seen, names);
    let total = |query: &str| {
        let page = entra.ask("GET", &format!("/Users?{query}")).is(200);
        (page["totalResults"].as_u64().expect("a number"), page["Resources"].as_array().expect("a list").len())
    };
    assert_eq!(total("count=0"), (8, 0));
    assert_eq!(total("count=-1"), (8, 0));
    assert_eq!(total("startIndex=-5&count=2"), (8, 2));
    assert_eq!(total("count=100000&startIndex=99999999999"), (8, 0));
    entra.ask("GET", "/Users?count=x").problem(400, "invalidValue");
    let found = |filter: &str| entra.find(filter).len();
    assert_eq!(found("active eq true"), 7);
    assert_eq!(found("active eq false"), 1);
    assert_eq!(found(&format!("id eq \"{}\"", ids[3])), 1);
    assert_eq!(found(&format!("id eq \"{}\" and active eq false", ids[3])), 0);
    assert_eq!(found(&format!("id ne \"{}\"", ids[3])), 7);
    assert_eq!(found("id eq \"nobody\""), 0);
    assert_eq!(found(&format!("userName eq \"{}\"", names[2].to_uppercase())), 1);
    assert_eq!(found("userName sw \"M\""), 7);
    assert_eq!(found("userName co \"1.\" or userName eq \"anna\""), 2);
    assert_eq!(found(&format!("userName ew \"{}\"", &names[3][3..])), 1);
    assert_eq!(found("userName ew \"a very long end that nobody's name has\""), 0);
    assert_eq!(found("userName gt \"m3\" and userName lt \"m6\""), 3);
    assert_eq!(found("not (userName sw \"m\")"), 1);
    assert_eq!(found("externalId pr"), 0);
    assert_eq!(found("not (externalId eq \"7\") and active eq true"), 7, "what nobody has is not anything");
    assert_eq!(found("externalId ne \"7\""), 8);
    assert_eq!(found("title pr or meta.resourceType eq \"Group\""), 0);
    assert_eq!(found("userName eq \"' OR 1=1 --\""), 0);
    for filter in
        ["userName", "active gt true", "userName eq", &format!("{}active eq true{}", "(".repeat(9), ")".repeat(9))]
    {
        entra.ask("GET", &format!("/Users?filter={}", encoded(filter))).problem(400, "invalidFilter");
    }
    // The same in a body; and only what was asked for.
    let body = json!({"filter": "userName eq \"anna\"", "attributes": ["userName"], "count": 5});
    for place in ["/Users/.search", "/.search"] {
        let page = entra.tell("POST", place, &body.to_string()).is(200);
        let anna = &page["Resources"][0];
        assert_eq!((&anna["userName"], &anna["active"], anna["id"].is_string()), (&json!("anna"), &Value::Null, true));
    }
    let own = format!("/Users/{}?excludedAttributes=active,id", ids[3]);
    let part = entra.ask("GET", &own).is(200);
    assert!(part.get("active").is_none() && part.get("id").is_some());
}

#[test]
fn c05_a_key_opens_its_own_tenant_while_it_lives_and_no_key_of_another_kind_does() {
    let (anna, entra) = provisioned();
    let user = entra.make(&random::name("p"));
    let own = format!("/Users/{}", id(&user));
    let (_, elsewhere) = provisioned();
    let theirs = elsewhere.make(&random::name("p"));
    let login = Platform::of(&anna);
    let client = json!({"name": "Wiki", "kind": "client", "redirect_uris": ["https://wiki.example/"]});
    let client = anna.ask("/settings/applications/register", client).is(201)["key"].as_str().expect("a key").to_owned();
    let mut keys = vec![elsewhere.key.clone(), login.key.clone(), client, String::new()];
    keys.push(entra.key[..entra.key.len() - 1].to_owned());
    keys.push(Edge::shared().door().operator_token().to_owned());
    for key in keys {
        let stranger = entra.with_key(&key);
        for place in ["/Users", "/ServiceProviderConfig", "/Schemas", "/ResourceTypes", own.as_str()] {
            stranger.ask("GET", place).problem(401, "");
        }
        stranger.tell("POST", "/Users", &json!({"userName": "mallory"}).to_string()).problem(401, "");
        stranger.set_active(id(&user), false).problem(401, "");
        stranger.ask("DELETE", &own).problem(401, "");
    }
    // Another tenant's user is nobody here; a key of provisioning is none of a login.
    entra.ask("GET", &format!("/Users/{}", id(&theirs))).problem(404, "");
    entra.ask("GET", &format!("/Users/{}", "0".repeat(40))).problem(404, "");
    entra.ask("GET", "/Users/anna").problem(404, "");
    login.with_key(&entra.key).begin("anna").problem(409, "other_kind");
    login.with_key(&entra.key).make(&random::name("p")).problem(409, "other_kind");
    // Ended in the middle of everything.
    let path = format!("/settings/applications/{}", entra.application);
    let second = anna.ask(&format!("{path}/keys/add"), json!({})).is(201)["key"].as_str().expect("a key").to_owned();
    anna.ask(&format!("{path}/keys/end"), json!({"number": 1})).is(200);
    entra.ask("GET", &own).problem(401, "");
    entra.with_key(&second).ask("GET", &own).is(200);
    anna.ask(&format!("{path}/remove"), json!({})).is(204);
    entra.with_key(&second).ask("GET", &own).problem(401, "");
    assert_eq!(anna.row(user["userName"].as_str().expect("a name"))["standing"], "invited", "she stays");
}

#[test]
fn what_is_not_scim_is_refused_in_its_own_words() {
    let (_, entra) = provisioned();
    let user = entra.make(&random::name("p"));
    let own = format!("/Users/{}", id(&user));
    for (place, allow) in [("/Users", "GET, POST"), (own.as_str(), "DELETE, GET, PATCH, PUT"), ("/Schemas", "GET")] {
        let answer = entra.tell("PROPFIND", place, "{}");
        assert_eq!((answer.status, answer.header("allow")), (405, Some(allow)), "{answer}");
    }
    for place in ["", "/", "/Groups", "/Bulk", "/Me", "/Users/a/b", "/Schemas/urn:x", "/ResourceTypes/Group", "/users"]
    {
        entra.ask("GET", place).problem(404, "");
    }
    let client = entra.tenant.client();
    let bearer = format!("Bearer {}", entra.key);
    let post = |kind: &str, body: String| {
        client
            .ask("POST", &entra.at("/Users"))
            .header("authorization", &bearer)
            .header("content-type", kind)
            .bytes(body)
            .send()
    };
    for kind in
        ["text/plain", "application/json; charset=latin1", "application/x-www-form-urlencoded", "", "text/scim+json"]
    {
        post(kind, json!({"userName": random::name("p")}).to_string()).problem(415, "");
    }
    for kind in ["application/json", "application/scim+json", "Application/SCIM+JSON; charset=UTF-8"] {
        post(kind, json!({"userName": random::name("p")}).to_string()).is(201);
    }
    let json = |body: &str| post("application/scim+json", body.to_owned());
    for body in ["", "{", "[]", "7", "{\"userName\":\"a\"}x", "{\"userName\":\"a\",\"USERNAME\":\"b\"}"] {
        json(body).problem(400, "invalidSyntax");
    }
    for body in
        ["{}", "{\"userName\":7}", "{\"userName\":\"a b\"}", "{\"userName\":\"\"}", "{\"userName\":\"operator\"}"]
    {
        json(body).problem(400, "invalidValue");
    }
    json(&format!("{{\"userName\":\"{}\"}}", "a".repeat(65))).problem(400, "invalidValue");
    json(&format!("{{\"userName\":\"x\",\"externalId\":\"{}\"}}", "a".repeat(256))).problem(400, "invalidValue");
    json(&format!("{{\"userName\":\"x\",\"title\":\"{}\"}}", "a".repeat(16 * 1024))).problem(413, "");
    let patch = |operations: Value| entra.tell("PATCH", &own, &json!({"Operations": operations}).to_string());
    patch(json!([{"op": "replace", "path": "active", "value": "perhaps"}])).problem(400, "invalidValue");
    patch(json!([{"op": "replace", "path": "emails[type eq", "value": "x"}])).problem(400, "invalidPath");
    // What is said below the schema's own name would be passed over.
    let schema = "urn:ietf:params:scim:schemas:core:2.0:User";
    patch(json!([{"op": "replace", "value": {schema: {"active": false}}}])).problem(400, "invalidPath");
    patch(json!([{"op": "replace", "path": schema, "value": {"active": false}}])).problem(400, "invalidPath");
    patch(json!([{"op": "remove"}])).problem(400, "noTarget");
    patch(json!([{"op": "remove", "path": "active"}])).problem(400, "mutability");
    patch(json!([])).problem(400, "invalidSyntax");
    // What is wrong in one operation undoes the others.
    patch(json!([{"op": "replace", "path": "active", "value": false}, {"op": "remove", "path": "userName"}]))
        .problem(400, "mutability");
    assert_eq!(entra.ask("GET", &own).is(200)["active"], true);
}

#[test]
fn each_act_is_in_the_log_with_the_application_as_actor() {
    let (anna, entra) = provisioned();
    let name = random::name("p");
    let user = entra.make(&name);
    entra.set_active(id(&user), false).is(200);
    entra.set_active(id(&user), true).is(200);
    assert_eq!(entra.ask("DELETE", &format!("/Users/{}", id(&user))).status, 204);
    let log = anna.log();
    let hers: Vec<_> = log.iter().filter(|it| it.about.as_deref() == Some(name.as_str())).collect();
    let events: Vec<_> = hers.iter().map(|it| it.event()).collect();
    assert_eq!(events, ["member-invited", "member-removed", "member-invited", "member-removed"]);
    assert!(hers.iter().all(|it| it.by.as_deref() == Some(entra.application.as_str())));
    assert!(log.iter().all(|it| !it.text.contains(&entra.key)));
}

#[test]
fn where_members_sign_in_elsewhere_the_provisioned_join_by_their_link() {
    let elsewhere = Elsewhere::in_use();
    let entra = Provisioner::of(&elsewhere.anna);
    let user = entra.make("dave");
    let client = entra.tenant.client();
    assert_eq!(elsewhere.connect(&client, &invitation(&entra.tenant, "dave"), "dave.d"), "account");
    client.get(&entra.tenant.at("/account")).is(200);
    entra.set_active(id(&user), false).is(200);
    client.get(&entra.tenant.at("/account")).problem(401, "unauthenticated");
    assert_eq!(elsewhere.sign_in(&entra.tenant.client(), "dave.d"), "sign-in?external=identity_unknown");
    entra.set_active(id(&user), true).is(200);
    assert_eq!(elsewhere.sign_in(&entra.tenant.client(), "dave.d"), "sign-in?external=identity_unknown");
}

#[test]
fn a_suspended_tenant_is_closed_to_it_and_a_deleted_one_gone() {
    let (_, entra) = provisioned();
    let order = |act: &str, body: Value| {
        let path = format!("/api/v1/operator/tenants/{}/{act}", entra.tenant.id);
        entra.tenant.client().ask("POST", &path).operator().json(&body).send()
    };
    order("suspend", json!({})).is(200);
    entra.ask("GET", "/Users").problem(403, "");
    entra.tell("POST", "/Users", &json!({"userName": "x"}).to_string()).problem(403, "");
    order("resume", json!({})).is(200);
    entra.ask("GET", "/Users").is(200);
    order("delete", json!({"confirmation": entra.tenant.id})).is(200);
    entra.ask("GET", "/Users").problem(404, "");
}

#[test]
fn who_asks_faster_than_may_be_is_told_when_to_go_on_and_holds_up_nobody_else() {
    let edge = Edge::start_with(Sieve::Narrow);
    let anna = Administrator::of(&Tenant::password_only(&edge));
    let (entra, okta) = (Provisioner::of(&anna), Provisioner::of(&anna));
    // A new minute brings a new allowance, in the middle of it perhaps.
    let refused = (0..9).map(|_| entra.tell("POST", "/Users", "{}")).find(|answer| answer.status == 429);
    let refused = refused.expect("a flood is refused");
    assert_eq!(refused.header("retry-after"), Some("10"), "{refused}");
    okta.make("bert");
    // What is not its own key takes nothing from its allowance, and is told no more than ever.
    entra.with_key(&entra.key[1..]).tell("POST", "/Users", "{}").problem(401, "");
}
