//! Acts of administrators at once, against each other and against sign-ins: one serial order explains every answer.

use std::collections::BTreeSet;

use edge_mfa_tests::member::{Enrolled, keys_of, proof_of};
use edge_mfa_tests::{Administrator, Answer, Edge, Member, Tenant, Value, json, random, together};

use crate::rounds_of;

fn count(answers: &[Answer], short: &str) -> usize {
    answers.iter().filter(|it| it.short() == short).count()
}

fn shorts(answers: &[Answer]) -> Vec<String> {
    answers.iter().map(Answer::short).collect()
}

#[test]
fn g07_of_two_set_ups_completed_at_once_one_counts() {
    for round in 0..rounds_of("two set-ups completed at once", 6) {
        let anna = Administrator::of(&Tenant::password_only(Edge::shared()));
        let people = [anna.another(), anna];
        let ready: Vec<_> = people
            .iter()
            .map(|one| {
                let set_up = one.start_set_up();
                let confirmed = one.confirm(&set_up, &set_up.phone.next_code()).is(200);
                (set_up, confirmed)
            })
            .collect();
        let answers = together(2, |at| people[at].complete(&ready[at].0, &proof_of(&ready[at].1)));
        assert_eq!(count(&answers, "200"), 1, "round {round}: {:?}", shorts(&answers));
        let won = usize::from(answers[1].status == 200);
        let lost = 1 - won;
        answers[lost].problem(409, "set_up_overtaken");
        assert_eq!(people[won].settings()["epoch"], ready[won].0.epoch);
        let client = people[won].member.pending("code");
        people[won].member.enter_key(&client, &keys_of(&ready[won].1)[0]).is(200);
        let client = people[lost].member.pending("enrol");
        people[lost].member.enter_code(&client, &ready[lost].0.phone.next_code()).refuses();
        people[lost].member.enter_key(&client, &keys_of(&ready[lost].1)[0]).refuses();
    }
}

#[test]
fn one_last_click_sent_ten_times_at_once_turns_the_tenant_once() {
    for round in 0..rounds_of("one last click, 10 requests", 3) {
        let anna = Administrator::of(&Tenant::password_only(Edge::shared()));
        let set_up = anna.start_set_up();
        let confirmed = anna.confirm(&set_up, &set_up.phone.next_code()).is(200);
        let path = anna.tenant().at("/settings/mfa/set-up/complete");
        let body = set_up.with("proof", &proof_of(&confirmed));
        let key = random::idempotency_key();
        let answers = together(10, |_| anna.client.clone().ask("POST", &path).key(&key).json(&body).send());
        assert!(count(&answers, "200") >= 1, "round {round}: {:?}", shorts(&answers));
        let client = anna.member.pending("code");
        anna.member.enter_key(&client, &keys_of(&confirmed)[0]).is(200);
        let log = Administrator { client, ..anna }.log();
        assert_eq!(log.iter().filter(|it| it.event() == "switched-on").count(), 1, "round {round}");
    }
}

#[test]
fn g05_a_sign_in_that_meets_the_switch_off_is_before_it_or_after_it() {
    for round in 0..rounds_of("switch-off against 6 sign-ins", 4) {
        let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
        let members: Vec<_> = (0..6).map(|_| Enrolled::join(anna.tenant())).collect();
        let waiting: Vec<_> = members.iter().map(Enrolled::pending).collect();
        let codes: Vec<_> = members.iter().map(|it| it.phone.next_code()).collect();
        let answers = together(7, |at| match at {
            6 => anna.ask_to_switch_off(),
            // Some with the code, some still at the password.
            _ if at % 3 == 0 => members[at].member.try_password(&waiting[at].clone()),
            _ => members[at].member.enter_code(&waiting[at], &codes[at]),
        });
        assert_eq!(answers[6].status, 200, "round {round}: {}", answers[6]);
        for (answer, (one, client)) in answers.iter().zip(members.iter().zip(&waiting)) {
            let fits = match answer.short().as_str() {
                "200" => true,
                refused => refused == "401 sign_in_expired",
            };
            assert!(fits, "round {round}: {answer}");
            // Whoever got in before the click is out with it; whoever came after it came with a password alone.
            if answer.status == 200 && answer.json()["next"] == "done" {
                let epoch = answer.json()["session"]["amr"].clone();
                let inside = client.get(&anna.tenant().at("/account")).status;
                assert!(inside == 401 || epoch == json!(["pwd"]), "round {round}: {answer}");
            }
            one.member.enter_password(&anna.tenant().client(), "done");
        }
    }
}

