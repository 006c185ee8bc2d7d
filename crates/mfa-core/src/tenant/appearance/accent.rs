//! A tenant's accent colour, made fit for the pages: whatever is chosen, everything stays readable.
//!
//! Text has a contrast of at least 4.5:1 (WCAG 2.2, SC 1.4.3), what has the focus and the edges of buttons thus more
//! than the 3:1 that they need (SC 1.4.11); for those who ask for more, text has 7:1 (SC 1.4.6). A colour that has not is
//! darkened on light pages and lightened on dark ones, by the least that will do.

use super::colour::Colour;

/// What everybody can read.
const READABLE: f64 = 4.5;

/// What they can who ask for more contrast.
const EASY: f64 = 7.0;

/// How much of the accent is in the ground that it tints: a tenth.
const TINT: u8 = 26;

/// How much further what is pointed at goes, where contrast alone would not tell: a quarter.
const FURTHER: u8 = 64;

/// What the pages stand on, light and dark: `--paper` and `--surface` of `www/styles/tokens.css`; a test compares.
const LIGHT: Ground = Ground {
    paper: Colour([0xf5, 0xf4, 0xf0]),
    surface: Colour([0xff, 0xff, 0xff]),
    towards: Colour([0x00, 0x00, 0x00]),
    on_accent: Colour([0xff, 0xff, 0xff]),
};
const DARK: Ground = Ground {
    paper: Colour([0x0f, 0x14, 0x13]),
    surface: Colour([0x18, 0x1f, 0x1d]),
    towards: Colour([0xff, 0xff, 0xff]),
    on_accent: Colour([0x0f, 0x14, 0x13]),
};

/// The colour that a tenant has chosen.
///
/// ```
/// use mfa_core::tenant::appearance::{Accent, Colour, Colours};
///
/// let colours: Colours = Accent(Colour([0x0b, 0x64, 0x55])).colours();
/// assert_eq!(colours.light.accent.to_string(), "#0b6455", "it can be read on white: it stays");
/// assert_ne!(colours.dark.accent, colours.light.accent, "not on black: it is lightened there");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct Accent(pub Colour);

/// An accent as the pages use it, ready: they hold no rule.
///
/// For an example see [`Accent`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Colours {
    /// On light pages.
    pub light: Palette,
    /// On dark ones.
    pub dark: Palette,
}

/// The colours of one kind of page.
///
/// ```
/// use mfa_core::tenant::appearance::{Accent, Colour, Palette};
///
/// let yellow = Accent(Colour([0xff, 0xff, 0x00])).colours();
/// let Palette { given, .. } = yellow.light;
/// assert!(given < 1.2, "that is what it would have been");
/// assert!(yellow.light.contrast >= 4.5);
/// assert_eq!((yellow.dark.accent, yellow.dark.given), (Colour([0xff, 0xff, 0x00]), yellow.dark.contrast));
/// assert!(yellow.light.accent_strong.contrast(yellow.light.on_accent) >= 7.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Palette {
    /// Of links and buttons, and round what has the focus.
    pub accent: Colour,
    /// Where the pointer is, and for everything where more contrast is asked for.
    pub accent_strong: Colour,
    /// Of text on either.
    pub on_accent: Colour,
    /// A ground with a tint of it.
    pub accent_soft: Colour,
    /// The contrast that the colour as chosen has where it has the least.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub given: f64,
    /// The contrast that [`Palette::accent`] has there.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub contrast: f64,
}

/// What a kind of page stands on.
struct Ground {
    paper: Colour,
    surface: Colour,
    /// Where contrast lies.
    towards: Colour,
    /// On the accent. No less in contrast to it than one of the grounds is, for it is one of them.
    on_accent: Colour,
}

impl Accent {
    /// Ready for the pages.
    #[must_use]
    pub fn colours(self) -> Colours {
        Colours { light: LIGHT.palette(self.0), dark: DARK.palette(self.0) }
    }
}

impl Ground {
    fn palette(&self, chosen: Colour) -> Palette {
        let accent_soft = self.surface.mixed(chosen, TINT);
        let grounds = [self.paper, self.surface, accent_soft];
        let accent = self.sufficing(chosen, &grounds, READABLE);
        let accent_strong = self.sufficing(accent.mixed(self.towards, FURTHER), &grounds, EASY);
        Palette {
            accent,
            accent_strong,
            on_accent: self.on_accent,
            accent_soft,
            given: least(chosen, &grounds),
            contrast: least(accent, &grounds),
        }
    }

