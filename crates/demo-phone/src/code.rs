//! The code of an entry, from `totp-lite`.

use serde::Serialize;
use totp_lite::{Sha1, Sha256, Sha512, totp_custom};

use crate::account::Account;

/// What the phone shows.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Code {
    pub code: String,
    pub seconds_left: u32,
    pub period: u32,
}

impl Code {
    /// The code at a moment. The error is a word for the page to translate.
    pub(crate) fn at(account: &Account, unix_seconds: f64) -> Result<Self, &'static str> {
        // Number.MAX_SAFE_INTEGER
        if !(0.0..=9_007_199_254_740_991.0).contains(&unix_seconds) {
            return Err("bad_time");
        }
        let now = unix_seconds as u64;
        let key = key_bytes(&account.key).ok_or("bad_entry")?;
        let period = u64::from(account.period);
        let gone = now.checked_rem(period).ok_or("bad_entry")?;
        if !(6..=8).contains(&account.digits) {
            return Err("bad_entry");
        }
        let code = match account.algorithm.as_str() {
            "SHA1" => totp_custom::<Sha1>(period, account.digits, &key, now),
            "SHA256" => totp_custom::<Sha256>(period, account.digits, &key, now),
            "SHA512" => totp_custom::<Sha512>(period, account.digits, &key, now),
            _ => return Err("bad_entry"),
        };
        Ok(Self { code, seconds_left: u32::try_from(period - gone).map_err(|_| "bad_entry")?, period: account.period })
    }
}

pub(crate) fn key_bytes(key: &str) -> Option<Vec<u8>> {
    base32::decode(base32::Alphabet::Rfc4648 { padding: false }, key)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail")]
mod tests {
    use super::*;

    /// RFC 6238 appendix B, to six digits.
    #[test]
    fn shows_what_the_rfc_says() {
        let account = Account::read("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "").unwrap();
        let code = Code::at(&account, 59.9).unwrap();
        assert_eq!((code.code.as_str(), code.seconds_left, code.period), ("287082", 1, 30));
        let code = Code::at(&account, 1_111_111_109.0).unwrap();
        assert_eq!((code.code.as_str(), code.seconds_left), ("081804", 1));
        let code = Code::at(&account, 1_111_111_110.0).unwrap();
        assert_eq!(code.seconds_left, 30);
    }

    #[test]
    fn refuses_impossible_times_and_entries() {
        let mut account = Account::read("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "").unwrap();
        assert_eq!(Code::at(&account, f64::NAN), Err("bad_time"));
        assert_eq!(Code::at(&account, -1.0), Err("bad_time"));
        account.period = 0;
        assert_eq!(Code::at(&account, 1.0), Err("bad_entry"));
    }
}
