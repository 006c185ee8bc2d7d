//! The list of parts beside each build: CycloneDX 1.6, for the Worker and for the browser module. The same build gives
//! the same bytes, so there is neither a date nor a serial number in it; the files' digests say which build it is of.
//!
//! Written here and not by cargo-cyclonedx, which takes macros for a part of what is shipped, and is 179 crates to build.

use super::SHIPPED;
use super::linked::{self, Linked, Package};
use crate::{Outcome, pins, project, setup};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

/// Both of them: what lies in www is served.
const FOLDER: &str = "worker/build";

pub(crate) fn write_all() -> Outcome {
    let lock =
        fs::read_to_string(project::root().join("Cargo.lock")).map_err(|error| format!("Cargo.lock: {error}"))?;
    for (package, folder) in SHIPPED {
        let folder = project::root().join(folder);
        let sbom = sbom(&linked::into(package)?, &lock, &files(&folder)?, &tools()?);
        let text = format!("{sbom:#}\n");
        let path = project::root().join(FOLDER).join(format!("{package}.cdx.json"));
        // Left alone where it is right, for whoever watches the folder.
        if fs::read_to_string(&path).is_ok_and(|there| there == text) {
            continue;
        }
        fs::write(&path, text).map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
    }
    Ok(())
}

/// What no registry has a checksum of: our own crates, and the standard library, which comes with the compiler.
const OURS: [&str; 4] = ["mfa-core", "mfa-qr", "mfa-scim", "std"];

/// That they are there, and that each part of somebody else's has its checksum.
pub(super) fn written() -> Outcome<String> {
    let mut said = Vec::new();
    for (package, _) in SHIPPED {
        let name = format!("{FOLDER}/{package}.cdx.json");
        let text = fs::read_to_string(project::root().join(&name)).map_err(|error| format!("{name}: {error}"))?;
        let sbom: Value = serde_json::from_str(&text).map_err(|error| format!("{name}: {error}"))?;
        let parts = sbom["components"].as_array().filter(|parts| !parts.is_empty());
        let parts = parts.ok_or(format!("{name} lists nothing"))?;
        let is_ours = |part: &Value| OURS.iter().any(|name| part["name"] == *name);
        let known = |part: &&Value| !part["hashes"].is_null() || is_ours(part);
        if let Some(part) = parts.iter().find(|part| !known(part)) {
            return Err(format!("{name} has no checksum for {}", part["name"]));
        }
        said.push(format!("{} parts in {name}", parts.len()));
    }
    Ok(said.join(", "))
}

fn sbom(linked: &Linked, lock: &str, files: &[(String, String)], tools: &[(&str, String)]) -> Value {
    let rust = tools.iter().find(|(name, _)| *name == "rust").map_or("", |(_, version)| version);
    let std = json!({
        "type": "library", "bom-ref": "std", "name": "std", "version": rust, "purl": format!("pkg:generic/rust-std@{rust}"),
        "description": "Rust's standard library, with the crates that it is made of",
        "licenses": [{"expression": "MIT OR Apache-2.0"}],
    });
    let of_root = &linked.packages[&linked.root];
    let mut root = component(&linked.root, &of_root.0, lock);
    root["type"] = "application".into();
    root["components"] =
        files.iter().map(|(name, digest)| json!({"type": "file", "name": name, "hashes": sha256(digest)})).collect();
    let others = linked.packages.iter().filter(|(package, _)| **package != linked.root);
    let mut components: Vec<Value> = others.map(|(package, (licence, _))| component(package, licence, lock)).collect();
    components.push(std);
    let needs = linked.packages.iter().map(|(package, (_, needs))| {
        // Who takes of the standard library what is not told; the whole does.
        let std = (*package == linked.root).then(|| "std".to_owned());
        json!({"ref": purl(package), "dependsOn": needs.iter().map(purl).chain(std).collect::<Vec<_>>()})
    });
    let tools = tools.iter().map(|(name, version)| json!({"type": "application", "name": name, "version": version}));
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": root,
            "lifecycles": [{"phase": "build"}],
            "tools": {"components": tools.collect::<Vec<_>>()},
        },
        "components": components,
        "dependencies": needs.collect::<Vec<_>>(),
    })
}

fn component(package: &Package, licence: &str, lock: &str) -> Value {
    let mut component = json!({
        "type": "library", "bom-ref": purl(package), "name": package.name, "version": package.version,
        "purl": purl(package), "licenses": [{"expression": licence}],
    });
    // Ours have none.
    if let Some(checksum) = checksum(lock, package) {
        component["hashes"] = sha256(checksum);
    }
    component
}

fn purl(package: &Package) -> String {
    format!("pkg:cargo/{}@{}", package.name, package.version)
}

