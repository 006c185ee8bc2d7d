//! Getting in and out.

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Answer, json};

use super::{World, enters_with, is_out};
use crate::attempt::Attempt;

pub fn password(world: &World<'_>) -> Attempt {
    let anna = Enrolled::join(&world.tenant);
    let body = json!({"username": anna.member.username, "password": anna.member.password});
    Attempt::post(&world.tenant.client(), &world.tenant, "/sign-in", body, 200).then(
        anna,
        |anna, client, answer| {
            assert_eq!(answer.json()["next"], "code", "never taken for somebody without an authenticator");
            anna.member.enter_key(client, &anna.keys[0]).is(200);
        },
        |anna, client| {
            is_out(&anna.member, client);
            enters_with(anna, 0);
        },
    )
}

pub fn code(world: &World<'_>) -> Attempt {
    let anna = Enrolled::join(&world.tenant);
    let (client, code) = (anna.pending(), anna.phone.next_code());
    let body = json!({"code": code, "remember_device": false});
    let attempt = Attempt::post(&client, &world.tenant, "/sign-in/code", body, 200);
    attempt.leaves("signed-in", &anna.member.username).after(1).then(
        (anna, code),
        |(anna, code), client, _| {
            anna.member.session(client).is(200);
            anna.member.account(client);
            anna.member.enter_code(&anna.pending(), code).problem(401, "code_refused");
        },
        |(anna, code), client| {
            is_out(&anna.member, client);
            // Spent or not, it is good once at the most.
            let answers = [(); 2].map(|()| anna.member.enter_code(&anna.pending(), code));
            is_good_once_at_most(&answers, "401 code_refused");
            enters_with(anna, 0);
        },
    )
}

pub fn recovery_key(world: &World<'_>) -> Attempt {
    let anna = Enrolled::join(&world.tenant);
    let body = json!({"recovery_key": anna.keys[0]});
    let attempt = Attempt::post(&anna.pending(), &world.tenant, "/sign-in/recovery-key", body, 200);
    attempt.leaves("recovery-key-used", &anna.member.username).then(
        anna,
        |anna, client, _| {
            assert_eq!(anna.member.account(client)["recovery_keys"]["left"], 9);
            anna.member.enter_key(&anna.pending(), &anna.keys[0]).problem(401, "recovery_key_refused");
            enters_with(anna, 1);
        },
        |anna, client| {
            is_out(&anna.member, client);
            let answers = [(); 2].map(|()| anna.member.enter_key(&anna.pending(), &anna.keys[0]));
            is_good_once_at_most(&answers, "401 recovery_key_refused");
            let client = enters_with(anna, 1);
            assert_eq!(anna.member.account(&client)["recovery_keys"]["left"], 8);
        },
    )
}

pub fn remembered_device(world: &World<'_>) -> Attempt {
    let anna = Enrolled::join(&world.tenant);
    let body = json!({"username": anna.member.username, "password": anna.member.password});
    let attempt = Attempt::post(&anna.remembered(), &world.tenant, "/sign-in", body, 200);
    attempt.leaves("signed-in", &anna.member.username).after(2).then(
        anna,
        |anna, client, answer| {
            assert_eq!(answer.json()["session"]["amr"], json!(["pwd", "device"]));
            anna.member.session(client).is(200);
            anna.member.enter_password(client, "done");
        },
        |anna, client| {
            // Her device is remembered, or the token that it never got counts as stolen; it is never worth more.
            let answer = anna.member.try_password(client).is(200);
            assert!(answer["next"] == "done" || answer["next"] == "code", "{answer}");
            enters_with(anna, 0);
        },
    )
}

pub fn remember_device(world: &World<'_>) -> Attempt {
    let anna = Enrolled::join(&world.tenant);
    let (client, code) = (anna.pending(), anna.phone.next_code());
    let body = json!({"code": code, "remember_device": true});
    let attempt = Attempt::post(&client, &world.tenant, "/sign-in/code", body, 200);
    attempt.leaves("device-remembered", &anna.member.username).then(
        (anna, code),
        |(anna, _), client, _| {
            anna.member.enter_password(client, "done");
        },
        |(anna, code), client| {
            anna.member.enter_password(client, "code");
            let answers = [(); 2].map(|()| anna.member.enter_code(&anna.pending(), code));
            is_good_once_at_most(&answers, "401 code_refused");
        },
    )
}

pub fn session_check(world: &World<'_>) -> Attempt {
    let anna = Enrolled::join(&world.tenant);
    Attempt::get(&anna.client.clone(), &world.tenant, "/session").then(
        anna,
        |anna, _, answer| assert_eq!(answer.json()["username"], anna.member.username.as_str()),
        |anna, client| {
            anna.member.session(client).is(200);
        },
    )
}

pub fn sign_out(world: &World<'_>) -> Attempt {
    let anna = Enrolled::join(&world.tenant);
    let before = anna.client.clone();
    let attempt = Attempt::post(&before, &world.tenant, "/sign-out", json!({}), 204);
    attempt.leaves("signed-out", &anna.member.username).then(
        anna,
        |anna, _, _| {
            is_out(&anna.member, &anna.client);
            let gone = || anna.member.session(&anna.client).status == 401;
            edge_mfa_tests::eventually("the session to end at the edge", gone);
        },
        |anna, client| {
            // She can try again, and is out then.
            client.post(&anna.member.tenant.at("/sign-out"), json!({})).is(204);
            is_out(&anna.member, &anna.client);
        },
    )
}

fn is_good_once_at_most(answers: &[Answer; 2], refused: &str) {
    assert!(answers[0].status == 200 || answers[0].short() == refused, "{}", answers[0]);
    assert_eq!(answers[1].short(), refused, "good twice: {}", answers[1]);
}
