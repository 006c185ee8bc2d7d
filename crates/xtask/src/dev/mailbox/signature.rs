//! Whether a notice is the Worker's: Standard Webhooks 1.0.

use super::Request;
use base64ct::{Base64, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Seconds that a clock may be off, and that a notice may be on its way. Later it is a repeat by somebody else.
const TOLERANCE: u64 = 5 * 60;

/// The notice's id, if it was signed with `key` a moment ago.
pub(super) fn check<'a>(key: &[u8], request: &'a Request, now: u64) -> Result<&'a str, &'static str> {
    let header = |name| request.header(name).ok_or("a header of Standard Webhooks is missing");
    let id = header("webhook-id")?;
    let time = header("webhook-timestamp")?;
    let signatures = header("webhook-signature")?;
    let signed_at: u64 = time.parse().map_err(|_| "the timestamp is no number")?;
    if signed_at.abs_diff(now) > TOLERANCE {
        return Err("the timestamp is more than five minutes off");
    }
    let mac = signed(key, id, time, &request.body).ok_or("the key cannot be used")?;
    // While a key is rotated there are several, with spaces between.
    let theirs = signatures.split(' ').filter_map(|signature| signature.strip_prefix("v1,"));
    let mut bytes = [0; 32];
    for signature in theirs {
        let decoded = Base64::decode(signature, &mut bytes);
        if decoded.is_ok_and(|decoded| mac.clone().verify_slice(decoded).is_ok()) {
            return Ok(id);
        }
    }
    Err("the signature is not right")
}

fn signed(key: &[u8], id: &str, time: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    for part in [id.as_bytes(), b".", time.as_bytes(), b".", body] {
        mac.update(part);
    }
    Some(mac)
}

#[cfg(test)]
pub(super) fn make(key: &[u8], id: &str, time: u64, body: &str) -> String {
    let mac = signed(key, id, &time.to_string(), body.as_bytes()).unwrap();
    format!("v1,{}", Base64::encode_string(&mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the Standard Webhooks libraries: key `whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw`.
    const KEY: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const TIME: u64 = 1_614_265_330;
    const BODY: &str = "{\"test\": 2432232314}";
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn judge(id: &str, time: &str, signature: &str, body: &str, now: u64) -> bool {
        let key = Base64::decode_vec(KEY).unwrap();
        let headers = [("webhook-id", id), ("webhook-timestamp", time), ("webhook-signature", signature)];
        check(&key, &Request::of("POST", "/", &headers, body), now).is_ok()
    }

    #[test]
    fn the_specifications_own_example_is_right() {
        let time = TIME.to_string();
        assert!(judge(ID, &time, SIGNATURE, BODY, TIME));
        assert!(judge(ID, &time, &format!("v1,AAAA v1a,x {SIGNATURE}"), BODY, TIME + TOLERANCE));
        assert!(judge(ID, &time, SIGNATURE, BODY, TIME - TOLERANCE));
    }

    #[test]
    fn anything_changed_or_late_is_refused() {
        let time = TIME.to_string();
        assert!(!judge("msg_other", &time, SIGNATURE, BODY, TIME));
        assert!(!judge(ID, &(TIME + 1).to_string(), SIGNATURE, BODY, TIME));
        assert!(!judge(ID, &time, SIGNATURE, "{\"test\": 2432232315}", TIME));
        assert!(!judge(ID, &time, "v1,", BODY, TIME));
        assert!(!judge(ID, &time, &SIGNATURE.replace("v1,", "v2,"), BODY, TIME));
        assert!(!judge(ID, &time, SIGNATURE, BODY, TIME + TOLERANCE + 1));
        assert!(!judge(ID, &time, SIGNATURE, BODY, TIME - TOLERANCE - 1));
        assert!(!judge(ID, "soon", SIGNATURE, BODY, TIME));
    }
}
