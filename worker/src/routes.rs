//! What may be asked over HTTP, in one table, and the guards that stand before every route.

mod access;
mod account;
mod appearance;
mod applications;
mod assertion;
mod audit;
mod caller;
mod device_label;
mod enrolment;
mod external;
mod gate;
pub(crate) mod guard;
mod health;
mod import;
mod invitation;
mod issuer;
mod known_browser;
mod members;
mod openapi;
mod operator;
mod pages;
mod password_link;
pub(crate) mod query;
mod scim;
mod second_factor;
mod session;
mod settings;
mod sign_in;
mod step;
mod step_up;

use std::rc::Rc;

use mfa_core::tenant::application::ApplicationId;
use mfa_core::time::Timestamp;
use serde::Serialize;
use worker::{Context, Env, Headers, Method, Request, Response, ResponseBuilder};

use crate::application_key::PresentedKey;
use crate::error::{Code, Problem};
use crate::journal::{self, Asked};
use crate::metrics;
use crate::object_ref::{MemberAsk, MemberName, MemberRequest};
use crate::runtime::{self, Secrets};
use crate::sieve::{self, Door};
pub(crate) use guard::Body;
use query::Query;

/// One request and what it is answered with.
pub(crate) struct Visit {
    pub(crate) env: Env,
    pub(crate) secrets: Secrets,
    pub(crate) headers: Headers,
    /// Scheme, host and port that links lead to.
    pub(crate) origin: String,
    /// The tenant in the path; empty where there is none.
    pub(crate) tenant: String,
    /// The member in the path.
    member: Option<MemberName>,
    /// The application in the path.
    application: Option<ApplicationId>,
    /// What stands after the path's question mark.
    query: Vec<(String, String)>,
    /// Town and country, as far as the platform knows.
    pub(crate) place: Option<String>,
    pub(crate) now: Timestamp,
    /// What the log calls the administrator's act that is asked for, if it would change something.
    act: Option<&'static str>,
    /// The client's idempotency key; empty where nothing changes.
    pub(crate) idempotency: String,
    /// The application's key that the request bears, where it has to bear one.
    key: Option<PresentedKey>,
    /// Headers of the answer.
    pub(crate) reply_headers: Headers,
    context: Rc<Context>,
}

impl Visit {
    /// An answer in JSON.
    pub(crate) fn json<T: Serialize>(&self, status: u16, body: &T) -> Result<Response, Problem> {
        let response = ResponseBuilder::new().with_status(status).with_headers(self.reply_headers.clone());
        Ok(response.from_json(body)?)
    }

    /// An answer without a body.
    pub(crate) fn empty(&self, status: u16) -> Response {
        ResponseBuilder::new().with_status(status).with_headers(self.reply_headers.clone()).empty()
    }

    /// The member in the path.
    pub(crate) fn member(&self) -> Result<MemberName, Problem> {
        self.member.clone().ok_or_else(|| Code::NotFound.into())
    }

    /// The application in the path.
    pub(crate) fn application(&self) -> Result<ApplicationId, Problem> {
        self.application.ok_or_else(|| Code::NotFound.into())
    }

    /// The application's key that the request bears.
    fn key(&self) -> Result<PresentedKey, Problem> {
        self.key.ok_or_else(|| Code::ApplicationKeyRefused.into())
    }

