//! A colour and a logo, looked at before they are chosen: what the pages would make of them.

use mfa_core::tenant::appearance::{Accent, Colour, Logo, LogoError, Palette};
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsError, JsValue};

use crate::answer::to_js;

#[derive(Serialize)]
struct Shown {
    accent: String,
    accent_strong: String,
    on_accent: String,
    accent_soft: String,
    /// With one decimal, rounded down: what is just too little is not called enough.
    given: f64,
    contrast: f64,
}

#[derive(Serialize)]
struct Both {
    light: Shown,
    dark: Shown,
}

/// A colour as light and dark pages would have it:
/// `{light, dark}`, each `{accent, accent_strong, on_accent, accent_soft, given, contrast}`; `null` for what is no
/// colour. `given` is the contrast of the colour as it is, `contrast` that of `accent`.
///
/// # Errors
/// None that input can cause.
#[wasm_bindgen]
pub fn accent_colours(text: &str) -> Result<JsValue, JsError> {
    let colours = Colour::parse(text).map(|colour| Accent(colour).colours());
    to_js(&colours.map(|colours| Both { light: shown(&colours.light), dark: shown(&colours.dark) }))
}

/// Why a file is no logo: `null | "too_large" | "not_png" | "too_many_pixels" | "damaged"`.
///
/// # Errors
/// None that input can cause.
#[wasm_bindgen]
pub fn check_logo(file: &[u8]) -> Result<JsValue, JsError> {
    to_js(&Logo::parse(file).err().map(|error| match error {
        LogoError::TooLarge => "too_large",
        LogoError::NotPng => "not_png",
        LogoError::TooManyPixels => "too_many_pixels",
        LogoError::Damaged => "damaged",
    }))
}

fn shown(palette: &Palette) -> Shown {
    let one_decimal = |ratio: f64| f64::from((ratio * 10.0) as u32) / 10.0;
    Shown {
        accent: palette.accent.to_string(),
        accent_strong: palette.accent_strong.to_string(),
        on_accent: palette.on_accent.to_string(),
        accent_soft: palette.accent_soft.to_string(),
        given: one_decimal(palette.given),
        contrast: one_decimal(palette.contrast),
    }
}
