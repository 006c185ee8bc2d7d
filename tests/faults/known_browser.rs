//! What a browser itself makes of the life of a cookie decides nothing.

use edge_mfa_tests::client::BROWSER;
use edge_mfa_tests::{Client, Edge, Member, Tenant, json};

use crate::switch::{ENTRY, Switch};

const HOUR_MS: u64 = 3_600_000;

#[test]
fn a_browser_is_known_for_ninety_days_by_our_clock_and_no_longer() {
    let edge = Edge::start_as(ENTRY);
    let switch = Switch::of(&edge);
    let anna = Member::join(&Tenant::password_only(&edge));
    let (name, cookie) = anna.pending("done").jar().find(BROWSER).expect("a known browser");
    let hers = || {
        let client = anna.tenant.client();
        client.with_jar(|jar| jar.put(&name, &cookie));
        client
    };
    let flooded = |ahead: u64| -> Client {
        switch.goes_ahead(ahead);
        let stranger = anna.tenant.client();
        let body = || json!({"username": anna.username, "password": "a wrong password"});
        (0..12).for_each(|_| drop(stranger.post(&anna.tenant.at("/sign-in"), body())));
        anna.try_password(&stranger).problem(429, "throttled");
        hers()
    };
    anna.try_password(&flooded((90 * 24 - 1) * HOUR_MS)).is(200);
    anna.try_password(&flooded((90 * 24 + 1) * HOUR_MS)).problem(429, "throttled");
}
