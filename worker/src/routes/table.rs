//! What may be asked over HTTP, in one table, and what each route has to bear.

use mfa_core::tenant::application::ApplicationId;
use worker::Method;

use super::{appearance, guard};
use crate::error::{Code, Problem};
use crate::object_ref::MemberName;
use crate::sieve::Door;

/// Every route of the API. `{tenant}`, `{member}` and `{application}` stand for one segment each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    OpenApi,
    Health,
    OperatorHealth,
    Metrics,
    ListTenants,
    CreateTenant,
    ShowTenant,
    InviteMember,
    ImportMembers,
    ExportAuthenticators,
    SuspendTenant,
    ResumeTenant,
    DeleteTenant,
    RestoredTenant,
    BreakGlass,
    Reseal,
    OperatorMembers,
    OperatorAudit,
    TenantProfile,
    PreviewInvitation,
    AcceptInvitation,
    SignIn,
    SignInCode,
    SignInRecoveryKey,
    SignInNewPassword,
    ExtendSignIn,
    StartEnrolment,
    ConfirmEnrolment,
    RenewRecoveryKeys,
    CompleteEnrolment,
    Session,
    SignOut,
    StepUp,
    Account,
    ResetOwnMfa,
    StartRecoveryKeys,
    ExtendRecoveryKeys,
    CompleteRecoveryKeys,
    ForgetDevice,
    ForgetDevices,
    EndOtherSessions,
    ChangePassword,
    ForgottenPassword,
    PreviewPasswordLink,
    NotMe,
    ResetPassword,
    Settings,
    StartSetUp,
    ConfirmSetUp,
    RenewSetUpKeys,
    ExtendSetUp,
    CompleteSetUp,
    SwitchOff,
    Members,
    Enrolment,
    Invite,
    InviteMany,
    Member,
    InviteAgain,
    RemoveMember,
    ChangeRole,
    ResetMemberMfa,
    Audit,
    AuditExport,
    ConfigureExternal,
    DryRunExternal,
    EnableExternal,
    DisableExternal,
    ConnectionLink,
    SignInExternal,
    ConnectExternal,
    DisableExternalByOperator,
    SigningKeys,
    RotateSigningKeys,
    ChangeAccent,
    ChangeLogo,
    RemoveFromAppearance,
    Applications,
    Application,
    RegisterApplication,
    ChangeApplication,
    RemoveApplication,
    AddApplicationKey,
    EndApplicationKey,
    BeginVouched,
    VouchedCode,
    VouchedRecoveryKey,
    VouchedPasswordChanged,
    StartVouchedEnrolment,
    ConfirmVouchedEnrolment,
    RenewVouchedRecoveryKeys,
    CompleteVouchedEnrolment,
    VouchMember,
    RedeemVouched,
    OpenPage,
    ViewPage,
    PageCode,
    PageRecoveryKey,
    ExtendPage,
    StartPageEnrolment,
    ConfirmPageEnrolment,
    RenewPageRecoveryKeys,
    CompletePageEnrolment,
    CheckGate,
    CheckGateOrRedirect,
    StartGate,
    GateCallback,
    GateSignOut,
    GateEnded,
}

