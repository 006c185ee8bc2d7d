//! The same measured of two, in turn.

/// What was measured: of ours, and right beside it of the smallest.
#[derive(Default)]
pub struct Pairs(Vec<(f64, f64)>);

impl Pairs {
    /// One round of both.
    pub fn add(&mut self, ours: f64, smallest: f64) {
        self.0.push((ours, smallest));
    }

    /// The middle of ours, of theirs, and of the ratios.
    pub fn medians(&self) -> (f64, f64, f64) {
        let middle = |of: fn(&(f64, f64)) -> f64| {
            let mut values: Vec<f64> = self.0.iter().map(of).collect();
            values.sort_by(f64::total_cmp);
            values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
        };
        (middle(|it| it.0), middle(|it| it.1), middle(|it| it.0 / it.1))
    }
}
