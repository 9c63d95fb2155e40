use std::collections::BTreeMap;

use kabinet_domain::poa::{IllegalStep, PoaNumber};
use thiserror::Error;

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
    /// Others have to sign it as well before the registry takes it.
    #[error("not everybody has signed who has to")]
    OthersMustSign {
        /// Their names.
        names: String,
    },
}

impl PoaError {
    /// Stable code; text under `errors.<code>`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NumberKnown { .. } => "poa.number-known",
            Self::WrongState { .. } => "poa.wrong-state",
            Self::RevocationOfNothing => "poa.revocation-of-nothing",
            Self::RevocationUnsigned => "poa.revocation-unsigned",
            Self::OthersMustSign { .. } => "poa.others-must-sign",
        }
    }

    /// Values for the text.
    pub(crate) fn params(&self) -> BTreeMap<&'static str, String> {
        match self {
            Self::NumberKnown { number } => [("number", number.to_string())].into(),
            Self::WrongState { state } => [("state", state.clone())].into(),
            Self::OthersMustSign { names } => [("names", names.clone())].into(),
            Self::RevocationOfNothing | Self::RevocationUnsigned => BTreeMap::new(),
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