/// Method, path below `/api/v1`, route.
pub(crate) const ROUTES: [(Method, &str, Route); 109] = [
    (Method::Get, "/openapi.json", Route::OpenApi),
    (Method::Get, "/health", Route::Health),
    (Method::Get, "/operator/health", Route::OperatorHealth),
    (Method::Get, "/operator/metrics", Route::Metrics),
    (Method::Get, "/operator/tenants", Route::ListTenants),
    (Method::Post, "/operator/tenants", Route::CreateTenant),
    (Method::Get, "/operator/tenants/{tenant}", Route::ShowTenant),
    (Method::Post, "/operator/tenants/{tenant}/invitations", Route::InviteMember),
    (Method::Post, "/operator/tenants/{tenant}/import", Route::ImportMembers),
    (Method::Post, "/operator/tenants/{tenant}/authenticators", Route::ExportAuthenticators),
    (Method::Post, "/operator/tenants/{tenant}/suspend", Route::SuspendTenant),
    (Method::Post, "/operator/tenants/{tenant}/resume", Route::ResumeTenant),
    (Method::Post, "/operator/tenants/{tenant}/delete", Route::DeleteTenant),
    (Method::Post, "/operator/tenants/{tenant}/restored", Route::RestoredTenant),
    (Method::Post, "/operator/tenants/{tenant}/break-glass", Route::BreakGlass),
    (Method::Post, "/operator/tenants/{tenant}/reseal", Route::Reseal),
    (Method::Get, "/operator/tenants/{tenant}/members", Route::OperatorMembers),
    (Method::Get, "/operator/tenants/{tenant}/audit", Route::OperatorAudit),
    (Method::Get, "/tenants/{tenant}", Route::TenantProfile),
    (Method::Post, "/tenants/{tenant}/invitation/preview", Route::PreviewInvitation),
    (Method::Post, "/tenants/{tenant}/invitation/accept", Route::AcceptInvitation),
    (Method::Post, "/tenants/{tenant}/sign-in", Route::SignIn),
    (Method::Post, "/tenants/{tenant}/sign-in/code", Route::SignInCode),
    (Method::Post, "/tenants/{tenant}/sign-in/recovery-key", Route::SignInRecoveryKey),
    (Method::Post, "/tenants/{tenant}/sign-in/new-password", Route::SignInNewPassword),
    (Method::Post, "/tenants/{tenant}/sign-in/extend", Route::ExtendSignIn),
    (Method::Post, "/tenants/{tenant}/enrolment/start", Route::StartEnrolment),
    (Method::Post, "/tenants/{tenant}/enrolment/confirm", Route::ConfirmEnrolment),
    (Method::Post, "/tenants/{tenant}/enrolment/recovery-keys", Route::RenewRecoveryKeys),
    (Method::Post, "/tenants/{tenant}/enrolment/complete", Route::CompleteEnrolment),
    (Method::Get, "/tenants/{tenant}/session", Route::Session),
    (Method::Post, "/tenants/{tenant}/sign-out", Route::SignOut),
    (Method::Post, "/tenants/{tenant}/step-up", Route::StepUp),
    (Method::Get, "/tenants/{tenant}/account", Route::Account),
    (Method::Post, "/tenants/{tenant}/account/reset-mfa", Route::ResetOwnMfa),
    (Method::Post, "/tenants/{tenant}/account/recovery-keys/start", Route::StartRecoveryKeys),
    (Method::Post, "/tenants/{tenant}/account/recovery-keys/extend", Route::ExtendRecoveryKeys),
    (Method::Post, "/tenants/{tenant}/account/recovery-keys/complete", Route::CompleteRecoveryKeys),
    (Method::Post, "/tenants/{tenant}/account/devices/forget", Route::ForgetDevice),
    (Method::Post, "/tenants/{tenant}/account/devices/forget-all", Route::ForgetDevices),
    (Method::Post, "/tenants/{tenant}/account/sessions/end-others", Route::EndOtherSessions),
    (Method::Post, "/tenants/{tenant}/account/password", Route::ChangePassword),
    (Method::Post, "/tenants/{tenant}/password/forgot", Route::ForgottenPassword),
    (Method::Post, "/tenants/{tenant}/password/link", Route::PreviewPasswordLink),
    (Method::Post, "/tenants/{tenant}/password/not-me", Route::NotMe),
    (Method::Post, "/tenants/{tenant}/password/reset", Route::ResetPassword),
    (Method::Get, "/tenants/{tenant}/settings/authentication", Route::Settings),
    (Method::Post, "/tenants/{tenant}/settings/mfa/set-up/start", Route::StartSetUp),
    (Method::Post, "/tenants/{tenant}/settings/mfa/set-up/confirm", Route::ConfirmSetUp),
    (Method::Post, "/tenants/{tenant}/settings/mfa/set-up/recovery-keys", Route::RenewSetUpKeys),
    (Method::Post, "/tenants/{tenant}/settings/mfa/set-up/extend", Route::ExtendSetUp),
    (Method::Post, "/tenants/{tenant}/settings/mfa/set-up/complete", Route::CompleteSetUp),
    (Method::Post, "/tenants/{tenant}/settings/mfa/switch-off", Route::SwitchOff),
    (Method::Get, "/tenants/{tenant}/members", Route::Members),
    (Method::Get, "/tenants/{tenant}/members/enrolment", Route::Enrolment),
    (Method::Post, "/tenants/{tenant}/members/invite", Route::Invite),
    (Method::Post, "/tenants/{tenant}/members/invite-many", Route::InviteMany),
    (Method::Get, "/tenants/{tenant}/members/{member}", Route::Member),
    (Method::Post, "/tenants/{tenant}/members/{member}/invite-again", Route::InviteAgain),
    (Method::Post, "/tenants/{tenant}/members/{member}/remove", Route::RemoveMember),
    (Method::Post, "/tenants/{tenant}/members/{member}/role", Route::ChangeRole),
    (Method::Post, "/tenants/{tenant}/members/{member}/reset-mfa", Route::ResetMemberMfa),
    (Method::Get, "/tenants/{tenant}/audit", Route::Audit),
    (Method::Get, "/tenants/{tenant}/audit/export", Route::AuditExport),
    (Method::Post, "/tenants/{tenant}/settings/external/configure", Route::ConfigureExternal),
    (Method::Post, "/tenants/{tenant}/settings/external/dry-run", Route::DryRunExternal),
    (Method::Post, "/tenants/{tenant}/settings/external/enable", Route::EnableExternal),
    (Method::Post, "/tenants/{tenant}/settings/external/disable", Route::DisableExternal),
    (Method::Post, "/tenants/{tenant}/members/{member}/connection-link", Route::ConnectionLink),
    (Method::Post, "/tenants/{tenant}/external/sign-in", Route::SignInExternal),
    (Method::Post, "/tenants/{tenant}/external/connect", Route::ConnectExternal),
    (Method::Post, "/operator/tenants/{tenant}/use-local", Route::DisableExternalByOperator),
    (Method::Get, "/tenants/{tenant}/settings/signing-keys", Route::SigningKeys),
    (Method::Post, "/tenants/{tenant}/settings/signing-keys/rotate", Route::RotateSigningKeys),
    (Method::Post, "/tenants/{tenant}/settings/appearance/accent", Route::ChangeAccent),
    (Method::Post, "/tenants/{tenant}/settings/appearance/logo", Route::ChangeLogo),
    (Method::Post, "/tenants/{tenant}/settings/appearance/remove", Route::RemoveFromAppearance),
    (Method::Get, "/tenants/{tenant}/settings/applications", Route::Applications),
    (Method::Get, "/tenants/{tenant}/settings/applications/{application}", Route::Application),
    (Method::Post, "/tenants/{tenant}/settings/applications/register", Route::RegisterApplication),
    (Method::Post, "/tenants/{tenant}/settings/applications/{application}/change", Route::ChangeApplication),
    (Method::Post, "/tenants/{tenant}/settings/applications/{application}/remove", Route::RemoveApplication),
    (Method::Post, "/tenants/{tenant}/settings/applications/{application}/keys/add", Route::AddApplicationKey),
    (Method::Post, "/tenants/{tenant}/settings/applications/{application}/keys/end", Route::EndApplicationKey),
    (Method::Post, "/tenants/{tenant}/second-factor/begin", Route::BeginVouched),
    (Method::Post, "/tenants/{tenant}/second-factor/code", Route::VouchedCode),
    (Method::Post, "/tenants/{tenant}/second-factor/recovery-key", Route::VouchedRecoveryKey),
    (Method::Post, "/tenants/{tenant}/second-factor/password-changed", Route::VouchedPasswordChanged),
    (Method::Post, "/tenants/{tenant}/second-factor/enrolment/start", Route::StartVouchedEnrolment),
    (Method::Post, "/tenants/{tenant}/second-factor/enrolment/confirm", Route::ConfirmVouchedEnrolment),
    (Method::Post, "/tenants/{tenant}/second-factor/enrolment/recovery-keys", Route::RenewVouchedRecoveryKeys),
    (Method::Post, "/tenants/{tenant}/second-factor/enrolment/complete", Route::CompleteVouchedEnrolment),
    (Method::Post, "/tenants/{tenant}/second-factor/members", Route::VouchMember),
    (Method::Post, "/tenants/{tenant}/second-factor/redeem", Route::RedeemVouched),
    (Method::Post, "/tenants/{tenant}/second-factor/page/open", Route::OpenPage),
    (Method::Get, "/tenants/{tenant}/second-factor/page", Route::ViewPage),
    (Method::Post, "/tenants/{tenant}/second-factor/page/code", Route::PageCode),
    (Method::Post, "/tenants/{tenant}/second-factor/page/recovery-key", Route::PageRecoveryKey),
    (Method::Post, "/tenants/{tenant}/second-factor/page/extend", Route::ExtendPage),
    (Method::Post, "/tenants/{tenant}/second-factor/page/enrolment/start", Route::StartPageEnrolment),
    (Method::Post, "/tenants/{tenant}/second-factor/page/enrolment/confirm", Route::ConfirmPageEnrolment),
    (Method::Post, "/tenants/{tenant}/second-factor/page/enrolment/recovery-keys", Route::RenewPageRecoveryKeys),
    (Method::Post, "/tenants/{tenant}/second-factor/page/enrolment/complete", Route::CompletePageEnrolment),
    (Method::Get, "/tenants/{tenant}/gate/check", Route::CheckGate),
    (Method::Get, "/tenants/{tenant}/gate/check-or-redirect", Route::CheckGateOrRedirect),
    (Method::Get, "/tenants/{tenant}/gate/start", Route::StartGate),
    (Method::Get, "/tenants/{tenant}/gate/callback", Route::GateCallback),
    (Method::Get, "/tenants/{tenant}/gate/sign-out", Route::GateSignOut),
    (Method::Get, "/tenants/{tenant}/gate/ended", Route::GateEnded),
];

