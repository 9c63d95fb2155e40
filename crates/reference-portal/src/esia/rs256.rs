//! RS256, with which ЕСИА signed formerly and which old systems still expect.
//!
//! The key is the same everywhere and known to everybody: it proves nothing, it only lets a client show that it can
//! read such a token. Keys of GOST are made anew for every demo directory.

use rcgen::{CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256, SigningKey as _};
use thiserror::Error;
use time::macros::datetime;

const KEY: &str = include_str!("../../data/rs256.key");
/// Name of the certificate among the files of the demo PKI.
pub(crate) const CERTIFICATE_FILE: &str = "token-signer-rs256.cer";

/// The key of this module cannot be used.
#[derive(Debug, Error)]
#[error("RS256")]
pub(crate) struct Rs256Error(#[from] rcgen::Error);

/// Signs with RS256 (RFC 7518, 3.3).
pub(crate) struct Rs256(KeyPair);

impl Rs256 {
    pub(crate) fn load() -> Result<Self, Rs256Error> {
        Ok(Self(KeyPair::from_pem_and_sign_algo(KEY, &PKCS_RSA_SHA256)?))
    }

    pub(crate) fn sign(&self, text: &[u8]) -> Result<Vec<u8>, Rs256Error> {
        Ok(self.0.sign(text)?)
    }
}

/// The certificate of the key, DER, signed by itself.
pub(crate) fn certificate() -> Result<Vec<u8>, rcgen::Error> {
    let key = KeyPair::from_pem_and_sign_algo(KEY, &PKCS_RSA_SHA256)?;
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    parameters
        .distinguished_name
        .push(DnType::CommonName, "Учебная ЕСИА: RS256");
    parameters.not_before = datetime!(2025-01-01 00:00 UTC);
    parameters.not_after = datetime!(2045-01-01 00:00 UTC);
    Ok(parameters.self_signed(&key)?.der().to_vec())
}
