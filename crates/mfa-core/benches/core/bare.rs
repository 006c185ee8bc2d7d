//! The limit: compressions and nothing else, of the crates that the core uses and by the same instructions.

use std::hint::black_box;
use std::slice::from_ref;

use sha1::block_api::compress;
use sha2::block_api::compress256;

/// What is in a block or a state takes no other time.
const BLOCK: [u8; 64] = [0x36; 64];

/// As HMAC needs them for three steps of one key: two for the key, and for each step one from the first of them, whose
/// hash is what the next, from the second, begins with. Every block is there already but for that hash.
pub(crate) fn eight_in_order() -> [[u32; 5]; 3] {
    let block = black_box(BLOCK);
    let [mut inner, mut outer] = [[0; 5]; 2];
    compress(&mut inner, from_ref(&block));
    compress(&mut outer, from_ref(&block));
    [0; 3].map(|_: u8| {
        let mut hash = inner;
        compress(&mut hash, from_ref(&block));
        let mut last = block;
        for (bytes, word) in last.chunks_exact_mut(4).zip(hash) {
            bytes.copy_from_slice(&word.to_be_bytes());
        }
        let mut mac = outer;
        compress(&mut mac, from_ref(&last));
        mac
    })
}

/// Each from the state that the one before has left, so that none can begin before.
pub(crate) fn chained(count: usize) -> [u32; 5] {
    let (mut state, block) = ([0; 5], black_box(BLOCK));
    for _ in 0..count {
        compress(&mut state, from_ref(&block));
    }
    state
}

/// The same of SHA-256.
pub(crate) fn chained_256(count: usize) -> [u32; 8] {
    let (mut state, block) = ([0; 8], black_box(BLOCK));
    for _ in 0..count {
        compress256(&mut state, from_ref(&block));
    }
    state
}
