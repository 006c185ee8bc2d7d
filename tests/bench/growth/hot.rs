//! One tenant of which everybody wants something at once.
//!
//! The runtime here plays Worker and objects on one thread, and nearly all of a sign-in is its password hash, which
//! deployed is spread over as many Workers as come. What one object bears is told from the processor time of a question
//! that only it is asked, less that of an answer for which nobody is.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use edge_mfa_tests::rounds::say;
use edge_mfa_tests::{Client, Edge, json};

use crate::busy::busy;
use crate::pairs::Pairs;
use crate::place::{Place, timed};
use crate::rows::Rows;

/// Rounds, and questions of each kind in a round.
const ROUNDS: usize = 12;
const QUESTIONS: usize = 60;
/// What a tenant's object is asked at a sign-in with a code: its word after the password and once more with the code,
/// and the member's events of both steps afterwards.
const OF_A_SIGN_IN: f64 = 4.0;
/// How many ask at once, in turn, and for how long.
const CROWDS: [usize; 3] = [1, 16, 128];
const LENGTH: Duration = Duration::from_secs(5);

/// What one tenant's object bears, and what comes of more.
pub fn measure(rows: &mut Rows) {
    let edge = Edge::start();
    let place = Place::settle(&edge);
    let tenant = place.anna.tenant();
    let invitation = json!({"token": tenant.invite("waiting")});
    let client = tenant.client();
    let preview = || client.post(&tenant.at("/invitation/preview"), invitation.clone());
    let nothing = || client.get(&tenant.at("/session"));
    say("a hot tenant");
    let mut questions = Pairs::default();
    for round in 0..=ROUNDS {
        let cost = |ask: &dyn Fn()| {
            let began = busy(edge.group());
            (0..QUESTIONS).for_each(|_| ask());
            (busy(edge.group()) - began) / QUESTIONS as f64 * 1000.0
        };
        let asked = cost(&|| drop(preview().is(200)));
        let unasked = cost(&|| drop(nothing().problem(401, "unauthenticated")));
        if round > 0 {
            questions.add(asked, unasked);
        }
    }
    let (asked, unasked, _) = questions.medians();
    rows.say("a question to a tenant's object, processor, the way there included", "ms", asked - unasked);
    let most = 1000.0 / (asked - unasked) / OF_A_SIGN_IN;
    rows.say("sign-ins with a code that one tenant's object bears on one such processor", "a second", most);

    let right = preview().is(200);
    for at_once in CROWDS {
        let crowd = flood(at_once, &client, |client| {
            let answer = client.ask("POST", &tenant.at("/invitation/preview")).json(&invitation).try_send();
            match answer {
                Ok(answer) if answer.status == 200 && answer.json() == right => Came::Right,
                Ok(answer) if answer.status == 503 && answer.header("retry-after").is_some() => Came::Shed,
                _ => Came::Wrong,
            }
        });
        let name = format!("questions to one tenant, {at_once} at once");
        rows.say(&format!("{name}: answered"), "a second", crowd.right as f64 / LENGTH.as_secs_f64());
        rows.say(&format!("{name}: the slowest of a hundred"), "ms", crowd.slowest);
        rows.say(&format!("{name}: shed with Retry-After"), "", crowd.shed as f64);
        rows.none(&format!("{name}: answered otherwise"), crowd.wrong);
    }
    let (time, _) = timed(preview);
    rows.say("a question when the crowd has gone", "ms", time);
}

enum Came {
    Right,
    Shed,
    Wrong,
}

#[derive(Default)]
struct Crowd {
    right: usize,
    shed: usize,
    wrong: usize,
    slowest: f64,
}

/// So many ask on and on.
fn flood(at_once: usize, client: &Client, ask: impl Fn(&Client) -> Came + Sync) -> Crowd {
    let (began, crowd, times) = (Instant::now(), Mutex::new(Crowd::default()), Mutex::new(Vec::new()));
    let knock = || {
        let client = client.clone();
        while began.elapsed() < LENGTH {
            let asked = Instant::now();
            let came = ask(&client);
            times.lock().expect("no thread panicked here").push(asked.elapsed().as_secs_f64() * 1000.0);
            let mut crowd = crowd.lock().expect("no thread panicked here");
            match came {
                Came::Right => crowd.right += 1,
                Came::Shed => crowd.shed += 1,
                Came::Wrong => crowd.wrong += 1,
            }
        }
    };
    std::thread::scope(|scope| (0..at_once).for_each(|_| drop(scope.spawn(knock))));
    let mut times = times.into_inner().expect("no thread panicked here");
    times.sort_by(f64::total_cmp);
    let mut crowd = crowd.into_inner().expect("no thread panicked here");
    crowd.slowest = times[times.len() * 99 / 100];
    crowd
}
