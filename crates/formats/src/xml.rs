//! A parsed document with line numbers of the original file, and the short paths the data files use.

use std::collections::BTreeMap;

use kabinet_domain::{Finding, Severity};
use roxmltree::{Document, Node};

use crate::decode::DecodeError;
use crate::markup::{self, MarkupError};

/// Where lines begin, so that an offset turns into a line without counting each time.
pub(crate) struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    pub(crate) fn new(text: &str) -> Self {
        let breaks = text
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n')
            .map(|(index, _)| index + 1);
        Self {
            starts: std::iter::once(0).chain(breaks).collect(),
        }
    }

    /// Line of `offset`, from 1.
    pub(crate) fn line(&self, offset: usize) -> u32 {
        u32::try_from(self.starts.partition_point(|start| *start <= offset)).unwrap_or(u32::MAX)
    }
}

/// Parses what [`markup::inspect`] lets through.
pub(crate) fn parse<'a>(text: &'a str, lines: &Lines) -> Result<Document<'a>, XmlError> {
    markup::inspect(text).map_err(|error| match error {
        MarkupError::Dtd { offset } => XmlError::new("xml.dtd", Some(lines.line(offset))),
        MarkupError::TooDeep { offset } => {
            XmlError::new("xml.too-deep", Some(lines.line(offset))).with("expected", markup::MAX_DEPTH)
        }
        MarkupError::Unclosed { offset } => {
            XmlError::new("xml.malformed", Some(lines.line(offset))).with("text", error)
        }
    })?;
    Document::parse(text).map_err(|error| {
        let code = if error == roxmltree::Error::DtdDetected {
            "xml.dtd"
        } else {
            "xml.malformed"
        };
        XmlError::new(code, Some(error.pos().row)).with("text", error)
    })
}

/// Why a text is no XML the program reads. The same data as a [`Finding`], before the file has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct XmlError {
    pub(crate) code: &'static str,
    pub(crate) line: Option<u32>,
    pub(crate) params: BTreeMap<String, String>,
}

impl XmlError {
    pub(crate) fn new(code: &'static str, line: Option<u32>) -> Self {
        Self {
            code,
            line,
            params: BTreeMap::new(),
        }
    }

    pub(crate) fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.params.insert(name.into(), value.to_string());
        self
    }

    pub(crate) fn into_finding(self, file: &str) -> Finding {
        Finding {
            code: self.code.into(),
            severity: Severity::Error,
            file: file.into(),
            line: self.line,
            element: None,
            params: self.params,
        }
    }
}

impl From<DecodeError> for XmlError {
    fn from(error: DecodeError) -> Self {
        let params = error
            .params()
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        Self {
            code: error.code(),
            line: error.line(),
            params,
        }
    }
}

/// Path of an element as people can follow it; repeated siblings are counted from 1.
pub(crate) fn path_of(node: Node<'_, '_>) -> String {
    let mut steps: Vec<String> = node.ancestors().filter(Node::is_element).map(step).collect();
    steps.reverse();
    steps.join("/")
}

fn step(node: Node<'_, '_>) -> String {
    let name = node.tag_name().name();
    let same = |other: &Node<'_, '_>| other.is_element() && other.tag_name().name() == name;
    let before = node.prev_siblings().skip(1).filter(same).count();
    let alone = before == 0 && !node.next_siblings().skip(1).any(|other| same(&other));
    if alone {
        name.to_owned()
    } else {
        format!("{name}[{}]", before + 1)
    }
}

/// Text inside an element, without that of its children; trimmed.
pub(crate) fn own_text(node: Node<'_, '_>) -> String {
    node.children()
        .filter(Node::is_text)
        .filter_map(|text| text.text())
        .collect::<String>()
        .trim()
        .to_owned()
}

/// First value one of the `paths` leads to. See the note in `assets/formats.json` for how a path is written.
pub(crate) fn first_value(document: &Document<'_>, paths: &[String]) -> Option<String> {
    paths
        .iter()
        .find_map(|path| value_at(document, path))
        .filter(|value| !value.is_empty())
}

/// Whether a path leads anywhere.
pub(crate) fn exists(document: &Document<'_>, path: &str) -> bool {
    value_at(document, path).is_some()
}

fn value_at(document: &Document<'_>, path: &str) -> Option<String> {
    descend(document.root(), path)
}

fn descend(node: Node<'_, '_>, path: &str) -> Option<String> {
    if path.is_empty() {
        return Some(content(node));
    }
    if path.starts_with('@') {
        // `@ИННЮЛ+@КПП`: both, joined.
        return path
            .split('+')
            .map(|name| node.attribute(name.trim_start_matches('@')))
            .collect::<Option<Vec<_>>>()
            .map(|values| values.concat());
    }
    let (step, rest) = path.split_once('/').unwrap_or((path, ""));
    node.children()
        .filter(|child| child.is_element() && (step == "*" || child.tag_name().name() == step))
        .find_map(|child| descend(child, rest))
}

/// What an element says in one line: its text, else its attributes and its children's texts in order (so `ФИО`
/// reads as a name in either of the two ways schemas spell it).
fn content(node: Node<'_, '_>) -> String {
    let text = own_text(node);
    if !text.is_empty() {
        return text;
    }
    let attributes = node
        .attributes()
        .map(|attribute| attribute.value().trim().to_owned());
    let children = node.children().filter(Node::is_element).map(content);
    attributes
        .chain(children)
        .filter(|value| !value.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
