//! The demo phone's own little origin. It knows nothing of the edge and the edge nothing of it:
//! all that passes between them is what a person carries, as with a real phone.

use super::server::{self, Reply, Request};
use crate::{Outcome, project};
use std::fs;
use std::path::{Component, Path, PathBuf};

/// Serves until this process ends.
pub(super) fn serve(port: u16) -> Outcome {
    server::serve("the demo phone", port, answer)
}

fn answer(request: &Request) -> Reply {
    let file = file_for(request).and_then(|path| Some((kind_of(&path)?, fs::read(&path).ok()?)));
    match file {
        Some((kind, body)) => Reply { status: "200 OK", kind, headers: headers_of_its_own(), body },
        None => Reply { headers: headers_of_its_own(), ..Reply::plain("404 Not Found", "not found") },
    }
}

/// The strict headers that the phone's own `_headers` names, as an asset server would send them.
fn headers_of_its_own() -> String {
    let text = fs::read_to_string(folder().join("_headers")).unwrap_or_default();
    let indented = text.lines().filter(|line| line.starts_with(' '));
    indented.map(|line| format!("{}\r\n", line.trim())).collect()
}

fn folder() -> PathBuf {
    project::root().join("crates/demo-phone/www")
}

/// A file below the phone's folder; nothing outside it and nothing hidden.
fn file_for(request: &Request) -> Option<PathBuf> {
    let path = request.path.strip_prefix('/')?;
    let path = Path::new(if path.is_empty() { "index.html" } else { path });
    let is_plain = |part| matches!(part, Component::Normal(name) if !name.to_string_lossy().starts_with('.'));
    let allowed = request.method == "GET" && path.components().all(is_plain);
    allowed.then(|| folder().join(path))
}

fn kind_of(path: &Path) -> Option<&'static str> {
    Some(match path.extension()?.to_str()? {
        "html" => "text/html; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "wasm" => "application/wasm",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Request, file_for};

    #[test]
    fn only_plain_files_of_the_phone_are_served() {
        let file = |method, path| file_for(&Request::of(method, path, &[], ""));
        assert!(file("GET", "/").is_some_and(|path| path.ends_with("demo-phone/www/index.html")));
        assert!(file("GET", "/pkg/demo_phone.js").is_some());
        for (method, path) in
            [("GET", "/../Cargo.toml"), ("GET", "//etc/passwd"), ("GET", "/.hidden"), ("POST", "/"), ("GET", "")]
        {
            assert!(file(method, path).is_none(), "{method} {path}");
        }
    }
}
