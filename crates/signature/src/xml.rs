//! XML signatures: XMLDSig and XAdES.

mod c14n;
mod encoding;
mod node_set;
mod tree;
mod xpath;

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
