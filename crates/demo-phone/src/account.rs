//! One entry of the phone, and how it is read from a QR code or typed in.

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};

const PREFIX: &str = "otpauth://totp/";

/// What the phone remembers of one account.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Account {
    pub issuer: String,
    pub account: String,
    /// Base32, upper case, without spaces and padding.
    pub key: String,
    pub algorithm: String,
    pub digits: u32,
    /// Seconds.
    pub period: u32,
}

impl Account {
    /// Reads a link or a bare key. The error is a word for the page to translate.
    pub(crate) fn read(text: &str, name: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        if text.is_empty() {
            return Err("empty");
        }
        if text.contains("://") {
            return Self::read_link(text);
        }
        Ok(Self {
            issuer: String::new(),
            account: name.trim().to_owned(),
            key: read_key(text)?,
            algorithm: "SHA1".to_owned(),
            digits: 6,
            period: 30,
        })
    }

    fn read_link(link: &str) -> Result<Self, &'static str> {
        let begin = link.get(..PREFIX.len()).ok_or("not_totp")?;
        if !begin.eq_ignore_ascii_case(PREFIX) {
            return Err("not_totp");
        }
        let rest = link.get(PREFIX.len()..).unwrap_or_default();
        let (label, query) = rest.split_once('?').ok_or("no_key")?;
        let label = percent_decode_str(label).decode_utf8_lossy();
        let mut read = Self {
            issuer: String::new(),
            account: label.to_string(),
            key: String::new(),
            algorithm: "SHA1".to_owned(),
            digits: 6,
            period: 30,
        };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "secret" => read.key = read_key(&value)?,
                "issuer" => read.issuer = value.into_owned(),
                "algorithm" => read.algorithm = read_algorithm(&value)?,
                "digits" => read.digits = read_number(&value, 6, 8)?,
                "period" => read.period = read_number(&value, 1, 3600)?,
                _ => {}
            }
        }
        if read.key.is_empty() {
            return Err("no_key");
        }
        read.split_label();
        Ok(read)
    }

    /// The label may repeat the issuer: shown once is enough.
    fn split_label(&mut self) {
        let begin = format!("{}:", self.issuer);
        if let Some(account) = self.account.strip_prefix(&begin).filter(|_| !self.issuer.is_empty()) {
            self.account = account.trim_start().to_owned();
        } else if let Some((issuer, account)) = self.account.split_once(':').filter(|_| self.issuer.is_empty()) {
            (self.issuer, self.account) = (issuer.to_owned(), account.trim_start().to_owned());
        }
    }
}

/// As apps take a typed key: any case, with spaces, hyphens and padding.
fn read_key(text: &str) -> Result<String, &'static str> {
    let key: String = text
        .chars()
        .filter(|symbol| !matches!(symbol, '-' | '=') && !symbol.is_whitespace())
        .map(|symbol| symbol.to_ascii_uppercase())
        .collect();
    match crate::code::key_bytes(&key) {
        Some(bytes) if !bytes.is_empty() => Ok(key),
        _ => Err("bad_key"),
    }
}

fn read_algorithm(name: &str) -> Result<String, &'static str> {
    let name = name.to_ascii_uppercase();
    match name.as_str() {
        "SHA1" | "SHA256" | "SHA512" => Ok(name),
        _ => Err("bad_parameter"),
    }
}

fn read_number(text: &str, least: u32, most: u32) -> Result<u32, &'static str> {
    text.parse().ok().filter(|number| (least..=most).contains(number)).ok_or("bad_parameter")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail")]
mod tests {
    use super::*;

    const KEY: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn names(link: &str) -> (String, String) {
        let account = Account::read(&link.replace('$', KEY), "").unwrap();
        assert_eq!(account.key, KEY);
        (account.issuer, account.account)
    }

    #[test]
    fn reads_links() {
        let both = |issuer: &str, account: &str| (issuer.to_owned(), account.to_owned());
        assert_eq!(
            names(
                "otpauth://totp/Demo%20BV:anna%40example.nl?secret=$&issuer=Demo%20BV&algorithm=SHA1&digits=6&period=30"
            ),
            both("Demo BV", "anna@example.nl")
        );
        assert_eq!(names("otpauth://totp/anna?secret=$&issuer=Demo+BV"), both("Demo BV", "anna"));
        assert_eq!(names("otpauth://totp/Demo:%20anna?secret=$"), both("Demo", "anna"));
        assert_eq!(names("otpauth://totp/a%3Ab:anna?secret=$&issuer=a%3Ab"), both("a:b", "anna"));
    }

    #[test]
    fn reads_typed_keys() {
        let account = Account::read(" gezd gnbv-gy3t qojq gezd gnbv gy3t qojq ", " anna ").unwrap();
        assert_eq!((account.key.as_str(), account.account.as_str()), (KEY, "anna"));
    }

    #[test]
    fn refuses_with_a_word() {
        for (text, word) in [
            ("  ", "empty"),
            ("https://example.nl/", "not_totp"),
            ("otpauth://hotp/a?secret=AAAA", "not_totp"),
            ("otpauth://totp/a", "no_key"),
            ("otpauth://totp/a?issuer=b", "no_key"),
            ("otpauth://totp/a?secret=0189", "bad_key"),
            ("0189", "bad_key"),
            ("-", "bad_key"),
            ("otpauth://totp/a?secret=AAAAAAAA&digits=9", "bad_parameter"),
            ("otpauth://totp/a?secret=AAAAAAAA&period=0", "bad_parameter"),
            ("otpauth://totp/a?secret=AAAAAAAA&algorithm=MD5", "bad_parameter"),
        ] {
            assert_eq!(Account::read(text, ""), Err(word), "{text:?}");
        }
    }
}
