//! What is asked of a member's object with the tenant's word in hand.

use mfa_core::member::{
    Assurance, Binding, Demand, DeviceId, DeviceLabel, EnrolmentId, PageWish, PresentedDevice, SessionId, TokenDigest,
    Wish,
};
use mfa_core::tenant::application::ApplicationId;
use mfa_core::tenant::{Epoch, WrappedDataKey};
use mfa_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::member::HashedPassword;

/// What is asked with the tenant's word in hand.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum GrantedAsk {
    /// The operator's, about somebody who is invited.
    Import {
        key_uri: String,
    },
    /// The operator's, for a tenant that leaves.
    Export,
    BeginSignIn {
        password_version: u32,
        device: Option<PresentedDevice>,
    },
    VerifyCode {
        pending: TokenDigest,
        code: String,
        remember_device: Option<DeviceLabel>,
    },
    VerifyRecoveryKey {
        pending: TokenDigest,
        recovery_key: String,
    },
    ReplacePassword {
        pending: TokenDigest,
        password: HashedPassword,
        /// The same under the current password's scheme, once it is known to be another.
        under_current: Option<HashedPassword>,
    },
    StartEnrolment {
        pending: TokenDigest,
    },
    ConfirmEnrolment {
        pending: TokenDigest,
        enrolment: EnrolmentId,
        code: String,
    },
    RenewRecoveryKeys {
        pending: TokenDigest,
        enrolment: EnrolmentId,
    },
    CompleteEnrolment {
        pending: TokenDigest,
        enrolment: EnrolmentId,
        proof: String,
    },
    /// More time for a pending sign-in, at whichever of its two tokens.
    ExtendSignIn {
        pending: TokenDigest,
    },
    ViewAccount {
        session: SessionId,
    },
    Authorize {
        session: SessionId,
        assurance: Assurance,
    },
    StepUp {
        session: SessionId,
        proof: StepUpTyped,
    },
    ResetMfa {
        session: SessionId,
    },
    StartRecoveryKeys {
        session: SessionId,
    },
    ExtendRecoveryKeys {
        session: SessionId,
    },
    CompleteRecoveryKeys {
        session: SessionId,
        proof: String,
    },
    ForgetDevices {
        session: SessionId,
        device: Option<DeviceId>,
    },
    EndSessions {
        session: SessionId,
    },
    ChangePassword {
        session: SessionId,
        /// The current one, under the scheme that it is kept in.
        current: HashedPassword,
        /// The new one, under that scheme.
        under_kept: HashedPassword,
        /// The new one, under the newest.
        password: HashedPassword,
    },
    IssuePasswordLink {
        /// To whoever asks, in the answer, instead of to be sent alone.
        is_shown: bool,
    },
    BeginExternal {
        /// When she signed in at the provider, as far as it says.
        provider_time: Timestamp,
    },
    /// An application says that she has given a password of its own.
    BeginVouched {
        application: ApplicationId,
        device: Option<PresentedDevice>,
        page: Option<PageWish>,
    },
    /// A browser comes to our page.
    OpenPage {
        page: TokenDigest,
        device: Option<PresentedDevice>,
    },
    ViewPage {
        page: TokenDigest,
    },
    /// The application fetches what was shown there.
    RedeemConfirmation {
        pending: TokenDigest,
        reference: TokenDigest,
    },
    /// And that she has chosen another there.
    VouchNewPassword {
        pending: TokenDigest,
        reference: Option<TokenDigest>,
    },
    PreviewLink {
        link: TokenDigest,
    },
    Disown {
        link: TokenDigest,
    },
    ReplacePasswordByLink {
        link: TokenDigest,
        password: HashedPassword,
        under_kept: Option<HashedPassword>,
    },
    StartSetUp {
        session: SessionId,
        set_up: SetAside,
    },
    ConfirmSetUp {
        session: SessionId,
        set_up: SetAside,
        enrolment: EnrolmentId,
        code: String,
    },
    RenewSetUpKeys {
        session: SessionId,
        set_up: SetAside,
        enrolment: EnrolmentId,
    },
    ExtendSetUp {
        session: SessionId,
        set_up: SetAside,
        enrolment: EnrolmentId,
    },
    PrepareSetUp {
        session: SessionId,
        set_up: SetAside,
        enrolment: EnrolmentId,
        proof: String,
    },
    AdoptSetUp {
        session: SessionId,
        epoch: Epoch,
        enrolment: EnrolmentId,
        proof: String,
    },
    IssueAuthorization {
        session: SessionId,
        code: TokenDigest,
        binding: Binding,
        wish: Wish,
        demand: Demand,
    },
    RedeemAuthorization {
        code: TokenDigest,
        binding: Binding,
    },
    ViewAuthorization {
        code: TokenDigest,
    },
    Follow,
}

/// An epoch set aside for an administrator's set-up, with its key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SetAside {
    pub(crate) epoch: Epoch,
    pub(crate) data_key: WrappedDataKey,
    /// Until when it is kept for her.
    pub(crate) until: Timestamp,
}

/// What was typed to step up.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum StepUpTyped {
    Code(String),
    RecoveryKey(String),
    Password(HashedPassword),
}
