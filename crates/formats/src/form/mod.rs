//! Forms that are filled in: what is asked, what is wrong with an answer, and the document the answers make.
//!
//! A form is data (`assets/forms`). What was typed is a flat map of field names to texts as they were typed
//! ([`Fields`]); dates and sums are understood in any usual spelling and written as the format wants them.

mod application;
mod check;
mod read;
mod tree;
pub(crate) mod value;
mod write;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use kabinet_domain::draft::Fields;
use serde::Deserialize;

use crate::poa;

pub use application::{Attachment, FileRule, ServiceForm, attachments, code_of, kind_breach};
pub use read::ReadError;
pub(crate) use tree::escape_text;
pub use value::amount;
pub use write::{FormDocument, Moment};

const SOURCES: &[&str] = &[
    include_str!("../../../../assets/forms/fns.on_aktsverotp.json"),
    include_str!("../../../../assets/forms/fns.dp_uvutoch.json"),
];

/// A form.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Form {
    /// Code of the format it makes.
    pub code: String,
    /// Name.
    pub name: String,
    /// For people who read the file.
    #[serde(rename = "note")]
    _note: String,
    root: String,
    encoding: String,
    file_name: String,
    /// Where the name of the file is repeated inside it.
    identifier: String,
    /// Pieces of the title of a draft; a piece whose field is empty is left out.
    draft_title: Vec<String>,
    /// Elements in the order of the schema.
    order: Vec<String>,
    /// Elements the schema wants even when they are empty.
    always: Vec<String>,
    constants: BTreeMap<String, String>,
    automatic: BTreeMap<String, Automatic>,
    /// Questions in the order they are asked.
    pub sections: Vec<FormSection>,
    /// Whose application it is, for a form the portal gave.
    #[serde(skip)]
    pub service: Option<ServiceForm>,
}

/// A heading and the questions under it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FormSection {
    /// Heading.
    pub heading: String,
    /// Single fields.
    #[serde(default)]
    pub fields: Vec<FormField>,
    /// A table below them.
    pub table: Option<FormTable>,
    /// The fields are about another organisation or person: which of them holds which fact. Facts are `kind` (`organisation`,
    /// `entrepreneur`), `name`, `short-name`, `inn`, `kpp`, `ogrn`, of a person `surname`, `given-name`, `patronymic`, `inn-person`,
    /// `ogrnip`, and `phone`, `email`, `edo`.
    #[serde(default)]
    pub counterparty: BTreeMap<String, String>,
}

/// One question.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FormField {
    /// Name among the fields; of a column, inside its row.
    pub name: String,
    /// What it asks.
    pub label: String,
    /// What it takes.
    pub kind: FieldKind,
    /// It may not be empty.
    #[serde(default)]
    pub required: bool,
    /// Most characters.
    pub max: Option<usize>,
    /// What there is to choose from.
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// It is asked only then.
    pub when: Option<When>,
    /// A word of explanation.
    pub help: Option<String>,
    /// What the program knows that belongs here, for example `organisation.inn`, `licence.number`.
    pub prefill: Option<String>,
    /// What a new draft says here.
    pub initial: Option<String>,
    /// It is worked out, not asked.
    pub computed: Option<Computed>,
    /// The portal's dictionary it is answered from.
    #[serde(skip)]
    pub dictionary: Option<String>,
    /// Which files it takes.
    #[serde(skip)]
    pub files: Option<FileRule>,
    /// Smallest number.
    #[serde(skip)]
    min: Option<i64>,
    path: Option<String>,
    /// Further places the value stands in.
    #[serde(default)]
    also: Vec<String>,
}

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the words say it; requisites are those of the domain")]
pub enum FieldKind {
    Text,
    /// Text of several lines, which stands between the tags of an element.
    Prose,
    /// What stands in the name of the file: Latin letters, digits, `-` and `.`.
    Identifier,
    Date,
    /// Time of day to the second.
    Time,
    /// Roubles and kopecks, not negative.
    Money,
    Choice,
    Inn,
    Kpp,
    Ogrn,
    Ogrnip,
    Snils,
    /// Whole or with a fraction.
    Number,
    /// `true`, or nothing.
    Flag,
    /// An entry of a dictionary of the portal: its code, then its title after a space.
    Dictionary,
    /// Bank account: 20 digits.
    Account,
    Phone,
    Email,
    /// Files, a line each as [`Attachment`] writes it.
    File,
}

/// One of several answers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What is kept.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// It is the answer when the program knows this, for example `licence.renewal`.
    #[serde(default)]
    pub prefill: Option<String>,
}

/// A condition on another field.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// Name of the field.
    pub field: String,
    /// Its value.
    pub is: String,
    /// It is asked when the other field says anything else.
    #[serde(default)]
    pub negated: bool,
}

/// A sum: of what is added less what is taken off, nothing when that is below zero. `table/column` stands for all rows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Computed {
    plus: Vec<String>,
    minus: Vec<String>,
}

/// Questions that repeat.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FormTable {
    /// Name: fields are `name/row/column`.
    pub name: String,
    /// Fewest rows.
    #[serde(default)]
    pub at_least: usize,
    /// Questions of a row.
    pub columns: Vec<FormField>,
    path: String,
    /// Where the number of the row stands.
    number: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Automatic {
    Program,
    Date,
    Time,
}

/// What is wrong with an answer. Text is looked up by `code`, as that of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// Name of the field; none when it is about the whole form.
    pub field: Option<String>,
    /// Stable code, for example `form.required`, `requisite.control-digit`, `xsd.pattern`.
    pub code: String,
    /// Named values for the text.
    pub params: BTreeMap<String, String>,
}