    /// The nearest to `colour` on its way to black or white that has this contrast to every ground. At the end of the
    /// way it has: the grounds are near the other end.
    fn sufficing(&self, colour: Colour, grounds: &[Colour], contrast: f64) -> Colour {
        let mut way = (0..=u8::MAX).map(|share| colour.mixed(self.towards, share));
        way.find(|tried| least(*tried, grounds) >= contrast).unwrap_or(self.towards)
    }
}

/// The least contrast that a colour has to these.
fn least(colour: Colour, grounds: &[Colour]) -> f64 {
    grounds.iter().map(|ground| colour.contrast(*ground)).fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    const INK: [Colour; 2] = [Colour([0x1b, 0x24, 0x21]), Colour([0xe9, 0xef, 0xec])];
    const QUIET: [Colour; 2] = [Colour([0x55, 0x61, 0x5c]), Colour([0xa5, 0xb2, 0xad])];

    /// Every 32nd step of each channel and both ends: 729 colours.
    fn all() -> impl Iterator<Item = Colour> {
        let steps = || (0..=8_u16).map(|step| u8::try_from((step * 32).min(255)).unwrap());
        steps().flat_map(move |red| steps().flat_map(move |green| steps().map(move |blue| Colour([red, green, blue]))))
    }

    #[test]
    fn whatever_is_chosen_everything_can_be_read() {
        for chosen in all() {
            let Colours { light, dark } = Accent(chosen).colours();
            for (palette, ground, own) in [(light, &LIGHT, 0), (dark, &DARK, 1)] {
                for under in [ground.paper, ground.surface, palette.accent_soft] {
                    assert!(palette.accent.contrast(under) >= 4.5, "{chosen}: {} on {under}", palette.accent);
                    assert!(
                        palette.accent_strong.contrast(under) >= 7.0,
                        "{chosen}: {} on {under}",
                        palette.accent_strong
                    );
                }
                for under in [palette.accent, palette.accent_strong] {
                    assert!(palette.on_accent.contrast(under) >= 4.5, "{chosen}: text on {under}");
                }
                assert!(palette.on_accent.contrast(palette.accent_strong) >= 7.0, "{chosen}: text on the stronger");
                for text in [INK[own], QUIET[own]] {
                    assert!(text.contrast(palette.accent_soft) >= 4.5, "{chosen}: {text} on {}", palette.accent_soft);
                }
            }
        }
    }

    #[test]
    fn a_colour_that_can_be_read_stays_as_it_is() {
        for chosen in all() {
            let Colours { light, dark } = Accent(chosen).colours();
            for palette in [light, dark] {
                assert_eq!(palette.given >= READABLE, palette.accent == chosen, "{chosen}");
                assert!(palette.contrast >= READABLE);
                assert_eq!(palette.given == palette.contrast, palette.accent == chosen, "{chosen}");
            }
        }
    }

    /// What is a little less changed cannot be read.
    #[test]
    fn no_colour_is_changed_more_than_it_has_to_be() {
        for (chosen, light, dark) in [
            ([0xff, 0xff, 0x00], "#737300", "#ffff00"),
            ([0x00, 0x00, 0x00], "#000000", "#858585"),
            ([0xff, 0xff, 0xff], "#6f6f6f", "#ffffff"),
            ([0x80, 0x80, 0x80], "#6e6e6e", "#8e8e8e"),
            ([0x0b, 0x64, 0x55], "#0b6455", "#58958a"),
        ] {
            let colours = Accent(Colour(chosen)).colours();
            assert_eq!(
                std::format!("{} {}", colours.light.accent, colours.dark.accent),
                std::format!("{light} {dark}")
            );
            for palette in [colours.light, colours.dark] {
                assert!(palette.contrast < 4.65 || palette.accent == Colour(chosen), "{palette:?}");
            }
        }
    }

    #[test]
    fn the_hue_stays_where_a_colour_is_darkened() {
        let Colour([red, green, blue]) = Accent(Colour([0xff, 0x80, 0x00])).colours().light.accent;
        assert_eq!(blue, 0);
        assert!((f64::from(green) / f64::from(red) - 0.5).abs() < 0.01);
    }
}
