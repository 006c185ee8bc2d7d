//! What the platform's log gets from us: one line of JSON for each request that was answered, and one for each alarm.
//!
//! No line names a person, an address, a token, a query or a body. A line names the request by its id, which its sender
//! got too: in the header `x-request-id`, and in each problem. So a complaint is found, and what it set off in objects.
//!
//! The id goes with the work, not through every function on the way to an alarm: work is polled within it, as many
//! requests take turns on one thread.

use std::cell::RefCell;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Mutex;

use serde_json::{Value, json};
use worker::{Env, Headers};

use crate::{metrics, runtime};

/// The header in which an answer carries its request's id, and by which objects are told it.
pub(crate) const HEADER: &str = "x-request-id";

thread_local! {
    static CURRENT: RefCell<Option<RequestId>> = const { RefCell::new(None) };
}

/// The name of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestId(Rc<str>);

impl RequestId {
    /// Of a request from outside: the platform's own name for it where there is one, which then finds it in the
    /// platform's own records too. What has not that form is somebody else's word, and not taken.
    pub(crate) fn of(headers: &Headers) -> RequestId {
        let ray = headers.get("cf-ray").ok().flatten();
        ray.and_then(|ray| RequestId::parse(&ray)).unwrap_or_else(RequestId::made)
    }

    /// Of a request from our own Worker or objects.
    fn passed(headers: &Headers) -> RequestId {
        let passed = headers.get(HEADER).ok().flatten();
        passed.and_then(|id| RequestId::parse(&id)).unwrap_or_else(RequestId::made)
    }

    fn made() -> RequestId {
        RequestId(runtime::request_id().into())
    }

    /// Sixteen hexadecimal digits, and the platform's three letters for a place.
    pub(crate) fn parse(text: &str) -> Option<RequestId> {
        let (number, place) = text.split_once('-').unwrap_or((text, "AAA"));
        let well_formed = number.len() == 16
            && number.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
            && place.len() == 3
            && place.bytes().all(|byte| byte.is_ascii_uppercase());
        well_formed.then(|| RequestId(text.into()))
    }

    /// As text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Does `work` for this request: what it logs names it.
pub(crate) async fn within<F: Future>(request: RequestId, work: F) -> F::Output {
    let mut work = pin!(work);
    core::future::poll_fn(move |context| {
        let _turn = Turn(CURRENT.replace(Some(request.clone())));
        work.as_mut().poll(context)
    })
    .await
}

/// One turn of a request's work. Whose turn it was before is put back, after a panic too.
struct Turn(Option<RequestId>);

impl Drop for Turn {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

/// The request that is being worked for.
pub(crate) fn current() -> Option<RequestId> {
    CURRENT.with_borrow(Clone::clone)
}

/// Whose requests an object worked for last: what its alarm does is owed because of them. In memory only: after an
/// object was put away its alarm has a name of its own.
#[derive(Default)]
pub(crate) struct LastRequest(Mutex<Option<String>>);

impl LastRequest {
    /// Hears a request, and says its id.
    pub(crate) fn heard(&self, headers: &Headers) -> RequestId {
        let id = RequestId::passed(headers);
        if let Ok(mut last) = self.0.lock() {
            *last = Some(id.as_str().to_owned());
        }
        id
    }

    /// The last that was heard.
    pub(crate) fn id(&self) -> RequestId {
        let last = self.0.lock().ok().and_then(|last| last.clone());
        last.map_or_else(RequestId::made, |id| RequestId(id.into()))
    }
}

/// Something that must not happen did. `what` holds no secret and names nobody.
pub(crate) fn alarm(what: &str) {
    metrics::count_alarm();
    worker::console_error!("{}", told("ALARM", what));
}

/// Something went on without what failed. `what` holds no secret and names nobody.
pub(crate) fn noted(what: &str) {
    worker::console_warn!("{}", told("NOTED", what));
}

fn told(kind: &str, what: &str) -> Value {
    json!({ "log": kind, "request": current().as_ref().map(RequestId::as_str), "what": nameless(what) })
}

/// Without what stands between quotes: where a record cannot be read, a parser tells what it has found there, which
/// may be anybody's name.
fn nameless(what: &str) -> String {
    const QUOTES: [char; 2] = ['"', '`'];
    match (what.find(QUOTES), what.rfind(QUOTES)) {
        (Some(first), Some(last)) if first < last => {
            let (before, after) = (what.get(..first).unwrap_or_default(), what.get(last + 1..).unwrap_or_default());
            format!("{before}…{after}")
        }
        (Some(first), _) => format!("{}…", what.get(..first).unwrap_or_default()),
        _ => what.to_owned(),
    }
}

/// A request that came in, for its line.
pub(crate) struct Asked {
    pub(crate) id: RequestId,
    /// The method and the path of the table, without the names that were in it.
    route: String,
    /// The tenant in the path; empty where there is none.
    tenant: String,
    began: u64,
}

impl Asked {
    pub(crate) fn new(headers: &Headers) -> Asked {
        let id = RequestId::of(headers);
        Asked { id, route: "none".to_owned(), tenant: String::new(), began: runtime::millis() }
    }

    /// Notes where it was asked.
    pub(crate) fn at(&mut self, method: &str, path: &str, tenant: &str) {
        self.route = format!("{method} {path}");
        tenant.clone_into(&mut self.tenant);
    }

    /// Logs it and counts it, as answered with this status and code.
    pub(crate) fn answered(&self, env: &Env, status: u16, code: &str) {
        let millis = runtime::millis().saturating_sub(self.began);
        metrics::count(&self.route, status, code, millis);
        metrics::write_data_point(env, &self.route, &self.tenant, status, code, millis);
        worker::console_log!(
            "{}",
            json!({
                "log": "REQUEST", "request": self.id.as_str(), "route": self.route, "tenant": self.tenant,
                "status": status, "code": code, "ms": millis,
            })
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_parser_found_is_not_told() {
        let error = serde_json::from_str::<u64>("\"anna@example.com\"").unwrap_err().to_string();
        assert!(error.contains("anna"));
        assert_eq!(nameless(&error), "invalid type: string …, expected u64 at line 1 column 18");
        assert_eq!(nameless("unknown variant `anna`, expected `a` or `b`"), "unknown variant …");
        assert_eq!(nameless("one ` alone: anna"), "one …");
        assert_eq!(nameless("a sealed secret does not open"), "a sealed secret does not open");
    }

    #[test]
    fn an_id_has_the_platforms_form_or_is_none() {
        for good in ["0123456789abcdef", "0123456789abcdef-AMS"] {
            assert_eq!(RequestId::parse(good).unwrap().as_str(), good);
        }
        for odd in [
            "",
            "-",
            "0123456789abcde",
            "0123456789abcdef0",
            "0123456789ABCDEF",
            "0123456789abcdef-",
            "0123456789abcdef-AM",
        ] {
            assert!(RequestId::parse(odd).is_none(), "{odd}");
        }
        assert!(RequestId::parse("0123456789abcdef-AMS-AMS").is_none());
    }
}
