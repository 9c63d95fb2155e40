//! One signer of a SignedData and the checks of its signature value.

use const_oid::ObjectIdentifier as Oid;
use thiserror::Error;

use crate::algorithm::{DigestAlgorithm, SignatureAlgorithm, SignatureFamily};
use crate::certificate::Certificate;
use crate::key::SignatureError;
use crate::name::DistinguishedName;
use crate::oid::cms as id;
use crate::tlv::{Malformed, Tlv, tag};

use super::attributes::{AttributeFault, Attributes};

/// SignerIdentifier (RFC 5652 §5.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignerId {
    /// By issuer and serial number without leading zeros.
    IssuerAndSerial(DistinguishedName, Vec<u8>),
    /// By subjectKeyIdentifier.
    KeyId(Vec<u8>),
}

impl SignerId {
    /// Whether this names `certificate`.
    #[must_use]
    pub fn names(&self, certificate: &Certificate) -> bool {
        match self {
            Self::IssuerAndSerial(issuer, serial) => {
                issuer == certificate.issuer_name() && serial == certificate.serial()
            }
            Self::KeyId(key_id) => certificate.subject_key_id() == Some(key_id),
        }
    }
}

/// SignerInfo ::= SEQUENCE { version, sid, digestAlgorithm, signedAttrs \[0\] OPTIONAL, signatureAlgorithm,
/// signature OCTET STRING, unsignedAttrs \[1\] OPTIONAL } (RFC 5652 §5.3)
#[derive(Clone, Debug)]
pub struct SignerInfo<'a> {
    /// As received.
    pub whole: &'a [u8],
    /// Whose signature.
    pub id: SignerId,
    /// digestAlgorithm; `Err` carries an unknown identifier.
    pub digest_algorithm: Result<DigestAlgorithm, Oid>,
    /// signedAttrs.
    pub signed: Option<Attributes<'a>>,
    /// signatureAlgorithm; `Err` carries an unknown identifier.
    pub signature_algorithm: Result<SignatureAlgorithm, Oid>,
    /// The signature value.
    pub signature: Vec<u8>,
    /// unsignedAttrs.
    pub unsigned: Attributes<'a>,
}

/// What is wrong with a signer's signature.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum SignerFault {
    /// messageDigest differs from the digest of the content: the content is not what was signed.
    #[error("the content differs from what was signed")]
    ContentDiffers,
    /// The signature value does not match the key.
    #[error("the signature value does not match")]
    SignatureMismatch,
    /// A required attribute is missing, repeated or unreadable.
    #[error("attribute {0} is missing, repeated or unreadable")]
    Attribute(Oid),
    /// The contentType attribute differs from the content's type.
    #[error("the contentType attribute differs")]
    ContentType,
    /// Digest and signature algorithms, or key and signature algorithm, do not go together.
    #[error("the algorithms do not go together")]
    AlgorithmMismatch,
    /// An algorithm this program does not know.
    #[error("unsupported algorithm {0}")]
    UnsupportedAlgorithm(Oid),
}

impl<'a> SignerInfo<'a> {
    /// Reads one SignerInfo; also the value of a counterSignature (§11.4).
    pub fn read(info: Tlv<'a>) -> Result<Self, Malformed> {
        let mut reader = info.require(tag::SEQUENCE)?.reader();
        reader.expect(tag::INTEGER)?;
        let id = read_id(reader.any()?)?;
        let digest_algorithm = DigestAlgorithm::from_identifier(reader.any()?)?;
        let signed = reader
            .optional(tag::context_constructed(0))?
            .map(Attributes::read)
            .transpose()?;
        let signature_algorithm = SignatureAlgorithm::from_identifier(reader.any()?)?;
        let signature = reader.any()?.octet_string_chunks()?.concat();
        let unsigned = reader
            .optional(tag::context_constructed(1))?
            .map(Attributes::read)
            .transpose()?;
        reader.finish()?;
        Ok(Self {
            whole: info.whole,
            id,
            digest_algorithm,
            signed,
            signature_algorithm,
            signature,
            unsigned: unsigned.unwrap_or_default(),
        })
    }

    /// Digest algorithm of the content, if it and the signature algorithm go together.
    ///
    /// GOST fixes the digest by the size of the key; an identifier like sha256WithRSA names it.
    pub fn content_digest_algorithm(&self) -> Result<DigestAlgorithm, SignerFault> {
        let digest = self.digest_algorithm.map_err(SignerFault::UnsupportedAlgorithm)?;
        let algorithm = self
            .signature_algorithm
            .map_err(SignerFault::UnsupportedAlgorithm)?;
        let streebog = matches!(
            digest,
            DigestAlgorithm::Streebog256 | DigestAlgorithm::Streebog512
        );
        let gost = matches!(
            algorithm.family,
            SignatureFamily::Gost256 | SignatureFamily::Gost512
        );
        if streebog != gost || algorithm.digest.is_some_and(|named| named != digest) {
            return Err(SignerFault::AlgorithmMismatch);
        }
        Ok(digest)
    }

