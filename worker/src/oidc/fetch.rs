//! Asking a provider: bounded in size and time, and going nowhere else.

use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::{Either, select};
use serde::de::DeserializeOwned;
use worker::{
    AbortController, AbortSignal, CacheMode, Delay, Fetch, Headers, Method, Request, RequestInit, RequestRedirect,
    ResponseBody,
};
use zeroize::Zeroizing;

use super::refused::{Document, Refused};
use crate::json;

/// A person is waiting.
const TIMEOUT: Duration = Duration::from_secs(8);

/// An answer, whole, not yet parsed.
pub(super) struct Answer {
    pub(super) status: u16,
    body: Zeroizing<Vec<u8>>,
    document: Document,
}

impl Answer {
    /// Reads it as a JSON object. Serde would take an array for a struct, member by member.
    pub(super) fn parse<T: DeserializeOwned>(&self) -> Result<T, Refused> {
        object(&self.body).ok_or(Refused::Unreadable(self.document))
    }

    /// It, if all went well.
    pub(super) fn ok(self) -> Result<Answer, Refused> {
        match self.status {
            200 => Ok(self),
            status => Err(Refused::Answered(self.document, status)),
        }
    }
}

/// A JSON object in UTF-8 (RFC 7515 §5.2), and nothing after it. Serde does not look into texts that it skips.
pub(super) fn object<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let tree = json::tree(core::str::from_utf8(bytes).ok()?).ok()?;
    if tree.is_object() { tree.read().ok() } else { None }
}

/// Fetches a public document.
pub(super) async fn get(address: &str, document: Document, max_bytes: usize) -> Result<Answer, Refused> {
    send(address, RequestInit::new(), Headers::new(), document, max_bytes).await?.ok()
}

/// Posts a form. `authorization` holds the client's secret; it goes into this one header.
pub(super) async fn post(
    address: &str,
    form: &str,
    authorization: Option<&str>,
    document: Document,
    max_bytes: usize,
) -> Result<Answer, Refused> {
    let headers = Headers::new();
    let set = |name, value| headers.set(name, value).map_err(|_| Refused::Unreachable(document));
    set("content-type", "application/x-www-form-urlencoded")?;
    if let Some(authorization) = authorization {
        set("authorization", authorization)?;
    }
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(form.into()));
    send(address, init, headers, document, max_bytes).await
}

async fn send(
    address: &str,
    mut init: RequestInit,
    headers: Headers,
    document: Document,
    max_bytes: usize,
) -> Result<Answer, Refused> {
    let unreachable = |_| Refused::Unreachable(document);
    headers.set("accept", "application/json").map_err(unreachable)?;
    // A redirect would take the client's secret, or our trust, to a place that nobody named. And no cache in between:
    // whoever asks anew, because a key is unknown, wants what is there now.
    init.with_headers(headers).with_redirect(RequestRedirect::Manual).with_cache(CacheMode::NoStore);
    let request = Request::new_with_init(address, &init).map_err(unreachable)?;
    let controller = AbortController::default();
    let signal = controller.signal();
    let answer = pin!(answer(request, &signal, document, max_bytes));
    match select(answer, pin!(Delay::from(TIMEOUT))).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => {
            controller.abort();
            Err(Refused::Unreachable(document))
        }
    }
}

async fn answer(
    request: Request,
    signal: &AbortSignal,
    document: Document,
    max_bytes: usize,
) -> Result<Answer, Refused> {
    let unreachable = |_| Refused::Unreachable(document);
    let mut response = Fetch::Request(request).send_with_signal(signal).await.map_err(unreachable)?;
    let status = response.status_code();
    if (300..400).contains(&status) {
        return Err(Refused::Redirected(document));
    }
    let mut body = Zeroizing::new(Vec::new());
    if matches!(response.body(), ResponseBody::Empty) {
        return Ok(Answer { status, body, document });
    }
    let mut stream = response.stream().map_err(unreachable)?;
    while let Some(chunk) = stream.next().await {
        let chunk = Zeroizing::new(chunk.map_err(unreachable)?);
        if body.len().saturating_add(chunk.len()) > max_bytes {
            return Err(Refused::TooLarge(document));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, body, document })
}