/// Every form, in the order they are offered.
// The files are part of the program and a test reads them: a mistake in one cannot reach a user.
#[allow(clippy::expect_used)]
pub fn forms() -> &'static [Form] {
    static FORMS: OnceLock<Vec<Form>> = OnceLock::new();
    FORMS.get_or_init(|| {
        let own = SOURCES.iter().map(|source| (*source).to_owned());
        own.chain(poa::form::sources())
            .map(|source| serde_json::from_str(&source).expect("assets/forms holds forms"))
            .collect()
    })
}

/// The form with this code.
pub fn form(code: &str) -> Option<&'static Form> {
    forms().iter().find(|form| form.code == code)
}

/// Code of the form a document of `format` is opened in. Two make powers of attorney: one that gives powers, one that passes them on.
pub fn code_for<'f>(format: &'f str, content: &[u8]) -> &'f str {
    if format == poa::FORMAT && poa::read("", content).is_ok_and(|read| read.poa.delegated_from.is_some()) {
        poa::REDELEGATION_FORM
    } else {
        format
    }
}

impl Form {
    /// Every field outside tables.
    pub fn fields(&self) -> impl Iterator<Item = &FormField> {
        self.sections.iter().flat_map(|section| &section.fields)
    }

    /// Every table.
    pub fn tables(&self) -> impl Iterator<Item = &FormTable> {
        self.sections.iter().filter_map(|section| section.table.as_ref())
    }

    /// What a new draft says; `known` gives what the program knows of the organisation, and of what the draft is about.
    pub fn blank(&self, known: impl Fn(&str) -> Option<String>) -> Fields {
        self.fields()
            .filter_map(|field| {
                let given = field.prefill.as_deref().and_then(&known);
                let chosen = || {
                    let is_known = |choice: &&Choice| choice.prefill.as_deref().and_then(&known).is_some();
                    field
                        .choices
                        .iter()
                        .find(is_known)
                        .map(|choice| choice.value.clone())
                };
                let value = given.or_else(chosen).or_else(|| field.initial.clone())?;
                Some((field.name.clone(), value))
            })
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }

    /// One line for lists, made of what was typed.
    pub fn title(&self, fields: &Fields) -> String {
        self.draft_title
            .iter()
            .filter_map(|piece| fill(piece, fields))
            .collect()
    }

    /// What is worked out of what was typed, as it is shown: `1 234,50`. Sums that cannot be read count as nothing.
    pub fn computed(&self, fields: &Fields) -> Fields {
        self.fields()
            .filter_map(|field| {
                let sum = field.computed.as_ref()?.value(fields);
                Some((field.name.clone(), amount(sum)))
            })
            .collect()
    }
}

impl FormSection {
    /// The facts about the other side that stand in these fields.
    pub fn counterparty(&self, fields: &Fields) -> Fields {
        self.counterparty
            .iter()
            .filter_map(|(fact, field)| {
                let value = fields.get(field)?.trim();
                (!value.is_empty()).then(|| (fact.clone(), value.to_owned()))
            })
            .collect()
    }
}

impl FormField {
    fn is_asked(&self, fields: &Fields) -> bool {
        self.computed.is_none()
            && self.when.as_ref().is_none_or(|when| {
                fields.get(&when.field).is_some_and(|value| *value == when.is) != when.negated
            })
    }
}

impl FormTable {
    /// Names of the rows, in order.
    fn rows<'f>(&self, fields: &'f Fields) -> Vec<&'f str> {
        let prefix = format!("{}/", self.name);
        let mut rows: Vec<&str> = fields
            .range(prefix.clone()..)
            .map_while(|(name, _)| name.strip_prefix(&prefix))
            .filter_map(|rest| rest.split_once('/').map(|(row, _)| row))
            .collect();
        rows.dedup();
        rows
    }

    fn name_of(&self, row: &str, column: &FormField) -> String {
        format!("{}/{row}/{}", self.name, column.name)
    }
}

impl Computed {
    /// Kopecks.
    fn value(&self, fields: &Fields) -> i64 {
        let total = |names: &[String]| -> i64 {
            names
                .iter()
                .flat_map(|name| named(fields, name))
                .filter_map(value::money)
                .fold(0, i64::saturating_add)
        };
        total(&self.plus).saturating_sub(total(&self.minus)).max(0)
    }
}

/// The values a name of a sum stands for.
fn named<'f>(fields: &'f Fields, name: &str) -> Vec<&'f str> {
    match name.split_once('/') {
        None => fields.get(name).map(String::as_str).into_iter().collect(),
        Some((table, column)) => fields
            .iter()
            .filter(|(field, _)| {
                field
                    .strip_prefix(table)
                    .and_then(|rest| rest.strip_prefix('/'))
                    .and_then(|rest| rest.split_once('/'))
                    .is_some_and(|(_, name)| name == column)
            })
            .map(|(_, value)| value.as_str())
            .collect(),
    }
}

/// The piece with its one gap filled; nothing when the field is empty.
fn fill(piece: &str, fields: &Fields) -> Option<String> {
    match piece.split_once('{').and_then(|(before, rest)| {
        let (name, after) = rest.split_once('}')?;
        Some((before, name, after))
    }) {
        None => Some(piece.to_owned()),
        Some((before, name, after)) => fields
            .get(name)
            .filter(|value| !value.trim().is_empty())
            .map(|value| format!("{before}{}{after}", value.trim())),
    }
}
