//! Keys as the RustCrypto builders of certificates, requests and CMS want them.

use der::asn1::BitString;
use digest::{Digest, Update};
use signature::{
    DigestSigner, DigestVerifier, Error, Keypair, RandomizedSigner, SignatureEncoding, Signer, Verifier,
    hazmat::{PrehashSigner, PrehashVerifier, RandomizedPrehashSigner},
    rand_core::TryCryptoRng,
};
use spki::{AlgorithmIdentifierOwned, DynSignatureAlgorithmIdentifier, SignatureBitStringEncoding};
use zeroize::Zeroizing;

use crate::{Gost94CryptoPro, KeySize, PublicKey, SecretKey, Signature, Streebog256, Streebog512, public_key::Standard};

impl SignatureEncoding for Signature {
    type Repr = Self;
}

impl SignatureBitStringEncoding for Signature {
    fn to_bitstring(&self) -> der::Result<BitString> {
        BitString::from_bytes(self.octets())
    }
}

impl Keypair for SecretKey {
    type VerifyingKey = PublicKey;

    fn verifying_key(&self) -> PublicKey {
        self.public_key().clone()
    }
}

/// Certificates name signature and digest together, without parameters (RFC 9215 §3).
impl DynSignatureAlgorithmIdentifier for SecretKey {
    fn signature_algorithm_identifier(&self) -> spki::Result<AlgorithmIdentifierOwned> {
        self.public_key().signature_algorithm_identifier()
    }
}

impl DynSignatureAlgorithmIdentifier for PublicKey {
    fn signature_algorithm_identifier(&self) -> spki::Result<AlgorithmIdentifierOwned> {
        Ok(AlgorithmIdentifierOwned {
            oid: self.standard().signature_oid(self.parameter_set()),
            parameters: None,
        })
    }
}

/// The digest that belongs to a key, in the first octets, and how many they are.
fn digest(key: &PublicKey, message: &[u8]) -> ([u8; 64], usize) {
    let (mut octets, length) = ([0; 64], key.parameter_set().size().octets());
    let digest = &mut octets[..length];
    match (key.standard(), key.parameter_set().size()) {
        (Standard::R2001, _) => digest.copy_from_slice(&Gost94CryptoPro::digest(message)),
        (Standard::R2012, KeySize::Bits256) => digest.copy_from_slice(&Streebog256::digest(message)),
        (Standard::R2012, KeySize::Bits512) => digest.copy_from_slice(&Streebog512::digest(message)),
    }
    (octets, length)
}

/// Signs the Streebog digest of the message; see [`SecretKey::sign_digest`] for the nonce.
impl Signer<Signature> for SecretKey {
    fn try_sign(&self, message: &[u8]) -> Result<Signature, Error> {
        let (digest, length) = digest(self.public_key(), message);
        self.sign_prehash(&digest[..length])
    }
}

impl PrehashSigner<Signature> for SecretKey {
    fn sign_prehash(&self, digest: &[u8]) -> Result<Signature, Error> {
        self.sign_digest(digest).map_err(|_| Error::new())
    }
}

/// Takes the fresh part of the nonce from the given generator.
impl RandomizedSigner<Signature> for SecretKey {
    fn try_sign_with_rng<R: TryCryptoRng + ?Sized>(&self, rng: &mut R, message: &[u8]) -> Result<Signature, Error> {
        let (digest, length) = digest(self.public_key(), message);
        self.sign_prehash_with_rng(rng, &digest[..length])
    }
}

impl RandomizedPrehashSigner<Signature> for SecretKey {
    fn sign_prehash_with_rng<R: TryCryptoRng + ?Sized>(
        &self,
        rng: &mut R,
        digest: &[u8],
    ) -> Result<Signature, Error> {
        let mut fresh = Zeroizing::new([0; 32]);
        rng.try_fill_bytes(fresh.as_mut()).map_err(|_| Error::new())?;
        self.sign_digest_with(digest, fresh.as_ref()).map_err(|_| Error::new())
    }
}

impl<D: Digest + Update> DigestSigner<D, Signature> for SecretKey {
    fn try_sign_digest<F: Fn(&mut D) -> Result<(), Error>>(&self, update: F) -> Result<Signature, Error> {
        let mut digest = D::new();
        update(&mut digest)?;
        self.sign_prehash(&digest.finalize())
    }
}

impl Verifier<Signature> for PublicKey {
    fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), Error> {
        let (digest, length) = digest(self, message);
        self.verify_prehash(&digest[..length], signature)
    }
}

impl PrehashVerifier<Signature> for PublicKey {
    fn verify_prehash(&self, digest: &[u8], signature: &Signature) -> Result<(), Error> {
        self.verify_digest(digest, signature.octets()).map_err(|_| Error::new())
    }
}

impl<D: Digest + Update> DigestVerifier<D, Signature> for PublicKey {
    fn verify_digest<F: Fn(&mut D) -> Result<(), Error>>(&self, update: F, signature: &Signature) -> Result<(), Error> {
        let mut digest = D::new();
        update(&mut digest)?;
        self.verify_prehash(&digest.finalize(), signature)
    }
}
