//! Why nobody is signed in.

use thiserror::Error;

use crate::error::one;
use crate::view::Params;

/// Why a sign-in at Госуслуги did not begin or did not end well.
#[derive(Debug, Error)]
pub enum SignInError {
    /// What the administrator wrote down about ЕСИА cannot be used.
    #[error("the settings of ЕСИА")]
    Settings {
        /// Where it stands.
        file: String,
    },
    /// Signing in through the browser is not set up in this environment.
    #[error("ЕСИА is not set up")]
    NotSetUp,
    /// The person is blocked in the organisation, or it was liquidated.
    #[error("blocked in the organisation")]
    Blocked,
    /// A sign-in waits for the browser already.
    #[error("a sign-in is under way")]
    UnderWay,
    /// No browser could be opened.
    #[error("no browser")]
    NoBrowser,
    /// Several API keys may be meant.
    #[error("several API keys")]
    ChooseApiKey,
    /// No API key was entered.
    #[error("no API key")]
    NoApiKey,
}

impl SignInError {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Settings { .. } => "app.esia-settings",
            Self::NotSetUp => "app.esia-not-set-up",
            Self::Blocked => "app.esia-blocked",
            Self::UnderWay => "app.sign-in-under-way",
            Self::NoBrowser => "app.no-browser",
            Self::ChooseApiKey => "app.choose-api-key",
            Self::NoApiKey => "app.no-api-key",
        }
    }

    pub(crate) fn params(&self) -> Params {
        match self {
            Self::Settings { file } => one("file", file),
            _ => Params::new(),
        }
    }

    pub(crate) fn is_retriable(&self) -> bool {
        matches!(self, Self::UnderWay | Self::NoBrowser)
    }
}
