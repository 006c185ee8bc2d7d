//! The platform's notifier: takes the edge's web hooks, checks their signatures by the book
//! (Standard Webhooks 1.0) and keeps what people were told.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use crate::phone::now;
use crate::random;

/// How long a notice may take: longer than the half minute after which one that was lost is sent again.
const SOON: Duration = Duration::from_secs(45);

/// How far the stamp of a notice may be from our own clock, in seconds; the specification's five minutes.
const TOLERANCE: u64 = 300;

/// One notice, as it came in.
#[derive(Clone, Debug)]
pub struct Notice {
    /// The web hook's id: the same for each delivery of one notice.
    pub id: String,
    /// Which tenant's.
    pub tenant: String,
    /// To whom it is sent on.
    pub to: String,
    /// Who did it, where that is somebody else.
    pub by: Option<String>,
    /// Whom it is about, where that is somebody else.
    pub about: Option<String>,
    /// What happened.
    pub what: Value,
    /// Where it leads.
    pub link: Option<String>,
    /// The body, word for word.
    pub body: String,
}

impl Notice {
    /// The event's word.
    pub fn event(&self) -> &str {
        self.what["event"].as_str().unwrap_or_default()
    }

    /// The token in its link.
    pub fn token(&self) -> String {
        let link = self.link.as_deref().unwrap_or_else(|| panic!("no link: {}", self.body));
        link.split_once('#').expect("the token is in the fragment, which no server sees").1.to_owned()
    }
}

#[derive(Debug, Default)]
struct Inside {
    /// Each notice once.
    notices: Vec<Notice>,
    /// How often each id came in, refused ones too.
    deliveries: HashMap<String, usize>,
    /// While set, every delivery is answered with a server error.
    closed: bool,
    /// What must not have come in.
    faults: Vec<String>,
}

/// A notifier on a port of its own, for one edge.
#[derive(Clone, Debug)]
pub struct Mailbox {
    port: u16,
    key: [u8; 32],
    inner: Arc<(Mutex<Inside>, Condvar)>,
}

