//! Both directions, for every parameter-set name: each side's keys and signatures before the other.

use kabinet_gost::{
    Digest, KeySize, ParameterSet, PublicKey, SecretKey, Streebog256, Streebog512, VerifyError,
};

use crate::common::{NAMES, OpenSsl};

const MESSAGE: &[u8] = "Сдано в срок".as_bytes();

fn digest(set: ParameterSet) -> Vec<u8> {
    match set.size() {
        KeySize::Bits256 => Streebog256::digest(MESSAGE).to_vec(),
        KeySize::Bits512 => Streebog512::digest(MESSAGE).to_vec(),
    }
}

fn openssl_digest(openssl: &OpenSsl, set: ParameterSet) -> Vec<u8> {
    openssl.write("message", MESSAGE);
    let name = if set.size() == KeySize::Bits256 {
        "-md_gost12_256"
    } else {
        "-md_gost12_512"
    };
    openssl.ok(&["dgst", name, "-binary", "-out", "digest", "message"]);
    openssl.read("digest")
}

#[test]
fn keys_and_signatures_of_openssl_are_accepted() {
    for (set, algorithm, name) in NAMES {
        let openssl = OpenSsl::new();
        let digest = openssl_digest(&openssl, set);
        assert_eq!(digest, self::digest(set), "{set:?}");
        openssl.key(algorithm, name);
        openssl.ok(&[
            "pkey", "-inform", "DER", "-in", "key", "-pubout", "-outform", "DER", "-out", "pub",
        ]);
        openssl.ok(&[
            "pkeyutl", "-sign", "-keyform", "DER", "-inkey", "key", "-in", "digest", "-out", "sig",
        ]);

        let public = PublicKey::from_spki_der(&openssl.read("pub")).expect("public key");
        assert_eq!(public.parameter_set(), set);
        let signature = openssl.read("sig");
        assert_eq!(public.verify_digest(&digest, &signature), Ok(()), "{set:?}");
        for position in [0, signature.len() / 2, signature.len() - 1] {
            let mut tampered = signature.clone();
            tampered[position] ^= 1;
            assert!(public.verify_digest(&digest, &tampered).is_err(), "{set:?}");
        }
        let mut other = digest.clone();
        other[0] ^= 1;
        assert_eq!(
            public.verify_digest(&other, &signature),
            Err(VerifyError::Mismatch),
            "{set:?}"
        );

        assert_eq!(
            public.to_spki_der().expect("encodes"),
            openssl.read("pub"),
            "{set:?}"
        );
        let secret = SecretKey::from_pkcs8_der(&openssl.read("key")).expect("secret key");
        assert_eq!(secret.public_key(), &public, "{set:?}");
    }
}

#[test]
fn our_keys_and_signatures_are_accepted_by_openssl() {
    for (set, _, _) in NAMES {
        let openssl = OpenSsl::new();
        let digest = openssl_digest(&openssl, set);
        let secret = SecretKey::generate(set).expect("generates");
        openssl.write("key", &secret.to_pkcs8_der().expect("encodes"));
        openssl.write("pub", &secret.public_key().to_spki_der().expect("encodes"));
        openssl.write("sig", secret.sign_digest(&digest).expect("signs").octets());
        let verify = [
            "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "pub", "-in", "digest", "-sigfile",
        ];
        openssl.ok(&[&verify[..], &["sig"]].concat());

        let mut tampered = openssl.read("sig");
        tampered[1] ^= 1;
        openssl.write("bad", &tampered);
        assert!(
            !openssl.run(&[&verify[..], &["bad"]].concat()).status.success(),
            "{set:?}"
        );

        // The engine computes the same public key from our secret key, and writes a key we read back.
        openssl.ok(&[
            "pkey", "-inform", "DER", "-in", "key", "-pubout", "-outform", "DER", "-out", "pub2",
        ]);
        assert_eq!(openssl.read("pub"), openssl.read("pub2"), "{set:?}");
    }
}

#[test]
fn signatures_of_the_same_digest_differ() {
    let secret = SecretKey::generate(ParameterSet::Tc26_256A).expect("generates");
    assert_ne!(secret.sign_digest(&[7; 32]), secret.sign_digest(&[7; 32]));
}
