//! What is served beside the Worker: the pages of `www/`, made small and given a name that changes with them.
//!
//! Nothing is bundled: a module stays a module, without its comments; only the style sheets that every page has become
//! one. A page gets two things that nobody has to write by hand: links that fetch its modules all at once instead of one
//! after the other, and of each language the words that it can say. Everything but the pages themselves lies in a folder
//! that is named after what is in it, so that a browser may keep it for good.

mod languages;
mod source;
mod words;

use crate::{Outcome, build, project, run};
use sha2::{Digest, Sha256};
use source::Source;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What wrangler.toml names as the folder of assets.
pub(crate) const SERVED: &str = "worker/assets";

/// Below it, with a folder for each build's contents.
const RELEASE: &str = "release";

/// Lies there in the repository, since wrangler looks for the folder before it builds.
const KEPT: &str = ".assetsignore";

/// By their paths.
type Files = BTreeMap<String, Vec<u8>>;

/// Makes it, and writes what differs from what is there.
pub(crate) fn build() -> Outcome {
    let root = project::root();
    write(&made(&root.join("www"))?, &root.join(SERVED))
}

/// All that is served, by its path below the folder of assets.
pub(crate) fn made(www: &Path) -> Outcome<Files> {
    let source = Source::read(www)?;
    let document = text(&www.join("openapi.json"))?;
    let languages = languages::read(&www.join("locales"))?;
    let mut parts = smaller(www)?;
    parts.insert("pkg/languages.js".to_owned(), languages::module(&languages)?.into_bytes());
    parts.insert("favicon.svg".to_owned(), contents(&www.join("favicon.svg"))?);
    for module in build::PAGES {
        let [_, wasm] = module.files_in_www();
        let bytes = contents(&www.join(&wasm))?;
        parts.insert(wasm, bytes);
    }
    for (code, messages) in &languages {
        for (name, words) in words::parts(&source, messages, &document)? {
            parts.insert(format!("words/{code}/{name}.json"), words.into_bytes());
        }
    }
    let joined = source::ALWAYS.iter().filter_map(|name| parts.remove(&format!("styles/{name}.css")));
    let joined = joined.collect::<Vec<_>>().concat();
    parts.insert(format!("styles/{}.css", source::ALWAYS.join("-")), joined);
    let release = format!("{RELEASE}/{}", named_after(&parts));
    let mut files: Files = parts.into_iter().map(|(path, bytes)| (format!("{release}/{path}"), bytes)).collect();
    for page in source.pages.keys() {
        files.insert(format!("{page}.html"), source.page(page, &release)?.into_bytes());
    }
    // The icon once more, for whoever asks by its plain name; the document is the Worker's to answer with.
    for whole in ["_headers", "favicon.svg", "openapi.json", "robots.txt"] {
        files.insert(whole.to_owned(), contents(&www.join(whole))?);
    }
    Ok(files)
}

/// Scripts and style sheets as esbuild writes them: without comments, spaces and long names. It comes with wrangler.
fn smaller(www: &Path) -> Outcome<Files> {
    let out = project::root().join("target/pages");
    let _ = fs::remove_dir_all(&out);
    let mut esbuild = run::program(project::node_bin().join("esbuild"));
    esbuild.args("--minify --format=esm --charset=utf8 --log-level=warning".split(' '));
    esbuild.arg(format!("--outbase={}", www.display())).arg(format!("--outdir={}", out.display()));
    for folder in ["scripts", "styles"] {
        esbuild.args(files(&www.join(folder))?);
    }
    let glue = build::PAGES.map(|module| module.files_in_www()).map(|[glue, _]| glue);
    esbuild.args(glue.each_ref().map(|glue| www.join(glue)));
    run::show(&mut esbuild)?;
    let mut smaller = Files::new();
    for glue in glue {
        let bytes = contents(&out.join(&glue))?;
        smaller.insert(glue, bytes);
    }
    for folder in ["scripts", "styles"] {
        for file in files(&out.join(folder))? {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            smaller.insert(format!("{folder}/{name}"), contents(&file)?);
        }
    }
    Ok(smaller)
}

/// The same contents, the same name, on any machine.
fn named_after(files: &Files) -> String {
    let mut hash = Sha256::new();
    for (path, bytes) in files {
        hash.update(path);
        hash.update([0]);
        hash.update(Sha256::digest(bytes));
    }
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// First what is new, then what is gone: whoever serves the folder meanwhile finds every page whole.
fn write(made: &Files, served: &Path) -> Outcome {
    let unwritable = |path: &Path, error: std::io::Error| format!("{} cannot be written: {error}", path.display());
    let is_page = |path: &&String| !path.starts_with(RELEASE);
    let (pages, parts): (Vec<_>, Vec<_>) = made.keys().partition(is_page);
    for path in parts.into_iter().chain(pages) {
        let (bytes, path) = (&made[path], served.join(path));
        // The same again is not written: wrangler would take it for a change and load everything anew.
        if fs::read(&path).is_ok_and(|there| there == *bytes) {
            continue;
        }
        let unfinished = path.with_extension("unfinished");
        let written = fs::create_dir_all(path.parent().unwrap_or(served))
            .and_then(|()| fs::write(&unfinished, bytes))
            .and_then(|()| fs::rename(&unfinished, &path));
        written.map_err(|error| unwritable(&path, error))?;
    }
    let mut folders = vec![served.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in entries(&folder)? {
            let path = entry.strip_prefix(served).unwrap_or(&entry).to_string_lossy().into_owned();
            if path == KEPT || made.contains_key(&path) {
                continue;
            }
            if made.keys().any(|file| file.starts_with(&format!("{path}/"))) {
                folders.push(entry);
                continue;
            }
            let gone = if entry.is_dir() { fs::remove_dir_all(&entry) } else { fs::remove_file(&entry) };
            gone.map_err(|error| unwritable(&entry, error))?;
        }
    }
    Ok(())
}

fn files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    Ok(entries(folder)?.into_iter().filter(|path| path.is_file()).collect())
}

/// In the order of their names.
fn entries(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let unreadable = |error: std::io::Error| format!("{} cannot be read: {error}", folder.display());
    let entries = fs::read_dir(folder).map_err(unreadable)?;
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.map(|it| it.path())).collect::<Result<_, _>>().map_err(unreadable)?;
    paths.sort();
    Ok(paths)
}

fn contents(file: &Path) -> Outcome<Vec<u8>> {
    fs::read(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))
}

fn text(file: &Path) -> Outcome<String> {
    fs::read_to_string(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))
}
