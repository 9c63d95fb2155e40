//! What a key file is, without its secrets.

use kabinet_pki::tlv::Tlv;
use kabinet_pki::{Certificate, PublicKey, algorithm};
use kabinet_token::Passphrase;
use kabinet_token::key_file::{FileKind, KeyAlgorithm, KeyFile, Part, Protection, algorithm_name};
use serde::Serialize;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use super::subject;
use crate::view::CertificateView;
use crate::{AppError, tokens};

/// Version of the fields of [`Inspection`]; it grows when one changes its meaning or goes away.
const VERSION: u32 = 1;

/// What a key file is.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Inspection {
    /// Version of these fields.
    pub version: u32,
    /// `pkcs8`, `pkcs8-encrypted`, `pkcs12`, `spki`, `pkcs10`, `certificates`.
    pub kind: &'static str,
    /// `pem` or `der`.
    pub encoding: &'static str,
    /// Whether everything inside was seen; without its passphrase an encrypted file shows only its protection.
    pub opened: bool,
    /// Private keys, or the public key of a file that is nothing else.
    pub keys: Vec<KeyView>,
    /// How the file says it is protected.
    pub protections: Vec<ProtectionView>,
    /// Certificates inside.
    pub certificates: Vec<CertificateView>,
    /// The request, if the file is one.
    pub request: Option<RequestView>,
}

/// A key by its public half.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyView {
    /// `gost2012-256`, `gost2012-512`, `rsa`, `p256`; `None` for others.
    pub algorithm: Option<&'static str>,
    /// Object identifier of the algorithm.
    pub oid: String,
    /// Size; `None` for unknown algorithms.
    pub bits: Option<usize>,
    /// The curve of a GOST key.
    pub parameter_set: Option<ParameterSetView>,
    /// SHA-256 of SubjectPublicKeyInfo, hex. For one GOST key it is the same in whichever way a file encodes the parameters.
    pub fingerprint: String,
}

/// A curve by its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ParameterSetView {
    /// `tc26-a`, `cryptopro-a`, `xcha`…
    pub name: &'static str,
    /// Object identifier.
    pub oid: String,
}

/// One protection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProtectionView {
    /// Of what: `key`, `contents`, `integrity`.
    pub part: &'static str,
    /// Cipher or digest, if it has a name here.
    pub algorithm: Option<&'static str>,
    /// Its object identifier.
    pub oid: String,
    /// Pseudorandom function of PBKDF2, if it has a name here.
    pub prf: Option<&'static str>,
    /// Iterations of the derivation from the passphrase.
    pub iterations: Option<u32>,
}

/// A request for a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestView {
    /// For whom, as `--subject` takes it.
    pub subject: String,
    /// Whether the key in it made its signature.
    pub signature_ok: bool,
}

/// Looks at a file. With the passphrase everything inside is looked at, without it what stands outside.
///
/// # Errors
/// [`AppError::KeyFile`]: not a key file, or a wrong passphrase.
pub fn inspect(
    file: &[u8],
    passphrase: Option<&Passphrase>,
    now: OffsetDateTime,
) -> Result<Inspection, AppError> {
    let file = KeyFile::read(file)?;
    let opened = passphrase.is_some() || !file.is_encrypted();
    let mut keys = Vec::new();
    let mut certificates = Vec::new();
    if opened {
        let contents = file.open(passphrase)?;
        for key in &contents.keys {
            keys.extend(key_view(&key.to_spki_der()?));
        }
        certificates = contents.certificates;
    }
    keys.extend(file.public_key().and_then(key_view));
    let request = file.request();
    keys.extend(request.as_ref().and_then(|request| key_view(request.spki_der())));
    Ok(Inspection {
        version: VERSION,
        kind: match file.kind() {
            FileKind::Pkcs8 => "pkcs8",
            FileKind::Pkcs8Encrypted => "pkcs8-encrypted",
            FileKind::Pkcs12 => "pkcs12",
            FileKind::PublicKey => "spki",
            FileKind::Request => "pkcs10",
            FileKind::Certificates => "certificates",
        },
        encoding: if file.is_pem() { "pem" } else { "der" },
        opened,
        keys,
        protections: file.protections()?.iter().map(protection_view).collect(),
        certificates: certificates
            .iter()
            .filter_map(|der| Certificate::from_der(der).ok())
            .map(|certificate| tokens::certificate_view(&certificate, now))
            .collect(),
        request: request.map(|request| RequestView {
            subject: subject::text(request.subject()),
            signature_ok: request.verify().is_ok(),
        }),
    })
}

fn protection_view(protection: &Protection) -> ProtectionView {
    ProtectionView {
        part: match protection.part {
            Part::Key => "key",
            Part::Contents => "contents",
            Part::Integrity => "integrity",
        },
        algorithm: algorithm_name(&protection.algorithm),
        oid: protection.algorithm.to_string(),
        prf: protection.prf.as_ref().and_then(algorithm_name),
        iterations: protection.iterations,
    }
}

/// What a SubjectPublicKeyInfo, DER, says; `None` if it is none.
pub(super) fn key_view(spki: &[u8]) -> Option<KeyView> {
    let key = PublicKey::from_spki_der(spki).ok()?;
    let algorithm = KeyAlgorithm::of(&key);
    let canonical = match &key {
        PublicKey::Gost(key) => key.to_spki_der().ok()?,
        _ => spki.to_vec(),
    };
    let identifier = Tlv::from_der(spki).ok()?.reader().any().ok()?;
    let (oid, _) = algorithm::read_identifier(identifier).ok()?;
    Some(KeyView {
        algorithm: algorithm.map(KeyAlgorithm::name),
        oid: oid.to_string(),
        bits: algorithm.map(KeyAlgorithm::bits),
        parameter_set: algorithm
            .and_then(KeyAlgorithm::parameter_set)
            .map(|(name, oid)| ParameterSetView {
                name,
                oid: oid.to_string(),
            }),
        fingerprint: hex::encode(Sha256::digest(canonical)),
    })
}
