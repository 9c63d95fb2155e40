//! Keys in files: private keys (PKCS#8, plain and encrypted), keys with certificates (PKCS#12), public keys and requests for
//! certificates (PKCS#10), in DER and PEM. Their keys sign like a token.
//!
//! [`KeyFile::read`] recognises a file, [`KeyFile::open`] decrypts it. What is written comes from [`PrivateKey`] and goes
//! through [`write()`].

mod algorithm;
mod asn1;
mod cipher;
mod error;
mod mac;
mod pbes2;
mod pbkdf2;
mod pem;
mod pkcs12;
mod pkcs8;
mod private_key;
mod request;
mod scheme;

use der::Decode;
use kabinet_pki::Certificate;
use zeroize::Zeroizing;

use crate::secret::Passphrase;

pub use algorithm::{KeyAlgorithm, KeySize, UnknownAlgorithm};
pub use error::KeyFileError;
pub use private_key::PrivateKey;
pub use request::{CertificationRequest, UnsignedRequest, extensions_der};
pub use scheme::{Part, Protection, Scheme, UnknownScheme, algorithm_name};

/// What a file is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FileKind {
    /// A private key, not encrypted (PrivateKeyInfo, RFC 5958).
    Pkcs8,
    /// An encrypted private key (EncryptedPrivateKeyInfo, RFC 5958).
    Pkcs8Encrypted,
    /// Keys and certificates under a password (PFX, RFC 7292).
    Pkcs12,
    /// A public key (SubjectPublicKeyInfo, RFC 5280).
    PublicKey,
    /// A request for a certificate (CertificationRequest, RFC 2986).
    Request,
    /// Certificates only (RFC 5280).
    Certificates,
}

/// A file that was recognised and not yet opened.
pub struct KeyFile {
    kind: FileKind,
    is_pem: bool,
    /// DER; empty for certificates.
    body: Zeroizing<Vec<u8>>,
    /// Those beside the body, DER.
    certificates: Vec<Vec<u8>>,
}

/// What an opened file holds.
pub struct Contents {
    /// Private keys.
    pub keys: Vec<PrivateKey>,
    /// Certificates, DER.
    pub certificates: Vec<Vec<u8>>,
}

/// A key with the certificate it signs under.
#[derive(Clone, Copy)]
pub struct Identity<'a> {
    /// The key.
    pub key: &'a PrivateKey,
    /// Its certificate, DER.
    pub certificate: &'a [u8],
}

impl KeyFile {
    /// Recognises DER or PEM. PEM may hold certificates beside one key; other blocks are passed over.
    ///
    /// # Errors
    /// [`KeyFileError::Malformed`] for everything else.
    pub fn read(file: &[u8]) -> Result<Self, KeyFileError> {
        if !pem::is_pem(file) {
            return Self::of_der(Zeroizing::new(file.to_vec()));
        }
        let (mut found, mut certificates) = (None, Vec::new());
        for block in pem::read(file)? {
            match block.label {
                "CERTIFICATE" | "X509 CERTIFICATE" => certificates.push(block.der.to_vec()),
                "PRIVATE KEY"
                | "ENCRYPTED PRIVATE KEY"
                | "PUBLIC KEY"
                | "CERTIFICATE REQUEST"
                | "NEW CERTIFICATE REQUEST"
                | "PKCS12"
                    if found.is_none() =>
                {
                    found = Some(Self::of_der(block.der)?);
                }
                _ => {}
            }
        }
        let mut file = match found {
            Some(file) => file,
            None if !certificates.is_empty() => Self {
                kind: FileKind::Certificates,
                is_pem: true,
                body: Zeroizing::default(),
                certificates: Vec::new(),
            },
            None => return Err(KeyFileError::Malformed),
        };
        file.is_pem = true;
        file.certificates.extend(certificates);
        Ok(file)
    }

    fn of_der(der: Zeroizing<Vec<u8>>) -> Result<Self, KeyFileError> {
        let kind = if asn1::Pfx::from_der(&der).is_ok() {
            FileKind::Pkcs12
        } else if ::pkcs8::PrivateKeyInfoRef::from_der(&der).is_ok() {
            FileKind::Pkcs8
        } else if asn1::EncryptedKey::from_der(&der).is_ok() {
            FileKind::Pkcs8Encrypted
        } else if spki::SubjectPublicKeyInfoRef::from_der(&der).is_ok() {
            FileKind::PublicKey
        } else if CertificationRequest::read(&der).is_ok() {
            FileKind::Request
        } else if Certificate::from_der(&der).is_ok() {
            return Ok(Self {
                kind: FileKind::Certificates,
                is_pem: false,
                body: Zeroizing::default(),
                certificates: vec![der.to_vec()],
            });
        } else {
            return Err(KeyFileError::Malformed);
        };
        Ok(Self {
            kind,
            is_pem: false,
            body: der,
            certificates: Vec::new(),
        })
    }

    /// What it is.
    pub fn kind(&self) -> FileKind {
        self.kind
    }

    /// Whether it is PEM; DER otherwise.
    pub fn is_pem(&self) -> bool {
        self.is_pem
    }

    /// Whether [`open`](Self::open) needs a passphrase.
    pub fn is_encrypted(&self) -> bool {
        matches!(self.kind, FileKind::Pkcs8Encrypted | FileKind::Pkcs12)
    }

