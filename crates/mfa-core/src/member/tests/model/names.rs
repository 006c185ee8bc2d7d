//! Names that say what they were made in.

use super::super::people::Phone;
use crate::member::{EnrolmentId, Fresh, Grant, NewRecoveryKeys, SessionId, TokenDigest};
use crate::recovery::RecoveryDigest;
use crate::tenant::Epoch;

/// Generation, epoch and orders under which something came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) generation: u8,
    pub(super) epoch: u8,
    pub(super) resets: u8,
    pub(super) sign_outs: u8,
}

/// What a phone's secret was handed out for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Handout {
    Enrolment = 1,
    SetUp = 2,
}

impl Origin {
    pub(super) fn of(grant: &Grant) -> Origin {
        let small = |number: u64| u8::try_from(number).unwrap();
        Origin {
            generation: small(grant.generation.0.into()),
            epoch: small(grant.epoch.0),
            resets: small(grant.orders.resets.into()),
            sign_outs: small(grant.orders.sign_outs.into()),
        }
    }

    fn bytes<const N: usize>(self, kind: u8, number: u8) -> [u8; N] {
        let mut bytes = [0; N];
        bytes[..6].copy_from_slice(&[kind, self.generation, self.epoch, self.resets, self.sign_outs, number]);
        bytes
    }

    fn read(bytes: &[u8]) -> Origin {
        Origin { generation: bytes[1], epoch: bytes[2], resets: bytes[3], sign_outs: bytes[4] }
    }

    pub(super) fn of_session(id: SessionId) -> Origin {
        Origin::read(&id.0)
    }

    pub(super) fn of_pending(token: TokenDigest) -> Origin {
        Origin::read(&token.0)
    }

    /// What a secret was handed out for, and when.
    pub(super) fn of_secret(secret: &[u8]) -> (Handout, Origin) {
        let handout = if secret[0] == Handout::SetUp as u8 { Handout::SetUp } else { Handout::Enrolment };
        (handout, Origin::read(secret))
    }

    /// Names for whatever comes into being; `number` tells apart what lives at the same time.
    pub(super) fn fresh(self, number: u8) -> Fresh {
        Fresh {
            session: SessionId(self.bytes(3, number)),
            pending: TokenDigest(self.bytes(4, number)),
            link: TokenDigest(self.bytes(5, number)),
            ..Fresh::NONE
        }
    }

    pub(super) fn phone(self, handout: Handout) -> Phone {
        Phone::with(&self.bytes(handout as u8, 0))
    }

    pub(super) fn enrolment(self, handout: Handout) -> EnrolmentId {
        EnrolmentId(self.bytes(handout as u8, 0))
    }

    /// A set-up is named by the epoch that was set aside for it.
    pub(super) fn aside(self, epoch: Epoch) -> Origin {
        Origin { epoch: u8::try_from(epoch.0).unwrap(), ..self }
    }
}

pub(super) fn keys() -> NewRecoveryKeys {
    let digests = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(|number| RecoveryDigest::from_bytes([number; 32]));
    NewRecoveryKeys { digests, proof_number: 1, proof: proof() }
}

pub(super) fn proof() -> RecoveryDigest {
    RecoveryDigest::from_bytes([99; 32])
}
