//! Every route of the API, and whose it is. `specification.rs` holds the list against the OpenAPI
//! document of the running Worker, so a route that is not listed here fails the tests.

use edge_mfa_tests::{Tenant, Value, json};

/// Who may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Everybody.
    Public,
    /// Who knows the operator's token.
    Operator,
    /// The server of a platform, by its key.
    Application,
    /// Whose browser a platform has sent to our page.
    Page,
    /// Who has passed the password step and owes a code.
    Pending,
    /// Who has passed the password step and must enrol.
    Enrolling,
    /// Who is signed in.
    Session,
    /// Who is signed in and runs the tenant.
    Administrator,
}

/// One route.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// The method, in upper case.
    pub method: &'static str,
    /// The path as the OpenAPI document writes it, from the root.
    pub path: &'static str,
    /// Who may pass.
    pub whose: Whose,
    /// A body of the right shape, whose values are wrong.
    pub body: fn() -> Value,
}

impl Route {
    /// Its path at this tenant.
    pub fn at(&self, tenant: &Tenant) -> String {
        self.path
            .replace("{tenant}", &tenant.id)
            .replace("{member}", &no_id())
            .replace("{application}", "app-0000000000000000")
    }

    /// A body of the right shape with which it gets as far as asking who is there.
    pub fn body_at(&self, tenant: &Tenant) -> Value {
        let mut body = (self.body)();
        if let Some(confirmation) = body.get_mut("confirmation") {
            *confirmation = json!(tenant.id);
        }
        body
    }

    /// The most bytes that are read of a body.
    pub fn largest_body(&self) -> usize {
        if self.path == LOGO.path { 48 * 1024 } else { 16 * 1024 }
    }

    /// Whether nobody passes without a token.
    pub fn is_closed(&self) -> bool {
        self.whose != Whose::Public
    }

    /// Whether it may change something.
    pub fn is_unsafe(&self) -> bool {
        self.method != "GET"
    }

    /// Whether it may, and somebody without an application's key gets past the first of its guards. What applications
    /// may send is in `tests/attack`.
    pub fn is_unsafe_and_peoples(&self) -> bool {
        self.is_unsafe() && self.whose != Whose::Application
    }
}

const fn get(path: &'static str, whose: Whose) -> Route {
    Route { method: "GET", path, whose, body: || json!({}) }
}

const fn post(path: &'static str, whose: Whose, body: fn() -> Value) -> Route {
    Route { method: "POST", path, whose, body }
}

/// An id or token that nothing has.
fn nothing() -> String {
    "A".repeat(43)
}

/// The id of no enrolment and of no member, in the right form.
fn no_id() -> String {
    "0".repeat(32)
}

/// The only one that takes more than 16 KiB.
const LOGO: Route =
    post("/api/v1/tenants/{tenant}/settings/appearance/logo", Whose::Administrator, || json!({"logo": "PHN2Zy8+"}));

