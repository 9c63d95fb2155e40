//! From a document back to answers, when the form has a place for everything in it.

use kabinet_domain::draft::Fields;
use roxmltree::Node;
use thiserror::Error;

use super::write::split;
use super::{FieldKind, Form, FormField, FormTable, value};
use crate::decode::{self, DecodeError};
use crate::xml::{self, Lines};
use crate::{poa, recognise};

/// Why a document cannot be opened in its form.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReadError {
    /// Not readable as text.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Not the XML of this form.
    #[error("not a document of this form")]
    Foreign,
    /// It says something the form has no place for: filling the form in would lose it.
    #[error("the form has no place for {place}")]
    NoPlace {
        /// Path of the element or attribute.
        place: String,
    },
}

impl Form {
    /// The answers a document holds.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn read(&self, bytes: &[u8]) -> Result<Fields, ReadError> {
        if poa::form::is_one(self) {
            return poa::form::read(self, bytes);
        }
        let text = decode::decode(bytes)?;
        let document =
            xml::parse(&text.content, &Lines::new(&text.content)).map_err(|_| ReadError::Foreign)?;
        let root = document.root_element();
        if recognise::of_xml("", &document).format.code != self.code {
            return Err(ReadError::Foreign);
        }
        let mut reader = Reader {
            form: self,
            fields: Fields::new(),
            rows: 0,
        };
        reader.element(root, "")?;
        let mut fields = reader.fields;
        self.choose(&mut fields);
        if let Some(identifier) = root.attribute(split(&self.identifier).1) {
            self.names(identifier, &mut fields);
        }
        Ok(fields)
    }

    /// What stands only in the name of the file, if the name has the parts of the form's.
    fn names(&self, identifier: &str, fields: &mut Fields) {
        let parts: Vec<&str> = self.file_name.split('_').collect();
        let found: Vec<&str> = identifier.split('_').collect();
        if parts.len() != found.len() {
            return;
        }
        for (part, value) in parts.into_iter().zip(found) {
            let name = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
            if let Some(field) = name.and_then(|name| self.fields().find(|field| field.name == name)) {
                fields.insert(field.name.clone(), value.to_owned());
            }
        }
    }

    /// A field that only decides which others are asked is known by those that are there.
    fn choose(&self, fields: &mut Fields) {
        let decided: Vec<_> = self
            .fields()
            .filter(|field| fields.contains_key(&field.name))
            .filter_map(|field| field.when.as_ref())
            .collect();
        for when in decided {
            fields.insert(when.field.clone(), when.is.clone());
        }
    }
}

struct Reader<'f> {
    form: &'f Form,
    fields: Fields,
    /// Rows read so far.
    rows: usize,
}

impl Reader<'_> {
    /// Takes in an element at `path` below the root, and what is in it.
    fn element(&mut self, element: Node<'_, '_>, path: &str) -> Result<(), ReadError> {
        for attribute in element.attributes() {
            let place = format!("{path}@{}", attribute.name());
            self.value(&place, attribute.value())?;
        }
        let text = xml::own_text(element);
        if !text.is_empty() {
            self.value(path.trim_end_matches('/'), &text)?;
        }
        for child in element.children().filter(Node::is_element) {
            let step = format!("{path}{}", child.tag_name().name());
            let first = child
                .prev_siblings()
                .skip(1)
                .all(|other| other.tag_name() != child.tag_name());
            match self.form.tables().find(|table| is_around(table, &step)) {
                Some(table) => self.group(table, child, &step)?,
                None if first && self.has_place(child, &step) => self.element(child, &format!("{step}/"))?,
                None => return Err(ReadError::NoPlace { place: step }),
            }
        }
        Ok(())
    }

    /// Whether something of the form stands in an element at `path`, and no text in it that has no place.
    fn has_place(&self, element: Node<'_, '_>, path: &str) -> bool {
        let inside = format!("{path}/");
        let form = self.form;
        let paths = form.fields().filter_map(|field| field.path.as_ref());
        let mut paths = paths.chain(form.tables().map(|table| &table.path));
        let is_text = form.fields().any(|field| field.path.as_deref() == Some(path));
        is_text || (paths.any(|one| one.starts_with(&inside)) && xml::own_text(element).is_empty())
    }

    /// Takes in an element around rows, and its rows.
    fn group(&mut self, table: &FormTable, group: Node<'_, '_>, path: &str) -> Result<(), ReadError> {
        let name = table.path.rsplit('/').next().unwrap_or_default();
        for row in group.children().filter(Node::is_element) {
            if row.tag_name().name() != name {
                let place = format!("{path}/{}", row.tag_name().name());
                return Err(ReadError::NoPlace { place });
            }
            // Far enough apart that rows can be put between them.
            self.rows += 1;
            let number = format!("{:08}", self.rows * 100);
            for (node, around) in [(group, true), (row, false)] {
                for attribute in node.attributes() {
                    let is_number = |place: &String| !around && split(place).1 == attribute.name();
                    if table.number.as_ref().is_some_and(is_number) {
                        continue;
                    }
                    let column = table.columns.iter().find(|column| {
                        column.is_around() == around && split(column.place()).1 == attribute.name()
                    });
                    let Some(column) = column else {
                        let place = format!("{path}/@{}", attribute.name());
                        return Err(ReadError::NoPlace { place });
                    };
                    self.fields
                        .insert(table.name_of(&number, column), typed(column, attribute.value()));
                }
            }
        }
        Ok(())
    }

    fn value(&mut self, place: &str, value: &str) -> Result<(), ReadError> {
        let form = self.form;
        if place == form.identifier
            || form.constants.contains_key(place)
            || form.automatic.contains_key(place)
        {
            return Ok(());
        }
        let field = form.fields().find(|field| {
            field.path.as_deref() == Some(place) || field.also.iter().any(|also| also == place)
        });
        let Some(field) = field else {
            return Err(ReadError::NoPlace {
                place: place.to_owned(),
            });
        };
        if field.computed.is_none() {
            self.fields.insert(field.name.clone(), typed(field, value));
        }
        Ok(())
    }
}

fn is_around(table: &FormTable, path: &str) -> bool {
    table
        .path
        .rsplit_once('/')
        .is_some_and(|(around, _)| around == path)
}

/// As a person would have typed it.
fn typed(field: &FormField, text: &str) -> String {
    match field.kind {
        FieldKind::Money => value::money(text).map_or_else(|| text.to_owned(), value::amount),
        _ => text.to_owned(),
    }
}
