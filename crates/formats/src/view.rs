//! A document as a person reads it: labels from the schema's own documentation, tables for what repeats. Made from
//! the same bytes that are signed.

use roxmltree::Node;
use serde::Serialize;

use crate::check::{Schema, schema};
use crate::decode::{self, DecodeError, Text};
use crate::pack::SchemaPack;
use crate::recognise::{self, Title};
use crate::xml::{self, Lines, XmlError};
use crate::xsd::model::{Decl, Model, is_required, repeats};
use crate::xsd::{Assembly, Subject};
use thiserror::Error;

/// A document made readable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// Title in parts and as one line.
    pub title: Title,
    /// Sections in the order of the document.
    pub sections: Vec<Section>,
}

/// A heading and what stands under it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Section {
    /// Depth, 0 for the document itself.
    pub level: u8,
    /// Heading.
    pub heading: String,
    /// Single values.
    pub fields: Vec<Field>,
    /// Tables below them.
    pub tables: Vec<Table>,
}

/// A value with its label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// What it is.
    pub label: String,
    /// The value, dates as dd.mm.yyyy.
    pub value: String,
}

/// Repeated elements as rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Table {
    /// Heading.
    pub heading: String,
    /// Labels of the columns.
    pub columns: Vec<String>,
    /// Cells, as many in each row as there are columns.
    pub rows: Vec<Vec<String>>,
}

/// Why there is no readable view.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ViewError {
    /// Not readable as text.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// XML that is refused or malformed.
    #[error("{code} on line {line:?}")]
    Xml {
        /// Stable code, as a finding of the check has it.
        code: &'static str,
        /// Line, from 1.
        line: Option<u32>,
    },
}

impl ViewError {
    /// Stable code for the text.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Decode(error) => error.code(),
            Self::Xml { code, .. } => code,
        }
    }
}

impl From<XmlError> for ViewError {
    fn from(error: XmlError) -> Self {
        Self::Xml {
            code: error.code,
            line: error.line,
        }
    }
}

/// Makes a document readable.
pub(crate) fn view(pack: &SchemaPack, name: &str, bytes: &[u8]) -> Result<View, ViewError> {
    let text = decode::decode(bytes)?;
    if !decode::looks_like_xml(bytes) {
        let title = recognise::of_bytes(name, bytes).title;
        return Ok(View {
            title,
            sections: plain_sections(&text),
        });
    }
    let lines = Lines::new(&text.content);
    let document = xml::parse(&text.content, &lines)?;
    let recognised = recognise::of_xml(name, &document);
    let subject = Subject {
        file: name,
        document: &document,
        lines: &lines,
    };
    let assembly = match schema(pack, recognised.format, &subject) {
        Schema::Name(name) => Assembly::new(pack, &name).ok(),
        Schema::Absent | Schema::NotNeeded => None,
    };
    let documents = assembly.as_ref().map(Assembly::parse).unwrap_or_default();
    let mut writer = Writer {
        model: Model::new(&documents),
        sections: Vec::new(),
    };
    let root = document.root_element();
    let decl = writer.model.root(root);
    let heading = recognised.title.form.clone();
    writer.section(root, decl, 0, heading);
    writer
        .sections
        .retain(|section| !section.fields.is_empty() || !section.tables.is_empty() || section.level == 0);
    Ok(View {
        title: recognised.title,
        sections: writer.sections,
    })
}

/// `Ключ=Значение` lines of a 1С bank file by its sections; any other text has its raw view only.
fn plain_sections(text: &Text) -> Vec<Section> {
    let mut sections = vec![Section::default()];
    for line in text.content.lines().map(str::trim) {
        match line.split_once('=') {
            Some((key, value)) if key.starts_with("Секция") => {
                sections.push(Section {
                    level: 1,
                    heading: value.to_owned(),
                    ..Section::default()
                });
            }
            Some((key, value)) if !key.contains(' ') && !value.is_empty() => {
                if let Some(section) = sections.last_mut() {
                    section.fields.push(Field {
                        label: key.to_owned(),
                        value: shown(value),
                    });
                }
            }
            None if line.starts_with("Секция") => {
                sections.push(Section {
                    level: 1,
                    heading: line["Секция".len()..].to_owned(),
                    ..Section::default()
                });
            }
            _ => {}
        }
    }
    sections
}

struct Writer<'s> {
    model: Model<'s>,
    sections: Vec<Section>,
}

