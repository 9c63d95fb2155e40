use kabinet_domain::{DocumentStage, FileRole, Severity as DomainSeverity};
use kabinet_store::DocumentOrder;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    Answered, DocumentToSign, GoskeyRequest, HandOverRow, JournalRow, LetterView, OutboxRow, Params,
    PoaAuthority, PoaChoice, RetentionView, SignedUnderRow, UiError,
};

/// Where a document is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the words are those of DocumentStage")]
pub enum Stage {
    Invalid,
    Ready,
    Signed,
    Queued,
    Sending,
    OutcomeUnknown,
    Sent,
    NeedsCorrection,
    Accepted,
    Refused,
    Failed,
    Cancelled,
}

macro_rules! same_words {
    ($here:ident, $there:ident: $($word:ident),+) => {
        impl From<$there> for $here { fn from(value: $there) -> Self { match value { $($there::$word => Self::$word),+ } } }
        impl From<$here> for $there { fn from(value: $here) -> Self { match value { $($here::$word => Self::$word),+ } } }
    };
}
same_words!(Stage, DocumentStage: Invalid, Ready, Signed, Queued, Sending, OutcomeUnknown, Sent, NeedsCorrection, Accepted, Refused, Failed, Cancelled);

/// Which documents to list, and in what order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DocumentQuery {
    /// Only these stages; empty = all.
    pub stages: Vec<Stage>,
    /// Only these format codes; empty = all.
    pub formats: Vec<String>,
    /// With a signature, or without.
    pub signed: Option<bool>,
    /// When they were taken in.
    pub added: Days,
    /// When they last changed.
    pub updated: Days,
    /// Words in any form, numbers, dates and sums in any spelling, parts of a title. A space behind the last word ends it;
    /// without one it may be half typed.
    pub text: String,
    /// Order.
    pub order: Order,
    /// Rows to skip.
    pub offset: u32,
    /// Rows to return.
    pub limit: u32,
}

/// Days in Moscow's time, both included; open where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Days {
    /// First day, `2025-04-03`.
    pub from: Option<String>,
    /// Last day.
    pub to: Option<String>,
}

/// Order of a list of documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the words are those of DocumentOrder")]
pub enum Order {
    #[default]
    AddedNewest,
    AddedOldest,
    UpdatedNewest,
    UpdatedOldest,
    Title,
    TitleBackwards,
}
same_words!(Order, DocumentOrder: AddedNewest, AddedOldest, UpdatedNewest, UpdatedOldest, Title, TitleBackwards);

/// A search under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NamedSearch {
    /// Identity.
    pub id: String,
    /// What the person calls it.
    pub name: String,
    /// What is searched for.
    pub query: DocumentQuery,
}

/// Documents of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FormatCount {
    /// Format code.
    pub format: String,
    /// Name of the form.
    pub name: String,
    /// How many there are.
    pub documents: u32,
}

/// A place in a text that was found, in UTF-16 units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Mark {
    /// First.
    pub from: u32,
    /// First behind it.
    pub to: u32,
}

/// What stands in a document around the words that were found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Passage {
    /// The document.
    pub document_id: String,
    /// What the value is called there; may be empty.
    pub label: String,
    /// The value, or a piece of it.
    pub text: String,
    /// Places in the text.
    pub marks: Vec<Mark>,
    /// Something stands before it.
    pub cut_before: bool,
    /// Something stands after it.
    pub cut_after: bool,
}

/// One line of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DocumentRow {
    /// Identity.
    pub id: String,
    /// One line from the content.
    pub title: String,
    /// Format code.
    pub format: String,
    /// Stage.
    pub stage: Stage,
    /// RFC 3339.
    pub added: String,
    /// RFC 3339.
    pub updated: String,
    /// Errors found.
    pub errors: u32,
    /// Warnings found.
    pub warnings: u32,
    /// At least one signature is stored.
    pub signed: bool,
    /// Order number.
    pub order_id: Option<String>,
    /// Latest status in the portal's words.
    pub status_title: Option<String>,
    /// Places in the title that a search found.
    pub marks: Vec<Mark>,
}

