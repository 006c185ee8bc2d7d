//! The names and shapes that the pages rely on, in a real browser:
//! `wasm-pack test --headless --chrome crates/mfa-web` (or `--firefox`).
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

use js_sys::{JSON, Reflect, Uint8ClampedArray};
use mfa_core::audit::Link;
use mfa_web::{check_recovery_key, clock_doctor, preview, qr_pixels, verify_audit};
use wasm_bindgen::{JsCast, JsError, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// The secret of the RFCs, `12345678901234567890`.
const KEY_URI: &str =
    "otpauth://totp/Demo:anna?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Demo&algorithm=SHA1&digits=6&period=30";

fn json(answer: Result<JsValue, JsError>) -> String {
    let answer = answer.unwrap_or_else(|error| panic!("{}", message(error)));
    JSON::stringify(&answer).unwrap().into()
}

fn message(error: JsError) -> String {
    let error: js_sys::Error = JsValue::from(error).dyn_into().unwrap();
    error.message().into()
}

fn field(object: &JsValue, name: &str) -> JsValue {
    assert!(Reflect::has(object, &name.into()).unwrap(), "no {name}");
    Reflect::get(object, &name.into()).unwrap()
}

fn pixels(text: &str, scale: u32) -> (usize, Vec<u8>) {
    let answer = qr_pixels(text, scale).unwrap_or_else(|error| panic!("{}", message(error)));
    let rgba: Uint8ClampedArray = field(&answer, "rgba").dyn_into().unwrap();
    let side = field(&answer, "side").as_f64().unwrap() as usize;
    (side, rgba.to_vec())
}

/// RFC 6238 appendix B, to six digits.
#[wasm_bindgen_test]
fn preview_of_the_rfc() {
    assert_eq!(json(preview(KEY_URI, 59.0)), r#"{"seconds_left":1,"period":30,"first_two":"28","code":"287082"}"#);
    assert_eq!(
        json(preview(KEY_URI, 20_000_000_000.9)),
        r#"{"seconds_left":10,"period":30,"first_two":"35","code":"353130"}"#
    );
}

#[wasm_bindgen_test]
fn preview_refuses_without_telling() {
    for (uri, seconds) in [
        ("", 0.0),
        ("otpauth://totp/a", 0.0),
        ("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ1", 0.0),
        (KEY_URI, -1.0),
        (KEY_URI, f64::NAN),
        (KEY_URI, f64::INFINITY),
        (KEY_URI, 1e16),
    ] {
        let message = message(preview(uri, seconds).expect_err("refused"));
        assert!(!message.is_empty());
        assert!(!message.contains("GEZDGNB"), "{message}");
    }
}

#[wasm_bindgen_test]
fn clock_doctor_says_how_far() {
    let at = |seconds| json(clock_doctor(KEY_URI, "287 082", seconds));
    assert_eq!(at(59.0), r#"{"offset_seconds":0}"#);
    assert_eq!(at(59.0 + 240.0), r#"{"offset_seconds":-240}"#);
    assert_eq!(at(0.0), r#"{"offset_seconds":30}"#);
    assert_eq!(at(59.0 + 630.0), "null");
    assert_eq!(json(clock_doctor(KEY_URI, "x", 59.0)), "null");
    assert!(clock_doctor("x", "287082", 59.0).is_err());
}

/// The key that `mfa-core` pins in its vectors.
#[wasm_bindgen_test]
fn recovery_keys_as_typed() {
    assert_eq!(
        json(check_recovery_key("oO8j4 ct4an k7f24 snaxw sqfvk")),
        r#"{"well_formed":true,"canonical":"008J4-CT4AN-K7F24-SNAXW-SQFVK","problem":null}"#
    );
    for (text, problem) in [
        ("008J4-CT4AN-K7F24-SNAXW-SQFV", "length"),
        ("008J4-CT4AN-K7F24-SNAXW-SQFVU", "symbol"),
        ("008J4-CT4AN-K7F24-SNAXW-SQVFK", "checksum"),
    ] {
        assert_eq!(
            json(check_recovery_key(text)),
            format!(r#"{{"well_formed":false,"canonical":null,"problem":"{problem}"}}"#)
        );
    }
}

/// A log of three entries, as the page hands it over.
fn log() -> (Vec<String>, String) {
    let mut last = Link::START;
    let lines = [r#"{"event":"joined"}"#, "", "two  words"].map(|text| {
        last = last.next(text);
        format!("{last} {text}\n")
    });
    (lines.to_vec(), last.to_string())
}

fn verified(link: &str) -> String {
    format!(r#"{{"ok":true,"link":"{link}","broken_at":null}}"#)
}

fn broken_at(index: usize) -> String {
    format!(r#"{{"ok":false,"link":null,"broken_at":{index}}}"#)
}

#[wasm_bindgen_test]
fn an_audit_log_is_verified_whole_and_in_parts() {
    let start = Link::START.to_string();
    let (lines, last) = log();
    assert_eq!(json(verify_audit(&start, &lines.concat())), verified(&last));
    assert_eq!(json(verify_audit(&start, "")), verified(&start));
    let [one, two, three] = lines.as_slice() else { panic!("three lines") };
    let after_one = one.get(..64).unwrap();
    assert_eq!(json(verify_audit(after_one, &format!("{two}{three}"))), verified(&last));
}

#[wasm_bindgen_test]
fn the_first_broken_entry_of_an_audit_log_is_named() {
    let start = Link::START.to_string();
    let (lines, _) = log();
    let [one, two, three] = lines.as_slice() else { panic!("three lines") };
    for (log, index) in [
        (format!("{one}{two}{}", three.replace("two", "too")), 2),
        (format!("{two}{three}"), 0),
        (format!("{one}{three}{two}"), 1),
        (format!("{one}no link\n{three}"), 1),
        (format!("{one}\n{two}"), 1),
        (one.to_uppercase(), 0),
        (format!("{one}{two}{}", three.get(..20).unwrap()), 2),
    ] {
        assert_eq!(json(verify_audit(&start, &log)), broken_at(index), "{log}");
    }
    for start in ["", "0", &start.replace('0', "A"), &format!("{start}0")] {
        assert!(verify_audit(start, &lines.concat()).is_err());
    }
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
        assert!(qr_pixels(text, scale).is_err());
    }
    // Version 40 at level M holds 2331 bytes: 177 modules and the quiet zone.
    assert_eq!(pixels(&"x".repeat(2331), 1).0, 185);
}
