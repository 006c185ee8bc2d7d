//! HMAC-SHA-1 (RFC 2104) of counters, several side by side.
//!
//! Made for the window of a sign-in, of which a compression is nearly all that has to be computed. `Hmac<Sha1>` takes
//! messages of any length, and half as long again: its buffer is copied, filled byte by byte and wiped for each step, and
//! every compression waits for that. Here a message is eight bytes, its block is written at once, and the blocks of all
//! steps are written before the first is compressed: a processor then works on two of them at a time.
//!
//! The compression itself is [`sha1`]'s. The tests hold this against `Hmac<Sha1>`.

use core::slice::from_ref;

use sha1::block_api::compress;
use sha1::{Digest, Sha1};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::copy;

const MAC_BYTES: usize = 20;

type Block = [u8; 64];
type State = [u32; 5];

/// What every hash begins with: `H(0)` of FIPS 180-4 §5.3.1.
const INITIAL: State = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];

/// The block after the key's, its message still to be written: one bit, zeros and the length of both blocks in bits follow
/// it (FIPS 180-4 §5.1.1).
const WITH_COUNTER: Block = {
    let mut block = [0; 64];
    block[8] = 0x80;
    [block[62], block[63]] = ((64 + 8) * 8_u16).to_be_bytes();
    block
};

/// The same around an inner hash.
const WITH_HASH: Block = {
    let mut block = [0; 64];
    block[20] = 0x80;
    [block[62], block[63]] = ((64 + 20) * 8_u16).to_be_bytes();
    block
};

/// A key set: both of its blocks are compressed already. Wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(super) struct HmacSha1 {
    inner: State,
    outer: State,
}

impl HmacSha1 {
    /// For a key of any length: one longer than a block is hashed (RFC 2104 §2).
    pub(super) fn new(key: &[u8]) -> Self {
        if key.len() > 64 { Self::of_at_most_a_block(&Sha1::digest(key)) } else { Self::of_at_most_a_block(key) }
    }

    fn of_at_most_a_block(key: &[u8]) -> Self {
        // `ipad` and `opad`.
        let mut blocks = [[0x36; 64], [0x5c; 64]];
        let [inner_block, outer_block] = &mut blocks;
        for ((inner, outer), byte) in inner_block.iter_mut().zip(outer_block.iter_mut()).zip(key) {
            *inner ^= byte;
            *outer ^= byte;
        }
        let mut keyed = Self { inner: INITIAL, outer: INITIAL };
        compress(&mut keyed.inner, from_ref(inner_block));
        compress(&mut keyed.outer, from_ref(outer_block));
        blocks.as_flattened_mut().zeroize();
        keyed
    }

    /// The MAC of each counter, written as eight bytes.
    pub(super) fn macs<const N: usize>(&self, counters: [u64; N]) -> [[u8; MAC_BYTES]; N] {
        let mut blocks = [WITH_COUNTER; N];
        for (block, counter) in blocks.iter_mut().zip(counters) {
            copy(block, &counter.to_be_bytes());
        }
        let hashes = compressed(self.inner, &blocks);
        let mut blocks = [WITH_HASH; N];
        for (block, hash) in blocks.iter_mut().zip(&hashes) {
            copy_words(block, hash);
        }
        let hashes = compressed(self.outer, &blocks);
        blocks.as_flattened_mut().zeroize();
        let mut macs = [[0; MAC_BYTES]; N];
        for (mac, hash) in macs.iter_mut().zip(&hashes) {
            copy_words(mac, hash);
        }
        macs
    }
}

fn compressed<const N: usize>(state: State, blocks: &[Block; N]) -> [State; N] {
    let mut states = [state; N];
    for (state, block) in states.iter_mut().zip(blocks) {
        compress(state, from_ref(block));
    }
    states
}

fn copy_words(to: &mut [u8], words: &State) {
    for (to, word) in to.chunks_exact_mut(4).zip(words) {
        copy(to, &word.to_be_bytes());
    }
}
