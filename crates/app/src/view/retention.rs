use serde::{Deserialize, Serialize};
use specta::Type;

use super::{DocumentRow, MailRow, UiError};

/// A kind of documents that are kept equally long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RetentionClass {
    /// Stable code.
    pub code: String,
    /// What it is called.
    pub title: String,
    /// Whole years after the one of arrival; nothing where no term can be counted.
    pub years: Option<u32>,
    /// Where the law says so.
    pub source: String,
}

/// How long a document is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RetentionView {
    /// Its class.
    pub class: RetentionClass,
    /// A person chose it; else it follows from the format.
    pub chosen: bool,
    /// The first day it may be gone, `yyyy-mm-dd`.
    pub until: Option<String>,
    /// That day has come.
    pub ended: bool,
    /// What keeps it, whatever its term.
    pub hold: Option<HoldView>,
    /// The classes there are.
    pub classes: Vec<RetentionClass>,
}

/// An audit or a dispute that keeps a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HoldView {
    /// Why.
    pub reason: String,
    /// Since when, RFC 3339.
    pub since: String,
}

/// What is asked of the list of ended terms.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EndedQuery {
    /// The class whose documents are listed; the first that has any, if none is named.
    pub class: Option<String>,
    /// Stands in the title or the name of a file.
    pub text: String,
    /// Rows to skip.
    pub offset: u32,
    /// Rows to return at most.
    pub limit: u32,
}

/// A class with documents whose term has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EndedClass {
    /// The class.
    pub class: RetentionClass,
    /// How many.
    pub documents: u32,
}

/// Documents whose term has ended, by class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EndedTerms {
    /// Classes that have any.
    pub classes: Vec<EndedClass>,
    /// The one that is listed.
    pub class: Option<String>,
    /// A page of its documents, those that came first at the beginning.
    pub rows: Vec<DocumentRow>,
    /// How many there are of it.
    pub total: u32,
    /// Letters of Госпочта whose term has ended, those opened first at the beginning; a hundred at most.
    pub letters: Vec<MailRow>,
    /// How many there are.
    pub letters_total: u32,
}

/// A document that is to be deleted, and what goes with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DocumentToDelete {
    /// Its identity.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Files without signatures and receipts.
    pub files: u32,
    /// Signatures.
    pub signatures: u32,
    /// Receipts and results of the portal, with their signatures.
    pub receipts: u32,
    /// Statuses of its order.
    pub statuses: u32,
    /// Bytes, in thousands, rounded up.
    pub size_kb: u32,
    /// Drafts it was made of; they stay.
    pub drafts: u32,
    /// The first day it may be gone, `yyyy-mm-dd`; nothing where no term can be counted.
    pub until: Option<String>,
    /// That day has not come, or nobody knows it: a second confirmation is needed.
    pub early: bool,
    /// Why it cannot be deleted at all now.
    pub obstacle: Option<UiError>,
}

/// What somebody wants deleted.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Deletion {
    /// Identities.
    pub documents: Vec<String>,
    /// Why; the journal keeps it for ever.
    pub reason: String,
    /// Also those whose term has not ended.
    pub early: bool,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Deleted {
    /// Identities of those that are gone.
    pub documents: Vec<String>,
    /// Those that are not.
    pub refused: Vec<NotDeleted>,
}

/// A document that was not deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NotDeleted {
    /// Its identity.
    pub id: String,
    /// Its title, where it is known.
    pub title: String,
    /// Why.
    pub error: UiError,
}
