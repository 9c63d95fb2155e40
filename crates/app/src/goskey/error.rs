use std::collections::BTreeMap;

use thiserror::Error;

/// Why a request to Госключ is not made, or not sent.
#[derive(Debug, Error)]
pub enum GoskeyError {
    /// Neither СНИЛС nor the number at ЕСИА is known.
    #[error("nobody is named")]
    Nobody,
    /// The СНИЛС has a wrong control number, or not 11 digits.
    #[error("the СНИЛС is wrong")]
    Snils,
    /// The number at ЕСИА is no number of at most 20 digits.
    #[error("the number at ЕСИА is wrong")]
    Oid,
    /// A file of a kind Госключ does not take.
    #[error("{file} is of a kind that is not taken")]
    FileKind {
        /// Its name.
        file: String,
    },
    /// More documents than one request has.
    #[error("{count} documents, {limit} at most")]
    TooMany {
        /// How many.
        count: usize,
        /// At most.
        limit: usize,
    },
    /// Together too large.
    #[error("{size} bytes, {limit} at most")]
    TooLarge {
        /// Bytes.
        size: u64,
        /// At most.
        limit: u64,
    },
    /// The time given is none, or longer than is allowed.
    #[error("between one and {limit} hours")]
    Hours {
        /// At most.
        limit: u32,
    },
    /// The time of a request ended before it was sent.
    #[error("the time is over")]
    Expired,
}

impl GoskeyError {
    /// Stable code; text under `errors.<code>`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Nobody => "goskey.nobody",
            Self::Snils => "goskey.snils",
            Self::Oid => "goskey.oid",
            Self::FileKind { .. } => "goskey.file-kind",
            Self::TooMany { .. } => "goskey.too-many",
            Self::TooLarge { .. } => "goskey.too-large",
            Self::Hours { .. } => "goskey.hours",
            Self::Expired => "goskey.expired",
        }
    }

    /// Values for the text.
    pub(crate) fn params(&self) -> BTreeMap<&'static str, String> {
        match self {
            Self::FileKind { file } => [("file", file.clone())].into(),
            Self::TooMany { count, limit } => {
                [("count", count.to_string()), ("limit", limit.to_string())].into()
            }
            Self::TooLarge { size, limit } => [
                ("megabytes", (limit / 1_000_000).to_string()),
                ("size", size.div_ceil(1_000_000).to_string()),
            ]
            .into(),
            Self::Hours { limit } => [("limit", limit.to_string())].into(),
            _ => BTreeMap::new(),
        }
    }
}
