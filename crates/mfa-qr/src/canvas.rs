//! Where what is drawn: the function patterns first (ISO/IEC 18004 §6.3), then the codewords around them (§7.7.3).

use crate::codewords::Codewords;
use crate::grid::{Grid, WORD};
use crate::mask::Mask;
use crate::version::Version;

/// A code before a mask is chosen.
#[derive(Clone)]
pub(crate) struct Canvas {
    side: usize,
    modules: Grid,
    /// The modules that hold codewords, which alone a mask changes.
    free: Grid,
}

pub(crate) fn with_codewords(version: Version, codewords: &Codewords) -> Canvas {
    let mut canvas = Canvas::blank(version.side());
    canvas.draw_function_patterns(version);
    canvas.draw_codewords(codewords);
    canvas
}

impl Canvas {
    fn blank(side: usize) -> Self {
        let mut free = Grid::EMPTY;
        for row in free.rows_mut().take(side) {
            for (index, word) in row.iter_mut().enumerate() {
                *word = lowest(side.saturating_sub(index * WORD));
            }
        }
        Self { side, modules: Grid::EMPTY, free }
    }

    /// With `mask` laid over the codewords, and told by the format information.
    pub(crate) fn masked(&self, mask: Mask) -> Grid {
        let mut masked = self.clone();
        masked.draw_format(mask);
        for (y, (row, free)) in masked.modules.rows_mut().zip(masked.free.rows(self.side)).enumerate() {
            for (index, (word, free)) in row.iter_mut().zip(free).enumerate() {
                *word ^= mask.pattern(index * WORD, y) & free;
            }
        }
        masked.modules
    }

    fn draw(&mut self, x: usize, y: usize, dark: bool) {
        self.modules.set(x, y, dark);
        self.free.set(x, y, false);
    }

    fn draw_function_patterns(&mut self, version: Version) {
        let last = self.side - 1;
        for along in 0..self.side {
            self.draw(along, 6, along % 2 == 0);
            self.draw(6, along, along % 2 == 0);
        }
        // Finder patterns, the light modules around them too, over the ends of the timing patterns.
        for (x, y) in [(3, 3), (last - 3, 3), (3, last - 3)] {
            self.draw_rings(x, y, 4, 0b0_1011);
        }
        let centres = version.alignment();
        for y in centres.clone() {
            for x in centres.clone() {
                // Not over the finder patterns.
                if !(x.min(y) == 6 && (x.max(y) == 6 || x.max(y) == last - 6)) {
                    self.draw_rings(x, y, 2, 0b101);
                }
            }
        }
        // What they say depends on the mask; here, only that they are not free.
        self.draw_format(Mask::FIRST);
        if version.number() >= 7 {
            let bits = with_check_bits(version.number(), 12, 0x1f25);
            for index in 0..18 {
                let (near, far) = (index / 3, self.side - 11 + index % 3);
                self.draw(near, far, bits >> index & 1 != 0);
                self.draw(far, near, bits >> index & 1 != 0);
            }
        }
    }

    /// Which level and mask it is, twice (§7.9).
    fn draw_format(&mut self, mask: Mask) {
        // Level M is 00.
        let bits = with_check_bits(mask.number(), 10, 0x537) ^ 0b101_0100_0001_0010;
        for index in 0..15 {
            let dark = bits >> index & 1 != 0;
            // Along the light edge of the first finder pattern, past the timing patterns; and along those of the others.
            let far = self.side - 1 - index;
            match index {
                0..8 => {
                    self.draw(8, if index < 6 { index } else { index + 1 }, dark);
                    self.draw(far, 8, dark);
                }
                _ => {
                    self.draw(if index == 8 { 7 } else { 14 - index }, 8, dark);
                    self.draw(8, self.side - 15 + index, dark);
                }
            }
        }
        self.draw(8, self.side - 8, true);
    }

    /// Squares around a centre, each one module wide, out to `reach`; bit n of `dark` tells of the one at distance n.
    fn draw_rings(&mut self, x: usize, y: usize, reach: usize, dark: u32) {
        for down in 0..=2 * reach {
            for across in 0..=2 * reach {
                let distance = down.abs_diff(reach).max(across.abs_diff(reach));
                let (x, y) = ((x + across).wrapping_sub(reach), (y + down).wrapping_sub(reach));
                self.draw(x, y, dark >> distance & 1 != 0);
            }
        }
    }

    /// In columns two modules wide, from the right, upwards and downwards by turns.
    fn draw_codewords(&mut self, codewords: &Codewords) {
        let mut index = 0;
        for pair in 0..self.side / 2 {
            let right = self.side - 1 - 2 * pair;
            // Past the timing pattern, which has a column of its own.
            let right = if right <= 6 { right - 1 } else { right };
            for along in 0..self.side {
                let y = if pair % 2 == 0 { self.side - 1 - along } else { along };
                for x in [right, right - 1] {
                    if self.free.is_set(x, y) {
                        self.modules.set(x, y, codewords.bit(index));
                        index += 1;
                    }
                }
            }
        }
    }
}

/// `value` with the remainder of a BCH code behind it, `count` bits wide (annexes C and D).
fn with_check_bits(value: usize, count: u32, generator: usize) -> usize {
    let remainder = (0..count).fold(value, |remainder, _| (remainder << 1) ^ ((remainder >> (count - 1)) * generator));
    value << count | remainder
}

/// A word with so many bits set.
fn lowest(count: usize) -> u64 {
    if count < WORD { (1 << count) - 1 } else { u64::MAX }
}
