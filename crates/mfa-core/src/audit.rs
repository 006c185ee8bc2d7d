//! What happened, for the audit log, for notices and for metrics. No event carries a secret, code, key or token.

use sha2::{Digest, Sha256};

use crate::member::{DeviceId, Methods};

/// Something that happened to a member.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "event", rename_all = "kebab-case", deny_unknown_fields))]
pub enum Event {
    /// An invitation was accepted.
    Joined,
    /// A wrong password.
    PasswordRefused {
        /// Failures in a row, in the lane that it was tried in.
        consecutive: u32,
        /// Whether it came from a remembered device.
        known_device: bool,
    },
    /// A password was replaced.
    PasswordReplaced,
    /// A wrong code after a right password.
    CodeRefused {
        /// Failures in a row.
        consecutive: u32,
    },
    /// A code that had been accepted before, or one older than that.
    CodeReplayed,
    /// Several wrong codes after a right password: somebody else may know the password.
    PasswordBurnt,
    /// The budget of wrong codes is spent.
    AuthenticatorLocked,
    /// A wrong recovery key after a right password.
    RecoveryKeyRefused {
        /// Failures in a row.
        consecutive: u32,
    },
    /// A recovery key that had been used before.
    RecoveryKeyReplayed {
        /// The set.
        set: u32,
        /// The key in it, from 1.
        number: u8,
    },
    /// A recovery key was used.
    RecoveryKeyUsed {
        /// The set.
        set: u32,
        /// The key in it, from 1.
        number: u8,
        /// Unused keys left.
        left: u8,
    },
    /// Somebody was shown a secret to enrol with.
    EnrolmentStarted,
    /// An enrolment ended by too many wrong codes.
    EnrolmentFailed,
    /// An authenticator is bound.
    Enrolled {
        /// The number of its set of recovery keys.
        set: u32,
    },
    /// A device is remembered.
    DeviceRemembered {
        /// Which.
        device: DeviceId,
    },
    /// A device's token was presented after it had been replaced: the device is forgotten.
    DeviceTokenReused {
        /// Which.
        device: DeviceId,
    },
    /// A sign-in succeeded.
    SignedIn {
        /// By what.
        methods: Methods,
    },
    /// A session was ended by its owner.
    SignedOut,
    /// All that belonged to an earlier epoch of the tenant is gone.
    EpochPassed,
}

/// A link of the hash chain that makes the audit log tamper-evident.
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
    use std::string::ToString;
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
}
