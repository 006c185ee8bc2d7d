//! What a tenant's object counts and finds by: kept with each row, brought up to date where an earlier version left none,
//! and bounded in what one question looks at.

use std::path::{Path, PathBuf};

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::provisioner::Provisioner;
use edge_mfa_tests::{Administrator, Edge, Member, Tenant, Value, eventually, json};
use rusqlite::Connection;

use crate::databases::open_all;

/// Names that one question looks at, when no index finds them.
const LOOKED_AT: usize = 20_000;

#[test]
fn what_is_counted_is_what_is_there() {
    let mut edge = Edge::start();
    let mut anna = Administrator::of(&Tenant::mfa(&edge));
    everything_that_is_counted(&mut anna);
    edge.kill9();
    let database = Connection::open(tenant_in(&edge.state())).expect("a database");
    let (tally, directory) = counts_of(&database);
    assert!(tally.len() >= 4, "too little happened: {tally:?}");
    assert_eq!(tally, directory);
    let (enrolments, enrolled) = enrolments_of(&database);
    assert!(!enrolments.is_empty());
    assert_eq!(enrolments, enrolled);
}

#[test]
fn a_tenant_of_an_earlier_version_is_brought_up_to_date_at_the_first_question() {
    let mut edge = Edge::start();
    let mut anna = Administrator::of(&Tenant::mfa(&edge));
    everything_that_is_counted(&mut anna);
    let seen = |anna: &Administrator| {
        let pages = ["/members", "/members?filter=enrolled", "/members?filter=not-enrolled", "/members?search=ert"];
        let pages = pages.map(|page| anna.see(page)).to_vec();
        [pages, vec![anna.settings()["members"].clone(), anna.see("/members/enrolment")["enrolled"].clone()]].concat()
    };
    let before = seen(&anna);
    edge.kill9();
    make_earlier(&tenant_in(&edge.state()));
    edge.restart();
    assert_eq!(seen(&anna), before);
    anna.tenant().invite("somebody-new");
    assert_eq!(anna.see("/members?search=body-n")["members"][0]["username"], "somebody-new");
    edge.kill9();
    let database = Connection::open(tenant_in(&edge.state())).expect("a database");
    let (tally, directory) = counts_of(&database);
    assert_eq!(tally, directory);
    let names: i64 = database.query_row("SELECT count(*) FROM names", [], |row| row.get(0)).expect("names");
    assert_eq!(names, tally.iter().map(|(_, members)| members).sum::<i64>(), "each name once");
    let plan = "EXPLAIN QUERY PLAN SELECT 1 FROM audit WHERE source = 'x' AND sequence = 1";
    let plan: String = database.query_row(plan, [], |row| row.get(3)).expect("a plan");
    assert!(plan.contains("audit_source"), "each event is looked for in the whole log: {plan}");
}

