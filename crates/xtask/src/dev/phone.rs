//! The demo phone's own little origin. It knows nothing of the edge and the edge nothing of it:
//! all that passes between them is what a person carries, as with a real phone.

use crate::{Outcome, project};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::thread;
use std::time::Duration;

/// Serves until this process ends.
pub(super) fn serve(port: u16) -> Outcome {
    // Browsers try either address for `localhost`. A machine without IPv6 has only the first.
    let listeners: Vec<TcpListener> =
        ["127.0.0.1", "::1"].into_iter().filter_map(|address| TcpListener::bind((address, port)).ok()).collect();
    if listeners.is_empty() {
        return Err(format!("the demo phone could not be served on port {port}"));
    }
    for listener in listeners {
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // One that does not finish its request must not hold up the others.
                thread::spawn(move || answer(&stream));
            }
        });
    }
    Ok(())
}

/// What goes wrong here goes wrong for one request, which the browser repeats.
fn answer(mut stream: &TcpStream) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut lines = BufReader::new(stream).lines();
    let request = lines.next().unwrap_or(Ok(String::new()))?;
    // To the end of the head, or the browser may find the connection reset.
    lines.map_while(Result::ok).find(String::is_empty);
    let file = file_for(&request).and_then(|path| Some((kind_of(&path)?, fs::read(&path).ok()?)));
    let (status, kind, body) = match file {
        Some((kind, body)) => ("200 OK", kind, body),
        None => ("404 Not Found", "text/plain", b"not found".to_vec()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
         {}Connection: close\r\n\r\n",
        body.len(),
        headers_of_its_own(),
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(&body)
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
fn file_for(request: &str) -> Option<PathBuf> {
    let mut words = request.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    let path = target.split(['?', '#']).next()?.strip_prefix('/')?;
    let path = Path::new(if path.is_empty() { "index.html" } else { path });
    let is_plain = |part| matches!(part, Component::Normal(name) if !name.to_string_lossy().starts_with('.'));
    let allowed = method == "GET" && path.components().all(is_plain);
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
    use super::file_for;

    #[test]
    fn only_plain_files_of_the_phone_are_served() {
        assert!(file_for("GET / HTTP/1.1").is_some_and(|path| path.ends_with("demo-phone/www/index.html")));
        assert!(file_for("GET /pkg/demo_phone.js?v=1 HTTP/1.1").is_some());
        for refused in
            ["GET /../Cargo.toml HTTP/1.1", "GET //etc/passwd HTTP/1.1", "GET /.hidden HTTP/1.1", "POST / HTTP/1.1", ""]
        {
            assert!(file_for(refused).is_none(), "{refused}");
        }
    }
}
