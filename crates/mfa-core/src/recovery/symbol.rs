//! The symbols of recovery keys: Crockford's base32
//! (<https://www.crockford.com/base32.html>), without his check symbol.

use core::fmt::{Result, Write};

/// Digits and capitals without I, L, O (easily misread) and U.
const ALPHABET: [u8; 32] = *b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The value of a symbol as typed, from 0 to 31; none for what is no symbol.
pub(super) fn value(typed: char) -> Option<u8> {
    let meant = match typed.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let position = ALPHABET.iter().position(|&symbol| char::from(symbol) == meant)?;
    u8::try_from(position).ok()
}

/// The one spelling of a value; only its low five bits count.
pub(super) fn canonical(value: u8) -> u8 {
    let position = usize::from(value & 0x1f);
    // 32 symbols for 32 values: there always is one.
    ALPHABET.get(position).copied().unwrap_or(b'0')
}

pub(super) fn write_all(to: &mut impl Write, values: &[u8]) -> Result {
    for &value in values {
        to.write_char(char::from(canonical(value)))?;
    }
    Ok(())
}
