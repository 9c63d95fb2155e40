//! Why a file for a colleague is not taken in.

use thiserror::Error;

use crate::error::one;
use crate::view::Params;

/// Why a file for a colleague is not taken in.
#[derive(Debug, Error)]
pub enum HandOverError {
    /// What was decrypted is nothing that was handed over, or it is by a newer program.
    #[error("nothing that was handed over by this program")]
    NotOurs {
        /// By a newer one.
        newer: bool,
    },
    /// It was handed over for another organisation.
    #[error("handed over for another organisation")]
    OfOther {
        /// ИНН of that one.
        inn: String,
    },
    /// It is larger than what may wait at the portal.
    #[error("too large for the portal")]
    TooLargeForPortal {
        /// Mebibytes it may have.
        limit: u64,
    },
    /// Nobody knows whether the portal has it. Handed over again, it comes once.
    #[error("nobody knows whether the portal has it")]
    AnswerLost,
}

impl HandOverError {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NotOurs { newer: true } => "app.hand-over-newer",
            Self::NotOurs { newer: false } => "app.hand-over-foreign",
            Self::OfOther { .. } => "app.hand-over-of-other",
            Self::TooLargeForPortal { .. } => "app.hand-over-too-large",
            Self::AnswerLost => "app.hand-over-answer-lost",
        }
    }

    pub(crate) fn params(&self) -> Params {
        match self {
            Self::OfOther { inn } => one("inn", inn),
            Self::TooLargeForPortal { limit } => one("mib", limit),
            Self::NotOurs { .. } | Self::AnswerLost => Params::new(),
        }
    }
}
