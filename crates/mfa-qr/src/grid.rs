//! A square of bits, large enough for every version: a row is three words of 64.

pub(crate) const WORD: usize = 64;

const ROWS: usize = 177;

pub(crate) type Row = [u64; 3];

#[derive(Clone, Debug)]
pub(crate) struct Grid([Row; ROWS]);

impl Grid {
    pub(crate) const EMPTY: Self = Self([[0; 3]; ROWS]);

    /// Those that a code of this size has.
    pub(crate) fn rows(&self, side: usize) -> impl Iterator<Item = &Row> {
        self.0.iter().take(side)
    }

    pub(crate) fn rows_mut(&mut self) -> impl Iterator<Item = &mut Row> {
        self.0.iter_mut()
    }

    /// False outside.
    pub(crate) fn is_set(&self, x: usize, y: usize) -> bool {
        let word = self.0.get(y).and_then(|row| row.get(x / WORD));
        word.is_some_and(|word| word >> (x % WORD) & 1 != 0)
    }

    /// Outside of it, nothing happens.
    pub(crate) fn set(&mut self, x: usize, y: usize, bit: bool) {
        if let Some(word) = self.0.get_mut(y).and_then(|row| row.get_mut(x / WORD)) {
            let place = 1 << (x % WORD);
            *word = if bit { *word | place } else { *word & !place };
        }
    }
}
