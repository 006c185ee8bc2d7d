//! Switching off, measured: the click, the sweep, the pages, and what is left in the store afterwards.
//!
//! Against the real workerd with its state on disk, through the public doors, at 10, 1,000 and 100,000 members, or at
//! the sizes that are named. Nobody is held to a time here: a machine is what it is. What is held to is that nothing
//! that opened is left in any object's database, that the receipt counts exactly what was there, and that nobody was
//! passed over.
//!
//! `cargo xtask bench switch-off` starts it, with `edge.mjs` in wrangler's place.
//!
//! Up to a hundred members join and enrol as people do; the others are copies of them (see [`crowd`]).

mod crowd;
mod databases;
mod opening;
mod table;
mod timing;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::rounds::{grouped, say};
use edge_mfa_tests::{Administrator, Client, Edge, Tenant, Value, eventually, json};
use opening::Opening;
use table::{Column, Times};
use timing::timed;

/// Members who really enrol, the administrator among them; the rest of a larger tenant is copied from them.
const ENROLLED: usize = 100;
/// How often a page is asked for.
const LOOKS: usize = 25;
/// How often MFA is switched off.
const CLICKS: usize = 3;
/// Up to this size a click waits for the end of the sweep before. In a larger tenant the last comes amid it.
const WAITED_FOR: usize = 10_000;
/// How long a sweep may take before it counts as stuck.
const SWEEP_LIMIT: Duration = Duration::from_secs(45 * 60);

