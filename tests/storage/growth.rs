//! What a flood leaves in the store: a bound for each thing that an attacker can do again and again.

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::needles::files;
use edge_mfa_tests::rounds::say;
use edge_mfa_tests::{Client, Edge, Tenant, Value, eventually, json, random};

use crate::databases::{Database, open_all};

/// The flood, and again, while the waits are on. Each does everything so often.
const TIMES: usize = 2;

/// Guesses at a password: ten are judged, and one more for each wait that ends meanwhile.
const GUESSES: usize = 20;
/// One more is judged after 30 s, 60 s, 120 s …: five more in a quarter of an hour.
const JUDGED: usize = 10 + 5;
/// Sign-ins begun with the right password; twenty live.
const BEGUN: usize = 13;
/// The longest record of a member that a flood may lead to: sixteen kept answers, twenty sign-ins, and herself.
const RECORD: usize = 32 * 1024;
/// The same for a name that nobody bears.
const STRANGER: usize = 12 * 1024;

#[test]
fn a_flood_leaves_a_bounded_record_for_each_name_and_nothing_else() {
    let mut edge = Edge::start();
    let tenant = Tenant::mfa(&edge);
    let (victim, accomplice) = (Enrolled::join(&tenant), Enrolled::join(&tenant));
    let (nobody, nowhere) = (random::name("nobody"), random::name("nowhere"));
    let hints = |edge: &Edge| files(&edge.state()).iter().filter(|(path, _)| is_hint(path)).count();
    eventually("KV to be told of the tenant", || hints(&edge) > 0);
    let hints_before = hints(&edge);
    let sign_in = accomplice.pending();
    for _ in 0..TIMES {
        passwords(&tenant, &tenant.at("/sign-in"), &victim.member.username);
        passwords(&tenant, &tenant.at("/sign-in"), &nobody);
        passwords(&tenant, &format!("/api/v1/tenants/{nowhere}/sign-in"), &nobody);
        forgotten(&tenant, &victim.member.username, &nobody, &nowhere);
        for _ in 0..2 * GUESSES {
            accomplice.member.enter_code(&sign_in, &accomplice.phone.wrong_code());
        }
        (0..BEGUN).for_each(|_| drop(accomplice.pending()));
        forged(&tenant);
    }
    let log = || tenant.client().ask("GET", &format!("/api/v1/operator/tenants/{}/audit", tenant.id)).operator().send();
    eventually("the log to be told", || log().text().contains("password-burnt"));
    // Refused passwords are told two seconds later.
    eventually("the log to be told of refused passwords", || log().text().contains("password-refused"));
    let hints_after = hints(&edge);
    edge.kill9();
    let databases = open_all(&edge.state());

    assert_eq!(hints_after, hints_before, "a flood has written to KV");
    let members: Vec<&Database> = databases.iter().filter(|it| it.table("member").next().is_some()).collect();
    // Two who are members, the same name in two tenants that nobody bears it in: no more, whatever was sent.
    assert_eq!(members.len(), 4, "one record for each name that a password was tried for");
    for database in &members {
        let records: Vec<&Vec<String>> = database.table("member").collect();
        let text = &records[0][1];
        let record: Value = text.parse().expect("a record is JSON");
        let is_stranger = record["state"].to_string().len() < 300;
        say(&format!("a record of {} bytes in a file of {}", text.len(), database.bytes.len()));
        assert_eq!(records.len(), 1);
        assert!(text.len() < if is_stranger { STRANGER } else { RECORD }, "{} bytes: {text}", text.len());
        assert!(record["answers"].as_array().expect("answers").len() <= 16);
    }
    assert_eq!(members.iter().filter(|it| it.text().contains(&nowhere)).count(), 1);
    let tenants: Vec<&Database> = databases.iter().filter(|it| it.table("tenant").next().is_some()).collect();
    assert_eq!(tenants.len(), 1, "a tenant that is none has a record");
    let rows = |event: &str| tenants[0].table("audit").filter(|row| row.iter().any(|cell| cell == event)).count();
    let refused = rows("password-refused");
    assert!((10..=JUDGED).contains(&refused), "{refused} refused passwords in the log, of {}", TIMES * GUESSES);
    let codes = rows("code-refused");
    assert!((5..=JUDGED).contains(&codes), "{codes} refused codes in the log");
    assert_eq!(rows("password-link-issued"), 1);
    assert_eq!(rows("password-burnt"), 1);
    assert!(!tenants[0].text().contains(&nobody), "a name that nobody bears is in the tenant's store");
    let all = tenants[0].table("audit").count();
    assert!(all < 20 + 2 * JUDGED, "{all} entries in the log");
}

/// A value in KV, not what it keeps of values.
fn is_hint(path: &std::path::Path) -> bool {
    path.components().any(|it| it.as_os_str() == "kv") && path.components().any(|it| it.as_os_str() == "blobs")
}

fn passwords(tenant: &Tenant, path: &str, username: &str) {
    let stranger = tenant.client();
    for _ in 0..GUESSES {
        let answer = stranger.post(path, json!({"username": username, "password": "a wrong password"}));
        assert!(matches!(answer.status, 401 | 429), "{answer}");
    }
}

fn forgotten(tenant: &Tenant, somebody: &str, nobody: &str, nowhere: &str) {
    let ask = |client: &Client, path: &str, username: &str| client.post(path, json!({"username": username})).is(202);
    let client = tenant.client();
    for _ in 0..GUESSES {
        ask(&client, &tenant.at("/password/forgot"), somebody);
        ask(&client, &tenant.at("/password/forgot"), nobody);
        ask(&client, &tenant.at("/password/forgot"), &random::name("n"));
        ask(&client, &format!("/api/v1/tenants/{nowhere}/password/forgot"), somebody);
    }
}

/// What shows a token that we never wrote wakes nobody.
fn forged(tenant: &Tenant) {
    let client = tenant.client();
    for _ in 0..GUESSES {
        let token = json!({"token": random::key()});
        for route in ["/invitation/preview", "/password/link", "/password/not-me"] {
            client.post(&tenant.at(route), token.clone()).refuses();
        }
        client.post(&tenant.at("/sign-in/code"), json!({"code": "123456", "remember_device": false})).refuses();
    }
}
