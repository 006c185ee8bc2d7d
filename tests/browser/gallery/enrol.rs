//! An authenticator app is set up: the three steps, the sheet, the proof, and how it can end otherwise.

use edge_mfa_tests::phone::step_now;
use edge_mfa_tests::{Edge, Member, Tenant, json};

use super::wall::{Wall, throttled};
use crate::office::{give_password, visit};
use crate::steps::{Person, error, keys_on, proof_number, stage};

#[test]
fn an_app_is_set_up() {
    let wall = Wall::open();
    let tenant = Tenant::mfa(Edge::shared());
    let bert = Member::join_as(&tenant, "bert");
    let person = Person {
        tenant: tenant.clone(),
        username: bert.username.clone(),
        password: bert.password.clone(),
        invitation: String::new(),
    };
    let enrol = || {
        visit(&wall, &tenant, "sign-in", "password");
        give_password(&wall, "bert", &bert.password);
        stage(&wall, "enrol", "authenticator");
    };
    enrol();
    let phone = person.scan(&wall);
    wall.hang("enrol");
    wall.like_a_phone(|| wall.hang("enrol-on-the-phone-itself"));
    wall.find("details.help summary").click();
    wall.find("#code").type_in(&phone.wrong_code());
    error(&wall, "code_refused");
    wall.hang("enrol-refused");
    wall.find("#code").fill(&phone.code_at(step_now() - 8));
    error(&wall, "clock_off");
    wall.hang("enrol-clock-behind");
    wall.pretend(json!([["/enrolment/confirm", 429, throttled()]]));
    wall.find("#code").fill(&phone.wrong_code());
    wall.find("#code-submit").click();
    error(&wall, "throttled");
    wall.hang("enrol-throttled");
    wall.be_honest();
    wall.reload();
    stage(&wall, "enrol", "authenticator");
    wall.hang("enrol-reloaded");
    wall.pretend(json!([["/pkg/mfa_web_bg.wasm", "offline"]]));
    enrol();
    wall.find("#qr-missing");
    wall.hang("enrol-without-webassembly");
    wall.be_honest();

    enrol();
    let phone = person.scan(&wall);
    wall.find("#code").type_in(&phone.next_code());
    stage(&wall, "enrol", "keys");
    let keys = keys_on(&wall);
    wall.find("#connected-code");
    wall.hang("keys");
    wall.printed(|| wall.look_at("keys-printed"));
    wall.find("#keys-saved").click();
    stage(&wall, "enrol", "proof");
    wall.hang("proof");
    let number = proof_number(&wall);
    let other = keys[number % 10].rsplit('-').next().expect("five groups");
    wall.find("#proof").fill(other);
    wall.find("#proof-submit").click();
    error(&wall, "proof_refused");
    wall.hang("proof-refused");
    let choose = |text: &str| {
        let script = "const chosen = new DataTransfer(); chosen.items.add(new File([arguments[0]], 'keys.txt'));
            const field = document.querySelector('#proof-file'); field.files = chosen.files;
            field.dispatchEvent(new Event('change'))";
        wall.run(script, json!([text]));
    };
    choose("a letter to my aunt");
    error(&wall, "file_unreadable");
    wall.hang("proof-no-such-file");
    wall.reload();
    stage(&wall, "enrol", "keys-reload");
    wall.hang("keys-reload");
    wall.close();
}

#[test]
fn setting_up_ends_otherwise() {
    let wall = Wall::open();
    let tenant = Tenant::mfa(Edge::shared());
    wall.pretend(json!([["/enrolment/start", "never"]]));
    visit(&wall, &tenant, "enrol", "loading");
    wall.hang("enrol-loading");
    for (code, at) in [
        ("enrolment_expired", "expired"),
        ("enrolment_superseded", "superseded"),
        ("unauthenticated", "signed-out"),
        ("unavailable", "failed"),
    ] {
        wall.pretend(json!([["/enrolment/start", if code == "unavailable" { 503 } else { 409 }, {"code": code}]]));
        visit(&wall, &tenant, "enrol", at);
        wall.hang(&format!("enrol-{at}"));
    }
    wall.pretend(json!([["/second-factor/page", 401, {"code": "sign_in_expired"}]]));
    visit(&wall, &tenant, "enrol?second-factor", "ended");
    wall.hang("enrol-ended-elsewhere");
    wall.close();
}