#[test]
fn a_search_looks_at_so_many_names_and_says_where_to_go_on() {
    let mut edge = Edge::start();
    let anna = Administrator::of(&Tenant::mfa(&edge));
    Member::join_as(anna.tenant(), "zz-the-last");
    edge.kill9();
    let database = Connection::open(tenant_in(&edge.state())).expect("a database");
    crowd(&database, LOOKED_AT + 5_000);
    drop(database);
    edge.restart();

    let found = |page: &Value| page["members"].as_array().expect("a list").len();
    // Too short for the index.
    let first = anna.see("/members?search=zz");
    assert_eq!(found(&first), 0);
    let next = first["next"].as_str().expect("nobody yet, but there are more").to_owned();
    let second = anna.see(&format!("/members?search=zz&after={next}"));
    assert_eq!(second["members"][0]["username"], "zz-the-last");
    assert!(second["next"].is_null());
    // The index finds it at once, whichever kind is asked for.
    for filter in ["all", "not-enrolled"] {
        let page = anna.see(&format!("/members?search=the-la&filter={filter}"));
        assert_eq!((found(&page), &page["next"]), (1, &Value::Null), "{filter}");
    }
    // What everybody has fills a page.
    let page = anna.see("/members?search=crowd&limit=100");
    assert_eq!(found(&page), 100);
    assert_eq!(page["counts"]["active"], LOOKED_AT + 5_000 + 2);
    let next = page["next"].as_str().expect("more");
    let again = anna.see(&format!("/members?search=crowd&limit=100&after={next}"));
    assert_eq!(again["members"][0]["username"], "crowd-000100");

    // To page by numbers goes on where the page before has ended, with and without a word of where that was.
    let directory = Provisioner::of(&anna);
    let users = |start: usize| directory.ask("GET", &format!("/Users?startIndex={start}&count=3")).is(200);
    let (one, two) = (users(20_002), users(20_005));
    assert_eq!(one["totalResults"], LOOKED_AT + 5_000 + 2);
    let names = |page: &Value| -> Vec<Value> {
        page["Resources"].as_array().expect("users").iter().map(|user| user["userName"].clone()).collect()
    };
    // The first is anna.
    assert_eq!(names(&one), ["crowd-020000", "crowd-020001", "crowd-020002"]);
    assert_eq!(names(&two), ["crowd-020003", "crowd-020004", "crowd-020005"]);
    assert_eq!(names(&users(20_005)), names(&two));
}

#[test]
fn the_log_is_looked_through_in_parts() {
    let mut edge = Edge::start();
    let anna = Administrator::of(&Tenant::mfa(&edge));
    edge.kill9();
    let database = Connection::open(tenant_in(&edge.state())).expect("a database");
    database
        .execute(
            "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?1) \
             INSERT INTO audit SELECT last + n, printf('%032x', n), n, at, 'crowd', 'signed-in', \
             replace(replace(text, '\"invited\"', '\"signed-in\"'), '\"member-invited\"', '\"signed-in\"'), link \
             FROM numbers, (SELECT max(position) AS last FROM audit), (SELECT * FROM audit WHERE position = 1)",
            [(LOOKED_AT + 5_000) as i64],
        )
        .expect("entries");
    drop(database);
    edge.restart();
    let found = |page: &Value| page["entries"].as_array().expect("a list").len();
    // Of what stands in the log often, a part of it: the oldest are beyond.
    let first = anna.see("/audit?newest=1&what=signed-out");
    assert_eq!(found(&first), 0);
    let next = first["next"].as_u64().expect("none yet, but there are more");
    let second = anna.see(&format!("/audit?newest=1&what=signed-out&after={next}"));
    assert!(second["next"].is_null());
    // What is seldom, and what is about somebody, is found at once.
    let page = anna.see("/audit?newest=1&what=tenant-created");
    assert_eq!((found(&page), &page["next"]), (1, &Value::Null));
    let page = anna.see("/audit?newest=1&about=anna");
    let about = page["entries"].as_array().expect("a list");
    assert!(page["next"].is_null());
    for event in ["member-invited", "joined", "enrolled"] {
        assert!(about.iter().any(|entry| entry["what"]["event"] == event), "no {event} in {page}");
    }
    assert!(about.iter().all(|entry| entry["about"] == "anna"));
}

/// Somebody of every kind: invited, active, enrolled, removed, an administrator, of an epoch that has passed.
fn everything_that_is_counted(anna: &mut Administrator) {
    let tenant = anna.tenant().clone();
    tenant.invite("carol");
    Member::join_as(&tenant, "bert");
    let removed = Member::join(&tenant);
    let former = Enrolled::join(&tenant);
    anna.client = anna.signed_in();
    anna.order(&removed.username, "remove", json!({})).is(204);
    anna.switch_off();
    anna.switch_on();
    let enrolled = Enrolled::join(&tenant);
    anna.client = anna.signed_in();
    anna.order(&enrolled.member.username, "role", json!({"role": "administrator"})).is(204);
    assert_ne!(former.member.username, enrolled.member.username);
    eventually("the directory to follow", || anna.settings()["members"]["enrolled"] == 2);
}

