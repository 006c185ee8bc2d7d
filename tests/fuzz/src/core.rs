//! The core's parsers.

pub(crate) mod address;
pub(crate) mod base32;
pub(crate) mod claims;
pub(crate) mod key_uri;
pub(crate) mod passcode;
pub(crate) mod recovery_key;
pub(crate) mod stored;
pub(crate) mod words;