#[test]
fn a_reset_that_meets_a_sign_in_leaves_nobody_in_who_has_not_enrolled_anew() {
    for round in 0..rounds_of("an administrator's reset against a sign-in", 6) {
        let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
        let bert = Enrolled::join(anna.tenant());
        let path = format!("/members/{}/reset-mfa", anna.id_of(&bert.member.username));
        let tabs: Vec<_> = (0..3).map(|_| bert.pending()).collect();
        let code = bert.phone.next_code();
        let answers = together(4, |at| match at {
            0 => anna.ask(&path, json!({})),
            1 => bert.member.enter_code(&tabs[0], &code),
            _ => bert.member.enter_key(&tabs[at - 1], &bert.keys[at]),
        });
        assert_eq!(answers[0].status, 204, "round {round}: {}", answers[0]);
        for tab in &tabs {
            tab.get(&anna.tenant().at("/account")).problem(401, "unauthenticated");
        }
        bert.client.get(&anna.tenant().at("/account")).problem(401, "unauthenticated");
        bert.member.pending("enrol");
    }
}

#[test]
fn one_import_twice_at_once_invites_everybody_once() {
    for round in 0..rounds_of("one import twice at once", 4) {
        let anna = Administrator::of(&Tenant::password_only(Edge::shared()));
        let rows: Vec<_> = (0..50).map(|at| json!({"username": format!("p{at:02}"), "role": "member"})).collect();
        let reports = together(2, |_| anna.ask("/members/invite-many", json!({"rows": rows})));
        let lines = |report: &Answer| report.is(200)["results"].as_array().expect("a list").clone();
        let (one, two) = (lines(&reports[0]), lines(&reports[1]));
        for (first, second) in one.iter().zip(&two) {
            let words: BTreeSet<_> = [&first["result"], &second["result"]].map(Value::to_string).into();
            assert_eq!(words.len(), 2, "round {round}: {first} and {second}");
            let invited = if first["result"] == "invited" { first } else { second };
            let preview = json!({"token": edge_mfa_tests::tenant::token_of(invited)});
            let path = anna.tenant().at("/invitation/preview");
            anna.tenant().client().post(&path, preview).is(200);
        }
        assert_eq!(anna.settings()["members"]["invited"], 50);
        assert_eq!(anna.log().iter().filter(|it| it.event() == "member-invited").count(), 51);
    }
}

#[test]
fn g18_of_two_administrators_who_demote_each_other_at_once_one_stays() {
    for round in 0..rounds_of("the last two administrators at each other", 8) {
        let anna = Administrator::of(&Tenant::password_only(Edge::shared()));
        let bert = anna.another();
        let people = [&anna, &bert];
        let acts = [("role", json!({"role": "member"})), ("remove", json!({}))];
        let (act, body) = &acts[round % 2];
        let paths = [1, 0].map(|other: usize| {
            let id = anna.id_of(&people[other].member.username);
            format!("/members/{id}/{act}")
        });
        let answers = together(2, |at| people[at].ask(&paths[at], body.clone()));
        assert_eq!(count(&answers, "204"), 1, "round {round}: {:?}", shorts(&answers));
        let left = anna.tenant().client();
        let path = format!("/api/v1/operator/tenants/{}/members?filter=administrators", anna.tenant().id);
        let page = left.ask("GET", &path).operator().send().is(200);
        assert_eq!(page["counts"]["administrators"], 1, "round {round}");
    }
}

#[test]
fn one_invitation_against_its_withdrawal_ends_one_way_or_the_other() {
    for round in 0..rounds_of("an acceptance against a removal", 6) {
        let anna = Administrator::of(&Tenant::password_only(Edge::shared()));
        let made = anna.ask("/members/invite", json!({"username": "bert", "role": "member"})).is(201);
        let path = format!("/members/{}/remove", made["member"].as_str().expect("an id"));
        let token = edge_mfa_tests::tenant::token_of(&made);
        let password = random::password();
        let accept = json!({"token": token, "password": password});
        let answers = together(2, |at| match at {
            0 => anna.ask(&path, json!({})),
            _ => anna.tenant().client().post(&anna.tenant().at("/invitation/accept"), accept.clone()),
        });
        assert_eq!(answers[0].status, 204, "round {round}: {}", answers[0]);
        assert!(matches!(answers[1].short().as_str(), "201" | "404 invitation_refused"), "{}", answers[1]);
        // Accepted or not, who has been removed does not sign in.
        let tenant = anna.tenant().clone();
        let bert = Member { tenant, username: "bert".to_owned(), password };
        bert.try_password(&bert.tenant.client()).problem(401, "sign_in_refused");
        assert_eq!(anna.row("bert")["standing"], "removed");
    }
}
