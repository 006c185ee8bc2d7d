//! Every route of the OpenAPI document against eight kinds of attack.
//!
//! The document is the running Worker's own, so a route that is new there is attacked from its first day, and a route
//! for which a kind has no case fails the last test here. The cases are made of what the document
//! says of a route: who may pass, what its body is, which methods its path knows. By hand is only what no document
//! says: which lane counts the guesses at a field (`throttle.rs`), what a member may ask about herself (`route.rs`),
//! and a value for texts that mean something (`body.rs`).

mod authorization;
mod body;
mod cases;
mod content_type;
mod cross_site;
mod cross_tenant;
mod fields;
mod guess;
mod method;
mod oversize;
mod people;
mod route;
mod throttle;
mod wire;

use std::sync::LazyLock;

use edge_mfa_tests::{Edge, rounds};

use cases::Cases;
use route::Route;

/// The routes of the running Worker.
fn routes() -> &'static [Route] {
    static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| Route::all(Edge::shared().door().document()));
    &ROUTES
}

/// A kind of attack. Its cases run once, whichever tests look at them.
struct Kind {
    name: &'static str,
    cases: LazyLock<Cases>,
}

static KINDS: [Kind; 8] = [
    Kind { name: "authorization", cases: LazyLock::new(authorization::cases) },
    Kind { name: "cross-tenant", cases: LazyLock::new(cross_tenant::cases) },
    Kind { name: "CSRF", cases: LazyLock::new(cross_site::cases) },
    Kind { name: "method", cases: LazyLock::new(method::cases) },
    Kind { name: "content-type", cases: LazyLock::new(content_type::cases) },
    Kind { name: "fields", cases: LazyLock::new(fields::cases) },
    Kind { name: "oversize", cases: LazyLock::new(oversize::cases) },
    Kind { name: "throttle", cases: LazyLock::new(throttle::cases) },
];

fn held(name: &str) {
    let kind = KINDS.iter().find(|kind| kind.name == name).expect("a kind");
    kind.cases.all_held();
}

#[test]
fn c01_c02_c17_g02_every_route_refuses_who_may_not_pass() {
    held("authorization");
}

#[test]
fn c05_g01_every_route_refuses_what_is_of_another_tenant() {
    held("cross-tenant");
}

#[test]
fn h01_h02_h04_h05_every_route_refuses_requests_that_another_site_makes() {
    held("CSRF");
}

#[test]
fn h01_every_path_refuses_methods_that_it_does_not_know() {
    held("method");
}

#[test]
fn h03_every_route_takes_nothing_but_json() {
    held("content-type");
}

#[test]
fn g14_i01_every_route_refuses_bodies_that_are_not_as_described() {
    held("fields");
}

#[test]
fn i09_every_route_refuses_bodies_that_are_too_large() {
    held("oversize");
}

#[test]
fn a07_every_field_that_can_be_guessed_at_is_limited_where_the_table_says() {
    held("throttle");
}

#[test]
fn h04_no_route_lacks_a_kind_of_case() {
    let mut lacking = Vec::new();
    let mut sums = [0; KINDS.len()];
    let heads = KINDS.iter().map(|kind| format!("{:>13}", kind.name));
    rounds::say(&format!("{:<64}{}", "route", heads.collect::<String>()));
    for route in routes() {
        let name = route.name();
        let counts = KINDS.each_ref().map(|kind| kind.cases.counts.get(&name).copied().unwrap_or_default());
        let columns = counts.iter().map(|count| format!("{count:>13}"));
        rounds::say(&format!("{name:<64}{}", columns.collect::<String>()));
        for ((kind, count), sum) in KINDS.iter().zip(counts).zip(&mut sums) {
            *sum += count;
            if count == 0 {
                lacking.push(format!("{name}: {}", kind.name));
            }
        }
    }
    let columns = sums.iter().map(|count| format!("{count:>13}"));
    let title = format!("{} routes, {} cases", routes().len(), sums.iter().sum::<usize>());
    rounds::say(&format!("{title:<64}{}", columns.collect::<String>()));
    assert!(lacking.is_empty(), "no case: {lacking:#?}");
}
