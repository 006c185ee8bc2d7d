//! From an invitation to an authenticator.

use edge_mfa_tests::member::{Enrolled, keys_of, proof_of};
use edge_mfa_tests::{Member, Phone, json, random};

use super::World;
use crate::attempt::Attempt;

pub fn accept(world: &World<'_>) -> Attempt {
    let (username, password) = (random::name("m"), random::password());
    let token = world.tenant.invite(&username);
    let body = json!({"token": token, "password": password});
    let attempt = Attempt::post(&world.tenant.client(), &world.tenant, "/invitation/accept", body.clone(), 201);
    let bert = Member { tenant: world.tenant.clone(), username, password };
    attempt.leaves("joined", &bert.username.clone()).then(
        (bert, body),
        |(bert, body), _, _| {
            let again = bert.tenant.client().post(&bert.tenant.at("/invitation/accept"), body.clone());
            again.problem(404, "invitation_refused");
            bert.pending("enrol");
        },
        |(bert, body), client| {
            let answer = client.post(&bert.tenant.at("/invitation/accept"), body.clone());
            assert!(matches!(answer.short().as_str(), "201" | "404 invitation_refused"), "{answer}");
            bert.pending("enrol");
        },
    )
}

pub fn start(world: &World<'_>) -> Attempt {
    let bert = Member::join(&world.tenant);
    let client = bert.pending("enrol");
    Attempt::post(&client, &world.tenant, "/enrolment/start", json!({}), 200).then(
        bert,
        |bert, client, answer| {
            let started = answer.json();
            let phone = Phone::scan(started["key_uri"].as_str().expect("a key URI"));
            let id = started["enrolment_id"].as_str().expect("an id");
            let confirmed = bert.confirm(client, id, &phone.next_code()).is(200);
            bert.complete(client, id, &proof_of(&confirmed)).is(200);
            bert.session(client).is(200);
        },
        whole_enrolment,
    )
}

pub fn confirm(world: &World<'_>) -> Attempt {
    let bert = Member::join(&world.tenant);
    let client = bert.pending("enrol");
    let begun = bert.start_enrolment(&client);
    let body = json!({"enrolment_id": begun.id, "code": begun.phone.next_code()});
    Attempt::post(&client, &world.tenant, "/enrolment/confirm", body, 200).then(
        (bert, begun),
        |(bert, begun), client, answer| {
            let confirmed = answer.json();
            bert.complete(client, &begun.id, &proof_of(&confirmed)).is(200);
            bert.enter_key(&bert.pending("code"), &keys_of(&confirmed)[0]).is(200);
        },
        |(bert, _), client| whole_enrolment(bert, client),
    )
}

pub fn complete(world: &World<'_>) -> Attempt {
    let bert = Member::join(&world.tenant);
    let client = bert.pending("enrol");
    let begun = bert.start_enrolment(&client);
    let confirmed = bert.confirm(&client, &begun.id, &begun.phone.next_code()).is(200);
    let body = json!({"enrolment_id": begun.id, "proof": proof_of(&confirmed)});
    let attempt = Attempt::post(&client, &world.tenant, "/enrolment/complete", body, 200);
    let username = bert.username.clone();
    let keys = keys_of(&confirmed);
    let bert = Enrolled { member: bert, phone: begun.phone, keys, client };
    attempt.leaves("enrolled", &username).then(
        bert,
        |bert, client, _| {
            bert.member.session(client).is(200);
            super::enters_with(bert, 0);
        },
        |bert, client| {
            super::is_out(&bert.member, client);
            let again = bert.member.tenant.client();
            match bert.member.try_password(&again).is(200)["next"].as_str() {
                Some("code") => drop(bert.member.enter_key(&again, &bert.keys[0]).is(200)),
                _ => whole_enrolment(&bert.member, &again),
            }
        },
    )
}

/// From a start to the end, in a browser whose duty it is.
fn whole_enrolment(bert: &Member, client: &edge_mfa_tests::Client) {
    let begun = bert.start_enrolment(client);
    let confirmed = bert.confirm(client, &begun.id, &begun.phone.next_code()).is(200);
    bert.complete(client, &begun.id, &proof_of(&confirmed)).is(200);
    bert.session(client).is(200);
    bert.enter_key(&bert.pending("code"), &keys_of(&confirmed)[0]).is(200);
}
