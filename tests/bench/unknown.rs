//! Known and unknown names, measured: whether the time of an answer tells what its words do not (J01, J03).
//!
//! Against the real workerd, without wrangler's proxy, through the public doors, one request at a time. What is compared
//! is asked for in random order, side by side, so that whatever else the machine does falls on both alike. For each pair:
//! the difference of the medians, and the p of Kolmogorov and Smirnov that both came from one distribution. Nobody is
//! held to a time here. What is held to is that the answers are the same in status, headers, size and body.
//!
//! `cargo xtask bench unknown` starts it; EDGE_MFA_ROUNDS_UNKNOWN is how many answers of each kind it takes (usually 200,
//! for a result 10,000). The order is drawn from EDGE_MFA_SEED.
//!
//! Names are asked about nine times each, which is below the throttle. The first time stands in a row of its own: then
//! a member's object is read from disk, and a name that nobody ever typed gets an object that was not there.

mod crowd;
mod databases;
mod sample;
mod timing;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::rounds::{rounds, say};
use edge_mfa_tests::{Administrator, Client, Edge, Member, Tenant, Value, eventually, json};
use sample::{Order, Pair};
use timing::timed;

/// How often a name is asked about: ten wrong passwords are free.
const ASKED: usize = 9;
/// Wrong codes at one sign-in, and as many spent ones: it dies after five.
const CODES: usize = 2;
/// Sign-ins of one person whose codes are tried: the fifth wrong code in a row waits.
const SIGN_INS: usize = 2;
/// People who sign in with codes: each really enrols.
const PEOPLE: usize = 250;
/// A proof of an administrator is good for five minutes.
const PROOF: Duration = Duration::from_secs(4 * 60);

