//! Fixed-length bytes as lower-case hexadecimal in JSON: one spelling for each value, readable in a dump.
//!
//! By `serialize` and `deserialize`, as serde finds them in a module that it is told of:
//!
//! ```
//! use mfa_core::stored::hex;
//!
//! #[derive(serde::Serialize, serde::Deserialize)]
//! struct Cookie(#[serde(with = "hex")] [u8; 4]);
//!
//! assert_eq!(serde_json::to_string(&Cookie([0, 1, 0xab, 0xff]))?, r#""0001abff""#);
//! assert_eq!(serde_json::from_str::<Cookie>(r#""0001abff""#)?.0, [0, 1, 0xab, 0xff]);
//! assert!(serde_json::from_str::<Cookie>(r#""0001ABFF""#).is_err(), "one spelling");
//! # Ok::<(), serde_json::Error>(())
//! ```

use alloc::string::String;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serializer};

/// Writes `2 * N` lower-case digits.
///
/// ```
/// use mfa_core::stored::hex;
///
/// assert_eq!(hex::serialize(&[0x0a, 0xff], serde_json::value::Serializer)?, "0aff");
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
/// Those of the serializer.
pub fn serialize<S: Serializer, const N: usize>(bytes: &[u8; N], serializer: S) -> Result<S::Ok, S::Error> {
    let mut text = String::with_capacity(2 * N);
    for byte in bytes {
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from_digit(nibble.into(), 16).unwrap_or('0'));
        }
    }
    serializer.serialize_str(&text)
}

/// Reads exactly `2 * N` lower-case digits.
///
/// ```
/// use mfa_core::stored::hex;
///
/// let read = |text: &str| hex::deserialize::<_, 2>(&mut serde_json::Deserializer::from_str(text));
/// assert_eq!(read(r#""0aff""#)?, [0x0a, 0xff]);
/// assert!(read(r#""0affff""#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
/// Any other text.
pub fn deserialize<'de, D: Deserializer<'de>, const N: usize>(deserializer: D) -> Result<[u8; N], D::Error> {
    let text = String::deserialize(deserializer)?;
    decode(&text).ok_or_else(|| D::Error::custom("not lower-case hexadecimal of the right length"))
}

fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N || text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let mut digits = text.chars().map(|digit| digit.to_digit(16));
    let mut bytes = [0; N];
    for byte in &mut bytes {
        let (high, low) = (digits.next()??, digits.next()??);
        *byte = u8::try_from(high << 4 | low).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn one_spelling_only() {
        assert_eq!(decode::<2>("0aff"), Some([0x0a, 0xff]));
        for wrong in ["", "0af", "0aff0", "0AFF", "0agf", "é0a"] {
            assert_eq!(decode::<2>(wrong), None, "{wrong}");
        }
    }
}
