//! What is wrong with the answers, field by field, before there is a document.

use std::collections::BTreeMap;

use kabinet_domain::draft::Fields;
use kabinet_domain::requisites::{self, Context, Kind, Reason};

use super::application;
use super::value::{clock, date, money};
use super::{FieldKind, FieldProblem, Form, FormField};
use crate::poa;

impl Form {
    /// Everything wrong with the answers, in the order they are asked. Fields that are not asked are not judged.
    pub fn problems(&self, fields: &Fields) -> Vec<FieldProblem> {
        let mut problems = Vec::new();
        for section in &self.sections {
            for field in section.fields.iter().filter(|field| field.is_asked(fields)) {
                problems.extend(problem(field, &field.name, fields));
            }
            let Some(table) = &section.table else { continue };
            let rows = table.rows(fields);
            if rows.len() < table.at_least {
                let at_least = [("expected".to_owned(), table.at_least.to_string())].into();
                problems.push(FieldProblem {
                    field: Some(table.name.clone()),
                    code: "form.rows".to_owned(),
                    params: at_least,
                });
            }
            for row in rows {
                for column in &table.columns {
                    problems.extend(problem(column, &table.name_of(row, column), fields));
                }
            }
        }
        if poa::form::is_one(self) {
            return poa::form::problems(self, fields, problems);
        }
        problems
    }
}

fn problem(field: &FormField, name: &str, fields: &Fields) -> Option<FieldProblem> {
    let value = fields.get(name).map_or("", String::as_str).trim();
    let (code, params) = judge(field, value)?;
    Some(FieldProblem {
        field: Some(name.to_owned()),
        code: code.to_owned(),
        params,
    })
}

pub(super) type Judgement = Option<(&'static str, BTreeMap<String, String>)>;

fn judge(field: &FormField, value: &str) -> Judgement {
    let plain = |code| Some((code, BTreeMap::new()));
    if value.is_empty() {
        return if field.required {
            plain("form.required")
        } else {
            None
        };
    }
    let length = value.chars().count();
    let counted = !matches!(field.kind, FieldKind::Dictionary | FieldKind::File);
    if let Some(max) = field.max.filter(|max| counted && length > *max) {
        let params = [("expected", max), ("value", length)];
        let params = params
            .map(|(name, count)| (name.to_owned(), count.to_string()))
            .into();
        return Some(("form.too-long", params));
    }
    match field.kind {
        FieldKind::Text | FieldKind::Prose => None,
        // It becomes a part of the file's name, and `_` separates those.
        FieldKind::Identifier
            if !value
                .chars()
                .all(|one| one.is_ascii_alphanumeric() || "-.".contains(one)) =>
        {
            plain("form.identifier")
        }
        FieldKind::Identifier => None,
        FieldKind::Date if date(value).is_none() => plain("form.date"),
        FieldKind::Money if money(value).is_none() => plain("form.money"),
        FieldKind::Time if clock(value).is_none() => plain("form.time"),
        FieldKind::Date | FieldKind::Time | FieldKind::Money => None,
        FieldKind::Choice if field.choices.iter().any(|choice| choice.value == value) => None,
        FieldKind::Choice => plain("form.choice"),
        FieldKind::Inn => requisite(Kind::Inn, value),
        FieldKind::Kpp => requisite(Kind::Kpp, value),
        FieldKind::Ogrn => requisite(Kind::Ogrn, value),
        FieldKind::Ogrnip => requisite(Kind::Ogrnip, value),
        FieldKind::Snils => requisite(Kind::Snils, value),
        FieldKind::Number
        | FieldKind::Flag
        | FieldKind::Dictionary
        | FieldKind::Account
        | FieldKind::Phone
        | FieldKind::Email
        | FieldKind::File => application::judge(field, value),
    }
}

fn requisite(kind: Kind, value: &str) -> Judgement {
    let error = requisites::check(kind, value, Context::default()).err()?;
    let mut params = BTreeMap::new();
    let mut set = |name: &str, value: String| params.insert(name.to_owned(), value);
    match error.reason {
        Reason::Length { actual, allowed } => {
            let allowed: Vec<String> = allowed.iter().map(ToString::to_string).collect();
            set("actual", actual.to_string());
            set("expected", allowed.join("/"));
        }
        Reason::Character { position } => {
            set("position", position.to_string());
        }
        Reason::ControlDigit { position, expected } => {
            set("position", position.to_string());
            set("expected", expected.to_string());
        }
        Reason::Empty | Reason::NeverIssued | Reason::BikNeeded | Reason::KindMismatch => {}
    }
    Some((error.code(), params))
}
