//! CAdES-BES and EPES (RFC 5126 §4.3, ETSI EN 319 122-1 level B-B) in two steps.

use kabinet_pki::cms::{SignedData, SigningCertificate};
use kabinet_pki::oid::{algorithm, cms as id};
use kabinet_pki::tlv::{tag, write};
use kabinet_pki::{
    Certificate, DigestAlgorithm, Oid, SignatureAlgorithm, SignatureFamily, ecdsa_raw_to_der, instant,
};
use thiserror::Error;
use time::OffsetDateTime;

use super::assemble::Parts;
use crate::armor;
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
    /// A counter-signature, or one over content written elsewhere, is no file by itself.
    #[error("this signature is no file by itself")]
    NotByItself,
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
            Self::NotByItself => "signature.not-by-itself",
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
    /// Content carried inside that [`crate::AttachedFile`] has written already.
    Written(Digest),
    /// The value of another signature, which this one confirms (RFC 5652 §11.4).
    Signature(Vec<u8>),
}

/// Signed properties beyond those of BES.
#[derive(Clone, Debug, Default)]
pub struct Properties {
    /// The signature policy the signer follows (EPES).
    pub policy: Option<SignaturePolicy>,
    /// A time stamp token over the content.
    pub content_time_stamp: Option<Vec<u8>>,
}

/// SignaturePolicyId (RFC 5126 §5.8.1).
#[derive(Clone, Debug)]
pub struct SignaturePolicy {
    /// Identifier of the policy.
    pub id: Oid,
    /// Digest of its text.
    pub digest: Digest,
}

impl SignaturePolicy {
    fn to_der(&self) -> Vec<u8> {
        let hash = write::sequence(&[
            self.digest.algorithm.identifier(),
            write::octet_string(&self.digest.value),
        ]);
        write::sequence(&[write::oid(&self.id), hash])
    }
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

impl Mechanism {
    /// That of a family of keys; `None` for those that are only verified.
    pub(crate) const fn of(family: SignatureFamily) -> Option<Self> {
        match family {
            SignatureFamily::Gost256 => Some(Self::Gost256),
            SignatureFamily::Gost512 => Some(Self::Gost512),
            SignatureFamily::RsaPkcs1 => Some(Self::RsaPkcs1),
            SignatureFamily::Ecdsa => Some(Self::Ecdsa),
            SignatureFamily::Gost2001 | SignatureFamily::RsaPss(_) | SignatureFamily::Dsa => None,
        }
    }
}

/// Everything a signature is made from, except the key.
#[derive(Clone, Debug)]
pub struct Prepare {
    /// The signer's certificate.
    pub certificate: Certificate,
    /// Its issuers, to be sent along; may be empty.
    pub chain: Vec<Certificate>,
    /// The time to claim, to the second; PDF keeps it elsewhere.
    pub signing_time: Option<OffsetDateTime>,
    /// What is signed.
    pub content: Content,
    /// Further signed properties.
    pub properties: Properties,
}

impl Prepare {
    /// Fixes what is signed, as a document (id-data).
    pub fn to_be_signed(self) -> Result<ToBeSigned, SignError> {
        self.to_be_signed_as(id::DATA)
    }

    /// Fixes what is signed, as content of another type: a time stamp authority signs id-ct-TSTInfo.
    pub fn to_be_signed_as(self, content_type: Oid) -> Result<ToBeSigned, SignError> {
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
        let digest_of = |octets: &[u8]| Digest {
            algorithm,
            value: algorithm.digest(octets),
        };
        let (digest, carried) = match self.content {
            Content::Detached(digest) => (digest, Carried::Nothing),
            Content::Written(digest) => (digest, Carried::Elsewhere),
            Content::Attached(content) => (digest_of(&content), Carried::Octets(content)),
            Content::Signature(value) => (digest_of(&value), Carried::Signature(value)),
        };
        if digest.algorithm != algorithm || digest.value.len() != algorithm.output_len() {
            return Err(SignError::WrongDigestAlgorithm);
        }
        let mut attributes = vec![
            attribute(&id::MESSAGE_DIGEST, write::octet_string(&digest.value)),
            attribute(
                &id::SIGNING_CERTIFICATE_V2,
                SigningCertificate::encode(algorithm, &self.certificate),
            ),
        ];
        if !matches!(carried, Carried::Signature(_)) {
            attributes.push(attribute(&id::CONTENT_TYPE, write::oid(&content_type)));
        }
        let Properties {
            policy,
            content_time_stamp,
        } = self.properties;
        attributes.extend(
            self.signing_time
                .map(|at| attribute(&id::SIGNING_TIME, instant::write(at))),
        );
        attributes.extend(policy.map(|policy| attribute(&id::SIGNATURE_POLICY, policy.to_der())));
        attributes.extend(content_time_stamp.map(|token| attribute(&id::CONTENT_TIME_STAMP, token)));
        let attributes = write::set_of_content(attributes);
        Ok(ToBeSigned {
            certificate: self.certificate,
            chain: self.chain,
            mechanism: Mechanism::of(family).ok_or(SignError::UnsupportedKey)?,
            family,
            algorithm,
            content_type,
            carried,
            content_digest: digest.value,
            attributes,
        })
    }
}

/// A signature lacking only the signature value.
#[derive(Clone, Debug)]
pub struct ToBeSigned {
    certificate: Certificate,
    chain: Vec<Certificate>,
    mechanism: Mechanism,
    family: SignatureFamily,
    algorithm: DigestAlgorithm,
    content_type: Oid,
    carried: Carried,
    content_digest: Vec<u8>,
    attributes: Vec<u8>,
}

/// Where the signed octets go.
#[derive(Clone, Debug)]
enum Carried {
    Nothing,
    Octets(Vec<u8>),
    Elsewhere,
    Signature(Vec<u8>),
}

/// Attribute with one value (RFC 5652 §5.3).
pub(super) fn attribute(oid: &Oid, value: Vec<u8>) -> Vec<u8> {
    write::sequence(&[write::oid(oid), write::set_of(vec![value])])
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
        self.mechanism
    }

