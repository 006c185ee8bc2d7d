//! What may be asked over HTTP, in one table, and the guards that stand before every route.

mod enrolment;
mod guard;
mod invitation;
mod openapi;
mod operator;
mod pages;
mod session;
mod sign_in;
mod step;

use mfa_core::time::Timestamp;
use serde::Serialize;
use worker::{Env, Headers, Method, Request, Response, ResponseBuilder};

use crate::error::{Code, Problem};
use crate::runtime::{self, Secrets};
pub(crate) use guard::Body;

/// One request and what it is answered with.
pub(crate) struct Visit {
    pub(crate) env: Env,
    pub(crate) secrets: Secrets,
    pub(crate) headers: Headers,
    /// Scheme, host and port that we were asked under.
    pub(crate) origin: String,
    /// The tenant in the path; empty where there is none.
    pub(crate) tenant: String,
    pub(crate) now: Timestamp,
    /// The client's idempotency key; empty where nothing changes.
    pub(crate) idempotency: String,
    /// Headers of the answer.
    pub(crate) reply_headers: Headers,
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

    /// The idempotency key of one step of a flow that asks an object more than once. Reading needs none.
    pub(crate) fn step(&self, name: &str) -> Option<String> {
        (!self.idempotency.is_empty()).then(|| format!("{}/{name}", self.idempotency))
    }
}

/// Every route of the API. `{tenant}` stands for one segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    OpenApi,
    CreateTenant,
    ShowTenant,
    InviteMember,
    TenantProfile,
    PreviewInvitation,
    AcceptInvitation,
    SignIn,
    SignInCode,
    SignInRecoveryKey,
    SignInNewPassword,
    StartEnrolment,
    ConfirmEnrolment,
    RenewRecoveryKeys,
    CompleteEnrolment,
    Session,
    Account,
    SignOut,
}

/// Method, path below `/api/v1`, route.
pub(crate) const ROUTES: [(Method, &str, Route); 18] = [
    (Method::Get, "/openapi.json", Route::OpenApi),
    (Method::Post, "/operator/tenants", Route::CreateTenant),
    (Method::Get, "/operator/tenants/{tenant}", Route::ShowTenant),
    (Method::Post, "/operator/tenants/{tenant}/invitations", Route::InviteMember),
    (Method::Get, "/tenants/{tenant}", Route::TenantProfile),
    (Method::Post, "/tenants/{tenant}/invitation/preview", Route::PreviewInvitation),
    (Method::Post, "/tenants/{tenant}/invitation/accept", Route::AcceptInvitation),
    (Method::Post, "/tenants/{tenant}/sign-in", Route::SignIn),
    (Method::Post, "/tenants/{tenant}/sign-in/code", Route::SignInCode),
    (Method::Post, "/tenants/{tenant}/sign-in/recovery-key", Route::SignInRecoveryKey),
    (Method::Post, "/tenants/{tenant}/sign-in/new-password", Route::SignInNewPassword),
    (Method::Post, "/tenants/{tenant}/enrolment/start", Route::StartEnrolment),
    (Method::Post, "/tenants/{tenant}/enrolment/confirm", Route::ConfirmEnrolment),
    (Method::Post, "/tenants/{tenant}/enrolment/recovery-keys", Route::RenewRecoveryKeys),
    (Method::Post, "/tenants/{tenant}/enrolment/complete", Route::CompleteEnrolment),
    (Method::Get, "/tenants/{tenant}/session", Route::Session),
    (Method::Get, "/tenants/{tenant}/account", Route::Account),
    (Method::Post, "/tenants/{tenant}/sign-out", Route::SignOut),
];

impl Route {
    /// Proven with the operator's bearer token, which no browser sends by itself.
    fn is_operators(self) -> bool {
        matches!(self, Route::CreateTenant | Route::ShowTenant | Route::InviteMember)
    }
}

/// Answers anything that reaches the Worker.
pub(crate) async fn answer(request: Request, env: Env) -> worker::Result<Response> {
    let path = request.path();
    let answered = match path.strip_prefix("/api/v1") {
        Some(rest) => api(request, env, rest).await,
        None if path.starts_with("/api/") || path == "/api" => Err(Code::NotFound.into()),
        None => pages::serve(&request, &env, &path).await,
    };
    let response = match answered {
        Ok(response) => response,
        Err(problem) => problem.into_response()?,
    };
    guard::with_headers(response)
}

async fn api(mut request: Request, env: Env, path: &str) -> Result<Response, Problem> {
    // The platform's type takes a method that it does not know for GET.
    if request.inner().method() != request.method().as_ref() {
        return Err(Code::MethodNotAllowed.into());
    }
    let (route, tenant) = find(&request.method(), path)?;
    if route == Route::OpenApi {
        return openapi::document();
    }
    let secrets = Secrets::read(&env)?;
    let origin = guard::origin(&request)?;
    if route.is_operators() {
        guard::is_operator(&request, &env)?;
    }
    let body = match request.method() {
        Method::Get => Body::none(),
        _ => {
            if !route.is_operators() {
                guard::is_same_origin(&request, &origin)?;
            }
            guard::is_json(&request)?;
            guard::read_body(&mut request).await?
        }
    };
    let idempotency = match request.method() {
        Method::Get => String::new(),
        _ => guard::idempotency_key(&request)?,
    };
    let visit = Visit {
        env,
        secrets,
        headers: request.headers().clone(),
        origin,
        tenant,
        now: runtime::now(),
        idempotency,
        reply_headers: Headers::new(),
    };
    match route {
        Route::OpenApi => openapi::document(),
        Route::CreateTenant => operator::create_tenant(&visit, &body).await,
        Route::ShowTenant => operator::show_tenant(&visit).await,
        Route::InviteMember => operator::invite(&visit, &body).await,
        Route::TenantProfile => session::tenant_profile(&visit).await,
        Route::PreviewInvitation => invitation::preview(&visit, &body).await,
        Route::AcceptInvitation => invitation::accept(&visit, &body).await,
        Route::SignIn => sign_in::password(&visit, &body).await,
        Route::SignInCode => sign_in::code(&visit, &body).await,
        Route::SignInRecoveryKey => sign_in::recovery_key(&visit, &body).await,
        Route::SignInNewPassword => sign_in::new_password(&visit, &body).await,
        Route::StartEnrolment => enrolment::start(&visit, &body).await,
        Route::ConfirmEnrolment => enrolment::confirm(&visit, &body).await,
        Route::RenewRecoveryKeys => enrolment::renew_recovery_keys(&visit, &body).await,
        Route::CompleteEnrolment => enrolment::complete(&visit, &body).await,
        Route::Session => session::check(&visit).await,
        Route::Account => session::account(&visit).await,
        Route::SignOut => session::sign_out(&visit, &body).await,
    }
}

/// The route and the tenant that it names. A path we know under another method is 405.
fn find(method: &Method, path: &str) -> Result<(Route, String), Problem> {
    let mut refusal = Code::NotFound.into();
    for (allowed, pattern, route) in &ROUTES {
        if let Some(tenant) = match_path(pattern, path) {
            if allowed == method {
                return Ok((*route, tenant));
            }
            // No path takes two methods.
            refusal = Problem::only(if *allowed == Method::Get { "GET" } else { "POST" });
        }
    }
    Err(refusal)
}

fn match_path(pattern: &str, path: &str) -> Option<String> {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    let mut tenant = String::new();
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return Some(tenant),
            (Some("{tenant}"), Some(segment)) => tenant = guard::tenant_slug(segment)?,
            (Some(expected), Some(segment)) if expected == segment => {}
            _ => return None,
        }
    }
}
