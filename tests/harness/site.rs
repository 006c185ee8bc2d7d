//! A copy of what is deployed, so that a build that runs meanwhile changes nothing under a test and
//! a killed wrangler leaves its rubbish in a folder that goes away.

use std::path::Path;

/// The module that is deployed.
pub const SHIPPED: &str = "worker/build/index.js";

/// What the build made of `www/`: the pages and all that they load.
pub const PAGES: &str = "worker/assets";

/// How often one address may knock, in this copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sieve {
    /// As it is shipped.
    Shipped,
    /// Any number of times: all tests are one address, and what they test is behind the sieve.
    Wide,
    /// The same, but for applications, which may ask four times in a minute: so few are soon asked, however slow.
    Narrow,
    /// Nobody counts: the platform knows of no limits.
    Missing,
}

/// Copies the built Worker, the pages and the configuration, which loses its build command only, and the limits of its
/// sieve where they would be in the way. `entry` is started: what is deployed, or a module in a folder of the tests that
/// has it inside.
pub fn copy(checkout: &Path, site: &Path, sieve: Sieve, entry: &str) {
    let main = checkout.join(SHIPPED);
    assert!(main.exists(), "{} is not there: build the Worker first (cargo xtask build)", main.display());
    copy_folder(&checkout.join("worker/build"), &site.join("worker/build"));
    copy_folder(&checkout.join(PAGES), &site.join(PAGES));
    let configuration = std::fs::read_to_string(checkout.join("wrangler.toml")).expect("wrangler.toml");
    let configuration = match sieve {
        Sieve::Shipped => without(&configuration, "[build]"),
        Sieve::Wide => widened(&without(&configuration, "[build]")),
        Sieve::Narrow => {
            let wide = widened(&without(&configuration, "[build]"));
            let (before, after) = wide.split_once("\"SIEVE_APPLICATION\"").expect("the limit of applications");
            format!("{before}\"SIEVE_APPLICATION\"{}", after.replacen("limit = 100000000", "limit = 4", 1))
        }
        Sieve::Missing => without(&without(&configuration, "[build]"), "[[ratelimits]]"),
    };
    std::fs::write(site.join("wrangler.toml"), configuration.replace(SHIPPED, entry)).expect("a file is written");
    if entry != SHIPPED {
        let folder = Path::new(entry).parent().expect("a folder");
        copy_folder(&checkout.join(folder), &site.join(folder));
    }
}

/// Leaves the sections of this name out.
fn without(configuration: &str, section: &str) -> String {
    let mut inside = false;
    let kept = configuration.lines().filter(|line| {
        if line.starts_with('[') {
            inside = line.starts_with(section);
        }
        !inside
    });
    kept.flat_map(|line| [line, "\n"]).collect()
}

/// With limits that no test reaches.
fn widened(configuration: &str) -> String {
    let is_limit = |line: &&str| line.starts_with("simple = { limit = ");
    let lines = configuration.lines();
    assert_eq!(lines.clone().filter(is_limit).count(), configuration.matches("[[ratelimits]]").count());
    let wide = |line| if is_limit(&line) { "simple = { limit = 100000000, period = 60 }" } else { line };
    lines.flat_map(|line| [wide(line), "\n"]).collect()
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder is made");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy_folder(&from, &to);
        } else {
            std::fs::copy(&from, &to).expect("a file is copied");
        }
    }
}
