//! XML signatures: XMLDSig and XAdES.

mod algorithm;
mod build;
mod c14n;
mod encoding;
mod fault;
mod insert;
mod key_info;
mod key_value;
mod node_set;
mod parts;
mod reference;
mod signer;
mod transform;
mod tree;
mod upgrade;
mod verify;
mod x509_name;
mod xades;
mod xpath;

pub use build::{BuildError, Content, Prepare, ToBeSigned};
pub use reference::Beside;
pub use upgrade::{add_time_stamp, add_values, stamped_octets};
pub use verify::judge;

use std::io::Read;

use thiserror::Error;

use crate::judge::Policy;
use crate::report::{Format, Reason, Report};
use crate::verify::ReadError;

/// Why octets are not read as an XML document.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum XmlError {
    /// Longer, or of more nodes, attributes or namespaces than any honest document.
    #[error("the document is too large")]
    TooLarge,
    /// Nested deeper than any honest document.
    #[error("the document is nested too deeply")]
    TooDeep,
    /// The encoding is unknown, contradicts itself, or the octets are not of it.
    #[error("the encoding cannot be read")]
    Encoding,
    /// Not XML 1.0.
    #[error("only XML 1.0 is read")]
    Version,
    /// A document type declaration: what it can change is not what a reader sees.
    #[error("the document has a document type declaration")]
    Doctype,
    /// Not well-formed, or namespaces used wrongly.
    #[error("the document is not well-formed")]
    NotWellFormed,
}

impl XmlError {
    /// Stable code for texts and logs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLarge | Self::TooDeep => "signature.xml-too-large",
            Self::Encoding | Self::Version | Self::NotWellFormed => "signature.xml-unreadable",
            Self::Doctype => "signature.xml-doctype",
        }
    }
}

/// Reads an XML file of a container within the limits of signed documents.
pub(crate) fn with_document<T>(
    octets: &[u8],
    read: impl FnOnce(&roxmltree::Document<'_>) -> T,
) -> Result<T, XmlError> {
    if octets.len() > tree::MAX_OCTETS {
        return Err(XmlError::TooLarge);
    }
    let source = encoding::Source::decode(octets)?;
    Ok(read(&tree::parse(&source.text)?))
}

/// The digest with this identifier.
pub(crate) fn digest_algorithm(uri: &str) -> Option<kabinet_pki::DigestAlgorithm> {
    algorithm::digest(uri).ok()
}

/// The octets that the text of an element stands for.
pub(crate) fn base64_value(node: roxmltree::Node<'_, '_>) -> Option<Vec<u8>> {
    transform::decode(&tree::text(node)?)
}

/// A document with signatures, and the content given beside it.
#[derive(Debug)]
pub(crate) struct Examined {
    octets: Vec<u8>,
    content: Option<Vec<u8>>,
    /// The references `content` is for.
    outside: Vec<Option<String>>,
}

/// Whether octets can be an XML document: a `<` after byte order mark and white space.
pub(crate) fn looks_like(octets: &[u8]) -> bool {
    octets.iter().find(|octet| {
        !matches!(
            octet,
            b' ' | b'\t' | b'\r' | b'\n' | 0 | 0xef | 0xbb | 0xbf | 0xfe | 0xff
        )
    }) == Some(&b'<')
}

/// Takes a document, and `content` if it signs something outside itself.
pub(crate) fn examine(octets: Vec<u8>, content: Option<&mut dyn Read>) -> Result<Examined, ReadError> {
    if octets.len() > tree::MAX_OCTETS {
        return Err(ReadError::TooLarge);
    }
    let outside = verify::outside(&octets)?.ok_or(ReadError::NoSigners)?;
    let content = match content {
        Some(content) => {
            let mut all = Vec::new();
            content.take(tree::MAX_OCTETS as u64 + 1).read_to_end(&mut all)?;
            if all.len() > tree::MAX_OCTETS {
                return Err(ReadError::TooLarge);
            }
            Some(all)
        }
        None if outside.only && !outside.uris.is_empty() => return Err(ReadError::ContentRequired),
        None => None,
    };
    Ok(Examined {
        octets,
        content,
        outside: outside.uris,
    })
}

impl Examined {
    pub(crate) fn judge(&self, policy: &Policy<'_>) -> Result<Report, ReadError> {
        // One content stands for one reference: with several nobody can say for which.
        let beside = |_: Option<&str>| self.content.clone().filter(|_| self.outside.len() == 1);
        let mut signatures = verify::judge(&self.octets, &beside, policy)?;
        let attached = self.outside.is_empty();
        if attached
            && self
                .content
                .as_ref()
                .is_some_and(|content| *content != self.octets)
        {
            for signature in &mut signatures {
                signature.reasons.push(Reason::AttachedDiffers);
            }
        }
        Ok(Report::new(Format::Xml, attached, signatures))
    }
}
