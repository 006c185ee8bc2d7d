//! Codes for applications: bound, short, once; and word when a session ends, whatever ended it.

use std::string::{String, ToString};
use std::vec::Vec;

use super::world::{HOUR, MINUTE, World, signed_in};
use crate::member::{
    Binding, Command, Demand, Event, Generation, Outcome, ProvenBy, Redeemed, SessionId, SignedIn, TokenDigest, Wish,
};
use crate::policy;
use crate::tenant::ModeKind;
use crate::tenant::application::ApplicationId;
use crate::time::Timestamp;

const APPLICATION: ApplicationId = ApplicationId([7; 8]);
const CODE: TokenDigest = TokenDigest([9; 32]);

fn binding() -> Binding {
    Binding {
        application: APPLICATION,
        redirect_uri: "https://app.example/back".to_string(),
        challenge: "c".to_string(),
    }
}

impl World {
    fn issue(&mut self, session: SessionId, code: TokenDigest, demand: Demand) -> Outcome {
        let (grant, wish) = (self.grant, Wish { nonce: Some("n".to_string()), profile: true });
        self.ask(Command::IssueAuthorization { grant, session, code, binding: binding(), wish, demand })
    }

    fn redeem_with(&mut self, code: TokenDigest, binding: Binding) -> Outcome {
        let grant = self.grant;
        self.ask(Command::RedeemAuthorization { grant, code, binding })
    }

    fn redeem(&mut self, code: TokenDigest) -> Outcome {
        self.redeem_with(code, binding())
    }

    fn lives(&mut self, code: TokenDigest) -> bool {
        let grant = self.grant;
        self.ask(Command::ViewAuthorization { grant, code }) == Outcome::AuthorizationLives
    }
}

/// Somebody signed in with a code, at an application.
fn at_application() -> (World, SignedIn) {
    let (mut world, phone, _) = World::enrolled();
    let entered = world.sign_in(&phone);
    assert!(matches!(world.issue(entered.session, CODE, Demand::default()), Outcome::AuthorizationIssued { .. }));
    (world, entered)
}

#[test]
fn a_code_is_redeemed_once_and_what_is_shown_twice_gives_nothing() {
    let (mut world, entered) = at_application();
    assert!(!world.lives(CODE), "before it is redeemed it gives nothing");
    let redeemed = world.redeem(CODE);
    assert_eq!(
        redeemed,
        Outcome::AuthorizationRedeemed(Redeemed {
            session: entered.session,
            generation: Generation(1),
            authenticated_at: entered.at,
            methods: entered.methods,
            ends_at: entered.at.saturating_add(policy::SESSION_ABSOLUTE),
            wish: Wish { nonce: Some("n".to_string()), profile: true },
        })
    );
    assert_eq!(world.events, [Event::SignedInAt { application: APPLICATION }]);
    assert!(world.lives(CODE));
    assert_eq!(world.redeem(CODE), Outcome::AuthorizationRefused);
    assert_eq!(world.events, [Event::AuthorizationReplayed { application: APPLICATION }]);
    assert!(!world.lives(CODE), "what it gave is taken back");
    assert_eq!(world.redeem(CODE), Outcome::AuthorizationRefused);
}

#[test]
fn whoever_redeems_it_says_what_was_said_when_it_was_asked_for() {
    let (mut world, _) = at_application();
    let other = Binding { application: ApplicationId([8; 8]), ..binding() };
    let elsewhere = Binding { redirect_uri: "https://app.example/back/".to_string(), ..binding() };
    let unproven = Binding { challenge: "d".to_string(), ..binding() };
    // The same bytes, cut in another place.
    let shifted =
        Binding { redirect_uri: "https://app.example/bac".to_string(), challenge: "kc".to_string(), ..binding() };
    for wrong in [other, elsewhere, unproven, shifted] {
        assert_eq!(world.redeem_with(CODE, wrong), Outcome::AuthorizationRefused);
    }
    assert_eq!(world.redeem(TokenDigest([10; 32])), Outcome::AuthorizationRefused);
    assert!(matches!(world.redeem(CODE), Outcome::AuthorizationRedeemed(_)));
}

