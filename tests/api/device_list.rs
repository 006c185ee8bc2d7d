//! Remembered devices in the profile: what is remembered, and forgetting it.

use edge_mfa_tests::client::DEVICE;
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::phone::now;
use edge_mfa_tests::{Client, Edge, Tenant, Value, json};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                      Version/18.0 Mobile/15E148 Safari/604.1";

/// A browser of this make, remembered.
fn remembered(bert: &Enrolled, agent: &str) -> Client {
    let client = bert.pending();
    let body = json!({"code": bert.phone.next_code(), "remember_device": true});
    let ask = client.ask("POST", &bert.member.tenant.at("/sign-in/code")).header("user-agent", agent);
    ask.json(&body).send().is(200);
    client
}

fn devices(bert: &Enrolled, client: &Client) -> Vec<Value> {
    bert.member.account(client)["devices"].as_array().expect("a list").clone()
}

#[test]
fn devices_are_listed_with_a_label_that_their_owner_knows_them_by() {
    let bert = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let (linux, phone) = (remembered(&bert, FIREFOX), remembered(&bert, IPHONE));
    remembered(&bert, "<b>curl</b>/8");
    let list = devices(&bert, &linux);
    let labels: Vec<_> = list.iter().map(|it| it["label"].as_str().expect("a label")).collect();
    assert!(labels.iter().any(|it| it.starts_with("Firefox, Linux")), "{labels:?}");
    assert!(labels.iter().any(|it| it.starts_with("Safari, iPhone")), "{labels:?}");
    assert!(labels.iter().all(|it| it.len() <= 400 && !it.chars().any(char::is_control)), "{labels:?}");
    for device in &list {
        let at = |field: &str| device[field].as_u64().expect("a time");
        assert!(at("remembered_at") <= now() && at("last_used_at") >= at("remembered_at"));
        assert_eq!(at("remembered_until"), at("remembered_at") + 30 * 86_400);
        assert_eq!(device["this"], device["label"].as_str().is_some_and(|it| it.starts_with("Firefox")));
    }
    assert_eq!(devices(&bert, &phone).iter().filter(|it| it["this"] == true).count(), 1);
}

#[test]
fn one_device_is_forgotten_and_the_others_stay() {
    let bert = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let (kept, lost) = (remembered(&bert, FIREFOX), remembered(&bert, IPHONE));
    let path = bert.member.tenant.at("/account/devices/forget");
    let list = devices(&bert, &lost);
    let id = &list.iter().find(|it| it["this"] == true).expect("this one")["id"];
    assert_eq!(kept.post(&path, json!({"device_id": id})).is(200)["forgotten"], 1);
    assert_eq!(kept.post(&path, json!({"device_id": id})).is(200)["forgotten"], 0);
    assert!(lost.cookie(DEVICE).is_some());
    bert.member.enter_password(&lost, "code");
    bert.member.enter_password(&kept, "done");
    for odd in [json!(""), json!("0"), json!(0), json!("g".repeat(16))] {
        kept.post(&path, json!({"device_id": odd})).problem(400, "bad_request");
    }
}

#[test]
fn all_devices_are_forgotten_by_their_owner_and_by_nobody_else() {
    let tenant = Tenant::mfa(Edge::shared());
    let (bert, carol) = (Enrolled::join(&tenant), Enrolled::join(&tenant));
    let (of_bert, more, of_carol) = (bert.remembered(), bert.remembered(), carol.remembered());
    let id = devices(&carol, &of_carol)[0]["id"].clone();
    let forget = tenant.at("/account/devices/forget");
    assert_eq!(of_bert.post(&forget, json!({"device_id": id})).is(200)["forgotten"], 0);
    assert_eq!(of_bert.post(&tenant.at("/account/devices/forget-all"), json!({})).is(200)["forgotten"], 2);
    for client in [&of_bert, &more] {
        bert.member.enter_password(client, "code");
    }
    carol.member.enter_password(&of_carol, "done");
}

#[test]
fn other_sessions_are_ended_and_this_one_stays() {
    let bert = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let (here, there) = (bert.signed_in(), bert.signed_in());
    assert_eq!(bert.member.account(&here)["sessions"], 3);
    here.post(&bert.member.tenant.at("/account/sessions/end-others"), json!({})).is(204);
    for client in [&there, &bert.client] {
        client.get(&bert.member.tenant.at("/account")).problem(401, "unauthenticated");
    }
    assert_eq!(bert.member.account(&here)["sessions"], 1);
    bert.member.session(&here).is(200);
}
