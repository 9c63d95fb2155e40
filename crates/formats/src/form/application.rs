//! Forms the portal gives with a service: read, judged, and made into an application (`crate::application`).

use std::collections::{BTreeMap, BTreeSet};

use kabinet_domain::draft::Fields;
use kabinet_domain::requisites::{self, Context, Kind};
use serde::Deserialize;
use serde_json::Value;

use super::check::Judgement;
use super::tree::{escape, escape_text};
use super::value::date;
use super::{Choice, FieldKind, Form, FormDocument, FormField, FormSection, Moment, When};
use crate::application::NAMESPACE;

/// Questions a form may have at most.
const FIELDS: usize = 300;
/// Files of one field.
const FILES: usize = 20;
/// Characters of an entry's code.
const CODE: usize = 64;

/// Whose application a form makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceForm {
    /// Code of the service.
    pub code: String,
    /// Version of the form.
    pub version: String,
}

/// Which files a field takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileRule {
    /// Bytes of one.
    pub max_bytes: Option<u64>,
    /// Endings in lower case without the point; any when empty.
    pub extensions: Vec<String>,
    /// More than one.
    pub many: bool,
}

/// A file attached to a draft, as the value of its field names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// SHA-256, lower-case hex.
    pub digest: String,
    /// Bytes.
    pub size: u64,
    /// Name.
    pub name: String,
}

impl std::fmt::Display for Attachment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.digest, self.size, self.name)
    }
}

/// The files the value of a field names; a line that cannot be read names none.
pub fn attachments(value: &str) -> Vec<Attachment> {
    value
        .lines()
        .filter_map(|line| {
            let (digest, rest) = line.split_once('/')?;
            let (size, name) = rest.split_once('/')?;
            let is_digest = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
            let is_name = !name.is_empty() && !name.contains(['/', '\\']);
            (is_digest && is_name).then_some(())?;
            Some(Attachment {
                digest: digest.to_owned(),
                size: size.parse().ok()?,
                name: name.to_owned(),
            })
        })
        .collect()
}

/// The code of a dictionary's entry: what stands before the first space.
pub fn code_of(value: &str) -> &str {
    value.split_whitespace().next().unwrap_or_default()
}

#[derive(Deserialize)]
struct RawForm {
    sections: Vec<RawSection>,
}

#[derive(Deserialize)]
struct RawSection {
    #[serde(default)]
    heading: String,
    fields: Vec<RawField>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawField {
    name: String,
    label: String,
    kind: String,
    #[serde(default)]
    required: bool,
    max: Option<usize>,
    min: Option<i64>,
    #[serde(default)]
    options: Vec<RawOption>,
    dictionary: Option<String>,
    #[serde(default)]
    many: bool,
    max_bytes: Option<u64>,
    #[serde(default)]
    extensions: Vec<String>,
    help: Option<String>,
    prefill: Option<String>,
    show_if: Option<RawCondition>,
}

#[derive(Deserialize)]
struct RawOption {
    value: String,
    label: String,
    prefill: Option<String>,
}

#[derive(Deserialize)]
struct RawCondition {
    field: String,
    equals: Option<Value>,
    not: Option<Value>,
}

impl Form {
    /// The form of a service as the catalogue of the portal gives it; members it does not know are left out. Nothing when it
    /// is no form, is too large, or names a field as none can be named.
    pub fn of_service(code: &str, service: ServiceForm, title: &str, form: &Value) -> Option<Self> {
        let raw = RawForm::deserialize(form).ok()?;
        let mut names = BTreeSet::new();
        let mut sections = Vec::new();
        for section in raw.sections {
            let mut fields = Vec::new();
            for field in section.fields {
                let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
                let is_good = !field.name.is_empty() && field.name.bytes().all(is_name);
                if !is_good || names.len() == FIELDS || !names.insert(field.name.clone()) {
                    return None;
                }
                fields.push(field.into_field());
            }
            sections.push(FormSection {
                heading: section.heading,
                fields,
                table: None,
                counterparty: BTreeMap::new(),
            });
        }
        (!names.is_empty()).then(|| Self {
            code: code.to_owned(),
            name: title.to_owned(),
            _note: String::new(),
            root: "application".to_owned(),
            encoding: "UTF-8".to_owned(),
            file_name: "req".to_owned(),
            identifier: String::new(),
            draft_title: vec![title.replace(['{', '}'], "")],
            order: Vec::new(),
            always: Vec::new(),
            constants: BTreeMap::new(),
            automatic: BTreeMap::new(),
            sections,
            service: Some(service),
        })
    }

