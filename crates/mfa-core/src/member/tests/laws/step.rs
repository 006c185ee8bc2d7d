//! One decision: what went in, what came out, and what phone and paper say about the proof in it.

use std::vec::Vec;

use super::super::people::{Phone, Sheet};
use crate::member::{Command, Event, Fresh, Grant, Member, Outcome};
use crate::tenant::ModeKind;
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
    /// The newest sheet that was to take the place of the one bound.
    pub(super) renewal: Option<Sheet>,
    /// The highest time step of the window at which that phone shows the command's code.
    pub(super) shown_at: Option<u64>,
}

impl Step {
    /// The tenant's word in the command, if it carries one.
    pub(super) fn grant(&self) -> Option<Grant> {
        match &self.command {
            Command::Import { grant, .. }
            | Command::Export { grant }
            | Command::BeginSignIn { grant, .. }
            | Command::VerifyCode { grant, .. }
            | Command::VerifyRecoveryKey { grant, .. }
            | Command::ReplacePassword { grant, .. }
            | Command::StartEnrolment { grant, .. }
            | Command::ConfirmEnrolment { grant, .. }
            | Command::RenewRecoveryKeys { grant, .. }
            | Command::CompleteEnrolment { grant, .. }
            | Command::Extend { grant, .. }
            | Command::ViewAccount { grant, .. }
            | Command::Authorize { grant, .. }
            | Command::StepUp { grant, .. }
            | Command::ResetMfa { grant, .. }
            | Command::StartRecoveryKeys { grant, .. }
            | Command::CompleteRecoveryKeys { grant, .. }
            | Command::ForgetDevices { grant, .. }
            | Command::EndSessions { grant, .. }
            | Command::ChangePassword { grant, .. }
            | Command::IssuePasswordLink { grant, .. }
            | Command::Disown { grant, .. }
            | Command::PreviewLink { grant, .. }
            | Command::ReplacePasswordByLink { grant, .. }
            | Command::StartSetUp { grant, .. }
            | Command::ConfirmSetUp { grant, .. }
            | Command::RenewSetUpKeys { grant, .. }
            | Command::PrepareSetUp { grant, .. }
            | Command::AdoptSetUp { grant, .. }
            | Command::BeginExternal { grant, .. }
            | Command::IssueAuthorization { grant, .. }
            | Command::RedeemAuthorization { grant, .. }
            | Command::ViewAuthorization { grant, .. }
            | Command::BeginVouched { grant, .. }
            | Command::OpenPage { grant, .. }
            | Command::ViewPage { grant, .. }
            | Command::RedeemConfirmation { grant, .. }
            | Command::VouchNewPassword { grant, .. }
            | Command::Follow { grant } => Some(*grant),
            Command::Join { .. }
            | Command::CheckPassword { .. }
            | Command::Leave { .. }
            | Command::SignOut { .. }
            | Command::Sweep => None,
        }
    }

    /// Whether the step ended an epoch or a membership: everything before it is gone.
    pub(super) fn wiped(&self) -> bool {
        self.before.standing() != self.after.standing()
            || self.before.joined().is_some() != self.after.joined().is_some()
    }

    /// Whether the step carried out an order of an administrator.
    pub(super) fn obeyed(&self) -> bool {
        self.before.joined().map(|joined| joined.orders) != self.after.joined().map(|joined| joined.orders)
    }

    /// Whether a password that was chosen as the tenant turned to its identity provider goes in this step.
    pub(super) fn turned(&self) -> bool {
        self.grant().is_some_and(|grant| grant.mode == ModeKind::External)
            && self.before.joined().is_some_and(|joined| joined.password.is_some())
    }

    /// Whether the factor was reset in this step.
    pub(super) fn reset(&self) -> bool {
        self.events.iter().any(|event| matches!(event, Event::Reset { .. }))
    }
}
