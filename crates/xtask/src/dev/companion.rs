//! A program that runs beside this one and never outlives it.

use crate::Outcome;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};

/// Holds the reading end of a pipe whose writing end is ours. When this process ends, in whatever
/// way, kill -9 included, the pipe closes and the whole group of processes is stopped: first
/// politely, so that the state on disk is closed well, and after five seconds for good.
const GUARD: &str = r#"
exec 3<&0 </dev/null
"$@" 3<&- &
program=$!
{
    read -r line <&3
    trap '' TERM
    kill -TERM 0
    for tenth in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
        kill -0 "$program" 2>/dev/null || break
        sleep 0.2
    done
    kill -KILL 0
} &
exec 3<&-
trap : TERM
wait "$program"
status=$?
kill -0 "$program" 2>/dev/null && wait "$program"
exit "$status"
"#;

pub(super) struct Companion {
    guard: Child,
}

impl Companion {
    /// Ctrl-C in the terminal must reach only this process, hence a group of its own.
    pub(super) fn start(program: Command) -> Outcome<Self> {
        let mut guard = Command::new("sh");
        guard.args(["-c", GUARD, "guard"]).arg(program.get_program()).args(program.get_args());
        if let Some(folder) = program.get_current_dir() {
            guard.current_dir(folder);
        }
        for (variable, value) in program.get_envs() {
            match value {
                Some(value) => guard.env(variable, value),
                None => guard.env_remove(variable),
            };
        }
        guard.stdin(Stdio::piped()).process_group(0);
        let guard = guard.spawn().map_err(|error| format!("sh could not be started: {error}"))?;
        Ok(Self { guard })
    }

    pub(super) fn ended(&mut self) -> Outcome<Option<ExitStatus>> {
        self.guard.try_wait().map_err(|error| error.to_string())
    }

    pub(super) fn stop(&mut self) {
        drop(self.guard.stdin.take());
        // It ended already, or it ends now.
        let _ = self.guard.wait();
    }
}

impl Drop for Companion {
    fn drop(&mut self) {
        self.stop();
    }
}
