//! Recovery keys: once each, for their owner, with the password, in any way people type them.

use edge_mfa_tests::client::SESSION;
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Edge, Member, Tenant, json};

#[test]
fn a_recovery_key_lets_in_and_is_counted_by_number_and_set() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = anna.pending();
    let done = anna.member.enter_key(&client, &anna.keys[3]).is(200);
    assert_eq!(done["next"], "done");
    assert_eq!(done["recovery"], json!({"set": 1, "number": 4, "left": 9}));
    let amr = done["session"]["amr"].as_array().expect("a list");
    assert!(amr.contains(&json!("pwd")) && !amr.contains(&json!("otp")), "{amr:?}");
    let account = client.get(&anna.member.tenant.at("/account")).is(200);
    assert_eq!(account["recovery_keys"], json!({"set": 1, "left": 9}));
    // The authenticator goes on working.
    anna.signed_in();
}

#[test]
fn e01_a_key_is_refused_the_second_time() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let other_tab = anna.pending();
    anna.member.enter_key(&anna.pending(), &anna.keys[0]).is(200);
    for client in [other_tab, anna.pending()] {
        let answer = anna.member.enter_key(&client, &anna.keys[0]);
        answer.problem(401, "recovery_key_refused");
        assert!(answer.sets(SESSION).is_none());
    }
    anna.member.enter_key(&anna.pending(), &anna.keys[1]).is(200);
}

#[test]
fn every_key_of_the_sheet_works_once() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    for (number, key) in anna.keys.iter().enumerate() {
        let done = anna.member.enter_key(&anna.pending(), key).is(200);
        assert_eq!(done["recovery"]["number"], number + 1);
        assert_eq!(done["recovery"]["left"], 9 - number);
    }
    let answer = anna.member.enter_key(&anna.pending(), &anna.keys[0]);
    answer.problem(401, "recovery_key_refused");
}

#[test]
fn e05_a_key_without_the_password_is_nothing() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let nobody = anna.member.tenant.client();
    anna.member.enter_key(&nobody, &anna.keys[0]).refuses();
    // Nor with a session that did not come through the password step just now.
    anna.member.enter_key(&anna.client, &anna.keys[0]).refuses();
    anna.member.enter_key(&anna.pending(), &anna.keys[0]).is(200);
}

#[test]
fn e06_the_key_of_one_member_is_nothing_to_another_and_stays_unspent() {
    let edge = Edge::shared();
    let (here, there) = (Tenant::mfa(edge), Tenant::mfa(edge));
    let anna = Member::join_as(&here, "anna.b").enrol();
    let colleague = Enrolled::join(&here);
    let namesake = Member::join_as(&there, "anna.b").enrol();
    for other in [&colleague, &namesake] {
        let answer = other.member.enter_key(&other.pending(), &anna.keys[0]);
        answer.problem(401, "recovery_key_refused");
    }
    anna.member.enter_key(&anna.pending(), &anna.keys[0]).is(200);
}

#[test]
fn e07_keys_are_accepted_as_people_type_them() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let typed: [fn(&str) -> String; 7] = [
        |key| key.to_lowercase(),
        |key| key.replace('-', ""),
        |key| key.replace('-', " "),
        |key| format!("  {key} "),
        |key| key.replace('0', "O").replace('1', "I"),
        |key| key.to_lowercase().replace('0', "o").replace('1', "l"),
        |key| key.chars().map(|symbol| format!("{symbol} ")).collect(),
    ];
    for (key, typed) in anna.keys.iter().zip(typed) {
        let typed = typed(key);
        let answer = anna.member.enter_key(&anna.pending(), &typed);
        assert_eq!(answer.status, 200, "{typed:?}: {answer}");
    }
}

#[test]
fn e07_nothing_else_is_accepted_and_malformed_input_is_not_charged() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let key = &anna.keys[0];
    let client = anna.pending();
    let mut malformed = vec![
        String::new(),
        "-".to_owned(),
        key[..key.len() - 1].to_owned(),
        key[..23].to_owned(),
        format!("{key}0"),
        format!("{key}-{key}"),
        key.replace('-', "_"),
        key.replace('-', "\u{200b}"),
        key.replace('-', "U"),
        format!("{}!", &key[..key.len() - 1]),
        "%".repeat(29),
        "_".repeat(25),
    ];
    malformed.extend(one_symbol_wrong(key));
    malformed.extend(neighbours_swapped(key));
    for malformed in malformed {
        let answer = anna.member.enter_key(&client, &malformed);
        assert_eq!(answer.short(), "400 recovery_key_malformed", "{malformed:?}: {answer}");
    }
    anna.member.enter_key(&client, key).is(200);
}

/// The key with one symbol replaced, at each place; the check symbols must catch every one.
fn one_symbol_wrong(key: &str) -> Vec<String> {
    let places = key.char_indices().filter(|(_, symbol)| *symbol != '-');
    let wrong = |(at, symbol): (usize, char)| {
        let other = if symbol == 'Z' { 'Y' } else { 'Z' };
        format!("{}{other}{}", &key[..at], &key[at + 1..])
    };
    places.map(wrong).collect()
}

/// The key with two neighbours that differ swapped, at each place.
fn neighbours_swapped(key: &str) -> Vec<String> {
    let symbols: Vec<char> = key.chars().filter(|symbol| *symbol != '-').collect();
    let mut swapped = Vec::new();
    for at in 1..symbols.len() {
        let mut other = symbols.clone();
        other.swap(at - 1, at);
        if other != symbols {
            swapped.push(other.into_iter().collect());
        }
    }
    swapped
}
