//! The keys that the Worker's targets sign and seal with.

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::runtime::KeyRing;

/// A ring of keys, the newest first. The same bytes are the same key.
pub(super) fn ring(keys: &[u8]) -> KeyRing {
    let entry = |key: &u8| format!("k{key}:{}", Base64UrlUnpadded::encode_string(&[*key; 32]));
    let text = keys.iter().map(entry).collect::<Vec<_>>().join(",");
    KeyRing::parse(&text).expect("a ring of keys")
}

/// Text that may be a ring of keys.
pub(crate) fn text(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    let Some(ring) = KeyRing::parse(text) else { return };
    let parts = ring.all().map(|key| {
        assert!((1..=16).contains(&key.id.len()) && key.id.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        format!("{}:{}", key.id, Base64UrlUnpadded::encode_string(key.bytes.as_slice()))
    });
    // Spaces around an entry and padding after a key are taken; nothing else has a second spelling.
    let given = text.split(',').map(|entry| entry.trim().trim_end_matches('=').trim().to_owned());
    let given: Vec<String> = given
        .map(|entry| entry.split_once(':').map_or(entry.clone(), |(id, key)| format!("{id}:{}", key.trim())))
        .collect();
    assert_eq!(given, parts.collect::<Vec<_>>());
    assert!(ring.newest().is_ok());
}

/// Changes one byte of a text to a character that it is not, if there is one to change.
pub(super) fn changed(text: &str, at: u16, to: u8) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    let at = usize::from(at).checked_rem(bytes.len())?;
    let to = b'!' + to % 94;
    let before = std::mem::replace(bytes.get_mut(at)?, to);
    if before == to { None } else { String::from_utf8(bytes).ok() }
}
