//! Why something is not filled in by a form.

use kabinet_formats::form::ReadError;
use thiserror::Error;

use crate::error::one;
use crate::view::Params;

/// Why something is not filled in by a form.
#[derive(Debug, Error)]
pub enum FormError {
    /// No form makes documents of this kind.
    #[error("no form for this")]
    NoForm,
    /// The document says something its form has no place for.
    #[error("the form has no place for {place}")]
    NoPlace {
        /// Path of the element or attribute.
        place: String,
    },
    /// A template needs a name, and not a long one.
    #[error("a template needs a name of at most {longest} characters")]
    TemplateName {
        /// Most characters.
        longest: usize,
    },
}

impl FormError {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NoForm => "app.no-form",
            Self::NoPlace { .. } => "app.no-place-in-form",
            Self::TemplateName { .. } => "app.template-name",
        }
    }

    pub(crate) fn params(&self) -> Params {
        match self {
            Self::NoForm => Params::new(),
            Self::NoPlace { place } => one("place", place),
            Self::TemplateName { longest } => one("longest", longest),
        }
    }
}

impl From<ReadError> for FormError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::NoPlace { place } => Self::NoPlace { place },
            ReadError::Foreign | ReadError::Decode(_) => Self::NoForm,
        }
    }
}
