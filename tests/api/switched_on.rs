//! MFA is on for everybody: no member is exempt, none skips, none is half enrolled.

use edge_mfa_tests::client::SESSION;
use edge_mfa_tests::member::{Enrolled, Enrolment, proof_of};
use edge_mfa_tests::{Administrator, Edge, Member, Tenant, eventually, json};

use crate::routes::{ROUTES, Whose};

/// A tenant that was switched on with members in it.
fn switched_on() -> (Administrator, Vec<Member>) {
    let mut anna = Administrator::of(&Tenant::password_only(Edge::shared()));
    let members = (0..3).map(|_| Member::join(anna.tenant())).collect();
    anna.switch_on();
    (anna, members)
}

#[test]
fn c14_g06_everybody_must_enrol_at_the_next_sign_in_and_nobody_is_exempt() {
    let (anna, members) = switched_on();
    for member in &members {
        let client = member.pending("enrol");
        assert!(client.cookie(SESSION).is_none());
        for route in ROUTES.iter().filter(|it| matches!(it.whose, Whose::Session | Whose::Administrator)) {
            let ask = client.ask(route.method, &route.at(anna.tenant()));
            let ask = if route.is_unsafe() { ask.json(&route.body_at(anna.tenant())) } else { ask };
            ask.send().problem(401, "unauthenticated");
        }
    }
    let another = anna.another();
    assert!(another.phone.is_some(), "administrators enrol too");
}

#[test]
fn c14_no_way_around_a_wrong_code_a_new_tab_or_a_half_done_enrolment() {
    let (_, members) = switched_on();
    let member = &members[0];
    let client = member.pending("enrol");
    let Enrolment { id, phone, .. } = member.start_enrolment(&client);
    member.confirm(&client, &id, &phone.wrong_code()).problem(401, "code_refused");
    member.pending("enrol");
    let confirmed = member.confirm(&client, &id, &phone.next_code()).is(200);
    // Confirmed, not proven: a new sign-in starts anew, and nothing of this one counts.
    let again = member.pending("enrol");
    member.enter_code(&again, &phone.next_code()).refuses();
    for route in ["/account", "/session"] {
        again.get(&member.tenant.at(route)).problem(401, "unauthenticated");
        client.get(&member.tenant.at(route)).problem(401, "unauthenticated");
    }
    member.complete(&client, &id, &proof_of(&confirmed)).is(200);
    member.pending("code");
}

#[test]
fn nobody_can_be_exempted_over_the_api() {
    let (anna, members) = switched_on();
    let username = &members[0].username;
    for (act, body) in [
        ("role", json!({"role": "member", "mfa": false})),
        ("role", json!({"role": "member", "exempt": true})),
        ("reset-mfa", json!({"exempt": true})),
        ("invite-again", json!({"mfa": "off"})),
    ] {
        anna.order(username, act, body).problem(400, "bad_request");
    }
    anna.order(username, "role", json!({"role": "exempt"})).problem(400, "bad_request");
    members[0].pending("enrol");
}

#[test]
fn settings_count_who_has_enrolled_and_who_is_signed_in() {
    let (anna, members) = switched_on();
    anna.tenant().invite("invited");
    // Not within the second in which MFA was switched on: the chart counts from there.
    std::thread::sleep(std::time::Duration::from_secs(2));
    let mut members = members.into_iter();
    let enrolled = members.next().expect("a member").enrol();
    eventually("the counts", || {
        anna.settings()["members"] == json!({"active": 4, "invited": 1, "enrolled": 2, "signed_in": 2})
    });
    let chart = anna.see("/members/enrolment");
    assert_eq!((&chart["active"], &chart["enrolled"]), (&json!(4), &json!(2)));
    let last = chart["buckets"].as_array().and_then(|it| it.last().cloned()).expect("a bucket");
    assert_eq!(last["enrolled"], 2);
    let row = anna.row(&enrolled.member.username);
    assert!(row["enrolled_at"].is_u64() && row["last_sign_in_at"].is_u64());
    assert_eq!((&row["recovery_keys_left"], &row["signed_in"]), (&json!(10), &json!(true)));
    enrolled.client.post(&anna.tenant().at("/sign-out"), json!({})).is(204);
    eventually("her to be signed out", || anna.row(&enrolled.member.username)["signed_in"] == false);
    let odds = anna.settings()["odds"].clone();
    assert!(odds["per_leaked_password"].as_f64().is_some_and(|it| it > 0.0 && it <= 6.1e-5), "{odds}");
    assert!(odds["per_member_year"].as_f64().is_some_and(|it| it > 0.0 && it <= 1e-3), "{odds}");
}

#[test]
fn who_came_while_mfa_was_off_and_who_is_invited_after_enrol_alike() {
    let mut anna = Administrator::of(&Tenant::password_only(Edge::shared()));
    let early = anna.tenant().invite("early");
    anna.switch_on();
    let early = Member::accept(anna.tenant(), &early).enrol();
    let late = Enrolled::join(anna.tenant());
    for one in [&early, &late] {
        one.signed_in();
    }
}
