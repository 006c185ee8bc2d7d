//! Step-up: what must not be done with a session alone, and what proves enough.

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::phone::now;
use edge_mfa_tests::{Administrator, Answer, Client, Edge, Member, Tenant, Value, eventually, json};

/// A member's own acts that need a fresh proof.
fn own_acts(tenant: &Tenant) -> Vec<(String, Value)> {
    let change = json!({"current_password": "wrong", "new_password": "another long password"});
    vec![
        (tenant.at("/account/reset-mfa"), json!({})),
        (tenant.at("/account/recovery-keys/start"), json!({})),
        (tenant.at("/account/password"), change),
    ]
}

/// An administrator's acts that need a fresh code.
fn administrators_acts(anna: &Administrator, other: &str) -> Vec<(String, Value)> {
    let tenant = anna.tenant();
    let of = |act: &str| tenant.at(&format!("/members/{}/{act}", anna.id_of(other)));
    vec![
        (tenant.at("/settings/mfa/switch-off"), json!({"confirmation": tenant.id})),
        (tenant.at("/settings/appearance/accent"), json!({"accent": "#ffff00"})),
        (tenant.at("/settings/appearance/logo"), json!({"logo": ""})),
        (tenant.at("/settings/appearance/remove"), json!({"part": "logo"})),
        (tenant.at("/members/invite"), json!({"username": "x", "role": "member"})),
        (tenant.at("/members/invite-many"), json!({"rows": [{"username": "x", "role": "member"}]})),
        (of("invite-again"), json!({})),
        (of("remove"), json!({})),
        (of("role"), json!({"role": "administrator"})),
        (of("reset-mfa"), json!({})),
    ]
}

fn owed(client: &Client, acts: &[(String, Value)], by: &Value) {
    for (path, body) in acts {
        let answer = client.post(path, body.clone());
        assert_eq!(answer.problem(403, "step_up_required")["by"], *by, "{answer}");
    }
}

/// A browser that is signed in by its remembered device.
fn by_device(anna: &Enrolled) -> Client {
    let client = anna.remembered();
    anna.member.enter_password(&client, "done");
    client
}

#[test]
fn f09_a_remembered_device_is_no_proof() {
    let bert = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = by_device(&bert);
    owed(&client, &own_acts(&bert.member.tenant), &json!(["code", "recovery-key"]));
    let account = bert.member.account(&client);
    assert_eq!(account["step_up_until"], 0);
    assert_eq!(account["step_up_by"], json!(["code", "recovery-key"]));
    let until = bert.member.step_up(&client, "code", &bert.phone.next_code()).is(200)["step_up_until"].as_u64();
    assert!(until.is_some_and(|it| (now() + 290..=now() + 301).contains(&it)), "5 minutes");
    assert_eq!(bert.member.account(&client)["step_up_until"].as_u64(), until);
    client.post(&bert.member.tenant.at("/account/reset-mfa"), json!({})).is(204);
}

#[test]
fn a_fresh_sign_in_with_a_code_is_a_proof() {
    let bert = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = bert.signed_in();
    assert!(bert.member.account(&client)["step_up_until"].as_u64() > Some(now()));
    client.post(&bert.member.tenant.at("/account/recovery-keys/start"), json!({})).is(200);
}

#[test]
fn g03_a_recovery_session_does_ones_own_acts_and_no_administrators() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let bert = Member::join(anna.tenant());
    let client = anna.member.pending("code");
    anna.member.enter_key(&client, &anna.keys[0]).is(200);
    owed(&client, &administrators_acts(&anna, &bert.username), &json!(["code"]));
    client.post(&anna.tenant().at("/account/recovery-keys/start"), json!({})).is(200);
    client.post(&anna.tenant().at("/account/reset-mfa"), json!({})).is(204);
}

