//! Remembered devices (ATTACKS.md section F): the code is skipped, for thirty days, on that device, and no more.

use std::vec::Vec;

use super::world::{DAY, HOUR, World, owes, signed_in};
use crate::member::Event;
use crate::member::{DeviceId, Duty, Generation, Methods, Outcome, PresentedDevice, TokenDigest};
use crate::tenant::Epoch;
use crate::time::Timestamp;

#[test]
fn a_remembered_device_skips_the_code_and_says_so() {
    let (mut world, phone, _) = World::enrolled();
    let device = world.remember(&phone);
    assert!(world.events.contains(&Event::DeviceRemembered { device: device.id }));
    let until = Timestamp(world.now.0 + 30 * DAY);
    world.wait(HOUR);
    let entered = signed_in(world.try_begin(Some(device)));
    assert_eq!(entered.methods, Methods { password: true, device: true, ..Methods::default() });
    assert_eq!(entered.device.map(|device| (device.id, device.until)), Some((device.id, until)));
}

#[test]
fn it_is_opt_in() {
    let (mut world, phone, _) = World::enrolled();
    assert_eq!(world.sign_in(&phone).device, None);
    assert!(world.inside().devices.is_empty());
}

#[test]
fn a_wrong_password_on_a_remembered_device_is_still_wrong() {
    let (mut world, phone, _) = World::enrolled();
    let device = world.remember(&phone);
    assert_eq!(world.check_password("wrong", Some(device)), Outcome::SignInRefused);
    assert_eq!(world.events, [Event::PasswordRefused { consecutive: 1, known_device: true }]);
}

#[test]
fn f01_f02_another_member_s_device_is_unknown() {
    let (mut anna, phone, _) = World::enrolled();
    let annas = anna.remember(&phone);
    let mut bert = World::joined();
    bert.names = super::people::Names(99);
    let pending = bert.begin();
    bert.enrol(pending);
    assert_eq!(owes(&bert.try_begin(Some(annas))), Some(Duty::Code));
    assert_eq!(bert.events, []);
}

#[test]
fn f03_f04_a_new_password_forgets_it_and_so_does_a_new_authenticator() {
    let (mut world, phone, sheet) = World::enrolled();
    let device = world.remember(&phone);
    world.lock(&phone);
    let pending = world.begin();
    world.recovery_key(pending, sheet.key(1));
    world.replace_password(pending, "another one, longer");
    assert!(world.inside().devices.is_empty());
    assert_eq!(owes(&world.clone().try_begin(Some(device))), Some(Duty::Code));
    world.enrol(pending);
    assert_eq!(owes(&world.try_begin(Some(device))), Some(Duty::Code));
}

#[test]
fn f04_without_an_authenticator_no_device_skips_its_enrolment() {
    let (mut world, phone, _) = World::enrolled();
    let device = world.remember(&phone);
    world.inside_mut().factor = crate::member::state::Factor::None; // by hand: no command leaves it so
    assert_eq!(owes(&world.try_begin(Some(device))), Some(Duty::Enrol));
}

#[test]
fn f05_a_new_epoch_or_a_new_membership_forgets_it() {
    let (mut world, phone, _) = World::enrolled();
    let device = world.remember(&phone);
    let mut switched_off_and_on = world.clone();
    switched_off_and_on.grant.epoch = Epoch(3);
    assert_eq!(owes(&switched_off_and_on.try_begin(Some(device))), Some(Duty::Enrol));
    world.grant.generation = Generation(2);
    world.join();
    let pending = world.begin();
    world.enrol(pending);
    assert_eq!(owes(&world.try_begin(Some(device))), Some(Duty::Code));
}

#[test]
fn f06_it_is_thirty_days_by_our_clock_to_the_second() {
    let (mut world, phone, _) = World::enrolled();
    let device = world.remember(&phone);
    world.wait(30 * DAY - 1);
    signed_in(world.clone().try_begin(Some(device)));
    world.wait(1);
    assert_eq!(owes(&world.try_begin(Some(device))), Some(Duty::Code));
    assert!(world.inside().devices.is_empty());
    assert_eq!(world.events, [], "an old cookie is no theft");
}

