//! A certificate together with its key, as the portal's services and the demo authority hold it.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use base64ct::{Base64, Encoding as _};
use der::asn1::ObjectIdentifier;
use der::{Decode as _, Encode as _};
use kabinet_gost::{KeyError, KeySize, PublicKey, SecretKey, SignError, Streebog256, Streebog512};
use sha1::Digest as _;
use thiserror::Error;
use x509_cert::Certificate;
use zeroize::Zeroizing;

use crate::asn1::{self, Der};

/// Why a key or certificate file could not be read or written.
#[derive(Debug, Error)]
pub enum KeyFileError {
    /// The file system refused.
    #[error("file of the demo PKI")]
    Io(#[from] io::Error),
    /// The PEM armour is not what was written.
    #[error("not a PEM file of the expected kind")]
    Pem,
    /// The certificate does not decode.
    #[error("certificate does not decode")]
    Certificate(#[from] der::Error),
    /// The key does not decode or encode.
    #[error("key")]
    Key(#[from] KeyError),
}

/// Why the authority could not sign. Happens with damaged keys or without random octets only.
#[derive(Debug, Error)]
pub enum AuthorityError {
    /// The key cannot sign.
    #[error("key cannot sign")]
    Sign(#[from] SignError),
    /// The key cannot be made or written down.
    #[error("key")]
    Key(#[from] KeyError),
    /// The operating system gave no random octets.
    #[error("no randomness from the operating system")]
    Entropy(#[from] io::Error),
}

/// Who signs: the certificate and the key that belongs to it.
pub(crate) struct Signatory {
    certificate: Der,
    subject: Der,
    issuer: Der,
    serial: Vec<u8>,
    key: SecretKey,
}

impl Signatory {
    /// Joins a certificate with its key.
    pub(crate) fn new(certificate: Der, key: SecretKey) -> Result<Self, KeyFileError> {
        let decoded = Certificate::from_der(&certificate)?;
        let tbs = decoded.tbs_certificate();
        Ok(Self {
            subject: tbs.subject().to_der()?,
            issuer: tbs.issuer().to_der()?,
            serial: tbs.serial_number().as_bytes().to_vec(),
            certificate,
            key,
        })
    }

    /// Reads `<stem>.cer` (DER) and `<stem>.key` (PKCS#8 PEM).
    pub(crate) fn load(folder: &Path, stem: &str) -> Result<Self, KeyFileError> {
        let certificate = fs::read(folder.join(format!("{stem}.cer")))?;
        let text = Zeroizing::new(fs::read_to_string(folder.join(format!("{stem}.key")))?);
        let body: Zeroizing<String> =
            Zeroizing::new(text.lines().filter(|l| !l.starts_with("-----")).collect());
        let der = Zeroizing::new(Base64::decode_vec(&body).map_err(|_| KeyFileError::Pem)?);
        Self::new(certificate, SecretKey::from_pkcs8_der(&der)?)
    }

    /// Writes `<stem>.cer`, `<stem>.crt` and, readable by the owner only, `<stem>.key`.
    pub(crate) fn save(&self, folder: &Path, stem: &str) -> Result<(), KeyFileError> {
        fs::write(folder.join(format!("{stem}.cer")), &self.certificate)?;
        fs::write(
            folder.join(format!("{stem}.crt")),
            pem("CERTIFICATE", &self.certificate),
        )?;
        let key = Zeroizing::new(pem("PRIVATE KEY", &self.key.to_pkcs8_der()?));
        write_private(&folder.join(format!("{stem}.key")), key.as_bytes())?;
        Ok(())
    }

    /// The certificate, DER.
    pub(crate) fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// Subject name, DER.
    pub(crate) fn subject(&self) -> &[u8] {
        &self.subject
    }

    /// Issuer name, DER.
    pub(crate) fn issuer(&self) -> &[u8] {
        &self.issuer
    }

    /// Serial number, big-endian octets.
    pub(crate) fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// The public half.
    pub(crate) fn public_key(&self) -> &PublicKey {
        self.key.public_key()
    }

    /// SHA-1 of the public key's BIT STRING content, the usual key identifier (RFC 5280, 4.2.1.2).
    pub(crate) fn key_id(&self) -> [u8; 20] {
        key_id(self.public_key())
    }

    fn size(&self) -> KeySize {
        self.public_key().parameter_set().size()
    }

    /// Digest algorithm that belongs to the key.
    pub(crate) fn digest_oid(&self) -> ObjectIdentifier {
        self.size().digest_oid()
    }

    /// Key algorithm, which CMS names as the signature algorithm.
    pub(crate) fn key_oid(&self) -> ObjectIdentifier {
        self.size().key_oid()
    }

    /// Стрибог of the key's size.
    pub(crate) fn digest(&self, message: &[u8]) -> Vec<u8> {
        digest(self.size(), message)
    }

    /// s ‖ r over the digest of `message`.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, AuthorityError> {
        Ok(self.key.sign_digest(&self.digest(message))?.octets().to_vec())
    }

    /// [`seal`] with this key.
    pub(crate) fn seal(&self, body: Der) -> Result<Der, AuthorityError> {
        seal(&self.key, body)
    }

    /// [`signature_algorithm`] of this key.
    pub(crate) fn signature_algorithm(&self) -> Der {
        signature_algorithm(&self.key)
    }
}

fn digest(size: KeySize, message: &[u8]) -> Vec<u8> {
    match size {
        KeySize::Bits256 => Streebog256::digest(message).to_vec(),
        KeySize::Bits512 => Streebog512::digest(message).to_vec(),
    }
}

/// AlgorithmIdentifier of a signature with digest, parameters absent (RFC 9215).
pub(crate) fn signature_algorithm(key: &SecretKey) -> Der {
    asn1::sequence(&[asn1::oid(
        key.public_key().parameter_set().size().sign_with_digest_oid(),
    )])
}

/// `SEQUENCE { body, algorithm, BIT STRING signature }`: the frame of certificates and CRL.
pub(crate) fn seal(key: &SecretKey, body: Der) -> Result<Der, AuthorityError> {
    let size = key.public_key().parameter_set().size();
    let signature = key.sign_digest(&digest(size, &body))?;
    Ok(asn1::sequence(&[
        body,
        signature_algorithm(key),
        asn1::bits(signature.octets()),
    ]))
}

/// The key identifier of a GOST public key.
pub(crate) fn key_id(key: &PublicKey) -> [u8; 20] {
    // The BIT STRING holds an OCTET STRING with the point.
    sha1::Sha1::digest(asn1::octets(key.point_octets())).into()
}

/// A fresh serial number: 16 random octets, positive.
pub(crate) fn new_serial() -> io::Result<Vec<u8>> {
    let mut serial = vec![0; 16];
    getrandom::fill(&mut serial).map_err(io::Error::other)?;
    // Keeps the number positive and of a constant length.
    serial[0] = serial[0] & 0x3F | 0x40;
    Ok(serial)
}

/// PEM armour.
pub(crate) fn pem(label: &str, der: &[u8]) -> String {
    let body = Zeroizing::new(Base64::encode_string(der));
    let mut out = format!("-----BEGIN {label}-----\n");
    for line in body.as_bytes().chunks(64) {
        out.extend(line.iter().map(|b| char::from(*b)));
        out.push('\n');
    }
    out.push_str(&format!("-----END {label}-----\n"));
    out
}

/// Writes a file only its owner may read.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(content)?;
    file.sync_all()
}
