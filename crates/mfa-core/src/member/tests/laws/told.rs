//! Edges let a signed session in without asking: whichever ends before its time, they are told of until its token dies.

use std::vec::Vec;

use proptest::prelude::*;

use super::script::script_of_a_sound_clock;
use super::step::Step;
use super::{Law, config, hold};
use crate::member::{Outcome, SessionId};
use crate::time::Timestamp;

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn edges_are_told_of_every_session_that_ended_early(script in script_of_a_sound_clock()) {
        hold(&script, Told::default());
    }
}

#[derive(Default)]
struct Told {
    begun: Vec<(SessionId, Timestamp)>,
}

impl Law for Told {
    fn observe(&mut self, step: &Step) {
        if let Outcome::SignedIn(entered) = &step.outcome {
            self.begun.push((entered.session, entered.ends_at));
        }
        self.begun.retain(|(_, ends_at)| step.now < *ends_at);
        let revoked = step.after.revoked();
        for session in &self.begun {
            let told = revoked.sessions.contains(session) || session.1 <= revoked.up_to;
            assert_ne!(told, lives(step, session.0), "{session:?} must be either live or told of");
        }
    }
}

fn lives(step: &Step, session: SessionId) -> bool {
    step.after.joined().into_iter().flat_map(|joined| &joined.sessions).any(|live| live.id == session)
}