#[test]
fn g03_a_device_session_does_no_administrators_act_until_a_code_is_given() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let bert = Member::join(anna.tenant());
    let client = anna.member.pending("code");
    anna.member.enter_code_and_remember(&client, &anna.phone().next_code()).is(200);
    anna.member.enter_password(&client, "done");
    owed(&client, &administrators_acts(&anna, &bert.username), &json!(["code"]));
    anna.member.step_up(&client, "recovery_key", &anna.keys[0]).is(200);
    owed(&client, &administrators_acts(&anna, &bert.username), &json!(["code"]));
    anna.member.step_up(&client, "code", &anna.phone().next_code()).is(200);
    let path = anna.tenant().at(&format!("/members/{}/remove", anna.id_of(&bert.username)));
    client.post(&path, json!({})).is(204);
    // To look around needs no proof.
    client.get(&anna.tenant().at("/members")).is(200);
}

#[test]
fn in_password_mode_the_password_proves_and_nothing_else_does() {
    let bert = Member::join(&Tenant::password_only(Edge::shared()));
    let client = bert.tenant.client();
    bert.enter_password(&client, "done");
    assert_eq!(bert.account(&client)["step_up_by"], json!(["password"]));
    let key = "00000-00000-00000-00000-00000";
    for (kind, proof) in [("code", "123456"), ("recovery_key", key)] {
        let answer = bert.step_up(&client, kind, proof);
        assert_eq!(answer.problem(403, "step_up_required")["by"], json!(["password"]), "{answer}");
    }
    bert.step_up(&client, "password", "not the password at all").problem(401, "password_refused");
    bert.step_up(&client, "password", &bert.password).is(200);
    client.post(&bert.tenant.at("/account/reset-mfa"), json!({})).problem(409, "wrong_mode");
}

#[test]
fn with_mfa_a_password_is_no_proof() {
    let bert = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = by_device(&bert);
    let answer = bert.member.step_up(&client, "password", &bert.member.password);
    assert_eq!(answer.problem(403, "step_up_required")["by"], json!(["code", "recovery-key"]));
    assert_eq!(bert.member.account(&client)["step_up_until"], 0);
}

#[test]
fn exactly_one_proof_is_taken() {
    let bert = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let path = bert.member.tenant.at("/step-up");
    let code = bert.phone.next_code();
    for body in [
        json!({}),
        json!({"code": null}),
        json!({"code": code, "password": bert.member.password}),
        json!({"code": code, "recovery_key": bert.keys[0]}),
        json!({"code": [code]}),
        json!({"code": 123_456}),
        json!({"proof": code}),
    ] {
        bert.client.post(&path, body).problem(400, "bad_request");
    }
    bert.member.step_up(&bert.client, "code", "12345").problem(400, "passcode_malformed");
    let broken = bert.keys[0].replace(|symbol: char| symbol.is_ascii_digit(), "Z");
    let answer = bert.member.step_up(&bert.client, "recovery_key", &broken[..28]);
    answer.problem(400, "recovery_key_malformed");
    // Nothing of that was spent or charged.
    bert.member.step_up(&bert.client, "code", &code).is(200);
}

#[test]
fn b06_a_code_of_the_sign_in_is_no_proof_and_a_proof_signs_nobody_in() {
    let bert = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = bert.pending();
    let code = bert.phone.next_code();
    bert.member.enter_code(&client, &code).is(200);
    bert.member.step_up(&client, "code", &code).problem(401, "code_refused");
    let code = bert.phone.next_code();
    bert.member.step_up(&client, "code", &code).is(200);
    bert.member.step_up(&client, "code", &code).problem(401, "code_refused");
    bert.member.enter_code(&bert.pending(), &code).problem(401, "code_refused");
    let key = &bert.keys[0];
    bert.member.step_up(&client, "recovery_key", key).is(200);
    bert.member.enter_key(&bert.pending(), key).problem(401, "recovery_key_refused");
    assert_eq!(bert.member.account(&client)["recovery_keys"]["left"], 9);
}