    /// The signer's certificate.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Checks `raw`, as `C_Sign` returned it, with the certificate's key and assembles the DER file.
    ///
    /// # Errors
    /// [`SignError::RawSignatureWrong`]; [`SignError::NotByItself`] for a counter-signature and for content that
    /// was written elsewhere.
    pub fn complete(&self, raw: &[u8]) -> Result<Vec<u8>, SignError> {
        let content = match &self.carried {
            Carried::Nothing => None,
            Carried::Octets(content) => Some(content.clone()),
            Carried::Elsewhere | Carried::Signature(_) => return Err(SignError::NotByItself),
        };
        let mut parts = Parts::new(self.content_type, content);
        self.add_to(&mut parts, raw)?;
        Ok(parts.to_der())
    }

    /// What follows the content in a file that [`crate::AttachedFile`] began.
    ///
    /// # Errors
    /// [`SignError::RawSignatureWrong`].
    pub fn complete_written(&self, raw: &[u8]) -> Result<Vec<u8>, SignError> {
        let mut parts = Parts::new(self.content_type, None);
        self.add_to(&mut parts, raw)?;
        Ok(parts.indefinite_tail())
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

    /// Adds this counter-signature to the signer with this number, whose value it must be over.
    ///
    /// # Errors
    /// [`SignError::ExistingOfOtherContent`] when it is over another value; [`SignError::NoSuchSigner`],
    /// [`SignError::ExistingUnreadable`], [`SignError::RawSignatureWrong`].
    pub fn complete_counter(&self, existing: &[u8], signer: usize, raw: &[u8]) -> Result<Vec<u8>, SignError> {
        let opened = armor::open(existing).ok_or(SignError::ExistingUnreadable)?;
        let data = SignedData::parse(&opened).map_err(|_| SignError::ExistingUnreadable)?;
        let info = data.signers.get(signer).ok_or(SignError::NoSuchSigner)?;
        if !matches!(&self.carried, Carried::Signature(value) if *value == info.signature) {
            return Err(SignError::ExistingOfOtherContent);
        }
        let counter = self.signer_info(&self.checked(raw)?);
        let mut parts = Parts::of(&data);
        parts.add_unsigned(signer, vec![attribute(&id::COUNTER_SIGNATURE, counter)])?;
        parts.add_certificates(std::iter::once(&self.certificate).chain(&self.chain));
        Ok(parts.to_der())
    }

    /// Whether `data` is known to sign other content: by the attached content, or by the message digest of a
    /// signer with the same algorithm.
    fn differs_from(&self, data: &SignedData<'_>) -> bool {
        if let Some(content) = data.content_octets() {
            return self.algorithm.digest(&content) != self.content_digest;
        }
        matches!(self.carried, Carried::Octets(_))
            || data.signers.iter().any(|signer| {
                let digest = signer
                    .signed
                    .as_ref()
                    .and_then(|signed| signed.single(&id::MESSAGE_DIGEST).ok()?);
                signer.digest_algorithm == Ok(self.algorithm)
                    && digest.is_some_and(|digest| digest.octet_string() != Ok(&self.content_digest))
            })
    }

    /// The signature value as CMS carries it, once the certificate's key is seen to have made it.
    fn checked(&self, raw: &[u8]) -> Result<Vec<u8>, SignError> {
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
        Ok(signature)
    }

    fn add_to(&self, parts: &mut Parts, raw: &[u8]) -> Result<(), SignError> {
        let signer = self.signer_info(&self.checked(raw)?);
        parts.add_signer(signer, self.algorithm.identifier());
        parts.add_certificates(std::iter::once(&self.certificate).chain(&self.chain));
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
        kabinet_pki::algorithm::signature_identifier(match self.mechanism {
            Mechanism::Gost256 => &algorithm::GOST256,
            Mechanism::Gost512 => &algorithm::GOST512,
            Mechanism::RsaPkcs1 => &algorithm::SHA256_WITH_RSA,
            Mechanism::Ecdsa => &algorithm::ECDSA_WITH_SHA256,
        })
    }
}
