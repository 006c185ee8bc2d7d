//! The whole corpus through every target, natively and without libFuzzer.

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use edge_mfa_fuzz::TARGETS;

#[test]
fn the_corpus_holds() {
    let mut broken = Vec::new();
    for target in &TARGETS {
        (target.hold)(&[]);
        for path in files(&corpus().join(target.name)) {
            let data = fs::read(&path).unwrap();
            if catch_unwind(|| (target.hold)(&data)).is_err() {
                broken.push(path);
            }
        }
    }
    assert!(broken.is_empty(), "a property is broken by {broken:#?}");
}

#[test]
fn every_target_has_seeds_and_every_seed_a_target() {
    let folders = fs::read_dir(corpus()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut folders: Vec<String> = folders.collect();
    folders.sort();
    assert_eq!(folders, TARGETS.map(|target| target.name));
    for target in &TARGETS {
        let seeds = files(&corpus().join(target.name));
        assert!(!seeds.is_empty(), "{}", target.name);
        for seed in seeds {
            let bytes = fs::metadata(&seed).unwrap().len();
            assert!(bytes <= target.max_bytes as u64, "{} has {bytes} bytes", seed.display());
        }
    }
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}
