//! Just enough HTTP to talk to the local edge: one request a connection, JSON both ways.

use super::secrets::{base64url, random};
use crate::Outcome;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

pub(super) struct Door {
    port: u16,
}

pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Value,
}

impl Answer {
    /// The problem's own words, for a person.
    pub(super) fn problem(&self) -> String {
        let word = |name| self.body.get(name).and_then(Value::as_str).unwrap_or_default();
        format!("{} {} {}", self.status, word("code"), word("detail"))
    }
}

impl Door {
    pub(super) fn new(port: u16) -> Self {
        Self { port }
    }

    pub(super) fn get(&self, path: &str) -> Outcome<Answer> {
        self.send(&format!("GET {path} HTTP/1.1\r\n"), "")
    }

    /// As the page would send it, or with a token as the operator would.
    pub(super) fn post(&self, path: &str, token: Option<&str>, body: &Value) -> Outcome<Answer> {
        let key = base64url(&random::<24>()?);
        let who = match token {
            Some(token) => format!("Authorization: Bearer {token}\r\n"),
            None => format!("Origin: http://localhost:{}\r\nSec-Fetch-Site: same-origin\r\n", self.port),
        };
        let head = format!("POST {path} HTTP/1.1\r\nContent-Type: application/json\r\nIdempotency-Key: {key}\r\n{who}");
        self.send(&head, &body.to_string())
    }

    fn send(&self, head: &str, body: &str) -> Outcome<Answer> {
        let request = format!(
            "{head}Host: localhost:{}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.port,
            body.len()
        );
        let exchange = || {
            let mut stream = TcpStream::connect(("localhost", self.port))?;
            stream.set_read_timeout(Some(Duration::from_secs(60)))?;
            stream.write_all(request.as_bytes())?;
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).map(|_| answer)
        };
        let answer = exchange().map_err(|error| format!("the local edge does not answer: {error}"))?;
        parse(&answer).ok_or_else(|| "the local edge answered something that is not HTTP".to_owned())
    }
}

fn parse(answer: &[u8]) -> Option<Answer> {
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    let status = head.split_whitespace().nth(1)?.parse().ok()?;
    let body = &answer[end + 4..];
    let body = match head.contains("transfer-encoding: chunked") {
        true => unchunked(body)?,
        false => body.to_vec(),
    };
    // Not everything is JSON: a page, or nothing.
    Some(Answer { status, body: serde_json::from_slice(&body).unwrap_or(Value::Null) })
}

fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = rest.windows(2).position(|bytes| bytes == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).ok()?.trim(), 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(line + 2..line + 2 + size)?);
        rest = rest.get(line + 2 + size + 2..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_chunked_answer_is_put_together() {
        let answer =
            parse(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n");
        let answer = answer.expect("an answer");
        assert_eq!((answer.status, answer.body["a"].as_u64()), (201, Some(1)));
    }

    #[test]
    fn an_answer_that_is_no_json_has_a_status_all_the_same() {
        assert_eq!(parse(b"HTTP/1.1 404 Not Found\r\n\r\n<p>").map(|answer| answer.status), Some(404));
        assert!(parse(b"").is_none());
    }
}
