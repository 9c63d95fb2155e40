//! X.509 certificates that keep the octets they came in.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use base64ct::{Base64, Encoding as _};
use const_oid::ObjectIdentifier as Oid;
use sha2::{Digest as _, Sha256};
use thiserror::Error;
use time::OffsetDateTime;

use crate::algorithm::{SignatureAlgorithm, read_identifier};
use crate::extension::{BasicConstraints, Extension, Known, Urls, Usages, read_extensions};
use crate::instant;
use crate::key::{PublicKey, SignatureError};
use crate::name::{DistinguishedName, Subject};
use crate::tlv::{Malformed, Tlv, tag};

/// Why octets are not a certificate.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum CertificateError {
    /// Not DER of a certificate.
    #[error("not a certificate: {0}")]
    Malformed(#[from] Malformed),
    /// Text that is not PEM with a certificate inside.
    #[error("no certificate in the PEM text")]
    Pem,
}

impl CertificateError {
    /// Stable code for texts and logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "pki.certificate-unreadable"
    }
}

/// A certificate (RFC 5280 §4.1). Cloning is cheap; equality is that of the octets.
#[derive(Clone)]
pub struct Certificate(Arc<Fields>);

#[derive(Clone)]
struct Fields {
    der: Vec<u8>,
    tbs: Range<usize>,
    spki: Range<usize>,
    key_algorithm: Oid,
    version: u32,
    serial: Vec<u8>,
    serial_content: Vec<u8>,
    signature_algorithm: Result<SignatureAlgorithm, Oid>,
    algorithms_agree: bool,
    signature: Vec<u8>,
    issuer: DistinguishedName,
    subject: DistinguishedName,
    not_before: OffsetDateTime,
    not_after: OffsetDateTime,
    extensions: Vec<Extension>,
    known: Known,
    fingerprint: [u8; 32],
    public_key: OnceLock<PublicKey>,
}