    /// The query, if it has no other parameters than these.
    pub(crate) fn query(&self, allowed: &[&'static str]) -> Result<Query<'_>, Problem> {
        Query::read(&self.query, allowed)
    }

    /// Refuses whoever knocks too often at a door that stands open to everybody.
    async fn sieve(&self, door: Door) -> Result<(), Problem> {
        sieve::pass(&self.env, &self.headers, &self.tenant, door, self.now).await
    }

    /// Has something done once the answer is on its way.
    pub(crate) fn after_answer<F: Future<Output = ()> + 'static>(self, work: impl FnOnce(Visit) -> F) {
        let context = Rc::clone(&self.context);
        let request = journal::current();
        let work = work(self);
        context.wait_until(async move {
            match request {
                Some(request) => journal::within(request, work).await,
                None => work.await,
            }
        });
    }

    /// A request to a member's object. Without an idempotency key it is answered anew each time.
    pub(crate) fn member_request(
        &self,
        member: &MemberName,
        idempotency: Option<String>,
        ask: MemberAsk,
    ) -> MemberRequest {
        let (tenant, origin) = (self.tenant.clone(), self.origin.clone());
        MemberRequest { tenant, member: member.clone(), origin, idempotency, ask }
    }

    /// The idempotency key of one step of a flow that asks an object more than once. Reading needs none.
    pub(crate) fn step(&self, name: &str) -> Option<String> {
        (!self.idempotency.is_empty()).then(|| format!("{}/{name}", self.idempotency))
    }
}

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
    fn act(self) -> Option<&'static str> {
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
    fn door(self) -> Option<Door> {
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
    fn largest_body(self) -> usize {
        if self == Route::ChangeLogo { appearance::LARGEST_BODY } else { guard::LARGEST_BODY }
    }

    /// Proven with an application's bearer token, which no browser sends by itself.
    fn is_applications(self) -> bool {
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
    fn is_gates(self) -> bool {
        matches!(
            self,
            Route::CheckGate | Route::CheckGateOrRedirect | Route::StartGate | Route::GateCallback | Route::GateSignOut
        )
    }

    /// Proven with the operator's bearer token, which no browser sends by itself.
    fn is_operators(self) -> bool {
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

/// Answers anything that reaches the Worker, and logs and counts it.
pub(crate) async fn answer(request: Request, env: Env, context: Context) -> worker::Result<Response> {
    let asked = Asked::new(request.headers());
    journal::within(asked.id.clone(), respond(asked, request, env, Rc::new(context))).await
}

async fn respond(mut asked: Asked, request: Request, env: Env, context: Rc<Context>) -> worker::Result<Response> {
    let path = request.path();
    let provisions = scim::find(&path);
    let is_scim = provisions.is_some();
    let answered = match path.strip_prefix("/api/v1") {
        Some(rest) => api(request, env.clone(), Rc::clone(&context), rest, &mut asked).await,
        None if path.starts_with("/api/") || path == "/api" => Err(Code::NotFound.into()),
        None => {
            match (provisions, issuer::find(&path), pages::external_callback(&path), appearance::find_logo(&path)) {
                (Some((tenant, place)), ..) => {
                    asked.at(request.method().as_ref(), place.path(), &tenant);
                    scim::answer(request, env.clone(), Rc::clone(&context), tenant, place).await
                }
                (_, Some((tenant, endpoint)), ..) => {
                    asked.at(request.method().as_ref(), endpoint.path(), &tenant);
                    issuer::answer(request, env.clone(), Rc::clone(&context), tenant, endpoint).await
                }
                (_, _, Some(tenant), _) => {
                    asked.at("GET", "/t/{tenant}/external/callback", &tenant);
                    come_back(request, env.clone(), Rc::clone(&context), tenant).await
                }
                (.., Some((tenant, logo))) => {
                    asked.at("GET", "/t/{tenant}/logo/{logo}", &tenant);
                    appearance::logo(request, env.clone(), Rc::clone(&context), tenant, logo).await
                }
                (None, None, None, None) => {
                    asked.at("GET", "page", "");
                    pages::serve(&request, &env, &path).await
                }
            }
        }
    };
    let (mut response, code) = match answered {
        // OAuth's refusals are answers of their own form, and a page that is not there is one of the files'.
        Ok(response) if response.status_code() >= 400 => (response, "refused"),
        Ok(response) => (response, "ok"),
        Err(problem) => {
            let (_, code, _) = problem.code.row();
            let response = if is_scim { problem.into_scim_response()? } else { problem.into_response(&asked.id)? };
            (response, code)
        }
    };
    response.headers_mut().set(journal::HEADER, asked.id.as_str())?;
    asked.answered(&env, response.status_code(), code);
    metrics::hand_over_later(&env, |work| context.wait_until(work.soon()));
    let mut response = guard::with_headers(response)?;
    if gate::is_elsewhere(&path) {
        response.headers_mut().delete("strict-transport-security")?;
    }
    Ok(response)
}

async fn api(
    mut request: Request,
    env: Env,
    context: Rc<Context>,
    path: &str,
    asked: &mut Asked,
) -> Result<Response, Problem> {
    // The platform's type takes a method that it does not know for GET.
    let method = Some(request.method()).filter(|method| request.inner().method() == method.as_ref());
    let (route, pattern, named) = find(method.as_ref(), path)?;
    asked.at(request.method().as_ref(), pattern, &named.tenant);
    match route {
        Route::OpenApi => return openapi::document(&request, &env).await,
        // What is wrong has to be told while it is wrong: these two ask for no setting of which they would speak.
        Route::Health => return health::public(&env).await,
        Route::OperatorHealth => {
            guard::is_operator(&request, &env)?;
            return health::operators(&env).await;
        }
        _ => {}
    }
    let secrets = Secrets::read(&env)?;
    let origin = guard::origin(&request)?;
    if route.is_operators() {
        guard::is_operator(&request, &env)?;
    }
    let key = if route.is_applications() {
        Some(caller::presented(&request, &named.tenant, &secrets)?)
    } else if route.is_gates() {
        Some(caller::presented_by_proxy(&request, &named.tenant, &secrets)?)
    } else {
        None
    };
    let body = match request.method() {
        Method::Get => Body::none(),
        _ => {
            if !route.is_operators() && !route.is_applications() {
                guard::is_same_origin(&request, &origin)?;
            }
            guard::is_json(&request)?;
            guard::read_body(&mut request, route.largest_body()).await?
        }
    };
    let idempotency = match request.method() {
        Method::Get => String::new(),
        _ => guard::idempotency_key(&request)?,
    };
    let mut visit = visit(&request, env, context, secrets, named, idempotency)?;
    (visit.act, visit.key) = (route.act(), key);
    // Last of the guards: what another site made a browser send takes nothing from its owner's allowance.
    if let Some(door) = route.door() {
        visit.sieve(door).await?;
    }
    match route {
        Route::OpenApi | Route::Health | Route::OperatorHealth => Err(Code::NotFound.into()),
        Route::Metrics => operator::metrics(&visit).await,
        Route::ListTenants => operator::list_tenants(&visit).await,
        Route::CreateTenant => operator::create_tenant(&visit, &body).await,
        Route::ShowTenant => operator::show_tenant(&visit).await,
        Route::InviteMember => operator::invite(&visit, &body).await,
        Route::ImportMembers => import::import(&visit, &body).await,
        Route::ExportAuthenticators => import::export(&visit, &body).await,
        Route::SuspendTenant => operator::suspend(&visit, &body).await,
        Route::ResumeTenant => operator::resume(&visit, &body).await,
        Route::DeleteTenant => operator::delete(&visit, &body).await,
        Route::RestoredTenant => operator::restored(&visit, &body).await,
        Route::BreakGlass => operator::break_glass(&visit, &body).await,
        Route::Reseal => operator::reseal(&visit, &body).await,
        Route::OperatorMembers => operator::show_members(&visit).await,
        Route::OperatorAudit => operator::show_audit(&visit).await,
        Route::TenantProfile => session::tenant_profile(&visit).await,
        Route::PreviewInvitation => invitation::preview(&visit, &body).await,
        Route::AcceptInvitation => invitation::accept(&visit, &body).await,
        Route::SignIn => sign_in::password(&visit, &body).await,
        Route::SignInCode => sign_in::code(&visit, &body).await,
        Route::SignInRecoveryKey => sign_in::recovery_key(&visit, &body).await,
        Route::SignInNewPassword => sign_in::new_password(&visit, &body).await,
        Route::ExtendSignIn => sign_in::extend(&visit, &body).await,
        Route::StartEnrolment => enrolment::start(&visit, &body).await,
        Route::ConfirmEnrolment => enrolment::confirm(&visit, &body).await,
        Route::RenewRecoveryKeys => enrolment::renew_recovery_keys(&visit, &body).await,
        Route::CompleteEnrolment => enrolment::complete(&visit, &body).await,
        Route::Session => session::check(&visit).await,
        Route::SignOut => session::sign_out(&visit, &body).await,
        Route::StepUp => step_up::prove(&visit, &body).await,
        Route::Account => account::show(&visit).await,
        Route::ResetOwnMfa => account::reset_mfa(&visit, &body).await,
        Route::StartRecoveryKeys => account::start_recovery_keys(&visit, &body).await,
        Route::ExtendRecoveryKeys => account::extend_recovery_keys(&visit, &body).await,
        Route::CompleteRecoveryKeys => account::complete_recovery_keys(&visit, &body).await,
        Route::ForgetDevice => account::forget_device(&visit, &body).await,
        Route::ForgetDevices => account::forget_devices(&visit, &body).await,
        Route::EndOtherSessions => account::end_other_sessions(&visit, &body).await,
        Route::ChangePassword => account::change_password(&visit, &body).await,
        Route::ForgottenPassword => password_link::forgotten(visit, &body).await,
        Route::PreviewPasswordLink => password_link::preview(&visit, &body).await,
        Route::NotMe => password_link::not_me(&visit, &body).await,
        Route::ResetPassword => password_link::reset(&visit, &body).await,
        Route::Settings => settings::show(&visit).await,
        Route::StartSetUp => settings::start_set_up(&visit, &body).await,
        Route::ConfirmSetUp => settings::confirm_set_up(&visit, &body).await,
        Route::RenewSetUpKeys => settings::renew_set_up_keys(&visit, &body).await,
        Route::ExtendSetUp => settings::extend_set_up(&visit, &body).await,
        Route::CompleteSetUp => settings::complete_set_up(&visit, &body).await,
        Route::SwitchOff => settings::switch_off(&visit, &body).await,
        Route::Members => members::list(&visit).await,
        Route::Enrolment => members::enrolment(&visit).await,
        Route::Invite => members::invite(&visit, &body).await,
        Route::InviteMany => members::invite_many(&visit, &body).await,
        Route::Member => members::show(&visit).await,
        Route::InviteAgain => members::invite_again(&visit, &body).await,
        Route::RemoveMember => members::remove(&visit, &body).await,
        Route::ChangeRole => members::change_role(&visit, &body).await,
        Route::ResetMemberMfa => members::reset_mfa(&visit, &body).await,
        Route::Audit => audit::list(&visit).await,
        Route::AuditExport => audit::export(&visit).await,
        Route::ConfigureExternal => external::configure(&visit, &body).await,
        Route::DryRunExternal => external::dry_run(&visit, &body).await,
        Route::EnableExternal => external::enable(&visit, &body).await,
        Route::DisableExternal => external::disable(&visit, &body).await,
        Route::ConnectionLink => external::connection_link(&visit, &body).await,
        Route::SignInExternal => external::sign_in(&visit, &body).await,
        Route::ConnectExternal => external::connect(&visit, &body).await,
        Route::DisableExternalByOperator => external::disable_by_operator(&visit, &body).await,
        Route::SigningKeys => issuer::keys::list(&visit).await,
        Route::RotateSigningKeys => issuer::keys::rotate(&visit, &body).await,
        Route::ChangeAccent => appearance::change_accent(&visit, &body).await,
        Route::ChangeLogo => appearance::change_logo(&visit, &body).await,
        Route::RemoveFromAppearance => appearance::remove(&visit, &body).await,
        Route::Applications => applications::list(&visit).await,
        Route::Application => applications::show(&visit).await,
        Route::RegisterApplication => applications::register(&visit, &body).await,
        Route::ChangeApplication => applications::change(&visit, &body).await,
        Route::RemoveApplication => applications::remove(&visit, &body).await,
        Route::AddApplicationKey => applications::add_key(&visit, &body).await,
        Route::EndApplicationKey => applications::end_key(&visit, &body).await,
        Route::BeginVouched => second_factor::begin(&visit, &body).await,
        Route::VouchedCode => second_factor::code(&visit, &body).await,
        Route::VouchedRecoveryKey => second_factor::recovery_key(&visit, &body).await,
        Route::VouchedPasswordChanged => second_factor::password_changed(&visit, &body).await,
        Route::StartVouchedEnrolment => second_factor::start_enrolment(&visit, &body).await,
        Route::ConfirmVouchedEnrolment => second_factor::confirm_enrolment(&visit, &body).await,
        Route::RenewVouchedRecoveryKeys => second_factor::renew_recovery_keys(&visit, &body).await,
        Route::CompleteVouchedEnrolment => second_factor::complete_enrolment(&visit, &body).await,
        Route::VouchMember => second_factor::make_member(&visit, &body).await,
        Route::RedeemVouched => second_factor::redeem(&visit, &body).await,
        Route::OpenPage => second_factor::page::open(&visit, &body).await,
        Route::ViewPage => second_factor::page::view(&visit).await,
        Route::PageCode => second_factor::page::code(&visit, &body).await,
        Route::PageRecoveryKey => second_factor::page::recovery_key(&visit, &body).await,
        Route::ExtendPage => second_factor::page::extend(&visit, &body).await,
        Route::StartPageEnrolment => second_factor::page::start_enrolment(&visit, &body).await,
        Route::ConfirmPageEnrolment => second_factor::page::confirm_enrolment(&visit, &body).await,
        Route::RenewPageRecoveryKeys => second_factor::page::renew_recovery_keys(&visit, &body).await,
        Route::CompletePageEnrolment => second_factor::page::complete_enrolment(&visit, &body).await,
        Route::CheckGate => gate::check(&visit).await,
        Route::CheckGateOrRedirect => gate::check_or_redirect(&visit).await,
        Route::StartGate => gate::start(&visit).await,
        Route::GateCallback => gate::callback(&visit).await,
        Route::GateSignOut => gate::sign_out(&visit).await,
        Route::GateEnded => gate::ended(&visit).await,
    }
}

/// A browser on its way back from an external identity provider.
async fn come_back(request: Request, env: Env, context: Rc<Context>, tenant: String) -> Result<Response, Problem> {
    if request.method() != Method::Get {
        return Err(Problem::only("GET"));
    }
    let secrets = Secrets::read(&env)?;
    let url = request.url()?;
    let named = Named { tenant, ..Named::default() };
    let visit = visit(&request, env, context, secrets, named, String::new())?;
    external::callback(&visit, &url).await
}

fn visit(
    request: &Request,
    env: Env,
    context: Rc<Context>,
    secrets: Secrets,
    named: Named,
    idempotency: String,
) -> Result<Visit, Problem> {
    Ok(Visit {
        origin: runtime::public_origin(&env, &guard::origin(request)?)?,
        env,
        secrets,
        headers: request.headers().clone(),
        tenant: named.tenant,
        member: named.member,
        application: named.application,
        query: query::pairs(request)?,
        place: guard::place(request),
        now: runtime::now()?,
        act: None,
        key: None,
        idempotency,
        reply_headers: Headers::new(),
        context,
    })
}

/// What a path names.
#[derive(Debug, Default)]
struct Named {
    tenant: String,
    member: Option<MemberName>,
    application: Option<ApplicationId>,
}

/// The route, its path in the table, and what it names. A path we know under another method is 405.
fn find(method: Option<&Method>, path: &str) -> Result<(Route, &'static str, Named), Problem> {
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
