//! Walks an XML document together with its schema and writes sections, fields and tables.

use roxmltree::Node;

use super::{Field, Section, Table, shown};
use crate::xml;
use crate::xsd::model::{Decl, Model, is_required, repeats};

/// Sections of a document in its own order; those with nothing under them are left out.
pub(super) fn sections(model: Model<'_>, root: Node<'_, '_>, heading: String) -> Vec<Section> {
    let mut writer = Writer {
        model,
        sections: Vec::new(),
    };
    let decl = writer.model.root(root);
    writer.section(root, decl, 0, heading);
    writer
        .sections
        .retain(|section| !section.fields.is_empty() || !section.tables.is_empty() || section.level == 0);
    writer.sections
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
            let particle = decl.and_then(|decl| self.model.particle(decl, name));
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
            && self.model.particles(decl).iter().any(|(written, meant)| {
                is_required(*written) && (repeats(*written) || self.has_required_list(*meant, depth + 1))
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
