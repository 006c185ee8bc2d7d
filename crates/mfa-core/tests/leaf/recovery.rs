//! Recovery keys (attack E07) and their check symbols.

use std::collections::HashSet;

use mfa_core::recovery::{RecoveryDigest, RecoveryDigestKey, RecoveryGroup, RecoveryKey, RecoveryKeyError};
use proptest::prelude::*;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// 200 keys: the extremes, single bits, and a simple generator's.
fn many_keys() -> Vec<RecoveryKey> {
    let mut randoms = vec![[0; 16], [0xff; 16], [0x55; 16], [0xaa; 16]];
    randoms.extend((0..128).map(|bit| (1_u128 << bit).to_be_bytes()));
    let mut state = 0x9e37_79b9_7f4a_7c15_u128;
    while randoms.len() < 200 {
        state = state.wrapping_mul(0xda94_2042_e4dd_58b5_u128).wrapping_add(0x1234_5678_9abc_def1);
        randoms.push(state.rotate_left(64).to_be_bytes());
    }
    randoms.iter().map(RecoveryKey::from_random).collect()
}

fn symbols(key: &RecoveryKey) -> Vec<u8> {
    key.to_string().bytes().filter(|byte| *byte != b'-').collect()
}

fn parse(symbols: &[u8]) -> Result<RecoveryKey, RecoveryKeyError> {
    RecoveryKey::parse(core::str::from_utf8(symbols).unwrap())
}

#[test]
fn every_single_wrong_symbol_is_caught() {
    let mut tried = 0;
    for key in many_keys() {
        let right = symbols(&key);
        assert_eq!(parse(&right), Ok(key));
        for position in 0..25 {
            for &symbol in ALPHABET.iter().filter(|symbol| **symbol != right[position]) {
                let mut wrong = right.clone();
                wrong[position] = symbol;
                assert_eq!(parse(&wrong), Err(RecoveryKeyError::Checksum));
                tried += 1;
            }
        }
    }
    assert_eq!(tried, 200 * 25 * 31);
}

/// Neighbours, as the issue asks, and any other two symbols as well.
#[test]
fn every_swap_is_caught() {
    for key in many_keys() {
        let right = symbols(&key);
        for first in 0..25 {
            for second in first + 1..25 {
                let mut wrong = right.clone();
                wrong.swap(first, second);
                let expected = if wrong == right { Ok(key.clone()) } else { Err(RecoveryKeyError::Checksum) };
                assert_eq!(parse(&wrong), expected, "{first} and {second}");
            }
        }
    }
}

/// The code is linear: an error goes unseen exactly if the same error on the
/// all-zero key goes unseen. So this is every error of two symbols on any key.
#[test]
fn every_two_wrong_symbols_are_caught() {
    for first in 0..25 {
        for second in first + 1..25 {
            for &a in &ALPHABET[1..] {
                for &b in &ALPHABET[1..] {
                    let mut wrong = [b'0'; 25];
                    wrong[first] = a;
                    wrong[second] = b;
                    assert_eq!(parse(&wrong), Err(RecoveryKeyError::Checksum));
                }
            }
        }
    }
}

#[test]
fn one_text_in_1024_passes_the_check() {
    let mut state = 1_u64;
    let mut passed = 0;
    for _ in 0..102_400 {
        let text: Vec<u8> = (0..25)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                ALPHABET[(state >> 59) as usize]
            })
            .collect();
        passed += usize::from(parse(&text).is_ok());
    }
    assert!((50..=160).contains(&passed), "{passed} of about 100");
}

#[test]
fn is_written_as_five_groups_of_five() {
    for key in many_keys() {
        let text = key.to_string();
        let groups: Vec<&str> = text.split('-').collect();
        assert_eq!(groups.len(), 5);
        assert!(groups.iter().all(|group| group.len() == 5));
        assert!(text.bytes().all(|byte| byte == b'-' || ALPHABET.contains(&byte)));
        assert_eq!(key.last_group().to_string(), groups[4]);
    }
}

