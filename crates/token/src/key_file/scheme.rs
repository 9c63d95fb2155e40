//! How key files are protected: the schemes we write, and what a file says of its own.

use std::str::FromStr;

use der::asn1::ObjectIdentifier;

use kabinet_gost::oid as gost;

use super::algorithm::KeyAlgorithm;
use super::{asn1, cipher, mac, pbkdf2};

/// A password-based encryption we write, always PBES2 with PBKDF2 (RFC 8018 §6.2), and the integrity check that goes with it
/// in PKCS#12.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scheme {
    /// AES-256-CBC, HMAC-SHA-256: what OpenSSL writes by default.
    Aes256,
    /// ГОСТ 28147-89 CFB with the S-box id-tc26-gost-28147-param-Z, HMAC-Streebog-512 (R 50.1.111-2016, R 50.1.112-2016).
    Gost89,
    /// Магма CTR-ACPKM, HMAC-Streebog-512 (RFC 9337, RFC 9548, R 1323565.1.041-2022).
    Magma,
    /// The same with an OMAC over the content.
    MagmaOmac,
    /// Кузнечик CTR-ACPKM, HMAC-Streebog-512 (RFC 9337, RFC 9548, R 1323565.1.041-2022).
    Kuznyechik,
    /// The same with an OMAC over the content.
    KuznyechikOmac,
}

impl Scheme {
    /// Every scheme.
    pub const ALL: [Self; 6] = [
        Self::Aes256,
        Self::Gost89,
        Self::Magma,
        Self::MagmaOmac,
        Self::Kuznyechik,
        Self::KuznyechikOmac,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Aes256 => "aes256",
            Self::Gost89 => "gost89",
            Self::Magma => "magma",
            Self::MagmaOmac => "magma-omac",
            Self::Kuznyechik => "kuznyechik",
            Self::KuznyechikOmac => "kuznyechik-omac",
        }
    }

    /// The scheme for a key when nobody chose: Кузнечик for GOST keys, which the GOST engine of OpenSSL reads as well as
    /// programs of the recommendation, and AES for the others.
    pub fn for_key(algorithm: KeyAlgorithm) -> Self {
        match algorithm {
            KeyAlgorithm::Gost(_) => Self::Kuznyechik,
            KeyAlgorithm::Rsa(_) | KeyAlgorithm::P256 => Self::Aes256,
        }
    }
}

/// A name that is no [`Scheme`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("unknown scheme")]
pub struct UnknownScheme;

impl FromStr for Scheme {
    type Err = UnknownScheme;

    fn from_str(name: &str) -> Result<Self, UnknownScheme> {
        let mut all = Self::ALL.into_iter();
        all.find(|scheme| scheme.name() == name).ok_or(UnknownScheme)
    }
}

/// What part of a file is protected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// A private key, by encryption.
    Key,
    /// The rest, as a rule certificates, by encryption.
    Contents,
    /// The whole against changes, by a MAC.
    Integrity,
}

/// How a file says it is protected, seen without the passphrase.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Protection {
    /// What.
    pub part: Part,
    /// Identifier of the cipher, of the MAC's digest, or of a scheme we do not read.
    pub algorithm: ObjectIdentifier,
    /// Identifier of the pseudorandom function of PBKDF2; `None` where another derivation is in use.
    pub prf: Option<ObjectIdentifier>,
    /// Iterations of the derivation; `None` where they are not known.
    pub iterations: Option<u32>,
}

/// Names of what protects key files, by which they are known on command lines.
pub fn algorithm_name(oid: &ObjectIdentifier) -> Option<&'static str> {
    let named = NAMES.iter().find(|(known, _)| known == oid);
    named.map(|(_, name)| *name)
}

const NAMES: [(ObjectIdentifier, &str); 26] = [
    (cipher::AES128_CBC, "aes-128-cbc"),
    (cipher::AES192_CBC, "aes-192-cbc"),
    (cipher::AES256_CBC, "aes-256-cbc"),
    (cipher::GOST89, "gost89"),
    (cipher::MAGMA, "magma-ctr-acpkm"),
    (cipher::MAGMA_OMAC, "magma-ctr-acpkm-omac"),
    (cipher::KUZNYECHIK, "kuznyechik-ctr-acpkm"),
    (cipher::KUZNYECHIK_OMAC, "kuznyechik-ctr-acpkm-omac"),
    (mac::SHA1, "sha1"),
    (mac::SHA256, "sha256"),
    (mac::SHA384, "sha384"),
    (mac::SHA512, "sha512"),
    (gost::STREEBOG_256, "streebog256"),
    (gost::STREEBOG_512, "streebog512"),
    (asn1::PBMAC1, "pbmac1"),
    (pbkdf2::HMAC_SHA1, "hmac-sha1"),
    (pbkdf2::HMAC_SHA256, "hmac-sha256"),
    (pbkdf2::HMAC_SHA384, "hmac-sha384"),
    (pbkdf2::HMAC_SHA512, "hmac-sha512"),
    (gost::HMAC_STREEBOG_256, "hmac-streebog256"),
    (gost::HMAC_STREEBOG_512, "hmac-streebog512"),
    // Not read, but told by name: RFC 7292 appendix C.
    (asn1::oid("1.2.840.113549.1.12.1.3"), "pbe-sha1-3des"),
    (asn1::oid("1.2.840.113549.1.12.1.4"), "pbe-sha1-2des"),
    (asn1::oid("1.2.840.113549.1.12.1.5"), "pbe-sha1-rc2-128"),
    (asn1::oid("1.2.840.113549.1.12.1.6"), "pbe-sha1-rc2-40"),
    // The private one of a commercial crypto provider.
    (asn1::oid("1.2.840.113549.1.12.1.80"), "cryptopro"),
];
