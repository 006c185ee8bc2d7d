//! The QR code, as pixels for a canvas: no DOM attribute, no URL, no image
//! file ever holds the secret.

use js_sys::Uint8ClampedArray;
use qrcodegen_no_heap::{QrCode, QrCodeEcc, Version};
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsError, JsValue};

use crate::answer::to_js;

/// Light modules around the code on each side (ISO/IEC 18004 §9.1).
const QUIET_ZONE: i32 = 4;

/// Most pixels for one module: 185 modules of 32 pixels are a square of 5920.
const MAX_SCALE: u32 = 32;

const DARK: [u8; 4] = [0, 0, 0, 255];
const LIGHT: [u8; 4] = [255, 255, 255, 255];

#[derive(Serialize)]
struct QrPixels {
    side: u32,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    rgba: Uint8ClampedArray,
}

/// Draws `text` as a QR code of error correction level M, black on white in
/// any theme, with its quiet zone. Each module is `scale` by `scale` pixels.
///
/// Gives `{side, rgba}`: the pixels of one side, and rows from the top, four
/// bytes a pixel, as `ImageData` takes them.
///
/// # Errors
/// When the scale is not from 1 to 32, or the text fits into no QR code.
#[wasm_bindgen]
pub fn qr_pixels(text: &str, scale: u32) -> Result<JsValue, JsError> {
    if !(1..=MAX_SCALE).contains(&scale) {
        return Err(JsError::new("the scale of a QR code is from 1 to 32"));
    }
    let mut temporary = [0; Version::MAX.buffer_len()];
    let mut modules = [0; Version::MAX.buffer_len()];
    let code = QrCode::encode_text(
        text,
        &mut temporary,
        &mut modules,
        QrCodeEcc::Medium,
        Version::MIN,
        Version::MAX,
        None,
        false,
    )
    .map_err(|_| JsError::new("the text is too long for a QR code"))?;

    let pixels = draw(&code, scale);
    to_js(&QrPixels {
        side: side_in_modules(&code).unsigned_abs().saturating_mul(scale),
        rgba: Uint8ClampedArray::from(pixels.as_slice()),
    })
}

fn side_in_modules(code: &QrCode<'_>) -> i32 {
    code.size() + 2 * QUIET_ZONE
}

fn draw(code: &QrCode<'_>, scale: u32) -> Vec<u8> {
    // `get_module` answers "light" outside the code: that is the quiet zone.
    let span = -QUIET_ZONE..code.size() + QUIET_ZONE;
    let scale = scale as usize;
    let side = span.len() * scale;
    let mut pixels = Vec::with_capacity(side * side * LIGHT.len());
    for y in span.clone() {
        let mut row = Vec::with_capacity(side * LIGHT.len());
        for x in span.clone() {
            let colour = if code.get_module(x, y) { DARK } else { LIGHT };
            for _ in 0..scale {
                row.extend_from_slice(&colour);
            }
        }
        for _ in 0..scale {
            pixels.extend_from_slice(&row);
        }
    }
    pixels
}
