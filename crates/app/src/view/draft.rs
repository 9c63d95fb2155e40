use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Params, Readable};

/// A form that can be filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DraftForm {
    /// Code of the format it makes.
    pub code: String,
    /// Name.
    pub name: String,
    /// Questions in the order they are asked.
    pub sections: Vec<FormSectionView>,
}

/// A heading and the questions under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FormSectionView {
    /// Heading.
    pub heading: String,
    /// Single fields.
    pub fields: Vec<FormFieldView>,
    /// A table below them.
    pub table: Option<FormTableView>,
    /// The fields are about a counterparty: by fact, the field that holds it.
    pub counterparty: BTreeMap<String, String>,
}

/// Somebody forms can be about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Counterparty {
    /// Name.
    pub name: String,
    /// ИНН.
    pub inn: String,
    /// КПП.
    pub kpp: Option<String>,
    /// Everything known, by fact, as in [`FormSectionView::counterparty`].
    pub facts: BTreeMap<String, String>,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FormFieldView {
    /// Name among the fields; of a column, inside its row.
    pub name: String,
    /// What it asks.
    pub label: String,
    /// What it takes.
    pub kind: FormFieldKind,
    /// It may not be empty.
    pub required: bool,
    /// Most characters.
    pub max: Option<u32>,
    /// What there is to choose from.
    pub choices: Vec<FormChoice>,
    /// It is asked only when another field has this value.
    pub when: Option<FormCondition>,
    /// A word of explanation.
    pub help: Option<String>,
    /// The portal's dictionary it is answered from.
    pub dictionary: Option<String>,
    /// Endings of the files it takes; any when empty.
    pub extensions: Vec<String>,
    /// It takes more than one file.
    pub many: bool,
    /// It is worked out, not asked.
    pub computed: bool,
}

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the words are those of formats::form::FieldKind")]
pub enum FormFieldKind {
    Text,
    Prose,
    Identifier,
    Date,
    Time,
    Money,
    Choice,
    Inn,
    Kpp,
    Ogrn,
    Ogrnip,
    Snils,
    Number,
    Flag,
    Dictionary,
    Account,
    Phone,
    Email,
    File,
}

/// One of several answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FormChoice {
    /// What is kept.
    pub value: String,
    /// What is shown.
    pub label: String,
}

/// A condition on another field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FormCondition {
    /// Name of the field.
    pub field: String,
    /// Its value.
    pub is: String,
    /// It is asked when the other says anything else.
    pub negated: bool,
}

/// Questions that repeat: fields are named `table/row/column`, and rows stand in the order of their names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FormTableView {
    /// Name.
    pub name: String,
    /// Questions of a row.
    pub columns: Vec<FormFieldView>,
}

/// Which drafts are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum DraftShelf {
    /// Being filled in.
    Open,
    /// To be copied from.
    Templates,
    /// Thrown away.
    Removed,
}

/// One line of a list of drafts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DraftRow {
    /// Identity.
    pub id: String,
    /// Code of the form.
    pub form: String,
    /// Code of the service whose application it is, for a form the portal gave.
    pub service: Option<String>,
    /// Name of the form.
    pub form_name: String,
    /// One line.
    pub title: String,
    /// RFC 3339.
    pub updated: String,
    /// Fields two people wrote differently.
    pub conflicts: u32,
    /// What is still missing or wrong.
    pub problems: u32,
    /// The document made of it, unless it was changed since.
    pub document_id: Option<String>,
}

/// A list of drafts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DraftList {
    /// The rows asked for, last changed first.
    pub rows: Vec<DraftRow>,
    /// There are more.
    pub more: bool,
}

/// A draft as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DraftView {
    /// Identity.
    pub id: String,
    /// Code of the form.
    pub form: String,
    /// Code of the service whose application it is, for a form the portal gave.
    pub service: Option<String>,
    /// The portal gives another form by now.
    pub form_changed: bool,
    /// One line.
    pub title: String,
    /// To be copied from, not to be filed.
    pub is_template: bool,
    /// It was thrown away.
    pub is_removed: bool,
    /// Changes so far; a save names the one it began with.
    pub revision: u32,
    /// RFC 3339.
    pub updated: String,
    /// What was typed.
    pub fields: BTreeMap<String, String>,
    /// Answers of a template that the form of today does not take; they stand among the fields until somebody removes them.
    pub unplaced: Vec<UnplacedAnswer>,
    /// What is worked out of it.
    pub computed: BTreeMap<String, String>,
    /// What is missing or wrong.
    pub problems: Vec<DraftProblem>,
    /// Fields two people wrote differently.
    pub conflicts: Vec<DraftConflict>,
    /// The document made of it, unless it was changed since.
    pub document_id: Option<String>,
}

/// An answer the form has no place for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct UnplacedAnswer {
    /// Name among the fields.
    pub field: String,
    /// What was asked.
    pub label: String,
    /// What was answered, as it was shown.
    pub value: String,
}

/// What is wrong with an answer; text under `requisites.<code>` for codes of requisites, else under `findings.<code>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DraftProblem {
    /// Name of the field; none when it is about the whole.
    pub field: Option<String>,
    /// Stable code.
    pub code: String,
    /// Values for the text.
    pub params: Params,
}

/// A field two people changed differently; the draft holds `mine` until somebody chooses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DraftConflict {
    /// Name of the field.
    pub field: String,
    /// What it was.
    pub base: Option<String>,
    /// What is in the draft.
    pub mine: Option<String>,
    /// What the other one wrote.
    pub theirs: Option<String>,
}

/// A change of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DraftRevision {
    /// The revision it led to.
    pub revision: u32,
    /// RFC 3339.
    pub at: String,
    /// Who; empty for the user of this computer.
    pub author: String,
    /// What changed in it.
    pub changes: Vec<DraftChange>,
}

/// A field before and after; nothing is an empty one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DraftChange {
    /// Name of the field.
    pub field: String,
    /// Before.
    pub from: Option<String>,
    /// After.
    pub to: Option<String>,
}

/// A draft as whoever gets its document will read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DraftPreview {
    /// What it says; none while a document with a schema cannot be made.
    pub readable: Option<Readable>,
    /// What is still wrong with the answers.
    pub problems: Vec<DraftProblem>,
}

/// What became of a draft that was to be a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FiledDraft {
    /// The document; none when something is wrong with the answers.
    pub document_id: Option<String>,
    /// What is wrong.
    pub problems: Vec<DraftProblem>,
}
