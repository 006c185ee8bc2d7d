//! Whether everything that a sign-in needs is there: a word for everybody, and for the operator what to do.

use std::cell::{Cell, RefCell};

use serde::Serialize;
use serde_json::json;
use worker::{Env, Response, ResponseBuilder};

use crate::error::{Code, Problem};
use crate::object_ref::{
    self, ASSETS, Act, By, MemberAsk, MemberName, MemberRequest, SIEVE_ADDRESS, SIEVE_APPLICATION,
    SIEVE_FORGOTTEN_ADDRESS, SIEVE_FORGOTTEN_TENANT, SIEVE_PROFILE, SIEVE_TENANT_AND_ADDRESS, TenantAsk, TenantReply,
    TenantRequest,
};
use crate::runtime::{self, Secrets};
use crate::{kv, metrics};

/// For how long an isolate says what it found last: whoever asks again and again costs a look or two in that time.
const KEPT_MS: u64 = 10_000;

/// No tenant can be called this, and so nobody in it: objects are asked whether they answer, and write nothing.
const NOBODY: &str = "-";

/// How long a look may take before somebody else takes one.
const LOOKED_FOR_MS: u64 = 5_000;

thread_local! {
    /// Until when, and which kinds of part are wrong. Nothing before the first look.
    static FOUND: RefCell<Option<(u64, Vec<&'static str>)>> = RefCell::default();
    /// When the last look began.
    static LOOKED_AT: Cell<u64> = const { Cell::new(0) };
}

/// For everybody: which kind of part is wrong, if one is. No more, for that would help who means ill.
pub(super) async fn public(env: &Env) -> Result<Response, Problem> {
    let now = runtime::millis();
    // However many ask at the same moment, one looks; the others are told what was found before.
    let is_looked_for = now.saturating_sub(LOOKED_AT.get()) < LOOKED_FOR_MS;
    let is_kept = |until: u64| is_looked_for || (now < until && until - now <= KEPT_MS);
    let kept = FOUND.with_borrow(Clone::clone).filter(|(until, _)| is_kept(*until));
    let wrong = match kept {
        Some((_, wrong)) => wrong,
        None => {
            LOOKED_AT.set(now);
            let wrong = look(env).await;
            FOUND.set(Some((now.saturating_add(KEPT_MS), wrong.clone())));
            LOOKED_AT.set(0);
            wrong
        }
    };
    if wrong.is_empty() {
        return Ok(ResponseBuilder::new().from_json(&json!({ "status": "ok" }))?);
    }
    Err(Problem::from(Code::Unavailable).with("parts", wrong))
}

async fn look(env: &Env) -> Vec<&'static str> {
    let mut wrong = Vec::new();
    if runtime::settings(env).iter().any(|setting| setting.fault.is_some()) {
        wrong.push("settings");
    }
    if !runtime::clock_is_sane() {
        wrong.push("clock");
    }
    if kv::tenant(env, NOBODY).await.is_err() {
        wrong.push("kv");
    }
    if tenants_answer(env).await.is_err() || members_answer(env).await.is_err() {
        wrong.push("objects");
    }
    wrong
}

/// One thing that was looked at.
#[derive(Serialize)]
struct Check {
    part: String,
    ok: bool,
    /// How long it took.
    ms: u64,
    /// The names of its keys, newest first: never their bytes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    keys: Vec<String>,
    /// What to do about it, or what it means as it is.
    note: &'static str,
}