#[test]
fn a_code_lives_a_minute_and_what_it_gave_ten() {
    let (mut world, _) = at_application();
    let (mut late, mut timely) = (world.clone(), world.clone());
    late.wait(MINUTE);
    assert_eq!(late.redeem(CODE), Outcome::AuthorizationRefused);
    timely.wait(MINUTE - 1);
    assert!(matches!(timely.redeem(CODE), Outcome::AuthorizationRedeemed(_)));
    timely.wait(10 * MINUTE - 1);
    assert!(timely.lives(CODE));
    timely.wait(1);
    assert!(!timely.lives(CODE));
    // And they do not pile up.
    let session = world.inside().sessions[0].id;
    for number in 0..100 {
        world.issue(session, TokenDigest([number; 32]), Demand::default());
    }
    assert_eq!(world.inside().authorizations.len(), policy::AUTHORIZATIONS);
}

#[test]
fn what_an_application_demands_of_a_sign_in_is_had() {
    let (mut world, phone, _) = World::enrolled();
    let entered = world.sign_in(&phone);
    world.wait(MINUTE);
    let since = |since| Demand { since, code: false };
    assert!(matches!(world.issue(entered.session, CODE, since(entered.at)), Outcome::AuthorizationIssued { .. }));
    let later = Timestamp(entered.at.0 + 1);
    assert_eq!(world.issue(entered.session, CODE, since(later)), Outcome::AuthenticationOwed);
    assert_eq!(world.issue(SessionId([0; 16]), CODE, Demand::default()), Outcome::SessionEnded);
}

#[test]
fn a_recovery_key_makes_no_code_of_hours_ago_fresh() {
    let (mut world, phone, sheet) = World::enrolled();
    let entered = world.sign_in(&phone);
    world.wait(HOUR);
    assert!(matches!(world.step_up_by_key(entered.session, sheet.key(1)), Outcome::SteppedUp { .. }));
    let fresh = |world: &World, code| Demand { since: Timestamp(world.now.0 - 300), code };
    for code in [true, false] {
        let demand = fresh(&world, code);
        assert_eq!(world.issue(entered.session, CODE, demand), Outcome::AuthenticationOwed);
    }
    assert!(matches!(world.step_up_by_code(entered.session, phone.shows(world.now)), Outcome::SteppedUp { .. }));
    let demand = fresh(&world, true);
    assert!(matches!(world.issue(entered.session, CODE, demand), Outcome::AuthorizationIssued { .. }));
}

#[test]
fn an_application_that_is_forgotten_for_others_is_told_while_it_can_be() {
    let (mut world, entered) = at_application();
    assert!(matches!(world.redeem(CODE), Outcome::AuthorizationRedeemed(_)));
    for number in 1..=policy::RELIANCES {
        let application = ApplicationId(u64::try_from(number).unwrap().to_be_bytes());
        let code = TokenDigest([u8::try_from(100 + number).unwrap(); 32]);
        let binding = Binding { application, ..binding() };
        let (grant, session, wish) = (world.grant, entered.session, Wish::default());
        let demand = Demand::default();
        let ask = Command::IssueAuthorization { grant, session, code, binding: binding.clone(), wish, demand };
        assert!(matches!(world.ask(ask), Outcome::AuthorizationIssued { .. }));
        assert!(matches!(world.redeem_with(code, binding), Outcome::AuthorizationRedeemed(_)));
    }
    let told = Event::SignedOutAt { application: APPLICATION, session: entered.session, generation: Generation(1) };
    assert!(world.events.contains(&told), "{:?}", world.events);
}

