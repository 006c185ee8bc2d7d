//! A member as stored: her record read and written, her secret opened and sealed by the Worker's own source.

use std::hint::black_box;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use mfa_core::member::{Generation, GuardedSecret, Member, SecretPurpose};
use mfa_core::stored::StoredMember;
use mfa_core::tenant::Epoch;
use serde_json::Value;

use crate::pairs::{Rows, each, repeated};
use crate::shell::{self, Shell};
use crate::the_worker::seal::{DataKey, SecretContext};

const PURPOSE: SecretPurpose = SecretPurpose::Authenticator;

pub(crate) fn rows(rows: &mut Rows) {
    let key = DataKey::generate().unwrap();
    let context = SecretContext { tenant: "acme", member: "anna", generation: Generation(1), epoch: Epoch::FIRST };
    let open = GuardedSecret::Open(shell::secret());
    let seal = |mut secret| context.seal(&key, PURPOSE, &mut secret).map(|()| secret).unwrap();
    let unseal = |mut secret| context.open(&key, PURPOSE, &mut secret).then_some(secret).unwrap();
    let sealed = seal(open.clone());
    assert!(matches!(unseal(sealed.clone()), GuardedSecret::Open(secret) if secret == shell::secret()));
    aead(rows, &open, &sealed, seal, unseal);

    let mut shell = Shell::enrolled();
    shell.sign_in();
    for (_, _, secret) in shell.member.secrets_mut() {
        *secret = sealed.clone();
    }
    record(rows, &shell.member);
}

/// Deriving the key, writing down whose secret it is, the cipher and base64url; the peer is the cipher.
fn aead(
    rows: &mut Rows,
    open: &GuardedSecret,
    sealed: &GuardedSecret,
    seal: impl Fn(GuardedSecret) -> GuardedSecret,
    unseal: impl Fn(GuardedSecret) -> GuardedSecret,
) {
    // As long as what names purpose, format, tenant, member, generation and epoch.
    let (key, nonce, aad) = ([7; 32], XNonce::from([0x5a; 24]), [0; 95]);
    let cipher = || XChaCha20Poly1305::new(black_box(&key.into()));
    let secret = shell::secret();
    let encrypted = || cipher().encrypt(&nonce, Payload { msg: black_box(secret.expose()), aad: &aad }).unwrap();
    let text = encrypted();
    let decrypted = || cipher().decrypt(&nonce, Payload { msg: black_box(&text), aad: &aad }).unwrap();
    assert_eq!(decrypted(), secret.expose());
    let peer = "XChaCha20-Poly1305 alone";
    rows.measure("open a sealed secret", peer, None, each(|| sealed.clone(), unseal), repeated(decrypted));
    rows.measure("seal a secret, nonce at hand", peer, None, each(|| open.clone(), seal), repeated(encrypted));
}

fn record(rows: &mut Rows, member: &Member) {
    let written = |member: &Member| serde_json::to_string(&StoredMember::try_from(member).unwrap()).unwrap();
    let read = |text: &str| Member::try_from(serde_json::from_str::<StoredMember>(text).unwrap()).unwrap();
    let text = written(member);
    assert_eq!(read(&text), *member);
    let value: Value = serde_json::from_str(&text).unwrap();
    rows.measure(
        &format!("read a stored member, {} bytes of JSON", text.len()),
        "serde_json, to its `Value`",
        None,
        repeated(|| read(black_box(&text))),
        repeated(|| serde_json::from_str::<Value>(black_box(&text)).unwrap()),
    );
    rows.measure(
        "write that member",
        "serde_json, from its `Value`",
        None,
        repeated(|| written(black_box(member))),
        repeated(|| serde_json::to_string(black_box(&value)).unwrap()),
    );
    rows.measure(
        "write that member",
        "copying the text in memory",
        None,
        repeated(|| written(black_box(member))),
        repeated(|| black_box(&text).clone()),
    );
}
