//! How many tenants there are of which size.

use crate::draw::Draw;
use crate::inputs::{LARGEST, MEMBERS, SIZE_EXPONENT, SMALLEST};

/// Tenants between two sizes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Class {
    /// Up to this many members.
    pub up_to: u64,
    /// How many tenants.
    pub tenants: u64,
    /// How many members they have together.
    pub members: u64,
}

const BOUNDS: [u64; 6] = [100, 1_000, 10_000, 100_000, 1_000_000, 2_000_000];

/// Draws tenants until they have all members.
pub fn classes() -> [Class; BOUNDS.len()] {
    let mut draw = Draw::from(1);
    let mut classes = BOUNDS.map(|up_to| Class { up_to, ..Class::default() });
    let mut left = MEMBERS;
    while left > 0 {
        let size = (size(&mut draw) as u64).min(left);
        left -= size;
        let class = classes.iter_mut().find(|class| size <= class.up_to).expect("no tenant is larger than the largest");
        class.tenants += 1;
        class.members += size;
    }
    classes
}

/// A bounded Pareto's inverse.
fn size(draw: &mut Draw) -> f64 {
    let (low, high) = (SMALLEST.powf(-SIZE_EXPONENT), LARGEST.powf(-SIZE_EXPONENT));
    (low - draw.even() * (low - high)).powf(-1.0 / SIZE_EXPONENT)
}
