//! Why documents were not signed.

use thiserror::Error;

use crate::error::one;
use crate::view::{Params, UiError};

/// Why a signing run did not begin, or a document was not signed in it.
#[derive(Debug, Error)]
pub enum SigningError {
    /// A pre-flight check failed.
    #[error("pre-flight check {check} failed")]
    Preflight {
        /// Code under `preflight`.
        check: String,
    },
    /// A document is not what was shown when it was to be signed.
    #[error("the document has changed")]
    DocumentChanged {
        /// Its title.
        title: String,
    },
    /// The document has its signature.
    #[error("signed already")]
    AlreadySigned,
    /// Documents nobody has opened, and nobody agreed to sign so.
    #[error("{count} documents were not opened")]
    Unopened {
        /// How many.
        count: u32,
    },
    /// Another signing run is under way.
    #[error("a signing run is under way")]
    UnderWay,
    /// A person stopped the signing run.
    #[error("the signing run was stopped")]
    Stopped,
    /// A person gave the signing run up.
    #[error("the signing run was given up")]
    Dropped,
    /// A document was not signed.
    #[error("not signed: {}", .0.code)]
    Unsigned(UiError),
}

impl SigningError {
    pub(crate) fn code(&self) -> &str {
        match self {
            Self::Preflight { .. } => "app.preflight",
            Self::DocumentChanged { .. } => "app.document-changed",
            Self::AlreadySigned => "app.already-signed",
            Self::Unopened { .. } => "app.unopened",
            Self::UnderWay => "app.signing-under-way",
            Self::Stopped => "app.signing-stopped",
            Self::Dropped => "app.run-dropped",
            Self::Unsigned(error) => &error.code,
        }
    }

    pub(crate) fn params(&self) -> Params {
        match self {
            Self::Preflight { check } => one("check", check),
            Self::DocumentChanged { title } => one("title", title),
            Self::Unopened { count } => one("count", count),
            Self::Unsigned(error) => error.params.clone(),
            _ => Params::new(),
        }
    }

    pub(crate) fn is_retriable(&self) -> bool {
        match self {
            Self::UnderWay | Self::Stopped => true,
            Self::Unsigned(error) => error.retriable,
            _ => false,
        }
    }
}
