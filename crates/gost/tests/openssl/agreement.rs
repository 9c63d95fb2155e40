//! VKO: both sides agree, with the engine too, and what cannot be agreed upon is refused.

use kabinet_gost::{Digest, KeyError, KeySize, ParameterSet, SecretKey, Streebog256, Streebog512};

use crate::common::{NAMES, OpenSsl};

const UKM: [u8; 8] = [0x1d, 0x80, 0x60, 0x3c, 0x85, 0x44, 0xc7, 0x27];

#[test]
fn both_sides_agree_for_every_set() {
    for set in ParameterSet::ALL {
        let [a, b] = [(), ()].map(|()| SecretKey::generate(set).expect("generates"));
        let shared = a.agree(b.public_key(), &UKM).expect("agrees");
        assert_eq!(shared, b.agree(a.public_key(), &UKM).expect("agrees"), "{set:?}");
        assert_ne!(shared, a.agree(b.public_key(), &[1]).expect("agrees"), "{set:?}");
        let third = SecretKey::generate(set).expect("generates");
        assert_ne!(
            shared,
            third.agree(a.public_key(), &UKM).expect("agrees"),
            "{set:?}"
        );
    }
}

#[test]
fn names_of_one_curve_agree_and_other_curves_are_refused() {
    let key = |set| SecretKey::generate(set).expect("generates");
    let (a, same, other) = (
        key(ParameterSet::CryptoProA),
        key(ParameterSet::Tc26_256B),
        key(ParameterSet::CryptoProB),
    );
    assert_eq!(
        a.agree(same.public_key(), &UKM).expect("agrees"),
        same.agree(a.public_key(), &UKM).expect("agrees")
    );
    assert_eq!(
        a.agree(other.public_key(), &UKM),
        Err(KeyError::ParameterSet(ParameterSet::CryptoProB.oid()))
    );
}

#[test]
fn a_ukm_that_is_zero_or_of_no_fitting_length_is_refused() {
    for set in ParameterSet::ALL {
        let secret = SecretKey::generate(set).expect("generates");
        let n = set.size().octets();
        for (ukm, error) in [
            (vec![0; 8], KeyError::Scalar),
            (
                Vec::new(),
                KeyError::Length {
                    expected: n,
                    actual: 0,
                },
            ),
            (
                vec![1; n + 1],
                KeyError::Length {
                    expected: n,
                    actual: n + 1,
                },
            ),
        ] {
            assert_eq!(secret.agree(secret.public_key(), &ukm), Err(error), "{set:?}");
        }
    }
}

/// The engine derives the same key: `pkeyutl -derive` with VKO of 2012 hashes the point with the key's Streebog.
#[test]
fn the_engine_agrees() {
    for (set, algorithm, name) in NAMES {
        let openssl = OpenSsl::new();
        openssl.key(algorithm, name);
        let theirs = SecretKey::from_pkcs8_der(&openssl.read("key")).expect("reads");
        let ours = SecretKey::generate(set).expect("generates");
        openssl.write("peer", &ours.public_key().to_spki_der().expect("encodes"));
        let ukm = format!("ukmhex:{}", hex::encode(UKM));
        openssl.ok(&[
            "pkeyutl",
            "-derive",
            "-keyform",
            "DER",
            "-inkey",
            "key",
            "-peerform",
            "DER",
            "-peerkey",
            "peer",
            "-pkeyopt",
            &ukm,
            "-pkeyopt",
            "vko:256",
            "-out",
            "shared",
        ]);
        let shared = ours.agree(theirs.public_key(), &UKM).expect("agrees");
        assert_eq!(
            openssl.read("shared"),
            Streebog256::digest(&*shared).as_slice(),
            "{set:?}"
        );
        if set.size() == KeySize::Bits512 {
            assert_ne!(openssl.read("shared"), Streebog512::digest(&*shared)[..32]);
        }
    }
}
