//! Methods that a path does not know: refused with the ones that it knows, whoever asks.

use edge_mfa_tests::client::Ask;
use edge_mfa_tests::{Client, json};

use super::cases::Cases;
use super::people::Site;
use super::route::Route;
use super::routes;

/// The last one is none that the platform's own type knows.
const METHODS: [&str; 8] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "PROPFIND"];

pub fn cases() -> Cases {
    let site = Site::open();
    let mut cases = Cases::default();
    let mut seen = site.seen();
    for route in routes() {
        let client = site.entitled(route);
        for method in METHODS.iter().filter(|it| !route.allow.split(", ").any(|known| known == **it)) {
            let expected = if *method == "HEAD" { "405" } else { "405 method_not_allowed" };
            let answer = cases.answered(route, method, expected, || request(&client, route, &site, method).send());
            let allow = answer.and_then(|it| it.header("allow").map(str::to_owned));
            cases.holds(route, &format!("{method}: Allow"), || match allow.as_deref() == Some(route.allow.as_str()) {
                true => Ok(()),
                false => Err(format!("expected {:?}, got {allow:?}", route.allow)),
            });
        }
        seen = cases.unchanged(route, &site, seen);
    }
    cases.goes_on(&site);
    cases
}

fn request<'a>(client: &'a Client, route: &Route, site: &Site, method: &str) -> Ask<'a> {
    let ask = client.ask(method, &site.path(route));
    let ask = if matches!(method, "GET" | "HEAD" | "OPTIONS") { ask } else { ask.json(&json!({})) };
    site.bearing(route, ask)
}
