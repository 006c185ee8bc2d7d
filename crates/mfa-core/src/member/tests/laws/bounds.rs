//! No record grows beyond its bounds, whatever is done to it, and nothing in it has outlived its time.

use proptest::prelude::*;

use super::script::script;
use super::step::Step;
use super::{Law, config, hold};
use crate::member::state::{EnrolmentStage, Factor, Joined, PendingSignIn};
use crate::member::{Event, LinkPurpose};
use crate::policy;
use crate::throttle::Lane;
use crate::time::{Seconds, Timestamp};

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn a_record_stays_within_its_bounds(script in script()) {
        hold(&script, Bounds);
    }
}

struct Bounds;

impl Law for Bounds {
    fn observe(&mut self, step: &Step) {
        lane(&step.after.strangers, 0);
        if let Some(joined) = step.after.joined() {
            sizes(joined);
            times(joined, step.now);
            names(joined);
            numbers(joined);
            on_the_way(joined);
        }
        if let Some(joined) = step.after.joined()
            && step.wiped()
        {
            wiped(joined, step);
        }
    }
}

/// After a new epoch or a new bearer there is only what this very step may have made.
fn wiped(joined: &Joined, step: &Step) {
    let fresh = step.fresh;
    let adopted = step.events.iter().any(|event| matches!(event, Event::Enrolled { .. }));
    assert_eq!(adopted, joined.factor != Factor::None, "a factor only by a set-up for this very epoch");
    assert_eq!((&joined.enrolment, &joined.renewal, &joined.older_set), (&None, &None, &None));
    assert_eq!(joined.set_up, None);
    assert_eq!((&joined.codes, &joined.recovery_keys), (&Lane::default(), &Lane::default()));
    assert!(joined.devices.is_empty() && joined.browsers.is_empty());
    assert!(joined.pending.iter().all(|pending| pending.token == fresh.pending));
    assert!(joined.sessions.iter().all(|session| session.id == fresh.session));
}

fn sizes(joined: &Joined) {
    assert!(joined.pending.len() <= 20);
    assert!(joined.sessions.iter().all(|session| session.failures < 5), "a fifth failure left it alive");
    assert!(joined.devices.len() <= 10);
    assert!(joined.sessions.len() <= 20);
    assert!(joined.revoked.sessions.len() <= 100);
    let refused = |pending: &PendingSignIn| pending.failures.len() + usize::from(pending.refusals);
    assert!(joined.pending.iter().all(|pending| refused(pending) < 5), "a fifth refusal left it alive");
    lane(&joined.codes, 20);
    lane(&joined.recovery_keys, 10);
    joined.devices.iter().for_each(|device| lane(&device.passwords, 0));
    assert!(joined.browsers.len() <= 10);
    joined.browsers.iter().for_each(|browser| lane(&browser.passwords, 0));
    assert!(joined.browsers.iter().all(|browser| browser.passwords.consecutive() > 0), "nothing failed there");
}

/// Passwords, without a budget, have no cap on their row either: their waits alone bound them.
fn lane(lane: &Lane, budget: usize) {
    assert!(lane.budgeted.len() <= budget, "{lane:?}");
    assert!(budget == 0 || lane.consecutive() <= 100);
}

fn times(joined: &Joined, now: Timestamp) {
    let within = |end: Timestamp, most: Seconds| assert!(now < end && end <= now.saturating_add(most.max(BACK)));
    for pending in &joined.pending {
        within(pending.expires_at, policy::ENROLMENT);
        assert!(pending.expires_at <= pending.created_at.saturating_add(policy::PENDING_ENROLMENT_IN_ALL));
    }
    joined.devices.iter().for_each(|device| within(device.until, policy::REMEMBERED_DEVICE));
    joined.sessions.iter().for_each(|session| within(session.ends_at, policy::SESSION_ABSOLUTE));
    joined.revoked.sessions.iter().for_each(|(_, until)| within(*until, policy::SESSION_ABSOLUTE));
    joined.links.iter().for_each(|link| within(link.expires_at, policy::BURNT_LINK));
    if let Some(renewal) = &joined.renewal {
        within(renewal.expires_at, policy::ENROLMENT);
    }
    if let Some(enrolment) = &joined.enrolment {
        within(enrolment.enrolment.expires_at, policy::ENROLMENT);
    }
}

/// How far the scripts turn the clock back, in all.
const BACK: Seconds = Seconds(60 * 31 * 24 * 3600);

/// What is on its way belongs to something that is to come, or that is still there.
fn on_the_way(joined: &Joined) {
    if let Some(set_up) = &joined.set_up {
        assert!(set_up.epoch > joined.epoch, "a set-up under an epoch that is over");
        assert_eq!(joined.factor, Factor::None, "a set-up beside a factor");
    }
    assert!(joined.renewal.is_none() || joined.factor != Factor::None);
    assert!(joined.older_set.is_none() || joined.factor != Factor::None);
    assert!(joined.older_set.as_ref().is_none_or(|older| older.number < joined.newest_set));
    let burnt = joined.links.iter().filter(|link| link.purpose == LinkPurpose::Burnt).count();
    assert!(burnt <= 1 && joined.links.len() - burnt <= policy::PASSWORD_LINKS, "too many links");
}

fn names(joined: &Joined) {
    let unique = |count: usize, names: std::collections::BTreeSet<std::vec::Vec<u8>>| assert_eq!(count, names.len());
    unique(joined.pending.len(), joined.pending.iter().map(|pending| pending.token.0.to_vec()).collect());
    unique(joined.devices.len(), joined.devices.iter().map(|device| device.id.0.to_vec()).collect());
    unique(joined.sessions.len(), joined.sessions.iter().map(|session| session.id.0.to_vec()).collect());
    let live = |id| joined.sessions.iter().any(|session| session.id == id);
    assert!(joined.revoked.sessions.iter().all(|(id, _)| !live(*id)), "both live and revoked");
}

fn numbers(joined: &Joined) {
    match &joined.factor {
        Factor::Bound(authenticator) => {
            assert_eq!(authenticator.recovery.number, joined.newest_set)
        }
        Factor::None => assert!(joined.devices.is_empty(), "a device that skips a code nobody has"),
    }
    if let Some(EnrolmentStage::Code { wrong_codes }) = joined.enrolment.as_ref().map(|owed| &owed.enrolment.stage) {
        assert!(*wrong_codes < policy::ENROLMENT_WRONG_CODES);
    }
}
