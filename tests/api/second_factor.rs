//! A login that stays theirs: their password check, our second factor, server to server.

use edge_mfa_tests::client::{PENDING, SESSION};
use edge_mfa_tests::platform::Person;
use edge_mfa_tests::{Administrator, Edge, Member, Platform, Tenant, Value, json, random};

fn platform() -> (Administrator, Platform) {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let platform = Platform::of(&anna);
    (anna, platform)
}

fn amr(body: &Value) -> Vec<&str> {
    body["confirmation"]["amr"].as_array().expect("words").iter().filter_map(Value::as_str).collect()
}

fn status(body: &Value) -> &str {
    body["status"].as_str().expect("a status")
}

#[test]
fn somebody_new_enrols_and_enters_and_gets_no_session_of_ours() {
    let (anna, platform) = platform();
    let name = random::name("p");
    platform.begin(&name).problem(404, "member_unknown");
    platform.make(&name).is(204);
    platform.make(&name).is(204);
    let begun = platform.ask("/begin", json!({"username": name, "nonce": "n-0_S6"})).is(200);
    assert_eq!(status(&begun), "enrolment-needed");
    let pending = begun["pending"].as_str().expect("a token").to_owned();
    assert!(pending.starts_with("mfav."), "its kind can be seen");
    let (person, done) = platform.enrol(&name, &pending);
    assert_eq!((status(&done), amr(&done)), ("entered", vec!["vouched", "otp"]));
    let confirmation = &done["confirmation"];
    let origin = Edge::shared().door().origin().to_owned();
    assert_eq!(confirmation["iss"], format!("{origin}/t/{}", platform.tenant.id));
    assert_eq!(confirmation["aud"], platform.application);
    assert_eq!((&confirmation["sub"], &confirmation["nonce"]), (&json!(name), &json!("n-0_S6")));

    let pending = platform.pending(&name, "code-needed");
    let answer = platform.code(&pending, &person.phone.next_code());
    assert!(answer.cookies().is_empty(), "no session, no cookie: {answer}");
    let entered = answer.is(200);
    assert_eq!((status(&entered), amr(&entered)), ("entered", vec!["vouched", "otp"]));
    assert_eq!(entered["confirmation"]["nonce"], Value::Null);
    assert_ne!(entered["confirmation"]["jti"], confirmation["jti"]);
    platform.code(&pending, &person.phone.next_code()).problem(401, "sign_in_expired");

    let row = anna.row(&name);
    assert_eq!(
        (&row["standing"], &row["role"], &row["signed_in"]),
        (&json!("active"), &json!("member"), &json!(false))
    );
}

#[test]
fn a_name_in_capitals_is_the_same_person_s() {
    let (_, platform) = platform();
    let person = platform.person();
    let capitals = person.username.to_uppercase();
    platform.make(&capitals).is(204);
    let pending = platform.pending(&capitals, "code-needed");
    let entered = platform.code(&pending, &person.phone.next_code()).is(200);
    assert_eq!(entered["confirmation"]["sub"], json!(person.username), "as it is compared: in lower case");
}

#[test]
fn a_wrong_code_is_refused_and_a_spent_one_opens_no_other_sign_in() {
    let (_, platform) = platform();
    let person = platform.person();
    let (first, second) =
        (platform.pending(&person.username, "code-needed"), platform.pending(&person.username, "code-needed"));
    platform.code(&first, &person.phone.wrong_code()).problem(401, "code_refused");
    platform.code(&first, "12345").problem(400, "passcode_malformed");
    let code = person.phone.next_code();
    platform.code(&first, &code).is(200);
    platform.code(&second, &code).problem(401, "code_refused");
}

#[test]
fn a_remembered_device_enters_with_a_token_that_changes_each_time() {
    let (_, platform) = platform();
    let person = platform.person();
    let pending = platform.pending(&person.username, "code-needed");
    let body = json!({"pending": pending, "code": person.phone.next_code(), "remember_device": true});
    let first = platform.ask("/code", body).is(200)["device"].as_str().expect("a device").to_owned();
    let begin = |device: &str| platform.ask("/begin", json!({"username": person.username, "device": device})).is(200);
    let entered = begin(&first);
    assert_eq!((status(&entered), amr(&entered)), ("entered", vec!["vouched", "device"]));
    let second = entered["device"].as_str().expect("the next token").to_owned();
    assert_ne!(second, first);
    assert_eq!(status(&begin(&second)), "entered");
    assert_eq!(status(&begin(&first)), "code-needed", "one that was replaced gives its thief away");
    assert_eq!(status(&begin(&second)), "code-needed", "and the device is forgotten");
    assert_eq!(status(&begin("mfad.nothing")), "code-needed");
    let other = platform.person();
    let hers = platform.ask("/begin", json!({"username": other.username, "device": second})).is(200);
    assert_eq!(status(&hers), "code-needed");
}

