//! What must be true of every state and every step.

use super::names::{Handout, Origin};
use super::scene::{Act, Person, SHORT, Scene, is_outdated};
use crate::member::state::{Factor, Joined};
use crate::member::{Methods, Outcome};
use crate::tenant::ModeKind;

/// What must be true of a step, whether or not it leads somewhere new.
pub(super) fn hold_of_step(before: &Scene, act: Act, after: &Scene) {
    modes_are_never_two(before, after);
    outdated_words_change_nothing(before, act, after);
    whoever_is_let_in_is_let_in_now(act, before, after);
    no_password_outlives_an_external_mode(act, before, after);
}

/// What must be true of a state. It depends on nothing that the fingerprint leaves out.
pub(super) fn hold_of_state(after: &Scene) {
    for (who, person) in after.people.iter().enumerate() {
        the_removed_are_gone(person);
        let Some(joined) = person.member.joined() else { continue };
        nothing_runs_ahead(person, joined, after);
        sessions_meet_the_duty(joined, after);
        short_passwords_do_not_stand_alone(person, joined, after);
        nothing_outdated_is_alive(joined);
        factors_live_under_mfa_alone(joined, after);
        what_is_bound_was_handed_out_here(who, person, joined, after);
        no_password_waits_in_external_mode(joined, after);
    }
}

/// 1. An epoch has one mode, each change of mode a new epoch, and none is left for another but by way of passwords.
fn modes_are_never_two(before: &Scene, after: &Scene) {
    for (index, (epoch, mode)) in after.modes.iter().enumerate() {
        assert_eq!(after.mode_of(*epoch), Some(*mode), "one epoch, two modes");
        if let Some((next_epoch, next)) = after.modes.get(index + 1) {
            assert!(next_epoch > epoch);
            assert!(*mode == ModeKind::Password || *next == ModeKind::Password, "{mode:?} to {next:?}");
        }
    }
    assert!(after.tenant.epoch >= before.tenant.epoch);
}

/// 2. Nobody has a session whose methods do not meet the duty of the mode of its epoch.
fn sessions_meet_the_duty(joined: &Joined, scene: &Scene) {
    if joined.sessions.is_empty() {
        return;
    }
    let mode = scene.mode_of(joined.epoch).expect("signed in under an epoch that never was the tenant's");
    for session in &joined.sessions {
        let Methods { password, code, recovery_key, device, external } = session.methods;
        let met = match mode {
            ModeKind::Password => password && !external,
            ModeKind::Mfa => password && (code || recovery_key || device) && !external,
            ModeKind::External => external && !password && !code && !recovery_key && !device,
        };
        assert!(met, "{:?} under {mode:?}", session.methods);
    }
}

/// 3. Nothing from an older epoch, generation or order is alive.
fn nothing_outdated_is_alive(joined: &Joined) {
    let present = |origin: Origin, what: &str| {
        assert_eq!(u32::from(origin.generation), joined.generation.0, "{what} of another bearer");
        assert_eq!(u64::from(origin.epoch), joined.epoch.0, "{what} of another epoch");
        assert_eq!(u32::from(origin.resets), joined.orders.resets, "{what} from before a reset");
    };
    for session in &joined.sessions {
        let origin = Origin::of_session(session.id);
        present(origin, "a session");
        assert_eq!(u32::from(origin.sign_outs), joined.orders.sign_outs, "a session from before an order to end it");
    }
    for pending in &joined.pending {
        present(Origin::of_pending(pending.token), "a sign-in");
    }
    if let Some(owed) = &joined.enrolment {
        present(Origin::of_pending(owed.pending), "an enrolment");
    }
}

/// 4. A factor is bound only under MFA: after switching off there is none in any member that has followed, and no
///    secret but that of a set-up under an epoch to come.
fn factors_live_under_mfa_alone(joined: &Joined, scene: &Scene) {
    let mode = scene.mode_of(joined.epoch);
    if joined.factor != Factor::None || joined.enrolment.is_some() {
        assert_eq!(mode, Some(ModeKind::Mfa), "a factor without MFA");
    }
    if let Some(set_up) = &joined.set_up {
        assert_eq!(mode, Some(ModeKind::Password), "a set-up beside MFA");
        assert!(set_up.epoch > joined.epoch, "a set-up under an epoch that is over");
    }
}

/// 5. What is bound was handed out for this epoch, to this bearer, since the last reset; and if by a set-up, then by
///    hers and by the one that became the tenant's: a loser's is never adopted.
fn what_is_bound_was_handed_out_here(who: usize, person: &Person, joined: &Joined, scene: &Scene) {
    let Some((handout, origin)) = person.bound_secret() else { return };
    assert_eq!(u32::from(origin.generation), joined.generation.0);
    assert_eq!(u64::from(origin.epoch), joined.epoch.0);
    assert_eq!(u32::from(origin.resets), joined.orders.resets);
    if handout == Handout::SetUp {
        assert!(scene.committed.contains(&(who, joined.epoch)), "a loser's set-up was adopted");
    }
}

