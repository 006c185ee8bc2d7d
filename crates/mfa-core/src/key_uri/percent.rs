//! Percent-encoding (RFC 3986 §2): written with as few bare characters as
//! possible, read strictly.

use alloc::string::String;
use alloc::vec::Vec;

/// Appends `text` as UTF-8 with everything but unreserved characters encoded.
pub(super) fn push_encoded(uri: &mut String, text: &str) {
    for byte in text.bytes() {
        if is_unreserved(byte) {
            uri.push(char::from(byte));
        } else {
            uri.push('%');
            uri.push(hex_digit(byte >> 4));
            uri.push(hex_digit(byte & 0x0f));
        }
    }
}

/// Upper case, as RFC 3986 §2.1 asks of producers.
fn hex_digit(nibble: u8) -> char {
    let digit = char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    digit.to_ascii_uppercase()
}

/// Reads one component of a key URI. None for a character that may not stand
/// bare, for a broken `%`, and for bytes that are no UTF-8.
pub(super) fn decode(raw: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(raw.len());
    let mut bytes = raw.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let high = char::from(bytes.next()?).to_digit(16)?;
                let low = char::from(bytes.next()?).to_digit(16)?;
                u8::try_from(high * 16 + low).ok()?
            }
            _ if is_unreserved(byte) || is_allowed_reserved(byte) => byte,
            _ => return None,
        });
    }
    String::from_utf8(decoded).ok()
}

/// RFC 3986 §2.3.
const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// What else `pchar` of RFC 3986 §3.3 lets stand unencoded, less the `&` that
/// separates parameters.
const fn is_allowed_reserved(byte: u8) -> bool {
    matches!(byte, b'!' | b'$' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' | b':' | b'@')
}
