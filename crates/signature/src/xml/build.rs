//! XMLDSig and XAdES-B-B (ETSI EN 319 132-1 §6) in two steps. A signed document keeps its octets outside of what is
//! inserted.

use base64ct::{Base64, Encoding as _};
use kabinet_pki::{Certificate, DigestAlgorithm, SignatureAlgorithm, SignatureFamily};
use roxmltree::Node;
use thiserror::Error;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::XmlError;
use super::algorithm::{self, digest_uri, signature_uri};
use super::c14n::canonicalize_subtree;
use super::encoding::Source;
use super::fault::Fault;
use super::insert::Insertion;
use super::parts::Parts;
use super::transform::Work;
use super::tree::{self, Ids, Target, ns};
use crate::cms::prepare::{Mechanism, SignError};
use crate::content::Digest;

const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const SIGNED_PROPERTIES: &str = "http://uri.etsi.org/01903#SignedProperties";

/// Why an XML signature is not made.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum BuildError {
    /// As for every format.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The document to be signed is not read.
    #[error("the document is not read: {0}")]
    Document(#[from] XmlError),
    /// The document has no element, or several, with the identifier to be signed.
    #[error("there is not one element with this identifier")]
    NoSuchElement,
    /// The document cannot be canonicalised, or what is referenced is not readable back.
    #[error("the document cannot be canonicalised")]
    NotCanonical,
}

impl BuildError {
    /// Stable code for texts and logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Sign(error) => error.code(),
            Self::Document(error) => error.code(),
            Self::NoSuchElement => "signature.xml-no-such-element",
            Self::NotCanonical => "signature.xml-not-canonical",
        }
    }
}

impl From<Fault> for BuildError {
    fn from(_: Fault) -> Self {
        Self::NotCanonical
    }
}

/// What is signed, and where the signature goes.
#[derive(Clone, Debug)]
pub enum Content {
    /// A document, which takes the signature as the last child of its document element.
    Enveloped {
        /// The document in its own encoding.
        document: Vec<u8>,
        /// Identifier of the element to be signed; `None` for the whole document.
        element: Option<String>,
    },
    /// Any octets, which the signature takes in as Base64.
    Enveloping(Vec<u8>),
    /// Content that stays outside; its digest by [`crate::ContentDigest::for_certificate`].
    Detached {
        /// How the reference names it.
        uri: String,
        /// Its digest.
        digest: Digest,
    },
}

/// Everything a signature is made from, except the key.
#[derive(Clone, Debug)]
pub struct Prepare {
    /// The signer's certificate.
    pub certificate: Certificate,
    /// Its issuers, to be sent along; may be empty.
    pub chain: Vec<Certificate>,
    /// The time to claim, to the second, for XAdES; `None` for a plain XMLDSig.
    pub signing_time: Option<OffsetDateTime>,
    /// What is signed.
    pub content: Content,
}

impl Prepare {
    /// Fixes what is signed.
    ///
    /// # Errors
    /// [`BuildError`]
    pub fn to_be_signed(self) -> Result<ToBeSigned, BuildError> {
        let key = self.certificate.public_key();
        let family = key.family().ok_or(SignError::UnsupportedKey)?;
        let digest = key.signing_digest().ok_or(SignError::UnsupportedKey)?;
        let mechanism = Mechanism::of(family).ok_or(SignError::UnsupportedKey)?;
        if let Content::Detached { digest: given, .. } = &self.content
            && (given.algorithm != digest || given.value.len() != digest.output_len())
        {
            return Err(SignError::WrongDigestAlgorithm.into());
        }
        let template = Template {
            family,
            digest,
            id: self.identifier(),
            prepare: &self,
        };
        let empty = template.write(&[], "").ok_or(SignError::UnsupportedKey)?;
        let whole = self.place(&empty)?;
        let digests = template.digests(&whole)?;
        let filled = template.write(&digests, "").ok_or(SignError::UnsupportedKey)?;
        let whole = self.place(&filled)?;
        let octets = template.signed_info(&whole)?;
        let with_value = template.write(&digests, VALUE).ok_or(SignError::UnsupportedKey)?;
        Ok(ToBeSigned {
            octets,
            signature: with_value,
            algorithm: SignatureAlgorithm {
                family,
                digest: Some(digest),
            },
            digest,
            mechanism,
            prepare: self,
        })
    }

