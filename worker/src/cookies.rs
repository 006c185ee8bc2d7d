//! Our cookies. `__Host-`: of this host alone, over TLS alone; HttpOnly: no script reads them; SameSite=Lax:
//! they come along when a person follows a link to us, not with another site's requests.

use mfa_core::time::Seconds;
use worker::Headers;

use crate::error::Problem;
use crate::object_ref::MemberName;

/// A session's token.
pub(crate) const SESSION: &str = "__Host-mfa_session";
/// A pending sign-in's token.
pub(crate) const PENDING: &str = "__Host-mfa_pending";

/// A sign-in elsewhere that is under way.
pub(crate) const EXTERNAL: &str = "__Host-mfa_external";

/// Cookies longer than this in all are not read.
const MAX_BYTES: usize = 16 * 1024;

/// The cookie of a device that one member asked to be remembered: several people may share a device.
pub(crate) fn device(member: &MemberName) -> String {
    format!("__Host-mfa_device_{}", member.short())
}

/// The value of the cookie called `name`. One that is sent twice is not believed at all.
pub(crate) fn read(headers: &Headers, name: &str) -> Option<String> {
    let header = headers.get("cookie").ok()??;
    if header.len() > MAX_BYTES {
        return None;
    }
    let mut values = header.split(';').filter_map(|pair| pair.trim().split_once('=')).filter(|(key, _)| *key == name);
    let (_, value) = values.next()?;
    values.next().is_none().then(|| value.to_owned())
}

/// Sets a cookie for as long as `max_age`, or for as long as the browser is open.
pub(crate) fn set(headers: &Headers, name: &str, value: &str, max_age: Option<Seconds>) -> Result<(), Problem> {
    let max_age = max_age.map(|age| format!("; Max-Age={}", age.0)).unwrap_or_default();
    let cookie = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{max_age}");
    Ok(headers.append("set-cookie", &cookie)?)
}

/// Removes a cookie.
pub(crate) fn clear(headers: &Headers, name: &str) -> Result<(), Problem> {
    set(headers, name, "", Some(Seconds(0)))
}
