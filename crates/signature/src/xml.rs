//! XML signatures: XMLDSig and XAdES.

mod algorithm;
mod c14n;
mod encoding;
mod fault;
mod key_info;
mod key_value;
mod node_set;
mod parts;
mod reference;
mod transform;
mod tree;
mod verify;
mod x509_name;
mod xpath;

pub use fault::Fault;
pub use reference::{Beside, Covered};
pub use transform::Extent;
pub use verify::{Examined, examine};

use thiserror::Error;

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
