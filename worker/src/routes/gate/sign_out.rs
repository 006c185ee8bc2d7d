//! The way out: it ends her session with us, and with it what that gave at every other host.

use worker::Response;

use super::forwarded::Forwarded;
use crate::cookies;
use crate::error::Problem;
use crate::object_ref::MemberAsk;
use crate::routes::Visit;
use crate::routes::issuer::{issuer, sent_on};
use crate::routes::sign_in::ask_member;

/// At once where she asks for it herself, by a link or a form of the guarded host or by its address. Another site may
/// have sent her here, or a picture in a page of that host: then our own page asks her.
pub(crate) async fn sign_out(visit: &Visit) -> Result<Response, Problem> {
    let forwarded = Forwarded::read(visit)?;
    let from = visit.headers.get("sec-fetch-site")?;
    let is_hers = matches!(from.as_deref(), Some("same-origin" | "none")) && forwarded.navigates();
    let Some(claims) = forwarded.claims().filter(|_| is_hers) else {
        return sent_on(visit, &format!("{}/sign-out", issuer(visit)));
    };
    let session = claims.session.session;
    ask_member(visit, &claims.session.member, "sign-out", MemberAsk::SignOut { session }).await?;
    cookies::clear(&visit.reply_headers, cookies::GATE)?;
    sent_on(visit, &format!("{}/", forwarded.origin.as_str()))
}