/// A list of documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DocumentList {
    /// The rows asked for.
    pub rows: Vec<DocumentRow>,
    /// All that match, or so many of them that counting stopped.
    pub total: u32,
    /// There are more than `total`.
    pub more: bool,
    /// Documents whose text is still to be read: a search for words may miss them.
    pub unread: u32,
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Does not stop anything.
    Warning,
    /// Must be mended before signing.
    Error,
}
same_words!(Severity, DomainSeverity: Warning, Error);

/// One thing found in a document; text under `findings.<code>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FindingView {
    /// Stable code.
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// File.
    pub file: String,
    /// Line, from 1.
    pub line: Option<u32>,
    /// Element path.
    pub element: Option<String>,
    /// Values for the text.
    pub params: Params,
}

/// The part a file plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the words are those of FileRole")]
pub enum FileKind {
    Main,
    Companion,
    Signature,
    Result,
    ResultSignature,
}

impl FileKind {
    pub(crate) fn of(role: &FileRole) -> (Self, Option<String>) {
        match role {
            FileRole::Main => (Self::Main, None),
            FileRole::Companion => (Self::Companion, None),
            FileRole::Signature { of } => (Self::Signature, Some(of.clone())),
            FileRole::Result => (Self::Result, None),
            FileRole::ResultSignature { of } => (Self::ResultSignature, Some(of.clone())),
        }
    }
}

/// One file of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FileView {
    /// File name.
    pub name: String,
    /// Part it plays.
    pub kind: FileKind,
    /// Bytes.
    pub size: u32,
    /// SHA-256, hex.
    pub digest: String,
    /// File it signs.
    pub signs: Option<String>,
}

/// The document for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Readable {
    /// Heading.
    pub title: String,
    /// Sections in order.
    pub sections: Vec<ReadableSection>,
}

/// A section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReadableSection {
    /// Depth, 0 for the document itself.
    pub level: u8,
    /// Heading.
    pub heading: String,
    /// Labelled values.
    pub fields: Vec<ReadableField>,
    /// Tables.
    pub tables: Vec<ReadableTable>,
}

/// A labelled value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReadableField {
    /// Label.
    pub label: String,
    /// Value.
    pub value: String,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReadableTable {
    /// Heading.
    pub heading: String,
    /// Column headings.
    pub columns: Vec<String>,
    /// Rows of cells.
    pub rows: Vec<Vec<String>>,
}

/// Verdict on a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Valid.
    Valid,
    /// Not valid.
    Invalid,
    /// Cannot be decided with what is at hand.
    Unknown,
}

/// A signature and its verdict; reasons under `reasons.<code>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SignatureView {
    /// Signed file.
    pub file: String,
    /// Who signed.
    pub signer: String,
    /// For which organisation.
    pub organisation: Option<String>,
    /// Claimed time, RFC 3339.
    pub signing_time: Option<String>,
    /// Verdict.
    pub verdict: Verdict,
    /// Why not valid.
    pub reasons: Vec<String>,
    /// SHA-256 of the certificate, hex.
    pub certificate_id: String,
    /// When the verdict was made, RFC 3339.
    pub checked_at: String,
    /// Whether the signer was allowed, where the certificate names no organisation.
    pub authority: Option<PoaAuthority>,
}

/// One status of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StatusView {
    /// The portal's words.
    pub title: String,
    /// The authority's comment.
    pub comment: Option<String>,
    /// RFC 3339.
    pub at: String,
    /// Who set it.
    pub sender: Option<String>,
    /// Nothing follows.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// Processing code.
    pub code: Option<String>,
}

/// A service that takes a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ServiceView {
    /// Code.
    pub code: String,
    /// Title.
    pub title: String,
    /// Files must be signed.
    pub needs_signature: bool,
    /// What it would not take of the document as it is.
    pub problems: Vec<UiError>,
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum NextActor {
    /// The user.
    You,
    /// This program.
    Program,
    /// The portal.
    Portal,
    /// The authority.
    Authority,
    /// It is over.
    Nobody,
}

