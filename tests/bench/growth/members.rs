//! One tenant with ever more members.

use std::path::Path;
use std::time::Duration;

use edge_mfa_tests::provisioner::Provisioner;
use edge_mfa_tests::rounds::{grouped, say};
use edge_mfa_tests::{Answer, Edge, Value, json};
use rusqlite::Connection;

use crate::busy::busy;
use crate::crowd;
use crate::databases::{column, database_of, databases, folder_of, open};
use crate::pairs::Pairs;
use crate::place::{Place, timed};
use crate::rows::Rows;

/// Copied members who have an object of their own.
const OBJECTS: usize = 1_000;
/// Sign-ins of each tenant, and looks at an account.
const SIGN_INS: usize = 30;
/// In blocks of so many, of which each takes long enough for its processor time to be told.
const BLOCK: usize = 3;
/// How often each page is asked for.
const LOOKS: usize = 15;
/// What the object may take for a page.
const PAGE: Duration = Duration::from_millis(20);

/// A tenant of one size, with all that is asked of it.
struct Town {
    size: usize,
    place: Place,
    provisioner: Provisioner,
    names: Vec<String>,
}

/// Everything about these sizes, the least first.
pub fn measure(sizes: &[usize], rows: &mut Rows) {
    let mut edge = Edge::start();
    let mut towns: Vec<Town> = sizes
        .iter()
        .map(|size| {
            let place = Place::settle(&edge);
            let provisioner = Provisioner::of(&place.anna);
            Town { size: *size, place, provisioner, names: Vec::new() }
        })
        .collect();
    edge.kill9();
    for town in &mut towns {
        say(&format!("{} members", grouped(town.size as u64)));
        let tenant = town.place.anna.tenant().id.clone();
        let file = database_of(&edge.state(), &tenant);
        let before = std::fs::metadata(&file).expect("a file").len();
        town.names = crowd::gather(&edge.state(), &tenant, town.size, OBJECTS, called);
        log(&file);
        bytes(rows, town, &file, before);
    }
    of_a_member(rows, &edge.state());
    edge.restart();
    sign_ins(rows, &mut towns, edge.group());
    pages(rows, &towns, edge.group());
    switch_off(rows, &mut towns);
}

/// As people are called, and no two alike.
fn called(number: usize) -> String {
    const PARTS: [&str; 24] = [
        "an", "ber", "car", "dor", "el", "fi", "gus", "hen", "il", "jo", "ka", "lo", "mar", "na", "ot", "pe", "qui",
        "ro", "sa", "ti", "ul", "vik", "wen", "yo",
    ];
    // Any odd factor spreads them.
    let mut drawn = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut part = || {
        drawn = drawn.rotate_left(17).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        PARTS[(drawn >> 40) % PARTS.len()]
    };
    let name = [part(), part(), ".", part(), part(), part()].concat();
    format!("{name}{number}@example.com")
}

/// An entry of the log for everybody: that she has signed in, as one really has. The chain is not kept up.
fn log(file: &Path) {
    let log = open(file);
    log.execute(
        "INSERT INTO audit SELECT (SELECT max(position) FROM audit) + row_number() OVER (), directory.member, 1000000, \
         audit.at, directory.username, audit.event, audit.text, audit.link FROM directory, \
         (SELECT * FROM audit WHERE event = 'signed-in' ORDER BY position LIMIT 1) AS audit",
        [],
    )
    .expect("entries");
    drop(log);
    drop(open(file));
}

/// What is stored in the tenant's object, for each member: on disk, and of that in pages of tables and their indexes.
fn bytes(rows: &mut Rows, town: &Town, file: &Path, before: u64) {
    let all = std::fs::metadata(file).expect("a file").len().saturating_sub(before);
    let size = town.size as f64;
    let of = grouped(town.size as u64);
    rows.say(
        &format!("tenant's object on disk, each of {of} members and one entry of her in the log"),
        "B",
        all as f64 / size,
    );
    let database = open(file);
    for (what, tables) in [
        ("her row in the directory", "tbl_name = 'directory' AND type = 'table'"),
        ("the directory's indexes", "tbl_name = 'directory' AND type = 'index'"),
        ("the index of parts of names", "tbl_name LIKE 'names%'"),
        ("an entry in the log, indexes included", "tbl_name = 'audit'"),
    ] {
        rows.say(&format!("  of it {what}, {of} members"), "B", pages_of(&database, tables) / size);
    }
}

fn pages_of(database: &Connection, tables: &str) -> f64 {
    let statement = format!(
        "SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE name IN (SELECT name FROM sqlite_master WHERE {tables})"
    );
    database.query_row(&statement, [], |row| row.get(0)).expect("pages of a table")
}

/// What is stored in a member's own object: the same, however many there are.
fn of_a_member(rows: &mut Rows, state: &Path) {
    let mut sizes: Vec<(u64, usize)> = databases(&folder_of(state, "MemberObject"))
        .iter()
        .filter_map(|path| {
            let record = column(&open(path), "SELECT record FROM member").pop()?;
            Some((std::fs::metadata(path).ok()?.len(), record.len()))
        })
        .collect();
    sizes.sort_unstable();
    let (file, record) = sizes[sizes.len() / 2];
    rows.say("member's object on disk: enrolled, ten keys, a device, a session", "B", file as f64);
    rows.say("  of it her record", "B", record as f64);
}

