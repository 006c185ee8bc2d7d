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
    /// Who has passed the password step and owes a code.
    Pending,
    /// Who has passed the password step and must enrol.
    Enrolling,
    /// Who is signed in.
    Session,
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
        self.path.replace("{tenant}", &tenant.id)
    }

    /// Whether it may change something.
    pub fn is_unsafe(&self) -> bool {
        self.method != "GET"
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

/// The id of no enrolment, in the right form.
fn no_enrolment() -> String {
    "0".repeat(32)
}

/// Every route.
pub const ROUTES: [Route; 18] = [
    get("/api/v1/openapi.json", Whose::Public),
    post(
        "/api/v1/operator/tenants",
        Whose::Operator,
        || json!({"tenant": "t-example", "name": "x", "mode": "mfa", "administrator": "anna"}),
    ),
    get("/api/v1/operator/tenants/{tenant}", Whose::Operator),
    post(
        "/api/v1/operator/tenants/{tenant}/invitations",
        Whose::Operator,
        || json!({"username": "x", "role": "member"}),
    ),
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
    post("/api/v1/tenants/{tenant}/enrolment/start", Whose::Enrolling, || json!({})),
    post(
        "/api/v1/tenants/{tenant}/enrolment/confirm",
        Whose::Enrolling,
        || json!({"enrolment_id": no_enrolment(), "code": "000000"}),
    ),
    post(
        "/api/v1/tenants/{tenant}/enrolment/recovery-keys",
        Whose::Enrolling,
        || json!({"enrolment_id": no_enrolment()}),
    ),
    post(
        "/api/v1/tenants/{tenant}/enrolment/complete",
        Whose::Enrolling,
        || json!({"enrolment_id": no_enrolment(), "proof": "00000"}),
    ),
    get("/api/v1/tenants/{tenant}/session", Whose::Session),
    get("/api/v1/tenants/{tenant}/account", Whose::Session),
    // Without a session there is nothing to end, and that is done.
    post("/api/v1/tenants/{tenant}/sign-out", Whose::Public, || json!({})),
];

/// An unsafe route that anybody may ask and that changes nothing.
pub const HARMLESS: Route =
    post("/api/v1/tenants/{tenant}/invitation/preview", Whose::Public, || json!({"token": nothing()}));
