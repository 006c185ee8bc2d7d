//! The passcode: the short number that a member reads off the app and types.

use alloc::string::String;
use core::fmt;

use subtle::{Choice, ConstantTimeEq};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// How many digits a passcode has (RFC 4226 §5.3: at least six, possibly seven or eight).
///
/// ```
/// use mfa_core::passcode::{Digits, DigitsError};
///
/// assert_eq!(Digits::try_from(8), Ok(Digits::Eight));
/// assert_eq!(Digits::try_from(4), Err(DigitsError));
/// assert_eq!(Digits::Six.count(), 6);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "u8", into = "u8"))]
pub enum Digits {
    /// Six: ours, and what every app shows.
    Six,
    /// Seven.
    Seven,
    /// Eight: the length of the vectors of RFC 6238 appendix B.
    Eight,
}

impl Digits {
    /// The number of digits: 6, 7 or 8.
    #[must_use]
    pub const fn count(self) -> u8 {
        match self {
            Self::Six => 6,
            Self::Seven => 7,
            Self::Eight => 8,
        }
    }

    /// The first number that no longer fits: `10^Digit` of RFC 4226 §5.3.
    const fn modulus(self) -> u32 {
        match self {
            Self::Six => 1_000_000,
            Self::Seven => 10_000_000,
            Self::Eight => 100_000_000,
        }
    }
}

impl TryFrom<u8> for Digits {
    type Error = DigitsError;

    fn try_from(count: u8) -> Result<Self, DigitsError> {
        match count {
            6 => Ok(Self::Six),
            7 => Ok(Self::Seven),
            8 => Ok(Self::Eight),
            _ => Err(DigitsError),
        }
    }
}

impl From<Digits> for u8 {
    fn from(digits: Digits) -> Self {
        digits.count()
    }
}

/// A number of digits other than 6, 7 or 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DigitsError;

impl fmt::Display for DigitsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a passcode has 6, 7 or 8 digits")
    }
}

impl core::error::Error for DigitsError {}

/// A one-time passcode, the HOTP or TOTP value of RFC 4226 and RFC 6238.
///
/// Wiped when dropped, compared in constant time, printed as
/// `Passcode(redacted)`. The one way out is [`Passcode::display`].
///
/// ```
/// use mfa_core::passcode::{Digits, Passcode};
///
/// let passcode = Passcode::parse("081 804", Digits::Six)?;
/// assert_eq!(passcode.digits(), Digits::Six);
/// // No code in a log, however it gets there.
/// assert_eq!(format!("{passcode:?}"), "Passcode(redacted)");
/// assert_eq!(*passcode.display(), "081804");
/// assert_eq!(passcode.number(), 81_804);
/// # Ok::<(), mfa_core::passcode::PasscodeError>(())
/// ```
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Passcode {
    value: u32,
    #[zeroize(skip)]
    digits: Digits,
}

impl Passcode {
    /// Longest text that [`Passcode::parse`] looks at, in bytes.
    pub const MAX_TEXT_BYTES: usize = 64;

    /// Reads a passcode as people type and paste it.
    ///
    /// - Digits: ASCII and the decimal digits of the scripts in [`DIGIT_ZEROS`],
    ///   full-width ones among them. Superscripts, circled and mathematical
    ///   digits are no digits here.
    /// - The space (U+0020) and the no-break space (U+00A0) are skipped anywhere.
    /// - A hyphen (U+002D) may stand between two digits, as in `123-456`.
    /// - Nothing else: no tab, no line end, no other space, no sign.
    ///
    /// Leading zeros count: `39` is not `000039`.
    ///
    /// ```
    /// use mfa_core::passcode::{Digits, Passcode, PasscodeError};
    ///
    /// let code = Passcode::parse("000039", Digits::Six)?;
    /// // From a Persian keyboard, and as a message may have it.
    /// assert_eq!(Passcode::parse("۰۰۰۰۳۹", Digits::Six), Ok(code.clone()));
    /// assert_eq!(Passcode::parse("000-039", Digits::Six), Ok(code));
    /// assert_eq!(Passcode::parse("39", Digits::Six), Err(PasscodeError::Length));
    /// assert_eq!(Passcode::parse("+00039", Digits::Six), Err(PasscodeError::Symbol));
    /// let long = " ".repeat(Passcode::MAX_TEXT_BYTES) + "000039";
    /// assert_eq!(Passcode::parse(&long, Digits::Six), Err(PasscodeError::Length));
    /// # Ok::<(), PasscodeError>(())
    /// ```
    ///
    /// # Errors
    /// [`PasscodeError::Symbol`] for anything but the above,
    /// [`PasscodeError::Length`] for too few or too many digits, or for more
    /// than [`Passcode::MAX_TEXT_BYTES`] (which is refused unread).
    pub fn parse(text: &str, digits: Digits) -> Result<Self, PasscodeError> {
        let passcode = Self::parse_any(text)?;
        if passcode.digits == digits { Ok(passcode) } else { Err(PasscodeError::Length) }
    }

