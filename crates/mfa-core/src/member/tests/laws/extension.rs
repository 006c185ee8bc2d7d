//! Whoever asks for more time gets time and nothing else: no further guess, no earlier end of a wait, nothing back that
//! had ended, and no end later than the policy allows.

use proptest::prelude::*;

use super::script::{script, script_of_a_sound_clock};
use super::step::Step;
use super::{Law, config, hold};
use crate::member::state::{Duty, Joined, SetUpStage};
use crate::member::{Command, Member, Outcome, Waiting, decide};
use crate::policy;
use crate::time::Timestamp;

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn more_time_is_no_further_guess_and_revives_nothing(script in script()) {
        hold(&script, TimeAlone);
    }

    #[test]
    fn nothing_waits_for_longer_than_the_policy_allows(script in script_of_a_sound_clock()) {
        hold(&script, Bounded);
    }
}

struct TimeAlone;

impl Law for TimeAlone {
    fn observe(&mut self, step: &Step) {
        let Command::Extend { .. } = &step.command else { return };
        if step.wiped() || step.obeyed() || step.reset() || step.turned() || step.outcome == Outcome::Unreadable {
            return;
        }
        let swept = decide(step.before.clone(), Command::Sweep, step.fresh, step.now).state;
        assert_eq!(step.events, []);
        let (ends_before, ends_after) = (ends(&swept), ends(&step.after));
        assert!(ends_before.iter().zip(&ends_after).all(|(before, after)| before <= after), "ends sooner");
        let Outcome::Extended { expires_at } = step.outcome else {
            assert_eq!(step.after, swept, "{:?}", step.outcome);
            return;
        };
        assert!(ends_after.contains(&expires_at) && expires_at > step.now, "it was told another end");
        // With the times alike, all of it is alike: failures, lanes, proofs, sessions, and which things there are.
        assert_eq!(at_one_time(step.after.clone(), step.now), at_one_time(swept, step.now));
    }
}

struct Bounded;

impl Law for Bounded {
    fn observe(&mut self, step: &Step) {
        let Some(joined) = step.after.joined() else { return };
        for pending in joined.pending.iter().filter(|pending| pending.duty == Duty::Code) {
            assert!(pending.expires_at <= pending.created_at.saturating_add(policy::PENDING_SIGN_IN_IN_ALL));
        }
        let (Command::Extend { waiting, .. }, Outcome::Extended { expires_at }) = (&step.command, &step.outcome) else {
            return;
        };
        let before = step.before.joined().map(ends_of).unwrap_or_default();
        let bound = match waiting {
            Waiting::SignIn(token) => {
                let it = joined.pending.iter().find(|pending| pending.token.matches(token)).unwrap();
                assert!(
                    joined
                        .enrolment
                        .iter()
                        .filter(|owed| owed.pending == *token)
                        .all(|owed| { owed.enrolment.expires_at == *expires_at })
                );
                it.created_at.saturating_add(policy::PENDING_ENROLMENT_IN_ALL)
            }
            Waiting::RecoveryKeys(session) => joined.sessions.iter().find(|live| live.id == *session).unwrap().ends_at,
            // Where it is kept for a shorter time than it has already, it is not made shorter.
            Waiting::SetUp { until, .. } => before.into_iter().fold(*until, Timestamp::max),
        };
        assert!(*expires_at <= bound, "{waiting:?}");
    }
}

/// When everything that waits for somebody ends.
fn ends(member: &Member) -> std::vec::Vec<Timestamp> {
    member.joined().map(ends_of).unwrap_or_default()
}

fn ends_of(joined: &Joined) -> std::vec::Vec<Timestamp> {
    let set_up = joined.set_up.as_ref().map(|set_up| match &set_up.stage {
        SetUpStage::Enrolling(enrolment) => enrolment.expires_at,
        SetUpStage::Ready { expires_at, .. } => *expires_at,
    });
    let pending = joined.pending.iter().map(|pending| pending.expires_at);
    let enrolment = joined.enrolment.iter().map(|owed| owed.enrolment.expires_at);
    let renewal = joined.renewal.iter().map(|renewal| renewal.expires_at);
    pending.chain(enrolment).chain(renewal).chain(set_up).collect()
}

fn at_one_time(mut member: Member, now: Timestamp) -> Member {
    if let Some(joined) = member.joined_mut() {
        joined.pending.iter_mut().for_each(|pending| pending.expires_at = now);
        joined.enrolment.iter_mut().for_each(|owed| owed.enrolment.expires_at = now);
        joined.renewal.iter_mut().for_each(|renewal| renewal.expires_at = now);
        if let Some(SetUpStage::Enrolling(enrolment)) = joined.set_up.as_mut().map(|set_up| &mut set_up.stage) {
            enrolment.expires_at = now;
        }
    }
    member
}
