//! Bodies and queries that are not as the document describes them, from whoever may pass: refused by name.

use edge_mfa_tests::Value;

use super::body::{Wrong, out_of_bounds, wrong};
use super::cases::Cases;
use super::people::Site;
use super::route::Route;
use super::routes;

pub fn cases() -> Cases {
    let site = Site::open();
    let mut cases = Cases::default();
    let mut seen = site.seen();
    for route in routes() {
        match &route.schema {
            Some(schema) => bodies(&mut cases, route, &site, schema),
            None if route.is_scim() => queries_of_scim(&mut cases, route, &site),
            None => queries(&mut cases, route, &site),
        }
        seen = cases.unchanged(route, &site, seen);
    }
    cases.goes_on(&site);
    cases
}

fn bodies(cases: &mut Cases, route: &Route, site: &Site, schema: &Value) {
    let (person, path) = (site.entitled(route), site.path(route));
    for wrong in wrong(schema, &site.tenant.id).into_iter().filter(|wrong| !(route.is_scim() && is_read_past(wrong))) {
        let answer = cases.expect(
            route,
            &wrong.what,
            site.bearing(route, person.ask(&route.method, &path)).json(&wrong.body),
            "400 bad_request",
        );
        if wrong.is_named && !route.is_scim() {
            cases.holds(route, &wrong.what, || match answer.map(|it| it.json()["field"].clone()) {
                Some(field) if field == wrong.field => Ok(()),
                field => Err(format!("expected the field {:?}, got {field:?}", wrong.field)),
            });
        }
    }
    for wrong in out_of_bounds(schema, &site.tenant.id) {
        let ask = site.bearing(route, person.ask(&route.method, &path)).json(&wrong.body);
        cases.holds(route, &wrong.what, || match ask.send() {
            answer if answer.status == 400 => Ok(()),
            // A number that nothing has is compared like any other.
            answer if answer.status == 409 && wrong.body[&wrong.field].is_number() => Ok(()),
            answer => Err(format!("expected 400, got {}: {:.300}", answer.short(), answer.text())),
        });
    }
}

/// What SCIM reads past: members that it does not know, and the value of an operation, which is of its path's type.
fn is_read_past(wrong: &Wrong) -> bool {
    wrong.what.ends_with(" too") || wrong.what.contains("value as ")
}

/// The same in an address; a number is one all the same.
fn queries_of_scim(cases: &mut Cases, route: &Route, site: &Site) {
    let (client, path) = (site.tenant.client(), site.path(route));
    let send = |query: &str| site.bearing(route, client.ask(&route.method, &format!("{path}{query}"))).send();
    let usual = send("").short();
    for query in ["?extra=1", "?__proto__=1", "?tenant=another"] {
        cases.answered(route, query, &usual, || send(query));
    }
    for parameter in route.query.iter().filter(|it| it["schema"]["type"] == "integer") {
        let name = text(&parameter["name"]);
        for value in ["x", "1.5", "9".repeat(40).as_str()] {
            let query = format!("?{name}={value}");
            cases.answered(route, &query, "400", || send(&query));
        }
    }
}

/// Where a query is described, what it does not describe is refused; elsewhere nobody looks at it.
fn queries(cases: &mut Cases, route: &Route, site: &Site) {
    let (person, path) = (site.entitled(route), site.path(route));
    // What is wrong has to be told though another parameter is missing: each that is one of some words is given one.
    let others = |name: &str| {
        let words = route.query.iter().filter(|it| it["name"] != name && it["schema"]["enum"].is_array());
        words.map(|it| format!("&{}={}", text(&it["name"]), text(&it["schema"]["enum"][0]))).collect::<String>()
    };
    let get = |query: &str| site.bearing(route, person.ask("GET", &format!("{path}{query}"))).send();
    let usual = get("").short();
    let unknown = if route.query.is_empty() { usual.as_str() } else { "400 bad_request" };
    for query in ["?extra=1", "?__proto__=1", "?tenant=another"] {
        cases.answered(route, query, unknown, || get(query));
    }
    for parameter in &route.query {
        let name = text(&parameter["name"]);
        cases.answered(route, &format!("{name} twice"), "400 bad_request", || get(&format!("?{name}=1&{name}=1")));
        let (kind, words) = (&parameter["schema"]["type"], &parameter["schema"]["enum"]);
        if *kind == "integer" || words.is_array() {
            for value in ["x", "-1", "1.5", "9".repeat(40).as_str()] {
                let answer = cases.answered(route, &format!("{name}={value}"), "400 bad_request", || {
                    get(&format!("?{name}={value}{}", others(name)))
                });
                cases.holds(route, &format!("{name}={value}"), || match answer.map(|it| it.json()["field"] == *name) {
                    Some(true) => Ok(()),
                    _ => Err("the parameter is not named".to_owned()),
                });
            }
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}