fn main() -> ExitCode {
    let count = rounds("EDGE_MFA_ROUNDS_UNKNOWN", 200);
    let mut order = Order::drawn();
    let groups = count.div_ceil(ASKED - 1);
    let mut edge = Edge::start();
    let mut anna = Administrator::of(&Tenant::mfa(&edge));
    let tenant = anna.tenant().clone();
    let originals: Vec<Enrolled> = (0..2).map(|_| Enrolled::join(&tenant)).collect();
    eventually("the directory to follow", || anna.settings()["members"]["enrolled"] == originals.len() + 1);
    edge.kill9();
    let size = 2 * groups + originals.len() + 1;
    let names = crowd::gather(&edge.state(), &tenant.id, size, size, |number| shaped('s', number));
    edge.restart();
    let mut copies = names.into_iter().filter(|name| is_shaped(name));
    let known: Vec<String> = copies.by_ref().take(groups).collect();
    let removed: Vec<String> = copies.take(groups).collect();
    say(&format!("{groups} members, and as many who are removed and invited"));
    remove(&mut anna, &removed);
    let invited: Vec<String> = (0..groups).map(|number| shaped('i', number)).collect();
    invited.iter().for_each(|name| drop(tenant.invite(name)));
    let unknown: Vec<String> = (0..groups).map(|number| shaped('u', number)).collect();

    let kinds = [("unknown", &unknown), ("member", &known), ("removed", &removed), ("invited", &invited)];
    println!("{}", sample::HEADING);
    let mut pairs = told(sign_ins(&tenant, &kinds, &mut order));
    pairs.extend(told(forgotten(&tenant, &kinds, &mut order)));
    pairs.extend(told(vec![codes(&tenant, count.div_ceil(CODES * SIGN_INS).min(PEOPLE), &mut order)]));
    println!("\nOnce more: EDGE_MFA_SEED={} EDGE_MFA_ROUNDS_UNKNOWN={count} cargo xtask bench unknown", order.seed);
    if pairs.iter().all(|pair| pair.answers_alike) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn told(pairs: Vec<Pair>) -> Vec<Pair> {
    pairs.iter().for_each(|pair| println!("{pair}"));
    pairs
}

/// Names of one length: to compute something of a longer one takes longer.
fn shaped(letter: char, number: usize) -> String {
    format!("{letter}{number:06}")
}

fn is_shaped(name: &str) -> bool {
    name.len() == 7 && name.starts_with('s')
}

fn remove(anna: &mut Administrator, names: &[String]) {
    anna.client = anna.signed_in();
    let mut proven = Instant::now();
    for name in names {
        if proven.elapsed() > PROOF {
            anna.client = anna.signed_in();
            proven = Instant::now();
        }
        anna.order(name, "remove", json!({})).is(204);
    }
}

/// Wrong passwords.
fn sign_ins(tenant: &Tenant, kinds: &[(&str, &Vec<String>)], order: &mut Order) -> Vec<Pair> {
    let path = tenant.at("/sign-in");
    let body = |name: &str| json!({"username": name, "password": "a wrong password"});
    asked(tenant, "wrong password", &path, kinds, body, order, |_, _| ())
}

/// Asking for a link; and the answer without a look that follows at once, when what was left to do may be in the way.
fn forgotten(tenant: &Tenant, kinds: &[(&str, &Vec<String>)], order: &mut Order) -> Vec<Pair> {
    let path = tenant.at("/password/forgot");
    let mut after: Vec<Pair> =
        kinds[1..].iter().map(|(kind, _)| Pair::new(&format!("right after it, {kind}"))).collect();
    let next = |kind: usize, client: &Client| {
        let (time, answer) = timed(client, "GET", &tenant.at("/session"), None);
        match kind {
            0 => after.iter_mut().for_each(|pair| pair.unknown(time, &answer)),
            _ => after[kind - 1].other(time, &answer),
        }
        // What is left to do is done before the next is asked about.
        std::thread::sleep(Duration::from_millis(20));
    };
    let mut pairs = asked(tenant, "forgot", &path, kinds, |name| json!({"username": name}), order, next);
    pairs.extend(after);
    pairs
}

/// Asks about every name of every kind nine times, and compares each kind with the unknown. `next` comes after each
/// answer but the first about a name.
fn asked(
    tenant: &Tenant,
    what: &str,
    path: &str,
    kinds: &[(&str, &Vec<String>)],
    body: impl Fn(&str) -> Value,
    order: &mut Order,
    mut next: impl FnMut(usize, &Client),
) -> Vec<Pair> {
    let of = |which: &str| -> Vec<Pair> {
        kinds[1..].iter().map(|(kind, _)| Pair::new(&format!("{what}, {which}, {kind}"))).collect()
    };
    let (mut first, mut again) = (of("first"), of("again"));
    let client = tenant.client();
    for group in 0..kinds[0].1.len() {
        for turn in 0..ASKED {
            for kind in order.shuffled(kinds.len()) {
                let (time, answer) = timed(&client, "POST", path, Some(&body(&kinds[kind].1[group])));
                let pairs = if turn == 0 { &mut first } else { &mut again };
                match kind {
                    0 => pairs.iter_mut().for_each(|pair| pair.unknown(time, &answer)),
                    _ => pairs[kind - 1].other(time, &answer),
                }
                if turn > 0 {
                    next(kind, &client);
                }
            }
        }
    }
    first.extend(again);
    first
}

/// Codes: wrong ones, and one that was right and is spent.
fn codes(tenant: &Tenant, people: usize, order: &mut Order) -> Pair {
    say(&format!("{people} people with codes"));
    let mut pair = Pair::new("wrong code (as unknown) and spent code");
    for _ in 0..people {
        let person = Enrolled::join(tenant);
        let spent = person.phone.next_code();
        person.member.enter_code(&person.pending(), &spent).is(200);
        for _ in 0..SIGN_INS {
            let client = person.pending();
            for kind in order.shuffled(2 * CODES) {
                let is_spent = kind >= CODES;
                let code = if is_spent { spent.clone() } else { person.phone.wrong_code() };
                let (time, answer) = entered(&person.member, &client, &code);
                answer.problem(401, "code_refused");
                if is_spent { pair.other(time, &answer) } else { pair.unknown(time, &answer) }
            }
        }
    }
    pair
}

fn entered(member: &Member, client: &Client, code: &str) -> (Duration, edge_mfa_tests::Answer) {
    let body = json!({"code": code, "remember_device": false});
    timed(client, "POST", &member.tenant.at("/sign-in/code"), Some(&body))
}
