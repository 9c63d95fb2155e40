//! Why the mail is not asked.

use kabinet_store::MailRequest;
use thiserror::Error;

use crate::error::one;
use crate::verification::protocol::PdfError;
use crate::view::Params;

/// Why Госпочта is not asked for something.
#[derive(Debug, Error)]
pub enum MailError {
    /// It is for the head and administrators; whoever is signed in is neither.
    #[error("the mail is not for this person")]
    NotAllowed,
    /// A letter is opened only by who knows what follows.
    #[error("opening was not confirmed")]
    NotConfirmed,
    /// No list can be ordered for the day.
    #[error("no such day, or too long ago")]
    Days,
    /// The portal takes no more of this today.
    #[error("the day's budget is spent: {request:?}")]
    Spent {
        /// Of what.
        request: MailRequest,
    },
    /// The file of a letter cannot be fetched: the portal deleted it, or has not got it yet.
    #[error("the file cannot be fetched")]
    FileNotReady,
    /// An answer to a letter that says nothing, or too much for a letter.
    #[error("an answer of 1 to {longest} characters")]
    AnswerText {
        /// Characters at most.
        longest: usize,
    },
    /// The answer to a letter cannot be written as PDF.
    #[error("the answer cannot be written as PDF")]
    AnswerPdf(#[source] PdfError),
}

impl MailError {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NotAllowed => "mail.not-allowed",
            Self::NotConfirmed => "mail.not-confirmed",
            Self::Days => "mail.days",
            Self::Spent {
                request: MailRequest::Search,
            } => "mail.searches-spent",
            Self::Spent {
                request: MailRequest::Fetch,
            } => "mail.fetches-spent",
            Self::FileNotReady => "mail.file-not-ready",
            Self::AnswerText { .. } => "mail.answer-text",
            Self::AnswerPdf(_) => "mail.answer-pdf",
        }
    }

    pub(crate) fn params(&self) -> Params {
        match self {
            Self::AnswerText { longest } => one("longest", longest),
            _ => Params::new(),
        }
    }
}
