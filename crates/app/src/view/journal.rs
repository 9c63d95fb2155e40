use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Days, Params};

/// Which entries to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct JournalQuery {
    /// What they are about; null = anything.
    pub topic: Option<JournalTopic>,
    /// Who did it; empty = the program, null = anybody.
    pub actor: Option<String>,
    /// When it happened.
    pub period: Days,
    /// Words of what is shown, in any order.
    pub text: String,
    /// Rows to skip.
    pub offset: u32,
    /// Rows to return.
    pub limit: u32,
}

/// What entries are about; text under `ui.journal.topics.<topic>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum JournalTopic {
    /// Signing in and out.
    Access,
    /// What came into the archive and out of it.
    Documents,
    /// Госпочта.
    Mail,
    /// Drafts and handing them over.
    Drafts,
    /// Signing.
    Signatures,
    /// Sending, statuses and answers.
    Sending,
    /// Keys and certificates.
    Certificates,
    /// The archive itself and its settings.
    Archive,
    /// Anything else.
    Other,
}

impl JournalTopic {
    /// Its name in keys of texts.
    pub fn code(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Documents => "documents",
            Self::Mail => "mail",
            Self::Drafts => "drafts",
            Self::Signatures => "signatures",
            Self::Sending => "sending",
            Self::Certificates => "certificates",
            Self::Archive => "archive",
            Self::Other => "other",
        }
    }
}

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
    /// There is no entry of this number, though there should be: nothing else is known of it.
    pub missing: bool,
}

/// A page of the journal, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct JournalPage {
    /// The entries.
    pub rows: Vec<JournalRow>,
    /// All that match.
    pub total: u32,
    /// Where words were not looked for in all of them: how far.
    pub searched: Option<JournalSearched>,
}

/// How far words were looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct JournalSearched {
    /// So many of the newest entries.
    pub entries: u32,
    /// The time of the oldest of them, RFC 3339.
    pub since: String,
}

/// Whether the chain holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct JournalCheck {
    /// Entries that were checked.
    pub entries: u32,
    /// First entry that does not fit.
    pub broken_at: Option<u32>,
    /// What is wrong with it.
    pub fault: Option<JournalFault>,
    /// The last entry that is proven.
    pub proven: u32,
    /// Signed checkpoints.
    pub checkpoints: u32,
    /// The last of them.
    pub last_checkpoint: Option<JournalCheckpoint>,
    /// The public key they are to be signed by, in hexadecimal.
    pub public_key: String,
}

/// A signature over an entry and all before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct JournalCheckpoint {
    /// Number of the entry.
    pub seq: u32,
    /// When, RFC 3339.
    pub at: String,
}

/// What is wrong with an entry; texts under `ui.journal.fault.<fault>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum JournalFault {
    /// It says something else than was written.
    Altered,
    /// It is not there, though later ones are.
    Missing,
    /// Another entry stands in its place.
    Moved,
    /// The program did not write it.
    Added,
    /// It and all behind it are gone.
    Truncated,
    /// From it on the chain was written anew.
    Rewritten,
    /// The checkpoint on it is not signed by the key of the archive.
    Checkpoint,
}

impl JournalFault {
    /// Its name in keys of texts.
    pub fn code(self) -> &'static str {
        match self {
            Self::Altered => "altered",
            Self::Missing => "missing",
            Self::Moved => "moved",
            Self::Added => "added",
            Self::Truncated => "truncated",
            Self::Rewritten => "rewritten",
            Self::Checkpoint => "checkpoint",
        }
    }
}

/// How the journal is written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum JournalForm {
    /// With hashes and checkpoints; the whole journal can be verified by others.
    Json,
    /// For spreadsheets.
    Csv,
    /// For people: PDF/A.
    Pdf,
}

/// A journal that was written out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct JournalExport {
    /// Entries in it.
    pub entries: u32,
    /// The public key others check the checkpoints with, in hexadecimal: to be kept apart from the file.
    pub public_key: String,
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
