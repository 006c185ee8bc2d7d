//! From bytes to codewords: the data in byte mode, split into blocks, with error correction, interleaved
//! (ISO/IEC 18004 §7.4.5, §7.5 and §7.6).

use crate::correction::ErrorCorrection;
use crate::version::Version;

/// Of version 40.
const MOST: usize = 3706;

const BYTE_MODE: u8 = 0b0100;

/// What fills a code up (§7.4.10).
const PADDING: [u8; 2] = [0b1110_1100, 0b0001_0001];

pub(crate) struct Codewords {
    bytes: [u8; MOST],
}

impl Codewords {
    /// Of a text that fits into `version`.
    pub(crate) fn of(text: &[u8], version: Version) -> Self {
        let data = data(text, version);
        let mut rest = data.get(..version.data()).unwrap_or_default();
        let (blocks, all) = (version.blocks(), version.codewords());
        let correction = ErrorCorrection::of(version.correction());
        // The first blocks are one shorter than the last ones where they cannot all be of one size.
        let shorter = blocks - all % blocks;
        let shortest = all / blocks - version.correction();
        let mut bytes = [0; MOST];
        let mut put = |place: usize, byte: u8| {
            if let Some(place) = bytes.get_mut(place) {
                *place = byte;
            }
        };
        for block in 0..blocks {
            let length = if block < shorter { shortest } else { shortest + 1 };
            let (of_this, after) = rest.split_at_checked(length).unwrap_or_default();
            rest = after;
            for (index, byte) in of_this.iter().enumerate() {
                // Only the longer ones have a last one.
                let before = if index < shortest { 0 } else { shorter };
                put(index * blocks + block - before, *byte);
            }
            for (index, byte) in correction.remainder(of_this).into_iter().take(version.correction()).enumerate() {
                put(version.data() + index * blocks + block, byte);
            }
        }
        Self { bytes }
    }

    /// The highest of each byte first; after the last codeword zeros, which the remaining modules get.
    pub(crate) fn bit(&self, index: usize) -> bool {
        self.bytes.get(index / 8).is_some_and(|byte| byte << (index % 8) & 0x80 != 0)
    }
}

/// Mode, length, text, end, padding. The mode has four bits, so every byte lies across two codewords, and the half that
/// is left of the last one is the end mark.
fn data(text: &[u8], version: Version) -> [u8; MOST] {
    let length = (text.len() as u16).to_be_bytes();
    let written = length.iter().skip(2 - version.length_bytes()).chain(text);
    let mut data = [0; MOST];
    let mut places = data.iter_mut();
    let mut before = BYTE_MODE;
    // In this order: a place that finds no byte any more would be lost to the padding.
    for (byte, place) in written.chain(&[0]).zip(&mut places) {
        *place = before << 4 | byte >> 4;
        before = *byte;
    }
    for (place, byte) in places.zip(PADDING.iter().cycle()) {
        *place = *byte;
    }
    data
}
