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
    for _ in 0..5_000 {
        if EXPECTED.iter().all(|expected| seen.contains_key(*expected)) {
            return;
        }
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
    "AdoptSetUp → SessionEnded",
    "AdoptSetUp → SignedIn",
    "Authorize → Authorized",
    "Authorize → SessionEnded",
    "Authorize → StepUpOwed",
    "BeginExternal → OtherMode",
    "BeginExternal → SignedIn",
    "BeginSignIn → LocalDoorsClosed",
    "BeginSignIn → Owes",
    "BeginSignIn → SignInRefused",
    "BeginSignIn → PasswordBurnt",
    "BeginSignIn → SignedIn",
    "BeginSignIn → StaleGrant",
    "ChangePassword → PasswordChanged",
    "ChangePassword → PasswordRefused",
    "ChangePassword → PasswordTooShort",
    "ChangePassword → StepUpOwed",
    "CheckPassword → PasswordRight",
    "CheckPassword → SignInRefused",
    "CheckPassword → Throttled",
    "CompleteEnrolment → EnrolmentSuperseded",
    "CompleteEnrolment → OtherDuty",
    "CompleteEnrolment → ProofRefused",
    "CompleteEnrolment → SignInExpired",
    "CompleteEnrolment → SignedIn",
    "CompleteRecoveryKeys → ProofRefused",
    "CompleteRecoveryKeys → RecoveryKeysReplaced",
    "ConfirmEnrolment → CodeRefused",
    "ConfirmEnrolment → EnrolmentExpired",
    "ConfirmEnrolment → EnrolmentSuperseded",
    "ConfirmEnrolment → RecoveryKeysIssued",
    "Disown → Disowned",
    "Disown → LinkRefused",
    "EndSessions → SessionsEnded",
    "Extend → EnrolmentExpired",
    "Extend → Extended",
    "Extend → SessionEnded",
    "Extend → SignInExpired",
    "Extend → StaleGrant",
    "Follow → Followed",
    "Follow → StaleGrant",
    "ForgetDevices → DevicesForgotten",
    "IssuePasswordLink → PasswordLinkHeld",
    "IssuePasswordLink → PasswordLinkIssued",
    "Join → AlreadyJoined",
    "Join → Joined",
    "Leave → Left",
    "PrepareSetUp → SetUpReady",
    "RenewRecoveryKeys → RecoveryKeysIssued",
    "ReplacePassword → OtherDuty",
    "ReplacePassword → Owes",
    "ReplacePassword → PasswordTooShort",
    "ReplacePassword → PasswordUnchanged",
    "ReplacePassword → SignedIn",
    "ReplacePasswordByLink → LinkRefused",
    "ReplacePasswordByLink → PasswordChanged",
    "ReplacePasswordByLink → PasswordTooShort",
    "ResetMfa → MfaReset",
    "SignOut → SessionEnded",
    "SignOut → SignedOut",
    "StartEnrolment → EnrolmentStarted",
    "StartEnrolment → OtherDuty",
    "StartRecoveryKeys → RecoveryKeysIssued",
    "StartSetUp → EnrolmentStarted",
    "StartSetUp → OtherMode",
    "StepUp → CodeRefused",
    "StepUp → PasswordRefused",
    "StepUp → RecoveryKeyRefused",
    "StepUp → StepUpOwed",
    "StepUp → SteppedUp",
    "VerifyCode → AuthenticatorLocked",
    "VerifyCode → CodeRefused",
    "VerifyCode → OtherDuty",
    "VerifyCode → Owes",
    "VerifyCode → SignInExpired",
    "VerifyCode → SignedIn",
    "VerifyCode → StaleGrant",
    "VerifyCode → Throttled",
    "VerifyCode → Unreadable",
    "VerifyRecoveryKey → Owes",
    "VerifyRecoveryKey → RecoveryKeyOfOlderSet",
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
    "event DevicesForgotten",
    "event Disowned",
    "event Enrolled",
    "event EnrolmentFailed",
    "event EnrolmentStarted",
    "event EpochPassed",
    "event Joined",
    "event Left",
    "event PasswordBurnt",
    "event PasswordLinkIssued",
    "event PasswordRefused",
    "event PasswordReplaced",
    "event RecoveryKeyRefused",
    "event RecoveryKeyReplayed",
    "event RecoveryKeyUsed",
    "event RecoveryKeysReplaced",
    "event Reset",
    "event SessionsEnded",
    "event SignedIn",
    "event SignedOut",
    "event StepUpRefused",
    "event SteppedUp",
];
