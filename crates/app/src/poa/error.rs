use std::collections::BTreeMap;

use kabinet_domain::poa::{IllegalStep, PoaNumber};
use kabinet_formats::poa::attach::AttachError;
use thiserror::Error;

use crate::view::PoaReason;

/// What fills the gaps of the texts of reasons.
const REASON_PARAMS: &[&str] = &[
    "issued",
    "expires",
    "name",
    "made",
    "at",
    "missing",
    "state",
    "hours",
    "powers",
    "power",
    "restriction",
    "offices",
    "systems",
    "parent",
];

/// Why something is not done with a power of attorney.
#[derive(Debug, Error)]
pub enum PoaError {
    /// Another file is in the register under its number.
    #[error("{number} is in the register with another content")]
    NumberKnown {
        /// The number.
        number: PoaNumber,
    },
    /// It is not where it would have to be for that.
    #[error("it is {state}")]
    WrongState {
        /// Where it is, in the word of the state.
        state: String,
    },
    /// The revocation names no power of attorney of the register.
    #[error("the revocation is of no power of attorney that is known")]
    RevocationOfNothing,
    /// The revocation is not signed by who could revoke.
    #[error("the revocation is signed by somebody else, or not soundly")]
    RevocationUnsigned,
    /// Something stands against signing under it.
    #[error("nothing may be signed under {number}")]
    NotAllowed {
        /// The number.
        number: PoaNumber,
        /// What: the gravest reason.
        reason: Option<PoaReason>,
    },
    /// Not everything about it could be checked, and nobody said to sign all the same.
    #[error("not everything about {number} could be checked")]
    WordNeeded {
        /// The number.
        number: PoaNumber,
    },
    /// It cannot be written into the document.
    #[error(transparent)]
    Attach(#[from] AttachError),
}

impl PoaError {
    /// Stable code; text under `errors.<code>`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NumberKnown { .. } => "poa.number-known",
            Self::WrongState { .. } => "poa.wrong-state",
            Self::RevocationOfNothing => "poa.revocation-of-nothing",
            Self::RevocationUnsigned => "poa.revocation-unsigned",
            Self::NotAllowed { .. } => "poa.not-allowed",
            Self::WordNeeded { .. } => "poa.word-needed",
            Self::Attach(AttachError::NoPlace) => "poa.attach.no-place",
            Self::Attach(AttachError::Unreadable) => "poa.attach.unreadable",
            Self::Attach(AttachError::Signers { .. }) => "poa.attach.signers",
            Self::Attach(AttachError::NamesAnother) => "poa.attach.names-another",
            Self::Attach(AttachError::Encoding) => "poa.attach.encoding",
        }
    }

    /// Values for the text.
    pub(crate) fn params(&self) -> BTreeMap<&'static str, String> {
        match self {
            Self::NumberKnown { number } => [("number", number.to_string())].into(),
            Self::WrongState { state } => [("state", state.clone())].into(),
            Self::RevocationOfNothing | Self::RevocationUnsigned => BTreeMap::new(),
            Self::NotAllowed { number, reason } => {
                let mut params = BTreeMap::from([("number", number.to_string())]);
                if let Some(reason) = reason {
                    params.insert("reason", reason.code.replacen("poa.", "", 1));
                    for name in REASON_PARAMS {
                        if let Some(value) = reason.params.get(*name) {
                            params.insert(*name, value.clone());
                        }
                    }
                }
                params
            }
            Self::WordNeeded { number } => [("number", number.to_string())].into(),
            Self::Attach(AttachError::Signers { count }) => [("count", count.to_string())].into(),
            Self::Attach(_) => BTreeMap::new(),
        }
    }
}

impl From<IllegalStep> for PoaError {
    fn from(step: IllegalStep) -> Self {
        let word = serde_json::to_value(step.state).ok();
        Self::WrongState {
            state: word
                .and_then(|word| word.as_str().map(str::to_owned))
                .unwrap_or_default(),
        }
    }
}
