//! The `streebog` crate as the reference, for each kernel.

use digest::Digest;
use streebog::{Streebog256, Streebog512};

use crate::hasher::{hashers, noise};

#[test]
fn every_length_up_to_1500() {
    let message = noise(1, 1500);
    for hasher in hashers() {
        for len in 0..=message.len() {
            let head = &message[..len];
            assert_eq!(
                hasher.digest(32, head),
                Streebog256::digest(head).to_vec(),
                "{} {len}",
                hasher.kernel
            );
            assert_eq!(
                hasher.digest(64, head),
                Streebog512::digest(head).to_vec(),
                "{} {len}",
                hasher.kernel
            );
        }
    }
}

#[test]
fn splits_do_not_matter() {
    let message = noise(2, 4096);
    let expected = Streebog512::digest(&message).to_vec();
    for hasher in hashers() {
        for seed in 0..200 {
            let mut rest = &message[..];
            let parts = noise(seed, 400).into_iter().map(|cut| {
                let (part, after) = rest.split_at(rest.len().min(usize::from(cut)));
                rest = after;
                part
            });
            let mut parts: Vec<&[u8]> = parts.collect();
            parts.push(rest);
            assert_eq!(hasher.parts(64, parts), expected, "{} seed {seed}", hasher.kernel);
        }
    }
}

/// Σ wraps around with every block, and N leaves its low 16 bits.
#[test]
fn blocks_of_ones() {
    let message = [0xff; 64 * 300];
    for hasher in hashers() {
        for blocks in 0..=300 {
            let head = &message[..64 * blocks];
            assert_eq!(
                hasher.digest(64, head),
                Streebog512::digest(head).to_vec(),
                "{} {blocks}",
                hasher.kernel
            );
        }
    }
}

/// Every value of every byte of a block, so that every entry of every table is used.
#[test]
fn every_byte_everywhere() {
    for hasher in hashers() {
        for value in 0..=255 {
            let message: Vec<u8> = (0..64).map(|position| value ^ (position * 4)).collect();
            assert_eq!(
                hasher.digest(64, &message),
                Streebog512::digest(&message).to_vec(),
                "{}",
                hasher.kernel
            );
        }
    }
}