#[test]
fn a_recovery_key_enters_once() {
    let (_, platform) = platform();
    let person = platform.person();
    let pending = platform.pending(&person.username, "code-needed");
    let entered = platform.key(&pending, &person.keys[3]).is(200);
    assert_eq!((status(&entered), amr(&entered)), ("entered", vec!["vouched", "recovery"]));
    assert_eq!((&entered["recovery"]["number"], &entered["recovery"]["left"]), (&json!(4), &json!(9)));
    let pending = platform.pending(&person.username, "code-needed");
    platform.key(&pending, &person.keys[3]).problem(401, "recovery_key_refused");
    platform.key(&pending, "00000").problem(400, "recovery_key_malformed");
}

#[test]
fn a07_this_door_waits_and_dies_like_every_other() {
    let (_, platform) = platform();
    let person = platform.person();
    let pending = platform.pending(&person.username, "code-needed");
    for _ in 0..5 {
        platform.code(&pending, &person.phone.wrong_code()).problem(401, "code_refused");
    }
    platform.code(&pending, &person.phone.wrong_code()).problem(401, "sign_in_expired");
    let pending = platform.pending(&person.username, "code-needed");
    platform.code(&pending, &person.phone.next_code()).problem(429, "throttled");
    // Another has a lane of her own, and a recovery key has its.
    let other = platform.person();
    let pending_of_other = platform.pending(&other.username, "code-needed");
    platform.code(&pending_of_other, &other.phone.next_code()).is(200);
    assert_eq!(status(&platform.key(&pending, &person.keys[0]).is(200)), "entered");
}

#[test]
fn who_says_that_it_was_not_she_owes_another_password_at_the_platform() {
    let (anna, platform) = platform();
    let person = platform.person();
    let pending = platform.pending(&person.username, "code-needed");
    for _ in 0..3 {
        platform.code(&pending, &person.phone.wrong_code()).problem(401, "code_refused");
    }
    let tenant = &platform.tenant;
    let link = Edge::shared().mailbox().wait(&tenant.id, &person.username, "password-burnt").token();
    let chosen = json!({"token": link, "password": random::password()});
    tenant.client().post(&tenant.at("/password/reset"), chosen).problem(404, "link_refused");
    tenant.client().post(&tenant.at("/password/not-me"), json!({"token": link})).is(200);
    platform.code(&pending, &person.phone.next_code()).problem(401, "sign_in_expired");
    let pending = platform.pending(&person.username, "code-needed");
    let changed = || platform.ask("/password-changed", json!({"pending": pending}));
    assert_eq!(changed().problem(409, "wrong_step")["owes"], "code");
    assert_eq!(status(&platform.code(&pending, &person.phone.next_code()).is(200)), "password-change-owed");
    let entered = changed().is(200);
    assert_eq!((status(&entered), amr(&entered)), ("entered", vec!["vouched", "otp"]));
    changed().problem(401, "sign_in_expired");
    let log = anna.log();
    let said = log.iter().find(|it| it.event() == "password-change-vouched").expect("in the log");
    assert_eq!(
        (said.about.as_deref(), &said.what["application"]),
        (Some(person.username.as_str()), &json!(platform.application))
    );
}

#[test]
fn the_local_doors_stay_closed_to_who_has_a_login_elsewhere() {
    let (_, platform) = platform();
    let person = platform.person();
    let tenant = &platform.tenant;
    let client = tenant.client();
    let body = json!({"username": person.username, "password": random::password()});
    client.post(&tenant.at("/sign-in"), body).problem(401, "sign_in_refused");
    client.post(&tenant.at("/password/forgot"), json!({"username": person.username})).is(202);
    // What the platform holds is no cookie of ours, and our cookie none of its tokens.
    let pending = platform.pending(&person.username, "code-needed");
    client.with_jar(|jar| jar.put(PENDING, &pending));
    let code = json!({"code": person.phone.next_code(), "remember_device": false});
    client.post(&tenant.at("/sign-in/code"), code).problem(401, "sign_in_expired");
    assert!(client.cookie(SESSION).is_none());
    let bert = Member::join(tenant).enrol();
    let cookie = bert.pending().cookie(PENDING).expect("pending");
    platform.code(&cookie, &bert.phone.next_code()).problem(401, "sign_in_expired");
    // Nobody was sent a link that would make a password.
    let mail = Edge::shared().mailbox().of(&tenant.id);
    assert!(!mail.iter().any(|it| it.to == person.username && it.event() == "password-link-issued"));
}