fn main() -> ExitCode {
    let sizes: Option<Vec<usize>> =
        std::env::args().skip(1).map(|size| size.parse().ok().filter(|size| *size >= 3)).collect();
    let Some(sizes) = sizes else {
        eprintln!("Each argument is a number of members, 3 or more.");
        return ExitCode::FAILURE;
    };
    let sizes = if sizes.is_empty() { vec![10, 1_000, 100_000] } else { sizes };
    let mut columns = Vec::new();
    for size in &sizes {
        say(&format!("{} members", grouped(*size as u64)));
        columns.push(measure(*size));
    }
    println!("\n{}", table::written(&columns));
    let names: String = sizes.iter().map(|size| format!(" {size}")).collect();
    println!("\nOnce more: cargo xtask bench switch-off{names}");
    if columns.iter().all(|column| column.nothing_left) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Everything about one size, on an edge of its own.
fn measure(size: usize) -> Column {
    let mut column = Column::new(size);
    let mut edge = Edge::start();
    let mut anna = Administrator::of(&Tenant::mfa(&edge));
    let tenant = anna.tenant().clone();
    let enrolled = people(&tenant, size.min(ENROLLED) - 1);
    column.say("of them enrolled by themselves", &grouped(enrolled.len() as u64 + 1));
    eventually("the directory to follow", || anna.settings()["members"]["enrolled"] == enrolled.len() + 1);

    edge.kill9();
    let began = Instant::now();
    let names = crowd::gather(&edge.state(), &tenant.id, size, size, |number| format!("s{number:06}"));
    let before = Opening::of(&edge.state());
    say(&format!("a crowd and a look into every database: {} s", began.elapsed().as_secs()));
    assert_eq!(before.members, size as u64, "the search knows what it looks for");
    assert_eq!((before.data_keys.len(), before.secrets), (1, size as u64), "the search knows what it looks for");
    assert!(before.shares(&before) > 10 * enrolled.len(), "the search would find what is left");
    edge.restart();

    anna.client = anna.signed_in();
    look(&mut column, &anna, &names, &enrolled[enrolled.len() / 2].member.username);

    // A code that is fresh enough for an act of an administrator.
    anna.client = anna.signed_in();
    let (first_click, _) = click(&mut anna);
    let (took, settings, unlooked) = sweep(&anna);
    column.sweep(took);
    column.times("settings page meanwhile", &settings);
    column.times("for comparison, meanwhile: an answer without a look", &unlooked);
    let receipt = tenant.seen_by_operator()["receipts"][0].clone();

    edge.kill9();
    let after = Opening::of(&edge.state());
    column.left(&before, &after, &receipt);
    edge.restart();

    let (mut clicks, mut sweeping) = (Times::default(), Times::default());
    clicks.add(first_click);
    for _ in 1..CLICKS {
        if size <= WAITED_FOR {
            sweep(&anna);
        }
        anna.phone = None;
        anna.client = anna.signed_in();
        anna.switch_on();
        let kind = if is_swept(&anna) { &mut clicks } else { &mut sweeping };
        kind.add(click(&mut anna).0);
    }
    column.times("click that switches off", &clicks);
    column.times("the same while the sweep before goes on", &sweeping);
    column.finish();
    column
}

/// So many members, each enrolled and with a remembered device. Two at a time.
fn people(tenant: &Tenant, count: usize) -> Vec<Enrolled> {
    let join = |count: usize| {
        let person = || {
            let person = Enrolled::join(tenant);
            person.remembered();
            person
        };
        (0..count).map(|_| person()).collect::<Vec<_>>()
    };
    std::thread::scope(|scope| {
        let half = scope.spawn(|| join(count / 2));
        let mut people = join(count - count / 2);
        people.extend(half.join().expect("nobody was kept from joining"));
        people
    })
}

/// The pages that an administrator looks at, before anything is switched off.
fn look(column: &mut Column, anna: &Administrator, names: &[String], somebody: &str) {
    let deep = &names[names.len() * 9 / 10];
    let pages = [
        ("settings page", "/settings/authentication".to_owned()),
        ("members, first page", "/members".to_owned()),
        ("members, nine tenths down", format!("/members?after={deep}")),
        ("members, search for a name", format!("/members?search={somebody}")),
        ("members, filter that finds nobody", "/members?filter=not-enrolled".to_owned()),
    ];
    for (name, route) in pages {
        let mut times = Times::default();
        for _ in 0..LOOKS {
            let (time, answer) = timed(&anna.client, "GET", &anna.tenant().at(&route), None);
            let counts = if name.starts_with("members") { "counts" } else { "members" };
            assert_eq!(answer.is(200)[counts]["enrolled"], names.len(), "{name}");
            times.add(time);
        }
        column.times(name, &times);
    }
    let mut times = Times::default();
    for _ in 0..LOOKS {
        times.add(unlooked(anna));
    }
    column.times("for comparison: an answer without a look", &times);
}

/// Switches off, with the time from sending to the whole answer.
fn click(anna: &mut Administrator) -> (Duration, Value) {
    let path = anna.tenant().at("/settings/mfa/switch-off");
    let body = json!({"confirmation": anna.tenant().id});
    let (time, answer) = timed(&anna.client, "POST", &path, Some(&body));
    (time, answer.is(200))
}

/// Whether no sweep is under way.
fn is_swept(anna: &Administrator) -> bool {
    anna.tenant().seen_by_operator()["receipts"][0]["finished_at"].is_u64()
}

/// The time of an answer for which nobody has to look anything up: what this machine and its proxies cost.
fn unlooked(anna: &Administrator) -> Duration {
    let (time, answer) = timed(&anna.tenant().client(), "GET", &anna.tenant().at("/session"), None);
    answer.problem(401, "unauthenticated");
    time
}

/// Waits for the end of the sweep. The time that it took, and meanwhile those of the settings page and of an answer
/// without a look.
fn sweep(anna: &Administrator) -> (Duration, Times, Times) {
    let tenant = anna.tenant();
    let (began, mut settings, mut nothing) = (Instant::now(), Times::default(), Times::default());
    let mut client: Option<Client> = None;
    let mut next_word = Duration::from_secs(30);
    loop {
        // The operator's door, because the administrator is signed out and signing in takes a while.
        let receipt = tenant.seen_by_operator()["receipts"][0].clone();
        let elapsed = began.elapsed();
        if receipt["finished_at"].is_u64() {
            return (elapsed, settings, nothing);
        }
        assert!(elapsed < SWEEP_LIMIT, "the sweep is stuck: {receipt}");
        if elapsed > next_word {
            say(&format!("{} s: {} members", elapsed.as_secs(), receipt["members"]));
            next_word += Duration::from_secs(30);
        }
        if elapsed > Duration::from_secs(1) {
            let client = client.get_or_insert_with(|| {
                let client = tenant.client();
                anna.member.enter_password(&client, "done");
                client
            });
            let (time, answer) = timed(client, "GET", &tenant.at("/settings/authentication"), None);
            answer.is(200);
            settings.add(time);
            nothing.add(unlooked(anna));
        }
        // Often enough to be right by a fiftieth, seldom enough not to be in the way.
        std::thread::sleep((elapsed / 50).clamp(Duration::from_millis(5), Duration::from_secs(2)));
    }
}