    /// An identifier that nothing in the document has: a digest of all that is signed.
    fn identifier(&self) -> String {
        let mut hasher = DigestAlgorithm::Sha256.hasher();
        hasher.update(self.certificate.der());
        hasher.update(
            &self
                .signing_time
                .map_or(0, OffsetDateTime::unix_timestamp)
                .to_be_bytes(),
        );
        match &self.content {
            Content::Enveloped { document, .. } => hasher.update(document),
            Content::Enveloping(content) => hasher.update(content),
            Content::Detached { digest, .. } => hasher.update(&digest.value),
        }
        let digits: Vec<String> = hasher
            .finish()
            .iter()
            .take(16)
            .map(|octet| format!("{octet:02x}"))
            .collect();
        format!("s{}", digits.concat())
    }

    /// The file with this signature in it.
    fn place(&self, signature: &str) -> Result<Vec<u8>, BuildError> {
        match &self.content {
            Content::Enveloped { document, element } => {
                let source = Source::decode(document)?;
                let tree = tree::parse(&source.text)?;
                if let Some(id) = element
                    && !matches!(Ids::of(&tree).find(id), Target::Element(_))
                {
                    return Err(BuildError::NoSuchElement);
                }
                Insertion::at_end_of(tree.root_element())
                    .apply(&source, document, signature)
                    .ok_or(BuildError::Document(XmlError::Encoding))
            }
            Content::Enveloping(_) | Content::Detached { .. } => {
                Ok(format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{signature}").into_bytes())
            }
        }
    }
}

/// Stands for the value until it is known; not Base64.
const VALUE: &str = "?";

/// Writes the Signature element.
struct Template<'p> {
    family: SignatureFamily,
    digest: DigestAlgorithm,
    id: String,
    prepare: &'p Prepare,
}

