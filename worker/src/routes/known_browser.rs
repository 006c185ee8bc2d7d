//! The cookie of a browser that a member has completed a sign-in with: a stranger's wrong passwords do not make it
//! wait. It skips nothing, and nothing is stored for it.
//!
//! `mfab.<member>.<generation>.<password>.<browser>.<until>.<tag>`, where the password is the number of the one she signed
//! in with: another ends what was got with it. The tag covers the tenant and all of it, so that nobody makes
//! one up, alters one or carries one elsewhere.

use mfa_core::member::{BrowserId, Generation, KnownBrowser};
use mfa_core::policy;
use mfa_core::time::Timestamp;

use super::Visit;
use crate::cookies;
use crate::error::Problem;
use crate::object_ref::MemberName;
use crate::runtime;
use crate::token;

const PREFIX: &str = "mfab";

/// Members whose browser one browser is, at most: what it sends must not outgrow the room for cookies.
const MEMBERS: usize = 8;

/// The browser at hand, if this member has signed in with it.
pub(super) fn read(visit: &Visit, member: &MemberName) -> Option<KnownBrowser> {
    let text = cookies::read(&visit.headers, &cookies::browser(member))?;
    let mut parts = token::untagged(&visit.tenant, &text, &visit.secrets.tokens)?.split('.');
    if parts.next()? != PREFIX || parts.next()? != member.as_str() {
        return None;
    }
    let generation = Generation(parts.next()?.parse().ok()?);
    let password_version = parts.next()?.parse().ok()?;
    let id = BrowserId(u64::from_str_radix(parts.next()?, 16).ok()?.to_be_bytes());
    let until = Timestamp(parts.next()?.parse().ok()?);
    (parts.next().is_none() && visit.now < until).then_some(KnownBrowser { generation, password_version, id })
}

/// Makes known the browser that this bearer of the name has just signed in with, or has chosen a password in. One that
/// was known stays the same one, for longer.
pub(super) fn remember(
    visit: &Visit,
    member: &MemberName,
    generation: Generation,
    password_version: u32,
) -> Result<(), Problem> {
    let id = match read(visit, member) {
        Some(browser) if browser.generation == generation => browser.id,
        Some(_) | None => BrowserId(runtime::random()?),
    };
    let until = visit.now.saturating_add(policy::KNOWN_BROWSER);
    let (generation, id) = (generation.0, u64::from_be_bytes(id.0));
    let body = format!("{PREFIX}.{}.{generation}.{password_version}.{id:016x}.{}", member.as_str(), until.0);
    let name = cookies::browser(member);
    let others: Vec<String> = cookies::browsers(&visit.headers).into_iter().filter(|other| *other != name).collect();
    // A browser sends its oldest cookies first (RFC 6265 section 5.4).
    for oldest in others.iter().take((others.len() + 1).saturating_sub(MEMBERS)) {
        cookies::clear(&visit.reply_headers, oldest)?;
    }
    let cookie = token::tagged(&visit.tenant, &body, &visit.secrets.tokens)?;
    cookies::set(&visit.reply_headers, &name, &cookie, Some(policy::KNOWN_BROWSER))
}
