//! VKO by the examples of RFC 7836 appendix B; KEG alike for both sides. Foreign KEG is met in the envelopes of crate `envelope`.

use kabinet_gost::cipher::agreement::{keg, vko_256, vko_512};
use kabinet_gost::{KeyError, ParameterSet, PublicKey, SecretKey};

use crate::common::{bytes, noise, octets};

const A: &str = "c990ecd972fce84ec4db022778f50fcac726f46708384b8d458304962d7147f8c2db41cef22c90b102f2968404f9b9be6d47c79692d81826b32b8daca43cb667";
const B: &str = "48c859f7b6f11585887cc05ec6ef1390cfea739b1a18c0d4662293ef63b79e3b8014070b44918590b4b996acfea4edfbbbcccc8c06edd8bf5bda92a51392d0db";
const PUBLIC_B: &str = "192fe183b9713a077253c72c8735de2ea42a3dbc66ea317838b65fa32523cd5efca974eda7c863f4954d1147f1f2b25c395fce1c129175e876d132e94ed5a65104883b414c9b592ec4dc84826f07d0b6d9006dda176ce48c391e3f97d102e03bb598bf132a228a45f7201aba08fc524a2d77e43a362ab022ad4028f75bde3b79";

#[test]
fn shared_keys_of_the_standard_come_out() {
    let set = ParameterSet::Tc26_512A;
    let key = |text| SecretKey::from_octets(set, &octets(text)).unwrap();
    let (a, b) = (key(A), key(B));
    let public_b = PublicKey::from_point_octets(set, &octets(PUBLIC_B)).unwrap();
    let ukm = octets("1d80603c8544c727");
    let short = bytes("c9a9a77320e2cc559ed72dce6f47e2192ccea95fa648670582c054c0ef36c221");
    let long = bytes(
        "79f002a96940ce7bde3259a52e015297adaad84597a0d205b50e3e1719f97bfa7ee1d2661fa9979a5aa235b558a7e6d9f88f982dd63fc35a8ec0dd5e242d3bdf",
    );
    assert_eq!(*vko_256(&a, &public_b, &ukm).unwrap(), short);
    assert_eq!(*vko_256(&b, a.public_key(), &ukm).unwrap(), short);
    assert_eq!(*vko_512(&a, &public_b, &ukm).unwrap(), long);
    assert_eq!(*vko_512(&b, a.public_key(), &ukm).unwrap(), long);
}

#[test]
fn both_sides_get_the_same_export_keys() {
    let ukm: [u8; 32] = noise(32).try_into().unwrap();
    for set in ParameterSet::ALL {
        let [a, b] = [(); 2].map(|()| SecretKey::generate(set).unwrap());
        let ours = keg(&a, b.public_key(), &ukm).unwrap();
        let theirs = keg(&b, a.public_key(), &ukm).unwrap();
        assert_eq!(ours.mac, theirs.mac);
        assert_eq!(ours.encryption, theirs.encryption);
        assert_ne!(ours.mac, ours.encryption);
        // A factor of zero counts as one.
        let mut one = ukm;
        one[..15].fill(0);
        one[15] = 1;
        let mut zero = one;
        zero[15] = 0;
        let keys = [one, zero].map(|ukm| keg(&a, b.public_key(), &ukm).unwrap());
        assert_eq!(keys[0].mac, keys[1].mac);
    }
}

#[test]
fn keys_of_different_curves_do_not_agree() {
    let a = SecretKey::generate(ParameterSet::CryptoProA).unwrap();
    let b = SecretKey::generate(ParameterSet::CryptoProB).unwrap();
    let refusal = vko_256(&a, b.public_key(), &[1]).err();
    assert_eq!(
        refusal,
        Some(KeyError::ParameterSet(ParameterSet::CryptoProB.oid()))
    );
    assert!(matches!(
        vko_256(&a, a.public_key(), &[]),
        Err(KeyError::Length { .. })
    ));
    assert_eq!(vko_256(&a, a.public_key(), &[0; 8]).err(), Some(KeyError::Scalar));
}
