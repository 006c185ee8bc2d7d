//! What administrators have beside the members: how everybody signs in, switching MFA on and off, the audit log.

use edge_mfa_tests::{Administrator, Edge, Member, Tenant, Value, eventually, json};

use super::wall::Wall;
use crate::office::{dialog, person, pick, sign_in, sign_in_remembered, sign_in_with_code, visit};
use crate::steps::{error, keys_on, prove, stage};

#[test]
fn mfa_is_set_up_for_everybody() {
    let wall = Wall::open();
    let tenant = Tenant::password_only(Edge::shared());
    let anna = Administrator::of(&tenant);
    sign_in(&wall, &anna.member);
    visit(&wall, &tenant, "settings", "settings");
    wall.hang("settings-passwords");
    visit(&wall, &tenant, "set-up", "choose");
    wall.find("#for-all").click();
    wall.find("#choose-submit").click();
    stage(&wall, "set-up", "instructions");
    wall.hang("set-up-alone");
    let bert = Member::join_as(&tenant, "bert");
    bert.pending("done");
    Member::join_as(&tenant, "carla");
    tenant.invite("dirk");
    eventually("the impact to be known", || anna.settings()["members"]["signed_in"] == 2);
    let bea = anna.another();
    bea.start_set_up();
    let settings = anna.settings();
    let others = json!([{"by": "bea", "started_at": settings["set_ups"][0]["started_at"]}]);
    let known = |change: &dyn Fn(&mut Value)| {
        let mut settings = settings.clone();
        settings["set_ups"] = others.clone();
        change(&mut settings);
        json!([["/settings/authentication", 200, settings]])
    };
    wall.pretend(known(&|_| ()));
    visit(&wall, &tenant, "settings", "settings");
    wall.hang("settings-set-up-under-way");
    visit(&wall, &tenant, "set-up", "choose");
    wall.hang("set-up");
    wall.find("#choose-submit").click();
    error(&wall, "not_ticked");
    wall.hang("set-up-not-ticked");
    wall.find("#for-all").click();
    wall.find("#choose-submit").click();
    stage(&wall, "set-up", "instructions");
    wall.hang("set-up-impact");
    wall.be_honest();
    wall.find("#start-submit").click();
    stage(&wall, "set-up", "authenticator");
    let phone = person(&anna.member).scan(&wall);
    wall.hang("set-up-authenticator");
    wall.find("#code").type_in(&phone.next_code());
    stage(&wall, "set-up", "keys");
    let keys = keys_on(&wall);
    wall.find("#connected-code");
    wall.hang("set-up-keys");
    wall.find("#keys-saved").click();
    stage(&wall, "set-up", "proof");
    prove(&wall, &keys);
    stage(&wall, "set-up", "done");
    wall.hang("set-up-done");
    visit(&wall, &tenant, "set-up", "other-mode");
    wall.hang("set-up-on-already");
    for (code, at) in [("set_up_overtaken", "overtaken"), ("unauthenticated", "signed-out")] {
        wall.pretend(json!([["/settings/authentication", 200, settings], ["/set-up/start", 200, {"epoch": 2,
            "enrolment_id": "e", "key_uri": "otpauth://totp/Zeta:anna?secret=AAAA&issuer=Zeta", "secret": "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
            "tenant_name": "Zeta", "username": "anna", "expires_at": super::wall::soon()}], ["/set-up/confirm", 409, {"code": code}]]));
        visit(&wall, &tenant, "set-up", "choose");
        wall.find("#for-all").click();
        wall.find("#choose-submit").click();
        wall.find("#start-submit").click();
        stage(&wall, "set-up", "authenticator");
        wall.find("#code").type_in("123456");
        stage(&wall, "set-up", at);
        wall.hang(&format!("set-up-{at}"));
    }
    wall.close();
}

#[test]
fn a_colour_and_a_logo_are_chosen() {
    let wall = Wall::open();
    let tenant = Tenant::password_only(Edge::shared());
    let anna = Administrator::of(&tenant);
    sign_in(&wall, &anna.member);
    visit(&wall, &tenant, "settings", "settings");
    wall.find("#to-appearance").click();
    stage(&wall, "settings", "appearance");
    wall.find("#look-light-words:not(:empty)");
    wall.hang("appearance");
    wall.find("#accent").fill("yellow");
    wall.find("#accent-submit").click();
    error(&wall, "bad_request");
    wall.hang("appearance-refused");
    wall.find("#accent").fill("#ffff00");
    wall.find("#accent-submit").click();
    wall.find("#appearance-done");
    wall.hang("appearance-chosen");
    wall.close();
}