    /// The files attached in fields that are asked, in the order of the form.
    pub fn attached(&self, fields: &Fields) -> Vec<Attachment> {
        self.fields()
            .filter(|field| field.kind == FieldKind::File && field.is_asked(fields))
            .filter_map(|field| fields.get(&field.name))
            .flat_map(|value| attachments(value))
            .collect()
    }
}

impl RawField {
    fn into_field(self) -> FormField {
        let kind = match self.kind.as_str() {
            "prose" => FieldKind::Prose,
            "number" => FieldKind::Number,
            "date" => FieldKind::Date,
            "flag" => FieldKind::Flag,
            "choice" => FieldKind::Choice,
            "dictionary" if self.dictionary.is_some() => FieldKind::Dictionary,
            "inn" => FieldKind::Inn,
            "ogrn" => FieldKind::Ogrn,
            "kpp" => FieldKind::Kpp,
            "snils" => FieldKind::Snils,
            "account" => FieldKind::Account,
            "phone" => FieldKind::Phone,
            "email" => FieldKind::Email,
            "file" => FieldKind::File,
            // A kind this program does not know is still a question.
            _ => FieldKind::Text,
        };
        let choices = self.options.into_iter().map(|option| Choice {
            value: option.value,
            label: option.label,
            prefill: option.prefill,
        });
        let text = |value: Value| match value {
            Value::String(text) => text,
            Value::Bool(false) => String::new(),
            other => other.to_string(),
        };
        FormField {
            when: self.show_if.and_then(|condition| {
                let negated = condition.equals.is_none();
                Some(When {
                    field: condition.field,
                    is: text(condition.equals.or(condition.not)?),
                    negated,
                })
            }),
            files: (kind == FieldKind::File).then(|| FileRule {
                max_bytes: self.max_bytes,
                extensions: self.extensions.iter().map(|one| one.to_lowercase()).collect(),
                many: self.many,
            }),
            name: self.name,
            label: self.label,
            kind,
            required: self.required,
            max: self.max,
            choices: choices.collect(),
            help: self.help,
            prefill: self.prefill,
            initial: None,
            computed: None,
            dictionary: self.dictionary,
            min: self.min,
            path: None,
            also: Vec::new(),
        }
    }
}

/// Why a file of this name and size is not taken by the rule.
pub fn kind_breach(
    rule: &FileRule,
    name: &str,
    size: u64,
) -> Option<(&'static str, BTreeMap<String, String>)> {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    let params = |pairs: [(&str, String); 2]| {
        pairs
            .map(|(name, value)| (name.to_owned(), value))
            .into_iter()
            .collect()
    };
    let is_taken =
        rule.extensions.is_empty() || ending.is_some_and(|ending| rule.extensions.contains(&ending));
    if !is_taken {
        let expected = rule.extensions.join(", ");
        return Some((
            "form.file-kind",
            params([("file", name.to_owned()), ("expected", expected)]),
        ));
    }
    let max = rule.max_bytes.filter(|max| size > *max)?;
    let megabytes = (max >> 20).max(1).to_string();
    Some((
        "form.file-size",
        params([("file", name.to_owned()), ("expected", megabytes)]),
    ))
}

/// What is wrong with an answer of a kind that only forms of the portal have; it is not empty.
pub(super) fn judge(field: &FormField, value: &str) -> Judgement {
    let plain = |code| Some((code, BTreeMap::new()));
    match field.kind {
        FieldKind::Number => match number(value) {
            None => plain("form.number"),
            Some(number) => {
                let min = field.min.filter(|min| number < *min)?;
                let params = [("expected".to_owned(), min.to_string())].into();
                Some(("form.too-small", params))
            }
        },
        FieldKind::Flag if value != "true" => plain("form.required"),
        FieldKind::Dictionary if code_of(value).chars().count() > CODE => plain("form.entry"),
        FieldKind::Account if !is_account(value) => plain("form.account"),
        FieldKind::Phone if !is_phone(value) => plain("form.phone"),
        FieldKind::Email if !is_email(value) => plain("form.email"),
        FieldKind::File => judge_files(field, value),
        _ => None,
    }
}

fn judge_files(field: &FormField, value: &str) -> Judgement {
    let files = attachments(value);
    if files.is_empty() {
        return Some(("form.required", BTreeMap::new()));
    }
    let rule = field.files.clone().unwrap_or_default();
    let most = if rule.many { FILES } else { 1 };
    if files.len() > most {
        let params = [("expected".to_owned(), most.to_string())].into();
        return Some(("form.file-count", params));
    }
    files
        .iter()
        .find_map(|file| kind_breach(&rule, &file.name, file.size))
}

/// The whole part, if it is a number.
fn number(value: &str) -> Option<i64> {
    let compact: String = value.chars().filter(|one| !one.is_whitespace()).collect();
    let (whole, fraction) = compact.split_once([',', '.']).unwrap_or((&compact, "0"));
    let is_fraction = (1..=9).contains(&fraction.len()) && fraction.bytes().all(|one| one.is_ascii_digit());
    (is_fraction && !whole.starts_with('+')).then_some(())?;
    whole.parse().ok()
}

fn digits(value: &str) -> String {
    value.chars().filter(char::is_ascii_digit).collect()
}