#[test]
fn nobody_vouches_for_who_has_a_password_here_or_was_removed() {
    let (anna, platform) = platform();
    let bert = Member::join(&platform.tenant).enrol();
    platform.begin(&bert.member.username).problem(409, "password_here");
    platform.make(&bert.member.username).problem(409, "conflict");
    platform.make("anna").problem(409, "conflict");
    let person = platform.person();
    let pending = platform.pending(&person.username, "code-needed");
    anna.order(&person.username, "remove", json!({})).is(204);
    platform.code(&pending, &person.phone.next_code()).problem(401, "sign_in_expired");
    platform.begin(&person.username).problem(404, "member_unknown");
    platform.make(&person.username).problem(409, "conflict");
    // An administrator has to want her back: then she is somebody new.
    anna.ask("/members/invite", json!({"username": person.username, "role": "member"})).is(201);
    platform.make(&person.username).is(204);
    let pending = platform.pending(&person.username, "enrolment-needed");
    platform.enrol(&person.username, &pending);
    for reserved in ["operator", "system", "app-0000000000000000", "no spaces"] {
        platform.make(reserved).problem(400, "username_unacceptable");
    }
}

#[test]
fn a_key_that_is_ended_is_dead_in_the_middle_of_a_sign_in() {
    let (anna, platform) = platform();
    let person = platform.person();
    let pending = platform.pending(&person.username, "code-needed");
    let path = format!("/settings/applications/{}", platform.application);
    let second = anna.ask(&format!("{path}/keys/add"), json!({})).is(201)["key"].as_str().expect("a key").to_owned();
    anna.ask(&format!("{path}/keys/end"), json!({"number": 1})).is(200);
    let code = person.phone.next_code();
    platform.code(&pending, &code).problem(401, "application_key_refused");
    // The sign-in is the application's, whichever of its keys goes on with it.
    let renewed = platform.with_key(&second);
    assert_eq!(status(&renewed.code(&pending, &code).is(200)), "entered");
    let pending = renewed.pending(&person.username, "code-needed");
    anna.ask(&format!("{path}/remove"), json!({})).is(204);
    renewed.code(&pending, &person.phone.next_code()).problem(401, "application_key_refused");
    renewed.begin(&person.username).problem(401, "application_key_refused");
}

#[test]
fn another_s_key_opens_nothing() {
    let (anna, platform) = platform();
    let person = platform.person();
    let pending = platform.pending(&person.username, "code-needed");
    let (_, foreign) = self::platform();
    let elsewhere = platform.with_key(&foreign.key);
    elsewhere.begin(&person.username).problem(401, "application_key_refused");
    elsewhere.code(&pending, &person.phone.next_code()).problem(401, "application_key_refused");
    foreign.code(&pending, &person.phone.next_code()).problem(401, "sign_in_expired");
    // Another application of the same tenant does not go on with what this one began.
    let neighbour = Platform::of(&anna);
    let code = person.phone.next_code();
    neighbour.code(&pending, &code).problem(401, "sign_in_expired");
    platform.code(&pending, &code).is(200);
    // One that is no login vouches for nobody.
    let body = json!({"name": "Wiki", "kind": "client", "redirect_uris": ["https://wiki.example/"]});
    let made = anna.ask("/settings/applications/register", body).is(201);
    let wiki = platform.with_key(made["key"].as_str().expect("a key"));
    wiki.begin(&person.username).problem(409, "other_kind");
    wiki.make("somebody").problem(409, "other_kind");
    for spoilt in ["", "mfak", &platform.key[1..], &platform.key[..platform.key.len() - 1], &pending] {
        // Of somebody who is a member it says no more than of a name that is nobody's.
        for name in [&person.username, &random::name("n")] {
            platform.with_key(spoilt).begin(name).problem(401, "application_key_refused");
        }
    }
}