fn sha256(digest: &str) -> Value {
    json!([{"alg": "SHA-256", "content": digest}])
}

/// Of the crate as the registry has it.
fn checksum<'lock>(lock: &'lock str, package: &Package) -> Option<&'lock str> {
    let heading = format!("name = \"{}\"\nversion = \"{}\"\n", package.name, package.version);
    let entry = lock.split_once(&heading)?.1.split("[[package]]").next()?;
    entry.split_once("checksum = \"")?.1.split('"').next()
}

/// What is shipped of a folder, with its digest.
fn files(folder: &Path) -> Outcome<Vec<(String, String)>> {
    let mut files = Vec::new();
    let entries = fs::read_dir(folder).map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.extension().is_some_and(|extension| extension == "js" || extension == "wasm") {
            files.push((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), digest(&path)?));
        }
    }
    files.sort();
    Ok(files)
}

pub(crate) fn digest(path: &Path) -> Outcome<String> {
    let bytes = fs::read(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    Ok(Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect())
}

/// What the bytes depend on besides the source and Cargo.lock.
fn tools() -> Outcome<Vec<(&'static str, String)>> {
    Ok(vec![
        ("rust", setup::wasm_rust_version()?),
        ("wasm-bindgen", pins::wasm_bindgen()?),
        ("wasm-pack", pins::WASM_PACK.to_owned()),
        ("worker-build", pins::WORKER_BUILD.to_owned()),
        ("wasm-opt", pins::npm("binaryen")?),
        ("esbuild", pins::npm("esbuild")?),
    ])
}

#[cfg(test)]
mod tests {
    use super::super::linked::{self, Linked};
    use super::sbom;
    use serde_json::Value;
    use std::collections::BTreeSet;

    const TREE: &str = "0|app v0.1.0 (/home/somebody/app)|MIT\n1|hmac v0.13.0|MIT/Apache-2.0\n2|digest v0.11.3|MIT\n\
                        1|digest v0.11.3|MIT (*)";
    const LOCK: &str = "[[package]]\nname = \"app\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"digest\"\n\
                        version = \"0.11.3\"\nsource = \"registry\"\nchecksum = \"d1\"\n\n[[package]]\nname = \"hmac\"\n\
                        version = \"0.13.0\"\nsource = \"registry\"\nchecksum = \"a1\"\n";

    fn of(linked: &Linked) -> Value {
        let files = [("app.wasm".to_owned(), "f1".to_owned())];
        sbom(linked, LOCK, &files, &[("rust", "1.95.0".to_owned())])
    }

    #[test]
    fn it_has_what_cyclonedx_requires_and_every_reference_leads_somewhere() {
        let sbom = of(&linked::parse(TREE).unwrap());
        assert_eq!((&sbom["bomFormat"], &sbom["specVersion"]), (&"CycloneDX".into(), &"1.6".into()));
        let mut parts = sbom["components"].as_array().unwrap().clone();
        parts.push(sbom["metadata"]["component"].clone());
        for part in &parts {
            for field in ["type", "name", "version", "bom-ref", "purl"] {
                assert!(part[field].as_str().is_some_and(|text| !text.is_empty()), "{field} of {part}");
            }
            assert!(part["licenses"][0]["expression"].is_string());
        }
        let names: BTreeSet<&str> = parts.iter().map(|part| part["bom-ref"].as_str().unwrap()).collect();
        assert_eq!(names.len(), parts.len(), "a reference is given twice");
        for entry in sbom["dependencies"].as_array().unwrap() {
            let needs = entry["dependsOn"].as_array().unwrap();
            assert!(names.contains(entry["ref"].as_str().unwrap()));
            assert!(needs.iter().all(|name| names.contains(name.as_str().unwrap())));
        }
    }

    #[test]
    fn a_part_has_its_checksum_and_its_licence_in_todays_words() {
        let sbom = of(&linked::parse(TREE).unwrap());
        let hmac = &sbom["components"][1];
        assert_eq!(hmac["purl"], "pkg:cargo/hmac@0.13.0");
        assert_eq!(hmac["hashes"][0]["content"], "a1");
        assert_eq!(hmac["licenses"][0]["expression"], "MIT OR Apache-2.0");
        let app = &sbom["metadata"]["component"];
        assert!(app["hashes"].is_null(), "a checksum of the next in the lock file");
        assert_eq!(app["components"][0]["hashes"][0]["content"], "f1");
    }

    #[test]
    fn it_says_neither_when_nor_where_it_was_made() {
        let sbom = of(&linked::parse(TREE).unwrap());
        assert!(sbom["serialNumber"].is_null() && sbom["metadata"]["timestamp"].is_null());
        assert!(!sbom.to_string().contains("/home/"));
        assert_eq!(sbom.to_string(), of(&linked::parse(TREE).unwrap()).to_string());
    }
}
