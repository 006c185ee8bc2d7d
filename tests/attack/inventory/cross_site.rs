//! Requests that another site makes the browser of whoever may pass send.

use edge_mfa_tests::client::SESSION;
use edge_mfa_tests::{Edge, Value};

use super::authorization::{bodies, request};
use super::cases::Cases;
use super::people::Site;
use super::route::{Route, Whose};
use super::routes;

/// What `Sec-Fetch-Site` says of them.
const SITES: [&str; 6] = ["cross-site", "same-site", "none", "", "same-origin, cross-site", "SAME-ORIGIN"];

pub fn cases() -> Cases {
    let site = Site::open();
    let mut cases = Cases::default();
    let mut seen = site.seen();
    for route in routes() {
        for body in bodies(route, &site) {
            match route.whose {
                _ if !route.is_unsafe() => reading(&mut cases, route, &site),
                Whose::Operator | Whose::Application | Whose::Provisioning => borne(&mut cases, route, &site, &body),
                _ => acting(&mut cases, route, &site, &body),
            }
        }
        seen = cases.unchanged(route, &site, seen);
    }
    cases.goes_on(&site);
    cases
}

fn acting(cases: &mut Cases, route: &Route, site: &Site, body: &Value) {
    let (person, path) = (site.entitled(route), site.path(route));
    let ours = Edge::shared().door().origin().to_owned();
    for from in SITES {
        let ask = request(&person, route, &path, body).header("sec-fetch-site", from);
        cases.expect(route, &format!("site {from:?}"), ask, "403 cross_site");
    }
    let silent = request(&person, route, &path, body).without("sec-fetch-site");
    cases.expect(route, "says nothing", silent.clone().without("origin"), "403 cross_site");
    for origin in ["null", "", "https://evil.example", &format!("{ours}.evil.example"), &format!("{ours}0")] {
        let ask = silent.clone().header("origin", origin);
        cases.expect(route, &format!("origin {origin:?}"), ask, "403 cross_site");
    }
    // An older browser's own page does pass: nobody's is refused for something else.
    let nobody = site.tenant.client();
    let own = request(&nobody, route, &path, body).without("sec-fetch-site");
    cases.holds(route, "our own origin", || match own.send() {
        answer if answer.short() == "403 cross_site" => Err("refused".to_owned()),
        _ => Ok(()),
    });
}

/// No browser sends a bearer token by itself; what it does send says nothing here.
fn borne(cases: &mut Cases, route: &Route, site: &Site, body: &Value) {
    let client = site.anna.client.clone();
    let token = site.bearer(route).expect("a bearer token");
    client.with_jar(|jar| ["authorization", "__Host-mfa_operator"].iter().for_each(|it| jar.put(it, token)));
    for from in ["cross-site", "same-site", "none", "same-origin"] {
        let ask = request(&client, route, &site.path(route), body).header("sec-fetch-site", from);
        cases.expect(route, &format!("site {from:?}"), ask, route.refusal());
    }
    client.with_jar(|jar| jar.put(SESSION, token));
    let ask = request(&client, route, &site.path(route), body).header("origin", "https://evil.example");
    cases.expect(route, "token as a cookie", ask.header("sec-fetch-site", "cross-site"), route.refusal());
}

/// Asked from elsewhere, a page that is read says what it says to everybody; that nobody else may read that, and that
/// nothing comes of it, is held for every answer.
fn reading(cases: &mut Cases, route: &Route, site: &Site) {
    let (person, path) = (site.entitled(route), site.path(route));
    let send = |ask: edge_mfa_tests::client::Ask<'_>| site.bearing(route, ask).send();
    let usual = send(person.ask("GET", &path)).short();
    for from in ["cross-site", "same-site", "none"] {
        let ask = person.ask("GET", &path).header("sec-fetch-site", from).header("origin", "https://evil.example");
        cases.answered(route, &format!("site {from:?}"), &usual, || send(ask));
    }
}
