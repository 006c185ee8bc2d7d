//! The claims of an ID token: whatever passes meets every rule, as read from the JSON by hand.

use mfa_core::external::{Claims, Expected, Issuer, LEEWAY, Loopback, judge};
use mfa_core::time::{Seconds, Timestamp};
use serde_json::Value;

const ISSUER: &str = "https://id.acme.example";
const ENTRA: &str = "https://login.microsoftonline.com/690222be-ff1a-4d56-abd1-7e4f7d38e474/v2.0";
const CLIENT: &str = "edge-mfa";
const NONCE: &str = "n-0S6_WzA2Mj";
const NOW: u64 = 1_800_000_000;

/// JSON text that may hold claims.
pub(crate) fn text(data: &[u8]) {
    let Ok(claims) = serde_json::from_slice::<Claims>(data) else { return };
    for (issuer, max_age) in [(ISSUER, None), (ISSUER, Some(0)), (ENTRA, None), (ENTRA, Some(3600))] {
        let parsed = Issuer::parse(issuer, Loopback::Refused).unwrap();
        let (asked_at, max_age) = (Timestamp(NOW - 60), max_age.map(Seconds));
        let expected = Expected { issuer: &parsed, client_id: CLIENT, nonce: NONCE, asked_at, max_age };
        let Ok(proof) = judge(&claims, &expected, Timestamp(NOW)) else { continue };
        // Serde reads an array as a struct, too; the Worker lets none come this far.
        let Ok(Value::Object(given)) = serde_json::from_slice::<Value>(data) else { continue };
        let claim = |name: &str| given.get(name).filter(|value| !value.is_null());
        assert_eq!(claim("iss").and_then(Value::as_str), Some(issuer));
        assert_eq!(claim("nonce").and_then(Value::as_str), Some(NONCE));
        assert_eq!(claim("sub").and_then(Value::as_str), Some(proof.identity.subject.as_str()));
        assert_eq!(proof.identity.issuer.as_str(), issuer);
        audience(claim("aud").expect("no audience"), claim("azp"));
        let seconds = |name| claim(name).map(|value| value.as_f64().expect("a date that is no number"));
        let (now, leeway) = (NOW as f64, LEEWAY.0 as f64);
        assert!(now < seconds("exp").expect("no end") + leeway, "over");
        assert!(seconds("iat").expect("no beginning") < now + leeway + 1.0, "from the future");
        assert!(seconds("nbf").is_none_or(|begins| begins < now + leeway + 1.0), "from the future");
        assert!(seconds("auth_time").is_none_or(|begins| begins < now + leeway + 1.0), "from the future");
        if let Some(Seconds(max_age)) = max_age {
            let signed_in = seconds("auth_time").expect("fresh without a time");
            assert!(signed_in + max_age as f64 + leeway + 1.0 > asked_at.0 as f64, "not fresh");
        }
        assert!(proof.auth_time.is_none_or(|time| time <= Timestamp(NOW)));
        if issuer == ENTRA {
            assert!(claim("tid").is_none_or(|tid| ENTRA.contains(tid.as_str().unwrap())), "another directory");
        }
        if let Some(display) = &proof.display {
            assert!((1..=100).contains(&display.chars().count()));
            assert!(!display.chars().any(|symbol| symbol.is_control() || ('\u{202a}'..='\u{202e}').contains(&symbol)));
        }
    }
}

fn audience(given: &Value, party: Option<&Value>) {
    let all: Vec<&Value> = given.as_array().map_or_else(|| vec![given], |all| all.iter().collect());
    assert!(all.iter().any(|one| *one == CLIENT), "for somebody else");
    let for_others = all.iter().any(|one| *one != CLIENT);
    match party {
        Some(party) => assert_eq!(party, CLIENT, "given to somebody else"),
        None => assert!(!for_others, "for others too, and given to nobody"),
    }
}