    /// How it is protected, as it says itself; nothing of it is proven before it is opened.
    ///
    /// # Errors
    /// [`KeyFileError::Malformed`], and [`KeyFileError::Unsupported`] for a PKCS#12 file protected by public keys.
    pub fn protections(&self) -> Result<Vec<Protection>, KeyFileError> {
        match self.kind {
            FileKind::Pkcs12 => pkcs12::describe(&self.body),
            FileKind::Pkcs8Encrypted => Ok(vec![pkcs8::describe(&self.body)?]),
            _ => Ok(Vec::new()),
        }
    }

    /// SubjectPublicKeyInfo, DER, of a [`FileKind::PublicKey`].
    pub fn public_key(&self) -> Option<&[u8]> {
        (self.kind == FileKind::PublicKey).then_some(self.body.as_slice())
    }

    /// The request of a [`FileKind::Request`].
    pub fn request(&self) -> Option<CertificationRequest> {
        (self.kind == FileKind::Request)
            .then(|| CertificationRequest::read(&self.body).ok())
            .flatten()
    }

    /// Checks the integrity of the file, if it has a check, and decrypts it.
    ///
    /// # Errors
    /// [`KeyFileError::PassphraseMissing`] and everything that can be wrong with the file and the keys in it.
    pub fn open(&self, passphrase: Option<&Passphrase>) -> Result<Contents, KeyFileError> {
        let needed = || passphrase.ok_or(KeyFileError::PassphraseMissing);
        let mut certificates = self.certificates.clone();
        let keys = match self.kind {
            FileKind::Pkcs8 => vec![PrivateKey::from_pkcs8_der(&self.body)?],
            FileKind::Pkcs8Encrypted => {
                vec![PrivateKey::from_pkcs8_der(&pkcs8::decrypt(
                    &self.body,
                    needed()?,
                )?)?]
            }
            FileKind::Pkcs12 => {
                let found = pkcs12::read(&self.body, needed()?)?;
                certificates.extend(found.certificates);
                readable(&found.keys)?
            }
            FileKind::PublicKey | FileKind::Request | FileKind::Certificates => Vec::new(),
        };
        Ok(Contents { keys, certificates })
    }
}

/// The keys we can use; why not, if there are only others.
fn readable(keys: &[Zeroizing<Vec<u8>>]) -> Result<Vec<PrivateKey>, KeyFileError> {
    let (mut usable, mut refusal) = (Vec::new(), None);
    for der in keys {
        match PrivateKey::from_pkcs8_der(der) {
            Ok(key) => usable.push(key),
            Err(error) => refusal = Some(error),
        }
    }
    match refusal {
        Some(error) if usable.is_empty() => Err(error),
        _ => Ok(usable),
    }
}

impl Contents {
    /// The keys that have a certificate here.
    ///
    /// # Errors
    /// [`KeyFileError::KeyMissing`], [`KeyFileError::CertificateMissing`].
    pub fn identities(&self) -> Result<Vec<Identity<'_>>, KeyFileError> {
        if self.keys.is_empty() {
            return Err(KeyFileError::KeyMissing);
        }
        let all: Vec<Identity<'_>> = self
            .keys
            .iter()
            .filter_map(|key| {
                let certificate = self.certificates.iter().find(|der| key.belongs_to(der))?;
                Some(Identity { key, certificate })
            })
            .collect();
        if all.is_empty() {
            return Err(KeyFileError::CertificateMissing);
        }
        Ok(all)
    }

    /// The first key that has a certificate here, or else the first.
    ///
    /// # Errors
    /// [`KeyFileError::KeyMissing`].
    pub fn key(&self) -> Result<&PrivateKey, KeyFileError> {
        match self.identities() {
            Ok(identities) => Ok(identities[0].key),
            Err(_) => self.keys.first().ok_or(KeyFileError::KeyMissing),
        }
    }
}

/// What is written of a key.
pub enum Target<'a> {
    /// PrivateKeyInfo, not encrypted.
    Pkcs8,
    /// EncryptedPrivateKeyInfo.
    Pkcs8Encrypted(&'a Passphrase, Scheme),
    /// PFX with these certificates, DER, among which the key's own has to be.
    Pkcs12(&'a Passphrase, Scheme, &'a [Vec<u8>]),
    /// SubjectPublicKeyInfo.
    PublicKey,
}

/// Writes a file of a key: PEM or DER; PKCS#12 is always DER, as everybody expects it.
///
/// # Errors
/// [`KeyFileError::CertificateMissing`] for PKCS#12, [`KeyFileError::EntropyMissing`].
pub fn write(key: &PrivateKey, target: &Target<'_>, pem: bool) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
    let (label, der) = match target {
        Target::Pkcs8 => ("PRIVATE KEY", key.to_pkcs8_der()?),
        Target::Pkcs8Encrypted(passphrase, scheme) => (
            "ENCRYPTED PRIVATE KEY",
            Zeroizing::new(pkcs8::encrypt(key, passphrase, *scheme)?),
        ),
        Target::Pkcs12(passphrase, scheme, certificates) => {
            return Ok(Zeroizing::new(pkcs12::write(
                key,
                certificates,
                passphrase,
                *scheme,
            )?));
        }
        Target::PublicKey => ("PUBLIC KEY", Zeroizing::new(key.to_spki_der()?)),
    };
    if pem {
        self::pem::write(label, &der)
    } else {
        Ok(der)
    }
}

/// Writes a request of [`CertificationRequest::make`] as PEM.
///
/// # Errors
/// None that can happen.
pub fn request_pem(der: &[u8]) -> Result<Vec<u8>, KeyFileError> {
    Ok(pem::write("CERTIFICATE REQUEST", der)?.to_vec())
}
