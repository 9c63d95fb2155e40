//! What the calendar does not take.

use thiserror::Error;

use crate::error::one;
use crate::view::Params;

/// A deadline, or the rules of deadlines, that say nothing.
#[derive(Debug, Error)]
pub enum CalendarError {
    /// A text that is no date, or a deadline without a title.
    #[error("not a date: {0}")]
    NotADate(String),
    /// A file of the calendar is not understood.
    #[error("calendar {file}")]
    Data {
        /// Which.
        file: String,
    },
}

impl CalendarError {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NotADate(_) => "app.not-a-date",
            Self::Data { .. } => "app.calendar-data",
        }
    }

    pub(crate) fn params(&self) -> Params {
        match self {
            Self::NotADate(value) => one("value", value),
            Self::Data { file } => one("file", file),
        }
    }
}
