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
    /// The file is no power of attorney that can be read.
    #[error(transparent)]
    Unreadable(#[from] kabinet_formats::poa::ReadError),
    /// The description of answers is neither JSON nor TOML.
    #[error("the answers cannot be read: {reason}")]
    AnswersUnreadable {
        /// What the reader said, with line and column.
        reason: String,
    },
    /// No template has this code.
    #[error("no template {template}")]
    TemplateUnknown {
        /// What was asked for.
        template: String,
        /// The codes there are.
        known: String,
    },
    /// None or several of the people of a description fit.
    #[error("{found} people fit {person}")]
    PersonUnclear {
        /// What was asked for.
        person: String,
        /// How many fit.
        found: usize,
    },
    /// The owner of the certificate is none of those who may sign the file.
    #[error("the certificate is of nobody who may sign")]
    NotTheHead {
        /// Who may.
        heads: String,
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
            Self::Unreadable(error) => match error {
                kabinet_formats::poa::ReadError::Decode(_) | kabinet_formats::poa::ReadError::Xml { .. } => {
                    "poa-file.foreign"
                }
                error => error.code(),
            },
            Self::AnswersUnreadable { .. } => "poa.answers-unreadable",
            Self::TemplateUnknown { .. } => "poa.template-unknown",
            Self::PersonUnclear { .. } => "poa.person-unclear",
            Self::NotTheHead { .. } => "poa.not-the-head",
        }
    }

    /// Values for the text.
    pub(crate) fn params(&self) -> BTreeMap<&'static str, String> {
        match self {
            Self::NumberKnown { number } => [("number", number.to_string())].into(),
            Self::WrongState { state } => [("state", state.clone())].into(),
            Self::AnswersUnreadable { reason } => [("reason", reason.clone())].into(),
            Self::TemplateUnknown { template, known } => {
                [("template", template.clone()), ("known", known.clone())].into()
            }
            Self::PersonUnclear { person, found } => {
                [("person", person.clone()), ("found", found.to_string())].into()
            }
            Self::NotTheHead { heads } => [("heads", heads.clone())].into(),
            Self::RevocationOfNothing | Self::RevocationUnsigned | Self::Unreadable(_) => BTreeMap::new(),
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
