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

/// Our page at a sign-in that an application vouches for.
pub(crate) const PAGE: &str = "__Host-mfa_second_factor";

/// A sign-in elsewhere that is under way.
pub(crate) const EXTERNAL: &str = "__Host-mfa_external";

/// On a host that a gate guards, which is not ours: what a session with us gives there.
pub(crate) const GATE: &str = "__Host-mfag";
/// There too: what ties a way through our sign-in to the browser that began it.
pub(crate) const GATE_START: &str = "__Host-mfa_way_in";

/// How the name of a known browser's cookie begins.
const BROWSER: &str = "__Host-mfa_browser_";

/// More than a browser keeps of one site, all told.
const MAX_BROWSERS: usize = 200;

/// Cookies longer than this in all are not read.
const MAX_BYTES: usize = 16 * 1024;

/// The cookie of a device that one member asked to be remembered: several people may share a device.
pub(crate) fn device(member: &MemberName) -> String {
    format!("__Host-mfa_device_{}", member.short())
}

/// The cookie of a browser that one member has signed in with.
pub(crate) fn browser(member: &MemberName) -> String {
    format!("{BROWSER}{}", member.short())
}

/// The names of all such cookies that a request brings, as they come.
pub(crate) fn browsers(headers: &Headers) -> Vec<String> {
    let header = headers.get("cookie").ok().flatten().unwrap_or_default();
    let names = pairs(&header).map(|(name, _)| name);
    let is_ours = |name: &&str| {
        let short = name.strip_prefix(BROWSER);
        short.is_some_and(|short| short.len() == 8 && short.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    names.filter(is_ours).take(MAX_BROWSERS).map(str::to_owned).collect()
}

/// The value of the cookie called `name`. One that is sent twice is not believed at all.
pub(crate) fn read(headers: &Headers, name: &str) -> Option<String> {
    let header = headers.get("cookie").ok()??;
    value(&header, name).map(str::to_owned)
}

/// The same, of the header's text.
pub(crate) fn value<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    if header.len() > MAX_BYTES {
        return None;
    }
    let mut values = pairs(header).filter(|(key, _)| *key == name);
    let (_, value) = values.next()?;
    values.next().is_none().then_some(value)
}

/// Names and values, without the white space that HTTP knows (RFC 9110 §5.6.3) and no other: to a browser a name that
/// begins with any other sign does not begin with `__Host-`, so a sibling host may set it, and to us it must be as
/// different.
fn pairs(header: &str) -> impl Iterator<Item = (&str, &str)> {
    header.split(';').filter_map(|pair| pair.trim_matches([' ', '\t']).split_once('='))
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

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    fn no_sign_before_a_name_makes_it_another() {
        let name = "__Host-mfag";
        assert_eq!(value("a=b; \t__Host-mfag=own", name), Some("own"));
        let signs = (1..=0x3000).filter_map(char::from_u32).filter(|sign| ![' ', '\t', ';'].contains(sign));
        for sign in signs {
            assert_eq!(value(&format!("{sign}{name}=planted"), name), None, "{sign:?}");
            assert_eq!(value(&format!("{name}=own; {sign}{name}=planted"), name), Some("own"), "{sign:?}");
        }
    }

    #[test]
    fn one_that_is_sent_twice_is_not_believed() {
        assert_eq!(value("a=1; a=2", "a"), None);
        assert_eq!(value("a=1; a=1", "a"), None);
    }
}
