//! The QR code, as pixels for a canvas: no DOM attribute, no URL, no image
//! file ever holds the secret.

use mfa_qr::QrCode;
use wasm_bindgen::prelude::wasm_bindgen;

/// Light modules around the code on each side (ISO/IEC 18004 §9.1).
const QUIET_ZONE: usize = 4;

/// Most pixels for one module: 185 modules of 32 pixels are a square of 5920.
const MAX_SCALE: usize = 32;

const DARK: [u8; 4] = [0, 0, 0, 255];
const LIGHT: [u8; 4] = [255, 255, 255, 255];

/// Draws `text` as a QR code of error correction level M, black on white in
/// any theme, with its quiet zone. Each module is `scale` by `scale` pixels.
///
/// Gives the pixels of a square, in rows from the top, four bytes a pixel, as
/// `ImageData` takes them; `undefined` when the scale is not from 1 to 32, or
/// the text fits into no QR code.
#[wasm_bindgen]
pub fn qr_pixels(text: &str, scale: usize) -> Option<Vec<u8>> {
    let code = QrCode::of(text).filter(|_| (1..=MAX_SCALE).contains(&scale))?;
    let side = (code.side() + 2 * QUIET_ZONE) * scale;
    let mut pixels = Vec::with_capacity(side * side * LIGHT.len());
    for y in 0..side {
        for x in 0..side {
            // Left of the code and above it the subtraction wraps, to where all is light too.
            let module = |pixel: usize| (pixel / scale).wrapping_sub(QUIET_ZONE);
            pixels.extend(if code.is_dark(module(x), module(y)) { DARK } else { LIGHT });
        }
    }
    Some(pixels)
}
