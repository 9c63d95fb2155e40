//! Why an authority, or a list of them, is not trusted.

use kabinet_pki::FetchError;
use thiserror::Error;

use super::list::ListError;
use crate::error::one;
use crate::view::Params;

/// Why an authority, or a list of accredited ones, is not trusted.
#[derive(Debug, Error)]
pub enum TrustError {
    /// A list of accredited authorities is not believed.
    #[error(transparent)]
    List(ListError),
    /// A list of accredited authorities cannot be had.
    #[error("the list of accredited authorities cannot be had: {0}")]
    Fetch(FetchError),
    /// Nobody publishes a list in this environment.
    #[error("no list of accredited authorities is published here")]
    NoList,
    /// A certificate that is no authority's cannot be trusted as one.
    #[error("not a certificate of an authority")]
    NotAnAuthority,
}

impl TrustError {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::List(error) => error.code(),
            Self::Fetch(_) => "app.trust-list-fetch",
            Self::NoList => "app.no-trust-list",
            Self::NotAnAuthority => "app.not-an-authority",
        }
    }

    pub(crate) fn params(&self) -> Params {
        match self {
            Self::List(ListError::Untrusted { code }) => one("code", code),
            _ => Params::new(),
        }
    }

    pub(crate) fn is_retriable(&self) -> bool {
        matches!(self, Self::Fetch(_))
    }
}
