//! Two hundred wrong codes at once: five are compared.

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Edge, Tenant, together};

use crate::{rounds_of, waiting};

#[test]
fn a01_parallel_sessions_share_one_counter() {
    let tenant = Tenant::mfa(Edge::shared());
    for round in 0..rounds_of("200 wrong codes over 20 pending sign-ins", 4) {
        let anna = Enrolled::join(&tenant);
        let tabs = waiting(&anna);
        let codes: Vec<_> = (0..200).map(|_| anna.phone.wrong_code()).collect();
        let answers =
            together(200, |number| anna.member.enter_code(&tabs[number % tabs.len()].clone(), &codes[number]));
        let compared = answers.iter().filter(|it| it.short() == "401 code_refused").count();
        let throttled = answers.iter().filter(|it| it.short() == "429 throttled").count();
        let expired = answers.iter().filter(|it| it.short() == "401 sign_in_expired").count();
        assert!((1..=5).contains(&compared), "round {round}: {compared} codes were compared");
        assert_eq!(compared + throttled + expired, 200, "round {round}");
        // The right code is refused now too, on every pending sign-in that is left.
        let code = anna.phone.next_code();
        for tab in &tabs {
            let short = anna.member.enter_code(tab, &code).short();
            assert!(short == "429 throttled" || short == "401 sign_in_expired", "{short}");
        }
    }
}

#[test]
fn a01_a_right_code_hidden_among_parallel_guesses_does_not_double_the_guesses() {
    let tenant = Tenant::mfa(Edge::shared());
    for round in 0..rounds_of("100 wrong codes and a right one at once", 2) {
        let anna = Enrolled::join(&tenant);
        let tabs = waiting(&anna);
        let mut codes: Vec<_> = (0..100).map(|_| anna.phone.wrong_code()).collect();
        codes[50] = anna.phone.next_code();
        let answers =
            together(100, |number| anna.member.enter_code(&tabs[number % tabs.len()].clone(), &codes[number]));
        let let_in = answers.iter().filter(|it| it.status == 200).count();
        let compared = answers.iter().filter(|it| it.short() == "401 code_refused").count();
        assert!(let_in <= 1, "round {round}");
        // A success breaks the row of failures: at most four before it and five after.
        let most = if let_in == 1 { 9 } else { 5 };
        assert!(compared <= most, "round {round}: {compared} codes were compared");
    }
}