impl<'s> Writer<'s> {
    /// Writes an element as a section, and its complex children after it.
    fn section(&mut self, element: Node<'_, '_>, decl: Option<Decl<'s>>, level: u8, heading: String) {
        let mut section = Section {
            level,
            heading,
            fields: self.attributes(element, decl),
            tables: Vec::new(),
        };
        let text = xml::own_text(element);
        if !text.is_empty() {
            section.fields.push(Field {
                label: section.heading.clone(),
                value: shown(&text),
            });
        }
        let mut later = Vec::new();
        for group in groups(element) {
            let name = group[0].tag_name().name();
            let particle = decl.and_then(|decl| {
                self.model
                    .particles(decl)
                    .into_iter()
                    .find(|(_, meant)| meant.attribute("name") == Some(name))
            });
            let meant = particle.map(|(_, meant)| meant);
            let label = self.value_label(group[0], meant);
            if group.iter().all(|element| is_value(*element)) {
                let value = group
                    .iter()
                    .map(|element| value(*element))
                    .collect::<Vec<_>>()
                    .join("; ");
                if !value.is_empty() {
                    section.fields.push(Field { label, value });
                }
            } else if self.is_table(&group, particle) {
                section.tables.push(self.table(&group, meant, label));
            } else {
                let many = group.len() > 1;
                for (index, element) in group.into_iter().enumerate() {
                    let heading = if many {
                        format!("{label} {}", index + 1)
                    } else {
                        label.clone()
                    };
                    later.push((element, meant, heading));
                }
            }
        }
        self.sections.push(section);
        for (element, decl, heading) in later {
            self.section(element, decl, level.saturating_add(1), heading);
        }
    }

    fn label(&self, decl: Option<Decl<'s>>, name: &str) -> String {
        decl.and_then(|decl| self.model.documentation(decl))
            .unwrap_or_else(|| name.to_owned())
    }

    /// Label of an element; of what it wraps when that lists the meaning of codes (`1 - гражданин РФ; 2 - …`).
    fn value_label(&self, element: Node<'_, '_>, decl: Option<Decl<'s>>) -> String {
        let wrapped = element
            .first_element_child()
            .filter(|_| is_value(element))
            .map(|child| child.tag_name().name());
        decl.zip(wrapped)
            .and_then(|(decl, name)| self.model.child(decl, name))
            .and_then(|wrapped| self.model.documentation(wrapped))
            .filter(|label| label.contains(" - "))
            .unwrap_or_else(|| self.label(decl, element.tag_name().name()))
    }

    fn attributes(&self, element: Node<'_, '_>, decl: Option<Decl<'s>>) -> Vec<Field> {
        let own = element
            .attributes()
            .filter(|attribute| attribute.namespace().is_none());
        own.map(|attribute| {
            let declared = decl.and_then(|decl| self.model.attribute(decl, attribute.name()));
            Field {
                label: self.label(declared, attribute.name()),
                value: shown(attribute.value()),
            }
        })
        .filter(|field| !field.value.is_empty())
        .collect()
    }

    /// Whether siblings of one name read best as a table: several of them, or a single line of a numbered list, with
    /// no lists of its own inside that must be there.
    fn is_table(&self, group: &[Node<'_, '_>], particle: Option<(Decl<'s>, Decl<'s>)>) -> bool {
        let listed = group.len() > 1
            || (particle.is_some_and(|(written, _)| repeats(written)) && group[0].has_attribute("НомСтр"));
        let nested = match particle {
            Some((_, meant)) => self.has_required_list(meant, 0),
            None => group.iter().any(|element| {
                element
                    .descendants()
                    .any(|node| groups(node).iter().any(|g| g.len() > 1))
            }),
        };
        listed && !nested
    }

    fn has_required_list(&self, decl: Decl<'s>, depth: usize) -> bool {
        const DEEP_ENOUGH: usize = 4;
        depth < DEEP_ENOUGH
            && self.model.particles(decl).into_iter().any(|(written, meant)| {
                is_required(written) && (repeats(written) || self.has_required_list(meant, depth + 1))
            })
    }

    fn table(&self, group: &[Node<'_, '_>], decl: Option<Decl<'s>>, heading: String) -> Table {
        let mut columns: Vec<Column> = Vec::new();
        let mut rows: Vec<Vec<(usize, String)>> = Vec::new();
        for element in group {
            let mut row = Vec::new();
            self.cells(*element, decl, "", "", &mut columns, &mut row);
            rows.push(row);
        }
        let label = |column: &Column| {
            let twice = columns.iter().filter(|other| other.label == column.label).count() > 1;
            if twice && !column.parent.is_empty() {
                format!("{}: {}", column.parent, column.label)
            } else {
                column.label.clone()
            }
        };
        let rows = rows.into_iter().map(|row| {
            let mut cells = vec![String::new(); columns.len()];
            for (column, value) in row {
                let cell: &mut String = &mut cells[column];
                if !cell.is_empty() {
                    cell.push_str("; ");
                }
                cell.push_str(&value);
            }
            cells
        });
        Table {
            heading,
            rows: rows.collect(),
            columns: columns.iter().map(label).collect(),
        }
    }

