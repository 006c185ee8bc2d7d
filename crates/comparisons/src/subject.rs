//! What is compared, and how it comes to be wrong.

use std::hint::black_box;

use mfa_core::member::{Command, Outcome, PasswordVerifier, PresentedDevice, TokenDigest};
use mfa_core::passcode::{Digits, Passcode};
use mfa_core::recovery::{RecoveryDigest, RecoveryKey};
use mfa_core::secret::Secret;
use mfa_core::totp::{TotpParameters, Window, matching_step};
use subtle::ConstantTimeEq;

use crate::member::{self, Enrolled};

/// Name, number of variants, and how one is made.
pub(crate) type Kind = (&'static str, u32, fn(u32) -> Option<Subject>);

/// All of them. The control leaks, and whoever measures must find it.
pub(crate) const ALL: &[Kind] = &[
    ("control: byte by byte, up to the first that differs", 32, |variant| {
        Some(Subject::Leaky(KEPT, wrong_at(variant)))
    }),
    ("a MAC or a bearer's token, as the Worker compares them", 32, |variant| {
        Some(Subject::Bytes(KEPT, wrong_at(variant)))
    }),
    ("a token's digest", 32, |variant| Some(Subject::Token(TokenDigest(KEPT), TokenDigest(wrong_at(variant))))),
    ("a token's digest, by ==", 32, |variant| {
        Some(Subject::TokenEquals(TokenDigest(KEPT), TokenDigest(wrong_at(variant))))
    }),
    ("a password's hash, by ==", 32, |variant| Some(Subject::Password(verifier(KEPT), verifier(wrong_at(variant))))),
    ("a recovery key's digest", 32, |variant| {
        Some(Subject::Digest(RecoveryDigest::from_bytes(KEPT), RecoveryDigest::from_bytes(wrong_at(variant))))
    }),
    ("a secret", 32, |variant| {
        Some(Subject::Secret(Secret::from_bytes(&KEPT).ok()?, Secret::from_bytes(&wrong_at(variant)).ok()?))
    }),
    ("a recovery key", 23, recovery_key),
    ("a wrong code in its window", 50, |variant| {
        let enrolled = member::enrolled()?;
        Some(Subject::Window(Box::new(enrolled), member::wrong_code(variant)?))
    }),
    ("a right code in its window, whichever step's it is", 3, |variant| {
        let enrolled = member::enrolled()?;
        Some(Subject::Window(Box::new(enrolled), member::right_code(variant)))
    }),
    ("decided: a wrong password", 8, |variant| {
        let output = member::wrong_password(spread(variant));
        decided(|enrolled| enrolled.password(output, None), |outcome| *outcome == Outcome::SignInRefused)
    }),
    ("decided: a wrong code", 8, |variant| {
        let code = member::wrong_code(variant)?;
        decided(|enrolled| enrolled.code(enrolled.pending, code), |outcome| *outcome == Outcome::CodeRefused)
    }),
    ("decided: a wrong recovery key, almost each of the ten", 20, |variant| {
        let digest = RecoveryDigest::from_bytes(flipped(member::key(variant / 2), variant % 2 * 31));
        decided(|enrolled| enrolled.recovery_key(digest), |outcome| *outcome == Outcome::RecoveryKeyRefused)
    }),
    ("decided: a right recovery key, whichever of the ten", 10, |variant| {
        let digest = RecoveryDigest::from_bytes(member::key(variant));
        decided(|enrolled| enrolled.recovery_key(digest), |outcome| matches!(outcome, Outcome::SignedIn(_)))
    }),
    ("decided: the cookie of no sign-in", 8, |variant| {
        let pending = |enrolled: &Enrolled| almost(enrolled.pending, spread(variant));
        let command = |enrolled: &Enrolled| enrolled.code(pending(enrolled), member::right_code(1));
        decided(command, |outcome| *outcome == Outcome::SignInExpired)
    }),
    ("decided: another token of a remembered device", 8, |variant| {
        let device = |enrolled: &Enrolled| PresentedDevice {
            token: almost(enrolled.device.token, spread(variant)),
            ..enrolled.device
        };
        let command = |enrolled: &Enrolled| enrolled.password(member::wrong_password(0), Some(device(enrolled)));
        decided(command, |outcome| *outcome == Outcome::SignInRefused)
    }),
];

/// What is kept.
const KEPT: [u8; 32] = *b"0123456789abcdefghijklmnopqrstuv";

/// The kept one with a byte that is another.
fn wrong_at(position: u32) -> [u8; 32] {
    flipped(KEPT, position)
}

/// Eight places among 32, the first and the last with them: what is decided takes longer to count.
fn spread(variant: u32) -> u32 {
    variant * 31 / 7
}

pub(crate) fn flipped(mut bytes: [u8; 32], position: u32) -> [u8; 32] {
    if let Some(byte) = usize::try_from(position).ok().and_then(|position| bytes.get_mut(position)) {
        *byte ^= 0x5a;
    }
    bytes
}

fn verifier(output: [u8; 32]) -> PasswordVerifier {
    PasswordVerifier { scheme: String::new(), output, stands_alone: true }
}

fn almost(token: TokenDigest, position: u32) -> TokenDigest {
    TokenDigest(flipped(token.0, position))
}

fn recovery_key(position: u32) -> Option<Subject> {
    let mut random = [0x31; 16];
    let kept = RecoveryKey::from_random(&random);
    // The first 115 bits make the symbols.
    let bit = position.checked_mul(5)?;
    *random.get_mut(usize::try_from(bit / 8).ok()?)? ^= 0x80 >> (bit % 8);
    Some(Subject::Key(kept, RecoveryKey::from_random(&random)))
}

fn decided(command: impl FnOnce(&Enrolled) -> Command, expected: fn(&Outcome) -> bool) -> Option<Subject> {
    let enrolled = member::enrolled()?;
    let command = command(&enrolled);
    Some(Subject::Decided(Box::new(enrolled), Box::new(command), expected))
}

/// One comparison, ready to be made again and again.
pub(crate) enum Subject {
    Leaky([u8; 32], [u8; 32]),
    Bytes([u8; 32], [u8; 32]),
    Token(TokenDigest, TokenDigest),
    TokenEquals(TokenDigest, TokenDigest),
    Password(PasswordVerifier, PasswordVerifier),
    Digest(RecoveryDigest, RecoveryDigest),
    Secret(Secret, Secret),
    Key(RecoveryKey, RecoveryKey),
    Window(Box<Enrolled>, Passcode),
    Decided(Box<Enrolled>, Box<Command>, fn(&Outcome) -> bool),
}

impl Subject {
    /// Compares: whether it was the same, and of what is decided whether it is decided as it must be. Not to be worked out beforehand, nor once for all times.
    pub(crate) fn compare(&self) -> bool {
        match black_box(self) {
            Subject::Leaky(kept, given) => kept.iter().zip(given).all(|(kept, given)| black_box(*kept) == *given),
            Subject::Bytes(kept, given) => kept[..].ct_eq(&given[..]).into(),
            Subject::Token(kept, given) => kept.matches(given),
            Subject::TokenEquals(kept, given) => kept == given,
            Subject::Password(kept, given) => kept == given,
            Subject::Digest(kept, given) => kept == given,
            Subject::Secret(kept, given) => kept == given,
            Subject::Key(kept, given) => kept == given,
            Subject::Window(enrolled, code) => {
                let (parameters, window) = (TotpParameters::OURS, Window::ONE);
                matching_step(&enrolled.secret, &parameters, code, enrolled.now, window).is_some()
            }
            Subject::Decided(enrolled, command, expected) => expected(&enrolled.decide(Command::clone(command))),
        }
    }
}

/// Six digits.
pub(crate) fn passcode(number: u32) -> Option<Passcode> {
    Passcode::parse(&format!("{number:06}"), Digits::Six).ok()
}
