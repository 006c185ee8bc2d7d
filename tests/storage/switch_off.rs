//! After switching off nothing that opened is left: read from the databases themselves, once the edge has stopped.

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Administrator, Edge, Member, Tenant, Value, eventually, json};
use memchr::memmem;

use crate::databases::{Database, open_all};

/// What opens: the wrapped data keys, and every long word of the members' states.
#[derive(Default)]
struct Opening {
    data_keys: Vec<String>,
    members: Vec<String>,
}

impl Opening {
    fn of(databases: &[Database]) -> Self {
        let mut found = Self::default();
        for database in databases {
            found.data_keys.extend(database.table("data_keys").map(|row| row[1].clone()));
            for row in database.table("member") {
                let record: Value = json_of(&row[1]);
                long_words(&record["state"], &mut found.members);
            }
        }
        found.members.sort();
        found.members.dedup();
        found
    }
}

fn json_of(text: &str) -> Value {
    text.parse().expect("a record is JSON")
}

/// Sealed secrets, digests of keys, tokens and proofs; passwords outlive MFA, and do not count.
fn long_words(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) if text.len() >= 40 => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|it| long_words(it, found)),
        Value::Object(members) => {
            members.iter().filter(|(name, _)| *name != "password").for_each(|(_, it)| long_words(it, found));
        }
        _ => {}
    }
}

#[test]
fn g04_after_the_sweep_no_data_key_secret_key_or_device_is_in_any_record() {
    let mut edge = Edge::start();
    let mut anna = Administrator::of(&Tenant::mfa(&edge));
    let tenant = anna.tenant().clone();
    let members: Vec<_> = (0..5).map(|_| Enrolled::join(&tenant)).collect();
    members[0].remembered();
    members[1].member.enter_key(&members[1].pending(), &members[1].keys[0]).is(200);
    members[2].client.post(&tenant.at("/account/recovery-keys/start"), json!({})).is(200);
    members[3].pending();
    let newcomer = Member::join(&tenant);
    newcomer.start_enrolment(&newcomer.pending("enrol"));
    eventually("the directory to follow", || anna.settings()["members"]["enrolled"] == 6);

    edge.kill9();
    let before = Opening::of(&open_all(&edge.state()));
    assert_eq!(before.data_keys.len(), 1, "the search knows what it looks for");
    assert!(before.members.len() > 6 * 11, "six secrets, sixty keys and more: {}", before.members.len());

    edge.restart();
    anna.client = anna.signed_in();
    anna.switch_off();
    eventually("the sweep to finish", || anna.settings()["sweep"]["finished_at"].is_u64());
    assert_eq!(anna.settings()["receipts"][0]["authenticators"], 6);
    edge.kill9();
    let after = open_all(&edge.state());
    assert!(after.iter().any(|it| it.text().contains(&tenant.id)), "the search finds nothing at all");
    for database in &after {
        assert_eq!(database.table("data_keys").count(), 0, "{}", database.path.display());
        let text = database.text();
        for word in before.data_keys.iter().chain(&before.members) {
            assert!(!text.contains(word), "{word} is still in {}", database.path.display());
        }
        // Nor in a page that is free now: the key was overwritten where it stood.
        for word in &before.data_keys {
            let found = memmem::find(&database.bytes, word.as_bytes());
            assert_eq!(found, None, "the data key is still in {}", database.path.display());
        }
    }
}
