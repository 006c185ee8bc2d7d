//! Histories whose verdict is known: what is promised, and what would break it.

use crate::specification::{Call, Door, Said};
use crate::story::{STEP, Story, code, key, wrong_code};

const PASSWORD: Call = Call::Password { device: None };
const LOOK: Call = Call::Look { session: 4 };
const RESET: Call = Call::SelfReset { session: 4 };

fn in_by_key(left: u32) -> Said {
    Said::InByKey { left }
}

fn seen(left: Option<u32>, sessions: usize) -> Said {
    Said::Seen { left, devices: 0, sessions }
}

#[test]
fn one_code_lets_in_once() {
    let at_once = |one, other| Story::enrolled().together([(code(5, STEP), one), (code(6, STEP), other)]);
    at_once(Said::InByCode, Said::CodeRefused).holds();
    at_once(Said::CodeRefused, Said::InByCode).holds();
    at_once(Said::InByCode, Said::InByCode).cannot_be();
    // Nor may a right one be lost between the two.
    at_once(Said::CodeRefused, Said::CodeRefused).cannot_be();
    // The code of her enrolment is spent.
    Story::enrolled().then(code(5, STEP - 1), Said::InByCode).cannot_be();
}

#[test]
fn an_older_code_comes_before_a_newer_one_or_not_at_all() {
    let (newer, older) = ((code(5, STEP + 1), Said::InByCode), (code(6, STEP), Said::InByCode));
    Story::enrolled().together([newer.clone(), older.clone()]).holds();
    Story::enrolled().then(newer.0, newer.1).then(older.0, older.1).cannot_be();
}

#[test]
fn a_code_is_good_in_its_step_and_next_to_it() {
    Story::enrolled().then(code(5, STEP + 2), Said::InByCode).cannot_be();
    Story::enrolled().later(30).then(code(5, STEP), Said::InByCode).holds();
    Story::enrolled().later(60).then(code(5, STEP), Said::InByCode).cannot_be();
    Story::enrolled().later(60).then(code(5, STEP), Said::CodeRefused).holds();
}

#[test]
fn one_key_lets_in_once_and_the_rest_is_counted() {
    let at_once = |one, other| Story::enrolled().together([(key(5, 0), one), (key(6, 0), other)]);
    at_once(in_by_key(9), Said::KeyRefused).holds();
    at_once(in_by_key(9), in_by_key(8)).cannot_be();
    at_once(in_by_key(8), Said::KeyRefused).cannot_be();
    let two = |one, other| Story::enrolled().together([(key(5, 0), in_by_key(one)), (key(6, 1), in_by_key(other))]);
    two(9, 8).holds();
    two(8, 9).holds();
    two(9, 9).cannot_be();
    Story::enrolled().then(key(5, 0), in_by_key(9)).then(LOOK, seen(Some(9), 2)).holds();
    Story::enrolled().then(key(5, 0), in_by_key(9)).then(LOOK, seen(Some(10), 1)).cannot_be();
}

#[test]
fn a_sheet_that_was_replaced_opens_nothing() {
    let renewed = || {
        let start = Story::enrolled().then(Call::RenewStart { session: 4 }, Said::Done);
        start.then(Call::RenewComplete { session: 4, sheet: 7 }, Said::Done)
    };
    renewed().then(key(5, 0), Said::OlderSet).holds();
    renewed().then(key(5, 0), in_by_key(9)).cannot_be();
    renewed().then(Call::Key { door: Door::SignIn(5), sheet: 7, number: 0 }, in_by_key(9)).holds();
    let start = || Story::enrolled().then(Call::RenewStart { session: 4 }, Said::Done);
    let complete = (Call::RenewComplete { session: 4, sheet: 7 }, Said::Done);
    start().together([complete.clone(), (key(5, 0), in_by_key(9))]).holds();
    start().together([complete, (key(5, 0), Said::OlderSet)]).holds();
}

#[test]
fn after_a_reset_nothing_of_before_lets_in() {
    for reset in [RESET, Call::AdminReset { turns: 0 }] {
        let after = || Story::enrolled().then(reset.clone(), Said::Done);
        after().then(code(5, STEP), Said::No).then(PASSWORD, Said::OwesEnrolment).holds();
        after().then(code(5, STEP), Said::InByCode).cannot_be();
        after().then(key(5, 0), in_by_key(9)).cannot_be();
        after().then(LOOK, seen(Some(10), 1)).cannot_be();
        after().then(PASSWORD, Said::OwesCode).cannot_be();
        let during = |said| Story::enrolled().together([(reset.clone(), Said::Done), (code(5, STEP), said)]);
        during(Said::InByCode).holds();
        during(Said::No).holds();
        during(Said::InByCode).then(Call::Look { session: 8 }, seen(Some(10), 1)).cannot_be();
    }
}

