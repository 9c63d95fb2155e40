//! CAdES-BES (RFC 5126 §4.3.1, ETSI EN 319 122-1 level B-B) in two steps.

use kabinet_pki::cms::{SignedData, SigningCertificate};
use kabinet_pki::oid::{algorithm, cms as id};
use kabinet_pki::tlv::{tag, write};
use kabinet_pki::{
    Certificate, DigestAlgorithm, Oid, SignatureAlgorithm, SignatureFamily, ecdsa_raw_to_der, instant,
};
use thiserror::Error;
use time::OffsetDateTime;

use crate::armor;
use super::assemble::Parts;
use crate::content::Digest;

/// Why a signature is not made.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum SignError {
    /// The certificate's key is of an algorithm this program does not sign with.
    #[error("unsupported key algorithm")]
    UnsupportedKey,
    /// The content was digested by another algorithm than the key needs.
    #[error("the content digest is of the wrong algorithm")]
    WrongDigestAlgorithm,
    /// What the token returned is not a signature by the certificate's key over what it was given.
    #[error("the returned signature does not match the certificate")]
    RawSignatureWrong,
    /// The file to add a signature to is not a signature.
    #[error("the existing file is not a signature")]
    ExistingUnreadable,
    /// The file to add a signature to signs other content.
    #[error("the existing signature is of other content")]
    ExistingOfOtherContent,
    /// The file has no signer with this number.
    #[error("the file has no such signer")]
    NoSuchSigner,
    /// The time stamp is not over this signature.
    #[error("the time stamp is not over this signature")]
    StampOfOtherSignature,
    /// This certificate has signed that file already.
    #[error("this certificate has signed the file already")]
    AlreadySigned,
}

impl SignError {
    /// Stable code for texts and logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnsupportedKey => "signature.unsupported-key",
            Self::WrongDigestAlgorithm => "signature.wrong-digest-algorithm",
            Self::RawSignatureWrong => "signature.raw-signature-wrong",
            Self::ExistingUnreadable => "signature.existing-unreadable",
            Self::ExistingOfOtherContent => "signature.existing-of-other-content",
            Self::NoSuchSigner => "signature.no-such-signer",
            Self::StampOfOtherSignature => "signature.stamp-of-other-signature",
            Self::AlreadySigned => "signature.already-signed",
        }
    }
}

/// What is signed.
#[derive(Clone, Debug)]
pub enum Content {
    /// Content that stays outside; its digest by [`crate::ContentDigest::for_certificate`].
    Detached(Digest),
    /// Content to be carried inside the signature.
    Attached(Vec<u8>),
}

/// How a token shall sign [`ToBeSigned::digest`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mechanism {
    /// `CKM_GOSTR3410` over 32 octets of Streebog-256.
    Gost256,
    /// `CKM_GOSTR3410_512` over 64 octets of Streebog-512.
    Gost512,
    /// `CKM_RSA_PKCS` over a DigestInfo.
    RsaPkcs1,
    /// `CKM_ECDSA` over 32 octets of SHA-256; the token returns r ‖ s.
    Ecdsa,
}

/// Everything a signature is made from, except the key.
#[derive(Clone, Debug)]
pub struct Prepare {
    /// The signer's certificate.
    pub certificate: Certificate,
    /// Its issuers, to be sent along; may be empty.
    pub chain: Vec<Certificate>,
    /// The time to claim, to the second.
    pub signing_time: OffsetDateTime,
    /// What is signed.
    pub content: Content,
}

impl Prepare {
    /// Fixes what is signed, as a document (id-data).
    pub fn to_be_signed(self) -> Result<ToBeSigned, SignError> {
        self.to_be_signed_as(id::DATA)
    }

    /// As [`Self::to_be_signed`] without signing-time, which PAdES has in the signature dictionary instead
    /// (EN 319 142-1 §6.3).
    pub(crate) fn without_signing_time(self) -> Result<ToBeSigned, SignError> {
        self.fix(id::DATA, false)
    }

    /// Fixes what is signed, as content of another type: a time stamp authority signs id-ct-TSTInfo.
    pub fn to_be_signed_as(self, content_type: Oid) -> Result<ToBeSigned, SignError> {
        self.fix(content_type, true)
    }

    fn fix(self, content_type: Oid, with_time: bool) -> Result<ToBeSigned, SignError> {
        let family = self
            .certificate
            .public_key()
            .family()
            .ok_or(SignError::UnsupportedKey)?;
        let algorithm = self
            .certificate
            .public_key()
            .signing_digest()
            .ok_or(SignError::UnsupportedKey)?;
        let (digest, content) = match self.content {
            Content::Detached(digest) => (digest, None),
            Content::Attached(content) => (
                Digest {
                    algorithm,
                    value: algorithm.digest(&content),
                },
                Some(content),
            ),
        };
        if digest.algorithm != algorithm || digest.value.len() != algorithm.output_len() {
            return Err(SignError::WrongDigestAlgorithm);
        }
        let attribute =
            |oid: &Oid, value: Vec<u8>| write::sequence(&[write::oid(oid), write::set_of(vec![value])]);
        let mut attributes = vec![
            attribute(&id::CONTENT_TYPE, write::oid(&content_type)),
            attribute(&id::MESSAGE_DIGEST, write::octet_string(&digest.value)),
            attribute(
                &id::SIGNING_CERTIFICATE_V2,
                SigningCertificate::encode(algorithm, &self.certificate),
            ),
        ];
        if with_time {
            attributes.push(attribute(&id::SIGNING_TIME, instant::write(self.signing_time)));
        }
        Ok(ToBeSigned {
            certificate: self.certificate,
            chain: self.chain,
            family,
            algorithm,
            content_type,
            content,
            content_digest: digest.value,
            attributes: write::set_of_content(attributes),
        })
    }
}

