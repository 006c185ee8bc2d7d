//! `cargo xtask test`: every test, in this order, up to the first that fails.

mod attack;
mod fuzz;
mod packages;
mod production;

use crate::run::{self, spell};
use crate::setup::{self, Programs, wasm_command};
use crate::{Outcome, bench, build, project, supply};
use std::fs;
use std::process::Command;
use std::time::Instant;

struct Part {
    name: &'static str,
    what: &'static str,
    run: fn(&Programs) -> Outcome,
}

/// What is run when it is named only: a view of tests that the other parts run as well, and what hangs on the fonts and
/// the browser of one machine and takes too long for every time.
const VIEWS: &[Part] = &[
    Part { name: "attack", what: "the attacks that are survived, one by one", run: attack::attack },
    Part { name: "gallery", what: "every page in every state, compared with kept pictures", run: gallery },
];

const PARTS: &[Part] = &[
    Part { name: "fmt", what: "the formatting of every crate", run: fmt },
    Part { name: "lint", what: "clippy without a warning, native and for wasm32", run: lint },
    Part { name: "core", what: "the core and the other crates, natively, with the documents' examples", run: core },
    Part {
        name: "fuzz",
        what: "every parser and both state machines under libFuzzer, a few seconds each",
        run: fuzz::fuzz,
    },
    Part { name: "no-std", what: "the core compiles for bare metal", run: no_std },
    Part { name: "web", what: "wasm-pack tests in headless Chromium and Firefox", run: web },
    Part { name: "build", what: "the browser module and the Worker", run: |_| build::all() },
    Part { name: "supply", what: "what it is made of: licences, sources, unsafe, the same bytes", run: supply::supply },
    Part {
        name: "packages",
        what: "the npm package in Node, Deno, Bun and workerd; the crates, with an older Rust too",
        run: packages::packages,
    },
    Part { name: "edge", what: "the whole system against workerd, through its public doors", run: edge },
    Part {
        name: "load",
        what: "two seconds of each flood: whatever is no success is a refusal",
        run: |_| bench::shortest_load(),
    },
    Part { name: "browser", what: "the whole way in a real browser", run: browser },
    Part {
        name: "deploy",
        what: "a dry run of the deployment, and nothing of the demo in it",
        run: production::deploy,
    },
];

/// Crates that are made for wasm32 and are linted as such.
const FOR_WASM: [&str; 5] = ["mfa-web", "mfa-web-admin", "demo-phone", "edge-mfa-js", "edge-mfa-worker"];

pub(crate) fn list_of_parts() -> String {
    let line = |part: &Part| format!("  {:<8} {}\n", part.name, part.what);
    let parts: String = PARTS.iter().map(line).collect();
    let views: String = VIEWS.iter().map(line).collect();
    format!("{parts}\nand, only if they are named:\n\n{views}")
}

/// Runs the parts named, or all of them.
pub(crate) fn test(names: &[&str]) -> Outcome {
    let all = || PARTS.iter().chain(VIEWS);
    if let Some(unknown) = names.iter().find(|name| all().all(|part| part.name != **name)) {
        return Err(format!("there is no part `{unknown}`. The parts are\n\n{}", list_of_parts()));
    }
    let started = Instant::now();
    let programs = setup::for_testing()?;
    let parts: Vec<&Part> = match names {
        [] => PARTS.iter().collect(),
        names => all().filter(|part| names.contains(&part.name)).collect(),
    };
    for (index, part) in parts.iter().enumerate() {
        println!("\n[{}/{}] {}: {}", index + 1, parts.len(), part.name, part.what);
        let begun = Instant::now();
        (part.run)(&programs).map_err(|message| format!("the tests stopped at `{}`: {message}", part.name))?;
        println!("[{}/{}] {}: passed in {}", index + 1, parts.len(), part.name, spell(begun.elapsed()));
    }
    let whole = if names.is_empty() { "Everything" } else { "What was asked for" };
    println!("\n{whole} passed in {}.", spell(started.elapsed()));
    Ok(())
}

fn fmt(_: &Programs) -> Outcome {
    run::show(run::cargo().args(["fmt", "--all", "--check"]))
}

fn lint(_: &Programs) -> Outcome {
    let mut native = run::cargo();
    native.args("clippy --workspace --all-targets --features mfa-core/serde".split(' '));
    let mut wasm = wasm_command("cargo-clippy");
    wasm.args("clippy --all-targets --target wasm32-unknown-unknown".split(' '));
    for package in FOR_WASM {
        native.args(["--exclude", package]);
        wasm.args(["--package", package]);
    }
    run::show(native.args(["--", "--deny", "warnings"]))?;
    run::show(wasm.args(["--", "--deny", "warnings"]))
}

