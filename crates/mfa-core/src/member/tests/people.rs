//! What people hold: a phone, a sheet of recovery keys, a password. None of it is the code under test.

use std::string::String;
use std::vec::Vec;

use totp_lite::{Sha1, totp_custom};

use super::super::{DeviceId, EnrolmentId, Fresh, NewRecoveryKeys, PasswordVerifier, SessionId, TokenDigest};
use super::world::SCHEME;
use crate::passcode::{Digits, Passcode};
use crate::recovery::{RecoveryDigest, RecoveryDigestKey, RecoveryKey};
use crate::secret::Secret;
use crate::time::Timestamp;

const PERIOD: u64 = 30;

/// An authenticator app, by an independent implementation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Phone {
    pub(super) secret: Vec<u8>,
}

impl Phone {
    pub(super) fn with(secret: &[u8; 20]) -> Phone {
        Phone { secret: secret.to_vec() }
    }

    /// The secret as the server hands it to the state machine.
    pub(super) fn scanned(&self) -> Secret {
        Secret::from_bytes(&self.secret).unwrap()
    }

    /// What it shows at `now`.
    pub(super) fn shows(&self, now: Timestamp) -> Passcode {
        self.at_step(now.0 / PERIOD)
    }

    pub(super) fn at_step(&self, step: u64) -> Passcode {
        passcode(&self.text_at_step(step))
    }

    pub(super) fn text_at_step(&self, step: u64) -> String {
        totp_custom::<Sha1>(PERIOD, 6, &self.secret, step.saturating_mul(PERIOD))
    }

    /// The highest of the steps T-1, T, T+1 whose code this is.
    pub(super) fn step_of(&self, passcode: &Passcode, now: Timestamp) -> Option<u64> {
        let present = now.0 / PERIOD;
        (present.saturating_sub(1)..=present.saturating_add(1)).rev().find(|step| self.at_step(*step) == *passcode)
    }

    /// A code that it shows at no step near `now`.
    pub(super) fn wrong(&self, now: Timestamp) -> Passcode {
        let present = now.0 / PERIOD;
        let near: Vec<Passcode> =
            (present.saturating_sub(3)..=present.saturating_add(3)).map(|step| self.at_step(step)).collect();
        let mut guesses = (0..).map(|guess| passcode(&std::format!("{guess:06}")));
        guesses.find(|guess| !near.contains(guess)).unwrap()
    }
}

pub(super) fn passcode(text: &str) -> Passcode {
    Passcode::parse(text, Digits::Six).unwrap()
}

/// Ten recovery keys on paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sheet {
    keys: Vec<RecoveryKey>,
}

/// Key 3 is the one asked for.
const PROOF_NUMBER: u8 = 3;

impl Sheet {
    /// The digest of key `number`, from 1.
    pub(super) fn key(&self, number: usize) -> RecoveryDigest {
        self.keys[number - 1].digest(&digest_key(), b"demo/anna")
    }

    /// The digest of the group asked for.
    pub(super) fn proof(&self) -> RecoveryDigest {
        let key = &self.keys[usize::from(PROOF_NUMBER) - 1];
        key.last_group().proof_digest(&digest_key(), b"demo/anna")
    }

    /// As the server hands it to the state machine.
    pub(super) fn issued(&self) -> NewRecoveryKeys {
        let digests: Vec<RecoveryDigest> = (1..=self.keys.len()).map(|number| self.key(number)).collect();
        NewRecoveryKeys { digests: digests.try_into().unwrap(), proof_number: PROOF_NUMBER, proof: self.proof() }
    }
}

/// One key for all tenants and epochs: what the core refuses, it refuses by its own rules, not by dead digests.
fn digest_key() -> RecoveryDigestKey {
    RecoveryDigestKey::from_bytes([42; 32])
}

/// What a password hashes to.
pub(super) fn hashed(password: &str) -> [u8; 32] {
    let mut names = Names(password.bytes().fold(7, |sum: u64, byte| sum.wrapping_mul(257).wrapping_add(byte.into())));
    names.bytes()
}

/// What is kept of a password by whoever saw it typed.
pub(super) fn verifier(password: &str) -> PasswordVerifier {
    let stands_alone = password.chars().count() >= 15;
    PasswordVerifier { scheme: SCHEME.into(), output: hashed(password), stands_alone }
}

/// Random names from a seed (splitmix64), each new.
#[derive(Clone, Debug)]
pub(super) struct Names(pub(super) u64);

impl Names {
    pub(super) fn fresh(&mut self) -> Fresh {
        Fresh {
            session: SessionId(self.bytes()),
            pending: TokenDigest(self.bytes()),
            device: DeviceId(self.bytes()),
            device_token: TokenDigest(self.bytes()),
            link: TokenDigest(self.bytes()),
            page: TokenDigest(self.bytes()),
        }
    }

    pub(super) fn enrolment(&mut self) -> EnrolmentId {
        EnrolmentId(self.bytes())
    }

    pub(super) fn token(&mut self) -> TokenDigest {
        TokenDigest(self.bytes())
    }

    pub(super) fn phone(&mut self) -> Phone {
        Phone::with(&self.bytes())
    }

    pub(super) fn sheet(&mut self) -> Sheet {
        Sheet { keys: (0..10).map(|_| RecoveryKey::from_random(&self.bytes())).collect() }
    }

    pub(super) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for chunk in bytes.chunks_mut(8) {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut word = self.0;
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            word ^= word >> 31;
            chunk.copy_from_slice(&word.to_le_bytes()[..chunk.len()]);
        }
        bytes
    }
}