#[test]
fn after_a_switch_off_nothing_of_before_lets_in() {
    let off = || Story::enrolled().then(Call::SwitchOff { turns: 0 }, Said::Done);
    off().then(code(5, STEP), Said::No).then(PASSWORD, Said::InByPassword).holds();
    off().then(code(5, STEP), Said::InByCode).cannot_be();
    off().then(PASSWORD, Said::OwesCode).cannot_be();
    off().then(LOOK, seen(None, 1)).cannot_be();
    let on = || off().then(PASSWORD, Said::InByPassword).then(Call::SwitchOn { turns: 1 }, Said::Done);
    on().then(PASSWORD, Said::OwesEnrolment).then(Call::Look { session: 8 }, Said::No).holds();
    on().then(Call::Look { session: 8 }, seen(None, 1)).cannot_be();
    on().then(code(5, STEP), Said::InByCode).cannot_be();
    // An administrator who signed in before the turn.
    on().then(Call::AdminReset { turns: 0 }, Said::No).holds();
    on().then(Call::AdminReset { turns: 0 }, Said::Done).cannot_be();
}

#[test]
fn a_device_skips_the_code_with_its_present_token_alone() {
    let remember = Call::Code { door: Door::SignIn(5), shown: vec![(2, STEP)], remember: true };
    let known = || Story::enrolled().then(remember.clone(), Said::InByCode);
    let from = |token| Call::Password { device: Some((7, token)) };
    known().then(from(7), Said::InByDevice).then(from(8), Said::InByDevice).holds();
    known().together([(from(7), Said::InByDevice), (from(7), Said::OwesCode)]).holds();
    known().together([(from(7), Said::InByDevice), (from(7), Said::InByDevice)]).cannot_be();
    // A token that was replaced gives its thief away, and the device is forgotten.
    let stolen = || known().then(from(7), Said::InByDevice).then(from(7), Said::OwesCode);
    stolen().then(from(8), Said::OwesCode).holds();
    stolen().then(from(8), Said::InByDevice).cannot_be();
    known().then(RESET, Said::Done).then(from(7), Said::OwesEnrolment).holds();
    known().then(RESET, Said::Done).then(from(7), Said::InByDevice).cannot_be();
}

#[test]
fn five_wrong_codes_over_all_sign_ins_close_the_lane_for_half_a_minute() {
    let wrong = |story: Story, pending| story.then(wrong_code(pending), Said::CodeRefused);
    let four = || [5, 6, 5, 6].into_iter().fold(Story::enrolled(), wrong);
    let five = || wrong(four(), 5);
    four().then(code(5, STEP), Said::InByCode).holds();
    four().then(wrong_code(5), Said::Throttled).cannot_be();
    five().then(code(5, STEP), Said::Throttled).holds();
    five().then(code(5, STEP), Said::InByCode).cannot_be();
    five().then(wrong_code(6), Said::CodeRefused).cannot_be();
    five().later(30).then(code(5, STEP + 1), Said::InByCode).holds();
    // Another door is no further chance, and another lane is open.
    let step_up = Call::Code { door: Door::StepUp(4), shown: vec![(2, STEP)], remember: false };
    five().then(step_up.clone(), Said::Throttled).then(key(5, 0), in_by_key(9)).holds();
    five().then(step_up, Said::Done).cannot_be();
}

#[test]
fn what_was_never_answered_came_at_some_time_or_never() {
    let lost = || Story::enrolled().unanswered(code(5, STEP));
    lost().then(code(6, STEP), Said::InByCode).holds();
    lost().then(code(6, STEP), Said::CodeRefused).holds();
    lost().then(LOOK, seen(Some(10), 1)).then(LOOK, seen(Some(10), 2)).holds();
    lost().then(LOOK, seen(Some(10), 2)).then(LOOK, seen(Some(10), 1)).cannot_be();
    let lost = || Story::enrolled().unanswered(RESET);
    lost().then(code(5, STEP), Said::InByCode).then(code(6, STEP + 1), Said::No).holds();
    lost().then(code(5, STEP), Said::No).then(code(6, STEP + 1), Said::InByCode).cannot_be();
}