    /// Checks the signature value with `certificate`'s key and the attributes it covers (RFC 5652 §5.4, §5.6,
    /// §11.1, §11.2). `content_digest` is by [`Self::content_digest_algorithm`]; `content_type` is `None` for a
    /// counter-signature, which must not name any (§11.4). Returns every fault found.
    ///
    /// Does not decide whether the certificate is the right one: see [`super::SigningCertificate`].
    #[must_use]
    pub fn faults(
        &self,
        content_type: Option<&Oid>,
        content_digest: &[u8],
        certificate: &Certificate,
    ) -> Vec<SignerFault> {
        let mut faults = self.attribute_faults(content_type, content_digest);
        faults.extend(self.check_value(content_digest, certificate).err());
        faults
    }

    /// The part of [`Self::faults`] that needs no certificate: what the signed attributes say.
    #[must_use]
    pub fn attribute_faults(&self, content_type: Option<&Oid>, content_digest: &[u8]) -> Vec<SignerFault> {
        match &self.signed {
            Some(attributes) => attribute_faults(attributes, content_type, content_digest),
            // RFC 5652 §5.3: only id-data may go without.
            None if content_type.is_some_and(|named| *named != id::DATA) => {
                vec![SignerFault::Attribute(id::CONTENT_TYPE)]
            }
            None => Vec::new(),
        }
    }

    fn check_value(&self, content_digest: &[u8], certificate: &Certificate) -> Result<(), SignerFault> {
        let digest = self.content_digest_algorithm()?;
        let algorithm = self
            .signature_algorithm
            .map_err(SignerFault::UnsupportedAlgorithm)?;
        let check = |value: &[u8]| {
            certificate
                .public_key()
                .verify_digest(algorithm, digest, value, &self.signature)
                .map_err(|error| match error {
                    SignatureError::Mismatch => SignerFault::SignatureMismatch,
                    SignatureError::AlgorithmMismatch => SignerFault::AlgorithmMismatch,
                    SignatureError::UnsupportedKey(oid) => SignerFault::UnsupportedAlgorithm(oid),
                })
        };
        let Some(attributes) = &self.signed else {
            return check(content_digest);
        };
        let mut outcome = Err(SignerFault::SignatureMismatch);
        for octets in attributes.signed_octets() {
            outcome = check(&digest.digest(&octets));
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }
}

fn attribute_faults(
    attributes: &Attributes<'_>,
    content_type: Option<&Oid>,
    content_digest: &[u8],
) -> Vec<SignerFault> {
    let mut faults = Vec::new();
    match attributes
        .single(&id::CONTENT_TYPE)
        .and_then(|value| Ok(value.map(Tlv::oid).transpose()?))
    {
        Ok(named) if named.as_ref() == content_type => {}
        Ok(Some(_)) => faults.push(SignerFault::ContentType),
        Ok(None) | Err(AttributeFault::NotSingle | AttributeFault::Malformed(_)) => {
            faults.push(SignerFault::Attribute(id::CONTENT_TYPE));
        }
    }
    match attributes
        .single(&id::MESSAGE_DIGEST)
        .and_then(|value| Ok(value.map(Tlv::octet_string).transpose()?))
    {
        Ok(Some(digest)) if digest == content_digest => {}
        Ok(Some(_)) => faults.push(SignerFault::ContentDiffers),
        Ok(None) | Err(AttributeFault::NotSingle | AttributeFault::Malformed(_)) => {
            faults.push(SignerFault::Attribute(id::MESSAGE_DIGEST));
        }
    }
    faults
}

/// SignerIdentifier ::= CHOICE { issuerAndSerialNumber SEQUENCE, subjectKeyIdentifier \[0\] }
fn read_id(value: Tlv<'_>) -> Result<SignerId, Malformed> {
    const KEY_ID: u8 = tag::context(0);
    match value.tag {
        tag::SEQUENCE => {
            let mut reader = value.reader();
            let issuer = DistinguishedName::read(reader.any()?)?;
            let serial = reader.any()?.integer_octets()?.to_vec();
            reader.finish()?;
            Ok(SignerId::IssuerAndSerial(issuer, serial))
        }
        KEY_ID => Ok(SignerId::KeyId(value.value.to_vec())),
        found => Err(Malformed::Tag {
            expected: tag::SEQUENCE,
            found,
        }),
    }
}
