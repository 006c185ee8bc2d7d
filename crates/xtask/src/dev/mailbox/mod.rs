//! The local edge's notifier: takes what members and administrators are sent, and shows it. As with real mail, what is
//! in it opens doors; it is kept in memory alone.

mod letter;
mod page;
mod signature;

use super::server::{self, Reply, Request};
use crate::Outcome;
use letter::Letter;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// How many are kept.
const CAPACITY: usize = 500;

/// Strict: the page's own files and nothing else.
const HEADERS: &str = "\
    Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'\r\n\
    X-Content-Type-Options: nosniff\r\n\
    Referrer-Policy: no-referrer\r\n\
    Cross-Origin-Resource-Policy: same-origin\r\n";

struct Mailbox {
    port: u16,
    /// The Worker signs with it.
    key: Vec<u8>,
    /// The newest first.
    letters: Mutex<VecDeque<Letter>>,
}

/// Serves until this process ends.
pub(super) fn serve(port: u16, key: Vec<u8>) -> Outcome {
    let mailbox = Mailbox { port, key, letters: Mutex::default() };
    server::serve("the mailbox", port, move |request| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        mailbox.answer(request, now)
    })
}

impl Mailbox {
    fn answer(&self, request: &Request, now: u64) -> Reply {
        let (kind, body) = match (request.method.as_str(), request.path.as_str()) {
            ("POST", "/") => return self.take(request, now),
            ("GET", _) if !self.is_ours(request) => return Reply::plain("403 Forbidden", "ask for localhost"),
            ("GET", "/") => ("text/html; charset=utf-8", self.page(now)),
            ("GET", "/mailbox.css") => ("text/css; charset=utf-8", include_str!("mailbox.css").to_owned()),
            ("GET", "/mailbox.js") => ("text/javascript; charset=utf-8", include_str!("mailbox.js").to_owned()),
            ("GET", "/mailbox.svg") => ("image/svg+xml", include_str!("mailbox.svg").to_owned()),
            ("GET", _) => return Reply::plain("404 Not Found", "not found"),
            _ => return Reply::plain("405 Method Not Allowed", "GET, and POST by the Worker"),
        };
        Reply { status: "200 OK", kind, headers: HEADERS.to_owned(), body: body.into_bytes() }
    }

    /// Another site may have a name of its own lead to this machine; its pages are not shown what is in here.
    fn is_ours(&self, request: &Request) -> bool {
        let host = request.header("host").unwrap_or_default();
        ["localhost", "127.0.0.1", "[::1]"].iter().any(|name| host == format!("{name}:{}", self.port))
    }

    /// A notice by the Worker: once, however often it is sent.
    fn take(&self, request: &Request, now: u64) -> Reply {
        let id = match signature::check(&self.key, request, now) {
            Ok(id) => id,
            Err(why) => return Reply::plain("401 Unauthorized", why),
        };
        let Some(letter) = Letter::read(id, &request.body) else {
            return Reply::plain("400 Bad Request", "not a notice of Edge MFA");
        };
        let mut letters = self.letters.lock().unwrap_or_else(PoisonError::into_inner);
        if letters.iter().all(|known| known.id != letter.id) {
            // They come in any order; who reads wants the newest first.
            let place = letters.partition_point(|other| other.at > letter.at);
            letters.insert(place, letter);
            letters.truncate(CAPACITY);
        }
        Reply::plain("204 No Content", "")
    }

    fn page(&self, now: u64) -> String {
        let letters = self.letters.lock().unwrap_or_else(PoisonError::into_inner);
        page::of(letters.iter(), now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_800_000_000;

    fn mailbox() -> Mailbox {
        Mailbox { port: 8789, key: b"0123456789abcdef0123456789abcdef".to_vec(), letters: Mutex::default() }
    }

    fn notice(to: &str, at: u64) -> String {
        format!(
            "{{\"type\":\"edge-mfa.notice\",\"timestamp\":{NOW},\"data\":{{\"tenant\":\"demo\",\"tenant_name\":\"Demo BV\",\
             \"notice\":{{\"to\":\"{to}\",\"by\":null,\"about\":null,\"at\":{at},\"what\":{{\"event\":\"disowned\"}},\
             \"link\":null}}}}}}"
        )
    }

    fn post(mailbox: &Mailbox, id: &str, body: &str) -> &'static str {
        let (time, signature) = (NOW.to_string(), signature::make(&mailbox.key, id, NOW, body));
        let headers =
            [("webhook-id", id), ("webhook-timestamp", time.as_str()), ("webhook-signature", signature.as_str())];
        mailbox.answer(&Request::of("POST", "/", &headers, body), NOW).status
    }

    fn get(mailbox: &Mailbox, path: &str, host: &str) -> (&'static str, String) {
        let reply = mailbox.answer(&Request::of("GET", path, &[("host", host)], ""), NOW);
        (reply.status, String::from_utf8(reply.body).unwrap())
    }

    #[test]
    fn a_signed_notice_is_shown_once_newest_first() {
        let mailbox = mailbox();
        assert_eq!(post(&mailbox, "a", &notice("anna", NOW - 10)), "204 No Content");
        assert_eq!(post(&mailbox, "b", &notice("mo", NOW)), "204 No Content");
        assert_eq!(post(&mailbox, "c", &notice("eva", NOW - 20)), "204 No Content");
        assert_eq!(post(&mailbox, "a", &notice("anna", NOW - 10)), "204 No Content");
        let (_, page) = get(&mailbox, "/", "localhost:8789");
        let places: Vec<_> = ["mo", "anna", "eva"].map(|name| page.find(&format!(">{name}<"))).into();
        assert!(places.is_sorted() && places.iter().all(Option::is_some), "{page}");
        assert_eq!(page.matches(">anna<").count(), 1);
    }

    #[test]
    fn an_unsigned_or_strange_notice_is_not_taken() {
        let mailbox = mailbox();
        let unsigned = Request::of("POST", "/", &[("webhook-id", "a")], &notice("anna", NOW));
        assert_eq!(mailbox.answer(&unsigned, NOW).status, "401 Unauthorized");
        assert_eq!(post(&mailbox, "a", "{}"), "400 Bad Request");
        assert!(mailbox.letters.lock().unwrap().is_empty());
    }

    #[test]
    fn only_this_machines_own_names_are_shown_anything() {
        let mailbox = mailbox();
        for path in ["/", "/mailbox.css", "/mailbox.js", "/mailbox.svg"] {
            assert_eq!(get(&mailbox, path, "127.0.0.1:8789").0, "200 OK");
            assert_eq!(get(&mailbox, path, "evil.example:8789").0, "403 Forbidden");
        }
        assert_eq!(get(&mailbox, "/other", "localhost:8789").0, "404 Not Found");
    }

    #[test]
    fn it_keeps_the_newest() {
        let mailbox = mailbox();
        for number in 0..=CAPACITY as u64 {
            post(&mailbox, &number.to_string(), &notice("anna", NOW + number));
        }
        let letters = mailbox.letters.lock().unwrap();
        assert_eq!((letters.len(), letters[0].at), (CAPACITY, NOW + CAPACITY as u64));
    }
}
