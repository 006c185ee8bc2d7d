//! `cargo xtask test fuzz`: goes on from the corpus of `tests/fuzz` with libFuzzer, every target for a while.
//!
//! On the stable toolchain and without a tool to install: libFuzzer comes as a crate, and the compiler counts what an
//! input reaches when it is asked to. What is found on the way stays in `target/fuzz`, for the next run to begin with.

use crate::setup::Programs;
use crate::{Outcome, project, run};
use std::fs::{self, File};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::available_parallelism;

/// Seconds for each target, where `EDGE_MFA_FUZZ_SECONDS` does not say otherwise.
const SECONDS: u64 = 3;

/// As cargo-fuzz asks for it: a counter on every edge of the program, and what is compared with what.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// A target in the list of `tests/fuzz/src/lib.rs`.
#[derive(Debug, PartialEq)]
struct Target<'a> {
    name: &'a str,
    max_bytes: &'a str,
}

/// How to run all of them: each for so long, so many at a time.
struct Plan {
    program: PathBuf,
    found: PathBuf,
    crashes: PathBuf,
    seconds: u64,
    seed: u64,
}

pub(super) fn fuzz(_: &Programs) -> Outcome {
    let list = project::root().join("tests/fuzz/src/lib.rs");
    let list = fs::read_to_string(&list).map_err(|error| format!("{} cannot be read: {error}", list.display()))?;
    let only = std::env::var("EDGE_MFA_FUZZ_TARGET").ok();
    let targets: Vec<Target> =
        targets(&list).filter(|target| only.as_deref().is_none_or(|only| only == target.name)).collect();
    let plan = plan(build()?)?;
    let at_once = number("EDGE_MFA_FUZZ_JOBS")?.map_or_else(
        || available_parallelism().map_or(1, NonZero::get),
        |jobs| usize::try_from(jobs).unwrap_or(usize::MAX).max(1),
    );
    println!("{} targets, {} s each, EDGE_MFA_SEED={}", targets.len(), plan.seconds, plan.seed);
    let mut broken = Vec::new();
    for some in targets.chunks(at_once) {
        let running: Outcome<Vec<(&Target, Child)>> =
            some.iter().map(|target| Ok((target, plan.start(target)?))).collect();
        for (target, mut child) in running? {
            let status = child.wait().map_err(|error| format!("{} could not be waited for: {error}", target.name))?;
            println!("{:<20} {}", target.name, plan.figures(target));
            if !status.success() {
                plan.tell(target);
                broken.push(target.name);
            }
        }
    }
    if std::env::var_os("EDGE_MFA_FUZZ_KEEP").is_some() && broken.is_empty() {
        targets.iter().try_for_each(|target| plan.keep(target))?;
    }
    if broken.is_empty() { Ok(()) } else { Err(format!("broken: {}", broken.join(", "))) }
}

fn build() -> Outcome<PathBuf> {
    let about = run::output(run::program("rustc").arg("-vV"))?;
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc does not name its host")?;
    let folder = project::root().join("target/fuzz");
    // With the host named as target, build scripts and macros are compiled without these flags.
    let mut cargo = run::cargo();
    cargo.args("build --package edge-mfa-fuzz --features libfuzzer --profile fuzz --target".split(' ')).arg(host);
    cargo.env("RUSTFLAGS", FLAGS).env("CARGO_TARGET_DIR", &folder);
    run::show(&mut cargo)?;
    Ok(folder.join(host).join("fuzz/edge-mfa-fuzz"))
}

fn plan(program: PathBuf) -> Outcome<Plan> {
    let folder = project::root().join("target/fuzz");
    Ok(Plan {
        program,
        found: folder.join("found"),
        crashes: folder.join("crashes"),
        seconds: number("EDGE_MFA_FUZZ_SECONDS")?.unwrap_or(SECONDS),
        // With the tests always the same one: what they find does not hang on the day. libFuzzer's are of 32 bits, and
        // zero asks for one of its own.
        seed: number("EDGE_MFA_SEED")?.unwrap_or(1) % (1 << 32),
    })
}

