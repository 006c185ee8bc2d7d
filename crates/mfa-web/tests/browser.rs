//! What the pages rely on, in a real browser:
//! `wasm-pack test --headless --chrome crates/mfa-web` (or `--firefox`).
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

use mfa_web::{clock_doctor, code, is_recovery_key, qr_pixels, recovery_key_problem, seconds_left};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// The secret of the RFCs, `12345678901234567890`.
const KEY_URI: &str =
    "otpauth://totp/Demo:anna?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Demo&algorithm=SHA1&digits=6&period=30";

fn pixels(text: &str, scale: usize) -> (usize, Vec<u8>) {
    let rgba = qr_pixels(text, scale).unwrap();
    ((rgba.len() / 4).isqrt(), rgba)
}

/// RFC 6238 appendix B, to six digits.
#[wasm_bindgen_test]
fn code_and_countdown_of_the_rfc() {
    for (at, expected, left) in [
        (59.0, 287_082, 1),
        (1_111_111_109.0, 81_804, 1),
        (1_111_111_111.9, 50_471, 29),
        (1_234_567_890.0, 5_924, 30),
        (2_000_000_000.0, 279_037, 10),
        (20_000_000_000.9, 353_130, 10),
    ] {
        assert_eq!((code(KEY_URI, at), seconds_left(KEY_URI, at)), (Some(expected), Some(left)));
    }
}

#[wasm_bindgen_test]
fn what_cannot_be_read_has_no_code() {
    for (uri, seconds) in [
        ("", 0.0),
        ("otpauth://totp/a", 0.0),
        ("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ1", 0.0),
        (&KEY_URI.replace("SHA1", "SHA256"), 0.0),
        (KEY_URI, -1.0),
        (KEY_URI, f64::NAN),
        (KEY_URI, f64::INFINITY),
        (KEY_URI, 1e16),
    ] {
        assert_eq!((code(uri, seconds), seconds_left(uri, seconds)), (None, None), "{uri} {seconds}");
        assert_eq!(clock_doctor(uri, "287082", seconds), None);
    }
}

#[wasm_bindgen_test]
fn clock_doctor_says_how_far() {
    let at = |seconds| clock_doctor(KEY_URI, "287 082", seconds);
    assert_eq!(at(59.0), Some(0));
    assert_eq!(at(59.0 + 240.0), Some(-240));
    assert_eq!(at(0.0), Some(30));
    assert_eq!(at(59.0 + 630.0), None);
    assert_eq!(clock_doctor(KEY_URI, "x", 59.0), None);
}

/// The key that `mfa-core` pins in its vectors.
#[wasm_bindgen_test]
fn recovery_keys_as_typed() {
    let shown = "008J4-CT4AN-K7F24-SNAXW-SQFVK";
    for (typed, problem) in [
        ("oO8j4 ct4an k7f24 snaxw sqfvk", 0),
        ("008J4-CT4AN-K7F24-SNAXW-SQFV", 1),
        ("008J4-CT4AN-K7F24-SNAXW-SQFVU", 2),
        ("008J4-CT4AN-K7F24-SNAXW-SQVFK", 3),
    ] {
        assert_eq!(recovery_key_problem(typed), problem);
        assert_eq!(is_recovery_key(typed, shown), problem == 0);
    }
    // Well-formed, and another one.
    assert_eq!(recovery_key_problem("00000-00000-00000-00000-00000"), 0);
    assert!(!is_recovery_key("00000-00000-00000-00000-00000", shown));
    assert!(!is_recovery_key("x", "x"));
}

#[wasm_bindgen_test]
fn qr_has_its_quiet_zone_and_is_dark_on_white() {
    let (side, rgba) = pixels(KEY_URI, 1);
    assert_eq!(rgba.len(), side * side * 4);
    // Versions are 17 + 4v modules wide; four more on each side.
    assert_eq!((side - 8) % 4, 1);
    let dark = |x: usize, y: usize| match rgba.get((y * side + x) * 4..).and_then(<[u8]>::first_chunk::<4>) {
        Some([0, 0, 0, 255]) => true,
        Some([255, 255, 255, 255]) => false,
        other => panic!("{other:?} at {x}, {y}"),
    };
    for y in 0..side {
        for x in 0..side {
            let quiet = [x, y].iter().any(|place| *place < 4 || *place >= side - 4);
            assert!(!(quiet && dark(x, y)), "quiet zone at {x}, {y}");
        }
    }
    // The three finder patterns (7 by 7, ring and core), none in the fourth corner.
    let ring = [true, false, true, true, true, false, true];
    for (left, top) in [(4, 4), (side - 11, 4), (4, side - 11)] {
        let middle: Vec<bool> = (0..7).map(|i| dark(left + i, top + 3)).collect();
        assert_eq!(middle, ring);
        let middle: Vec<bool> = (0..7).map(|i| dark(left + 3, top + i)).collect();
        assert_eq!(middle, ring);
    }
}

/// What another encoder (Python's segno 1.6: version 1, level M, mask 2) draws
/// for the same text; fourteen bytes fill it, so that there is no padding.
#[wasm_bindgen_test]
fn qr_as_another_encoder_draws_it() {
    let expected = "
    #######..#.#..#######
    #.....#...#...#.....#
    #.###.#.##.##.#.###.#
    #.###.#.###.#.#.###.#
    #.###.#.#...#.#.###.#
    #.....#.##..#.#.....#
    #######.#.#.#.#######
    ........##.##........
    #.#####...###.#####..
    #.#.##..##.#...#.##.#
    .##..####...##....##.
    #..##..#.#..#..#####.
    ..##.##.#.###.#....#.
    ........#..#...#.##..
    #######..#..#....#.#.
    #.....#.##.#.....##.#
    #.###.#.#...###.#..##
    #.###.#.##.#...#.##..
    #.###.#.#...##...##..
    #.....#..##....#..#..
    #######.#.#.####...#.
    ";
    let (side, rgba) = pixels("Edge MFA 12345", 1);
    let rows: Vec<String> = rgba
        .chunks(side * 4)
        .skip(4)
        .take(side - 8)
        .map(|row| {
            let modules = row.chunks(4).skip(4).take(side - 8);
            modules.map(|pixel| if pixel.first() == Some(&0) { '#' } else { '.' }).collect()
        })
        .collect();
    let expected: Vec<&str> = expected.split_whitespace().collect();
    assert_eq!(rows, expected);
}

#[wasm_bindgen_test]
fn qr_scales_module_by_module() {
    let (side, small) = pixels(KEY_URI, 1);
    let (wide, large) = pixels(KEY_URI, 3);
    assert_eq!(wide, side * 3);
    for y in 0..wide {
        for x in 0..wide {
            let from = (y / 3 * side + x / 3) * 4;
            let to = (y * wide + x) * 4;
            assert_eq!(small.get(from..from + 4), large.get(to..to + 4));
        }
    }
}

#[wasm_bindgen_test]
fn qr_refuses_what_does_not_fit() {
    for (text, scale) in [("x", 0), ("x", 33), (&*"x".repeat(2332), 1)] {
        assert!(qr_pixels(text, scale).is_none());
    }
    // Version 40 at level M holds 2331 bytes: 177 modules and the quiet zone.
    assert_eq!(pixels(&"x".repeat(2331), 1).0, 185);
}
