//! What a member does about herself.

use edge_mfa_tests::client::DEVICE;
use edge_mfa_tests::member::{Enrolled, keys_of, proof_of};
use edge_mfa_tests::{Member, json, random};

use super::{World, enters_with, is_out};
use crate::attempt::Attempt;

pub fn account(world: &World<'_>) -> Attempt {
    let anna = Enrolled::join(&world.tenant);
    Attempt::get(&anna.client.clone(), &world.tenant, "/account").then(
        anna,
        |_, _, answer| assert_eq!(answer.json()["recovery_keys"]["left"], 10),
        |anna, client| drop(anna.member.account(client)),
    )
}

pub fn step_up(world: &World<'_>) -> Attempt {
    let anna = Enrolled::join(&world.tenant);
    let code = anna.phone.next_code();
    let attempt = Attempt::post(&anna.client.clone(), &world.tenant, "/step-up", json!({"code": code}), 200);
    attempt.leaves("stepped-up", &anna.member.username).then(
        (anna, code),
        |(anna, code), _, _| {
            anna.member.enter_code(&anna.pending(), code).problem(401, "code_refused");
        },
        |(anna, code), client| {
            let answer = anna.member.step_up(client, "code", code);
            assert!(matches!(answer.short().as_str(), "200" | "401 code_refused"), "{answer}");
            anna.member.enter_code(&anna.pending(), code).problem(401, "code_refused");
            anna.member.account(client);
        },
    )
}

pub fn reset(world: &World<'_>) -> Attempt {
    let anna = Enrolled::join(&world.tenant);
    let attempt = Attempt::post(&anna.client.clone(), &world.tenant, "/account/reset-mfa", json!({}), 204);
    attempt.leaves("reset", &anna.member.username).then(
        anna,
        |anna, _, _| {
            is_out(&anna.member, &anna.client);
            anna.member.pending("enrol");
        },
        |anna, _| is_reset_or_not(anna),
    )
}

pub fn start_keys(world: &World<'_>) -> Attempt {
    let anna = Enrolled::join(&world.tenant);
    let client = anna.client.clone();
    Attempt::post(&client, &world.tenant, "/account/recovery-keys/start", json!({}), 200).then(
        anna,
        |anna, client, answer| {
            let path = anna.member.tenant.at("/account/recovery-keys/complete");
            client.post(&path, json!({"proof": proof_of(&answer.json())})).is(200);
            anna.member.enter_key(&anna.pending(), &keys_of(&answer.json())[0]).is(200);
            anna.member.enter_key(&anna.pending(), &anna.keys[0]).problem(401, "recovery_key_older_set");
        },
        |anna, _| drop(enters_with(anna, 0)),
    )
}

pub fn complete_keys(world: &World<'_>) -> Attempt {
    let anna = Enrolled::join(&world.tenant);
    let client = anna.client.clone();
    let started = client.post(&world.tenant.at("/account/recovery-keys/start"), json!({})).is(200);
    let body = json!({"proof": proof_of(&started)});
    let attempt = Attempt::post(&client, &world.tenant, "/account/recovery-keys/complete", body, 200);
    attempt.leaves("recovery-keys-replaced", &anna.member.username).then(
        (anna, keys_of(&started)),
        |(anna, keys), _, _| {
            anna.member.enter_key(&anna.pending(), &keys[0]).is(200);
            anna.member.enter_key(&anna.pending(), &anna.keys[0]).problem(401, "recovery_key_older_set");
        },
        |(anna, keys), _| {
            let answers = [&anna.keys[0], &keys[0]].map(|key| anna.member.enter_key(&anna.pending(), key).short());
            let answers = answers.each_ref().map(String::as_str);
            let before = ["200", "401 recovery_key_refused"];
            assert!(answers == before || answers == ["401 recovery_key_older_set", "200"], "{answers:?}");
        },
    )
}

pub fn change_password(world: &World<'_>) -> Attempt {
    let anna = Enrolled::join(&world.tenant);
    let now = with_password(&anna.member, random::password());
    let body = json!({"current_password": anna.member.password, "new_password": now.password});
    let attempt = Attempt::post(&anna.client.clone(), &world.tenant, "/account/password", body, 204);
    attempt.leaves("password-replaced", &anna.member.username).then(
        (anna, now),
        |(anna, now), client, _| {
            anna.member.account(client);
            one_of_two_is_right(now, &anna.member);
        },
        |(anna, now), client| {
            anna.member.account(client);
            match anna.member.try_password(&now.tenant.client()).status {
                200 => one_of_two_is_right(&anna.member, now),
                _ => one_of_two_is_right(now, &anna.member),
            }
        },
    )
}

pub fn password_by_link(world: &World<'_>) -> Attempt {
    let anna = Enrolled::join(&world.tenant);
    let username = anna.member.username.clone();
    world.tenant.client().post(&world.tenant.at("/password/forgot"), json!({"username": username})).is(202);
    let link = world.edge.mailbox().wait(&world.tenant.id, &username, "password-link-issued");
    let now = with_password(&anna.member, random::password());
    let body = json!({"token": link.token(), "password": now.password});
    let attempt = Attempt::post(&world.tenant.client(), &world.tenant, "/password/reset", body, 200);
    attempt.leaves("password-replaced", &username).then(
        (anna, now),
        |(anna, now), _, _| one_of_two_is_right(now, &anna.member),
        |(anna, now), _| match anna.member.try_password(&now.tenant.client()).status {
            200 => one_of_two_is_right(&anna.member, now),
            _ => one_of_two_is_right(now, &anna.member),
        },
    )
}

pub fn forget_devices(world: &World<'_>) -> Attempt {
    let anna = Enrolled::join(&world.tenant);
    let device = anna.remembered();
    let attempt = Attempt::post(&device, &world.tenant, "/account/devices/forget-all", json!({}), 200);
    attempt.leaves("devices-forgotten", &anna.member.username).then(
        anna,
        |anna, client, _| {
            assert!(client.cookie(DEVICE).is_some());
            anna.member.enter_password(client, "code");
        },
        |anna, client| {
            client.post(&anna.member.tenant.at("/account/devices/forget-all"), json!({})).is(200);
            anna.member.enter_password(client, "code");
        },
    )
}

/// Her link to the app is gone with all that hung on it, or nothing has changed.
pub fn is_reset_or_not(anna: &Enrolled) {
    let client = anna.member.tenant.client();
    match anna.member.try_password(&client).is(200)["next"].as_str() {
        Some("enrol") => is_out(&anna.member, &anna.client),
        _ => {
            anna.member.enter_key(&client, &anna.keys[0]).is(200);
            anna.member.account(&anna.client);
        }
    }
}

fn with_password(one: &Member, password: String) -> Member {
    Member { tenant: one.tenant.clone(), username: one.username.clone(), password }
}

fn one_of_two_is_right(right: &Member, wrong: &Member) {
    right.pending("code");
    wrong.try_password(&wrong.tenant.client()).problem(401, "sign_in_refused");
}
