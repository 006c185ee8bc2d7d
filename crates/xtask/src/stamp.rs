//! So that nothing is made twice: a stamp remembers what a result was made from, and a lock lets
//! one maker at a time.

use crate::{Outcome, project};
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

pub(crate) struct Stamp(PathBuf);

impl Stamp {
    pub(crate) fn named(name: &str) -> Self {
        Self(project::tools().join("stamps").join(name))
    }

    pub(crate) fn says(&self, made_from: &str) -> bool {
        fs::read_to_string(&self.0).is_ok_and(|said| said == made_from)
    }

    /// Called before the work begins: work that was interrupted counts as not done.
    pub(crate) fn clear(&self) {
        // Not there is what is wanted.
        let _ = fs::remove_file(&self.0);
    }

    pub(crate) fn set(&self, made_from: &str) -> Outcome {
        let folder = self.0.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&self.0, made_from))
            .map_err(|error| format!("{} cannot be written: {error}", self.0.display()))
    }
}

/// Two set-ups or two builds at once would write over each other. The lock ends with the value.
pub(crate) fn only_one_at_a_time(what: &str) -> Outcome<File> {
    let path = project::tools().join(format!("lock-{what}"));
    let lock = || {
        fs::create_dir_all(project::tools())?;
        let file = File::create(&path)?;
        if file.try_lock().is_err() {
            println!("waiting for another {what} of this checkout to end");
            file.lock()?;
        }
        Ok::<_, io::Error>(file)
    };
    lock().map_err(|error| format!("{} cannot be locked: {error}", path.display()))
}

/// A digest of the contents of files and folders. Contents and not times, so that switching
/// branches and back costs nothing. Not stable between versions of Rust, which costs one rebuild.
pub(crate) fn digest(inputs: &[PathBuf]) -> Outcome<String> {
    let mut hasher = DefaultHasher::new();
    for input in inputs {
        add(input, &mut hasher).map_err(|error| format!("{} cannot be read: {error}", input.display()))?;
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn add(path: &Path, hasher: &mut DefaultHasher) -> io::Result<()> {
    if path.is_dir() {
        let mut entries =
            fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
        entries.sort();
        return entries.iter().try_for_each(|entry| add(entry, hasher));
    }
    path.hash(hasher);
    fs::read(path)?.hash(hasher);
    Ok(())
}
