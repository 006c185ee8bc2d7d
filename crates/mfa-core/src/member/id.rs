//! Names of things in a member's record, each a type of its own so that none stands in for another.

use subtle::ConstantTimeEq;

macro_rules! identifier {
    ($(#[$doc:meta])* pub struct $name:ident([u8; $bytes:literal]);) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name(pub [u8; $bytes]);

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                crate::stored::hex::serialize(&self.0, serializer)
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::stored::hex::deserialize(deserializer).map($name)
            }
        }
    };
}

identifier! {
    /// Names a session. Not a secret: what proves a session is the signature over it.
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    pub struct SessionId([u8; 16]);
}
identifier! {
    /// Names one enrolment, so that a page that was overtaken by another is told so (D05).
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    pub struct EnrolmentId([u8; 16]);
}
identifier! {
    /// Names a remembered device, whatever its token is at the moment.
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    pub struct DeviceId([u8; 8]);
}
identifier! {
    /// Names a browser that somebody has completed a sign-in with. Not a secret: what proves it is the tag over it.
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    pub struct BrowserId([u8; 8]);
}

identifier! {
    /// SHA-256 of a 256-bit random token. The token itself is never stored.
    #[cfg_attr(test, derive(PartialOrd, Ord))]
    pub struct TokenDigest([u8; 32]);
}

impl TokenDigest {
    /// Compares in constant time.
    #[must_use]
    pub fn matches(&self, other: &TokenDigest) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl PartialEq for TokenDigest {
    /// In constant time too: nobody has to know which of the two to write.
    fn eq(&self, other: &Self) -> bool {
        self.matches(other)
    }
}

impl Eq for TokenDigest {}

/// A count that rises each time somebody is invited under a name: who is invited again is somebody new (G12). A restore
/// makes it leap ([`crate::tenant::Tenant::least_generation`]).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct Generation(pub u32);

impl Generation {
    /// The one after this.
    #[must_use]
    pub fn next(self) -> Generation {
        Generation(self.0.saturating_add(1))
    }
}