/// 6. In external mode there is no local credential.
fn no_password_waits_in_external_mode(joined: &Joined, scene: &Scene) {
    // A password chosen as the tenant turned is erased by the first word that arrives; until then nothing is let in.
    if scene.mode_of(joined.epoch) == Some(ModeKind::External) && !joined.sessions.is_empty() {
        assert_eq!(joined.password, None);
        assert!(joined.links.is_empty() && joined.devices.is_empty());
    }
}

/// 7. Nobody of a generation whose removal was carried out ever comes back.
fn the_removed_are_gone(person: &Person) {
    if let Some(joined) = person.member.joined() {
        assert!(joined.generation > person.left, "{:?} is back", joined.generation);
    }
}

/// 8. A member never knows more than the tenant has decided.
fn nothing_runs_ahead(person: &Person, joined: &Joined, scene: &Scene) {
    assert!(joined.epoch <= scene.tenant.epoch);
    assert!(joined.generation <= person.generation);
    if joined.generation == person.generation {
        assert!(joined.orders.resets <= person.orders.resets && joined.orders.sign_outs <= person.orders.sign_outs);
    }
}

/// 9. A word older than what a member has seen changes nothing and lets nobody in.
fn outdated_words_change_nothing(before: &Scene, act: Act, after: &Scene) {
    let Some((who, word)) = told(act) else { return };
    let (person, now) = (&before.people[who], &after.people[who]);
    if !is_outdated(&person.words[word], &person.member) {
        return;
    }
    assert_eq!(person.member, now.member, "{act:?} on an outdated word changed something");
    let refused = match &after.outcome {
        None => true,
        Some(outcome) => {
            matches!(
                outcome,
                Outcome::StaleGrant
                    | Outcome::SignInRefused
                    | Outcome::SignInExpired
                    | Outcome::SessionEnded
                    | Outcome::LocalDoorsClosed
                    | Outcome::OtherMode(_)
                    | Outcome::PasswordRight { .. }
            ) || matches!(outcome, Outcome::Followed { wiped } if *wiped == Default::default())
        }
    };
    assert!(refused, "{act:?}: {:?}", after.outcome);
}

/// 10. Whoever is let in is let in under the word that came with it, which is then the newest that the member knows.
fn whoever_is_let_in_is_let_in_now(act: Act, before: &Scene, after: &Scene) {
    let (Some((who, word)), Some(Outcome::SignedIn(entered))) = (told(act), &after.outcome) else { return };
    let grant = before.people[who].words[word];
    let joined = after.people[who].member.joined().expect("somebody was let in");
    assert_eq!((entered.generation, entered.epoch), (grant.generation, grant.epoch));
    assert_eq!((joined.generation, joined.epoch), (grant.generation, grant.epoch));
    assert_eq!(joined.orders, grant.orders);
}

/// 11. No password chosen before the last external mode signs anybody in, nor gets her any further, whether or not the
///     member ever heard of that mode.
fn no_password_outlives_an_external_mode(act: Act, before: &Scene, after: &Scene) {
    let (Act::SignIn(who, word), Some(Outcome::SignedIn(_) | Outcome::Owes { .. })) = (act, &after.outcome) else {
        return;
    };
    let person = &before.people[who];
    let present = person.words[word].epoch;
    let between = |epoch| person.chosen <= epoch && epoch <= present;
    let elsewhere = after.modes.iter().find(|(epoch, mode)| *mode == ModeKind::External && between(*epoch));
    assert_eq!(elsewhere, None, "let in under {present:?} by a password of {:?}", person.chosen);
}

/// 12. Nobody has a session under passwords alone by one that is too short for that.
fn short_passwords_do_not_stand_alone(person: &Person, joined: &Joined, scene: &Scene) {
    if scene.mode_of(joined.epoch) == Some(ModeKind::Password) {
        assert!(joined.sessions.is_empty() || person.password != SHORT, "a short password stands alone");
    }
}

/// Whom an act asks, and which word arrives with it.
fn told(act: Act) -> Option<(usize, usize)> {
    match act {
        Act::SignIn(who, word)
        | Act::Lengthen(who, word)
        | Act::Shorten(who, word)
        | Act::Code(who, word)
        | Act::EnrolHalf(who, word)
        | Act::EnrolRest(who, word)
        | Act::SetUpHalf(who, word, _)
        | Act::Ready(who, word, _)
        | Act::Adopt(who, word, _)
        | Act::External(who, word)
        | Act::Follow(who, word) => Some((who, word)),
        _ => None,
    }
}
