//! Applications made of a form the portal gave: namespace `urn:kabinet:application:1`, a format of this program.
//!
//! ```xml
//! <application xmlns="urn:kabinet:application:1" service="99000000012" title="…" form="version" id="guid" date="2026-11-29">
//!   <section heading="…">
//!     <field name="org-inn" label="ИНН организации" kind="inn"><value>9900000017</value></field>
//!     <field name="way" label="Кто доставляет" kind="choice"><value>bank</value><shown>Банк</shown></field>
//!     <field name="files" label="Приложения" kind="file"><file name="plan.pdf" size="1234" sha256="…"/></field>
//! ```
//! `shown` stands beside a value that people would not understand. Files travel beside `req.xml`, by the names here.

use roxmltree::{Document, Node};

use crate::catalogue::Format;
use crate::view::{Field, Section, shown};

/// Code of the format; a document's own has the service behind it.
pub(crate) const FORMAT: &str = "epgu.application";
/// Namespace of the root.
pub(crate) const NAMESPACE: &str = "urn:kabinet:application:1";

/// The format's code without the service.
pub(crate) fn base(code: &str) -> &str {
    let service = code.strip_prefix(FORMAT).and_then(|rest| rest.strip_prefix('.'));
    if service.is_some() { FORMAT } else { code }
}

/// The format with the service behind it: only that service takes the document.
pub(crate) fn narrower(format: &Format, document: &Document<'_>) -> Option<String> {
    let service = document.root_element().attribute("service")?;
    let is_code =
        (1..=20).contains(&service.len()) && service.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (format.code == FORMAT && is_code).then(|| format!("{FORMAT}.{service}"))
}

fn named<'a, 'd: 'a>(node: Node<'a, 'd>, name: &'static str) -> impl Iterator<Item = Node<'a, 'd>> {
    node.children()
        .filter(move |child| child.tag_name().name() == name)
}

/// The answers under their headings.
pub(crate) fn sections(document: &Document<'_>) -> Vec<Section> {
    named(document.root_element(), "section")
        .map(|section| Section {
            level: 1,
            heading: section.attribute("heading").unwrap_or_default().to_owned(),
            fields: named(section, "field").flat_map(fields).collect(),
            tables: Vec::new(),
        })
        .collect()
}

fn fields(field: Node<'_, '_>) -> Vec<Field> {
    let label = field.attribute("label").unwrap_or_default();
    let line = |value: String| Field {
        label: label.to_owned(),
        value,
    };
    let files: Vec<Field> = named(field, "file")
        .filter_map(|file| file.attribute("name"))
        .map(|name| line(name.to_owned()))
        .collect();
    if !files.is_empty() {
        return files;
    }
    let text = |name| named(field, name).find_map(|node| node.text().map(str::to_owned));
    let value = text("shown").or_else(|| text("value").map(|value| shown(&value)));
    value.map(line).into_iter().collect()
}
