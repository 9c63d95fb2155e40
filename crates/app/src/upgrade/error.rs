//! Why a signature does not reach a level.

use thiserror::Error;

use crate::error::one;
use crate::view::Params;

/// Why a signature does not reach the level that is wanted.
#[derive(Debug, Error)]
pub enum LevelError {
    /// No time stamp service is known.
    #[error("no time stamp service")]
    NoStampService,
    /// No address of a service.
    #[error("no address of a service: {0}")]
    StampServiceAddress(String),
    /// No time stamp service gave a stamp.
    #[error("no time stamp: {why}")]
    TimeStamp {
        /// Code of the first service's reason.
        why: &'static str,
    },
    /// What proves the certificates of a signature could not be had, or speaks against them.
    #[error("not everything needed is at hand")]
    MaterialMissing,
    /// Signatures of this form do not reach the level.
    #[error("the form does not reach the level")]
    NotForForm,
}

impl LevelError {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NoStampService => "app.no-stamp-service",
            Self::StampServiceAddress(_) => "app.stamp-service-address",
            Self::TimeStamp { .. } => "app.time-stamp",
            Self::MaterialMissing => "app.material-missing",
            Self::NotForForm => "app.level-not-for-form",
        }
    }

    pub(crate) fn params(&self) -> Params {
        match self {
            Self::StampServiceAddress(address) => one("address", address),
            Self::TimeStamp { why } => one("why", why),
            _ => Params::new(),
        }
    }

    pub(crate) fn is_retriable(&self) -> bool {
        matches!(self, Self::TimeStamp { .. } | Self::MaterialMissing)
    }
}
