use serde::Serialize;
use specta::Type;

use super::Params;

/// One entry of the journal; text under `journal.<action>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct JournalRow {
    /// Number in the chain.
    pub seq: u32,
    /// RFC 3339.
    pub at: String,
    /// Who.
    pub actor: String,
    /// What, as a code.
    pub action: String,
    /// Which document.
    pub document_id: Option<String>,
    /// Values for the text.
    pub params: Params,
}

/// A page of the journal, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct JournalPage {
    /// The entries.
    pub rows: Vec<JournalRow>,
    /// All there are.
    pub total: u32,
}

/// Whether the chain holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct JournalCheck {
    /// Entries that were checked.
    pub entries: u32,
    /// First entry that does not fit.
    pub broken_at: Option<u32>,
}

/// Whether everything kept for an organisation is what it was when it was stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Integrity {
    /// Documents that were read.
    pub documents: u64,
    /// Pieces of content that were read, each once.
    pub contents: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files whose bytes are not those of their digest.
    pub damaged: Vec<DamagedFile>,
    /// The journal.
    pub journal: JournalCheck,
}

impl Integrity {
    /// Nothing is amiss.
    pub fn is_whole(&self) -> bool {
        self.damaged.is_empty() && self.journal.broken_at.is_none()
    }
}

/// A file whose bytes are not what they were.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DamagedFile {
    /// Its document.
    pub document_id: String,
    /// Its name.
    pub name: String,
}
