//! Our page at a platform's sign-in: two tokens of one sign-in, and a reference that is worth nothing alone.

use edge_mfa_tests::client::{DEVICE, PAGE, SESSION};
use edge_mfa_tests::platform::RETURN;
use edge_mfa_tests::platform_page::{OnPage, errand_in, reference_in};
use edge_mfa_tests::{Administrator, Edge, Platform, Tenant, Value, json, random};

fn platform() -> (Administrator, Platform) {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let platform = Platform::of(&anna);
    (anna, platform)
}

fn amr(body: &Value) -> Vec<&str> {
    body["confirmation"]["amr"].as_array().expect("words").iter().filter_map(Value::as_str).collect()
}

/// On the page, where a device will do.
fn where_devices_do<'a>(platform: &'a Platform, before: &OnPage<'a>, username: &str) -> (String, Value) {
    let sent = platform.sends(username, json!({"return_to": RETURN, "remembered_devices": true}));
    (sent.pending, before.open(&sent.way).is(200))
}

#[test]
fn what_is_shown_on_our_page_is_told_to_the_platform_once() {
    let (anna, platform) = platform();
    let person = platform.person();
    let page = platform.on_page(&person.username);
    let shown = page.view().is(200);
    assert_eq!(
        (&shown["next"], &shown["application"], &shown["host"], &shown["username"]),
        (&json!("code"), &json!("Shop"), &json!("shop.example"), &json!(person.username))
    );
    assert_eq!(shown["not_now"], format!("{RETURN}&error=access_denied&state=s-1"));
    page.code(&person.phone.wrong_code()).problem(401, "code_refused");
    let answer = page.code(&person.phone.next_code());
    assert!(page.browser.cookie(SESSION).is_none() && page.browser.cookie(PAGE).is_none(), "no session: {answer}");
    let done = answer.is(200);
    let address = done["go_to"].as_str().expect("an address");
    assert!(address.starts_with(&format!("{RETURN}&reference=mfar.")) && address.ends_with("&state=s-1"), "{address}");
    let reference = reference_in(&done);
    page.view().problem(401, "sign_in_expired");

    let told = platform.redeem(&page.pending, &reference).is(200);
    assert_eq!((&told["status"], amr(&told)), (&json!("entered"), vec!["vouched", "otp"]));
    let said = &told["confirmation"];
    assert_eq!(
        (&said["aud"], &said["sub"], &said["nonce"]),
        (&json!(platform.application), &json!(person.username), &json!("n-1"))
    );
    assert_eq!(said["exp"].as_u64(), said["iat"].as_u64().map(|at| at + 60));
    assert_eq!(told["assertion"].as_str().map(|text| text.split('.').count()), Some(3));

    platform.redeem(&page.pending, &reference).problem(401, "sign_in_expired");
    edge_mfa_tests::eventually("the log to know", || {
        anna.log()
            .iter()
            .any(|it| it.event() == "confirmation-replayed" && it.what["application"] == platform.application)
    });
}

#[test]
fn sent_again_a_reference_is_redeemed_once_and_answered_twice() {
    let (_, platform) = platform();
    let person = platform.person();
    let page = platform.on_page(&person.username);
    let reference = reference_in(&page.code(&person.phone.next_code()).is(200));
    let (client, key) = (platform.tenant.client(), random::idempotency_key());
    let body = json!({"pending": page.pending, "reference": reference});
    let (path, bearer) = (platform.tenant.at("/second-factor/redeem"), format!("Bearer {}", platform.key));
    let send = || client.ask("POST", &path).json(&body).key(&key).header("authorization", &bearer).send().is(200);
    assert_eq!(send()["confirmation"], send()["confirmation"]);
}

#[test]
fn the_address_that_brings_a_browser_is_good_once() {
    let (_, platform) = platform();
    let person = platform.person();
    let sent = platform.sends(&person.username, json!({"return_to": RETURN}));
    let page = platform.on_page(&person.username);
    page.open(&sent.way).is(200);
    let thief = platform.on_page(&person.username);
    thief.open(&sent.way).problem(401, "sign_in_expired");
    // What comes to the page is no cookie of it, nor the cookie a way there, nor either the platform's.
    let cookie = page.browser.cookie(PAGE).expect("a page");
    for (kind, token) in [("page", &cookie), ("way", &sent.way), ("pending", &sent.pending)] {
        page.open(token).problem(401, "sign_in_expired");
        if kind != "pending" {
            platform.code(token, "000000").problem(401, "sign_in_expired");
        }
        if kind != "page" {
            thief.browser.with_jar(|jar| jar.put(PAGE, token));
            thief.code("000000").problem(401, "sign_in_expired");
        }
    }
    page.code(&person.phone.next_code()).is(200);
}