impl Mailbox {
    /// Starts one; it runs until the process ends.
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("a bound address").port();
        let mailbox = Self { port, key: random::bytes(), inner: Arc::default() };
        let there = mailbox.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let there = there.clone();
                // An edge that is killed in the middle is no failure of the mailbox.
                std::thread::spawn(move || there.answer(stream).unwrap_or_default());
            }
        });
        mailbox
    }

    /// Where notices go.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/notices", self.port)
    }

    /// The key that signs them, in the form of the Worker's keys.
    pub fn key(&self) -> String {
        Base64UrlUnpadded::encode_string(&self.key)
    }

    /// From now on it answers 500, as a gateway in trouble does.
    pub fn close(&self) {
        self.locked(|inner| inner.closed = true);
    }

    /// And takes notices again.
    pub fn open(&self) {
        self.locked(|inner| inner.closed = false);
    }

    /// Everything that `to` was told in this tenant so far, oldest first.
    pub fn told(&self, tenant: &str, to: &str) -> Vec<Notice> {
        self.of(tenant).into_iter().filter(|notice| notice.to == to).collect()
    }

    /// Everything that anybody was told in this tenant so far.
    pub fn of(&self, tenant: &str) -> Vec<Notice> {
        self.locked(|inner| inner.notices.iter().filter(|notice| notice.tenant == tenant).cloned().collect())
    }

    /// How often this notice was brought, whether it was taken or not.
    pub fn deliveries(&self, id: &str) -> usize {
        self.locked(|inner| inner.deliveries.get(id).copied().unwrap_or_default())
    }

    /// How many deliveries came in for all of this edge, whether they were taken or not.
    pub fn all_deliveries(&self) -> usize {
        self.locked(|inner| inner.deliveries.values().sum())
    }

    /// Waits for the notice of `event` to `to` in this tenant.
    pub fn wait(&self, tenant: &str, to: &str, event: &str) -> Notice {
        self.wait_for(1, tenant, to, event).remove(0)
    }

    /// Waits until `to` has been told of `event` so often; gives these notices, oldest first.
    pub fn wait_for(&self, count: usize, tenant: &str, to: &str, event: &str) -> Vec<Notice> {
        self.wait_within(SOON, count, tenant, to, event)
    }

    /// The same, with patience of one's own.
    pub fn wait_within(&self, limit: Duration, count: usize, tenant: &str, to: &str, event: &str) -> Vec<Notice> {
        let end = Instant::now() + limit;
        let (inner, came) = &*self.inner;
        let mut inner = inner.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            assert!(inner.faults.is_empty(), "{:?}", inner.faults);
            let fits = |notice: &&Notice| notice.tenant == tenant && notice.to == to && notice.event() == event;
            let found: Vec<_> = inner.notices.iter().filter(fits).cloned().collect();
            if found.len() >= count {
                return found;
            }
            let left = end.saturating_duration_since(Instant::now());
            let told: Vec<_> = inner.notices.iter().filter(|it| it.tenant == tenant).map(summary).collect();
            assert!(!left.is_zero(), "no notice of {event} to {to} ({} of {count}); told: {told:?}", found.len());
            inner = came.wait_timeout(inner, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn locked<T>(&self, act: impl FnOnce(&mut Inside) -> T) -> T {
        act(&mut self.inner.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let first = line(&mut reader)?;
        let headers = headers(&mut reader)?;
        let body = body(&mut reader, &headers)?;
        let status = if self.take(&first, &headers, &body) { "204 No Content" } else { "500 Internal Server Error" };
        write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
    }

    /// Whether the notice was taken.
    fn take(&self, first: &str, headers: &HashMap<String, String>, body: &[u8]) -> bool {
        let notice = self.read(first, headers, body);
        let taken = self.locked(|inner| match notice {
            Ok(notice) => {
                *inner.deliveries.entry(notice.id.clone()).or_default() += 1;
                if !inner.closed && inner.notices.iter().all(|other| other.id != notice.id) {
                    inner.notices.push(notice);
                }
                !inner.closed
            }
            Err(fault) => {
                inner.faults.push(fault);
                false
            }
        });
        self.inner.1.notify_all();
        taken
    }

    fn read(&self, first: &str, headers: &HashMap<String, String>, body: &[u8]) -> Result<Notice, String> {
        let header = |name: &str| headers.get(name).map(String::as_str).ok_or(format!("no {name}: {headers:?}"));
        if first != "POST /notices HTTP/1.1" || header("content-type")? != "application/json" {
            return Err(format!("not a web hook: {first:?} {headers:?}"));
        }
        let (id, stamp) = (header("webhook-id")?, header("webhook-timestamp")?);
        let age = stamp.parse::<u64>().map_err(|error| error.to_string())?.abs_diff(now());
        if age > TOLERANCE {
            return Err(format!("stamped {age} s off: {headers:?}"));
        }
        let mut signature = Hmac::<Sha256>::new_from_slice(&self.key).expect("any key will do");
        for part in [id.as_bytes(), b".", stamp.as_bytes(), b".", body] {
            signature.update(part);
        }
        let signature = Base64::encode_string(&signature.finalize().into_bytes());
        if !header("webhook-signature")?.split(' ').any(|it| it == format!("v1,{signature}")) {
            return Err(format!("a wrong signature: {headers:?}"));
        }
        let text = String::from_utf8(body.to_vec()).map_err(|error| error.to_string())?;
        let whole: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let data = &whole["data"];
        let notice = &data["notice"];
        let word = |value: &Value| value.as_str().map(str::to_owned);
        let must = |value: &Value| word(value).ok_or(format!("not a notice: {text}"));
        if whole["type"] != "edge-mfa.notice" || !notice["at"].is_u64() || !notice["what"]["event"].is_string() {
            return Err(format!("not a notice: {text}"));
        }
        Ok(Notice {
            id: id.to_owned(),
            tenant: must(&data["tenant"])?,
            to: must(&notice["to"])?,
            by: word(&notice["by"]),
            about: word(&notice["about"]),
            what: notice["what"].clone(),
            link: word(&notice["link"]),
            body: text,
        })
    }
}

fn summary(notice: &Notice) -> String {
    format!("{} to {}", notice.event(), notice.to)
}

/// A line without its end. A connection that ends in the middle, as that of a killed edge does, has brought nothing.
fn line(reader: &mut impl BufRead) -> std::io::Result<String> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let whole = line.strip_suffix('\n').ok_or(std::io::ErrorKind::UnexpectedEof)?;
    Ok(whole.trim_end().to_owned())
}

fn headers(reader: &mut impl BufRead) -> std::io::Result<HashMap<String, String>> {
    let mut headers = HashMap::new();
    while let Some((name, value)) = line(reader)?.split_once(':') {
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    Ok(headers)
}

/// The body, announced by length or sent in chunks; whole or not at all.
fn body(reader: &mut impl BufRead, headers: &HashMap<String, String>) -> std::io::Result<Vec<u8>> {
    let mut body = Vec::new();
    let mut read = |reader: &mut dyn Read, length: usize| {
        let start = body.len();
        body.resize(start + length, 0);
        reader.read_exact(&mut body[start..])
    };
    if headers.get("transfer-encoding").is_some_and(|it| it.eq_ignore_ascii_case("chunked")) {
        loop {
            let length = usize::from_str_radix(&line(reader)?, 16).map_err(|_| std::io::ErrorKind::InvalidData)?;
            read(reader, length)?;
            line(reader)?;
            if length == 0 {
                return Ok(body);
            }
        }
    }
    let length = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or_default();
    read(reader, length)?;
    Ok(body)
}
