//! KV says what was a minute ago, or nothing: every decision is the one that is taken when it says what is.
//!
//! The session check is no decision: an edge makes it by itself, and there an ended session may pass for as long as KV
//! lags. Whatever matters asks the objects.

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Administrator, Edge, Member, Tenant, eventually, json};

use crate::switch::{ENTRY, Switch};

#[test]
fn what_kv_says_late_or_not_at_all_changes_no_decision() {
    let edge = Edge::start_as(ENTRY);
    let switch = Switch::of(&edge);
    let [fresh, frozen, absent] = ["fresh", "frozen", "absent"].map(|kv| decisions(&edge, &switch, kv));
    assert_eq!(frozen, fresh, "KV as it was before");
    assert_eq!(absent, fresh, "an empty KV");
}

/// Lives through everything that KV is told of, while it says `kv`; gives what was decided.
fn decisions(edge: &Edge, switch: &Switch, kv: &str) -> Vec<String> {
    let (mut taken, mut note) = (Vec::new(), Vec::new());
    let anna = Administrator::of(&Tenant::mfa(edge));
    let [bert, carla, dora] = [(); 3].map(|()| Enrolled::join(anna.tenant()));
    let emil = Administrator::of(&Tenant::password_only(edge));
    let frank = Member::join(emil.tenant());
    for tenant in [anna.tenant(), emil.tenant()] {
        // KV has been told of both.
        let listed = || tenant.client().get(&tenant.at("")).status == 200;
        eventually("the tenants to be known", listed);
    }
    eventually("the alarms to rest", || {
        switch.hold(None);
        switch.release();
        true
    });
    switch.kv(kv);

    // A sign-in by each way.
    let client = bert.pending();
    note.push(bert.member.enter_code(&client, &bert.phone.next_code()).short());
    let device = bert.remembered();
    note.push(bert.member.try_password(&device).is(200)["next"].to_string());
    note.push(bert.member.enter_key(&bert.pending(), &bert.keys[0]).short());
    note.push(bert.member.enter_key(&bert.pending(), &bert.keys[0]).short());
    note.push(bert.member.session(&client).short());
    taken.append(&mut note);

    // Removed: out by every door, with whatever was in hand.
    let waiting = carla.pending();
    note.push(anna.order(&carla.member.username, "remove", json!({})).short());
    note.push(carla.member.enter_code(&waiting, &carla.phone.next_code()).short());
    note.push(carla.member.try_password(&anna.tenant().client()).short());
    note.push(carla.client.get(&anna.tenant().at("/account")).short());
    taken.append(&mut note);

    // Reset: enrols anew.
    let waiting = dora.pending();
    note.push(anna.order(&dora.member.username, "reset-mfa", json!({})).short());
    note.push(dora.member.enter_code(&waiting, &dora.phone.next_code()).short());
    note.push(dora.client.get(&anna.tenant().at("/account")).short());
    note.push(dora.member.try_password(&anna.tenant().client()).is(200)["next"].to_string());
    taken.append(&mut note);

    // Switched on: whoever comes next must enrol.
    let old = frank.pending("done");
    let mut emil = emil;
    emil.switch_on();
    note.push(frank.try_password(&emil.tenant().client()).is(200)["next"].to_string());
    note.push(old.get(&emil.tenant().at("/account")).short());
    taken.append(&mut note);

    // Switched off: the password is enough, and nothing of before is worth anything.
    let waiting = bert.pending();
    note.push(anna.ask_to_switch_off().short());
    note.push(bert.member.enter_key(&waiting, &bert.keys[1]).short());
    note.push(device.get(&anna.tenant().at("/account")).short());
    note.push(bert.member.try_password(&device).is(200)["next"].to_string());
    taken.append(&mut note);

    // Closed by the operator.
    let path = format!("/api/v1/operator/tenants/{}/suspend", anna.tenant().id);
    let reason = json!({"reason": "for as long as this test lasts"});
    note.push(anna.tenant().client().ask("POST", &path).operator().json(&reason).send().status.to_string());
    note.push(bert.member.try_password(&anna.tenant().client()).short());
    taken.append(&mut note);
    switch.release();

    // At last KV says how it is, and the edges take away what has ended.
    eventually("the edges to follow", || carla.member.session(&carla.client).status == 401);
    taken
}
