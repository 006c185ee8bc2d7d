//! Running other programs.

use crate::{Outcome, project};
use std::fs::{self, File};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A program of the person's own machine, as they would start it in the checkout themselves:
/// without what cargo and rustup put into the environment of a program that they run.
pub(crate) fn program(name: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(project::root()).stdin(Stdio::null());
    for (key, _) in std::env::vars_os() {
        let key = key.to_string_lossy();
        if key.starts_with("CARGO_PKG_") || key.starts_with("CARGO_MANIFEST_") {
            command.env_remove(key.as_ref());
        }
    }
    command
}

/// The same cargo that runs this.
pub(crate) fn cargo() -> Command {
    program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs a program whose output the person is meant to see.
pub(crate) fn show(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|error| not_started(command, &error))?;
    judge(command, status)
}

/// What a program prints.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    let output = command.output().map_err(|error| not_started(command, &error))?;
    judge(command, output.status)?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs a long program whose output matters only if it fails; that goes to a file. Meanwhile the
/// person sees how long it has been going and what it says last.
pub(crate) fn log(command: &mut Command, name: &str, limit: Duration) -> Outcome {
    let path = project::tools().join("logs").join(format!("{name}.log"));
    let file = fs::create_dir_all(project::tools().join("logs"))
        .and_then(|()| File::create(&path))
        .and_then(|file| Ok((file.try_clone()?, file)))
        .map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
    let mut child = command.stdout(file.0).stderr(file.1).spawn().map_err(|error| not_started(command, &error))?;
    let status =
        watch(&mut child, &path, limit).map_err(|error| format!("{} was stopped: {error}", described(command)))?;
    judge(command, status).map_err(|message| {
        format!("{message}; its last lines were\n{}\n(all of it: {})", last_lines(&path, 15), path.display())
    })
}

/// Finds a program on the PATH.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

fn watch(child: &mut Child, log: &Path, limit: Duration) -> Outcome<ExitStatus> {
    let terminal = std::io::stdout().is_terminal();
    let started = Instant::now();
    // In a terminal the line is rewritten in place; in a log file one line in half a minute.
    let every = if terminal { Duration::from_millis(500) } else { Duration::from_secs(30) };
    let mut next = every;
    loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            if terminal {
                print!("\r\x1b[K");
            }
            return Ok(status);
        }
        let elapsed = started.elapsed();
        if elapsed > limit {
            // It may have ended just now; then there is nothing to stop.
            let _ = child.kill();
            let _ = child.wait();
            return Err(format!("no result after {}", spell(elapsed)));
        }
        if elapsed > next {
            next = elapsed + every;
            let line: String = last_lines(log, 1).trim().chars().take(60).collect();
            if terminal {
                print!("\r\x1b[K      {}  {line}", spell(elapsed));
                // A line of progress that is lost harms nobody.
                let _ = std::io::stdout().flush();
            } else {
                println!("      {}  {line}", spell(elapsed));
            }
        }
        sleep(Duration::from_millis(100));
    }
}

fn last_lines(path: &Path, count: usize) -> String {
    let text = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

pub(crate) fn spell(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

fn judge(command: &Command, status: ExitStatus) -> Outcome {
    if status.success() {
        return Ok(());
    }
    Err(format!("{} failed ({status})", described(command)))
}

fn not_started(command: &Command, error: &std::io::Error) -> String {
    format!("{} could not be started: {error}", described(command))
}

fn described(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = command.get_args().map(|word| word.to_string_lossy());
    let words: Vec<_> = std::iter::once(program.to_string_lossy()).chain(words).collect();
    format!("`{}`", words.join(" "))
}
