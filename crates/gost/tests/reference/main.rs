//! Our curves against the same curves over RustCrypto's generic `primeorder` and `primefield`: another arithmetic, other
//! formulas, other recodings.

mod define;
mod params;

use elliptic_curve::{
    Field, FieldBytes, Group, PrimeField, Scalar,
    ops::{MulByGeneratorVartime, Reduce},
    point::AffineCoordinates,
    sec1::{FromSec1Point, Sec1Point},
};
use kabinet_gost::{ParameterSet, SecretKey};
use primeorder::{AffinePoint, PrimeCurveParams, ProjectivePoint};
use proptest::prelude::*;

trait Cofactor: PrimeCurveParams {
    const COFACTOR: u64;
}

fn scalar<C: Cofactor>(little_endian: &[u8]) -> Scalar<C> {
    let octets: Vec<u8> = little_endian.iter().rev().copied().collect();
    let octets = FieldBytes::<C>::try_from(octets.as_slice()).expect("length");
    <Scalar<C> as Reduce<FieldBytes<C>>>::reduce(&octets)
}

fn octets<C: Cofactor>(scalar: &Scalar<C>) -> Vec<u8> {
    scalar.to_repr().to_vec()
}

/// X_le ‖ Y_le.
fn point_octets<C: Cofactor>(point: &ProjectivePoint<C>) -> Vec<u8> {
    let affine = point.to_affine();
    let mut octets: Vec<u8> = affine.x().iter().rev().copied().collect();
    octets.extend(affine.y().iter().rev());
    octets
}

fn point<C: Cofactor>(octets: &[u8]) -> ProjectivePoint<C> {
    let (x, y) = octets.split_at(octets.len() / 2);
    let sec1: Vec<u8> = [4]
        .iter()
        .chain(x.iter().rev())
        .chain(y.iter().rev())
        .copied()
        .collect();
    let encoded = Sec1Point::<C>::from_bytes(&sec1).expect("length");
    let affine: Option<AffinePoint<C>> = AffinePoint::<C>::from_sec1_point(&encoded).into();
    affine.expect("on the curve").into()
}

fn digest_scalar<C: Cofactor>(digest: &[u8]) -> Scalar<C> {
    let e = scalar::<C>(digest);
    if bool::from(e.is_zero()) {
        Scalar::<C>::ONE
    } else {
        e
    }
}

/// GOST R 34.10-2012 §6.1 with the given nonce.
fn sign<C: Cofactor>(digest: &[u8], d: &Scalar<C>, k: &Scalar<C>) -> Vec<u8> {
    let x = ProjectivePoint::<C>::mul_by_generator(k).to_affine().x();
    let r = <Scalar<C> as Reduce<FieldBytes<C>>>::reduce(&x);
    let s = r * d + *k * digest_scalar::<C>(digest);
    [octets::<C>(&s), octets::<C>(&r)].concat()
}

/// GOST R 34.10-2012 §6.2.
fn verify<C: Cofactor>(digest: &[u8], signature: &[u8], public: &[u8]) -> bool {
    let number = |half: &[u8]| {
        let octets = FieldBytes::<C>::try_from(half).expect("length");
        Option::<Scalar<C>>::from(Scalar::<C>::from_repr(octets)).expect("below q")
    };
    let (s, r) = signature.split_at(signature.len() / 2);
    let (s, r) = (number(s), number(r));
    let v = Option::<Scalar<C>>::from(digest_scalar::<C>(digest).invert()).expect("not 0");
    let sum =
        ProjectivePoint::<C>::mul_by_generator_and_mul_add_vartime(&(s * v), &-(r * v), &point::<C>(public));
    <Scalar<C> as Reduce<FieldBytes<C>>>::reduce(&sum.to_affine().x()) == r
}

fn agrees<C: Cofactor>(set: ParameterSet, seed: &[[u8; 64]; 4]) {
    let n = set.size().octets();
    let [d, other, k, digest] = seed.each_ref().map(|octets| &octets[..n]);
    let (d, other, k) = (scalar::<C>(d), scalar::<C>(other), scalar::<C>(k));
    prop_assume_nonzero(&[octets::<C>(&d), octets::<C>(&other), octets::<C>(&k)], || {
        let secret = |d: &Scalar<C>| {
            let little_endian: Vec<u8> = octets::<C>(d).into_iter().rev().collect();
            SecretKey::from_octets(set, &little_endian).expect("in range")
        };
        let (secret, peer) = (secret(&d), secret(&other));
        let public = secret.public_key();
        assert_eq!(
            public.point_octets(),
            point_octets::<C>(&ProjectivePoint::<C>::mul_by_generator(&d))
        );

        let ours = secret.sign_digest(digest).expect("signs");
        assert!(verify::<C>(digest, ours.octets(), public.point_octets()));
        assert_eq!(public.verify_digest(digest, &sign::<C>(digest, &d, &k)), Ok(()));

        let ukm = &seed[2][..n];
        let factor = scalar::<C>(ukm) * d * Scalar::<C>::from(C::COFACTOR);
        let shared = point::<C>(peer.public_key().point_octets()) * factor;
        assert_eq!(
            secret.agree(peer.public_key(), ukm).expect("agrees")[..],
            point_octets::<C>(&shared)[..]
        );
    });
}

/// A scalar of 0 is no key; the strategy below makes one now and then.
fn prop_assume_nonzero(scalars: &[Vec<u8>], check: impl FnOnce()) {
    if scalars
        .iter()
        .all(|scalar| scalar.iter().any(|octet| *octet != 0))
    {
        check();
    }
}

/// Octets in runs, many of them 0 or 255, since carries happen there.
fn seed() -> impl Strategy<Value = [u8; 64]> {
    let octet = prop_oneof![Just(0), Just(0xFF), any::<u8>()];
    proptest::collection::vec((octet, 1usize..30), 64).prop_map(|runs| {
        let mut octets = runs.into_iter().flat_map(|(octet, count)| vec![octet; count]);
        core::array::from_fn(|_| octets.next().unwrap_or(0xFF))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn keys_signatures_and_agreements_equal_those_of_the_generic_crates(seed in [seed(), seed(), seed(), seed()]) {
        agrees::<params::crypto_pro_a::CryptoProA>(ParameterSet::CryptoProA, &seed);
        agrees::<params::crypto_pro_b::CryptoProB>(ParameterSet::Tc26_256C, &seed);
        agrees::<params::crypto_pro_c::CryptoProC>(ParameterSet::CryptoProXchB, &seed);
        agrees::<params::tc26_256_a::Tc26A256>(ParameterSet::Tc26_256A, &seed);
        agrees::<params::tc26_512_a::Tc26A512>(ParameterSet::Tc26_512A, &seed);
        agrees::<params::tc26_512_b::Tc26B512>(ParameterSet::Tc26_512B, &seed);
        agrees::<params::tc26_512_c::Tc26C512>(ParameterSet::Tc26_512C, &seed);
    }
}
