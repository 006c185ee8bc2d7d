//! One decision: what went in, what came out, and what phone and paper say about the proof in it.

use std::vec::Vec;

use super::super::people::{Phone, Sheet};
use crate::member::{Command, Event, Fresh, Grant, Member, Outcome};
use crate::time::Timestamp;

pub(super) struct Step {
    pub(super) now: Timestamp,
    pub(super) fresh: Fresh,
    pub(super) command: Command,
    /// Both with their secrets open, unless the keys were lost.
    pub(super) before: Member,
    pub(super) after: Member,
    pub(super) events: Vec<Event>,
    pub(super) outcome: Outcome,
    /// The phone and the newest sheet of the enrolment that the command is about, or of the one bound.
    pub(super) phone: Option<Phone>,
    pub(super) sheet: Option<Sheet>,
    /// The highest time step of the window at which that phone shows the command's code.
    pub(super) shown_at: Option<u64>,
}

impl Step {
    /// The tenant's word in the command, if it carries one.
    pub(super) fn grant(&self) -> Option<Grant> {
        match &self.command {
            Command::BeginSignIn { grant, .. }
            | Command::VerifyCode { grant, .. }
            | Command::VerifyRecoveryKey { grant, .. }
            | Command::ReplacePassword { grant, .. }
            | Command::StartEnrolment { grant, .. }
            | Command::ConfirmEnrolment { grant, .. }
            | Command::RenewRecoveryKeys { grant, .. }
            | Command::CompleteEnrolment { grant, .. }
            | Command::ViewAccount { grant, .. } => Some(*grant),
            Command::Join { .. } | Command::CheckPassword { .. } | Command::SignOut { .. } | Command::Sweep => None,
        }
    }

    /// Whether the step ended an epoch or a membership: everything before it is gone.
    pub(super) fn wiped(&self) -> bool {
        self.before.standing() != self.after.standing()
    }
}
