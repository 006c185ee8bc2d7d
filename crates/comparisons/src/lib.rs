//! The core's comparisons of secrets, each behind one number, for whoever counts their instructions (`tests/`) or takes
//! their time (`timing.mjs`); and the password's hash, for whoever takes its time (`tests/bench/edge`). As WebAssembly,
//! because that is what is deployed, and made with the Worker's own profile.
//!
//! What is prepared is a secret that is kept and one that is given, which is the kept one but for one byte. Where that
//! byte stands is what the comparison must not tell.
#![allow(
    unsafe_code,
    reason = "a function is exported under its own name by an unsafe attribute; no other crate has it"
)]

mod member;
mod password_hash;
mod subject;

use std::cell::RefCell;

use subject::Subject;

thread_local! {
    /// What was prepared: two, so that they can be compared in turns.
    static PREPARED: RefCell<[Option<Subject>; 2]> = const { RefCell::new([None, None]) };
}

/// How many kinds of comparison there are.
#[unsafe(no_mangle)]
pub extern "C" fn subjects() -> u32 {
    u32::try_from(subject::ALL.len()).unwrap_or(0)
}

/// How many ways there are to be wrong, of which none may show.
#[unsafe(no_mangle)]
pub extern "C" fn variants(number: u32) -> u32 {
    find(number).map_or(0, |(_, variants, _)| variants)
}

/// Prepares one comparison. Whether there is such a thing.
#[unsafe(no_mangle)]
pub extern "C" fn prepare(slot: u32, number: u32, variant: u32) -> u32 {
    let Some((_, _, make)) = find(number) else { return 0 };
    PREPARED.with_borrow_mut(|prepared| {
        let made = usize::try_from(slot).ok().and_then(|slot| prepared.get_mut(slot)).map(|slot| *slot = make(variant));
        u32::from(made.is_some())
    })
}

/// Compares what was prepared, so many times. How often it was the same, and of what is decided how often it was decided
/// as it must be.
#[unsafe(no_mangle)]
pub extern "C" fn compare(slot: u32, times: u32) -> u32 {
    PREPARED.with_borrow(|prepared| {
        let subject = usize::try_from(slot).ok().and_then(|slot| prepared.get(slot)?.as_ref());
        subject.map_or(u32::MAX, |subject| (0..times).map(|_| u32::from(subject.compare())).sum())
    })
}

/// Where the 32 bytes of a password's hash are, made of one number.
#[unsafe(no_mangle)]
pub extern "C" fn password_hash(number: u8) -> *const u8 {
    password_hash::made_of(number)
}

/// Where the name of a comparison begins.
#[unsafe(no_mangle)]
pub extern "C" fn name(number: u32) -> *const u8 {
    find(number).map_or(core::ptr::null(), |(name, ..)| name.as_ptr())
}

/// How long it is.
#[unsafe(no_mangle)]
pub extern "C" fn name_length(number: u32) -> usize {
    find(number).map_or(0, |(name, ..)| name.len())
}

fn find(number: u32) -> Option<subject::Kind> {
    subject::ALL.get(usize::try_from(number).ok()?).copied()
}
