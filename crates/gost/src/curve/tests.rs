//! The examples of RFC 7091 §7, with the nonce given, the laws of the groups, and the traps of cofactor 4.

use std::{format, vec, vec::Vec};

use subtle::ConstantTimeEq;

use super::{
    Arithmetic, Curve, Generic,
    edwards::Edwards,
    group::{CompleteGroup, Group, PublicGroup},
    multiply::{multiply, multiply_add_vartime, multiply_base, multiply_vartime},
    params,
    weierstrass::Weierstrass,
};
use crate::field::Field;

fn octets(text: &str) -> Vec<u8> {
    hex::decode(text).expect("hex")
}

fn reversed(text: &str) -> Vec<u8> {
    octets(text).into_iter().rev().collect()
}

fn reproduces(arithmetic: &dyn Arithmetic, e: &str, d: &str, k: &str, r: &str, s: &str) {
    let (mut digest, d, k) = (reversed(e), octets(d), octets(k));
    let n = d.len();
    let (mut signature, mut point) = (vec![0; 2 * n], vec![0; 2 * n]);
    assert!(arithmetic.write_signature(&digest, &d, &k, &mut signature));
    assert_eq!(hex::encode_upper(&signature), format!("{s}{r}"));
    assert!(arithmetic.write_public_point(&d, &mut point));
    assert!(arithmetic.is_valid_point(&point));
    assert!(arithmetic.verify(&digest, &signature, &point).is_ok());
    digest[0] ^= 1;
    assert!(arithmetic.verify(&digest, &signature, &point).is_err());
}

#[test]
fn rfc_7091_section_7_1_is_reproduced() {
    reproduces(
        &Generic::<params::Test256>::NEW,
        "2DFBC1B372D89A1188C09C52E0EEC61FCE52032AB1022E8E67ECE6672B043EE5",
        "7A929ADE789BB9BE10ED359DD39A72C11B60961F49397EEE1D19CE9891EC3B28",
        "77105C9B20BCD3122823C8CF6FCC7B956DE33814E95B7FE64FED924594DCEAB3",
        "41AA28D2F1AB148280CD9ED56FEDA41974053554A42767B83AD043FD39DC0493",
        "01456C64BA4642A1653C235A98A60249BCD6D3F746B631DF928014F6C5BF9C40",
    );
}

#[test]
fn rfc_7091_section_7_2_is_reproduced() {
    reproduces(
        &Generic::<params::Test512>::NEW,
        "3754F3CFACC9E0615C4F4A7C4D8DAB531B09B6F9C170C533A71D147035B0C5917184EE536593F4414339976C647C5D5A407ADEDB1D560C4FC6777D2972075B8C",
        "0BA6048AADAE241BA40936D47756D7C93091A0E8514669700EE7508E508B102072E8123B2200A0563322DAD2827E2714A2636B7BFD18AADFC62967821FA18DD4",
        "0359E7F4B1410FEACC570456C6801496946312120B39D019D455986E364F365886748ED7A44B3E794434006011842286212273A6D14CF70EA3AF71BB1AE679F1",
        "2F86FA60A081091A23DD795E1E3C689EE512A3C82EE0DCC2643C78EEA8FCACD35492558486B20F1C9EC197C90699850260C93BCBCD9C5C3317E19344E173AE36",
        "1081B394696FFE8E6585E7A9362D26B6325F56778AADBC081C0BFBE933D52FF5823CE288E8C4F362526080DF7F70CE406A6EEB1F56919CB92A9853BDE73E5B4A",
    );
}

/// Calls a generic test for every curve.
macro_rules! for_every_curve {
    ($test:ident) => {
        $test::<params::CryptoProA>();
        $test::<params::CryptoProB>();
        $test::<params::CryptoProC>();
        $test::<params::Tc26A256>();
        $test::<params::Tc26A512>();
        $test::<params::Tc26B512>();
        $test::<params::Tc26C512>();
        $test::<params::Test256>();
        $test::<params::Test512>();
    };
}

fn order_octets<C: Curve>() -> Vec<u8> {
    let limbs = C::Scalar::modulus().iter().rev();
    limbs.flat_map(|limb| limb.to_be_bytes()).collect()
}

/// `n` octets with the small number at their end.
fn small<C: Curve>(number: u8) -> Vec<u8> {
    let mut octets = vec![0; C::Field::OCTETS];
    *octets.last_mut().expect("not empty") = number;
    octets
}

