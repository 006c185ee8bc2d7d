//! The eight masks (ISO/IEC 18004 §7.8.2).

/// Each mask repeats after so many columns …
const COLUMNS: usize = 6;

/// … and after so many rows.
const ROWS: usize = 12;

/// One bit in each six.
const EACH_SIXTH: u64 = 0x1041_0410_4104_1041;

const PATTERNS: [[u8; ROWS]; 8] = patterns();

#[derive(Clone, Copy)]
pub(crate) struct Mask(usize);

impl Mask {
    pub(crate) const FIRST: Self = Self(0);

    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..PATTERNS.len()).map(Self)
    }

    pub(crate) fn number(self) -> usize {
        self.0
    }

    /// What it inverts in row `y`: 64 columns, the lowest bit of column `x`.
    pub(crate) fn pattern(self, x: usize, y: usize) -> u64 {
        let six = PATTERNS.get(self.0).and_then(|rows| rows.get(y % ROWS)).copied().map_or(0, u64::from);
        let turned = (six | six << COLUMNS) >> (x % COLUMNS) & 0x3f;
        turned.wrapping_mul(EACH_SIXTH)
    }
}

#[expect(clippy::indexing_slicing, reason = "computed while compiling")]
const fn patterns() -> [[u8; ROWS]; 8] {
    let mut patterns = [[0; ROWS]; 8];
    let mut place = 0;
    while place < COLUMNS * ROWS {
        let (x, y) = (place % COLUMNS, place / COLUMNS);
        let inverted = [
            (x + y) % 2 == 0,
            y % 2 == 0,
            x % 3 == 0,
            (x + y) % 3 == 0,
            (x / 3 + y / 2) % 2 == 0,
            x * y % 2 + x * y % 3 == 0,
            (x * y % 2 + x * y % 3) % 2 == 0,
            ((x + y) % 2 + x * y % 3) % 2 == 0,
        ];
        let mut mask = 0;
        while mask < inverted.len() {
            patterns[mask][y] |= (inverted[mask] as u8) << x;
            mask += 1;
        }
        place += 1;
    }
    patterns
}
