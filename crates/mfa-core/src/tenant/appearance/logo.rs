//! A tenant's logo: a small PNG, looked through chunk by chunk (PNG specification, third edition).
//!
//! What is kept is written anew from the chunks that drawing needs and from nothing else: no text, no place where a
//! photo was taken, no other format behind the end. A picture that was cut off or spoilt is refused, and so is whatever
//! can carry a script (SVG is no PNG). What the compressed data draw is the browser's affair: its decoder reads as many
//! dots as the header says and no more.

use alloc::vec::Vec;
use core::fmt;

use sha2::{Digest, Sha256};

/// The most bytes of a file that is taken for a logo.
///
/// ```
/// use mfa_core::tenant::appearance::{LARGEST_LOGO, Logo, LogoError};
///
/// assert_eq!(Logo::parse(&vec![0; LARGEST_LOGO + 1]).err(), Some(LogoError::TooLarge));
/// ```
pub const LARGEST_LOGO: usize = 32 * 1024;

/// The most dots that it is wide or high: it is shown at a tenth of that.
///
/// For an example see [`LogoError`].
pub const LOGO_SIDE: u32 = 512;

const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// A picture that was looked through.
///
/// ```
/// use mfa_core::tenant::appearance::{Logo, LogoError};
///
/// assert_eq!(Logo::parse(b"<svg onload='alert(1)'/>").err(), Some(LogoError::NotPng));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    name: LogoName,
    png: Vec<u8>,
}

/// Names a logo by its own bytes: another picture has another name, so what is fetched by it never changes.
///
/// ```
/// use mfa_core::tenant::appearance::LogoName;
///
/// let text = "0f".repeat(32);
/// assert_eq!(LogoName::parse(&text).ok_or("64 digits")?.to_string(), text);
/// assert_eq!(LogoName::parse(&text.to_uppercase()), None, "one spelling");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "alloc::string::String", into = "alloc::string::String"))]
pub struct LogoName([u8; 32]);

/// Why a file is no logo.
///
/// ```
/// use mfa_core::tenant::appearance::{LOGO_SIDE, Logo, LogoError};
///
/// // What a person is told to do differs: another format, fewer dots, the file once more.
/// assert_eq!(Logo::parse(b"GIF89a").err(), Some(LogoError::NotPng));
/// let cut_off = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR";
/// assert_eq!(Logo::parse(cut_off).err(), Some(LogoError::Damaged));
/// assert_eq!(LOGO_SIDE, 512);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum LogoError {
    /// More bytes than [`LARGEST_LOGO`].
    TooLarge,
    /// It does not begin as a PNG does.
    NotPng,
    /// Wider or higher than [`LOGO_SIDE`].
    TooManyPixels,
    /// It begins as a PNG, and is none to the end.
    Damaged,
}

impl Logo {
    /// Looks a file through.
    ///
    /// # Errors
    /// See [`LogoError`].
    pub fn parse(file: &[u8]) -> Result<Logo, LogoError> {
        if file.len() > LARGEST_LOGO {
            return Err(LogoError::TooLarge);
        }
        let rest = file.strip_prefix(&SIGNATURE).ok_or(LogoError::NotPng)?;
        let (first, mut rest) = Chunk::read(rest).ok_or(LogoError::Damaged)?;
        let header = Header::read(&first).ok_or(LogoError::Damaged)?;
        if header.width > LOGO_SIDE || header.height > LOGO_SIDE {
            return Err(LogoError::TooManyPixels);
        }
        let mut png = SIGNATURE.to_vec();
        png.extend_from_slice(first.whole);
        let mut before = Place::default();
        while !before.is_over {
            let (chunk, after) = Chunk::read(rest).ok_or(LogoError::Damaged)?;
            rest = after;
            if before.takes(&chunk, &header).ok_or(LogoError::Damaged)? {
                png.extend_from_slice(chunk.whole);
            }
        }
        if !rest.is_empty() {
            return Err(LogoError::Damaged);
        }
        Ok(Logo { name: LogoName(Sha256::digest(&png).into()), png })
    }

    /// What it is called.
    ///
    /// ```
    /// # const DOT: &[u8] = b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\
    /// # \x00\x00\x00\x0aIDATx\xdach\x00\x00\x00\x82\x00\x81\xdaE\x08;\x00\x00\x00\x00IEND\xaeB`\x82";
    /// use mfa_core::tenant::appearance::Logo;
    ///
    /// let logo = Logo::parse(DOT).map_err(|error| format!("{error:?}"))?;
    /// // Looked through again it is the same, under the same name.
    /// assert_eq!(Logo::parse(logo.png()), Ok(logo.clone()));
    /// assert_eq!(logo.name().to_string().len(), 64);
    /// # Ok::<(), String>(())
    /// ```
    #[must_use]
    pub fn name(&self) -> LogoName {
        self.name
    }

