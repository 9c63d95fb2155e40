//! Values of expressions, and what nodes are called and say (XPath 1.0 §4, §5).

use roxmltree::{Attribute, Document, Namespace, Node, NodeId};

use crate::xml::node_set::{Item, Part};
use crate::xml::tree::{attribute_name, element_name};

#[derive(Clone, Debug)]
pub(super) enum Value {
    /// In document order, each once.
    Nodes(Vec<Item>),
    Boolean(bool),
    Number(f64),
    Text(String),
}

impl Value {
    pub(super) fn boolean(&self) -> bool {
        match self {
            Self::Nodes(nodes) => !nodes.is_empty(),
            Self::Boolean(value) => *value,
            Self::Number(value) => *value != 0.0 && !value.is_nan(),
            Self::Text(text) => !text.is_empty(),
        }
    }

    pub(super) fn number(&self, document: &Document<'_>) -> f64 {
        match self {
            Self::Nodes(_) => number(&self.text(document)),
            Self::Boolean(value) => f64::from(u8::from(*value)),
            Self::Number(value) => *value,
            Self::Text(text) => number(text),
        }
    }

    pub(super) fn text(&self, document: &Document<'_>) -> String {
        match self {
            Self::Nodes(nodes) => nodes
                .first()
                .map_or_else(String::new, |item| text(document, *item)),
            Self::Boolean(value) => value.to_string(),
            Self::Number(value) if value.is_infinite() => {
                (if *value > 0.0 { "Infinity" } else { "-Infinity" }).to_owned()
            }
            Self::Number(value) if *value == 0.0 => "0".to_owned(),
            Self::Number(value) => value.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// §4.4: white space around, a minus, digits with at most one point.
pub(super) fn number(text: &str) -> f64 {
    let text = text.trim_matches([' ', '\t', '\r', '\n']);
    let plain = text
        .bytes()
        .all(|octet| octet.is_ascii_digit() || b"-.".contains(&octet));
    text.parse().ok().filter(|_| plain).unwrap_or(f64::NAN)
}

pub(super) fn node<'a, 'input>(document: &'a Document<'input>, item: Item) -> Option<Node<'a, 'input>> {
    document.get_node(NodeId::new(item.node))
}

fn attribute<'a, 'input>(
    document: &'a Document<'input>,
    item: Item,
    number: u32,
) -> Option<Attribute<'a, 'input>> {
    node(document, item)?.attributes().nth(number as usize)
}

fn namespace<'a, 'input>(
    document: &'a Document<'input>,
    item: Item,
    number: u32,
) -> Option<&'a Namespace<'input>> {
    node(document, item)?.namespaces().nth(number as usize)
}

/// The string-value of a node (§5).
pub(super) fn text(document: &Document<'_>, item: Item) -> String {
    match item.part {
        Part::Attribute(number) => attribute(document, item, number)
            .map(|attribute| attribute.value().to_owned())
            .unwrap_or_default(),
        Part::Namespace(number) => namespace(document, item, number)
            .map(|namespace| namespace.uri().to_owned())
            .unwrap_or_default(),
        Part::Node => match node(document, item) {
            Some(node) if node.is_element() || node.is_root() => node
                .descendants()
                .filter(Node::is_text)
                .filter_map(|text| text.text())
                .collect(),
            Some(node) if node.is_pi() => node.pi().and_then(|pi| pi.value).unwrap_or_default().to_owned(),
            Some(node) => node.text().unwrap_or_default().to_owned(),
            None => String::new(),
        },
    }
}

/// Namespace and local name; empty where there is none.
pub(super) fn expanded_name(document: &Document<'_>, item: Item) -> (String, String) {
    let found = match item.part {
        Part::Attribute(number) => attribute(document, item, number).map(|one| {
            (
                one.namespace().unwrap_or_default().to_owned(),
                one.name().to_owned(),
            )
        }),
        Part::Namespace(number) => namespace(document, item, number)
            .map(|one| (String::new(), one.name().unwrap_or_default().to_owned())),
        Part::Node => node(document, item).and_then(|node| match node.pi() {
            Some(instruction) => Some((String::new(), instruction.target.to_owned())),
            None if node.is_element() => {
                let name = node.tag_name();
                Some((
                    name.namespace().unwrap_or_default().to_owned(),
                    name.name().to_owned(),
                ))
            }
            None => None,
        }),
    };
    found.unwrap_or_default()
}

/// The name as written.
pub(super) fn qualified_name(document: &Document<'_>, item: Item) -> String {
    match (item.part, node(document, item)) {
        (Part::Node, Some(node)) if node.is_element() => element_name(node).to_owned(),
        (Part::Attribute(number), Some(node)) => attribute(document, item, number)
            .map(|one| attribute_name(node, &one).to_owned())
            .unwrap_or_default(),
        _ => expanded_name(document, item).1,
    }
}
