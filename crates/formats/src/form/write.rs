//! From answers to the document.

use encoding_rs::WINDOWS_1251;
use kabinet_domain::draft::Fields;
use kabinet_domain::requisites::{self, Context, Kind};
use time::{Date, Time};

use super::tree::Element;
use super::value::{clock, date, day, decimal, money, time_of_day};
use super::{Automatic, FieldKind, FieldProblem, Form, FormField, FormTable};
use crate::{Formats, View, poa};

/// What a document says of its making.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Day, where the user is.
    pub date: Date,
    /// Time of day.
    pub time: Time,
    /// Unique part of the file name.
    pub guid: String,
    /// Name and version of the program, at most 40 characters.
    pub program: String,
}

/// A document made of answers. It obeys its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormDocument {
    /// File name.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

impl Formats {
    /// What the document of a form would say as far as the answers go. An application is shown with what is missing left out; a
    /// document with a schema needs its answers whole.
    #[must_use]
    pub fn preview(&self, form: &Form, fields: &Fields, moment: &Moment) -> Option<View> {
        let made = match &form.service {
            Some(service) => super::application::document(form, service, fields, moment),
            None => self.fill_in(form, fields, moment).ok()?,
        };
        self.view(&made.name, &made.bytes).ok()
    }

    /// Makes the document of a form.
    ///
    /// # Errors
    /// What is wrong with the answers; where only the schema objects, its findings, at their fields where they can be told.
    pub fn fill_in(
        &self,
        form: &Form,
        fields: &Fields,
        moment: &Moment,
    ) -> Result<FormDocument, Vec<FieldProblem>> {
        let problems = form.problems(fields);
        if !problems.is_empty() {
            return Err(problems);
        }
        if let Some(service) = &form.service {
            return Ok(super::application::document(form, service, fields, moment));
        }
        if poa::form::is_one(form) {
            return poa::form::document(self, form, fields, moment);
        }
        let name = form.file_name(fields, moment);
        let tree = form.tree(fields, moment, &name);
        let bytes = form.encode(&tree)?;
        let file = format!("{name}.xml");
        let check = self.check(&file, &bytes);
        if !check.has_errors() {
            return Ok(FormDocument { name: file, bytes });
        }
        let mut origins = Vec::new();
        tree.origins(&form.root, &mut origins);
        let at = |element: &Option<String>| {
            let path = element.as_deref()?;
            // About an element: told at its first field, so that the row is found.
            let inside = format!("{path}/");
            let exactly = origins.iter().find(|(place, _)| place == path);
            let found = exactly.or_else(|| origins.iter().find(|(place, _)| place.starts_with(&inside)));
            Some(found?.1.clone())
        };
        Err(check
            .findings
            .into_iter()
            .filter(|finding| finding.severity == kabinet_domain::Severity::Error)
            .map(|finding| FieldProblem {
                field: at(&finding.element),
                code: finding.code,
                params: finding.params,
            })
            .collect())
    }
}

impl Form {
    fn file_name(&self, fields: &Fields, moment: &Moment) -> String {
        let digits: String = day(moment.date).split('.').rev().collect();
        let mut name = self
            .file_name
            .replace("{today}", &digits)
            .replace("{guid}", &moment.guid);
        for (field, value) in fields {
            name = name.replace(&format!("{{{field}}}"), value.trim());
        }
        name
    }

    fn tree(&self, fields: &Fields, moment: &Moment, name: &str) -> Element {
        let mut root = Element::new(&self.root);
        let mut put = |path: &str, value: String, origin: Option<&str>| {
            let (element, attribute) = split(path);
            root.at(element, &self.order)
                .set(attribute, value, origin.map(str::to_owned));
        };
        put(&self.identifier, name.to_owned(), None);
        for (path, value) in &self.constants {
            put(path, value.clone(), None);
        }
        for (path, what) in &self.automatic {
            let value = match what {
                Automatic::Program => moment.program.clone(),
                Automatic::Date => day(moment.date),
                Automatic::Time => {
                    let (hour, minute, second) = moment.time.as_hms();
                    format!("{hour:02}:{minute:02}:{second:02}")
                }
            };
            put(path, value, None);
        }
        for field in self.fields() {
            let value = match &field.computed {
                Some(computed) => Some(decimal(computed.value(fields))),
                None if field.is_asked(fields) => written(field, fields.get(&field.name)),
                None => None,
            };
            if let Some(value) = value {
                for path in field.path.iter().chain(&field.also) {
                    put(path, value.clone(), Some(&field.name));
                }
            }
        }
        for path in &self.always {
            root.at(path, &self.order);
        }
        for table in self.tables() {
            self.rows(table, fields, &mut root);
        }
        root
    }

