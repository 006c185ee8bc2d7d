//! Requests that no HTTP library would send: a body of unknown length, a body on a GET, one that nobody reads.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use edge_mfa_tests::{Answer, Client, laws, random};

/// How a body is sent.
#[derive(Clone, Copy, Debug)]
pub enum Length {
    /// With `Content-Length`.
    Told,
    /// In chunks, of which nobody knows how many come.
    Untold,
}

/// A request as a page of ours would send it, but for its body.
pub struct Wire<'a> {
    pub client: &'a Client,
    /// The bearer token that goes along, if one does.
    pub bearer: Option<&'a str>,
    pub method: &'a str,
    pub path: String,
    pub content_type: &'a str,
    pub body: Vec<u8>,
    pub length: Length,
}

impl Wire<'_> {
    /// Sends it. The answer, which keeps the laws, and after how long it was there.
    pub fn send(&self) -> (Answer, Duration) {
        for _ in 0..5 {
            let (answer, took) = self.try_send();
            if let Some(answer) = answer.filter(|it| !it.is_of_the_proxy()) {
                laws::hold(&answer, self.client.door().document());
                return (answer, took);
            }
        }
        panic!("{} {}: the proxy does not reach the Worker", self.method, self.path);
    }

    /// Sends it once, whatever comes of it.
    pub fn try_send(&self) -> (Option<Answer>, Duration) {
        let (door, start) = (self.client.door(), Instant::now());
        let (_, address) = door.origin().split_once("://").expect("an origin");
        let answer = exchange(address, &self.bytes(address));
        (parse(self.method, &self.path, &answer), start.elapsed())
    }

    fn bytes(&self, address: &str) -> Vec<u8> {
        let (door, body) = (self.client.door(), &self.body);
        let mut head = format!("{} {} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n", self.method, self.path);
        head += &format!("sec-fetch-site: same-origin\r\norigin: {}\r\n", door.origin());
        head += &format!("content-type: {}\r\nidempotency-key: {}\r\n", self.content_type, random::idempotency_key());
        if let Some(cookies) = self.client.jar().header() {
            head += &format!("cookie: {cookies}\r\n");
        }
        if let Some(token) = self.bearer {
            head += &format!("authorization: Bearer {token}\r\n");
        }
        match self.length {
            Length::Told => [format!("{head}content-length: {}\r\n\r\n", body.len()).as_bytes(), body].concat(),
            Length::Untold => {
                let mut bytes = format!("{head}transfer-encoding: chunked\r\n\r\n").into_bytes();
                for chunk in body.chunks(8 * 1024) {
                    bytes.extend([format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat());
                }
                bytes.extend(b"0\r\n\r\n");
                bytes
            }
        }
    }
}

/// Writes and reads at once: the answer may come before the last byte was sent, and nobody need read that.
fn exchange(address: &str, bytes: &[u8]) -> Vec<u8> {
    let stream = TcpStream::connect(address).expect("the edge listens");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a time limit");
    let mut answer = Vec::new();
    std::thread::scope(|scope| {
        let (mut writer, mut reader) = (&stream, &stream);
        scope.spawn(move || writer.write_all(bytes));
        // A connection that is cut behind the answer was still answered.
        let mut part = [0; 16 * 1024];
        while let Ok(count @ 1..) = reader.read(&mut part) {
            answer.extend_from_slice(&part[..count]);
            if is_whole(&answer) {
                break;
            }
        }
        // Ends the writer, too.
        let _ = stream.shutdown(Shutdown::Both);
    });
    answer
}

fn is_whole(bytes: &[u8]) -> bool {
    let Some((head, body)) = halves(bytes) else { return false };
    match header(&head, "content-length").and_then(|it| it.parse::<usize>().ok()) {
        Some(length) => body.len() >= length,
        None => body.ends_with(b"0\r\n\r\n"),
    }
}

/// Names in lower case.
type Headers = Vec<(String, String)>;

fn halves(bytes: &[u8]) -> Option<(Headers, &[u8])> {
    let end = bytes.windows(4).position(|it| it == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let pairs = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    Some((pairs.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect(), &bytes[end + 4..]))
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|it| it.0 == name).map(|it| it.1.as_str())
}

/// Nothing where the connection was cut before the end of the headers.
fn parse(method: &str, path: &str, bytes: &[u8]) -> Option<Answer> {
    let (headers, body) = halves(bytes)?;
    let line = String::from_utf8_lossy(bytes).lines().next().unwrap_or_default().to_owned();
    let status = line.split(' ').nth(1)?.parse().ok()?;
    let body = if header(&headers, "transfer-encoding") == Some("chunked") { joined(body) } else { body.to_vec() };
    Some(Answer { method: method.to_owned(), path: path.to_owned(), status, headers, body })
}

fn joined(mut chunks: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = chunks.windows(2).position(|it| it == b"\r\n") {
        let size = std::str::from_utf8(&chunks[..end]).ok().and_then(|it| usize::from_str_radix(it, 16).ok());
        let Some(size @ 1..) = size else { break };
        whole.extend(chunks.get(end + 2..end + 2 + size).unwrap_or_default());
        chunks = chunks.get(end + 4 + size..).unwrap_or_default();
    }
    whole
}
