//! The header `Cookie`: a value is found where it stands once, and only there.

use crate::cookies::{EXTERNAL, PENDING, SESSION, value};

/// A header's text.
pub(crate) fn text(data: &[u8]) {
    let Ok(header) = core::str::from_utf8(data) else { return };
    for name in [SESSION, PENDING, EXTERNAL, "__Host-mfa_device_01234567"] {
        // OWS of RFC 9110 and no other white space, which a browser takes for a part of the name.
        let pairs = header.split(';').map(|pair| pair.trim_matches(|sign| matches!(sign, '\x20' | '\x09')));
        let values: Vec<&str> = pairs.filter_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).collect();
        let expected = match values.as_slice() {
            [one] if header.len() <= 16 * 1024 => Some(*one),
            _ => None,
        };
        assert_eq!(value(header, name), expected);
        // Whoever adds another of the same name takes the first away and puts nothing in its place.
        if expected.is_some() {
            assert_eq!(value(&format!("{header}; {name}=another"), name), None);
        }
    }
}
