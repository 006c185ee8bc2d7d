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
    ///
    /// ```
    /// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
    /// use mfa_core::member::{Command, Outcome, SessionId};
    /// use mfa_core::tenant::ModeKind;
    ///
    /// let mut shell = Shell::joined(ModeKind::Password);
    /// let session = shell.sign_in();
    /// assert_eq!(shell.ask(Command::SignOut { session: SessionId([0; 16]) }), Outcome::SessionEnded, "no such one");
    /// assert_eq!(shell.ask(Command::SignOut { session }), Outcome::SignedOut);
    /// ```
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    pub struct SessionId([u8; 16]);
}
identifier! {
    /// Names one enrolment, so that a page that was overtaken by another is told so (D05).
    ///
    /// ```
    /// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
    /// use mfa_core::member::{Command, EnrolmentId, Outcome};
    /// use mfa_core::tenant::ModeKind;
    ///
    /// let mut shell = Shell::joined(ModeKind::Mfa);
    /// shell.begin();
    /// let (grant, pending) = (shell.grant, shell.pending);
    /// let (first_tab, second_tab) = (EnrolmentId([1; 16]), EnrolmentId([2; 16]));
    /// for id in [first_tab, second_tab] {
    ///     shell.ask(Command::StartEnrolment { grant, pending, id, secret: secret() });
    /// }
    /// let (id, passcode, keys) = (first_tab, shell.phone(), keys());
    /// let confirms = Command::ConfirmEnrolment { grant, pending, id, passcode, keys };
    /// assert_eq!(shell.ask(confirms), Outcome::EnrolmentSuperseded);
    /// ```
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    pub struct EnrolmentId([u8; 16]);
}
identifier! {
    /// Names a remembered device, whatever its token is at the moment.
    ///
    /// ```
    /// use mfa_core::member::{DeviceId, PresentedDevice, TokenDigest};
    ///
    /// // The id stays, so that its owner finds it in her list; the token is another after each use.
    /// let id = DeviceId([5; 8]);
    /// let [before, now] = [1, 2].map(|n| PresentedDevice { id, token: TokenDigest([n; 32]) });
    /// assert!(before.id == now.id && before.token != now.token);
    /// ```
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    pub struct DeviceId([u8; 8]);
}
identifier! {
    /// Names a browser that somebody has completed a sign-in with. Not a secret: what proves it is the tag over it.
    ///
    /// ```
    /// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
    /// use mfa_core::member::{BrowserId, Generation, KnownBrowser, Outcome};
    /// use mfa_core::tenant::ModeKind;
    ///
    /// // As the browser's cookie says, under the caller's tag.
    /// let browser = KnownBrowser { generation: Generation(1), password_version: 1, id: BrowserId([5; 8]) };
    /// let mut shell = Shell::joined(ModeKind::Password);
    /// assert_eq!(shell.ask(check(2, None, Some(browser))), Outcome::SignInRefused, "it stands for no password");
    /// ```
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    pub struct BrowserId([u8; 8]);
}

identifier! {
    /// SHA-256 of a 256-bit random token. The token itself is never stored.
    ///
    /// ```
    /// use mfa_core::member::TokenDigest;
    /// use sha2::{Digest, Sha256};
    ///
    /// let token = [0x5a; 32]; // At random. Her browser gets it, and the record its digest.
    /// let kept = TokenDigest(Sha256::digest(token).into());
    /// assert!(kept.matches(&TokenDigest(Sha256::digest(token).into())));
    /// // A record that leaks opens nothing: what stands in it is not what has to be shown.
    /// assert!(!kept.matches(&TokenDigest(Sha256::digest(kept.0).into())));
    /// ```
    #[cfg_attr(test, derive(PartialOrd, Ord))]
    pub struct TokenDigest([u8; 32]);
}

impl TokenDigest {
    /// Compares in constant time.
    ///
    /// For an example see [`TokenDigest`].
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
    ///
    /// ```
    /// use mfa_core::member::Generation;
    ///
    /// assert_eq!(Generation::default().next(), Generation(1));
    /// assert_eq!(Generation(u32::MAX).next(), Generation(u32::MAX), "it never begins again");
    /// ```
    #[must_use]
    pub fn next(self) -> Generation {
        Generation(self.0.saturating_add(1))
    }
}
