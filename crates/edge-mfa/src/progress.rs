//! How far a long command is: on stderr, in place on a terminal, else a line now and then.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// What has been said last.
pub(crate) struct Progress {
    terminal: bool,
    every: Duration,
    next: Option<Instant>,
}

impl Progress {
    pub(crate) fn new() -> Progress {
        let terminal = io::stderr().is_terminal();
        let every = if terminal { Duration::from_millis(100) } else { Duration::from_secs(10) };
        Progress { terminal, every, next: None }
    }

    /// Says it, unless something was said a moment ago.
    pub(crate) fn say(&mut self, text: impl FnOnce() -> String) {
        let now = Instant::now();
        // A log need not hear of what is done at once.
        let due = *self.next.get_or_insert(if self.terminal { now } else { now + self.every });
        if now < due {
            return;
        }
        self.next = Some(now + self.every);
        // Progress that nobody reads harms nobody.
        let _ = if self.terminal {
            write!(io::stderr(), "\r\x1b[K{}", text()).and_then(|()| io::stderr().flush())
        } else {
            writeln!(io::stderr(), "{}", text())
        };
    }
}

/// The line makes room for what comes after.
impl Drop for Progress {
    fn drop(&mut self) {
        if self.terminal && self.next.is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
