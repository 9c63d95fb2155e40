//! Why a PDF file cannot be read.

use thiserror::Error;

/// Why a PDF file cannot be read; nothing is said about its signatures.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum PdfError {
    /// No `%PDF-` header.
    #[error("not a PDF file")]
    NotPdf,
    /// An object is not written as ISO 32000-2 §7.3 wants it.
    #[error("a PDF object is malformed at octet {at}")]
    Syntax {
        /// Where in the file or in its object stream.
        at: usize,
    },
    /// The cross-reference data or the trailer are broken (§7.5.4, §7.5.5, §7.5.8).
    #[error("the cross-reference data of the PDF file is broken at octet {at}")]
    CrossReference {
        /// Where in the file.
        at: usize,
    },
    /// A stream is cut off or its filter fails.
    #[error("a stream of the PDF file cannot be decoded")]
    Stream,
    /// A filter this program does not know, where the structure of the file depends on it.
    #[error("the PDF file uses an unsupported filter")]
    UnsupportedFilter,
    /// The structure itself is encrypted.
    #[error("the PDF file is encrypted")]
    Encrypted,
    /// The catalog, its form or its page tree is missing or not a dictionary (§7.7).
    #[error("the structure of the PDF document is broken")]
    Structure,
    /// One of the limits on size, depth or count.
    #[error("the PDF file exceeds a limit")]
    Limit,
}

impl PdfError {
    /// Stable code for texts and logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotPdf => "pdf.not-pdf",
            Self::Syntax { .. } => "pdf.syntax",
            Self::CrossReference { .. } => "pdf.cross-reference",
            Self::Stream => "pdf.stream",
            Self::UnsupportedFilter => "pdf.unsupported-filter",
            Self::Encrypted => "pdf.encrypted",
            Self::Structure => "pdf.structure",
            Self::Limit => "pdf.limit",
        }
    }
}