/// Every route.
pub const ROUTES: [Route; 109] = [
    get("/api/v1/openapi.json", Whose::Public),
    get("/api/v1/health", Whose::Public),
    get("/api/v1/operator/health", Whose::Operator),
    get("/api/v1/operator/metrics", Whose::Operator),
    post(
        "/api/v1/operator/tenants",
        Whose::Operator,
        || json!({"tenant": "t-example", "name": "x", "mode": "mfa", "administrator": "anna"}),
    ),
    get("/api/v1/operator/tenants", Whose::Operator),
    get("/api/v1/operator/tenants/{tenant}", Whose::Operator),
    post(
        "/api/v1/operator/tenants/{tenant}/invitations",
        Whose::Operator,
        || json!({"username": "x", "role": "member"}),
    ),
    post(
        "/api/v1/operator/tenants/{tenant}/import",
        Whose::Operator,
        || json!({"dry_run": true, "rows": [{"username": "x", "role": "member", "key_uri": "otpauth://totp/x?secret=AAAA"}]}),
    ),
    post(
        "/api/v1/operator/tenants/{tenant}/authenticators",
        Whose::Operator,
        || json!({"reason": "nothing is wrong", "after": ""}),
    ),
    post("/api/v1/operator/tenants/{tenant}/suspend", Whose::Operator, || json!({})),
    post("/api/v1/operator/tenants/{tenant}/resume", Whose::Operator, || json!({})),
    post("/api/v1/operator/tenants/{tenant}/delete", Whose::Operator, || json!({"confirmation": "x"})),
    post("/api/v1/operator/tenants/{tenant}/restored", Whose::Operator, || json!({"reason": "nothing is wrong"})),
    post(
        "/api/v1/operator/tenants/{tenant}/break-glass",
        Whose::Operator,
        || json!({"username": "nobody", "reason": "nothing is wrong"}),
    ),
    post("/api/v1/operator/tenants/{tenant}/reseal", Whose::Operator, || json!({})),
    post("/api/v1/operator/tenants/{tenant}/use-local", Whose::Operator, || json!({"reason": "nothing is wrong"})),
    get("/api/v1/tenants/{tenant}/settings/signing-keys", Whose::Administrator),
    post("/api/v1/tenants/{tenant}/settings/signing-keys/rotate", Whose::Administrator, || json!({})),
    post("/api/v1/tenants/{tenant}/settings/appearance/accent", Whose::Administrator, || json!({"accent": "teal"})),
    LOGO,
    post("/api/v1/tenants/{tenant}/settings/appearance/remove", Whose::Administrator, || json!({"part": "accent"})),
    get("/api/v1/operator/tenants/{tenant}/members", Whose::Operator),
    get("/api/v1/operator/tenants/{tenant}/audit", Whose::Operator),
    get("/api/v1/tenants/{tenant}", Whose::Public),
    HARMLESS,
    post(
        "/api/v1/tenants/{tenant}/invitation/accept",
        Whose::Public,
        || json!({"token": nothing(), "password": "a long enough password"}),
    ),
    post("/api/v1/tenants/{tenant}/sign-in", Whose::Public, || json!({"username": "nobody", "password": "wrong"})),
    post(
        "/api/v1/tenants/{tenant}/sign-in/code",
        Whose::Pending,
        || json!({"code": "000000", "remember_device": false}),
    ),
    post(
        "/api/v1/tenants/{tenant}/sign-in/recovery-key",
        Whose::Pending,
        || json!({"recovery_key": "00000-00000-00000-00000-00000"}),
    ),
    post(
        "/api/v1/tenants/{tenant}/sign-in/new-password",
        Whose::Pending,
        || json!({"password": "a long enough password"}),
    ),
    post("/api/v1/tenants/{tenant}/sign-in/extend", Whose::Pending, || json!({})),
    post("/api/v1/tenants/{tenant}/enrolment/start", Whose::Enrolling, || json!({})),
    post(
        "/api/v1/tenants/{tenant}/enrolment/confirm",
        Whose::Enrolling,
        || json!({"enrolment_id": no_id(), "code": "000000"}),
    ),
    post("/api/v1/tenants/{tenant}/enrolment/recovery-keys", Whose::Enrolling, || json!({"enrolment_id": no_id()})),
    post(
        "/api/v1/tenants/{tenant}/enrolment/complete",
        Whose::Enrolling,
        || json!({"enrolment_id": no_id(), "proof": "00000"}),
    ),
    get("/api/v1/tenants/{tenant}/session", Whose::Session),
    get("/api/v1/tenants/{tenant}/account", Whose::Session),
    // Without a session there is nothing to end, and that is done.
    post("/api/v1/tenants/{tenant}/sign-out", Whose::Public, || json!({})),
    STEP_UP,
    post("/api/v1/tenants/{tenant}/account/reset-mfa", Whose::Session, || json!({})),
    post("/api/v1/tenants/{tenant}/account/recovery-keys/start", Whose::Session, || json!({})),
    post("/api/v1/tenants/{tenant}/account/recovery-keys/extend", Whose::Session, || json!({})),
    post("/api/v1/tenants/{tenant}/account/recovery-keys/complete", Whose::Session, || json!({"proof": "00000"})),
    post(
        "/api/v1/tenants/{tenant}/account/devices/forget",
        Whose::Session,
        || json!({"device_id": "0000000000000000"}),
    ),
    post("/api/v1/tenants/{tenant}/account/devices/forget-all", Whose::Session, || json!({})),
    post("/api/v1/tenants/{tenant}/account/sessions/end-others", Whose::Session, || json!({})),
    post(
        "/api/v1/tenants/{tenant}/account/password",
        Whose::Session,
        || json!({"current_password": "wrong", "new_password": "a long enough password"}),
    ),
    post("/api/v1/tenants/{tenant}/password/forgot", Whose::Public, || json!({"username": "nobody"})),
    post("/api/v1/tenants/{tenant}/password/link", Whose::Public, || json!({"token": nothing()})),
    post("/api/v1/tenants/{tenant}/password/not-me", Whose::Public, || json!({"token": nothing()})),
    post(
        "/api/v1/tenants/{tenant}/password/reset",
        Whose::Public,
        || json!({"token": nothing(), "password": "a long enough password"}),
    ),
    get("/api/v1/tenants/{tenant}/settings/authentication", Whose::Administrator),
    post("/api/v1/tenants/{tenant}/settings/mfa/set-up/start", Whose::Administrator, || json!({})),
    post(
        "/api/v1/tenants/{tenant}/settings/mfa/set-up/confirm",
        Whose::Administrator,
        || json!({"epoch": 2, "enrolment_id": no_id(), "code": "000000"}),
    ),
    post(
        "/api/v1/tenants/{tenant}/settings/mfa/set-up/recovery-keys",
        Whose::Administrator,
        || json!({"epoch": 2, "enrolment_id": no_id()}),
    ),
    post(
        "/api/v1/tenants/{tenant}/settings/mfa/set-up/extend",
        Whose::Administrator,
        || json!({"epoch": 2, "enrolment_id": no_id()}),
    ),
    post(
        "/api/v1/tenants/{tenant}/settings/mfa/set-up/complete",
        Whose::Administrator,
        || json!({"epoch": 2, "enrolment_id": no_id(), "proof": "00000"}),
    ),
    post("/api/v1/tenants/{tenant}/settings/mfa/switch-off", Whose::Administrator, || json!({"confirmation": "x"})),
    get("/api/v1/tenants/{tenant}/members", Whose::Administrator),
    get("/api/v1/tenants/{tenant}/members/enrolment", Whose::Administrator),
    get("/api/v1/tenants/{tenant}/members/{member}", Whose::Administrator),
    post(
        "/api/v1/tenants/{tenant}/members/invite",
        Whose::Administrator,
        || json!({"username": "x", "role": "member"}),
    ),
    post(
        "/api/v1/tenants/{tenant}/members/invite-many",
        Whose::Administrator,
        || json!({"rows": [{"username": "x", "role": "member"}]}),
    ),
    post("/api/v1/tenants/{tenant}/members/{member}/invite-again", Whose::Administrator, || json!({})),
    post("/api/v1/tenants/{tenant}/members/{member}/remove", Whose::Administrator, || json!({})),
    post("/api/v1/tenants/{tenant}/members/{member}/role", Whose::Administrator, || json!({"role": "member"})),
    post("/api/v1/tenants/{tenant}/members/{member}/reset-mfa", Whose::Administrator, || json!({})),
    post("/api/v1/tenants/{tenant}/members/{member}/connection-link", Whose::Administrator, || json!({})),
    post(
        "/api/v1/tenants/{tenant}/settings/external/configure",
        Whose::Administrator,
        || json!({"issuer": "https://provider.example", "client_id": "x", "client_secret": "y"}),
    ),
    post("/api/v1/tenants/{tenant}/settings/external/dry-run", Whose::Administrator, || json!({})),
    post("/api/v1/tenants/{tenant}/settings/external/enable", Whose::Administrator, || json!({"confirmation": "x"})),
    post("/api/v1/tenants/{tenant}/settings/external/disable", Whose::Administrator, || json!({"confirmation": "x"})),
    post("/api/v1/tenants/{tenant}/external/sign-in", Whose::Public, || json!({"anew": false})),
    post("/api/v1/tenants/{tenant}/external/connect", Whose::Public, || json!({"token": nothing()})),
    get("/api/v1/tenants/{tenant}/settings/applications", Whose::Administrator),
    get("/api/v1/tenants/{tenant}/settings/applications/{application}", Whose::Administrator),
    post(
        "/api/v1/tenants/{tenant}/settings/applications/register",
        Whose::Administrator,
        || json!({"name": "x", "kind": "login"}),
    ),
    post(
        "/api/v1/tenants/{tenant}/settings/applications/{application}/change",
        Whose::Administrator,
        || json!({"name": "x", "kind": "login"}),
    ),
    post("/api/v1/tenants/{tenant}/settings/applications/{application}/remove", Whose::Administrator, || json!({})),
    post("/api/v1/tenants/{tenant}/settings/applications/{application}/keys/add", Whose::Administrator, || json!({})),
    post(
        "/api/v1/tenants/{tenant}/settings/applications/{application}/keys/end",
        Whose::Administrator,
        || json!({"number": 1}),
    ),
    post("/api/v1/tenants/{tenant}/second-factor/members", Whose::Application, || json!({"username": "x"})),
    post("/api/v1/tenants/{tenant}/second-factor/begin", Whose::Application, || json!({"username": "x"})),
    post(
        "/api/v1/tenants/{tenant}/second-factor/code",
        Whose::Application,
        || json!({"pending": nothing(), "code": "000000", "remember_device": false}),
    ),
    post(
        "/api/v1/tenants/{tenant}/second-factor/recovery-key",
        Whose::Application,
        || json!({"pending": nothing(), "recovery_key": "00000-00000-00000-00000-00000"}),
    ),
    post(
        "/api/v1/tenants/{tenant}/second-factor/password-changed",
        Whose::Application,
        || json!({"pending": nothing()}),
    ),
    post(
        "/api/v1/tenants/{tenant}/second-factor/enrolment/start",
        Whose::Application,
        || json!({"pending": nothing()}),
    ),
    post(
        "/api/v1/tenants/{tenant}/second-factor/enrolment/confirm",
        Whose::Application,
        || json!({"pending": nothing(), "enrolment_id": no_id(), "code": "000000"}),
    ),
    post(
        "/api/v1/tenants/{tenant}/second-factor/enrolment/recovery-keys",
        Whose::Application,
        || json!({"pending": nothing(), "enrolment_id": no_id()}),
    ),
    post(
        "/api/v1/tenants/{tenant}/second-factor/enrolment/complete",
        Whose::Application,
        || json!({"pending": nothing(), "enrolment_id": no_id(), "proof": "00000"}),
    ),
    post(
        "/api/v1/tenants/{tenant}/second-factor/redeem",
        Whose::Application,
        || json!({"pending": nothing(), "reference": nothing()}),
    ),
    post("/api/v1/tenants/{tenant}/second-factor/page/open", Whose::Public, || json!({"token": nothing()})),
    get("/api/v1/tenants/{tenant}/second-factor/page", Whose::Page),
    post(
        "/api/v1/tenants/{tenant}/second-factor/page/code",
        Whose::Page,
        || json!({"code": "000000", "remember_device": false}),
    ),
    post(
        "/api/v1/tenants/{tenant}/second-factor/page/recovery-key",
        Whose::Page,
        || json!({"recovery_key": "00000-00000-00000-00000-00000"}),
    ),
    post("/api/v1/tenants/{tenant}/second-factor/page/extend", Whose::Page, || json!({})),
    post("/api/v1/tenants/{tenant}/second-factor/page/enrolment/start", Whose::Page, || json!({})),
    post(
        "/api/v1/tenants/{tenant}/second-factor/page/enrolment/confirm",
        Whose::Page,
        || json!({"enrolment_id": no_id(), "code": "000000"}),
    ),
    post(
        "/api/v1/tenants/{tenant}/second-factor/page/enrolment/recovery-keys",
        Whose::Page,
        || json!({"enrolment_id": no_id()}),
    ),
    post(
        "/api/v1/tenants/{tenant}/second-factor/page/enrolment/complete",
        Whose::Page,
        || json!({"enrolment_id": no_id(), "proof": "00000"}),
    ),
    get("/api/v1/tenants/{tenant}/audit", Whose::Administrator),
    get("/api/v1/tenants/{tenant}/audit/export", Whose::Administrator),
    get("/api/v1/tenants/{tenant}/gate/check", Whose::Application),
    get("/api/v1/tenants/{tenant}/gate/check-or-redirect", Whose::Application),
    get("/api/v1/tenants/{tenant}/gate/start", Whose::Application),
    get("/api/v1/tenants/{tenant}/gate/callback", Whose::Application),
    get("/api/v1/tenants/{tenant}/gate/sign-out", Whose::Application),
    get("/api/v1/tenants/{tenant}/gate/ended", Whose::Application),
];

/// An unsafe route that anybody may ask and that changes nothing.
pub const HARMLESS: Route =
    post("/api/v1/tenants/{tenant}/invitation/preview", Whose::Public, || json!({"token": nothing()}));

/// Takes one of several proofs: none of its fields is demanded by itself.
pub const STEP_UP: Route = post("/api/v1/tenants/{tenant}/step-up", Whose::Session, || json!({"password": "wrong"}));
