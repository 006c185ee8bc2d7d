//! What a form of another site could send, and what only looks like JSON: none of it is taken for JSON.

use super::authorization::{bodies, request};
use super::cases::Cases;
use super::people::Site;
use super::route::Route;
use super::routes;
use super::wire::{Length, Wire};

const KINDS: [&str; 14] = [
    "text/plain",
    "text/plain; charset=utf-8",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-16",
    "application/json; charset=utf-8; boundary=x",
    "application/json; charset=utf-8, text/plain",
    "application/json;",
    "application/json; boundary=x",
    "application/json,text/plain",
    "application/problem+json",
    "Application/JSON",
    "text/json",
    "",
];

/// What software that provisions may call it: RFC 9110 has types compared without regard to case.
const OF_SCIM: [&str; 1] = ["Application/JSON"];

pub fn cases() -> Cases {
    let site = Site::open();
    let mut cases = Cases::default();
    let mut seen = site.seen();
    for route in routes() {
        if route.has_body() {
            written(&mut cases, route, &site);
        } else {
            read(&mut cases, route, &site);
        }
        seen = cases.unchanged(route, &site, seen);
    }
    cases.goes_on(&site);
    cases
}

fn written(cases: &mut Cases, route: &Route, site: &Site) {
    let person = site.entitled(route);
    for body in bodies(route, site) {
        let ask = request(&person, route, &site.path(route), &body);
        let ask = site.bearing(route, ask);
        for kind in KINDS.iter().filter(|kind| !(route.is_scim() && OF_SCIM.contains(kind))) {
            let ask = ask.clone().header("content-type", kind);
            cases.expect(route, &format!("{kind:?}"), ask, "415 unsupported_media_type");
        }
        cases.expect(route, "no type", ask.without("content-type"), "415 unsupported_media_type");
    }
}

/// Nobody looks at the body of a GET or a DELETE, whatever it is called.
fn read(cases: &mut Cases, route: &Route, site: &Site) {
    let (person, path, bearer) = (site.entitled(route), site.path(route), site.bearer(route));
    let method = route.method.as_str();
    let usual = site.bearing(route, person.ask(method, &path)).send().short();
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/json"] {
        let (client, path, length) = (&person, path.clone(), Length::Told);
        let wire = Wire { client, bearer, method, path, content_type, body: b"{\"a\":1}".to_vec(), length };
        cases.answered(route, content_type, &usual, || wire.send().0);
    }
}
