//! From a request to its answer: the guards that stand before every route, and who answers it.

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
mod table;
mod visit;

use std::rc::Rc;

use worker::{Context, Env, Headers, Method, Request, Response};

use crate::error::{Code, Problem};
use crate::journal::{self, Asked};
use crate::metrics;
use crate::runtime::{self, Secrets};
pub(crate) use guard::Body;
use table::{Named, Route, find};
pub(crate) use visit::Visit;

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
