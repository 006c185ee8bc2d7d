//! The tamper-evident audit log: each entry is chained to the one before, so that a change anywhere shows.

use sha2::{Digest, Sha256};

/// A link of the hash chain that makes the audit log tamper-evident.
///
/// ```
/// use mfa_core::audit::Link;
///
/// let one = Link::START.next("tenant made");
/// // Stored as text, and read back when the next entry comes.
/// let stored = one.to_string();
/// assert_eq!(Link::from_hex(&stored), Some(one));
/// assert_eq!(Link::from_hex(&stored.to_uppercase()), None);
/// // The same entry elsewhere in the log has another link.
/// assert_ne!(one.next("tenant made"), one);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link(pub [u8; 32]);

impl Link {
    /// What the first entry of a log follows.
    pub const START: Link = Link([0; 32]);

    /// The link of the entry `text` that follows this one. Changing, removing or swapping any earlier entry
    /// changes every later link.
    #[must_use]
    pub fn next(&self, text: &str) -> Link {
        let mut hash = Sha256::new();
        hash.update(b"edge-mfa audit v1\0");
        hash.update(self.0);
        hash.update(text.as_bytes());
        Link(hash.finalize().into())
    }

    /// Reads what `Display` writes.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Link> {
        let well_formed = text.len() == 64 && text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
        let mut bytes = [0; 32];
        for (index, byte) in bytes.iter_mut().enumerate().filter(|_| well_formed) {
            let start = index.checked_mul(2)?;
            *byte = u8::from_str_radix(text.get(start..start.checked_add(2)?)?, 16).ok()?;
        }
        well_formed.then_some(Link(bytes))
    }
}

/// As 64 lower-case hexadecimal digits.
impl core::fmt::Display for Link {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Checks a log: `entries` as (text, link) in order, after `start`. The position of the first that does not fit.
///
/// A log whose end was cut off is whole as far as it goes: compare the last link, which is returned, with one that
/// was kept elsewhere.
///
/// ```
/// use mfa_core::audit::{Link, verify};
///
/// let one = Link::START.next("MFA off");
/// let two = one.next("MFA required");
/// assert_eq!(verify(Link::START, [("MFA off", one), ("MFA required", two)]), Ok(two));
/// assert_eq!(verify(Link::START, [("MFA off", one), ("MFA optional", two)]), Err(1));
/// // Cut off: no entry is wrong, but this is not the end that was kept.
/// assert_eq!(verify(Link::START, [("MFA off", one)]), Ok(one));
/// ```
///
/// # Errors
/// The index of the first entry whose link is not the one that its text and its predecessor give.
pub fn verify<'a>(start: Link, entries: impl IntoIterator<Item = (&'a str, Link)>) -> Result<Link, usize> {
    entries.into_iter().enumerate().try_fold(
        start,
        |previous, (index, (text, link))| {
            if previous.next(text) == link { Ok(link) } else { Err(index) }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::{String, ToString};
    use std::vec::Vec;

    #[test]
    fn any_change_to_the_log_is_found() {
        let texts = ["one", "two", "three"];
        let mut log = Vec::new();
        let mut last = Link::START;
        for text in texts {
            last = last.next(text);
            log.push((text, last));
            assert_eq!(Link::from_hex(&last.to_string()), Some(last));
        }
        assert_eq!(verify(Link::START, log.clone()), Ok(last));

        let mut changed = log.clone();
        changed[1].0 = "twp";
        assert_eq!(verify(Link::START, changed), Err(1));

        let mut removed = log.clone();
        removed.remove(0);
        assert_eq!(verify(Link::START, removed), Err(0));

        let mut swapped = log;
        swapped.swap(1, 2);
        assert_eq!(verify(Link::START, swapped), Err(1));
    }

    /// Computed by another program: a log that was kept must stay checkable, whatever is rewritten here.
    #[test]
    fn links_are_what_they_always_were() {
        let one = "84c34cca85e86cfb5c6663f5b156f9f7f3bb402c67c81ca8a5214a74ba3f7a24";
        let two = "bf8cb111286f44f1578b238d910e593d8cc320cfac36b7e073e86bdc670ca7db";
        assert_eq!(Link::START.next("one").to_string(), one);
        assert_eq!(Link::START.next("one").next("two").to_string(), two);
    }

    #[test]
    fn a_link_is_read_from_64_lower_case_hexadecimal_digits_only() {
        let text = Link::START.next("one").to_string();
        let wrong = [
            String::new(),
            text.to_uppercase(),
            text.replace('4', "g"),
            text.replace('4', " "),
            text.replacen("84", "+4", 1),
            text[1..].to_string(),
            text[2..].to_string(),
            text.clone() + "0",
            text.clone() + "00",
        ];
        for wrong in wrong {
            assert_eq!(Link::from_hex(&wrong), None, "{wrong:?}");
        }
    }
}