#[test]
fn nobody_brings_back_what_is_another_s() {
    let (anna, platform) = platform();
    let (person, other) = (platform.person(), platform.person());
    let (page, others) = (platform.on_page(&person.username), platform.on_page(&other.username));
    let mine_too = platform.on_page(&person.username);
    let reference = reference_in(&page.code(&person.phone.next_code()).is(200));
    let of_other = reference_in(&others.code(&other.phone.next_code()).is(200));
    for (pending, brought) in
        [(&page.pending, &of_other), (&others.pending, &reference), (&mine_too.pending, &reference)]
    {
        platform.redeem(pending, brought).problem(401, "sign_in_expired");
    }
    // Neither another application, nor a key that has ended, nor another tenant fetches it.
    let neighbour = Platform::of(&anna);
    neighbour.redeem(&page.pending, &reference).problem(401, "sign_in_expired");
    let (_, foreign) = self::platform();
    foreign.redeem(&page.pending, &reference).problem(401, "sign_in_expired");
    platform.with_key(&foreign.key).redeem(&page.pending, &reference).problem(401, "application_key_refused");
    platform.redeem(&page.pending, &reference).is(200);
}

#[test]
fn people_are_sent_back_to_registered_addresses_alone() {
    let (anna, platform) = platform();
    let person = platform.person();
    for unknown in ["https://shop.example/back", &format!("{RETURN}&x=1"), "https://evil.example/", ""] {
        let answer = platform.begin_on_page(&person.username, json!({"return_to": unknown}));
        assert_eq!(answer.problem(400, "return_to_unregistered")["field"], "page");
    }
    for bad in [
        json!({"return_to": RETURN, "state": "a b"}),
        json!({"return_to": RETURN, "state": "0".repeat(65)}),
        json!({"return_to": RETURN, "state": ""}),
    ] {
        let problem = platform.begin_on_page(&person.username, bad).problem(400, "bad_request");
        assert_eq!(problem["field"], "page");
    }
    platform.begin_on_page(&person.username, json!({})).problem(400, "bad_request");
    platform.begin_on_page(&person.username, json!(null)).problem(400, "bad_request");
    // One that is taken away meanwhile is none.
    let page = platform.on_page(&person.username);
    let path = format!("/settings/applications/{}/change", platform.application);
    let moved = json!({"name": "Shop", "kind": "login", "return_uris": ["https://shop.example/elsewhere"]});
    anna.ask(&path, moved).is(200);
    page.view().problem(400, "client_refused");
    page.code(&person.phone.next_code()).problem(400, "client_refused");
}

#[test]
fn a07_the_page_is_no_further_chance_to_guess() {
    let (_, platform) = platform();
    let person = platform.person();
    let page = platform.on_page(&person.username);
    for turn in 0..5 {
        let wrong = person.phone.wrong_code();
        let answer = if turn % 2 == 0 { page.code(&wrong) } else { platform.code(&page.pending, &wrong) };
        answer.problem(401, "code_refused");
    }
    page.code(&person.phone.next_code()).problem(401, "sign_in_expired");
    let page = platform.on_page(&person.username);
    page.code(&person.phone.next_code()).problem(429, "throttled");
    let pending = platform.pending(&person.username, "code-needed");
    platform.code(&pending, &person.phone.next_code()).problem(429, "throttled");
    // A recovery key has a lane of its own, here as there.
    let done = page.key(&person.keys[0]).is(200);
    assert_eq!(done["recovery"]["number"], 1);
    let told = platform.redeem(&page.pending, &reference_in(&done)).is(200);
    assert_eq!((amr(&told), &told["recovery"]["left"]), (vec!["vouched", "recovery"], &json!(9)));
}

#[test]
fn somebody_new_enrols_on_our_page() {
    let (_, platform) = platform();
    let name = random::name("p");
    platform.make(&name).is(204);
    let page = platform.on_page(&name);
    assert_eq!(page.view().is(200)["next"], "enrol");
    page.code("000000").problem(409, "wrong_step");
    let (phone, done) = page.enrol();
    let told = platform.redeem(&page.pending, &reference_in(&done)).is(200);
    assert_eq!(amr(&told), ["vouched", "otp"]);
    let page = platform.on_page(&name);
    page.code(&phone.next_code()).is(200);
}

