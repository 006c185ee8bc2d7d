//! Events, outcomes, errors and the stored form never say a secret, a code or a key.

use std::borrow::ToOwned;
use std::string::{String, ToString};
use std::vec::Vec;

use proptest::prelude::*;

use super::super::people::Phone;
use super::super::shell::seal;
use super::script::script;
use super::step::Step;
use super::{Law, config, hold};
use crate::member::{Command, Member, PasswordVerifier, StepUpProof};

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn no_secret_is_said(script in script()) {
        hold(&script, Silence::default());
    }
}

#[derive(Default)]
struct Silence {
    secrets: Vec<String>,
    hashes: Vec<String>,
}

impl Law for Silence {
    fn observe(&mut self, step: &Step) {
        if let Command::StartEnrolment { secret, .. } | Command::StartSetUp { secret, .. } = &step.command {
            self.secrets = spellings(secret.expose());
        }
        if let Command::Join { verifier: PasswordVerifier { output, .. }, .. }
        | Command::ReplacePassword { verifier: PasswordVerifier { output, .. }, .. }
        | Command::ReplacePasswordByLink { verifier: PasswordVerifier { output, .. }, .. }
        | Command::ChangePassword { verifier: PasswordVerifier { output, .. }, .. }
        | Command::CheckPassword { output, .. }
        | Command::StepUp { proof: StepUpProof::Password { output, .. }, .. } = &step.command
        {
            self.hashes.extend(spellings(output));
        }
        if let Some(phone) = &step.phone {
            self.secrets.extend(spellings(&phone.secret));
            self.secrets.sort();
            self.secrets.dedup();
        }
        for text in [
            std::format!("{:?}", step.events),
            std::format!("{:?}", step.outcome),
            std::format!("{:?}", step.command),
            std::format!("{:?}", step.after),
        ] {
            self.silent(&text);
            self.no_hash(&text);
        }
        let codes = codes(step);
        for text in [std::format!("{:?}", step.events), std::format!("{:?}", step.outcome)] {
            assert!(codes.iter().all(|code| !says_number(&text, code)), "a code is in {text}");
        }
        self.stored(&step.after, &codes);
    }
}

impl Silence {
    fn silent(&self, text: &str) {
        assert!(self.secrets.iter().all(|secret| !text.contains(secret.as_str())), "a secret is in {text}");
    }

    /// What a password hashes to is stored, but not said.
    fn no_hash(&self, text: &str) {
        assert!(self.hashes.iter().all(|hash| !text.contains(hash.as_str())), "a password's hash is in {text}");
    }

    fn stored(&self, member: &Member, codes: &[String]) {
        let mut member = member.clone();
        seal(&mut member);
        #[cfg(feature = "serde")]
        {
            let stored = crate::stored::StoredMember::try_from(&member).unwrap();
            let text = serde_json::to_string(&stored).unwrap();
            self.silent(&text);
            assert!(codes.iter().all(|code| !says_number(&text, code)), "a code is in {text}");
        }
        #[cfg(not(feature = "serde"))]
        let _ = codes;
        self.silent(&std::format!("{member:?}"));
    }
}

/// Every way in which somebody might have written the bytes down.
fn spellings(secret: &[u8]) -> Vec<String> {
    let hex: String = secret.iter().map(|byte| std::format!("{byte:02x}")).collect();
    let base32 = crate::base32::encode(secret).to_string();
    let list = std::format!("{secret:?}").trim_matches(['[', ']']).to_owned();
    let spaced: String = secret.iter().map(|byte| std::format!("{byte:02x} ")).collect();
    std::vec![hex.to_uppercase(), hex, base32.to_lowercase(), base32, list, spaced]
}

/// What the phone shows around now.
fn codes(step: &Step) -> Vec<String> {
    let present = step.now.0 / 30;
    let around = |phone: &Phone| (present - 1..=present + 1).map(|at| phone.text_at_step(at)).collect();
    step.phone.as_ref().map(around).unwrap_or_default()
}

/// Whether `text` has these digits standing alone, in quotes or as a number.
fn says_number(text: &str, digits: &str) -> bool {
    text.match_indices(digits).any(|(at, _)| {
        let alone = |symbol: Option<char>| symbol.is_none_or(|symbol| !symbol.is_ascii_alphanumeric());
        alone(text[..at].chars().next_back()) && alone(text[at + digits.len()..].chars().next())
    })
}
