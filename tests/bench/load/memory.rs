//! What the runtime takes of the machine: memory, and time.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::process::workerds;

/// How often it is looked at.
const EVERY: Duration = Duration::from_millis(250);

/// Looks at the resident memory of every workerd of a process group until it is told to stop.
pub struct Memory {
    seen: Arc<Mutex<Vec<(Duration, f64)>>>,
    off: Arc<AtomicBool>,
    watcher: JoinHandle<()>,
    group: u32,
}

/// What was seen: seconds, and mebibytes.
pub struct Seen(Vec<(Duration, f64)>);

impl Memory {
    /// Begins to.
    pub fn watch(group: u32) -> Self {
        let (seen, off) = (Arc::<Mutex<Vec<_>>>::default(), Arc::<AtomicBool>::default());
        let (notes, end, began) = (Arc::clone(&seen), Arc::clone(&off), Instant::now());
        let watcher = std::thread::spawn(move || {
            while !end.load(Ordering::Relaxed) {
                notes.lock().expect("no thread panicked here").push((began.elapsed(), resident(group)));
                std::thread::sleep(EVERY);
            }
        });
        Self { seen, off, watcher, group }
    }

    /// At this moment, in mebibytes.
    pub fn now(&self) -> f64 {
        resident(self.group)
    }

    /// Seconds of a processor that it has taken up to this moment.
    pub fn busy(&self) -> f64 {
        // Linux counts in hundredths of a second for every program (USER_HZ).
        let spent = workerds(self.group).filter_map(|(_, stat)| Some(stat.number(13)? + stat.number(14)?));
        spent.sum::<f64>() / 100.0
    }

    /// Stops looking.
    pub fn stop(self) -> Seen {
        self.off.store(true, Ordering::Relaxed);
        self.watcher.join().expect("the watcher does not panic");
        Seen(self.seen.lock().expect("no thread panicked here").clone())
    }
}

impl Seen {
    /// The medians of the first third and of the last.
    pub fn thirds(&self) -> (f64, f64) {
        let third = (self.0.len() / 3).max(1);
        (middle(self.0.iter().take(third)), middle(self.0.iter().rev().take(third)))
    }

    /// How it grows from the middle of the run on, in mebibytes a minute: the straight line with the least squares. The
    /// first half is left out, in which what is allocated once is allocated.
    pub fn slope(&self) -> f64 {
        let half: Vec<(f64, f64)> =
            self.0.iter().skip(self.0.len() / 2).map(|(at, it)| (at.as_secs_f64() / 60.0, *it)).collect();
        let count = half.len() as f64;
        let (x, y) = half.iter().fold((0.0, 0.0), |(x, y), point| (x + point.0 / count, y + point.1 / count));
        let spread: f64 = half.iter().map(|point| (point.0 - x).powi(2)).sum();
        half.iter().map(|point| (point.0 - x) * (point.1 - y)).sum::<f64>() / spread
    }
}

fn middle<'a>(seen: impl Iterator<Item = &'a (Duration, f64)>) -> f64 {
    let mut sizes: Vec<f64> = seen.map(|(_, size)| *size).collect();
    sizes.sort_by(f64::total_cmp);
    sizes.get(sizes.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Of every workerd that belongs to the group.
fn resident(group: u32) -> f64 {
    // In pages of 4 KiB.
    workerds(group).filter_map(|(_, stat)| stat.number(23)).sum::<f64>() / 256.0
}