/// Everything about one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DocumentPage {
    /// Its line.
    pub row: DocumentRow,
    /// Digest of the files that are signed, hex: what this page shows.
    pub shown: String,
    /// Its files.
    pub files: Vec<FileView>,
    /// What the check found.
    pub findings: Vec<FindingView>,
    /// For people, where the format is known.
    pub readable: Option<Readable>,
    /// Decoded text of the main file.
    pub raw: Option<String>,
    /// The text was cut.
    pub raw_truncated: bool,
    /// Encoding of the main file.
    pub encoding: Option<String>,
    /// Signatures with verdicts.
    pub signatures: Vec<SignatureView>,
    /// Signatures that were made here under a power of attorney, the first first.
    pub signed_under: Vec<SignedUnderRow>,
    /// Statuses, oldest first.
    pub history: Vec<StatusView>,
    /// Journal entries about it, newest first.
    pub journal: Vec<JournalRow>,
    /// Its submission.
    pub submission: Option<OutboxRow>,
    /// Every time it was handed over, the newest first.
    pub hand_overs: Vec<HandOverRow>,
    /// The request to Госключ it is, or those that ask for its signature, the newest first.
    pub goskey: Vec<GoskeyRequest>,
    /// Services that take it.
    pub services: Vec<ServiceView>,
    /// Whose turn it is.
    pub next_actor: NextActor,
    /// How long it is kept; nothing while the administrator's rules cannot be read.
    pub retention: Option<RetentionView>,
    /// The letter of Госпочта it answers.
    pub answers: Option<Answered>,
}

/// What became of one file that was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportOutcome {
    /// File name.
    pub name: String,
    /// The document it became part of.
    pub document_id: Option<String>,
    /// The draft a colleague handed over in it.
    pub draft_id: Option<String>,
    /// The document that already has this content.
    pub duplicate_of: Option<String>,
    /// Signatures that document had not, and has now.
    pub signatures: u32,
    /// That document got something else that is new: a receipt, a status.
    pub renewed: bool,
    /// With what it was handed over.
    pub letter: Option<LetterView>,
    /// Why it was not taken in.
    pub error: Option<UiError>,
    /// Why no service would take the document it became part of; it is kept all the same.
    pub problems: Vec<UiError>,
}

impl ImportOutcome {
    /// Of a file of which nothing became yet.
    pub fn of(name: String) -> Self {
        Self {
            name,
            document_id: None,
            draft_id: None,
            duplicate_of: None,
            signatures: 0,
            renewed: false,
            letter: None,
            error: None,
            problems: Vec::new(),
        }
    }
}

/// How far files that are taken in are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportProgress {
    /// Files and documents of packages that are done.
    pub done: u32,
    /// All of them, as far as is known yet.
    pub total: u32,
    /// The one that is being taken in.
    pub name: String,
}

/// How documents are written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum PackageForm {
    /// One zip file.
    Zip,
    /// A folder with the same files.
    Folder,
}

/// Outcome of one pre-flight check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum CheckState {
    /// Fine.
    Ok,
    /// Signing is possible; read this first.
    Warning,
    /// Signing is not possible.
    Failed,
    /// Could not be checked yet.
    Skipped,
}

/// One line of the pre-flight list; text under `preflight.<code>.<state>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// Stable code.
    pub code: String,
    /// Outcome.
    pub state: CheckState,
    /// Values for the text.
    pub params: Params,
}

/// What was checked before the PIN is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Preflight {
    /// The checks in order.
    pub checks: Vec<Check>,
    /// No check failed.
    pub can_sign: bool,
    /// The documents, as they are shown.
    pub documents: Vec<DocumentToSign>,
    /// Under which power of attorney they are signed; none where none is needed or no certificate was named.
    pub poa: Option<PoaChoice>,
}

/// The first screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Today {
    /// The user's turn.
    pub needs_action: Vec<DocumentRow>,
    /// Somebody else's turn.
    pub in_progress: Vec<DocumentRow>,
    /// Latest changes.
    pub recent: Vec<DocumentRow>,
    /// The certificate of the session, if it ends soon.
    pub certificate_expiry: Option<CertificateExpiry>,
    /// Applications by how far they are.
    pub orders: OrderCounts,
}

/// Applications by how far they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OrderCounts {
    /// All there are.
    pub all: u32,
    /// Those that are not known to be over.
    pub open: u32,
    /// Those whose changes are told.
    pub watched: u32,
}

/// A certificate that ends soon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CertificateExpiry {
    /// Owner.
    pub holder: String,
    /// Whole days left.
    pub days_left: i32,
}