fn nonce_and_key_must_be_in_range<C: Curve>() {
    let (curve, one, order) = (Generic::<C>::NEW, small::<C>(1), order_octets::<C>());
    let n = C::Field::OCTETS;
    let sign = |d: &[u8], k: &[u8]| curve.write_signature(&vec![1; n], d, k, &mut vec![0; 2 * n]);
    for bad in [small::<C>(0), order, vec![0xFF; n]] {
        assert!(!sign(&one, &bad));
        assert!(!sign(&bad, &one));
        assert!(!curve.write_public_point(&bad, &mut vec![0; 2 * n]));
        assert!(!curve.is_valid_scalar(&bad));
    }
    assert!(sign(&one, &small::<C>(2)));
}

#[test]
fn nonces_and_keys_of_zero_or_not_below_the_order_are_refused() {
    for_every_curve!(nonce_and_key_must_be_in_range);
}

fn zero_digests_count_as_one<C: Curve>() {
    let mut order = order_octets::<C>();
    order.reverse();
    for digest in [small::<C>(0), order] {
        let mut e = vec![7; digest.len()];
        Generic::<C>::NEW.write_digest_integer(&digest, &mut e);
        assert_eq!(e, small::<C>(1));
    }
}

#[test]
fn a_digest_of_zero_counts_as_one() {
    for_every_curve!(zero_digests_count_as_one);
}

/// r = x(k·P) mod q is 0 for no nonce we could find, but s = 0 is made by choosing d: k·e = −r·d.
fn s_of_zero_is_refused<C: Curve>() {
    let n = C::Field::OCTETS;
    let (curve, k) = (Generic::<C>::NEW, small::<C>(5));
    let mut signature = vec![0; 2 * n];
    let digest = vec![3; n];
    assert!(curve.write_signature(&digest, &small::<C>(1), &k, &mut signature));
    let r = C::Scalar::reduce(&signature[n..]);
    let mut e = vec![0; n];
    curve.write_digest_integer(&digest, &mut e);
    let mut d = vec![0; n];
    (-(C::Scalar::reduce(&k) * C::Scalar::reduce(&e) * r.invert())).write(&mut d);
    assert!(!curve.write_signature(&digest, &d, &k, &mut signature));
    assert_eq!(signature[..n], vec![0; n]);
}

#[test]
fn a_signature_with_s_of_zero_is_never_given() {
    for_every_curve!(s_of_zero_is_refused);
}

fn same<G: CompleteGroup>(a: &G, b: &G) -> bool {
    let (a, b) = (a.to_weierstrass(), b.to_weierstrass());
    (a.x.ct_eq(&b.x) & a.y.ct_eq(&b.y)).into()
}

fn scalar<C: Curve>(seed: u64) -> C::Scalar {
    let mut state = seed;
    let octets: Vec<u8> = (0..C::Field::OCTETS)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        })
        .collect();
    C::Scalar::reduce(&octets)
}

fn groups_obey_their_laws<C: Curve>() {
    type Of<C> = <C as Curve>::Complete;
    let base = |k: &C::Scalar| multiply_base::<Of<C>, _>(C::tables(), k);
    let (a, b, c) = (scalar::<C>(1), scalar::<C>(2), scalar::<C>(3));
    let (p, q, r) = (base(&a), base(&b), base(&c));
    for point in [p, q, r] {
        let affine = point.to_weierstrass();
        assert!(C::contains(affine.x, affine.y));
    }
    assert!(same(&p.add(&q), &q.add(&p)));
    assert!(same(&p.add(&q).add(&r), &p.add(&q.add(&r))));
    assert!(same(&p.add(&p), &p.double()));
    assert!(same(&p.add(&Group::IDENTITY), &p));
    assert!(same(&Of::<C>::IDENTITY.add(&p), &p));
    assert!(same(&Of::<C>::IDENTITY.double(), &Of::<C>::IDENTITY));
    assert!(same(&p.add(&p.negate()), &Of::<C>::IDENTITY));
    assert!(same(&p.add(&q), &base(&(a + b))));
    assert!(same(&multiply(&p, &b), &multiply(&q, &a)));
    assert!(same(&multiply(&p, &b), &base(&(a * b))));
    assert!(same(&p.double_times(3), &p.double().double().double()));
    assert!(same(&multiply_vartime(&p, C::Scalar::modulus()), &Of::<C>::IDENTITY));
}

