//! Who may not pass: nobody at all, who shows another kind of token in the token's place, the right token in another
//! place, and a member where an administrator has to be.

use std::panic::{AssertUnwindSafe, catch_unwind};

use edge_mfa_tests::client::{Ask, DEVICE, PAGE, PENDING, SESSION};
use edge_mfa_tests::{Client, Value};

use super::body::{smallest, with};
use super::cases::Cases;
use super::people::Site;
use super::route::{Route, Whose};
use super::routes;

pub fn cases() -> Cases {
    let site = Site::open();
    let mut cases = Cases::default();
    let mut seen = site.seen();
    for route in routes() {
        for body in bodies(route, &site) {
            match route.whose {
                Whose::Public => open(&mut cases, route, &site, &body),
                _ => closed(&mut cases, route, &site, &body),
            }
        }
        seen = cases.unchanged(route, &site, seen);
    }
    cases.goes_on(&site);
    who_may_pass(&mut cases);
    cases
}

/// The smallest right bodies of a route here; of one that has none, nothing.
pub fn bodies(route: &Route, site: &Site) -> Vec<Value> {
    route.schema.as_ref().map_or_else(|| vec![Value::Null], |schema| smallest(schema, &site.tenant.id))
}

/// Asks as this browser, with this body where there is one.
pub fn request<'a>(client: &'a Client, route: &Route, path: &str, body: &Value) -> Ask<'a> {
    let ask = client.ask(&route.method, path);
    if body.is_null() { ask } else { ask.json(body) }
}

/// The kind of token that lets pass.
fn right_kind(route: &Route) -> &'static str {
    match route.whose {
        Whose::Operator => "operator",
        Whose::Application => "application",
        Whose::Provisioning => "provisioning",
        Whose::Pending => "pending",
        Whose::Page => "page",
        Whose::Public | Whose::Session | Whose::Administrator => "session",
    }
}

fn closed(cases: &mut Cases, route: &Route, site: &Site, body: &Value) {
    let path = site.path(route);
    cases.expect(route, "nobody", request(&site.tenant.client(), route, &path, body), route.refusal());
    let others = site.tokens.iter().filter(|it| it.0 != right_kind(route)).map(|it| (it.0, it.1.clone()));
    let right = site.token(right_kind(route));
    let spoilt = [("no", String::new()), ("a cut", right[..right.len() - 1].to_owned())];
    for (kind, token) in others.chain(spoilt) {
        let client = site.tenant.client();
        let ask = site.with_token(&client, route, &route.method, &token);
        let ask = if body.is_null() { ask } else { ask.json(body) };
        cases.expect(route, &format!("{kind} token"), ask, route.refusal());
    }
    // The right one everywhere but where it belongs.
    let client = site.tenant.client();
    let bearer = match route.whose {
        Whose::Operator | Whose::Application | Whose::Provisioning => format!("Basic {right}"),
        _ => format!("Bearer {right}"),
    };
    let own = match route.whose {
        Whose::Operator | Whose::Application | Whose::Provisioning => "",
        Whose::Pending => PENDING,
        Whose::Page => PAGE,
        _ => SESSION,
    };
    let slots = [PENDING, PAGE, SESSION, "__Host-mfa_operator", "mfa_session", "session"];
    client.with_jar(|jar| slots.iter().filter(|it| **it != own).for_each(|it| jar.put(it, right)));
    let path_with_token = format!("{path}?token={right}&session={right}");
    for path in [&path, &path_with_token] {
        let ask = request(&client, route, path, body).header("authorization", &bearer);
        cases.expect(route, "right token, wrong place", ask, route.refusal());
    }
    if route.whose == Whose::Administrator {
        cases.expect(route, "a member", request(&site.bert.client, route, &path, body), "403 not_administrator");
    }
}

/// Where everybody may ask, no token makes a difference; and one in the body has to be of its kind.
fn open(cases: &mut Cases, route: &Route, site: &Site, body: &Value) {
    let path = site.path(route);
    let nobody = request(&site.tenant.client(), route, &path, body).send().short();
    let client = site.tenant.client();
    client.with_jar(|jar| {
        jar.put(PENDING, site.token("pending"));
        jar.put(SESSION, site.token(if route.takes_session { "pending" } else { "session" }));
        jar.put(&format!("{DEVICE}0000000000000000"), site.token("device"));
    });
    let everything = request(&client, route, &path, body).operator();
    cases.expect(route, "every token", everything, &nobody);
    if route.has_field("token") {
        let (right, refused) = token_in_body(route);
        for (kind, token) in site.tokens.iter().filter(|it| it.0 != right) {
            let body = with(body, "token", Value::from(token.as_str()));
            cases.expect(route, &format!("{kind} token"), request(&site.tenant.client(), route, &path, &body), refused);
        }
    }
}

/// The kind of token that a body carries, and what every other is told.
pub fn token_in_body(route: &Route) -> (&'static str, &'static str) {
    let link = ("password link", "404 link_refused");
    if route.path.contains("/page/") {
        return ("way to a page", "401 sign_in_expired");
    }
    if route.path.contains("/password/") { link } else { ("invitation", "404 invitation_refused") }
}

/// Whoever may pass does: else every refusal above might be of something else.
fn who_may_pass(cases: &mut Cases) {
    let mut site = Site::open();
    for route in routes().iter().filter(|it| it.whose != Whose::Public) {
        for body in bodies(route, &site) {
            let client = site.entitled(route);
            let ask = request(&client, route, &site.path(route), &body);
            cases.holds(route, "who may pass", || {
                let answer = site.bearing(route, ask).send();
                let is_right = answer.short() != route.refusal() && answer.short() != "403 not_administrator";
                if is_right { Ok(()) } else { Err(format!("refused: {}", answer.short())) }
            });
        }
        // Some acts end what the next one needs.
        if route.is_unsafe()
            && catch_unwind(AssertUnwindSafe(|| site.seen()["settings"]["mode"] == "mfa")).ok() != Some(true)
        {
            site = Site::open();
        }
    }
}
