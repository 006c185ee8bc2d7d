//! The audit log: every act is in it with by and about, its chain can be recomputed by anybody, no secret is in it.

use edge_mfa_tests::log::{self, Entry};
use edge_mfa_tests::member::{Enrolled, keys_of, proof_of};
use edge_mfa_tests::needles::code_is_in;
use edge_mfa_tests::phone::now;
use edge_mfa_tests::tenant::token_of;
use edge_mfa_tests::{Administrator, Edge, Member, Tenant, Value, eventually, json};

fn finds(log: &[Entry], event: &str, by: Option<&str>, about: Option<&str>) -> bool {
    log.iter().any(|it| it.event() == event && it.by.as_deref() == by && it.about.as_deref() == about)
}

/// Waits until the log has this entry.
fn has(anna: &Administrator, event: &str, by: Option<&str>, about: Option<&str>) {
    let start = std::time::Instant::now();
    loop {
        let log = anna.log();
        if finds(&log, event, by, about) {
            return;
        }
        let events: Vec<_> = log.iter().map(|it| (it.event(), &it.by, &it.about)).collect();
        assert!(start.elapsed().as_secs() < 20, "no {event} by {by:?} about {about:?} in {events:?}");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}

#[test]
fn every_act_of_an_administrator_is_in_the_log_with_by_and_about() {
    let mut anna = Administrator::of(&Tenant::password_only(Edge::shared()));
    let bert = Member::join(anna.tenant()).username;
    anna.ask("/members/invite", json!({"username": "carol", "role": "member"})).is(201);
    anna.order("carol", "invite-again", json!({})).is(201);
    anna.ask("/members/invite-many", json!({"rows": [{"username": "dave", "role": "member"}]})).is(200);
    anna.order("carol", "remove", json!({})).is(204);
    anna.switch_on();
    anna.order(&bert, "reset-mfa", json!({})).is(204);
    anna.order(&bert, "role", json!({"role": "administrator"})).is(204);
    anna.switch_off();
    let me = Some("anna");
    has(&anna, "tenant-created", Some("operator"), None);
    has(&anna, "member-invited", Some("operator"), me);
    has(&anna, "member-invited", Some("operator"), Some(&bert));
    has(&anna, "member-invited", me, Some("carol"));
    has(&anna, "invitation-renewed", me, Some("carol"));
    has(&anna, "member-invited", me, Some("dave"));
    has(&anna, "member-removed", me, Some("carol"));
    has(&anna, "switched-on", me, None);
    has(&anna, "member-reset", me, Some(&bert));
    has(&anna, "role-changed", me, Some(&bert));
    has(&anna, "switched-off", me, None);
    has(&anna, "swept", Some("system"), None);
    let log = anna.log();
    let of = |event: &str| log.iter().find(|it| it.event() == event).expect("an entry").what.clone();
    assert_eq!(of("role-changed")["role"], "administrator");
    assert!(of("switched-off")["epoch"].as_u64() > of("switched-on")["epoch"].as_u64());
}

#[test]
fn what_a_member_does_is_in_the_log() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let tenant = anna.tenant();
    let bert = Enrolled::join(tenant);
    let me = Some(bert.member.username.as_str());
    let client = bert.remembered();
    bert.member.enter_password(&client, "done");
    bert.member.enter_code(&bert.pending(), &bert.phone.wrong_code()).refuses();
    let spent = bert.phone.next_code();
    bert.member.step_up(&client, "code", &spent).is(200);
    bert.member.enter_code(&bert.pending(), &spent).refuses();
    bert.member.enter_key(&bert.pending(), &bert.keys[0]).is(200);
    bert.member.enter_key(&bert.pending(), &bert.keys[0]).refuses();
    bert.member.enter_key(&bert.pending(), &Enrolled::join(tenant).keys[0]).refuses();
    let shown = client.post(&tenant.at("/account/recovery-keys/start"), json!({})).is(200);
    client.post(&tenant.at("/account/recovery-keys/complete"), json!({"proof": proof_of(&shown)})).is(200);
    bert.member.enter_key(&bert.pending(), &bert.keys[1]).refuses();
    client.post(&tenant.at("/account/devices/forget-all"), json!({})).is(200);
    client.post(&tenant.at("/account/sessions/end-others"), json!({})).is(204);
    client.post(&tenant.at("/account/reset-mfa"), json!({})).is(204);
    for event in [
        "joined",
        "enrolment-started",
        "enrolled",
        "device-remembered",
        "signed-in",
        "code-refused",
        "code-replayed",
        "stepped-up",
        "recovery-key-used",
        "recovery-key-replayed",
        "recovery-key-refused",
        "recovery-keys-replaced",
        "older-recovery-key",
        "devices-forgotten",
        "sessions-ended",
        "reset",
    ] {
        has(&anna, event, None, me);
    }
    let used = anna.log().into_iter().find(|it| it.event() == "recovery-key-used").expect("an entry");
    // E10: its number, never its value.
    assert_eq!((&used.what["set"], &used.what["number"], &used.what["left"]), (&json!(1), &json!(1), &json!(9)));
}