impl Certificate {
    /// Reads DER.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        Ok(Self(Arc::new(read(der)?)))
    }

    /// Reads DER, or the first certificate of a PEM text.
    pub fn from_pem_or_der(input: &[u8]) -> Result<Self, CertificateError> {
        if input.first() == Some(&tag::SEQUENCE) {
            return Self::from_der(input);
        }
        let text = core::str::from_utf8(input).map_err(|_| CertificateError::Pem)?;
        let der = pem_blocks(text, "CERTIFICATE")
            .next()
            .ok_or(CertificateError::Pem)?;
        Self::from_der(&der)
    }

    /// Reads every certificate of DER, PEM (any number of blocks) or PKCS#7 «certs only», the forms in which
    /// authorities publish their certificates.
    pub fn read_all(input: &[u8]) -> Result<Vec<Self>, CertificateError> {
        if input.first() == Some(&tag::SEQUENCE) {
            return Self::from_der(input).map(|one| vec![one]).or_else(|error| {
                crate::cms::SignedData::parse(input)
                    .map(|data| data.certificates)
                    .map_err(|_| error)
            });
        }
        let text = core::str::from_utf8(input).map_err(|_| CertificateError::Pem)?;
        let mut all = Vec::new();
        for der in pem_blocks(text, "CERTIFICATE") {
            all.push(Self::from_der(&der)?);
        }
        for der in pem_blocks(text, "PKCS7").chain(pem_blocks(text, "CMS")) {
            all.extend(crate::cms::SignedData::parse(&der)?.certificates);
        }
        if all.is_empty() {
            Err(CertificateError::Pem)
        } else {
            Ok(all)
        }
    }

    /// The octets as received.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// SHA-256 of the octets.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        self.0.fingerprint
    }

    /// Requisites of the owner.
    #[must_use]
    pub fn subject(&self) -> Subject {
        Subject::of(&self.0.subject)
    }

    /// Requisites of the authority.
    #[must_use]
    pub fn issuer(&self) -> Subject {
        Subject::of(&self.0.issuer)
    }

    /// The owner's name as encoded.
    #[must_use]
    pub fn subject_name(&self) -> &DistinguishedName {
        &self.0.subject
    }

    /// The authority's name as encoded.
    #[must_use]
    pub fn issuer_name(&self) -> &DistinguishedName {
        &self.0.issuer
    }

    /// Serial number, big-endian without leading zeros.
    #[must_use]
    pub fn serial(&self) -> &[u8] {
        &self.0.serial
    }

    /// Serial number as the content of an INTEGER, sign included.
    #[must_use]
    pub fn serial_content(&self) -> &[u8] {
        &self.0.serial_content
    }

    /// Serial number in upper-case hexadecimal.
    #[must_use]
    pub fn serial_hex(&self) -> String {
        hex::encode_upper(&self.0.serial)
    }

    /// First moment of validity.
    #[must_use]
    pub fn not_before(&self) -> OffsetDateTime {
        self.0.not_before
    }

    /// Last moment of validity.
    #[must_use]
    pub fn not_after(&self) -> OffsetDateTime {
        self.0.not_after
    }

    /// The owner's key; decoded on first use.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        self.0.public_key.get_or_init(|| {
            PublicKey::from_spki_der(self.spki_der()).unwrap_or(PublicKey::Unsupported(self.0.key_algorithm))
        })
    }

    /// SubjectPublicKeyInfo as encoded.
    #[must_use]
    pub fn spki_der(&self) -> &[u8] {
        &self.0.der[self.0.spki.clone()]
    }

    /// What the key may be used for.
    #[must_use]
    pub fn usages(&self) -> &Usages {
        &self.0.known.usages
    }

    /// Where the issuer and revocation are published.
    #[must_use]
    pub fn urls(&self) -> &Urls {
        &self.0.known.urls
    }

    /// basicConstraints.
    #[must_use]
    pub fn basic_constraints(&self) -> Option<BasicConstraints> {
        self.0.known.basic
    }

    /// subjectKeyIdentifier.
    #[must_use]
    pub fn subject_key_id(&self) -> Option<&[u8]> {
        self.0.known.subject_key_id.as_deref()
    }

    /// keyIdentifier of authorityKeyIdentifier.
    #[must_use]
    pub fn authority_key_id(&self) -> Option<&[u8]> {
        self.0.known.authority_key_id.as_deref()
    }

    /// All extensions.
    #[must_use]
    pub fn extensions(&self) -> &[Extension] {
        &self.0.extensions
    }

    /// Whether keyUsage and extKeyUsage leave signing documents open.
    #[must_use]
    pub fn may_sign(&self) -> bool {
        let wanted = crate::KeyUsage::DIGITAL_SIGNATURE.union(crate::KeyUsage::NON_REPUDIATION);
        self.usages().allows(wanted) && self.usages().allows_documents()
    }

    /// Whether subject and issuer are the same name.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.0.subject == self.0.issuer
    }

    /// X.509 version, 1 to 3.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.0.version
    }

    /// Algorithm of the authority's signature; `Err` carries an unknown identifier.
    pub fn signature_algorithm(&self) -> Result<SignatureAlgorithm, Oid> {
        self.0.signature_algorithm
    }

    /// Verifies that `issuer`'s key signed this certificate; nothing else.
    pub fn verify_signed_by(&self, issuer: &Self) -> Result<(), SignatureError> {
        let fields = &self.0;
        if !fields.algorithms_agree {
            return Err(SignatureError::AlgorithmMismatch);
        }
        let algorithm = fields
            .signature_algorithm
            .map_err(SignatureError::UnsupportedKey)?;
        issuer
            .public_key()
            .verify(algorithm, &fields.der[fields.tbs.clone()], &fields.signature)
    }

    /// This certificate with the key it inherits from `issuer`'s (RFC 5280 §6.1.4 (f)); `None` when it inherits nothing.
    pub(crate) fn inheriting_key(&self, issuer: &Self) -> Option<Self> {
        let key = self.public_key().inheriting(issuer.public_key())?;
        let mut fields = Fields::clone(&self.0);
        fields.public_key = OnceLock::from(key);
        Some(Self(Arc::new(fields)))
    }

    pub(crate) fn known(&self) -> &Known {
        &self.0.known
    }

    /// Octets of the subjectPublicKey BIT STRING, which key identifiers are hashed from (RFC 6960 §4.1.1).
    #[must_use]
    pub fn key_octets(&self) -> &[u8] {
        Tlv::from_der(self.spki_der())
            .and_then(|spki| {
                let mut reader = spki.reader();
                reader.any()?;
                reader.any()?.bit_string_octets()
            })
            .unwrap_or_default()
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.0.fingerprint == other.0.fingerprint
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names are personal data: only the fingerprint identifies a certificate in logs.
        write!(f, "Certificate({})", hex::encode(&self.0.fingerprint[..8]))
    }
}

/// Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signature BIT STRING } (RFC 5280 §4.1)
fn read(der: &[u8]) -> Result<Fields, Malformed> {
    let mut outer = Tlv::from_der(der)?.require(tag::SEQUENCE)?.reader();
    let tbs = outer.expect(tag::SEQUENCE)?;
    let outer_algorithm = outer.expect(tag::SEQUENCE)?;
    let signature = outer.any()?.signature_octets()?.to_vec();
    outer.finish()?;

    let mut reader = tbs.reader();
    let version = match reader.optional(tag::context_constructed(0))? {
        Some(explicit) => Tlv::from_der(explicit.value)?.small_integer()?.saturating_add(1),
        None => 1,
    };
    let serial = reader.any()?;
    let inner_algorithm = reader.expect(tag::SEQUENCE)?;
    let issuer = DistinguishedName::read(reader.any()?)?;
    let mut validity = reader.expect(tag::SEQUENCE)?.reader();
    let not_before = instant::read(validity.any()?)?;
    let not_after = instant::read(validity.any()?)?;
    validity.finish()?;
    let subject = DistinguishedName::read(reader.any()?)?;
    let spki = reader.expect(tag::SEQUENCE)?;
    let key_algorithm = read_key_algorithm(spki)?;
    reader.optional(tag::context(1))?;
    reader.optional(tag::context(2))?;
    let extensions = match reader.optional(tag::context_constructed(3))? {
        Some(explicit) => read_extensions(Tlv::from_der(explicit.value)?)?,
        None => Vec::new(),
    };
    reader.finish()?;

    Ok(Fields {
        tbs: range_in(der, tbs.whole),
        spki: range_in(der, spki.whole),
        key_algorithm,
        version,
        serial: serial.integer_octets()?.to_vec(),
        serial_content: serial.integer_content()?.to_vec(),
        signature_algorithm: SignatureAlgorithm::from_identifier(outer_algorithm)?,
        algorithms_agree: outer_algorithm.whole == inner_algorithm.whole,
        signature,
        known: Known::read(&extensions, &issuer),
        issuer,
        subject,
        not_before,
        not_after,
        extensions,
        fingerprint: Sha256::digest(der).into(),
        public_key: OnceLock::new(),
        der: der.to_vec(),
    })
}

/// SubjectPublicKeyInfo ::= SEQUENCE { algorithm, subjectPublicKey BIT STRING } (RFC 5280 §4.1.2.7)
fn read_key_algorithm(spki: Tlv<'_>) -> Result<Oid, Malformed> {
    let mut reader = spki.reader();
    let (oid, _) = read_identifier(reader.any()?)?;
    reader.any()?.bit_string_octets()?;
    reader.finish()?;
    Ok(oid)
}

/// Where `part`, a slice of `whole`, lies in it.
pub(crate) fn range_in(whole: &[u8], part: &[u8]) -> Range<usize> {
    let start = part.as_ptr().addr() - whole.as_ptr().addr();
    start..start + part.len()
}

/// Decoded blocks of a PEM text with this label; undecodable ones are skipped.
pub fn pem_blocks<'a>(text: &'a str, label: &str) -> impl Iterator<Item = Vec<u8>> + 'a {
    let begin = format!("-----BEGIN {label}-----");
    let end = format!("-----END {label}-----");
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let (_, after) = rest.split_once(&begin)?;
            let (body, after) = after.split_once(&end)?;
            rest = after;
            let compact: String = body.split_whitespace().collect();
            if let Ok(der) = Base64::decode_vec(&compact) {
                return Some(der);
            }
        }
    })
}
