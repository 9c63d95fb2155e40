//! Why nothing is filed.

use thiserror::Error;

use crate::error::one;
use crate::view::{Params, UiError};

/// Why a document is not filed for a service, or an order not answered or told of.
#[derive(Debug, Error)]
pub enum OrderError {
    /// A rule of one's own that says nothing, or one too many.
    #[error("the rule says nothing, or there are too many")]
    OwnRule,
    /// The authority asks nothing, or its question is not open any more.
    #[error("no open question")]
    NoQuestion,
    /// The service is not in the catalogue of this environment or does not take the document.
    #[error("service {0}")]
    Service(String),
    /// The service wants signatures and the document has none.
    #[error("the document is not signed")]
    NotSigned,
    /// The service would not take the document: a file is too large or misnamed, or there are too many.
    #[error("beyond the limits of the service: {}", .0.code)]
    Limits(UiError),
}

impl OrderError {
    pub(crate) fn code(&self) -> &str {
        match self {
            Self::OwnRule => "app.own-rule",
            Self::NoQuestion => "app.no-question",
            Self::Service(_) => "app.service",
            Self::NotSigned => "app.not-signed",
            Self::Limits(error) => &error.code,
        }
    }

    pub(crate) fn params(&self) -> Params {
        match self {
            Self::Service(code) => one("service", code),
            Self::Limits(error) => error.params.clone(),
            _ => Params::new(),
        }
    }
}
