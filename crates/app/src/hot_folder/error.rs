//! Why a file that came by itself was not taken in.

use thiserror::Error;

use crate::view::{Params, UiError};

/// What is wrong with a file that came by itself, or with the folder it comes through.
#[derive(Debug, Error)]
pub enum ArrivalError {
    /// It is of no kind the program knows.
    #[error("unknown format")]
    UnknownFormat,
    /// It cannot be read as what it means to be.
    #[error("unreadable: {}", .0.code)]
    Unreadable(UiError),
    /// An archive that would grow beyond all measure.
    #[error("the archive unpacks to too much")]
    Swollen,
    /// A signature without what it signs.
    #[error("a signature without its document")]
    SignatureAlone,
    /// A folder that cannot be watched: the program's own, or another organisation's.
    #[error("the folder cannot be watched")]
    FolderTaken,
}

impl ArrivalError {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::UnknownFormat => "app.unknown-format",
            Self::Unreadable(_) => "app.unreadable",
            Self::Swollen => "app.swollen",
            Self::SignatureAlone => "app.signature-alone",
            Self::FolderTaken => "app.folder-taken",
        }
    }

    pub(crate) fn params(&self) -> Params {
        match self {
            Self::Unreadable(finding) => {
                let mut params = finding.params.clone();
                params.insert("finding".into(), finding.code.clone());
                params
            }
            _ => Params::new(),
        }
    }
}
