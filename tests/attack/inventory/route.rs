//! The routes, as the OpenAPI document of the running Worker tells them: none is listed here.

use edge_mfa_tests::Value;
use edge_mfa_tests::document::Document;

/// Who may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Everybody.
    Public,
    /// Who knows the operator's token.
    Operator,
    /// The server of a platform, by its key.
    Application,
    /// A directory elsewhere, by its key.
    Provisioning,
    /// Whose browser a platform has sent to our page.
    Page,
    /// Who has passed the password step.
    Pending,
    /// Who is signed in.
    Session,
    /// Who is signed in and runs the tenant.
    Administrator,
}

/// What a member may ask about herself. Whatever else wants a session wants an administrator's: a new route is held
/// to the stricter rule until it is named here.
const OWN: [&str; 4] = ["/session", "/account", "/sign-out", "/step-up"];

/// The most bytes that are read of a body, where the document names no other number.
const LARGEST: usize = 16 * 1024;

/// Where a member of a tenant asks.
const TENANT: &str = "/api/v1/tenants/{tenant}";

/// One method on one path.
#[derive(Clone, Debug)]
pub struct Route {
    /// In upper case.
    pub method: String,
    /// From the origin's root, with `{parameters}`.
    pub path: String,
    /// Who may pass.
    pub whose: Whose,
    /// Whether a session does something though none is needed.
    pub takes_session: bool,
    /// What its body looks like, references followed.
    pub schema: Option<Value>,
    /// The most bytes that are read of it.
    pub largest: usize,
    /// The parameters of its query.
    pub query: Vec<Value>,
    /// The methods that this path knows, as the `Allow` header says it.
    pub allow: String,
}

impl Route {
    /// Every route of the document.
    pub fn all(document: &Document) -> Vec<Self> {
        let operations = document.operations();
        let read = |it: &edge_mfa_tests::document::Operation<'_>| {
            let same = operations.iter().filter(|other| other.path == it.path);
            let mut allow: Vec<_> = same.map(|other| other.method.as_str()).collect();
            allow.sort_unstable();
            let (whose, takes_session) = whose(&it.path, &it.body["security"]);
            let schema = it.body.pointer("/requestBody/content/application~1json/schema");
            let largest = it.body["requestBody"]["x-largest-body"].as_u64().map_or(LARGEST, |bytes| bytes as usize);
            let parameters = it.body["parameters"].as_array().into_iter().flatten();
            Self {
                method: it.method.clone(),
                path: it.path.clone(),
                whose,
                takes_session,
                schema: schema.map(|schema| followed(document, schema)),
                largest,
                query: parameters.filter(|it| it["in"] == "query").map(|it| followed(document, it)).collect(),
                allow: allow.join(", "),
            }
        };
        operations.iter().map(read).collect()
    }

    /// How it is told.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path.trim_start_matches("/api/v1"))
    }

    /// Whether it may change something.
    pub fn is_unsafe(&self) -> bool {
        self.method != "GET"
    }

    /// Its path at this tenant, about this member, and about an application that nobody has.
    pub fn at(&self, tenant: &str, member: &str) -> String {
        self.about(tenant, member, "app-0000000000000000")
    }

    /// The same about this application.
    pub fn about(&self, tenant: &str, member: &str, application: &str) -> String {
        self.of(tenant, member, application, &"0".repeat(40))
    }

    /// The same about this user of a directory elsewhere.
    pub fn of(&self, tenant: &str, member: &str, application: &str, user: &str) -> String {
        let path = self.path.replace("{tenant}", tenant).replace("{member}", member);
        let path = path.replace("{application}", application).replace("{user}", user).replace("{type}", "User");
        path.replace("{schema}", "urn:ietf:params:scim:schemas:core:2.0:User")
    }

    /// Whether it asks for a bearer token, which no browser sends by itself.
    pub fn is_borne(&self) -> bool {
        matches!(self.whose, Whose::Operator | Whose::Application | Whose::Provisioning)
    }

    /// What it says to who has no business here.
    pub fn refusal(&self) -> &'static str {
        match self.whose {
            Whose::Pending | Whose::Page => "401 sign_in_expired",
            Whose::Application => "401 application_key_refused",
            _ => "401 unauthenticated",
        }
    }

    /// Whether it has the forms of SCIM (RFC 7644) instead of ours: its errors have no codes, and what it does not
    /// understand it reads past, as §3.3 allows and as what directories send makes necessary.
    pub fn is_scim(&self) -> bool {
        self.whose == Whose::Provisioning
    }

    /// Whether its body is read.
    pub fn has_body(&self) -> bool {
        self.schema.is_some()
    }

    /// Whether its body has this member at the top.
    pub fn has_field(&self, name: &str) -> bool {
        self.schema.as_ref().is_some_and(|schema| schema["properties"].get(name).is_some())
    }
}

/// Who may pass, and whether a session does something all the same.
fn whose(path: &str, security: &Value) -> (Whose, bool) {
    let ways = security.as_array().unwrap_or_else(|| panic!("{path}: the document does not say who may pass"));
    let names: Vec<&str> =
        ways.iter().flat_map(|way| way.as_object().into_iter().flatten()).map(|it| it.0.as_str()).collect();
    let is_open = ways.is_empty() || ways.iter().any(|way| way.as_object().is_some_and(|way| way.is_empty()));
    let whose = match names.as_slice() {
        _ if is_open => Whose::Public,
        ["operator"] => Whose::Operator,
        ["application"] => Whose::Application,
        ["provisioning"] => Whose::Provisioning,
        ["pending"] => Whose::Pending,
        ["page"] => Whose::Page,
        ["session"] => {
            let own = path.strip_prefix(TENANT).unwrap_or_else(|| panic!("{path}: a session of no tenant"));
            let is_own = OWN.iter().any(|it| own == *it || own.starts_with(&format!("{it}/")));
            if is_own { Whose::Session } else { Whose::Administrator }
        }
        other => panic!("{path}: nothing here knows how to attack {other:?}"),
    };
    (whose, is_open && names == ["session"])
}

/// The same with every reference followed.
fn followed(document: &Document, value: &Value) -> Value {
    match document.follow(value) {
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, it)| (name.clone(), followed(document, it))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(|it| followed(document, it)).collect()),
        other => other.clone(),
    }
}
