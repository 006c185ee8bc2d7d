//! The browser module, the pages, the demo phone's module and the Worker, each only if something changed.

use crate::project::Place;
use crate::setup::{self, wasm_command, wasm_command_in};
use crate::stamp::{Stamp, digest, only_one_at_a_time};
use crate::{Outcome, pages, project, run, supply};
use std::path::{Path, PathBuf};
use std::process::Command;

/// `cargo xtask build`, which wrangler runs before it serves or deploys.
pub(crate) fn command() -> Outcome {
    // For whoever has just built and starts wrangler many times, as the tests do.
    if std::env::var_os("EDGE_MFA_SKIP_BUILD").is_some_and(|value| value == "1") {
        return Ok(());
    }
    setup::for_building()?;
    all()
}

pub(crate) fn all() -> Outcome {
    // wrangler may start one while another is under way.
    let _lock = only_one_at_a_time("build")?;
    for module in &PAGES {
        module.build()?;
    }
    pages::build()?;
    DEMO_PHONE.build()?;
    worker()?;
    supply::write_sboms()
}

/// A crate as a module of the browser's: `NAME.js`, and `NAME_bg.wasm`, which it loads.
pub(crate) struct BrowserModule {
    pub(crate) package: &'static str,
    pub(crate) folder: &'static str,
    pub(crate) name: &'static str,
    /// Of Cargo.toml.
    pub(crate) profile: &'static str,
}

/// What the pages load: the first most of them, the other those of administrators. Each has a folder of its own, since
/// wasm-pack optimises whatever lies there.
pub(crate) const PAGES: [BrowserModule; 2] = [
    BrowserModule { package: "mfa-web", folder: "www/pkg", name: "mfa_web", profile: "browser" },
    BrowserModule { package: "mfa-web-admin", folder: "www/pkg/admin", name: "mfa_web_admin", profile: "browser" },
];

const DEMO_PHONE: BrowserModule = BrowserModule {
    package: "demo-phone",
    folder: "crates/demo-phone/www/pkg",
    name: "demo_phone",
    profile: "release",
};

impl BrowserModule {
    /// What is made, from the folder of the checkout on.
    pub(crate) fn files(&self) -> [String; 2] {
        let Self { folder, name, .. } = self;
        [format!("{folder}/{name}.js"), format!("{folder}/{name}_bg.wasm")]
    }

    /// The same, from the folder of the pages on.
    pub(crate) fn files_in_www(&self) -> [String; 2] {
        self.files().map(|file| file.trim_start_matches("www/").to_owned())
    }

    fn build(&self) -> Outcome {
        let root = project::root();
        let folder = root.join("crates").join(self.package);
        let inputs = [folder.join("src"), folder.join("Cargo.toml"), root.join("crates/mfa-qr/src")];
        let made = self.files().map(|file| root.join(file));
        if_changed(self.package, &inputs, &made, || self.build_in(&Place::here()))
    }

    pub(crate) fn build_in(&self, place: &Place) -> Outcome {
        let folder = place.checkout.join(self.folder);
        let mut wasm_pack = wasm_pack(place, self, &folder);
        if self.profile == "release" {
            return run::show(&mut wasm_pack);
        }
        // The standard library too is compiled as the profile has it, and without words of panics that nobody reads.
        wasm_pack.args(["-Zbuild-std=std,panic_abort"]).env("RUSTC_BOOTSTRAP", "1");
        let flags = wasm_pack.get_envs().find(|(name, _)| *name == "RUSTFLAGS").and_then(|(_, flags)| flags);
        let mut flags = flags.unwrap_or_default().to_owned();
        flags.push(" -Zunstable-options -Cpanic=immediate-abort");
        wasm_pack.env("RUSTFLAGS", flags);
        // With other flags cargo would compile every dependency anew each time if both kinds of build shared a folder.
        wasm_pack.env("CARGO_TARGET_DIR", place.checkout.join("target/wasm-browser"));
        run::show(wasm_pack.env("CARGO_TERM_QUIET", "true"))
    }
}

