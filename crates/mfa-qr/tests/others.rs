//! Beside encoders that others wrote, module by module, and beside the rules of masks as they are written.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]
#![cfg(not(target_arch = "wasm32"))]

use fast_qr::qr::QRBuilder;
use mfa_qr::QrCode;
use proptest::prelude::*;
use qrcodegen_no_heap::{Mask, QrCode as Nayuki, QrCodeEcc, Version};

const KEY_URI: &str =
    "otpauth://totp/Demo:anna?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Demo&algorithm=SHA1&digits=6&period=30";

/// How many bytes each version holds at level M (ISO/IEC 18004:2015, table 7).
const BYTES: [usize; 40] = [
    14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666, 711, 779, 857, 911,
    997, 1059, 1125, 1190, 1264, 1370, 1452, 1538, 1628, 1722, 1809, 1911, 1989, 2099, 2213, 2331,
];

type Modules = Vec<Vec<bool>>;

fn ours(text: &str) -> Modules {
    let code = QrCode::of(text).unwrap();
    (0..code.side()).map(|y| (0..code.side()).map(|x| code.is_dark(x, y)).collect()).collect()
}

/// The number of its mask, out of the format information beside the upper left finder pattern.
fn mask_of(modules: &Modules) -> u8 {
    // Bits 10 to 12 of the fifteen, inverted as §7.9 has it.
    let [lowest, middle, highest] = [4, 3, 2].map(|x| u8::from(modules[8][x]));
    (lowest | middle << 1 | highest << 2) ^ 0b101
}

/// By Project Nayuki's encoder.
fn nayuki(text: &str, mask: Option<u8>) -> Modules {
    let mut temporary = vec![0; Version::MAX.buffer_len()];
    let mut buffer = vec![0; Version::MAX.buffer_len()];
    temporary[..text.len()].copy_from_slice(text.as_bytes());
    // As bytes, whatever the text: the others have shorter modes for digits and capital letters.
    let code = Nayuki::encode_binary(
        &mut temporary,
        text.len(),
        &mut buffer,
        QrCodeEcc::Medium,
        Version::MIN,
        Version::MAX,
        mask.map(Mask::new),
        false,
    )
    .unwrap();
    (0..code.size()).map(|y| (0..code.size()).map(|x| code.get_module(x, y)).collect()).collect()
}

/// By fast_qr, with a given mask.
fn fast_qr(text: &str, mask: u8) -> Modules {
    use fast_qr::{ECL, Mask, Mode};
    let masks = [
        Mask::Checkerboard,
        Mask::HorizontalLines,
        Mask::VerticalLines,
        Mask::DiagonalLines,
        Mask::LargeCheckerboard,
        Mask::Fields,
        Mask::Diamonds,
        Mask::Meadow,
    ];
    let code = QRBuilder::new(text).ecl(ECL::M).mode(Mode::Byte).mask(masks[usize::from(mask)]).build().unwrap();
    (0..code.size).map(|y| code[y].iter().map(|module| module.value()).collect()).collect()
}

/// The penalty of ISO/IEC 18004 §7.8.3, slowly, with only light around the code.
fn penalty(modules: &Modules) -> usize {
    let side = modules.len();
    let turned: Modules = (0..side).map(|x| modules.iter().map(|row| row[x]).collect()).collect();
    let lines = || modules.iter().chain(&turned);
    let runs: usize = lines()
        .flat_map(|line| line.chunk_by(|a, b| a == b).map(<[bool]>::len).filter(|run| *run >= 5).map(|run| run - 2))
        .sum();
    let inner = || (1..side).flat_map(|y| (1..side).map(move |x| (x, y)));
    let same = |(x, y): &(usize, usize)| {
        let of = modules[*y][*x];
        [modules[y - 1][*x], modules[*y][x - 1], modules[y - 1][x - 1]].iter().all(|module| *module == of)
    };
    let blocks = inner().filter(same).count();
    let finder_like: usize = lines()
        .map(|line| {
            let mut padded = vec![false; 4];
            padded.extend(line);
            padded.extend([false; 4]);
            let like = |pattern: &str| {
                let pattern: Vec<bool> = pattern.bytes().map(|byte| byte == b'#').collect();
                padded.windows(pattern.len()).filter(|window| **window == *pattern).count()
            };
            // The light module after, or before, is there in any case: the line's own or the one outside.
            like("....#.###.#.") + like(".#.###.#....")
        })
        .sum();
    let dark = modules.iter().flatten().filter(|module| **module).count();
    let away = (dark * 20).abs_diff(side * side * 10).div_ceil(side * side) - 1;
    runs + blocks * 3 + finder_like * 40 + away * 10
}

#[test]
fn every_version_is_drawn_as_by_others() {
    let text: String = KEY_URI.chars().cycle().take(QrCode::MAX_TEXT_BYTES).collect();
    for (version, most) in (1..).zip(BYTES) {
        for length in [most - 11, most - 1, most] {
            let text = &text[..length];
            let drawn = ours(text);
            assert_eq!(drawn.len(), 17 + 4 * version, "{length} bytes");
            assert!(drawn == nayuki(text, Some(mask_of(&drawn))), "{length} bytes");
            assert!(drawn == fast_qr(text, mask_of(&drawn)), "{length} bytes");
        }
    }
}

#[test]
fn the_mask_is_the_one_with_the_least_penalty() {
    let mut seen = std::collections::BTreeSet::new();
    for length in [0, 3, 20, 62, 84, 106, 122, 130, 152, 180, 251, 252, 400, 1200] {
        for from in 0..6 {
            let text: String = KEY_URI.chars().cycle().skip(from * 7).take(length).collect();
            let penalties: Vec<usize> = (0..8).map(|mask| penalty(&nayuki(&text, Some(mask)))).collect();
            let least = penalties.iter().min().unwrap();
            let first = penalties.iter().position(|penalty| penalty == least).unwrap();
            assert_eq!(usize::from(mask_of(&ours(&text))), first, "{length} bytes from {from}: {penalties:?}");
            seen.insert(first);
        }
    }
    assert_eq!(seen.len(), 8, "some mask was never the best: the texts test less than they should");
}

#[test]
fn a_text_that_fits_into_no_version_has_no_code() {
    assert!(QrCode::of(&"x".repeat(QrCode::MAX_TEXT_BYTES)).is_some_and(|code| code.side() == 177));
    assert!(QrCode::of(&"x".repeat(QrCode::MAX_TEXT_BYTES + 1)).is_none());
}

#[test]
fn outside_all_is_light() {
    let code = QrCode::of(KEY_URI).unwrap();
    for outside in [code.side(), code.side() + 1, 176, 177, 191, 192, usize::MAX] {
        for inside in 0..code.side() {
            assert!(!code.is_dark(outside, inside) && !code.is_dark(inside, outside));
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_drawn_as_by_others(text in "\\PC{0,200}") {
        let drawn = ours(&text);
        prop_assert!(drawn == nayuki(&text, Some(mask_of(&drawn))));
        prop_assert!(drawn == fast_qr(&text, mask_of(&drawn)));
        let least = (0..8).map(|mask| penalty(&nayuki(&text, Some(mask)))).min();
        prop_assert_eq!(Some(penalty(&drawn)), least);
    }
}
