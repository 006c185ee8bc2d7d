//! What is sealed opens as it was, in its own place, and nowhere else.

use arbitrary::{Arbitrary, Unstructured};
use mfa_core::external::Issuer;
use mfa_core::member::{Generation, GuardedSecret, SecretPurpose};
use mfa_core::secret::Secret;
use mfa_core::tenant::{Epoch, WrappedDataKey};
use mfa_core::time::Timestamp;
use serde_json::json;

use super::keys::{changed, ring};
use crate::oidc::Flow;
use crate::seal::{DataKey, SecretContext, open, open_client_secret, open_link, seal, seal_link};

/// Text that somebody made up, or another program wrote.
pub(crate) fn text(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    let keys = ring(&[1, 2]);
    assert!(open(&[1; 32], text, b"here").is_none());
    assert!(open_link(text, &keys, "acme").is_none() && open_client_secret(text, &keys, "acme").is_none());
    assert!(DataKey::unwrap(&WrappedDataKey(text.to_owned()), &keys, "acme", Epoch(1)).is_none());
    assert!(Flow::open(text, "acme", &keys, Timestamp(0)).is_err());
}

/// Something of ours, changed or moved.
pub(crate) fn sealed(data: &[u8]) {
    let Ok(made) = Made::arbitrary_take_rest(Unstructured::new(data)) else { return };
    let key = [made.key; 32];
    let sealed = seal(&key, &made.plain, &made.context).expect("sealing");
    assert_eq!(open(&key, &sealed, &made.context).as_deref(), Some(&made.plain));
    assert!(made.other == made.context || open(&key, &sealed, &made.other).is_none(), "opened elsewhere");
    assert!(open(&[made.key ^ 1; 32], &sealed, &made.context).is_none(), "opened by another key");
    if let Some(text) = changed(&sealed, made.at, made.to) {
        assert!(open(&key, &text, &made.context).is_none(), "changed, and still opened");
    }
    data_key(&made);
    flow(&made);
}

fn data_key(made: &Made) {
    let keys = ring(&[1]);
    let data_key = DataKey::generate().expect("randomness");
    let wrapped = data_key.wrap(&keys, "acme", Epoch(made.epoch)).expect("wrapping");
    let unwrap =
        |text: &str, tenant, epoch| DataKey::unwrap(&WrappedDataKey(text.to_owned()), &keys, tenant, Epoch(epoch));
    let again = unwrap(&wrapped.0, "acme", made.epoch).expect("our own key");
    assert!(unwrap(&wrapped.0, "acme", made.epoch ^ 1).is_none(), "a key of another epoch");
    assert!(unwrap(&wrapped.0, "acmf", made.epoch).is_none(), "a key of another tenant");
    if let Some(text) = changed(&wrapped.0, made.at, made.to) {
        assert!(unwrap(&text, "acme", made.epoch).is_none(), "changed, and still unwrapped");
    }

    let context = |generation, epoch| SecretContext {
        tenant: "acme",
        member: "0123456789abcdef0123456789abcdef",
        generation: Generation(generation),
        epoch: Epoch(epoch),
    };
    let plain = GuardedSecret::Open(Secret::from_random([made.key; 20]));
    let mut secret = plain.clone();
    let (here, purpose) = (context(made.generation, made.epoch), SecretPurpose::Authenticator);
    here.seal(&data_key, purpose, &mut secret).expect("sealing");
    let kept = secret.clone();
    assert!(matches!(&kept, GuardedSecret::Sealed(_)));
    let elsewhere = [
        (context(made.generation, made.epoch), SecretPurpose::Enrolment),
        (context(made.generation ^ 1, made.epoch), purpose),
        (context(made.generation, made.epoch ^ 1), purpose),
    ];
    for (there, purpose) in elsewhere {
        assert!(!there.open(&again, purpose, &mut secret) && secret == kept, "a secret that was moved opened");
    }
    assert!(here.open(&again, purpose, &mut secret) && secret == plain);
}

/// A sign-in elsewhere, in the browser's cookie.
fn flow(made: &Made) {
    let issuer = Issuer::parse("https://id.acme.example", mfa_core::external::Loopback::Refused).expect("an issuer");
    let flow = json!({
        "tenant": "acme", "issuer": issuer, "client_id": "c", "redirect_uri": "https://mfa.example/cb",
        "purpose": { "sign-in": { "next": null } }, "is_anew": made.is_anew, "state": "s", "nonce": "n",
        "verifier": "v", "started_at": made.epoch,
    });
    let flow: Flow = serde_json::from_value(flow).expect("a flow");
    let cookie = flow.seal(&ring(&[1])).expect("sealing");
    let opened = Flow::open(&cookie, "acme", &ring(&[2, 1]), Timestamp(made.now));
    let is_live = made.now < made.epoch.saturating_add(600) && made.now.saturating_add(60) >= made.epoch;
    assert_eq!(opened.is_ok(), is_live, "at {} of {}", made.now, made.epoch);
    assert!(Flow::open(&cookie, "acmf", &ring(&[1]), Timestamp(made.epoch)).is_err(), "a flow of another tenant");
    assert!(Flow::open(&cookie, "acme", &ring(&[2]), Timestamp(made.epoch)).is_err(), "under a key that is retired");
    assert!(open_link(&cookie, &ring(&[1]), "acme").is_none() && seal_link("x", &ring(&[1]), "acme").is_ok());
}

#[derive(Arbitrary)]
struct Made {
    key: u8,
    epoch: u64,
    generation: u32,
    now: u64,
    is_anew: bool,
    at: u16,
    to: u8,
    context: Vec<u8>,
    other: Vec<u8>,
    plain: Vec<u8>,
}