#[test]
fn uses_115_bits_and_all_of_them() {
    let zero = RecoveryKey::from_random(&[0; 16]);
    let mut seen = HashSet::from([zero.to_string()]);
    for bit in 0..128 {
        let key = RecoveryKey::from_random(&(1_u128 << bit).to_be_bytes());
        // The 13 lowest bits are not used.
        assert_eq!(key == zero, bit < 13, "bit {bit}");
        seen.insert(key.to_string());
    }
    assert_eq!(seen.len(), 116);
}

#[test]
fn reads_what_people_type() {
    let key = RecoveryKey::from_random(&[0x10, 0x84, 0x21, 0x08, 0x42, 0x10, 0x84, 0x20, 0, 1, 2, 3, 4, 5, 6, 7]);
    let text = key.to_string();
    assert!(text.contains('0') && text.contains('1'));
    for typed in [
        text.clone(),
        text.to_lowercase(),
        text.replace('-', ""),
        text.replace('-', " "),
        text.replace('-', "\u{a0}"),
        text.replace('-', " - "),
        format!("  -{text}- "),
        text.replace('0', "O"),
        text.replace('0', "o"),
        text.replace('1', "I"),
        text.replace('1', "i"),
        text.replace('1', "L"),
        text.replace('1', "l").replace('-', ""),
    ] {
        assert_eq!(RecoveryKey::parse(&typed), Ok(key.clone()), "{typed:?}");
    }
}

#[test]
fn refuses_everything_else() {
    let text = RecoveryKey::from_random(&[9; 16]).to_string();
    for other in [
        "U",
        "u",
        "\t",
        "\n",
        "\u{2011}",
        "\u{2013}",
        "\u{200b}",
        "_",
        ".",
        "*",
        "=",
        "０",
        "Ｏ",
        "é",
        "ſ",
        "K\u{212a}",
    ] {
        let wrong = format!("{other}{text}");
        assert_eq!(RecoveryKey::parse(&wrong), Err(RecoveryKeyError::Symbol), "{wrong:?}");
    }
    for wrong in
        ["", "-", text.get(..28).unwrap(), text.get(..5).unwrap(), &format!("{text}0"), &format!("{text}{text}")]
    {
        assert_eq!(RecoveryKey::parse(wrong), Err(RecoveryKeyError::Length), "{wrong:?}");
    }
    let padded = |bytes: usize| format!("{text}{}", " ".repeat(bytes - text.len()));
    assert!(RecoveryKey::parse(&padded(RecoveryKey::MAX_TEXT_BYTES)).is_ok());
    assert_eq!(RecoveryKey::parse(&padded(RecoveryKey::MAX_TEXT_BYTES + 1)), Err(RecoveryKeyError::Length));
    assert_eq!(RecoveryKey::parse(&"!".repeat(129)), Err(RecoveryKeyError::Length));
}

#[test]
fn the_proof_is_one_group() {
    let key = RecoveryKey::from_random(&[0xb7; 16]);
    let digest_key = RecoveryDigestKey::from_bytes([3; 32]);
    let proof = |group: &RecoveryGroup| group.proof_digest(&digest_key, b"anna");
    let right = proof(&key.last_group());
    let typed = key.last_group().to_string().to_lowercase();
    assert_eq!(proof(&RecoveryGroup::parse(&format!(" {typed} ")).unwrap()), right);
    assert_ne!(proof(&RecoveryGroup::parse("00000").unwrap()), right);
    assert_eq!(RecoveryGroup::parse("0000").unwrap_err(), RecoveryKeyError::Length);
    assert_eq!(RecoveryGroup::parse("000000").unwrap_err(), RecoveryKeyError::Length);
    assert_eq!(RecoveryGroup::parse(&key.to_string()).unwrap_err(), RecoveryKeyError::Length);
    assert_eq!(RecoveryGroup::parse("0000U").unwrap_err(), RecoveryKeyError::Symbol);
    assert_eq!(RecoveryGroup::parse("OoIiL").unwrap().to_string(), "00111");
}

