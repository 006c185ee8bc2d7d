//! Recovery keys as people type them, and what a slip of the pen does to one.

use mfa_core::recovery::{RecoveryDigest, RecoveryDigestKey, RecoveryGroup, RecoveryKey, RecoveryKeyError};

use crate::refusal::is_one_of;

const ALPHABET: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ERRORS: [RecoveryKeyError; 3] = [RecoveryKeyError::Length, RecoveryKeyError::Symbol, RecoveryKeyError::Checksum];

/// Text that may be a recovery key, a group of one or a stored digest.
pub(crate) fn text(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    let expected = by_rule(text);
    match RecoveryKey::parse(text) {
        Ok(key) => {
            let shown = key.to_string();
            let plain = shown.replace('-', "");
            assert_eq!(Some(&plain), expected.as_ref(), "read as something else");
            assert!(shown.split('-').map(str::len).eq([5; 5]), "{} symbols", shown.len());
            assert!(fits(&plain), "the check symbols do not fit");
            assert_eq!(RecoveryKey::parse(&shown).as_ref(), Ok(&key));
            assert!(shown.ends_with(&key.last_group().to_string()));
            assert_eq!(format!("{key:?}"), "RecoveryKey(redacted)");
        }
        Err(error) => {
            is_one_of(&error, &ERRORS);
            assert!(!expected.as_ref().is_some_and(|plain| plain.len() == 25 && fits(plain)), "refused: {error:?}");
        }
    }
    match RecoveryGroup::parse(text) {
        Ok(group) => {
            assert_eq!(Some(group.to_string()), expected);
            assert_eq!(format!("{group:?}"), "RecoveryGroup(redacted)");
        }
        Err(error) => {
            is_one_of(&error, &ERRORS[..2]);
            assert!(expected.is_none_or(|plain| plain.len() != 5), "refused: {error:?}");
        }
    }
    if let Ok(digest) = RecoveryDigest::from_hex(text) {
        assert_eq!(digest.to_hex(), text, "a second spelling was read");
        assert_eq!(format!("{digest:?}"), "RecoveryDigest(redacted)");
    }
}

/// A key as it is made, with up to two symbols changed: 16 random bytes, then place and change of each.
pub(crate) fn slips(data: &[u8]) {
    let Some((random, slips)) = data.split_first_chunk::<16>() else { return };
    let key = RecoveryKey::from_random(random);
    let written = key.to_string();
    assert_eq!(RecoveryKey::parse(&written).as_ref(), Ok(&key));
    let digest_key = RecoveryDigestKey::from_bytes([7; 32]);
    let digest = key.digest(&digest_key, b"here");
    assert!(digest == RecoveryKey::parse(&written.to_lowercase()).unwrap().digest(&digest_key, b"here"));
    assert!(digest != key.digest(&digest_key, b"elsewhere"));

    let symbols: Vec<char> = written.replace('-', "").chars().collect();
    let mut slipped = symbols.clone();
    for slip in slips.chunks_exact(2).take(2) {
        let at = usize::from(slip[0]) % slipped.len();
        slipped[at] = ALPHABET.chars().nth(usize::from(slip[1]) % 32).unwrap();
    }
    if slipped != symbols {
        let text: String = slipped.into_iter().collect();
        assert_eq!(RecoveryKey::parse(&text), Err(RecoveryKeyError::Checksum), "a slip went unnoticed");
    }
}

/// The symbols of the text in their one spelling, if all are symbols or separators.
fn by_rule(text: &str) -> Option<String> {
    if text.len() > RecoveryKey::MAX_TEXT_BYTES {
        return None;
    }
    let meant = |symbol: char| {
        let meant = match symbol.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            upper => upper,
        };
        ALPHABET.contains(meant).then_some(meant)
    };
    text.chars().filter(|symbol| !matches!(symbol, ' ' | '\u{a0}' | '-')).map(meant).collect()
}

/// Whether the key, as a polynomial over GF(32), is zero at 1 and at α: what its check symbols are for. By logarithms,
/// where the code under test divides.
fn fits(plain: &str) -> bool {
    let mut powers = vec![1_u8];
    for _ in 1..31 {
        let doubled = powers[powers.len() - 1] << 1;
        powers.push(if doubled & 0x20 == 0 { doubled } else { doubled ^ 0b10_0101 });
    }
    let log = |value: u8| powers.iter().position(|power| *power == value);
    let at = |exponent: usize| {
        let terms = plain.chars().rev().enumerate().map(|(place, symbol)| {
            let value = u8::try_from(ALPHABET.find(symbol).unwrap()).unwrap();
            log(value).map_or(0, |log| powers[(log + exponent * place) % 31])
        });
        terms.fold(0, |sum, term| sum ^ term)
    };
    at(0) == 0 && at(1) == 0
}