#[test]
fn filters_pages_and_order() {
    let anna = Administrator::of(&Tenant::password_only(Edge::shared()));
    let rows: Vec<_> = (0..30).map(|it| json!({"username": format!("p{it:02}"), "role": "member"})).collect();
    anna.ask("/members/invite-many", json!({"rows": rows})).is(200);
    anna.order("p07", "remove", json!({})).is(204);
    eventually("the sign-in to be noted", || anna.log().iter().any(|it| it.event() == "signed-in"));
    let whole = anna.log();
    let count = whole.len() as u64;
    let positions = |query: &str| -> Vec<u64> {
        let page = anna.see(&format!("/audit?{query}"));
        assert_eq!(page["last"]["position"], count, "{query}");
        page["entries"].as_array().expect("a list").iter().map(|it| it["position"].as_u64().expect("a place")).collect()
    };
    assert_eq!(positions("limit=5"), [1, 2, 3, 4, 5]);
    assert_eq!(positions("limit=3&after=5"), [6, 7, 8]);
    assert_eq!(positions("limit=3&newest=1"), [count, count - 1, count - 2]);
    assert_eq!(positions(&format!("limit=2&newest=1&after={}", count - 2)), [count - 3, count - 4]);
    let of = |fits: &dyn Fn(&Entry) -> bool| -> Vec<u64> {
        whole.iter().filter(|it| fits(it)).map(|it| it.position).collect()
    };
    assert_eq!(positions("about=p07"), of(&|it| it.about.as_deref() == Some("p07")));
    assert_eq!(positions("about=P07%20").len(), 2);
    assert_eq!(positions("what=member-removed&limit=500"), of(&|it| it.event() == "member-removed"));
    assert_eq!(positions("what=member-invited&about=p03&limit=500").len(), 1);
    assert_eq!(positions(&format!("to={}&limit=500", now() - 3_600)), [0_u64; 0]);
    assert_eq!(positions(&format!("from={}&limit=500", now() - 3_600)).len() as u64, count);
    assert_eq!(positions("what=nothing-of-the-kind"), [0_u64; 0]);
    let last = anna.see("/audit?limit=500")["last"].clone();
    assert_eq!(last["link"], whole.last().expect("an entry").link);
    for bad in ["limit=many", "after=-1", "from=yesterday", "sort=at", "what=a&what=b"] {
        let answer = anna.client.get(&anna.tenant().at(&format!("/audit?{bad}")));
        assert_eq!(answer.short(), "400 bad_request", "{bad}");
    }
}

