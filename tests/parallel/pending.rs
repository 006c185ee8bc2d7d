//! Many sign-ins of one member at once.

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Edge, Tenant, together};

use crate::PENDING_AT_ONCE;

#[test]
fn one_more_pending_sign_in_ends_the_oldest_and_no_other() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let oldest = anna.pending();
    let second = anna.pending();
    let rest: Vec<_> = (0..PENDING_AT_ONCE - 1).map(|_| anna.pending()).collect();
    let code = anna.phone.next_code();
    anna.member.enter_code(&oldest, &code).problem(401, "sign_in_expired");
    assert_eq!(rest.len(), 19);
    anna.member.enter_code(&second, &code).is(200);
}

#[test]
fn passwords_entered_at_once_give_pending_sign_ins_of_their_own() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let tabs = together(10, |_| anna.pending());
    let tokens: std::collections::BTreeSet<_> =
        tabs.iter().map(|tab| tab.cookie(edge_mfa_tests::client::PENDING)).collect();
    assert_eq!(tokens.len(), 10);
    anna.member.enter_code(&tabs[7], &anna.phone.next_code()).is(200);
    // The others are still there, each with its own five tries.
    let wrong = anna.phone.wrong_code();
    anna.member.enter_code(&tabs[3], &wrong).problem(401, "code_refused");
    anna.member.enter_code(&tabs[3], &anna.phone.next_code()).is(200);
}
