//! QR codes, drawn where the secret is.

use mfa_qr::QrCode;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// The modules of `text` as a QR code of error correction level M, row by row from the top, 1 where one is dark. The
/// side is the square root of their number; the quiet zone of four modules is for whoever draws them.
///
/// # Errors
/// When the text fits into no QR code.
#[wasm_bindgen]
pub fn qr_modules(text: &str) -> Result<Vec<u8>, JsError> {
    let code = QrCode::of(text).ok_or_else(|| JsError::new("the text is too long for a QR code"))?;
    let side = 0..code.side();
    let row = |y| side.clone().map(move |x| (x, y));
    Ok(side.clone().flat_map(row).map(|(x, y)| u8::from(code.is_dark(x, y))).collect())
}
