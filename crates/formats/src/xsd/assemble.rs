//! Gathers a schema and all it imports from the pack into texts libxml2 can read without touching a file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;

use roxmltree::{Document, Node};
use thiserror::Error;

use crate::decode::{self, decode};
use crate::markup;
use crate::pack::SchemaPack;

/// Namespace of XML Schema.
pub(crate) const XSD: &str = "http://www.w3.org/2001/XMLSchema";

/// Most files one schema may consist of.
const MAX_PARTS: usize = 100;

/// A schema with its parts. The first one is where it begins; the others are asked for by [`Part::name`].
pub(crate) struct Assembly {
    pub(crate) parts: Vec<Part>,
    /// File names that are imported and not in the pack. What they define is accepted unchecked.
    pub(crate) missing: Vec<String>,
}

/// One schema text, UTF-8 without declaration, its imports pointing at the names of other parts.
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// A schema that cannot be read at all.
#[derive(Debug, Error)]
#[error("schema {schema} is unusable")]
pub(crate) struct Unusable {
    pub(crate) schema: String,
}

impl Assembly {
    pub(crate) fn new(pack: &SchemaPack, entry: &str) -> Result<Self, Unusable> {
        let mut files = vec![entry.to_owned()];
        let mut parts = Vec::new();
        let mut stubs = Vec::new();
        let mut index = 0;
        while index < files.len() {
            let file = files[index].clone();
            let text = pack
                .file(&file)
                .and_then(readable)
                .ok_or_else(|| Unusable { schema: file.clone() })?;
            let (text, wanted) = {
                let document = Document::parse(&text).map_err(|_| Unusable { schema: file.clone() })?;
                let mut edits = Vec::new();
                let mut wanted = Vec::new();
                for node in document.root_element().children().filter(Node::is_element) {
                    let Some(link) = Link::of(node) else { continue };
                    let target = pack.resolve(&file, &link.location).map(str::to_owned);
                    let position = target.and_then(|target| {
                        let known = files.iter().position(|known| *known == target);
                        known.or_else(|| {
                            (files.len() < MAX_PARTS).then(|| {
                                files.push(target);
                                files.len() - 1
                            })
                        })
                    });
                    match position {
                        Some(position) => edits.push((link.range, part_name(position))),
                        None => {
                            edits.push((link.range, stub_name(stubs.len() + wanted.len())));
                            wanted.push(Stub::new(&document, link.namespace.as_deref(), &link.location));
                        }
                    }
                }
                (edited(&text, edits), wanted)
            };
            stubs.extend(wanted);
            parts.push(Part {
                name: part_name(index),
                text,
            });
            index += 1;
        }
        let missing: BTreeSet<String> = stubs.iter().map(|stub| stub.file.clone()).collect();
        let stubs = stubs.iter().enumerate().map(|(n, stub)| Part {
            name: stub_name(n),
            text: stub.text(),
        });
        parts.extend(stubs);
        Ok(Self {
            parts,
            missing: missing.into_iter().collect(),
        })
    }

    /// The parts as documents, for reading labels and rules.
    pub(crate) fn parse(&self) -> Vec<Document<'_>> {
        self.parts
            .iter()
            .filter_map(|part| Document::parse(&part.text).ok())
            .collect()
    }
}

fn part_name(index: usize) -> String {
    format!("kabinet-schema-{index}.xsd")
}

fn stub_name(index: usize) -> String {
    format!("kabinet-stub-{index}.xsd")
}

/// Decoded text without declaration and DOCTYPE, with ASCII namespace names. Lines stay where they were.
fn readable(bytes: &[u8]) -> Option<String> {
    let text = decode(bytes).ok()?.content;
    let text = without_doctype(decode::without_declaration(&text));
    let is_namespace =
        |name: &str| markup::binds_namespace(name) || name == "targetNamespace" || name == "namespace";
    let text = markup::with_ascii_namespaces(&text, is_namespace);
    markup::inspect(&text).ok()?;
    Some(text)
}

/// The W3C signature schema begins with a DOCTYPE that matters to DTD validators only.
fn without_doctype(text: String) -> String {
    let Some(start) = text.find("<!DOCTYPE") else {
        return text;
    };
    let rest = &text[start..];
    let end = match (rest.find('['), rest.find('>')) {
        (Some(open), Some(close)) if open < close => rest
            .find("]>")
            .or_else(|| rest.find("] >").map(|end| end + 1))
            .map(|end| end + 2),
        (_, Some(close)) => Some(close + 1),
        _ => None,
    };
    let Some(end) = end else { return text };
    let blank: String = rest[..end]
        .chars()
        .map(|c| if c == '\n' { c } else { ' ' })
        .collect();
    format!("{}{blank}{}", &text[..start], &rest[end..])
}

