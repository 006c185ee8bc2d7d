//! How hard a code is to read for a camera (ISO/IEC 18004 §7.8.3): the mask with the lowest sum is taken.
//!
//! Every rule is applied to up to fifty modules of a row at once. A word holds them at its bits 4 to 53; below are the
//! four modules before them and above the ten after them, as far as any rule looks.

use core::array::from_fn;

use crate::grid::{Grid, Row, WORD};

const BEFORE: usize = 4;
const COLUMNS: usize = 50;

/// The sum of the penalties of all four rules. Outside of the code all is light.
pub(crate) fn of(modules: &Grid, side: usize) -> u32 {
    let mut counts = Counts::default();
    for first in (0..side).step_by(COLUMNS) {
        count(&mut counts, modules, side, first);
    }
    // Rule 4: ten for each whole twentieth that the dark ones are away from a half.
    let all = (side * side) as u32;
    let away = (counts.dark * 20).abs_diff(all * 10).div_ceil(all).saturating_sub(1);
    counts.long_runs * 2 + counts.run_modules + counts.blocks * 3 + counts.finder_like * 40 + away * 10
}

#[derive(Default)]
struct Counts {
    /// Rule 1: runs of five and more …
    long_runs: u32,
    /// … and in each the places where a run of five begins: 2 and 1 for five, 2 and 2 for six, which is three and
    /// one more.
    run_modules: u32,
    /// Rule 2: blocks of two by two.
    blocks: u32,
    /// Rule 3: 1:1:3:1:1 with four light modules before or after.
    finder_like: u32,
    dark: u32,
}

/// Counts what begins in the fifty columns from `first` on.
fn count(counts: &mut Counts, modules: &Grid, side: usize, first: usize) {
    let mut rows = [0; 177];
    for (word, row) in rows.iter_mut().zip(modules.rows(side)) {
        *word = window(row, first);
    }
    let row = |y: usize| rows.get(y).copied().unwrap_or(0);
    let inside = window(&all_set(side), first);
    let ours = inside & window(&all_set(first + COLUMNS), first) & (u64::MAX << BEFORE);
    let count = |modules: u64| (modules & ours).count_ones();

    let mut above = 0;
    let mut pairs_above = 0;
    let mut same_above = [0; 3];
    let mut runs_above = 0;
    for y in 0..side {
        let this = row(y);
        // Like their neighbour to the right, and like the one above.
        let pairs = !(this ^ this >> 1) & inside & inside >> 1;
        let same = if y == 0 { 0 } else { !(this ^ above) };

        let runs = pairs & pairs >> 1 & pairs >> 2 & pairs >> 3;
        counts.run_modules += count(runs);
        counts.long_runs += count(runs & !(runs << 1));
        let [one, two, three] = same_above;
        let runs = same & one & two & three;
        counts.run_modules += count(runs);
        counts.long_runs += count(runs & !runs_above);

        counts.blocks += count(pairs & pairs_above & same);
        let along = |index: usize| if index < BEFORE { this << (BEFORE - index) } else { this >> (index - BEFORE) };
        let down = |index: usize| row((y + index).wrapping_sub(BEFORE));
        counts.finder_like += count_finder_like(from_fn(along), ours) + count_finder_like(from_fn(down), ours);
        counts.dark += count(this);

        (above, pairs_above, same_above, runs_above) = (this, pairs, [same, one, two], runs);
    }
}

/// How many begin at the fifth of these modules, which follow each other in a row or in a column.
fn count_finder_like(modules: [u64; 15], ours: u64) -> u32 {
    let [a, b, c, before, first, second, third, fourth, fifth, sixth, seventh, after, d, e, f] = modules;
    let begins = first & !second & third & fourth & fifth & !sixth & seventh & !(before | after) & ours;
    let light_before = !(a | b | c);
    let light_after = !(d | e | f);
    (begins & light_before).count_ones() + (begins & light_after).count_ones()
}

/// The modules from four before `first` on.
fn window(row: &Row, first: usize) -> u64 {
    // As if a light word stood before the row.
    let from = first + WORD - BEFORE;
    let word = |index: usize| row.get(index.wrapping_sub(1)).copied().unwrap_or(0);
    // 64 columns from any place reach into the next word; shifted twice, because once by 64 is none.
    word(from / WORD) >> (from % WORD) | word(from / WORD + 1) << (WORD - 1 - from % WORD) << 1
}

/// A row with the first `count` modules set.
fn all_set(count: usize) -> Row {
    let mut row = [0; 3];
    for (index, word) in row.iter_mut().enumerate() {
        let here = count.saturating_sub(index * WORD);
        *word = if here < WORD { (1 << here) - 1 } else { u64::MAX };
    }
    row
}
