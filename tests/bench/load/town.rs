//! Two tenants with people, and what an attacker sends them.

use edge_mfa_tests::client::Ask;
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Client, Edge, Tenant, json, random};

/// Members of each tenant whose time is taken.
const NEIGHBOURS: usize = 3;
/// Members of the flooded tenant whose passwords the attacker has.
const ACCOMPLICES: usize = 4;

/// Everybody.
pub struct Town {
    flooded: Tenant,
    /// Who is flooded alone.
    victim: Enrolled,
    /// Browsers that wait for a code: of her, and of members whose password the attacker has.
    victims_sign_in: Client,
    accomplices: Vec<Client>,
    stranger: Client,
    /// Members of the flooded tenant, and of another one, each with a browser that is remembered.
    pub neighbours: Vec<Neighbour>,
    pub others: Vec<Neighbour>,
}

/// A member in good standing.
pub struct Neighbour {
    person: Enrolled,
    browser: Client,
    address: String,
}

impl Town {
    /// Everybody joins, enrols and is remembered.
    pub fn settle(edge: &Edge) -> Self {
        let (flooded, other) = (Tenant::mfa(edge), Tenant::mfa(edge));
        let neighbours = |tenant: &Tenant, net: usize| {
            (0..NEIGHBOURS).map(|number| Neighbour::settle(tenant, format!("192.0.2.{}", net + number))).collect()
        };
        let victim = Enrolled::join(&flooded);
        let accomplices: Vec<Enrolled> = (0..ACCOMPLICES).map(|_| Enrolled::join(&flooded)).collect();
        Self {
            neighbours: neighbours(&flooded, 1),
            others: neighbours(&other, 100),
            victims_sign_in: victim.pending(),
            accomplices: accomplices.iter().map(Enrolled::pending).collect(),
            stranger: flooded.client(),
            victim,
            flooded,
        }
    }

    /// A guess at the victim's password.
    pub fn wrong_password(&self, number: usize) -> Ask<'_> {
        self.password(&self.victim.member.username, many(number))
    }

    /// A guess at the victim's code, by who has her password.
    pub fn wrong_code(&self, number: usize) -> Ask<'_> {
        self.code(&self.victims_sign_in, number)
    }

    /// Whatever has the tenant's object asked: three guesses at codes of its members, and a password forgotten.
    pub fn tenants_doors(&self, number: usize) -> Ask<'_> {
        if number.is_multiple_of(4) {
            let ask = self.stranger.ask("POST", &self.flooded.at("/password/forgot"));
            return ask.header(FROM, &many(number)).json(&json!({"username": random::name("n")}));
        }
        self.code(&self.accomplices[number % ACCOMPLICES], number)
    }

    /// A guess at the password of a name that nobody bears.
    pub fn unknown_name(&self, number: usize) -> Ask<'_> {
        self.password(&random::name("n"), many(number))
    }

    /// The same, all from one address.
    pub fn unknown_name_from_one_address(&self, _: usize) -> Ask<'_> {
        self.password(&random::name("n"), ONE.to_owned())
    }

    /// Knocks from that address, with nothing to show, until it is refused.
    pub fn spend_allowance(&self) {
        let is_taken = || self.forged_sign_in().header(FROM, ONE).try_send().is_ok_and(|answer| answer.status != 429);
        while is_taken() {}
    }

    /// A guess that no object hears of: there is no such sign-in.
    pub fn forged_sign_in(&self) -> Ask<'_> {
        self.code(&self.stranger, random::below(1 << 16) as usize)
    }

    fn password(&self, username: &str, address: String) -> Ask<'_> {
        let ask = self.stranger.ask("POST", &self.flooded.at("/sign-in")).header(FROM, &address);
        ask.json(&json!({"username": username, "password": "a wrong password"}))
    }

    fn code<'a>(&self, client: &'a Client, number: usize) -> Ask<'a> {
        let ask = client.ask("POST", &self.flooded.at("/sign-in/code")).header(FROM, &many(number));
        // Right by chance once in 333,333 guesses, of which five are judged.
        ask.json(&json!({"code": format!("{:06}", random::below(1_000_000)), "remember_device": false}))
    }
}

impl Neighbour {
    fn settle(tenant: &Tenant, address: String) -> Self {
        let person = Enrolled::join(tenant);
        let browser = person.remembered();
        Self { person, browser, address }
    }

    /// Her whole sign-in: the password, on a device that is remembered. It hashes, and asks her object and the tenant's.
    pub fn sign_in(&self) -> Ask<'_> {
        let member = &self.person.member;
        let ask = self.browser.ask("POST", &member.tenant.at("/sign-in")).header(FROM, &self.address);
        ask.json(&json!({"username": member.username, "password": member.password}))
    }

    /// Her profile. It asks the same objects and hashes nothing.
    pub fn account(&self) -> Ask<'_> {
        self.browser.ask("GET", &self.person.member.tenant.at("/account"))
    }
}

const ONE: &str = "203.0.113.66";

/// Locally whoever sends it is believed.
const FROM: &str = "cf-connecting-ip";

/// As from a herd of machines: hardly ever twice the same address.
fn many(number: usize) -> String {
    format!("198.{}.{}.{}", 18 + number % 2, (number / 2) % 256, (number / 512) % 256)
}
