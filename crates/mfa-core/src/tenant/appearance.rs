//! How a tenant's pages look: its own accent colour and its logo. Either may be missing; then the pages have ours.

mod accent;
mod colour;
mod logo;

pub use accent::{Accent, Colours, Palette};
pub use colour::Colour;
pub use logo::{LARGEST_LOGO, LOGO_SIDE, Logo, LogoError, LogoName};

/// What a tenant has chosen.
///
/// ```
/// use mfa_core::tenant::appearance::{Accent, Appearance, Colour};
///
/// let mut chosen = Appearance::default();
/// assert_eq!(chosen.accent, None, "the pages have our own colour");
/// chosen.accent = Colour::parse("#ffff00").map(Accent);
/// // What the pages get is ready: yellow on white cannot be read, so it was darkened.
/// let light = chosen.accent.ok_or("a colour")?.colours().light;
/// assert!(light.accent.contrast(Colour::parse("#ffffff").ok_or("a colour")?) >= 4.5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Appearance {
    /// Of buttons, links and what has the focus.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "Option::deserialize"))]
    pub accent: Option<Accent>,
    /// Beside the tenant's name. The picture itself is kept apart.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "Option::deserialize"))]
    pub logo: Option<LogoName>,
}

#[cfg(all(test, feature = "serde"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_written_like_this_for_ever() {
        let accent = Colour::parse("#0B6455").map(Accent);
        let logo = LogoName::parse(&"0f".repeat(32));
        let text = std::format!(r##"{{"accent":"#0b6455","logo":"{}"}}"##, "0f".repeat(32));
        for (kept, text) in
            [(Appearance { accent, logo }, text.as_str()), (Appearance::default(), r#"{"accent":null,"logo":null}"#)]
        {
            assert_eq!(serde_json::to_string(&kept).unwrap(), text);
            assert_eq!(serde_json::from_str::<Appearance>(text).unwrap(), kept);
        }
        // A record that has lost a field is not read as one in which nothing was chosen.
        for damaged in [r#"{"accent":null}"#, r#"{"logo":null}"#, r#"{"accent":"red","logo":null}"#, "{}"] {
            assert!(serde_json::from_str::<Appearance>(damaged).is_err(), "{damaged}");
        }
    }
}
