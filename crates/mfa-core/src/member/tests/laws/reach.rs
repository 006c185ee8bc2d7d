//! The dice reach everything: laws that hold because nothing happens prove nothing.

use std::collections::BTreeMap;
use std::string::String;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::chronicle::Chronicle;
use super::script::script;

#[test]
fn every_outcome_and_event_comes_up_among_random_scripts() {
    let mut runner = TestRunner::deterministic();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..400 {
        let script = script().new_tree(&mut runner).unwrap().current();
        let mut chronicle = Chronicle::new();
        for act in &script {
            chronicle.perform(act, &mut |step| {
                let outcome = (std::format!("{:?}", step.command), std::format!("{:?}", step.outcome));
                *seen.entry(std::format!("{} → {}", word(&outcome.0), word(&outcome.1))).or_default() += 1;
                for event in &step.events {
                    *seen.entry(std::format!("event {}", word(&std::format!("{event:?}")))).or_default() += 1;
                }
            });
        }
    }
    let missing: std::vec::Vec<_> = EXPECTED.iter().filter(|expected| !seen.contains_key(**expected)).collect();
    assert!(missing.is_empty(), "never came up: {missing:#?}; came up: {seen:#?}");
}

/// The first word of a `Debug` text: the variant's name.
fn word(text: &str) -> &str {
    text.split(|symbol: char| !symbol.is_alphanumeric()).next().unwrap_or_default()
}

const EXPECTED: &[&str] = &[
    "BeginSignIn → LocalDoorsClosed",
    "BeginSignIn → Owes",
    "BeginSignIn → SignInRefused",
    "BeginSignIn → SignedIn",
    "BeginSignIn → StaleGrant",
    "CheckPassword → PasswordRight",
    "CheckPassword → SignInRefused",
    "CheckPassword → Throttled",
    "CompleteEnrolment → EnrolmentSuperseded",
    "CompleteEnrolment → OtherDuty",
    "CompleteEnrolment → ProofRefused",
    "CompleteEnrolment → SignInExpired",
    "CompleteEnrolment → SignedIn",
    "ConfirmEnrolment → CodeRefused",
    "ConfirmEnrolment → EnrolmentExpired",
    "ConfirmEnrolment → EnrolmentSuperseded",
    "ConfirmEnrolment → RecoveryKeysIssued",
    "Join → AlreadyJoined",
    "Join → Joined",
    "RenewRecoveryKeys → RecoveryKeysIssued",
    "ReplacePassword → OtherDuty",
    "ReplacePassword → Owes",
    "ReplacePassword → PasswordUnchanged",
    "SignOut → SessionEnded",
    "SignOut → SignedOut",
    "StartEnrolment → EnrolmentStarted",
    "StartEnrolment → OtherDuty",
    "VerifyCode → AuthenticatorLocked",
    "VerifyCode → CodeRefused",
    "VerifyCode → OtherDuty",
    "VerifyCode → SignInExpired",
    "VerifyCode → SignedIn",
    "VerifyCode → StaleGrant",
    "VerifyCode → Throttled",
    "VerifyCode → Unreadable",
    "VerifyRecoveryKey → Owes",
    "VerifyRecoveryKey → RecoveryKeyRefused",
    "VerifyRecoveryKey → SignedIn",
    "VerifyRecoveryKey → Throttled",
    "ViewAccount → Account",
    "ViewAccount → SessionEnded",
    "event AuthenticatorLocked",
    "event CodeRefused",
    "event CodeReplayed",
    "event DeviceRemembered",
    "event DeviceTokenReused",
    "event Enrolled",
    "event EnrolmentFailed",
    "event EnrolmentStarted",
    "event EpochPassed",
    "event Joined",
    "event PasswordBurnt",
    "event PasswordRefused",
    "event PasswordReplaced",
    "event RecoveryKeyRefused",
    "event RecoveryKeyReplayed",
    "event RecoveryKeyUsed",
    "event SignedIn",
    "event SignedOut",
];
