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
    let signature = secret.sign_digest(&[1; 32]).expect("signs").octets().to_vec();
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
    let signature = secret.sign_digest(&digest).expect("signs").octets().to_vec();
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

/// Points of order 2, 4, 2q and 4q on the curves of cofactor 4, computed apart with affine formulas on plain integers.
#[test]
fn points_outside_the_prime_order_subgroup_are_refused() {
    for (set, points) in [
        (ParameterSet::Tc26_256A, EVEN_256),
        (ParameterSet::Tc26_512C, EVEN_512),
    ] {
        for (x, y) in points {
            let [mut x, mut y] = [x, y].map(|number| hex::decode(number).expect("hex"));
            x.reverse();
            y.reverse();
            assert_eq!(
                PublicKey::from_point_octets(set, &[x, y].concat()),
                Err(KeyError::Point),
                "{set:?}"
            );
        }
    }
}

/// Of one signature no other can be made: neither half may be negated, shifted by q or exchanged.
#[test]
fn signatures_are_not_malleable() {
    let secret = key(ParameterSet::Tc26_256A);
    let digest = [1; 32];
    let signature = secret.sign_digest(&digest).expect("signs").octets().to_vec();
    let order = hex::decode("400000000000000000000000000000000fd8cddfc87b6635c115af556c360c67").expect("hex");
    let add = |number: &[u8], negate: bool| {
        let mut carry = 0i16;
        let sum: Vec<u8> = order
            .iter()
            .zip(number)
            .rev()
            .map(|(q, octet)| {
                let octet = i16::from(*octet);
                carry += i16::from(*q) + if negate { -octet } else { octet };
                let digit = carry.rem_euclid(256);
                carry = carry.div_euclid(256);
                digit as u8
            })
            .collect();
        sum.into_iter().rev().collect::<Vec<u8>>()
    };
    let (s, r) = signature.split_at(32);
    for forged in [
        [&add(s, true), r].concat(),
        [s, &add(r, true)].concat(),
        [&add(s, false), r].concat(),
        [s, &add(r, false)].concat(),
        [r, s].concat(),
    ] {
        assert!(secret.public_key().verify_digest(&digest, &forged).is_err());
    }
}

#[test]
fn a_digest_named_in_a_key_must_be_the_one_of_its_algorithm() {
    let spki = key(ParameterSet::CryptoProA)
        .public_key()
        .to_spki_der()
        .expect("encodes");
    let position = spki
        .windows(8)
        .position(|window| window == [0x2A, 0x85, 3, 7, 1, 1, 2, 2])
        .expect("digest oid");
    let mut other = spki;
    other[position + 7] = 3; // Streebog-512 with a key of 256 bits
    assert_eq!(
        PublicKey::from_spki_der(&other),
        Err(KeyError::Digest(kabinet_gost::oid::STREEBOG_512))
    );
}

/// (x, y), big-endian hex.
const EVEN_256: [(&str, &str); 4] = [
    // order 2
    (
        "0100fe73f595ff158e974b44d478d9588744fe5c192ac47ea63075dce7a14aaa",
        "0000000000000000000000000000000000000000000000000000000000000000",
    ),
    // order 2q
    (
        "05b6e6e307d4bedc51431193e6c3f3391a2b8f1ff1fd42a29755d4c13a902931",
        "8e1860012867b5b7a375d20de6e7ce7a51d23db41a31be4a002be5be17136209",
    ),
    // order 4
    (
        "7f7f80c60535007538b45a5d95c39353bc5d80d1f36a9dc0ace7c5118c2f5977",
        "81817dadf060fea055e2f0e73eb54604cae77d8a25c026bdf948b0cb5b71eeca",
    ),
    // order 4q
    (
        "81f9c1f66c0f3459f79b17aeefba91fc803468b6b610a9f7f9270f4eb8b333a8",
        "36764beaef45abafa949615b4c1edb739828ae45c29d96d94e1a517212f4b649",
    ),
];
const EVEN_512: [(&str, &str); 4] = [
    // order 2
    (
        "9a628f975594ecefd89ba28a2539ffb79c8ab238aeed0851fa5c1abb02b80b44c6734501b83a011dd625cd0b5145091a6d9acd4b1f5c5b1e21b2b249ddfd1271",
        "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
    ),
    // order 2q
    (
        "a971a08c11434aed18be284bda0575df3112277f7f11db4cfc63762467acf3a9ad39e333d5727748008ca4a7275f22ce793d6e36a77cf3ee6793fda38008c4bb",
        "a9d47f0ed920fac7438c4de7042d95e15b4dced16636d7d59c54ecb3089d0f889dd8856efe606b368bddd793c97053e7c676f70f5bfe30663501b4b3e8c6749d",
    ),
    // order 4
    (
        "b2ceb8345535898813b22ebaed63002431baa6e3a8897bd702d1f2a27ea3fa5d9cc65d7f23e2ff7114ed197a575d7b72c932995a7051d270ef26a6db1101748f",
        "186c289cffa09c983b168c30c829006c952ff4aaf99c73850875d7e77bebef18d653187d6ba8fe533ec74c6f061872585b97cc0f50f57752cd73f4913304621e",
    ),
    // order 4q
    (
        "bcfbb050acab1a6bc69d4bd8b3fa7aa7e1fab9d78c7e134f5dfbd3d12c4a3698aa2ca1af6a107b75677f6cbdcc22af58be6521cc3e2434e37af027bc08d6af57",
        "608e282633e6820cdaaa7e3b1e8a65b3b1c0b3963faaa55a3e23ca68300606af50a8f29bd3e38948027dc98e8273f74432b4dbf0d646f2fbb2229ec0e9a0091f",
    ),
];
