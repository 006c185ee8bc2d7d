//! A cut in the middle of an administrator's act: afterwards it is done or it is not, and what is left to do goes on
//! by itself.

use std::time::Duration;

use edge_mfa_tests::member::{Enrolled, keys_of, proof_of};
use edge_mfa_tests::rounds::say;
use edge_mfa_tests::{Administrator, Client, Edge, Member, Tenant, Value, eventually, json, random, rounds};

/// Sends a request, and cuts the power a moment later. Whether it was answered well.
fn cut_off(edge: &mut Edge, client: &Client, path: &str, key: &str, body: &Value, within_ms: u64) -> bool {
    std::thread::scope(|scope| {
        let sent = scope.spawn(|| {
            // A copy sends it: the browser that asks again has not seen the answer.
            let answer = client.clone().ask("POST", path).key(key).json(body).try_send();
            answer.is_ok_and(|answer| answer.status < 300)
        });
        std::thread::sleep(Duration::from_micros(random::below(within_ms * 1_000)));
        edge.kill9();
        sent.join().expect("no panic")
    })
}

fn told(what: &str, round: usize, heard: bool) {
    say(&format!("{what}, cut {round}: {}", if heard { "answered before the cut" } else { "cut off" }));
}

#[test]
fn set_up_is_done_or_not_and_its_last_click_can_be_sent_again() {
    let mut edge = Edge::start();
    for round in 0..rounds("EDGE_MFA_ROUNDS_POWER_CUT", 4) {
        let anna = Administrator::of(&Tenant::password_only(&edge));
        let tenant = anna.tenant().clone();
        let bert = Member::join(&tenant);
        let set_up = anna.start_set_up();
        edge.restart();
        let confirmed = anna.confirm(&set_up, &set_up.phone.next_code()).is(200);
        let path = tenant.at("/settings/mfa/set-up/complete");
        let (key, body) = (random::idempotency_key(), set_up.with("proof", &proof_of(&confirmed)));
        let heard = cut_off(&mut edge, &anna.client, &path, &key, &body, 150);
        edge.restart();
        told("set-up", round, heard);
        // One of the two states, and everybody in it.
        let on = tenant.seen_by_operator()["mode"] == "mfa";
        assert!(on || !heard, "acknowledged and lost");
        bert.enter_password(&tenant.client(), if on { "enrol" } else { "done" });
        if on && round % 2 == 0 {
            // Even if the last click is never sent again: what it turned is hers.
            anna.member.enter_key(&anna.member.pending("code"), &keys_of(&confirmed)[1]).is(200);
        }
        let again = anna.client.ask("POST", &path).key(&key).json(&body).send();
        if on && round % 2 == 0 && again.status == 401 {
            // Cut off between the turn and its answer, she came in another way first: nothing is left to answer.
            again.problem(401, "unauthenticated");
        } else {
            assert_eq!(again.is(200)["next"], "done");
            anna.member.session(&anna.client).is(200);
            assert_eq!(anna.settings()["epoch"], set_up.epoch);
        }
        anna.member.enter_key(&anna.member.pending("code"), &keys_of(&confirmed)[0]).is(200);
        bert.enter_password(&tenant.client(), "enrol");
        let path = format!("/api/v1/operator/tenants/{}/audit?what=switched-on", tenant.id);
        let log = tenant.client().ask("GET", &path).operator().send().is(200);
        assert_eq!(log["entries"].as_array().map(Vec::len), Some(1));
        edge.mailbox().wait(&tenant.id, "anna", "switched-on");
    }
}

#[test]
fn switching_off_is_done_or_not_and_the_sweep_goes_on_by_itself() {
    let mut edge = Edge::start();
    let people = rounds("EDGE_MFA_MEMBERS_POWER_CUT", 24);
    for round in 0..rounds("EDGE_MFA_ROUNDS_POWER_CUT", 4).min(3) {
        let mut anna = Administrator::of(&Tenant::mfa(&edge));
        let tenant = anna.tenant().clone();
        let members: Vec<_> = (0..people).map(|_| Enrolled::join(&tenant)).collect();
        let path = tenant.at("/settings/mfa/switch-off");
        let body = json!({"confirmation": tenant.id});
        let heard = cut_off(&mut edge, &anna.client, &path, &random::idempotency_key(), &body, 60);
        edge.restart();
        told("switch-off", round, heard);
        let off = tenant.seen_by_operator()["mode"] == "password";
        assert!(off || !heard, "acknowledged and lost");
        if !off {
            // Nothing is half off.
            members[0].signed_in();
            anna.ask_to_switch_off().is(200);
        }
        // Once more, in the middle of the sweep.
        std::thread::sleep(Duration::from_millis(random::below(100)));
        edge.restart();
        anna.phone = None;
        anna.client = anna.signed_in();
        eventually("the sweep to finish by itself", || anna.settings()["sweep"]["finished_at"].is_u64());
        let receipt = anna.settings()["receipts"][0].clone();
        let counts = ["members", "authenticators", "recovery_keys"].map(|it| receipt[it].as_u64().expect("a number"));
        let all = people as u64 + 1;
        assert_eq!(counts, [all, all, 10 * all], "each counted once: {receipt}");
        assert_eq!(anna.log().iter().filter(|it| it.event() == "swept").count(), 1);
        for one in members.iter().step_by(7) {
            one.client.get(&tenant.at("/account")).problem(401, "unauthenticated");
            one.member.enter_password(&tenant.client(), "done");
        }
        edge.mailbox().wait(&tenant.id, "anna", "switched-off");
    }
}

