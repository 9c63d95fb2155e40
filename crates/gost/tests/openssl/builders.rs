//! The builders of `x509-cert` take our keys as they take P-256: certificates and requests that OpenSSL verifies, and
//! nonces that are reproducible on demand.

use core::str::FromStr;
use std::time::Duration;

use kabinet_gost::{
    Digest, KeySize, ParameterSet, PublicKey, SecretKey, Signature, Streebog256, Streebog512,
};
use pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding};
use signature::{
    DigestSigner, DigestVerifier, Keypair, RandomizedSigner, Signer, Verifier,
    rand_core::{TryCryptoRng, TryRng},
};
use spki::{DecodePublicKey, EncodePublicKey, SubjectPublicKeyInfoOwned};
use x509_cert::{
    builder::{Builder, CertificateBuilder, RequestBuilder, profile::cabf::Root},
    der::Encode,
    name::Name,
    serial_number::SerialNumber,
    time::Validity,
};

use crate::common::OpenSsl;

#[test]
fn certificates_and_requests_are_built_and_openssl_verifies_them() {
    for set in ParameterSet::ALL {
        let secret = SecretKey::generate(set).expect("generates");
        let subject = Name::from_str("CN=Lyutik,O=Lyutik,C=RU").expect("name");
        let profile = Root::new(false, subject.clone()).expect("profile");
        let key = SubjectPublicKeyInfoOwned::from_key(secret.public_key()).expect("key");
        let validity = Validity::from_now(Duration::from_secs(3600)).expect("validity");
        let certificate = CertificateBuilder::new(profile, SerialNumber::from(7u32), validity, key)
            .expect("builder")
            .build::<_, Signature>(&secret)
            .expect("certificate");
        let openssl = OpenSsl::new();
        openssl.write("root", &certificate.to_der().expect("encodes"));
        openssl.ok(&["x509", "-inform", "DER", "-in", "root", "-out", "root.pem"]);
        openssl.ok(&["verify", "-check_ss_sig", "-CAfile", "root.pem", "root.pem"]);

        let request = RequestBuilder::new(subject)
            .expect("builder")
            .build::<_, Signature>(&secret)
            .expect("request");
        openssl.write("request", &request.to_der().expect("encodes"));
        openssl.ok(&["req", "-inform", "DER", "-in", "request", "-verify", "-noout"]);
    }
}

#[test]
fn keys_travel_through_the_traits_and_pem() {
    let secret = SecretKey::generate(ParameterSet::Tc26_512C).expect("generates");
    let pem = EncodePrivateKey::to_pkcs8_pem(&secret, LineEnding::LF).expect("encodes");
    let read = <SecretKey as DecodePrivateKey>::from_pkcs8_pem(&pem).expect("reads");
    assert_eq!(read.verifying_key(), *secret.public_key());
    let pem = secret
        .public_key()
        .to_public_key_pem(LineEnding::LF)
        .expect("encodes");
    assert_eq!(
        PublicKey::from_public_key_pem(&pem).expect("reads"),
        *secret.public_key()
    );
    let certificate = b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
    assert!(PublicKey::from_public_key_pem(core::str::from_utf8(certificate).expect("text")).is_err());
}

/// Octets that repeat: enough to see that they reach the nonce.
struct Repeating(u8);

impl TryRng for Repeating {
    type Error = core::convert::Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(self.0.into())
    }
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(self.0.into())
    }
    fn try_fill_bytes(&mut self, octets: &mut [u8]) -> Result<(), Self::Error> {
        octets.fill(self.0);
        Ok(())
    }
}

impl TryCryptoRng for Repeating {}

#[test]
fn messages_and_digests_are_signed_by_every_trait() {
    for set in ParameterSet::ALL {
        let secret = SecretKey::generate(set).expect("generates");
        let public = secret.verifying_key();
        let message = b"message";
        let signatures: [Signature; 3] = [
            secret.sign(message),
            secret.sign_with_rng(&mut Repeating(1), message),
            match set.size() {
                KeySize::Bits256 => secret.sign_digest(&Streebog256::digest(message)),
                KeySize::Bits512 => secret.sign_digest(&Streebog512::digest(message)),
            }
            .expect("signs"),
        ];
        for signature in signatures {
            public.verify(message, &signature).expect("our own signature");
            public.verify(b"other", &signature).expect_err("another message");
        }
        let again: Signature = secret.sign_with_rng(&mut Repeating(1), message);
        assert_eq!(again, signatures[1], "the generator is all that varies");
        assert_ne!(secret.sign_with_rng(&mut Repeating(2), message), signatures[1]);
        assert_ne!(signatures[0], signatures[2], "the nonces are fresh");
    }
}

#[test]
fn a_digest_of_the_other_size_is_refused_by_the_traits() {
    let secret = SecretKey::generate(ParameterSet::Tc26_256A).expect("generates");
    let sign = |update: &dyn Fn(&mut Streebog512)| {
        DigestSigner::<Streebog512, Signature>::try_sign_digest(&secret, |digest: &mut Streebog512| {
            update(digest);
            Ok(())
        })
    };
    assert!(sign(&|digest| Digest::update(digest, b"message")).is_err());
    let signature: Signature = secret.sign(b"message");
    let verify = |name: &[u8]| {
        DigestVerifier::<Streebog256, Signature>::verify_digest(
            secret.public_key(),
            |digest: &mut Streebog256| {
                Digest::update(digest, name);
                Ok(())
            },
            &signature,
        )
    };
    assert!(verify(b"message").is_ok());
    assert!(verify(b"other").is_err());
}