/// Sign-ins in each tenant in turn: their time, and the processor's.
fn sign_ins(rows: &mut Rows, towns: &mut [Town], group: u32) {
    say("sign-ins");
    let kinds = ["sign-in on a remembered device", "account page"];
    let mut times: Vec<[[Pairs; 2]; 2]> = towns.iter().map(|_| Default::default()).collect();
    for round in 0..=SIGN_INS / BLOCK {
        for kind in 0..kinds.len() {
            let blocks: Vec<(f64, f64)> = towns.iter_mut().map(|town| block(&mut town.place, kind, group)).collect();
            // The first wakes the objects.
            if round == 0 {
                continue;
            }
            for (pairs, block) in times.iter_mut().zip(&blocks) {
                pairs[kind][0].add(block.0, blocks[0].0);
                pairs[kind][1].add(block.1, blocks[0].1);
            }
        }
    }
    let smallest = format!("{} members", towns[0].size);
    for (town, pairs) in towns.iter().zip(&times).skip(1) {
        for (kind, [time, cpu]) in kinds.iter().zip(pairs) {
            let of = grouped(town.size as u64);
            rows.flat(&format!("{kind} at {of} members"), "ms", &smallest, time);
            rows.flat(&format!("{kind} at {of} members, processor"), "ms", &smallest, cpu);
        }
    }
}

/// The middle time of a few, and the processor time of each of them.
fn block(place: &mut Place, kind: usize, group: u32) -> (f64, f64) {
    // Without hashes it takes more of them to be told from the clock's own steps.
    let count = if kind == 0 { BLOCK } else { 5 * BLOCK };
    let began = busy(group);
    let mut times: Vec<f64> = (0..count).map(|_| if kind == 0 { place.sign_in() } else { place.account() }).collect();
    times.sort_by(f64::total_cmp);
    (times[count / 2], (busy(group) - began) / count as f64 * 1000.0)
}

/// What administrators and a directory elsewhere look at: the processor time that it takes beyond that of her own account,
/// which goes the same way and asks the same objects.
fn pages(rows: &mut Rows, towns: &[Town], group: u32) {
    say("pages");
    let smallest = format!("{} members", towns[0].size);
    let cost = |look: &dyn Fn()| {
        let began = busy(group);
        (0..BLOCK).for_each(|_| look());
        (busy(group) - began) / BLOCK as f64 * 1000.0
    };
    for (name, page) in PAGES {
        let mut pairs: Vec<Pairs> = towns.iter().map(|_| Pairs::default()).collect();
        for _ in 0..LOOKS / BLOCK {
            let beyond = |town: &Town| {
                let own = cost(&|| drop(town.see("/account").is(200)));
                cost(&|| counts(town, &page(town).is(200))) - own
            };
            let took: Vec<f64> = towns.iter().map(beyond).collect();
            for (pairs, here) in pairs.iter_mut().zip(&took) {
                pairs.add(*here, took[0]);
            }
        }
        for (town, pairs) in towns.iter().zip(&pairs).skip(1) {
            rows.within(
                &format!("{name} of {} members, in the object", grouped(town.size as u64)),
                &smallest,
                pairs,
                PAGE,
            );
        }
    }
}

type Page = fn(&Town) -> Answer;

const PAGES: [(&str, Page); 13] = [
    ("members, first page", |town| town.see("/members")),
    ("members, nine tenths down", |town| town.see(&format!("/members?after={}", town.deep()))),
    ("members, search for a name", |town| town.see(&format!("/members?search={}", town.place.somebody()))),
    ("members, search for a part that many have", |town| town.see("/members?search=example")),
    ("members, search for a part that nobody has", |town| town.see("/members?search=zyxw")),
    ("members, search for two letters that nobody has", |town| town.see("/members?search=zy")),
    ("members, filter that finds nobody", |town| town.see("/members?filter=not-enrolled")),
    ("members, who is locked", |town| town.see("/members?filter=locked")),
    ("settings page", |town| town.see("/settings/authentication")),
    ("enrolment chart", |town| town.see("/members/enrolment")),
    ("audit log, about somebody", |town| town.see(&format!("/audit?newest=1&about={}", town.place.somebody()))),
    ("audit log, a seldom event", |town| town.see("/audit?newest=1&what=authenticator-locked")),
    ("SCIM, by name", |town| {
        town.provisioner.ask("GET", &format!("/Users?filter=userName%20eq%20%22{}%22", town.place.somebody()))
    }),
];

impl Town {
    fn see(&self, route: &str) -> Answer {
        let anna = &self.place.anna;
        anna.client.get(&anna.tenant().at(route))
    }

    fn deep(&self) -> &str {
        &self.names[self.names.len() * 9 / 10]
    }
}

/// Whatever says how many there are says it right.
fn counts(town: &Town, body: &Value) {
    for said in [&body["counts"]["enrolled"], &body["members"]["enrolled"]] {
        assert!(said.is_null() || *said == town.size, "{said} of {}", town.size);
    }
}

/// The click, each tenant's once, the largest last: its sweep goes on when all is over.
fn switch_off(rows: &mut Rows, towns: &mut [Town]) {
    say("switching off");
    let mut took = Vec::new();
    for town in towns.iter_mut() {
        let anna = &mut town.place.anna;
        anna.client = anna.signed_in();
        let path = anna.tenant().at("/settings/mfa/switch-off");
        let body = json!({"confirmation": anna.tenant().id});
        let (time, answer) = timed(|| anna.client.post(&path, body));
        answer.is(200);
        took.push(time);
    }
    for (town, time) in towns.iter().zip(&took).skip(1) {
        let name = format!("switching off, once, at {} members", grouped(town.size as u64));
        let mut pairs = Pairs::default();
        pairs.add(*time, took[0]);
        rows.beside(&name, "ms", &format!("{} members", towns[0].size), &pairs);
    }
}