/// A pointer from one schema to another.
struct Link {
    location: String,
    range: Range<usize>,
    namespace: Option<String>,
}

impl Link {
    fn of(node: Node<'_, '_>) -> Option<Self> {
        let name = node.tag_name();
        if name.namespace() != Some(XSD) || !["import", "include", "redefine"].contains(&name.name()) {
            return None;
        }
        let location = node.attribute_node("schemaLocation")?;
        let namespace = match name.name() {
            "import" => node.attribute("namespace"),
            _ => node.parent()?.attribute("targetNamespace"),
        };
        Some(Self {
            location: location.value().to_owned(),
            range: location.range_value(),
            namespace: namespace.map(str::to_owned),
        })
    }
}

fn edited(text: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(range, _)| range.start);
    let mut result = String::with_capacity(text.len());
    let mut copied = 0;
    for (range, replacement) in edits {
        result.push_str(&text[copied..range.start]);
        result.push_str(&replacement);
        copied = range.end;
    }
    result.push_str(&text[copied..]);
    result
}

/// Stands in for a schema the pack lacks: everything that is referred to exists and accepts anything.
struct Stub {
    file: String,
    namespace: Option<String>,
    /// Local name of each component, and what it has to be.
    components: BTreeMap<String, Component>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Component {
    Element,
    Attribute,
    ComplexType,
    SimpleType,
}

impl Stub {
    fn new(document: &Document<'_>, namespace: Option<&str>, location: &str) -> Self {
        let mut components = BTreeMap::new();
        for node in document.descendants().filter(Node::is_element) {
            for (attribute, component) in [
                (
                    "ref",
                    if node.tag_name().name() == "attribute" {
                        Component::Attribute
                    } else {
                        Component::Element
                    },
                ),
                (
                    "type",
                    if node.tag_name().name() == "attribute" {
                        Component::SimpleType
                    } else {
                        Component::ComplexType
                    },
                ),
                ("base", base_component(node)),
                ("itemType", Component::SimpleType),
            ] {
                let Some(name) = node.attribute(attribute) else {
                    continue;
                };
                let (prefix, local) = match name.split_once(':') {
                    Some((prefix, local)) => (Some(prefix), local),
                    None => (None, name),
                };
                if node.lookup_namespace_uri(prefix) == namespace {
                    components.insert(local.to_owned(), component);
                }
            }
        }
        Self {
            file: location.rsplit('/').next().unwrap_or(location).to_owned(),
            namespace: namespace.map(str::to_owned),
            components,
        }
    }

    fn text(&self) -> String {
        let mut text = format!("<xs:schema xmlns:xs=\"{XSD}\" elementFormDefault=\"qualified\"");
        if let Some(namespace) = &self.namespace {
            let escaped = namespace
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('"', "&quot;");
            // Writing to a String cannot fail.
            let _ = write!(text, " targetNamespace=\"{escaped}\"");
        }
        text.push('>');
        const ANYTHING: &str = "<xs:sequence><xs:any processContents=\"skip\" minOccurs=\"0\" \
             maxOccurs=\"unbounded\"/></xs:sequence><xs:anyAttribute processContents=\"skip\"/>";
        for (name, component) in &self.components {
            let _ = match component {
                Component::Element => write!(text, "<xs:element name=\"{name}\" type=\"xs:anyType\"/>"),
                Component::Attribute => write!(text, "<xs:attribute name=\"{name}\"/>"),
                Component::ComplexType => {
                    write!(
                        text,
                        "<xs:complexType name=\"{name}\" mixed=\"true\">{ANYTHING}</xs:complexType>"
                    )
                }
                Component::SimpleType => write!(
                    text,
                    "<xs:simpleType name=\"{name}\"><xs:restriction base=\"xs:string\"/></xs:simpleType>"
                ),
            };
        }
        text.push_str("</xs:schema>");
        text
    }
}

fn base_component(node: Node<'_, '_>) -> Component {
    let simple = node
        .parent()
        .is_some_and(|parent| ["simpleType", "simpleContent"].contains(&parent.tag_name().name()));
    if simple {
        Component::SimpleType
    } else {
        Component::ComplexType
    }
}
