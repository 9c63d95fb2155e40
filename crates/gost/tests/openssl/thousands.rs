//! Signatures by the thousand in both directions, every parameter set: ours before the engine, the engine's before us.

use kabinet_gost::{PublicKey, SecretKey};

use crate::{
    common::{NAMES, OpenSsl},
    engine::Key,
};

const KEYS: usize = 10;
const SIGNATURES: usize = 100;

/// Digests whose ends matter: small numbers, numbers above every q, and ones without a pattern.
fn digest(octets: usize, number: usize) -> Vec<u8> {
    match number {
        0 => vec![0; octets],
        1 => vec![0xFF; octets],
        _ => {
            let mut state = number as u64;
            (0..octets)
                .map(|_| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    (state >> 56) as u8
                })
                .collect()
        }
    }
}

/// Signs a thousand digests on either side and lets the other verify; a changed bit is refused by both.
fn exchange(secret: &SecretKey, public: &PublicKey) {
    let signing = Key::signing(&secret.to_pkcs8_der().expect("encodes"));
    let verifying = Key::verifying(&public.to_spki_der().expect("encodes"));
    for number in 0..SIGNATURES {
        let digest = digest(public.parameter_set().size().octets(), number);
        let ours = secret.sign_digest(&digest).expect("signs");
        assert!(
            verifying.verify(&digest, ours.octets()),
            "{:?} {number}",
            public.parameter_set()
        );
        let mut theirs = signing.sign(&digest);
        assert_eq!(
            public.verify_digest(&digest, &theirs),
            Ok(()),
            "{:?} {number}",
            public.parameter_set()
        );
        let at = number * 7 % theirs.len();
        theirs[at] ^= 1 << (number % 8);
        assert!(public.verify_digest(&digest, &theirs).is_err());
        assert!(!verifying.verify(&digest, &theirs));
    }
}

#[test]
fn a_thousand_signatures_of_every_set_pass_in_both_directions() {
    for (set, algorithm, name) in NAMES {
        // Half of the keys are ours, half the engine's.
        let openssl = OpenSsl::new();
        for number in 0..KEYS {
            let secret = if number % 2 == 0 {
                SecretKey::generate(set).expect("generates")
            } else {
                SecretKey::from_pkcs8_der(&openssl.key(algorithm, name)).expect("reads")
            };
            assert_eq!(secret.public_key().parameter_set(), set);
            exchange(&secret, secret.public_key());
        }
    }
}
