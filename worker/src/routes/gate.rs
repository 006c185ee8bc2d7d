//! The gate: whether a request may pass a reverse proxy that guards a page (nginx's `auth_request`, Caddy's
//! `forward_auth`, Traefik's ForwardAuth).
//!
//! The proxy asks `check` with each request and hands what is below `/.edge-mfa/` on the guarded host to `start`,
//! `callback` and `sign-out`. It shows its key each time: so we believe it, and nobody else, under which host and for
//! what it was asked. The guarded host has a cookie of its own, and her session's never leaves ours: she is sent from
//! there to our `authorize` and back with a code, as at any other application, only that the application is we too.
//!
//! Whatever goes wrong, a proxy lets nobody by: each of the three takes every answer but 2xx for a no.

mod check;
mod ended;
mod enter;
mod forwarded;
mod pass;
mod sign_out;

pub(super) use check::{check, check_or_redirect};
pub(super) use ended::ended;
pub(super) use enter::{callback, start};
pub(super) use sign_out::sign_out;

/// Whether the answer to this goes to a browser under a name that is not ours: there we say nothing about TLS of that
/// host and all below it.
pub(super) fn is_elsewhere(path: &str) -> bool {
    let step = path.strip_prefix("/api/v1/tenants/").and_then(|rest| rest.split_once('/'));
    step.is_some_and(|(_, step)| step.starts_with("gate/"))
}
