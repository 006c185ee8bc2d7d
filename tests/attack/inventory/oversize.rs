//! Bodies above 16 KiB (of one route 48 KiB), right but for their length, from whoever may pass: refused at the door, before anything is
//! hashed, whether or not they say how long they are.

use std::time::{Duration, Instant};

use edge_mfa_tests::{Client, json, random, rounds};

use super::authorization::bodies;
use super::cases::Cases;
use super::people::Site;
use super::route::Route;
use super::routes;
use super::wire::{Length, Wire};

const HUGE: usize = 10 << 20;
/// How often what is to be soon may be timed until it is: a busy machine delays some, hardly all.
const TRIES: usize = 10;

pub fn cases() -> Cases {
    let site = Site::open();
    let mut cases = Cases::default();
    let mut seen = site.seen();
    let hash = hashing(&site);
    let mut slowest = [Duration::ZERO; 2];
    for route in routes() {
        if route.has_body() {
            written(&mut cases, route, &site, hash, &mut slowest);
        } else {
            read(&mut cases, route, &site);
        }
        seen = cases.unchanged(route, &site, seen);
    }
    cases.goes_on(&site);
    let [over, huge, hash] = [slowest[0], slowest[1], hash].map(|it| it.as_millis());
    rounds::say(&format!(
        "413 within {over} ms for a byte too many (the fastest), {huge} ms for 10 MB; a sign-in takes {hash} ms"
    ));
    cases
}

/// How long an answer takes for which a password was hashed, at the least.
fn hashing(site: &Site) -> Duration {
    let one = |_| {
        let start = Instant::now();
        let body = json!({"username": random::name("n"), "password": random::password()});
        site.tenant.client().post(&site.tenant.at("/sign-in"), body).problem(401, "sign_in_refused");
        start.elapsed()
    };
    (0..TRIES).map(one).min().unwrap_or_default()
}

fn written(cases: &mut Cases, route: &Route, site: &Site, hash: Duration, slowest: &mut [Duration; 2]) {
    let person = site.entitled(route);
    for body in bodies(route, site) {
        let text = body.to_string();
        // Spaces behind it change nothing but its length.
        let padded = |length: usize| format!("{text}{}", " ".repeat(length - text.len())).into_bytes();
        for length in [Length::Told, Length::Untold] {
            let over = wire(route, site, &person, padded(route.largest + 1), length);
            cases.answered(route, &format!("a byte too long, {length:?}"), "413 body_too_large", || over.send().0);
            let mut soonest = Duration::MAX;
            cases.holds(route, "sooner than a hash", || {
                let mut times = (0..TRIES).map(|_| over.send().1);
                let is_soon = times.any(|took| {
                    soonest = soonest.min(took);
                    took < hash / 2
                });
                if is_soon { Ok(()) } else { Err(format!("{soonest:?}, a hash takes {hash:?}")) }
            });
            slowest[0] = slowest[0].max(soonest);
            slowest[1] = slowest[1].max(huge(cases, route, &wire(route, site, &person, padded(HUGE), length)));
            // As long as may be, from nobody: it is read, and refused for something else or for nothing.
            let nobody = site.tenant.client();
            let whole = Wire { bearer: None, ..wire(route, site, &nobody, padded(route.largest), length) };
            cases.holds(route, "as long as may be", || match whole.send().0 {
                answer if answer.status == 413 => Err("too long".to_owned()),
                _ => Ok(()),
            });
        }
    }
}

/// Nobody reads that to its end. Where it does not say how long it is, the proxy of the development server may find
/// the Worker gone in the middle of it and say so itself: then the Worker's answer is lost, and nothing else.
fn huge(cases: &mut Cases, route: &Route, wire: &Wire<'_>) -> Duration {
    let mut took = Duration::ZERO;
    cases.holds(route, &format!("10 MB, {:?}", wire.length), || {
        let (answer, time) = wire.try_send();
        took = time;
        match (answer, wire.length) {
            (Some(answer), _) if answer.status == 413 => Ok(()),
            (None, Length::Untold) => Ok(()),
            (Some(answer), Length::Untold) if answer.is_of_the_proxy() => Ok(()),
            (answer, _) => Err(format!("expected 413, got {answer:?}")),
        }
    });
    took
}

/// Nobody looks at the body of a GET or a DELETE, however long it is.
fn read(cases: &mut Cases, route: &Route, site: &Site) {
    let person = site.entitled(route);
    let usual = site.bearing(route, person.ask(&route.method, &site.path(route))).send().short();
    for length in [Length::Told, Length::Untold] {
        let long = wire(route, site, &person, vec![b' '; route.largest + 1], length);
        cases.answered(route, &format!("a long body, {length:?}"), &usual, || long.send().0);
    }
}

fn wire<'a>(route: &'a Route, site: &'a Site, client: &'a Client, body: Vec<u8>, length: Length) -> Wire<'a> {
    let (bearer, path) = (site.bearer(route), site.path(route));
    Wire { client, bearer, method: &route.method, path, content_type: "application/json", body, length }
}
