//! The first sieve, with the limits that are shipped. Locally the platform's word on where a request comes from is
//! taken from whoever sends it, which is how a test can come from many addresses.

use std::sync::LazyLock;

use edge_mfa_tests::client::Ask;
use edge_mfa_tests::needles::files;
use edge_mfa_tests::phone::now;
use edge_mfa_tests::site::Sieve;
use edge_mfa_tests::{Answer, Client, Edge, Member, Tenant, eventually, json, random, together};

/// What `wrangler.toml` allows in a minute: one address at a tenant's open doors, one address's forgotten passwords, and
/// those of a tenant.
const OPEN: usize = 600;
const FORGOTTEN: usize = 20;
const FORGOTTEN_OF_A_TENANT: usize = 300;

/// One edge for all of them; each has tenants and addresses of its own.
fn shipped() -> &'static Edge {
    static SHIPPED: LazyLock<Edge> = LazyLock::new(Edge::start_as_shipped);
    &SHIPPED
}

#[test]
fn a_flood_from_one_address_is_refused_before_any_hash_and_touches_nobody_elsewhere() {
    let edge = shipped();
    let anna = Member::join(&Tenant::password_only(edge));
    let flood = Flood::of(&anna.tenant, "203.0.113.7");
    let passed = flood.spend();
    assert!(passed >= OPEN, "a company behind one address was refused after {passed}");

    // Nothing of a body is read: what is no JSON is refused in the same words as a password, so nothing is hashed.
    let sign_in = |username: &str, password: &str| json!({"username": username, "password": password}).to_string();
    let bodies = [
        sign_in(&anna.username, &anna.password),
        sign_in(&anna.username, "a wrong password"),
        sign_in(&random::name("nobody"), "a wrong password"),
        "{".to_owned(),
    ];
    for body in &bodies {
        let answer = flood.refused(|ask| ask.bytes(body.as_str()).send());
        assert_eq!(answer.header("retry-after"), Some("60"), "{answer}");
        let problem = answer.problem(429, "throttled");
        assert_eq!((&problem["retry_after_seconds"], &problem["reason"]), (&json!(60), &json!("address")));
    }
    // What a client says of its way here is nothing (A05).
    for header in ["x-forwarded-for", "forwarded", "x-real-ip", "true-client-ip"] {
        let (elsewhere, body) = (format!("198.51.100.{}", random::below(255)), &bodies[1]);
        flood.refused(|ask| ask.header(header, &elsewhere).bytes(body.as_str()).send());
    }
    // What another site made a browser send does not come as far as the sieve.
    flood.ask().header("sec-fetch-site", "cross-site").bytes("{}").send().problem(403, "cross_site");

    // Twenty more of her name from there. They have not come to her object: elsewhere guesses are still free. Of the ten
    // that are, half are left for those that came while one minute became the next.
    for _ in 0..20 {
        flood.refused(|ask| ask.bytes(bodies[1].as_str()).send());
    }
    let elsewhere = Flood::of(&anna.tenant, "203.0.113.8");
    for _ in 0..5 {
        elsewhere.ask().bytes(bodies[1].as_str()).send().problem(401, "sign_in_refused");
    }
    elsewhere.ask().bytes(bodies[0].as_str()).send().is(200);
    // Nor is another tenant's door at the same address shut.
    let bea = Member::join(&Tenant::password_only(edge));
    let same_address = Flood::of(&bea.tenant, "203.0.113.7");
    same_address.ask().bytes(sign_in(&bea.username, &bea.password)).send().is(200);
}

#[test]
fn whoever_has_an_ipv6_network_is_one_address() {
    let edge = shipped();
    let tenant = Tenant::password_only(edge);
    Flood::of(&tenant, "2001:db8:0:7::1").spend();
    Flood::of(&tenant, "2001:db8:0:7:ffff::2").refused(|ask| ask.bytes("{}").send());
    Flood::of(&tenant, "2001:db8:0:8::1").ask().bytes("{}").send().problem(400, "bad_request");
}

/// The limit over all tenants is a site's: each of its networks has room at a tenant, and all of them share the rest.
#[test]
fn the_networks_of_an_ipv6_site_share_the_wider_limit() {
    let edge = shipped();
    let taken: usize = (1..=5)
        .map(|network| Flood::of(&Tenant::password_only(edge), &format!("2001:db8:7:{network}::1")).spend())
        .sum();
    assert!(taken >= 2 * OPEN, "a site was refused after {taken}");
    assert!(taken < 5 * OPEN, "five networks of a site, each at a tenant of its own, were let in {taken} times");
}

