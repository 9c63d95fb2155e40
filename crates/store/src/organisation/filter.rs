//! What can be asked about documents: which, in what order, which part of a list.

use kabinet_domain::DocumentStage;
use rusqlite::types::Value;
use time::OffsetDateTime;

use crate::convert::micros;

/// Which documents; an empty filter means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentFilter {
    /// Any of these stages; all when empty.
    pub stages: Vec<DocumentStage>,
    /// Any of these format codes; all when empty.
    pub formats: Vec<String>,
    /// Whether a signature is there.
    pub signed: Option<bool>,
    /// When they were taken in.
    pub added: Period,
    /// When they last changed.
    pub updated: Period,
    /// This ИНН stands in the title, a file name or the text.
    pub inn: Option<String>,
    /// Every word of it stands in the text, the title or a file name, in any form; or in the title or a file name as a
    /// part of a word. The last word may be the beginning of one.
    pub text: Option<String>,
}

/// A stretch of time, open where nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// The first moment.
    pub from: Option<OffsetDateTime>,
    /// The first moment after it.
    pub until: Option<OffsetDateTime>,
}

impl Period {
    pub(super) fn is_open(self) -> bool {
        self == Self::default()
    }

    pub(super) fn condition(self, column: &str, parts: &mut Vec<String>, values: &mut Vec<Value>) {
        for (bound, compared) in [(self.from, ">="), (self.until, "<")] {
            if let Some(bound) = bound {
                parts.push(format!("{column} {compared} ?"));
                values.push(Value::Integer(micros(bound)));
            }
        }
    }
}

/// Order of a list of documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DocumentOrder {
    /// Last taken in first. The order in which they came counts, whatever the clock said.
    #[default]
    AddedNewest,
    /// First taken in first.
    AddedOldest,
    /// Last changed first.
    UpdatedNewest,
    /// Longest unchanged first.
    UpdatedOldest,
    /// By title, from А to Я.
    Title,
    /// By title, from Я to А.
    TitleBackwards,
}

impl DocumentOrder {
    pub(super) fn sql(self) -> &'static str {
        match self {
            Self::AddedNewest => "d.seq DESC",
            Self::AddedOldest => "d.seq",
            Self::UpdatedNewest => "d.updated DESC, d.seq DESC",
            Self::UpdatedOldest => "d.updated, d.seq",
            Self::Title => "d.search_text, d.seq",
            Self::TitleBackwards => "d.search_text DESC, d.seq DESC",
        }
    }

    /// The index in this order that holds all a filter asks about.
    pub(super) fn index(self) -> Option<&'static str> {
        match self {
            Self::AddedNewest | Self::AddedOldest => None,
            Self::UpdatedNewest | Self::UpdatedOldest => Some("documents_updated"),
            Self::Title | Self::TitleBackwards => Some("documents_title"),
        }
    }
}

/// A part of a long list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Rows to skip.
    pub offset: u64,
    /// Rows to return at most.
    pub limit: u64,
}

impl Page {
    /// The first `limit` rows.
    pub fn first(limit: u64) -> Self {
        Self { offset: 0, limit }
    }

    pub(super) fn values(self) -> [Value; 2] {
        [self.limit, self.offset].map(|count| Value::Integer(i64::try_from(count).unwrap_or(i64::MAX)))
    }
}

/// How many documents match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// So many.
    pub documents: u64,
    /// And there are more: counting stopped.
    pub more: bool,
}