impl Plan {
    fn start(&self, target: &Target) -> Outcome<Child> {
        let found = self.found.join(target.name);
        let made = fs::create_dir_all(&found).and_then(|()| fs::create_dir_all(&self.crashes));
        let log = made.and_then(|()| File::create(self.log(target)));
        let log = log.map_err(|error| format!("{} cannot be written: {error}", self.log(target).display()))?;
        let mut command = self.command(target);
        command.arg(format!("-max_len={}", target.max_bytes)).arg(format!("-max_total_time={}", self.seconds));
        command.arg(format!("-seed={}", self.seed)).args(["-timeout=10", "-print_final_stats=1"]);
        command.arg(format!("-artifact_prefix={}-", self.crashes.join(target.name).display()));
        // What is new goes to the first folder; the corpus in the tree is only read.
        command.arg(found).arg(corpus(target)).stdout(Stdio::null()).stderr(log);
        command.spawn().map_err(|error| format!("{} could not be started: {error}", target.name))
    }

    fn command(&self, target: &Target) -> Command {
        let mut command = run::program(&self.program);
        command.env("EDGE_MFA_FUZZ_TARGET", target.name);
        command
    }

    fn log(&self, target: &Target) -> PathBuf {
        self.crashes.join(format!("{}.log", target.name))
    }

    /// What libFuzzer said last: how much was reached, and in how many executions.
    fn figures(&self, target: &Target) -> String {
        let log = fs::read(self.log(target)).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let after = |word: &str| log.rsplit_once(word).and_then(|(_, rest)| rest.split_whitespace().next());
        let [cov, ft, runs] = ["cov: ", " ft: ", "number_of_executed_units: "].map(|word| after(word).unwrap_or("?"));
        format!("cov {cov}, ft {ft}, {runs} executions")
    }

    /// What broke, where the input is, and how to see it again.
    fn tell(&self, target: &Target) {
        let log = fs::read(self.log(target)).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let said = log.lines().skip_while(|line| !line.contains("panicked at") && !line.contains("ERROR:")).take(5);
        said.for_each(|line| println!("    {line}"));
        let saved = log.lines().rev().find_map(|line| line.split_once("Test unit written to "));
        let saved = saved.map_or_else(|| self.log(target).display().to_string(), |(_, path)| path.to_owned());
        println!("    the input: {saved}");
        println!("    again:     EDGE_MFA_FUZZ_TARGET={} {} {saved}", target.name, self.program.display());
        println!("    for ever:  put it into tests/fuzz/corpus/{} and run cargo test -p edge-mfa-fuzz", target.name);
    }

    /// Takes what reached something new into the corpus.
    fn keep(&self, target: &Target) -> Outcome {
        let mut command = self.command(target);
        command.arg("-merge=1").arg(format!("-max_len={}", target.max_bytes));
        command.arg(format!("-artifact_prefix={}-", self.crashes.join(target.name).display()));
        command.arg(corpus(target)).arg(self.found.join(target.name)).stdout(Stdio::null()).stderr(Stdio::null());
        run::show(&mut command)
    }
}

fn corpus(target: &Target) -> PathBuf {
    Path::new(project::root()).join("tests/fuzz/corpus").join(target.name)
}

fn number(variable: &str) -> Outcome<Option<u64>> {
    let Ok(text) = std::env::var(variable) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| format!("{variable} is no number: {text}"))
}

/// The targets in their list: `target("name", 512, …)`.
fn targets(list: &str) -> impl Iterator<Item = Target<'_>> {
    list.lines().filter_map(|line| {
        let (name, rest) = line.trim().strip_prefix("target(\"")?.split_once("\", ")?;
        let (max_bytes, _) = rest.split_once(',')?;
        Some(Target { name, max_bytes })
    })
}

#[cfg(test)]
mod tests {
    use super::{Target, targets};

    #[test]
    fn the_targets_are_read_from_their_list() {
        let list =
            "const fn target(name: &str) {}\n    target(\"a-b\", 12, core::a),\n    target(\"c\", 3, core::c),\n";
        let expected = [Target { name: "a-b", max_bytes: "12" }, Target { name: "c", max_bytes: "3" }];
        assert_eq!(targets(list).collect::<Vec<_>>(), expected);
    }
}