impl Template<'_> {
    /// The Signature element with the digests of its references, in their order, and its value. `None` for keys
    /// without identifiers.
    fn write(&self, digests: &[Vec<u8>], value: &str) -> Option<String> {
        let id = &self.id;
        let digest_method = digest_uri(self.digest)?;
        let method = signature_uri(self.family, self.digest)?;
        let mut number = 0;
        let mut reference = |uri: &str, kind: &str, transforms: &[&str]| {
            let value = digests
                .get(number)
                .map_or_else(String::new, |one| Base64::encode_string(one));
            number += 1;
            let transforms: Vec<String> = transforms
                .iter()
                .map(|uri| format!("<ds:Transform Algorithm=\"{uri}\"/>"))
                .collect();
            let transforms = match transforms.concat() {
                none if none.is_empty() => none,
                all => format!("<ds:Transforms>{all}</ds:Transforms>"),
            };
            format!(
                "<ds:Reference URI=\"{}\"{kind}>{transforms}<ds:DigestMethod Algorithm=\"{digest_method}\"/>\
                 <ds:DigestValue>{value}</ds:DigestValue></ds:Reference>",
                escape(uri)
            )
        };
        const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
        let mut references = match &self.prepare.content {
            Content::Enveloped { element, .. } => {
                let uri = element.as_ref().map_or_else(String::new, |id| format!("#{id}"));
                reference(&uri, "", &[ENVELOPED, EXCLUSIVE])
            }
            Content::Enveloping(_) => reference(
                &format!("#{id}-object"),
                " Type=\"http://www.w3.org/2000/09/xmldsig#Object\"",
                &["http://www.w3.org/2000/09/xmldsig#base64"],
            ),
            Content::Detached { uri, .. } => reference(uri, "", &[]),
        };
        let mut objects = match &self.prepare.content {
            Content::Enveloping(content) => format!(
                "<ds:Object Id=\"{id}-object\" Encoding=\"http://www.w3.org/2000/09/xmldsig#base64\">{}</ds:Object>",
                Base64::encode_string(content)
            ),
            Content::Enveloped { .. } | Content::Detached { .. } => String::new(),
        };
        if let Some(time) = self.prepare.signing_time {
            references += &reference(
                &format!("#{id}-properties"),
                &format!(" Type=\"{SIGNED_PROPERTIES}\""),
                &[EXCLUSIVE],
            );
            objects += &self.properties(digest_method, time)?;
        }
        let certificates: Vec<String> = std::iter::once(&self.prepare.certificate)
            .chain(&self.prepare.chain)
            .map(|one| {
                format!(
                    "<ds:X509Certificate>{}</ds:X509Certificate>",
                    Base64::encode_string(one.der())
                )
            })
            .collect();
        Some(format!(
            "<ds:Signature xmlns:ds=\"{}\" Id=\"{id}\"><ds:SignedInfo>\
             <ds:CanonicalizationMethod Algorithm=\"{EXCLUSIVE}\"/><ds:SignatureMethod Algorithm=\"{method}\"/>\
             {references}</ds:SignedInfo><ds:SignatureValue Id=\"{id}-value\">{value}</ds:SignatureValue>\
             <ds:KeyInfo><ds:X509Data>{}</ds:X509Data></ds:KeyInfo>{objects}</ds:Signature>",
            ns::DSIG,
            certificates.concat()
        ))
    }

    /// QualifyingProperties with SigningTime and SigningCertificateV2 (EN 319 132-1 §5.2.1, §5.2.2).
    fn properties(&self, digest_method: &str, time: OffsetDateTime) -> Option<String> {
        let id = &self.id;
        let time = time.replace_nanosecond(0).ok()?.format(&Rfc3339).ok()?;
        let digest = Base64::encode_string(&self.digest.digest(self.prepare.certificate.der()));
        Some(format!(
            "<ds:Object><xades:QualifyingProperties xmlns:xades=\"{}\" Target=\"#{id}\">\
             <xades:SignedProperties Id=\"{id}-properties\"><xades:SignedSignatureProperties>\
             <xades:SigningTime>{time}</xades:SigningTime><xades:SigningCertificateV2><xades:Cert><xades:CertDigest>\
             <ds:DigestMethod Algorithm=\"{digest_method}\"/><ds:DigestValue>{digest}</ds:DigestValue>\
             </xades:CertDigest></xades:Cert></xades:SigningCertificateV2></xades:SignedSignatureProperties>\
             </xades:SignedProperties></xades:QualifyingProperties></ds:Object>",
            ns::XADES
        ))
    }

    fn find<R>(
        &self,
        whole: &[u8],
        then: impl FnOnce(Node<'_, '_>) -> Result<R, BuildError>,
    ) -> Result<R, BuildError> {
        let source = Source::decode(whole)?;
        let document = tree::parse(&source.text)?;
        let signature = document
            .descendants()
            .find(|node| node.has_tag_name((ns::DSIG, "Signature")) && node.attribute("Id") == Some(&self.id))
            .ok_or(BuildError::NotCanonical)?;
        then(signature)
    }

    /// The digests of all references, in order.
    fn digests(&self, whole: &[u8]) -> Result<Vec<Vec<u8>>, BuildError> {
        self.find(whole, |signature| {
            let mut work = Work::for_document(whole.len());
            let ids = Ids::of(signature.document());
            let info = tree::child(signature, ns::DSIG, "SignedInfo").ok_or(BuildError::NotCanonical)?;
            tree::elements(info)
                .filter(|child| child.has_tag_name((ns::DSIG, "Reference")))
                .map(|node| match &self.prepare.content {
                    Content::Detached { uri, digest } if node.attribute("URI") == Some(uri) => {
                        Ok(digest.value.clone())
                    }
                    _ => {
                        let reference = super::reference::Reference::read(node, &ids)?;
                        let output = reference.output(signature, &|_| None, &mut work)?;
                        Ok(self.digest.digest(&output.octets))
                    }
                })
                .collect()
        })
    }

    fn signed_info(&self, whole: &[u8]) -> Result<Vec<u8>, BuildError> {
        self.find(whole, |signature| {
            let parts = Parts::read(signature, &Ids::of(signature.document()))?;
            let method = parts.canonicalization.clone()?;
            canonicalize_subtree(parts.signed_info, &method).map_err(|_| BuildError::NotCanonical)
        })
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

/// A signature lacking only its value.
#[derive(Clone, Debug)]
pub struct ToBeSigned {
    octets: Vec<u8>,
    signature: String,
    algorithm: SignatureAlgorithm,
    digest: DigestAlgorithm,
    mechanism: Mechanism,
    prepare: Prepare,
}

impl ToBeSigned {
    /// Canonical SignedInfo: the octets the signature is computed over.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// What `C_Sign` gets for [`Self::mechanism`]: the Streebog or SHA-256 digest, or a DigestInfo for RSA.
    #[must_use]
    pub fn digest(&self) -> Vec<u8> {
        let digest = self.digest.digest(&self.octets);
        match self.mechanism {
            Mechanism::RsaPkcs1 => self.digest.digest_info(&digest),
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
        &self.prepare.certificate
    }

    /// Checks `raw`, as `C_Sign` returned it, with the certificate's key and assembles the file: the document with
    /// the signature in it, or the signature.
    ///
    /// # Errors
    /// [`SignError::RawSignatureWrong`]
    pub fn complete(&self, raw: &[u8]) -> Result<Vec<u8>, BuildError> {
        let key = self.prepare.certificate.public_key();
        algorithm::verify(key, self.algorithm, &self.octets, raw)
            .map_err(|_| SignError::RawSignatureWrong)?;
        let value = Base64::encode_string(raw);
        let signature = self.signature.replace(
            &format!(">{VALUE}</ds:SignatureValue>"),
            &format!(">{value}</ds:SignatureValue>"),
        );
        self.prepare.place(&signature)
    }
}
