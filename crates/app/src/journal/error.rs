//! Why the journal is not printed.

use thiserror::Error;

use crate::error::one;
use crate::verification::protocol::PdfError;
use crate::view::Params;

/// Why the journal is not printed.
#[derive(Debug, Error)]
pub enum JournalError {
    /// It cannot be made as PDF.
    #[error("the journal: {0}")]
    Pdf(#[source] PdfError),
    /// More entries than a journal on paper has.
    #[error("{entries} entries, {limit} are printed at most")]
    TooLong {
        /// Selected.
        entries: u64,
        /// Printed at most.
        limit: u64,
    },
}

impl JournalError {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Pdf(_) => "app.journal-pdf",
            Self::TooLong { .. } => "app.journal-too-long",
        }
    }

    pub(crate) fn params(&self) -> Params {
        match self {
            Self::Pdf(_) => Params::new(),
            Self::TooLong { entries, limit } => {
                let mut params = one("entries", entries);
                params.extend(one("limit", limit));
                params
            }
        }
    }
}
