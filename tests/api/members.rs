//! The directory: search, pages, filters, counts.

use std::collections::BTreeSet;

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Administrator, Edge, Member, Tenant, Value, eventually, json};

use crate::invite_many::invite_all;

fn names(page: &Value) -> Vec<String> {
    let rows = page["members"].as_array().expect("a list");
    rows.iter().map(|row| row["username"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn a_large_directory_is_paged_in_order_and_completely() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let invited: Vec<_> = (0..340).map(|number| format!("p{:03}@example.org", (number * 7) % 340)).collect();
    invite_all(&anna, &invited);
    for limit in [100, 37] {
        let (mut seen, mut after, mut pages) = (Vec::new(), String::new(), 0);
        loop {
            let page = anna.see(&format!("/members?limit={limit}{after}"));
            assert_eq!(page["counts"]["invited"], 340);
            seen.extend(names(&page));
            pages += 1;
            let Some(next) = page["next"].as_str() else { break };
            assert_eq!(names(&page).len(), limit);
            after = format!("&after={next}");
        }
        assert_eq!(pages, 341_usize.div_ceil(limit));
        assert!(seen.windows(2).all(|pair| pair[0] < pair[1]), "in order, none twice");
        let all: BTreeSet<_> = invited.iter().cloned().chain(["anna".to_owned()]).collect();
        assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), all, "none missing");
    }
    assert_eq!(names(&anna.see("/members")).len(), 50, "the usual page");
    assert_eq!(names(&anna.see("/members?limit=100000")).len(), 100, "the longest page");
    // Part of a name, in any case, over pages; what is no name finds nothing and breaks nothing.
    let found = anna.see("/members?search=P33&limit=5");
    assert_eq!(names(&found), ["p330", "p331", "p332", "p333", "p334"].map(|it| format!("{it}@example.org")));
    let rest = anna.see(&format!("/members?search=P33&limit=5&after={}", found["next"].as_str().expect("more")));
    assert_eq!((names(&rest).len(), &rest["next"]), (5, &json!(null)));
    for odd in [
        "%25",
        "_",
        "%27",
        "%22%3B--",
        "%00",
        "p%25",
        "%C3%A9",
        "*",
        "p33%00a",
        "p33%22a",
        "p33%C3%A9",
        "p33*",
        "p33%20OR",
    ] {
        assert_eq!(names(&anna.see(&format!("/members?search={odd}"))), [""; 0], "{odd}");
    }
    assert_eq!(names(&anna.see("/members?search=%20p001@%20")).len(), 1, "spaces around do not count");
}

#[test]
fn filters_show_who_is_how() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let tenant = anna.tenant();
    let enrolled = Enrolled::join(tenant).member.username;
    let fresh = Member::join(tenant).username;
    let gone = Member::join(tenant).username;
    anna.order(&gone, "remove", json!({})).is(204);
    anna.ask("/members/invite", json!({"username": "carol", "role": "administrator"})).is(201);
    eventually("the directory to follow", || anna.row(&enrolled)["enrolled_at"].is_u64());
    let is = |filter: &str, expected: &[&str]| {
        let found: BTreeSet<_> = names(&anna.see(&format!("/members?filter={filter}"))).into_iter().collect();
        let expected: BTreeSet<_> = expected.iter().map(|it| (*it).to_owned()).collect();
        assert_eq!(found, expected, "{filter}");
    };
    is("all", &["anna", &enrolled, &fresh, "carol"]);
    is("", &["anna", &enrolled, &fresh, "carol"]);
    is("enrolled", &["anna", &enrolled]);
    is("not-enrolled", &[&fresh]);
    is("invited", &["carol"]);
    is("administrators", &["anna", "carol"]);
    is("removed", &[&gone]);
    is("locked", &[]);
    let counts = &anna.see("/members")["counts"];
    assert_eq!(*counts, json!({"active": 3, "invited": 1, "enrolled": 2, "locked": 0, "administrators": 1}));
    assert_eq!((&anna.row("anna")["self"], &anna.row(&fresh)["self"]), (&json!(true), &json!(false)));
    assert!(anna.row("carol")["invitation_expires_at"].is_u64());
    let one = anna.see(&format!("/members/{}", anna.id_of(&fresh)));
    assert_eq!(one, anna.row(&fresh));
}

#[test]
fn queries_that_are_none_are_refused() {
    let anna = Administrator::of(&Tenant::password_only(Edge::shared()));
    let long = "x".repeat(65);
    for query in [
        "filter=everybody",
        "filter=Enrolled",
        "limit=many",
        "limit=-1",
        "limit=1.5",
        &format!("search={long}"),
        "sort=role",
        "search=a&search=b",
    ] {
        let answer = anna.client.get(&anna.tenant().at(&format!("/members?{query}")));
        assert_eq!(answer.short(), "400 bad_request", "{query}");
    }
    assert_eq!(names(&anna.see("/members?after=zzzz")), [""; 0]);
    for odd in ["0".repeat(31), "g".repeat(32), "A".repeat(32), "0".repeat(33)] {
        anna.client.get(&anna.tenant().at(&format!("/members/{odd}"))).problem(404, "not_found");
    }
    anna.client.get(&anna.tenant().at(&format!("/members/{}", "0".repeat(32)))).problem(404, "not_found");
}

#[test]
fn the_keys_that_are_left_and_a_lock_are_seen_and_no_secret_is() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let bert = Enrolled::join(anna.tenant());
    bert.member.enter_key(&bert.pending(), &bert.keys[0]).is(200);
    eventually("the keys to be counted", || anna.row(&bert.member.username)["recovery_keys_left"] == 9);
    let seen = anna.row(&bert.member.username).to_string() + &anna.see("/members").to_string();
    for key in &bert.keys {
        assert!(!seen.contains(key));
    }
    let operators = format!("/api/v1/operator/tenants/{}/members?limit=2", anna.tenant().id);
    let page = anna.tenant().client().ask("GET", &operators).operator().send().is(200);
    assert_eq!(names(&page).len(), 2);
}
