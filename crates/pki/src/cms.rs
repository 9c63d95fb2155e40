//! CMS SignedData (RFC 5652) read from DER or BER without copying, and the checks of one signer's signature.
//!
//! Time stamps, «certs only» files and documents' signatures all come in this form; what a signature means is
//! the business of the caller.

mod attributes;
mod signer;
mod signing_certificate;

pub use attributes::{Attribute, AttributeFault, Attributes};
pub use signer::{SignerFault, SignerId, SignerInfo};
pub use signing_certificate::SigningCertificate;

use const_oid::ObjectIdentifier as Oid;

use crate::algorithm::read_identifier;
use crate::certificate::Certificate;
use crate::crl::Crl;
use crate::oid::cms as id;
use crate::tlv::{Malformed, Tlv, tag};

/// An OCTET STRING in the pieces it came in.
pub type Chunks<'a> = Vec<&'a [u8]>;

/// A parsed SignedData; borrows the input.
#[derive(Clone, Debug)]
pub struct SignedData<'a> {
    /// eContentType.
    pub content_type: Oid,
    /// Pieces of the eContent; `None` when the signature is detached.
    pub content: Option<Chunks<'a>>,
    /// digestAlgorithms, as DER AlgorithmIdentifiers.
    pub digest_algorithms: Vec<&'a [u8]>,
    /// Certificates sent along, those that are readable.
    pub certificates: Vec<Certificate>,
    /// Every certificate choice as encoded, readable or not.
    pub raw_certificates: Vec<&'a [u8]>,
    /// Revocation lists sent along, those that are readable.
    pub crls: Vec<Crl>,
    /// Every revocation choice as encoded, readable or not.
    pub raw_crls: Vec<&'a [u8]>,
    /// The signers in encoded order.
    pub signers: Vec<SignerInfo<'a>>,
}

impl<'a> SignedData<'a> {
    /// ContentInfo ::= SEQUENCE { contentType OBJECT IDENTIFIER, content \[0\] EXPLICIT ANY } (RFC 5652 §3)
    pub fn parse(input: &'a [u8]) -> Result<Self, Malformed> {
        let mut info = Tlv::from_ber(input)?.require(tag::SEQUENCE)?.reader();
        if info.any()?.oid()? != id::SIGNED_DATA {
            return Err(Malformed::Value("SignedData"));
        }
        let mut explicit = info.expect(tag::context_constructed(0))?.reader();
        info.finish()?;
        let signed_data = explicit.expect(tag::SEQUENCE)?;
        explicit.finish()?;
        Self::read(signed_data)
    }

    /// SignedData ::= SEQUENCE { version, digestAlgorithms SET, encapContentInfo, certificates \[0\] OPTIONAL,
    /// crls \[1\] OPTIONAL, signerInfos SET } (§5.1)
    fn read(signed_data: Tlv<'a>) -> Result<Self, Malformed> {
        let mut reader = signed_data.reader();
        reader.expect(tag::INTEGER)?;
        let mut digest_algorithms = Vec::new();
        for identifier in reader.expect(tag::SET)?.reader() {
            let identifier = identifier?;
            read_identifier(identifier)?;
            digest_algorithms.push(identifier.whole);
        }
        let (content_type, content) = read_encapsulated(reader.expect(tag::SEQUENCE)?)?;
        let raw_certificates = raw_set(reader.optional(tag::context_constructed(0))?)?;
        let raw_crls = raw_set(reader.optional(tag::context_constructed(1))?)?;
        let signers = reader
            .expect(tag::SET)?
            .reader()
            .map(|one| SignerInfo::read(one?))
            .collect::<Result<_, _>>()?;
        reader.finish()?;
        Ok(Self {
            content_type,
            content,
            digest_algorithms,
            certificates: raw_certificates
                .iter()
                .filter_map(|der| Certificate::from_der(der).ok())
                .collect(),
            raw_certificates,
            crls: raw_crls
                .iter()
                .filter_map(|der| Crl::from_der(der).ok())
                .collect(),
            raw_crls,
            signers,
        })
    }

    /// The content in one piece.
    #[must_use]
    pub fn content_octets(&self) -> Option<Vec<u8>> {
        self.content.as_ref().map(|chunks| chunks.concat())
    }
}

/// EncapsulatedContentInfo ::= SEQUENCE { eContentType, eContent \[0\] EXPLICIT OCTET STRING OPTIONAL } (§5.2)
fn read_encapsulated(encapsulated: Tlv<'_>) -> Result<(Oid, Option<Chunks<'_>>), Malformed> {
    let mut reader = encapsulated.reader();
    let content_type = reader.any()?.oid()?;
    let content = match reader.optional(tag::context_constructed(0))? {
        Some(explicit) => {
            let mut inner = explicit.reader();
            let chunks = inner.any()?.octet_string_chunks()?;
            inner.finish()?;
            Some(chunks)
        }
        None => None,
    };
    reader.finish()?;
    Ok((content_type, content))
}

fn raw_set(set: Option<Tlv<'_>>) -> Result<Vec<&[u8]>, Malformed> {
    set.into_iter()
        .flat_map(|set| set.reader())
        .map(|choice| Ok(choice?.whole))
        .collect()
}
