//! Inviting one and inviting many: a report line by line, and running it twice harms nobody.

use edge_mfa_tests::phone::now;
use edge_mfa_tests::tenant::token_of;
use edge_mfa_tests::{Administrator, Edge, Member, Tenant, Value, json};

/// Invites them all as members, as many at once as the API takes.
pub fn invite_all(anna: &Administrator, names: &[String]) {
    for part in names.chunks(50) {
        let rows: Vec<_> = part.iter().map(|name| json!({"username": name, "role": "member"})).collect();
        let report = anna.ask("/members/invite-many", json!({"rows": rows})).is(200);
        let results = report["results"].as_array().expect("a list");
        assert!(results.iter().all(|line| line["result"] == "invited"), "{report}");
    }
}

fn words(report: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let lines = report["results"].as_array().expect("a list");
    lines.iter().map(|line| (text(&line["username"]), text(&line["result"]))).collect()
}

#[test]
fn an_invitation_has_a_link_to_copy_and_makes_a_member() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let made = anna.ask("/members/invite", json!({"username": " Bert@Example.org ", "role": "administrator"})).is(201);
    assert_eq!((&made["username"], &made["role"]), (&json!("bert@example.org"), &json!("administrator")));
    assert_eq!(made["member"], anna.row("bert@example.org")["member"]);
    let days = made["expires_at"].as_u64().expect("a time");
    assert!((now() + 6 * 86_400..=now() + 7 * 86_400 + 1).contains(&days), "7 days");
    let bert = Administrator::at_work(Member::accept(anna.tenant(), &token_of(&made)));
    assert_eq!(bert.settings()["mode"], "mfa");
    let body = json!({"username": "bert@example.org", "role": "member"});
    anna.ask("/members/invite", body).problem(409, "conflict");
    anna.ask("/members/invite", json!({"username": "carol", "role": "member"})).is(201);
    anna.ask("/members/invite", json!({"username": "Carol", "role": "member"})).problem(409, "conflict");
    // The last two stand in the log for somebody who is no member.
    for bad in ["", "a b", "ünï", &"x".repeat(65), "a/b", "operator", " System"] {
        let answer = anna.ask("/members/invite", json!({"username": bad, "role": "member"}));
        assert_eq!(answer.short(), "400 username_unacceptable", "{bad:?}");
    }
}

#[test]
fn each_line_of_an_import_is_answered_in_its_place() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let member = Member::join(anna.tenant()).username;
    anna.tenant().invite("waiting");
    let gone = Member::join(anna.tenant()).username;
    anna.order(&gone, "remove", json!({})).is(204);
    let rows = [
        ("one", "member"),
        (member.as_str(), "member"),
        ("waiting", "administrator"),
        ("not a name", "member"),
        ("two", "owner"),
        ("ONE ", "administrator"),
        ("", ""),
        (&gone, "administrator"),
        ("three", " administrator "),
    ];
    let body: Vec<_> = rows.iter().map(|(name, role)| json!({"username": name, "role": role})).collect();
    let report = anna.ask("/members/invite-many", json!({"rows": body})).is(200);
    let expected = [
        "invited",
        "already_member",
        "already_invited",
        "username_unacceptable",
        "role_unacceptable",
        "twice",
        "username_unacceptable",
        "invited",
        "invited",
    ];
    let expected: Vec<_> =
        rows.iter().zip(expected).map(|((name, _), word)| ((*name).to_owned(), word.to_owned())).collect();
    assert_eq!(words(&report), expected);
    for line in report["results"].as_array().expect("a list") {
        assert_eq!(line.get("url").is_some(), line["result"] == "invited", "{line}");
    }
    let roles = ["one", "waiting", "three"].map(|name| anna.row(name)["role"].clone());
    assert_eq!(roles, [json!("member"), json!("member"), json!("administrator")]);
    assert_eq!(anna.row(&gone)["standing"], "invited");
    let token = token_of(&report["results"][0]);
    Member::accept(anna.tenant(), &token).enrol();
}

#[test]
fn an_import_run_twice_invites_nobody_twice_and_its_links_stay() {
    let anna = Administrator::of(&Tenant::password_only(Edge::shared()));
    let rows: Vec<_> = (0..50).map(|number| json!({"username": format!("p{number}"), "role": "member"})).collect();
    let first = anna.ask("/members/invite-many", json!({"rows": rows})).is(200);
    let log = anna.log().len();
    let second = anna.ask("/members/invite-many", json!({"rows": rows})).is(200);
    assert!(words(&second).iter().all(|(_, word)| word == "already_invited"), "{second}");
    assert_eq!(anna.log().len(), log, "nothing happened, and the log says nothing");
    let token = token_of(&first["results"][49]);
    let preview = json!({"token": token});
    anna.tenant().client().post(&anna.tenant().at("/invitation/preview"), preview).is(200);
    assert_eq!(anna.settings()["members"]["invited"], 50);
}

#[test]
fn an_import_takes_one_to_fifty_lines_of_two_fields() {
    let anna = Administrator::of(&Tenant::password_only(Edge::shared()));
    let line = json!({"username": "x", "role": "member"});
    let lines = |count: usize| json!({"rows": vec![line.clone(); count]});
    for body in [
        lines(0),
        lines(51),
        json!({"rows": [{"username": "x"}]}),
        json!({"rows": [{"username": "x", "role": "member", "mfa": false}]}),
        json!({"rows": [["x", "member"]]}),
        json!({"rows": "x,member"}),
        json!({"rows": [null]}),
    ] {
        let answer = anna.ask("/members/invite-many", body.clone());
        assert_eq!(answer.short(), "400 bad_request", "{body}");
    }
    assert_eq!(anna.settings()["members"]["invited"], 0);
    let longest = format!("{}@example.org", "x".repeat(52));
    let rows: Vec<_> =
        (0..50).map(|it| json!({"username": format!("{it:02}{}", &longest[2..]), "role": "administrator"})).collect();
    let report = anna.ask("/members/invite-many", json!({"rows": rows})).is(200);
    assert!(words(&report).iter().all(|(_, word)| word == "invited"), "fifty of the longest names fit in one request");
}