    /// The picture.
    ///
    /// For an example see [`Logo::name`].
    #[must_use]
    pub fn png(&self) -> &[u8] {
        &self.png
    }
}

/// A part of a PNG (§5.3): length, kind, content, check.
struct Chunk<'a> {
    kind: [u8; 4],
    content: &'a [u8],
    whole: &'a [u8],
}

impl<'a> Chunk<'a> {
    /// The first, and what follows it.
    fn read(bytes: &'a [u8]) -> Option<(Chunk<'a>, &'a [u8])> {
        let (length, rest) = bytes.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (kind, rest) = rest.split_first_chunk::<4>()?;
        let (content, rest) = rest.split_at_checked(length)?;
        let (check, rest) = rest.split_first_chunk::<4>()?;
        let checked = kind.iter().chain(content);
        let whole = bytes.get(..length.checked_add(12)?)?;
        (crc_32(checked) == u32::from_be_bytes(*check)).then_some((Chunk { kind: *kind, content, whole }, rest))
    }

    /// Whether a decoder may leave it out (§5.4).
    fn is_ancillary(&self) -> bool {
        self.kind[0].is_ascii_lowercase()
    }
}

/// Annex D.
fn crc_32<'a>(bytes: impl Iterator<Item = &'a u8>) -> u32 {
    const POLYNOMIAL: u32 = 0xedb8_8320;
    !bytes.fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (POLYNOMIAL & (crc & 1).wrapping_neg()))
    })
}

/// What the header says (§11.2.1).
struct Header {
    width: u32,
    height: u32,
    colour: u8,
}

/// Its colours are those of a palette.
const INDEXED: u8 = 3;

impl Header {
    fn read(chunk: &Chunk<'_>) -> Option<Header> {
        let (width, rest) = chunk.content.split_first_chunk::<4>()?;
        let (height, rest) = rest.split_first_chunk::<4>()?;
        let (width, height) = (u32::from_be_bytes(*width), u32::from_be_bytes(*height));
        let [depth, colour, compression @ 0, filter @ 0, interlace @ 0..=1] = *rest else { return None };
        let _ = (compression, filter, interlace);
        let is_known =
            matches!((colour, depth), (0, 1 | 2 | 4 | 8 | 16) | (2 | 4 | 6, 8 | 16) | (INDEXED, 1 | 2 | 4 | 8));
        (chunk.kind == *b"IHDR" && is_known && width > 0 && height > 0).then_some(Header { width, height, colour })
    }
}

/// How far the chunks have come. Each kind has its place (§5.6).
#[derive(Default)]
struct Place {
    palette: bool,
    transparency: bool,
    data: bool,
    /// Something else came after the data.
    data_is_over: bool,
    is_over: bool,
}

impl Place {
    /// Whether this chunk is kept; nothing where it must not be.
    fn takes(&mut self, chunk: &Chunk<'_>, header: &Header) -> Option<bool> {
        let is_data = chunk.kind == *b"IDAT";
        self.data_is_over |= self.data && !is_data;
        let length = chunk.content.len();
        let fits = match &chunk.kind {
            b"PLTE" => {
                let was_there = core::mem::replace(&mut self.palette, true);
                let colours = length / 3;
                let has_colour = matches!(header.colour, 2 | INDEXED | 6);
                has_colour
                    && !was_there
                    && !self.transparency
                    && !self.data
                    && length % 3 == 0
                    && (1..=256).contains(&colours)
            }
            b"tRNS" => {
                let was_there = core::mem::replace(&mut self.transparency, true);
                let is_right = match header.colour {
                    0 => length == 2,
                    2 => length == 6,
                    INDEXED => self.palette && (1..=256).contains(&length),
                    _ => false,
                };
                is_right && !was_there && !self.data
            }
            b"IDAT" => {
                self.data = true;
                !self.data_is_over && (self.palette || header.colour != INDEXED)
            }
            b"IEND" => {
                self.is_over = true;
                self.data && length == 0
            }
            _ if chunk.is_ancillary() => return Some(false),
            _ => false,
        };
        fits.then_some(true)
    }
}

impl LogoName {
    /// Reads 64 hexadecimal digits in lower case.
    #[must_use]
    pub fn parse(text: &str) -> Option<LogoName> {
        let well_formed = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let mut name = [0; 32];
        for (byte, pair) in name.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        well_formed.then_some(LogoName(name))
    }
}

impl fmt::Display for LogoName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(feature = "serde")]
impl TryFrom<alloc::string::String> for LogoName {
    type Error = &'static str;

    fn try_from(text: alloc::string::String) -> Result<LogoName, Self::Error> {
        LogoName::parse(&text).ok_or("not a logo's name")
    }
}

#[cfg(feature = "serde")]
impl From<LogoName> for alloc::string::String {
    fn from(name: LogoName) -> alloc::string::String {
        alloc::format!("{name}")
    }
}

#[cfg(test)]
mod tests;
