//! One tenant's Monday morning, event by event: who asks its object when, and how long each question waits.

use crate::draw::Draw;
use crate::inputs::{AT_NINE, AT_NINE_SPREAD, OBJECT_LIMIT, OTHERS_SPREAD, REMEMBERED, WRONG};

/// Seconds from password to code: a person reads it off a phone.
const TYPING: f64 = 12.0;
/// From a decision to its report: an alarm of the member's object.
const REPORT: f64 = 0.1;

/// How the work of a tenant is divided.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Objects that answer how things are with a member; each has a part of the members.
    pub answering: usize,
    /// Whether the log has an object of its own.
    pub log_apart: bool,
}

/// As it is built.
pub const AS_BUILT: Layout = Layout { answering: 1, log_apart: false };

/// What came of it.
#[derive(Clone, Copy, Debug)]
pub struct Morning {
    /// Questions in the busiest ten seconds, each second.
    pub busiest: f64,
    /// The part of its time that the busiest object is at work then; above one its queue grows.
    pub load: f64,
    /// Milliseconds that a sign-in's question waits: half of them, 99 of a hundred, all.
    pub waits: [f64; 3],
}

/// How many of a sign-in's questions the object is asked, reports included.
pub fn questions_per_sign_in() -> f64 {
    2.0 + (1.0 - REMEMBERED) + WRONG * 1.5
}

/// Plays it for a tenant where so many sign in around nine, and a question takes so long.
pub fn morning(sign_ins: u64, service_ms: f64, layout: Layout) -> Morning {
    let mut draw = Draw::from(sign_ins);
    let mut questions = Vec::new();
    for _ in 0..sign_ins {
        arrive(&mut draw, layout, &mut questions);
    }
    questions.sort_unstable_by(|one, other| one.at.total_cmp(&other.at));
    let service = (service_ms / 1000.0).max(1.0 / OBJECT_LIMIT);
    let mut free = vec![f64::MIN; layout.answering];
    let mut waits = Vec::with_capacity(questions.len());
    for Question { at, object, is_waited_for } in &questions {
        let begins = at.max(free[*object]);
        // Half of it always the same, half without memory: neither as even as clockwork nor as rough as it gets.
        free[*object] = begins + service / 2.0 + draw.exponential(service / 2.0);
        if *is_waited_for {
            waits.push((begins - at) * 1000.0);
        }
    }
    waits.sort_unstable_by(f64::total_cmp);
    let part = |part: f64| waits.get(((waits.len() as f64 * part) as usize).min(waits.len() - 1)).copied();
    let busiest = busiest(&questions);
    Morning {
        busiest,
        load: busiest * service / layout.answering as f64,
        waits: [0.5, 0.99, 1.0].map(|share| part(share).unwrap_or_default()),
    }
}

/// A question to the tenant.
struct Question {
    at: f64,
    object: usize,
    /// Somebody waits for the answer.
    is_waited_for: bool,
}

fn arrive(draw: &mut Draw, layout: Layout, questions: &mut Vec<Question>) {
    let spread = if draw.happens(AT_NINE) { AT_NINE_SPREAD } else { OTHERS_SPREAD };
    let mut at = draw.normal(spread);
    let object = (draw.even() * layout.answering as f64) as usize;
    let mut ask = |at: f64, is_waited_for: bool| {
        // The log's own object waits for nobody and nobody for it.
        if is_waited_for || !layout.log_apart {
            questions.push(Question { at, object, is_waited_for });
        }
    };
    if draw.happens(WRONG / 2.0) {
        ask(at + REPORT, false);
        at += TYPING;
    }
    ask(at, true);
    if draw.happens(1.0 - REMEMBERED) {
        at += draw.exponential(TYPING / 2.0) + TYPING / 2.0;
        if draw.happens(WRONG / 2.0) {
            ask(at, true);
            ask(at + REPORT, false);
            at += TYPING;
        }
        ask(at, true);
    }
    ask(at + REPORT, false);
}

/// Questions a second in the busiest ten seconds.
fn busiest(questions: &[Question]) -> f64 {
    const SPAN: f64 = 10.0;
    let (mut from, mut most) = (0, 0);
    for (index, question) in questions.iter().enumerate() {
        while questions[from].at < question.at - SPAN {
            from += 1;
        }
        most = most.max(index + 1 - from);
    }
    most as f64 / SPAN
}
