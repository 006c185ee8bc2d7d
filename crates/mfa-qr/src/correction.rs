//! Error correction: Reed-Solomon over GF(256), with the polynomial x⁸ + x⁴ + x³ + x² + 1 (ISO/IEC 18004 §7.5.2).

/// Coefficients, the highest first.
type Polynomial = [u8; 32];

/// What makes the codewords of error correction for blocks of one size.
pub(crate) struct ErrorCorrection {
    /// The generator polynomial without its highest coefficient, which is 1, times 1, α, α² … α⁷: from them any
    /// multiple is added up.
    generator: [Polynomial; 8],
}

impl ErrorCorrection {
    /// For `count` codewords of it in a block, up to 31.
    pub(crate) fn of(count: usize) -> Self {
        let mut generator = [0; 32];
        let mut root = 1_u8;
        // (x - 1)(x - α)(x - α²)…, one factor after the other.
        for _ in 0..count {
            let before = doublings(&generator);
            // What was the highest coefficient, 1, times the root; below it each times the root, one place lower.
            let mut lower = [0; 32];
            add_multiple(&mut lower, &before, root);
            lower.rotate_right(1);
            if let Some(first) = lower.first_mut() {
                *first = root;
            }
            add(&mut generator, &lower);
            root = doubled(root);
        }
        Self { generator: doublings(&generator) }
    }

    /// The remainder of `data` divided by the generator polynomial: as many codewords as it was made for, then zeros.
    pub(crate) fn remainder(&self, data: &[u8]) -> Polynomial {
        let mut remainder = [0; 32];
        for byte in data {
            let [first, ..] = remainder;
            // Times x. The last one is always zero, and takes the place of the first.
            remainder.rotate_left(1);
            if let Some(last) = remainder.last_mut() {
                *last = 0;
            }
            add_multiple(&mut remainder, &self.generator, byte ^ first);
        }
        remainder
    }
}

fn doublings(polynomial: &Polynomial) -> [Polynomial; 8] {
    let mut doublings = [[0; 32]; 8];
    let mut next = *polynomial;
    for place in &mut doublings {
        *place = next;
        for element in &mut next {
            *element = doubled(*element);
        }
    }
    doublings
}

fn doubled(element: u8) -> u8 {
    (element << 1) ^ ((element >> 7) * 0x1d)
}

fn add_multiple(sum: &mut Polynomial, doublings: &[Polynomial; 8], element: u8) {
    for (bit, doubled) in doublings.iter().enumerate() {
        if element >> bit & 1 != 0 {
            add(sum, doubled);
        }
    }
}

fn add(sum: &mut Polynomial, summand: &Polynomial) {
    for (to, from) in sum.iter_mut().zip(summand) {
        *to ^= from;
    }
}