impl Route {
    /// What the log calls it when it is refused: an act of an administrator that would change something.
    pub(super) fn act(self) -> Option<&'static str> {
        Some(match self {
            Route::StartSetUp
            | Route::ConfirmSetUp
            | Route::RenewSetUpKeys
            | Route::ExtendSetUp
            | Route::CompleteSetUp => "set-up",
            Route::SwitchOff => "switch-off",
            Route::Invite => "invite",
            Route::InviteMany => "invite-many",
            Route::InviteAgain => "invite-again",
            Route::RemoveMember => "remove",
            Route::ChangeRole => "change-role",
            Route::ResetMemberMfa => "reset-mfa",
            Route::ConnectionLink => "connection-link",
            Route::ConfigureExternal => "configure-external",
            Route::DryRunExternal => "try-external",
            Route::EnableExternal => "use-external",
            Route::DisableExternal => "use-local",
            Route::RotateSigningKeys => "rotate-signing-keys",
            Route::ChangeAccent | Route::ChangeLogo | Route::RemoveFromAppearance => "change-appearance",
            Route::RegisterApplication => "register-application",
            Route::ChangeApplication => "change-application",
            Route::RemoveApplication => "remove-application",
            Route::AddApplicationKey => "add-application-key",
            Route::EndApplicationKey => "end-application-key",
            _ => return None,
        })
    }

    /// Which sieve stands before it, where nobody has to show anything before a password is hashed or an object woken.
    /// The tenant's profile is not among them: KV answers for it, and where KV is silent it asks the sieve itself.
    pub(super) fn door(self) -> Option<Door> {
        match self {
            Route::PreviewInvitation
            | Route::AcceptInvitation
            | Route::SignIn
            | Route::SignInCode
            | Route::SignInRecoveryKey
            | Route::SignInNewPassword
            | Route::ExtendSignIn
            | Route::StartEnrolment
            | Route::ConfirmEnrolment
            | Route::RenewRecoveryKeys
            | Route::CompleteEnrolment
            | Route::PreviewPasswordLink
            | Route::NotMe
            | Route::ResetPassword
            | Route::SignInExternal
            | Route::ConnectExternal
            | Route::OpenPage
            | Route::ViewPage
            | Route::PageCode
            | Route::PageRecoveryKey
            | Route::ExtendPage
            | Route::StartPageEnrolment
            | Route::ConfirmPageEnrolment
            | Route::RenewPageRecoveryKeys
            | Route::CompletePageEnrolment => Some(Door::Open),
            Route::ForgottenPassword => Some(Door::Forgotten),
            _ => None,
        }
    }

    /// The most bytes that are read of what it is sent.
    pub(super) fn largest_body(self) -> usize {
        if self == Route::ChangeLogo { appearance::LARGEST_BODY } else { guard::LARGEST_BODY }
    }

    /// Proven with an application's bearer token, which no browser sends by itself.
    pub(super) fn is_applications(self) -> bool {
        matches!(
            self,
            Route::BeginVouched
                | Route::VouchedCode
                | Route::VouchedRecoveryKey
                | Route::VouchedPasswordChanged
                | Route::StartVouchedEnrolment
                | Route::ConfirmVouchedEnrolment
                | Route::RenewVouchedRecoveryKeys
                | Route::CompleteVouchedEnrolment
                | Route::VouchMember
                | Route::RedeemVouched
                | Route::GateEnded
        )
    }

    /// Proven with the key of an application that is a gate. A browser's request comes with it, through the proxy.
    pub(super) fn is_gates(self) -> bool {
        matches!(
            self,
            Route::CheckGate | Route::CheckGateOrRedirect | Route::StartGate | Route::GateCallback | Route::GateSignOut
        )
    }

    /// Proven with the operator's bearer token, which no browser sends by itself.
    pub(super) fn is_operators(self) -> bool {
        matches!(
            self,
            Route::OperatorHealth
                | Route::Metrics
                | Route::ListTenants
                | Route::CreateTenant
                | Route::ShowTenant
                | Route::InviteMember
                | Route::ImportMembers
                | Route::ExportAuthenticators
                | Route::SuspendTenant
                | Route::ResumeTenant
                | Route::DeleteTenant
                | Route::RestoredTenant
                | Route::BreakGlass
                | Route::Reseal
                | Route::OperatorMembers
                | Route::OperatorAudit
                | Route::DisableExternalByOperator
        )
    }
}

