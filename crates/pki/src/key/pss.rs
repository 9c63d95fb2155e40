//! EMSA-PSS-VERIFY (RFC 8017 §9.1.2) with any pair of digests; crate `rsa` ties both to one.

use rsa::traits::PublicKeyParts as _;

use super::modular::{Modulus, is_less};
use crate::algorithm::{DigestAlgorithm, PssParameters};

/// RSASSA-PSS-VERIFY (§8.1.2) over an already computed digest.
pub(super) fn verify(
    key: &rsa::RsaPublicKey,
    parameters: PssParameters,
    algorithm: DigestAlgorithm,
    digest: &[u8],
    signature: &[u8],
) -> bool {
    let n = key.n().to_be_bytes();
    let Some(modulus) = Modulus::new(&n) else {
        return false;
    };
    if signature.len() != modulus.bits().div_ceil(8) || !is_less(signature, &n) {
        return false;
    }
    let number = modulus.residue(signature).pow(&key.e().to_be_bytes()).octets();
    let bits = modulus.bits() - 1;
    let length = bits.div_ceil(8);
    if number.len() > length {
        return false;
    }
    let mut encoded = vec![0; length - number.len()];
    encoded.extend(number);
    is_consistent(&encoded, bits, parameters, algorithm, digest)
}

fn is_consistent(
    encoded: &[u8],
    bits: usize,
    parameters: PssParameters,
    algorithm: DigestAlgorithm,
    digest: &[u8],
) -> bool {
    let hash_length = digest.len();
    let Some(block_length) = encoded.len().checked_sub(hash_length + 1) else {
        return false;
    };
    let Some(zeros) = block_length.checked_sub(parameters.salt + 1) else {
        return false;
    };
    let (masked, rest) = encoded.split_at(block_length);
    let (hash, trailer) = rest.split_at(hash_length);
    let unused = 8 * encoded.len() - bits;
    let top = 0xff_u8.checked_shr(unused as u32).unwrap_or(0);
    if trailer != [0xbc] || masked[0] & !top != 0 {
        return false;
    }
    let mut block: Vec<u8> = masked
        .iter()
        .zip(mask(parameters.mgf, hash, block_length))
        .map(|(octet, mask)| octet ^ mask)
        .collect();
    block[0] &= top;
    let (padding, salt) = block.split_at(zeros + 1);
    let padded = padding[..zeros].iter().all(|&octet| octet == 0) && padding[zeros] == 1;
    padded && algorithm.digest(&[&[0; 8], digest, salt].concat()) == hash
}

/// MGF1 (§B.2.1).
fn mask(algorithm: DigestAlgorithm, seed: &[u8], length: usize) -> Vec<u8> {
    let mut mask = Vec::with_capacity(length + algorithm.output_len());
    for counter in 0u32.. {
        if mask.len() >= length {
            break;
        }
        mask.extend(algorithm.digest(&[seed, &counter.to_be_bytes()].concat()));
    }
    mask.truncate(length);
    mask
}