#[test]
fn at_another_provider_it_was_when_that_says() {
    let mut world = World::vacant();
    world.grant.mode = ModeKind::External;
    let begin = |world: &mut World, provider_time| {
        let grant = world.grant;
        signed_in(world.ask(Command::BeginExternal { grant, provider_time }))
    };
    let an_hour_ago = Timestamp(world.now.0 - HOUR);
    let since = |since| Demand { since, code: false };
    let entered = begin(&mut world, an_hour_ago);
    assert_eq!(world.issue(entered.session, CODE, since(Timestamp(an_hour_ago.0 + 1))), Outcome::AuthenticationOwed);
    assert!(matches!(world.issue(entered.session, CODE, since(an_hour_ago)), Outcome::AuthorizationIssued { .. }));
    let Outcome::AuthorizationRedeemed(redeemed) = world.redeem(CODE) else { panic!("refused") };
    assert_eq!(redeemed.authenticated_at, an_hour_ago);
    // One that does not say proves nothing to whoever asks how long ago it was.
    let entered = begin(&mut world, Timestamp::EPOCH);
    assert_eq!(world.issue(entered.session, CODE, since(Timestamp(1))), Outcome::AuthenticationOwed);
    assert!(matches!(world.issue(entered.session, CODE, Demand::default()), Outcome::AuthorizationIssued { .. }));
}

#[test]
fn a_remembered_device_is_no_code_until_one_is_given() {
    let (mut world, phone, _) = World::enrolled();
    let presented = world.remember(&phone);
    world.wait(HOUR);
    let entered = signed_in(world.try_begin(Some(presented)));
    assert!(entered.methods.device && !entered.methods.code);
    let with_code = Demand { since: Timestamp::default(), code: true };
    let owed = Outcome::StepUpOwed { by: Vec::from([ProvenBy::Code]) };
    assert_eq!(world.issue(entered.session, CODE, with_code), owed);
    world.step_up_by_code(entered.session, phone.shows(world.now));
    let stepped_up_at = world.now;
    assert!(matches!(world.issue(entered.session, CODE, with_code), Outcome::AuthorizationIssued { .. }));
    let Outcome::AuthorizationRedeemed(redeemed) = world.redeem(CODE) else { panic!("refused") };
    assert!(redeemed.methods.code && redeemed.methods.device, "it goes on saying so");
    assert_eq!(redeemed.authenticated_at, stepped_up_at);
}

#[test]
fn an_application_is_told_when_its_session_ends_whatever_ended_it() {
    type End = fn(&mut World, SessionId);
    let ends: [(&str, End); 6] = [
        ("signed out", |world, session| _ = world.sign_out(session)),
        ("removed", |world, _| _ = world.ask(Command::Leave { generation: Generation(1) })),
        ("switched off", |world, _| {
            world.grant.epoch.0 += 1;
            let grant = world.grant;
            world.ask(Command::Follow { grant });
        }),
        ("reset", |world, _| {
            world.grant.orders.resets += 1;
            let grant = world.grant;
            world.ask(Command::Follow { grant });
        }),
        ("ordered out", |world, _| {
            world.grant.orders.sign_outs += 1;
            let grant = world.grant;
            world.ask(Command::Follow { grant });
        }),
        ("over", |world, _| {
            world.wait(24 * HOUR);
            world.sweep();
        }),
    ];
    for (what, end) in ends {
        let (mut world, entered) = at_application();
        world.redeem(CODE);
        end(&mut world, entered.session);
        let told = Event::SignedOutAt { application: APPLICATION, session: entered.session, generation: Generation(1) };
        assert_eq!(world.events.iter().filter(|event| **event == told).count(), 1, "{what}: {:?}", world.events);
        world.sweep();
        assert!(world.events.is_empty(), "{what}: told once");
        assert!(!world.lives(CODE), "{what}");
    }
}

#[test]
fn a_code_dies_with_its_session_and_nobody_is_told_who_never_had_it() {
    let (mut world, entered) = at_application();
    world.sign_out(entered.session);
    assert_eq!(world.events, [Event::SignedOut]);
    assert_eq!(world.redeem(CODE), Outcome::AuthorizationRefused);
    assert_eq!(String::from(APPLICATION), "app-0707070707070707");
}
