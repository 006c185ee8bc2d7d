//! The two check symbols, which catch every slip of one or two symbols.
//!
//! A key is a word of a Reed-Solomon code over GF(32). Read its 25 symbols as
//! the polynomial `c(x) = s0·x^24 + s1·x^23 + … + s24`. The check symbols are
//! chosen so that `g(x) = (x + 1)(x + α)` divides `c(x)`, in other words
//! `c(1) = 0` and `c(α) = 0`, where α is a primitive element: its powers
//! α^0 … α^30 are all different.
//!
//! Why nothing small goes unnoticed: a typing error adds an error polynomial
//! `e(x)`, and it stays unseen only if `e(1) = 0` and `e(α) = 0`.
//!
//! - One wrong symbol: `e(x) = a·x^i` with `a ≠ 0`; then `e(1) = a ≠ 0`.
//! - Two wrong symbols: `e(x) = a·x^i + b·x^j`. `e(1) = 0` forces `a = b`, and
//!   `e(α) = a·(α^i + α^j)` is zero only for `α^i = α^j`, which cannot be with
//!   `i ≠ j` below 31. A swap of two different symbols, neighbours or not, is
//!   two wrong symbols.
//!
//! A worse error slips through once in 1024. The check symbols tell nothing
//! about the 115 random bits that an attacker could use: he can compute them too.

use super::SYMBOLS;

/// Sets the last two symbols so that [`holds`].
pub(super) fn append(symbols: &mut [u8; SYMBOLS]) {
    let [.., first, second] = symbols;
    // Zeros there multiply the rest by x²; adding the remainder (in GF(32)
    // adding and subtracting are the same) makes the whole divisible.
    (*first, *second) = (0, 0);
    let checks = remainder(symbols);
    let [.., first, second] = symbols;
    (*first, *second) = checks;
}

/// Whether the last two symbols are the check symbols of the rest.
pub(super) fn holds(symbols: &[u8; SYMBOLS]) -> bool {
    remainder(symbols) == (0, 0)
}

/// `c(x) mod g(x)`, by long division: the coefficients of `x` and of 1.
/// `g(x) = x² + (1 + α)·x + α`, hence `x² = (1 + α)·x + α`.
fn remainder(symbols: &[u8; SYMBOLS]) -> (u8, u8) {
    symbols.iter().fold((0, 0), |(high, low), &symbol| {
        let high_times_alpha = times_alpha(high);
        (low ^ high ^ high_times_alpha, symbol ^ high_times_alpha)
    })
}

/// Multiplies by α, the root of the primitive polynomial `x^5 + x^2 + 1`.
const fn times_alpha(element: u8) -> u8 {
    let carry = (element >> 4) & 1;
    ((element << 1) & 0x1f) ^ (carry * 0b0_0101)
}
