//! Enrolment in two tabs: the latest start wins, and one confirmation.

use edge_mfa_tests::member::{Enrolment, keys_of, proof_of};
use edge_mfa_tests::{Answer, Client, Edge, Member, Tenant, together};

#[test]
fn d05_the_latest_start_wins_in_one_tab() {
    let member = Member::join(&Tenant::mfa(Edge::shared()));
    let client = member.pending("enrol");
    let old = member.start_enrolment(&client);
    let new = member.start_enrolment(&client);
    assert_ne!(old.phone.secret(), new.phone.secret());
    let answer = member.confirm(&client, &old.id, &old.phone.next_code());
    answer.problem(409, "enrolment_superseded");
    let answer = member.confirm(&client, &new.id, &old.phone.next_code());
    answer.problem(401, "code_refused");
    member.confirm(&client, &new.id, &new.phone.next_code()).is(200);
}

#[test]
fn d05_the_latest_start_wins_over_tabs() {
    let member = Member::join(&Tenant::mfa(Edge::shared()));
    let (first, second) = (member.pending("enrol"), member.pending("enrol"));
    let old = member.start_enrolment(&first);
    let new = member.start_enrolment(&second);
    let answer = member.confirm(&first, &old.id, &old.phone.next_code());
    answer.problem(409, "enrolment_superseded");
    let confirmed = member.confirm(&second, &new.id, &new.phone.next_code()).is(200);
    member.complete(&second, &new.id, &proof_of(&confirmed)).is(200);
    member.confirm(&first, &old.id, &old.phone.next_code()).refuses();
}

#[test]
fn d15_of_parallel_starts_exactly_one_can_be_confirmed() {
    let member = Member::join(&Tenant::mfa(Edge::shared()));
    let client = member.pending("enrol");
    let started = together(10, |_| member.start_enrolment(&client.clone()));
    let confirm = |one: &Enrolment| member.confirm(&client, &one.id, &one.phone.next_code());
    let answers: Vec<_> = started.iter().map(confirm).collect();
    let confirmed = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(confirmed, 1, "{:?}", shorts(&answers));
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.problem(409, "enrolment_superseded");
    }
}

#[test]
fn d15_of_parallel_confirmations_one_wins_and_one_set_of_keys_is_alive() {
    let member = Member::join(&Tenant::mfa(Edge::shared()));
    let client = member.pending("enrol");
    let enrolment = member.start_enrolment(&client);
    let code = enrolment.phone.next_code();
    let answers = together(10, |_| member.confirm(&client.clone(), &enrolment.id, &code));
    let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(won.len(), 1, "{:?}", shorts(&answers));

    let confirmed = won[0].json();
    let finished = together(10, |_| member.complete(&client.clone(), &enrolment.id, &proof_of(&confirmed)));
    let done = finished.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(done, 1, "{:?}", shorts(&finished));
    member.enter_key(&member.pending("code"), &keys_of(&confirmed)[9]).is(200);
}

#[test]
fn d15_two_tabs_that_both_go_to_the_end_leave_one_authenticator() {
    let member = Member::join(&Tenant::mfa(Edge::shared()));
    let tabs = [member.pending("enrol"), member.pending("enrol")];
    let answers = together(2, |number| go_to_the_end(&member, &tabs[number]));
    let done: Vec<_> = answers.iter().flatten().collect();
    assert!(done.len() <= 1, "two tabs enrolled two authenticators");
    // Whoever lost can start anew; whoever won must now be asked for a code.
    member.pending(if done.is_empty() { "enrol" } else { "code" });
}

fn go_to_the_end(member: &Member, tab: &Client) -> Option<Vec<String>> {
    let answer = tab.post(&member.tenant.at("/enrolment/start"), edge_mfa_tests::json!({}));
    let body = (answer.status == 200).then(|| answer.json())?;
    let phone = edge_mfa_tests::Phone::scan(body["key_uri"].as_str()?);
    let id = body["enrolment_id"].as_str()?;
    let confirmed = member.confirm(tab, id, &phone.next_code());
    let confirmed = (confirmed.status == 200).then(|| confirmed.json())?;
    let done = member.complete(tab, id, &proof_of(&confirmed));
    (done.status == 200).then(|| keys_of(&confirmed))
}

fn shorts(answers: &[Answer]) -> Vec<String> {
    answers.iter().map(Answer::short).collect()
}
