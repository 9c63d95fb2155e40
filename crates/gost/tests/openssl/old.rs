//! Keys and signatures of GOST R 34.10-2001 with GOST R 34.11-94, as old documents carry them: verified, never made.

use kabinet_gost::{
    Digest, Gost94CryptoPro, KeyError, ParameterSet, PublicKey, SecretKey, Signature, Standard, oid,
};
use signature::Verifier;

use crate::common::OpenSsl;

const MESSAGE: &[u8] = "Отчёт за 2008 год".as_bytes();

#[test]
fn old_signatures_of_every_set_are_verified() {
    for (name, set) in [
        ("A", ParameterSet::CryptoProA),
        ("B", ParameterSet::CryptoProB),
        ("C", ParameterSet::CryptoProC),
        ("XA", ParameterSet::CryptoProXchA),
        ("XB", ParameterSet::CryptoProXchB),
    ] {
        let openssl = OpenSsl::new();
        let key = openssl.key("gost2001", name);
        openssl.write("message", MESSAGE);
        openssl.ok(&[
            "pkey", "-inform", "DER", "-in", "key", "-pubout", "-outform", "DER", "-out", "pub",
        ]);
        openssl.ok(&["dgst", "-md_gost94", "-binary", "-out", "digest", "message"]);
        openssl.ok(&[
            "pkeyutl", "-sign", "-keyform", "DER", "-inkey", "key", "-in", "digest", "-out", "sig",
        ]);
        let spki = openssl.read("pub");
        let public = PublicKey::from_spki_der(&spki).expect("public key");
        assert_eq!(
            (public.standard(), public.parameter_set()),
            (Standard::R2001, set)
        );
        assert_eq!(public.to_spki_der().expect("encodes"), spki);
        let digest = Gost94CryptoPro::digest(MESSAGE);
        assert_eq!(digest.as_slice(), openssl.read("digest"));

        let octets = openssl.read("sig");
        assert_eq!(public.verify_digest(&digest, &octets), Ok(()), "{set:?}");
        let signature = Signature::try_from(&octets[..]).expect("64 octets");
        public
            .verify(MESSAGE, &signature)
            .expect("hashes as the standard says");
        public.verify(b"other", &signature).expect_err("another message");
        // A key of 2012 over the same point hashes otherwise.
        let newer = PublicKey::from_point_octets(set, public.point_octets()).expect("a point");
        newer.verify(MESSAGE, &signature).expect_err("another digest");
        assert_ne!(newer, public);

        assert!(matches!(
            SecretKey::from_pkcs8_der(&key),
            Err(KeyError::Algorithm(oid::KEY_2001))
        ));
    }
}

#[test]
fn sets_younger_than_the_old_standard_do_not_name_its_keys() {
    let secret = SecretKey::generate(ParameterSet::Tc26_256A).expect("generates");
    let point = secret.public_key().point_octets();
    let forged =
        PublicKey::from_standard_point(Standard::R2001, ParameterSet::Tc26_256A, point).expect("a point");
    let spki = forged.to_spki_der().expect("encodes");
    assert_eq!(
        PublicKey::from_spki_der(&spki),
        Err(KeyError::ParameterSetSize(oid::TC26_256_A))
    );
}