/// As an earlier version had it.
fn make_earlier(path: &Path) {
    let database = Connection::open(path).expect("a database");
    let names = "SELECT type, name FROM sqlite_master WHERE type = 'trigger' OR name IN ('tally', 'enrolments', 'names', \
                 'directory_running', 'directory_locked', 'directory_enrolled', 'audit_about', 'audit_source', \
                 'audit_seldom', 'orders_due', \
                 'notices_due', 'logouts_due')";
    let mut statement = database.prepare(names).expect("a schema");
    let rows =
        statement.query_map([], |row| Ok(format!("DROP {} {}", row.get::<_, String>(0)?, row.get::<_, String>(1)?)));
    let drops: Vec<String> = rows.expect("names").collect::<Result<_, _>>().expect("names");
    assert!(drops.len() >= 11, "{drops:?}");
    drop(statement);
    // Triggers first: they name the tables.
    let (triggers, others): (Vec<_>, Vec<_>) = drops.iter().partition(|drop| drop.starts_with("DROP trigger"));
    for statement in triggers.into_iter().chain(others) {
        if let Err(error) = database.execute(statement, []) {
            assert!(error.to_string().contains("no such"), "{statement}: {error}");
        }
    }
    let index = "CREATE INDEX directory_administrators ON directory (role, standing) WHERE role = 'administrator'";
    database.execute(index, []).expect("an index");
    let before = "UPDATE tenant SET record = json_remove(record, '$.appearance')";
    assert_eq!(database.execute(before, []).expect("a record"), 1);
}

/// Active members, not enrolled, who are named alike.
fn crowd(database: &Connection, size: usize) {
    let copied = database.execute(
        "WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?1 - 1) \
         INSERT INTO directory SELECT printf('%032x', n), printf('crowd-%06d', n), standing, role, generation, entry, \
         joined_at, as_of, epoch, enrolled_at, locked, recovery_keys_left, last_sign_in_at, signed_in_until, provisioned, \
         since, external_id, hidden FROM numbers, (SELECT * FROM directory WHERE username = 'zz-the-last')",
        [size as i64],
    );
    assert_eq!(copied.expect("rows"), size);
}

type Counts = Vec<(String, i64)>;

/// What is counted, and the same counted now.
fn counts_of(database: &Connection) -> (Counts, Counts) {
    let key = "standing || ' ' || role || ' ' || epoch || ' ' || {} || ' ' || locked || ' ' || hidden";
    let (kept, now) = (key.replace("{}", "enrolled"), key.replace("{}", "(enrolled_at IS NOT NULL)"));
    (
        counts(database, &format!("SELECT {kept}, members FROM tally ORDER BY 1")),
        counts(database, &format!("SELECT {now}, count(*) FROM directory GROUP BY 1 ORDER BY 1")),
    )
}

fn enrolments_of(database: &Connection) -> (Counts, Counts) {
    let now = "SELECT epoch || ' ' || (enrolled_at / 900), count(*) FROM directory WHERE standing = 'active' \
               AND enrolled_at IS NOT NULL GROUP BY 1 ORDER BY 1";
    (counts(database, "SELECT epoch || ' ' || quarter, members FROM enrolments ORDER BY 1"), counts(database, now))
}

fn counts(database: &Connection, query: &str) -> Counts {
    let mut statement = database.prepare(query).expect("a query");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
    rows.collect::<Result<_, _>>().expect("counts")
}

/// The only tenant's database.
fn tenant_in(state: &Path) -> PathBuf {
    let databases = open_all(state);
    let mut tenants = databases.iter().filter(|it| it.table("tenant").next().is_some());
    tenants.next().expect("the tenant's object").path.clone()
}