#[test]
fn f07_a_token_that_differs_in_one_bit_is_refused() {
    for bit in [0, 7, 100, 255] {
        let (mut world, phone, _) = World::enrolled();
        let mut device = world.remember(&phone);
        device.token.0[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(owes(&world.try_begin(Some(device))), Some(Duty::Code));
        assert_eq!(world.events, [Event::DeviceTokenReused { device: device.id }]);
    }
    let (mut world, phone, _) = World::enrolled();
    let mut device = world.remember(&phone);
    device.id = DeviceId([0; 8]);
    assert_eq!(owes(&world.try_begin(Some(device))), Some(Duty::Code), "a right token under another name");
}

#[test]
fn f08_a_token_that_was_replaced_gives_its_thief_away_and_ends_the_device() {
    let (mut world, phone, _) = World::enrolled();
    let other = world.remember(&phone);
    let stolen = world.remember(&phone);
    let outcome = world.try_begin(Some(stolen));
    let rotated = world.device_held(&outcome).unwrap();
    assert_ne!(rotated.token, stolen.token);
    assert_eq!(owes(&world.try_begin(Some(stolen))), Some(Duty::Code));
    assert_eq!(world.events, [Event::DeviceTokenReused { device: stolen.id }]);
    assert_eq!(owes(&world.try_begin(Some(rotated))), Some(Duty::Code), "the owner is asked too");
    signed_in(world.try_begin(Some(other)));
}

#[test]
fn f11_use_does_not_make_it_live_longer() {
    let (mut world, phone, _) = World::enrolled();
    let mut device = world.remember(&phone);
    for day in 1..=29 {
        world.wait(DAY);
        let outcome = world.try_begin(Some(device));
        device = world.device_held(&outcome).unwrap_or_else(|| panic!("day {day}: {outcome:?}"));
    }
    world.wait(DAY);
    assert_eq!(owes(&world.try_begin(Some(device))), Some(Duty::Code));
}

#[test]
fn at_most_ten_are_remembered_and_the_one_unused_for_longest_gives_way() {
    let (mut world, phone, _) = World::enrolled();
    let mut devices: Vec<PresentedDevice> = (0..10).map(|_| world.remember(&phone)).collect();
    world.wait(HOUR);
    let outcome = world.try_begin(Some(devices[0]));
    devices[0] = world.device_held(&outcome).unwrap();
    world.remember(&phone);
    assert_eq!(world.inside().devices.len(), 10);
    assert_eq!(owes(&world.try_begin(Some(devices[1]))), Some(Duty::Code));
    signed_in(world.try_begin(Some(devices[0])));
    signed_in(world.try_begin(Some(devices[2])));
}

#[test]
fn a_stranger_cannot_lock_a_known_device_out_nor_a_device_a_stranger() {
    let (mut world, phone, _) = World::enrolled();
    let (device, other) = (world.remember(&phone), world.remember(&phone));
    for _ in 0..10 {
        world.check_password("wrong", None);
    }
    assert!(matches!(world.try_begin(None), Outcome::Throttled { .. }));
    for _ in 0..10 {
        assert_eq!(world.check_password("wrong", Some(device)), Outcome::SignInRefused);
    }
    assert!(matches!(world.try_begin(Some(device)), Outcome::Throttled { .. }));
    signed_in(world.try_begin(Some(other)));
    assert_eq!(world.member.strangers.consecutive(), 10);
}

#[test]
fn a_device_that_presents_a_wrong_token_guesses_passwords_as_a_stranger() {
    let (mut world, phone, _) = World::enrolled();
    let device = world.remember(&phone);
    let forged = PresentedDevice { token: TokenDigest([0; 32]), ..device };
    for _ in 0..10 {
        assert_eq!(world.check_password("wrong", Some(forged)), Outcome::SignInRefused);
        assert!(matches!(world.events[0], Event::PasswordRefused { known_device: false, .. }));
    }
    assert!(matches!(world.check_password("wrong", Some(forged)), Outcome::Throttled { .. }));
    signed_in(world.try_begin(Some(device)));
}

#[test]
fn its_owner_forgets_one_or_all_and_they_ask_for_a_code_again() {
    let (mut world, phone, _) = World::enrolled();
    let devices = [world.remember(&phone), world.remember(&phone), world.remember(&phone)];
    let session = world.sign_in(&phone).session;
    let forgotten = |count| Outcome::DevicesForgotten { count };
    assert_eq!(world.forget_devices(session, Some(DeviceId([0; 8]))), forgotten(0));
    assert_eq!(world.events, []);
    assert_eq!(world.forget_devices(session, Some(devices[1].id)), forgotten(1));
    assert_eq!(world.events, [Event::DevicesForgotten { count: 1 }]);
    assert_eq!(owes(&world.try_begin(Some(devices[1]))), Some(Duty::Code));
    signed_in(world.clone().try_begin(Some(devices[0])));
    assert_eq!(world.forget_devices(session, None), forgotten(2));
    assert_eq!(world.forget_devices(session, None), forgotten(0));
    for device in devices {
        assert_eq!(owes(&world.try_begin(Some(device))), Some(Duty::Code));
    }
    world.sign_out(session);
    assert_eq!(world.forget_devices(session, None), Outcome::SessionEnded);
}
