//! Why a field takes no file.

use thiserror::Error;

use crate::error::one;
use crate::view::Params;

/// Why a field of an application does not take a file.
#[derive(Debug, Error)]
pub enum AttachmentError {
    /// It takes none so large.
    #[error("the file is larger than {expected} MB")]
    Size {
        /// Name of the file.
        file: String,
        /// Most megabytes.
        expected: String,
    },
    /// It takes none of this kind.
    #[error("the field takes {expected} only")]
    Kind {
        /// Name of the file.
        file: String,
        /// Endings it takes.
        expected: String,
    },
    /// The file is not what its name says.
    #[error("the content is not what the name says")]
    Content {
        /// Name of the file.
        file: String,
    },
}

impl AttachmentError {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Size { .. } => "app.attachment-size",
            Self::Kind { .. } => "app.attachment-kind",
            Self::Content { .. } => "app.attachment-content",
        }
    }

    pub(crate) fn params(&self) -> Params {
        match self {
            Self::Size { file, expected } | Self::Kind { file, expected } => {
                let mut params = one("file", file);
                params.extend(one("expected", expected));
                params
            }
            Self::Content { file } => one("file", file),
        }
    }
}