#[test]
fn mfa_is_switched_off() {
    let wall = Wall::open();
    let tenant = Tenant::mfa(Edge::shared());
    let anna = Administrator::of(&tenant);
    Member::join_as(&tenant, "bert").enrol();
    sign_in_remembered(&wall, &anna.member, anna.phone());
    visit(&wall, &tenant, "settings", "settings");
    wall.hang("settings-mfa");
    wall.find("#switch-off").click();
    stage(&wall, "settings", "switch-off");
    wall.hang("switch-off");
    wall.find("#confirmation").type_in("yes");
    wall.find("#switch-off-submit").click();
    error(&wall, "confirmation_wrong");
    wall.hang("switch-off-wrong");
    wall.find("#confirmation").fill(&tenant.id);
    wall.find("#switch-off-submit").click();
    dialog(&wall, "step-up");
    wall.find("#step-up-code").type_in(&anna.phone().next_code());
    stage(&wall, "settings", "switched-off");
    wall.hang("switched-off");
    let client = tenant.client();
    anna.member.enter_password(&client, "done");
    eventually("the sweep to end", || {
        client.get(&tenant.at("/settings/authentication")).is(200)["sweep"]["finished_at"].is_u64()
    });
    sign_in(&wall, &anna.member);
    visit(&wall, &tenant, "settings", "settings");
    wall.find("#receipts > article");
    wall.hang("settings-receipt");
    let mut settings = client.get(&tenant.at("/settings/authentication")).is(200);
    settings["sweep"] = json!({"epoch": 2, "members_total": 84_312, "members_done": 31_000, "finished_at": null});
    settings["receipts"][0]["finished_at"] = json!(null);
    settings["receipts"][0]["unreached"] = json!(2);
    wall.pretend(json!([["/settings/authentication", 200, settings]]));
    visit(&wall, &tenant, "settings", "settings");
    wall.hang("settings-sweep");
    wall.pretend(json!([["/settings/authentication", 503, {"code": "unavailable"}]]));
    visit(&wall, &tenant, "settings", "failed");
    wall.hang("settings-failed");
    wall.close();
}

#[test]
fn the_audit_log() {
    let wall = Wall::open();
    let tenant = Tenant::mfa(Edge::shared());
    let anna = Administrator::of(&tenant);
    let bert = Member::join_as(&tenant, "bert").enrol();
    bert.member.enter_code(&bert.pending(), &bert.phone.wrong_code()).problem(401, "code_refused");
    anna.order("bert", "reset-mfa", json!({})).is(204);
    sign_in_with_code(&wall, &anna.member, anna.phone());
    let mut log = anna.see("/audit?newest=1&limit=50");
    // Members tell the tenant in their own time: the order is another from run to run.
    let entries = log["entries"].as_array_mut().expect("entries");
    entries.sort_by_key(|entry| entry["what"].to_string());
    wall.pretend(json!([["/audit", 200, log]]));
    visit(&wall, &tenant, "audit", "audit");
    wall.hang("audit");
    wall.pretend(json!([["/audit", 200, {"entries": [], "next": null, "last": null}]]));
    pick(&wall, "#what", "switched-off");
    wall.find("#filter-submit").click();
    wall.find("#no-entries");
    wall.hang("audit-nothing");
    wall.be_honest();
    wall.run(
        "document.querySelector('#from').value = '2026-09-22'; document.querySelector('#to').value = '2026-09-21'",
        json!([]),
    );
    wall.find("#filter-submit").click();
    error(&wall, "dates_reversed");
    wall.hang("audit-dates-reversed");
    visit(&wall, &tenant, "audit", "audit");
    wall.pretend(json!([["/audit", "never"]]));
    wall.find("#verify").click();
    wall.find("#verify-progress:not([hidden])");
    wall.hang("audit-verifying");
    let mut settled = anna.see("/audit?limit=5");
    settled["next"] = json!(null);
    settled["last"] = json!(null);
    wall.pretend(json!([["/audit", 200, settled]]));
    visit(&wall, &tenant, "audit", "audit");
    wall.find("#verify").click();
    wall.find("#verify-result[data-notice=\"unbroken\"]");
    wall.hang("audit-unbroken");
    let forged = settled["entries"][1]["text"].as_str().expect("text").replace("anna", "anne").replace("bert", "bart");
    settled["entries"][1]["text"] = json!(format!("{forged} "));
    wall.pretend(json!([["/audit", 200, settled]]));
    wall.find("#verify").click();
    wall.find("#verify-result[data-notice=\"broken\"]");
    wall.hang("audit-broken");
    wall.close();
}