/// What a path names.
#[derive(Debug, Default)]
pub(super) struct Named {
    pub(super) tenant: String,
    pub(super) member: Option<MemberName>,
    pub(super) application: Option<ApplicationId>,
}

/// The route, its path in the table, and what it names. A path we know under another method is 405.
pub(super) fn find(method: Option<&Method>, path: &str) -> Result<(Route, &'static str, Named), Problem> {
    let mut allow: Option<&'static str> = None;
    for (allowed, pattern, route) in &ROUTES {
        if let Some(named) = match_path(pattern, path) {
            if method == Some(allowed) {
                return Ok((*route, *pattern, named));
            }
            let this = if *allowed == Method::Get { "GET" } else { "POST" };
            allow = Some(if allow.is_some_and(|other| other != this) { "GET, POST" } else { this });
        }
    }
    Err(allow.map_or_else(|| Code::NotFound.into(), Problem::only))
}

fn match_path(pattern: &str, path: &str) -> Option<Named> {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    let mut named = Named::default();
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return Some(named),
            (Some("{tenant}"), Some(segment)) => named.tenant = guard::tenant_slug(segment)?,
            (Some("{member}"), Some(segment)) => named.member = Some(MemberName::parse(segment)?),
            (Some("{application}"), Some(segment)) => named.application = Some(ApplicationId::parse(segment)?),
            (Some(expected), Some(segment)) if expected == segment => {}
            _ => return None,
        }
    }
}
