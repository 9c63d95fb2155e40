//! Why a document is not held or deleted.

use thiserror::Error;

use crate::error::one;
use crate::view::Params;

/// Why a document is not held or deleted.
#[derive(Debug, Error)]
pub enum RetentionError {
    /// The administrator's rules of retention are not understood.
    #[error("retention {file}")]
    Data {
        /// Which file.
        file: String,
    },
    /// A document is held or deleted for a reason, and for one of a reasonable length.
    #[error("no reason, or one of more than {longest} characters")]
    NoReason {
        /// Most characters.
        longest: usize,
    },
    /// The document is to be kept for longer, or nobody knows for how long.
    #[error("the term has not ended")]
    TermNotEnded {
        /// The first day it may be gone, as people write it.
        until: Option<String>,
    },
}

impl RetentionError {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Data { .. } => "app.retention-data",
            Self::NoReason { .. } => "app.no-reason",
            Self::TermNotEnded { until: Some(_) } => "app.term-not-ended",
            Self::TermNotEnded { until: None } => "app.term-not-known",
        }
    }

    pub(crate) fn params(&self) -> Params {
        match self {
            Self::Data { file } => one("file", file),
            Self::NoReason { longest } => one("longest", longest),
            Self::TermNotEnded { until: Some(until) } => one("until", until),
            Self::TermNotEnded { until: None } => Params::new(),
        }
    }
}
