//! Law 5: an enrolment that is not complete decides nothing. Each step is decided again as if it were not there.

use proptest::prelude::*;

use super::script::script;
use super::step::Step;
use super::{Law, config, hold};
use crate::member::{Command, Member, Outcome, decide};

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn law_5_an_incomplete_enrolment_changes_no_verdict(script in script()) {
        hold(&script, AsIfThereWereNone);
    }
}

struct AsIfThereWereNone;

impl Law for AsIfThereWereNone {
    fn observe(&mut self, step: &Step) {
        let enrolling = matches!(
            step.command,
            Command::StartEnrolment { .. }
                | Command::ConfirmEnrolment { .. }
                | Command::RenewRecoveryKeys { .. }
                | Command::CompleteEnrolment { .. }
                | Command::Extend { .. }
                | Command::StartSetUp { .. }
                | Command::ConfirmSetUp { .. }
                | Command::PrepareSetUp { .. }
                | Command::AdoptSetUp { .. }
                | Command::StartRecoveryKeys { .. }
                | Command::CompleteRecoveryKeys { .. }
                | Command::ViewAccount { .. }
        );
        // What ends it says so, and what it was made for binds it.
        if step.wiped() || step.obeyed() || step.reset() || step.turned() || step.outcome == Outcome::Unreadable {
            return;
        }
        if enrolling {
            return unless_complete(step);
        }
        let without = decide(stripped(step.before.clone()), step.command.clone(), step.fresh, step.now);
        assert_eq!(without.outcome, step.outcome);
        assert_eq!(without.events, step.events);
        assert_eq!(without.state, stripped(step.after.clone()));
    }
}

/// The steps of an enrolment themselves touch neither what is bound nor anybody's session, device or counter.
fn unless_complete(step: &Step) {
    if matches!(step.outcome, Outcome::SignedIn(_) | Outcome::RecoveryKeysReplaced { .. }) {
        return;
    }
    let swept = decide(step.before.clone(), Command::Sweep, step.fresh, step.now).state;
    let (mut before, mut after) = (stripped(swept), stripped(step.after.clone()));
    for member in [&mut before, &mut after] {
        for pending in member.joined_mut().into_iter().flat_map(|joined| &mut joined.pending) {
            pending.expires_at = step.now; // a start gives its own sign-in more time, and so does whoever asks for it
        }
    }
    assert_eq!(before, after);
}

fn stripped(mut member: Member) -> Member {
    if let Some(joined) = member.joined_mut() {
        (joined.enrolment, joined.set_up, joined.renewal) = (None, None, None);
    }
    member
}