#[test]
fn an_export_can_be_checked_without_the_edge() {
    let anna = Administrator::of(&Tenant::password_only(Edge::shared()));
    // What a spreadsheet would take for a formula.
    anna.ask("/members/invite", json!({"username": "=cmd", "role": "member"})).problem(400, "username_unacceptable");
    anna.ask("/members/invite", json!({"username": "-2+3@example.org", "role": "member"})).is(201);
    anna.ask("/members/invite", json!({"username": "@sum", "role": "member"})).is(201);
    let whole = anna.log();
    let export = |format: &str| {
        let answer = anna.client.get(&anna.tenant().at(&format!("/audit/export?format={format}")));
        assert_eq!(answer.status, 200, "{answer}");
        assert!(answer.header("content-disposition").is_some_and(|it| it.starts_with("attachment; ")), "{answer}");
        assert!(answer.header("x-next-position").is_none(), "all of it");
        answer.text()
    };
    let lines: Vec<Value> = export("jsonl").lines().map(json_of).collect();
    let pairs: Vec<_> = lines.iter().map(|it| (text(&it["text"]), text(&it["link"]))).collect();
    assert!(pairs.len() >= whole.len());
    assert_eq!(log::broken(&pairs), None);
    // One letter changed, one entry left out, two swapped: each is seen where it happened.
    let changed = pairs[1].0.replace("invited", "invitee");
    let mut forged = pairs.clone();
    forged[1].0 = &changed;
    assert_eq!(log::broken(&forged), Some(1));
    let mut forged = pairs.clone();
    forged.remove(1);
    assert_eq!(log::broken(&forged), Some(1));
    let mut forged = pairs.clone();
    forged.swap(1, 2);
    assert_eq!(log::broken(&forged), Some(1));

    let csv = export("csv");
    let rows: Vec<_> = csv.split("\r\n").filter(|it| !it.is_empty()).collect();
    assert_eq!(rows[0], "position,at,by,about,event,details,link");
    assert!(rows.len() > whole.len());
    for (row, entry) in rows[1..].iter().zip(&whole) {
        assert!(row.starts_with(&format!("\"{}\",", entry.position)) && row.contains(&entry.link), "{row}");
    }
    for formula in [",\"-2+3", ",\"@sum", ",\"="] {
        assert!(!csv.contains(formula), "a formula: {formula}");
    }
    let bad = anna.client.get(&anna.tenant().at("/audit/export?format=xml"));
    bad.problem(400, "bad_request");
    let rest = anna.client.get(&anna.tenant().at("/audit/export?format=jsonl&after=2")).text();
    assert!(rest.lines().next().is_some_and(|it| json_of(it)["text"] == pairs[2].0));
}

fn json_of(line: &str) -> Value {
    line.parse().expect("a line is JSON")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

#[test]
fn j04_e10_no_secret_is_in_the_log() {
    let mut anna = Administrator::of(&Tenant::password_only(Edge::shared()));
    let tenant = anna.tenant().clone();
    let invited = anna.ask("/members/invite", json!({"username": "carol", "role": "member"})).is(201);
    let set_up = anna.start_set_up();
    let code = set_up.phone.next_code();
    let confirmed = anna.confirm(&set_up, &code).is(200);
    anna.complete(&set_up, &proof_of(&confirmed)).is(200);
    let carol = Member::accept(&tenant, &token_of(&invited)).enrol();
    let wrong = carol.phone.wrong_code();
    carol.member.enter_code(&carol.pending(), &wrong).refuses();
    carol.member.enter_key(&carol.pending(), &carol.keys[0]).is(200);
    anna.phone = Some(set_up.phone);
    eventually("the key to be noted", || anna.log().iter().any(|it| it.event() == "recovery-key-used"));
    let log: String = anna.log().iter().map(|it| it.text.clone() + "\n").collect();
    let secrets = [
        token_of(&invited),
        text(&set_up.body["secret"]).to_owned(),
        edge_mfa_tests::phone::symbols(carol.phone.secret()),
        anna.member.password.clone(),
        carol.member.password.clone(),
        proof_of(&confirmed),
    ];
    let keys = keys_of(&confirmed);
    for secret in secrets.iter().chain(&keys).chain(&carol.keys) {
        assert!(!log.contains(secret.as_str()), "{secret} is in the log");
    }
    assert!(!code_is_in(&code, log.as_bytes()) && !code_is_in(&wrong, log.as_bytes()));
}

#[test]
fn the_operator_reads_the_same_log() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let path = format!("/api/v1/operator/tenants/{}/audit?limit=500", anna.tenant().id);
    let page = anna.tenant().client().ask("GET", &path).operator().send().is(200);
    let entries: Vec<_> = page["entries"].as_array().expect("a list").iter().map(Entry::of).collect();
    log::check(&entries);
    assert!(finds(&entries, "tenant-created", Some("operator"), None));
}