/// A signature lacking only the signature value.
#[derive(Clone, Debug)]
pub struct ToBeSigned {
    certificate: Certificate,
    chain: Vec<Certificate>,
    family: SignatureFamily,
    algorithm: DigestAlgorithm,
    content_type: Oid,
    content: Option<Vec<u8>>,
    content_digest: Vec<u8>,
    attributes: Vec<u8>,
}

impl ToBeSigned {
    /// DER SET OF the signed attributes: the octets the signature is computed over.
    #[must_use]
    pub fn octets(&self) -> Vec<u8> {
        write::value(tag::SET, &self.attributes)
    }

    /// What `C_Sign` gets for [`Self::mechanism`]: the Streebog or SHA-256 digest, or a DigestInfo for RSA.
    #[must_use]
    pub fn digest(&self) -> Vec<u8> {
        let digest = self.algorithm.digest(&self.octets());
        match self.mechanism() {
            Mechanism::RsaPkcs1 => self.algorithm.digest_info(&digest),
            Mechanism::Gost256 | Mechanism::Gost512 | Mechanism::Ecdsa => digest,
        }
    }

    /// How the token shall sign.
    #[must_use]
    pub fn mechanism(&self) -> Mechanism {
        match self.family {
            SignatureFamily::Gost256 => Mechanism::Gost256,
            SignatureFamily::Gost512 => Mechanism::Gost512,
            SignatureFamily::RsaPkcs1 => Mechanism::RsaPkcs1,
            SignatureFamily::Ecdsa => Mechanism::Ecdsa,
        }
    }

    /// The signer's certificate.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Checks `raw`, as `C_Sign` returned it, with the certificate's key and assembles the DER file.
    pub fn complete(&self, raw: &[u8]) -> Result<Vec<u8>, SignError> {
        let mut parts = Parts {
            content_type: self.content_type,
            content: self.content.clone(),
            digest_algorithms: Vec::new(),
            certificates: Vec::new(),
            crls: Vec::new(),
            signers: Vec::new(),
        };
        self.add_to(&mut parts, raw)?;
        Ok(parts.to_der())
    }

    /// As [`Self::complete`], but adds the signer to `existing` (in any form [`crate::verify`] reads), beside
    /// those who signed the same content before. Their signatures stay as they are.
    pub fn complete_beside(&self, existing: &[u8], raw: &[u8]) -> Result<Vec<u8>, SignError> {
        let opened = armor::open(existing).ok_or(SignError::ExistingUnreadable)?;
        let data = SignedData::parse(&opened).map_err(|_| SignError::ExistingUnreadable)?;
        if data.content_type != self.content_type || self.differs_from(&data) {
            return Err(SignError::ExistingOfOtherContent);
        }
        if data
            .signers
            .iter()
            .any(|signer| signer.id.names(&self.certificate))
        {
            return Err(SignError::AlreadySigned);
        }
        let mut parts = Parts::of(&data);
        self.add_to(&mut parts, raw)?;
        Ok(parts.to_der())
    }

    /// Whether `data` is known to sign other content: by the attached content, or by the message digest of a
    /// signer with the same algorithm.
    fn differs_from(&self, data: &SignedData<'_>) -> bool {
        if let Some(content) = data.content_octets() {
            return self.algorithm.digest(&content) != self.content_digest;
        }
        self.content.is_some()
            || data.signers.iter().any(|signer| {
                let digest = signer
                    .signed
                    .as_ref()
                    .and_then(|signed| signed.single(&id::MESSAGE_DIGEST).ok()?);
                signer.digest_algorithm == Ok(self.algorithm)
                    && digest.is_some_and(|digest| digest.octet_string() != Ok(&self.content_digest))
            })
    }

    fn add_to(&self, parts: &mut Parts, raw: &[u8]) -> Result<(), SignError> {
        let signature = match self.mechanism() {
            Mechanism::Ecdsa => ecdsa_raw_to_der(raw).ok_or(SignError::RawSignatureWrong)?,
            Mechanism::Gost256 | Mechanism::Gost512 | Mechanism::RsaPkcs1 => raw.to_vec(),
        };
        let scheme = SignatureAlgorithm {
            family: self.family,
            digest: Some(self.algorithm),
        };
        self.certificate
            .public_key()
            .verify(scheme, &self.octets(), &signature)
            .map_err(|_| SignError::RawSignatureWrong)?;
        let certificates = std::iter::once(&self.certificate).chain(&self.chain);
        parts.add(
            self.signer_info(&signature),
            self.algorithm.identifier(),
            certificates,
        );
        Ok(())
    }

    /// SignerInfo, version 1 (RFC 5652 §5.3).
    fn signer_info(&self, signature: &[u8]) -> Vec<u8> {
        let issuer_and_serial = write::sequence(&[
            self.certificate.issuer_name().der().to_vec(),
            write::integer(self.certificate.serial()),
        ]);
        write::sequence(&[
            write::integer(&[1]),
            issuer_and_serial,
            self.algorithm.identifier(),
            write::context_constructed(0, &self.attributes),
            self.signature_algorithm(),
            write::octet_string(signature),
        ])
    }

    /// The key's identifier for GOST, as OpenSSL and the TK 26 examples write it.
    fn signature_algorithm(&self) -> Vec<u8> {
        kabinet_pki::algorithm::signature_identifier(match self.family {
            SignatureFamily::Gost256 => &algorithm::GOST256,
            SignatureFamily::Gost512 => &algorithm::GOST512,
            SignatureFamily::RsaPkcs1 => &algorithm::SHA256_WITH_RSA,
            SignatureFamily::Ecdsa => &algorithm::ECDSA_WITH_SHA256,
        })
    }
}