fn core(_: &Programs) -> Outcome {
    run::show(&mut core_command()?)
}

pub(crate) fn core_command() -> Outcome<Command> {
    let mut cargo = run::cargo();
    cargo.args("test --workspace --exclude edge-mfa-tests --features mfa-core/serde".split(' '));
    cargo.env("EDGE_MFA_COMPARISONS", build::comparisons()?);
    Ok(cargo)
}

/// A target without an operating system has no std, so nothing that is compiled for it can use it.
fn no_std(_: &Programs) -> Outcome {
    let mut cargo = wasm_command("cargo");
    cargo.args("+nightly build --package mfa-core --features serde".split(' '));
    cargo.args(["-Zbuild-std=core,alloc", "--target", "thumbv7em-none-eabi"]);
    cargo.env("CARGO_TARGET_DIR", build::unwinding_target_dir(project::root()));
    run::show(&mut cargo)
}

fn web(programs: &Programs) -> Outcome {
    for (package, target) in [("mfa-core", "vectors"), ("mfa-web", "browser"), ("mfa-web-admin", "browser")] {
        let folder = project::root().join("crates").join(package);
        for (browser, flag, driver) in [
            ("--chrome", "--chromedriver", &programs.chromedriver),
            ("--firefox", "--geckodriver", &programs.geckodriver),
        ] {
            let mut wasm_pack = wasm_command("wasm-pack");
            wasm_pack.args(["--log-level", "warn", "test", "--headless", browser, flag]);
            wasm_pack.arg(driver).args(["--mode", "no-install"]).arg(&folder);
            // The other targets compare with crates that only run natively.
            wasm_pack.args(["--test", target]);
            run::show(&mut wasm_pack)?;
        }
    }
    Ok(())
}

fn edge(programs: &Programs) -> Outcome {
    build::all()?;
    // What `api` does is to a good part waiting, for a time step or a throttle to pass: so twice as many of its tests run
    // at a time as there are processors. The others make all the load that they need.
    let threads = std::thread::available_parallelism().map_or(1, usize::from) * 2;
    let mut api = whole_system(programs, &["--test", "api"]);
    run::show(api.env("RUST_TEST_THREADS", threads.to_string()))?;
    run::show(&mut edge_command(programs, |target| target != "api")?)
}

/// The targets that are wanted, of those that need no browser.
fn edge_command(programs: &Programs, wanted: impl Fn(&str) -> bool) -> Outcome<Command> {
    let manifest = fs::read_to_string(project::root().join("tests/Cargo.toml"))
        .map_err(|error| format!("tests/Cargo.toml cannot be read: {error}"))?;
    let names = targets(&manifest).into_iter().filter(|name| *name != "browser" && wanted(name));
    let mut arguments = vec!["--lib"];
    names.for_each(|name| arguments.extend(["--test", name]));
    Ok(whole_system(programs, &arguments))
}

fn browser(programs: &Programs) -> Outcome {
    build::all()?;
    run::show(browser_command(programs).args(["--", "--skip", "gallery::"]))
}

/// With EDGE_MFA_GALLERY=keep it keeps what it sees.
fn gallery(programs: &Programs) -> Outcome {
    build::all()?;
    run::show(browser_command(programs).args(["--", "gallery::"]))
}

fn browser_command(programs: &Programs) -> Command {
    whole_system(programs, &["--test", "browser"])
}

/// The Worker and the modules must have been built: a part run alone would otherwise find old ones.
pub(crate) fn whole_system(programs: &Programs, targets: &[&str]) -> Command {
    let mut cargo = run::cargo();
    cargo.args(["test", "--package", "edge-mfa-tests"]).args(targets);
    cargo.env("EDGE_MFA_ROOT", project::root());
    cargo.env("EDGE_MFA_WRANGLER", project::node_bin().join("wrangler"));
    cargo.env("EDGE_MFA_SKIP_BUILD", "1");
    cargo.envs(programs.variables.iter().map(|(variable, path)| (variable, path)));
    cargo
}

/// The names of the `[[test]]` targets in a manifest.
fn targets(manifest: &str) -> Vec<&str> {
    let after_headings = manifest.split("[[test]]").skip(1);
    after_headings.filter_map(|rest| rest.split('"').nth(1)).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_targets_are_read_from_the_manifest() {
        let manifest = "[lib]\npath = \"lib.rs\"\n\n[[test]]\nname = \"api\"\npath = \"api/main.rs\"\n\n\
                        [[test]]\nname = \"browser\"\n";
        assert_eq!(super::targets(manifest), ["api", "browser"]);
    }
}
