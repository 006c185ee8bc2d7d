//! What this is made of, and whether that may be so. The crates and the npm packages against what is allowed, `unsafe`
//! against the list in SECURITY.md, what is shipped against traces of the machine that built it.

mod crates;
mod linked;
mod npm;
mod sbom;
mod traces;
mod unsafe_code;
mod words;

pub(crate) use sbom::{digest, write_all as write_sboms};

use crate::setup::Programs;
use crate::{Outcome, build, reproduce};

/// What was built, by cargo's name of it, with the folder that it is shipped from.
pub(crate) const SHIPPED: [(&str, &str); 3] =
    [("edge-mfa-worker", "worker/build"), ("mfa-web", "www/pkg"), ("mfa-web-admin", "www/pkg/admin")];

type Check = fn() -> Outcome<String>;

/// Every check runs, also after one that failed. Each says in a line or two what it found.
pub(crate) fn supply(_: &Programs) -> Outcome {
    build::all()?;
    let checks: [(&str, Check); 9] = [
        ("crates", crates::allowed),
        ("advisories", crates::advisories),
        ("npm packages", npm::allowed),
        ("npm advisories", npm::advisories),
        ("unsafe, ours", unsafe_code::ours),
        ("unsafe, theirs", unsafe_code::theirs),
        ("list of parts", sbom::written),
        ("traces", traces::none),
        ("same bytes", reproduce::browser_modules),
    ];
    let mut failures = Vec::new();
    for (name, check) in checks {
        match check() {
            Ok(found) => println!("{name}: {found}"),
            Err(message) => {
                println!("{name}: FAILED");
                failures.push(format!("{name}: {message}"));
            }
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}
