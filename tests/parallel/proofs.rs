//! The same proof at several doors at once, and links and sheets that are replaced while they are used.

use edge_mfa_tests::member::{Enrolled, keys_of, proof_of};
use edge_mfa_tests::{Answer, Edge, Member, Tenant, json, random, together};

use crate::{rounds_of, waiting};

fn count(answers: &[Answer], short: &str) -> usize {
    answers.iter().filter(|it| it.short() == short).count()
}

#[test]
fn b05_b06_one_code_at_the_sign_in_and_as_a_proof_at_once_is_taken_once() {
    let tenant = Tenant::mfa(Edge::shared());
    for round in 0..rounds_of("one code, 10 sign-ins and 10 step-ups", 4) {
        let bert = Enrolled::join(&tenant);
        let tabs: Vec<_> = (0..10).map(|_| bert.pending()).collect();
        let code = bert.phone.next_code();
        let answers = together(20, |number| match number % 2 {
            0 => bert.member.enter_code(&tabs[number / 2], &code),
            _ => bert.member.step_up(&bert.client.clone(), "code", &code),
        });
        assert_eq!(count(&answers, "200"), 1, "round {round}");
        // The session that proved nothing has not lost its tries: a code that was used is no guess … but a wrong proof.
        let others = count(&answers, "401 code_refused") + count(&answers, "401 unauthenticated");
        assert_eq!(others, 19, "round {round}: {:?}", answers.iter().map(Answer::short).collect::<Vec<_>>());
    }
}

#[test]
fn e02_one_key_at_the_sign_in_and_as_a_proof_at_once_is_spent_once() {
    let tenant = Tenant::mfa(Edge::shared());
    for round in 0..rounds_of("one recovery key, 10 sign-ins and 10 step-ups", 4) {
        let bert = Enrolled::join(&tenant);
        let tabs: Vec<_> = (0..10).map(|_| bert.pending()).collect();
        let answers = together(20, |number| match number % 2 {
            0 => bert.member.enter_key(&tabs[number / 2], &bert.keys[0]),
            _ => bert.member.step_up(&bert.client.clone(), "recovery_key", &bert.keys[0]),
        });
        assert_eq!(count(&answers, "200"), 1, "round {round}");
        let client = bert.signed_in();
        assert_eq!(bert.member.account(&client)["recovery_keys"]["left"], 9, "round {round}");
    }
}

#[test]
fn a01_a07_guesses_at_both_doors_at_once_share_one_counter() {
    let tenant = Tenant::mfa(Edge::shared());
    for round in 0..rounds_of("100 wrong codes at two doors", 2) {
        let bert = Enrolled::join(&tenant);
        let sessions = [bert.client.clone(), bert.signed_in()];
        let tabs = waiting(&bert);
        let codes: Vec<_> = (0..100).map(|_| bert.phone.wrong_code()).collect();
        let answers = together(100, |number| match number % 2 {
            0 => bert.member.enter_code(&tabs[number % tabs.len()].clone(), &codes[number]),
            _ => bert.member.step_up(&sessions[number % 4 / 2].clone(), "code", &codes[number]),
        });
        let compared = count(&answers, "401 code_refused");
        assert!((1..=5).contains(&compared), "round {round}: {compared} codes were compared");
        assert_eq!(count(&answers, "200"), 0, "round {round}");
    }
}

#[test]
fn e12_a_key_that_is_used_while_its_sheet_is_replaced_is_used_before_or_refused() {
    let tenant = Tenant::mfa(Edge::shared());
    for round in 0..rounds_of("a sheet replaced while it is used", 6) {
        let bert = Enrolled::join(&tenant);
        let shown = bert.client.post(&tenant.at("/account/recovery-keys/start"), json!({})).is(200);
        let body = json!({"proof": proof_of(&shown)});
        let tabs = [bert.pending(), bert.pending(), bert.pending()];
        let answers = together(4, |number| match number {
            3 => bert.client.post(&tenant.at("/account/recovery-keys/complete"), body.clone()),
            _ => bert.member.enter_key(&tabs[number], &bert.keys[number]),
        });
        assert_eq!(answers[3].status, 200, "round {round}: {}", answers[3]);
        for answer in &answers[..3] {
            let short = answer.short();
            assert!(short == "200" || short == "401 recovery_key_older_set", "round {round}: {answer}");
            assert!(short != "200" || answer.json()["recovery"]["set"] == 1, "round {round}: {answer}");
        }
        let account = bert.member.account(&bert.client);
        assert_eq!(account["recovery_keys"], json!({"set": 2, "left": 10}), "round {round}");
        bert.member.enter_key(&bert.pending(), &keys_of(&shown)[0]).is(200);
    }
}

#[test]
fn one_link_and_eight_passwords_at_once_end_with_one_of_them() {
    let edge = Edge::shared();
    let tenant = Tenant::password_only(edge);
    for round in 0..rounds_of("one password link, 8 passwords", 3) {
        let bert = Member::join(&tenant);
        let forgot = json!({"username": bert.username});
        together(6, |_| tenant.client().post(&tenant.at("/password/forgot"), forgot.clone()).is(202));
        let token = edge.mailbox().wait(&tenant.id, &bert.username, "password-link-issued").token();
        let passwords: Vec<_> = (0..8).map(|_| random::password()).collect();
        let answers = together(8, |number| {
            let body = json!({"token": token, "password": passwords[number]});
            tenant.client().post(&tenant.at("/password/reset"), body)
        });
        assert_eq!(count(&answers, "200"), 1, "round {round}");
        assert_eq!(count(&answers, "404 link_refused"), 7, "round {round}");
        for (password, answer) in passwords.into_iter().zip(&answers) {
            let (tenant, username) = (tenant.clone(), bert.username.clone());
            let now = Member { tenant, username, password };
            assert_eq!(now.try_password(&now.tenant.client()).status == 200, answer.status == 200, "round {round}");
        }
        let told = edge.mailbox().told(&tenant.id, &bert.username);
        assert_eq!(told.iter().filter(|it| it.event() == "password-link-issued").count(), 1, "round {round}");
    }
}