#[test]
fn an_import_is_done_or_not_and_can_be_sent_again() {
    let mut edge = Edge::start();
    for round in 0..rounds("EDGE_MFA_ROUNDS_POWER_CUT", 4) {
        let anna = Administrator::of(&Tenant::password_only(&edge));
        let tenant = anna.tenant();
        let rows: Vec<_> = (0..50).map(|at| json!({"username": format!("p{at:02}"), "role": "member"})).collect();
        let (path, body) = (tenant.at("/members/invite-many"), json!({"rows": rows}));
        let key = random::idempotency_key();
        let heard = cut_off(&mut edge, &anna.client, &path, &key, &body, 160);
        edge.restart();
        told("import", round, heard);
        let invited = tenant.seen_by_operator()["members"]["invited"].as_u64().expect("a number");
        assert!(invited == 50 || (invited == 0 && !heard), "half an import: {invited}");
        let report = anna.client.ask("POST", &path).key(&key).json(&body).send().is(200);
        let lines = report["results"].as_array().expect("a list");
        assert!(lines.iter().all(|line| line["result"] == "invited"), "the same answer again: {report}");
        Member::accept(tenant, &edge_mfa_tests::tenant::token_of(&lines[49]));
        assert_eq!(anna.log().iter().filter(|it| it.event() == "member-invited").count(), 51);
        // Each invitation goes out, once as far as the invited can tell.
        for name in ["p00", "p31", "p49"] {
            let limit = Duration::from_secs(60);
            let notices = edge.mailbox().wait_within(limit, 1, &tenant.id, name, "invited");
            assert_eq!(notices.len(), 1, "{name}");
        }
    }
}

#[test]
fn resets_are_done_or_not_and_sessions_end_by_themselves() {
    let mut edge = Edge::start();
    for round in 0..rounds("EDGE_MFA_ROUNDS_POWER_CUT", 4) {
        let anna = Administrator::of(&Tenant::mfa(&edge));
        let tenant = anna.tenant();
        let (bert, carol) = (Enrolled::join(tenant), Enrolled::join(tenant));
        let orders = [
            (&anna.client, tenant.at(&format!("/members/{}/reset-mfa", anna.id_of(&bert.member.username)))),
            (&carol.client, tenant.at("/account/reset-mfa")),
        ];
        let (client, path) = &orders[round % 2];
        let target = if round % 2 == 0 { &bert } else { &carol };
        let heard = cut_off(&mut edge, client, path, &random::idempotency_key(), &json!({}), 80);
        edge.restart();
        told("reset", round, heard);
        let next = target.member.try_password(&tenant.client()).is(200)["next"].clone();
        assert!(next == "enrol" || (next == "code" && !heard), "acknowledged and lost: {next}");
        if next == "enrol" {
            target.client.get(&tenant.at("/account")).problem(401, "unauthenticated");
            eventually("the session to end at the edge", || target.member.session(&target.client).status == 401);
            edge.mailbox().wait_within(Duration::from_secs(60), 1, &tenant.id, &target.member.username, "reset");
        } else {
            // Nothing is half reset.
            target.member.session(&target.client).is(200);
            target.signed_in();
        }
    }
}

#[test]
fn a_rotation_can_be_cut_off_anywhere_and_is_run_again() {
    let mut edge = Edge::start();
    let people: Vec<_> = (0..6)
        .map(|_| {
            let tenant = Tenant::mfa(&edge);
            (Enrolled::join(&tenant), tenant)
        })
        .collect();
    for round in 0..rounds("EDGE_MFA_ROUNDS_POWER_CUT", 4).min(3) {
        let name = format!("key{round}");
        edge.add_key("KEY_ENCRYPTION_KEYS", &name);
        // As the operator's tool does: one tenant after the other, while members sign in, which re-seals as well.
        let answered = std::thread::scope(|scope| {
            let resealing = scope.spawn(|| people.iter().map_while(|(_, tenant)| reseal(tenant)).count());
            scope.spawn(|| people.iter().for_each(|(one, _)| sign_in(one)));
            std::thread::sleep(Duration::from_micros(random::below(250_000)));
            edge.kill9();
            resealing.join().expect("no panic")
        });
        edge.restart();
        say(&format!("rotation, cut {round}: {answered} of {} tenants answered before the cut", people.len()));
        for (at, (_, tenant)) in people.iter().enumerate() {
            let resealed = tenant.seen_by_operator()["key_ids"] == json!([name]);
            assert!(resealed || at >= answered, "acknowledged and lost");
            assert_eq!(reseal(tenant).as_deref(), Some(name.as_str()));
            assert_eq!(tenant.seen_by_operator()["key_ids"], json!([name]), "nothing is left under the old key");
        }
        edge.retire_old_keys();
        for (one, _) in &people {
            one.signed_in();
        }
    }
}

/// Answered well, or cut off.
fn sign_in(one: &Enrolled) {
    let (path, client) = (one.member.tenant.at("/sign-in"), one.member.tenant.client());
    let body = json!({"username": one.member.username, "password": one.member.password});
    if let Ok(answer) = client.ask("POST", &path).json(&body).try_send() {
        assert!(answer.status == 200 || answer.is_of_the_proxy(), "{answer}");
    }
}

/// The key that the tenant is under now, if the edge lived to say so.
fn reseal(tenant: &Tenant) -> Option<String> {
    let path = format!("/api/v1/operator/tenants/{}/reseal", tenant.id);
    let answer = tenant.client().ask("POST", &path).operator().json(&json!({})).try_send().ok()?;
    (answer.status == 200).then(|| answer.json()["key"].as_str().expect("a name").to_owned())
}