    /// Rows one after another; the element around them is shared while what stands in it stays the same.
    fn rows(&self, table: &FormTable, fields: &Fields, root: &mut Element) {
        let (around, name) = table.path.rsplit_once('/').unwrap_or(("", &table.path));
        let mut shared: Option<Vec<Option<String>>> = None;
        for (index, row) in table.rows(fields).into_iter().enumerate() {
            let cell = |column: &FormField| {
                let field = table.name_of(row, column);
                (written(column, fields.get(&field)), field)
            };
            let outer = || table.columns.iter().filter(|column| column.is_around());
            let values: Vec<_> = outer().map(|column| cell(column).0).collect();
            if shared.as_ref() != Some(&values) {
                let group = root.another(around, &self.order);
                for column in outer() {
                    if let (Some(value), field) = cell(column) {
                        group.set(split(column.place()).1, value, Some(field));
                    }
                }
                shared = Some(values);
            }
            let element = root.at(around, &self.order).another(name, &[]);
            if let Some(number) = &table.number {
                element.set(split(number).1, (index + 1).to_string(), None);
            }
            for column in table.columns.iter().filter(|column| !column.is_around()) {
                if let (Some(value), field) = cell(column) {
                    element.set(split(column.place()).1, value, Some(field));
                }
            }
        }
    }

    fn encode(&self, tree: &Element) -> Result<Vec<u8>, Vec<FieldProblem>> {
        let mut text = format!("<?xml version=\"1.0\" encoding=\"{}\"?>\n", self.encoding);
        tree.write(&mut text, 0);
        if self.encoding != "windows-1251" {
            return Ok(text.into_bytes());
        }
        let (bytes, _, lossy) = WINDOWS_1251.encode(&text);
        if !lossy {
            return Ok(bytes.into_owned());
        }
        // Told by field: a letter the format cannot carry is most often pasted from somewhere.
        let mut problems = Vec::new();
        foreign_letters(tree, &mut problems);
        Err(problems)
    }
}

impl FormField {
    pub(super) fn place(&self) -> &str {
        self.path.as_deref().unwrap_or_default()
    }

    /// Whether a column stands in the element around the row.
    pub(super) fn is_around(&self) -> bool {
        self.place().starts_with("../")
    }
}

fn foreign_letters(element: &Element, problems: &mut Vec<FieldProblem>) {
    let text = element.text.iter().map(|(value, origin)| (value, origin));
    let attributes = element
        .attributes
        .iter()
        .map(|(_, value, origin)| (value, origin));
    for (value, origin) in attributes.chain(text) {
        let foreign: String = value
            .chars()
            .filter(|one| WINDOWS_1251.encode(one.encode_utf8(&mut [0; 4])).2)
            .collect();
        if !foreign.is_empty() {
            problems.push(FieldProblem {
                field: origin.clone(),
                code: "form.letters".to_owned(),
                params: [("value".to_owned(), foreign)].into(),
            });
        }
    }
    for child in &element.children {
        foreign_letters(child, problems);
    }
}

/// Element and attribute of a path; no attribute where the value is the text of the element.
pub(super) fn split(path: &str) -> (&str, &str) {
    match path.rsplit_once('@') {
        Some((element, attribute)) => (element.trim_end_matches('/'), attribute),
        None => (path, ""),
    }
}

/// The value as the format wants it; nothing for an empty one.
fn written(field: &FormField, typed: Option<&String>) -> Option<String> {
    let text = typed?.trim();
    if text.is_empty() {
        return None;
    }
    let requisite = |kind| {
        requisites::check(kind, text, Context::default())
            .ok()
            .map(|good| good.value)
    };
    match field.kind {
        FieldKind::Snils => requisite(Kind::Snils),
        FieldKind::Text
        | FieldKind::Prose
        | FieldKind::Identifier
        | FieldKind::Choice
        | FieldKind::Number
        | FieldKind::Flag
        | FieldKind::Dictionary
        | FieldKind::Account
        | FieldKind::Phone
        | FieldKind::Email
        | FieldKind::File => Some(text.to_owned()),
        FieldKind::Time => clock(text).map(time_of_day),
        FieldKind::Date => date(text).map(day),
        FieldKind::Money => money(text).map(decimal),
        FieldKind::Inn => requisite(Kind::Inn),
        FieldKind::Kpp => requisite(Kind::Kpp),
        FieldKind::Ogrn => requisite(Kind::Ogrn),
        FieldKind::Ogrnip => requisite(Kind::Ogrnip),
    }
}