#[test]
fn forgotten_passwords_are_limited_for_each_address_and_each_tenant_whoever_is_asked_for() {
    let edge = shipped();
    let anna = Member::join(&Tenant::password_only(edge));
    let forgot = |tenant: &Tenant, address: &str, username: &str| {
        let client = tenant.client();
        let ask = client.ask("POST", &tenant.at("/password/forgot")).header("cf-connecting-ip", address);
        ask.json(&json!({"username": username})).send()
    };
    // How many are taken, of hers and of nobody's in turn, before one is refused. A new minute only adds to them.
    let taken = |limit: usize, address: &dyn Fn(usize) -> String| {
        let nobody = random::name("nobody");
        let is_refused = |number: &usize| {
            let username = if number.is_multiple_of(2) { &anna.username } else { &nobody };
            let answer = forgot(&anna.tenant, &address(*number), username);
            if answer.status != 202 {
                answer.problem(429, "throttled");
            }
            answer.status != 202
        };
        (0..=2 * limit).find(is_refused).expect("a flood is refused")
    };
    let from_one = taken(FORGOTTEN, &|_| "203.0.113.9".to_owned());
    assert!(from_one >= FORGOTTEN, "one address was refused after {from_one}");
    forgot(&anna.tenant, "203.0.113.10", &anna.username).is(202);
    let from_many = taken(FORGOTTEN_OF_A_TENANT, &|number| format!("198.51.{}.{}", number / 250, number % 250));
    assert!(from_one + 1 + from_many >= FORGOTTEN_OF_A_TENANT, "one tenant was refused after {from_many}");
    forgot(&Tenant::password_only(edge), "203.0.113.10", "somebody").is(202);
}

/// What `<img src=…>` on any page makes a browser in the company send takes nothing from the company's allowance.
#[test]
fn another_sites_images_do_not_shut_a_companys_door() {
    let edge = Edge::start_as_shipped();
    let anna = Member::join(&Tenant::password_only(&edge));
    let company = "203.0.113.77";
    let signs_in = || {
        let body = json!({"username": anna.username, "password": anna.password});
        let client = anna.tenant.client();
        client.ask("POST", &anna.tenant.at("/sign-in")).header("cf-connecting-ip", company).json(&body).send()
    };
    signs_in().is(200);
    let minute = now() / 60;
    together(4, |_| {
        for _ in 0..OPEN / 3 {
            let invented = format!("/t/{}/external/callback", random::name("x"));
            let profile = format!("/api/v1/tenants/{}", random::name("x"));
            for path in [anna.tenant.page("external/callback"), invented, profile] {
                let client = anna.tenant.client();
                let ask = client.ask("GET", &path).header("cf-connecting-ip", company);
                ask.header("sec-fetch-site", "cross-site").header("sec-fetch-mode", "no-cors").send();
            }
        }
    });
    assert!(now() / 60 <= minute + 1, "too slow a machine to tell");
    signs_in().is(200);
}

#[test]
fn a_sieve_that_is_missing_locks_nobody_out_and_is_an_alarm() {
    let edge = Edge::start_with(Sieve::Missing);
    let anna = Member::join(&Tenant::password_only(&edge));
    anna.enter_password(&anna.tenant.client(), "done");
    let log = || files(&edge.logs()).into_iter().map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned());
    eventually("an alarm", || {
        log().any(|text| {
            text.contains(r#""ALARM""#) && text.contains("the sieve SIEVE_TENANT_AND_ADDRESS does not work")
        })
    });
}

/// One address at one tenant's doors.
struct Flood<'a> {
    tenant: &'a Tenant,
    address: &'a str,
    client: Client,
}

impl<'a> Flood<'a> {
    fn of(tenant: &'a Tenant, address: &'a str) -> Self {
        Self { tenant, address, client: tenant.client() }
    }

    /// Knocks without anything to show, several at once, until nobody answers any more: how often somebody did. On a
    /// machine that does not come to the limit within a minute it takes the next one too.
    fn spend(&self) -> usize {
        let knock = || self.at("/sign-in/code").json(&json!({"code": "123456", "remember_device": false})).send();
        let answered = together(4, |_| (0..=2 * OPEN).find(|_| knock().status == 429).expect("a flood is refused"));
        answered.into_iter().sum()
    }

    /// A password is about to be sent from there.
    fn ask(&self) -> Ask<'_> {
        self.at("/sign-in")
    }

    /// Sends it while the allowance is spent; a new minute brings a new one, which is spent first.
    fn refused(&self, send: impl Fn(Ask<'_>) -> Answer) -> Answer {
        loop {
            let minute = now() / 60;
            self.spend();
            let answer = send(self.ask());
            if answer.status == 429 || now() / 60 == minute {
                answer.problem(429, "throttled");
                return answer;
            }
        }
    }

    fn at(&self, route: &str) -> Ask<'_> {
        self.client.ask("POST", &self.tenant.at(route)).header("cf-connecting-ip", self.address)
    }
}