    /// The same where it is not known yet how many digits the authenticator shows: 6, 7 or 8.
    ///
    /// ```
    /// use mfa_core::passcode::{Digits, Passcode};
    ///
    /// assert_eq!(Passcode::parse_any("9428 7082")?.digits(), Digits::Eight);
    /// // More digits are not the same code with some in front.
    /// assert_ne!(Passcode::parse_any("94287082")?, Passcode::parse_any("287082")?);
    /// # Ok::<(), mfa_core::passcode::PasscodeError>(())
    /// ```
    ///
    /// # Errors
    /// As [`Passcode::parse`].
    pub fn parse_any(text: &str) -> Result<Self, PasscodeError> {
        if text.len() > Self::MAX_TEXT_BYTES {
            return Err(PasscodeError::Length);
        }
        // 64 bytes hold at most 64 digits; wrapping is harmless because a
        // number of more than eight digits is refused below.
        let mut value: u32 = 0;
        let mut count: u8 = 0;
        let mut hyphen_open = false;
        for symbol in text.chars() {
            match symbol {
                ' ' | '\u{a0}' => {}
                '-' if count > 0 && !hyphen_open => hyphen_open = true,
                _ => {
                    let digit = decimal_digit(symbol).ok_or(PasscodeError::Symbol)?;
                    value = value.wrapping_mul(10).wrapping_add(digit);
                    count = count.saturating_add(1);
                    hyphen_open = false;
                }
            }
        }
        if hyphen_open {
            return Err(PasscodeError::Symbol);
        }
        let digits = Digits::try_from(count).map_err(|DigitsError| PasscodeError::Length)?;
        Ok(Self { value, digits })
    }

    /// The last step of RFC 4226 §5.3: `Snum mod 10^Digit`.
    pub(crate) const fn from_truncated(truncated: u32, digits: Digits) -> Self {
        Self { value: truncated % digits.modulus(), digits }
    }

    /// How many digits it has.
    #[must_use]
    pub const fn digits(&self) -> Digits {
        self.digits
    }

    /// The passcode as a number, which [`Passcode::digits`] says how many digits of are shown.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.value
    }

    /// The passcode in ASCII digits, leading zeros included.
    #[must_use]
    pub fn display(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(usize::from(self.digits.count())));
        let mut place = self.digits.modulus() / 10;
        while place > 0 {
            let digit = (self.value / place) % 10;
            text.push(char::from_digit(digit, 10).unwrap_or('0'));
            place /= 10;
        }
        text
    }
}

impl ConstantTimeEq for Passcode {
    fn ct_eq(&self, other: &Self) -> Choice {
        let differing = (self.value ^ other.value) | u32::from(self.digits.count() ^ other.digits.count());
        differing.ct_eq(&0)
    }
}

impl PartialEq for Passcode {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl Eq for Passcode {}

impl fmt::Debug for Passcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passcode(redacted)")
    }
}

/// The zero of each script whose digits [`Passcode::parse`] reads; its one to
/// nine follow.
///
/// Source: the characters of general category Nd in `UnicodeData.txt`, taking
/// the native numbering systems that CLDR lists for living languages, and the
/// full-width forms of East Asian keyboards. Left out on purpose: the
/// mathematical (U+1D7CE to U+1D7FF) and segmented (U+1FBF0 to U+1FBF9)
/// digits, which are styles that nobody types, and historic scripts.
///
/// ```
/// use mfa_core::passcode::DIGIT_ZEROS;
///
/// // Devanagari is read, the superscripts are not.
/// assert!(DIGIT_ZEROS.contains(&'०'));
/// assert!(!DIGIT_ZEROS.contains(&'⁰'));
/// ```
pub const DIGIT_ZEROS: [char; 25] = [
    '0',
    '\u{0660}',  // Arabic-Indic
    '\u{06f0}',  // Extended Arabic-Indic: Persian, Urdu
    '\u{07c0}',  // N'Ko
    '\u{0966}',  // Devanagari
    '\u{09e6}',  // Bengali
    '\u{0a66}',  // Gurmukhi
    '\u{0ae6}',  // Gujarati
    '\u{0b66}',  // Oriya
    '\u{0be6}',  // Tamil
    '\u{0c66}',  // Telugu
    '\u{0ce6}',  // Kannada
    '\u{0d66}',  // Malayalam
    '\u{0e50}',  // Thai
    '\u{0ed0}',  // Lao
    '\u{0f20}',  // Tibetan
    '\u{1040}',  // Myanmar
    '\u{17e0}',  // Khmer
    '\u{1810}',  // Mongolian
    '\u{1c50}',  // Ol Chiki
    '\u{abf0}',  // Meetei Mayek
    '\u{ff10}',  // full-width
    '\u{11136}', // Chakma
    '\u{1e140}', // Nyiakeng Puachue Hmong
    '\u{1e950}', // Adlam
];

fn decimal_digit(symbol: char) -> Option<u32> {
    DIGIT_ZEROS.iter().map(|&zero| u32::from(symbol).wrapping_sub(u32::from(zero))).find(|&digit| digit <= 9)
}

/// Why a text is no passcode. Never holds any of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PasscodeError {
    /// Too few or too many digits.
    Length,
    /// Something that is neither a digit nor a separator.
    Symbol,
}

impl fmt::Display for PasscodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "the passcode has too few or too many digits",
            Self::Symbol => "a passcode has only digits, with spaces if you like",
        })
    }
}

impl core::error::Error for PasscodeError {}
