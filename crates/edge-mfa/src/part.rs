//! A file of lines that is fetched piece by piece: written to `NAME.part`, given its own name when it is whole.
//!
//! Beside it `NAME.part.at` says how far it is. What was interrupted goes on from there; what stands in the file
//! beyond that was not finished and is written again.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::failure::{Failure, Outcome, of_file};

/// How far a file is.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct At {
    /// What it is a file of: something else does not go on where this stopped.
    of: String,
    bytes: u64,
    lines: u64,
    after: Value,
}

/// A file that is not whole yet.
#[derive(Debug)]
pub(crate) struct Part {
    whole: PathBuf,
    path: PathBuf,
    of: String,
    file: File,
    bytes: u64,
    lines: u64,
    after: Option<Value>,
}

impl Part {
    /// Begins the file `whole`, or goes on where it was interrupted.
    pub(crate) fn open(whole: &Path, of: &str) -> Outcome<Part> {
        let path = beside(whole, ".part");
        let file = private()
            .create(true)
            .truncate(false)
            .read(true)
            .open(&path)
            .map_err(|error| of_file("written", &path, &error))?;
        if file.try_lock().is_err() {
            let path = path.display();
            return Err(Failure::Failed(format!("Another edge-mfa is writing {path}. Wait for it, or stop it.")));
        }
        let mut part = Part { whole: whole.to_owned(), path, of: of.to_owned(), file, bytes: 0, lines: 0, after: None };
        if let Some(at) = part.read_at() {
            if at.of != of {
                let (path, note) = (part.path.display(), beside(&part.path, ".at"));
                return Err(Failure::Failed(format!(
                    "{path} is an unfinished {}, not {of}. Choose another place, or delete it and {}.",
                    at.of,
                    note.display()
                )));
            }
            (part.bytes, part.lines, part.after) = (at.bytes, at.lines, Some(at.after));
        }
        let (file, bytes) = (&mut part.file, part.bytes);
        let wound = file.set_len(bytes).and_then(|()| file.seek(SeekFrom::Start(bytes)));
        wound.map_err(|error| of_file("written", &part.path, &error))?;
        Ok(part)
    }

    /// Where to go on; nothing at the beginning.
    pub(crate) fn after(&self) -> Option<&Value> {
        self.after.as_ref()
    }

    /// Lines that it has.
    pub(crate) fn lines(&self) -> u64 {
        self.lines
    }

    /// The file as it is now.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Adds lines.
    pub(crate) fn add(&mut self, lines: &[String]) -> Outcome {
        let text: String = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
        self.file.write_all(text.as_bytes()).map_err(|error| of_file("written", &self.path, &error))?;
        self.bytes += text.len() as u64;
        self.lines += lines.len() as u64;
        Ok(())
    }

    /// Notes that it goes on after `after`.
    pub(crate) fn note(&mut self, after: Value) -> Outcome {
        let at = At { of: self.of.clone(), bytes: self.bytes, lines: self.lines, after: after.clone() };
        let text = serde_json::to_string(&at).map_err(|error| Failure::Failed(format!("{error}.")))?;
        // First what the note speaks of, then the note.
        self.file.sync_data().map_err(|error| of_file("written", &self.path, &error))?;
        write_whole(&beside(&self.path, ".at"), &text)?;
        self.after = Some(after);
        Ok(())
    }

    /// Gives it its own name.
    pub(crate) fn finish(self) -> Outcome {
        let renamed = self.file.sync_all().and_then(|()| fs::rename(&self.path, &self.whole));
        renamed.map_err(|error| of_file("written", &self.whole, &error))?;
        // Without its file the note means nothing.
        let _ = fs::remove_file(beside(&self.path, ".at"));
        Ok(())
    }

    /// The note, if the file has as much as it says.
    fn read_at(&self) -> Option<At> {
        let text = fs::read_to_string(beside(&self.path, ".at")).ok()?;
        let at: At = serde_json::from_str(&text).ok()?;
        (self.file.metadata().ok()?.len() >= at.bytes).then_some(at)
    }
}

/// Writes a small file, whole or not at all.
pub(crate) fn write_whole(path: &Path, text: &str) -> Outcome {
    let new = beside(path, ".new");
    let write = || {
        let mut file = private().create(true).truncate(true).open(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, path)
    };
    write().map_err(|error| of_file("written", path, &error))
}

/// Makes a folder that its owner alone may look into.
pub(crate) fn make_folder(path: &Path) -> Outcome {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| of_file("made", path, &error))
}

/// What we write is about people: for its owner's eyes.
pub(crate) fn private() -> fs::OpenOptions {
    let mut options = File::options();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Folder {
            let path = std::env::temp_dir().join(format!("edge-mfa-part-{name}-{}", std::process::id()));
            make_folder(&path).unwrap();
            Folder(path)
        }

        fn lines(&self) -> PathBuf {
            self.0.join("lines")
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn add(part: &mut Part, lines: &[&str]) {
        part.add(&lines.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap();
    }

    #[test]
    fn what_was_interrupted_goes_on_where_it_was_noted() {
        let folder = Folder::new("resume");
        let mut part = Part::open(&folder.lines(), "it").unwrap();
        assert!(part.after().is_none());
        add(&mut part, &["one", "two"]);
        part.note(json!(2)).unwrap();
        add(&mut part, &["thr"]);
        drop(part);
        assert!(!folder.lines().exists());

        let mut part = Part::open(&folder.lines(), "it").unwrap();
        assert_eq!((part.after(), part.lines()), (Some(&json!(2)), 2));
        add(&mut part, &["three"]);
        part.finish().unwrap();
        assert_eq!(fs::read_to_string(folder.lines()).unwrap(), "one\ntwo\nthree\n");
        assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1);
    }

    #[test]
    fn without_a_good_note_it_begins_anew() {
        let folder = Folder::new("anew");
        let mut part = Part::open(&folder.lines(), "it").unwrap();
        add(&mut part, &["one"]);
        part.note(json!("x")).unwrap();
        fs::write(part.path(), "o").unwrap();
        drop(part);
        let part = Part::open(&folder.lines(), "it").unwrap();
        assert!(part.after().is_none());
        assert_eq!(fs::read(part.path()).unwrap(), b"");
    }

    #[test]
    fn one_of_something_else_is_left_alone_and_so_is_one_in_use() {
        let folder = Folder::new("other");
        let mut part = Part::open(&folder.lines(), "export of acme").unwrap();
        add(&mut part, &["one"]);
        part.note(json!(1)).unwrap();
        let busy = Part::open(&folder.lines(), "export of acme").unwrap_err();
        assert!(matches!(busy, Failure::Failed(sentence) if sentence.contains("Another edge-mfa")));
        drop(part);
        let other = Part::open(&folder.lines(), "export of beta").unwrap_err();
        assert!(matches!(other, Failure::Failed(sentence) if sentence.contains("unfinished export of acme")));
        assert_eq!(Part::open(&folder.lines(), "export of acme").unwrap().lines(), 1);
    }

    #[test]
    #[cfg(unix)]
    fn only_its_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt;

        let folder = Folder::new("mode");
        let mut part = Part::open(&folder.lines(), "it").unwrap();
        add(&mut part, &["one"]);
        part.finish().unwrap();
        assert_eq!(fs::metadata(folder.lines()).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&folder.0).unwrap().permissions().mode() & 0o777, 0o700);
    }
}