fn is_account(value: &str) -> bool {
    let compact: String = value.chars().filter(|one| !one.is_whitespace()).collect();
    compact.len() == 20 && digits(&compact).len() == 20
}

fn is_phone(value: &str) -> bool {
    value
        .chars()
        .all(|one| one.is_ascii_digit() || "+-() ".contains(one))
        && (10..=15).contains(&digits(value).len())
}

fn is_email(value: &str) -> bool {
    value.split_once('@').is_some_and(|(name, host)| {
        let is_part = |part: &str| !part.is_empty() && !part.contains([' ', '@', ',']);
        is_part(name) && is_part(host) && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
    })
}

/// What the service gets, and what a person reads where that says nothing to them.
fn written(field: &FormField, value: &str) -> (String, Option<String>) {
    let requisite = |kind| {
        requisites::check(kind, value, Context::default())
            .map_or_else(|_| value.to_owned(), |good| good.value)
    };
    match field.kind {
        FieldKind::Date => (
            date(value).map_or_else(|| value.to_owned(), |date| date.to_string()),
            None,
        ),
        FieldKind::Choice => {
            let label = field.choices.iter().find(|choice| choice.value == value);
            (value.to_owned(), label.map(|choice| choice.label.clone()))
        }
        FieldKind::Dictionary => (code_of(value).to_owned(), Some(value.to_owned())),
        FieldKind::Flag => (value.to_owned(), Some("✓".to_owned())),
        FieldKind::Number => {
            let compact: String = value.chars().filter(|one| !one.is_whitespace()).collect();
            (compact.replace(',', "."), None)
        }
        FieldKind::Account => (digits(value), None),
        FieldKind::Inn => (requisite(Kind::Inn), None),
        FieldKind::Kpp => (requisite(Kind::Kpp), None),
        FieldKind::Ogrn => (requisite(Kind::Ogrn), None),
        FieldKind::Snils => (requisite(Kind::Snils), None),
        _ => (value.to_owned(), None),
    }
}

fn kind_name(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Prose => "prose",
        FieldKind::Number => "number",
        FieldKind::Date => "date",
        FieldKind::Flag => "flag",
        FieldKind::Choice => "choice",
        FieldKind::Dictionary => "dictionary",
        FieldKind::Inn => "inn",
        FieldKind::Ogrn => "ogrn",
        FieldKind::Kpp => "kpp",
        FieldKind::Snils => "snils",
        FieldKind::Account => "account",
        FieldKind::Phone => "phone",
        FieldKind::Email => "email",
        FieldKind::File => "file",
        _ => "text",
    }
}

/// The application; the answers were judged before.
pub(super) fn document(form: &Form, service: &ServiceForm, fields: &Fields, moment: &Moment) -> FormDocument {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<application");
    let attribute = |out: &mut String, name: &str, value: &str| {
        out.push_str(&format!(" {name}=\""));
        escape(value, out);
        out.push('"');
    };
    let element = |out: &mut String, name: &str, value: &str| {
        out.push_str(&format!("<{name}>"));
        escape_text(value, out);
        out.push_str(&format!("</{name}>"));
    };
    attribute(&mut out, "xmlns", NAMESPACE);
    attribute(&mut out, "service", &service.code);
    attribute(&mut out, "title", &form.name);
    attribute(&mut out, "form", &service.version);
    attribute(&mut out, "id", &moment.guid);
    attribute(&mut out, "date", &moment.date.to_string());
    attribute(&mut out, "program", &moment.program);
    out.push_str(">\n");
    for section in &form.sections {
        let answered: Vec<(&FormField, &str)> = section
            .fields
            .iter()
            .filter(|field| field.is_asked(fields))
            .filter_map(|field| Some((field, fields.get(&field.name)?.trim())))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        if answered.is_empty() {
            continue;
        }
        out.push_str("  <section");
        attribute(&mut out, "heading", &section.heading);
        out.push_str(">\n");
        for (field, value) in answered {
            out.push_str("    <field");
            attribute(&mut out, "name", &field.name);
            attribute(&mut out, "label", &field.label);
            attribute(&mut out, "kind", kind_name(field.kind));
            out.push('>');
            if field.kind == FieldKind::File {
                for file in attachments(value) {
                    out.push_str("<file");
                    attribute(&mut out, "name", &file.name);
                    attribute(&mut out, "size", &file.size.to_string());
                    attribute(&mut out, "sha256", &file.digest);
                    out.push_str("/>");
                }
            } else {
                let (value, shown) = written(field, value);
                element(&mut out, "value", &value);
                if let Some(shown) = shown {
                    element(&mut out, "shown", &shown);
                }
            }
            out.push_str("</field>\n");
        }
        out.push_str("  </section>\n");
    }
    out.push_str("</application>\n");
    FormDocument {
        name: "req.xml".to_owned(),
        bytes: out.into_bytes(),
    }
}
