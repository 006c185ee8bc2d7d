//! Sessions' tokens: signed by us, for one tenant, while they last.

use arbitrary::{Arbitrary, Unstructured};
use mfa_core::tenant::application::{ApplicationId, GuardedOrigin};
use mfa_core::time::Timestamp;
use serde_json::{Value, json};

use super::keys::{changed, ring};
use crate::gate_token::GateClaims;
use crate::session_token::Claims;

/// Text that somebody made up.
pub(crate) fn text(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    assert!(Claims::verify(text, "acme", &ring(&[1, 2]), Timestamp(0)).is_none(), "a session that we did not sign");
}

/// A token of ours, late, changed or shown elsewhere.
pub(crate) fn signed(data: &[u8]) {
    let Ok(made) = Made::arbitrary_take_rest(Unstructured::new(data)) else { return };
    let Some(claims) = made.claims() else { return };
    let token = claims.sign(&ring(&[1])).expect("our own claims");
    let verify = |text: &str, tenant: &str, keys: &[u8], now| Claims::verify(text, tenant, &ring(keys), Timestamp(now));

    let end = claims.expires_at().0;
    assert!(end <= made.ends_at && end <= made.issued_at.saturating_add(3600));
    if token.len() <= 4096 {
        let read = verify(&token, &made.tenant, &[2, 1], made.now);
        assert_eq!(read.is_some(), made.now < end, "at {} of {end}", made.now);
        if let Some(read) = read {
            assert_eq!(said(&read), said(&claims));
            let renewed = read.renewed(Timestamp(made.now));
            assert_eq!(renewed.is_some(), made.now.saturating_sub(made.issued_at) >= 300);
            assert!(renewed.is_none_or(|renewed| renewed.ends_at == claims.ends_at));
        }
    }
    assert!(verify(&token, &made.tenant, &[2], 0).is_none(), "read under a key that is retired");
    assert!(verify(&token, &format!("{}x", made.tenant), &[1], 0).is_none(), "read for another tenant");
    if let Some(text) = changed(&token, made.at, made.to) {
        assert!(verify(&text, &made.tenant, &[1], 0).is_none(), "changed, and still read");
    }
    at_a_gate(&made, claims, &token);
}

/// What a session gives at a gate: of that gate, host and tenant, and no session; nor is a session anything there.
fn at_a_gate(made: &Made, session: Claims, token: &str) {
    let origin = |text| GuardedOrigin::parse(text).expect("an origin");
    let (here, there) = (origin("https://wiki.example"), origin("https://other.example"));
    let application = ApplicationId(made.application);
    let claims = GateClaims { application, origin: here.clone(), session, signed: String::new() };
    let text = claims.sign(&ring(&[1])).expect("our own claims");
    let verify = |text: &str, tenant: &str, application, origin, now| {
        GateClaims::verify(text, tenant, (application, origin), &ring(&[1]), Timestamp(now)).is_some()
    };
    let lives = text.len() <= 4096 && made.now < claims.session.expires_at().0;
    assert_eq!(verify(&text, &made.tenant, application, &here, made.now), lives);
    assert!(!verify(&text, &made.tenant, application, &there, 0), "at another host");
    assert!(!verify(&text, &format!("{}x", made.tenant), application, &here, 0), "at another tenant");
    let mut other = made.application;
    other[0] ^= 1;
    assert!(!verify(&text, &made.tenant, ApplicationId(other), &here, 0), "at another gate");
    assert!(!verify(token, &made.tenant, application, &here, 0), "a session");
    assert!(Claims::verify(&text, &made.tenant, &ring(&[1]), Timestamp(0)).is_none(), "for a session");
}

fn said(claims: &Claims) -> Value {
    serde_json::to_value(claims).expect("our own claims")
}

#[derive(Arbitrary)]
struct Made {
    tenant: String,
    username: String,
    member: [u8; 16],
    session: [u8; 16],
    application: [u8; 8],
    administrator: bool,
    methods: [bool; 5],
    generation: u32,
    epoch: u64,
    authenticated_at: u64,
    issued_at: u64,
    ends_at: u64,
    now: u64,
    at: u16,
    to: u8,
}

impl Made {
    fn claims(&self) -> Option<Claims> {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let [password, code, recovery_key, device, external] = self.methods;
        serde_json::from_value(json!({
            "tenant": self.tenant,
            "member": hex(&self.member),
            "username": self.username,
            "role": if self.administrator { "administrator" } else { "member" },
            "generation": self.generation,
            "epoch": self.epoch,
            "session": hex(&self.session),
            "methods": {
                "password": password, "code": code, "recovery_key": recovery_key, "device": device, "external": external
            },
            "authenticated_at": self.authenticated_at,
            "issued_at": self.issued_at,
            "ends_at": self.ends_at,
        }))
        .ok()
    }
}
