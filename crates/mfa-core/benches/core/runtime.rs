//! What the Worker's sealing asks the platform for.

use crate::error::Problem;

pub(crate) struct NamedKey {
    pub(crate) id: String,
    pub(crate) bytes: [u8; 32],
}

pub(crate) struct KeyRing(NamedKey);

impl KeyRing {
    pub(crate) fn newest(&self) -> Result<&NamedKey, Problem> {
        Ok(&self.0)
    }

    pub(crate) fn named(&self, id: &str) -> Option<&NamedKey> {
        Some(&self.0).filter(|key| key.id == id)
    }
}

/// The same every time: what the platform takes for drawing a nonce is not ours.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Problem> {
    Ok([0x5a; N])
}