fn wasm_pack(place: &Place, module: &BrowserModule, out_dir: &Path) -> Command {
    let BrowserModule { package, name, profile, .. } = module;
    let mut wasm_pack = wasm_command_in(place, "wasm-pack");
    wasm_pack.args(["--log-level", "warn", "build"]).arg(place.checkout.join("crates").join(package));
    wasm_pack.arg("--out-dir").arg(out_dir).args("--target web --mode no-install".split(' '));
    wasm_pack.args(["--profile", profile, "--out-name", name]);
    // Only what is served: no package.json, no type declarations.
    wasm_pack.args(["--no-pack", "--no-typescript", "--no-gitignore"]);
    // What is shipped is what Cargo.lock says, or is not built.
    wasm_pack.args(["--", "--locked"]);
    wasm_pack
}

fn worker() -> Outcome {
    let folder = project::root().join("worker");
    let made = [folder.join("build/index.js"), folder.join("build/index_bg.wasm")];
    let provisioning = project::root().join("crates/mfa-scim");
    let inputs = [folder.join("src"), folder.join("Cargo.toml"), provisioning];
    if_changed("worker", &inputs, &made, || worker_at(&Place::here()))
}

/// Builds the Worker of a checkout.
pub(crate) fn worker_at(place: &Place) -> Outcome {
    run::show(&mut worker_build(place))?;
    run::show(&mut without_names(place))
}

/// The names of functions, which worker-build keeps, were a tenth of the module's weight, and nobody reads them: a panic
/// says its file and line by itself.
fn without_names(place: &Place) -> Command {
    let module = place.checkout.join("worker/build/index_bg.wasm");
    let mut wasm_opt = wasm_command_in(place, "wasm-opt");
    wasm_opt.arg(&module).args(["--strip-debug", "--strip-producers", "-o"]).arg(&module);
    wasm_opt
}

fn worker_build(place: &Place) -> Command {
    let mut worker_build = wasm_command_in(place, "worker-build");
    // A panic in one Durable Object must harm nobody else: without unwinding the caller hangs
    // and every object of that isolate loses its state.
    worker_build.args(["--release", "--panic-unwind"]).current_dir(place.checkout.join("worker"));
    worker_build.env("CARGO_TARGET_DIR", unwinding_target_dir(&place.checkout));
    worker_build.args(["--", "--locked"]);
    worker_build
}

/// The core's comparisons of secrets, for whoever counts or times them. Served nowhere.
pub(crate) fn comparisons() -> Outcome<PathBuf> {
    let _lock = only_one_at_a_time("build")?;
    let mut cargo = wasm_command("cargo");
    cargo.args("build --package comparisons --release --target wasm32-unknown-unknown".split(' '));
    run::show(&mut cargo)?;
    Ok(project::root().join("target/wasm/wasm32-unknown-unknown/release/comparisons.wasm"))
}

/// Compiled with other permissions (see setup/wasm_toolchain.rs), for which cargo would compile
/// every dependency anew each time if both kinds of build shared a folder.
pub(crate) fn unwinding_target_dir(checkout: &Path) -> PathBuf {
    checkout.join("target/wasm-unwind")
}

fn if_changed(name: &str, inputs: &[PathBuf], made: &[PathBuf], build: impl FnOnce() -> Outcome) -> Outcome {
    let root = project::root();
    let shared = [
        root.join("Cargo.toml"),
        root.join("Cargo.lock"),
        root.join("crates/mfa-core/src"),
        root.join("crates/mfa-core/Cargo.toml"),
        root.join("crates/xtask/src/build.rs"),
        root.join("crates/xtask/src/pins.rs"),
        root.join("crates/xtask/src/setup/remap.rs"),
        project::tools().join("stamps/wasm-toolchain"),
    ];
    let made_from = digest(&[inputs, &shared].concat())?;
    let stamp = Stamp::named(&format!("built-{name}"));
    if stamp.says(&made_from) && made.iter().all(|path| path.is_file()) {
        return Ok(());
    }
    stamp.clear();
    println!("building {name} (on two cores 1 to 5 min the first time)");
    build()?;
    if let Some(missing) = made.iter().find(|path| !path.is_file()) {
        return Err(format!("building {name} did not make {}", missing.display()));
    }
    stamp.set(&made_from)
}
