//! The processor's time, finer than the hundredths of a second that are usual.

use crate::process::workerds;

/// Milliseconds that every thread of a process group's workerd has run so far: `/proc/<pid>/task/<tid>/schedstat`, whose
/// first number is in nanoseconds.
pub fn milliseconds(group: u32) -> f64 {
    let threads = workerds(group).flat_map(|(folder, _)| std::fs::read_dir(folder.join("task")).into_iter().flatten());
    let spent = threads.flatten().filter_map(|thread| {
        let text = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<f64>().ok()
    });
    spent.sum::<f64>() / 1e6
}