    /// Flattens an element of a row into cells; a column is known by its path below the row.
    fn cells(
        &self,
        element: Node<'_, '_>,
        decl: Option<Decl<'s>>,
        path: &str,
        parent: &str,
        columns: &mut Vec<Column>,
        row: &mut Vec<(usize, String)>,
    ) {
        let mut put = |key: String, label: String, value: String| {
            if value.is_empty() {
                return;
            }
            let known = columns.iter().position(|column| column.key == key);
            let column = known.unwrap_or_else(|| {
                columns.push(Column {
                    key,
                    label,
                    parent: parent.to_owned(),
                });
                columns.len() - 1
            });
            row.push((column, value));
        };
        for attribute in element
            .attributes()
            .filter(|attribute| attribute.namespace().is_none())
        {
            let name = attribute.name();
            let declared = decl.and_then(|decl| self.model.attribute(decl, name));
            put(
                format!("{path}/@{name}"),
                self.label(declared, name),
                shown(attribute.value()),
            );
        }
        let text = xml::own_text(element);
        if !text.is_empty() {
            put(
                path.to_owned(),
                self.label(decl, element.tag_name().name()),
                shown(&text),
            );
        }
        for child in element.children().filter(Node::is_element) {
            let name = child.tag_name().name();
            let declared = decl.and_then(|decl| self.model.child(decl, name));
            let key = format!("{path}/{name}");
            let label = self.value_label(child, declared);
            if is_value(child) {
                let known = columns.iter().position(|column| column.key == key);
                let column = known.unwrap_or_else(|| {
                    columns.push(Column {
                        key,
                        label,
                        parent: parent.to_owned(),
                    });
                    columns.len() - 1
                });
                row.push((column, value(child)));
            } else {
                self.cells(child, declared, &key, &label, columns, row);
            }
        }
    }
}

struct Column {
    key: String,
    label: String,
    parent: String,
}

/// Child elements by name, in the order of first appearance.
fn groups<'a, 'input>(element: Node<'a, 'input>) -> Vec<Vec<Node<'a, 'input>>> {
    let mut groups: Vec<Vec<Node<'a, 'input>>> = Vec::new();
    for child in element.children().filter(Node::is_element) {
        match groups
            .iter_mut()
            .find(|group| group[0].tag_name() == child.tag_name())
        {
            Some(group) => group.push(child),
            None => groups.push(vec![child]),
        }
    }
    groups
}

/// Whether an element is one value: text alone, a name of a person, which both ФНС and СФР split into parts, or a
/// wrapper of a single value (`СумНал/СумНал`), whose own label says more than that of what it wraps.
fn is_value(element: Node<'_, '_>) -> bool {
    if element.tag_name().name() == "ФИО" {
        return true;
    }
    let mut children = element.children().filter(Node::is_element);
    let is_text =
        |node: Node<'_, '_>| node.attributes().len() == 0 && !node.children().any(|child| child.is_element());
    match (children.next(), children.next()) {
        (None, _) => is_text(element),
        (Some(only), None) => {
            element.attributes().len() == 0 && xml::own_text(element).is_empty() && is_text(only)
        }
        _ => false,
    }
}

fn value(element: Node<'_, '_>) -> String {
    let text = xml::own_text(element);
    if !text.is_empty() {
        return shown(&text);
    }
    let attributes = element
        .attributes()
        .map(|attribute| attribute.value().trim().to_owned());
    let children = element.children().filter(Node::is_element).map(value);
    attributes
        .chain(children)
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A value the way people write it: `2023-04-13` and `2023-04-13T14:48:03` become 13.04.2023 and 13.04.2023 14:48:03.
pub(crate) fn shown(value: &str) -> String {
    let value = value.trim();
    let Some(date) = value.get(..10).filter(|date| is_iso_date(date)) else {
        return value.to_owned();
    };
    let date = format!("{}.{}.{}", &date[8..], &date[5..7], &date[..4]);
    match &value[10..] {
        "" => date,
        time if time.starts_with('T') => format!("{date} {}", &time[1..]),
        _ => value.to_owned(),
    }
}

fn is_iso_date(text: &str) -> bool {
    text.bytes().enumerate().all(|(index, byte)| match index {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_turned_and_everything_else_stays() {
        assert_eq!(shown("2023-04-13"), "13.04.2023");
        assert_eq!(shown("2023-04-13T14:48:03"), "13.04.2023 14:48:03");
        for value in ["2023-04-13-1", "13.04.2023", "2023-4-13", "", "ёёёёёёё"] {
            assert_eq!(shown(value), value);
        }
    }
}
