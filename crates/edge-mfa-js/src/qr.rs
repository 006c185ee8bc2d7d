//! QR codes, drawn where the secret is.

use qrcodegen_no_heap::{QrCode, QrCodeEcc, Version};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// The modules of `text` as a QR code of error correction level M, row by row from the top, 1 where one is dark. The
/// side is the square root of their number; the quiet zone of four modules is for whoever draws them.
///
/// # Errors
/// When the text fits into no QR code.
#[wasm_bindgen]
pub fn qr_modules(text: &str) -> Result<Vec<u8>, JsError> {
    let mut temporary = [0; Version::MAX.buffer_len()];
    let mut modules = [0; Version::MAX.buffer_len()];
    let (least, most) = (Version::MIN, Version::MAX);
    let code = QrCode::encode_text(text, &mut temporary, &mut modules, QrCodeEcc::Medium, least, most, None, false)
        .map_err(|_| JsError::new("the text is too long for a QR code"))?;
    let side = 0..code.size();
    let row = |y| side.clone().map(move |x| (x, y));
    Ok(side.clone().flat_map(row).map(|(x, y)| u8::from(code.get_module(x, y))).collect())
}
