//! What must not pass: lengths, ranges, points, algorithms; and the encodings of secret keys that must.

use der::{
    Encode,
    asn1::{OctetString, Uint},
};
use kabinet_gost::{KeyError, ParameterSet, PublicKey, SecretKey, SignError, VerifyError};

/// q of CryptoPro-A, big-endian.
const ORDER: &str = "ffffffffffffffffffffffffffffffff6c611070995ad10045841b09b761b893";

fn key(set: ParameterSet) -> SecretKey {
    SecretKey::generate(set).expect("generates")
}

#[test]
fn wrong_lengths_are_refused() {
    let secret = key(ParameterSet::CryptoProA);
    let public = secret.public_key();
    assert_eq!(
        secret.sign_digest(&[0; 64]),
        Err(SignError::DigestLength {
            expected: 32,
            actual: 64
        })
    );
    let signature = secret.sign_digest(&[1; 32]).expect("signs");
    assert_eq!(
        public.verify_digest(&[1; 31], &signature),
        Err(VerifyError::DigestLength {
            expected: 32,
            actual: 31
        })
    );
    for length in [0, 63, 65, 128] {
        assert_eq!(
            public.verify_digest(&[1; 32], &vec![1; length]),
            Err(VerifyError::SignatureLength {
                expected: 64,
                actual: length
            })
        );
    }
    assert_eq!(
        PublicKey::from_point_octets(ParameterSet::Tc26_512A, public.point_octets()),
        Err(KeyError::Length {
            expected: 128,
            actual: 64
        })
    );
}

#[test]
fn halves_that_are_zero_or_not_below_the_order_are_refused() {
    let secret = key(ParameterSet::CryptoProA);
    let digest = [1; 32];
    let signature = secret.sign_digest(&digest).expect("signs");
    let order = hex::decode(ORDER).expect("hex");
    for bad in [vec![0; 32], order, vec![0xFF; 32]] {
        for half in [0, 32] {
            let mut forged = signature.clone();
            forged[half..half + 32].copy_from_slice(&bad);
            assert_eq!(
                secret.public_key().verify_digest(&digest, &forged),
                Err(VerifyError::Range)
            );
        }
    }
}

#[test]
fn points_off_the_curve_are_refused() {
    for set in ParameterSet::ALL {
        let n = set.size().octets();
        let mut octets = key(set).public_key().point_octets().to_vec();
        octets[0] ^= 1;
        assert_eq!(
            PublicKey::from_point_octets(set, &octets),
            Err(KeyError::Point),
            "{set:?}"
        );
        assert_eq!(
            PublicKey::from_point_octets(set, &vec![0; 2 * n]),
            Err(KeyError::Point),
            "{set:?}"
        );
        assert_eq!(
            PublicKey::from_point_octets(set, &vec![0xFF; 2 * n]),
            Err(KeyError::Point),
            "{set:?}"
        );
    }
}

#[test]
fn secrets_out_of_range_are_refused() {
    let mut order = hex::decode(ORDER).expect("hex");
    order.reverse();
    for bad in [vec![0; 32], order, vec![0xFF; 32]] {
        assert_eq!(
            SecretKey::from_octets(ParameterSet::CryptoProA, &bad).err(),
            Some(KeyError::Scalar)
        );
    }
    assert!(matches!(
        SecretKey::from_octets(ParameterSet::CryptoProA, &[]).err(),
        Some(KeyError::Length { .. })
    ));
}

#[test]
fn foreign_algorithms_and_truncated_keys_are_refused() {
    let spki = key(ParameterSet::CryptoProA)
        .public_key()
        .to_spki_der()
        .expect("encodes");
    for length in 0..spki.len() {
        assert!(PublicKey::from_spki_der(&spki[..length]).is_err());
    }
    // 1.2.643.7.1.1.1.1 → 1.2.643.7.1.1.1.9, and → 512-bit key over a 256-bit curve.
    let position = spki
        .windows(8)
        .position(|w| w == [0x2A, 0x85, 3, 7, 1, 1, 1, 1])
        .expect("key oid");
    let mut other = spki.clone();
    other[position + 7] = 9;
    assert!(matches!(
        PublicKey::from_spki_der(&other),
        Err(KeyError::Algorithm(_))
    ));
    other[position + 7] = 2;
    assert!(matches!(
        PublicKey::from_spki_der(&other),
        Err(KeyError::ParameterSetSize(_))
    ));
    // The test curve of RFC 7091: 1.2.643.2.2.35.0.
    let position = spki
        .windows(7)
        .position(|w| w == [0x2A, 0x85, 3, 2, 2, 0x23, 1])
        .expect("curve oid");
    let mut other = spki;
    other[position + 6] = 0;
    assert!(matches!(
        PublicKey::from_spki_der(&other),
        Err(KeyError::ParameterSet(_))
    ));
}

/// Replaces the OCTET STRING at the end of our PKCS#8 by one holding `content`.
fn pkcs8_with(secret: &SecretKey, content: &[u8]) -> Vec<u8> {
    let der = secret.to_pkcs8_der().expect("encodes");
    let head = &der[2..der.len() - 34]; // short lengths: a 256-bit key
    let mut body = head.to_vec();
    body.extend(
        OctetString::new(content)
            .expect("fits")
            .to_der()
            .expect("encodes"),
    );
    let mut out = vec![0x30];
    if body.len() > 127 {
        out.push(0x81);
    }
    out.push(u8::try_from(body.len()).expect("short"));
    out.extend(body);
    out
}

#[test]
fn every_known_encoding_of_a_secret_is_read() {
    let secret = key(ParameterSet::CryptoProA);
    let octets = secret.to_octets();
    let nested = OctetString::new(octets.as_slice())
        .expect("fits")
        .to_der()
        .expect("encodes");
    let big_endian: Vec<u8> = octets.iter().rev().copied().collect();
    let integer = Uint::new(&big_endian).expect("fits").to_der().expect("encodes");
    for content in [octets.to_vec(), nested, integer] {
        let read = SecretKey::from_pkcs8_der(&pkcs8_with(&secret, &content)).expect("reads");
        assert_eq!(read.public_key(), secret.public_key());
    }
}

#[test]
fn masked_keys_are_unmasked() {
    let mut masked = [0u8; 96];
    (masked[0], masked[32], masked[64]) = (5, 7, 3);
    let mut plain = [0u8; 32];
    plain[0] = 105;
    let secret = SecretKey::from_octets(ParameterSet::CryptoProA, &plain).expect("reads");
    let read = SecretKey::from_pkcs8_der(&pkcs8_with(&secret, &masked)).expect("reads");
    assert_eq!(read.public_key(), secret.public_key());
    // A factor of q makes the product 0, which is no key.
    let mut order = hex::decode(ORDER).expect("hex");
    order.reverse();
    masked[..32].copy_from_slice(&order);
    assert_eq!(
        SecretKey::from_octets(ParameterSet::CryptoProA, &masked).err(),
        Some(KeyError::Scalar)
    );
}
