//! Versions: how large a code is, and how much it holds at level M (ISO/IEC 18004:2015, tables 1, 7 and 9).

const NEWEST: usize = 40;

/// Codewords of error correction in each block, level M.
const CORRECTION: [u8; NEWEST] = [
    10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28, 28, 28,
    28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
];

/// Blocks, level M.
const BLOCKS: [u8; NEWEST] = [
    1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33,
    35, 37, 38, 40, 43, 45, 47, 49,
];

/// From 1 to 40.
#[derive(Clone, Copy)]
pub(crate) struct Version(usize);

impl Version {
    /// The smallest that holds so many bytes.
    pub(crate) fn for_bytes(count: usize) -> Option<Self> {
        // Beside the bytes: the mode (four bits), how many there are, and half a byte that ends them.
        (1..=NEWEST).map(Self).find(|version| version.data().checked_sub(version.length_bytes() + 1) >= Some(count))
    }

    pub(crate) fn number(self) -> usize {
        self.0
    }

    /// Modules on each side.
    pub(crate) fn side(self) -> usize {
        17 + 4 * self.0
    }

    /// Bytes in which the number of bytes is written (table 3).
    pub(crate) fn length_bytes(self) -> usize {
        if self.0 < 10 { 1 } else { 2 }
    }

    /// Codewords of data and of error correction together.
    pub(crate) fn codewords(self) -> usize {
        let Self(version) = self;
        let mut modules = (16 * version + 128) * version + 64;
        if version >= 2 {
            let patterns = self.alignment_patterns();
            // Each is 5 by 5; those on the timing patterns share five modules with them, and three corners have none.
            modules -= (25 * patterns - 10) * patterns - 55;
        }
        if version >= 7 {
            modules -= 36; // twice the version
        }
        modules / 8
    }

    /// Codewords of data.
    pub(crate) fn data(self) -> usize {
        self.codewords() - self.blocks() * self.correction()
    }

    /// Codewords of error correction in each block.
    pub(crate) fn correction(self) -> usize {
        entry(&CORRECTION, self)
    }

    pub(crate) fn blocks(self) -> usize {
        entry(&BLOCKS, self)
    }

    /// Alignment patterns in a row of them, from version 2.
    fn alignment_patterns(self) -> usize {
        self.0 / 7 + 2
    }

    /// The rows, which are the columns too, that alignment patterns have their centres in (annex E).
    pub(crate) fn alignment(self) -> impl Iterator<Item = usize> + Clone {
        let Self(version) = self;
        let patterns = if version == 1 { 0 } else { self.alignment_patterns() };
        // Even, and as wide as fits evenly; the table has one exception.
        let step = match version {
            1 => 0,
            32 => 26,
            _ => (version * 4 + patterns * 2 + 1) / (patterns * 2 - 2) * 2,
        };
        let last = self.side() - 7;
        (0..patterns).map(move |index| if index + 1 == patterns { 6 } else { last - index * step })
    }
}

fn entry(table: &[u8; NEWEST], Version(version): Version) -> usize {
    table.get(version - 1).copied().map_or(0, usize::from)
}
