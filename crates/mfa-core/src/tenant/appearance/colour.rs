//! A colour, and how well one can be told from another: WCAG's relative luminance and contrast ratio.

#[cfg(feature = "serde")]
use alloc::string::{String, ToString};
use core::fmt;

/// An opaque colour in sRGB: red, green, blue.
///
/// ```
/// use mfa_core::tenant::appearance::Colour;
///
/// let ours = Colour::parse("#0B6455").ok_or("`#` and six digits")?;
/// assert_eq!(ours.to_string(), "#0b6455");
/// // No names, no short forms: one way to write it, which every program understands.
/// assert_eq!((Colour::parse("teal"), Colour::parse("#064")), (None, None));
/// assert_eq!(ours.contrast(ours), 1.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub struct Colour(pub [u8; 3]);

impl Colour {
    /// Reads `#` and six hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Colour> {
        let digits = text.strip_prefix('#')?;
        let well_formed = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = u32::from_str_radix(digits, 16).ok().filter(|_| well_formed)?;
        let [_, rest @ ..] = number.to_be_bytes();
        Some(Colour(rest))
    }

    /// From 1, which nobody can tell apart, to 21, black on white (WCAG 2.2, "contrast ratio").
    #[must_use]
    pub fn contrast(self, other: Colour) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// WCAG 2.2, "relative luminance": 0 is black, 1 is white.
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// So many 255ths of `other` in it.
    pub(super) fn mixed(self, other: Colour, share: u8) -> Colour {
        let ([red, green, blue], [red2, green2, blue2]) = (self.0, other.0);
        Colour([(red, red2), (green, green2), (blue, blue2)].map(|(mine, theirs)| {
            let sum = u32::from(mine) * u32::from(255 - share) + u32::from(theirs) * u32::from(share);
            // Of two bytes it lies between them.
            u8::try_from((sum + 127) / 255).unwrap_or(u8::MAX)
        }))
    }
}

/// What a channel of sRGB is in light.
fn linear(channel: u8) -> f64 {
    let share = f64::from(channel) / 255.0;
    if share <= 0.04045 {
        return share / 12.92;
    }
    // To the power of 2.4: the square, times the fifth root of the square. The core has no powers of its own.
    let square = ((share + 0.055) / 1.055) * ((share + 0.055) / 1.055);
    square * fifth_root(square)
}

/// Of a number from 0.008 to 1, by Newton's method from above: from there every step comes closer, and the last of
/// these changes nothing any more.
fn fifth_root(number: f64) -> f64 {
    const STEPS: usize = 12;
    (0..STEPS).fold(1.0, |root: f64, _| {
        let fourth = root * root * root * root;
        root - (root * fourth - number) / (5.0 * fourth)
    })
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(feature = "serde")]
impl TryFrom<String> for Colour {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Colour, Self::Error> {
        Colour::parse(&text).ok_or("not a colour")
    }
}

#[cfg(feature = "serde")]
impl From<Colour> for String {
    fn from(colour: Colour) -> String {
        colour.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    fn colour(text: &str) -> Colour {
        Colour::parse(text).unwrap()
    }

    #[test]
    fn a_colour_is_a_hash_and_six_hexadecimal_digits() {
        assert_eq!(colour("#0b6455"), Colour([0x0b, 0x64, 0x55]));
        assert_eq!(colour("#0B6455").to_string(), "#0b6455");
        for wrong in [
            "",
            "#",
            "0b6455",
            "#0b645",
            "#0b64555",
            "#0b645g",
            "#+b6455",
            "# b6455",
            "#0b645\u{665}",
            "red",
            "#064",
            "#0b6455ff",
            "rgb(0,0,0)",
            " #0b6455",
            "#0b6455;",
        ] {
            assert_eq!(Colour::parse(wrong), None, "{wrong:?}");
        }
    }

    /// The ratios that everybody knows: of the definition itself, and those on either side of its thresholds.
    #[test]
    fn the_contrast_is_that_of_wcag() {
        for (one, other, ratio) in [
            ("#000000", "#ffffff", 21.0),
            ("#ffffff", "#ffffff", 1.0),
            ("#777777", "#ffffff", 4.478),
            ("#767676", "#ffffff", 4.542),
            ("#949494", "#ffffff", 3.033),
            ("#959595", "#ffffff", 2.995),
            ("#595959", "#ffffff", 7.005),
            ("#ff0000", "#ffffff", 3.998),
            ("#00ff00", "#ffffff", 1.372),
            ("#0000ff", "#ffffff", 8.592),
            ("#ffff00", "#ffffff", 1.074),
            ("#808080", "#ffffff", 3.949),
            ("#808080", "#000000", 5.317),
        ] {
            for (one, other) in [(one, other), (other, one)] {
                let given = colour(one).contrast(colour(other));
                assert!((given - ratio).abs() < 0.0006, "{one} on {other}: {given}");
            }
        }
    }

    #[test]
    fn the_power_is_that_of_the_definition_in_every_channel() {
        for channel in 0..=u8::MAX {
            let share = f64::from(channel) / 255.0;
            let defined = if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) };
            assert!((linear(channel) - defined).abs() < 1e-12, "{channel}");
        }
    }

    #[test]
    fn a_mixture_lies_between_the_two() {
        let (black, white) = (colour("#000000"), colour("#ffffff"));
        assert_eq!(black.mixed(white, 0), black);
        assert_eq!(black.mixed(white, 255), white);
        assert_eq!(black.mixed(white, 128), colour("#808080"));
        assert_eq!(colour("#ff0040").mixed(colour("#00ff40"), 51), colour("#cc3340"));
    }
}
