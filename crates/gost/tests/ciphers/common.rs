//! Octets for tests.

/// Octets written in hexadecimal.
pub fn octets(text: &str) -> Vec<u8> {
    hex::decode(text).expect("hexadecimal")
}

/// So many octets written in hexadecimal.
pub fn bytes<const N: usize>(text: &str) -> [u8; N] {
    octets(text).try_into().expect("length")
}

/// Octets without a visible pattern, the same each time.
pub fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15u64;
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        })
        .collect()
}