#[test]
fn a09_five_wrong_proofs_of_any_kind_end_the_session() {
    let bert = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let (client, other) = (bert.signed_in(), Enrolled::join(&bert.member.tenant));
    let wrong_key = &other.keys[0];
    for round in 0..5 {
        let answer = if round % 2 == 0 {
            bert.member.step_up(&client, "code", &bert.phone.wrong_code())
        } else {
            bert.member.step_up(&client, "recovery_key", wrong_key)
        };
        answer.refuses();
    }
    let answer = bert.member.step_up(&client, "code", &bert.phone.next_code());
    answer.problem(401, "unauthenticated");
    client.get(&bert.member.tenant.at("/account")).problem(401, "unauthenticated");
    eventually("the session to end at the edge", || bert.member.session(&client).status == 401);
    bert.member.session(&bert.client).is(200);
}

#[test]
fn a09_five_wrong_passwords_end_a_session_in_password_mode() {
    let bert = Member::join(&Tenant::password_only(Edge::shared()));
    let client = bert.tenant.client();
    bert.enter_password(&client, "done");
    let change = json!({"current_password": "not the password at all", "new_password": "another long password"});
    for round in 0..5 {
        let answer = if round < 3 {
            bert.step_up(&client, "password", "not the password at all")
        } else {
            client.post(&bert.tenant.at("/account/password"), change.clone())
        };
        answer.refuses();
    }
    client.get(&bert.tenant.at("/account")).problem(401, "unauthenticated");
    bert.enter_password(&bert.tenant.client(), "done");
}

/// Each of these was compared with the right one.
fn compared(answers: &[Answer]) -> usize {
    answers.iter().filter(|it| it.short() == "401 code_refused").count()
}

#[test]
fn a06_a07_step_up_and_sign_in_share_one_budget() {
    let bert = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let (first, second) = (bert.signed_in(), bert.pending());
    let mut answers = Vec::new();
    for round in 0..6 {
        let wrong = bert.phone.wrong_code();
        answers.push(match round % 2 {
            0 => bert.member.step_up(&first, "code", &wrong),
            _ => bert.member.enter_code(&second, &wrong),
        });
    }
    assert_eq!(compared(&answers), 5, "the fifth failure closes both doors");
    // One code for both: to wait for another would be to wait the throttle out.
    let (waiting, code) = (bert.pending(), bert.phone.code());
    bert.member.enter_code(&waiting, &code).problem(429, "throttled");
    bert.member.step_up(&first, "code", &code).problem(429, "throttled");
    // Recovery keys have a lane of their own.
    bert.member.step_up(&first, "recovery_key", &bert.keys[0]).is(200);
}

#[test]
fn a06_many_sessions_do_not_get_more_guesses() {
    let bert = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let sessions: Vec<_> = (0..2).map(|_| bert.signed_in()).collect();
    let wrong = || bert.phone.wrong_code();
    let answers: Vec<_> = (0..8).map(|it| bert.member.step_up(&sessions[it % 2], "code", &wrong())).collect();
    assert_eq!(compared(&answers), 5);
}

#[test]
fn e15_wrong_keys_at_both_doors_share_one_lane() {
    let tenant = Tenant::mfa(Edge::shared());
    let (bert, other) = (Enrolled::join(&tenant), Enrolled::join(&tenant));
    let (client, waiting) = (bert.signed_in(), bert.pending());
    for key in &other.keys[..3] {
        bert.member.step_up(&client, "recovery_key", key).problem(401, "recovery_key_refused");
    }
    for key in &other.keys[3..5] {
        bert.member.enter_key(&waiting, key).problem(401, "recovery_key_refused");
    }
    bert.member.step_up(&client, "recovery_key", &bert.keys[0]).problem(429, "throttled");
    bert.member.enter_key(&bert.pending(), &bert.keys[0]).problem(429, "throttled");
    // Codes have a lane of their own.
    bert.member.step_up(&client, "code", &bert.phone.next_code()).is(200);
}