#[test]
fn the_complete_groups_obey_their_laws() {
    for_every_curve!(groups_obey_their_laws);
}

/// The arithmetic for public points gives what the complete one gives, in the exceptional cases too.
fn public_groups_agree<C: Curve>() {
    let expected = |k: &C::Scalar| multiply_base::<C::Complete, _>(C::tables(), k).to_weierstrass();
    let public = |k: &C::Scalar| C::Public::from_weierstrass(&expected(k)).expect("in the subgroup");
    let check = |sum: C::Public, k: C::Scalar| {
        if bool::from(k.is_zero()) {
            assert!(sum.is_identity());
        } else {
            assert!(!sum.is_identity() && sum.has_x(&expected(&k).x));
            assert!(!sum.has_x(&(expected(&k).x + C::Field::ONE)));
            // has_x cannot tell a point from its opposite, the next sum can.
            assert!(sum.add(&public(&C::Scalar::ONE)).has_x(&expected(&(k + C::Scalar::ONE)).x));
        }
    };
    let (one, a, b) = (C::Scalar::ONE, scalar::<C>(4), scalar::<C>(5));
    check(public(&a).add(&public(&b)), a + b);
    check(public(&a).add(&public(&a)), a.double());
    check(public(&a).add(&public(&-a)), C::Scalar::ZERO);
    check(public(&a).double(), a.double());
    check(C::Public::IDENTITY.add(&public(&a)), a);
    check(public(&a).add(&C::Public::IDENTITY), a);
    check(C::Public::IDENTITY.double(), C::Scalar::ZERO);
    for (x, y, k) in [
        (a, b, scalar::<C>(6)),
        (C::Scalar::ZERO, b, a),
        (a, C::Scalar::ZERO, b),
        (C::Scalar::ZERO, C::Scalar::ZERO, b),
        (one, -one, one),
        (one, one, one),
        (-one, one.double(), one),
        (-one, -one, one),
        (-(a * b), a, b),
    ] {
        check(multiply_add_vartime(C::tables(), &x, &public(&k), &y), x + y * k);
    }
}

#[test]
fn the_public_groups_agree_with_the_complete_ones() {
    for_every_curve!(public_groups_agree);
}

/// 1·P, 2·P, …: digits at both ends of the recodings.
fn small_and_large_secrets<C: Curve>() {
    let generator = C::Complete::from_weierstrass(&C::GENERATOR).expect("in the subgroup");
    let (mut sum, mut k) = (generator, C::Scalar::ONE);
    for _ in 0..70 {
        assert!(same(&multiply_base(C::tables(), &k), &sum));
        assert!(same(&multiply(&generator, &k), &sum));
        assert!(same(&multiply_base(C::tables(), &-k), &sum.negate()));
        sum = sum.add(&generator);
        k = k + C::Scalar::ONE;
    }
}

#[test]
fn the_smallest_and_the_largest_secrets_give_the_multiples_of_the_base_point() {
    for_every_curve!(small_and_large_secrets);
}

/// RFC 7836 §5.2: s = (1 − d)/4, t = (1 + d)/6, a = s² − 3·t², b = 2·t³ − t·s², and d is no square.
fn edwards_form_belongs_to_the_curve<C: Edwards>() {
    let times = |element: C::Field, count: usize| (1..count).fold(element, |sum, _| sum + element);
    let equal = |a: C::Field, b: C::Field| bool::from(a.ct_eq(&b));
    assert!(equal(times(C::S, 4), C::Field::ONE - C::D));
    assert!(equal(times(C::T, 6), C::Field::ONE + C::D));
    assert!(equal(
        <C as Weierstrass>::A.expect("not −3"),
        C::S.square() - times(C::T.square(), 3)
    ));
    assert!(equal(C::B, (C::T.square() * C::T).double() - C::T * C::S.square()));
    // Euler's criterion with (p − 1)/2: the modulus shifted right by one.
    let modulus = C::Field::modulus();
    let half: Vec<u64> = (0..modulus.len())
        .map(|i| modulus[i] >> 1 | modulus.get(i + 1).copied().unwrap_or(0) << 63)
        .collect();
    assert!(equal(C::D.pow_vartime(&half), -C::Field::ONE));
}

#[test]
fn the_edwards_forms_belong_to_their_curves() {
    edwards_form_belongs_to_the_curve::<params::Tc26A256>();
    edwards_form_belongs_to_the_curve::<params::Tc26C512>();
}
