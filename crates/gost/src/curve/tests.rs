//! The examples of RFC 7091 §7, with the nonce given, and the traps of the cofactor-4 curves.

use super::{Arithmetic, Generic, arithmetic::GostCurve, params};

fn hex_octets(text: &str) -> Vec<u8> {
    hex::decode(text).expect("hex")
}

fn reproduces(arithmetic: &dyn Arithmetic, e: &str, d: &str, k: &str, r: &str, s: &str) {
    let mut digest = hex_octets(e);
    digest.reverse();
    let signature = arithmetic
        .sign(&digest, &hex_octets(d), &hex_octets(k))
        .expect("in range");
    assert_eq!(hex::encode_upper(&signature), format!("{s}{r}"));
    let point = arithmetic.public_point(&hex_octets(d)).expect("in range");
    assert!(arithmetic.is_valid_point(&point));
    assert!(arithmetic.verify(&digest, &signature, &point));
    digest[0] ^= 1;
    assert!(!arithmetic.verify(&digest, &signature, &point));
}

#[test]
fn rfc_7091_section_7_1_is_reproduced() {
    reproduces(
        &Generic::<params::test_256::Test256>::NEW,
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
        &Generic::<params::test_512::Test512>::NEW,
        "3754F3CFACC9E0615C4F4A7C4D8DAB531B09B6F9C170C533A71D147035B0C5917184EE536593F4414339976C647C5D5A407ADEDB1D560C4FC6777D2972075B8C",
        "0BA6048AADAE241BA40936D47756D7C93091A0E8514669700EE7508E508B102072E8123B2200A0563322DAD2827E2714A2636B7BFD18AADFC62967821FA18DD4",
        "0359E7F4B1410FEACC570456C6801496946312120B39D019D455986E364F365886748ED7A44B3E794434006011842286212273A6D14CF70EA3AF71BB1AE679F1",
        "2F86FA60A081091A23DD795E1E3C689EE512A3C82EE0DCC2643C78EEA8FCACD35492558486B20F1C9EC197C90699850260C93BCBCD9C5C3317E19344E173AE36",
        "1081B394696FFE8E6585E7A9362D26B6325F56778AADBC081C0BFBE933D52FF5823CE288E8C4F362526080DF7F70CE406A6EEB1F56919CB92A9853BDE73E5B4A",
    );
}

#[test]
fn nonce_zero_or_not_below_the_order_is_refused() {
    let curve = Generic::<params::tc26_256_a::Tc26A256>::NEW;
    let one = [vec![0; 31], vec![1]].concat();
    assert!(curve.sign(&[1; 32], &one, &[0; 32]).is_none());
    assert!(curve.sign(&[1; 32], &one, &curve.order()).is_none());
    assert!(curve.sign(&[1; 32], &curve.order(), &one).is_none());
    assert!(curve.sign(&[1; 32], &one, &one).is_some());
}

#[test]
fn zero_digest_counts_as_one() {
    let curve = Generic::<params::crypto_pro_a::CryptoProA>::NEW;
    let one = [vec![0; 31], vec![1]].concat();
    assert_eq!(curve.digest_integer(&[0; 32]), one);
    let mut order = curve.order();
    order.reverse();
    assert_eq!(curve.digest_integer(&order), one);
}

/// Points of order 2, 4, 2q and 4q, computed apart with affine formulas on plain integers.
fn refuses_even_order<C: GostCurve>(points: &[(&str, &str)]) {
    for (x, y) in points {
        let mut octets: Vec<u8> = hex_octets(x).into_iter().rev().collect();
        octets.extend(hex_octets(y).into_iter().rev());
        assert!(Generic::<C>::affine(&octets).is_some(), "on the curve: {x}");
        assert!(
            !Generic::<C>::NEW.is_valid_point(&octets),
            "outside the subgroup: {x}"
        );
    }
}

#[test]
fn points_of_even_order_are_refused() {
    refuses_even_order::<params::tc26_256_a::Tc26A256>(&EVEN_256);
    refuses_even_order::<params::tc26_512_c::Tc26C512>(&EVEN_512);
}

include!("even_order_points.rs");