#[test]
fn where_mfa_is_off_there_is_no_second_factor_to_ask_for() {
    let mut anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let platform = Platform::of(&anna);
    let person: Person = platform.person();
    let pending = platform.pending(&person.username, "code-needed");
    anna.switch_off();
    assert_eq!(platform.begin(&person.username).problem(409, "wrong_mode")["mode"], "password");
    platform.code(&pending, &person.phone.next_code()).problem(401, "sign_in_expired");
    anna.switch_on();
    // The epoch has passed: she enrols anew, with the application as it was.
    let pending = platform.pending(&person.username, "enrolment-needed");
    platform.enrol(&person.username, &pending);
}

#[test]
fn sent_again_a_step_is_not_done_twice() {
    let (_, platform) = platform();
    let person = platform.person();
    let pending = platform.pending(&person.username, "code-needed");
    let (client, key) = (platform.tenant.client(), random::idempotency_key());
    let body = json!({"pending": pending, "code": person.phone.next_code(), "remember_device": false});
    let path = platform.tenant.at("/second-factor/code");
    let bearer = format!("Bearer {}", platform.key);
    let send = || client.ask("POST", &path).json(&body).key(&key).header("authorization", &bearer).send().is(200);
    // Signed anew, it says the same.
    assert_eq!(send()["confirmation"], send()["confirmation"]);
}

#[test]
fn every_entrance_is_in_the_log_with_who_vouched() {
    let (anna, platform) = platform();
    let person = platform.person();
    let pending = platform.pending(&person.username, "code-needed");
    platform.code(&pending, &person.phone.next_code()).is(200);
    edge_mfa_tests::eventually("the log to follow", || {
        anna.log().iter().filter(|it| it.event() == "confirmed").count() == 2
    });
    let log = anna.log();
    let made = log.iter().find(|it| it.event() == "member-vouched").expect("in the log");
    assert_eq!(
        (made.by.as_deref(), made.about.as_deref()),
        (Some(platform.application.as_str()), Some(person.username.as_str()))
    );
    assert!(log.iter().all(|it| !it.text.contains("mfa") || !it.text.contains(&platform.key)));
    let confirmed = log.iter().find(|it| it.event() == "confirmed").expect("in the log");
    assert_eq!(confirmed.what["application"], platform.application);
}

/// Whether a token is signed with this key, by OpenSSL's word.
fn is_signed(token: &str, key: &Value) -> bool {
    let script = "const [token, jwk] = process.argv.slice(1); const [head, body, signature] = token.split('.');\
        const { createPublicKey, verify } = require('node:crypto');\
        const key = createPublicKey({ key: JSON.parse(jwk), format: 'jwk' });\
        const data = Buffer.from(`${head}.${body}`);\
        const good = verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));\
        process.exit(good ? 0 : 1);";
    let node = std::process::Command::new("node").args(["-e", script, "--", token, &key.to_string()]).status();
    node.expect("node runs").success()
}

fn part(token: &str, number: usize) -> Value {
    use base64ct::{Base64UrlUnpadded, Encoding};
    let text = token.split('.').nth(number).expect("three parts");
    serde_json::from_slice(&Base64UrlUnpadded::decode_vec(text).expect("base64url")).expect("JSON")
}

#[test]
fn the_assertion_says_the_same_and_anybody_can_see_that_we_signed_it() {
    let (_, platform) = platform();
    let person = platform.person();
    let begun = platform.ask("/begin", json!({"username": person.username, "nonce": "once-only"})).is(200);
    let pending = begun["pending"].as_str().expect("a token");
    let entered = platform.code(pending, &person.phone.next_code()).is(200);
    let token = entered["assertion"].as_str().expect("a token");
    assert_eq!(part(token, 1), entered["confirmation"]);
    let header = part(token, 0);
    assert_eq!((&header["alg"], &header["typ"]), (&json!("ES256"), &json!("edge-mfa-assertion+jwt")));
    let tenant = &platform.tenant;
    let keys = tenant.client().get(&format!("/t/{}/jwks", tenant.id)).is(200);
    let key = keys["keys"].as_array().expect("a list").iter().find(|key| key["kid"] == header["kid"]);
    let key = key.expect("a published key");
    assert!(is_signed(token, key));
    let other = entered["assertion"].as_str().map(|it| it.replace(".ey", ".eyJ")).expect("a token");
    assert!(!is_signed(&other, key), "spoilt it is not");
    let (iat, exp) = (&entered["confirmation"]["iat"], &entered["confirmation"]["exp"]);
    assert_eq!(exp.as_u64(), iat.as_u64().map(|at| at + 60));
}
