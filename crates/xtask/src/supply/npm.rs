//! package.json and package-lock.json: tools of the build and of the tests, none of which is served.

use crate::{Outcome, project, run};
use serde_json::Value;
use std::fs;

/// May be used by anybody to build and to test with. Nothing of these is passed on, so more is allowed than of crates.
const LICENCES: [&str; 8] =
    ["0BSD", "Apache-2.0", "CC0-1.0", "ISC", "LGPL-3.0-or-later", "MIT", "MPL-2.0", "Python-2.0"];

pub(super) fn allowed() -> Outcome<String> {
    let count = check(&read("package.json")?, &read("package-lock.json")?)?;
    Ok(format!("{count}, each with its checksum and an allowed licence; none is served"))
}

/// Nothing of them is served, and a tool that is held back by the oldest Node may have one for long: said, no failure.
pub(super) fn advisories() -> Outcome<String> {
    let mut npm = run::program("npm");
    npm.args("audit --json --fetch-retries=0 --fetch-timeout=20000".split(' '));
    // Fails where there are advisories, and where it could not ask.
    let output = npm.output().map_err(|error| format!("npm could not be started: {error}"))?;
    Ok(said(&String::from_utf8_lossy(&output.stdout)))
}

fn said(answer: &str) -> String {
    let answer: Value = serde_json::from_str(answer).unwrap_or_default();
    let Some(counts) = answer["metadata"]["vulnerabilities"].as_object() else {
        return "not looked at, because npm's advisories cannot be reached".to_owned();
    };
    let counts = counts.iter().filter(|(level, count)| *level != "total" && count.as_u64() != Some(0));
    let counts: Vec<String> = counts.map(|(level, count)| format!("{count} {level}")).collect();
    if counts.is_empty() { "none".to_owned() } else { format!("{}; `npm audit` names them", counts.join(", ")) }
}

fn read(name: &str) -> Outcome<Value> {
    let text = fs::read_to_string(project::root().join(name)).map_err(|error| format!("{name}: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("{name}: {error}"))
}

fn check(manifest: &Value, lock: &Value) -> Outcome<usize> {
    let mut wrong = Vec::new();
    for section in ["dependencies", "devDependencies", "optionalDependencies"] {
        for (name, version) in manifest[section].as_object().into_iter().flatten() {
            if !version.as_str().is_some_and(is_exact) {
                wrong.push(format!("package.json asks for {name} {version}: name one version"));
            }
        }
    }
    let packages = lock["packages"].as_object().ok_or("package-lock.json lists no packages")?;
    let packages = packages.iter().filter(|(path, _)| !path.is_empty());
    let count = packages.clone().count();
    for (path, package) in packages {
        let text = |key: &str| package[key].as_str();
        if !text("integrity").is_some_and(|checksum| checksum.starts_with("sha512-")) {
            wrong.push(format!("package-lock.json has no SHA-512 for {path}"));
        }
        // Not said, it is the registry that npm is set up with, and the checksum holds it.
        if let Some(source) = text("resolved") {
            let setting = "`npm config set omit-lockfile-registry-resolved true` leaves it out";
            wrong.push(format!("package-lock.json takes {path} from {source}: {setting}"));
        }
        if !text("license").is_some_and(is_allowed) {
            wrong.push(format!("{path} is under {}", package["license"]));
        }
    }
    if wrong.is_empty() { Ok(count) } else { Err(wrong.join("\n")) }
}

fn is_exact(version: &str) -> bool {
    version.split('.').count() == 3 && version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// "A AND B" binds to both. Of "A OR B" one would do; both are asked for, which is stricter and simpler.
fn is_allowed(expression: &str) -> bool {
    let words = expression.split([' ', '(', ')']).filter(|word| !["", "AND", "OR"].contains(word));
    words.clone().next().is_some() && words.into_iter().all(|word| LICENCES.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::{check, said};
    use serde_json::json;

    #[test]
    fn what_is_not_pinned_not_checksummed_not_allowed_or_from_elsewhere_is_named() {
        let manifest = json!({"devDependencies": {"good": "1.2.3"}});
        let good = json!({"integrity": "sha512-x", "license": "Apache-2.0 AND (MIT OR ISC)"});
        let with = |key: &str, value: &str| {
            let mut package = good.clone();
            package[key] = value.into();
            check(&manifest, &json!({"packages": {"": {}, "node_modules/it": package}}))
        };
        assert_eq!(with("version", "1.2.3"), Ok(1));
        assert!(with("resolved", "https://example.com/it/-/it-1.2.3.tgz").is_err());
        assert!(with("resolved", "git+ssh://git@example.com/it.git").is_err());
        assert!(with("integrity", "sha1-x").is_err());
        assert!(with("integrity", "").is_err());
        assert!(with("license", "AGPL-3.0-only").is_err());
        assert!(with("license", "MIT AND AGPL-3.0-only").is_err());
        assert!(with("license", "").is_err());
        for version in ["^1.2.3", "1.2", "latest", "*"] {
            let manifest = json!({"devDependencies": {"loose": version}});
            assert!(check(&manifest, &json!({"packages": {}})).is_err(), "{version}");
        }
    }

    #[test]
    fn no_answer_is_told_from_no_advisory() {
        assert!(said("{\"message\": \"405\"}").starts_with("not looked at"));
        assert!(said("").starts_with("not looked at"));
        assert_eq!(said("{\"metadata\": {\"vulnerabilities\": {\"high\": 0, \"total\": 0}}}"), "none");
        let two = said("{\"metadata\": {\"vulnerabilities\": {\"high\": 2, \"low\": 0, \"total\": 2}}}");
        assert_eq!(two, "2 high; `npm audit` names them");
    }
}
