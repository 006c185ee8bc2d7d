//! The Worker's password hash at its own numbers, for whoever takes its time beside others (`tests/bench/edge`).

use std::cell::RefCell;

use argon2::{Algorithm, Argon2, Params, Version};

thread_local! {
    static TAG: RefCell<[u8; 32]> = const { RefCell::new([0; 32]) };
}

/// Argon2id with 19 MiB, two passes and one lane, over password, salt and secret that are all made of one number. Where
/// its 32 bytes are; nowhere, if it failed.
pub(crate) fn made_of(number: u8) -> *const u8 {
    TAG.with_borrow_mut(|tag| match hash(number, tag) {
        Ok(()) => tag.as_ptr(),
        Err(_) => core::ptr::null(),
    })
}

fn hash(number: u8, tag: &mut [u8; 32]) -> Result<(), argon2::Error> {
    let params = Params::new(19 * 1024, 2, 1, Some(32))?;
    let secret = [number; 32];
    let argon2 = Argon2::new_with_secret(&secret, Algorithm::Argon2id, Version::V0x13, params)?;
    argon2.hash_password_into(&[number; 20], &[number; 32], tag)
}
