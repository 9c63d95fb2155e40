use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::OrganisationId;

/// Local identity of a document in the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DocumentId(pub Uuid);

/// SHA-256 of file content: the address of a blob in the archive (not a signature digest).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContentDigest(pub [u8; 32]);

/// A document: one main file and what travels with it. Its content never changes; an edit is a new document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Local identity.
    pub id: DocumentId,
    /// Owner.
    pub organisation: OrganisationId,
    /// Format code as `formats` recognised it, for example `fns.on_aktsverotp`, `sfr.10000000109`, `goskey.request`.
    pub format: String,
    /// One line for lists, taken from the content: name of the form, number, date, counterparty.
    pub title: String,
    /// Main file first.
    pub files: Vec<DocumentFile>,
    /// Where it is on its way.
    pub stage: DocumentStage,
    /// What the schema check said when it was taken in.
    pub findings: Vec<Finding>,
    /// When it was taken into the archive.
    #[serde(with = "time::serde::rfc3339")]
    pub added: OffsetDateTime,
    /// When anything about it last changed.
    #[serde(with = "time::serde::rfc3339")]
    pub updated: OffsetDateTime,
}

/// One file of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentFile {
    /// File name without a folder, exactly as it came.
    pub name: String,
    /// Why it is here.
    pub role: FileRole,
    /// Address of the bytes.
    pub digest: ContentDigest,
    /// Bytes.
    pub size: u64,
}

/// The part a file plays in its document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum FileRole {
    /// The document itself.
    Main,
    /// Travels in the same archive (СФР `req` beside `trans`, documents of a Госключ request).
    Companion,
    /// Detached signature of the file named `of`.
    Signature {
        /// Name of the signed file.
        of: String,
    },
    /// Came back from the portal.
    Result,
    /// Signature of the result named `of`.
    ResultSignature {
        /// Name of the signed file.
        of: String,
    },
}

/// Where a document is on its way, in one word for lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentStage {
    /// Taken in; the schema check found errors.
    Invalid,
    /// Taken in and checked.
    Ready,
    /// Signed, not yet handed to the outbox.
    Signed,
    /// In the outbox, waiting for the network.
    Queued,
    /// Leaving right now.
    Sending,
    /// The answer to a request was lost; the portal is being asked what became of it.
    OutcomeUnknown,
    /// The portal has it.
    Sent,
    /// The authority wants a correction.
    NeedsCorrection,
    /// Final: accepted.
    Accepted,
    /// Final: refused by the authority.
    Refused,
    /// Final: never reached the authority.
    Failed,
    /// Final: withdrawn by the user.
    Cancelled,
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing; does not stop anything.
    Warning,
    /// Must be mended before signing.
    Error,
}

/// One thing found in a document. Text is looked up by `code`; `params` fill its gaps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable code, for example `xsd.pattern`, `file-name.recipient`.
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// File it was found in.
    pub file: String,
    /// Line, from 1, where known.
    pub line: Option<u32>,
    /// Element or attribute, as a path people can follow, for example `Файл/Документ/@КНД`.
    pub element: Option<String>,
    /// Named values for the text (`value`, `expected`, …).
    pub params: std::collections::BTreeMap<String, String>,
}