#[test]
fn f09_a_device_is_remembered_by_our_page_and_never_is_a_code() {
    let (_, platform) = platform();
    let person = platform.person();
    let first = platform.on_page(&person.username);
    let body = |code: &str| json!({"code": code, "remember_device": true});
    let done = first.post("/code", body(&person.phone.next_code())).is(200);
    assert!(done["device_remembered_until"].is_null() && first.browser.cookie(DEVICE).is_none(), "nobody allowed it");
    let (pending, shown) = where_devices_do(&platform, &first, &person.username);
    assert_eq!((&shown["next"], &shown["remembered_devices"]), (&json!("code"), &json!(true)));
    let done = first.post("/code", body(&person.phone.next_code())).is(200);
    assert!(done["device_remembered_until"].is_u64() && first.browser.cookie(DEVICE).is_some());
    assert_eq!(amr(&platform.redeem(&pending, &reference_in(&done)).is(200)), ["vouched", "otp"]);

    let (pending, done) = where_devices_do(&platform, &first, &person.username);
    assert_eq!(amr(&platform.redeem(&pending, &reference_in(&done)).is(200)), ["vouched", "device"]);
    // Whoever wants a code does not allow a device.
    let sent = platform.sends(&person.username, json!({"return_to": RETURN}));
    assert_eq!(first.open(&sent.way).is(200)["next"], "code");
    let stranger = platform.on_page(&person.username);
    assert_eq!(where_devices_do(&platform, &stranger, &person.username).1["next"], "code");
}

#[test]
fn another_password_is_chosen_at_the_platform() {
    let (_, platform) = platform();
    let (person, other) = (platform.person(), platform.person());
    let others = platform.on_page_disowned(&other);
    assert_eq!(others.code(&other.phone.next_code()).is(200)["next"], "new-password");
    let page = platform.on_page_disowned(&person);
    assert_eq!(page.code(&person.phone.next_code()).is(200)["next"], "new-password");
    let shown = page.view().is(200);
    let reference = errand_in(&shown);
    assert_eq!(
        shown["password_change"],
        format!("{RETURN}&error=password_change_owed&reference={reference}&state=s-1")
    );
    assert_eq!(errand_in(&page.view().is(200)), reference, "loaded again it is the same");
    let cookie = page.browser.cookie(PAGE).expect("a page");
    platform.password_changed(&cookie, &reference).problem(401, "sign_in_expired");
    // Whoever began it in another browser has no more than this: what was shown on the page is not his.
    platform.ask("/password-changed", json!({"pending": page.pending})).problem(401, "sign_in_expired");
    let of_other = errand_in(&others.view().is(200));
    for brought in [&of_other, &cookie, &page.pending, &"x".to_owned()] {
        platform.password_changed(&page.pending, brought).problem(401, "sign_in_expired");
    }
    platform.password_changed(&others.pending, &reference).problem(401, "sign_in_expired");
    // What the browser brings is no page, and fetches nothing.
    platform.redeem(&page.pending, &reference).problem(401, "sign_in_expired");
    let thief = platform.on_page(&other.username);
    thief.browser.with_jar(|jar| jar.put(PAGE, &reference));
    thief.view().problem(401, "sign_in_expired");
    let entered = platform.password_changed(&page.pending, &reference).is(200);
    assert_eq!(amr(&entered), ["vouched", "otp"]);
    platform.password_changed(&page.pending, &reference).problem(401, "sign_in_expired");
}

#[test]
fn a_code_given_to_the_platform_takes_nothing_from_the_page() {
    let (_, platform) = platform();
    let person = platform.person();
    let page = platform.on_page_disowned(&person);
    let owes = platform.code(&page.pending, &person.phone.next_code()).is(200);
    assert_eq!(owes["status"], "password-change-owed");
    let entered = platform.ask("/password-changed", json!({"pending": page.pending})).is(200);
    assert_eq!(amr(&entered), ["vouched", "otp"]);
}

#[test]
fn what_was_begun_or_shown_ends_with_a_reset_a_removal_and_the_switch() {
    let spoil: [fn(&mut Administrator, &str); 3] = [
        |anna, name| drop(anna.order(name, "reset-mfa", json!({})).is(204)),
        |anna, name| drop(anna.order(name, "remove", json!({})).is(204)),
        |anna, _| drop(anna.switch_off()),
    ];
    for spoil in spoil {
        let (mut anna, platform) = platform();
        let person = platform.person();
        let (page, other) = (platform.on_page(&person.username), platform.on_page(&person.username));
        let reference = reference_in(&page.code(&person.phone.next_code()).is(200));
        spoil(&mut anna, &person.username);
        platform.redeem(&page.pending, &reference).problem(401, "sign_in_expired");
        other.view().problem(401, "sign_in_expired");
        other.code(&person.phone.next_code()).problem(401, "sign_in_expired");
    }
}

#[test]
fn an_application_that_is_removed_has_no_page() {
    let (anna, platform) = platform();
    let person = platform.person();
    let page = platform.on_page(&person.username);
    let sent = platform.sends(&person.username, json!({"return_to": RETURN}));
    anna.ask(&format!("/settings/applications/{}/remove", platform.application), json!({})).is(204);
    page.view().problem(401, "sign_in_expired");
    page.code(&person.phone.next_code()).problem(401, "sign_in_expired");
    page.open(&sent.way).problem(401, "sign_in_expired");
}