/// For the operator: each part by itself, and what to do about what is wrong.
pub(super) async fn operators(env: &Env) -> Result<Response, Problem> {
    let mut checks: Vec<Check> = runtime::settings(env)
        .into_iter()
        .map(|setting| {
            let note = setting.fault.unwrap_or(if setting.is_there { "As it should be." } else { setting.without });
            Check { part: setting.name.to_owned(), ok: setting.fault.is_none(), ms: 0, keys: setting.keys, note }
        })
        .collect();
    let clock = if runtime::clock_is_sane() { Ok(()) } else { Err(Code::Unavailable.into()) };
    checks.push(
        check(
            "clock",
            async { clock },
            "The clock has lost the time, and nothing is decided by it: see \"The clock is wrong\" in the runbook.",
        )
        .await,
    );
    checks.push(check(
        "kv",
        kv::probe(env),
        "KV cannot be written or read. Check the id of EDGE_STATE in wrangler.toml, then the platform's status page. \
         Sign-ins go on; session checks answer 503 until it is back.",
    ).await);
    checks.push(
        check(
            "tenant objects",
            tenants_answer(env),
            "Tenant objects do not answer: nobody can sign in. Check the binding TENANTS and the migrations in \
         wrangler.toml, then the platform's status page.",
        )
        .await,
    );
    checks.push(
        check(
            "member objects",
            members_answer(env),
            "Member objects do not answer: nobody can sign in. Check the binding MEMBERS and the migrations in \
         wrangler.toml, then the platform's status page.",
        )
        .await,
    );
    checks.push(check(
        "metrics objects",
        async { metrics::all(env).await.map(|_| ()) },
        "Metrics objects do not answer: nobody is held up, but nothing is counted. Check the binding METRICS_OBJECTS \
         and the migrations in wrangler.toml.",
    ).await);
    checks.push(
        check(
            "pages",
            pages_are_there(env),
            "The pages are not there. Check [assets] in wrangler.toml, and deploy again.",
        )
        .await,
    );
    checks.push(
        check(
            "rate limits",
            async { rate_limits_are_there(env) },
            "A rate limit is not bound, so a flood from one address is not refused early. Check [[ratelimits]] in \
         wrangler.toml.",
        )
        .await,
    );
    let ok = checks.iter().all(|check| check.ok);
    Ok(ResponseBuilder::new().from_json(&json!({ "ok": ok, "checks": checks }))?)
}

async fn check(part: &str, work: impl Future<Output = Result<(), Problem>>, to_do: &'static str) -> Check {
    let began = runtime::millis();
    let ok = work.await.is_ok();
    let ms = runtime::millis().saturating_sub(began);
    Check { part: part.to_owned(), ok, ms, keys: Vec::new(), note: if ok { "As it should be." } else { to_do } }
}

async fn tenants_answer(env: &Env) -> Result<(), Problem> {
    let secrets = Secrets::read(env)?;
    let ask = TenantAsk::Act { by: By::Operator, origin: String::new(), act: Act::Profile, word: None };
    let request = TenantRequest { tenant: NOBODY.to_owned(), idempotency: None, ask };
    match object_ref::ask_tenant(env, &secrets.naming, &request).await? {
        TenantReply::Unknown => Ok(()),
        _ => Err(Problem::alarm("there is a tenant that cannot be")),
    }
}

async fn members_answer(env: &Env) -> Result<(), Problem> {
    let secrets = Secrets::read(env)?;
    let member = MemberName::of(NOBODY, NOBODY, &secrets.naming);
    let ask = MemberAsk::Leave { generation: mfa_core::member::Generation::default() };
    let (tenant, origin) = (NOBODY.to_owned(), String::new());
    let request = MemberRequest { tenant, member, origin, idempotency: None, ask };
    // What it answered before, which is nothing: so it reads its storage and decides nothing.
    object_ref::ask_member_again(env, &request).await.map(|_| ())
}

async fn pages_are_there(env: &Env) -> Result<(), Problem> {
    let page = env.assets(ASSETS)?.fetch("https://assets.invalid/sign-in.html", None).await?;
    if page.status_code() == 200 { Ok(()) } else { Err(Problem::alarm("a page is not there")) }
}

fn rate_limits_are_there(env: &Env) -> Result<(), Problem> {
    for name in [
        SIEVE_TENANT_AND_ADDRESS,
        SIEVE_ADDRESS,
        SIEVE_APPLICATION,
        SIEVE_FORGOTTEN_ADDRESS,
        SIEVE_FORGOTTEN_TENANT,
        SIEVE_PROFILE,
    ] {
        env.rate_limiter(name)?;
    }
    Ok(())
}