/// Attack E06: a digest is good for one key, one tenant key, one context, one purpose.
#[test]
fn digests_do_not_move() {
    let one = RecoveryKey::from_random(&[1; 16]);
    let two = RecoveryKey::from_random(&[2; 16]);
    let (k, l) = (RecoveryDigestKey::from_bytes([1; 32]), RecoveryDigestKey::from_bytes([2; 32]));
    let digests = [
        one.digest(&k, b"anna"),
        two.digest(&k, b"anna"),
        one.digest(&l, b"anna"),
        one.digest(&k, b"bert"),
        one.digest(&k, b""),
        one.digest(&k, b"anna\0"),
        one.last_group().proof_digest(&k, b"anna"),
        one.last_group().proof_digest(&k, b"bert"),
        one.last_group().proof_digest(&l, b"anna"),
    ];
    let distinct: HashSet<String> = digests.iter().map(RecoveryDigest::to_hex).collect();
    assert_eq!(distinct.len(), digests.len());
    assert_eq!(one.digest(&k, b"anna"), one.clone().digest(&k, b"anna"));
}

#[test]
fn digests_are_stored_as_strict_hex() {
    let hex = "00ff0123456789abcdef00ff0123456789abcdef00ff0123456789abcdef0a0b";
    let digest = RecoveryDigest::from_hex(hex).unwrap();
    assert_eq!(digest.to_hex(), hex);
    assert_eq!(RecoveryDigest::from_bytes(*digest.as_bytes()), digest);
    for wrong in
        ["", &hex[1..], &format!("{hex}0"), &hex.to_uppercase(), &hex.replace("ff", "fg"), &hex.replace("00ff", "é0f")]
    {
        assert!(RecoveryDigest::from_hex(wrong).is_err(), "{wrong:?}");
    }
}

#[cfg(feature = "serde")]
#[test]
fn digests_as_json() {
    let hex = "00ff0123456789abcdef00ff0123456789abcdef00ff0123456789abcdef0a0b";
    let json = format!("\"{hex}\"");
    let digest: RecoveryDigest = serde_json::from_str(&json).unwrap();
    assert_eq!(serde_json::to_string(&digest).unwrap(), json);
    for wrong in ["null", "1", "\"00\"", "[0,1]", &json.to_uppercase()] {
        let error = serde_json::from_str::<RecoveryDigest>(wrong).unwrap_err().to_string();
        assert!(error.contains("64 lower-case hexadecimal digits") && !error.contains("FF0123"), "{error}");
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(random: [u8; 16]) {
        let key = RecoveryKey::from_random(&random);
        prop_assert_eq!(RecoveryKey::parse(&key.to_string()), Ok(key));
    }

    #[test]
    fn any_text_is_read_or_refused(text: String) {
        let _ = RecoveryKey::parse(&text);
        let _ = RecoveryGroup::parse(&text);
    }

    /// No other spelling: what is read is, but for case, separators and
    /// look-alikes, what is written.
    #[test]
    fn nothing_but_the_leniency_is_lost(random: [u8; 16], lower: u32, gaps: u32) {
        let key = RecoveryKey::from_random(&random);
        let typed: String = symbols(&key)
            .iter()
            .enumerate()
            .flat_map(|(i, &byte)| {
                let symbol = if lower >> i & 1 == 1 { byte.to_ascii_lowercase() } else { byte };
                let gap = if gaps >> i & 1 == 1 { " " } else { "" };
                [char::from(symbol).to_string(), gap.to_string()]
            })
            .collect();
        prop_assert_eq!(RecoveryKey::parse(&typed), Ok(key));
    }
}
