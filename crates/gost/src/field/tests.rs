//! The laws of fields and agreement with plain division, at the edges of the representation too.

use std::{vec, vec::Vec};

use proptest::prelude::*;

use super::{Crandall, Field, Modulus, Montgomery, limbs};

#[derive(Clone, Copy)]
struct Prime256;
impl Modulus<4> for Prime256 {
    // CryptoPro-C
    const MODULUS: [u64; 4] =
        limbs::from_hex("9b9f605f5a858107ab1ec85e6b41c8aacf846e86789051d37998f7b9022d759b");
}

#[derive(Clone, Copy)]
struct Prime512;
impl Modulus<8> for Prime512 {
    // RFC 7091 §7.2, with a top bit of 0
    const MODULUS: [u64; 8] = limbs::from_hex(
        "4531acd1fe0023c7550d267b6b2fee80922b14b2ffb90f04d4eb7c09b5d2d15df1d852741af4704a0458047e80e4546d35b8336fac224dd81664bbf528be6373",
    );
}

fn modulus_octets<F: Field>() -> Vec<u8> {
    F::modulus()
        .iter()
        .rev()
        .flat_map(|limb| limb.to_be_bytes())
        .collect()
}

fn written<F: Field>(element: F) -> Vec<u8> {
    let mut octets = vec![0; F::OCTETS];
    element.write(&mut octets);
    octets
}

/// Big-endian a·b modulo m by shifting and subtracting, octet strings of one length.
fn product_modulo(a: &[u8], b: &[u8], m: &[u8]) -> Vec<u8> {
    let mut result = vec![0u8; a.len() + 1];
    let modulus: Vec<u8> = core::iter::once(0).chain(m.iter().copied()).collect();
    let double_and_add = |result: &mut Vec<u8>, addend: Option<&[u8]>| {
        let mut carry = 0u16;
        for (i, octet) in result.iter_mut().enumerate().rev() {
            let of = addend
                .and_then(|addend| i.checked_sub(1).map(|i| addend[i]))
                .unwrap_or(0);
            let sum = match addend {
                Some(_) => u16::from(*octet) + u16::from(of) + carry,
                None => 2 * u16::from(*octet) + carry,
            };
            *octet = sum as u8;
            carry = sum >> 8;
        }
        while *result >= modulus {
            let mut borrow = 0i16;
            for (octet, of) in result.iter_mut().zip(&modulus).rev() {
                let difference = i16::from(*octet) - i16::from(*of) - borrow;
                *octet = difference as u8;
                borrow = i16::from(difference < 0);
            }
        }
    };
    for octet in a {
        for bit in (0..8).rev() {
            double_and_add(&mut result, None);
            if octet >> bit & 1 == 1 {
                double_and_add(&mut result, Some(b));
            }
        }
    }
    result.split_off(1)
}

fn obeys_the_laws<F: Field>(octets: &[[u8; 64]; 3]) {
    let [a, b, c] = octets.map(|octets| F::reduce(&octets[..F::OCTETS]));
    let equal = |x: F, y: F| {
        assert_eq!(written(x), written(y));
        assert!(bool::from(x.ct_eq(&y)));
    };
    equal(a + b, b + a);
    equal((a + b) + c, a + (b + c));
    equal(a * b, b * a);
    equal((a * b) * c, a * (b * c));
    equal(a * (b + c), a * b + a * c);
    equal(a - b, a + (-b));
    equal(a - F::reduce(&written(a)), F::ZERO);
    equal(a + F::ZERO, a);
    equal(a * F::ONE, a);
    equal(a.square(), a * a);
    equal(a.double(), a + a);
    equal(F::reduce(&written(a)), a);
    if bool::from(a.is_zero()) {
        equal(a.invert(), F::ZERO);
    } else {
        equal(a * a.invert(), F::ONE);
    }
    equal(F::conditional_select(&a, &b, 0.into()), a);
    equal(F::conditional_select(&a, &b, 1.into()), b);
    let limbs: Vec<u8> = a.residue()[..F::OCTETS / 8]
        .iter()
        .rev()
        .flat_map(|limb| limb.to_be_bytes())
        .collect();
    assert_eq!(limbs, written(a));
    assert!(written(a) < modulus_octets::<F>());
    let (x, y) = (&octets[0][..F::OCTETS], &octets[1][..F::OCTETS]);
    assert_eq!(written(a * b), product_modulo(x, y, &modulus_octets::<F>()));
}

/// Octets of which many are 0 or 255, since carries happen there.
fn octets() -> impl Strategy<Value = [u8; 64]> {
    let octet = prop_oneof![Just(0), Just(0xFF), any::<u8>()];
    let run = (octet, 1usize..20);
    proptest::collection::vec(run, 64).prop_map(|runs| {
        let mut octets = runs.into_iter().flat_map(|(octet, count)| vec![octet; count]);
        core::array::from_fn(|_| octets.next().unwrap_or(0xFF))
    })
}

proptest! {
    #[test]
    fn fields_obey_their_laws(octets in [octets(), octets(), octets()]) {
        obeys_the_laws::<Crandall<4, 617>>(&octets);
        obeys_the_laws::<Crandall<8, 569>>(&octets);
        obeys_the_laws::<Montgomery<Prime256, 4>>(&octets);
        obeys_the_laws::<Montgomery<Prime512, 8>>(&octets);
    }
}

/// 0, 1, p − 1, p, p + 1 and the largest integer, in every combination.
fn edges<F: Field>() {
    let modulus = modulus_octets::<F>();
    let near = |difference: i8| {
        let mut octets = [0; 64];
        octets[..modulus.len()].copy_from_slice(&modulus);
        let last = &mut octets[modulus.len() - 1];
        // No modulus here ends in 0 or 255.
        *last = last.wrapping_add_signed(difference);
        octets
    };
    let mut one = [0; 64];
    one[F::OCTETS - 1] = 1;
    let edges = [[0; 64], one, near(-1), near(0), near(1), [0xFF; 64]];
    for a in edges {
        for b in edges {
            obeys_the_laws::<F>(&[a, b, near(-1)]);
        }
    }
    for (octets, below) in [
        (near(-1), true),
        (near(0), false),
        (near(1), false),
        ([0xFF; 64], false),
        (one, true),
    ] {
        assert_eq!(F::read(&octets[..F::OCTETS]).is_some(), below);
    }
    assert!(F::read(&one[..F::OCTETS - 1]).is_none());
}

#[test]
fn the_edges_of_the_representation_are_right() {
    edges::<Crandall<4, 617>>();
    edges::<Crandall<8, 569>>();
    edges::<Montgomery<Prime256, 4>>();
    edges::<Montgomery<Prime512, 8>>();
}
