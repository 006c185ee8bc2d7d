//! Just enough of an HTTP server for what runs beside the local edge: on this machine only, one request a connection.

use crate::Outcome;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// Bytes of a request's head, and of its body.
const LONGEST_HEAD: u64 = 16 * 1024;
const LONGEST_BODY: u64 = 64 * 1024;

pub(super) struct Request {
    pub(super) method: String,
    /// Without query.
    pub(super) path: String,
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

pub(super) struct Reply {
    pub(super) status: &'static str,
    pub(super) kind: &'static str,
    /// Whole lines, each with its line break.
    pub(super) headers: String,
    pub(super) body: Vec<u8>,
}

impl Request {
    /// The first header of this name, which is given in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

impl Reply {
    /// A status and a sentence.
    pub(super) fn plain(status: &'static str, text: &str) -> Self {
        let body = text.as_bytes().to_vec();
        Self { status, kind: "text/plain; charset=utf-8", headers: String::new(), body }
    }
}

/// Serves until this process ends.
pub(super) fn serve(what: &str, port: u16, answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Outcome {
    // Browsers try either address for `localhost`. A machine without IPv6 has only the first.
    let listeners: Vec<TcpListener> =
        ["127.0.0.1", "::1"].into_iter().filter_map(|address| TcpListener::bind((address, port)).ok()).collect();
    if listeners.is_empty() {
        return Err(format!("{what} could not be served on port {port}"));
    }
    let answer = Arc::new(answer);
    for listener in listeners {
        let answer = Arc::clone(&answer);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answer = Arc::clone(&answer);
                // One that does not finish its request must not hold up the others.
                thread::spawn(move || exchange(&stream, &*answer));
            }
        });
    }
    Ok(())
}

/// What goes wrong here goes wrong for one request, which the other side repeats.
fn exchange(mut stream: &TcpStream, answer: &dyn Fn(&Request) -> Reply) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let reply = match read(&mut BufReader::new(stream))? {
        Some(request) => answer(&request),
        None => Reply::plain("400 Bad Request", "not a request of the kind that is served here"),
    };
    let head = format!(
        "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-store\r\n{}Connection: close\r\n\r\n",
        reply.status,
        reply.kind,
        reply.body.len(),
        reply.headers,
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(&reply.body)
}

/// A request to its end, or the other side may find the connection reset. `None` if it is malformed or too long.
fn read(stream: &mut impl BufRead) -> std::io::Result<Option<Request>> {
    let mut head = String::new();
    let mut lines = stream.by_ref().take(LONGEST_HEAD);
    while !head.ends_with("\r\n\r\n") {
        if lines.read_line(&mut head)? == 0 {
            return Ok(None);
        }
    }
    let Some((mut request, length)) = parse(&head) else { return Ok(None) };
    if length > LONGEST_BODY {
        return Ok(None);
    }
    stream.take(length).read_to_end(&mut request.body)?;
    Ok((request.body.len() as u64 == length).then_some(request))
}

/// The head of a request, and how long its body is.
fn parse(head: &str) -> Option<(Request, u64)> {
    let mut lines = head.trim_end().split("\r\n");
    let mut words = lines.next()?.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    let path = target.split(['?', '#']).next()?;
    let header = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_ascii_lowercase(), value.trim().to_owned()))
    };
    let headers = lines.map(header).collect::<Option<Vec<_>>>()?;
    let request = Request { method: method.to_owned(), path: path.to_owned(), headers, body: Vec::new() };
    let length = match (request.header("content-length"), request.header("transfer-encoding")) {
        (Some(length), None) => length.parse().ok()?,
        (None, None) => 0,
        _ => return None,
    };
    Some((request, length))
}

#[cfg(test)]
impl Request {
    pub(super) fn of(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Self {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { method: method.to_owned(), path: path.to_owned(), headers, body: body.as_bytes().to_vec() }
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_request_is_read_with_its_body_and_no_further() {
        let text = "POST /?q HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbodyrest";
        let request = read(&mut text.as_bytes()).unwrap().expect("a request");
        assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/"));
        assert_eq!((request.header("host"), request.body.as_slice()), (Some("localhost"), b"body".as_slice()));
    }

    #[test]
    fn what_is_no_request_is_none() {
        let long = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(20_000));
        for text in [
            "",
            "GET / HTTP/1.1\r\n",
            "GET\r\n\r\n",
            "GET / HTTP/1.1\r\nno header\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nbody",
            "POST / HTTP/1.1\r\nContent-Length: 999999\r\n\r\nbody",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            &long,
        ] {
            assert!(read(&mut text.as_bytes()).unwrap().is_none(), "{text}");
        }
    }
}
