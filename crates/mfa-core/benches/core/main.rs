//! The core, natively: what a code, a recovery key and a decision cost, beside others' crates and beside the limit.
//!
//! `cargo xtask bench core` starts it. Everything is built in one go in the profile `bench` (opt-level 3, fat LTO, one
//! codegen unit), so that both sides of a row use the same compressions: SHA-NI where the processor has it, which the
//! crates find out for themselves. With that, totp-rs has the `hmac` that this core asks for, which wipes what it leaves
//! (feature `zeroize`); by itself it would have one that does not.
//!
//! Nothing is compared before both sides have given the same right answer.
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measuring program reads clock and environment, and fails by panicking"
)]

mod bare;
mod error;
mod pairs;
mod runtime;
mod stored;

// The Worker's sealing as it is, for this machine instead of wasm32.
#[path = "../../../../worker/src"]
#[allow(dead_code, unused_imports, reason = "of all that is sealed, a member's secret alone is measured here")]
mod the_worker {
    pub(crate) mod seal;
}

#[path = "../../tests/doc/shell.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    clippy::expect_used,
    reason = "what the documents' examples have in common, of which little is needed here"
)]
mod shell;

use std::hint::black_box;

use mfa_core::member::{Command, Outcome, decide};
use mfa_core::passcode::{Digits, Passcode};
use mfa_core::recovery::{RecoveryDigest, RecoveryDigestKey, RecoveryKey};
use mfa_core::secret::Secret;
use mfa_core::time::{Period, TimeStep, Timestamp};
use mfa_core::totp::{Match, TotpParameters, Window, generate, matching_step};

use pairs::{Rows, each, repeated};
use shell::Shell;

const OURS: TotpParameters = TotpParameters::OURS;
const SECRET: &[u8; 20] = b"12345678901234567890";
const NOW: Timestamp = Timestamp(1_800_000_000);

fn main() {
    let mut rows = Rows::default();
    codes(&mut rows);
    recovery_keys(&mut rows);
    decisions(&mut rows);
    stored::rows(&mut rows);
    rows.write();
}

/// The code is that of the window's last step, so that whoever stops at the first that matches has as much to do.
fn codes(rows: &mut Rows) {
    let secret = Secret::from_bytes(SECRET).unwrap();
    let step = TimeStep::at(NOW, Period::THIRTY).offset(1).unwrap();
    let code = generate(&secret, &OURS, step);
    let text = code.display();
    let totp_rs = totp_rs::Builder::new().with_secret(SECRET.as_slice()).with_skew(1).build().unwrap();
    let totp_lite = |time| totp_lite::totp_custom::<totp_lite::Sha1>(30, 6, SECRET, time);

    let verified = |code: &Passcode| matching_step(black_box(&secret), &OURS, code, black_box(NOW), Window::ONE);
    let typed = || verified(&Passcode::parse(black_box(&text), Digits::Six).unwrap());
    let time = step.start(Period::THIRTY).0;
    assert_eq!(typed(), Some(Match { step, drift: 1 }));
    assert_eq!(totp_rs.check(&text, NOW.0), Some(step.0));
    assert_eq!((totp_rs.generate(time).to_string(), totp_lite(time)), (text.to_string(), text.to_string()));

    rows.measure(
        "verify a code, window of three steps",
        "8 bare SHA-1 compressions, in HMAC's order",
        Some(1.15),
        repeated(|| verified(black_box(&code))),
        repeated(bare::eight_in_order),
    );
    rows.measure(
        "the same",
        "8 bare SHA-1 compressions, one after another",
        Some(1.15),
        repeated(|| verified(black_box(&code))),
        repeated(|| bare::chained(8)),
    );
    rows.measure(
        "verify a code as typed, window of three steps",
        "totp-rs 6 `check`, same build, its hmac wiping too",
        Some(0.55),
        repeated(typed),
        repeated(|| totp_rs.check(black_box(&text), black_box(NOW.0))),
    );
    rows.measure(
        "generate a code",
        "totp-rs 6 `generate`, same build",
        None,
        repeated(|| generate(black_box(&secret), &OURS, black_box(step))),
        repeated(|| totp_rs.generate(black_box(time))),
    );
    rows.measure(
        "the same",
        "4 bare SHA-1 compressions, one after another",
        None,
        repeated(|| generate(black_box(&secret), &OURS, black_box(step))),
        repeated(|| bare::chained(4)),
    );
    rows.measure(
        "generate a code, as text",
        "totp-lite 2, same build",
        None,
        repeated(|| generate(black_box(&secret), &OURS, black_box(step)).display()),
        repeated(|| totp_lite(black_box(time))),
    );
    rows.measure(
        "parse a code, separators and other digits too",
        "std's `u32::from_str`",
        None,
        repeated(|| Passcode::parse(black_box(&text), Digits::Six).unwrap()),
        repeated(|| black_box(text.as_str()).parse::<u32>().unwrap()),
    );
}

/// Typed, digested and compared with each of the ten, of which it is the last.
fn recovery_keys(rows: &mut Rows) {
    // Lengths of parts before parts, as the Worker writes whose key it is: of "acme", "anna", 1 and 1.
    let (key, context) = (RecoveryDigestKey::from_bytes([7; 32]), [0; 42]);
    let number = |number: u8| RecoveryKey::from_random(&[number; 16]);
    let kept: [RecoveryDigest; 10] = std::array::from_fn(|at| number(at as u8).digest(&key, &context));
    let text = number(9).to_string();
    let found = || {
        let typed = RecoveryKey::parse(black_box(&text)).unwrap().digest(black_box(&key), &context);
        // Every one is looked at.
        black_box(&kept).iter().filter(|kept| **kept == typed).count()
    };
    assert_eq!(found(), 1);
    rows.measure(
        "check a recovery key as typed against ten",
        "5 bare SHA-256 compressions, one after another",
        None,
        repeated(found),
        repeated(|| bare::chained_256(5)),
    );
}

/// A sign-in that owes a code. Member and command are there before the clock starts; the decision is dropped within.
fn decisions(rows: &mut Rows) {
    let mut shell = Shell::enrolled();
    shell.sign_in();
    shell.wait(mfa_core::time::Seconds::hours(1));
    shell.begin();
    let Shell { member, grant, now, fresh, pending, .. } = &shell;
    let (grant, now, fresh, pending) = (*grant, *now, *fresh, *pending);
    let verify = |passcode| Command::VerifyCode { grant, pending, passcode, remember_device: None };
    let secret = shell::secret();
    let alone =
        |code: &Passcode| matching_step(black_box(&secret), &OURS, black_box(code), black_box(now), Window::ONE);
    let (right, wrong) = (shell.phone(), shell::wrong());
    assert!(matches!(decide(member.clone(), verify(right.clone()), fresh, now).outcome, Outcome::SignedIn(_)));
    assert_eq!(decide(member.clone(), verify(wrong.clone()), fresh, now).outcome, Outcome::CodeRefused);
    for (name, code) in [("decide: a right code at sign-in", right), ("decide: a wrong code at sign-in", wrong)] {
        rows.measure(
            name,
            "the verification in it",
            None,
            each(|| (member.clone(), verify(code.clone())), |(member, command)| decide(member, command, fresh, now)),
            repeated(|| alone(&code)),
        );
    }
    rows.measure(
        "decide: a wrong code at sign-in",
        "copying that member in memory",
        None,
        each(|| (member.clone(), verify(shell::wrong())), |(member, command)| decide(member, command, fresh, now)),
        repeated(|| black_box(member).clone()),
    );
}
