//! Ctrl-C and its relatives, so that what was started is stopped before this process ends.

use std::sync::atomic::{AtomicBool, Ordering};

static WANTED: AtomicBool = AtomicBool::new(false);

pub(super) fn is_wanted() -> bool {
    WANTED.load(Ordering::Relaxed)
}

/// From now on SIGINT, SIGTERM and SIGHUP only make a note. Programs started later do not inherit
/// that: a handler, unlike an ignored signal, ends with `exec`.
#[expect(unsafe_code, reason = "std has no way to listen to a signal")]
pub(super) fn listen() {
    const SIGHUP: i32 = 1;
    const SIGINT: i32 = 2;
    const SIGTERM: i32 = 15;
    unsafe extern "C" {
        fn signal(number: i32, handler: extern "C" fn(i32)) -> usize;
    }
    extern "C" fn note(_: i32) {
        WANTED.store(true, Ordering::Relaxed);
    }
    for number in [SIGHUP, SIGINT, SIGTERM] {
        // SAFETY: `signal` is the C library's, which std links; the handler does nothing but store
        // to an atomic, which is allowed at any instant.
        unsafe { signal(number, note) };
    }
}
