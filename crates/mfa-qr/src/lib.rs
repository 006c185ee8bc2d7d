//! Text as a QR code: ISO/IEC 18004, byte mode, error correction level M, the smallest version that the text fits into
//! and the mask with the least penalty.
//!
//! Why not a library: what the pages load is to be small and quick to draw, and no encoder that we found is both. Here a
//! row of modules is a few 64-bit words, so that a mask is laid over and judged a row at a time instead of a module at
//! a time. The tests compare every version, module by module, with encoders that others wrote.
#![no_std]
#![forbid(unsafe_code)]

mod canvas;
mod codewords;
mod correction;
mod grid;
mod mask;
mod penalty;
mod version;

use crate::codewords::Codewords;
use crate::grid::Grid;
use crate::mask::Mask;
use crate::version::Version;

/// A QR code, without its quiet zone.
///
/// ```
/// use mfa_qr::QrCode;
///
/// let code = QrCode::of("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ").ok_or("too long")?;
/// assert_eq!(code.side(), 29); // version 3
/// assert!(code.is_dark(0, 0), "the corner of a finder pattern");
/// assert!(!code.is_dark(29, 0), "around it, all is light");
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Debug)]
pub struct QrCode {
    side: usize,
    modules: Grid,
}

impl QrCode {
    /// What version 40 holds of bytes at level M.
    pub const MAX_TEXT_BYTES: usize = 2331;

    /// The QR code of `text`; none when it is longer than [`QrCode::MAX_TEXT_BYTES`].
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let version = Version::for_bytes(text.len())?;
        let blank = canvas::with_codewords(version, &Codewords::of(text.as_bytes(), version));
        let masked = Mask::all().map(|mask| blank.masked(mask));
        let modules = masked.min_by_key(|modules| penalty::of(modules, version.side()))?;
        Some(Self { side: version.side(), modules })
    }

    /// How many modules wide and high: 21 to 177.
    #[must_use]
    pub fn side(&self) -> usize {
        self.side
    }

    /// Whether the module in column `x` of row `y`, counted from the top left, is dark. None outside of the code is.
    #[must_use]
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        self.modules.is_set(x, y)
    }
}
